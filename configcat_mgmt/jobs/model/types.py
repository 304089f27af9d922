"""What the fields of snapshots and plans are made of, for writing and reading them."""

import types
from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias, Union, cast, get_args, get_origin
from uuid import UUID

import attrs

KIND: Final = "kind"
"""The entry that names the class where a field may hold one of several records."""

Field: TypeAlias = "attrs.Attribute[object]"

_TEXTS: Final[tuple[object, ...]] = (UUID, datetime)


def fields_of(kind: type) -> tuple[Field, ...]:
    """Return the fields of an attrs class, in order."""
    return cast("tuple[Field, ...]", attrs.fields(kind))


def default_of(field: Field) -> object:
    """Return the default of a field, `attrs.NOTHING` if it has to be given."""
    default: object = field.default
    factory = getattr(default, "factory", None)
    return default if factory is None else factory()


def union_members(hint: object) -> tuple[object, ...]:
    """Return the members of a union; none for any other type."""
    is_union = get_origin(hint) in (Union, types.UnionType)
    return get_args(hint) if is_union else ()


def record_types(hints: tuple[object, ...]) -> list[type]:
    """Return those that are attrs classes."""
    return [hint for hint in hints if isinstance(hint, type) and attrs.has(hint)]


def text_types(hints: tuple[object, ...]) -> list[object]:
    """Return those that stand as text in JSON, though they are none."""
    return [hint for hint in hints if any(hint is text for text in _TEXTS)]


def tuple_types(hints: tuple[object, ...]) -> list[object]:
    """Return those that are tuples."""
    return [hint for hint in hints if get_origin(hint) is tuple]


def mapping_types(hints: tuple[object, ...]) -> list[object]:
    """Return those that are mappings from text."""
    return [hint for hint in hints if get_origin(hint) is Mapping]


def is_free(hint: object) -> bool:
    """Tell whether a field holds JSON data of any form."""
    text = getattr(hint, "__forward_arg__", hint)
    # The alias of JSON data refers to itself, so it is a text at run time.
    return isinstance(text, str)
