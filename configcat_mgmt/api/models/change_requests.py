"""Models that only the group `change_requests` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import (
    ComparisonValueModel,
    ConfigSettingFormulaModel,
    FeatureFlagLimitations,
    PagingResponseInfo,
    PrerequisiteComparator,
    SegmentComparator,
    SettingType,
    UpdateTargetingRuleModel,
    UpdateValueModel,
    UserComparator,
    ValueModel,
)
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class AddChangeRequestCommentModel:
    """Request body to comment on a change request."""

    body: str = field(metadata={"max_length": 5000})
    """Text of the comment. At most 5000 characters."""


class ConditionType(OpenEnum):
    """Kind of condition in a targeting rule."""

    USER_CONDITION = "userCondition"
    """Compares a user attribute."""
    SEGMENT_CONDITION = "segmentCondition"
    """Asks whether the user is in a segment."""
    PREREQUISITE_FLAG_CONDITION = "prerequisiteFlagCondition"
    """Compares the value of another setting."""


@define
class AuditLogSettingValueV2EvaluationFormulaConditionModel:
    """A condition of a targeting rule as a change request shows it.

    Its kind decides which members are set.
    """

    condition_type: ConditionType = field(metadata={"essential": True})
    """Kind of the condition."""
    comparison_attribute: str | None
    """User attribute to compare, in a user condition; else null."""
    user_comparator: UserComparator | None
    """How the attribute is compared, in a user condition; else null."""
    comparison_value: ComparisonValueModel | None
    """Value to compare with, in a user condition; else null."""
    segment_comparator: SegmentComparator | None
    """Whether the user must be in the segment or outside, in a segment condition; else
    null."""
    segment_id: UUID | None
    """Id of the segment, in a segment condition; else null."""
    segment_name: str | None
    """Name of the segment, in a segment condition; else null."""
    prerequisite_comparator: PrerequisiteComparator | None
    """How the value of the prerequisite is compared, in a prerequisite flag condition;
    else null."""
    prerequisite_setting_id: int | None = field(metadata={"format": "int32"})
    """Number of the prerequisite, in a prerequisite flag condition; else null."""
    prerequisite_setting_key: str | None
    """Key of the prerequisite, in a prerequisite flag condition; else null."""
    prerequisite_comparison_value: ValueModel | None
    """Value to compare with, in a prerequisite flag condition; else null."""
    prerequisite_comparison_value_predefined_variation_name: str | None
    """Name of the predefined variation with that value; null if there is none."""


@define
class AuditLogSettingValueV2EvaluationFormulaPercentageOptionModel:
    """One option of a percentage split as a change request shows it."""

    percentage: int = field(metadata={"format": "int32", "essential": True})
    """Share in percent; the shares of a rule add up to 100."""
    value: ValueModel = field(metadata={"essential": True})
    """Value served to this share."""
    value_predefined_variation_name: str | None
    """Name of the predefined variation with that value; null if there is none."""


@define(field_transformer=short_lists)
class AuditLogSettingValueV2EvaluationFormulaTargetingRuleModel:
    """A targeting rule as a change request shows it."""

    value: ValueModel | None
    """Value served to the users who match; null if there are percentage options."""
    value_predefined_variation_name: str | None
    """Name of the predefined variation with that value; null if there is none."""
    conditions: list[AuditLogSettingValueV2EvaluationFormulaConditionModel] = field(
        metadata={"essential": True},
    )
    """Conditions that a user must meet, all of them."""
    percentage_options: list[
        AuditLogSettingValueV2EvaluationFormulaPercentageOptionModel
    ] = field(metadata={"essential": True})
    """Percentage split; empty if the rule serves `value`."""


@define(field_transformer=short_lists)
class AuditLogSettingValueV2EvaluationFormula:
    """The `AuditLogSettingValueV2EvaluationFormula` of the API.

    A V2 value as a change request shows it, with the names of all that it refers to.
    """

    default_value: ValueModel = field(metadata={"essential": True})
    """Value served if no targeting rule matches."""
    default_value_predefined_variation_name: str | None
    """Name of the predefined variation with that value; null if there is none."""
    targeting_rules: list[AuditLogSettingValueV2EvaluationFormulaTargetingRuleModel] = (
        field(metadata={"essential": True})
    )
    """Rules in order of evaluation; the first one that matches decides."""
    percentage_evaluation_attribute: str | None
    """User attribute that decides the percentage split; null means `Identifier`."""


class ChangeRequestActivityType(OpenEnum):
    """Kind of event in the life of a change request."""

    APPLY_FAILED = "applyFailed"
    """The application failed."""
    SCHEDULED_APPLY_FAILED = "scheduledApplyFailed"
    """The scheduled application failed."""
    PROPOSED_CHANGES_UPDATED = "proposedChangesUpdated"
    """The proposed values were changed."""
    CONFLICTS_RESOLVED = "conflictsResolved"
    """Conflicts were resolved."""
    REASON_CHANGED = "reasonChanged"
    """The reason was changed."""
    APPLY_AT_CHANGED = "applyAtChanged"
    """The scheduled time was changed."""
    BYPASS_APPROVAL_ENABLED = "bypassApprovalEnabled"
    """It no longer needs an approval."""
    BYPASS_APPROVAL_DISABLED = "bypassApprovalDisabled"
    """It needs an approval again."""
    CREATED = "created"
    """The change request was created."""
    OWNERSHIP_CLAIMED = "ownershipClaimed"
    """Another user became the owner."""
    SETTING_DELETED_FROM_CHANGE_REQUEST = "settingDeletedFromChangeRequest"
    """A setting was taken out."""


@define
class ChangeRequestActivityModel:
    """An event in the life of a change request."""

    change_request_activity_id: int = field(metadata={"essential": True})
    """Number of the event."""
    change_request_activity_type: ChangeRequestActivityType
    """Kind of the event."""
    date: datetime
    """Time of the event."""
    user_id: str | None
    """Id of the user who caused the event; null if there is none."""
    user_full_name: str
    """Full name of the user who caused the event."""
    user_email: str | None
    """E-mail address of the user who caused the event; null if there is none."""
    details: str
    """Details of the event."""
    error: str | None
    """Error of an application that failed; null otherwise."""


@define
class ChangeRequestApprovalModel:
    """An approval of a change request."""

    change_request_approval_id: int = field(metadata={"essential": True})
    """Number of the approval."""
    user_email: str
    """E-mail address of the user who approved."""
    user_full_name: str
    """Full name of the user who approved."""
    approved_at: datetime
    """Time of the approval."""
    dismissed_at: datetime | None
    """Time at which the approval lost its effect; null while it counts."""


class ChangeRequestApproveRequiredFilter(OpenEnum):
    """Filter for change requests by the need of an approval."""

    APPROVE_NOT_REQUIRED = "approveNotRequired"
    """Only where no approval is required."""
    APPROVE_REQUIRED = "approveRequired"
    """Only where an approval is required."""


@define
class ChangeRequestCommentModel:
    """A comment on a change request."""

    change_request_comment_id: int = field(metadata={"essential": True})
    """Number of the comment."""
    body: str
    """Text of the comment."""
    created_at: datetime
    """Time of creation."""
    user_email: str
    """E-mail address of the author."""
    user_full_name: str
    """Full name of the author."""
    edited_at: datetime | None
    """Time of the last edit; null if there is none."""


class ChangeRequestIssueType(OpenEnum):
    """Kind of problem of a change request."""

    NO_OWNER = "noOwner"
    """The owner is no longer a member."""
    OWNER_PERMISSION_ISSUE = "ownerPermissionIssue"
    """The owner lacks a right."""
    REASON_REQUIRED = "reasonRequired"
    """A reason is required."""
    SETTING_CONFLICT = "settingConflict"
    """The value of a setting was published meanwhile."""
    CIRCULAR_DEPENDENCY = "circularDependency"
    """The values would make prerequisites circular."""


@define
class ChangeRequestIssueModel:
    """A problem that a change request had or has."""

    change_request_issue_id: int = field(metadata={"essential": True})
    """Number of the issue."""
    issue_type: ChangeRequestIssueType
    """Kind of the issue."""
    issue_details: str
    """Details of the issue."""
    issue_detected_at: datetime
    """Time at which the service found it."""
    issue_fixed_at: datetime | None
    """Time at which it was fixed; null while it is open."""


class ChangeRequestStatus(OpenEnum):
    """Status of a change request."""

    OPEN = "open"
    """Can be changed and applied."""
    APPLIED = "applied"
    """Its values are published."""
    CLOSED = "closed"
    """Ended without publication."""


@define
class ChangeRequestProposedChangeModel:
    """The value that a change request proposes for one setting."""

    setting_id: int = field(metadata={"format": "int32", "essential": True})
    """Number of the setting."""
    setting_key: str
    """Key of the setting."""
    setting_name: str
    """Name of the setting."""
    setting_hint: str | None
    """Short explanation of the setting; null if there is none."""
    setting_type: SettingType
    """Type of the setting's values."""
    has_conflict: bool
    """Whether another value was published meanwhile."""
    original_evaluation_formula: AuditLogSettingValueV2EvaluationFormula
    """Value that the proposal is based on."""
    proposed_evaluation_formula: AuditLogSettingValueV2EvaluationFormula
    """Proposed value."""


@define(field_transformer=short_lists)
class ChangeRequestModel:
    """A change request.

    Proposed values for settings of one V2 config in one environment.
    """

    change_request_id: int = field(metadata={"essential": True})
    """Number of the change request."""
    config_id: UUID
    """Id of the config."""
    environment_id: UUID
    """Id of the environment."""
    change_request_status: ChangeRequestStatus
    """Whether it is open, applied or closed."""
    needs_attention: bool
    """Whether it has an open issue."""
    title: str
    """Title of the change request."""
    reason: str | None
    """Reason for the change, which becomes the note of the audit log entry; null if
    there is none."""
    apply_at: datetime | None
    """Time at which the service applies it, in UTC; null without a schedule."""
    created_at: datetime
    """Time of creation."""
    creator_user_email: str
    """E-mail address of the user who created it."""
    creator_user_full_name: str
    """Full name of the user who created it."""
    creator_user_id: str | None
    """Id of the user who created it; null if there is none."""
    setting_values: list[ChangeRequestProposedChangeModel] = field(
        metadata={"essential": True},
    )
    """The proposed values, one for each setting."""
    comments: list[ChangeRequestCommentModel]
    """Comments on the change request."""
    approved: bool
    """Whether it has the approval that it needs."""
    approvals: list[ChangeRequestApprovalModel]
    """Approvals, also those that no longer count."""
    activities: list[ChangeRequestActivityModel]
    """Events in its life."""
    change_request_issues: list[ChangeRequestIssueModel]
    """Its issues, also the fixed ones."""
    applied_at: datetime | None
    """Time of the publication; null if it was not applied."""
    applied_by_user_id: str | None
    """Id of the user who applied it; null if there is none."""
    applied_by_user_email: str | None
    """E-mail address of the user who applied it; null if nobody has."""
    applied_by_user_full_name: str | None
    """Full name of the user who applied it; null if nobody has."""
    closed_at: datetime | None
    """Time of the closing; null if it was not closed."""
    closed_by_user_id: str | None
    """Id of the user who closed it; null if there is none."""
    closed_by_user_email: str | None
    """E-mail address of the user who closed it; null if nobody has."""
    closed_by_user_full_name: str | None
    """Full name of the user who closed it; null if nobody has."""
    bypass_approval: bool
    """Whether it is applied without an approval."""


@define(field_transformer=short_lists)
class ChangeRequestProposedChangesModel:
    """The values that a change request proposes."""

    feature_flag_limitations: FeatureFlagLimitations
    """Limits of the values."""
    proposed_changes: list[ConfigSettingFormulaModel] = field(
        metadata={"essential": True},
    )
    """One entry per setting."""


class ChangeRequestScheduleFilter(OpenEnum):
    """Filter for change requests by their schedule."""

    NON_SCHEDULED = "nonScheduled"
    """Only those without a scheduled time."""
    SCHEDULED = "scheduled"
    """Only those with a scheduled time."""


@define(field_transformer=short_lists)
class ChangeRequestSummaryModel:
    """A change request in a list."""

    change_request_id: int = field(metadata={"essential": True})
    """Number of the change request."""
    change_request_status: ChangeRequestStatus
    """Whether it is open, applied or closed."""
    needs_attention: bool
    """Whether it has an open issue."""
    title: str
    """Title of the change request."""
    reason: str | None
    """Reason for the change, which becomes the note of the audit log entry; null if
    there is none."""
    apply_at: datetime | None
    """Time at which the service applies it, in UTC; null without a schedule."""
    created_at: datetime
    """Time of creation."""
    creator_user_email: str
    """E-mail address of the user who created it."""
    creator_user_full_name: str
    """Full name of the user who created it."""
    creator_user_id: str | None
    """Id of the user who created it; null if there is none."""
    affected_setting_keys: list[str]
    """Keys of the settings with a proposed value."""
    comment_count: int = field(metadata={"format": "int32"})
    """Number of comments."""
    approved: bool
    """Whether it has the approval that it needs."""
    conflict_count: int = field(metadata={"format": "int32"})
    """Number of settings with a conflict."""
    bypass_approval: bool
    """Whether it is applied without an approval."""
    applied_at: datetime | None
    """Time of the publication; null if it was not applied."""
    applied_by_user_id: str | None
    """Id of the user who applied it; null if there is none."""
    applied_by_user_email: str | None
    """E-mail address of the user who applied it; null if nobody has."""
    applied_by_user_full_name: str | None
    """Full name of the user who applied it; null if nobody has."""
    closed_at: datetime | None
    """Time of the closing; null if it was not closed."""
    closed_by_user_id: str | None
    """Id of the user who closed it; null if there is none."""
    closed_by_user_email: str | None
    """E-mail address of the user who closed it; null if nobody has."""
    closed_by_user_full_name: str | None
    """Full name of the user who closed it; null if nobody has."""


@define(field_transformer=short_lists)
class ChangeRequestSummaryModelPagedList:
    """One page of change requests."""

    paging: PagingResponseInfo | None
    """Position of the page; null if unknown."""
    data: list[ChangeRequestSummaryModel] | None
    """Change requests of the page; null if there are none."""


@define
class ChangeRequestsModel:
    """The change requests of a product, one page of them."""

    change_requests: ChangeRequestSummaryModelPagedList = field(
        metadata={"essential": True},
    )
    """The page."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateEvaluationFormulaWithLatestVersionModel:
    """New v2 value of one setting in a change request.

    It replaces the old one completely.
    """

    default_value: UpdateValueModel
    """Value served if no targeting rule matches."""
    targeting_rules: list[UpdateTargetingRuleModel] | UnsetType | None = UNSET
    """Rules in order of evaluation; the first one that matches decides. Omitted means
    none."""
    percentage_evaluation_attribute: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """User attribute that decides the percentage split; null or omitted means
    `Identifier`. At most 1000 characters."""
    setting_id: int | UnsetType = field(default=UNSET, metadata={"format": "int32"})
    """Number of the setting."""
    latest_version_id: UUID | UnsetType | None = UNSET
    """Version that the value is based on; the service compares it with the current
    one."""


@define(kw_only=True)
class CreateChangeRequestProposedChangeModel:
    """A proposed value in a new change request."""

    proposed_change: UpdateEvaluationFormulaWithLatestVersionModel
    """The value, with the id of its setting."""


@define(kw_only=True, field_transformer=short_lists)
class CreateChangeRequestModel:
    """Request body to create a change request."""

    title: str = field(metadata={"max_length": 255})
    """Title of the change request. At most 255 characters."""
    reason: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Reason for the change, which becomes the note of the audit log entry. At most
    1000 characters."""
    apply_at: datetime | UnsetType | None = UNSET
    """Time at which the service applies it, in UTC; omitted or null means no
    schedule."""
    bypass_approval: bool | UnsetType = UNSET
    """Whether a scheduled one is applied without an approval; only for users with that
    right."""
    proposed_changes: list[CreateChangeRequestProposedChangeModel] | UnsetType = UNSET
    """The proposed values."""


class NeedsAttentionFilter(OpenEnum):
    """Filter for change requests by their issues."""

    NOT_NEEDS_ATTENTION = "notNeedsAttention"
    """Only those without an open issue."""
    NEEDS_ATTENTION = "needsAttention"
    """Only those with an open issue."""


@define(kw_only=True)
class ResolveChangeRequestSettingConflictsModel:
    """Request body to resolve the conflicts of a setting in a change request."""

    proposed_change: UpdateEvaluationFormulaWithLatestVersionModel
    """The new proposed value."""


@define(kw_only=True)
class UpdateChangeRequestCommentModel:
    """Request body to edit a comment on a change request."""

    body: str = field(metadata={"max_length": 5000})
    """Text of the comment. At most 5000 characters."""


@define(kw_only=True)
class UpdateChangeRequestModel:
    """Request body to replace the metadata of a change request."""

    title: str = field(metadata={"max_length": 255})
    """Title of the change request. At most 255 characters."""
    reason: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Reason for the change; omitted or null removes it. At most 1000 characters."""
    apply_at: datetime | UnsetType | None = UNSET
    """Time at which the service applies it, in UTC; omitted or null removes the
    schedule."""
    bypass_approval: bool | UnsetType | None = UNSET
    """Whether a scheduled one is applied without an approval; only for users with that
    right."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateChangeRequestProposedChangesModel:
    """Request body to write proposed values of a change request."""

    proposed_changes: (
        list[UpdateEvaluationFormulaWithLatestVersionModel] | UnsetType
    ) = UNSET
    """The proposed values."""
    forced: bool | UnsetType = UNSET
    """True skips the check of `latestVersionId`."""
