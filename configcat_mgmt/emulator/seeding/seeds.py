"""Fills an emulator with organizations of any size, with realistic names."""

import itertools
from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import (
    CreateConfigRequest,
    CreateEnvironmentModel,
    CreatePredefinedVariationModel,
    CreatePredefinedVariationValueModel,
    CreateProductRequest,
    CreateSegmentModel,
    CreateSettingInitialValues,
    CreateTagModel,
    EvaluationVersion,
    UpdateEvaluationFormulasModel,
    UpdateSettingValuesWithIdModel,
)
from configcat_mgmt.emulator.domain.given import require_whole
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.configs import create_config
from configcat_mgmt.emulator.handlers.environments import create_environment
from configcat_mgmt.emulator.handlers.products import create_product
from configcat_mgmt.emulator.handlers.segments import create_segment
from configcat_mgmt.emulator.handlers.setting_values import post_setting_values
from configcat_mgmt.emulator.handlers.setting_values_v2 import post_setting_values_v2
from configcat_mgmt.emulator.handlers.settings import create_setting
from configcat_mgmt.emulator.handlers.tags import create_tag
from configcat_mgmt.emulator.seeding.realistic import (
    CHOICES,
    ENVIRONMENTS,
    SEGMENTS,
    TAGS,
    V1_CONFIG,
    V2_CONFIGS,
    FlagPlan,
    Ids,
    Plan,
    make_plan,
)
from configcat_mgmt.emulator.seeding.realistic_targeting import formula, rollout
from configcat_mgmt.emulator.seeding.webhooks_and_integrations import (
    add_webhooks_and_integrations,
)
from configcat_mgmt.errors import ConfigurationError

PRODUCT_NAMES: Final = (
    "Northwind Storefront",
    "Contoso Bank",
    "Fabrikam Travel",
    "Tailspin Toys",
    "Adventure Works",
)

_BOUNDS: Final = {
    "products": (0, 1000),
    "environments": (1, 100),
    "configs": (1, 100),
    "flags": (0, 10_000),
}
MAX_FLAGS: Final = 10_000
"""Most flags of all products that one call makes."""
MAX_VALUES: Final = 200_000
"""Most values of flags, or configs in environments, that one call makes."""


def seed(
    state: State,
    *,
    products: int = 1,
    environments: int = 3,
    configs: int = 4,
    flags: int = 50,
    seed: int = 1,
    only_new: bool = False,
    organization_id: UUID | None = None,
) -> list[UUID]:
    """Make realistic products in an organization.

    That is flags with targeting in each environment, segments, tags, permission groups,
    webhooks, integrations, links and preferences. The last config of each product is of
    evaluation version 1, unless there is only one. The same numbers give the same
    contents.

    Args:
        state: Of the emulator.
        products: How many, from 0 to 1000.
        environments: How many for each product, from 1 to 100.
        configs: How many for each product, from 1 to 100.
        flags: How many for each product, spread over the configs; at most 10,000 in all
            products, and 200,000 values of flags in all environments.
        seed: Makes other flags.
        only_new: Whether products that an earlier call made count. Then two equal calls
            make the products once; otherwise the second one makes further products.
        organization_id: Of the products; the first organization by default.

    Returns:
        The ids of the products that it made.

    Raises:
        ConfigurationError: A number is no whole number or out of range; nothing was
            made.
    """
    require_whole("seed", seed, 0)
    _require_bounded(products, environments, configs, flags)
    organization = organization_id or next(iter(state.organizations))
    made: list[UUID] = []
    taken = {
        state.products[one].name.casefold()
        for one in state.organizations[organization].product_ids
    }
    for number in itertools.count():
        if number >= products if only_new else len(made) >= products:
            break
        name = _numbered(PRODUCT_NAMES, number)
        if name.casefold() in taken:
            continue
        body = CreateProductRequest(name=name, description="Made as an example.")
        product = create_product(state, organization, body).product_id
        ids = Ids(product)
        _make_frame(state, ids, environments=environments, configs=configs)
        plan = make_plan(seed + number, flags, configs)
        for flag in plan.flags:
            _make_flag(state, ids, flag)
        for config, place in itertools.product(range(configs), range(environments)):
            _target(state, ids, plan, config, place)
        add_webhooks_and_integrations(state, ids)
        made.append(product)
    return made


def _require_bounded(
    products: int, environments: int, configs: int, flags: int
) -> None:
    """Refuse what would keep the emulator from serving requests for minutes."""
    counts = (products, environments, configs, flags)
    for (name, (least, most)), count in zip(_BOUNDS.items(), counts, strict=True):
        require_whole(name, count, least, most)
    all_flags = products * flags
    if all_flags > MAX_FLAGS:
        msg = f"a seed may make at most {MAX_FLAGS} flags, not {all_flags}"
        raise ConfigurationError(msg)
    values = products * environments * max(configs, flags)
    if values > MAX_VALUES:
        msg = (
            f"a seed may make at most {MAX_VALUES} values of flags, or configs in "
            f"environments, not {values}"
        )
        raise ConfigurationError(msg)


def _make_frame(state: State, ids: Ids, *, environments: int, configs: int) -> None:
    """Make the entities that flags need: environments, tags, segments and configs."""
    for number in range(environments):
        name = _numbered([name for name, _ in ENVIRONMENTS], number)
        environment = CreateEnvironmentModel(
            name=name,
            color=ENVIRONMENTS[number % len(ENVIRONMENTS)][1],
        )
        made = create_environment(state, ids.product, environment)
        ids.environments.append(made.environment_id)
    for name, color in TAGS:
        tag = create_tag(state, ids.product, CreateTagModel(name=name, color=color))
        ids.tags.append(tag.tag_id)
    for name, attribute, comparator, value in SEGMENTS:
        segment = CreateSegmentModel(
            name=name,
            comparison_attribute=attribute,
            comparator=comparator,
            comparison_value=value,
        )
        ids.segments.append(create_segment(state, ids.product, segment).segment_id)
    for number in range(configs):
        is_old = number == configs - 1 and configs > 1
        config = CreateConfigRequest(
            name=V1_CONFIG if is_old else _numbered(V2_CONFIGS, number),
            evaluation_version=EvaluationVersion.V1 if is_old else EvaluationVersion.V2,
        )
        ids.configs.append(create_config(state, ids.product, config).config_id)


def _make_flag(state: State, ids: Ids, flag: FlagPlan) -> None:
    choices = CHOICES[flag.type] if flag.has_variations else ()
    body = CreateSettingInitialValues(
        key=flag.key,
        name=flag.name,
        hint=flag.hint,
        setting_type=flag.type,
        tags=[ids.tags[tag] for tag in flag.tags],
        predefined_variations=[
            CreatePredefinedVariationModel(
                name=str(value).capitalize(),
                value=CreatePredefinedVariationValueModel(string_value=str(value)),
            )
            for value in choices
        ],
    )
    made = create_setting(state, ids.configs[flag.config], body)
    ids.flags[flag.number] = made.setting_id
    ids.variations[flag.number] = [
        one.predefined_variation_id for one in made.predefined_variations
    ]


def _target(state: State, ids: Ids, plan: Plan, config: int, place: int) -> None:
    """Set the values of the flags of a config in an environment, both by index."""
    where = ids.configs[config], ids.environments[place]
    flags = [flag for flag in plan.flags if flag.config == config]
    if config < plan.newer_configs:
        formulas = [formula(plan.seed, flag, place, ids) for flag in flags]
        newer = UpdateEvaluationFormulasModel(update_formulas=formulas)
        post_setting_values_v2(state, *where, newer, reason="seed")
    else:
        rollouts = [rollout(plan.seed, flag, place, ids) for flag in flags]
        older = UpdateSettingValuesWithIdModel(setting_values=rollouts)
        post_setting_values(state, *where, older, reason="seed")


def _numbered(names: "list[str] | tuple[str, ...]", number: int) -> str:
    """Return a name of the list, with a number once the list has been used up."""
    rounds, place = divmod(number, len(names))
    return names[place] if rounds == 0 else f"{names[place]} {rounds + 1}"
