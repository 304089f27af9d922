"""Rewrites the JSON of a request into the exact form that the strict codec reads.

The service reads requests as ASP.NET Core does by default: property names and values of
enums in any case, and numbers also from text. The official CLI and the official
Terraform provider rely on it. Source:
https://learn.microsoft.com/dotnet/standard/serialization/system-text-json/configure-options#web-defaults-for-jsonserializeroptions.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Final, TypeAlias, Union, cast, get_args, get_origin

import attrs

from configcat_mgmt.core.codec.schema import fields_of
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.unset import UnsetType

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_DOUBLE: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

_Rewrite: TypeAlias = Callable[[object], object]


def exact_json(data: object, kind: object) -> object:
    """Give property names, enum values and numbers the form that the API describes.

    Of two names that differ only in case, the last one counts. What does not fit `kind`
    stays as it is, for the codec to refuse.

    Args:
        data: Plain JSON data.
        kind: The type of the body, such as a model or `list[JsonPatchOperation]`.
    """
    return _rewriter(kind)(data)


def exact_pointer(pointer: str, kind: object) -> tuple[str, object]:
    """Give the names in a JSON Pointer the case that the API describes.

    Args:
        pointer: A JSON Pointer into data of the type `kind`.
        kind: A model.

    Returns:
        The pointer, and the type of the value that it points to; `object` if that is
        not known.
    """
    exact = pointer.split("/")
    for place, part in enumerate(exact[1:], start=1):
        if kind is object:
            break
        exact[place], kind = _step(part, _single(kind))
    return "/".join(exact), kind


def _step(part: str, kind: object) -> tuple[str, object]:
    if get_origin(kind) is list:
        return part, get_args(kind)[0]
    if _is_model(kind):
        return _fields(cast("type", kind)).get(part.lower(), (part, object))
    return part, object


def _single(kind: object) -> object:
    """Return the one type that an optional type holds; `object` for other unions."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    kinds = [one for one in get_args(kind) if one not in (NoneType, UnsetType)]
    return kinds[0] if len(kinds) == 1 else object


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and attrs.has(kind)


@cache
def _fields(kind: type) -> Mapping[str, tuple[str, object]]:
    """Return the fields of a model by their names in lower case."""
    return {
        field.wire_name.lower(): (field.wire_name, field.kind)
        for field in fields_of(kind)
    }


@cache
def _rewriter(hint: object) -> _Rewrite:
    kind = _single(hint)
    if kind is int:
        return _integer
    if kind is float:
        return _double
    if get_origin(kind) is list:
        return _list(_rewriter(get_args(kind)[0]))
    if get_origin(kind) is dict:
        return _mapping(_rewriter(get_args(kind)[1]))
    if _is_model(kind):
        return _model(cast("type", kind))
    if isinstance(kind, type) and issubclass(kind, OpenEnum):
        return _member({value.lower(): value.value for value in kind})
    return lambda data: data


def _integer(data: object) -> object:
    is_number = isinstance(data, str) and _INTEGER.fullmatch(data)
    return int(data) if isinstance(data, str) and is_number else data


def _double(data: object) -> object:
    is_number = isinstance(data, str) and _DOUBLE.fullmatch(data)
    return float(data) if isinstance(data, str) and is_number else data


def _member(values: Mapping[str, str]) -> _Rewrite:
    def rewrite(data: object) -> object:
        return values.get(data.lower(), data) if isinstance(data, str) else data

    return rewrite


def _list(item: _Rewrite) -> _Rewrite:
    def rewrite(data: object) -> object:
        if not isinstance(data, list):
            return data
        return [item(one) for one in cast("list[object]", data)]

    return rewrite


def _mapping(value: _Rewrite) -> _Rewrite:
    def rewrite(data: object) -> object:
        if not isinstance(data, dict):
            return data
        entries = cast("dict[str, object]", data).items()
        return {name: value(one) for name, one in entries}

    return rewrite


def _model(kind: type) -> _Rewrite:
    fields = _fields(kind)
    rewriters = {name: _rewriter(hint) for name, hint in fields.values()}

    def rewrite(data: object) -> object:
        if not isinstance(data, dict):
            return data
        exact: dict[str, object] = {}
        for sent, value in cast("dict[str, object]", data).items():
            name = fields.get(sent.lower(), (sent, object))[0]
            exact[name] = rewriters[name](value) if name in rewriters else value
        return exact

    return rewrite
