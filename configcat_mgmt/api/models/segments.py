"""Models that only the group `segments` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.api.models.common import ProductModel, RolloutRuleComparator
from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class CreateSegmentModel:
    """Request body to create a segment in a product."""

    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the segment. 1 to 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the segment. At most 1000 characters."""
    comparison_attribute: str = field(metadata={"min_length": 1, "max_length": 1000})
    """Name of the user attribute to compare. 1 to 1000 characters."""
    comparator: RolloutRuleComparator
    """How the attribute is compared."""
    comparison_value: str = field(metadata={"min_length": 1})
    """Text to compare with; a comma-separated list for list comparators. At least 1
    character."""


@define
class SegmentListModel:
    """A segment as listed for its product: with its usage, without its condition."""

    product: ProductModel
    """Product it belongs to."""
    segment_id: UUID = field(metadata={"essential": True})
    """Id of the segment."""
    name: str
    """Name of the segment."""
    description: str | None
    """Description of the segment; null if there is none."""
    creator_email: str | None
    """E-mail address of the user who created it."""
    creator_full_name: str | None
    """Full name of the user who created it."""
    created_at: datetime
    """Time of creation."""
    last_updater_email: str | None
    """E-mail address of the user who changed it last."""
    last_updater_full_name: str | None
    """Full name of the user who changed it last."""
    updated_at: datetime
    """Time of the last change."""
    usage: int = field(metadata={"format": "int32"})
    """Number of settings that use the segment."""


@define
class SegmentModel:
    """A segment of a product: a group of users defined by one condition."""

    product: ProductModel
    """Product it belongs to."""
    segment_id: UUID = field(metadata={"essential": True})
    """Id of the segment."""
    name: str
    """Name of the segment."""
    description: str | None
    """Description of the segment; null if there is none."""
    creator_email: str | None
    """E-mail address of the user who created it."""
    creator_full_name: str | None
    """Full name of the user who created it."""
    created_at: datetime
    """Time of creation."""
    last_updater_email: str | None
    """E-mail address of the user who changed it last."""
    last_updater_full_name: str | None
    """Full name of the user who changed it last."""
    updated_at: datetime
    """Time of the last change."""
    comparison_attribute: str
    """Name of the user attribute to compare."""
    comparator: RolloutRuleComparator
    """How the attribute is compared."""
    comparison_value: str
    """Text to compare with; a comma-separated list for list comparators."""


@define(kw_only=True)
class UpdateSegmentModel:
    """Request body to update a segment."""

    name: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Name of the segment; omitted means unchanged. At most 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the segment; omitted means unchanged. At most 1000 characters."""
    comparison_attribute: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Name of the user attribute to compare; omitted means unchanged. At most 1000
    characters."""
    comparator: RolloutRuleComparator | UnsetType | None = UNSET
    """How the attribute is compared; omitted means unchanged."""
    comparison_value: str | UnsetType | None = UNSET
    """Text to compare with; a comma-separated list for list comparators. Omitted means
    unchanged."""
