"""The records of a LaunchDarkly project, with the names of its REST API.

Every record that can be wrong keeps its `place` in the JSON, such as
`$.flags[3].environments.production.rules[0]`, so that an issue can name it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import attrs

from configcat_mgmt.json_value import JsonValue

USER: Final = "user"
"""The context kind that is meant where data names none."""
WHOLE: Final = 100_000
"""The sum of the weights of a rollout, in thousandths of a percent."""


@attrs.frozen
class Clause:
    """One test of a rule. All clauses of a rule have to hold."""

    attribute: str
    op: str
    values: tuple[JsonValue, ...]
    negate: bool = False
    context_kind: str | None = None
    """None in data that is older than context kinds; `attribute` is then a literal
    name, and otherwise a path."""
    place: str = "$"


@attrs.frozen
class Weight:
    """The share of one variation in a rollout."""

    variation: int
    weight: int
    """Thousandths of a percent."""


@attrs.frozen
class Rollout:
    """A split by a hash of an attribute."""

    weights: tuple[Weight, ...]
    context_kind: str | None = None
    bucket_by: str | None = None
    """None for the key."""
    is_moving: bool = False
    """Whether an experiment or a guarded rollout changes the weights automatically."""
    place: str = "$"


@attrs.frozen
class Served:
    """What a rule or the fallthrough serves: a variation or a rollout."""

    variation: int | None = None
    rollout: Rollout | None = None
    place: str = "$"


@attrs.frozen
class Rule:
    """A rule of a flag."""

    clauses: tuple[Clause, ...]
    served: Served
    is_disabled: bool = False
    place: str = "$"


@attrs.frozen
class Target:
    """Keys of one context kind that are served one variation."""

    variation: int
    values: tuple[str, ...]
    context_kind: str = USER
    place: str = "$"


@attrs.frozen
class Prerequisite:
    """A flag that has to be on and to serve a variation."""

    key: str
    variation: int
    place: str = "$"


@attrs.frozen
class FlagConfig:
    """A flag in one environment."""

    on: bool
    off_variation: int | None = None
    fallthrough: Served = Served()
    prerequisites: tuple[Prerequisite, ...] = ()
    targets: tuple[Target, ...] = ()
    context_targets: tuple[Target, ...] = ()
    rules: tuple[Rule, ...] = ()
    place: str = "$"


@attrs.frozen
class Variation:
    """A value that a flag can serve."""

    value: JsonValue
    name: str | None = None
    description: str | None = None
    place: str = "$"


@attrs.frozen
class Flag:
    """A flag with its environments by key."""

    key: str
    name: str
    kind: str
    variations: tuple[Variation, ...]
    environments: Mapping[str, FlagConfig]
    description: str | None = None
    tags: tuple[str, ...] = ()
    is_temporary: bool = False
    is_archived: bool = False
    is_deprecated: bool = False
    is_for_clients: bool | None = None
    """Whether SDKs of clients receive it; None if the data does not tell."""
    default_off_variation: int | None = None
    """The off variation that new environments get."""
    extras: tuple[str, ...] = ()
    """Members that ConfigCat has no counterpart of."""
    place: str = "$"


@attrs.frozen
class SegmentRule:
    """A rule of a segment, with a share of those who meet it."""

    clauses: tuple[Clause, ...]
    weight: int | None = None
    """Thousandths of a percent; None for all, 0 for nobody with the bucket's kind."""
    bucket_by: str | None = None
    context_kind: str | None = None
    place: str = "$"


@attrs.frozen
class KeyList:
    """Keys of one context kind."""

    context_kind: str
    values: tuple[str, ...]


@attrs.frozen
class Segment:
    """A segment of one environment."""

    key: str
    name: str
    description: str | None = None
    included: tuple[KeyList, ...] = ()
    """Included wins over excluded, and excluded over rules."""
    excluded: tuple[KeyList, ...] = ()
    rules: tuple[SegmentRule, ...] = ()
    is_unbounded: bool = False
    """Whether it is a big segment, whose keys the REST API does not show."""
    place: str = "$"


@attrs.frozen
class Environment:
    """An environment."""

    key: str
    name: str
    color: str | None = None


@attrs.frozen
class Malformed:
    """A flag or segment that cannot be read."""

    kind: str
    """`flag` or `segment`."""
    key: str
    reason: str
    place: str


@attrs.frozen
class Project:
    """A project as an export holds it."""

    host: str
    key: str
    name: str
    environments: tuple[Environment, ...] = ()
    flags: tuple[Flag, ...] = ()
    segments: Mapping[str, tuple[Segment, ...]] = attrs.field(
        factory=dict[str, tuple[Segment, ...]]
    )
    """By environment key."""
    malformed: tuple[Malformed, ...] = ()
    changed_while_read: tuple[str, ...] = ()
    """Keys of flags that still changed when they were read again."""
    list_attributes: tuple[str, ...] | None = None
    """Attributes of which LaunchDarkly reported a list, as `kind.name`; None if the
    export was read without asking for them."""
    unknown_list_attributes: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Attributes whose values LaunchDarkly did not report, with the reason, such as
    `403 in production`."""
    taken_at: datetime | None = None

    def __repr__(self) -> str:
        """Summarize the project, since a full listing has thousands of lines."""
        return (
            f"<Project {self.key!r}: {len(self.environments)} environments, "
            f"{len(self.flags)} flags>"
        )
