"""Turns models into plain JSON data, and checks request bodies on the way."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Final, TypeAlias, cast
from uuid import UUID

from configcat_mgmt.core.codec.encode_body import Trail, Writer, make_writer, write_any
from configcat_mgmt.core.codec.problems import InvalidData, Problem
from configcat_mgmt.core.codec.scalars import format_datetime, is_finite
from configcat_mgmt.core.codec.schema import is_record, record_shape, slot_of
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET, UnsetType

__all__ = ["encode_body", "to_json"]

PlainWriter: TypeAlias = Callable[[object], JsonValue]


def encode_body(value: object, kind: object) -> JsonValue:
    """Check a request body and turn it into plain JSON data.

    Args:
        value: A model, or for a list of models any sequence of them. UUIDs and known
            enum values may also be given as text.
        kind: The type of the body, as the operation states it.

    Raises:
        InvalidData: With every problem: wrong types, missing fields, text or numbers
            out of range, naive times, plain dicts where a model belongs.
    """
    problems: list[Problem] = []
    data = _writer_of_kind(kind)(value, (), problems)
    if problems:
        raise InvalidData(problems)
    return data


@cache
def _writer_of_kind(kind: object) -> Writer:
    return make_writer(slot_of(kind))


def to_json(value: object) -> JsonValue:
    """Turn any model, enum, UUID, aware time, list or dict into plain JSON data.

    Fields that are `UNSET` are left out. Limits of fields are not looked at.

    Raises:
        ValueError: Something in it has no JSON form, and where.
    """
    try:
        return _plain(value)
    except (TypeError, ValueError, RecursionError):
        problems: list[Problem] = []
    # Out here, so that the error does not hold a thousand frames of a recursion.
    trail: Trail = ()
    write_any(value, trail, problems)
    message = str(InvalidData(problems)) if problems else "not JSON"
    raise ValueError(message)


def _plain(value: object) -> JsonValue:
    kind = value.__class__
    write = _plain_writers.get(kind)
    if write is None:
        write = _plain_writers[kind] = _make_plain_writer(kind)
    return write(value)


def _make_plain_writer(kind: type) -> PlainWriter:
    if is_record(kind):
        return _record_writer(kind)
    for known, write in _INHERITED_WRITERS.items():
        if issubclass(kind, known) and kind is not UnsetType:
            return write
    message = f"{kind.__name__} has no JSON form"
    raise TypeError(message)


def _record_writer(kind: type) -> PlainWriter:
    shape = record_shape(kind)
    values = shape.values
    names = [field.wire_name for field in shape.fields]

    def write(record: object) -> JsonValue:
        members: dict[str, JsonValue] = {}
        for name, value in zip(names, values(record), strict=True):
            if value.__class__ in _UNCHANGED:
                members[name] = cast("JsonValue", value)
            elif value is not UNSET:
                members[name] = _plain(value)
        return members

    return write


def _unchanged(value: object) -> JsonValue:
    return cast("JsonValue", value)


def _write_float(value: object) -> JsonValue:
    number = float(cast("float", value))
    if not is_finite(number):
        message = "not a finite number"
        raise ValueError(message)
    return number


def _write_list(value: object) -> JsonValue:
    return [_plain(item) for item in cast("Sequence[object]", value)]


def _write_dict(value: object) -> JsonValue:
    members: dict[str, JsonValue] = {}
    for key, item in cast("Mapping[object, object]", value).items():
        if not isinstance(key, str):
            message = "a key is not text"
            raise TypeError(message)
        members[str.__str__(key)] = _plain(item)
    return members


_UNCHANGED: Final[frozenset[type]] = frozenset({str, int, bool, type(None)})
_plain_writers: Final[dict[type, PlainWriter]] = {
    **dict.fromkeys(_UNCHANGED, _unchanged),
    float: _write_float,
    list: _write_list,
    dict: _write_dict,
}
_INHERITED_WRITERS: Final[Mapping[type, PlainWriter]] = {
    Enum: lambda value: _plain(cast("Enum", value).value),
    str: lambda value: str.__str__(cast("str", value)),
    int: lambda value: int(cast("int", value)),
    float: _write_float,
    UUID: str,
    datetime: lambda value: format_datetime(cast("datetime", value)),
    list: _write_list,
    tuple: _write_list,
    Mapping: _write_dict,
}
