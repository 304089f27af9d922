"""Products that make sense, as snapshots: any two of them can be made equal.

What never changes (the type of a setting, whether it has predefined variations, the
version of a config) follows from its name, and settings only depend on settings that
stand before them in `KEYS`, so that no two products contradict each other.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Final
from uuid import UUID

import attrs
from hypothesis import strategies as st

from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Config,
    Environment,
    Formula,
    Header,
    Integration,
    Link,
    PercentageOption,
    PermissionGroup,
    Plain,
    Preferences,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Source,
    Tag,
    UserCondition,
    ValueV1,
    Variation,
    Webhook,
)

Json = Any

SOURCE: Final = Source(
    base_url="https://api.example",
    organization="Source",
    product_id=UUID(int=1),
    taken_at=datetime(2026, 1, 31, 12, tzinfo=UTC),
)
TARGET: Final = attrs.evolve(SOURCE, organization="Target", product_id=UUID(int=2))

ENVIRONMENTS: Final = ("Production", "../../etc/passwd", "<b>Test</b>")
TAGS: Final = ("a/b", "größe", "%2F")
SEGMENTS: Final = ("Beta users", "a")
GROUPS: Final = ("Administrators", "Support")
CONFIGS: Final = {"Main": "v2", "a/b": "v2", "Legacy": "v1"}
KEYS: Final[dict[str, tuple[str, tuple[Plain, ...]]]] = {
    "flag": ("boolean", ()),
    "a": ("string", ()),
    "b/a": ("int", ()),
    "rate": ("double", ()),
    "Choice": ("string", ("x", "y", "a/b")),
    "newSpeed": ("double", (0.5, 1.0, 2.0)),
    "other_flag": ("boolean", ()),
}
"""Type and possible values of predefined variations by key; only V2 has the latter."""
OWN: Final[dict[str, tuple[Plain, ...]]] = {
    "boolean": (True, False),
    "string": ("", "x", "<script>"),
    "int": (0, 1, -(2**31)),
    "double": (0.0, 1.0, 0.1),
}


@lru_cache(maxsize=None, typed=True)
def pick(*items: Json) -> st.SearchStrategy[Any]:
    """Choose one of the items; the strategy is built once for equal items."""
    return st.sampled_from(items)


TEXTS: Final = pick(None, "text", "größer")
ORDERS: Final = st.integers(0, 2)


def some(pool: Iterable[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    """Choose some names of a pool, in any order."""
    return _some(tuple(pool), most)


@cache
def _some(pool: tuple[str, ...], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(pool), unique=True, max_size=most)


@st.composite
def products(draw: st.DrawFn, source: Source = SOURCE) -> Snapshot:
    """Make a product that makes sense."""
    environments = draw(some(ENVIRONMENTS))
    tags, segments = draw(some(TAGS)), draw(some(SEGMENTS))
    configs = draw(some(list(CONFIGS)))
    return Snapshot(
        source=source,
        name="Web shop",
        description=draw(TEXTS),
        order=draw(ORDERS),
        preferences=Preferences(
            key_generation_mode=draw(pick("camelCase", "kebabCase")),
            show_variation_id=draw(st.booleans()),
            reason_required=draw(st.booleans()),
            reason_required_environments=tuple(
                sorted(name for name in environments if draw(st.booleans()))
            ),
            approve_required=draw(pick(None, False)),
        ),
        environments=tuple(
            Environment(name, draw(TEXTS), draw(TEXTS), draw(ORDERS))
            for name in environments
        ),
        tags=tuple(Tag(name, draw(TEXTS)) for name in tags),
        segments=tuple(
            Segment(
                name,
                draw(pick("Email", "Country")),
                draw(pick("isOneOf", "contains")),
                "a@b.example",
                draw(TEXTS),
            )
            for name in segments
        ),
        permission_groups=tuple(
            draw(groups(name, environments)) for name in draw(some(GROUPS))
        ),
        configs=tuple(
            draw(one_config(name, environments, tags, segments)) for name in configs
        ),
        webhooks=tuple(draw(webhooks(configs, environments))),
        integrations=tuple(draw(integrations(configs, environments))),
    )


@st.composite
def groups(draw: st.DrawFn, name: str, environments: list[str]) -> PermissionGroup:
    accesses = pick("full", "readOnly", "none")
    is_custom = draw(st.booleans())
    return PermissionGroup(
        name,
        {
            right: draw(st.booleans())
            for right in ("canManageMembers", "canDisable2FA", "canTagSetting")
        },
        "custom" if is_custom else "full",
        draw(accesses),
        {place: draw(accesses) for place in environments} if is_custom else {},
        *draw(approval_permissions(environments)),
    )


@st.composite
def approval_permissions(
    draw: st.DrawFn, environments: list[str]
) -> tuple[str | None, str | None, dict[str, str]]:
    """Make the approval permissions of a group, or none as an older service has."""
    kinds = pick("cannotApprove", "canApproveOthers", "canBypassApproval")
    kind = draw(pick(None, "canApproveOthers", "custom"))
    if kind is None:
        return None, None, {}
    in_each = {place: draw(kinds) for place in environments} if kind == "custom" else {}
    return kind, draw(kinds), in_each


@st.composite
def one_config(
    draw: st.DrawFn,
    name: str,
    environments: list[str],
    tags: list[str],
    segments: list[str],
) -> Config:
    version = CONFIGS[name]
    keys = [key for key in KEYS if version == "v2" or not KEYS[key][1]]
    chosen = set(draw(some(keys, 5)))
    settings: list[Setting] = []
    for key in keys:
        if key in chosen:
            values = draw(possible_values(key))
            made: st.SearchStrategy[Any] = old_values(values, segments)
            if version == "v2":
                made = formulas(values, list(settings), segments)
            setting = draw(one_setting(key, environments, values, made))
            own_tags = tuple(sorted(tag for tag in tags if draw(st.booleans())))
            settings.append(attrs.evolve(setting, tags=own_tags))
    description = draw(TEXTS)
    return Config(name, version, description, draw(ORDERS), tuple(settings))


def possible_values(key: str) -> st.SearchStrategy[tuple[Plain, ...]]:
    """Return what a setting can serve: some of its possible variations, or anything."""
    kind, possible = KEYS[key]
    if not possible:
        return st.just(OWN[kind])
    return st.lists(st.sampled_from(possible), unique=True, min_size=1).map(tuple)


@st.composite
def one_setting(
    draw: st.DrawFn,
    key: str,
    environments: list[str],
    values: Sequence[Plain],
    made: st.SearchStrategy[Any],
) -> Setting:
    kind, possible = KEYS[key]
    return Setting(
        key,
        draw(pick("Name", "Other name")),
        kind,
        draw(TEXTS),
        draw(ORDERS),
        variations=tuple(
            Variation(value, draw(TEXTS), draw(TEXTS)) for value in values if possible
        ),
        values={
            name: SettingInEnvironment(draw(made), links=tuple(draw(links())))
            for name in environments
        },
        is_json=draw(pick(None, False, True)) if kind == "string" else None,
    )


def percentage_options(
    values: Sequence[Plain],
) -> st.SearchStrategy[tuple[PercentageOption, ...]]:
    """Split everybody between two values."""
    pairs = [
        (PercentageOption(percentage, one), PercentageOption(100 - percentage, other))
        for percentage in (0, 30)
        for one in values
        for other in values
        if one != other
    ]
    return (
        st.sampled_from(pairs)
        if pairs
        else st.just((PercentageOption(100, values[0]),))
    )


@st.composite
def formulas(
    draw: st.DrawFn,
    values: Sequence[Plain],
    before: list[Setting],
    segments: list[str],
) -> Formula:
    one = st.sampled_from(values)
    is_boolean = isinstance(values[0], bool)
    rules: list[Rule] = []
    for _ in range(draw(st.integers(0, 2))):
        conditions = tuple(
            draw(condition(before, segments)) for _ in range(draw(st.integers(1, 2)))
        )
        if draw(st.booleans()):
            rules.append(Rule(conditions, draw(one)))
        else:
            rules.append(
                Rule(conditions, percentage_options=draw(percentage_options(values)))
            )
    if draw(st.booleans()) and (len(values) > 1 or not is_boolean):
        rules.append(Rule((), percentage_options=draw(percentage_options(values))))
    attribute = draw(pick(None, "Email"))
    return Formula(draw(one), tuple(rules), attribute)


@st.composite
def condition(draw: st.DrawFn, before: list[Setting], segments: list[str]) -> Condition:
    kinds = ["user"]
    kinds += ["segment"] * bool(segments) + ["flag"] * bool(before)
    kind = draw(st.sampled_from(kinds))
    if kind == "segment":
        name = draw(st.sampled_from(segments))
        return SegmentCondition(name, draw(pick("isIn", "isNotIn")))
    if kind == "flag":
        other = draw(st.sampled_from(before))
        values = [one.value for one in other.variations] or OWN[other.type]
        value = draw(st.sampled_from(list(values)))
        return PrerequisiteCondition(other.key, "equals", value)
    items: tuple[tuple[str, str | None], ...] = (("a", None), ("b, c", "hint"))
    comparisons: list[tuple[str, Any]] = [
        ("isOneOf", items),
        ("numberLess", 1.5),
        ("textEquals", "x"),
    ]
    comparator, value = draw(st.sampled_from(comparisons))
    return UserCondition(draw(pick("Email", "Age")), comparator, value)


@st.composite
def old_values(
    draw: st.DrawFn, values: Sequence[Plain], segments: list[str]
) -> ValueV1:
    rules: list[RuleV1] = []
    for _ in range(draw(st.integers(0, 2))):
        value = draw(st.sampled_from(values))
        is_segment_rule: bool = draw(st.booleans())
        if segments and is_segment_rule:
            name = draw(st.sampled_from(segments))
            rules.append(RuleV1(value, segment=name, segment_comparator="isIn"))
        else:
            rules.append(RuleV1(value, "Email", "isOneOf", "a,b"))
    split = draw(st.one_of(st.just(()), percentage_options(values)))
    return ValueV1(draw(st.sampled_from(values)), tuple(rules), split)


def links() -> st.SearchStrategy[list[Link]]:
    """Link with up to two items."""
    one = st.builds(
        Link,
        pick("trello", "monday"),
        pick("1", "../2"),
        TEXTS,
        pick(None, "https://trello.example/1"),
    )
    return st.lists(one, unique_by=lambda link: (link.type, link.key), max_size=2)


@st.composite
def webhooks(
    draw: st.DrawFn, configs: list[str], environments: list[str]
) -> list[Webhook]:
    if not configs or not environments:
        return []
    one = st.builds(
        Webhook,
        st.sampled_from(configs),
        st.sampled_from(environments),
        pick("https://hooks.example/1", "https://hooks.example/2"),
        pick("get", "post"),
        TEXTS,
        pick((), (Header("X-Team", "a"),), (Header("X-Team", "b"),)),
    )
    return draw(st.lists(one, unique_by=_webhook_key, max_size=2))


def _webhook_key(one: Webhook) -> tuple[str, ...]:
    return one.config, one.environment, one.url, one.method


@st.composite
def integrations(
    draw: st.DrawFn, configs: list[str], environments: list[str]
) -> list[Integration]:
    def scope(names: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
        return some(names).map(_sorted) if names else st.just(())

    one = st.builds(
        Integration,
        pick("Chat", "chat 2"),
        pick("slack", "dataDog"),
        st.sampled_from([{"key": "1"}, {"key": "2"}]),
        scope(environments),
        scope(configs),
    )
    return draw(st.lists(one, unique_by=lambda it: (it.name, it.type), max_size=2))


def _sorted(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def plain_product(
    *configs: Config,
    environments: Sequence[str] = ("Production", "Test"),
    source: Source = SOURCE,
    **fields: Json,
) -> Snapshot:
    """Make a product by hand: only what a test is about."""
    return Snapshot(
        source=source,
        name="Web shop",
        environments=tuple(Environment(name) for name in environments),
        configs=configs,
        **{"limits": {"maxTargetingRuleCount": 99}, **fields},
    )


def setting_of(
    key: str,
    targeting: Formula | ValueV1 | None = None,
    *,
    kind: str = "boolean",
    environments: Sequence[str] = ("Production", "Test"),
    version: UUID | None = None,
    **fields: Json,
) -> Setting:
    """Make a setting that serves the same in all environments."""
    served = targeting or Formula(OWN[kind][1])
    values = {name: SettingInEnvironment(served, version) for name in environments}
    return Setting(key, key, kind, **{"values": values, **fields})


def config_of(*settings: Setting, name: str = "Main", version: str = "v2") -> Config:
    """Make a config."""
    return Config(name, version, settings=settings)
