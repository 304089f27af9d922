"""Endpoints of the group `integrations`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.integrations import (
    CreateIntegrationModel,
    IntegrationModel,
    IntegrationsModel,
    ModifyIntegrationRequest,
)
from configcat_mgmt.core.operation import Operation, Parameter

GET_INTEGRATIONS: Final[Operation[IntegrationsModel]] = Operation(
    id="get-integrations",
    group="integrations",
    method="GET",
    path="/v1/products/{productId}/integrations",
    summary="List the integrations of a product.",
    effect="read",
    success={200: IntegrationsModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

CREATE_INTEGRATION: Final[Operation[IntegrationModel]] = Operation(
    id="create-integration",
    group="integrations",
    method="POST",
    path="/v1/products/{productId}/integrations",
    summary="Create an integration.",
    effect="create",
    success={201: IntegrationModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=CreateIntegrationModel,
    body_required=True,
)

GET_INTEGRATION: Final[Operation[IntegrationModel]] = Operation(
    id="get-integration",
    group="integrations",
    method="GET",
    path="/v1/integrations/{integrationId}",
    summary="Get an integration.",
    effect="read",
    success={200: IntegrationModel},
    errors=(400, 404, 429),
    parameters=(Parameter("integration_id", "integrationId", "path", UUID),),
)

UPDATE_INTEGRATION: Final[Operation[IntegrationModel]] = Operation(
    id="update-integration",
    group="integrations",
    method="PUT",
    path="/v1/integrations/{integrationId}",
    summary="Replace an integration.",
    effect="set",
    success={200: IntegrationModel},
    errors=(400, 404, 429),
    parameters=(Parameter("integration_id", "integrationId", "path", UUID),),
    body=ModifyIntegrationRequest,
    body_required=True,
)

DELETE_INTEGRATION: Final[Operation[None]] = Operation(
    id="delete-integration",
    group="integrations",
    method="DELETE",
    path="/v1/integrations/{integrationId}",
    summary="Delete an integration.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("integration_id", "integrationId", "path", UUID),),
)
