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

    name: str = field(
        metadata={"json": "name", "min_length": 1, "max_length": 255, "required": True},
    )
    """Name of the config. 1 to 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "description",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Description of the config. At most 1000 characters."""
    order: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "order", "format": "int32", "nullable": True},
    )
    """Position in the list, counted from 0; equal positions are shown alphabetically.
    From -2147483648 to 2147483647."""
    evaluation_version: EvaluationVersion | UnsetType = field(
        default=UNSET,
        metadata={"json": "evaluationVersion"},
    )
    """Whether the config has v1 or v2 flags; it cannot be changed later."""


@define(kw_only=True)
class UpdateConfigRequest:
    """Request body to update a config."""

    name: str | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "name", "min_length": 0, "max_length": 255, "nullable": True},
    )
    """Name of the config; left out means unchanged. At most 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={
            "json": "description",
            "min_length": 0,
            "max_length": 1000,
            "nullable": True,
        },
    )
    """Description of the config; left out means unchanged. At most 1000 characters."""
    order: int | UnsetType | None = field(
        default=UNSET,
        metadata={"json": "order", "format": "int32", "nullable": True},
    )
    """Position in the list, counted from 0; equal positions are shown alphabetically.
    Left out means unchanged. From -2147483648 to 2147483647."""
