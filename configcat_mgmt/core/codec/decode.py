"""Reads JSON data as models: leniently as responses, or strictly as requests."""

import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias, cast, get_origin
from uuid import UUID

import attrs
from cattrs import ClassValidationError, Converter
from cattrs.gen import (
    make_dict_structure_fn_from_attrs,
    override,
)

from configcat_mgmt.core.codec.hooks import (
    MAX_DEPTH,
    TOO_DEEP,
    VALUE,
    Hook,
    Hooks,
    members_of,
    not_a_member,
    or_none,
)
from configcat_mgmt.core.codec.problems import (
    InvalidData,
    Problem,
    Unfit,
    collected,
    collected_members,
    excerpt,
    problems_of,
    unfit,
)
from configcat_mgmt.core.codec.scalars import (
    DATE_TIME,
    NOT_A_DATE_TIME,
    NOT_A_DOUBLE,
    NOT_A_UUID,
    UUID_TEXT,
    is_finite,
    read_boolean,
    read_datetime,
    read_double,
    read_integer,
    read_text,
    read_uuid,
)
from configcat_mgmt.core.codec.schema import Field, fields_of, is_request
from configcat_mgmt.enums import OpenEnum

__all__ = ["Readers", "UnknownFields", "read_with", "readers"]

Members: TypeAlias = Mapping[object, object]

UnknownFields: TypeAlias = Literal["ignore", "refuse"]


@functools.cache
def readers(
    *,
    strict: bool = False,
    unknown: UnknownFields = "ignore",
    lean: bool = False,
    detailed: bool = False,
) -> "Readers":
    """Return the hooks that read models.

    Args:
        strict: Demand what the description of requests demands: required fields,
            limits, known enum values. Otherwise read as leniently as a response.
        unknown: Whether fields that the model does not have are problems; `"refuse"`
            works in detail only.
        lean: Read also what lacks fields. Otherwise a missing field is a `KeyError`,
            and something else than an object may be a `TypeError`, which is faster.
        detailed: Do so as well, and collect all problems with their paths.
    """
    return Readers(strict=strict, unknown=unknown, lean=lean, detailed=detailed)


class Readers(Hooks):
    """The hooks that read models; see `readers`."""

    def __init__(
        self,
        *,
        strict: bool,
        unknown: UnknownFields,
        lean: bool,
        detailed: bool,
    ) -> None:
        """Start from the hooks of single values."""
        super().__init__(_STRICT if strict else _LENIENT, detailed=detailed)
        self._strict = strict
        self._unknown = unknown
        self._lean = lean
        self._converter = Converter(detailed_validation=detailed)

    def record(self, kind: type) -> Hook:
        """Make the hook of a model."""
        fields = fields_of(kind)
        structure = self._generate(kind, fields)
        # A response may lack these fields, and then they read like null.
        blank: Members = {
            each.wire_name: None
            for each in fields
            if not (self._strict or is_request(kind) or each.essential)
        }

        def read_lean(data: object, _: object = None) -> object:
            try:
                return structure({**blank, **members_of(data)})
            except KeyError:
                message = "a field is missing"
                raise Unfit(message) from None

        def read_all(data: object, _: object = None) -> object:
            members = members_of(data)
            problems = self._unknown_fields(members, fields)
            try:
                made = structure({**blank, **members})
            except ClassValidationError as group:
                names = {each.name: each.wire_name for each in fields}
                for error, note in group.group_exceptions()[0]:
                    problems += problems_of(error, names[note.name])
            else:
                if not problems:
                    return made
            raise InvalidData(problems)

        if self.detailed:
            return read_all
        # Without a field that must be there, nothing else would demand an object.
        straight = fields and not (self._lean or is_request(kind))
        return structure if straight else read_lean

    def _generate(self, kind: type, fields: Iterable[Field]) -> Hook:
        """Let cattrs write the function that makes a model from the dict of its fields.

        For a response, which has no validators, it does not call the class: it makes an
        empty instance and sets the fields, which takes a call less for each instance.
        """
        make: Callable[..., object] = kind
        attributes = list(attrs.fields(cast("type[attrs.AttrsInstance]", kind)))
        if not (self.detailed or is_request(kind)):
            make = functools.partial(object.__new__, kind)
            functools.update_wrapper(make, kind, updated=())
            attributes = [each.evolve(init=False) for each in attributes]
        overrides = {
            each.name: override(
                rename=each.wire_name,
                struct_hook=self._field(each, of_request=is_request(kind)),
            )
            for each in fields
        }
        generate = cast("Callable[..., Hook]", make_dict_structure_fn_from_attrs)
        return generate(
            attributes,
            make,
            self._converter,
            _cattrs_use_linecache=False,
            _cattrs_include_init_false=True,
            **overrides,
        )

    def _unknown_fields(
        self,
        members: Members,
        fields: Iterable[Field],
    ) -> list[Problem]:
        names = [each.wire_name for each in fields]
        problems: list[Problem] = []
        for name in members if self._unknown == "refuse" else ():
            if name not in names:
                close = get_close_matches(str(name), names, n=1)
                hint = f'; did you mean "{close[0]}"?' if close else ""
                message = f"unknown field {excerpt(str(name))}{hint}"
                problems.append(Problem((), message))
        return problems

    def _field(self, field: Field, *, of_request: bool) -> Hook:
        read = self.limited(field) if self._strict else self.of(field.kind)
        may_be_null = field.nullable and not field.essential
        if not (self._strict or of_request or may_be_null):
            # The service has sent null where its description has a list.
            if get_origin(field.kind) is list:
                return _or_empty(list, read)
            if get_origin(field.kind) is dict and not field.essential:
                return _or_empty(dict, read)
            may_be_null = not field.essential
        if may_be_null:
            if self._strict:
                return read if field.kind is object else or_none(read)
            return self.of(cast("type", field.kind) | None)
        return _not_null(read) if self.detailed or field.kind is object else read

    def enum(self, kind: type[OpenEnum]) -> Hook:
        """Make the hook of an enum; unknown values are kept unless it is strict."""
        members = {str(member.value): member for member in kind}
        known = members.get

        def read(data: object, _: object = None) -> OpenEnum:
            if not isinstance(data, str):
                raise unfit("text", data)
            member = known(data)
            if member is not None:
                return member
            if self._strict:
                raise not_a_member(data, kind.__name__, members)
            return kind(data)

        return read


def read_with(hook: Hook, data: object) -> object:
    """Read the whole of the data.

    Raises:
        InvalidData: It does not fit.
    """
    try:
        return hook(data)
    except Unfit as error:
        problem = Problem((), str(error))
    raise InvalidData([problem])


def _or_empty(make: Callable[[], object], read: Hook) -> Hook:
    def read_or_empty(data: object, kind: object = None) -> object:
        return make() if data is None else read(data, kind)

    return read_or_empty


def _not_null(read: Hook) -> Hook:
    def read_not_null(data: object, kind: object = None) -> object:
        if data is None:
            message = "must not be null"
            raise Unfit(message)
        return read(data, kind)

    return read_not_null


def _read_strict_integer(data: object, _: object = None) -> int:
    if isinstance(data, float):
        raise unfit("a whole number", data)
    return read_integer(data)


def _read_strict_uuid(data: object, _: object = None) -> UUID:
    if isinstance(data, str) and not UUID_TEXT.fullmatch(data):
        raise Unfit(NOT_A_UUID)
    return read_uuid(data)


def _read_strict_datetime(data: object, _: object = None) -> datetime:
    value = read_datetime(data)
    match = DATE_TIME.fullmatch(cast("str", data))
    if match is None or not match[4]:
        raise Unfit(NOT_A_DATE_TIME)
    return value


def _read_value(data: object, _: object = None) -> object:
    if not isinstance(data, (bool, str, int, float)):
        raise unfit("a boolean, text or a number", data)
    if isinstance(data, float) and not is_finite(data):
        raise Unfit(NOT_A_DOUBLE)
    return data


def _read_any(data: object, _: object = None, depth: int = 0) -> object:
    def read_part(part: object) -> object:
        return _read_any(part, depth=depth + 1)

    if depth > MAX_DEPTH:
        raise Unfit(TOO_DEEP)
    if isinstance(data, Mapping):
        collected_members(cast("Members", data), read_text, read_part)
    elif isinstance(data, (list, tuple)):
        collected(enumerate(cast("list[object]", data)), read_part)
    elif data is not None and not isinstance(data, (bool, str, int, float)):
        raise unfit("a JSON value", data)
    elif data is not None:
        _read_value(data)
    return data


def _plain_or_none(kind: type, read: Hook) -> Hook:
    """Make a hook that spares most values one call."""

    def read_or_none(data: object, _: object = None) -> object:
        return data if data is None or data.__class__ is kind else read(data)

    return read_or_none


_LENIENT: Final[Mapping[object, Hook]] = {
    str: read_text,
    bool: read_boolean,
    int: read_integer,
    float: read_double,
    UUID: read_uuid,
    datetime: read_datetime,
    VALUE: _read_value,
    object: _read_any,
    str | None: _plain_or_none(str, read_text),
    bool | None: _plain_or_none(bool, read_boolean),
    int | None: _plain_or_none(int, read_integer),
    object | None: _read_any,
}
_STRICT: Final[Mapping[object, Hook]] = {
    **_LENIENT,
    int: _read_strict_integer,
    UUID: _read_strict_uuid,
    datetime: _read_strict_datetime,
}
