"""Makes, for each model, a straight function that reads it from an answer.

The functions check every type, and raise one of `UNFIT` when something is odd; which
and where, the careful reader finds out in a second look.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Protocol, cast

from configcat_mgmt.core.decode_careful import read_carefully, stopgap
from configcat_mgmt.core.problems import InvalidData
from configcat_mgmt.core.scalars import (
    is_finite,
    known_uuids,
    parse_datetime,
    parse_uuid,
)
from configcat_mgmt.core.shapes import (
    AnyShape,
    BooleanShape,
    DateTimeShape,
    EnumShape,
    FieldShape,
    IntegerShape,
    ListShape,
    MapShape,
    NumberShape,
    RecordShape,
    Slot,
    TextShape,
    UuidShape,
    ValueShape,
)
from configcat_mgmt.enums import OpenEnum

__all__ = ["UNFIT", "Reader", "make_reader", "make_record_reader", "read_enum"]


class Reader(Protocol):
    """Reads a value; the second argument is there for cattrs, and not looked at."""

    def __call__(self, data: object, kind: object = None, /) -> object:
        """Return `data` as Python, or raise one of `UNFIT`."""
        ...


class _UnfitError(ValueError):
    """A value does not fit; the careful reader says which and why."""


UNFIT: Final = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    InvalidData,
)
"""Everything that a fast function may raise for data that does not fit."""


def make_record_reader(
    shape: RecordShape,
    reader_of: Callable[[type], Reader],
) -> Reader:
    """Make the function that reads a model from the dict of its fields.

    Args:
        shape: The model.
        reader_of: Gives the function for a model inside it.
    """
    if shape.is_request:
        return _careful(shape.kind)
    scope: dict[str, object] = {"kind": shape.kind, "Unfit": _UnfitError}
    places = [f"v{index}" for index in range(len(shape.fields))]
    names = [repr(field.wire_name) for field in shape.fields]
    lines = [
        "def read(data, _=None):",
        " if data.__class__ is not dict: raise Unfit",
        # Subscripts are twice as fast as `get`, and a field is rarely missing.
        " try:",
        *(f"  {v} = data[{n}]" for v, n in zip(places, names, strict=True)),
        "  pass",
        " except KeyError:",
        "  get = data.get",
        *(f"  {v} = get({n})" for v, n in zip(places, names, strict=True)),
    ]
    for place, field in zip(places, shape.fields, strict=True):
        lines += (" " + line for line in _field_lines(place, field, scope, reader_of))
    lines.append(f" return kind({', '.join(places)})")
    name = f"<reader of {shape.kind.__name__}>"
    # The text is made of names of fields of a model class and of nothing else.
    exec(compile("\n".join(lines), name, "exec"), scope)  # noqa: S102
    return cast("Reader", scope["read"])


def make_reader(slot: Slot, reader_of: Callable[[type], Reader]) -> Reader:
    """Make the function that reads a value which is no field, such as a list."""
    read = _make_reader(slot, reader_of)
    if not slot.nullable or isinstance(slot.shape, AnyShape):
        return read

    def read_nullable(data: object, _: object = None) -> object:
        return None if data is None else read(data)

    return read_nullable


def _careful(kind: type) -> Reader:
    def read(data: object, _: object = None) -> object:
        return read_carefully(data, kind, strict=False)

    return read


def _make_reader(slot: Slot, reader_of: Callable[[type], Reader]) -> Reader:
    match slot.shape:
        case RecordShape(kind=kind):
            return reader_of(kind)
        case EnumShape(kind=kind):
            return _enum_reader(kind)
        case ListShape(item=item):
            return _list_reader(make_reader(item, reader_of))
        case MapShape(value=value):
            return _map_reader(make_reader(value, reader_of))
        case shape:
            return _SCALAR_READERS[type(shape)]


def _list_reader(read_item: Reader) -> Reader:
    def read(data: object, _: object = None) -> list[object]:
        if data.__class__ is not list:
            raise _UnfitError
        return [read_item(item) for item in cast("list[object]", data)]

    return read


def _map_reader(read_value: Reader) -> Reader:
    def read(data: object, _: object = None) -> dict[str, object]:
        if data.__class__ is not dict:
            raise _UnfitError
        members = cast("dict[str, object]", data)
        return {key: read_value(value) for key, value in members.items()}

    return read


def _enum_reader(enum: type[OpenEnum]) -> Reader:
    return lambda data, _=None: read_enum(data, enum)


def read_enum(data: object, enum: type[OpenEnum]) -> OpenEnum:
    """Read an enum value; unknown ones are kept."""
    if data.__class__ is not str:
        raise _UnfitError
    return enum(data)


def _exactly(kind: type) -> Reader:
    def read(data: object, _: object = None) -> object:
        if data.__class__ is not kind:
            raise _UnfitError
        return data

    return read


def _read_number(data: object, _: object = None) -> float:
    if data.__class__ not in _NUMBERS or not is_finite(cast("float", data)):
        raise _UnfitError
    return float(cast("float", data))


def _read_value(data: object, _: object = None) -> object:
    if data.__class__ is float:
        return _read_number(data)
    if data.__class__ not in _VALUES:
        raise _UnfitError
    return data


def _read_uuid(data: object, _: object = None) -> object:
    if not isinstance(data, str):
        raise _UnfitError
    return known_uuids.get(data) or parse_uuid(data)


def _read_datetime(data: object, _: object = None) -> object:
    if not isinstance(data, str):
        raise _UnfitError
    return parse_datetime(data)


def _read_any(data: object, _: object = None) -> object:
    return data


_NUMBERS: Final = frozenset({int, float})
_VALUES: Final = frozenset({bool, str, int})
_SCALAR_READERS: Final[Mapping[type, Reader]] = {
    AnyShape: _read_any,
    BooleanShape: _exactly(bool),
    DateTimeShape: _read_datetime,
    IntegerShape: _exactly(int),
    NumberShape: _read_number,
    TextShape: _exactly(str),
    UuidShape: _read_uuid,
    ValueShape: _read_value,
}


def _field_lines(
    place: str,
    field: FieldShape,
    scope: dict[str, object],
    reader_of: Callable[[type], Reader],
) -> Iterator[str]:
    """Write the statements that check and convert the value in `place`.

    A missing field looks like null here. Null is let through, or replaced, unless the
    field is essential.
    """
    unless_null = "" if field.essential else f" and {place} is not None"
    match field.slot.shape:
        case AnyShape():
            pass
        case TextShape():
            yield f"if {place}.__class__ is not str{unless_null}: raise Unfit"
        case IntegerShape():
            yield f"if {place}.__class__ is not int{unless_null}: raise Unfit"
        case BooleanShape():
            yield (
                f"if {place} is not True and {place} is not False{unless_null}:"
                " raise Unfit"
            )
        case ListShape(item=item):
            helper = place.replace("v", "r")
            scope[helper] = make_reader(item, reader_of)
            yield from _list_lines(place, field, helper)
        case _:
            value = _value_expression(place, field.slot, scope, reader_of)
            if field.essential:
                yield f"{place} = {value}"
            else:
                yield f"if {place} is not None: {place} = {value}"
                yield from _stopgap_lines(place, field.slot)


def _value_expression(
    place: str,
    slot: Slot,
    scope: dict[str, object],
    reader_of: Callable[[type], Reader],
) -> str:
    """Return an expression for what is in `place`, which raises if it does not fit."""
    helper = place.replace("v", "r")
    match slot.shape:
        case UuidShape():
            scope.update(known_uuid=known_uuids.get, parse_uuid=parse_uuid)
            return f"known_uuid({place}) or parse_uuid({place})"
        case DateTimeShape():
            scope["parse_datetime"] = parse_datetime
            return f"parse_datetime({place})"
        case EnumShape(kind=kind, members=members):
            scope[helper] = kind
            scope[f"{helper}_known"] = members.get
            return f"{helper}_known({place}) or {helper}({place})"
        case _:
            scope[helper] = _make_reader(slot, reader_of)
            return f"{helper}({place})"


def _stopgap_lines(place: str, slot: Slot) -> Iterator[str]:
    stand_in = stopgap(slot)
    if stand_in is not None:
        yield f"else: {place} = {stand_in!r}"


def _list_lines(place: str, field: FieldShape, item: str) -> Iterator[str]:
    """Write the statements for a list; most lists are empty, and stay as they are."""
    yield f"if {place}.__class__ is list:"
    yield f" if {place}: {place} = [{item}(item) for item in {place}]"
    if field.essential:
        yield "else: raise Unfit"
    else:
        yield f"elif {place} is not None: raise Unfit"
        yield from _stopgap_lines(place, field.slot)
