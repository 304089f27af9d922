"""Models that only the group `members` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


@define
class InvitationModel:
    """A pending invitation to a product."""

    invitation_id: UUID = field(metadata={"essential": True})
    """Id of the invitation, needed to revoke it."""
    email: str | None
    """E-mail address that was invited."""
    permission_group_id: int
    """Number of the permission group the person is to join."""
    created_at: datetime
    """Time of the invitation."""
    expired: bool
    """Whether the invitation has expired."""


@define(kw_only=True, field_transformer=short_lists)
class InviteMembersRequest:
    """Request body to invite people to a product."""

    emails: list[str]
    """E-mail addresses to invite."""
    permission_group_id: int
    """Number of the permission group all of them are to join."""


@define
class MemberModel:
    """A member of a product."""

    user_id: str | None
    """Id of the user."""
    product_id: UUID
    """Id of the product."""
    permission_group_id: int
    """Number of the permission group the member is in."""
    full_name: str | None
    """Full name of the user."""
    email: str | None
    """E-mail address of the user."""


@define
class OrganizationAdminModel:
    """A user with a role in the organization: an admin or a billing manager."""

    user_id: str = field(metadata={"essential": True})
    """Id of the user."""
    full_name: str
    """Full name of the user."""
    email: str
    """E-mail address of the user."""
    two_factor_enabled: bool
    """Whether the user has enabled two-factor authentication."""


@define
class OrganizationInvitationModel:
    """A pending invitation to a product, as listed for the organization."""

    invitation_id: UUID = field(metadata={"essential": True})
    """Id of the invitation, needed to revoke it."""
    email: str | None
    """E-mail address that was invited."""
    product_id: UUID
    """Id of the product."""
    product_name: str | None
    """Name of the product."""
    permission_group_id: int
    """Number of the permission group the person is to join."""
    created_at: datetime
    """Time of the invitation."""
    expired: bool
    """Whether the invitation has expired."""
    expires: datetime
    """Time when the invitation expires."""


@define
class OrganizationProductModel:
    """Short form of a product in a list of members."""

    product_id: UUID = field(metadata={"essential": True})
    """Id of the product."""
    name: str
    """Name of the product."""


@define
class OrganizationPermissionGroupModel:
    """Short form of a permission group in a list of members."""

    permission_group_id: int = field(metadata={"essential": True})
    """Number of the permission group."""
    name: str
    """Name of the permission group."""


@define
class OrganizationPermissionModel:
    """Membership in a permission group of one product."""

    product: OrganizationProductModel
    """The product."""
    permission_group: OrganizationPermissionGroupModel
    """The permission group of that product."""


@define(field_transformer=short_lists)
class OrganizationMemberModel:
    """A member of an organization with the permissions in its products."""

    user_id: str = field(metadata={"essential": True})
    """Id of the user."""
    full_name: str
    """Full name of the user."""
    email: str
    """E-mail address of the user."""
    two_factor_enabled: bool
    """Whether the user has enabled two-factor authentication."""
    permissions: list[OrganizationPermissionModel]
    """Permission group of the member in each product."""


@define(field_transformer=short_lists)
class OrganizationMembersModel:
    """The members of an organization by role; lists hold what the caller may see."""

    admins: list[OrganizationAdminModel]
    """Users with the admin role."""
    billing_managers: list[OrganizationAdminModel]
    """Users with the billing manager role."""
    members: list[OrganizationMemberModel]
    """Users with permissions in products."""


@define(kw_only=True, field_transformer=short_lists)
class UpdateMemberPermissionsRequest:
    """Request body to change the roles and permission groups of a member."""

    permission_group_ids: list[int] | UnsetType | None = UNSET
    """Numbers of the groups to put the member in, at most one per product; another
    group of a product moves the member."""
    is_admin: bool | UnsetType | None = UNSET
    """Whether the member becomes an organization admin; omitted means unchanged."""
    is_billing_manager: bool | UnsetType | None = UNSET
    """Whether the member becomes a billing manager; omitted means unchanged."""
    remove_from_permission_groups_where_id_not_set: bool | UnsetType = UNSET
    """True removes the member from all groups that the body does not name; omitted
    keeps them."""


@define
class UserModel:
    """A member of an organization in the v1 member list."""

    user_id: str | None
    """Id of the user."""
    full_name: str | None
    """Full name of the user."""
    email: str | None
    """E-mail address of the user."""
    two_factor_enabled: bool
    """Whether the user has enabled two-factor authentication."""
