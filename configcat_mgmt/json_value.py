"""Defines the type of plain JSON data."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NewType, TypeAlias

if TYPE_CHECKING:
    JsonValue: TypeAlias = (
        bool
        | int
        | float
        | str
        | Sequence["JsonValue"]
        | Mapping[str, "JsonValue"]
        | None
    )
    """The result type of `json.loads` and the argument type of `json.dumps`."""
else:
    # `help()` and the documentation then show this name, and not its long definition.
    JsonValue = NewType("JsonValue", object)
