"""The place of a new thing among its siblings."""

from collections.abc import Iterable
from typing import Protocol


class Ordered(Protocol):
    """Something with a position, counted from 0."""

    order: int


def next_order(siblings: Iterable[Ordered]) -> int:
    """Return the position behind all siblings."""
    return max((sibling.order for sibling in siblings), default=-1) + 1
