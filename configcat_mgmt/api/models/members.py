"""Models that only the group `members` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.unset import UNSET, UnsetType


@define
class InvitationModel:
    """A pending invitation to a product."""

    invitation_id: UUID = field(
        metadata={"json": "invitationId", "format": "uuid", "essential": True},
    )
    """Id of the invitation, needed to revoke it."""
    email: str | None = field(metadata={"json": "email", "nullable": True})
    """E-mail address that was invited."""
    permission_group_id: int = field(
        metadata={"json": "permissionGroupId", "format": "int64"},
    )
    """Number of the permission group the person is to join."""
    created_at: datetime = field(metadata={"json": "createdAt", "format": "date-time"})
    """Time of the invitation."""
    expired: bool = field(metadata={"json": "expired"})
    """Whether the invitation has run out."""


@define(kw_only=True)
class InviteMembersRequest:
    """Request body to invite people to a product."""

    emails: list[str] = field(metadata={"json": "emails", "required": True})
    """E-mail addresses to invite."""
    permission_group_id: int = field(
        metadata={"json": "permissionGroupId", "format": "int64", "required": True},
    )
    """Number of the permission group all of them are to join. From -9223372036854775808
    to 9223372036854775807."""


@define
class MemberModel:
    """A member of a product."""

    user_id: str | None = field(metadata={"json": "userId", "nullable": True})
    """Id of the user."""
    product_id: UUID = field(metadata={"json": "productId", "format": "uuid"})
    """Id of the product."""
    permission_group_id: int = field(
        metadata={"json": "permissionGroupId", "format": "int64"},
    )
    """Number of the permission group the member is in."""
    full_name: str | None = field(metadata={"json": "fullName", "nullable": True})
    """Full name of the user."""
    email: str | None = field(metadata={"json": "email", "nullable": True})
    """E-mail address of the user."""


@define
class OrganizationAdminModel:
    """A user with a role in the organization: an admin or a billing manager."""

    user_id: str = field(metadata={"json": "userId", "essential": True})
    """Id of the user."""
    full_name: str = field(metadata={"json": "fullName"})
    """Full name of the user."""
    email: str = field(metadata={"json": "email"})
    """E-mail address of the user."""
    two_factor_enabled: bool = field(metadata={"json": "twoFactorEnabled"})
    """Whether the user has two-factor authentication switched on."""


@define
class OrganizationInvitationModel:
    """A pending invitation to a product, as listed for the organization."""

    invitation_id: UUID = field(
        metadata={"json": "invitationId", "format": "uuid", "essential": True},
    )
    """Id of the invitation, needed to revoke it."""
    email: str | None = field(metadata={"json": "email", "nullable": True})
    """E-mail address that was invited."""
    product_id: UUID = field(metadata={"json": "productId", "format": "uuid"})
    """Id of the product."""
    product_name: str | None = field(metadata={"json": "productName", "nullable": True})
    """Name of the product."""
    permission_group_id: int = field(
        metadata={"json": "permissionGroupId", "format": "int64"},
    )
    """Number of the permission group the person is to join."""
    created_at: datetime = field(metadata={"json": "createdAt", "format": "date-time"})
    """Time of the invitation."""
    expired: bool = field(metadata={"json": "expired"})
    """Whether the invitation has run out."""
    expires: datetime = field(metadata={"json": "expires", "format": "date-time"})
    """Time when the invitation runs out."""


@define
class OrganizationProductModel:
    """Short form of a product in a list of members."""

    product_id: UUID = field(
        metadata={"json": "productId", "format": "uuid", "essential": True},
    )
    """Id of the product."""
    name: str = field(metadata={"json": "name"})
    """Name of the product."""


@define
class OrganizationPermissionGroupModel:
    """Short form of a permission group in a list of members."""

    permission_group_id: int = field(
        metadata={"json": "permissionGroupId", "format": "int64", "essential": True},
    )
    """Number of the permission group."""
    name: str = field(metadata={"json": "name"})
    """Name of the permission group."""


@define
class OrganizationPermissionModel:
    """Membership in a permission group of one product."""

    product: OrganizationProductModel = field(metadata={"json": "product"})
    """The product."""
    permission_group: OrganizationPermissionGroupModel = field(
        metadata={"json": "permissionGroup"},
    )
    """The permission group of that product."""


@define
class OrganizationMemberModel:
    """A member of an organization with the permissions in its products."""

    user_id: str = field(metadata={"json": "userId", "essential": True})
    """Id of the user."""
    full_name: str = field(metadata={"json": "fullName"})
    """Full name of the user."""
    email: str = field(metadata={"json": "email"})
    """E-mail address of the user."""
    two_factor_enabled: bool = field(metadata={"json": "twoFactorEnabled"})
    """Whether the user has two-factor authentication switched on."""
    permissions: list[OrganizationPermissionModel] = field(
        metadata={"json": "permissions"},
    )
    """Permission group of the member in each product."""


@define
class OrganizationMembersModel:
    """The members of an organization by role; lists hold what the caller may see."""

    admins: list[OrganizationAdminModel] = field(metadata={"json": "admins"})
    """Users with the admin role."""
    billing_managers: list[OrganizationAdminModel] = field(
        metadata={"json": "billingManagers"},
    )
    """Users with the billing manager role."""
    members: list[OrganizationMemberModel] = field(metadata={"json": "members"})
    """Users with permissions in products."""


@define(kw_only=True)
class UpdateMemberPermissionsRequest:
    """Request body to change the roles and permission groups of a member."""

    permission_group_ids: list[int] | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "permissionGroupIds", "format": "int64", "nullable": True},
    )
    """Numbers of the groups to put the member in, at most one per product; another
    group of a product moves the member."""
    is_admin: bool | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "isAdmin", "nullable": True},
    )
    """Whether the member is to be an organization admin; left out means unchanged."""
    is_billing_manager: bool | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "isBillingManager", "nullable": True},
    )
    """Whether the member is to be a billing manager; left out means unchanged."""
    remove_from_permission_groups_where_id_not_set: bool | UnsetType = field(
        default=UNSET,
        metadata={"json": "removeFromPermissionGroupsWhereIdNotSet"},
    )
    """True removes the member from all groups that are not named; left out they
    stay."""


@define
class UserModel:
    """A member of an organization in the v1 member list."""

    user_id: str | None = field(metadata={"json": "userId", "nullable": True})
    """Id of the user."""
    full_name: str | None = field(metadata={"json": "fullName", "nullable": True})
    """Full name of the user."""
    email: str | None = field(metadata={"json": "email", "nullable": True})
    """E-mail address of the user."""
    two_factor_enabled: bool = field(metadata={"json": "twoFactorEnabled"})
    """Whether the user has two-factor authentication switched on."""
