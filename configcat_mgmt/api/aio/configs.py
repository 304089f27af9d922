"""The asynchronous operations of the group `configs`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.models.common import ConfigModel
from configcat_mgmt.api.models.configs import CreateConfigRequest, UpdateConfigRequest
from configcat_mgmt.api.operations import configs as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncConfigs(OperationGroup):
    """Configs: the asynchronous operations.

    Manage configs, the groups of feature flags and settings in a product.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_configs(self, product_id: UUID | str) -> list[ConfigModel]:
        """List the configs of a product.

        Lists the configs of the product. `evaluationVersion` says whether the V1 or the
        V2 value operations serve a config.

        GET /v1/products/{productId}/configs

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            list of ConfigModel, in the service's order: The configs of the product.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(operations.GET_CONFIGS, product_id=product_id)

    async def create_config(
        self,
        product_id: UUID | str,
        body: CreateConfigRequest,
    ) -> ConfigModel:
        """Create a config.

        Adds a config to the product. `evaluationVersion` (`v1` or `v2`) is chosen here
        and cannot be changed later; it decides whether to use the V1 or the V2 value
        operations. `order` starts at 0, and configs of equal order are shown
        alphabetically.

        POST /v1/products/{productId}/configs

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: Name, description, order and evaluation version of the new config.
                Required: `name`. UNSET omits a field.

        Returns:
            ConfigModel: The created config.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.CREATE_CONFIG,
            product_id=product_id,
            body=body,
        )

    async def get_config(self, config_id: UUID | str) -> ConfigModel:
        """Get a config.

        Reads one config, with its product. `evaluationVersion` says whether the V1 or
        the V2 value operations serve it, and `migratedConfigId` links the v1 and v2
        config of a migration.

        GET /v1/configs/{configId}

        Args:
            config_id: Id (UUID) of the config. A string is accepted.

        Returns:
            ConfigModel: The config.

        Raises:
            NotFoundError: The config does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(operations.GET_CONFIG, config_id=config_id)

    async def update_config(
        self,
        config_id: UUID | str,
        body: UpdateConfigRequest,
    ) -> ConfigModel:
        """Update a config.

        Changes name, description or order of the config. Every field is optional;
        omitted fields keep their values. The evaluation version cannot be changed.

        PUT /v1/configs/{configId}

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            body: The fields of the config to change. No field is required. UNSET omits
                a field.

        Returns:
            ConfigModel: The config after the change.

        Raises:
            NotFoundError: The config does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.UPDATE_CONFIG,
            config_id=config_id,
            body=body,
        )

    async def delete_config(self, config_id: UUID | str) -> None:
        """Delete a config.

        Removes the config.

        DELETE /v1/configs/{configId}

        Args:
            config_id: Id (UUID) of the config. A string is accepted.

        Returns:
            None: The service deleted the config; no body.

        Raises:
            NotFoundError: The config does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(operations.DELETE_CONFIG, config_id=config_id)
