"""Problems of a piece of data: what does not fit, and where."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

import attrs

from configcat_mgmt.unset import UNSET

__all__ = [
    "InvalidData",
    "Path",
    "Problem",
    "Unfit",
    "collected",
    "collected_members",
    "excerpt",
    "json_type",
    "problems_of",
    "unfit",
]

V = TypeVar("V")
R = TypeVar("R")

Path: TypeAlias = "tuple[str | int, ...]"
"""Keys and list positions from the top of the data down to a value."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHOWN = 10
_EXCERPT_LENGTH = 60


@attrs.frozen
class Problem:
    """One thing that is wrong, such as `expected text, got null @ $.settings[3].key`.

    Messages never show the data itself, which may be secret; names of fields and enum
    values are the exception.
    """

    path: Path
    message: str

    def __str__(self) -> str:
        """Return `message @ path`."""
        steps = "".join(_step(key) for key in self.path)
        return f"{self.message} @ ${steps}"


class InvalidData(Exception):  # noqa: N818
    """Data does not fit its type; `problems` lists everything that is wrong."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of the data."""
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Show the first problems and how many more there are."""
        shown = "; ".join(str(problem) for problem in self.problems[:_SHOWN])
        more = len(self.problems) - _SHOWN
        return f"{shown}; and {more} more" if more > 0 else shown


class Unfit(ValueError):  # noqa: N818
    """A single value does not fit; the text says why and never shows the value."""


def unfit(expected: str, value: object) -> Unfit:
    """Make the error for a value of the wrong type."""
    return Unfit(f"expected {expected}, got {json_type(value)}")


def problems_of(error: Exception, *place: str | int) -> list[Problem]:
    """Return the problems that a hook raised, with the place of the value in front."""
    if isinstance(error, InvalidData):
        return [Problem((*place, *p.path), p.message) for p in error.problems]
    missing = isinstance(error, KeyError)
    return [Problem(place, "required, but missing" if missing else str(error))]


def collected(
    items: Iterable[tuple[str | int, V]],
    hook: Callable[[V], R],
    problems: Iterable[Problem] = (),
) -> list[R]:
    """Apply a hook to each value, and go on after one that does not fit.

    Args:
        items: Key or position, and value.
        hook: Raises `Unfit` or `InvalidData`.
        problems: Those found before.

    Raises:
        InvalidData: With all problems, in the order of the items.
    """
    found = list(problems)
    made: list[R] = []
    for place, value in items:
        try:
            made.append(hook(value))
        except (Unfit, InvalidData) as error:
            found += problems_of(error, place)
    if found:
        raise InvalidData(found)
    return made


def collected_members(
    members: Mapping[object, V],
    read_key: Callable[[str], str],
    hook: Callable[[V], R],
) -> dict[str, R]:
    """Apply hooks to the keys and values of a dict, as `collected` does."""
    keys: list[str] = []
    problems: list[Problem] = []
    for key in members:
        try:
            if not isinstance(key, str):
                raise unfit("text as a key", key)
            keys.append(read_key(key))
        except Unfit as error:
            problems += problems_of(error)
    names = (str(key) for key in members)
    made = collected(zip(names, members.values(), strict=True), hook, problems)
    return dict(zip(keys, made, strict=True))


def json_type(value: object) -> str:
    """Name the type of `value` in the words of JSON, without showing it."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "text"
        case int():
            return "a whole number"
        case float():
            return "a number"
        case Mapping():
            return "an object"
        case Sequence() if not isinstance(value, (bytes, bytearray)):
            return "a list"
        case _:
            return "UNSET" if value is UNSET else type(value).__name__


def excerpt(text: str) -> str:
    """Quote `text`, cut to a length that fits into a message."""
    if len(text) > _EXCERPT_LENGTH:
        text = text[:_EXCERPT_LENGTH] + "..."
    return json.dumps(text)


def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{excerpt(key)}]"
