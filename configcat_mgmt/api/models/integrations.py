"""Models that only the group `integrations` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import ProductModel
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import hidden


class IntegrationType(OpenEnum):
    """Tool that an integration sends to."""

    DATA_DOG = "dataDog"
    """Datadog."""
    SLACK = "slack"
    """Slack, by incoming webhook."""
    AMPLITUDE = "amplitude"
    """Amplitude."""
    MIX_PANEL = "mixPanel"
    """Mixpanel."""
    SEGMENT = "segment"
    """Segment."""
    PUB_NUB = "pubNub"
    """PubNub, not finished yet."""


@define(kw_only=True, field_transformer=short_lists)
class CreateIntegrationModel:
    """Request body to create an integration in a product."""

    integration_type: IntegrationType
    """Tool the integration sends to; it cannot be changed later."""
    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the integration. 1 to 255 characters."""
    parameters: dict[str, str | None] = field(repr=hidden)
    """Parameters by name, as the integration type requires; they contain secrets such
    as API keys."""
    environment_ids: list[UUID]
    """Ids of the environments it applies to; empty means all."""
    config_ids: list[UUID]
    """Ids of the configs it applies to; empty means all."""


@define(field_transformer=short_lists)
class IntegrationModel:
    """An integration of a product with another tool."""

    product: ProductModel
    """Product it belongs to."""
    integration_id: UUID = field(metadata={"essential": True})
    """Id of the integration."""
    name: str
    """Name of the integration."""
    integration_type: IntegrationType
    """Tool the integration sends to."""
    parameters: dict[str, str] | None = field(repr=hidden)
    """Parameters by name, or null; they may contain secrets such as API keys."""
    environment_ids: list[UUID]
    """Ids of the environments it applies to; empty means all."""
    config_ids: list[UUID]
    """Ids of the configs it applies to; empty means all."""


@define(field_transformer=short_lists)
class IntegrationsModel:
    """The integrations of a product."""

    integrations: list[IntegrationModel]
    """The integrations."""


@define(kw_only=True, field_transformer=short_lists)
class ModifyIntegrationRequest:
    """Request body to replace an integration; send everything except its type."""

    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the integration. 1 to 255 characters."""
    parameters: dict[str, str | None] = field(repr=hidden)
    """Parameters by name, as the integration type requires; they contain secrets such
    as API keys."""
    environment_ids: list[UUID]
    """Ids of the environments it applies to; empty means all."""
    config_ids: list[UUID]
    """Ids of the configs it applies to; empty means all."""
