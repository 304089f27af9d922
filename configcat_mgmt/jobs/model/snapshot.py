"""The records of a snapshot: a product as one plain value.

Records refer to each other by natural key: the name of a product, environment, tag,
segment, group or config, the key of a setting, the value of a predefined variation. Ids
are kept only for reports, and to find renamed entities.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Protocol, TypeAlias, TypeVar
from uuid import UUID

import attrs

from configcat_mgmt.texts import counted

FORMAT: Final = 2
"""Raised when older versions cannot read the files of this one; form 1 is 0.2.0's."""

Plain: TypeAlias = bool | str | int | float
"""A served value; a double is always a float."""

TYPES: Final[Mapping[str, type]] = {
    "boolean": bool,
    "string": str,
    "int": int,
    "double": float,
}
"""Python types of served values by setting type."""

LEFT_OUT: Final = "left out by the selection"
"""Reason of a gap that the selection asked for."""

NOT_KNOWN: Final = "is not known"
"""End of the reason of a gap that only a newer version of this package can read."""


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
    """A string, a number, or (item, hint) pairs, depending on the comparator."""


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
    """A targeting rule of evaluation version 2, with either a value or options."""

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
    """A rule of evaluation version 1, about either an attribute or a segment."""

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
    """The value and links of one setting in one environment."""

    targeting: Formula | ValueV1
    version: UUID | None = None
    """`lastVersionId` of the value when it was read, V2 only. A different id means that
    the value changed since."""
    links: tuple[Link, ...] = ()
    change_requests: int = 0
    """Number of open change requests that propose another value, V2 only."""


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
    is_json: bool | None = None
    """Whether the service checks the values as JSON. None for settings of other types
    than `string`, and if a snapshot or service is older than this field."""
    id: int | None = None

    def __repr__(self) -> str:
        """Summarize the setting."""
        count = counted(len(self.values), "value")
        return f"<Setting {self.key!r} ({self.type}): {count}>"


@attrs.frozen
class Config:
    """A config with its settings, in the order of the service."""

    name: str
    evaluation_version: str
    """`v1` or `v2`; never changes."""
    description: str | None = None
    order: int = 0
    settings: tuple[Setting, ...] = ()
    id: UUID | None = None

    def __repr__(self) -> str:
        """Summarize the config."""
        count = counted(len(self.settings), "setting")
        return f"<Config {self.name!r} ({self.evaluation_version}): {count}>"


@attrs.frozen
class Environment:
    """An environment."""

    name: str
    color: str | None = None
    description: str | None = None
    order: int = 0
    reason_required: bool = False
    approve_required: bool = False
    """Whether values of V2 configs change here through approved change requests only;
    written as one of the preferences."""
    can_bypass_approval: bool = False
    """Whether the credentials may write these values without approval; only known
    where approval is required and values of a V2 config were read."""
    id: UUID | None = None


@attrs.frozen
class Tag:
    """A tag."""

    name: str
    color: str | None = None
    id: int | None = None


@attrs.frozen
class Segment:
    """A segment: a named comparison of a user attribute."""

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
    """The `can...` permissions by wire name."""
    access_type: str = "custom"
    new_environment_access_type: str = "none"
    environment_accesses: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Access type by environment name."""
    approval_permission_type: str | None = None
    """`cannotApprove`, `canApproveOthers`, `canBypassApproval` or `custom`. None if the
    snapshot or the service is older than approvals; then the next two fields mean
    nothing."""
    new_environment_approval_permission_type: str | None = None
    environment_approval_permissions: Mapping[str, str] = attrs.field(
        factory=dict[str, str]
    )
    """Approval permission by environment name; counts for the type `custom` only."""
    id: int | None = None


@attrs.frozen
class Header:
    """A header that a webhook sends; the value of a secure one is None."""

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
    """An integration; no environments or no configs means all of them."""

    name: str
    type: str
    parameters: Mapping[str, str | None] | None = attrs.field(repr=False, default=None)
    """None unless the snapshot was taken with secrets."""
    environments: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    id: UUID | None = None


@attrs.frozen
class Member:
    """A member of a permission group; only in snapshots taken with members."""

    email: str
    permission_group: str


@attrs.frozen
class SdkKey:
    """The SDK keys of a config in an environment; the keys are secrets."""

    config: str
    environment: str
    primary: str | None = attrs.field(repr=False, default=None)
    secondary: str | None = attrs.field(repr=False, default=None)


@attrs.frozen
class Preferences:
    """The product's preferences, as the dashboard calls them."""

    reason_required: bool = False
    key_generation_mode: str = "camelCase"
    show_variation_id: bool = False
    mandatory_setting_hint: bool = False
    reason_required_environments: tuple[str, ...] = ()
    """Names of environments that require a reason for changes."""
    approve_required: bool | None = None
    """Whether all environments require approved change requests. None if the snapshot
    or the service is older than approvals; then the next field means nothing."""
    approve_required_environments: tuple[str, ...] = ()
    """Names of environments that require approved change requests."""


@attrs.frozen
class Gap:
    """An entity that could not be read, or is read-only."""

    entity: str
    key: str
    """Names from the outermost to the innermost, joined by slashes; `*` for all
    entities of the kind."""
    reason: str
    was_read: bool = False
    """Whether the snapshot has it nevertheless, because it is only read-only."""


@attrs.frozen
class UnknownField:
    """A field of the service that this version cannot carry to another product."""

    entity: str
    field: str
    """Wire names from the outermost to the innermost, joined by dots."""


@attrs.frozen
class Source:
    """The service, organization, product and time of a snapshot."""

    base_url: str
    organization: str
    product_id: UUID
    taken_at: datetime | None = None
    """None in a file that was saved without the time, see `save_snapshot`."""


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
    unknown_fields: tuple[UnknownField, ...] = ()
    """Fields in the responses that this version does not know, and so does not keep."""

    @property
    def is_partial(self) -> bool:
        """Whether some part could not be read."""
        return any(not gap.was_read for gap in self.gaps)

    def __repr__(self) -> str:
        """Summarize the product, since a full listing has thousands of lines."""
        settings = sum(len(config.settings) for config in self.configs)
        counts = (
            counted(len(self.environments), "environment"),
            counted(len(self.configs), "config"),
            counted(settings, "setting"),
            counted(len(self.segments), "segment"),
            counted(len(self.tags), "tag"),
        )
        partial = ", partial" if self.is_partial else ""
        return f"<Snapshot {self.name!r}: {', '.join(counts)}{partial}>"


class Named(Protocol):
    """An entity with a name."""

    @property
    def name(self) -> str:
        """The name."""
        ...


class Placed(Named, Protocol):
    """An entity with an order among its kind, not necessarily unique."""

    @property
    def order(self) -> int:
        """The order."""
        ...


NamedT = TypeVar("NamedT", bound=Named)
PlacedT = TypeVar("PlacedT", bound=Placed)


def by_name(things: Iterable[NamedT]) -> tuple[NamedT, ...]:
    """Sort entities by name, case-insensitively first."""
    return tuple(sorted(things, key=lambda one: (one.name.casefold(), one.name)))


def by_order(things: Iterable[PlacedT]) -> tuple[PlacedT, ...]:
    """Sort entities as the dashboard shows them: by order, then by name."""
    return tuple(
        sorted(things, key=lambda one: (one.order, one.name.casefold(), one.name))
    )
