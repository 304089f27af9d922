"""Reads JSON data as models: leniently as responses, or strictly as requests."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias, cast, get_origin
from uuid import UUID

import attrs
from cattrs import ClassValidationError, Converter, gen

from configcat_mgmt.core.codec import problems, scalars
from configcat_mgmt.core.codec.encode import write_any
from configcat_mgmt.core.codec.hooks import (
    VALUE,
    Hook,
    Hooks,
    members_of,
    not_a_member,
    or_none,
)
from configcat_mgmt.core.codec.problems import InvalidData, Problem, Unfit
from configcat_mgmt.core.codec.schema import Field, fields_of
from configcat_mgmt.enums import OpenEnum

Mode: TypeAlias = Literal["straight", "detailed", "ignore", "refuse"]
"""How to read. Straight is fast: a missing field is a `KeyError`, and a value that is
no object may be a `TypeError`. The others collect all problems with their paths. The
last two demand what the description of requests does: required fields, limits, known
enum values; they say what happens to unknown fields."""


class Readers(Hooks):
    """The hooks that read models."""

    def __init__(self, mode: Mode) -> None:
        """Start from the hooks of single values."""
        self._mode = mode
        self._strict = mode in {"ignore", "refuse"}
        detailed = mode != "straight"
        super().__init__(_STRICT if self._strict else _LENIENT, detailed=detailed)
        self._converter = Converter(detailed_validation=detailed)

    def record(self, kind: type) -> Hook:
        """Make the hook of a model."""
        fields = fields_of(kind)
        names = {each.name: each.wire_name for each in fields}
        straight = not self.detailed and not any(each.of_request for each in fields)
        structure = self._generate(kind, fields, construct=not straight)
        # A response may lack these fields, and then they read like null.
        blank: Mapping[object, object] = {
            each.wire_name: None
            for each in fields
            if not (self._strict or each.of_request or each.essential)
        }

        def read(data: object, _: object = None) -> object:
            members = members_of(data)
            found: list[Problem] = []
            if self._mode == "refuse":
                found += _unknown_fields(members, list(names.values()))
            try:
                made = structure({**blank, **members}, kind)
            except ClassValidationError as group:
                for error, note in group.group_exceptions()[0]:
                    found += problems.problems_of(error, (names[note.name],))
            else:
                if not found:
                    return made
            raise InvalidData(found)

        # Without fields, nothing else would demand an object.
        return structure if straight and fields else read

    def _generate(self, kind: type, fields: Sequence[Field], construct: bool) -> Hook:
        """Let cattrs write the function that makes a model from the dict of its fields.

        Instead of calling the class, it can make an empty instance and set the fields.
        Models of responses have no validators, and it saves a call for each instance.
        """
        make: Callable[..., object] = kind
        attributes = list(attrs.fields(cast("type[attrs.AttrsInstance]", kind)))
        if not construct:
            make = functools.partial(object.__new__, kind)
            functools.update_wrapper(make, kind, updated=())
            attributes = [each.evolve(init=False) for each in attributes]
        overrides = {
            each.name: gen.override(
                rename=each.wire_name, struct_hook=self._field(each)
            )
            for each in fields
        }
        options = {"_cattrs_use_linecache": False, "_cattrs_include_init_false": True}
        # Looked up by name, since its annotations are partial.
        generate: Callable[..., Hook] = vars(gen)["make_dict_structure_fn_from_attrs"]
        return generate(attributes, make, self._converter, **options, **overrides)

    def _field(self, field: Field) -> Hook:
        read = self.limited(field) if self._strict else self.of(field.kind)
        may_be_null = field.nullable and not field.essential
        if not (self._strict or field.of_request or may_be_null):
            # The service has sent null where its description has a list.
            origin = get_origin(field.kind)
            if origin is list or (origin is dict and not field.essential):
                return _or_empty(origin, read)
            may_be_null = not field.essential
        if may_be_null and not self._strict:
            return self.of(cast("type", field.kind) | None)
        if may_be_null:
            return or_none(read)
        return _not_null(read) if self.detailed or field.kind is object else read

    def enum(self, kind: type[OpenEnum]) -> Hook:
        """Make the hook of an enum; unknown values are kept unless it is strict."""
        members = {str(member.value): member for member in kind}
        known = members.get

        def read(data: object, _: object = None) -> OpenEnum:
            if not isinstance(data, str):
                raise problems.unfit("text", data)
            member = known(data)
            if member is not None:
                return member
            if self._strict:
                raise not_a_member(data, kind.__name__, list(members))
            return kind(data)

        return read


def _unknown_fields(members: Iterable[object], names: list[str]) -> Iterator[Problem]:
    for name in map(str, members):
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            yield Problem((), f"unknown field {problems.excerpt(name)}{hint}")


def _or_empty(make: Callable[[], object], read: Hook) -> Hook:
    return lambda data, _=None: make() if data is None else read(data, None)


def _not_null(read: Hook) -> Hook:
    def read_not_null(data: object, _: object = None) -> object:
        if data is None:
            message = "must not be null"
            raise Unfit(message)
        return read(data)

    return read_not_null


def _quick(kind: type, read: Hook) -> Hook:
    """Let null and values of exactly one type through, and spare them a call."""

    def read_or_none(data: object, _: object = None) -> object:
        return data if data is None or data.__class__ is kind else read(data)

    return read_or_none


def _read_strict_uuid(data: object, _: object = None) -> UUID:
    if isinstance(data, str) and not scalars.UUID_TEXT.fullmatch(data):
        raise Unfit(scalars.NOT_A_UUID)
    return scalars.read_uuid(data)


def _read_strict_datetime(data: object, _: object = None) -> datetime:
    value = scalars.read_datetime(data)
    match = scalars.DATE_TIME.fullmatch(str(data))
    if match is None or not match[1]:
        raise Unfit(scalars.NOT_A_TIME)
    return value


def _read_any(data: object, _: object = None) -> object:
    write_any(data)
    return data


_SCALARS: Final[Mapping[object, Hook]] = {
    str: scalars.read_text,
    bool: scalars.read_boolean,
    int: scalars.read_integer,
    float: scalars.read_double,
    UUID: scalars.read_uuid,
    datetime: scalars.read_datetime,
    VALUE: scalars.setting_value,
    object: _read_any,
}
_LENIENT: Final[Mapping[object, Hook]] = {
    **_SCALARS,
    str | None: _quick(str, scalars.read_text),
    bool | None: _quick(bool, scalars.read_boolean),
    int | None: _quick(int, scalars.read_integer),
}
_STRICT: Final[Mapping[object, Hook]] = {
    **_SCALARS,
    int: scalars.whole_number,
    UUID: _read_strict_uuid,
    datetime: _read_strict_datetime,
}
readers: Final = functools.cache(Readers)
"""Returns the hooks for a mode, made once."""
