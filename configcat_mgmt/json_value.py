"""Defines the type of plain JSON data."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

JsonValue: TypeAlias = (
    "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)
"""The result type of `json.loads` and the argument type of `json.dumps`."""
