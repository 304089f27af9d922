"""Environments that require approval, and the rights to approve and to bypass it.

Organization Admins may bypass approval everywhere (assumed).
"""

from typing import Final

from configcat_mgmt.api.model_index import (
    ApprovalPermissionType,
    EnvironmentApprovalPermissionType,
)
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.records import Environment
from configcat_mgmt.emulator.domain.refusals import Forbidden, Refused
from configcat_mgmt.emulator.domain.state import State

_CANNOT: Final = EnvironmentApprovalPermissionType.CANNOT_APPROVE
_BYPASS: Final = EnvironmentApprovalPermissionType.CAN_BYPASS_APPROVAL
_SAME_EVERYWHERE: Final = {
    ApprovalPermissionType.CANNOT_APPROVE: _CANNOT,
    ApprovalPermissionType.CAN_APPROVE_OTHERS: (
        EnvironmentApprovalPermissionType.CAN_APPROVE_OTHERS
    ),
    ApprovalPermissionType.CAN_BYPASS_APPROVAL: _BYPASS,
}


def is_approval_required(state: State, environment: Environment) -> bool:
    """Return whether values of V2 configs in an environment need an approval."""
    preferences = state.product_of(environment).preferences
    return preferences.approve_required or environment.approve_required


def permission_in(
    state: State, environment: Environment
) -> EnvironmentApprovalPermissionType:
    """Return the approval permission of the caller in an environment."""
    group = access.group_of(state, state.product_of(environment))
    if group is None:
        return _BYPASS
    if group.approval_type == ApprovalPermissionType.CUSTOM:
        return group.environment_approvals.get(environment.environment_id, _CANNOT)
    return _SAME_EVERYWHERE[group.approval_type]


def can_bypass(state: State, environment: Environment) -> bool:
    """Return whether the caller may write without approval in an environment."""
    return permission_in(state, environment) == _BYPASS


def require_can_bypass(state: State, environment: Environment) -> None:
    """Refuse callers who may not bypass approval.

    Raises:
        Forbidden: The caller may not.
    """
    if not can_bypass(state, environment):
        message = f"You may not bypass approval in {environment.name}."
        raise Forbidden(message)


def require_can_approve(state: State, environment: Environment) -> None:
    """Refuse callers who may not approve the requests of others.

    Raises:
        Forbidden: The caller may not.
    """
    if permission_in(state, environment) == _CANNOT:
        message = f"You may not approve change requests in {environment.name}."
        raise Forbidden(message)


def require_direct_write(
    state: State, environment: Environment, bypass_approval: bool | None
) -> None:
    """Refuse a write past approval, unless the caller bypasses it and may do so.

    The status of the refusal is assumed: 400.

    Raises:
        Refused: The environment requires approval.
        Forbidden: The caller asks to bypass approval and may not.
    """
    if not is_approval_required(state, environment):
        return
    if not bypass_approval:
        message = (
            f"{environment.name} requires approval: create a change request, or send "
            "bypassApproval."
        )
        raise Refused("bypass_approval", message)
    require_can_bypass(state, environment)
