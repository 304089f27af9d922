"""Fills an emulator with organizations of any size, with realistic names."""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import (
    CreateConfigRequest,
    CreateEnvironmentModel,
    CreateProductRequest,
    CreateSegmentModel,
    CreateSettingInitialValues,
    CreateTagModel,
    EvaluationVersion,
    RolloutRuleComparator,
    UpdateEvaluationFormulasModel,
    UpdateEvaluationFormulaWithIdModel,
)
from configcat_mgmt.emulator.handlers.configs import create_config
from configcat_mgmt.emulator.handlers.environments import create_environment
from configcat_mgmt.emulator.handlers.products import create_product
from configcat_mgmt.emulator.handlers.segments import create_segment
from configcat_mgmt.emulator.handlers.setting_values_v2 import post_setting_values_v2
from configcat_mgmt.emulator.handlers.settings import create_setting
from configcat_mgmt.emulator.handlers.tags import create_tag
from configcat_mgmt.emulator.realistic import (
    ENVIRONMENTS,
    SEGMENTS,
    TAGS,
    V1_CONFIG,
    V2_CONFIGS,
    FlagPlan,
    Ids,
    Plan,
    formula,
    make_plan,
)
from configcat_mgmt.emulator.state import State

PRODUCT_NAMES: Final = (
    "Northwind Storefront",
    "Contoso Bank",
    "Fabrikam Travel",
    "Tailspin Toys",
    "Adventure Works",
)


def seed(
    state: State,
    *,
    products: int = 1,
    environments: int = 3,
    configs: int = 4,
    flags: int = 50,
    seed: int = 1,
) -> list[UUID]:
    """Make products with flags, targeting, segments and tags in the first organization.

    The last config of each product is of evaluation version 1, unless there is only
    one. The same numbers give the same contents.

    Args:
        state: Of the emulator.
        products: How many, from 0 on.
        environments: How many for each product, from 1 on.
        configs: How many for each product, from 1 on.
        flags: How many for each product, from 0 on, spread over the configs.
        seed: Makes other flags.

    Returns:
        The ids of the products.
    """
    organization = next(iter(state.organizations))
    made: list[UUID] = []
    present = len(state.organizations[organization].product_ids)
    for number in range(present, present + products):
        name = _numbered(PRODUCT_NAMES, number)
        body = CreateProductRequest(name=name, description="Made as an example.")
        product = create_product(state, organization, body).product_id
        _fill(
            state,
            product,
            environments=environments,
            configs=configs,
            flags=flags,
            seed=seed + number,
        )
        made.append(product)
    return made


def _fill(
    state: State,
    product: UUID,
    *,
    environments: int,
    configs: int,
    flags: int,
    seed: int,
) -> None:
    ids = Ids(product)
    for number in range(environments):
        name = _numbered([name for name, _ in ENVIRONMENTS], number)
        environment = CreateEnvironmentModel(
            name=name,
            color=ENVIRONMENTS[number % len(ENVIRONMENTS)][1],
        )
        made = create_environment(state, product, environment)
        ids.environments.append(made.environment_id)
    for name, color in TAGS:
        tag = create_tag(state, product, CreateTagModel(name=name, color=color))
        ids.tags.append(tag.tag_id)
    for name, attribute, comparator, value in SEGMENTS:
        segment = CreateSegmentModel(
            name=name,
            comparison_attribute=attribute,
            comparator=RolloutRuleComparator(comparator),
            comparison_value=value,
        )
        ids.segments.append(create_segment(state, product, segment).segment_id)
    for number in range(configs):
        is_old = number == configs - 1 and configs > 1
        config = CreateConfigRequest(
            name=V1_CONFIG if is_old else _numbered(V2_CONFIGS, number),
            evaluation_version=EvaluationVersion.V1 if is_old else EvaluationVersion.V2,
        )
        ids.configs.append(create_config(state, product, config).config_id)
    plan = make_plan(seed, flags, configs)
    for flag in plan.flags:
        _make_flag(state, ids, flag)
    for number, config_id in enumerate(ids.configs):
        newer = [f for f in plan.flags if f.config == number and plan.is_v2(f)]
        for place, environment_id in enumerate(ids.environments):
            wanted = [_targeting(plan, flag, place, ids) for flag in newer]
            if wanted:
                values = UpdateEvaluationFormulasModel(update_formulas=wanted)
                post_setting_values_v2(
                    state,
                    config_id,
                    environment_id,
                    values,
                    reason="seed",
                )


def _make_flag(state: State, ids: Ids, flag: FlagPlan) -> None:
    body = CreateSettingInitialValues(
        key=flag.key,
        name=flag.name,
        hint=flag.hint,
        setting_type=flag.type,
        tags=[ids.tags[tag] for tag in flag.tags],
    )
    made = create_setting(state, ids.configs[flag.config], body)
    ids.flags[flag.number] = made.setting_id


def _targeting(
    plan: Plan,
    flag: FlagPlan,
    place: int,
    ids: Ids,
) -> UpdateEvaluationFormulaWithIdModel:
    wanted = formula(plan, flag, place, ids)
    return UpdateEvaluationFormulaWithIdModel(
        setting_id=ids.flags[flag.number],
        default_value=wanted.default_value,
        targeting_rules=wanted.targeting_rules,
        percentage_evaluation_attribute=wanted.percentage_evaluation_attribute,
    )


def _numbered(names: "list[str] | tuple[str, ...]", number: int) -> str:
    """Return a name of the list, with a number once the list has been used up."""
    rounds, place = divmod(number, len(names))
    return names[place] if rounds == 0 else f"{names[place]} {rounds + 1}"
