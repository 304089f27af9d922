"""Models that only the group `me` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from attrs import define, field


@define
class MeModel:
    """The user whose credentials are used."""

    email: str = field(metadata={"essential": True})
    """E-mail address of the user."""
    full_name: str
    """Full name of the user."""
