"""Change requests: values that are proposed, approved, and applied or closed."""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.model_index import (
    AddChangeRequestCommentModel,
    AuditLogType,
    ChangeRequestActivityType,
    ChangeRequestApproveRequiredFilter,
    ChangeRequestCommentModel,
    ChangeRequestModel,
    ChangeRequestProposedChangesModel,
    ChangeRequestScheduleFilter,
    ChangeRequestsModel,
    ChangeRequestStatus,
    CreateChangeRequestModel,
    EvaluationVersion,
    NeedsAttentionFilter,
    ResolveChangeRequestSettingConflictsModel,
    UpdateChangeRequestCommentModel,
    UpdateChangeRequestModel,
    UpdateChangeRequestProposedChangesModel,
    UpdateEvaluationFormulaWithLatestVersionModel,
)
from configcat_mgmt.api.operations import change_requests as operations
from configcat_mgmt.emulator.domain import access, approval
from configcat_mgmt.emulator.domain import change_requests as rules
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.change_request_records import ChangeRequest, Comment
from configcat_mgmt.emulator.domain.paging import page_of
from configcat_mgmt.emulator.domain.records import Environment
from configcat_mgmt.emulator.domain.refusals import Forbidden, NotFound, Refused
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.value_writes import find_config
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.change_request_views import (
    change_request_view,
    comment_view,
    proposed_changes_view,
    summaries_view,
)

_USUAL_PAGE = 25
"""Source: the description of the operation that lists change requests."""


@handles(operations.GET_CHANGE_REQUESTS)
def get_change_requests(
    state: State,
    product_id: UUID,
    *,
    config_id: UUID | None = None,
    environment_id: UUID | None = None,
    setting_id: int | None = None,
    change_request_status_filter: Sequence[ChangeRequestStatus] | None = None,
    schedule_filter: ChangeRequestScheduleFilter | None = None,
    approve_required_filter: ChangeRequestApproveRequiredFilter | None = None,
    needs_attention_filter: NeedsAttentionFilter | None = None,
    page_number: int | None = None,
    page_size: int | None = None,
) -> ChangeRequestsModel:
    """List the change requests of a product, newest first."""
    product = state.product(product_id)
    statuses = change_request_status_filter or list(ChangeRequestStatus)

    def fits(request: ChangeRequest) -> bool:
        _, environment = rules.place_of(state, request)
        return (
            environment.product_id == product.product_id
            and not access.is_hidden(state, environment)
            and config_id in {None, request.config_id}
            and environment_id in {None, request.environment_id}
            and (setting_id is None or setting_id in request.changes)
            and request.status in statuses
            and schedule_filter in {None, _schedule_of(request)}
            and approve_required_filter in {None, _approval_in(state, environment)}
            and needs_attention_filter in {None, _attention_of(request)}
        )

    found = [one for one in reversed(state.change_requests.values()) if fits(one)]
    return summaries_view(state, page_of(found, page_number, page_size or _USUAL_PAGE))


@handles(operations.CREATE_CHANGE_REQUEST)
def create_change_request(
    state: State, config_id: UUID, environment_id: UUID, body: CreateChangeRequestModel
) -> ChangeRequestModel:
    """Propose values of settings of a V2 config in an environment."""
    config, environment = find_config(
        state, config_id, environment_id, EvaluationVersion.V2
    )
    access.require_write(state, environment)
    request = ChangeRequest(
        change_request_id=state.identifiers.number("change_request"),
        config_id=config.config_id,
        environment_id=environment.environment_id,
        title=_titled(body.title),
        reason=given(body.reason),
        owner_id=state.caller.user_id,
        created_at=state.clock(),
        apply_at=given(body.apply_at),
        bypass_approval=given_or(body.bypass_approval, False),
    )
    rules.require_future(state, request.apply_at)
    if request.bypass_approval:
        approval.require_can_bypass(state, environment)
    entries = [
        (entry.proposed_change, ("proposed_changes", number, "proposed_change"))
        for number, entry in enumerate(items_of(body.proposed_changes))
    ]
    rules.propose(state, request, entries)
    state.change_requests[request.change_request_id] = request
    rules.record(state, request, ChangeRequestActivityType.CREATED)
    rules.log(state, request, AuditLogType.CHANGE_REQUEST_CREATED)
    return _changed(state, request)


@handles(operations.GET_CHANGE_REQUEST)
def get_change_request(state: State, change_request_id: int) -> ChangeRequestModel:
    """Show a request."""
    return change_request_view(state, _found(state, change_request_id))


@handles(operations.UPDATE_CHANGE_REQUEST)
def update_change_request(
    state: State, change_request_id: int, body: UpdateChangeRequestModel
) -> ChangeRequestModel:
    """Replace title, reason, schedule and bypass; a field that is left out is reset."""
    request = _writable(state, change_request_id)
    _, environment = rules.place_of(state, request)
    title = _titled(body.title)
    reason, apply_at = given(body.reason), given(body.apply_at)
    bypass = given_or(body.bypass_approval, False)
    if apply_at != request.apply_at:
        rules.require_future(state, apply_at)
    if bypass and not request.bypass_approval:
        approval.require_can_bypass(state, environment)
    kinds = ChangeRequestActivityType
    if reason != request.reason:
        rules.record(state, request, kinds.REASON_CHANGED, reason or "")
    if apply_at != request.apply_at:
        shown = apply_at.isoformat() if apply_at else ""
        rules.record(state, request, kinds.APPLY_AT_CHANGED, shown)
    if bypass != request.bypass_approval:
        kind = (
            kinds.BYPASS_APPROVAL_ENABLED if bypass else kinds.BYPASS_APPROVAL_DISABLED
        )
        rules.record(state, request, kind)
    request.title, request.reason = title, reason
    request.apply_at, request.bypass_approval = apply_at, bypass
    rules.log(state, request, AuditLogType.CHANGE_REQUEST_UPDATED)
    return _changed(state, request)


@handles(operations.GET_CHANGE_REQUEST_PROPOSED_CHANGES)
def get_change_request_proposed_changes(
    state: State, change_request_id: int, setting_id: int | None = None
) -> ChangeRequestProposedChangesModel:
    """Show all proposed values, or that of one setting."""
    request = _found(state, change_request_id)
    if setting_id is not None and setting_id not in request.changes:
        raise NotFound("proposed change of setting", setting_id)
    return proposed_changes_view(state, request, setting_id)


@handles(operations.UPDATE_CHANGE_REQUEST_PROPOSED_CHANGES)
def update_change_request_proposed_changes(
    state: State,
    change_request_id: int,
    body: UpdateChangeRequestProposedChangesModel,
    setting_id: int | None = None,
) -> ChangeRequestModel:
    """Add proposals or replace those of the same settings."""
    request = _writable(state, change_request_id)
    entries = [
        (entry, ("proposed_changes", number))
        for number, entry in enumerate(items_of(body.proposed_changes))
    ]
    for entry, path in entries:
        if setting_id not in {None, given(entry.setting_id)}:
            raise Refused((*path, "setting_id"), "The query names another setting.")
    rules.propose(state, request, entries, forced=given_or(body.forced, False))
    return _proposals_changed(
        state, request, ChangeRequestActivityType.PROPOSED_CHANGES_UPDATED
    )


@handles(operations.DELETE_CHANGE_REQUEST_PROPOSED_CHANGE)
def delete_change_request_proposed_change(
    state: State, change_request_id: int, setting_id: int
) -> ChangeRequestModel:
    """Take a setting out of a request."""
    request = _writable(state, change_request_id)
    _require_proposed(request, setting_id)
    del request.changes[setting_id]
    return _proposals_changed(
        state, request, ChangeRequestActivityType.PROPOSED_CHANGES_UPDATED
    )


@handles(operations.RESOLVE_CHANGE_REQUEST_SETTING_CONFLICTS)
def resolve_change_request_setting_conflicts(
    state: State,
    change_request_id: int,
    setting_id: int,
    body: ResolveChangeRequestSettingConflictsModel,
) -> ChangeRequestModel:
    """Replace the proposal of a setting that was published meanwhile."""
    request = _writable(state, change_request_id)
    _require_proposed(request, setting_id)
    entry = body.proposed_change
    path = ("proposed_change",)
    if given(entry.setting_id) not in {None, setting_id}:
        raise Refused((*path, "setting_id"), "The path names another setting.")
    entry = UpdateEvaluationFormulaWithLatestVersionModel(
        default_value=entry.default_value,
        targeting_rules=entry.targeting_rules,
        percentage_evaluation_attribute=entry.percentage_evaluation_attribute,
        setting_id=setting_id,
        latest_version_id=entry.latest_version_id,
    )
    rules.propose(state, request, [(entry, path)])
    rules.log(state, request, AuditLogType.CHANGE_REQUEST_SETTING_VALUE_REBASED)
    return _proposals_changed(
        state, request, ChangeRequestActivityType.CONFLICTS_RESOLVED
    )


@handles(operations.APPROVE_CHANGE_REQUEST)
def approve_change_request(state: State, change_request_id: int) -> ChangeRequestModel:
    """Approve a request of somebody else."""
    request = _found(state, change_request_id)
    rules.approve(state, request)
    return _changed(state, request)


@handles(operations.REMOVE_CHANGE_REQUEST_APPROVAL)
def remove_change_request_approval(
    state: State, change_request_id: int
) -> ChangeRequestModel:
    """Take back one's own approval."""
    request = _found(state, change_request_id)
    rules.remove_approval(state, request)
    return _changed(state, request)


@handles(operations.APPLY_CHANGE_REQUEST)
def apply_change_request(state: State, change_request_id: int) -> ChangeRequestModel:
    """Publish the proposed values at once."""
    request = _found(state, change_request_id)
    rules.apply(state, request, AuditLogType.CHANGE_REQUEST_APPLIED)
    return _changed(state, request)


@handles(operations.CLOSE_CHANGE_REQUEST)
def close_change_request(state: State, change_request_id: int) -> ChangeRequestModel:
    """Close a request for good."""
    request = _writable(state, change_request_id)
    rules.close(state, request)
    return _changed(state, request)


@handles(operations.CLAIM_CHANGE_REQUEST_OWNERSHIP)
def claim_change_request_ownership(
    state: State, change_request_id: int
) -> ChangeRequestModel:
    """Take over a request whose owner is gone or lost the rights."""
    request = _writable(state, change_request_id)
    rules.claim(state, request)
    return _changed(state, request)


@handles(operations.ADD_CHANGE_REQUEST_COMMENT)
def add_change_request_comment(
    state: State, change_request_id: int, body: AddChangeRequestCommentModel
) -> ChangeRequestCommentModel:
    """Comment on a request in any state."""
    request = _found(state, change_request_id)
    comment = Comment(
        comment_id=state.identifiers.number("change_request_comment"),
        user_id=state.caller.user_id,
        body=_said(body.body),
        created_at=state.clock(),
    )
    request.comments.append(comment)
    rules.log(state, request, AuditLogType.CHANGE_REQUEST_COMMENT_ADDED)
    return comment_view(state, comment)


@handles(operations.UPDATE_CHANGE_REQUEST_COMMENT)
def update_change_request_comment(
    state: State, comment_id: int, body: UpdateChangeRequestCommentModel
) -> ChangeRequestCommentModel:
    """Edit one's own comment."""
    request, comment = _own_comment(state, comment_id)
    comment.body = _said(body.body)
    comment.edited_at = state.clock()
    rules.log(state, request, AuditLogType.CHANGE_REQUEST_COMMENT_EDITED)
    return comment_view(state, comment)


@handles(operations.DELETE_CHANGE_REQUEST_COMMENT)
def delete_change_request_comment(state: State, comment_id: int) -> None:
    """Delete one's own comment."""
    request, comment = _own_comment(state, comment_id)
    request.comments.remove(comment)
    rules.log(state, request, AuditLogType.CHANGE_REQUEST_COMMENT_DELETED)


def _found(state: State, change_request_id: int) -> ChangeRequest:
    """Find a request in an environment that the caller may see."""
    request = state.change_request(change_request_id)
    _, environment = rules.place_of(state, request)
    if access.is_hidden(state, environment):
        raise NotFound("change request", change_request_id)
    return request


def _writable(state: State, change_request_id: int) -> ChangeRequest:
    """Find an open request in an environment that the caller may write to."""
    request = _found(state, change_request_id)
    rules.require_open(request)
    access.require_write(state, state.environments[request.environment_id])
    return request


def _schedule_of(request: ChangeRequest) -> ChangeRequestScheduleFilter:
    if request.apply_at is None:
        return ChangeRequestScheduleFilter.NON_SCHEDULED
    return ChangeRequestScheduleFilter.SCHEDULED


def _approval_in(
    state: State, environment: Environment
) -> ChangeRequestApproveRequiredFilter:
    if approval.is_approval_required(state, environment):
        return ChangeRequestApproveRequiredFilter.APPROVE_REQUIRED
    return ChangeRequestApproveRequiredFilter.APPROVE_NOT_REQUIRED


def _attention_of(request: ChangeRequest) -> NeedsAttentionFilter:
    if request.open_issues:
        return NeedsAttentionFilter.NEEDS_ATTENTION
    return NeedsAttentionFilter.NOT_NEEDS_ATTENTION


def _titled(title: str) -> str:
    if not title.strip():
        raise Refused("title", "A title is required.")
    return title


def _said(body: str) -> str:
    if not body.strip():
        raise Refused("body", "A comment must not be empty.")
    return body


def _require_proposed(request: ChangeRequest, setting_id: int) -> None:
    if setting_id not in request.changes:
        raise NotFound("proposed change of setting", setting_id)


def _own_comment(state: State, comment_id: int) -> tuple[ChangeRequest, Comment]:
    for request_id, request in state.change_requests.items():
        for comment in request.comments:
            if comment.comment_id == comment_id:
                _found(state, request_id)
                if comment.user_id != state.caller.user_id:
                    message = "Only the author of a comment may change it."
                    raise Forbidden(message)
                return request, comment
    raise NotFound("comment", comment_id)


def _changed(state: State, request: ChangeRequest) -> ChangeRequestModel:
    """Show a request after a change, with its issues up to date."""
    rules.settle(state)
    return change_request_view(state, request)


def _proposals_changed(
    state: State, request: ChangeRequest, kind: ChangeRequestActivityType
) -> ChangeRequestModel:
    rules.record(state, request, kind)
    rules.dismiss_approvals(state, request)
    rules.log(state, request, AuditLogType.CHANGE_REQUEST_SETTING_VALUES_UPDATED)
    return _changed(state, request)
