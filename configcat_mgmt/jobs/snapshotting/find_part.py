"""Finds a config or an environment of a product by its id or name."""

from uuid import UUID

from configcat_mgmt.api.model_index import ConfigModel, EnvironmentModel
from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.snapshotting.find_named import Candidate, model_named


@checked
async def find_config(
    client: AsyncManagementClient, product_id: UUID, config: UUID | str
) -> ConfigModel:
    """Find a config of a product by its id, or by its name in any case, with one call.

    Args:
        client: Makes the call.
        product_id: Id (UUID) of the product, such as that of `find_product`.
        config: Id (UUID) or name.

    Returns:
        ConfigModel: The config.

    Raises:
        ConfigurationError: No config has this name or id, or more than one does.
        NotFoundError: The product does not exist, or these credentials cannot see it.
    """
    models = await client.configs.get_configs(product_id)
    named = [(Candidate(one.config_id, one.name), one) for one in models]
    return model_named("config", config, named)


@checked
async def find_environment(
    client: AsyncManagementClient, product_id: UUID, environment: UUID | str
) -> EnvironmentModel:
    """Find an environment of a product as `find_config` finds a config.

    Args:
        client: Makes the call.
        product_id: Id (UUID) of the product, such as that of `find_product`.
        environment: Id (UUID) or name.

    Returns:
        EnvironmentModel: The environment.

    Raises:
        ConfigurationError: No environment has this name or id, or more than one does.
        NotFoundError: The product does not exist, or these credentials cannot see it.
    """
    models = await client.environments.get_environments(product_id)
    named = [(Candidate(one.environment_id, one.name), one) for one in models]
    return model_named("environment", environment, named)
