"""JSON text for people: a value that fits on one line is written on one line."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from configcat_mgmt.json_value import JsonValue

WIDTH: Final = 100
"""Characters of a line, where the data allows it."""

_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def layout(value: JsonValue) -> bytes:
    """Write JSON data in UTF-8, ending with a line feed; equal data gives equal bytes.

    A lone surrogate, which UTF-8 cannot encode, is written as an escape.

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
        value: The value.
        new_line: A line feed and the indentation of the current line.
        used: Characters before the value on this line, after the indentation.
        pieces: The list to append to; a value that fits on the line adds one piece.

    Returns:
        Whether the value added one piece.
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
        # All line breaks but the first become spaces; strings have none.
        line = "".join(pieces[start:]).replace(inner, " ")
        line = f"{line[0]}{line[2:]}{brackets[1]}"
        if len(line) <= WIDTH - len(new_line) - used:
            pieces[start:] = [line]
            return True
    pieces += [new_line, brackets[1]]
    return False
