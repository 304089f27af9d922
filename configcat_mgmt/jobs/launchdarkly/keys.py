"""Makes keys, names and tags that ConfigCat accepts, the same in every import."""

import re
from collections.abc import Iterable
from typing import Final

import attrs

from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.launchdarkly.attributes import cut_with_hash
from configcat_mgmt.texts import clipped

LONGEST_NAME: Final = 255
"""Characters of keys, names and tags."""
LONGEST_HINT: Final = 1000
"""Characters of a hint."""

_INVALID: Final = re.compile(r"[^A-Za-z0-9_-]")
_LETTER: Final = re.compile(r"[A-Za-z]")


@attrs.define
class Keys:
    """Gives out keys of settings, which differ in more than case."""

    _taken: set[str] = attrs.field(factory=set[str], init=False)

    def take_all(self, wanted: Iterable[str]) -> dict[str, str]:
        """Return a key for each wanted one.

        Those that can stay as they are come first, then all others in their order, so
        the result does not depend on the order of the source.
        """
        ordered = sorted(set(wanted), key=lambda key: (valid_key(key) != key, key))
        return {key: self.take(key) for key in ordered}

    def take(self, wanted: str) -> str:
        """Return a key that nobody has, as close to the wanted one as possible."""
        return _unique(valid_key(wanted), self._taken, "_")


@attrs.define
class Names:
    """Gives out names, which differ in more than case."""

    _taken: set[str] = attrs.field(factory=set[str], init=False)

    def take(self, wanted: str, key: str | None = None) -> str:
        """Return a name that nobody has; the key in parentheses makes it unique."""
        name = wanted.strip() or key or "(no name)"
        if key is not None and name.casefold() in self._taken:
            name = f"{name} ({key})"
        return _unique(name, self._taken, " ")


def valid_key(key: str) -> str:
    """Return a key with only the characters that ConfigCat knows to accept."""
    valid = _INVALID.sub("_", key)
    return valid if _LETTER.match(valid) else f"x_{valid}"


def valid_tag(tag: str) -> str:
    """Return a tag that is not too long."""
    return tag if len(tag) <= LONGEST_NAME else cut_with_hash(tag, LONGEST_NAME)


def clip_hint(text: str | None, item: str, issues: IssueList) -> str | None:
    """Return a description as a hint, cut if it is too long."""
    if not text:
        return None
    if len(text) > LONGEST_HINT:
        issues.add("CC612", "Descriptions", item)
    return clipped(text, LONGEST_HINT)


def _unique(wanted: str, taken: set[str], separator: str) -> str:
    found = wanted if len(wanted) <= LONGEST_NAME else clipped(wanted, LONGEST_NAME)
    if separator == "_" and found != wanted:
        found = cut_with_hash(wanted, LONGEST_NAME)
    number = 1
    candidate = found
    while candidate.casefold() in taken:
        number += 1
        tail = f"{separator}{number}"
        candidate = f"{found[: LONGEST_NAME - len(tail)]}{tail}"
    taken.add(candidate.casefold())
    return candidate
