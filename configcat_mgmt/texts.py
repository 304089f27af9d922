"""Formats texts for people: visible, unambiguous, and short enough to read."""

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
"""Control characters, marks that change the direction of text, and lone surrogates:
they are invisible, or they make other text look different."""

_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_OBJECT: Final = rf'\{{(?:{_QUOTED}|[^\[\]{{}}"])*\}}'
_LIST: Final = re.compile(rf'\[((?:{_QUOTED}|{_OBJECT}|[^\[\]{{}}"])+)\]')
"""A list without other lists and without objects in its objects, and its items."""
_ITEM: Final = re.compile(rf'(?:{_QUOTED}|{_OBJECT}|[^",{{}}])+(?:, )?')
_LONGEST_COUNT: Final = len("… 100,000 more, ")

_NOT_IN_SLUGS: Final = re.compile("[^a-z0-9]+")
_LONGEST_SLUG: Final = 60

_quote: Final = json.JSONEncoder(ensure_ascii=False).encode


def visible(text: str) -> str:
    r"""Return a text with invisible characters written as escapes such as `\u202e`."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def folded(name: str) -> str:
    """Return a name in the form in which names are compared with what a user types.

    Case makes no difference, and neither does the Unicode form: macOS and some editors
    write `é` as two characters.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def slug(name: str) -> str:
    """Return a name for files: up to 60 lower-case ASCII letters, digits and hyphens.

    It is empty if the name has no such letters and digits.
    """
    return _NOT_IN_SLUGS.sub("-", name.casefold()).strip("-")[:_LONGEST_SLUG]


def quoted(text: str) -> str:
    """Return a text in quotes, with JSON escapes and without invisible characters."""
    return visible(_quote(text))


def argument_text(value: object) -> str:
    """Show an invalid value, or only its type if it is neither number nor text."""
    if isinstance(value, (int, float, str)):
        try:
            return bounded(repr(value))
        except ValueError:
            return "a number of thousands of digits"
    return type(value).__name__


def bounded(text: str, length: int = 120) -> str:
    """Return a text, or its first `length` characters and dots."""
    return text if len(text) <= length else text[:length] + "..."


def moment_text(moment: datetime) -> str:
    """Return an aware time to the minute: `2026-12-01 07:00 UTC`."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def clipped(text: str, most: int) -> str:
    """Return a text cut to `most` characters; a cut text ends in `…`."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def ends_of(text: str, most: int) -> str:
    """Return a text of at most so many characters.

    Items of long lists are left out and counted. If that is not enough, the text is cut
    in its middle.
    """
    return ends_of_part(text, 0, len(text), most)


def ends_of_part(text: str, start: int, stop: int, most: int) -> str:
    """Return `text[start:stop]` like `ends_of`.

    Args:
        text: The whole text; a list may begin and end outside of the part.
        start: Begin of the part.
        stop: End of the part.
        most: Characters of the result.
    """
    if stop - start <= most:
        return text[start:stop]
    end = most // 3
    gaps = _gaps_in_lists(text, start, stop, most) or [
        (start + most - 1 - end, "…", stop - end)
    ]
    shown = ""
    for first, mark, last in gaps:
        shown += f"{text[start:first]}{mark}"
        start = last
    return shown + text[start:stop]


def _gaps_in_lists(
    text: str, start: int, stop: int, most: int
) -> list[tuple[int, str, int]]:
    """Choose items to leave out of the long lists in a part of a text.

    Returns:
        The begin of each gap, its mark, and its end; empty if that is not enough.
    """
    lists: list[list[int]] = []
    for found in _LIST.finditer(text):
        places = [one for one in _places(found) if start <= one <= stop]
        if len(places) > 1:
            lists.append(places)
    lists.sort(key=_length, reverse=True)
    excess = stop - start - most
    # Short lists stay whole if half of the longer ones is enough.
    for count in range(1, len(lists)):
        if sum(map(_length, lists[:count])) // 2 > excess + count * _LONGEST_COUNT:
            del lists[count:]
            break
    total = sum(map(_length, lists))
    gaps: list[tuple[int, str, int]] = []
    for places in lists:
        length = _length(places)
        share = (stop - start - most) * length // total + 1
        gap = min(share + _LONGEST_COUNT, length)
        first = max(one for one in places if one <= places[0] + (length - gap) * 2 // 3)
        last = min(one for one in places if one >= first + gap)
        count = places.index(last) - places.index(first)
        mark = f"… {count:,} more{'' if text[last : last + 1] == ']' else ', '}"
        excess -= last - first - len(mark)
        gaps.append((first, mark, last))
    return sorted(gaps) if excess <= 0 else []


def excerpts(texts: Sequence[str], most: int) -> list[str]:
    """Cut texts to a length so that different texts stay different.

    Args:
        texts: Any texts, such as two versions of one text.
        most: Characters of each result; a shorter text stays whole.

    Returns:
        The cut texts in the same order. Each starts shortly before its first difference
        from the texts that would otherwise look the same.
    """
    different = list(dict.fromkeys(texts))
    common = common_length(different) if len(different) > 1 else 0
    shown = {text: _excerpt(text, common, most) for text in different}
    for look in set(shown.values()):
        alike = [text for text in different if shown[text] == look]
        if 1 < len(alike) < len(different):
            shown.update(zip(alike, excerpts(alike, most), strict=True))
    return [shown[text] for text in texts]


def common_length(texts: Sequence[str]) -> int:
    """Return the length of the common prefix of texts."""
    # In sorted order, the first and the last text share the shortest prefix.
    one, other = min(texts), max(texts)
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def _excerpt(text: str, common: int, most: int) -> str:
    """Return the part of a text around the end of the prefix that others share."""
    if len(text) <= most:
        return text
    may_count = most > 3 * _LONGEST_COUNT and bool(_items_at(text, max(common, 1)))
    # The end of the text leaves room for a mark at the begin.
    rest = most - (_LONGEST_COUNT if may_count else 1)
    start = max(0, min(common - most // 3, len(text) - rest))
    head = ""
    if start:
        first = 1 if text.startswith("[") else 0
        gap = may_count and _between_items(text, first, start, 0, common)
        first, mark, start = gap or (0, "…", start)
        head = f"{text[:first]}{mark}"
    room = most - len(head)
    if len(text) - start <= room:
        return f"{head}{text[start:]}"
    end = start + room
    last = len(text) - (1 if text.endswith("]") else 0)
    gap = may_count and _between_items(
        text, end - _LONGEST_COUNT, last, common + 1, len(text)
    )
    end, mark, last = gap or (end - 1, "…", len(text))
    return f"{head}{text[start:end]}{mark}{text[last:]}"


def _between_items(
    text: str, start: int, stop: int, least: int, most: int
) -> tuple[int, str, int] | None:
    """Widen a gap in a text to whole items of the lists in which it begins and ends.

    Args:
        text: The whole text.
        start: Begin of the gap.
        stop: End of the gap.
        least: Least begin of the widened gap.
        most: Greatest end of the widened gap.

    Returns:
        The begin of the gap, the mark that names the number of its items, and its end;
        None if the gap is in no list, or an item is too long to be shown or left out.
    """
    before, after = _items_at(text, start), _items_at(text, stop)
    first = max((one for one in before if least <= one <= start), default=None)
    last = min((one for one in after if stop <= one <= most), default=None)
    if (before and first is None) or (after and last is None):
        return None
    marks: list[str] = []
    if first is not None and before != after:
        marks.append(f"… {len(before) - 1 - before.index(first):,} more]")
    if last is not None:
        omitted = after.index(last)
        if first is not None and before == after:
            omitted -= before.index(first)
        comma = ", " if last < after[-1] else ""
        marks.append(f"… {omitted:,} more{comma}")
    elif first is not None:
        marks.append("…")
    if not marks:
        return None
    return (
        start if first is None else first,
        " ".join(marks),
        stop if last is None else last,
    )


def _items_at(text: str, place: int) -> list[int]:
    """Return where the items of the list at a place begin, and where the last ends."""
    for found in _LIST.finditer(text):
        start, end = found.span(1)
        if start <= place <= end:
            return _places(found)
    return []


def _length(places: list[int]) -> int:
    return places[-1] - places[0]


def _places(found: re.Match[str]) -> list[int]:
    """Return where the items of a list begin, and where the last ends."""
    start, end = found.span(1)
    items = _ITEM.finditer(found.string, start, end)
    return [*(item.start() for item in items), end]


def counted(count: int, singular: str) -> str:
    """Return a count and its noun, such as `1 rule` or `2 rules`."""
    return f"{count:,} {noun(count, singular)}"


def suggestion(close: Sequence[str], otherwise: str) -> str:
    """Return a question that names similar words, or another advice without any."""
    return f"did you mean {' or '.join(close)}?" if close else otherwise


def noun(count: int, singular: str) -> str:
    """Return a noun in the singular for a count of 1, and else in the plural."""
    return singular if count == 1 else f"{singular}s"


def duration(seconds: float) -> str:
    """Return a duration such as `43 s`, `2 min 5 s` or `1 h 3 min`."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
