"""Models that only the group `permission_groups` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import TypeAlias
from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import EnvironmentAccessType, ProductModel
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType


class AccessType(OpenEnum):
    """Access of a permission group to the values in the environments of its product."""

    READ_ONLY = "readOnly"
    """Values can be read in every environment."""
    FULL = "full"
    """Values can be read and changed in every environment."""
    CUSTOM = "custom"
    """Each environment has its own access."""


@define(kw_only=True)
class CreateOrUpdateEnvironmentAccessModel:
    """Access of a permission group to one environment, to be written."""

    environment_id: UUID | UnsetType = UNSET
    """Id of the environment."""
    environment_access_type: EnvironmentAccessType | UnsetType = UNSET
    """Access of the group to this environment; send `none` to take an access away."""


class ApprovalPermissionType(OpenEnum):
    """Right of a permission group in the approval of change requests."""

    CANNOT_APPROVE = "cannotApprove"
    """May not approve."""
    CAN_APPROVE_OTHERS = "canApproveOthers"
    """May approve change requests of other users."""
    CAN_BYPASS_APPROVAL = "canBypassApproval"
    """May publish without an approval."""
    CUSTOM = "custom"
    """Each environment has its own right."""


class EnvironmentApprovalPermissionType(OpenEnum):
    """The `EnvironmentApprovalPermissionType` of the API.

    Right of a permission group in the approval of change requests for one environment.
    """

    CANNOT_APPROVE = "cannotApprove"
    """May not approve."""
    CAN_APPROVE_OTHERS = "canApproveOthers"
    """May approve change requests of other users."""
    CAN_BYPASS_APPROVAL = "canBypassApproval"
    """May publish without an approval."""


@define(kw_only=True)
class CreateOrUpdateEnvironmentApprovalPermissionModel:
    """Approval right of a permission group in one environment, to be written."""

    environment_id: UUID | UnsetType = UNSET
    """Id of the environment."""
    environment_approval_permission_type: (
        EnvironmentApprovalPermissionType | UnsetType
    ) = UNSET
    """Right of the group in this environment."""


@define(kw_only=True, field_transformer=short_lists)
class CreatePermissionGroupRequest:
    """Request body to create a permission group in a product."""

    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the permission group. 1 to 255 characters."""
    can_manage_members: bool | UnsetType = UNSET
    """Whether the group may manage members."""
    can_create_or_update_config: bool | UnsetType = UNSET
    """Whether the group may create and change configs."""
    can_delete_config: bool | UnsetType = UNSET
    """Whether the group may delete configs."""
    can_create_or_update_environment: bool | UnsetType = UNSET
    """Whether the group may create and change environments."""
    can_delete_environment: bool | UnsetType = UNSET
    """Whether the group may delete environments."""
    can_create_or_update_setting: bool | UnsetType = UNSET
    """Whether the group may create and change settings."""
    can_tag_setting: bool | UnsetType = UNSET
    """Whether the group may attach tags to settings and detach them."""
    can_delete_setting: bool | UnsetType = UNSET
    """Whether the group may delete settings."""
    can_create_or_update_tag: bool | UnsetType = UNSET
    """Whether the group may create and change tags."""
    can_delete_tag: bool | UnsetType = UNSET
    """Whether the group may delete tags."""
    can_manage_webhook: bool | UnsetType = UNSET
    """Whether the group may manage webhooks."""
    can_use_export_import: bool | UnsetType = UNSET
    """Whether the group may use export and import."""
    can_manage_product_preferences: bool | UnsetType = UNSET
    """Whether the group may change the product's preferences."""
    can_manage_integrations: bool | UnsetType = UNSET
    """Whether the group may manage integrations."""
    can_view_sdk_key: bool | UnsetType = UNSET
    """Whether the group may see SDK keys."""
    can_rotate_sdk_key: bool | UnsetType = UNSET
    """Whether the group may rotate SDK keys."""
    can_create_or_update_segments: bool | UnsetType = UNSET
    """Whether the group may create and change segments."""
    can_delete_segments: bool | UnsetType = UNSET
    """Whether the group may delete segments."""
    can_view_product_audit_log: bool | UnsetType = UNSET
    """Whether the group may read the product's audit log."""
    can_view_product_statistics: bool | UnsetType = UNSET
    """Whether the group may see the product's statistics."""
    access_type: AccessType | UnsetType = UNSET
    """Access to values in all environments, or `custom` for one access per
    environment."""
    new_environment_access_type: EnvironmentAccessType | UnsetType = UNSET
    """Access of the group to environments created later."""
    environment_accesses: (
        list[CreateOrUpdateEnvironmentAccessModel] | UnsetType | None
    ) = UNSET
    """Accesses to single environments; they only matter with access type `custom`."""
    approval_permission_type: ApprovalPermissionType | UnsetType = UNSET
    """The group's permission for change requests in all environments; `custom` for a
    right per environment."""
    new_environment_approval_permission_type: (
        EnvironmentApprovalPermissionType | UnsetType
    ) = UNSET
    """Right in environments that are created later; counts if `approvalPermissionType`
    is `custom`."""
    environment_approval_permissions: (
        list[CreateOrUpdateEnvironmentApprovalPermissionModel] | UnsetType | None
    ) = UNSET
    """Rights per environment; they count if `approvalPermissionType` is `custom`."""
    can_disable_2fa: bool | UnsetType = field(
        default=UNSET,
        metadata={"json": "canDisable2FA"},
    )
    """Whether the group may disable two-factor authentication of members."""


@define
class PermissionGroupEnvironmentAccessModel:
    """An environment together with a permission group's access to it."""

    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment."""
    name: str
    """Name of the environment."""
    color: str | None
    """Color of the environment, an RGB or HTML color code, or null."""
    description: str | None
    """Description of the environment; null if there is none."""
    order: int = field(metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown
    alphabetically."""
    reason_required: bool
    """Whether writes of values here must give a reason; set through the product
    preferences."""
    approve_required: bool
    """Whether V2 values here change through approved change requests only; set through
    the product preferences."""
    environment_access_type: EnvironmentAccessType = field(metadata={"essential": True})
    """Access of the group to this environment."""


EnvironmentAccessModel: TypeAlias = PermissionGroupEnvironmentAccessModel
"""The former name of `PermissionGroupEnvironmentAccessModel`."""


@define
class PermissionGroupEnvironmentApprovalPermissionModel:
    """Approval right of a permission group in one environment."""

    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment."""
    environment_approval_permission_type: EnvironmentApprovalPermissionType = field(
        metadata={"essential": True},
    )
    """Right of the group in this environment."""


@define(field_transformer=short_lists)
class PermissionGroupModel:
    """A permission group of a product with all its rights."""

    permission_group_id: int = field(metadata={"essential": True})
    """Number of the permission group."""
    name: str
    """Name of the permission group."""
    can_manage_members: bool
    """Whether the group may manage members."""
    can_create_or_update_config: bool
    """Whether the group may create and change configs."""
    can_delete_config: bool
    """Whether the group may delete configs."""
    can_create_or_update_environment: bool
    """Whether the group may create and change environments."""
    can_delete_environment: bool
    """Whether the group may delete environments."""
    can_create_or_update_setting: bool
    """Whether the group may create and change settings."""
    can_tag_setting: bool
    """Whether the group may attach tags to settings and detach them."""
    can_delete_setting: bool
    """Whether the group may delete settings."""
    can_create_or_update_tag: bool
    """Whether the group may create and change tags."""
    can_delete_tag: bool
    """Whether the group may delete tags."""
    can_manage_webhook: bool
    """Whether the group may manage webhooks."""
    can_use_export_import: bool
    """Whether the group may use export and import."""
    can_manage_product_preferences: bool
    """Whether the group may change the product's preferences."""
    can_manage_integrations: bool
    """Whether the group may manage integrations."""
    can_view_sdk_key: bool
    """Whether the group may see SDK keys."""
    can_rotate_sdk_key: bool
    """Whether the group may rotate SDK keys."""
    can_create_or_update_segments: bool
    """Whether the group may create and change segments."""
    can_delete_segments: bool
    """Whether the group may delete segments."""
    can_view_product_audit_log: bool
    """Whether the group may read the product's audit log."""
    can_view_product_statistics: bool
    """Whether the group may see the product's statistics."""
    can_disable_2fa: bool = field(metadata={"json": "canDisable2FA"})
    """Whether the group may disable two-factor authentication of members."""
    access_type: AccessType
    """Access to values in all environments, or `custom` for one access per
    environment."""
    new_environment_access_type: EnvironmentAccessType
    """Access of the group to environments created later."""
    environment_accesses: list[PermissionGroupEnvironmentAccessModel]
    """Environments with the group's access to each; they only matter with access type
    `custom`."""
    product: ProductModel
    """Product it belongs to."""
    approval_permission_type: ApprovalPermissionType
    """The group's permission for change requests in all environments; `custom` means a
    right per environment."""
    new_environment_approval_permission_type: EnvironmentApprovalPermissionType
    """Right in environments that are created later; counts if `approvalPermissionType`
    is `custom`."""
    environment_approval_permissions: list[
        PermissionGroupEnvironmentApprovalPermissionModel
    ]
    """Rights per environment; they count if `approvalPermissionType` is `custom`."""


@define(kw_only=True, field_transformer=short_lists)
class UpdatePermissionGroupRequest:
    """Request body to update a permission group."""

    name: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Name of the permission group; omitted means unchanged. At most 255 characters."""
    can_manage_members: bool | UnsetType | None = UNSET
    """Whether the group may manage members; omitted means unchanged."""
    can_create_or_update_config: bool | UnsetType | None = UNSET
    """Whether the group may create and change configs; omitted means unchanged."""
    can_delete_config: bool | UnsetType | None = UNSET
    """Whether the group may delete configs; omitted means unchanged."""
    can_create_or_update_environment: bool | UnsetType | None = UNSET
    """Whether the group may create and change environments; omitted means unchanged."""
    can_delete_environment: bool | UnsetType | None = UNSET
    """Whether the group may delete environments; omitted means unchanged."""
    can_create_or_update_setting: bool | UnsetType | None = UNSET
    """Whether the group may create and change settings; omitted means unchanged."""
    can_tag_setting: bool | UnsetType | None = UNSET
    """Whether the group may attach tags to settings and detach them; omitted means
    unchanged."""
    can_delete_setting: bool | UnsetType | None = UNSET
    """Whether the group may delete settings; omitted means unchanged."""
    can_create_or_update_tag: bool | UnsetType | None = UNSET
    """Whether the group may create and change tags; omitted means unchanged."""
    can_delete_tag: bool | UnsetType | None = UNSET
    """Whether the group may delete tags; omitted means unchanged."""
    can_manage_webhook: bool | UnsetType | None = UNSET
    """Whether the group may manage webhooks; omitted means unchanged."""
    can_use_export_import: bool | UnsetType | None = UNSET
    """Whether the group may use export and import; omitted means unchanged."""
    can_manage_product_preferences: bool | UnsetType | None = UNSET
    """Whether the group may change the product's preferences; omitted means
    unchanged."""
    can_manage_integrations: bool | UnsetType | None = UNSET
    """Whether the group may manage integrations; omitted means unchanged."""
    can_view_sdk_key: bool | UnsetType | None = UNSET
    """Whether the group may see SDK keys; omitted means unchanged."""
    can_rotate_sdk_key: bool | UnsetType | None = UNSET
    """Whether the group may rotate SDK keys; omitted means unchanged."""
    can_create_or_update_segments: bool | UnsetType | None = UNSET
    """Whether the group may create and change segments; omitted means unchanged."""
    can_delete_segments: bool | UnsetType | None = UNSET
    """Whether the group may delete segments; omitted means unchanged."""
    can_view_product_audit_log: bool | UnsetType | None = UNSET
    """Whether the group may read the product's audit log; omitted means unchanged."""
    can_view_product_statistics: bool | UnsetType | None = UNSET
    """Whether the group may see the product's statistics; omitted means unchanged."""
    can_disable_2fa: bool | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "canDisable2FA"},
    )
    """Whether the group may disable two-factor authentication of members; omitted means
    unchanged."""
    access_type: AccessType | UnsetType | None = UNSET
    """Access to values in all environments, or `custom` for one access per environment;
    omitted means unchanged."""
    new_environment_access_type: EnvironmentAccessType | UnsetType | None = UNSET
    """Access of the group to environments created later; omitted means unchanged."""
    environment_accesses: (
        list[CreateOrUpdateEnvironmentAccessModel] | UnsetType | None
    ) = UNSET
    """Accesses to single environments, only with access type `custom`; omitted
    environments keep theirs."""
    approval_permission_type: ApprovalPermissionType | UnsetType | None = UNSET
    """The group's permission for change requests in all environments; `custom` for a
    right per environment. Omitted means unchanged."""
    new_environment_approval_permission_type: (
        EnvironmentApprovalPermissionType | UnsetType | None
    ) = UNSET
    """Right in environments that are created later; counts if `approvalPermissionType`
    is `custom`. Omitted means unchanged."""
    environment_approval_permissions: (
        list[CreateOrUpdateEnvironmentApprovalPermissionModel] | UnsetType | None
    ) = UNSET
    """Rights per environment; they count if `approvalPermissionType` is `custom`.
    Omitted means unchanged."""
