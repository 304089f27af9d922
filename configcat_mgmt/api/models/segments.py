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

    name: str = field(
        metadata={"json": "name", "min_length": 1, "max_length": 255, "required": True},
    )
    """Name of the segment. 1 to 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "description",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Description of the segment. At most 1000 characters."""
    comparison_attribute: str = field(
        metadata={
            "json": "comparisonAttribute",
            "min_length": 1,
            "max_length": 1000,
            "required": True,
        },
    )
    """Name of the user attribute to compare. 1 to 1000 characters."""
    comparator: RolloutRuleComparator = field(
        metadata={"json": "comparator", "required": True},
    )
    """How the attribute is compared."""
    comparison_value: str = field(
        metadata={"json": "comparisonValue", "min_length": 1, "required": True},
    )
    """Text to compare with; a comma-separated list for list comparators. At least 1
    character."""


@define
class SegmentListModel:
    """A segment as listed for its product: with its usage, without its condition."""

    product: ProductModel = field(metadata={"json": "product"})
    """Product it belongs to."""
    segment_id: UUID = field(
        metadata={"json": "segmentId", "format": "uuid", "essential": True},
    )
    """Id of the segment."""
    name: str = field(metadata={"json": "name"})
    """Name of the segment."""
    description: str | None = field(metadata={"json": "description", "nullable": True})
    """Description of the segment; null if there is none."""
    creator_email: str | None = field(
        metadata={"json": "creatorEmail", "nullable": True},
    )
    """E-mail address of the user who created it."""
    creator_full_name: str | None = field(
        metadata={"json": "creatorFullName", "nullable": True},
    )
    """Full name of the user who created it."""
    created_at: datetime = field(metadata={"json": "createdAt", "format": "date-time"})
    """Time of creation."""
    last_updater_email: str | None = field(
        metadata={"json": "lastUpdaterEmail", "nullable": True},
    )
    """E-mail address of the user who changed it last."""
    last_updater_full_name: str | None = field(
        metadata={"json": "lastUpdaterFullName", "nullable": True},
    )
    """Full name of the user who changed it last."""
    updated_at: datetime = field(metadata={"json": "updatedAt", "format": "date-time"})
    """Time of the last change."""
    usage: int = field(metadata={"json": "usage", "format": "int32"})
    """Number of settings that use the segment."""


@define
class SegmentModel:
    """A segment of a product: a group of users defined by one condition."""

    product: ProductModel = field(metadata={"json": "product"})
    """Product it belongs to."""
    segment_id: UUID = field(
        metadata={"json": "segmentId", "format": "uuid", "essential": True},
    )
    """Id of the segment."""
    name: str = field(metadata={"json": "name"})
    """Name of the segment."""
    description: str | None = field(metadata={"json": "description", "nullable": True})
    """Description of the segment; null if there is none."""
    creator_email: str | None = field(
        metadata={"json": "creatorEmail", "nullable": True},
    )
    """E-mail address of the user who created it."""
    creator_full_name: str | None = field(
        metadata={"json": "creatorFullName", "nullable": True},
    )
    """Full name of the user who created it."""
    created_at: datetime = field(metadata={"json": "createdAt", "format": "date-time"})
    """Time of creation."""
    last_updater_email: str | None = field(
        metadata={"json": "lastUpdaterEmail", "nullable": True},
    )
    """E-mail address of the user who changed it last."""
    last_updater_full_name: str | None = field(
        metadata={"json": "lastUpdaterFullName", "nullable": True},
    )
    """Full name of the user who changed it last."""
    updated_at: datetime = field(metadata={"json": "updatedAt", "format": "date-time"})
    """Time of the last change."""
    comparison_attribute: str = field(metadata={"json": "comparisonAttribute"})
    """Name of the user attribute to compare."""
    comparator: RolloutRuleComparator = field(metadata={"json": "comparator"})
    """How the attribute is compared."""
    comparison_value: str = field(metadata={"json": "comparisonValue"})
    """Text to compare with; a comma-separated list for list comparators."""


@define(kw_only=True)
class UpdateSegmentModel:
    """Request body to update a segment."""

    name: str | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "name", "min_length": 0, "max_length": 255, "nullable": True},
    )
    """Name of the segment; left out means unchanged. At most 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "description",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Description of the segment; left out means unchanged. At most 1000 characters."""
    comparison_attribute: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "comparisonAttribute",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Name of the user attribute to compare; left out means unchanged. At most 1000
    characters."""
    comparator: RolloutRuleComparator | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "comparator", "nullable": True},
    )
    """How the attribute is compared; left out means unchanged."""
    comparison_value: str | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "comparisonValue", "nullable": True},
    )
    """Text to compare with; a comma-separated list for list comparators. Left out means
    unchanged."""
