"""Models that only the group `sdk_keys` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from attrs import define, field

from configcat_mgmt.unset import hidden


@define
class SdkKeysModel:
    """The SDK keys of a config in an environment."""

    primary: str = field(repr=hidden, metadata={"essential": True})
    """Primary SDK key, a secret."""
    secondary: str | None = field(repr=hidden)
    """Secondary SDK key, a secret; null if there is none."""
