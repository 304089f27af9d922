"""Endpoints of the group `tags`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import SettingModel, TagModel
from configcat_mgmt.api.models.tags import CreateTagModel, UpdateTagModel
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter

GET_TAGS: Final[Operation[list[TagModel]]] = Operation(
    id="get-tags",
    group="tags",
    method="GET",
    path="/v1/products/{productId}/tags",
    summary="List the tags of a product.",
    effect="read",
    success={200: list[TagModel]},
    errors=(429,),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

CREATE_TAG: Final[Operation[TagModel]] = Operation(
    id="create-tag",
    group="tags",
    method="POST",
    path="/v1/products/{productId}/tags",
    summary="Create a tag.",
    effect="create",
    success={201: TagModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=CreateTagModel,
    body_required=True,
    find_created=FindCreated("get-tags", "name"),
)

GET_SETTINGS_BY_TAG: Final[Operation[list[SettingModel]]] = Operation(
    id="get-settings-by-tag",
    group="tags",
    method="GET",
    path="/v1/tags/{tagId}/settings",
    summary="List the settings with a tag.",
    effect="read",
    success={200: list[SettingModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("tag_id", "tagId", "path", int, format="int64"),),
)

GET_TAG: Final[Operation[TagModel]] = Operation(
    id="get-tag",
    group="tags",
    method="GET",
    path="/v1/tags/{tagId}",
    summary="Get a tag.",
    effect="read",
    success={200: TagModel},
    errors=(400, 404, 429),
    parameters=(Parameter("tag_id", "tagId", "path", int, format="int64"),),
)

UPDATE_TAG: Final[Operation[TagModel]] = Operation(
    id="update-tag",
    group="tags",
    method="PUT",
    path="/v1/tags/{tagId}",
    summary="Update a tag.",
    effect="set",
    success={200: TagModel},
    errors=(400, 404, 429),
    parameters=(Parameter("tag_id", "tagId", "path", int, format="int64"),),
    body=UpdateTagModel,
    body_required=True,
)

DELETE_TAG: Final[Operation[None]] = Operation(
    id="delete-tag",
    group="tags",
    method="DELETE",
    path="/v1/tags/{tagId}",
    summary="Delete a tag.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("tag_id", "tagId", "path", int, format="int64"),),
)
