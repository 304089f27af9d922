"""Endpoints of the group `webhooks`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.webhooks import (
    WebHookRequestModel,
    WebhookResponseModel,
    WebhookSigningKeysModel,
)
from configcat_mgmt.core.operation import Operation, Parameter

GET_WEBHOOKS: Final[Operation[list[WebhookResponseModel]]] = Operation(
    id="get-webhooks",
    group="webhooks",
    method="GET",
    path="/v1/products/{productId}/webhooks",
    summary="List the webhooks of a product.",
    effect="read",
    success={200: list[WebhookResponseModel]},
    errors=(429,),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

CREATE_WEBHOOK: Final[Operation[WebhookResponseModel]] = Operation(
    id="create-webhook",
    group="webhooks",
    method="POST",
    path="/v1/configs/{configId}/environments/{environmentId}/webhooks",
    summary="Create a webhook.",
    effect="create",
    success={201: WebhookResponseModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("config_id", "configId", "path", UUID),
        Parameter("environment_id", "environmentId", "path", UUID),
    ),
    body=WebHookRequestModel,
    body_required=True,
)

GET_WEBHOOK: Final[Operation[WebhookResponseModel]] = Operation(
    id="get-webhook",
    group="webhooks",
    method="GET",
    path="/v1/webhooks/{webhookId}",
    summary="Get a webhook.",
    effect="read",
    success={200: WebhookResponseModel},
    errors=(400, 404, 429),
    parameters=(Parameter("webhook_id", "webhookId", "path", int, format="int32"),),
)

REPLACE_WEBHOOK: Final[Operation[WebhookResponseModel]] = Operation(
    id="replace-webhook",
    group="webhooks",
    method="PUT",
    path="/v1/webhooks/{webhookId}",
    summary="Replace a webhook.",
    effect="set",
    success={200: WebhookResponseModel},
    errors=(400, 404, 429),
    parameters=(Parameter("webhook_id", "webhookId", "path", int, format="int32"),),
    body=WebHookRequestModel,
    body_required=True,
)

UPDATE_WEBHOOK: Final[Operation[WebhookResponseModel]] = Operation(
    id="update-webhook",
    group="webhooks",
    method="PATCH",
    path="/v1/webhooks/{webhookId}",
    summary="Patch a webhook.",
    effect="patch",
    success={200: WebhookResponseModel},
    errors=(400, 404, 429),
    parameters=(Parameter("webhook_id", "webhookId", "path", int, format="int32"),),
    body=list[JsonPatchOperation],
    body_required=True,
)

DELETE_WEBHOOK: Final[Operation[None]] = Operation(
    id="delete-webhook",
    group="webhooks",
    method="DELETE",
    path="/v1/webhooks/{webhookId}",
    summary="Delete a webhook.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("webhook_id", "webhookId", "path", int, format="int32"),),
)

GET_WEBHOOK_SIGNING_KEYS: Final[Operation[WebhookSigningKeysModel]] = Operation(
    id="get-webhook-signing-keys",
    group="webhooks",
    method="GET",
    path="/v1/webhooks/{webhookId}/keys",
    summary="Get the signing keys of a webhook.",
    effect="read",
    success={200: WebhookSigningKeysModel},
    errors=(400, 404, 429),
    parameters=(Parameter("webhook_id", "webhookId", "path", int, format="int32"),),
)
