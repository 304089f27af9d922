"""Texts as people see them: nothing invisible, nothing ambiguous, nothing endless."""

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb]"
)
"""Controls, marks that turn the direction of writing, and halves of characters: what
shows nothing, or makes other text look like something else."""

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


def quoted(text: str) -> str:
    """Return a text in quotes, escaped as in JSON, so that it reads only one way."""
    return visible(_quote(text))


def clipped(text: str, most: int) -> str:
    """Return a text of at most so many characters, which ends in `…` if it is cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def excerpts(texts: Sequence[str], most: int) -> list[str]:
    """Cut texts to a length so that different texts stay different.

    Args:
        texts: Any texts, such as the versions of one.
        most: Characters of each result; a shorter text stays whole.

    Returns:
        The cut texts in the same order, each from shortly before the place where it
        begins to differ from others that would otherwise look the same.
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
    # The first and the last in order differ at the earliest place.
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


def counted(count: int, what: str) -> str:
    """Return a number of things, such as `1 rule` or `2 rules`."""
    return f"{count:,} {noun(count, what)}"


def noun(count: int, what: str) -> str:
    """Return the name of so many things."""
    return what if count == 1 else f"{what}s"


def duration(seconds: float) -> str:
    """Return a time as people say it: `43 s`, `2 min 5 s`, `1 h 3 min`."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
