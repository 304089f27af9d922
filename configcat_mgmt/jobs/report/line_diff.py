"""Compares two lists of lines and marks the changed part of each line."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

import attrs

from configcat_mgmt.jobs.model.words import PREFIXES
from configcat_mgmt.texts import common_length, ends_of, ends_of_part

LineKind: TypeAlias = Literal["same", "gone", "new"]

_SEPARATORS: Final = " ,[]"


@attrs.frozen
class Line:
    """A line of a diff in three parts; the middle part changed."""

    kind: LineKind
    head: str
    changed: str = ""
    """Empty if the line has no counterpart, or has nothing that its counterpart lacks.
    """
    tail: str = ""

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self.head}{self.changed}{self.tail}"

    def shortened(self, most: int) -> "Line":
        """Return the line cut to about `most` characters, with its change in view.

        The end of the line stays in view too, because a rule ends with its value.
        """
        if len(self.text) <= most:
            return self
        if not self.changed:
            return Line(self.kind, ends_of(self.text, most))
        start = len(self.head)
        end = start + len(self.changed)
        parts = [(0, start), (start, end), (end, len(self.text))]
        shown = dict.fromkeys(parts, "")
        # What a short part does not need is left to the longer ones.
        shortest_first = sorted(parts, key=lambda part: part[1] - part[0])
        for count, part in zip((3, 2, 1), shortest_first, strict=True):
            shown[part] = ends_of_part(self.text, *part, most // count)
            most -= len(shown[part])
        return Line(self.kind, *(shown[part] for part in parts))


def diff_lines(before: Sequence[str], after: Sequence[str]) -> tuple[Line, ...]:
    """Compare two values, given as lines of text.

    A rule that only moved behind another one, and therefore begins with ELSE, counts as
    the same. So does the last value if only the rules before it changed.
    """
    old, new = [_body(line) for line in before], [_body(line) for line in after]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[Line] = []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            found += [Line("same", line) for line in after[new_start:new_end]]
        else:
            found += _replaced(before[start:end], after[new_start:new_end])
    return tuple(found)


def _body(line: str) -> str:
    for prefix in PREFIXES:
        line = line.removeprefix(prefix)
    return line


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Pair each removed line with the line that replaces it."""
    old, new = _divided(before), _divided(after)
    pairs = [
        *zip_longest(old[0], new[0]),
        # The last line of both serves everybody else.
        *reversed([*zip_longest(reversed(old[1]), reversed(new[1]))]),
    ]
    for gone, come in pairs:
        if gone is not None and come is not None:
            yield from _changed(gone, come)
        elif gone is not None:
            yield Line("gone", gone)
        elif come is not None:
            yield Line("new", come)


def _divided(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the rules, and the lines after them."""
    rules = [line for line in lines if _body(line).startswith("IF ")]
    return rules, [line for line in lines if line not in rules]


def _changed(old: str, new: str) -> Iterator[Line]:
    """Return both versions of a line, divided where they begin and stop to differ."""
    body_old, body_new = _body(old), _body(new)
    head = common_length([body_old, body_new])
    # Differences of whole words are easier to read than of single letters.
    while not (_is_edge(body_old, head) and _is_edge(body_new, head)):
        head -= 1
    rest_old, rest_new = len(body_old) - head, len(body_new) - head
    tail = min(common_length([body_old[::-1], body_new[::-1]]), rest_old, rest_new)
    while not (
        _is_edge(body_old, len(body_old) - tail)
        and _is_edge(body_new, len(body_new) - tail)
    ):
        tail -= 1
    yield _parted("gone", old, rest_old, tail)
    yield _parted("new", new, rest_new, tail)


def _is_edge(text: str, place: int) -> bool:
    """Whether a word begins or ends at a position."""
    if place in (0, len(text)):
        return True
    return text[place - 1] in _SEPARATORS or text[place] in _SEPARATORS


def _parted(kind: LineKind, line: str, rest: int, tail: int) -> Line:
    start, end = len(line) - rest, len(line) - tail
    return Line(kind, line[:start], line[start:end], line[end:])
