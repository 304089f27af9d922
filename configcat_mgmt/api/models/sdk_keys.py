"""Models that only the group `sdk_keys` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from attrs import define, field

from configcat_mgmt.unset import hidden


@define
class SdkKeysModel:
    """The SDK keys of a config in an environment."""

    primary: str = field(
        repr=hidden,
        metadata={"json": "primary", "essential": True, "secret": True},
    )
    """Primary SDK key, a secret."""
    secondary: str | None = field(
        repr=hidden,
        metadata={"json": "secondary", "nullable": True, "secret": True},
    )
    """Secondary SDK key, a secret; null if there is none."""
