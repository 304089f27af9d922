"""The blocking operations of the group `permission_groups`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.aio.permission_groups import AsyncPermissionGroups
from configcat_mgmt.api.models.permission_groups import (
    CreatePermissionGroupRequest,
    PermissionGroupModel,
    UpdatePermissionGroupRequest,
)
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class PermissionGroups(OperationGroup):
    """Permission Groups: the blocking operations.

    Manage the permission groups of a product, which decide what members may do.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncPermissionGroups, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_permission_groups(
        self,
        product_id: UUID | str,
    ) -> list[PermissionGroupModel]:
        """List the permission groups of a product.

        Lists the permission groups of the product with all their rights.
        `environmentAccesses` gives the access type in each environment.

        GET /v1/products/{productId}/permissions

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            list of PermissionGroupModel, in the service's order: The permission groups
                of the product.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.get_permission_groups(product_id))

    def create_permission_group(
        self,
        product_id: UUID | str,
        body: CreatePermissionGroupRequest,
    ) -> PermissionGroupModel:
        """Create a permission group.

        Adds a permission group to the product. `environmentAccesses` matters only when
        `accessType` is `custom`. Some rights depend on others; for example, the service
        refuses `canDeleteConfig` without `canCreateOrUpdateConfig` with 400. Set every
        right explicitly that matters to you.

        POST /v1/products/{productId}/permissions

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: Name, rights and environment accesses of the new group. Required:
                `name`. UNSET omits a field.

        Returns:
            PermissionGroupModel: The created permission group.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return self._portal.run(self._aio.create_permission_group(product_id, body))

    def get_permission_group(self, permission_group_id: int) -> PermissionGroupModel:
        """Get a permission group.

        Reads one permission group with all its rights, its environment accesses and its
        product.

        GET /v1/permissions/{permissionGroupId}

        Args:
            permission_group_id: Numeric id of the permission group.

        Returns:
            PermissionGroupModel: The permission group.

        Raises:
            NotFoundError: The permission group does not exist, or these credentials
                cannot see it.
        """
        return self._portal.run(self._aio.get_permission_group(permission_group_id))

    def update_permission_group(
        self,
        permission_group_id: int,
        body: UpdatePermissionGroupRequest,
    ) -> PermissionGroupModel:
        """Update a permission group.

        Changes name, rights or environment accesses of the group. Every field is
        optional; omitted fields keep their values. To take away the access to an
        environment, send that environment with `none`, since an environment that is not
        sent keeps its access. `environmentAccesses` matters only when `accessType` is
        `custom`. Some rights depend on others; for example, the service refuses
        `canDeleteConfig` without `canCreateOrUpdateConfig` with 400.

        PUT /v1/permissions/{permissionGroupId}

        Args:
            permission_group_id: Numeric id of the permission group.
            body: The fields of the permission group to change. No field is required.
                UNSET omits a field.

        Returns:
            PermissionGroupModel: The permission group after the change.

        Raises:
            NotFoundError: The permission group does not exist, or these credentials
                cannot see it.
        """
        return self._portal.run(
            self._aio.update_permission_group(permission_group_id, body),
        )

    def delete_permission_group(self, permission_group_id: int) -> None:
        """Delete a permission group.

        Removes the permission group.

        DELETE /v1/permissions/{permissionGroupId}

        Args:
            permission_group_id: Numeric id of the permission group.

        Returns:
            None: The service deleted the permission group; no body.

        Raises:
            NotFoundError: The permission group does not exist, or these credentials
                cannot see it.
        """
        return self._portal.run(self._aio.delete_permission_group(permission_group_id))
