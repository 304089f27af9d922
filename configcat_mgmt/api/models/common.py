"""Models that several groups of operations use.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from attrs import define, field

from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


class SegmentComparator(OpenEnum):
    """Whether a user must belong to a segment."""

    IS_IN = "isIn"
    """The user is in the segment."""
    IS_NOT_IN = "isNotIn"
    """The user is not in the segment."""


@define
class OrganizationModel:
    """An organization, the owner of products."""

    organization_id: UUID = field(metadata={"essential": True})
    """Id of the organization."""
    name: str
    """Name of the organization."""


@define
class ProductModel:
    """A product, the container of configs, environments, segments and tags."""

    organization: OrganizationModel
    """Organization the product belongs to."""
    product_id: UUID = field(metadata={"essential": True})
    """Id of the product."""
    name: str
    """Name of the product."""
    description: str | None
    """Description of the product; null if there is none."""
    order: int = field(metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown
    alphabetically."""
    reason_required: bool
    """Whether writes of values must give a reason; set through the product
    preferences."""


class EvaluationVersion(OpenEnum):
    """Generation of a config.

    It decides the form of its values and the operations that serve them.
    """

    V1 = "v1"
    """Values with rollout rules and percentage items."""
    V2 = "v2"
    """Values with targeting rules and conditions."""


@define
class ConfigModel:
    """A config, the container of settings in a product."""

    product: ProductModel
    """Product it belongs to."""
    config_id: UUID = field(metadata={"essential": True})
    """Id of the config."""
    name: str
    """Name of the config."""
    description: str | None
    """Description of the config; null if there is none."""
    order: int = field(metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown
    alphabetically."""
    migrated_config_id: UUID | None
    """Id of the config at the other end of a v1 to v2 migration, or null."""
    evaluation_version: EvaluationVersion
    """Whether the config has v1 or v2 flags; it cannot be changed later."""


class SettingType(OpenEnum):
    """Type of the values of a setting."""

    BOOLEAN = "boolean"
    """True or false, a feature flag."""
    STRING = "string"
    """Text."""
    INT = "int"
    """32-bit whole number."""
    DOUBLE = "double"
    """Decimal number."""


@define
class PredefinedVariationValueModel:
    """Value of a predefined variation.

    Exactly one member is set, the one for the type of the setting.
    """

    bool_value: bool | None
    """Value of a `boolean` setting; null for the other types."""
    string_value: str | None
    """Value of a `string` setting; null for the other types."""
    int_value: int | None = field(metadata={"format": "int32"})
    """Value of an `int` setting, a 32-bit whole number; null for the other types."""
    double_value: float | None
    """Value of a `double` setting; null for the other types."""


@define
class PredefinedVariationModel:
    """A value that a setting with predefined variations can serve."""

    value: PredefinedVariationValueModel = field(metadata={"essential": True})
    """Value of the variation, unique within the setting."""
    name: str | None = field(metadata={"max_length": 255})
    """Name of the variation."""
    hint: str | None = field(metadata={"max_length": 1000})
    """Short explanation of the variation; null if there is none."""
    predefined_variation_id: UUID = field(metadata={"essential": True})
    """Id of the predefined variation."""


class IntegrationLinkType(OpenEnum):
    """Tool whose items can be linked to settings."""

    TRELLO = "trello"
    """Trello card."""
    JIRA = "jira"
    """Jira issue."""
    MONDAY = "monday"
    """Monday item."""


@define
class IntegrationLinkModel:
    """Link between a setting in an environment and an item of another tool."""

    key: str | None
    """Key of the linked item in its own tool."""
    description: str | None
    """Description of the linked item; null if there is none."""
    integration_link_type: IntegrationLinkType
    """Tool the linked item belongs to."""
    url: str | None
    """Address of the linked item."""


@define
class SettingTagModel:
    """A tag attached to a setting."""

    setting_tag_id: int
    """Number of the tag's attachment to the setting, not of the tag."""
    tag_id: int = field(metadata={"essential": True})
    """Number of the tag."""
    name: str
    """Name of the tag."""
    color: str | None
    """Color of the tag: `panther`, `whale`, `salmon`, `lizard`, `canary`, `koala` or an
    HTML color code; may be null."""


@define
class EnvironmentModel:
    """An environment of a product."""

    product: ProductModel
    """Product it belongs to."""
    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment."""
    name: str
    """Name of the environment."""
    color: str | None
    """Color of the environment, an RGB or HTML color code, or null."""
    description: str | None
    """Description of the environment; null if there is none."""
    order: int = field(metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown
    alphabetically."""
    reason_required: bool
    """Whether writes of values here must give a reason; set through the product
    preferences."""


@define
class FeatureFlagLimitations:
    """Limits for the value of a setting."""

    max_percentage_option_count: int = field(metadata={"format": "int32"})
    """Maximum number of percentage options in a flag."""
    max_targeting_rule_count: int = field(metadata={"format": "int32"})
    """Maximum number of targeting rules in a flag."""
    max_comparison_value_length: int = field(metadata={"format": "int32"})
    """Maximum length of a comparison value in characters."""
    max_comparison_value_list_length: int = field(metadata={"format": "int32"})
    """Maximum number of items in a comparison value list."""
    max_comparison_value_list_item_length: int = field(metadata={"format": "int32"})
    """Maximum length of one item of a comparison value list in characters."""
    max_string_flag_value_length: int = field(metadata={"format": "int32"})
    """Maximum length of a text value in characters."""
    max_condition_per_targeting_rule_count: int = field(metadata={"format": "int32"})
    """Maximum number of conditions in a targeting rule."""


@define
class SettingDataModel:
    """Metadata of a setting next to its v1 value or an integration link."""

    setting_id: int = field(metadata={"format": "int32", "essential": True})
    """Number of the setting, unique over the whole service."""
    key: str = field(metadata={"essential": True})
    """Key of the setting, unique in its config and fixed after creation."""
    name: str
    """Name of the setting."""
    hint: str | None
    """Short explanation of the setting; null if there is none."""
    setting_type: SettingType = field(metadata={"essential": True})
    """Type of the setting's values."""
    order: int = field(metadata={"format": "int32"})
    """Position of the setting among those of its config."""
    created_at: datetime | None
    """Time of creation."""
    creator_email: str | None
    """E-mail address of the user who created it."""
    creator_full_name: str | None
    """Full name of the user who created it."""
    is_watching: bool
    """Whether the calling user watches the setting."""


class RolloutRuleComparator(OpenEnum):
    """How a user attribute is compared in v1 rules and in segments."""

    IS_ONE_OF = "isOneOf"
    """Text is one of the list."""
    IS_NOT_ONE_OF = "isNotOneOf"
    """Text is none of the list."""
    CONTAINS = "contains"
    """Text contains the comparison text."""
    DOES_NOT_CONTAIN = "doesNotContain"
    """Text does not contain the comparison text."""
    SEM_VER_IS_ONE_OF = "semVerIsOneOf"
    """Version is one of the list."""
    SEM_VER_IS_NOT_ONE_OF = "semVerIsNotOneOf"
    """Version is none of the list."""
    SEM_VER_LESS = "semVerLess"
    """Version is lower."""
    SEM_VER_LESS_OR_EQUALS = "semVerLessOrEquals"
    """Version is lower or the same."""
    SEM_VER_GREATER = "semVerGreater"
    """Version is higher."""
    SEM_VER_GREATER_OR_EQUALS = "semVerGreaterOrEquals"
    """Version is higher or the same."""
    NUMBER_EQUALS = "numberEquals"
    """Number is equal."""
    NUMBER_DOES_NOT_EQUAL = "numberDoesNotEqual"
    """Number is not equal."""
    NUMBER_LESS = "numberLess"
    """Number is smaller."""
    NUMBER_LESS_OR_EQUALS = "numberLessOrEquals"
    """Number is smaller or equal."""
    NUMBER_GREATER = "numberGreater"
    """Number is greater."""
    NUMBER_GREATER_OR_EQUALS = "numberGreaterOrEquals"
    """Number is greater or equal."""
    SENSITIVE_IS_ONE_OF = "sensitiveIsOneOf"
    """Text is one of the list, with the list stored as hashes."""
    SENSITIVE_IS_NOT_ONE_OF = "sensitiveIsNotOneOf"
    """Text is none of the list, with the list stored as hashes."""


SettingValueType: TypeAlias = bool | str | int | float
"""Plain value of a setting: a boolean, a text or a number, according to the type of the
setting."""


class EnvironmentAccessType(OpenEnum):
    """Access of a permission group to the values in one environment."""

    FULL = "full"
    """Values can be read and changed."""
    READ_ONLY = "readOnly"
    """Values can be read but not changed."""
    NONE = "none"
    """No access."""


class OperationType(OpenEnum):
    """Kind of a JSON Patch operation (RFC 6902)."""

    UNKNOWN = "unknown"
    """Has no meaning; do not use it."""
    ADD = "add"
    """Adds a member or a list item."""
    REMOVE = "remove"
    """Removes what is at the path."""
    REPLACE = "replace"
    """Sets a new value at the path."""
    MOVE = "move"
    """Moves a value from one path to another."""
    COPY = "copy"
    """Copies a value from one path to another."""
    TEST = "test"
    """Checks that the path holds the given value."""


@define(kw_only=True)
class JsonPatchOperation:
    """One step of a JSON Patch (RFC 6902)."""

    op: OperationType
    """Kind of the operation."""
    path: str = field(metadata={"min_length": 1})
    """JSON Pointer to the place to change, such as `/tags/-`; the target for `move` and
    `copy`. At least 1 character."""
    from_: str | UnsetType | None = UNSET
    """JSON Pointer to the source; only for `move` and `copy`."""
    value: object = UNSET
    """Any JSON value; for `add`, `replace` and `test`."""


@define
class TagModel:
    """A tag of a product, to be attached to settings."""

    product: ProductModel
    """Product it belongs to."""
    tag_id: int = field(metadata={"essential": True})
    """Number of the tag."""
    name: str
    """Name of the tag."""
    color: str | None
    """Color of the tag: `panther`, `whale`, `salmon`, `lizard`, `canary`, `koala` or an
    HTML color code; may be null."""


@define(field_transformer=short_lists)
class SettingModel:
    """Metadata of a setting; its values are read by other operations."""

    setting_id: int = field(metadata={"format": "int32", "essential": True})
    """Number of the setting, unique over the whole service."""
    key: str = field(metadata={"essential": True})
    """Key of the setting, unique in its config and fixed after creation."""
    name: str
    """Name of the setting."""
    hint: str | None
    """Short explanation of the setting; null if there is none."""
    order: int = field(metadata={"format": "int32"})
    """Position of the setting among those of its config."""
    setting_type: SettingType = field(metadata={"essential": True})
    """Type of the setting's values."""
    config_id: UUID
    """Id of the config."""
    config_name: str
    """Name of the config."""
    created_at: datetime | None
    """Time of creation."""
    tags: list[TagModel]
    """Tags attached to the setting."""
    predefined_variations: list[PredefinedVariationModel]
    """The predefined variations of the setting."""
