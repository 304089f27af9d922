"""The blocking operations of the group `integrations`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.aio.integrations import AsyncIntegrations
from configcat_mgmt.api.models.integrations import (
    CreateIntegrationModel,
    IntegrationModel,
    IntegrationsModel,
    ModifyIntegrationRequest,
)
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class Integrations(OperationGroup):
    """Integrations: the blocking operations.

    Manage the integrations of a product with other services.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncIntegrations, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_integrations(self, product_id: UUID | str) -> IntegrationsModel:
        """List the integrations of a product.

        Lists the integrations of the product with other services. Empty
        `environmentIds` or `configIds` means all of them.

        GET /v1/products/{productId}/integrations

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            IntegrationsModel: The integrations, wrapped in `integrations`.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.get_integrations(product_id))

    def create_integration(
        self,
        product_id: UUID | str,
        body: CreateIntegrationModel,
    ) -> IntegrationModel:
        """Create an integration.

        Connects the product with another service; several integrations of one type are
        possible. Empty `environmentIds` or `configIds` means all of them. Needed
        `parameters`: `apikey` for Datadog, `incoming_webhook.url` for Slack, `apiKey`
        and `secretKey` for Amplitude, `serviceAccountUserName`, `serviceAccountSecret`
        and `projectId` for Mixpanel, `writeKey` for Segment. A Slack integration made
        here posts through an incoming webhook, not through the Slack app. The type
        `pubNub` is unfinished.

        POST /v1/products/{productId}/integrations

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: Type, name, parameters, environments and configs of the integration.
                All fields are required.

        Returns:
            IntegrationModel: The created integration.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return self._portal.run(self._aio.create_integration(product_id, body))

    def get_integration(self, integration_id: UUID | str) -> IntegrationModel:
        """Get an integration.

        Reads one integration, with its product. Empty `environmentIds` or `configIds`
        means all of them, and `parameters` may be null.

        GET /v1/integrations/{integrationId}

        Args:
            integration_id: Id (UUID) of the integration. A string is accepted.

        Returns:
            IntegrationModel: The integration.

        Raises:
            NotFoundError: The integration does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(self._aio.get_integration(integration_id))

    def update_integration(
        self,
        integration_id: UUID | str,
        body: ModifyIntegrationRequest,
    ) -> IntegrationModel:
        """Replace an integration.

        Overwrites name, parameters, environments and configs of the integration; all
        four are required. The type cannot be changed. Empty `environmentIds` or
        `configIds` means all of them. Needed `parameters`: `apikey` for Datadog,
        `incoming_webhook.url` for Slack, `apiKey` and `secretKey` for Amplitude,
        `serviceAccountUserName`, `serviceAccountSecret` and `projectId` for Mixpanel,
        `writeKey` for Segment.

        PUT /v1/integrations/{integrationId}

        Args:
            integration_id: Id (UUID) of the integration. A string is accepted.
            body: The complete new name, parameters, environments and configs. All
                fields are required.

        Returns:
            IntegrationModel: The integration after the replacement.

        Raises:
            NotFoundError: The integration does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(self._aio.update_integration(integration_id, body))

    def delete_integration(self, integration_id: UUID | str) -> None:
        """Delete an integration.

        Removes the integration.

        DELETE /v1/integrations/{integrationId}

        Args:
            integration_id: Id (UUID) of the integration. A string is accepted.

        Returns:
            None: The service deleted the integration; no body.

        Raises:
            NotFoundError: The integration does not exist, or these credentials cannot
                see it.
        """
        return self._portal.run(self._aio.delete_integration(integration_id))
