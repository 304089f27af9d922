"""Models that only the group `configs` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from attrs import define, field

from configcat_mgmt.api.models.common import EvaluationVersion
from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class CreateConfigRequest:
    """Request body to create a config in a product."""

    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the config. 1 to 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the config. At most 1000 characters."""
    order: int | UnsetType | None = field(default=UNSET, metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown
    alphabetically."""
    evaluation_version: EvaluationVersion | UnsetType = UNSET
    """Whether the config has v1 or v2 flags; it cannot be changed later."""


@define(kw_only=True)
class UpdateConfigRequest:
    """Request body to update a config."""

    name: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Name of the config; omitted means unchanged. At most 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the config; omitted means unchanged. At most 1000 characters."""
    order: int | UnsetType | None = field(default=UNSET, metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown alphabetically.
    Omitted means unchanged."""
