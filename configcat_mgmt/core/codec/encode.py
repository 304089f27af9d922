"""Turns models into plain JSON data: as they are, or checked as a request body."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Final, cast
from uuid import UUID

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from configcat_mgmt.core.codec import scalars
from configcat_mgmt.core.codec.hooks import (
    VALUE,
    Hook,
    Hooks,
    all_items,
    all_members,
    not_a_member,
    or_none,
    outermost,
)
from configcat_mgmt.core.codec.problems import InvalidData, Unfit, collected, unfit
from configcat_mgmt.core.codec.schema import Field, fields_of, is_record
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

MAX_DEPTH: Final = 100
"""How deep lists and objects may nest where any JSON is allowed."""

_converter: Final = Converter()
_generate: Final = cast("Callable[..., Hook]", make_dict_unstructure_fn)


def encode_body(value: object, kind: object) -> JsonValue:
    """Check a request body and turn it into plain JSON data.

    Args:
        value: A model, or for a list of models any sequence of them. UUIDs and known
            enum values are accepted as text too.
        kind: The type of the body, as the operation states it.

    Raises:
        InvalidData: With every problem: wrong types, missing fields, text or numbers
            out of range, naive times, plain dicts where a model belongs.
    """
    try:
        return cast("JsonValue", _writers(detailed=False).of(kind)(value))
    except (Unfit, InvalidData):
        pass
    # Outside of the handler, so that no error keeps the body as its context.
    return cast("JsonValue", outermost(_writers(detailed=True).of(kind), value))


def to_json(value: object) -> JsonValue:
    """Turn any model, enum, UUID, aware time, list or dict into plain JSON data.

    Fields that are `UNSET` are left out. Limits of fields are not checked.

    Raises:
        ValueError: Something in it has no JSON form; names the place.
    """
    try:
        return cast("JsonValue", _write_plain(value))
    except (Unfit, InvalidData, RecursionError):
        message = "not JSON"
    # Outside of the handler, so that the error does not keep a thousand frames.
    try:
        outermost(write_any, value)
    except InvalidData as invalid:
        message = str(invalid)
    raise ValueError(message)


@cache
def _writers(*, detailed: bool) -> "_Writers":
    return _Writers(_CHECKED, detailed=detailed)


class _Writers(Hooks):
    """The hooks that check a request body."""

    dict_name = "a dict"

    def record(self, kind: type) -> Hook:
        """Make the hook of a model."""
        fields = fields_of(kind)
        hooks = {each.name: self._field(each) for each in fields}
        unstructure = _unstructure_fn(kind, hooks)

        def write(value: object, _: object = None) -> object:
            return unstructure(_the_model(kind, value))

        def write_all(value: object, _: object = None) -> object:
            model: object = _the_model(kind, value)
            parts = [(each, getattr(model, each.name)) for each in fields]
            given = [p for p in parts if p[1] is not UNSET or not p[0].optional]
            items = [((each.wire_name,), (each, part)) for each, part in given]
            made = collected(items, lambda part: hooks[part[0].name](part[1]))
            names = [each.wire_name for each, _ in given]
            return dict(zip(names, made, strict=True))

        return write_all if self.detailed else write

    def _field(self, field: Field) -> Hook:
        # A response may lack what it should have; then the model has None there.
        nullable = field.nullable or not field.of_request
        write = or_none(self.limited(field)) if nullable else self.limited(field)

        def write_given(value: object, _: object = None) -> object:
            missing = value is UNSET
            if missing or (value is None and not nullable):
                raise Unfit("required, but UNSET" if missing else "must not be None")
            return write(value)

        return write_given if self.detailed else write

    def enum(self, kind: type[OpenEnum]) -> Hook:
        """Make the hook of an enum; only its own instances may have unknown values."""
        members = [str(member.value) for member in kind]

        def write(value: object, _: object = None) -> str:
            if isinstance(value, kind):
                return _write_text(value)
            if not isinstance(value, str) or isinstance(value, OpenEnum):
                raise unfit(kind.__name__, value)
            if value not in members:
                raise not_a_member(value, kind.__name__, members)
            return str.__str__(value)

        return write


def _unstructure_fn(kind: type, hooks: Mapping[str, Hook]) -> Hook:
    """Let cattrs write the function that turns a model into a dict."""
    overrides = {
        each.name: override(
            rename=each.wire_name,
            omit_if_default=each.optional,
            unstruct_hook=hooks[each.name],
        )
        for each in fields_of(kind)
    }
    return _generate(kind, _converter, _cattrs_use_linecache=False, **overrides)


def _the_model(kind: type, value: object) -> object:
    if isinstance(value, kind):
        return value
    name = kind.__name__
    if isinstance(value, Mapping):
        hint = f"a plain dict is not taken here: make a {name}, or use client.call()"
        raise Unfit(f"expected {name}; {hint}")
    raise unfit(name, value)


def _write_text(value: object, _: object = None) -> str:
    text = str.__str__(scalars.read_text(value))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            message = "has half of a surrogate pair, which no one reads"
            raise Unfit(message) from None
    return text


def _write_uuid(value: object, _: object = None) -> str:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise unfit("a UUID", value)
    if not scalars.UUID_TEXT.fullmatch(value):
        raise Unfit(scalars.NOT_A_UUID)
    return value.lower()


def _write_datetime(value: object, _: object = None) -> str:
    if not isinstance(value, datetime):
        raise unfit("a datetime", value)
    return scalars.format_datetime(value)


def _write_value(value: object, _: object = None) -> object:
    return write_any(scalars.setting_value(value))


def write_any(
    value: object, _: object = None, *, depth: int = 0, record: Hook | None = None
) -> object:
    """Turn any JSON value, model, enum, UUID or time into JSON data.

    `depth` lists and dicts are around it. Without a hook for models, they are checked
    as a request body is.
    """

    def write_part(part: object, _: object = None) -> object:
        return write_any(part, depth=depth + 1, record=record)

    if depth > MAX_DEPTH:
        message = f"nested more than {MAX_DEPTH} levels deep, or in itself"
        raise Unfit(message)
    match value:
        case None | bool():
            return value
        case Enum() if value is not UNSET:
            return write_part(value.value)
        case str():
            return _write_text(value)
        case int() | float():
            return scalars.finite_number(value)
        case UUID() | datetime():
            return _CHECKED[UUID if isinstance(value, UUID) else datetime](value)
        case Mapping():
            members = cast("Mapping[object, object]", value)
            return all_members(members, _write_text, write_part)
        case list() | tuple():
            return all_items(cast("list[object]", value), write_part)
        case _ if is_record(type(value)):
            return (record or _writers(detailed=True).of(type(value)))(value)
        case _:
            raise unfit("a JSON value", value)


def _write_plain(value: object, _: object = None) -> object:
    kind: type = type(value)
    return value if kind in _UNCHANGED else _plain_hook(kind)(value)


@cache
def _plain_hook(kind: type) -> Hook:
    if kind is list:
        return lambda value, _=None: list(
            map(_write_plain, cast("list[object]", value))
        )
    if is_record(kind):
        names = [each.name for each in fields_of(kind)]
        return _unstructure_fn(kind, dict.fromkeys(names, _write_plain))
    return lambda value, _=None: write_any(value, record=_write_plain)


_UNCHANGED: Final[frozenset[type]] = frozenset({str, int, bool, type(None)})
_CHECKED: Final[Mapping[object, Hook]] = {
    str: _write_text,
    bool: scalars.read_boolean,
    int: scalars.whole_number,
    float: scalars.finite_number,
    UUID: _write_uuid,
    datetime: _write_datetime,
    VALUE: _write_value,
    object: write_any,
}
