"""JSON text for people: what fits on a line stands on one."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from configcat_mgmt.json_value import JsonValue

WIDTH: Final = 100
"""Characters of a line, as far as that can be had."""

_scalar: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def layout(value: JsonValue) -> bytes:
    """Write JSON data in UTF-8, ending with a line feed; the same data, the same bytes.

    Half of a surrogate pair, which UTF-8 cannot hold, is written as an escape.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    text = "".join(_parts(value, "\n")) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _parts(value: JsonValue, new_line: str) -> list[str]:
    """Return the text in pieces: one piece if it is short enough for one line."""
    if isinstance(value, Mapping):
        heads = [f"{_scalar(key)}: " for key in value]
        return _block("{}", heads, list(value.values()), new_line)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _block("[]", [""] * len(value), list(value), new_line)
    return [_scalar(value)]


def _block(
    brackets: str,
    heads: list[str],
    items: list[JsonValue],
    new_line: str,
) -> list[str]:
    inner = f"{new_line}  "
    found = [_parts(item, inner) for item in items]
    room = WIDTH - len(new_line)
    if all(len(parts) == 1 for parts in found):
        pieces = [head + parts[0] for head, parts in zip(heads, found, strict=True)]
        if sum(map(len, pieces)) + 2 * len(pieces) <= room:
            return [f"{brackets[0]}{', '.join(pieces)}{brackets[1]}"]
    text = [brackets[0]]
    for place, (head, parts) in enumerate(zip(heads, found, strict=True)):
        text.append(f",{inner}{head}" if place else f"{inner}{head}")
        text.extend(parts)
    return [*text, new_line, brackets[1]]
