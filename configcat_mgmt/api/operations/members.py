"""Endpoints of the group `members`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.members import (
    InvitationModel,
    InviteMembersRequest,
    MemberModel,
    OrganizationInvitationModel,
    OrganizationMembersModel,
    UpdateMemberPermissionsRequest,
    UserModel,
)
from configcat_mgmt.core.operation import Operation, Parameter

GET_ORGANIZATION_MEMBERS: Final[Operation[list[UserModel]]] = Operation(
    id="get-organization-members",
    group="members",
    method="GET",
    path="/v1/organizations/{organizationId}/members",
    summary="List the members of an organization (v1).",
    effect="read",
    success={200: list[UserModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("organization_id", "organizationId", "path", UUID),),
    deprecated=True,
)

GET_ORGANIZATION_MEMBERS_V2: Final[Operation[OrganizationMembersModel]] = Operation(
    id="get-organization-members-v2",
    group="members",
    method="GET",
    path="/v2/organizations/{organizationId}/members",
    summary="List the members of an organization (v2).",
    effect="read",
    success={200: OrganizationMembersModel},
    errors=(400, 404, 429),
    parameters=(Parameter("organization_id", "organizationId", "path", UUID),),
)

GET_PENDING_INVITATIONS_ORG: Final[Operation[list[OrganizationInvitationModel]]] = (
    Operation(
        id="get-pending-invitations-org",
        group="members",
        method="GET",
        path="/v1/organizations/{organizationId}/invitations",
        summary="List pending invitations of an organization.",
        effect="read",
        success={200: list[OrganizationInvitationModel]},
        errors=(400, 404, 429),
        parameters=(Parameter("organization_id", "organizationId", "path", UUID),),
    )
)

ADD_MEMBER_TO_GROUP: Final[Operation[None]] = Operation(
    id="add-member-to-group",
    group="members",
    method="POST",
    path="/v1/organizations/{organizationId}/members/{userId}",
    summary="Update the permissions of a member.",
    effect="set",
    success={200: None},
    errors=(400, 404, 429),
    parameters=(
        Parameter("organization_id", "organizationId", "path", UUID),
        Parameter("user_id", "userId", "path", str),
    ),
    body=UpdateMemberPermissionsRequest,
    body_required=True,
)

DELETE_ORGANIZATION_MEMBER: Final[Operation[None]] = Operation(
    id="delete-organization-member",
    group="members",
    method="DELETE",
    path="/v1/organizations/{organizationId}/members/{userId}",
    summary="Remove a member from an organization.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(
        Parameter("organization_id", "organizationId", "path", UUID),
        Parameter("user_id", "userId", "path", str),
    ),
)

GET_PENDING_INVITATIONS: Final[Operation[list[InvitationModel]]] = Operation(
    id="get-pending-invitations",
    group="members",
    method="GET",
    path="/v1/products/{productId}/invitations",
    summary="List pending invitations of a product.",
    effect="read",
    success={200: list[InvitationModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

GET_PRODUCT_MEMBERS: Final[Operation[list[MemberModel]]] = Operation(
    id="get-product-members",
    group="members",
    method="GET",
    path="/v1/products/{productId}/members",
    summary="List the members of a product.",
    effect="read",
    success={200: list[MemberModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

INVITE_MEMBER: Final[Operation[None]] = Operation(
    id="invite-member",
    group="members",
    method="POST",
    path="/v1/products/{productId}/members/invite",
    summary="Invite people to a product.",
    effect="create",
    success={200: None},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=InviteMembersRequest,
    body_required=True,
)

DELETE_PRODUCT_MEMBER: Final[Operation[None]] = Operation(
    id="delete-product-member",
    group="members",
    method="DELETE",
    path="/v1/products/{productId}/members/{userId}",
    summary="Remove a member from a product.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(
        Parameter("product_id", "productId", "path", UUID),
        Parameter("user_id", "userId", "path", str),
    ),
)

DELETE_INVITATION: Final[Operation[None]] = Operation(
    id="delete-invitation",
    group="members",
    method="DELETE",
    path="/v1/invitations/{invitationId}",
    summary="Revoke an invitation.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("invitation_id", "invitationId", "path", UUID),),
)
