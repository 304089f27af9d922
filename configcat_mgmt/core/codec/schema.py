"""The fields of models as the codec sees them, and the limits of their values.

The annotation of a field gives its type. Its metadata gives the name in JSON, the
limits of the value, and whether a response is useless without the field.
"""

import functools
import types
from collections.abc import Mapping
from typing import Any, TypeGuard, Union, cast, get_args, get_origin

import attrs

from configcat_mgmt.core.codec.problems import Hook, Unfit
from configcat_mgmt.core.codec.scalars import INTEGER_RANGES
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.unset import UNSET, UnsetType


@attrs.frozen
class Field:
    """A field of a model.

    Attributes:
        kind: Its type, without None and `UnsetType`.
        nullable: It may be None.
        optional: It may be `UNSET`.
        essential: A response without it is useless.
        of_request: Users build the model, so a response never lacks the field.
        least: Least number, or length of a text in characters; of items if it is a
            list.
        most: Greatest number or length.
    """

    name: str
    wire_name: str
    kind: object
    nullable: bool
    optional: bool
    essential: bool
    of_request: bool
    least: float | None
    most: float | None

    def limited(self, hook: Hook) -> Hook:
        """Let a hook, for reading or writing, refuse values that break the limits."""
        least, most = self.least, self.most

        def within(data: object) -> object:
            value = hook(data)
            size, unit = cast("float", value), ""
            if isinstance(value, str):
                size = len(value)
                unit = f" characters, has {size}"
            if least is not None and size < least:
                few = f"must be at least {least}{unit}"
                raise Unfit("must not be empty" if value == "" else few)
            if most is not None and size > most:
                raise Unfit(f"must be at most {most}{unit}")
            return value

        return hook if least is most is None else within


@functools.cache
def fields_of(kind: type) -> tuple[Field, ...]:
    """Read the fields of a model class."""
    attributes = attrs.fields(cast("type[attrs.AttrsInstance]", kind))
    return tuple(_field(attribute) for attribute in attributes)


def is_record(kind: object) -> bool:
    """Whether `kind` is a model class."""
    return isinstance(kind, type) and attrs.has(kind)


def is_enum(kind: object) -> TypeGuard[type[OpenEnum]]:
    """Whether `kind` is an enum of the API."""
    return isinstance(kind, type) and issubclass(kind, OpenEnum)


def options_of(kind: object) -> tuple[object, ...]:
    """Return the members of a union, or the type itself."""
    is_union = isinstance(kind, types.UnionType) or get_origin(kind) is Union
    return get_args(kind) if is_union else (kind,)


def without(kind: object, *left_out: object) -> object:
    """Return a type without some members of its union."""
    kept: list[Any] = [each for each in options_of(kind) if each not in left_out]
    return functools.reduce(lambda union, each: union | each, kept)


def _field(attribute: "attrs.Attribute[object]") -> Field:
    metadata = cast("Mapping[str, Any]", attribute.metadata)
    options = options_of(attribute.type)
    kind = without(attribute.type, types.NoneType, UnsetType)
    is_list = get_origin(kind) is list
    least, most = None, None
    if (get_args(kind)[0] if is_list else kind) is int:
        least, most = INTEGER_RANGES[metadata.get("format", "int64")]
    if not is_list:  # Other limits of a list would be its own.
        least = metadata.get("minimum", metadata.get("min_length", least))
        most = metadata.get("maximum", metadata.get("max_length", most))
    return Field(
        name=attribute.name,
        wire_name=metadata.get("json", _camel_case(attribute.name)),
        kind=kind,
        nullable=types.NoneType in options or kind is object,
        # `object` says nothing of UNSET, but the default does.
        optional=attribute.default is UNSET or UnsetType in options,
        essential=metadata.get("essential") is True,
        of_request=attribute.kw_only,
        least=least,
        most=most,
    )


def _camel_case(name: str) -> str:
    """Return the usual JSON name of a field: `config_id` is `configId`."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)
