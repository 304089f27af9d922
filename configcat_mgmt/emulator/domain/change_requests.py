"""The life of a change request: proposals, approvals, conflicts, applying, closing.

The sources leave open when approvals are dismissed, how many are needed, and which
statuses refusals have. Assumed: a changed proposal dismisses every approval, one
approval by somebody other than the owner is enough, and a broken rule is answered 400.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from configcat_mgmt.api.model_index import (
    AuditLogType,
    ChangeRequestActivityType,
    ChangeRequestIssueType,
    ChangeRequestStatus,
    EnvironmentAccessType,
    UpdateEvaluationFormulaWithLatestVersionModel,
)
from configcat_mgmt.emulator.domain import access, approval
from configcat_mgmt.emulator.domain.absent import given
from configcat_mgmt.emulator.domain.change_request_records import (
    Activity,
    Approval,
    ChangeRequest,
    Ending,
    Issue,
    ProposedChange,
)
from configcat_mgmt.emulator.domain.evaluation import Content, Formula
from configcat_mgmt.emulator.domain.formulas import read_formula
from configcat_mgmt.emulator.domain.prerequisites import require_no_circle
from configcat_mgmt.emulator.domain.records import Config, Environment, User
from configcat_mgmt.emulator.domain.refusals import (
    Conflict,
    Forbidden,
    Refusal,
    Refused,
)
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.value_writes import (
    is_reason_required,
    named_setting,
    write,
)

_STATUS_WORDS: Final = {
    ChangeRequestStatus.APPLIED: "applied",
    ChangeRequestStatus.CLOSED: "closed",
}


def place_of(state: State, request: ChangeRequest) -> tuple[Config, Environment]:
    """Return the config and the environment of a request."""
    return (
        state.configs[request.config_id],
        state.environments[request.environment_id],
    )


def has_conflict(state: State, request: ChangeRequest, change: ProposedChange) -> bool:
    """Return whether the setting was published after the proposal was made."""
    if not request.is_open:
        return False
    value = state.values[request.environment_id, change.setting_id]
    return value.version_id != change.base_version_id


def is_approved(request: ChangeRequest) -> bool:
    """Return whether somebody other than the owner approves of the request."""
    return any(one.user_id != request.owner_id for one in request.standing_approvals)


def require_open(request: ChangeRequest) -> None:
    """Refuse a request that was applied or closed; both states are final.

    Raises:
        Refused: The request is not open.
    """
    if not request.is_open:
        word = _STATUS_WORDS[request.status]
        raise Refused((), f"The change request is {word} already.")


def require_future(state: State, apply_at: datetime | None) -> None:
    """Refuse a schedule in the past.

    Raises:
        Refused: The time has passed.
    """
    if apply_at is not None and apply_at <= state.clock():
        raise Refused("apply_at", "The time must be in the future.")


def propose(
    state: State,
    request: ChangeRequest,
    entries: Iterable[
        tuple[UpdateEvaluationFormulaWithLatestVersionModel, tuple[str | int, ...]]
    ],
    *,
    forced: bool = False,
) -> None:
    """Add proposals to a request, or replace those of the same settings.

    Args:
        state: The state with the published values.
        request: The request; it is not changed if an entry is refused.
        entries: The proposed values, each with its path in the HTTP request.
        forced: Whether to accept proposals that were made from older versions.

    Raises:
        Refused: A proposal breaks a rule of values.
        Conflict: A proposal names another version than the latest.
    """
    config, environment = place_of(state, request)
    changes: dict[int, ProposedChange] = {}
    for entry, path in entries:
        setting = named_setting(state, config, entry.setting_id, changes, path)
        value = state.values[environment.environment_id, setting.setting_id]
        version = given(entry.latest_version_id)
        if version not in {None, value.version_id} and not forced:
            raise Conflict(setting.key)
        published = value.content
        if not isinstance(published, Formula):  # pragma: no cover - V2 configs only
            raise TypeError(published)
        changes[setting.setting_id] = ProposedChange(
            setting_id=setting.setting_id,
            proposed=read_formula(state, setting, entry, value, path),
            original=published,
            base_version_id=value.version_id,
        )
    contents: dict[int, Content] = {
        number: one.proposed for number, one in {**request.changes, **changes}.items()
    }
    require_no_circle(state, environment.environment_id, contents, "proposed_changes")
    request.changes.update(changes)


def record(
    state: State,
    request: ChangeRequest,
    kind: ChangeRequestActivityType,
    details: str = "",
    error: str | None = None,
) -> None:
    """Add an activity in the name of the caller."""
    request.activities.append(
        Activity(
            activity_id=state.identifiers.number("change_request_activity"),
            kind=kind,
            happened_at=state.clock(),
            user_id=state.caller.user_id,
            details=details,
            error=error,
        )
    )


def log(state: State, request: ChangeRequest, kind: AuditLogType) -> None:
    """Write an entry of the audit log about a request."""
    config, environment = place_of(state, request)
    state.log(
        kind,
        request.title,
        config=config,
        environment=environment,
        why=request.reason,
    )


def dismiss_approvals(state: State, request: ChangeRequest) -> None:
    """Dismiss every approval, because the proposals are not the approved ones."""
    for one in request.standing_approvals:
        one.dismissed_at = state.clock()
        log(state, request, AuditLogType.CHANGE_REQUEST_APPROVAL_DISMISSED)


def approve(state: State, request: ChangeRequest) -> None:
    """Approve a request in the name of the caller.

    Raises:
        Refused: The request is not open, or the caller approved it already.
        Forbidden: The caller owns the request or may not approve.
    """
    require_open(request)
    _, environment = place_of(state, request)
    approval.require_can_approve(state, environment)
    user_id = state.caller.user_id
    if user_id == request.owner_id:
        message = "You may not approve your own change request."
        raise Forbidden(message)
    if any(one.user_id == user_id for one in request.standing_approvals):
        raise Refused((), "You approved the change request already.")
    number = state.identifiers.number("change_request_approval")
    request.approvals.append(Approval(number, user_id, state.clock()))
    log(state, request, AuditLogType.CHANGE_REQUEST_APPROVED)


def remove_approval(state: State, request: ChangeRequest) -> None:
    """Take back the approval of the caller.

    Raises:
        Refused: The request is not open, or the caller does not approve of it.
    """
    require_open(request)
    own = [
        one for one in request.standing_approvals if one.user_id == state.caller.user_id
    ]
    if not own:
        raise Refused((), "You did not approve the change request.")
    for one in own:
        one.dismissed_at = state.clock()
    log(state, request, AuditLogType.CHANGE_REQUEST_APPROVAL_DISMISSED)


def apply(state: State, request: ChangeRequest, kind: AuditLogType) -> None:
    """Publish the proposed values in the name of the caller.

    Raises:
        Refused: The request is not open, has an issue, or lacks its approval.
        Forbidden: The caller may only read here, or may not bypass approval.
    """
    require_open(request)
    config, environment = place_of(state, request)
    issues = list(present_issues(state, request))
    if issues:
        words = "; ".join(f"{one.value}: {details}" for one, details in issues)
        raise Refused((), f"The change request needs attention: {words}")
    access.require_write(state, environment)
    if approval.is_approval_required(state, environment) and not is_approved(request):
        if not request.bypass_approval:
            raise Refused((), "The change request is not approved.")
        approval.require_can_bypass(state, environment)
    contents: dict[int, Content] = {
        number: one.proposed for number, one in request.changes.items()
    }
    write(state, config, environment, contents, request.reason)
    _end(state, request, ChangeRequestStatus.APPLIED)
    log(state, request, kind)


def close(state: State, request: ChangeRequest) -> None:
    """Close a request without publishing anything.

    Raises:
        Refused: The request is not open.
    """
    require_open(request)
    _end(state, request, ChangeRequestStatus.CLOSED)
    log(state, request, AuditLogType.CHANGE_REQUEST_CLOSED)


def claim(state: State, request: ChangeRequest) -> None:
    """Make the caller the owner of a request that lacks a capable owner.

    Raises:
        Refused: The request is not open, or its owner can still act.
    """
    require_open(request)
    kinds = {kind for kind, _ in present_issues(state, request)}
    if not kinds & {
        ChangeRequestIssueType.NO_OWNER,
        ChangeRequestIssueType.OWNER_PERMISSION_ISSUE,
    }:
        raise Refused((), "The owner of the change request can still act on it.")
    request.owner_id = state.caller.user_id
    record(state, request, ChangeRequestActivityType.OWNERSHIP_CLAIMED)
    log(state, request, AuditLogType.CHANGE_REQUEST_OWNERSHIP_CLAIMED)


def open_requests(state: State, config: Config) -> Iterator[ChangeRequest]:
    """Yield the open requests of a config."""
    for request in state.change_requests.values():
        if request.is_open and request.config_id == config.config_id:
            yield request


def counts_of_requests(
    state: State, config: Config, environment: Environment
) -> dict[int, int]:
    """Return how many open requests each setting is in, by setting id."""
    counts: dict[int, int] = {}
    for request in open_requests(state, config):
        if request.environment_id == environment.environment_id:
            for setting_id in request.changes:
                counts[setting_id] = counts.get(setting_id, 0) + 1
    return counts


def present_issues(
    state: State, request: ChangeRequest
) -> Iterator[tuple[ChangeRequestIssueType, str]]:
    """Yield what keeps a request from being applied now, each with its details."""
    _, environment = place_of(state, request)
    yield from _owner_issues(state, request, environment)
    if is_reason_required(state, environment) and not (request.reason or "").strip():
        yield ChangeRequestIssueType.REASON_REQUIRED, environment.name
    for setting_id, change in request.changes.items():
        if has_conflict(state, request, change):
            key = state.settings[setting_id].key
            yield ChangeRequestIssueType.SETTING_CONFLICT, key
    contents: Mapping[int, Content] = {
        number: one.proposed for number, one in request.changes.items()
    }
    try:
        require_no_circle(state, environment.environment_id, contents, "changes")
    except Refused as refused:
        (messages,) = refused.messages.values()
        yield ChangeRequestIssueType.CIRCULAR_DEPENDENCY, messages[0]


def settle(state: State) -> None:
    """Bring the issues of all open requests up to date; called after each change."""
    for request in state.change_requests.values():
        if request.is_open:
            _settle(state, request)


def apply_due(state: State) -> None:
    """Apply the scheduled requests whose time has come, in the order of their times.

    The owner of a request applies it. A request that cannot be applied stays open, has
    an activity with the error, and is not scheduled anymore (assumed).
    """
    now = state.clock()
    while True:
        due = [
            one
            for one in state.change_requests.values()
            if one.is_open and one.apply_at is not None and one.apply_at <= now
        ]
        if not due:
            return
        request = min(due, key=lambda one: (one.apply_at, one.change_request_id))
        _apply_on_schedule(state, request)


def _apply_on_schedule(state: State, request: ChangeRequest) -> None:
    caller, moment = state.caller, request.apply_at
    nobody = User("", "", "")
    state.caller = state.users.get(request.owner_id, nobody)
    try:
        with state.at(moment or state.clock()):
            try:
                apply(state, request, AuditLogType.CHANGE_REQUEST_APPLIED_ON_SCHEDULE)
            except Refusal as refusal:
                request.apply_at = None
                kind = ChangeRequestActivityType.SCHEDULED_APPLY_FAILED
                record(state, request, kind, request.title, _words_of(refusal))
            settle(state)
    finally:
        state.caller = caller


def _words_of(refusal: Refusal) -> str:
    if isinstance(refusal, Refused):
        return " ".join(text for texts in refusal.messages.values() for text in texts)
    return str(refusal)


def _owner_issues(
    state: State, request: ChangeRequest, environment: Environment
) -> Iterator[tuple[ChangeRequestIssueType, str]]:
    product = state.product_of(environment)
    organization = state.organizations[product.organization_id]
    owner_id = request.owner_id
    is_member = owner_id in organization.admins or owner_id in product.members
    if not is_member or owner_id not in state.users:
        yield ChangeRequestIssueType.NO_OWNER, request.title
        return
    group = None
    if owner_id not in organization.admins:
        group = state.permission_groups[product.members[owner_id]]
    kind = access.environment_access(group, environment.environment_id)
    if kind != EnvironmentAccessType.FULL:
        yield ChangeRequestIssueType.OWNER_PERMISSION_ISSUE, environment.name


def _settle(state: State, request: ChangeRequest) -> None:
    present = list(present_issues(state, request))
    known = {(one.kind, one.details): one for one in request.open_issues}
    needed_attention = bool(known)
    for key, issue in known.items():
        if key not in present:
            issue.fixed_at = state.clock()
    for kind, details in present:
        if (kind, details) not in known:
            number = state.identifiers.number("change_request_issue")
            request.issues.append(Issue(number, kind, details, state.clock()))
    if present and not needed_attention:
        log(state, request, AuditLogType.CHANGE_REQUEST_NEEDS_ATTENTION)
    elif needed_attention and not present:
        log(state, request, AuditLogType.CHANGE_REQUEST_NEEDS_ATTENTION_FIXED)


def _end(state: State, request: ChangeRequest, status: ChangeRequestStatus) -> None:
    request.status = status
    request.ending = Ending(state.clock(), state.caller.user_id)
    for issue in request.open_issues:
        issue.fixed_at = state.clock()
