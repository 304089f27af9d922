"""Makes, for each model, a straight function that reads it from an answer.

The functions check every type, and raise one of `UNFIT` when something is odd; which
and where, the careful reader finds out in a second look.
"""

import itertools
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Final, Protocol, cast

from configcat_mgmt.core.codec.decode_strict import read_carefully, stopgap
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.core.codec.scalars import (
    is_finite,
    known_uuids,
    parse_datetime,
    parse_uuid,
)
from configcat_mgmt.core.codec.schema import (
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
    """Reads a value; cattrs also hands over the type, which only enums look at."""

    def __call__(self, data: object, kind: object = None, /) -> object:
        """Return `data` as Python, or raise one of `UNFIT`."""
        ...


class _UnfitError(ValueError):
    """A value does not fit; the careful reader says which and why."""


UNFIT: Final = (ValueError, TypeError, LookupError, AttributeError, InvalidData)
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
    source = _Source(reader_of)
    source.add("def read(data, _=None):")
    with source.indented():
        made = source.record("data", shape)
        source.add(f"return {made}")
    return source.compiled(shape.kind.__name__)


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


_INLINE_SIZE: Final = 40
"""Values in a model up to which its statements stand right in those of the model around
it. A call per model is a tenth of the time; beyond this the text only gets longer."""


class _Source:
    """The text of a function that reads a model, and the names that it uses."""

    def __init__(self, reader_of: Callable[[type], Reader]) -> None:
        self._reader_of = reader_of
        self._lines: list[str] = []
        self._indent = ""
        self._numbers = itertools.count()
        self._scope: dict[str, object] = {
            "Unfit": _UnfitError,
            "known_uuid": known_uuids.get,
            "parse_uuid": parse_uuid,
            "parse_datetime": parse_datetime,
        }

    def compiled(self, name: str) -> Reader:
        """Return the function."""
        code = compile("\n".join(self._lines), f"<reader of {name}>", "exec")
        # The text is made of names of fields of a model class and of nothing else.
        exec(code, self._scope)  # noqa: S102
        return cast("Reader", self._scope["read"])

    def add(self, *lines: str) -> None:
        """Add statements at the current indentation."""
        self._lines += (self._indent + line for line in lines)

    @contextmanager
    def indented(self) -> Generator[None, None, None]:
        """Indent what is added meanwhile."""
        outer = self._indent
        self._indent += " "
        yield
        self._indent = outer

    def record(self, data: str, shape: RecordShape) -> str:
        """Add what reads a model from the dict in `data`; return where it will be."""
        places = [f"v{next(self._numbers)}" for _ in shape.fields]
        pairs = [
            (place, repr(field.wire_name))
            for place, field in zip(places, shape.fields, strict=True)
        ]
        if not pairs:
            self.add(f"if {data}.__class__ is not dict: raise Unfit")
        # Subscripts are twice as fast as `get`, and a field is rarely missing.
        self.add(
            "try:",
            " pass",
            *(f" {place} = {data}[{name}]" for place, name in pairs),
            "except KeyError:",
            f" get = {data}.get",
            *(f" {place} = get({name})" for place, name in pairs),
        )
        for place, field in zip(places, shape.fields, strict=True):
            self._field(place, field)
        made = f"v{next(self._numbers)}"
        # Past the constructor, which would do the same: models have no validators.
        self.add(f"{made} = {self._name(partial(object.__new__, shape.kind))}()")
        for place, field in zip(places, shape.fields, strict=True):
            self.add(f"{made}.{field.name} = {place}")
        return made

    def _name(self, value: object) -> str:
        name = f"c{next(self._numbers)}"
        self._scope[name] = value
        return name

    def _field(self, place: str, field: FieldShape) -> None:
        """Add the statements that check and convert the value in `place`.

        A missing field looks like null here. Null is let through, or replaced, unless
        the field is essential.
        """
        not_null = "" if field.essential else f"{place} is not None and "
        match field.slot.shape:
            case AnyShape():
                if field.essential:
                    self.add(f"if {place} is None: raise Unfit")
            case TextShape():
                self.add(f"if {not_null}{place}.__class__ is not str: raise Unfit")
            case IntegerShape():
                self.add(f"if {not_null}{place}.__class__ is not int: raise Unfit")
            case BooleanShape():
                wrong = f"{place} is not True and {place} is not False"
                self.add(f"if {not_null}{wrong}: raise Unfit")
            case ListShape(item=item):
                self._list(place, field, item)
            case _:
                self._converted(place, field)

    def _converted(self, place: str, field: FieldShape) -> None:
        if field.essential:
            self.add(f"{place} = {self._value(place, field.slot)}")
            return
        self.add(f"if {place} is not None:")
        with self.indented():
            self.add(f"{place} = {self._value(place, field.slot)}")
        self._stopgap(place, field.slot)

    def _value(self, place: str, slot: Slot) -> str:
        """Return an expression for what is in `place`, which raises if it is unfit."""
        match slot.shape:
            case UuidShape():
                return f"known_uuid({place}) or parse_uuid({place})"
            case DateTimeShape():
                return f"parse_datetime({place})"
            case EnumShape(kind=kind, members=members):
                known, make = self._name(members.get), self._name(kind)
                return f"{known}({place}) or {make}({place})"
            case RecordShape() as shape if _stands_inline(shape):
                return self.record(place, shape)
            case _:
                return f"{self._name(_make_reader(slot, self._reader_of))}({place})"

    def _list(self, place: str, field: FieldShape, item: Slot) -> None:
        self.add(f"if {place}.__class__ is list:")
        with self.indented():
            # Most lists are empty, and stay as they are.
            self.add(f"if {place}:")
            with self.indented():
                number = next(self._numbers)
                one, items = f"v{number}", f"l{number}"
                if item.nullable or not isinstance(item.shape, RecordShape):
                    read = self._name(make_reader(item, self._reader_of))
                    self.add(f"{place} = [{read}({one}) for {one} in {place}]")
                else:
                    self.add(f"{items} = []", f"for {one} in {place}:")
                    with self.indented():
                        self.add(f"{items}.append({self._value(one, item)})")
                    self.add(f"{place} = {items}")
        if field.essential:
            self.add("else: raise Unfit")
        else:
            self.add(f"elif {place} is not None: raise Unfit")
            self._stopgap(place, field.slot)

    def _stopgap(self, place: str, slot: Slot) -> None:
        stand_in = stopgap(slot)
        if stand_in is not None:
            self.add(f"else: {place} = {stand_in!r}")


def _stands_inline(shape: RecordShape) -> bool:
    return not shape.is_request and _size(shape) <= _INLINE_SIZE


def _size(shape: RecordShape) -> int:
    """Count the values in a model, with those of the models inside it."""
    total = 0
    for field in shape.fields:
        inner = field.slot.shape
        if isinstance(inner, ListShape):
            inner = inner.item.shape
        total += _size(inner) if isinstance(inner, RecordShape) else 1
    return total
