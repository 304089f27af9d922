"""SDK keys."""

from uuid import UUID

from configcat_mgmt.api.model_index import SdkKeysModel
from configcat_mgmt.api.operations import sdk_keys as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.refusals import NotFound
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import sdk_keys_view


@handles(operations.GET_SDK_KEYS)
def get_sdk_keys(state: State, config_id: UUID, environment_id: UUID) -> SdkKeysModel:
    """Show the keys of a config in an environment."""
    config = state.config(config_id)
    environment = state.environment(environment_id)
    if config.product_id != environment.product_id:
        raise NotFound("environment", environment_id)
    access.require(state, state.product_of(config), "can_view_sdk_key")
    access.require_read(state, environment)
    return sdk_keys_view(state.sdk_keys[config_id, environment_id])
