"""Turns models into plain JSON data: as they are, or checked as a request body."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import cache, partial
from typing import Any, Final, cast
from uuid import UUID

from cattrs import Converter, gen, override

from configcat_mgmt.core.codec import hooks, scalars
from configcat_mgmt.core.codec.problems import Hook, InvalidData, Unfit, unfit
from configcat_mgmt.core.codec.schema import Field, fields_of, is_record
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

MAX_DEPTH: Final = 100
"""How deep lists and objects may nest where any JSON is allowed."""

_converter: Final = Converter()
_generate: Final = cast("Any", gen).make_dict_unstructure_fn


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
    return cast("JsonValue", hooks.outermost(_writers(detailed=True).of(kind), value))


def to_json(value: object) -> JsonValue:
    """Turn any model, enum, UUID, aware time, list or dict into plain JSON data.

    Fields that are `UNSET` are left out. Limits of fields are not checked.

    Returns:
        What `json.dumps` can write: dicts, lists, texts, numbers, bools and None.

    Raises:
        ValueError: Something in it has no JSON form; names the place.
    """
    try:
        return cast("JsonValue", _write_plain(value))
    except (Unfit, InvalidData, RecursionError):
        message = "not JSON"
    # Outside of the handler, so that the error does not keep a thousand frames.
    try:
        hooks.outermost(write_any, value)
    except InvalidData as invalid:
        message = str(invalid)
    raise ValueError(message)


class _Writers(hooks.Hooks):
    """The hooks that check a request body."""

    def record(self, kind: type, parts: hooks.Parts) -> Hook:
        """Make the hook of a model."""
        if not self.detailed:
            unstructure = _unstructure_fn(kind, parts)
            return lambda value: unstructure(_the_model(kind, value))

        def write_all(value: object) -> object:
            model: object = _the_model(kind, value)
            made = hooks.all_parts(parts, lambda field: getattr(model, field.name))
            return {field.wire_name: part for field, part in made}

        return write_all

    def field(self, field: Field) -> Hook:
        """Make the hook of a field."""
        hook = self.values(field)
        # A response may lack what it should have; then the model has None there.
        return hooks.or_none(hook) if field.nullable or not field.of_request else hook

    def enum(self, kind: type[OpenEnum]) -> Hook:
        """Make the hook of an enum; only its own instances may have unknown values."""

        def write(value: object) -> str:
            if isinstance(value, kind):
                return _write_text(value)
            if not isinstance(value, str) or isinstance(value, OpenEnum):
                raise unfit(kind.__name__, value)
            return scalars.known_member(kind, value).value

        return write


def _unstructure_fn(kind: type, parts: hooks.Parts) -> Hook:
    """Let cattrs write the function that turns a model into a dict."""
    overrides = {
        field.name: override(
            rename=field.wire_name, omit_if_default=field.optional, unstruct_hook=hook
        )
        for field, hook in parts
    }
    made: Hook = _generate(kind, _converter, _cattrs_use_linecache=False, **overrides)
    return made


def _the_model(kind: type, value: object) -> object:
    if isinstance(value, kind):
        return value
    name = kind.__name__
    if isinstance(value, Mapping):
        hint = f"a plain dict is not taken here: make a {name}, or use client.call()"
        raise Unfit(f"expected {name}; {hint}")
    raise unfit(name, value)


def _write_text(value: object) -> str:
    text = str.__str__(scalars.read_text(value))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            message = "has half of a surrogate pair, which no one reads"
            raise Unfit(message) from None
    return text


def _write_uuid(value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise unfit("a UUID", value)
    return str(scalars.read_strict_uuid(value))


def write_any(value: object, *, depth: int = 0, record: Hook | None = None) -> object:
    """Turn any JSON value, model, enum, UUID or time into JSON data.

    `depth` lists and dicts are around it. Without a hook for models, they are checked
    as a request body is.
    """
    if depth > MAX_DEPTH:
        message = f"nested more than {MAX_DEPTH} levels deep, or in itself"
        raise Unfit(message)
    match value:
        case None | bool():
            return value
        case Enum() if value is not UNSET:
            return write_any(value.value, depth=depth, record=record)
        case str():
            return _write_text(value)
        case int() | float():
            return scalars.finite_number(value)
        case UUID():
            return str(value)
        case datetime():
            return scalars.format_datetime(value)
        case Mapping() | list() | tuple():
            part = partial(write_any, depth=depth + 1, record=record)
            if isinstance(value, Mapping):
                return hooks.all_members(_write_text, part, cast("object", value))
            return hooks.all_items(part, cast("object", value))
        case _ if is_record(type(value)):
            return (record or _writers(detailed=True).of(type(value)))(value)
        case _:
            raise unfit("a JSON value", value)


def _write_plain(value: object) -> object:
    kind: type = type(value)
    return value if kind in _UNCHANGED else _plain_hook(kind)(value)


@cache
def _plain_hook(kind: type) -> Hook:
    if kind is list:
        return lambda value: [*map(_write_plain, cast("list[object]", value))]
    if is_record(kind):
        return _unstructure_fn(kind, [(each, _write_plain) for each in fields_of(kind)])
    return partial(write_any, record=_write_plain)


_UNCHANGED: Final[frozenset[type]] = frozenset({str, int, bool, type(None)})
_CHECKED: Final[Mapping[object, Hook]] = {
    str: _write_text,
    bool: scalars.read_boolean,
    int: scalars.whole_number,
    float: scalars.finite_number,
    UUID: _write_uuid,
    datetime: scalars.format_datetime,
    hooks.VALUE: lambda value: write_any(scalars.setting_value(value)),
    object: write_any,
}
_writers: Final = cache(partial(_Writers, _CHECKED))
