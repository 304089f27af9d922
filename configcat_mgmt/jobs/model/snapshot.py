"""A product as one plain value, in the words that people use for its parts.

Everything refers to everything else by natural key: names for products, environments,
tags, segments, groups and configs, keys for settings, and plain values for predefined
variations. Ids are kept only to report what became of them.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol, TypeAlias, TypeVar
from uuid import UUID

import attrs

FORMAT: Final = 2
"""Raised when older versions cannot read the files of this one; form 1 is 0.2.0's."""

Plain: TypeAlias = bool | str | int | float
"""A served value; a double is always a float, so that it stays one."""

TYPES: Final[Mapping[str, type]] = {
    "boolean": bool,
    "string": str,
    "int": int,
    "double": float,
}
"""Python types of served values by setting type."""

LEFT_OUT: Final = "left out by the selection"
"""Reason of a gap that the selection asked for."""


@attrs.frozen
class PercentageOption:
    """One percentage option."""

    percentage: int
    value: Plain


@attrs.frozen
class UserCondition:
    """A comparison of a user attribute."""

    attribute: str
    comparator: str
    """Wire text of a `UserComparator`."""
    value: str | float | tuple[tuple[str, str | None], ...]
    """Text, number, or (item, hint) pairs, as the comparator demands."""


@attrs.frozen
class SegmentCondition:
    """Membership of a segment, by its name."""

    segment: str
    comparator: str


@attrs.frozen
class PrerequisiteCondition:
    """The value of another setting of the same config, by its key."""

    setting: str
    comparator: str
    value: Plain


Condition: TypeAlias = UserCondition | SegmentCondition | PrerequisiteCondition


@attrs.frozen
class Rule:
    """A targeting rule of evaluation version 2; a value or options, not both."""

    conditions: tuple[Condition, ...]
    value: Plain | None = None
    percentage_options: tuple[PercentageOption, ...] = ()


@attrs.frozen
class Formula:
    """The value of a setting in an environment, evaluation version 2."""

    default: Plain
    rules: tuple[Rule, ...] = ()
    percentage_attribute: str | None = None


@attrs.frozen
class RuleV1:
    """A rule of evaluation version 1: a comparison of an attribute, or a segment."""

    value: Plain
    attribute: str | None = None
    comparator: str | None = None
    comparison: str | None = None
    segment: str | None = None
    segment_comparator: str | None = None


@attrs.frozen
class ValueV1:
    """The value of a setting in an environment, evaluation version 1."""

    default: Plain
    rules: tuple[RuleV1, ...] = ()
    percentage_options: tuple[PercentageOption, ...] = ()


@attrs.frozen
class Link:
    """A link from a setting in an environment to an item of another tool."""

    type: str
    key: str
    description: str | None = None
    url: str | None = None


@attrs.frozen
class SettingInEnvironment:
    """What one setting has in one environment."""

    targeting: Formula | ValueV1
    version: UUID | None = None
    """`lastVersionId` when it was read (V2 only): tells whether it changed since."""
    links: tuple[Link, ...] = ()


@attrs.frozen
class Variation:
    """A predefined variation; its value is unique in the setting."""

    value: Plain
    name: str | None = None
    hint: str | None = None
    id: UUID | None = None


@attrs.frozen
class Setting:
    """A feature flag or setting."""

    key: str
    name: str
    type: str
    """`boolean`, `string`, `int` or `double`."""
    hint: str | None = None
    order: int = 0
    tags: tuple[str, ...] = ()
    """Names, sorted."""
    variations: tuple[Variation, ...] = ()
    values: Mapping[str, SettingInEnvironment] = attrs.field(
        factory=dict[str, SettingInEnvironment],
    )
    """By environment name."""
    id: int | None = None


@attrs.frozen
class Config:
    """A config with its settings in their order."""

    name: str
    evaluation_version: str
    """`v1` or `v2`; never changes."""
    description: str | None = None
    order: int = 0
    settings: tuple[Setting, ...] = ()
    id: UUID | None = None


@attrs.frozen
class Environment:
    """An environment."""

    name: str
    color: str | None = None
    description: str | None = None
    order: int = 0
    reason_required: bool = False
    id: UUID | None = None


@attrs.frozen
class Tag:
    """A tag."""

    name: str
    color: str | None = None
    id: int | None = None


@attrs.frozen
class Segment:
    """A segment: one comparison with a name."""

    name: str
    attribute: str
    comparator: str
    comparison: str
    description: str | None = None
    id: UUID | None = None


@attrs.frozen
class PermissionGroup:
    """A permission group."""

    name: str
    rights: Mapping[str, bool] = attrs.field(factory=dict[str, bool])
    """The `can...` flags by wire name."""
    access_type: str = "custom"
    new_environment_access_type: str = "none"
    environment_accesses: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Access type by environment name."""
    id: int | None = None


@attrs.frozen
class Header:
    """A header that a webhook sends; a secure value cannot be read and is None."""

    key: str
    value: str | None = attrs.field(repr=False)
    secure: bool = False


@attrs.frozen
class Webhook:
    """A webhook of a config in an environment."""

    config: str
    environment: str
    url: str
    method: str
    content: str | None = None
    headers: tuple[Header, ...] = ()
    id: int | None = None


@attrs.frozen
class Integration:
    """An integration; no environments or configs means all."""

    name: str
    type: str
    parameters: Mapping[str, str | None] | None = attrs.field(repr=False, default=None)
    """None unless secrets were asked for."""
    environments: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    id: UUID | None = None


@attrs.frozen
class Member:
    """A member of a permission group; read only when asked for."""

    email: str
    permission_group: str


@attrs.frozen
class SdkKey:
    """The keys of a config in an environment; the keys themselves are secrets."""

    config: str
    environment: str
    primary: str | None = attrs.field(repr=False, default=None)
    secondary: str | None = attrs.field(repr=False, default=None)


@attrs.frozen
class Preferences:
    """Rules of the product that the dashboard keeps under preferences."""

    reason_required: bool = False
    key_generation_mode: str = "camelCase"
    show_variation_id: bool = False
    mandatory_setting_hint: bool = False
    reason_required_environments: tuple[str, ...] = ()
    """Names of environments that demand a reason of their own."""


@attrs.frozen
class Gap:
    """Something that could not be read, or may not be changed."""

    entity: str
    key: str
    """Names from the outside in, joined by slashes; `*` for all of the kind."""
    reason: str
    was_read: bool = False
    """Whether it stands in the snapshot all the same, since it is only read-only."""


@attrs.frozen
class Source:
    """Where and when a snapshot was taken."""

    base_url: str
    organization: str
    product_id: UUID
    taken_at: datetime


@attrs.frozen
class Snapshot:
    """A product with everything in it that the API can read."""

    source: Source
    name: str
    description: str | None = None
    order: int = 0
    preferences: Preferences = Preferences()
    limits: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """The organization's limits by wire name, such as `maxTargetingRuleCount`."""
    environments: tuple[Environment, ...] = ()
    tags: tuple[Tag, ...] = ()
    segments: tuple[Segment, ...] = ()
    permission_groups: tuple[PermissionGroup, ...] = ()
    configs: tuple[Config, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    integrations: tuple[Integration, ...] = ()
    members: tuple[Member, ...] = ()
    sdk_keys: tuple[SdkKey, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def is_partial(self) -> bool:
        """Whether something is missing."""
        return any(not gap.was_read for gap in self.gaps)


class Named(Protocol):
    """Something with a name."""

    @property
    def name(self) -> str:
        """The name."""
        ...


class Placed(Named, Protocol):
    """Something with a place among its kind, which others may share."""

    @property
    def order(self) -> int:
        """The place."""
        ...


NamedT = TypeVar("NamedT", bound=Named)
PlacedT = TypeVar("PlacedT", bound=Placed)


def by_name(things: Iterable[NamedT]) -> tuple[NamedT, ...]:
    """Return things by name, upper and lower case side by side."""
    return tuple(sorted(things, key=lambda one: (one.name.casefold(), one.name)))


def by_order(things: Iterable[PlacedT]) -> tuple[PlacedT, ...]:
    """Return things as the dashboard shows them: by place, then by name."""
    return tuple(
        sorted(things, key=lambda one: (one.order, one.name.casefold(), one.name))
    )
