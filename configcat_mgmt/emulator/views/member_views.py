"""Response models of users, permission groups and invitations."""

from collections.abc import Iterable
from uuid import UUID

from configcat_mgmt.api.model_index import (
    EnvironmentAccessType,
    EnvironmentApprovalPermissionType,
    InvitationModel,
    MemberModel,
    OrganizationAdminModel,
    OrganizationInvitationModel,
    OrganizationMemberModel,
    OrganizationPermissionGroupModel,
    OrganizationPermissionModel,
    OrganizationProductModel,
    PermissionGroupEnvironmentAccessModel,
    PermissionGroupEnvironmentApprovalPermissionModel,
    PermissionGroupModel,
    UserModel,
)
from configcat_mgmt.emulator.domain.records import (
    Invitation,
    PermissionGroup,
    Product,
    User,
)
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.views.views import product_view


def permission_group_view(state: State, group: PermissionGroup) -> PermissionGroupModel:
    """Show a permission group with its access to each environment."""
    rights = group.rights
    return PermissionGroupModel(
        permission_group_id=group.permission_group_id,
        name=group.name,
        can_manage_members="can_manage_members" in rights,
        can_create_or_update_config="can_create_or_update_config" in rights,
        can_delete_config="can_delete_config" in rights,
        can_create_or_update_environment="can_create_or_update_environment" in rights,
        can_delete_environment="can_delete_environment" in rights,
        can_create_or_update_setting="can_create_or_update_setting" in rights,
        can_tag_setting="can_tag_setting" in rights,
        can_delete_setting="can_delete_setting" in rights,
        can_create_or_update_tag="can_create_or_update_tag" in rights,
        can_delete_tag="can_delete_tag" in rights,
        can_manage_webhook="can_manage_webhook" in rights,
        can_use_export_import="can_use_export_import" in rights,
        can_manage_product_preferences="can_manage_product_preferences" in rights,
        can_manage_integrations="can_manage_integrations" in rights,
        can_view_sdk_key="can_view_sdk_key" in rights,
        can_rotate_sdk_key="can_rotate_sdk_key" in rights,
        can_create_or_update_segments="can_create_or_update_segments" in rights,
        can_delete_segments="can_delete_segments" in rights,
        can_view_product_audit_log="can_view_product_audit_log" in rights,
        can_view_product_statistics="can_view_product_statistics" in rights,
        can_disable_2fa="can_disable_2fa" in rights,
        access_type=group.access_type,
        new_environment_access_type=group.new_environment_access_type,
        environment_accesses=_accesses_view(state, group),
        product=product_view(state, state.products[group.product_id]),
        approval_permission_type=group.approval_type,
        new_environment_approval_permission_type=group.new_environment_approval,
        environment_approval_permissions=_approvals_view(state, group),
    )


def user_view(user: User) -> UserModel:
    """Show a user as version 1 of the member list does."""
    return UserModel(
        user_id=user.user_id,
        full_name=user.full_name,
        email=user.email,
        two_factor_enabled=user.two_factor,
    )


def admin_view(user: User) -> OrganizationAdminModel:
    """Show an Organization Admin or billing manager."""
    return OrganizationAdminModel(
        user_id=user.user_id,
        full_name=user.full_name,
        email=user.email,
        two_factor_enabled=user.two_factor,
    )


def organization_member_view(
    state: State, user: User, products: Iterable[Product]
) -> OrganizationMemberModel:
    """Show a user with the permission groups in some products."""
    return OrganizationMemberModel(
        user_id=user.user_id,
        full_name=user.full_name,
        email=user.email,
        two_factor_enabled=user.two_factor,
        permissions=[
            _permission_view(state, product, product.members[user.user_id])
            for product in products
            if user.user_id in product.members
        ],
    )


def member_view(product_id: UUID, group_id: int, user: User) -> MemberModel:
    """Show a member of a product."""
    return MemberModel(
        user_id=user.user_id,
        product_id=product_id,
        permission_group_id=group_id,
        full_name=user.full_name,
        email=user.email,
    )


def invitation_view(state: State, invitation: Invitation) -> InvitationModel:
    """Show an invitation as the list of a product does."""
    return InvitationModel(
        invitation_id=invitation.invitation_id,
        email=invitation.email,
        permission_group_id=invitation.permission_group_id,
        created_at=invitation.created_at,
        expired=invitation.expires <= state.clock(),
    )


def organization_invitation_view(
    state: State, invitation: Invitation
) -> OrganizationInvitationModel:
    """Show an invitation as the list of an organization does."""
    return OrganizationInvitationModel(
        invitation_id=invitation.invitation_id,
        email=invitation.email,
        product_id=invitation.product_id,
        product_name=state.products[invitation.product_id].name,
        permission_group_id=invitation.permission_group_id,
        created_at=invitation.created_at,
        expired=invitation.expires <= state.clock(),
        expires=invitation.expires,
    )


def _permission_view(
    state: State, product: Product, group_id: int
) -> OrganizationPermissionModel:
    group = state.permission_groups[group_id]
    return OrganizationPermissionModel(
        product=OrganizationProductModel(product.product_id, product.name),
        permission_group=OrganizationPermissionGroupModel(group_id, group.name),
    )


def _approvals_view(
    state: State, group: PermissionGroup
) -> list[PermissionGroupEnvironmentApprovalPermissionModel]:
    cannot = EnvironmentApprovalPermissionType.CANNOT_APPROVE
    return [
        PermissionGroupEnvironmentApprovalPermissionModel(
            environment_id=one.environment_id,
            environment_approval_permission_type=group.environment_approvals.get(
                one.environment_id, cannot
            ),
        )
        for one in state.environments_of(state.products[group.product_id])
    ]


def _accesses_view(
    state: State, group: PermissionGroup
) -> list[PermissionGroupEnvironmentAccessModel]:
    return [
        PermissionGroupEnvironmentAccessModel(
            environment_id=environment.environment_id,
            name=environment.name,
            color=environment.color,
            description=environment.description,
            order=environment.order,
            reason_required=environment.reason_required,
            approve_required=environment.approve_required,
            environment_access_type=group.environment_accesses.get(
                environment.environment_id, EnvironmentAccessType.NONE
            ),
        )
        for environment in state.environments_of(state.products[group.product_id])
    ]
