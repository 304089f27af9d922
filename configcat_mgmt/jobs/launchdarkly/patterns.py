"""Reads regular expressions that only say where a literal text is."""

import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

Place: TypeAlias = Literal["equals", "starts", "ends", "contains"]
"""Where a text has to be."""

_LITERAL: Final = re.compile(r"(?:[^\\.^$*+?{}\[\]|()]|\\[^0-9A-Za-z])*")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_GROUP: Final = re.compile(r"\((?:\?:)?(.*)\)", re.DOTALL)
_SPLIT: Final = re.compile(r"(?<!\\)\|")
_ENDS_IN_ESCAPE: Final = re.compile(r"(?:^|[^\\])(?:\\\\)*\\$")


def literal_tests(pattern: str) -> list[tuple[Place, str]] | None:
    """Return the tests, any of which may hold, that a pattern stands for.

    Returns:
        Places and texts; None if the pattern is more than literals with anchors.
    """
    body, at_start = _without_start(pattern)
    body, at_end = _without_end(body)
    group = _GROUP.fullmatch(body)
    if group is None and _SPLIT.search(body) and (at_start or at_end):
        return None  # The anchor belongs to the first or last alternative alone.
    place: Place = (
        ("equals" if at_end else "starts")
        if at_start
        else ("ends" if at_end else "contains")
    )
    found: list[tuple[Place, str]] = []
    for text in _alternatives(group[1] if group else body):
        if text is None:
            return None
        found.append((place, text))
    return found


def _alternatives(body: str) -> Iterator[str | None]:
    for part in _SPLIT.split(body):
        yield _ESCAPED.sub(r"\1", part) if _LITERAL.fullmatch(part) else None


def _without_start(pattern: str) -> tuple[str, bool]:
    if pattern.startswith("^"):
        rest = pattern[1:]
        return (rest[2:], False) if rest.startswith(".*") else (rest, True)
    return pattern.removeprefix(".*"), False


def _without_end(body: str) -> tuple[str, bool]:
    if body.endswith("$") and not _ENDS_IN_ESCAPE.search(body[:-1]):
        rest = body[:-1]
        if rest.endswith(".*") and not _ENDS_IN_ESCAPE.search(rest[:-2]):
            return rest[:-2], False
        return rest, True
    if body.endswith(".*") and not _ENDS_IN_ESCAPE.search(body[:-2]):
        return body[:-2], False
    return body, False
