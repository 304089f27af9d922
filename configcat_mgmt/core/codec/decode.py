"""Reads JSON data as models: leniently as responses, or strictly as requests."""

import contextlib
import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final, Literal, NoReturn, TypeAlias, TypeVar, cast, get_origin
from uuid import UUID

import attrs
from cattrs import Converter, ForbiddenExtraKeysError, gen, override

from configcat_mgmt.core.codec import hooks, scalars
from configcat_mgmt.core.codec.encode import write_any
from configcat_mgmt.core.codec.problems import Hook, InvalidData, Unfit, excerpt, unfit
from configcat_mgmt.core.codec.schema import Field
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.errors import DecodeError
from configcat_mgmt.unset import UNSET

Mode: TypeAlias = Literal["lenient", "ignore", "refuse"]
"""How to read. Responses are read leniently: they may have unknown fields and enum
values, and may lack all but the essential fields. Requests are read strictly: they have
all required fields, keep all limits and have known enum values only. The strict modes
ignore unknown fields, as the service does, or refuse them."""

Care: TypeAlias = Literal["quick", "filled", "detailed"]
"""How carefully to read. A quick hook raises `KeyError` for a field that the service
left out and `TypeError` for a value that is no object. A filled one knows which fields
a response may lack. A detailed one collects all problems with their paths."""

_MISFITS: Final = (Unfit, InvalidData, KeyError, TypeError, ForbiddenExtraKeysError)
_converter: Final = Converter(detailed_validation=False)
_generate: Final = functools.partial(
    cast("Any", gen).make_dict_structure_fn_from_attrs,
    _cattrs_include_init_false=True,
    _cattrs_use_linecache=False,
)
_partial: Final[set[object]] = set()
"""Types whose responses lack fields: an older service leaves them out each time."""
_CALL: Final = _converter.get_structure_hook(int)
"""The hook of cattrs that calls the type of a field with the data."""

T = TypeVar("T")


def from_json(data: object, kind: type[T]) -> T:
    """Make a model from plain JSON data, as leniently as responses are read.

    Unknown fields are ignored and unknown enum values kept. A field that is missing or
    null becomes None, or an empty list, unless the model is useless without it. Models
    of requests are read back field for field and must be complete.

    Args:
        data: The result of `json.loads` or of `to_json`.
        kind: The model, or a type such as `list[TagModel]`.

    Returns:
        A value of that type.

    Raises:
        DecodeError: The data does not fit; lists every problem with its place.
    """
    try:
        return cast("T", decode(data, kind))
    except InvalidData as invalid:
        problems = [str(problem) for problem in invalid.problems]
    raise DecodeError("from_json", problems, status=0)


def decode(data: object, kind: object, mode: Mode = "lenient") -> object:
    """Read plain JSON data as `kind`.

    Args:
        data: The result of `parse_json`; other mappings and sequences are accepted.
        kind: The type of the body as the operation states it; None for no body.
        mode: How to read.

    Raises:
        InvalidData: The data does not fit; has every problem with its path.
    """
    if kind is None:
        return None
    if mode == "lenient" and kind not in _partial:
        with contextlib.suppress(*_MISFITS):
            return readers(mode, "quick").of(kind)(data)
        _partial.add(kind)
    with contextlib.suppress(*_MISFITS):
        return readers(mode, "filled").of(kind)(data)
    # Outside of the block, so that no error keeps the data as its context.
    return hooks.outermost(readers(mode, "detailed").of(kind), data)


class Readers(hooks.Hooks):
    """The hooks that read models."""

    def __init__(self, mode: Mode, care: Care) -> None:
        """Start from the hooks of single values."""
        self._mode = mode
        self._care = care
        self._strict = mode != "lenient"
        of_values = _STRICT if self._strict else _LENIENT
        super().__init__(of_values, detailed=care == "detailed")

    def record(self, kind: type, parts: hooks.Parts) -> Hook:
        """Make the hook of a model."""
        # A response may lack these fields, and then they read like null.
        blank: dict[object, None] = {
            field.wire_name: None
            for field, _ in parts
            if not (self._strict or field.of_request or field.essential)
        }
        if self.detailed:
            return self._read_all(kind, parts, blank)
        bare = bool(parts) and not any(field.of_request for field, _ in parts)
        structure = self._structure_fn(kind, parts, bare=bare)
        if bare and self._care == "quick":
            return structure

        def fill(data: object) -> object:
            given = hooks.members_of(data)
            whole = given.keys() >= blank.keys()
            return structure(given if whole else {**blank, **given})

        return fill

    def _structure_fn(self, kind: type, parts: hooks.Parts, *, bare: bool) -> Hook:
        """Let cattrs write the function that makes a model from the dict of its fields.

        A bare one makes an empty instance and sets the fields, which is faster than
        calling the class. It skips validators, which models of responses do not have.
        """
        make: Callable[..., object] = kind
        if bare:
            make = functools.partial(object.__new__, kind)
            functools.update_wrapper(make, kind, updated=())
        attributes = [
            attribute.evolve(type=hook, init=not bare)
            for attribute, (_, hook) in zip(attrs.fields(kind), parts, strict=True)
        ]
        overrides = {
            field.name: override(rename=field.wire_name, struct_hook=_CALL)
            for field, _ in parts
        }
        refuse = self._mode == "refuse"
        made: Hook = _generate(
            attributes, make, _converter, _cattrs_forbid_extra_keys=refuse, **overrides
        )
        return made

    def _read_all(
        self, kind: type, parts: hooks.Parts, blank: Mapping[object, None]
    ) -> Hook:
        names = [field.wire_name for field, _ in parts]
        refuse = functools.partial(_refuse_unknown, names)

        def read(data: object) -> object:
            members = {**blank, **hooks.members_of(data)}
            others = [((), refuse, name) for name in members if name not in names]
            made = hooks.all_parts(
                parts,
                lambda field: members.get(field.wire_name, UNSET),
                *(others if self._mode == "refuse" else ()),
            )
            return kind(**{field.name: value for field, value in made})

        return read

    def field(self, field: Field) -> Hook:
        """Make the hook of a field."""
        lenient = not (self._strict or field.of_request)
        # The service has sent null where its description has a list.
        empty = lenient and not field.nullable and get_origin(field.kind) is list
        hook = self.values(field, limited=self._strict, null_is_empty=empty)
        nullable = (lenient or field.nullable) and not (empty or field.essential)
        return hooks.or_none(hook) if nullable else hook

    def enum(self, kind: type[OpenEnum]) -> Hook:
        """Make the hook of an enum; unknown values are kept unless it is strict."""
        members: dict[object, OpenEnum] = {str(one.value): one for one in kind}

        def read(data: object) -> OpenEnum:
            if not isinstance(data, str):
                raise unfit("text", data)
            member = members.get(data)
            if member is None:
                return scalars.known_member(kind, data) if self._strict else kind(data)
            return member

        return read


def _refuse_unknown(names: list[str], name: object) -> NoReturn:
    close = get_close_matches(str(name), names, n=1)
    hint = f'; did you mean "{close[0]}"?' if close else ""
    raise Unfit(f"unknown field {excerpt(str(name))}{hint}")


def _read_any(data: object) -> object:
    write_any(data)
    return data


_LENIENT: Final[Mapping[object, Hook]] = {
    str: scalars.read_text,
    bool: scalars.read_boolean,
    int: scalars.read_integer,
    float: scalars.read_double,
    UUID: scalars.read_uuid,
    datetime: scalars.read_datetime,
    hooks.VALUE: scalars.setting_value,
    object: _read_any,
}
_STRICT: Final[Mapping[object, Hook]] = {
    **_LENIENT,
    int: scalars.whole_number,
    UUID: scalars.read_strict_uuid,
}
readers: Final = functools.cache(Readers)
"""Returns the hooks for a mode, made once."""
