"""Rules for names and setting keys.

Names are unique among siblings, and keys within a config, without regard to case. A
key starts with a letter and has no dot or white space.
Source:
https://configcat.com/docs/advanced/migration-from-launchdarkly-translation, T001, T002.
"""

from collections.abc import Iterable
from typing import Protocol

from configcat_mgmt.emulator.domain.refusals import Refused


class Named(Protocol):
    """A record with a name."""

    name: str


def require_unique(
    name: str, siblings: Iterable[Named], kind: str, *, besides: Named | None = None
) -> None:
    """Refuse an empty name, or one that a sibling already has in any case.

    Args:
        name: The requested name.
        siblings: The records among which the name must be unique.
        kind: The kind of the record, for the message.
        besides: The record that is renamed; its own name does not count.

    Raises:
        Refused: The name is empty or taken.
    """
    if not name:
        raise Refused("name", f"The name of a {kind} must not be empty.")
    wanted = name.casefold()
    for sibling in siblings:
        if sibling is not besides and sibling.name.casefold() == wanted:
            message = f"There is already a {kind} with the name {sibling.name}."
            raise Refused("name", message)


def is_visible(text: str) -> bool:
    """Return whether a text has no white space and no control characters."""
    return text.isprintable() and not any(map(str.isspace, text))


def require_key(key: str, taken: Iterable[str]) -> None:
    """Refuse a setting key that is malformed, or taken in any case.

    Args:
        key: The requested key.
        taken: The keys of the other settings of the config.

    Raises:
        Refused: The key does not start with a letter, has a dot or white space, or is
            taken.
    """
    if not key[:1].isalpha():
        raise Refused("key", "A key must start with a letter.")
    if "." in key or any(sign.isspace() for sign in key):
        raise Refused("key", "A key must not contain dots or white space.")
    wanted = key.casefold()
    for other in taken:
        if other.casefold() == wanted:
            raise Refused("key", f"There is already a setting with the key {other}.")
