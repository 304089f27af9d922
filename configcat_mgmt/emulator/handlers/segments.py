"""Segments of users."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    CreateSegmentModel,
    SegmentListModel,
    SegmentModel,
    UpdateSegmentModel,
)
from configcat_mgmt.api.operations import segments as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or
from configcat_mgmt.emulator.domain.names import require_unique
from configcat_mgmt.emulator.domain.records import Segment
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.domain.usage import (
    settings_using_segment,
    titles_using_segment,
)
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import segment_list_view, segment_view


@handles(operations.GET_SEGMENTS)
def get_segments(state: State, product_id: UUID) -> list[SegmentListModel]:
    """List the segments of a product, oldest first."""
    product = state.product(product_id)
    return [segment_list_view(state, one) for one in state.segments_of(product)]


@handles(operations.CREATE_SEGMENT)
def create_segment(
    state: State, product_id: UUID, body: CreateSegmentModel
) -> SegmentModel:
    """Create a segment."""
    product = state.product(product_id)
    access.require(state, product, "can_create_or_update_segments")
    siblings = state.segments_of(product)
    require_unique(body.name, siblings, "segment")
    require_room(len(siblings), state.limits.segments, "segments")
    _require_fitting(state, body.comparison_value)
    now, caller = state.clock(), state.caller.user_id
    segment = Segment(
        segment_id=state.identifiers.uuid(),
        product_id=product_id,
        name=body.name,
        description=given(body.description),
        comparison_attribute=body.comparison_attribute,
        comparator=body.comparator,
        comparison_value=body.comparison_value,
        creator_id=caller,
        created_at=now,
        updater_id=caller,
        updated_at=now,
    )
    state.segments[segment.segment_id] = segment
    product.segment_ids.append(segment.segment_id)
    state.log(AuditLogType.SEGMENT_CREATED, segment.name, product=product)
    return segment_view(state, segment)


@handles(operations.GET_SEGMENT)
def get_segment(state: State, segment_id: UUID) -> SegmentModel:
    """Show a segment."""
    return segment_view(state, state.segment(segment_id))


@handles(operations.UPDATE_SEGMENT)
def update_segment(
    state: State, segment_id: UUID, body: UpdateSegmentModel
) -> SegmentModel:
    """Change the fields that are present; null counts as absent."""
    segment = state.segment(segment_id)
    product = state.product_of(segment)
    access.require(state, product, "can_create_or_update_segments")
    name = given_or(body.name, segment.name)
    require_unique(name, state.segments_of(product), "segment", besides=segment)
    attribute = given_or(body.comparison_attribute, segment.comparison_attribute)
    if not attribute:
        raise Refused("comparison_attribute", "The attribute must not be empty.")
    value = given_or(body.comparison_value, segment.comparison_value)
    _require_fitting(state, value)
    segment.name = name
    segment.description = given_or(body.description, segment.description)
    segment.comparison_attribute = attribute
    segment.comparator = given_or(body.comparator, segment.comparator)
    segment.comparison_value = value
    segment.updater_id = state.caller.user_id
    segment.updated_at = state.clock()
    state.log(AuditLogType.SEGMENT_CHANGED, segment.name, product=product)
    return segment_view(state, segment)


@handles(operations.DELETE_SEGMENT)
def delete_segment(state: State, segment_id: UUID) -> None:
    """Delete a segment that nothing refers to."""
    segment = state.segment(segment_id)
    product = state.product_of(segment)
    access.require(state, product, "can_delete_segments")
    users = settings_using_segment(state, segment)
    if users:
        keys = ", ".join(sorted(state.settings[one].key for one in users))
        raise Refused((), f"The segment is in use by {keys}.")
    titles = titles_using_segment(state, segment)
    if titles:
        message = f"The segment is in use by change requests: {', '.join(titles)}."
        raise Refused((), message)
    product.segment_ids.remove(segment_id)
    del state.segments[segment_id]
    state.log(AuditLogType.SEGMENT_DELETED, segment.name, product=product)


def _require_fitting(state: State, comparison_value: str) -> None:
    limit = state.limits.comparison_value_length
    if not 1 <= len(comparison_value) <= limit:
        message = f"A comparison value has 1 to {limit} characters."
        raise Refused("comparison_value", message)
