"""What reading and writing have in common: a hook for each type, made on first use."""

import types
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import ClassVar, Final, TypeAlias, cast, get_args, get_origin

from configcat_mgmt.core.codec.problems import (
    Unfit,
    collected,
    collected_members,
    excerpt,
    unfit,
)
from configcat_mgmt.core.codec.schema import (
    Field,
    is_record,
    limited,
    options_of,
    without,
)
from configcat_mgmt.enums import OpenEnum

__all__ = ["MAX_DEPTH", "TOO_DEEP", "VALUE", "Hook", "Hooks", "not_a_member", "or_none"]

Hook: TypeAlias = Callable[..., object]
"""Turns a value, and perhaps its type, into another; raises `Unfit` or `InvalidData`.
"""

VALUE: Final = bool | str | int | float
"""The type of a plain setting value."""

MAX_DEPTH: Final = 100
"""How deep lists and objects may nest where any JSON is allowed."""

TOO_DEEP: Final = f"nested more than {MAX_DEPTH} levels deep, or in itself"

_SHOWN_MEMBERS: Final = 6


class Hooks(ABC):
    """Makes and keeps the hooks of one cattrs converter."""

    dict_name: ClassVar[str] = "an object"

    def __init__(self, scalars: Mapping[object, Hook], *, detailed: bool) -> None:
        """Start from the hooks of single values.

        Args:
            scalars: A hook for each type; that of `str` reads the keys of dicts too.
            detailed: Collect all problems with their paths, and raise `InvalidData`.
                Otherwise stop at the first one, which is faster.
        """
        self.detailed = detailed
        self._read_key = cast("Callable[[str], str]", scalars[str])
        self.made = dict(scalars)

    @abstractmethod
    def record(self, kind: type) -> Hook:
        """Make the hook of a model; cattrs generates most of it."""

    @abstractmethod
    def enum(self, kind: type[OpenEnum]) -> Hook:
        """Make the hook of an enum."""

    def of(self, kind: object) -> Hook:
        """Return the hook of a type.

        Raises:
            TypeError: No model has such a type.
        """
        try:
            return self.made[kind]
        except KeyError:
            made = self.made[kind] = self._make(kind)
            return made

    def _make(self, kind: object) -> Hook:
        arguments = get_args(kind)
        if is_record(kind):
            return self.record(cast("type", kind))
        if isinstance(kind, type) and issubclass(kind, OpenEnum):
            return self.enum(kind)
        if types.NoneType in options_of(kind):
            return or_none(self.of(without(kind, types.NoneType)))
        if get_origin(kind) is list:
            return self._list(self.of(arguments[0]))
        if get_origin(kind) is dict and arguments[0] is str:
            return self._dict(self.of(arguments[1]))
        message = f"the codec has no reading for {kind!r}"
        raise TypeError(message)

    def limited(self, field: Field) -> Hook:
        """Return the hook for the values of a field, which checks the limits."""
        if get_origin(field.kind) is list:
            item = self.of(get_args(field.kind)[0])
            return self._list(limited(item, field.limits))
        return limited(self.of(field.kind), field.limits)

    def _list(self, hook: Hook) -> Hook:
        def each(data: object, _: object = None) -> object:
            items: Sequence[object] = data if isinstance(data, list) else items_of(data)
            return [hook(item) for item in items] if items else []

        def all_of(data: object, _: object = None) -> object:
            return collected(enumerate(items_of(data)), hook)

        return all_of if self.detailed else each

    def _dict(self, hook: Hook) -> Hook:
        def members(data: object, _: object = None) -> object:
            found = members_of(data, self.dict_name)
            return collected_members(found, self._read_key, hook)

        return members


def or_none(hook: Hook) -> Hook:
    """Let a hook pass None through."""

    def hook_or_none(data: object, kind: object = None) -> object:
        return None if data is None else hook(data, kind)

    return hook_or_none


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


def not_a_member(text: str, name: str, members: Iterable[str]) -> Unfit:
    """Make the error for a text that is no value of an enum; it names allowed ones."""
    names = list(members)
    values = list(dict.fromkeys([*get_close_matches(text, names, n=1), *names]))
    allowed = ", ".join(values[:_SHOWN_MEMBERS])
    more = len(values) - _SHOWN_MEMBERS
    if more > 0:
        allowed += f" and {more} more"
    return Unfit(f"{excerpt(text)} is no {name}; allowed: {allowed}")
