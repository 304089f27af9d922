"""The cattrs converter between the records of a state and plain JSON data."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import GenericAlias
from typing import Any, Final, TypeAlias, TypeVar, cast, get_args, get_origin
from uuid import UUID

import attrs
from cattrs import BaseValidationError, Converter, gen, transform_error
from cattrs.cols import list_structure_factory
from cattrs.strategies import configure_tagged_union

from configcat_mgmt.core.codec.problems import Unfit, excerpt, unfit
from configcat_mgmt.core.codec.scalars import (
    INTEGER_RANGES,
    format_datetime,
    read_boolean,
    read_datetime,
    read_double,
    read_integer,
    read_text,
    read_uuid,
)
from configcat_mgmt.emulator.domain.evaluation import (
    Condition,
    Content,
    Formula,
    ListItem,
    PercentageOption,
    PlainValue,
    PrerequisiteCondition,
    Rollout,
    RolloutCondition,
    SegmentCondition,
    Served,
    UserCondition,
)
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.json_value import JsonValue

TAG: Final = "type"
"""The entry that names the class where a field may hold one of several records."""

TAGS: Final[Mapping[type, str]] = {
    Formula: "formula",
    Rollout: "rollout",
    UserCondition: "user",
    RolloutCondition: "user",
    SegmentCondition: "segment",
    PrerequisiteCondition: "prerequisite",
}
VARIATION: Final = "variation"
"""The entry that marks the id of a predefined variation among plain values."""

# cattrs leaves some of its types open.
_make_mapping_reader: Final = cast(
    "Callable[..., _Structure]", cast("Any", gen).make_mapping_structure_fn
)
_SMALLEST, _LARGEST = INTEGER_RANGES["int64"]
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}")
_MAX_PROBLEMS: Final = 3

T = TypeVar("T")
_Structure: TypeAlias = Callable[[object, object], object]
_Unstructure: TypeAlias = Callable[[Any], object]


class MisfitError(ValueError):
    """The data does not describe a state; the text names the problem and its place."""


def write_record(record: object) -> dict[str, JsonValue]:
    """Return an attrs record as plain JSON data."""
    return cast("dict[str, JsonValue]", _converter().unstructure(record))


def read_record(data: object, kind: type[T]) -> T:
    """Make an attrs record of plain JSON data.

    Raises:
        MisfitError: A field is missing, unknown or of another type.
    """
    try:
        return _converter().structure(data, kind)
    except BaseValidationError as error:
        problems = transform_error(error, format_exception=_message)
    shown = "; ".join(problems[:_MAX_PROBLEMS])
    more = len(problems) - _MAX_PROBLEMS
    raise MisfitError(f"{shown}; and {more} more" if more > 0 else shown)


def _message(error: BaseException, _: type | None) -> str:
    if isinstance(error, KeyError):
        return f"missing {error.args[0]!r}"
    return str(error)


@cache
def _converter() -> Converter:
    made = Converter(
        detailed_validation=True,
        forbid_extra_keys=True,
        omit_if_default=True,
        unstruct_collection_overrides={set: sorted, tuple: list},
    )
    made.register_structure_hook(bool, lambda data, _: read_boolean(data))
    made.register_structure_hook(float, lambda data, _: read_double(data))
    made.register_structure_hook(UUID, lambda data, _: read_uuid(data))
    made.register_structure_hook(datetime, lambda data, _: read_datetime(data))
    made.register_unstructure_hook(UUID, str)
    made.register_unstructure_hook(datetime, format_datetime)
    # Of several hooks that fit a type, the one that was registered last counts, and a
    # hook keeps the hooks of the fields that were registered before it was made.
    made.register_structure_hook(str, _read_text)
    made.register_structure_hook(int, _read_integer)
    made.register_structure_hook(OpenEnum, _read_enum)
    made.register_structure_hook_factory(attrs.has, _record_reader)
    made.register_structure_hook_factory(_has_origin(list), _list_reader)
    made.register_structure_hook_factory(_has_origin(set), _set_reader)
    made.register_structure_hook_factory(_has_origin(tuple), _tuple_reader)
    made.register_structure_hook_factory(_has_origin(dict), _mapping_reader)
    made.register_unstructure_hook_factory(_has_number_keys, _number_keys_writer)
    values: tuple[tuple[Any, object], ...] = (
        (PlainValue, None),
        (Served, None),
        (Served | tuple[PercentageOption, ...], tuple[PercentageOption, ...]),
        (str | float | tuple[ListItem, ...], tuple[ListItem, ...]),
    )
    for union, in_list in values:
        made.register_structure_hook(union, _value_reader(union, in_list, made))
        made.register_unstructure_hook(union, _value_writer(in_list, made))
    tagged: tuple[object, ...] = (
        Condition,
        RolloutCondition | SegmentCondition,
        Content,
    )
    for union in tagged:
        configure_tagged_union(
            union, made, tag_name=TAG, tag_generator=TAGS.__getitem__
        )
        made.register_structure_hook(union, _union_reader(union, made))
    return made


def _has_origin(kind: type) -> Callable[[object], bool]:
    return lambda hint: get_origin(hint) is kind


def _read_text(data: object, _: object) -> str:
    text = read_text(data)
    try:
        # Half a surrogate pair could be read but never be sent.
        text.encode()
    except UnicodeEncodeError:
        pass
    else:
        return text
    message = "the text has half of a surrogate pair"
    raise Unfit(message)


def _read_integer(data: object, _: object) -> int:
    number = read_integer(data)
    if not _SMALLEST <= number <= _LARGEST:
        message = "the number is out of range"
        raise Unfit(message)
    return number


def _read_enum(data: object, kind: type[OpenEnum]) -> OpenEnum:
    value = kind(read_text(data))
    if value.is_known:
        return value
    message = f"expected one of {', '.join(kind)}"
    raise Unfit(message)


def _record_reader(kind: type, converter: Converter) -> _Structure:
    generated = cast("_Structure", converter.gen_structure_attrs_fromdict(kind))
    return lambda data, _: generated(_mapping(data), kind)


def _list_reader(hint: type, converter: Converter) -> _Structure:
    generated = cast("_Structure", list_structure_factory(hint, converter))
    return lambda data, _: generated(_list(data), hint)


def _set_reader(hint: object, converter: Converter) -> _Structure:
    in_list = GenericAlias(list, get_args(hint))
    read = converter.get_structure_hook(in_list)
    return lambda data, _: set(read(data, in_list))


def _tuple_reader(hint: object, converter: Converter) -> _Structure:
    parts = get_args(hint)
    if parts[-1] is Ellipsis:
        in_list = GenericAlias(list, parts[:1])
        read_list = converter.get_structure_hook(in_list)
        return lambda data, _: tuple(read_list(data, in_list))
    readers = [converter.get_structure_hook(part) for part in parts]

    def read(data: object, _: object) -> object:
        items = _list(data)
        if len(items) != len(parts):
            message = f"expected {len(parts)} items, got {len(items)}"
            raise Unfit(message)
        return tuple(
            reader(item, part)
            for reader, item, part in zip(readers, items, parts, strict=True)
        )

    return read


def _mapping_reader(hint: type, converter: Converter) -> _Structure:
    key, value = get_args(hint)
    generated = _make_mapping_reader(hint, converter)
    if key is not int:
        return lambda data, _: generated(_mapping(data), hint)
    # JSON has only text as keys.
    by_text = GenericAlias(dict, (str, value))
    read = converter.get_structure_hook(by_text)
    return lambda data, _: {
        _key_number(name): item for name, item in read(data, by_text).items()
    }


def _has_number_keys(hint: object) -> bool:
    return get_origin(hint) is dict and get_args(hint)[0] is int


def _number_keys_writer(hint: object, converter: Converter) -> _Unstructure:
    write = converter.get_unstructure_hook(get_args(hint)[1])
    return lambda entries: {str(key): write(value) for key, value in entries.items()}


def _key_number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        message = f"expected a whole number as key, got {excerpt(text)}"
        raise Unfit(message)
    return int(text)


def _list(data: object) -> list[object]:
    if not isinstance(data, list):
        raise unfit("a list", data)
    return cast("list[object]", data)


def _mapping(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise unfit("an object", data)
    return cast("dict[str, object]", data)


def _union_reader(union: object, converter: Converter) -> _Structure:
    generated = converter.get_structure_hook(union)
    tags = [TAGS[member] for member in get_args(union)]

    def read(data: object, _: object) -> object:
        if _mapping(data).get(TAG) not in tags:
            message = f"expected {TAG!r} to be one of {', '.join(tags)}"
            raise Unfit(message)
        return generated(data, union)

    return read


def _value_reader(union: object, in_list: object, converter: Converter) -> _Structure:
    """Read a plain value, the id of a predefined variation, or a list of records."""
    kinds = get_args(union)
    read_list = converter.get_structure_hook(in_list) if in_list else None

    def read(data: object, _: object) -> object:
        if read_list is not None and isinstance(data, list):
            return read_list(cast("object", data), in_list)
        if UUID in kinds and _is_variation(data):
            return read_uuid(cast("dict[str, object]", data)[VARIATION])
        if type(data) not in kinds:
            raise unfit("a value of another type", data)
        if isinstance(data, str):
            return _read_text(data, str)
        if isinstance(data, float):
            return read_double(data)
        return data if isinstance(data, bool) else _read_integer(data, int)

    return read


def _is_variation(data: object) -> bool:
    return isinstance(data, dict) and list(cast("dict[str, object]", data)) == [
        VARIATION
    ]


def _value_writer(in_list: object, converter: Converter) -> _Unstructure:
    write_list = converter.get_unstructure_hook(in_list) if in_list else None

    def write(value: object) -> object:
        if isinstance(value, UUID):
            return {VARIATION: str(value)}
        if write_list is not None and isinstance(value, tuple):
            return write_list(cast("object", value))
        return value

    return write
