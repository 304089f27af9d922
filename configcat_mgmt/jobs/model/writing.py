"""Snapshots and plans as plain JSON data.

Driven by the types of the records, so that a new field needs nothing here. Fields that
have their default are left out, and mappings are sorted by key, so that the same record
always gives the same text.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias, cast, get_args, get_origin

from configcat_mgmt.jobs.model.types import (
    KIND,
    default_of,
    fields_of,
    mapping_types,
    record_types,
    text_types,
    tuple_types,
    union_members,
)
from configcat_mgmt.json_value import JsonValue

_Writer: TypeAlias = Callable[[object], JsonValue]

_writers: Final[dict[object, _Writer]] = {}


def write_record(record: object) -> dict[str, JsonValue]:
    """Return an attrs record as plain JSON data.

    Raises:
        TypeError: A record is not of the class that its field states.
    """
    return cast("dict[str, JsonValue]", _writer(type(record))(record))


def _writer(hint: object) -> _Writer:
    found = _writers.get(hint)
    if found is None:
        found = _writers[hint] = _make_writer(hint)
    return found


def _make_writer(hint: object) -> _Writer:
    for kind in record_types((hint,)):
        return _record_writer(kind)
    if text_types((hint,)):
        return _write_text
    if members := union_members(hint):
        return _union_writer(members)
    origin = get_origin(hint)
    if origin is tuple:
        return _tuple_writer(get_args(hint))
    if origin is None or origin is Literal:
        return _write_plain
    return _mapping_writer(_writer(get_args(hint)[1]))


def _write_plain(value: object) -> JsonValue:
    return cast("JsonValue", value)


def _write_text(value: object) -> JsonValue:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _record_writer(kind: type) -> _Writer:
    parts = [
        (field.name, _writer(field.type), default_of(field))
        for field in fields_of(kind)
    ]

    def write(record: object) -> JsonValue:
        if type(record) is not kind:
            message = f"{type(record).__name__} stands where {kind.__name__} should"
            raise TypeError(message)
        found: dict[str, JsonValue] = {}
        for name, writer, default in parts:
            value: object = getattr(record, name)
            # 0 and False are equal, but not the same.
            if type(value) is not type(default) or value != default:
                found[name] = writer(value)
        return found

    return write


def _union_writer(members: tuple[object, ...]) -> _Writer:
    by_type: dict[object, _Writer] = {
        kind: _writer(kind) for kind in record_types(members)
    }
    texts = text_types(members)
    in_tuples = [_writer(kind) for kind in tuple_types(members)]
    in_mappings = [_writer(kind) for kind in mapping_types(members)]

    def write(value: object) -> JsonValue:
        kind = type(value)
        if kind in by_type:
            written = cast("dict[str, JsonValue]", by_type[kind](value))
            return {KIND: kind.__name__, **written} if len(by_type) > 1 else written
        if kind is tuple:
            return in_tuples[0](value)
        if in_mappings and isinstance(value, Mapping):
            return in_mappings[0](cast("object", value))
        return _write_text(value) if kind in texts else _write_plain(value)

    return write


def _tuple_writer(parts: tuple[object, ...]) -> _Writer:
    if parts[-1] is Ellipsis:
        item = _writer(parts[0])
        return lambda value: [item(one) for one in cast("tuple[object, ...]", value)]
    items = [_writer(part) for part in parts]

    def write(value: object) -> JsonValue:
        pairs = zip(items, cast("tuple[object, ...]", value), strict=True)
        return [item(one) for item, one in pairs]

    return write


def _mapping_writer(item: _Writer) -> _Writer:
    def write(value: object) -> JsonValue:
        mapping = cast("Mapping[str, object]", value)
        return {key: item(mapping[key]) for key in sorted(mapping)}

    return write
