"""The limits of single values, and the words for breaking them."""

import difflib
from typing import Final

from configcat_mgmt.core.codec.problems import excerpt
from configcat_mgmt.core.codec.schema import (
    EnumShape,
    IntegerShape,
    NumberShape,
    TextShape,
)

__all__ = [
    "MAX_DEPTH",
    "NOT_A_DOUBLE",
    "NOT_A_UUID",
    "TOO_DEEP",
    "length_problem",
    "member_problem",
    "range_problem",
]

MAX_DEPTH: Final = 100
"""How deep lists and objects may nest where any JSON is allowed."""

TOO_DEEP: Final = f"nested more than {MAX_DEPTH} levels deep, or in itself"
NOT_A_DOUBLE: Final = "the number is not finite, or too large for a double"
NOT_A_UUID: Final = "expected a UUID, such as 08d86d63-2721-4da6-8c06-584521d516bc"

_SHOWN_MEMBERS: Final = 6


def length_problem(text: str, shape: TextShape) -> str | None:
    """Say what is wrong with the length of `text`, in characters."""
    length = len(text)
    if length < shape.min_length:
        if length == 0:
            return "must not be empty"
        return f"needs at least {shape.min_length} characters, has {length}"
    if shape.max_length is not None and length > shape.max_length:
        return f"may have at most {shape.max_length} characters, has {length}"
    return None


def range_problem(number: float, shape: IntegerShape | NumberShape) -> str | None:
    """Say what is wrong with the size of `number`."""
    if shape.minimum is not None and number < shape.minimum:
        return f"must be at least {shape.minimum}"
    if shape.maximum is not None and number > shape.maximum:
        return f"must be at most {shape.maximum}"
    return None


def member_problem(text: str, shape: EnumShape) -> str:
    """Say that `text` is no value of the enum, and which ones are."""
    values = difflib.get_close_matches(text, shape.members, n=1)
    values += [value for value in shape.members if value not in values]
    allowed = ", ".join(values[:_SHOWN_MEMBERS])
    more = len(values) - _SHOWN_MEMBERS
    if more > 0:
        allowed += f" and {more} more"
    return f"{excerpt(text)} is no {shape.kind.__name__}; allowed: {allowed}"
