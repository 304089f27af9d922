"""Endpoints of the group `segments`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.segments import (
    CreateSegmentModel,
    SegmentListModel,
    SegmentModel,
    UpdateSegmentModel,
)
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter

GET_SEGMENTS: Final[Operation[list[SegmentListModel]]] = Operation(
    id="get-segments",
    group="segments",
    method="GET",
    path="/v1/products/{productId}/segments",
    summary="List the segments of a product.",
    effect="read",
    success={200: list[SegmentListModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
)

CREATE_SEGMENT: Final[Operation[SegmentModel]] = Operation(
    id="create-segment",
    group="segments",
    method="POST",
    path="/v1/products/{productId}/segments",
    summary="Create a segment.",
    effect="create",
    success={201: SegmentModel},
    errors=(400, 404, 429),
    parameters=(Parameter("product_id", "productId", "path", UUID),),
    body=CreateSegmentModel,
    body_required=True,
    find_created=FindCreated("get-segments", "name"),
)

GET_SEGMENT: Final[Operation[SegmentModel]] = Operation(
    id="get-segment",
    group="segments",
    method="GET",
    path="/v1/segments/{segmentId}",
    summary="Get a segment.",
    effect="read",
    success={200: SegmentModel},
    errors=(400, 404, 429),
    parameters=(Parameter("segment_id", "segmentId", "path", UUID),),
)

UPDATE_SEGMENT: Final[Operation[SegmentModel]] = Operation(
    id="update-segment",
    group="segments",
    method="PUT",
    path="/v1/segments/{segmentId}",
    summary="Update a segment.",
    effect="set",
    success={200: SegmentModel},
    errors=(400, 404, 429),
    parameters=(Parameter("segment_id", "segmentId", "path", UUID),),
    body=UpdateSegmentModel,
    body_required=True,
)

DELETE_SEGMENT: Final[Operation[None]] = Operation(
    id="delete-segment",
    group="segments",
    method="DELETE",
    path="/v1/segments/{segmentId}",
    summary="Delete a segment.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("segment_id", "segmentId", "path", UUID),),
)
