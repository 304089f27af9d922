"""Plain JSON data back into snapshots and plans, with every oddity named.

The reverse of `record_writing`: nothing unknown, missing, too large or of another type
comes through.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import (
    Final,
    Literal,
    NoReturn,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    get_origin,
)
from uuid import UUID

import attrs

from configcat_mgmt.jobs.model.types import (
    KIND,
    fields_of,
    is_free,
    mapping_types,
    record_types,
    text_types,
    tuple_types,
    union_members,
)

MAX_ITEMS: Final = 100_000
"""Items of a list or mapping; the service allows far fewer of anything."""
MAX_DEPTH: Final = 64
"""Levels of free JSON data, such as the body of a call."""

_INT64: Final = range(-(1 << 63), 1 << 63)
_WORDS: Final[Mapping[object, str]] = {
    bool: "true or false",
    str: "a text",
    int: "a whole number",
    float: "a number",
    type(None): "null",
    dict: "an object",
    list: "a list",
}

T = TypeVar("T")
_Reader: TypeAlias = Callable[[object], object]

_readers: Final[dict[object, _Reader]] = {}


class MisfitError(ValueError):
    """Data that is no such record; says where, and what is wanted there."""

    def __init__(self, message: str, *place: str | int) -> None:
        """Start where the trouble is; the place grows as callers add theirs."""
        self.message = message
        self.place = list(place)
        super().__init__(message)

    def within(self, step: str | int) -> "MisfitError":
        """Add a step of the way from the outside, and return the same error."""
        self.place.insert(0, step)
        return self

    def __str__(self) -> str:
        """Show it as `message @ $.path`."""
        return f"{self.message} @ ${''.join(map(_shown, self.place))}"


def _shown(step: str | int) -> str:
    if isinstance(step, str) and step.isidentifier():
        return f".{step[:100]}"
    return f"[{step[:100]!r}]" if isinstance(step, str) else f"[{step}]"


def read_record(data: object, kind: type[T]) -> T:
    """Make an attrs record of plain JSON data.

    Raises:
        MisfitError: A field is missing, unknown or of another type, a list or mapping
            is longer than `MAX_ITEMS`, or free data is deeper than `MAX_DEPTH`.
    """
    return cast("T", _reader(kind)(data))


def _reader(hint: object) -> _Reader:
    found = _readers.get(hint)
    if found is None:
        found = _readers[hint] = _make_reader(hint)
    return found


def _make_reader(hint: object) -> _Reader:
    made: _Reader
    origin = get_origin(hint)
    if members := union_members(hint):
        made = _union_reader(members)
    elif records := record_types((hint,)):
        made = _record_reader(records[0])
    elif origin is tuple:
        made = _tuple_reader(get_args(hint))
    elif origin is Literal:
        made = _choice_reader(get_args(hint))
    elif origin is not None:
        made = _mapping_reader(_reader(get_args(hint)[1]))
    elif is_free(hint):
        made = _read_free
    elif text_types((hint,)):
        made = _read_uuid if hint is UUID else _read_time
    else:
        made = _scalar_reader({hint})
    return made


def _refuse(wanted: set[object], value: object) -> NoReturn:
    words = " or ".join(word for kind, word in _WORDS.items() if kind in wanted)
    raise MisfitError(f"{words} is wanted, not {_WORDS[type(value)]}")


def _scalar_reader(kinds: set[object]) -> _Reader:
    def read(value: object) -> object:
        if type(value) is int and int not in kinds and float in kinds:
            # JSON knows no difference, and an editor may drop ".0".
            value = _float(value)
        if type(value) not in kinds:
            _refuse(kinds, value)
        if type(value) is int and value not in _INT64:
            raise MisfitError("the number is out of range")
        if type(value) is float and not math.isfinite(value):
            raise MisfitError("the number is out of range")
        return value

    return read


def _float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise MisfitError("the number is out of range") from None


def _read_uuid(value: object) -> object:
    if isinstance(value, str):
        try:
            made = UUID(value)
        except ValueError:
            pass
        else:
            if str(made) == value:
                return made
    raise MisfitError("a UUID in lower case with dashes is wanted")


def _read_time(value: object) -> object:
    if isinstance(value, str):
        try:
            made = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if made.tzinfo is not None:
                return made
    raise MisfitError("a time such as 2026-01-31T12:00:00+00:00 is wanted")


def _choice_reader(choices: tuple[object, ...]) -> _Reader:
    def read(value: object) -> object:
        if not isinstance(value, str) or value not in choices:
            raise MisfitError(f"one of {', '.join(map(str, choices))} is wanted")
        return value

    return read


def _read_free(value: object) -> object:
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


def _record_reader(kind: type) -> _Reader:
    fields = fields_of(kind)
    readers = {field.name: _reader(field.type) for field in fields}
    needed = [field.name for field in fields if field.default is attrs.NOTHING]

    def read(value: object) -> object:
        found: dict[str, object] = {}
        for name, item in _entries(value).items():
            reader = readers.get(name)
            if reader is None:
                allowed = ", ".join(readers)
                raise MisfitError(f"unknown entry; known are {allowed}", name)
            try:
                found[name] = reader(item)
            except MisfitError as misfit:
                raise misfit.within(name) from None
        missing = [name for name in needed if name not in found]
        if missing:
            raise MisfitError(f"{' and '.join(missing)} missing")
        made: object = kind(**found)
        return made

    return read


def _union_reader(members: tuple[object, ...]) -> _Reader:
    records = {kind.__name__: _reader(kind) for kind in record_types(members)}
    in_tuples = [_reader(kind) for kind in tuple_types(members)]
    in_mappings = [_reader(kind) for kind in mapping_types(members)]
    texts = [_reader(kind) for kind in text_types(members)]
    plain = _scalar_reader({kind for kind in members if kind in _WORDS})

    def read(value: object) -> object:
        kind = type(value)
        if kind is dict and records:
            return _read_kind(_entries(value), records)
        if kind is dict and in_mappings:
            return in_mappings[0](value)
        if kind is list and in_tuples:
            return in_tuples[0](value)
        if value is not None and texts:
            return texts[0](value)
        return plain(value)

    return read


def _read_kind(data: dict[str, object], records: Mapping[str, _Reader]) -> object:
    if len(records) == 1:
        return next(iter(records.values()))(data)
    kind = data.get(KIND)
    if not isinstance(kind, str) or kind not in records:
        raise MisfitError(f"one of {', '.join(records)} is wanted", KIND)
    return records[kind]({name: item for name, item in data.items() if name != KIND})


def _tuple_reader(parts: tuple[object, ...]) -> _Reader:
    endless = parts[-1] is Ellipsis
    readers = [_reader(part) for part in parts if part is not Ellipsis]

    def read(value: object) -> object:
        items = _items(value)
        if not endless and len(items) != len(readers):
            raise MisfitError(f"{len(readers)} items are wanted, not {len(items)}")
        found: list[object] = []
        for index, item in enumerate(items):
            try:
                found.append(readers[0 if endless else index](item))
            except MisfitError as misfit:
                raise misfit.within(index) from None
        return tuple(found)

    return read


def _mapping_reader(item: _Reader) -> _Reader:
    def read(value: object) -> object:
        found: dict[str, object] = {}
        for key, one in _entries(value).items():
            try:
                found[key] = item(one)
            except MisfitError as misfit:
                raise misfit.within(key) from None
        return found

    return read


def _entries(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        _refuse({dict}, value)
    entries = cast("dict[str, object]", value)
    _require_few(len(entries))
    return entries


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        _refuse({list}, value)
    items = cast("list[object]", value)
    _require_few(len(items))
    return items


def _require_few(count: int) -> None:
    if count > MAX_ITEMS:
        raise MisfitError(f"{count:,} items, more than the {MAX_ITEMS:,} allowed")
