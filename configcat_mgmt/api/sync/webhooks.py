"""The blocking operations of the group `webhooks`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.aio.webhooks import AsyncWebhooks
from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.webhooks import (
    WebHookRequestModel,
    WebhookResponseModel,
    WebhookSigningKeysModel,
)
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class Webhooks(OperationGroup):
    """Webhooks: the blocking operations.

    Manage the webhooks that notify other systems of changes, and read their signing
    keys.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncWebhooks, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_webhooks(self, product_id: UUID | str) -> list[WebhookResponseModel]:
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
        return self._portal.run(self._aio.get_webhooks(product_id))

    def create_webhook(
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
        return self._portal.run(
            self._aio.create_webhook(config_id, environment_id, body),
        )

    def get_webhook(self, webhook_id: int) -> WebhookResponseModel:
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
        return self._portal.run(self._aio.get_webhook(webhook_id))

    def replace_webhook(
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
        return self._portal.run(self._aio.replace_webhook(webhook_id, body))

    def update_webhook(
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
        return self._portal.run(self._aio.update_webhook(webhook_id, body))

    def delete_webhook(self, webhook_id: int) -> None:
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
        return self._portal.run(self._aio.delete_webhook(webhook_id))

    def get_webhook_signing_keys(self, webhook_id: int) -> WebhookSigningKeysModel:
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
        return self._portal.run(self._aio.get_webhook_signing_keys(webhook_id))
