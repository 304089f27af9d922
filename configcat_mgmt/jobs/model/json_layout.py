"""JSON text for people: what fits on a line stands on one."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from configcat_mgmt.json_value import JsonValue

WIDTH: Final = 100
"""Characters of a line, as far as that can be had."""

_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def layout(value: JsonValue) -> bytes:
    """Write JSON data in UTF-8, ending with a line feed; the same data, the same bytes.

    Half of a surrogate pair, which UTF-8 cannot hold, is written as an escape.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    pieces: list[str] = []
    _write(value, "\n", 0, pieces)
    pieces.append("\n")
    return "".join(pieces).encode("utf-8", "backslashreplace")


def _write(value: JsonValue, new_line: str, used: int, pieces: list[str]) -> bool:
    """Append the text of a value.

    Args:
        value: What to write.
        new_line: A line feed and the indentation of the line that it stands on.
        used: Characters before it on this line, after the indentation.
        pieces: What to append to: one piece if it fits on the line.

    Returns:
        Whether it is one piece.
    """
    if value is None or isinstance(value, str | int | float):
        pieces.append(_encode(value))
        return True
    if isinstance(value, Mapping):
        entries = ((f"{_encode(name)}: ", item) for name, item in value.items())
        return _write_block("{}", entries, new_line, used, pieces)
    items = (("", item) for item in value)
    return _write_block("[]", items, new_line, used, pieces)


def _write_block(
    brackets: str,
    entries: Iterable[tuple[str, JsonValue]],
    new_line: str,
    used: int,
    pieces: list[str],
) -> bool:
    inner = f"{new_line}  "
    start = len(pieces)
    fits = True
    pieces.append(brackets[0])
    for head, item in entries:
        pieces.append(
            f",{inner}{head}" if len(pieces) > start + 1 else f"{inner}{head}"
        )
        fits = _write(item, inner, len(head), pieces) and fits
    if fits:
        # Breaks become spaces, but for the first; in texts breaks are escaped.
        line = "".join(pieces[start:]).replace(inner, " ")
        line = f"{line[0]}{line[2:]}{brackets[1]}"
        if len(line) <= WIDTH - len(new_line) - used:
            pieces[start:] = [line]
            return True
    pieces += [new_line, brackets[1]]
    return False
