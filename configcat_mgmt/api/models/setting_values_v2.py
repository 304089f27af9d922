"""Models that only the group `setting_values_v2` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import (
    ConfigModel,
    ConfigSettingFormulaModel,
    EnvironmentModel,
    FeatureFlagLimitations,
    IntegrationLinkModel,
    SettingDataV2Model,
    SettingTagModel,
    TargetingRuleModel,
    UpdateTargetingRuleModel,
    UpdateValueModel,
    ValueModel,
)
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


@define(field_transformer=short_lists)
class ConfigSettingFormulasModel:
    """Values of all settings of a v2 config in an environment."""

    config: ConfigModel
    """Config the values belong to."""
    environment: EnvironmentModel
    """Environment the values belong to."""
    read_only: bool
    """Whether the caller may only read this environment."""
    setting_formulas: list[ConfigSettingFormulaModel] = field(
        metadata={"essential": True},
    )
    """One entry per setting."""
    feature_flag_limitations: FeatureFlagLimitations
    """Limits of the values."""
    approve_required: bool
    """Whether values here change through approved change requests only."""
    can_bypass_approval: bool
    """Whether the caller may write values here without an approval."""
    reason_required: bool
    """Whether writes of values here must give a reason."""


@define(field_transformer=short_lists)
class SettingFormulaModel:
    """Value of a setting of a v2 config in an environment."""

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
    config: ConfigModel
    """Config the value belongs to."""
    environment: EnvironmentModel
    """Environment the value belongs to."""
    read_only: bool
    """Whether the caller may only read this environment."""
    feature_flag_limitations: FeatureFlagLimitations
    """Limits of the value."""
    approve_required: bool
    """Whether values here change through approved change requests only."""
    can_bypass_approval: bool
    """Whether the caller may write values here without an approval."""
    reason_required: bool
    """Whether writes of values here must give a reason."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateEvaluationFormulaModel:
    """Request body to replace the whole v2 value of a setting in an environment."""

    default_value: UpdateValueModel
    """Value served if no targeting rule matches."""
    targeting_rules: list[UpdateTargetingRuleModel] | UnsetType | None = UNSET
    """Rules in order of evaluation; the first one that matches decides. Omitted means
    that all are deleted."""
    percentage_evaluation_attribute: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """User attribute that decides the percentage split; null or omitted means
    `Identifier`. At most 1000 characters."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateEvaluationFormulaWithIdModel:
    """New v2 value of one setting in a batch.

    It replaces the old one completely.
    """

    default_value: UpdateValueModel
    """Value served if no targeting rule matches."""
    targeting_rules: list[UpdateTargetingRuleModel] | UnsetType | None = UNSET
    """Rules in order of evaluation; the first one that matches decides. Omitted means
    that all are deleted."""
    percentage_evaluation_attribute: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """User attribute that decides the percentage split; null or omitted means
    `Identifier`. At most 1000 characters."""
    setting_id: int | UnsetType = field(default=UNSET, metadata={"format": "int32"})
    """Number of the setting to write."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateEvaluationFormulasModel:
    """Request body to replace the v2 values of several settings at once."""

    update_formulas: list[UpdateEvaluationFormulaWithIdModel] | UnsetType = UNSET
    """New values; settings that are not named stay as they are."""
