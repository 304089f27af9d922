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


@define
class ComparisonValueListModel:
    """One item of a comparison value list."""

    value: str = field(metadata={"essential": True})
    """Text to compare with."""
    hint: str | None = field(metadata={"max_length": 1500})
    """Note on the item; null if there is none."""


@define(field_transformer=short_lists)
class ComparisonValueModel:
    """Comparison value of a user condition.

    Exactly one member is not null; the comparator decides which.
    """

    string_value: str | None
    """Text to compare with, for comparators that take one text; otherwise null."""
    double_value: float | None
    """Number to compare with, for number and date comparators, otherwise null; a date
    is in Unix seconds."""
    list_value: list[ComparisonValueListModel] | None
    """Texts to compare with, for comparators that take a list; otherwise null."""


class UserComparator(OpenEnum):
    """How a user attribute is compared in a v2 user condition.

    It also decides which member of the comparison value is set. Text comparisons are
    case-sensitive.
    """

    IS_ONE_OF = "isOneOf"
    """Text is one of the list (`listValue`)."""
    IS_NOT_ONE_OF = "isNotOneOf"
    """Text is none of the list (`listValue`)."""
    CONTAINS_ANY_OF = "containsAnyOf"
    """Text contains at least one of the list (`listValue`)."""
    DOES_NOT_CONTAIN_ANY_OF = "doesNotContainAnyOf"
    """Text contains none of the list (`listValue`)."""
    SEM_VER_IS_ONE_OF = "semVerIsOneOf"
    """Version is one of the list (`listValue`)."""
    SEM_VER_IS_NOT_ONE_OF = "semVerIsNotOneOf"
    """Version is none of the list (`listValue`)."""
    SEM_VER_LESS = "semVerLess"
    """Version is lower (`stringValue`)."""
    SEM_VER_LESS_OR_EQUALS = "semVerLessOrEquals"
    """Version is lower or the same (`stringValue`)."""
    SEM_VER_GREATER = "semVerGreater"
    """Version is higher (`stringValue`)."""
    SEM_VER_GREATER_OR_EQUALS = "semVerGreaterOrEquals"
    """Version is higher or the same (`stringValue`)."""
    NUMBER_EQUALS = "numberEquals"
    """Number is equal (`doubleValue`)."""
    NUMBER_DOES_NOT_EQUAL = "numberDoesNotEqual"
    """Number is not equal (`doubleValue`)."""
    NUMBER_LESS = "numberLess"
    """Number is smaller (`doubleValue`)."""
    NUMBER_LESS_OR_EQUALS = "numberLessOrEquals"
    """Number is smaller or equal (`doubleValue`)."""
    NUMBER_GREATER = "numberGreater"
    """Number is greater (`doubleValue`)."""
    NUMBER_GREATER_OR_EQUALS = "numberGreaterOrEquals"
    """Number is greater or equal (`doubleValue`)."""
    SENSITIVE_IS_ONE_OF = "sensitiveIsOneOf"
    """Text is one of the list, with the list stored as hashes (`listValue`)."""
    SENSITIVE_IS_NOT_ONE_OF = "sensitiveIsNotOneOf"
    """Text is none of the list, with the list stored as hashes (`listValue`)."""
    DATE_TIME_BEFORE = "dateTimeBefore"
    """Time is earlier (`doubleValue`)."""
    DATE_TIME_AFTER = "dateTimeAfter"
    """Time is later (`doubleValue`)."""
    SENSITIVE_TEXT_EQUALS = "sensitiveTextEquals"
    """Text is equal, with the comparison text stored as a hash (`stringValue`)."""
    SENSITIVE_TEXT_DOES_NOT_EQUAL = "sensitiveTextDoesNotEqual"
    """Text is not equal, with the comparison text stored as a hash (`stringValue`)."""
    SENSITIVE_TEXT_STARTS_WITH_ANY_OF = "sensitiveTextStartsWithAnyOf"
    """Text starts with one of the list, with the list stored as hashes
    (`listValue`)."""
    SENSITIVE_TEXT_NOT_STARTS_WITH_ANY_OF = "sensitiveTextNotStartsWithAnyOf"
    """Text starts with none of the list, with the list stored as hashes
    (`listValue`)."""
    SENSITIVE_TEXT_ENDS_WITH_ANY_OF = "sensitiveTextEndsWithAnyOf"
    """Text ends with one of the list, with the list stored as hashes (`listValue`)."""
    SENSITIVE_TEXT_NOT_ENDS_WITH_ANY_OF = "sensitiveTextNotEndsWithAnyOf"
    """Text ends with none of the list, with the list stored as hashes (`listValue`)."""
    SENSITIVE_ARRAY_CONTAINS_ANY_OF = "sensitiveArrayContainsAnyOf"
    """Array contains at least one of the list, with the list stored as hashes
    (`listValue`)."""
    SENSITIVE_ARRAY_DOES_NOT_CONTAIN_ANY_OF = "sensitiveArrayDoesNotContainAnyOf"
    """Array contains none of the list, with the list stored as hashes (`listValue`)."""
    TEXT_EQUALS = "textEquals"
    """Text is equal (`stringValue`)."""
    TEXT_DOES_NOT_EQUAL = "textDoesNotEqual"
    """Text is not equal (`stringValue`)."""
    TEXT_STARTS_WITH_ANY_OF = "textStartsWithAnyOf"
    """Text starts with one of the list (`listValue`)."""
    TEXT_NOT_STARTS_WITH_ANY_OF = "textNotStartsWithAnyOf"
    """Text starts with none of the list (`listValue`)."""
    TEXT_ENDS_WITH_ANY_OF = "textEndsWithAnyOf"
    """Text ends with one of the list (`listValue`)."""
    TEXT_NOT_ENDS_WITH_ANY_OF = "textNotEndsWithAnyOf"
    """Text ends with none of the list (`listValue`)."""
    ARRAY_CONTAINS_ANY_OF = "arrayContainsAnyOf"
    """Array contains at least one of the list (`listValue`)."""
    ARRAY_DOES_NOT_CONTAIN_ANY_OF = "arrayDoesNotContainAnyOf"
    """Array contains none of the list (`listValue`)."""


@define
class UserConditionModel:
    """Condition on an attribute of the user."""

    comparison_attribute: str = field(
        metadata={"min_length": 1, "max_length": 1000, "essential": True},
    )
    """Name of the user attribute to compare."""
    comparator: UserComparator = field(metadata={"essential": True})
    """How the attribute is compared."""
    comparison_value: ComparisonValueModel = field(metadata={"essential": True})
    """Comparison value; the comparator decides which member is set."""


class SegmentComparator(OpenEnum):
    """Whether a user must belong to a segment."""

    IS_IN = "isIn"
    """The user is in the segment."""
    IS_NOT_IN = "isNotIn"
    """The user is not in the segment."""


@define
class SegmentConditionModel:
    """Condition on whether the user is in a segment."""

    segment_id: UUID = field(metadata={"essential": True})
    """Id of the segment."""
    comparator: SegmentComparator = field(metadata={"essential": True})
    """Whether the user must be in the segment."""


class PrerequisiteComparator(OpenEnum):
    """How the value of a prerequisite flag is compared."""

    EQUALS = "equals"
    """The prerequisite serves the given value."""
    DOES_NOT_EQUAL = "doesNotEqual"
    """The prerequisite serves another value."""


@define
class ValueModel:
    """Value of a v2 setting, in the member for its type.

    The other type members are null.
    """

    bool_value: bool | None
    """Value of a `boolean` setting; null for the other types."""
    string_value: str | None
    """Value of a `string` setting; null for the other types."""
    int_value: int | None = field(metadata={"format": "int32"})
    """Value of an `int` setting, a 32-bit whole number; null for the other types."""
    double_value: float | None
    """Value of a `double` setting; null for the other types."""
    predefined_variation_id: UUID | None
    """Id of the predefined variation that is served; null for a free-form setting."""


@define
class PrerequisiteFlagConditionModel:
    """Condition on the value that another setting serves."""

    prerequisite_setting_id: int = field(
        metadata={"format": "int32", "essential": True},
    )
    """Number of the setting to look at, in the same config."""
    comparator: PrerequisiteComparator = field(metadata={"essential": True})
    """How the value of the prerequisite is compared."""
    prerequisite_comparison_value: ValueModel = field(metadata={"essential": True})
    """Value to compare with, of the prerequisite's own type."""


@define
class ConditionModel:
    """One condition of a targeting rule; exactly one member is not null."""

    user_condition: UserConditionModel | None
    """Condition on a user attribute, or null."""
    segment_condition: SegmentConditionModel | None
    """Condition on a segment, or null."""
    prerequisite_flag_condition: PrerequisiteFlagConditionModel | None
    """Condition on the value of another flag, or null."""


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
    approve_required: bool
    """Whether V2 values change through approved change requests only, in every
    environment; part of the preferences."""


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


@define
class PercentageOptionModel:
    """One option of a percentage split in a v2 targeting rule."""

    percentage: int = field(metadata={"format": "int32", "essential": True})
    """Share of the users in whole percent, 0 to 100."""
    value: ValueModel = field(metadata={"essential": True})
    """Value served to this share."""


@define(field_transformer=short_lists)
class TargetingRuleModel:
    """A rule of a v2 value; it serves either a value or percentage options."""

    conditions: list[ConditionModel] = field(metadata={"essential": True})
    """Conditions that must all hold; empty for a rule that is only a percentage
    split."""
    percentage_options: list[PercentageOptionModel] = field(
        metadata={"essential": True},
    )
    """Options to split the matching users among, adding up to 100 percent; an
    alternative to `value`."""
    value: ValueModel | None
    """Value served to the users who match; null if there are percentage options."""


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


@define(field_transformer=short_lists)
class SettingDataV2Model:
    """Metadata of a setting next to its v2 value."""

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
    is_json: bool
    """Whether the values are JSON documents, which the service checks."""
    order: int = field(metadata={"format": "int32"})
    """Position of the setting among those of its config."""
    created_at: datetime | None
    """Time of creation."""
    creator_email: str | None
    """E-mail address of the user who created it."""
    creator_full_name: str | None
    """Full name of the user who created it."""
    predefined_variations: list[PredefinedVariationModel]
    """The predefined variations of the setting."""
    is_watching: bool
    """Whether the calling user watches the setting."""


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


@define(field_transformer=short_lists)
class ConfigSettingFormulaModel:
    """Value of one setting of a v2 config in an environment.

    It is part of the values of the whole config.
    """

    last_version_id: UUID
    """Version of the value; a new id with every change."""
    default_value: ValueModel = field(metadata={"essential": True})
    """Value served if no targeting rule matches."""
    targeting_rules: list[TargetingRuleModel] = field(metadata={"essential": True})
    """Rules in order of evaluation; the first one that matches decides."""
    setting: SettingDataV2Model = field(metadata={"essential": True})
    """The setting the value belongs to."""
    updated_at: datetime | None
    """Time of the last change of the value."""
    percentage_evaluation_attribute: str | None
    """User attribute that decides the percentage split; null means `Identifier`."""
    last_updater_user_email: str | None
    """E-mail address of the user who changed the value last."""
    last_updater_user_full_name: str | None
    """Full name of the user who changed the value last."""
    integration_links: list[IntegrationLinkModel]
    """Items of other tools linked to the setting in this environment."""
    setting_tags: list[SettingTagModel]
    """Tags attached to the setting."""
    setting_ids_where_prerequisite: list[int] = field(metadata={"format": "int32"})
    """Numbers of the settings that have this one as a prerequisite."""
    change_request_count: int = field(metadata={"format": "int32"})
    """Number of open change requests that propose another value of the setting here."""


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
    approve_required: bool
    """Whether V2 values here change through approved change requests only; set through
    the product preferences."""


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
    is_json: bool
    """Whether the values are JSON documents, which the service checks."""
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
    """Removes the value at the path."""
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
    is_json: bool
    """Whether the values are JSON documents, which the service checks."""
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


@define(kw_only=True)
class UpdateComparisonValueListModel:
    """One item of a comparison value list to be written."""

    value: str
    """Text to compare with."""
    hint: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1500})
    """Note on the item. At most 1500 characters."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateComparisonValueModel:
    """Comparison value of a user condition to be written.

    Set exactly one member; the comparator decides which.
    """

    string_value: str | UnsetType | None = UNSET
    """Text to compare with, for comparators that take one text."""
    double_value: float | UnsetType | None = UNSET
    """Number to compare with, for number and date comparators; a date is in Unix
    seconds."""
    list_value: list[UpdateComparisonValueListModel] | UnsetType | None = UNSET
    """Texts to compare with, for comparators that take a list."""


@define(kw_only=True)
class UpdateUserConditionModel:
    """Condition on an attribute of the user, to be written."""

    comparison_attribute: str = field(metadata={"min_length": 1, "max_length": 1000})
    """Name of the user attribute to compare. 1 to 1000 characters."""
    comparator: UserComparator
    """How the attribute is compared."""
    comparison_value: UpdateComparisonValueModel
    """Comparison value; the comparator decides which member is set."""


@define(kw_only=True)
class UpdateSegmentConditionModel:
    """Condition, to be written, on whether the user is in a segment."""

    segment_id: UUID
    """Id of the segment, which must belong to the same product."""
    comparator: SegmentComparator
    """Whether the user must be in the segment."""


@define(kw_only=True)
class UpdateValueModel:
    """Value of a v2 setting to be written.

    Set exactly one member: the one for the type of the setting, or
    `predefinedVariationId` if it has predefined variations.
    """

    bool_value: bool | UnsetType | None = UNSET
    """Value for a `boolean` setting; leave it unset for the other types."""
    string_value: str | UnsetType | None = UNSET
    """Value for a `string` setting; leave it unset for the other types."""
    int_value: int | UnsetType | None = field(
        default=UNSET,
        metadata={"format": "int32"},
    )
    """Value for an `int` setting, a 32-bit whole number; leave it unset for the other
    types."""
    double_value: float | UnsetType | None = UNSET
    """Value for a `double` setting; leave it unset for the other types."""
    predefined_variation_id: UUID | UnsetType | None = UNSET
    """Id of the predefined variation to serve, for a setting that has them."""


@define(kw_only=True)
class UpdatePrerequisiteFlagConditionModel:
    """Condition on the value that another setting serves, to be written.

    Circular chains are refused.
    """

    prerequisite_setting_id: int = field(metadata={"format": "int32"})
    """Number of the setting to look at, in the same config."""
    comparator: PrerequisiteComparator
    """How the value of the prerequisite is compared."""
    prerequisite_comparison_value: UpdateValueModel
    """Value to compare with, of the prerequisite's own type."""


@define(kw_only=True)
class UpdateConditionModel:
    """One condition of a targeting rule to be written; set exactly one member."""

    user_condition: UpdateUserConditionModel | UnsetType | None = UNSET
    """Condition on a user attribute; unset for the other kinds."""
    segment_condition: UpdateSegmentConditionModel | UnsetType | None = UNSET
    """Condition on a segment; unset for the other kinds."""
    prerequisite_flag_condition: (
        UpdatePrerequisiteFlagConditionModel | UnsetType | None
    ) = UNSET
    """Condition on the value of another flag; unset for the other kinds."""


@define(kw_only=True)
class UpdatePercentageOptionModel:
    """One option of a percentage split in a v2 targeting rule, to be written."""

    percentage: int = field(metadata={"format": "int32"})
    """Share of the users in whole percent, 0 to 100."""
    value: UpdateValueModel
    """Value served to this share."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateTargetingRuleModel:
    """A rule of a v2 value to be written; give either a value or percentage options."""

    conditions: list[UpdateConditionModel] | UnsetType | None = UNSET
    """Conditions that must all hold; none for a rule that is only a percentage
    split."""
    percentage_options: list[UpdatePercentageOptionModel] | UnsetType | None = UNSET
    """Options to split the matching users among, adding up to 100 percent; an
    alternative to `value`."""
    value: UpdateValueModel | UnsetType | None = UNSET
    """Value served to the users who match; an alternative to `percentageOptions`."""


@define
class PagingResponseInfo:
    """Position of a page in its list."""

    current_page: int = field(metadata={"format": "int32"})
    """Number of this page, counted from 1."""
    total_pages: int = field(metadata={"format": "int32"})
    """Number of pages."""
    page_size: int = field(metadata={"format": "int32"})
    """Items per page."""
    total_count: int = field(metadata={"format": "int32"})
    """Number of items on all pages."""
    has_previous: bool
    """Whether there is a page before."""
    has_next: bool
    """Whether there is a page after."""
