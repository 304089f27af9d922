"""Endpoints of the group `configs`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import ConfigModel
from configcat_mgmt.api.models.configs import CreateConfigRequest, UpdateConfigRequest
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter

GET_CONFIGS: Final[Operation[list[ConfigModel]]] = Operation(
    id="get-configs",
    group="configs",
    method="GET",
    path="/v1/products/{productId}/configs",
    summary="List the configs of a product.",
    effect="read",
    success={200: list[ConfigModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

CREATE_CONFIG: Final[Operation[ConfigModel]] = Operation(
    id="create-config",
    group="configs",
    method="POST",
    path="/v1/products/{productId}/configs",
    summary="Create a config.",
    effect="create",
    success={201: ConfigModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=CreateConfigRequest,
    body_required=True,
    find_created=FindCreated("get-configs", "name"),
)

GET_CONFIG: Final[Operation[ConfigModel]] = Operation(
    id="get-config",
    group="configs",
    method="GET",
    path="/v1/configs/{configId}",
    summary="Get a config.",
    effect="read",
    success={200: ConfigModel},
    errors=(400, 404, 429),
    parameters=(Parameter("config_id", "configId", "path", UUID),),
)

UPDATE_CONFIG: Final[Operation[ConfigModel]] = Operation(
    id="update-config",
    group="configs",
    method="PUT",
    path="/v1/configs/{configId}",
    summary="Update a config.",
    effect="set",
    success={200: ConfigModel},
    errors=(400, 404, 429),
    parameters=(Parameter("config_id", "configId", "path", UUID),),
    body=UpdateConfigRequest,
    body_required=True,
)

DELETE_CONFIG: Final[Operation[None]] = Operation(
    id="delete-config",
    group="configs",
    method="DELETE",
    path="/v1/configs/{configId}",
    summary="Delete a config.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("config_id", "configId", "path", UUID),),
)
