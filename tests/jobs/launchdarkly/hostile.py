"""Contexts with one attribute that both services see with different eyes."""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any, Final

Json = Any

KINDS: Final = ("empty text", "other type", "list", "partial version")
"""The kinds of attributes that are known to make a difference."""

_KEPT: Final = ("kind", "key", "anonymous")


def hostile(contexts: Iterable[Json], seed: int) -> Iterator[tuple[str, Json]]:
    """Spoil one attribute of each context that has any.

    Yields:
        The kind of the spoiled attribute, and the context.
    """
    chooser = Random(seed)
    for context in contexts:
        kinds = list(context) if context["kind"] == "multi" else [None]
        kind = chooser.choice([one for one in kinds if one != "kind"])
        single = dict(context if kind is None else context[kind])
        names = [
            name
            for name, value in single.items()
            if name not in _KEPT and not isinstance(value, dict)
        ]
        if not names:
            continue
        name = chooser.choice(names)
        found = chooser.choice(KINDS)
        value = single[name]
        match found:
            case "empty text":
                spoilt: Json = ""
            case "other type":
                spoilt = chooser.choice((str(value), 7, True, 1.5, {"a": 1}))
            case "list":
                spoilt = [value, "x"]
            case _:
                spoilt = "2"
        single[name] = spoilt
        yield found, single if kind is None else {**context, kind: single}
