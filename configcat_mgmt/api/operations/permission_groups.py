"""Endpoints of the group `permission_groups`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.permission_groups import (
    CreatePermissionGroupRequest,
    PermissionGroupModel,
    UpdatePermissionGroupRequest,
)
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter

GET_PERMISSION_GROUPS: Final[Operation[list[PermissionGroupModel]]] = Operation(
    id="get-permission-groups",
    group="permission_groups",
    method="GET",
    path="/v1/products/{productId}/permissions",
    summary="List the permission groups of a product.",
    effect="read",
    success={200: list[PermissionGroupModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

CREATE_PERMISSION_GROUP: Final[Operation[PermissionGroupModel]] = Operation(
    id="create-permission-group",
    group="permission_groups",
    method="POST",
    path="/v1/products/{productId}/permissions",
    summary="Create a permission group.",
    effect="create",
    success={201: PermissionGroupModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=CreatePermissionGroupRequest,
    body_required=True,
    find_created=FindCreated("get-permission-groups", "name"),
)

GET_PERMISSION_GROUP: Final[Operation[PermissionGroupModel]] = Operation(
    id="get-permission-group",
    group="permission_groups",
    method="GET",
    path="/v1/permissions/{permissionGroupId}",
    summary="Get a permission group.",
    effect="read",
    success={200: PermissionGroupModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter(
            "permission_group_id",
            "permissionGroupId",
            "path",
            int,
            format="int64",
        ),
    ),
)

UPDATE_PERMISSION_GROUP: Final[Operation[PermissionGroupModel]] = Operation(
    id="update-permission-group",
    group="permission_groups",
    method="PUT",
    path="/v1/permissions/{permissionGroupId}",
    summary="Update a permission group.",
    effect="set",
    success={200: PermissionGroupModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter(
            "permission_group_id",
            "permissionGroupId",
            "path",
            int,
            format="int64",
        ),
    ),
    body=UpdatePermissionGroupRequest,
    body_required=True,
)

DELETE_PERMISSION_GROUP: Final[Operation[None]] = Operation(
    id="delete-permission-group",
    group="permission_groups",
    method="DELETE",
    path="/v1/permissions/{permissionGroupId}",
    summary="Delete a permission group.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(
        Parameter(
            "permission_group_id",
            "permissionGroupId",
            "path",
            int,
            format="int64",
        ),
    ),
)
