"""Response models of change requests."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogSettingValueV2EvaluationFormula,
    AuditLogSettingValueV2EvaluationFormulaConditionModel,
    AuditLogSettingValueV2EvaluationFormulaPercentageOptionModel,
    AuditLogSettingValueV2EvaluationFormulaTargetingRuleModel,
    ChangeRequestActivityModel,
    ChangeRequestApprovalModel,
    ChangeRequestCommentModel,
    ChangeRequestIssueModel,
    ChangeRequestModel,
    ChangeRequestProposedChangeModel,
    ChangeRequestProposedChangesModel,
    ChangeRequestsModel,
    ChangeRequestStatus,
    ChangeRequestSummaryModel,
    ChangeRequestSummaryModelPagedList,
    ConditionType,
)
from configcat_mgmt.emulator.domain.change_request_records import (
    Activity,
    Approval,
    ChangeRequest,
    Comment,
    Issue,
    ProposedChange,
)
from configcat_mgmt.emulator.domain.change_requests import (
    has_conflict,
    is_approved,
    place_of,
)
from configcat_mgmt.emulator.domain.evaluation import (
    Condition,
    Formula,
    SegmentCondition,
    Served,
    TargetingRule,
    UserCondition,
)
from configcat_mgmt.emulator.domain.paging import Page
from configcat_mgmt.emulator.domain.records import Setting, User
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.views.value_views import (
    comparison_value_view,
    limitations_view,
    proposed_formula_view,
    served_view,
)


def change_request_view(state: State, request: ChangeRequest) -> ChangeRequestModel:
    """Show a request with all that belongs to it."""
    owner = _person(state, request.owner_id)
    model = ChangeRequestModel(
        change_request_id=request.change_request_id,
        config_id=request.config_id,
        environment_id=request.environment_id,
        change_request_status=request.status,
        needs_attention=bool(request.open_issues),
        title=request.title,
        reason=request.reason,
        apply_at=request.apply_at,
        created_at=request.created_at,
        creator_user_email=owner.email,
        creator_user_full_name=owner.full_name,
        creator_user_id=owner.user_id,
        setting_values=[
            _change_view(state, request, one) for one in request.changes.values()
        ],
        comments=[comment_view(state, one) for one in request.comments],
        approved=is_approved(request),
        approvals=[_approval_view(state, one) for one in request.approvals],
        activities=[_activity_view(state, one) for one in request.activities],
        change_request_issues=[_issue_view(one) for one in request.issues],
        applied_at=None,
        applied_by_user_id=None,
        applied_by_user_email=None,
        applied_by_user_full_name=None,
        closed_at=None,
        closed_by_user_id=None,
        closed_by_user_email=None,
        closed_by_user_full_name=None,
        bypass_approval=request.bypass_approval,
    )
    _show_ending(state, request, model)
    return model


def summaries_view(state: State, page: Page[ChangeRequest]) -> ChangeRequestsModel:
    """Show a page of requests."""
    return ChangeRequestsModel(
        change_requests=ChangeRequestSummaryModelPagedList(
            paging=page.info, data=[_summary_view(state, one) for one in page.items]
        )
    )


def proposed_changes_view(
    state: State, request: ChangeRequest, setting_id: int | None
) -> ChangeRequestProposedChangesModel:
    """Show the proposed values, or that of one setting, as values."""
    _, environment = place_of(state, request)
    return ChangeRequestProposedChangesModel(
        feature_flag_limitations=limitations_view(state),
        proposed_changes=[
            proposed_formula_view(
                state,
                state.settings[change.setting_id],
                environment,
                change.proposed,
                change.base_version_id,
            )
            for change in request.changes.values()
            if setting_id in {None, change.setting_id}
        ],
    )


def comment_view(state: State, comment: Comment) -> ChangeRequestCommentModel:
    """Show a comment."""
    author = _person(state, comment.user_id)
    return ChangeRequestCommentModel(
        change_request_comment_id=comment.comment_id,
        body=comment.body,
        created_at=comment.created_at,
        user_email=author.email,
        user_full_name=author.full_name,
        edited_at=comment.edited_at,
    )


def _summary_view(state: State, request: ChangeRequest) -> ChangeRequestSummaryModel:
    owner = _person(state, request.owner_id)
    conflicts = [
        change
        for change in request.changes.values()
        if has_conflict(state, request, change)
    ]
    model = ChangeRequestSummaryModel(
        change_request_id=request.change_request_id,
        change_request_status=request.status,
        needs_attention=bool(request.open_issues),
        title=request.title,
        reason=request.reason,
        apply_at=request.apply_at,
        created_at=request.created_at,
        creator_user_email=owner.email,
        creator_user_full_name=owner.full_name,
        creator_user_id=owner.user_id,
        affected_setting_keys=[state.settings[one].key for one in request.changes],
        comment_count=len(request.comments),
        approved=is_approved(request),
        conflict_count=len(conflicts),
        bypass_approval=request.bypass_approval,
        applied_at=None,
        applied_by_user_id=None,
        applied_by_user_email=None,
        applied_by_user_full_name=None,
        closed_at=None,
        closed_by_user_id=None,
        closed_by_user_email=None,
        closed_by_user_full_name=None,
    )
    _show_ending(state, request, model)
    return model


def _show_ending(
    state: State,
    request: ChangeRequest,
    model: ChangeRequestModel | ChangeRequestSummaryModel,
) -> None:
    """Fill in who applied or closed a request, and when."""
    ending = request.ending
    if ending is None:
        return
    user = _person(state, ending.user_id)
    if request.status == ChangeRequestStatus.APPLIED:
        model.applied_at = ending.ended_at
        model.applied_by_user_id = user.user_id
        model.applied_by_user_email = user.email
        model.applied_by_user_full_name = user.full_name
    else:
        model.closed_at = ending.ended_at
        model.closed_by_user_id = user.user_id
        model.closed_by_user_email = user.email
        model.closed_by_user_full_name = user.full_name


def _change_view(
    state: State, request: ChangeRequest, change: ProposedChange
) -> ChangeRequestProposedChangeModel:
    setting = state.settings[change.setting_id]
    return ChangeRequestProposedChangeModel(
        setting_id=setting.setting_id,
        setting_key=setting.key,
        setting_name=setting.name,
        setting_hint=setting.hint,
        setting_type=setting.setting_type,
        has_conflict=has_conflict(state, request, change),
        original_evaluation_formula=_formula_view(state, setting, change.original),
        proposed_evaluation_formula=_formula_view(state, setting, change.proposed),
    )


def _formula_view(
    state: State, setting: Setting, formula: Formula
) -> AuditLogSettingValueV2EvaluationFormula:
    """Show a value with the names of everything that it refers to."""
    return AuditLogSettingValueV2EvaluationFormula(
        default_value=served_view(formula.default),
        default_value_predefined_variation_name=_variation_name(
            setting, formula.default
        ),
        targeting_rules=[_rule_view(state, setting, rule) for rule in formula.rules],
        percentage_evaluation_attribute=formula.percentage_attribute,
    )


def _rule_view(
    state: State, setting: Setting, rule: TargetingRule
) -> AuditLogSettingValueV2EvaluationFormulaTargetingRuleModel:
    model = AuditLogSettingValueV2EvaluationFormulaTargetingRuleModel(
        value=None,
        value_predefined_variation_name=None,
        conditions=[_condition_view(state, one) for one in rule.conditions],
        percentage_options=[],
    )
    if isinstance(rule.served, tuple):
        model.percentage_options = [
            AuditLogSettingValueV2EvaluationFormulaPercentageOptionModel(
                percentage=option.percentage,
                value=served_view(option.value),
                value_predefined_variation_name=_variation_name(setting, option.value),
            )
            for option in rule.served
        ]
    else:
        model.value = served_view(rule.served)
        model.value_predefined_variation_name = _variation_name(setting, rule.served)
    return model


def _condition_view(
    state: State, condition: Condition
) -> AuditLogSettingValueV2EvaluationFormulaConditionModel:
    model = AuditLogSettingValueV2EvaluationFormulaConditionModel(
        condition_type=ConditionType.USER_CONDITION,
        comparison_attribute=None,
        user_comparator=None,
        comparison_value=None,
        segment_comparator=None,
        segment_id=None,
        segment_name=None,
        prerequisite_comparator=None,
        prerequisite_setting_id=None,
        prerequisite_setting_key=None,
        prerequisite_comparison_value=None,
        prerequisite_comparison_value_predefined_variation_name=None,
    )
    if isinstance(condition, UserCondition):
        model.comparison_attribute = condition.attribute
        model.user_comparator = condition.comparator
        model.comparison_value = comparison_value_view(condition.value)
    elif isinstance(condition, SegmentCondition):
        model.condition_type = ConditionType.SEGMENT_CONDITION
        model.segment_comparator = condition.comparator
        model.segment_id = condition.segment_id
        segment = state.segments.get(condition.segment_id)
        model.segment_name = segment.name if segment else None
    else:
        model.condition_type = ConditionType.PREREQUISITE_FLAG_CONDITION
        model.prerequisite_comparator = condition.comparator
        model.prerequisite_setting_id = condition.setting_id
        model.prerequisite_comparison_value = served_view(condition.value)
        prerequisite = state.settings.get(condition.setting_id)
        if prerequisite is not None:
            model.prerequisite_setting_key = prerequisite.key
            model.prerequisite_comparison_value_predefined_variation_name = (
                _variation_name(prerequisite, condition.value)
            )
    return model


def _variation_name(setting: Setting, served: Served) -> str | None:
    names = {one.variation_id: one.name for one in setting.variations}
    return names.get(served) if isinstance(served, UUID) else None


def _approval_view(state: State, one: Approval) -> ChangeRequestApprovalModel:
    user = _person(state, one.user_id)
    return ChangeRequestApprovalModel(
        change_request_approval_id=one.approval_id,
        user_email=user.email,
        user_full_name=user.full_name,
        approved_at=one.approved_at,
        dismissed_at=one.dismissed_at,
    )


def _activity_view(state: State, one: Activity) -> ChangeRequestActivityModel:
    user = _person(state, one.user_id)
    return ChangeRequestActivityModel(
        change_request_activity_id=one.activity_id,
        change_request_activity_type=one.kind,
        date=one.happened_at,
        user_id=user.user_id,
        user_full_name=user.full_name,
        user_email=user.email,
        details=one.details,
        error=one.error,
    )


def _issue_view(one: Issue) -> ChangeRequestIssueModel:
    return ChangeRequestIssueModel(
        change_request_issue_id=one.issue_id,
        issue_type=one.kind,
        issue_details=one.details,
        issue_detected_at=one.detected_at,
        issue_fixed_at=one.fixed_at,
    )


def _person(state: State, user_id: str) -> User:
    """Return a user; one without a name if the account is gone."""
    return state.users.get(user_id) or User(user_id, "", "")
