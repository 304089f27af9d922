"""The asynchronous operations of the group `webhooks`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.webhooks import (
    WebHookRequestModel,
    WebhookResponseModel,
    WebhookSigningKeysModel,
)
from configcat_mgmt.api.operations import webhooks as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncWebhooks(OperationGroup):
    """Webhooks: the asynchronous operations.

    Manage the webhooks that notify other systems of changes, and read their signing
    keys.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_webhooks(self, product_id: UUID | str) -> list[WebhookResponseModel]:
        """List the webhooks of a product.

        Lists the webhooks of all configs and environments of the product. Values of
        headers marked as secure cannot be read back.

        GET /v1/products/{productId}/webhooks

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            list of WebhookResponseModel, in the service's order: The webhooks of the
                product.
        """
        return await self._caller.call(operations.GET_WEBHOOKS, product_id=product_id)

    async def create_webhook(
        self,
        config_id: UUID | str,
        environment_id: UUID | str,
        body: WebHookRequestModel,
    ) -> WebhookResponseModel:
        """Create a webhook.

        Adds a webhook to a config and environment pair; the pair cannot be changed
        later. The address needs 7 to 1000 characters and must be a URL, and `content`
        may have up to 15000 characters and contain placeholders such as
        `##ConfigName##`. A header with `isSecure` true (the default is false) has a
        value that cannot be read back.

        POST /v1/configs/{configId}/environments/{environmentId}/webhooks

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            environment_id: Id (UUID) of the environment. A string is accepted.
            body: Address, method, content and headers of the webhook. Required: `url`.
                UNSET omits a field.

        Returns:
            WebhookResponseModel: The created webhook.

        Raises:
            NotFoundError: The config or environment does not exist, or these
                credentials cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.CREATE_WEBHOOK,
            config_id=config_id,
            environment_id=environment_id,
            body=body,
        )

    async def get_webhook(self, webhook_id: int) -> WebhookResponseModel:
        """Get a webhook.

        Reads one webhook, with its config and environment. Values of headers marked as
        secure cannot be read back.

        GET /v1/webhooks/{webhookId}

        Args:
            webhook_id: Numeric id of the webhook.

        Returns:
            WebhookResponseModel: The webhook.

        Raises:
            NotFoundError: The webhook does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(operations.GET_WEBHOOK, webhook_id=webhook_id)

    async def replace_webhook(
        self,
        webhook_id: int,
        body: WebHookRequestModel,
    ) -> WebhookResponseModel:
        """Replace a webhook.

        Overwrites address, method, content and headers of the webhook as a whole. Its
        config, environment and id cannot be changed. The address needs 7 to 1000
        characters and must be a URL, and `content` may have up to 15000 characters. The
        values of secure headers cannot be read back: send them again, or use the PATCH
        operation to change other parts.

        PUT /v1/webhooks/{webhookId}

        Args:
            webhook_id: Numeric id of the webhook.
            body: The complete new content of the webhook. Required: `url`. UNSET omits
                a field.

        Returns:
            WebhookResponseModel: The webhook after the replacement.

        Raises:
            NotFoundError: The webhook does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.REPLACE_WEBHOOK,
            webhook_id=webhook_id,
            body=body,
        )

    async def update_webhook(
        self,
        webhook_id: int,
        body: Sequence[JsonPatchOperation],
    ) -> WebhookResponseModel:
        """Patch a webhook.

        Applies JSON Patch (RFC 6902) operations to the webhook; all other parts stay
        unchanged. Headers are added at `/webHookHeaders/-` and addressed as
        `/webHookHeaders/{index}`; the other paths are `/content`, `/httpMethod` and
        `/url`. Its config, environment and id cannot be changed.

        PATCH /v1/webhooks/{webhookId}

        Args:
            webhook_id: Numeric id of the webhook.
            body: List of JSON Patch operations (RFC 6902).

        Returns:
            WebhookResponseModel: The webhook after the patch.

        Raises:
            NotFoundError: The webhook does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.UPDATE_WEBHOOK,
            webhook_id=webhook_id,
            body=body,
        )

    async def delete_webhook(self, webhook_id: int) -> None:
        """Delete a webhook.

        Removes the webhook.

        DELETE /v1/webhooks/{webhookId}

        Args:
            webhook_id: Numeric id of the webhook.

        Returns:
            None: The service deleted the webhook; no body.

        Raises:
            NotFoundError: The webhook does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(operations.DELETE_WEBHOOK, webhook_id=webhook_id)

    async def get_webhook_signing_keys(
        self,
        webhook_id: int,
    ) -> WebhookSigningKeysModel:
        """Get the signing keys of a webhook.

        Reads the keys that sign the requests of the webhook; either key may be null.
        Keys are created on the dashboard; this API can only read them. To check a
        request, compute an HMAC-SHA-256 of webhook id, timestamp and raw body with the
        key text (UTF-8, prefix included) and compare its base64 form with the signature
        header. When both keys exist, the header holds two comma-separated signatures.

        GET /v1/webhooks/{webhookId}/keys

        Args:
            webhook_id: Numeric id of the webhook.

        Returns:
            WebhookSigningKeysModel: The two signing keys, each possibly null.

        Raises:
            NotFoundError: The webhook does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.GET_WEBHOOK_SIGNING_KEYS,
            webhook_id=webhook_id,
        )
