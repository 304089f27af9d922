"""Configs."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    ConfigModel,
    CreateConfigRequest,
    EvaluationVersion,
    UpdateConfigRequest,
)
from configcat_mgmt.api.operations import configs as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or
from configcat_mgmt.emulator.domain.lifecycle import add_config, remove_config
from configcat_mgmt.emulator.domain.names import require_unique
from configcat_mgmt.emulator.domain.ordering import next_order
from configcat_mgmt.emulator.domain.records import Config
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import config_view


@handles(operations.GET_CONFIGS)
def get_configs(state: State, product_id: UUID) -> list[ConfigModel]:
    """List the configs of a product."""
    product = state.product(product_id)
    return [config_view(state, config) for config in state.configs_of(product)]


@handles(operations.CREATE_CONFIG)
def create_config(
    state: State, product_id: UUID, body: CreateConfigRequest
) -> ConfigModel:
    """Create a config with an SDK key for each environment."""
    product = state.product(product_id)
    access.require(state, product, "can_create_or_update_config")
    siblings = state.configs_of(product)
    require_unique(body.name, siblings, "config")
    require_room(len(siblings), state.limits.configs, "configs")
    config = Config(
        config_id=state.identifiers.uuid(),
        product_id=product_id,
        name=body.name,
        description=given(body.description),
        order=given_or(body.order, next_order(siblings)),
        evaluation_version=given_or(body.evaluation_version, EvaluationVersion.V1),
    )
    add_config(state, config)
    state.log(AuditLogType.CONFIG_CREATED, config.name, config=config)
    return config_view(state, config)


@handles(operations.GET_CONFIG)
def get_config(state: State, config_id: UUID) -> ConfigModel:
    """Show a config."""
    return config_view(state, state.config(config_id))


@handles(operations.UPDATE_CONFIG)
def update_config(
    state: State, config_id: UUID, body: UpdateConfigRequest
) -> ConfigModel:
    """Change the fields that are present; null counts as absent."""
    config = state.config(config_id)
    product = state.product_of(config)
    access.require(state, product, "can_create_or_update_config")
    name = given_or(body.name, config.name)
    require_unique(name, state.configs_of(product), "config", besides=config)
    config.name = name
    config.description = given_or(body.description, config.description)
    config.order = given_or(body.order, config.order)
    state.log(AuditLogType.CONFIG_CHANGED, config.name, config=config)
    return config_view(state, config)


@handles(operations.DELETE_CONFIG)
def delete_config(state: State, config_id: UUID) -> None:
    """Delete a config with its contents."""
    config = state.config(config_id)
    access.require(state, state.product_of(config), "can_delete_config")
    remove_config(state, config)
    state.log(AuditLogType.CONFIG_DELETED, config.name, config=config)
