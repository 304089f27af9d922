"""Converts user attributes for the comparators.

Source: https://configcat.com/docs/sdk-reference/python#user-object-attribute-types.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeGuard

from tests.evaluator.versions import Version, read_version

User = Mapping[str, object]
"""Attributes by name: `Identifier`, `Email`, `Country` and any others."""

NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
WORDS: Final = {
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "+Infinity": float("inf"),
    "-Infinity": float("-inf"),
}


class CannotEvaluateError(Exception):
    """An attribute is missing or is of no use to a comparator."""


def attribute_of(user: User | None, name: str) -> object:
    """Return an attribute that has a value."""
    value = None if user is None else user.get(name)
    if value is None or value == "":
        raise CannotEvaluateError(name)
    return value


def splitter_of(user: User | None, name: str) -> object:
    """Return the attribute that users are split by, which may be an empty text."""
    value = None if user is None else user.get(name)
    if value is None:
        raise CannotEvaluateError(name)
    return value


def as_text(value: object) -> str:
    """Return how a text comparator, or a percentage split, sees an attribute."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, datetime):
        return _float_text(_seconds(value))
    if _is_text_list(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def as_version(value: object) -> Version:
    """Return how a semantic version comparator sees an attribute."""
    version = read_version(value.strip()) if isinstance(value, str) else None
    if version is None:
        raise CannotEvaluateError(value)
    return version


def as_number(value: object) -> float:
    """Return how a number comparator sees an attribute."""
    if isinstance(value, int | float):
        return float(value)
    number = read_number(value) if isinstance(value, str) else None
    if number is None:
        raise CannotEvaluateError(value)
    return number


def as_seconds(value: object) -> float:
    """Return how a date comparator sees an attribute: as Unix seconds."""
    if isinstance(value, datetime):
        return _seconds(value)
    return as_number(value)


def as_texts(value: object) -> list[str]:
    """Return how an array comparator sees an attribute."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise CannotEvaluateError(value) from None
    if not _is_text_list(value):
        raise CannotEvaluateError(value)
    return value


def read_number(text: str) -> float | None:
    """Read a decimal number with a point or a comma; None if it is none."""
    plain = text.strip().replace(",", ".")
    if plain in WORDS:
        return WORDS[plain]
    return float(plain) if NUMBER.fullmatch(plain) else None


def _is_text_list(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _seconds(value: datetime) -> float:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.timestamp()


def _float_text(value: float) -> str:
    """Write a number; the documentation leaves open how, so as Python does it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "0" if value == 0 else repr(value).removesuffix(".0")
