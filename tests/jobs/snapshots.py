"""Snapshots of any form, for tests that need no service."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import attrs
from hypothesis import strategies as st

from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Config,
    Environment,
    Formula,
    Gap,
    Header,
    Integration,
    Link,
    Member,
    PercentageOption,
    PermissionGroup,
    Preferences,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SdkKey,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Source,
    Tag,
    UnknownField,
    UserCondition,
    ValueV1,
    Variation,
    Webhook,
)

TEXTS = st.text(max_size=8) | st.sampled_from(["", "a/b", "..", "<b>", "\ud800", "\n"])
MAYBE_TEXTS = st.none() | TEXTS
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
INT32 = st.integers(-(2**31), 2**31 - 1)
PLAINS = st.booleans() | TEXTS | INT32 | NUMBERS


def _tuples(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=2).map(tuple)


def _built(kind: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Build a record; what is not given by name comes from the field's type."""
    by_type: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        str | None: MAYBE_TEXTS,
        int: INT32,
        int | None: st.none() | INT32,
        bool: st.booleans(),
        bool | None: st.none() | st.booleans(),
        UUID | None: st.none() | st.uuids(),
        tuple[str, ...]: _tuples(TEXTS),
    }
    given = {
        field.name: fields[field.name] if field.name in fields else by_type[field.type]
        for field in attrs.fields(kind)
    }
    return st.builds(kind, **given)


SHARES = _tuples(_built(PercentageOption, value=PLAINS))
PAIRS = _tuples(st.tuples(TEXTS, MAYBE_TEXTS))
CONDITIONS: st.SearchStrategy[Condition] = (
    _built(UserCondition, value=TEXTS | NUMBERS | PAIRS)
    | _built(SegmentCondition)
    | _built(PrerequisiteCondition, value=PLAINS)
)
RULES = _built(
    Rule,
    conditions=_tuples(CONDITIONS),
    value=st.none() | PLAINS,
    percentage_options=SHARES,
)
TARGETINGS = _built(Formula, default=PLAINS, rules=_tuples(RULES)) | _built(
    ValueV1,
    default=PLAINS,
    rules=_tuples(_built(RuleV1, value=PLAINS)),
    percentage_options=SHARES,
)
VALUES = _built(SettingInEnvironment, targeting=TARGETINGS, links=_tuples(_built(Link)))
SETTINGS = _built(
    Setting,
    variations=_tuples(_built(Variation, value=PLAINS)),
    values=st.dictionaries(TEXTS, VALUES, max_size=2),
)
GROUPS = _built(
    PermissionGroup,
    rights=st.dictionaries(TEXTS, st.booleans(), max_size=2),
    environment_accesses=st.dictionaries(TEXTS, TEXTS, max_size=2),
    environment_approval_permissions=st.dictionaries(TEXTS, TEXTS, max_size=2),
)
INTEGRATIONS = _built(
    Integration,
    parameters=st.none() | st.dictionaries(TEXTS, MAYBE_TEXTS, max_size=2),
)
SOURCES = _built(
    Source,
    product_id=st.uuids(),
    taken_at=st.datetimes().map(lambda time: time.replace(fold=0, tzinfo=UTC)),
)
SNAPSHOTS = _built(
    Snapshot,
    source=SOURCES,
    preferences=_built(Preferences),
    limits=st.dictionaries(TEXTS, INT32, max_size=2),
    environments=_tuples(_built(Environment)),
    tags=_tuples(_built(Tag)),
    segments=_tuples(_built(Segment)),
    permission_groups=_tuples(GROUPS),
    configs=_tuples(_built(Config, settings=_tuples(SETTINGS))),
    webhooks=_tuples(_built(Webhook, headers=_tuples(_built(Header)))),
    integrations=_tuples(INTEGRATIONS),
    members=_tuples(_built(Member)),
    sdk_keys=_tuples(_built(SdkKey)),
    gaps=_tuples(_built(Gap)),
    unknown_fields=_tuples(_built(UnknownField)),
)
"""Anything that the types allow, whether it makes sense or not."""


def wide_snapshot(*, flags: int, environments: int, configs: int = 10) -> Snapshot:
    """Return a product of many flags, all of them with rules in all environments."""
    formula = Formula(
        False,
        (
            Rule(
                (
                    UserCondition("Email", "isOneOf", (("a@example.com", None),)),
                    SegmentCondition("Beta", "isIn"),
                ),
                True,
            ),
            Rule(
                (),
                percentage_options=(
                    PercentageOption(20, True),
                    PercentageOption(80, False),
                ),
            ),
        ),
    )
    names = [f"Environment {number}" for number in range(environments)]
    return Snapshot(
        Source(
            "https://api.example",
            "Organization",
            UUID(int=1),
            datetime(2026, 1, 31, 12, tzinfo=UTC),
        ),
        "Wide",
        environments=tuple(
            Environment(name, order=number, id=UUID(int=number))
            for number, name in enumerate(names)
        ),
        segments=(Segment("Beta", "Email", "contains", "@example.com"),),
        configs=tuple(
            Config(
                f"Config {config}",
                "v2",
                order=config,
                settings=tuple(
                    Setting(
                        f"flag{number}",
                        f"Flag {number}",
                        "boolean",
                        order=number,
                        values={
                            name: SettingInEnvironment(formula, UUID(int=number))
                            for name in names
                        },
                        id=number,
                    )
                    for number in range(flags // configs)
                ),
                id=UUID(int=config),
            )
            for config in range(configs)
        ),
    )
