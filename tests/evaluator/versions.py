"""Semantic versions. Source: https://semver.org, version 2.0.0."""

import re
from typing import Final

import attrs

_NUMBER: Final = r"(0|[1-9]\d*)"
_WORD: Final = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_PATTERN: Final = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"
    rf"(?:-({_WORD}(?:\.{_WORD})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


@attrs.frozen(order=True)
class Version:
    """What decides about the precedence of a version: all but its build metadata."""

    numbers: tuple[int, ...]
    is_release: bool
    words: tuple[tuple[bool, int, str], ...]
    """Of a pre-release; numbers come before other words."""


def read_version(text: str) -> Version | None:
    """Read a version; None if it is none."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    *numbers, words = match.groups()
    return Version(
        tuple(int(number) for number in numbers),
        words is None,
        tuple(map(_rank, words.split("."))) if words else (),
    )


def _rank(word: str) -> tuple[bool, int, str]:
    if word.isdigit():
        return (False, int(word), "")
    return (True, 0, word)
