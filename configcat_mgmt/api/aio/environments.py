"""The asynchronous operations of the group `environments`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.models.common import EnvironmentModel
from configcat_mgmt.api.models.environments import (
    CreateEnvironmentModel,
    UpdateEnvironmentModel,
)
from configcat_mgmt.api.operations import environments as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncEnvironments(OperationGroup):
    """Environments: the asynchronous operations.

    Manage the environments of a product.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_environments(self, product_id: UUID | str) -> list[EnvironmentModel]:
        """List the environments of a product.

        Lists the environments of the product. `reasonRequired` is read-only here and
        set through the preferences of the product.

        GET /v1/products/{productId}/environments

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            list of EnvironmentModel, in the service's order: The environments of the
                product.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.GET_ENVIRONMENTS,
            product_id=product_id,
        )

    async def create_environment(
        self,
        product_id: UUID | str,
        body: CreateEnvironmentModel,
    ) -> EnvironmentModel:
        """Create an environment.

        Adds an environment to the product. The color is an RGB or HTML color code and
        is kept as sent. `order` starts at 0, and environments of equal order are shown
        alphabetically. Whether reasons are required is set through the preferences of
        the product.

        POST /v1/products/{productId}/environments

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: Name, color, description and order of the new environment. Required:
                `name`. UNSET omits a field.

        Returns:
            EnvironmentModel: The created environment.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.CREATE_ENVIRONMENT,
            product_id=product_id,
            body=body,
        )

    async def get_environment(self, environment_id: UUID | str) -> EnvironmentModel:
        """Get an environment.

        Reads one environment, with its product. `reasonRequired` is read-only here and
        set through the preferences of the product.

        GET /v1/environments/{environmentId}

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.

        Returns:
            EnvironmentModel: The environment.

        Raises:
            NotFoundError: The environment does not exist, or these credentials cannot
                see it.
        """
        return await self._caller.call(
            operations.GET_ENVIRONMENT,
            environment_id=environment_id,
        )

    async def update_environment(
        self,
        environment_id: UUID | str,
        body: UpdateEnvironmentModel,
    ) -> EnvironmentModel:
        """Update an environment.

        Changes name, color, description or order of the environment. Every field is
        optional; omitted fields keep their values. The color is an RGB or HTML color
        code. Whether reasons are required cannot be set here; use the preferences of
        the product.

        PUT /v1/environments/{environmentId}

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            body: The fields of the environment to change. No field is required. UNSET
                omits a field.

        Returns:
            EnvironmentModel: The environment after the change.

        Raises:
            NotFoundError: The environment does not exist, or these credentials cannot
                see it.
        """
        return await self._caller.call(
            operations.UPDATE_ENVIRONMENT,
            environment_id=environment_id,
            body=body,
        )

    async def delete_environment(
        self,
        environment_id: UUID | str,
        *,
        cleanup_audit_logs: bool | None = None,
    ) -> None:
        """Delete an environment.

        Removes the environment. Set `cleanupAuditLogs` to delete most of its audit log
        records as well.

        DELETE /v1/environments/{environmentId}

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            cleanup_audit_logs: When true, the audit log records of the environment are
                deleted too, except those of its creation and its deletion. None omits
                it.

        Returns:
            None: The service deleted the environment; no body.

        Raises:
            NotFoundError: The environment does not exist, or these credentials cannot
                see it.
        """
        return await self._caller.call(
            operations.DELETE_ENVIRONMENT,
            environment_id=environment_id,
            cleanup_audit_logs=cleanup_audit_logs,
        )
