"""Realistic products, planned: for the demo, for seeds and for tests."""

import random
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import attrs

from configcat_mgmt.api.models.common import (
    EvaluationVersion,
    RolloutRuleComparator,
    SegmentComparator,
    SettingType,
    SettingValueType,
)
from configcat_mgmt.api.models.setting_values_v2 import (
    PrerequisiteComparator,
    UpdateComparisonValueListModel,
    UpdateComparisonValueModel,
    UpdateConditionModel,
    UpdateEvaluationFormulaModel,
    UpdatePercentageOptionModel,
    UpdatePrerequisiteFlagConditionModel,
    UpdateSegmentConditionModel,
    UpdateTargetingRuleModel,
    UpdateUserConditionModel,
    UserComparator,
)
from configcat_mgmt.values import make_value

PRODUCT: Final = "Northwind Storefront"
ENVIRONMENTS: Final = (
    ("Production", "#d4145a"),
    ("Staging", "#fbb03b"),
    ("Development", "#39b54a"),
)
TAGS: Final = (
    ("checkout", "panther"),
    ("growth", "whale"),
    ("experiment", "salmon"),
    ("ops", "lizard"),
    ("temporary", "canary"),
    ("permanent", "koala"),
)
SEGMENTS: Final = (
    ("Beta testers", "Email", "contains", "@beta.northwind.example"),
    ("EU customers", "Country", "isOneOf", "DE, FR, NL, AT, BE, ES, IT"),
    ("Large accounts", "Seats", "numberGreaterOrEquals", "250"),
)
V2_CONFIGS: Final = ("Web shop", "Mobile app", "Backend services")
V1_CONFIG: Final = "Legacy kiosk"
V1_SHARE: Final = 0.05
"""Part of the flags that live in the config of the old evaluation version."""

AREAS: Final = tuple(
    [
        "checkout",
        "search",
        "cart",
        "profile",
        "recommendations",
        "shipping",
        "returns",
        "loyalty",
        "pricing",
        "inventory",
        "notifications",
        "onboarding",
        "catalog",
        "reviews",
        "giftCards",
        "support",
    ]
)
FEATURES: Final = tuple(
    [
        "newLayout",
        "oneClick",
        "darkMode",
        "expressRoute",
        "smartRetry",
        "bulkActions",
        "liveUpdates",
        "offlineMode",
        "betaBanner",
        "auditTrail",
        "rateLimit",
        "cacheWarmup",
        "asyncExport",
        "autoFill",
        "dynamicPricing",
        "abandonedReminder",
        "splitPayment",
        "addressLookup",
        "voiceInput",
        "pushDigest",
        "twoStepLogin",
        "socialProof",
        "stockAlert",
        "returnLabel",
        "freeShipping",
        "weeklyReport",
        "imageZoom",
        "videoReviews",
        "priceHistory",
        "storePickup",
    ]
)
COUNTRIES: Final = ("DE", "FR", "NL", "US", "GB", "JP", "BR")
DOMAINS: Final = ("@northwind.example", "@contoso.example", "@fabrikam.example")
TYPES: Final = (
    *(SettingType.BOOLEAN,) * 7,
    SettingType.STRING,
    SettingType.INT,
    SettingType.DOUBLE,
)
CHOICES: Final[dict[SettingType, Sequence[SettingValueType]]] = {
    SettingType.BOOLEAN: (True, False),
    SettingType.STRING: ("control", "compact", "spacious", "legacy"),
    SettingType.INT: (1, 5, 10, 50),
    SettingType.DOUBLE: (0.25, 0.5, 1.0, 2.75),
}


@attrs.frozen
class FlagPlan:
    """One flag to be made."""

    number: int
    config: int
    """Index into the configs; the last one is of evaluation version 1."""
    key: str
    name: str
    hint: str
    type: SettingType
    tags: tuple[int, ...]
    prerequisite: int | None
    """Number of an earlier boolean flag of the same config."""


@attrs.frozen
class Plan:
    """Everything that the demo makes."""

    seed: int
    flags: tuple[FlagPlan, ...]
    newer_configs: int = len(V2_CONFIGS)
    """Configs of evaluation version 2; one of version 1 comes after them."""

    @property
    def configs(self) -> tuple[tuple[str, EvaluationVersion], ...]:
        """Name and evaluation version of each config."""
        newer = tuple((name, EvaluationVersion.V2) for name in V2_CONFIGS)
        return (*newer, (V1_CONFIG, EvaluationVersion.V1))

    def is_v2(self, flag: FlagPlan) -> bool:
        """Whether the flag has a formula of evaluation version 2."""
        return flag.config < self.newer_configs


@attrs.define
class Ids:
    """What the service called the things that were made, in the order of the plan."""

    product: UUID
    environments: list[UUID] = attrs.field(factory=list[UUID])
    tags: list[int] = attrs.field(factory=list[int])
    segments: list[UUID] = attrs.field(factory=list[UUID])
    configs: list[UUID] = attrs.field(factory=list[UUID])
    flags: dict[int, int] = attrs.field(factory=dict[int, int])
    """Setting id by flag number."""


def make_plan(seed: int, count: int, configs: int = len(V2_CONFIGS) + 1) -> Plan:
    """Plan `count` flags; the same arguments give the same plan.

    Args:
        seed: Any whole number.
        count: From 0 on; names are numbered once the 480 there are have been used up.
        configs: From 1 on; the last one is of version 1 if there are more.
    """
    rng = random.Random(seed)  # noqa: S311
    names = [(area, feature) for feature in FEATURES for area in AREAS]
    rng.shuffle(names)
    newer = max(configs - 1, 1)
    old = round(count * V1_SHARE) if configs > 1 else 0
    flags: list[FlagPlan] = []
    for number in range(count):
        rounds, place = divmod(number, len(names))
        area, feature = names[place]
        is_old = number >= count - old
        config = newer if is_old else rng.randrange(newer)
        key = area + feature[0].upper() + feature[1:]
        words = [*_words(key), *([str(rounds + 1)] if rounds else [])]
        flags.append(
            FlagPlan(
                number=number,
                config=config,
                key=f"{key}{rounds + 1}" if rounds else key,
                name=" ".join(words).capitalize(),
                hint=f"{words[0].capitalize()} team: {' '.join(words[1:])}.",
                type=rng.choice(TYPES),
                tags=tuple(sorted(rng.sample(range(len(TAGS)), rng.randint(0, 3)))),
                prerequisite=None if is_old else _prerequisite(rng, flags, config),
            ),
        )
    return Plan(seed, tuple(flags), newer)


def _words(key: str) -> Iterator[str]:
    word = ""
    for letter in key:
        if letter.isupper() and word:
            yield word.lower()
            word = ""
        word += letter
    yield word.lower()


def _prerequisite(
    rng: random.Random,
    earlier: Sequence[FlagPlan],
    config: int,
) -> int | None:
    """Pick an earlier flag now and then; so no circle can arise."""
    candidates = [
        flag.number
        for flag in earlier
        if flag.config == config and flag.type is SettingType.BOOLEAN
    ]
    if not candidates or rng.random() > 0.2:  # noqa: PLR2004
        return None
    return rng.choice(candidates)


def formula(
    plan: Plan,
    flag: FlagPlan,
    environment: int,
    ids: Ids,
) -> UpdateEvaluationFormulaModel:
    """Make the targeting of a flag in an environment, by index."""
    rng = random.Random(f"{plan.seed}/{flag.key}/{environment}")  # noqa: S311
    choices = CHOICES[flag.type]
    rules: list[UpdateTargetingRuleModel] = []
    if rng.random() < 0.6:  # noqa: PLR2004
        rules.append(_serve(_user_condition(rng), rng.choice(choices)))
    if rng.random() < 0.4:  # noqa: PLR2004
        segment = UpdateSegmentConditionModel(
            segment_id=rng.choice(ids.segments),
            comparator=SegmentComparator.IS_IN,
        )
        condition = UpdateConditionModel(segment_condition=segment)
        rules.append(_serve(condition, rng.choice(choices)))
    if flag.prerequisite is not None:
        needed = UpdatePrerequisiteFlagConditionModel(
            prerequisite_setting_id=ids.flags[flag.prerequisite],
            comparator=PrerequisiteComparator.EQUALS,
            prerequisite_comparison_value=make_value(rng.random() < 0.5),  # noqa: PLR2004
        )
        condition = UpdateConditionModel(prerequisite_flag_condition=needed)
        rules.append(_serve(condition, rng.choice(choices)))
    if rng.random() < 0.5:  # noqa: PLR2004
        rules.append(_split(rng, choices[:2]))
    return UpdateEvaluationFormulaModel(
        default_value=make_value(rng.choice(choices)),
        targeting_rules=rules,
        percentage_evaluation_attribute="Company" if rng.random() < 0.1 else None,  # noqa: PLR2004
    )


def _serve(
    condition: UpdateConditionModel,
    value: SettingValueType,
) -> UpdateTargetingRuleModel:
    return UpdateTargetingRuleModel(conditions=[condition], value=make_value(value))


def _split(
    rng: random.Random,
    choices: Sequence[SettingValueType],
) -> UpdateTargetingRuleModel:
    first = rng.randrange(5, 96, 5)
    return UpdateTargetingRuleModel(
        conditions=[],
        percentage_options=[
            UpdatePercentageOptionModel(percentage=share, value=make_value(value))
            for share, value in zip((first, 100 - first), choices, strict=True)
        ],
    )


def _user_condition(rng: random.Random) -> UpdateConditionModel:
    kind = rng.randrange(4)
    if kind == 0:
        attribute, comparator = "Email", UserComparator.TEXT_ENDS_WITH_ANY_OF
        value = _list_value(rng.sample(DOMAINS, 2))
    elif kind == 1:
        attribute, comparator = "Country", UserComparator.IS_ONE_OF
        value = _list_value(rng.sample(COUNTRIES, 3))
    elif kind == 2:  # noqa: PLR2004
        attribute, comparator = "AppVersion", UserComparator.SEM_VER_GREATER_OR_EQUALS
        value = UpdateComparisonValueModel(string_value=f"{rng.randint(1, 9)}.4.0")
    else:
        attribute, comparator = "Seats", UserComparator.NUMBER_GREATER
        value = UpdateComparisonValueModel(double_value=float(rng.randint(10, 500)))
    return UpdateConditionModel(
        user_condition=UpdateUserConditionModel(
            comparison_attribute=attribute,
            comparator=comparator,
            comparison_value=value,
        ),
    )


def _list_value(items: Sequence[str]) -> UpdateComparisonValueModel:
    return UpdateComparisonValueModel(
        list_value=[UpdateComparisonValueListModel(value=item) for item in items],
    )


def segment_comparator(text: str) -> RolloutRuleComparator:
    """Return the comparator of a planned segment."""
    return RolloutRuleComparator(text)
