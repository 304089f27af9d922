"""Checks the arguments of public functions against their annotations, in one place.

A wrong argument then ends in an error that names it, before anything is read, sent or
written, and not in an `AttributeError` from deep inside, or in no error at all: the
text "no" would count as true where True or False is meant.
"""

import inspect
import io
import math
import os
import types
from collections.abc import AsyncIterable, Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import wraps
from typing import (
    IO,
    Any,
    Final,
    Literal,
    NoReturn,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.texts import argument_text

C = TypeVar("C", bound=Callable[..., object])

_VOWELS: Final = "AEIOaeio"


@attrs.frozen
class _Rule:
    """The values that an argument may have."""

    words: str
    """Such as `a Snapshot`."""
    fits: Callable[[object], bool]
    item: "_Rule | None" = None
    """The rule of each item of a list."""
    shows: bool = False
    """Whether an error shows a text that does not fit."""


def checked(function: C) -> C:
    """Have a function, or the constructor of a class, refuse wrong arguments.

    The first call reads the annotations, so a module loads no slower. An asynchronous
    function refuses arguments when it is awaited, an asynchronous generator at once.

    Returns:
        The wrapped function; or the class itself, whose constructor is wrapped.

    Raises:
        ConfigurationError: By the call. An argument does not fit its annotation; the
            message names the function, the argument, what may be given, and what was.
    """
    if inspect.isclass(function):
        made = cast("Any", function)
        made.__init__ = _wrapped(made.__init__, made.__name__)
        return cast("C", made)
    return cast("C", _wrapped(function, function.__qualname__))


def _wrapped(function: Callable[..., object], name: str) -> Callable[..., object]:
    guard = _Guard(function, name)
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def wait(*args: object, **options: object) -> object:
            guard.check(args, options)
            return await function(*args, **options)

        return wait

    @wraps(function)
    def call(*args: object, **options: object) -> object:
        guard.check(args, options)
        return function(*args, **options)

    return call


class _Guard:
    """The rules of one function, which the first call finds."""

    __slots__ = ("_function", "_name", "_places", "_rules")

    def __init__(self, function: Callable[..., object], name: str) -> None:
        self._function = function
        self._name = name
        self._places: tuple[str, ...] = ()
        self._rules: dict[str, _Rule] | None = None

    def check(self, args: tuple[object, ...], options: Mapping[str, object]) -> None:
        """Refuse the first argument that does not fit.

        Arguments that are missing or too many are left to the call itself.
        """
        rules = self._find() if self._rules is None else self._rules
        given = [*zip(self._places, args, strict=False), *options.items()]
        for name, value in given:
            rule = rules.get(name)
            if rule is None:
                continue
            if not rule.fits(value):
                self._refuse(name, rule, value)
            if rule.item is not None and _has_items(value):
                items = cast("Collection[object]", value)
                for number, item in enumerate(items):
                    if not rule.item.fits(item):
                        self._refuse(name, rule.item, item, f"item {number} of ")

    def _find(self) -> dict[str, _Rule]:
        hints = get_type_hints(self._function)
        rules: dict[str, _Rule] = {}
        places: list[str] = []
        for parameter in inspect.signature(self._function).parameters.values():
            hint: object = hints.get(parameter.name, object)
            if parameter.kind is parameter.VAR_KEYWORD:
                # `Unpack` of a dictionary with a type for each option.
                for table in filter(is_typeddict, get_args(hint)):
                    options = get_type_hints(table)
                    rules.update((name, _rule(one)) for name, one in options.items())
                continue
            if parameter.kind is not parameter.KEYWORD_ONLY:
                places.append(parameter.name)
            rules[parameter.name] = _rule(hint)
        self._places = tuple(places)
        self._rules = rules
        return rules

    def _refuse(
        self, name: str, rule: _Rule, value: object, which: str = ""
    ) -> NoReturn:
        given = argument_text(value) if rule.shows else _given(value)
        raise ConfigurationError(
            f"{self._name}: {which}{name} must be {rule.words}, not {given}"
        )


def _given(value: object) -> str:
    """Describe an argument without its text, which may be a secret in a wrong place."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if inspect.iscoroutine(value):
        return "a coroutine, which `await` is missing for"
    if value is None:
        return "None"
    if isinstance(value, int | float):
        return argument_text(value)
    return type(value).__name__


def _rule(kind: object) -> _Rule:
    """Return the rule of an annotation; one that nobody can check allows everything."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _any_of([_rule(one) for one in get_args(kind)])
    if origin is Literal:
        allowed = get_args(kind)
        words = _listed(map(repr, allowed))
        return _Rule(
            words, lambda value: isinstance(value, str) and value in allowed, shows=True
        )
    simple = _SIMPLE.get(kind) or _SIMPLE.get(origin)
    if simple is not None:
        return simple
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return _of_items(cast("type[object]", origin), get_args(kind))
    if isinstance(kind, type) and not getattr(kind, "_is_protocol", False):
        return _Rule(
            _with_article(kind.__name__), lambda value: isinstance(value, kind)
        )
    return _ANYTHING


def _any_of(rules: list[_Rule]) -> _Rule:
    def fits(value: object) -> bool:
        return any(rule.fits(value) for rule in rules)

    # Items are only looked at where nothing but a list of them has items.
    item = next((rule.item for rule in rules if rule.item is not None), None)
    words = _listed(dict.fromkeys(rule.words for rule in rules))
    return _Rule(words, fits, item, any(rule.shows for rule in rules))


def _of_items(origin: type, arguments: tuple[object, ...]) -> _Rule:
    """Return the rule of an iterable, which a single text is not meant to be."""

    def fits(value: object) -> bool:
        return isinstance(value, origin) and not isinstance(value, str | bytes)

    if issubclass(origin, Mapping):
        return _Rule("a dictionary", fits)
    words = "a list or tuple" if issubclass(origin, Collection) else "an iterable"
    if issubclass(origin, tuple):
        words = "a tuple"
        if arguments[1:] != (...,):
            return _Rule(words, fits)
    item = _rule(arguments[0])
    # The reader of a stream decides what becomes of an odd item.
    is_stream = not issubclass(origin, Collection) and item is not _SIMPLE[str]
    return _Rule(words, fits, None if is_stream or item is _ANYTHING else item)


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in _VOWELS else 'a'} {name}"


def _has_items(value: object) -> bool:
    """Whether looking at the items takes nothing from them, as from a generator."""
    return isinstance(value, Collection) and not isinstance(value, str)


def _is_path(value: object) -> bool:
    if not isinstance(value, os.PathLike):
        return False
    path = os.fspath(cast("os.PathLike[str] | os.PathLike[bytes]", value))
    return isinstance(path, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


_ANYTHING: Final = _Rule("anything", lambda _: True)
_SIMPLE: Final[dict[object, _Rule]] = {
    object: _ANYTHING,
    Any: _ANYTHING,
    type(None): _Rule("None", lambda value: value is None),
    bool: _Rule("True or False", lambda value: isinstance(value, bool)),
    int: _Rule("a whole number", _is_whole),
    float: _Rule("a finite number", _is_number),
    str: _Rule("text", lambda value: isinstance(value, str)),
    datetime: _Rule("a datetime", lambda value: isinstance(value, datetime)),
    os.PathLike: _Rule("a path", _is_path),
    IO: _Rule("a file", lambda value: isinstance(value, io.IOBase) or _writes(value)),
    get_origin(Callable[[], object]): _Rule("a function", callable),
    AsyncIterable: _Rule(
        "an async iterable", lambda value: isinstance(value, AsyncIterable)
    ),
}


def _writes(value: object) -> bool:
    return callable(getattr(value, "write", None)) and not isinstance(value, type)
