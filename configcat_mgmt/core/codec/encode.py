"""Turns models into plain JSON data: as they are, or checked as a request body."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Final, cast
from uuid import UUID

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from configcat_mgmt.core.codec.hooks import (
    MAX_DEPTH,
    TOO_DEEP,
    VALUE,
    Hook,
    Hooks,
    not_a_member,
    or_none,
)
from configcat_mgmt.core.codec.problems import (
    InvalidData,
    Problem,
    Unfit,
    collected,
    collected_members,
    unfit,
)
from configcat_mgmt.core.codec.scalars import (
    NOT_A_DOUBLE,
    NOT_A_UUID,
    UUID_TEXT,
    format_datetime,
    is_finite,
    read_boolean,
)
from configcat_mgmt.core.codec.schema import Field, fields_of, is_record, is_request
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

__all__ = ["encode_body", "to_json"]


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
    return _in_detail(_writers(detailed=True).of(kind), value)


def to_json(value: object) -> JsonValue:
    """Turn any model, enum, UUID, aware time, list or dict into plain JSON data.

    Fields that are `UNSET` are left out. Limits of fields are not checked.

    Raises:
        ValueError: Something in it has no JSON form; names the place.
    """
    try:
        return _write_plain(value)
    except (Unfit, InvalidData, RecursionError):
        pass
    # Outside of the handler, so that the error does not keep a thousand frames.
    message = "not JSON"
    try:
        _in_detail(_writers(detailed=True).of(object), value)
    except InvalidData as invalid:
        message = str(invalid)
    raise ValueError(message)


def _in_detail(write: Hook, value: object) -> JsonValue:
    try:
        return cast("JsonValue", write(value))
    except Unfit as error:
        problem = Problem((), str(error))
    raise InvalidData([problem])


@cache
def _writers(*, detailed: bool) -> "_Writers":
    return _Writers(detailed=detailed)


class _Writers(Hooks):
    """The hooks that check a request body."""

    dict_name = "a dict"

    def __init__(self, *, detailed: bool) -> None:
        """Start from the hooks of single values."""
        write_any = _any_writer(self.of)
        scalars = {**_CHECKED, VALUE: _value_writer(write_any), object: write_any}
        super().__init__(scalars, detailed=detailed)

    def record(self, kind: type) -> Hook:
        """Make the hook of a model."""
        fields = fields_of(kind)
        hooks = {each.name: self._field(each, is_request(kind)) for each in fields}
        unstructure = _unstructure_fn(kind, hooks)

        def write(value: object, _: object = None) -> object:
            return unstructure(_the_model(kind, value))

        def write_all(value: object, _: object = None) -> object:
            model: object = _the_model(kind, value)
            parts = {each: getattr(model, each.name) for each in fields}
            given = [
                (each.wire_name, (hooks[each.name], part))
                for each, part in parts.items()
                if part is not UNSET or not each.optional
            ]
            made = collected(given, lambda hooked: hooked[0](hooked[1]))
            return dict(zip(dict(given), made, strict=True))

        return write_all if self.detailed else write

    def _field(self, field: Field, of_request: bool) -> Hook:
        # A response may lack what it should have; then the model has None there.
        nullable = field.nullable or not of_request
        write = or_none(self.limited(field)) if nullable else self.limited(field)

        def write_given(value: object, _: object = None) -> object:
            if value is UNSET:
                message = "required, but UNSET"
                raise Unfit(message)
            if value is None and not nullable:
                message = "must not be None"
                raise Unfit(message)
            return write(value)

        return write_given if self.detailed else write

    def enum(self, kind: type[OpenEnum]) -> Hook:
        """Make the hook of an enum; only its own instances may have unknown values."""
        members = [str(member.value) for member in kind]

        def write(value: object, _: object = None) -> str:
            if isinstance(value, kind):
                return _write_text(value)
            if not isinstance(value, str):
                raise unfit(kind.__name__, value)
            if isinstance(value, OpenEnum):
                message = f"expected {kind.__name__}, got {type(value).__name__}"
                raise Unfit(message)
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
        message = f"expected {name}; {hint}"
    elif is_record(type(value)):
        message = f"expected {name}, got {type(value).__name__}"
    else:
        raise unfit(name, value)
    raise Unfit(message)


def _write_text(value: object, _: object = None) -> str:
    if not isinstance(value, str):
        raise unfit("text", value)
    text = str.__str__(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            message = "has half of a surrogate pair, which no one reads"
            raise Unfit(message) from None
    return text


def _write_integer(value: object, _: object = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise unfit("a whole number", value)
    return int(value)


def _write_double(value: object, _: object = None) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise unfit("a number", value)
    if not is_finite(value):
        raise Unfit(NOT_A_DOUBLE)
    return int(value) if isinstance(value, int) else float(value)


def _write_uuid(value: object, _: object = None) -> str:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise unfit("a UUID", value)
    if not UUID_TEXT.fullmatch(value):
        raise Unfit(NOT_A_UUID)
    return value.lower()


def _write_datetime(value: object, _: object = None) -> str:
    if not isinstance(value, datetime):
        raise unfit("a datetime", value)
    return format_datetime(value)


_CHECKED: Final[Mapping[object, Hook]] = {
    str: _write_text,
    bool: read_boolean,
    int: _write_integer,
    float: _write_double,
    UUID: _write_uuid,
    datetime: _write_datetime,
}


def _value_writer(write_any: Hook) -> Hook:
    def write_value(value: object, _: object = None) -> object:
        if not isinstance(value, (bool, str, int, float)):
            raise unfit("a boolean, text or a number", value)
        return write_any(value)

    return write_value


def _any_writer(of: Callable[[type], Hook]) -> Hook:
    """Make the hook for any JSON value, model, enum, UUID or time.

    Args:
        of: Returns the hook of a model.
    """

    def write(value: object, _: object = None, depth: int = 0) -> object:
        def write_part(part: object) -> object:
            return write(part, None, depth + 1)

        if depth > MAX_DEPTH:
            raise Unfit(TOO_DEEP)
        match value:
            case None | bool():
                return value
            case Enum() if value is not UNSET:
                return write_part(value.value)
            case str():
                return _write_text(value)
            case int() | float():
                return _write_double(value)
            case UUID() | datetime():
                return _CHECKED[UUID if isinstance(value, UUID) else datetime](value)
            case Mapping():
                members = cast("Mapping[object, object]", value)
                return collected_members(members, _write_text, write_part)
            case list() | tuple():
                return collected(enumerate(cast("list[object]", value)), write_part)
            case _ if is_record(type(value)):
                return of(type(value))(value)
            case _:
                raise unfit("a JSON value", value)

    return write


def _write_plain(value: object, _: object = None) -> JsonValue:
    kind = value.__class__
    if kind in _UNCHANGED:
        return cast("JsonValue", value)
    return cast("JsonValue", _plain[kind](value))


def _write_plain_list(value: Sequence[object]) -> object:
    return [_write_plain(item) for item in value]


class _PlainHooks(dict[type, Hook]):
    """The hook of each class for `to_json`, made on first use."""

    def __missing__(self, kind: type) -> Hook:
        if is_record(kind):
            names = [each.name for each in fields_of(kind)]
            self[kind] = _unstructure_fn(kind, dict.fromkeys(names, _write_plain))
        else:
            self[kind] = _any_writer(self.__getitem__)
        return self[kind]


_UNCHANGED: Final[frozenset[type]] = frozenset({str, int, bool, type(None)})
_plain: Final = _PlainHooks({list: _write_plain_list})
