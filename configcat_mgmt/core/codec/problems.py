"""Problems of a piece of data: what does not fit, and where."""

import json
import re
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

import attrs

from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.unset import UNSET

Hook: TypeAlias = Callable[[object], object]
"""Converts a value, or raises `Unfit` for it or `InvalidData` for a part of it."""

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the top of the data down to a value."""

Item: TypeAlias = tuple[Path, Hook, object]
"""A value, the hook to apply and the path from the data around it."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHOWN = 10
_EXCERPT_LENGTH = 60
_TYPES: tuple[tuple[type | types.UnionType, str], ...] = (
    (type(None), "null"),
    (bool, "a boolean"),
    (OpenEnum, ""),
    (str, "text"),
    (int, "a whole number"),
    (float, "a number"),
    (Mapping, "an object"),
    (bytes | bytearray, ""),
    (Sequence, "a list"),
)


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
        return f"{self.message} @ ${self._place}"

    def in_argument(self, name: str) -> str:
        """Return the problem as that of an argument: `body.name: expected text`.

        Args:
            name: Name of the argument that holds the data.
        """
        return f"{name}{self._place}: {self.message}"

    @property
    def _place(self) -> str:
        return "".join(map(_step, self.path))


class InvalidData(Exception):  # noqa: N818
    """Data does not fit its type; `problems` lists everything that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order of the data."""
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Show the first problems and how many more there are."""
        shown = "; ".join(map(str, self.problems[:_SHOWN]))
        more = len(self.problems) - _SHOWN
        return f"{shown}; and {more} more" if more > 0 else shown


class Unfit(ValueError):  # noqa: N818
    """A single value does not fit; the text says why and never shows the value."""


def unfit(expected: str, value: object) -> Unfit:
    """Make the error for a value of the wrong type."""
    return Unfit(f"expected {expected}, got {json_type(value)}")


def collected(items: Iterable[Item]) -> list[object]:
    """Apply hooks to values, and return the results.

    Raises:
        InvalidData: With the problems of all values, at their paths.
    """
    found: list[Problem] = []
    made: list[object] = []
    for path, hook, value in items:
        try:
            made.append(hook(value))
        except Unfit as error:
            found.append(Problem(path, str(error)))
        except InvalidData as error:
            found += [Problem(path + one.path, one.message) for one in error.problems]
    if found:
        raise InvalidData(found)
    return made


def json_type(value: object) -> str:
    """Name the type of `value` in the words of JSON, without showing it."""
    name = next((name for kind, name in _TYPES if isinstance(value, kind)), "")
    return name or ("UNSET" if value is UNSET else type(value).__name__)


def excerpt(text: str) -> str:
    """Quote `text`, cut to a length that fits into a message."""
    cut = text[:_EXCERPT_LENGTH]
    return json.dumps(cut if cut == text else f"{cut}...")


def _step(key: str | int) -> str:
    if isinstance(key, str) and _PLAIN_KEY.fullmatch(key):
        return f".{key}"
    return f"[{key if isinstance(key, int) else excerpt(key)}]"
