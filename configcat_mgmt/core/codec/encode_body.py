"""Makes, for each type, a function that checks a value and turns it into JSON data."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

from configcat_mgmt.core.codec.problems import Path, Problem, json_type
from configcat_mgmt.core.codec.scalars import UUID_TEXT, format_datetime, is_finite
from configcat_mgmt.core.codec.schema import (
    BooleanShape,
    DateTimeShape,
    EnumShape,
    IntegerShape,
    ListShape,
    MapShape,
    NumberShape,
    RecordShape,
    Slot,
    TextShape,
    UuidShape,
    ValueShape,
    is_record,
    record_shape,
)
from configcat_mgmt.core.constraints import (
    MAX_DEPTH,
    NOT_A_DOUBLE,
    NOT_A_UUID,
    TOO_DEEP,
    length_problem,
    member_problem,
    range_problem,
)
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

__all__ = ["Trail", "Writer", "make_writer", "write_any"]

Trail: TypeAlias = "tuple[()] | tuple[Any, str | int]"
"""Where a value stands: the trail of what holds it, and its key there. Unlike a whole
path it costs the same at any depth, and nearly none is ever looked at."""

Writer: TypeAlias = "Callable[[object, Trail, list[Problem]], JsonValue]"
"""Returns a value as JSON data; adds to the problems, and then returns None."""


def make_writer(slot: Slot) -> Writer:
    """Make the function for a place of a type.

    Raises:
        TypeError: It is a type that no request has.
    """
    write = _make_writer(slot)
    if slot.nullable:
        return lambda value, trail, problems: (
            None if value is None else write(value, trail, problems)
        )
    return write


def _make_writer(slot: Slot) -> Writer:  # noqa: PLR0911 - one case per shape
    match slot.shape:
        case RecordShape(kind=kind):
            return record_writer(kind)
        case ListShape(item=item):
            return _list_writer(make_writer(item))
        case MapShape(value=value):
            return _map_writer(make_writer(value))
        case EnumShape() as shape:
            return _enum_writer(shape)
        case TextShape() as shape:
            return _text_writer(shape)
        case IntegerShape() as shape:
            return _integer_writer(shape)
        case NumberShape() as shape:
            return _number_writer(shape)
        case BooleanShape():
            return _write_boolean
        case UuidShape():
            return _write_uuid
        case DateTimeShape():
            return _write_datetime
        case ValueShape():
            return _write_value
        case _:
            return write_any


def _problem(trail: Trail, problems: list[Problem], message: str) -> JsonValue:
    path: Path = ()
    while trail:
        trail, key = trail
        path = (key, *path)
    problems.append(Problem(path, message))
    return None


def _not(
    expected: str,
    value: object,
    trail: Trail,
    problems: list[Problem],
) -> JsonValue:
    got = "UNSET" if value is UNSET else json_type(value)
    return _problem(trail, problems, f"expected {expected}, got {got}")


@cache
def record_writer(kind: type) -> Writer:
    """Make the function for a model."""
    shape = record_shape(kind)
    values = shape.values
    parts = [
        (
            field.wire_name,
            _make_writer(field.slot),
            field.optional,
            # An answer may lack what it should have; then the model has None there.
            field.slot.nullable or not shape.is_request,
        )
        for field in shape.fields
    ]

    def write(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
        if not isinstance(value, kind):
            return _not_the_model(kind, value, trail, problems)
        members: dict[str, JsonValue] = {}
        for part, item in zip(parts, values(value), strict=True):
            name, write_item, optional, nullable = part
            if item is UNSET:
                if not optional:
                    _problem((trail, name), problems, "required, but UNSET")
            elif item is not None:
                members[name] = write_item(item, (trail, name), problems)
            elif nullable:
                members[name] = None
            else:
                _problem((trail, name), problems, "must not be None")
        return members

    return write


def _not_the_model(
    kind: type,
    value: object,
    trail: Trail,
    problems: list[Problem],
) -> JsonValue:
    name = kind.__name__
    if isinstance(value, Mapping):
        hint = f"a plain dict is not taken here: make a {name}, or use client.call()"
        return _problem(trail, problems, f"expected {name}; {hint}")
    if is_record(type(value)):
        got = type(value).__name__
        return _problem(trail, problems, f"expected {name}, got {got}")
    return _not(name, value, trail, problems)


def _list_writer(write_item: Writer) -> Writer:
    def write(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
        if isinstance(value, (str, bytes, bytearray)) or not isinstance(
            value,
            Sequence,
        ):
            return _not("a list", value, trail, problems)
        items = cast("Sequence[object]", value)
        return [
            write_item(item, (trail, position), problems)
            for position, item in enumerate(items)
        ]

    return write


def _map_writer(write_item: Writer) -> Writer:
    def write(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
        if not isinstance(value, Mapping):
            return _not("a dict", value, trail, problems)
        members: dict[str, JsonValue] = {}
        for key, item in cast("Mapping[object, object]", value).items():
            name = _key(key, trail, problems)
            members[name] = write_item(item, (trail, name), problems)
        return members

    return write


def _key(key: object, trail: Trail, problems: list[Problem]) -> str:
    if not isinstance(key, str):
        _not("text as a key", key, trail, problems)
        return ""
    return _checked_text(str.__str__(key), trail, problems)


def _checked_text(text: str, trail: Trail, problems: list[Problem]) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            _problem(
                trail, problems, "has half of a surrogate pair, which no one reads"
            )
            return ""
    return text


def _text_writer(shape: TextShape) -> Writer:
    least, greatest = shape.min_length, shape.max_length

    def write(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
        if not isinstance(value, str):
            return _not("text", value, trail, problems)
        text = str.__str__(value)
        length = len(text)
        if length < least or (greatest is not None and length > greatest):
            _problem(trail, problems, length_problem(text, shape) or "")
        return text if text.isascii() else _checked_text(text, trail, problems)

    return write


def _enum_writer(shape: EnumShape) -> Writer:
    kind, members = shape.kind, shape.members

    def write(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
        if isinstance(value, kind):
            return _checked_text(str.__str__(value), trail, problems)
        if not isinstance(value, str):
            return _not(kind.__name__, value, trail, problems)
        if isinstance(value, OpenEnum):
            message = f"expected {kind.__name__}, got {type(value).__name__}"
            return _problem(trail, problems, message)
        text = str.__str__(value)
        if text not in members:
            return _problem(trail, problems, member_problem(text, shape))
        return text

    return write


def _integer_writer(shape: IntegerShape) -> Writer:
    def write(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
        if not isinstance(value, int) or isinstance(value, bool):
            return _not("a whole number", value, trail, problems)
        message = range_problem(value, shape)
        if message:
            return _problem(trail, problems, message)
        return int(value)

    return write


def _number_writer(shape: NumberShape) -> Writer:
    def write(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return _not("a number", value, trail, problems)
        if not is_finite(value):
            return _problem(trail, problems, NOT_A_DOUBLE)
        message = range_problem(value, shape)
        if message:
            return _problem(trail, problems, message)
        return int(value) if isinstance(value, int) else float(value)

    return write


def _write_boolean(
    value: object,
    trail: Trail,
    problems: list[Problem],
) -> JsonValue:
    if not isinstance(value, bool):
        return _not("a boolean", value, trail, problems)
    return value


def _write_uuid(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        return _not("a UUID", value, trail, problems)
    if not UUID_TEXT.fullmatch(value):
        return _problem(trail, problems, NOT_A_UUID)
    return value.lower()


def _write_datetime(
    value: object,
    trail: Trail,
    problems: list[Problem],
) -> JsonValue:
    if not isinstance(value, datetime):
        return _not("a datetime", value, trail, problems)
    try:
        return format_datetime(value)
    except ValueError as error:
        return _problem(trail, problems, str(error))


def _write_value(value: object, trail: Trail, problems: list[Problem]) -> JsonValue:
    if not isinstance(value, (bool, str, int, float)):
        return _not("a boolean, text or a number", value, trail, problems)
    return write_any(value, trail, problems)


def write_any(  # noqa: PLR0911 - one case per kind of value
    value: object,
    trail: Trail,
    problems: list[Problem],
    depth: int = 0,
) -> JsonValue:
    """Turn any JSON value, model, enum, UUID or time into JSON data."""
    if depth > MAX_DEPTH:
        return _problem(trail, problems, TOO_DEEP)
    match value:
        case None | bool():
            return value
        case Enum() if value is not UNSET:
            return write_any(value.value, trail, problems, depth + 1)
        case str():
            return _checked_text(str.__str__(value), trail, problems)
        case int() | float():
            return _NUMBER_WRITER(value, trail, problems)
        case UUID():
            return str(value)
        case datetime():
            return _write_datetime(value, trail, problems)
        case Mapping():
            members: dict[str, JsonValue] = {}
            for key, item in cast("Mapping[object, object]", value).items():
                name = _key(key, trail, problems)
                members[name] = write_any(item, (trail, name), problems, depth + 1)
            return members
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return [
                write_any(item, (trail, position), problems, depth + 1)
                for position, item in enumerate(items)
            ]
        case _ if is_record(type(value)):
            return record_writer(cast("type", type(value)))(value, trail, problems)
        case _:
            return _not("a JSON value", value, trail, problems)


_NUMBER_WRITER: Final = _number_writer(NumberShape())
