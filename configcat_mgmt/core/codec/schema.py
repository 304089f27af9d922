"""The fields of models as the codec sees them, and the limits of their values.

Annotations say which type a field has. Field metadata says the name in JSON, the limits
of a value and whether a response is of use without it.
"""

import functools
import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import attrs

from configcat_mgmt.core.codec.problems import Unfit
from configcat_mgmt.core.codec.scalars import INTEGER_RANGES
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.unset import UNSET, UnsetType

V = TypeVar("V")


@attrs.frozen
class Limits:
    """Limits of a text in characters or of a number, both ends included."""

    min_length: int = 0
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None

    def problem(self, value: object) -> str | None:
        """Say which limit a text or a number breaks, if any."""
        if isinstance(value, str):
            has = f"characters, has {len(value)}"
            if len(value) < self.min_length:
                few = f"needs at least {self.min_length} {has}"
                return few if value else "must not be empty"
            if self.max_length is not None and len(value) > self.max_length:
                return f"may have at most {self.max_length} {has}"
        elif isinstance(value, (int, float)):
            if self.minimum is not None and value < self.minimum:
                return f"must be at least {self.minimum}"
            if self.maximum is not None and value > self.maximum:
                return f"must be at most {self.maximum}"
        return None

    def applied_to(self, hook: Callable[..., V]) -> Callable[..., V]:
        """Let a hook, for reading or writing, refuse values that break the limits."""

        def limited(data: object, _: object = None) -> V:
            value = hook(data)
            problem = self.problem(value)
            if problem is not None:
                raise Unfit(problem)
            return value

        return hook if self == Limits() else limited


@attrs.frozen
class Field:
    """A field of a model.

    Attributes:
        kind: Its type, without None and `UnsetType`.
        optional: It may be `UNSET`.
        essential: A response without it is of no use.
        of_request: Users build the model, so a response never lacks the field.
        limits: Limits of the value; those of the items if it is a list.
    """

    name: str
    wire_name: str
    kind: object
    nullable: bool
    optional: bool
    essential: bool
    of_request: bool
    limits: Limits


@functools.cache
def fields_of(kind: type) -> tuple[Field, ...]:
    """Read the fields of a model class."""
    attributes = attrs.fields(cast("type[attrs.AttrsInstance]", kind))
    return tuple(_field(attribute) for attribute in attributes)


def is_record(kind: object) -> bool:
    """Whether `kind` is a model class."""
    return isinstance(kind, type) and attrs.has(kind)


def is_enum(kind: object) -> bool:
    """Whether `kind` is an enum of the API."""
    return isinstance(kind, type) and issubclass(kind, OpenEnum)


def options_of(kind: object) -> tuple[object, ...]:
    """Return the members of a union, or the type itself."""
    is_union = isinstance(kind, types.UnionType) or get_origin(kind) is Union
    return get_args(kind) if is_union else (kind,)


def without(kind: object, *left_out: object) -> object:
    """Return a type without some members of its union."""
    kept = [option for option in options_of(kind) if option not in left_out]
    made: Any = kept[0]
    for option in kept[1:]:
        made |= option
    return cast("object", made)


def _field(attribute: "attrs.Attribute[object]") -> Field:
    metadata = cast("Mapping[str, object]", attribute.metadata)
    options = options_of(attribute.type)
    kind = without(attribute.type, types.NoneType, UnsetType)
    return Field(
        name=attribute.name,
        wire_name=str(metadata.get("json", _camel_case(attribute.name))),
        kind=kind,
        nullable=types.NoneType in options or kind is object,
        # `object` says nothing of UNSET, but the default does.
        optional=attribute.default is UNSET or UnsetType in options,
        essential=metadata.get("essential") is True,
        of_request=attribute.kw_only,
        limits=_limits(kind, metadata),
    )


def _camel_case(name: str) -> str:
    """Return the usual JSON name of a field: `config_id` is `configId`."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _limits(kind: object, metadata: Mapping[str, Any]) -> Limits:
    is_list = get_origin(kind) is list
    low, high = None, None
    if (get_args(kind)[0] if is_list else kind) is int:
        low, high = INTEGER_RANGES[metadata.get("format", "int64")]
    # The format of a list is that of its items; its limits would be its own.
    stated: Mapping[str, Any] = {} if is_list else metadata
    return Limits(
        min_length=stated.get("min_length", 0),
        max_length=stated.get("max_length"),
        minimum=stated.get("minimum", low),
        maximum=stated.get("maximum", high),
    )
