"""What is wrong with a piece of data, and where."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import attrs

__all__ = ["InvalidData", "Path", "Problem", "Unfit", "excerpt", "json_type", "unfit"]

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


class Unfit(ValueError):  # noqa: N818
    """A single value does not fit; the text says why and never shows the value."""


class InvalidData(Exception):  # noqa: N818
    """Data does not fit its type; `problems` has everything that was found."""

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
            return type(value).__name__


def unfit(expected: str, value: object) -> Unfit:
    """Make the error for a value of the wrong type."""
    return Unfit(f"expected {expected}, got {json_type(value)}")


def excerpt(text: str) -> str:
    """Quote `text`, cut to a length that fits into a message."""
    if len(text) > _EXCERPT_LENGTH:
        text = text[:_EXCERPT_LENGTH] + "..."
    return json.dumps(text)


def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{excerpt(key)}]"
