"""What the codec knows about a type, read from annotations and field metadata."""

import types
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Final, TypeAlias, Union, cast, get_args, get_origin
from uuid import UUID

import attrs

from configcat_mgmt.core.codec.scalars import INTEGER_RANGES
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.unset import UNSET, UnsetType

__all__ = [
    "AnyShape",
    "BooleanShape",
    "DateTimeShape",
    "EnumShape",
    "FieldShape",
    "IntegerShape",
    "ListShape",
    "MapShape",
    "NumberShape",
    "RecordShape",
    "Shape",
    "Slot",
    "TextShape",
    "UuidShape",
    "ValueShape",
    "is_record",
    "record_shape",
    "slot_of",
]


@attrs.frozen(eq=False)
class AnyShape:
    """Any JSON value."""


@attrs.frozen(eq=False)
class BooleanShape:
    """True or false."""


@attrs.frozen(eq=False)
class ValueShape:
    """The plain value of a setting: a boolean, a text or a number."""


@attrs.frozen(eq=False)
class UuidShape:
    """A UUID."""


@attrs.frozen(eq=False)
class DateTimeShape:
    """A moment."""


@attrs.frozen(eq=False)
class TextShape:
    """A text, with its least and greatest length in characters."""

    min_length: int = 0
    max_length: int | None = None


@attrs.frozen(eq=False)
class IntegerShape:
    """A whole number within a range, both ends included."""

    minimum: int | None = None
    maximum: int | None = None


@attrs.frozen(eq=False)
class NumberShape:
    """A double within a range, both ends included."""

    minimum: float | None = None
    maximum: float | None = None


@attrs.frozen(eq=False)
class EnumShape:
    """A value of an enum, by its text."""

    kind: type[OpenEnum]
    members: Mapping[str, OpenEnum]


@attrs.frozen(eq=False)
class ListShape:
    """A list."""

    item: "Slot"


@attrs.frozen(eq=False)
class MapShape:
    """A dict with text keys."""

    value: "Slot"


@attrs.frozen(eq=False)
class RecordShape:
    """A model."""

    kind: type
    fields: "tuple[FieldShape, ...]"
    by_wire_name: "Mapping[str, FieldShape]"
    is_request: bool
    """Users build it; so an answer cannot lack its fields, and null is no stopgap."""
    values: Callable[[object], tuple[object, ...]]
    """Gives the values of the fields of an instance, in their order."""


Shape: TypeAlias = (
    AnyShape
    | BooleanShape
    | ValueShape
    | UuidShape
    | DateTimeShape
    | TextShape
    | IntegerShape
    | NumberShape
    | EnumShape
    | ListShape
    | MapShape
    | RecordShape
)


@attrs.frozen(eq=False)
class Slot:
    """A place for a value: what belongs there, and whether null may."""

    shape: Shape
    nullable: bool = False


@attrs.frozen(eq=False)
class FieldShape:
    """A field of a model."""

    name: str
    wire_name: str
    slot: Slot
    optional: bool
    """May be `UNSET`."""
    essential: bool
    """An answer without it is of no use."""


_NO_METADATA: Final[Mapping[str, object]] = types.MappingProxyType({})
_VALUE_TYPES: Final = {bool, str, int, float}


def is_record(kind: object) -> bool:
    """Whether `kind` is a model class."""
    return isinstance(kind, type) and attrs.has(kind)


def slot_of(
    annotation: object,
    metadata: Mapping[str, object] = _NO_METADATA,
) -> Slot:
    """Read a type such as `list[TagModel] | None`, with the limits of its field.

    Raises:
        TypeError: It is a type that no model has.
    """
    options = [option for option in _options(annotation) if option is not UnsetType]
    kinds = [option for option in options if option is not types.NoneType]
    nullable = len(kinds) < len(options) or object in kinds
    if set(kinds) == _VALUE_TYPES:
        return Slot(ValueShape(), nullable=nullable)
    if len(kinds) != 1:
        message = f"the codec has no reading for {annotation!r}"
        raise TypeError(message)
    return Slot(_shape_of(kinds[0], metadata), nullable=nullable)


@cache
def record_shape(kind: type) -> RecordShape:
    """Read the fields of a model class."""
    attributes = attrs.fields(cast("type[attrs.AttrsInstance]", kind))
    fields = tuple(_field_shape(attribute) for attribute in attributes)
    return RecordShape(
        kind=kind,
        fields=fields,
        by_wire_name={field.wire_name: field for field in fields},
        is_request=any(attribute.kw_only for attribute in attributes),
        values=_value_getter([field.name for field in fields]),
    )


def _options(annotation: object) -> tuple[object, ...]:
    if isinstance(annotation, types.UnionType) or get_origin(annotation) is Union:
        return get_args(annotation)
    return (annotation,)


def _field_shape(attribute: "attrs.Attribute[object]") -> FieldShape:
    metadata = cast("Mapping[str, object]", attribute.metadata)
    return FieldShape(
        name=attribute.name,
        wire_name=str(metadata.get("json", attribute.name)),
        slot=slot_of(attribute.type, metadata),
        # `object` says nothing of UNSET, but the default does.
        optional=attribute.default is UNSET or UnsetType in _options(attribute.type),
        essential=metadata.get("essential") is True,
    )


def _value_getter(names: list[str]) -> Callable[[object], tuple[object, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    # attrgetter gives a bare value for one name, and takes none.
    return lambda record: tuple(getattr(record, name) for name in names)


def _shape_of(kind: object, metadata: Mapping[str, object]) -> Shape:
    arguments = get_args(kind)
    if get_origin(kind) is list:
        # The format of a list is that of its elements; its limits would be its own.
        element = {key: metadata[key] for key in ("format",) if key in metadata}
        return ListShape(slot_of(arguments[0], element))
    if get_origin(kind) is dict and arguments[0] is str:
        return MapShape(slot_of(arguments[1]))
    if isinstance(kind, type):
        kind = cast("type[object]", kind)
        if issubclass(kind, OpenEnum):
            return EnumShape(kind, {str(member.value): member for member in kind})
        if attrs.has(kind):
            return record_shape(kind)
        simple = _SIMPLE_SHAPES.get(kind)
        if simple is not None:
            return simple(metadata)
    message = f"the codec has no reading for {kind!r}"
    raise TypeError(message)


def _text_shape(metadata: Mapping[str, object]) -> Shape:
    least, greatest = metadata.get("min_length"), metadata.get("max_length")
    return TextShape(
        least if isinstance(least, int) else 0,
        greatest if isinstance(greatest, int) else None,
    )


def _integer_shape(metadata: Mapping[str, object]) -> Shape:
    low, high = INTEGER_RANGES.get(str(metadata.get("format")), (None, None))
    least, greatest = metadata.get("minimum"), metadata.get("maximum")
    return IntegerShape(
        least if isinstance(least, int) else low,
        greatest if isinstance(greatest, int) else high,
    )


def _number_shape(metadata: Mapping[str, object]) -> Shape:
    least, greatest = metadata.get("minimum"), metadata.get("maximum")
    return NumberShape(
        least if isinstance(least, (int, float)) else None,
        greatest if isinstance(greatest, (int, float)) else None,
    )


_SIMPLE_SHAPES: Final[Mapping[type, Callable[[Mapping[str, object]], Shape]]] = {
    object: lambda _: AnyShape(),
    bool: lambda _: BooleanShape(),
    UUID: lambda _: UuidShape(),
    datetime: lambda _: DateTimeShape(),
    str: _text_shape,
    int: _integer_shape,
    float: _number_shape,
}
