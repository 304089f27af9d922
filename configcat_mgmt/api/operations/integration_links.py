"""Endpoints of the group `integration_links`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import IntegrationLinkModel, IntegrationLinkType
from configcat_mgmt.api.models.integration_links import (
    AddOrUpdateIntegrationLinkModel,
    AddOrUpdateJiraIntegrationLinkModel,
    ConnectRequest,
    DeleteIntegrationLinkModel,
    IntegrationLinkDetailsModel,
)
from configcat_mgmt.core.operation import Operation, Parameter

ADD_OR_UPDATE_INTEGRATION_LINK: Final[Operation[IntegrationLinkModel]] = Operation(
    id="add-or-update-integration-link",
    group="integration_links",
    method="POST",
    path=(
        "/v1/environments/{environmentId}/settings/{settingId}"
        "/integrationLinks/{integrationLinkType}/{key}"
    ),
    summary="Add or update an integration link.",
    effect="set",
    success={200: IntegrationLinkModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
        Parameter(
            "integration_link_type",
            "integrationLinkType",
            "path",
            IntegrationLinkType,
        ),
        Parameter("key", "key", "path", str),
    ),
    body=AddOrUpdateIntegrationLinkModel,
)

DELETE_INTEGRATION_LINK: Final[Operation[DeleteIntegrationLinkModel]] = Operation(
    id="delete-integration-link",
    group="integration_links",
    method="DELETE",
    path=(
        "/v1/environments/{environmentId}/settings/{settingId}"
        "/integrationLinks/{integrationLinkType}/{key}"
    ),
    summary="Delete an integration link.",
    effect="delete",
    success={200: DeleteIntegrationLinkModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
        Parameter(
            "integration_link_type",
            "integrationLinkType",
            "path",
            IntegrationLinkType,
        ),
        Parameter("key", "key", "path", str),
    ),
)

GET_INTEGRATION_LINK_DETAILS: Final[Operation[IntegrationLinkDetailsModel]] = Operation(
    id="get-integration-link-details",
    group="integration_links",
    method="GET",
    path="/v1/integrationLink/{integrationLinkType}/{key}/details",
    summary="List the links of an external item.",
    effect="read",
    success={200: IntegrationLinkDetailsModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter(
            "integration_link_type",
            "integrationLinkType",
            "path",
            IntegrationLinkType,
        ),
        Parameter("key", "key", "path", str),
    ),
)

JIRA_ADD_OR_UPDATE_INTEGRATION_LINK: Final[Operation[IntegrationLinkModel]] = Operation(
    id="jira-add-or-update-integration-link",
    group="integration_links",
    method="POST",
    path=(
        "/v1/jira/environments/{environmentId}/settings/{settingId}"
        "/integrationLinks/{key}"
    ),
    summary="Add or update a Jira integration link.",
    effect="set",
    success={200: IntegrationLinkModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
        Parameter("key", "key", "path", str),
    ),
    body=AddOrUpdateJiraIntegrationLinkModel,
)

JIRA_CONNECT: Final[Operation[None]] = Operation(
    id="jira-connect",
    group="integration_links",
    method="POST",
    path="/v1/jira/connect",
    summary="Connect the Jira plugin.",
    effect="create",
    success={200: None},
    errors=(429,),
    body=ConnectRequest,
)
