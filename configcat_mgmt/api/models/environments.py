"""Models that only the group `environments` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from attrs import define, field

from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class CreateEnvironmentModel:
    """Request body to create an environment in a product."""

    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the environment. 1 to 255 characters."""
    color: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Color of the environment, an RGB or HTML color code. At most 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the environment. At most 1000 characters."""
    order: int | UnsetType | None = field(default=UNSET, metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown
    alphabetically."""


@define(kw_only=True)
class UpdateEnvironmentModel:
    """Request body to update an environment."""

    name: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Name of the environment; omitted means unchanged. At most 255 characters."""
    color: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Color of the environment, an RGB or HTML color code; omitted means unchanged. At
    most 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the environment; omitted means unchanged. At most 1000
    characters."""
    order: int | UnsetType | None = field(default=UNSET, metadata={"format": "int32"})
    """Position in the list, counted from 0; equal positions are shown alphabetically.
    Omitted means unchanged."""
