"""Formats texts for people: visible, unambiguous, and short enough to read."""

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
"""Control characters, marks that change the direction of text, and lone surrogates:
they are invisible, or they make other text look different."""

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


def clipped(text: str, most: int) -> str:
    """Return a text cut to `most` characters; a cut text ends in `…`."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def ends_of(text: str, most: int) -> str:
    """Return a text of at most so many characters, cut in its middle."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"


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
    start = max(0, common_length(different) - most // 3) if len(different) > 1 else 0
    shown = {text: _excerpt(text, start, most) for text in different}
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


def _excerpt(text: str, start: int, most: int) -> str:
    if len(text) <= most:
        return text
    start = min(start, len(text) - most + 1)
    return f"…{clipped(text[start:], most - 1)}" if start > 0 else clipped(text, most)


def counted(count: int, singular: str) -> str:
    """Return a count and its noun, such as `1 rule` or `2 rules`."""
    return f"{count:,} {noun(count, singular)}"


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
