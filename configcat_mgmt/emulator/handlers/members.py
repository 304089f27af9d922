"""People of organizations and products, and invitations."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    InvitationModel,
    InviteMembersRequest,
    MemberModel,
    OrganizationInvitationModel,
    OrganizationMembersModel,
    UpdateMemberPermissionsRequest,
    UserModel,
)
from configcat_mgmt.api.operations import members as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.names import is_visible
from configcat_mgmt.emulator.domain.records import (
    Invitation,
    Organization,
    Product,
    User,
)
from configcat_mgmt.emulator.domain.refusals import Forbidden, NotFound, Refused
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.member_views import (
    admin_view,
    invitation_view,
    member_view,
    organization_invitation_view,
    organization_member_view,
    user_view,
)

INVITATION_LIFE: Final = timedelta(days=7)
"""How long an invitation can be accepted."""

_MANAGE: Final = "can_manage_members"


@handles(operations.GET_ORGANIZATION_MEMBERS)
def get_organization_members(state: State, organization_id: UUID) -> list[UserModel]:
    """List the users that the caller may know of."""
    organization = state.organization(organization_id)
    return [user_view(user) for user in _known_users(state, organization)]


@handles(operations.GET_ORGANIZATION_MEMBERS_V2)
def get_organization_members_v2(
    state: State, organization_id: UUID
) -> OrganizationMembersModel:
    """List the users that the caller may know of, by role."""
    organization = state.organization(organization_id)
    managed = _managed_products(state, organization)
    known = _known_users(state, organization)
    return OrganizationMembersModel(
        admins=[admin_view(one) for one in known if one.user_id in organization.admins],
        billing_managers=[
            admin_view(one)
            for one in known
            if one.user_id in organization.billing_managers
        ],
        members=[
            organization_member_view(state, one, managed)
            for one in known
            if one.user_id not in organization.admins
        ],
    )


@handles(operations.GET_PENDING_INVITATIONS_ORG)
def get_pending_invitations_org(
    state: State, organization_id: UUID
) -> list[OrganizationInvitationModel]:
    """List the invitations to the products that the caller manages members of."""
    organization = state.organization(organization_id)
    managed = {one.product_id for one in _managed_products(state, organization)}
    return [
        organization_invitation_view(state, invitation)
        for invitation in state.invitations.values()
        if invitation.product_id in managed
    ]


@handles(operations.ADD_MEMBER_TO_GROUP)
def add_member_to_group(
    state: State,
    organization_id: UUID,
    user_id: str,
    body: UpdateMemberPermissionsRequest,
) -> None:
    """Change permission groups and roles of a member of the organization.

    Only those who have a role may give or take it: Organization Admins and billing
    managers. Source: https://configcat.com/docs/organization.
    """
    organization = state.organization(organization_id)
    user = _member_of(state, organization, user_id)
    groups = _wanted_groups(state, organization, items_of(body.permission_group_ids))
    roles = (
        (given(body.is_admin), organization.admins),
        (given(body.is_billing_manager), organization.billing_managers),
    )
    for is_wanted, holders in roles:
        _require_role_change(state, holders, user_id, is_wanted)
    kept = {product.product_id for product, _ in groups}
    removes = given_or(body.remove_from_permission_groups_where_id_not_set, False)
    if removes:
        for product in _managed_products(state, organization):
            if product.product_id not in kept:
                product.members.pop(user_id, None)
    for product, group_id in groups:
        product.members[user_id] = group_id
        kind = AuditLogType.TEAM_MEMBER_PERMISSION_GROUP_CHANGED
        state.log(kind, user.email, product=product)
    for is_wanted, holders in roles:
        _set_role(holders, user_id, is_wanted)
    kind = AuditLogType.ORGANIZATION_ADMIN_CHANGED
    state.log(kind, user.email, organization=organization)


@handles(operations.DELETE_ORGANIZATION_MEMBER)
def delete_organization_member(
    state: State, organization_id: UUID, user_id: str
) -> None:
    """Take a user out of the organization and all its products."""
    organization = state.organization(organization_id)
    access.require_admin(state, organization)
    user = _member_of(state, organization, user_id)
    _require_role_change(state, organization.admins, user_id, False)
    for product_id in organization.product_ids:
        state.products[product_id].members.pop(user_id, None)
    _set_role(organization.admins, user_id, False)
    _set_role(organization.billing_managers, user_id, False)
    organization.members.remove(user_id)
    kind = AuditLogType.ORGANIZATION_MEMBER_REMOVED
    state.log(kind, user.email, organization=organization)


@handles(operations.GET_PENDING_INVITATIONS)
def get_pending_invitations(state: State, product_id: UUID) -> list[InvitationModel]:
    """List the invitations to a product."""
    product = state.product(product_id)
    access.require(state, product, _MANAGE)
    return [
        invitation_view(state, invitation)
        for invitation in state.invitations.values()
        if invitation.product_id == product_id
    ]


@handles(operations.GET_PRODUCT_MEMBERS)
def get_product_members(state: State, product_id: UUID) -> list[MemberModel]:
    """List the members of a product with their permission group."""
    product = state.product(product_id)
    return [
        member_view(product_id, group_id, state.users[user_id])
        for user_id, group_id in product.members.items()
    ]


@handles(operations.INVITE_MEMBER)
def invite_member(state: State, product_id: UUID, body: InviteMembersRequest) -> None:
    """Invite people; who was invited already has the new invitation only."""
    product = state.product(product_id)
    access.require(state, product, _MANAGE)
    if body.permission_group_id not in product.permission_group_ids:
        message = "The product has no such permission group."
        raise Refused("permission_group_id", message)
    if not body.emails:
        raise Refused("emails", "At least one e-mail address is needed.")
    present = {state.users[one].email.casefold() for one in product.members}
    for number, email in enumerate(body.emails):
        _require_address(email, number)
        if email.casefold() in present:
            message = f"{email} is a member of the product."
            raise Refused(("emails", number), message)
    invited = {email.casefold(): email for email in body.emails}
    state.invitations = {
        key: one
        for key, one in state.invitations.items()
        if one.product_id != product_id or one.email.casefold() not in invited
    }
    now = state.clock()
    for email in invited.values():
        invitation = Invitation(
            invitation_id=state.identifiers.uuid(),
            product_id=product_id,
            permission_group_id=body.permission_group_id,
            email=email,
            created_at=now,
            expires=now + INVITATION_LIFE,
        )
        state.invitations[invitation.invitation_id] = invitation
        state.log(AuditLogType.TEAM_MEMBER_INVITED, email, product=product)


@handles(operations.DELETE_PRODUCT_MEMBER)
def delete_product_member(state: State, product_id: UUID, user_id: str) -> None:
    """Take a user out of a product."""
    product = state.product(product_id)
    access.require(state, product, _MANAGE)
    if user_id not in product.members:
        raise NotFound("member", user_id)
    del product.members[user_id]
    email = state.users[user_id].email
    state.log(AuditLogType.TEAM_MEMBER_REMOVED, email, product=product)


@handles(operations.DELETE_INVITATION)
def delete_invitation(state: State, invitation_id: UUID) -> None:
    """Revoke an invitation."""
    invitation = state.invitation(invitation_id)
    product = state.products[invitation.product_id]
    access.require(state, product, _MANAGE)
    del state.invitations[invitation_id]
    kind = AuditLogType.TEAM_MEMBER_INVITATION_REVOKED
    state.log(kind, invitation.email, product=product)


def _managed_products(state: State, organization: Organization) -> list[Product]:
    """Return the products whose members the caller manages."""
    products = (state.products[one] for one in organization.product_ids)
    return [
        product
        for product in products
        if state.sees(product) and access.has_right(state, product, _MANAGE)
    ]


def _known_users(state: State, organization: Organization) -> list[User]:
    """Return the users whom the caller may see: all of them for an admin."""
    known: Iterable[str] = organization.members
    if state.caller.user_id not in organization.admins:
        managed = _managed_products(state, organization)
        members = {user_id for product in managed for user_id in product.members}
        members.update(organization.admins)
        known = [user_id for user_id in organization.members if user_id in members]
    return [state.users[user_id] for user_id in known]


def _member_of(state: State, organization: Organization, user_id: str) -> User:
    if user_id not in organization.members:
        raise NotFound("member", user_id)
    return state.users[user_id]


def _wanted_groups(
    state: State, organization: Organization, group_ids: Sequence[int]
) -> list[tuple[Product, int]]:
    groups: dict[UUID, tuple[Product, int]] = {}
    for number, group_id in enumerate(group_ids):
        path = ("permission_group_ids", number)
        group = state.permission_groups.get(group_id)
        if group is None or group.product_id not in organization.product_ids:
            raise Refused(path, f"There is no permission group {group_id}.")
        product = state.products[group.product_id]
        if not state.sees(product):
            raise Refused(path, f"There is no permission group {group_id}.")
        access.require(state, product, _MANAGE)
        if groups.get(group.product_id, (product, group_id))[1] != group_id:
            raise Refused(
                path, "A member can be in only one permission group of a product."
            )
        groups[group.product_id] = (product, group_id)
    return list(groups.values())


def _require_role_change(
    state: State, holders: list[str], user_id: str, is_wanted: bool | None
) -> None:
    if is_wanted is None or is_wanted == (user_id in holders):
        return
    if state.caller.user_id not in holders:
        message = "Only users with this role may give or take it."
        raise Forbidden(message)
    if not is_wanted and holders == [user_id]:
        raise Refused((), "The last user with this role must keep it.")


def _set_role(holders: list[str], user_id: str, is_wanted: bool | None) -> None:
    if is_wanted and user_id not in holders:
        holders.append(user_id)
    elif is_wanted is False and user_id in holders:
        holders.remove(user_id)


def _require_address(email: str, number: int) -> None:
    name, _, domain = email.rpartition("@")
    if not name or not domain or not is_visible(email):
        raise Refused(("emails", number), "This is not an e-mail address.")
