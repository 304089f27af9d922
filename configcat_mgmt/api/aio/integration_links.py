"""The asynchronous operations of the group `integration_links`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.models.common import IntegrationLinkModel, IntegrationLinkType
from configcat_mgmt.api.models.integration_links import (
    AddOrUpdateIntegrationLinkModel,
    AddOrUpdateJiraIntegrationLinkModel,
    ConnectRequest,
    DeleteIntegrationLinkModel,
    IntegrationLinkDetailsModel,
)
from configcat_mgmt.api.operations import integration_links as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncIntegrationLinks(OperationGroup):
    """Integration links: the asynchronous operations.

    Link settings with items of Trello, Jira and Monday.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def add_or_update_integration_link(
        self,
        environment_id: UUID | str,
        setting_id: int,
        integration_link_type: IntegrationLinkType | str,
        key: str,
        body: AddOrUpdateIntegrationLinkModel | None = None,
    ) -> IntegrationLinkModel:
        """Add or update an integration link.

        Links a setting in one environment with an item of Trello, Jira or Monday. If
        the link exists, its description and URL are updated.

        POST /v1/environments/{environmentId}/settings/{settingId}
            /integrationLinks/{integrationLinkType}/{key}

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.
            integration_link_type: Tool that holds the linked item: `trello`, `jira` or
                `monday`. An `IntegrationLinkType` or its value.
            key: Key of the item in the external tool; free text.
            body: Optional description and URL of the link; the body may be omitted. No
                field is required. UNSET omits a field. None sends no body.

        Returns:
            IntegrationLinkModel: The created or updated link.

        Raises:
            NotFoundError: The environment, setting or integration link does not exist,
                or these credentials cannot see it.
        """
        return await self._caller.call(
            operations.ADD_OR_UPDATE_INTEGRATION_LINK,
            environment_id=environment_id,
            setting_id=setting_id,
            integration_link_type=integration_link_type,
            key=key,
            body=body,
        )

    async def delete_integration_link(
        self,
        environment_id: UUID | str,
        setting_id: int,
        integration_link_type: IntegrationLinkType | str,
        key: str,
    ) -> DeleteIntegrationLinkModel:
        """Delete an integration link.

        Removes the link between a setting in one environment and an item of an external
        tool. Unlike other deletions, the response has a body:
        `hasRemainingIntegrationLink` says whether other links remain.

        DELETE /v1/environments/{environmentId}/settings/{settingId}
            /integrationLinks/{integrationLinkType}/{key}

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.
            integration_link_type: Tool that holds the linked item: `trello`, `jira` or
                `monday`. An `IntegrationLinkType` or its value.
            key: Key of the item in the external tool; free text.

        Returns:
            DeleteIntegrationLinkModel: Whether any integration link remains.

        Raises:
            NotFoundError: The environment, setting or integration link does not exist,
                or these credentials cannot see it.
        """
        return await self._caller.call(
            operations.DELETE_INTEGRATION_LINK,
            environment_id=environment_id,
            setting_id=setting_id,
            integration_link_type=integration_link_type,
            key=key,
        )

    async def get_integration_link_details(
        self,
        integration_link_type: IntegrationLinkType | str,
        key: str,
    ) -> IntegrationLinkDetailsModel:
        """List the links of an external item.

        Lists all settings and environments to which an item of an external tool is
        linked, each with a status text and with `readOnly`. `allIntegrationLinkCount`
        is the total number of links.

        GET /v1/integrationLink/{integrationLinkType}/{key}/details

        Args:
            integration_link_type: Tool that holds the linked item: `trello`, `jira` or
                `monday`. An `IntegrationLinkType` or its value.
            key: Key of the item in the external tool; free text.

        Returns:
            IntegrationLinkDetailsModel: The places where the item is linked and the
                total count.

        Raises:
            NotFoundError: The integration link does not exist, or these credentials
                cannot see it.
        """
        return await self._caller.call(
            operations.GET_INTEGRATION_LINK_DETAILS,
            integration_link_type=integration_link_type,
            key=key,
        )

    async def jira_add_or_update_integration_link(
        self,
        environment_id: UUID | str,
        setting_id: int,
        key: str,
        body: AddOrUpdateJiraIntegrationLinkModel | None = None,
    ) -> IntegrationLinkModel:
        """Add or update a Jira integration link.

        Links a setting in one environment with a Jira issue, or updates that link. For
        the official Jira plugin. It needs `clientKey` and `jiraJwtToken` of the
        Atlassian app.

        POST /v1/jira/environments/{environmentId}/settings/{settingId}
            /integrationLinks/{key}

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.
            key: Key of the Jira issue; free text.
            body: Client key and token of the Atlassian app, with optional description
                and URL of the link. Required: `jira_jwt_token` and `client_key`. UNSET
                omits a field. None sends no body.

        Returns:
            IntegrationLinkModel: The created or updated link.

        Raises:
            NotFoundError: The environment, setting or integration link does not exist,
                or these credentials cannot see it.
        """
        return await self._caller.call(
            operations.JIRA_ADD_OR_UPDATE_INTEGRATION_LINK,
            environment_id=environment_id,
            setting_id=setting_id,
            key=key,
            body=body,
        )

    async def jira_connect(self, body: ConnectRequest | None = None) -> None:
        """Connect the Jira plugin.

        For the official Jira plugin, when it connects with ConfigCat. It needs
        `clientKey` and `jiraJwtToken` of the Atlassian app.

        POST /v1/jira/connect

        Args:
            body: Client key and token of the Atlassian app. All fields are required.
                None sends no body.

        Returns:
            None: The service made the connection; no body.

        Raises:
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(operations.JIRA_CONNECT, body=body)
