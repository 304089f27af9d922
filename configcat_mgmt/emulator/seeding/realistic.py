"""Realistic products, planned: for the demo, for seeds and for tests."""

import random
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    RolloutRuleComparator,
    SettingType,
    SettingValueType,
)

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
    (
        "Beta testers",
        "Email",
        RolloutRuleComparator.CONTAINS,
        "@beta.northwind.example",
    ),
    (
        "EU customers",
        "Country",
        RolloutRuleComparator.IS_ONE_OF,
        "DE, FR, NL, AT, BE, ES, IT",
    ),
    ("Large accounts", "Seats", RolloutRuleComparator.NUMBER_GREATER_OR_EQUALS, "250"),
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
    has_variations: bool
    """Whether its values are chosen from predefined variations."""


@attrs.frozen
class Plan:
    """The flags of a product."""

    seed: int
    flags: tuple[FlagPlan, ...]
    newer_configs: int
    """Configs of evaluation version 2; one of version 1 may come after them."""

    def is_v2(self, flag: FlagPlan) -> bool:
        """Whether the flag has a formula of evaluation version 2."""
        return flag.config < self.newer_configs


@attrs.define
class Ids:
    """The ids of the created entities, in the order of the plan."""

    product: UUID
    environments: list[UUID] = attrs.field(factory=list[UUID])
    tags: list[int] = attrs.field(factory=list[int])
    segments: list[UUID] = attrs.field(factory=list[UUID])
    configs: list[UUID] = attrs.field(factory=list[UUID])
    flags: dict[int, int] = attrs.field(factory=dict[int, int])
    """Setting id by flag number."""
    variations: dict[int, list[UUID]] = attrs.field(factory=dict[int, list[UUID]])
    """Ids of the predefined variations by flag number."""


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
        kind = rng.choice(TYPES)
        is_text = kind is SettingType.STRING
        words = [*_words(key), *([str(rounds + 1)] if rounds else [])]
        flags.append(
            FlagPlan(
                number=number,
                config=config,
                key=f"{key}{rounds + 1}" if rounds else key,
                name=" ".join(words).capitalize(),
                hint=f"{words[0].capitalize()} team: {' '.join(words[1:])}.",
                type=kind,
                tags=tuple(sorted(rng.sample(range(len(TAGS)), rng.randint(0, 3)))),
                prerequisite=None if is_old else _prerequisite(rng, flags, config),
                has_variations=is_text and not is_old and rng.choice([True, False]),
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
