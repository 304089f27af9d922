"""Endpoints of the group `environments`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import EnvironmentModel
from configcat_mgmt.api.models.environments import (
    CreateEnvironmentModel,
    UpdateEnvironmentModel,
)
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter

GET_ENVIRONMENTS: Final[Operation[list[EnvironmentModel]]] = Operation(
    id="get-environments",
    group="environments",
    method="GET",
    path="/v1/products/{productId}/environments",
    summary="List the environments of a product.",
    effect="read",
    success={200: list[EnvironmentModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

CREATE_ENVIRONMENT: Final[Operation[EnvironmentModel]] = Operation(
    id="create-environment",
    group="environments",
    method="POST",
    path="/v1/products/{productId}/environments",
    summary="Create an environment.",
    effect="create",
    success={201: EnvironmentModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=CreateEnvironmentModel,
    body_required=True,
    find_created=FindCreated("get-environments", "name"),
)

GET_ENVIRONMENT: Final[Operation[EnvironmentModel]] = Operation(
    id="get-environment",
    group="environments",
    method="GET",
    path="/v1/environments/{environmentId}",
    summary="Get an environment.",
    effect="read",
    success={200: EnvironmentModel},
    errors=(400, 404, 429),
    parameters=(Parameter("environment_id", "environmentId", "path", UUID),),
)

UPDATE_ENVIRONMENT: Final[Operation[EnvironmentModel]] = Operation(
    id="update-environment",
    group="environments",
    method="PUT",
    path="/v1/environments/{environmentId}",
    summary="Update an environment.",
    effect="set",
    success={200: EnvironmentModel},
    errors=(400, 404, 429),
    parameters=(Parameter("environment_id", "environmentId", "path", UUID),),
    body=UpdateEnvironmentModel,
    body_required=True,
)

DELETE_ENVIRONMENT: Final[Operation[None]] = Operation(
    id="delete-environment",
    group="environments",
    method="DELETE",
    path="/v1/environments/{environmentId}",
    summary="Delete an environment.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter(
            "cleanup_audit_logs",
            "cleanupAuditLogs",
            "query",
            bool,
            required=False,
        ),
    ),
)
