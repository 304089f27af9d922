"""Models that only the group `tags` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from attrs import define, field

from configcat_mgmt.unset import UNSET, UnsetType


@define(kw_only=True)
class CreateTagModel:
    """Request body to create a tag in a product."""

    name: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the tag. 1 to 255 characters."""
    color: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Color of the tag: `panther`, `whale`, `salmon`, `lizard`, `canary`, `koala` or an
    HTML color code. At most 255 characters."""


@define(kw_only=True)
class UpdateTagModel:
    """Request body to update a tag."""

    name: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Name of the tag; omitted means unchanged. At most 255 characters."""
    color: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 255})
    """Color of the tag: `panther`, `whale`, `salmon`, `lizard`, `canary`, `koala` or an
    HTML color code; omitted means unchanged. At most 255 characters."""
