"""The blocking operations of the group `segments`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.aio.segments import AsyncSegments
from configcat_mgmt.api.models.segments import (
    CreateSegmentModel,
    SegmentListModel,
    SegmentModel,
    UpdateSegmentModel,
)
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class Segments(OperationGroup):
    """Segments: the blocking operations.

    Manage the segments of a product, reusable conditions for targeting users.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncSegments, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_segments(self, product_id: UUID | str) -> list[SegmentListModel]:
        """List the segments of a product.

        Lists the segments of the product. `usage` is the number of settings that use
        the segment. The list has no conditions: get a single segment for its condition.

        GET /v1/products/{productId}/segments

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            list of SegmentListModel, in the service's order: The segments of the
                product, without their conditions.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.get_segments(product_id))

    def create_segment(
        self,
        product_id: UUID | str,
        body: CreateSegmentModel,
    ) -> SegmentModel:
        """Create a segment.

        Adds a segment to the product; settings of v1 and v2 configs can use it. A
        segment has exactly one condition: an attribute, a comparator and a comparison
        value. The comparison value is always text of at most 65535 characters, and list
        comparators take a comma-separated list.

        POST /v1/products/{productId}/segments

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: Name, description and condition of the new segment. Required: `name`,
                `comparison_attribute`, `comparator` and `comparison_value`. UNSET omits
                a field.

        Returns:
            SegmentModel: The created segment.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return self._portal.run(self._aio.create_segment(product_id, body))

    def get_segment(self, segment_id: UUID | str) -> SegmentModel:
        """Get a segment.

        Reads one segment with its condition and its product. Only the list of segments
        has the number of settings that use it.

        GET /v1/segments/{segmentId}

        Args:
            segment_id: Id (UUID) of the segment. A string is accepted.

        Returns:
            SegmentModel: The segment with its condition.

        Raises:
            NotFoundError: The segment does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.get_segment(segment_id))

    def update_segment(
        self,
        segment_id: UUID | str,
        body: UpdateSegmentModel,
    ) -> SegmentModel:
        """Update a segment.

        Changes name, description or condition of the segment. Every field is optional;
        omitted fields keep their values. The comparison value is always text of at most
        65535 characters, and list comparators take a comma-separated list.

        PUT /v1/segments/{segmentId}

        Args:
            segment_id: Id (UUID) of the segment. A string is accepted.
            body: The fields of the segment to change. No field is required. UNSET omits
                a field.

        Returns:
            SegmentModel: The segment after the change.

        Raises:
            NotFoundError: The segment does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.update_segment(segment_id, body))

    def delete_segment(self, segment_id: UUID | str) -> None:
        """Delete a segment.

        Removes the segment.

        DELETE /v1/segments/{segmentId}

        Args:
            segment_id: Id (UUID) of the segment. A string is accepted.

        Returns:
            None: The service deleted the segment; no body.

        Raises:
            NotFoundError: The segment does not exist, or these credentials cannot see
                it.
        """
        return self._portal.run(self._aio.delete_segment(segment_id))
