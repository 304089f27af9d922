"""The asynchronous operations of the group `members`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

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
from configcat_mgmt.api.operations import members as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncMembers(OperationGroup):
    """Members: the asynchronous operations.

    List, invite and remove members, change their permissions, and handle pending
    invitations.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_organization_members(
        self,
        organization_id: UUID | str,
    ) -> list[UserModel]:
        """List the members of an organization (v1).

        Lists users of the organization as one flat list, with their two-factor state.
        Organization Admins see all users. Other callers see the admins, and the members
        of products where they have the permission `canManageMembers`. The v2 operation
        also returns roles and permission groups.

        Deprecated: the service may remove this operation.

        GET /v1/organizations/{organizationId}/members

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.

        Returns:
            list of UserModel, in the service's order: The users as a plain list.

        Raises:
            NotFoundError: The organization does not exist, or these credentials cannot
                see it.
        """
        return await self._caller.call(
            operations.GET_ORGANIZATION_MEMBERS,
            organization_id=organization_id,
        )

    async def get_organization_members_v2(
        self,
        organization_id: UUID | str,
    ) -> OrganizationMembersModel:
        """List the members of an organization (v2).

        Lists the people of the organization by role. Each member comes with pairs of
        product and permission group. Organization Admins see all users. Other callers
        see the admins, and the members of products where they have the permission
        `canManageMembers`.

        GET /v2/organizations/{organizationId}/members

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.

        Returns:
            OrganizationMembersModel: An object with `admins`, `billingManagers` and
                `members`.

        Raises:
            NotFoundError: The organization does not exist, or these credentials cannot
                see it.
        """
        return await self._caller.call(
            operations.GET_ORGANIZATION_MEMBERS_V2,
            organization_id=organization_id,
        )

    async def get_pending_invitations_org(
        self,
        organization_id: UUID | str,
    ) -> list[OrganizationInvitationModel]:
        """List pending invitations of an organization.

        Lists invitations to any product of the organization that are still open. Each
        one names its product and its expiry time; `expired` says whether it has
        expired.

        GET /v1/organizations/{organizationId}/invitations

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.

        Returns:
            list of OrganizationInvitationModel, in the service's order: The pending
                invitations with product and expiry time.

        Raises:
            NotFoundError: The organization does not exist, or these credentials cannot
                see it.
        """
        return await self._caller.call(
            operations.GET_PENDING_INVITATIONS_ORG,
            organization_id=organization_id,
        )

    async def add_member_to_group(
        self,
        organization_id: UUID | str,
        user_id: str,
        body: UpdateMemberPermissionsRequest,
    ) -> None:
        """Update the permissions of a member.

        Changes the permission groups and the roles of a member of the organization. A
        member has at most one group in each product, so a new group replaces the
        current one. With `removeFromPermissionGroupsWhereIdNotSet` set to true the
        service removes the member from every group that the body does not name. Only an
        Organization Admin can grant or revoke the admin role, and only a billing
        manager the billing manager role. Organization Admins always have full access to
        all products.

        POST /v1/organizations/{organizationId}/members/{userId}

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.
            user_id: Id of the user, a plain string.
            body: The permission groups and roles to set for the member. No field is
                required. UNSET omits a field.

        Returns:
            None: The service made the change; no body.

        Raises:
            NotFoundError: The organization or member does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.ADD_MEMBER_TO_GROUP,
            organization_id=organization_id,
            user_id=user_id,
            body=body,
        )

    async def delete_organization_member(
        self,
        organization_id: UUID | str,
        user_id: str,
    ) -> None:
        """Remove a member from an organization.

        Removes the user from the organization. A separate operation removes a member
        from a single product.

        DELETE /v1/organizations/{organizationId}/members/{userId}

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.
            user_id: Id of the user, a plain string.

        Returns:
            None: The service removed the member; no body.

        Raises:
            NotFoundError: The organization or member does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.DELETE_ORGANIZATION_MEMBER,
            organization_id=organization_id,
            user_id=user_id,
        )

    async def get_pending_invitations(
        self,
        product_id: UUID | str,
    ) -> list[InvitationModel]:
        """List pending invitations of a product.

        Lists invitations to the product that are still open. `expired` says whether an
        invitation has expired; only the list of the organization has the expiry time.

        GET /v1/products/{productId}/invitations

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            list of InvitationModel, in the service's order: The pending invitations of
                the product.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.GET_PENDING_INVITATIONS,
            product_id=product_id,
        )

    async def get_product_members(self, product_id: UUID | str) -> list[MemberModel]:
        """List the members of a product.

        Lists the members of the product with the id of their permission group.

        GET /v1/products/{productId}/members

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            list of MemberModel, in the service's order: The members of the product.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.GET_PRODUCT_MEMBERS,
            product_id=product_id,
        )

    async def invite_member(
        self,
        product_id: UUID | str,
        body: InviteMembersRequest,
    ) -> None:
        """Invite people to a product.

        Sends invitations to one or more e-mail addresses, all with the same permission
        group. The response has no body: look up the ids of the new invitations in the
        lists of pending invitations.

        POST /v1/products/{productId}/members/invite

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: The e-mail addresses and the permission group they are invited to. All
                fields are required.

        Returns:
            None: The service sent the invitations; no body.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.INVITE_MEMBER,
            product_id=product_id,
            body=body,
        )

    async def delete_product_member(self, product_id: UUID | str, user_id: str) -> None:
        """Remove a member from a product.

        Removes the user from one product. A separate operation removes a member from
        the organization.

        DELETE /v1/products/{productId}/members/{userId}

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            user_id: Id of the user, a plain string.

        Returns:
            None: The service removed the member; no body.

        Raises:
            NotFoundError: The product or member does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.DELETE_PRODUCT_MEMBER,
            product_id=product_id,
            user_id=user_id,
        )

    async def delete_invitation(self, invitation_id: UUID | str) -> None:
        """Revoke an invitation.

        Withdraws a pending invitation. Invitations cannot be accepted, resent or
        changed through this API.

        DELETE /v1/invitations/{invitationId}

        Args:
            invitation_id: Id (UUID) of the pending invitation, as found in the lists of
                pending invitations. A string is accepted.

        Returns:
            None: The service revoked the invitation; no body.

        Raises:
            NotFoundError: The invitation does not exist, or these credentials cannot
                see it.
        """
        return await self._caller.call(
            operations.DELETE_INVITATION,
            invitation_id=invitation_id,
        )
