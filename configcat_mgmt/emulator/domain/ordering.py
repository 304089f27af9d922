"""The place of a new thing among its siblings."""

from collections.abc import Iterable
from typing import Final, Protocol

LAST_ORDER: Final = 2**31 - 1
"""Positions are 32-bit numbers."""


class Ordered(Protocol):
    """Something with a position, counted from 0."""

    order: int


def next_order(siblings: Iterable[Ordered]) -> int:
    """Return the position behind all siblings, or the last one there is."""
    behind = max((sibling.order for sibling in siblings), default=-1) + 1
    return min(behind, LAST_ORDER)
