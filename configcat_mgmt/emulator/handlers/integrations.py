"""Integrations of products with other services."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    AuditLogType,
    CreateIntegrationModel,
    IntegrationModel,
    IntegrationsModel,
    IntegrationType,
    ModifyIntegrationRequest,
)
from configcat_mgmt.api.operations import integrations as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.records import Integration, Product
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import product_view

_MANAGE: Final = "can_manage_integrations"
_SLACK_ADDRESS: Final = "https://hooks.slack.com/"


@attrs.frozen
class _Kind:
    """The parameters that an integration type requires."""

    needed: tuple[str, ...]
    choices: Mapping[str, Collection[str]] = attrs.field(factory=dict[str, set[str]])


_KINDS: Final[Mapping[IntegrationType, _Kind]] = {
    IntegrationType.DATA_DOG: _Kind(
        ("apikey",), {"site": ("Us", "Eu", "Us1Fed", "Us3", "Us5")}
    ),
    IntegrationType.SLACK: _Kind(
        ("incoming_webhook.url",), {"includeSensitiveData": ("true", "false")}
    ),
    IntegrationType.AMPLITUDE: _Kind(("apiKey", "secretKey")),
    IntegrationType.MIX_PANEL: _Kind(
        ("serviceAccountUserName", "serviceAccountSecret", "projectId"),
        {"server": ("StandardServer", "EUResidencyServer")},
    ),
    IntegrationType.SEGMENT: _Kind(("writeKey",), {"server": ("Us", "Eu")}),
    IntegrationType.PUB_NUB: _Kind(()),
}
"""Source: the description of create-integration in the API's documentation."""


@handles(operations.GET_INTEGRATIONS)
def get_integrations(state: State, product_id: UUID) -> IntegrationsModel:
    """List the integrations of a product, oldest first."""
    product = state.product(product_id)
    found = state.integrations_of(product)
    return IntegrationsModel(
        integrations=[_integration_view(state, one) for one in found]
    )


@handles(operations.CREATE_INTEGRATION)
def create_integration(
    state: State, product_id: UUID, body: CreateIntegrationModel
) -> IntegrationModel:
    """Create an integration; several of one type are fine."""
    product = state.product(product_id)
    access.require(state, product, _MANAGE)
    kind = body.integration_type
    siblings = [
        one for one in state.integrations_of(product) if one.integration_type == kind
    ]
    require_room(len(siblings), state.limits.integrations, "integrations of a type")
    parameters = _read_parameters(kind, body.parameters)
    _require_known(product, body.environment_ids, body.config_ids)
    integration = Integration(
        integration_id=state.identifiers.uuid(),
        product_id=product_id,
        name=body.name,
        integration_type=kind,
        parameters=parameters,
        environment_ids=list(body.environment_ids),
        config_ids=list(body.config_ids),
    )
    state.integrations[integration.integration_id] = integration
    product.integration_ids.append(integration.integration_id)
    state.log(AuditLogType.INTEGRATION_ADDED, integration.name, product=product)
    return _integration_view(state, integration)


@handles(operations.GET_INTEGRATION)
def get_integration(state: State, integration_id: UUID) -> IntegrationModel:
    """Show an integration."""
    return _integration_view(state, state.integration(integration_id))


@handles(operations.UPDATE_INTEGRATION)
def update_integration(
    state: State, integration_id: UUID, body: ModifyIntegrationRequest
) -> IntegrationModel:
    """Replace all but the type."""
    integration = state.integration(integration_id)
    product = state.products[integration.product_id]
    access.require(state, product, _MANAGE)
    parameters = _read_parameters(integration.integration_type, body.parameters)
    _require_known(product, body.environment_ids, body.config_ids)
    integration.name = body.name
    integration.parameters = parameters
    integration.environment_ids = list(body.environment_ids)
    integration.config_ids = list(body.config_ids)
    state.log(AuditLogType.INTEGRATION_CHANGED, integration.name, product=product)
    return _integration_view(state, integration)


@handles(operations.DELETE_INTEGRATION)
def delete_integration(state: State, integration_id: UUID) -> None:
    """Delete an integration."""
    integration = state.integration(integration_id)
    product = state.products[integration.product_id]
    access.require(state, product, _MANAGE)
    product.integration_ids.remove(integration_id)
    del state.integrations[integration_id]
    state.log(AuditLogType.INTEGRATION_REMOVED, integration.name, product=product)


def _read_parameters(
    kind: IntegrationType, sent: Mapping[str, str | None]
) -> dict[str, str]:
    """Check parameters; those that are null are dropped."""
    parameters = {name: value for name, value in sent.items() if value is not None}
    rules = _KINDS[kind]
    for name in rules.needed:
        if not parameters.get(name):
            message = f"An integration with {kind} needs the parameter {name}."
            raise Refused("parameters", message)
    for name, choices in rules.choices.items():
        if parameters.get(name, next(iter(choices))) not in choices:
            message = f"The parameter {name} is one of {', '.join(choices)}."
            raise Refused("parameters", message)
    if kind == IntegrationType.SLACK:
        address = parameters[rules.needed[0]]
        if not address.startswith(_SLACK_ADDRESS):
            message = "The address is not a Slack incoming webhook address."
            raise Refused("parameters", message)
    return parameters


def _require_known(
    product: Product, environment_ids: Sequence[UUID], config_ids: Sequence[UUID]
) -> None:
    for name, requested, known in (
        ("environment_ids", environment_ids, product.environment_ids),
        ("config_ids", config_ids, product.config_ids),
    ):
        for number, one in enumerate(requested):
            if one not in known:
                raise Refused((name, number), f"The product does not have {one}.")


def _integration_view(state: State, integration: Integration) -> IntegrationModel:
    return IntegrationModel(
        product=product_view(state, state.products[integration.product_id]),
        integration_id=integration.integration_id,
        name=integration.name,
        integration_type=integration.integration_type,
        parameters=dict(integration.parameters),
        environment_ids=list(integration.environment_ids),
        config_ids=list(integration.config_ids),
    )
