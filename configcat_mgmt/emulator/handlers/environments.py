"""Environments."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    CreateEnvironmentModel,
    EnvironmentModel,
    UpdateEnvironmentModel,
)
from configcat_mgmt.api.operations import environments as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or
from configcat_mgmt.emulator.domain.lifecycle import add_environment, remove_environment
from configcat_mgmt.emulator.domain.names import require_unique
from configcat_mgmt.emulator.domain.ordering import next_order
from configcat_mgmt.emulator.domain.records import Environment
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import environment_view


@handles(operations.GET_ENVIRONMENTS)
def get_environments(state: State, product_id: UUID) -> list[EnvironmentModel]:
    """List the environments of a product."""
    product = state.product(product_id)
    return [environment_view(state, one) for one in state.environments_of(product)]


@handles(operations.CREATE_ENVIRONMENT)
def create_environment(
    state: State, product_id: UUID, body: CreateEnvironmentModel
) -> EnvironmentModel:
    """Create an environment; every setting of the product gets a value in it."""
    product = state.product(product_id)
    access.require(state, product, "can_create_or_update_environment")
    siblings = state.environments_of(product)
    require_unique(body.name, siblings, "environment")
    require_room(len(siblings), state.limits.environments, "environments")
    environment = Environment(
        environment_id=state.identifiers.uuid(),
        product_id=product_id,
        name=body.name,
        color=given(body.color),
        description=given(body.description),
        order=given_or(body.order, next_order(siblings)),
    )
    add_environment(state, environment)
    kind = AuditLogType.ENVIRONMENT_CREATED
    state.log(kind, environment.name, environment=environment)
    return environment_view(state, environment)


@handles(operations.GET_ENVIRONMENT)
def get_environment(state: State, environment_id: UUID) -> EnvironmentModel:
    """Show an environment."""
    return environment_view(state, state.environment(environment_id))


@handles(operations.UPDATE_ENVIRONMENT)
def update_environment(
    state: State, environment_id: UUID, body: UpdateEnvironmentModel
) -> EnvironmentModel:
    """Change the fields that are present; null counts as absent."""
    environment = state.environment(environment_id)
    product = state.product_of(environment)
    access.require(state, product, "can_create_or_update_environment")
    name = given_or(body.name, environment.name)
    siblings = state.environments_of(product)
    require_unique(name, siblings, "environment", besides=environment)
    environment.name = name
    environment.color = given_or(body.color, environment.color)
    environment.description = given_or(body.description, environment.description)
    environment.order = given_or(body.order, environment.order)
    kind = AuditLogType.ENVIRONMENT_CHANGED
    state.log(kind, environment.name, environment=environment)
    return environment_view(state, environment)


@handles(operations.DELETE_ENVIRONMENT)
def delete_environment(
    state: State, environment_id: UUID, cleanup_audit_logs: bool | None = None
) -> None:
    """Delete an environment with its values, and its audit log if that is requested.

    Entries of its creation and its deletion stay in any case. Source: the description
    of the parameter in the API's documentation.
    """
    environment = state.environment(environment_id)
    product = state.product_of(environment)
    access.require(state, product, "can_delete_environment")
    remove_environment(state, environment)
    kept = (AuditLogType.ENVIRONMENT_CREATED, AuditLogType.ENVIRONMENT_DELETED)
    state.log(kept[1], environment.name, environment=environment)
    if cleanup_audit_logs:
        ids = {entry.audit_log_id for entry in state.audit if entry.kind in kept}
        state.audit.forget_environment(environment_id, kept=ids)
