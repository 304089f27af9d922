"""The blocking operations of the group `configs`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.aio.configs import AsyncConfigs
from configcat_mgmt.api.models.common import ConfigModel
from configcat_mgmt.api.models.configs import CreateConfigRequest, UpdateConfigRequest
from configcat_mgmt.portal import Portal


class Configs:
    """Configs: the blocking operations.

    Manage configs, the groups of feature flags and settings in a product.
    """

    def __init__(self, aio: AsyncConfigs, portal: Portal) -> None:
        """Make the operations that `aio` performs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_configs(self, product_id: UUID | str) -> list[ConfigModel]:
        """List the configs of a product.

        Lists the configs of the product. `evaluationVersion` tells whether the V1 or
        the V2 value operations serve a config.

        GET /v1/products/{productId}/configs

        Args:
            product_id: Id (UUID) of the product. Text will do too.

        Returns:
            list of ConfigModel, in the order of the service: The configs of the
                product.

        Raises:
            RequestBuildError: An argument does not fit; nothing was sent.
            BadRequestError: The service refused the arguments.
            NotFoundError: No such thing, or no access to it.
            RateLimitError: The allowance was used up, and waiting was no option.
        """
        return self._portal.run(self._aio.get_configs(product_id))

    def create_config(
        self,
        product_id: UUID | str,
        body: CreateConfigRequest,
    ) -> ConfigModel:
        """Create a config.

        Adds a config to the product. `evaluationVersion` (`v1` or `v2`) is chosen here
        and cannot be changed later; it decides whether the V1 or the V2 value
        operations are to be used. `order` starts at 0, and configs of equal order are
        shown alphabetically.

        POST /v1/products/{productId}/configs

        Args:
            product_id: Id (UUID) of the product. Text will do too.
            body: Name, description, order and evaluation version of the new config;
                only `name` is required. A field left UNSET is not sent.

        Returns:
            ConfigModel: The created config.

        Raises:
            RequestBuildError: An argument does not fit; nothing was sent.
            BadRequestError: The service refused the arguments.
            NotFoundError: No such thing, or no access to it.
            RateLimitError: The allowance was used up, and waiting was no option.
            UnknownOutcome: It was sent, but nothing says whether it was done.
        """
        return self._portal.run(self._aio.create_config(product_id, body))

    def get_config(self, config_id: UUID | str) -> ConfigModel:
        """Get a config.

        Reads one config, with its product. `evaluationVersion` tells whether the V1 or
        the V2 value operations serve it, and `migratedConfigId` links the v1 and v2
        config of a migration.

        GET /v1/configs/{configId}

        Args:
            config_id: Id (UUID) of the config. Text will do too.

        Returns:
            ConfigModel: The config.

        Raises:
            RequestBuildError: An argument does not fit; nothing was sent.
            BadRequestError: The service refused the arguments.
            NotFoundError: No such thing, or no access to it.
            RateLimitError: The allowance was used up, and waiting was no option.
        """
        return self._portal.run(self._aio.get_config(config_id))

    def update_config(
        self,
        config_id: UUID | str,
        body: UpdateConfigRequest,
    ) -> ConfigModel:
        """Update a config.

        Changes name, description or order of the config. Every field is optional, and
        fields that are left out keep their values. The evaluation version cannot be
        changed.

        PUT /v1/configs/{configId}

        Args:
            config_id: Id (UUID) of the config. Text will do too.
            body: The fields of the config to change. A field left UNSET is not sent.

        Returns:
            ConfigModel: The config after the change.

        Raises:
            RequestBuildError: An argument does not fit; nothing was sent.
            BadRequestError: The service refused the arguments.
            NotFoundError: No such thing, or no access to it.
            RateLimitError: The allowance was used up, and waiting was no option.
        """
        return self._portal.run(self._aio.update_config(config_id, body))

    def delete_config(self, config_id: UUID | str) -> None:
        """Delete a config.

        Removes the config. Success is answered with 204 and no body.

        DELETE /v1/configs/{configId}

        Args:
            config_id: Id (UUID) of the config. Text will do too.

        Returns:
            None: The config was deleted; no content.

        Raises:
            RequestBuildError: An argument does not fit; nothing was sent.
            BadRequestError: The service refused the arguments.
            NotFoundError: No such thing, or no access to it.
            RateLimitError: The allowance was used up, and waiting was no option.
        """
        return self._portal.run(self._aio.delete_config(config_id))
