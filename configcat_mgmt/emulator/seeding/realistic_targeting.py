"""Realistic targeting for planned flags, as bodies of the API."""

import random
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from configcat_mgmt.api.model_index import (
    PrerequisiteComparator,
    RolloutRuleComparator,
    SegmentComparator,
    UpdateComparisonValueListModel,
    UpdateComparisonValueModel,
    UpdateConditionModel,
    UpdateEvaluationFormulaWithIdModel,
    UpdatePercentageOptionModel,
    UpdatePrerequisiteFlagConditionModel,
    UpdateRolloutPercentageItemModel,
    UpdateRolloutRuleModel,
    UpdateSegmentConditionModel,
    UpdateSettingValueWithSettingIdModel,
    UpdateTargetingRuleModel,
    UpdateUserConditionModel,
    UpdateValueModel,
    UserComparator,
)
from configcat_mgmt.emulator.seeding.realistic import CHOICES, FlagPlan, Ids
from configcat_mgmt.values import make_value

COUNTRIES: Final = ("DE", "FR", "NL", "US", "GB", "JP", "BR")
DOMAINS: Final = ("@northwind.example", "@contoso.example", "@fabrikam.example")
CUSTOMERS: Final = 1000
"""Users are called `customer-0` and so on, below this number."""

RULE_SHARE: Final = 0.6
"""How often a flag has a rule about the user, and so on."""
SECOND_CONDITION_SHARE: Final = 0.25
SEGMENT_SHARE: Final = 0.4
SPLIT_SHARE: Final = 0.5
ATTRIBUTE_SHARE: Final = 0.1

Condition: TypeAlias = UpdateUserConditionModel


def formula(
    seed: int, flag: FlagPlan, environment: int, ids: Ids
) -> UpdateEvaluationFormulaWithIdModel:
    """Make the value of a flag of a V2 config in an environment.

    Args:
        seed: Of the plan.
        flag: Which flag; it and its prerequisite have ids already.
        environment: Its index.
        ids: The ids of the entities that the value refers to.
    """
    rng = _chance(seed, flag, environment)
    choices = _values(flag, ids)
    rules: list[UpdateTargetingRuleModel] = []
    if rng.random() < RULE_SHARE:
        conditions = [_user_condition(rng)]
        if rng.random() < SECOND_CONDITION_SHARE:
            conditions.append(_user_condition(rng))
        rules.append(_rule(conditions, rng.choice(choices)))
    if rng.random() < SEGMENT_SHARE:
        segment = UpdateSegmentConditionModel(
            segment_id=rng.choice(ids.segments),
            comparator=rng.choice(
                [SegmentComparator.IS_IN, SegmentComparator.IS_NOT_IN]
            ),
        )
        condition = UpdateConditionModel(segment_condition=segment)
        rules.append(_rule([condition], rng.choice(choices)))
    if flag.prerequisite is not None:
        needed = UpdatePrerequisiteFlagConditionModel(
            prerequisite_setting_id=ids.flags[flag.prerequisite],
            comparator=PrerequisiteComparator.EQUALS,
            prerequisite_comparison_value=make_value(rng.choice([True, False])),
        )
        condition = UpdateConditionModel(prerequisite_flag_condition=needed)
        rules.append(_rule([condition], rng.choice(choices)))
    if rng.random() < SPLIT_SHARE:
        rules.append(_split(rng, choices[:2]))
    return UpdateEvaluationFormulaWithIdModel(
        setting_id=ids.flags[flag.number],
        default_value=rng.choice(choices),
        targeting_rules=rules,
        percentage_evaluation_attribute=(
            "Company" if rng.random() < ATTRIBUTE_SHARE else None
        ),
    )


def rollout(
    seed: int, flag: FlagPlan, environment: int, ids: Ids
) -> UpdateSettingValueWithSettingIdModel:
    """Make the value of a flag of a V1 config in an environment; see `formula`."""
    rng = _chance(seed, flag, environment)
    choices = CHOICES[flag.type]
    rules: list[UpdateRolloutRuleModel] = []
    if rng.random() < RULE_SHARE:
        rule = UpdateRolloutRuleModel(
            comparison_attribute="Email",
            comparator=RolloutRuleComparator.CONTAINS,
            comparison_value=rng.choice(DOMAINS),
            value=rng.choice(choices),
        )
        rules.append(rule)
    if rng.random() < SEGMENT_SHARE:
        rule = UpdateRolloutRuleModel(
            segment_id=rng.choice(ids.segments),
            segment_comparator=SegmentComparator.IS_IN,
            value=rng.choice(choices),
        )
        rules.append(rule)
    items: list[UpdateRolloutPercentageItemModel] = []
    if rng.random() < SPLIT_SHARE:
        items = [
            UpdateRolloutPercentageItemModel(percentage=share, value=value)
            for share, value in zip(_shares(rng), choices[:2], strict=True)
        ]
    return UpdateSettingValueWithSettingIdModel(
        setting_id=ids.flags[flag.number],
        value=rng.choice(choices),
        rollout_rules=rules,
        rollout_percentage_items=items,
    )


def _chance(seed: int, flag: FlagPlan, environment: int) -> random.Random:
    return random.Random(f"{seed}/{flag.key}/{environment}")  # noqa: S311


def _values(flag: FlagPlan, ids: Ids) -> list[UpdateValueModel]:
    """Return all values that a flag can serve."""
    if flag.has_variations:
        return [
            UpdateValueModel(predefined_variation_id=variation)
            for variation in ids.variations[flag.number]
        ]
    return [make_value(value) for value in CHOICES[flag.type]]


def _rule(
    conditions: Sequence[UpdateConditionModel], value: UpdateValueModel
) -> UpdateTargetingRuleModel:
    return UpdateTargetingRuleModel(conditions=list(conditions), value=value)


def _split(
    rng: random.Random, choices: Sequence[UpdateValueModel]
) -> UpdateTargetingRuleModel:
    options = [
        UpdatePercentageOptionModel(percentage=share, value=value)
        for share, value in zip(_shares(rng), choices, strict=True)
    ]
    return UpdateTargetingRuleModel(conditions=[], percentage_options=options)


def _shares(rng: random.Random) -> tuple[int, int]:
    first = rng.randrange(5, 96, 5)
    return first, 100 - first


def _user_condition(rng: random.Random) -> UpdateConditionModel:
    make = rng.choice(_CONDITIONS)
    return UpdateConditionModel(user_condition=make(rng))


def _by_email(rng: random.Random) -> Condition:
    comparator = UserComparator.TEXT_ENDS_WITH_ANY_OF
    return _listed("Email", comparator, rng.sample(DOMAINS, 2))


def _by_country(rng: random.Random) -> Condition:
    return _listed("Country", UserComparator.IS_ONE_OF, rng.sample(COUNTRIES, 3))


def _by_customer(rng: random.Random) -> Condition:
    customers = [f"customer-{number}" for number in rng.sample(range(CUSTOMERS), 20)]
    return _listed("Identifier", UserComparator.SENSITIVE_IS_ONE_OF, customers)


def _by_version(rng: random.Random) -> Condition:
    value = UpdateComparisonValueModel(string_value=f"{rng.randint(1, 9)}.4.0")
    comparator = UserComparator.SEM_VER_GREATER_OR_EQUALS
    return _compared("AppVersion", comparator, value)


def _by_seats(rng: random.Random) -> Condition:
    value = UpdateComparisonValueModel(double_value=float(rng.randint(10, 500)))
    return _compared("Seats", UserComparator.NUMBER_GREATER, value)


_CONDITIONS: Final[Sequence[Callable[[random.Random], Condition]]] = (
    _by_email,
    _by_country,
    _by_customer,
    _by_version,
    _by_seats,
)


def _listed(
    attribute: str, comparator: UserComparator, items: Sequence[str]
) -> Condition:
    values = [UpdateComparisonValueListModel(value=item) for item in items]
    return _compared(
        attribute, comparator, UpdateComparisonValueModel(list_value=values)
    )


def _compared(
    attribute: str, comparator: UserComparator, value: UpdateComparisonValueModel
) -> Condition:
    return UpdateUserConditionModel(
        comparison_attribute=attribute, comparator=comparator, comparison_value=value
    )
