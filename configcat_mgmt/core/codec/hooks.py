"""The parts of hooks that reading and writing share."""

import functools
import types
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NoReturn, TypeAlias, cast, get_args, get_origin

from configcat_mgmt.core.codec import schema
from configcat_mgmt.core.codec.problems import Hook, Item, Unfit, collected, unfit
from configcat_mgmt.core.codec.scalars import UNCHANGED
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.unset import UNSET

Parts: TypeAlias = list[tuple[schema.Field, Hook]]
"""The fields of a model and their hooks."""

VALUE: Final = bool | str | int | float
"""The type of a plain setting value."""


class Hooks(ABC):
    """Makes the hook of each type on first use, and keeps it."""

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
    def record(self, kind: type, parts: Parts) -> Hook:
        """Make the hook of a model; cattrs generates the fast one."""

    @abstractmethod
    def field(self, field: schema.Field) -> Hook:
        """Make the hook of a field of a model."""

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
        if schema.is_enum(kind):
            return self.enum(kind)
        if schema.is_record(kind):
            model = cast("type", kind)
            parts = [(field, self.field(field)) for field in schema.fields_of(model)]
            return self.record(model, parts)
        if types.NoneType in schema.options_of(kind):
            return or_none(self.of(schema.without(kind, types.NoneType)))
        if get_origin(kind) is list:
            return self._list(self.of(arguments[0]))
        if get_origin(kind) is dict and arguments[0] is str:
            return functools.partial(all_members, self.of(str), self.of(arguments[1]))
        message = f"the codec has no reading for {kind!r}"
        raise TypeError(message)

    def values(
        self, field: schema.Field, *, limited: bool = True, null_is_empty: bool = False
    ) -> Hook:
        """Make the hook for the values of a field; null may be an empty list."""
        is_list = get_origin(field.kind) is list
        hook = self.of(get_args(field.kind)[0] if is_list else field.kind)
        hook = field.limited(hook) if limited else hook
        return self._list(hook, null_is_empty=null_is_empty) if is_list else hook

    def _list(self, hook: Hook, *, null_is_empty: bool = False) -> Hook:
        detailed = self.detailed
        empty = None if null_is_empty else object()

        def each(data: Sequence[object]) -> list[object]:
            if data is empty:
                return []
            if detailed or data.__class__ is not list:
                return all_items(hook, data)
            made: list[object] = []
            for item in data:
                made.append(hook(item))  # faster than a comprehension in Python 3.11
            return made

        return cast("Hook", each)


def or_none(hook: Hook) -> Hook:
    """Let a hook pass None through."""
    same = UNCHANGED.get(hook)

    def given(data: object) -> object:
        return data if data is None or type(data) is same else hook(data)

    return given


def outermost(hook: Hook, data: object) -> object:
    """Apply a hook to the whole of the data, and raise nothing but `InvalidData`."""
    return collected([((), hook, data)])[0]


def all_parts(
    parts: Parts, value_of: Callable[[schema.Field], object], *others: Item
) -> list[tuple[schema.Field, object]]:
    """Apply hooks to the fields that are not left out, and collect the problems."""
    given = [(field, hook, value_of(field)) for field, hook in parts]
    given = [each for each in given if each[2] is not UNSET or not each[0].optional]
    items = [
        ((field.wire_name,), _missing if value is UNSET else hook, value)
        for field, hook, value in given
    ]
    made = collected([*others, *items])
    return [(each[0], value) for each, value in zip(given, made, strict=True)]


def _missing(_: object) -> NoReturn:
    message = "required, but missing"
    raise Unfit(message)


def members_of(data: object) -> Mapping[object, object]:
    """Accept a mapping."""
    if not isinstance(data, (dict, Mapping)):  # dict first, because it is faster
        raise unfit("an object", data)
    return cast("Mapping[object, object]", data)


def all_items(hook: Hook, data: object) -> list[object]:
    """Apply a hook to each item of a sequence, and collect the problems."""
    if not isinstance(data, Sequence) or isinstance(data, (str, bytes, bytearray)):
        raise unfit("a list", data)
    items = cast("Sequence[object]", data)
    return collected(((at,), hook, item) for at, item in enumerate(items))


def all_members(key_hook: Hook, hook: Hook, data: object) -> dict[object, object]:
    """Apply hooks to the keys and values of a dict, and collect the problems."""

    def on_key(key: object) -> object:
        if isinstance(key, str):
            return key_hook(key)
        raise unfit("text as a key", key)

    members = members_of(data)
    keys = collected(((), on_key, key) for key in members)
    values = collected(((str(key),), hook, value) for key, value in members.items())
    return dict(zip(keys, values, strict=True))
