"""Keeps the `repr` of models with long lists short enough to read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, cast, get_args, get_origin

if TYPE_CHECKING:
    from attrs import Attribute

SHOWN_CHARACTERS: Final = 200
"""Length up to which the items of a list or dict are shown in `repr`, in characters."""


def short_lists(
    _: type,
    fields: "list[Attribute[object]]",
) -> "list[Attribute[object]]":
    """Shorten the `repr` of lists and dicts in fields; a field transformer of attrs."""
    return [
        # Secrets have a `repr` of their own.
        each.evolve(repr=shortened)
        if each.repr is True and _holds_items(each)
        else each
        for each in fields
    ]


def _holds_items(field: "Attribute[object]") -> bool:
    options = (field.type, *get_args(field.type))
    return any(get_origin(option) in (list, dict) for option in options)


def shortened(value: object) -> str:
    """Return the `repr` of a list or dict: its first items and a count of the rest.

    Only the shown items are formatted, so a large response costs no more than a small
    one.
    """
    if isinstance(value, list):
        items = cast("list[object]", value)
        return f"[{_joined(map(repr, items), len(items))}]"
    if isinstance(value, dict):
        members = cast("dict[object, object]", value)
        pairs = (f"{key!r}: {item!r}" for key, item in members.items())
        return f"{{{_joined(pairs, len(members))}}}"
    return repr(value)


def _joined(texts: Iterable[str], count: int) -> str:
    shown: list[str] = []
    room = SHOWN_CHARACTERS
    for text in texts:
        if len(text) > room:
            # If even the first item is too long, show its start.
            shown += [] if shown else [f"{text[:room]}..."]
            break
        shown.append(text)
        room -= len(text)
    more = count - len(shown)
    return ", ".join([*shown, *([f"... {more} more"] if more else [])])
