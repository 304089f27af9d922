"""Orders the versions that clauses compare with.

Source: https://semver.org, version 2.0.0; LaunchDarkly also accepts `2` and `2.0`.
"""

import re
from typing import Final, TypeAlias

_VERSION: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)"
    r"(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*))?"
    r"(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?",
    re.ASCII,
)
_HEAD: Final = re.compile(r"[0-9.]*")

Rank: TypeAlias = "tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]"


def complete_version(text: str) -> str | None:
    """Return a version with three parts and without build; None if it is none."""
    for _ in range(3):
        if _VERSION.fullmatch(text):
            return text.partition("+")[0]
        head = _HEAD.match(text)
        end = head.end() if head else 0
        text = f"{text[:end]}.0{text[end:]}"
    return None


def version_rank(version: str) -> Rank:
    """Return the place of a complete version in the order of versions."""
    numbers, _, pre = version.partition("-")
    parts = tuple(
        (False, int(one), "") if one.isdigit() else (True, 0, one)
        for one in pre.split(".")
        if pre
    )
    return tuple(map(int, numbers.split("."))), not pre, parts
