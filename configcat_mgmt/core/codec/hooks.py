"""The hook of each type, as reading and writing have it in common."""

import types
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import ClassVar, Final, Protocol, cast, get_args, get_origin

from configcat_mgmt.core.codec.problems import Unfit, collected, excerpt, unfit
from configcat_mgmt.core.codec.schema import (
    Field,
    is_enum,
    is_record,
    options_of,
    without,
)
from configcat_mgmt.enums import OpenEnum


class Hook(Protocol):
    """Turns a value into another; cattrs also passes the type.

    Functions that cattrs 24 generates need the second argument, though they ignore it.
    """

    def __call__(self, data: object, kind: object = None, /) -> object:
        """Raise `Unfit` for the value, or `InvalidData` for what is inside it."""
        ...


VALUE: Final = bool | str | int | float
"""The type of a plain setting value."""

_SHOWN_MEMBERS: Final = 6


class Hooks(ABC):
    """Makes the hook of each type on first use, and keeps it."""

    dict_name: ClassVar[str] = "an object"

    def __init__(self, scalars: Mapping[object, Hook], *, detailed: bool) -> None:
        """Start from the hooks of single values.

        Args:
            scalars: A hook for each type; that of `str` is for the keys of dicts too.
            detailed: Collect all problems with their paths. Otherwise stop at the
                first one, which is faster.
        """
        self.detailed = detailed
        self._hooks = dict(scalars)

    @abstractmethod
    def record(self, kind: type) -> Hook:
        """Make the hook of a model; cattrs generates most of it."""

    @abstractmethod
    def enum(self, kind: type[OpenEnum]) -> Hook:
        """Make the hook of an enum."""

    def of(self, kind: object) -> Hook:
        """Return the hook of a type; raises `TypeError` for a type no model has."""
        if kind not in self._hooks:
            self._hooks[kind] = self._make(kind)
        return self._hooks[kind]

    def _make(self, kind: object) -> Hook:
        arguments = get_args(kind)
        if is_record(kind):
            return self.record(cast("type", kind))
        if is_enum(kind):
            return self.enum(cast("type[OpenEnum]", kind))
        if types.NoneType in options_of(kind):
            return or_none(self.of(without(kind, types.NoneType)))
        if get_origin(kind) is list:
            return self._list(self.of(arguments[0]))
        if get_origin(kind) is dict and arguments[0] is str:
            key, value = self.of(str), self.of(arguments[1])
            return lambda data, _=None: all_members(data, key, value, self.dict_name)
        message = f"the codec has no reading for {kind!r}"
        raise TypeError(message)

    def limited(self, field: Field) -> Hook:
        """Return the hook for the values of a field, which checks the limits."""
        if get_origin(field.kind) is list:
            item = self.of(get_args(field.kind)[0])
            return self._list(field.limits.applied_to(item))
        return field.limits.applied_to(self.of(field.kind))

    def _list(self, hook: Hook) -> Hook:
        if self.detailed:
            return lambda data, _=None: all_items(data, hook)

        def each(data: object, _: object = None) -> object:
            if not isinstance(data, list):
                data = items_of(data)
            items = cast("Sequence[object]", data)
            return [hook(item, None) for item in items] if items else []

        return each


def or_none(hook: Hook) -> Hook:
    """Let a hook pass None through."""
    return lambda data, _=None: None if data is None else hook(data, None)


def outermost(hook: Hook, data: object) -> object:
    """Apply a hook to the whole of the data, and raise nothing but `InvalidData`."""
    return collected([((), data)], hook)[0]


def items_of(data: object) -> Sequence[object]:
    """Accept a sequence that is no text."""
    if not isinstance(data, Sequence) or isinstance(data, (str, bytes, bytearray)):
        raise unfit("a list", data)
    return cast("Sequence[object]", data)


def members_of(data: object, name: str = "an object") -> Mapping[object, object]:
    """Accept a mapping."""
    if not isinstance(data, Mapping):
        raise unfit(name, data)
    return cast("Mapping[object, object]", data)


def all_items(data: object, hook: Hook) -> list[object]:
    """Apply a hook to each item of a list, and collect the problems."""
    return collected((((at,), item) for at, item in enumerate(items_of(data))), hook)


def all_members(
    data: object, key_hook: Hook, hook: Hook, name: str = "an object"
) -> dict[object, object]:
    """Apply hooks to the keys and values of a dict, and collect the problems."""

    def on_key(key: object) -> object:
        if isinstance(key, str):
            return key_hook(key)
        raise unfit("text as a key", key)

    members = members_of(data, name)
    keys = collected([((), key) for key in members], on_key)
    items = [((str(key),), value) for key, value in members.items()]
    return dict(zip(keys, collected(items, hook), strict=True))


def not_a_member(text: str, name: str, members: Sequence[str]) -> Unfit:
    """Make the error for a text that is no value of an enum; it names allowed ones."""
    close = get_close_matches(text, members, n=1)
    values = list(dict.fromkeys([*close, *members]))
    more = len(values) - _SHOWN_MEMBERS
    allowed = ", ".join(values[:_SHOWN_MEMBERS]) + (f" and {more} more" * (more > 0))
    return Unfit(f"{excerpt(text)} is no {name}; allowed: {allowed}")
