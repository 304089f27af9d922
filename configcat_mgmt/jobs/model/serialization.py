"""Snapshots and plans as plain JSON data, and back.

cattrs generates the hooks from the types of the fields. Writing leaves out fields that
have their default and sorts mappings, so equal records give equal text. Reading accepts
nothing unknown, missing, too large or of another type, and names the place of the first
problem.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from types import GenericAlias, NoneType, UnionType
from typing import (
    Any,
    Final,
    Literal,
    NoReturn,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)
from uuid import UUID

import attrs
from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationNote,
    gen,
)
from cattrs.strategies import configure_tagged_union

from configcat_mgmt.core.codec.scalars import INTEGER_RANGES
from configcat_mgmt.jobs.model.snapshot import Condition, Formula, ValueV1
from configcat_mgmt.json_value import JsonValue

# cattrs leaves some of its types open.
_gen: Final = cast("Any", gen)

MAX_ITEMS: Final = 100_000
"""Items of a list or mapping; the service allows far fewer of anything."""
MAX_DEPTH: Final = 64
"""Levels of free JSON data, such as the body of a call."""
KIND: Final = "kind"
"""The entry that names the class where a field may hold one of several records."""

_WORDS: Final[Mapping[object, str]] = {
    bool: "a boolean",
    str: "a string",
    int: "an integer",
    float: "a number",
    NoneType: "null",
    dict: "an object",
    list: "a list",
}
_UNIONS: Final = (Condition, Formula | ValueV1)
_SMALLEST, _LARGEST = INTEGER_RANGES["int64"]
_MAX_SHOWN: Final = 100

T = TypeVar("T")
_Read: TypeAlias = Callable[[object, object], object]
_Write: TypeAlias = Callable[[Any], object]


class MisfitError(ValueError):
    """The data does not describe such a record; names the problem and its place."""

    def __init__(self, message: str, *place: str | int) -> None:
        """Start at the problem; callers add the steps that lead to it."""
        self.message = message
        self.place = list(place)
        super().__init__(message)

    def within(self, *steps: str | int) -> "MisfitError":
        """Put steps in front of the place, and return the same error."""
        self.place[:0] = steps
        return self

    def __str__(self) -> str:
        """Show it as `message @ $.path`."""
        return f"{self.message} @ ${''.join(map(_step_text, self.place))}"


def write_record(record: object) -> dict[str, JsonValue]:
    """Return an attrs record as plain JSON data.

    Raises:
        TypeError: A field holds a record of another class than its type states.
    """
    return cast("dict[str, JsonValue]", _converter().unstructure(record))


def read_record(data: object, kind: type[T]) -> T:
    """Make an attrs record of plain JSON data.

    Raises:
        MisfitError: A field is missing, unknown or of another type, a list or mapping
            is longer than `MAX_ITEMS`, or free data is deeper than `MAX_DEPTH`.
    """
    try:
        return _converter().structure(data, kind)
    except BaseValidationError as error:
        misfit = _first_misfit(error)
    raise misfit


def _step_text(step: str | int) -> str:
    if isinstance(step, str) and step.isidentifier():
        return f".{step[:_MAX_SHOWN]}"
    return f"[{step[:_MAX_SHOWN]!r}]" if isinstance(step, str) else f"[{step}]"


def _first_misfit(error: Exception) -> MisfitError:
    """Find the first problem that cattrs collected, with its place."""
    if isinstance(error, MisfitError):
        return error
    if isinstance(error, ForbiddenExtraKeysError):
        known = ", ".join(field.name for field in _fields(error.cl))
        unknown = min(error.extra_fields)
        return MisfitError(f"unknown entry; known are {known}", unknown)
    if not isinstance(error, BaseValidationError):
        raise error
    # A field that is missing is a KeyError of the generated code. An unknown entry
    # explains more than the problems that it causes.
    missing = [str(one.args[0]) for one in error.exceptions if type(one) is KeyError]
    others = [one for one in error.exceptions if type(one) is not KeyError]
    if not others:
        return MisfitError(f"{' and '.join(missing)} missing")
    first = min(others, key=lambda one: not isinstance(one, ForbiddenExtraKeysError))
    steps: list[str | int] = []
    for note in getattr(first, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            steps.append(note.name)
        elif isinstance(note, IterableValidationNote):
            steps.append(note.index)
    return _first_misfit(first).within(*steps)


@cache
def _converter() -> Converter:
    made = Converter(detailed_validation=True, forbid_extra_keys=True)
    # The last hook that fits a type counts.
    made.register_structure_hook_factory(_is_scalar, _scalar_reader)
    for scalar in (bool, str, int, float):
        made.register_structure_hook(scalar, _scalar_reader(scalar))
    made.register_structure_hook_func(_is_free, _read_free)
    made.register_structure_hook_func(_is_literal, _read_literal)
    made.register_structure_hook(UUID, _read_uuid)
    made.register_structure_hook(datetime, _read_time)
    made.register_structure_hook_factory(attrs.has, _record_reader)
    made.register_structure_hook_factory(_is_tuple, _tuple_reader)
    made.register_structure_hook_factory(_is_mapping, _mapping_reader)
    made.register_structure_hook_factory(_is_scalar_or_tuple, _scalar_or_tuple_reader)
    made.register_unstructure_hook_func(_is_free, _unchanged)
    made.register_unstructure_hook(UUID, str)
    made.register_unstructure_hook(datetime, datetime.isoformat)
    made.register_unstructure_hook_factory(attrs.has, _record_writer)
    made.register_unstructure_hook_factory(_is_tuple, _tuple_writer)
    made.register_unstructure_hook_factory(_is_mapping, _mapping_writer)
    made.register_unstructure_hook_factory(_is_scalar_or_tuple, _scalar_or_tuple_writer)
    for union in _UNIONS:
        configure_tagged_union(union, made, tag_name=KIND)
        made.register_structure_hook(union, _union_reader(union, made))
        made.register_unstructure_hook(union, _union_writer(union, made))
    return made


_SCALARS: Final[frozenset[object]] = frozenset({bool, str, int, float, NoneType})


def _members(hint: object) -> tuple[object, ...]:
    is_union = get_origin(hint) in (Union, UnionType)
    return get_args(hint) if is_union else (hint,)


def _is_scalar(hint: object) -> bool:
    return _SCALARS.issuperset(_members(hint))


def _is_free(hint: object) -> bool:
    return hint is JsonValue


def _is_literal(hint: object) -> bool:
    return get_origin(hint) is Literal


def _is_tuple(hint: object) -> bool:
    return get_origin(hint) is tuple


def _is_mapping(hint: object) -> bool:
    return get_origin(hint) is Mapping


def _is_scalar_or_tuple(hint: object) -> bool:
    *scalars, last = _members(hint)
    return bool(scalars) and all(map(_is_scalar, scalars)) and _is_tuple(last)


def _refuse(wanted: Sequence[object], value: object) -> NoReturn:
    words = " or ".join(word for kind, word in _WORDS.items() if kind in wanted)
    raise MisfitError(f"expected {words}, not {_WORDS[type(value)]}")


def _scalar_reader(*hints: object) -> _Read:
    kinds = [kind for hint in hints for kind in _members(hint)]
    # An integer counts as a double: JSON does not tell 2 from 2.0, and an editor may
    # drop ".0".
    to_float = float in kinds and int not in kinds

    def read(value: object, _: object) -> object:
        if to_float and type(value) is int:
            value = _as_float(value)
        if type(value) not in kinds:
            _refuse(kinds, value)
        if (type(value) is int and not _SMALLEST <= value <= _LARGEST) or (
            type(value) is float and not math.isfinite(value)
        ):
            raise MisfitError("the number is out of range")
        return value

    return read


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _read_uuid(value: object, _: object) -> UUID:
    if isinstance(value, str):
        try:
            made = UUID(value)
        except ValueError:
            pass
        else:
            if str(made) == value:
                return made
    raise MisfitError("expected a UUID in lower case with dashes")


def _read_time(value: object, _: object) -> datetime:
    if isinstance(value, str):
        try:
            made = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if made.tzinfo is not None:
                return made
    raise MisfitError("expected a time such as 2026-01-31T12:00:00+00:00")


def _read_literal(value: object, hint: object) -> object:
    choices = get_args(hint)
    if not isinstance(value, str) or value not in choices:
        raise MisfitError(f"expected one of {', '.join(map(str, choices))}")
    return value


def _read_free(value: object, _: object) -> object:
    _check_free(value, MAX_DEPTH)
    return value


def _check_free(value: object, depth: int) -> None:
    if depth == 0:
        raise MisfitError(f"deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, item in _entries(cast("object", value)).items():
            _check_item(key, item, depth)
    elif isinstance(value, list):
        for index, item in enumerate(_items(cast("object", value))):
            _check_item(index, item, depth)


def _check_item(step: str | int, item: object, depth: int) -> None:
    try:
        _check_free(item, depth - 1)
    except MisfitError as misfit:
        raise misfit.within(step) from None


def _entries(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        _refuse((dict,), value)
    entries = cast("dict[str, object]", value)
    _require_few(len(entries))
    return entries


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        _refuse((list,), value)
    items = cast("list[object]", value)
    _require_few(len(items))
    return items


def _require_few(count: int) -> None:
    if count > MAX_ITEMS:
        raise MisfitError(f"{count:,} items, more than the {MAX_ITEMS:,} allowed")


def _fields(kind: type) -> "list[attrs.Attribute[object]]":
    return list(cast("tuple[attrs.Attribute[object], ...]", attrs.fields(kind)))


def _record_reader(kind: type, converter: Converter) -> _Read:
    generated: _Read = _gen.make_dict_structure_fn_from_attrs(
        _fields(kind), kind, converter
    )
    return lambda value, _: generated(_entries(value), kind)


def _tuple_reader(hint: object, converter: Converter) -> _Read:
    parts = get_args(hint)
    if parts[-1] is Ellipsis:
        in_list = GenericAlias(list, parts[:1])
        generated = converter.get_structure_hook(in_list)
        return lambda value, _: tuple(generated(_items(value), in_list))
    readers = [converter.get_structure_hook(part) for part in parts]

    def read(value: object, _: object) -> object:
        items = _items(value)
        if len(items) != len(parts):
            raise MisfitError(f"expected {len(parts)} items, not {len(items)}")
        found: list[object] = []
        for index, (reader, item) in enumerate(zip(readers, items, strict=True)):
            try:
                found.append(reader(item, parts[index]))
            except MisfitError as misfit:
                raise misfit.within(index) from None
        return tuple(found)

    return read


def _mapping_reader(hint: type, converter: Converter) -> _Read:
    generated: _Read = _gen.make_mapping_structure_fn(hint, converter)
    return lambda value, _: generated(_entries(value), hint)


def _scalar_or_tuple_reader(hint: object, converter: Converter) -> _Read:
    *scalars, in_tuple = _members(hint)
    read_scalar = _scalar_reader(*scalars)
    read_tuple = converter.get_structure_hook(in_tuple)

    def read(value: object, _: object) -> object:
        if type(value) is list:
            return read_tuple(value, in_tuple)
        return read_scalar(value, hint)

    return read


def _union_reader(union: object, converter: Converter) -> _Read:
    generated = converter.get_structure_hook(union)
    names = [cast("type", member).__name__ for member in _members(union)]

    def read(value: object, _: object) -> object:
        if _entries(value).get(KIND) not in names:
            raise MisfitError(f"expected one of {', '.join(names)}", KIND)
        return generated(value, union)

    return read


def _unchanged(value: object) -> object:
    return value


def _record_writer(kind: type, converter: Converter) -> _Write:
    generated = cast(
        "_Write",
        _gen.make_dict_unstructure_fn_from_attrs(
            _fields(kind), kind, converter, _cattrs_omit_if_default=True
        ),
    )

    # Python takes False for 0, and a wrong type must not vanish as a default.
    numbers: dict[str, type] = {
        field.name: type(field.default)
        for field in attrs.fields(kind)
        if type(field.default) in (bool, int)
    }

    def write(record: object) -> object:
        if type(record) is not kind:
            message = f"expected a {kind.__name__}, not a {type(record).__name__}"
            raise TypeError(message)
        made = cast("dict[str, object]", generated(record))
        for name, number in numbers.items():
            if name not in made and type(getattr(record, name)) is not number:
                made[name] = getattr(record, name)
        return made

    return write


def _tuple_writer(hint: object, converter: Converter) -> _Write:
    parts = get_args(hint)
    first = converter.get_unstructure_hook(parts[0])
    if parts[-1] is Ellipsis:
        return lambda value: [first(item) for item in value]
    writers = [converter.get_unstructure_hook(part) for part in parts]
    return lambda value: [
        write(item) for write, item in zip(writers, value, strict=True)
    ]


def _mapping_writer(hint: object, converter: Converter) -> _Write:
    write = converter.get_unstructure_hook(get_args(hint)[1])
    return lambda value: {key: write(value[key]) for key in sorted(value)}


def _scalar_or_tuple_writer(hint: object, converter: Converter) -> _Write:
    write = converter.get_unstructure_hook(_members(hint)[-1])
    return lambda value: write(value) if type(value) is tuple else value


def _union_writer(union: object, converter: Converter) -> _Write:
    generated = converter.get_unstructure_hook(union)
    # The kind comes first, for people who read the file.
    return lambda value: {KIND: None, **generated(value)}
