"""Models that only the group `setting_values` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import (
    ConfigModel,
    EnvironmentModel,
    FeatureFlagLimitations,
    IntegrationLinkModel,
    RolloutRuleComparator,
    SegmentComparator,
    SettingDataModel,
    SettingTagModel,
    SettingValueType,
)
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


@define
class RolloutRuleModel:
    """A rule of a v1 value, either about a user attribute or about a segment."""

    comparison_attribute: str | None = field(metadata={"max_length": 1000})
    """Name of the user attribute to compare; only for a user rule."""
    comparator: RolloutRuleComparator | None
    """How the attribute is compared; only for a user rule."""
    comparison_value: str | None
    """Text to compare with, a comma-separated list for list comparators; only for a
    user rule."""
    value: SettingValueType = field(metadata={"essential": True})
    """Value served to the users who match, of the setting's type."""
    segment_comparator: SegmentComparator | None
    """Whether the user must be in the segment; only for a segment rule."""
    segment_id: UUID | None
    """Id of the segment; only for a segment rule."""


@define
class RolloutPercentageItemModel:
    """One part of the percentage split of a v1 value."""

    percentage: int = field(metadata={"essential": True})
    """Share of the users in whole percent, 0 to 100."""
    value: SettingValueType = field(metadata={"essential": True})
    """Value served to this share, of the setting's type."""


@define(field_transformer=short_lists)
class ConfigSettingValueModel:
    """Value of one setting of a v1 config in an environment.

    It is part of the values of the whole config.
    """

    setting: SettingDataModel = field(metadata={"essential": True})
    """The setting the value belongs to."""
    updated_at: datetime | None
    """Time of the last change of the value."""
    last_updater_user_email: str | None
    """E-mail address of the user who changed the value last."""
    last_updater_user_full_name: str | None
    """Full name of the user who changed the value last."""
    integration_links: list[IntegrationLinkModel]
    """Items of other tools linked to the setting in this environment."""
    setting_tags: list[SettingTagModel]
    """Tags attached to the setting."""
    rollout_rules: list[RolloutRuleModel] = field(metadata={"essential": True})
    """Targeting rules in order of evaluation; they come before the percentage items."""
    rollout_percentage_items: list[RolloutPercentageItemModel] = field(
        metadata={"essential": True},
    )
    """Percentage split, tried after the rules; its percentages add up to 100."""
    value: SettingValueType = field(metadata={"essential": True})
    """Value served to users that no rule or percentage item matches."""


@define(field_transformer=short_lists)
class ConfigSettingValuesModel:
    """Values of all settings of a v1 config in an environment."""

    config: ConfigModel
    """Config the values belong to."""
    environment: EnvironmentModel
    """Environment the values belong to."""
    read_only: bool
    """Whether the caller may only read this environment."""
    setting_values: list[ConfigSettingValueModel] = field(metadata={"essential": True})
    """One entry per setting."""
    feature_flag_limitations: FeatureFlagLimitations
    """Limits of the values."""


@define(field_transformer=short_lists)
class SettingValueModel:
    """Value of a setting of a v1 config in an environment."""

    setting: SettingDataModel = field(metadata={"essential": True})
    """The setting the value belongs to."""
    updated_at: datetime | None
    """Time of the last change of the value."""
    last_updater_user_email: str | None
    """E-mail address of the user who changed the value last."""
    last_updater_user_full_name: str | None
    """Full name of the user who changed the value last."""
    integration_links: list[IntegrationLinkModel]
    """Items of other tools linked to the setting in this environment."""
    setting_tags: list[SettingTagModel]
    """Tags attached to the setting."""
    rollout_rules: list[RolloutRuleModel] = field(metadata={"essential": True})
    """Targeting rules in order of evaluation; they come before the percentage items."""
    rollout_percentage_items: list[RolloutPercentageItemModel] = field(
        metadata={"essential": True},
    )
    """Percentage split, tried after the rules; its percentages add up to 100."""
    value: SettingValueType = field(metadata={"essential": True})
    """Value served to users that no rule or percentage item matches."""
    config: ConfigModel
    """Config the value belongs to."""
    environment: EnvironmentModel
    """Environment the value belongs to."""
    feature_flag_limitations: FeatureFlagLimitations
    """Limits of the value."""
    read_only: bool
    """Whether the caller may only read this environment."""


@define(kw_only=True)
class UpdateRolloutPercentageItemModel:
    """One part of the percentage split of a v1 value, to be written."""

    percentage: int
    """Share of the users in whole percent, 0 to 100."""
    value: SettingValueType
    """Value served to this share, of the setting's type."""


@define(kw_only=True)
class UpdateRolloutRuleModel:
    """A rule of a v1 value to be written.

    A user rule needs attribute, comparator and comparison value, a segment rule needs
    segment and segment comparator.
    """

    comparison_attribute: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Name of the user attribute to compare; only for a user rule. At most 1000
    characters."""
    comparator: RolloutRuleComparator | UnsetType | None = UNSET
    """How the attribute is compared; only for a user rule."""
    comparison_value: str | UnsetType | None = UNSET
    """Text to compare with, a comma-separated list for list comparators; only for a
    user rule."""
    value: SettingValueType
    """Value served to the users who match, of the setting's type."""
    segment_comparator: SegmentComparator | UnsetType | None = UNSET
    """Whether the user must be in the segment; only for a segment rule."""
    segment_id: UUID | UnsetType | None = UNSET
    """Id of the segment; only for a segment rule."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateSettingValueModel:
    """Request body to replace the whole v1 value of a setting in an environment."""

    rollout_rules: list[UpdateRolloutRuleModel] | UnsetType = UNSET
    """Targeting rules in order of evaluation; they come before the percentage items.
    Omitted means that all are deleted."""
    rollout_percentage_items: list[UpdateRolloutPercentageItemModel] | UnsetType = UNSET
    """Percentage split, tried after the rules; its percentages add up to 100. Omitted
    means that it is deleted."""
    value: SettingValueType
    """Value served to users that no rule or percentage item matches."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateSettingValueWithSettingIdModel:
    """New v1 value of one setting in a batch."""

    rollout_rules: list[UpdateRolloutRuleModel] | UnsetType = UNSET
    """Targeting rules in order of evaluation; they come before the percentage items."""
    rollout_percentage_items: list[UpdateRolloutPercentageItemModel] | UnsetType = UNSET
    """Percentage split, tried after the rules; its percentages add up to 100."""
    value: SettingValueType
    """Value served to users that no rule or percentage item matches."""
    setting_id: int | UnsetType = field(default=UNSET, metadata={"format": "int32"})
    """Number of the setting to write."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateSettingValuesWithIdModel:
    """Request body to replace the v1 values of several settings at once."""

    setting_values: list[UpdateSettingValueWithSettingIdModel] | UnsetType = UNSET
    """New values, one per setting."""
