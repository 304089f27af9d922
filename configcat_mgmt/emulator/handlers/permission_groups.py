"""Permission groups of products."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import (
    AccessType,
    ApprovalPermissionType,
    AuditLogType,
    CreateOrUpdateEnvironmentAccessModel,
    CreateOrUpdateEnvironmentApprovalPermissionModel,
    CreatePermissionGroupRequest,
    EnvironmentAccessType,
    EnvironmentApprovalPermissionType,
    PermissionGroupModel,
    UpdatePermissionGroupRequest,
)
from configcat_mgmt.api.operations import permission_groups as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.names import require_unique
from configcat_mgmt.emulator.domain.records import PermissionGroup, Product
from configcat_mgmt.emulator.domain.refusals import Refused, wire_name
from configcat_mgmt.emulator.domain.rights import NEEDED_RIGHTS, RIGHTS, Right
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.member_views import permission_group_view
from configcat_mgmt.unset import UnsetType

_MANAGE: Final = "can_manage_members"


@handles(operations.GET_PERMISSION_GROUPS)
def get_permission_groups(state: State, product_id: UUID) -> list[PermissionGroupModel]:
    """List the permission groups of a product, oldest first."""
    product = state.product(product_id)
    groups = state.permission_groups_of(product)
    return [permission_group_view(state, group) for group in groups]


@handles(operations.CREATE_PERMISSION_GROUP)
def create_permission_group(
    state: State, product_id: UUID, body: CreatePermissionGroupRequest
) -> PermissionGroupModel:
    """Create a group; it has only the rights and accesses that were sent."""
    product = state.product(product_id)
    access.require(state, product, _MANAGE)
    siblings = state.permission_groups_of(product)
    require_unique(body.name, siblings, "permission group")
    require_room(len(siblings), state.limits.permission_groups, "permission groups")
    rights: set[Right] = {right for right in RIGHTS if given(getattr(body, right))}
    _require_consistent(rights)
    none = EnvironmentAccessType.NONE
    accesses = dict.fromkeys(product.environment_ids, none)
    accesses.update(_sent_accesses(product, items_of(body.environment_accesses)))
    cannot = EnvironmentApprovalPermissionType.CANNOT_APPROVE
    approvals = dict.fromkeys(product.environment_ids, cannot)
    sent = items_of(body.environment_approval_permissions)
    approvals.update(_sent_approvals(product, sent))
    group = PermissionGroup(
        permission_group_id=state.identifiers.number("permission_group"),
        product_id=product_id,
        name=body.name,
        rights=rights,
        access_type=given_or(body.access_type, AccessType.CUSTOM),
        new_environment_access_type=given_or(body.new_environment_access_type, none),
        environment_accesses=accesses,
        approval_type=given_or(
            body.approval_permission_type, ApprovalPermissionType.CANNOT_APPROVE
        ),
        new_environment_approval=given_or(
            body.new_environment_approval_permission_type, cannot
        ),
        environment_approvals=approvals,
    )
    state.permission_groups[group.permission_group_id] = group
    product.permission_group_ids.append(group.permission_group_id)
    state.log(AuditLogType.PERMISSION_GROUP_CREATED, group.name, product=product)
    return permission_group_view(state, group)


@handles(operations.GET_PERMISSION_GROUP)
def get_permission_group(
    state: State, permission_group_id: int
) -> PermissionGroupModel:
    """Show a group."""
    return permission_group_view(state, state.permission_group(permission_group_id))


@handles(operations.UPDATE_PERMISSION_GROUP)
def update_permission_group(
    state: State, permission_group_id: int, body: UpdatePermissionGroupRequest
) -> PermissionGroupModel:
    """Change the fields that are present; other environments keep their access."""
    group = state.permission_group(permission_group_id)
    product = state.products[group.product_id]
    access.require(state, product, _MANAGE)
    name = given_or(body.name, group.name)
    siblings = state.permission_groups_of(product)
    require_unique(name, siblings, "permission group", besides=group)
    rights: set[Right] = {
        right
        for right in RIGHTS
        if given_or(getattr(body, right), right in group.rights)
    }
    _require_consistent(rights)
    accesses = _sent_accesses(product, items_of(body.environment_accesses))
    sent = items_of(body.environment_approval_permissions)
    approvals = _sent_approvals(product, sent)
    group.name = name
    group.rights = rights
    group.access_type = given_or(body.access_type, group.access_type)
    group.new_environment_access_type = given_or(
        body.new_environment_access_type, group.new_environment_access_type
    )
    group.environment_accesses.update(accesses)
    group.approval_type = given_or(body.approval_permission_type, group.approval_type)
    group.new_environment_approval = given_or(
        body.new_environment_approval_permission_type, group.new_environment_approval
    )
    group.environment_approvals.update(approvals)
    state.log(AuditLogType.PERMISSION_GROUP_CHANGED, name, product=product)
    return permission_group_view(state, group)


@handles(operations.DELETE_PERMISSION_GROUP)
def delete_permission_group(state: State, permission_group_id: int) -> None:
    """Delete a group without members and invitations that is not the last one."""
    group = state.permission_group(permission_group_id)
    product = state.products[group.product_id]
    access.require(state, product, _MANAGE)
    if len(product.permission_group_ids) == 1:
        raise Refused((), "The last permission group of a product cannot be deleted.")
    if permission_group_id in product.members.values():
        raise Refused((), "The permission group has members.")
    invited = {one.permission_group_id for one in state.invitations.values()}
    if permission_group_id in invited:
        raise Refused((), "The permission group has pending invitations.")
    product.permission_group_ids.remove(permission_group_id)
    del state.permission_groups[permission_group_id]
    state.log(AuditLogType.PERMISSION_GROUP_DELETED, group.name, product=product)


def _require_consistent(rights: set[Right]) -> None:
    for right, needed in NEEDED_RIGHTS.items():
        if right in rights and needed not in rights:
            message = f"This right also needs the right {wire_name(needed)}."
            raise Refused(right, message)


def _sent_accesses(
    product: Product, entries: Sequence[CreateOrUpdateEnvironmentAccessModel]
) -> dict[UUID, EnvironmentAccessType]:
    accesses: dict[UUID, EnvironmentAccessType] = {}
    for number, entry in enumerate(entries):
        path = ("environment_accesses", number, "environment_id")
        environment_id = _environment_of(product, entry.environment_id, path)
        kind = given_or(entry.environment_access_type, EnvironmentAccessType.NONE)
        accesses[environment_id] = kind
    return accesses


def _sent_approvals(
    product: Product,
    entries: Sequence[CreateOrUpdateEnvironmentApprovalPermissionModel],
) -> dict[UUID, EnvironmentApprovalPermissionType]:
    approvals: dict[UUID, EnvironmentApprovalPermissionType] = {}
    for number, entry in enumerate(entries):
        path = ("environment_approval_permissions", number, "environment_id")
        environment_id = _environment_of(product, entry.environment_id, path)
        approvals[environment_id] = given_or(
            entry.environment_approval_permission_type,
            EnvironmentApprovalPermissionType.CANNOT_APPROVE,
        )
    return approvals


def _environment_of(
    product: Product, sent: UUID | UnsetType, path: tuple[str | int, ...]
) -> UUID:
    environment_id = given(sent)
    if environment_id is None or environment_id not in product.environment_ids:
        raise Refused(path, "The product has no such environment.")
    return environment_id
