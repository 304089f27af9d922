"""The order of a new entity among its siblings."""

from collections.abc import Iterable
from typing import Final, Protocol

LAST_ORDER: Final = 2**31 - 1
"""An order has 32 bits."""


class Ordered(Protocol):
    """A record with an order, counted from 0."""

    order: int


def next_order(siblings: Iterable[Ordered]) -> int:
    """Return the order behind all siblings, at most `LAST_ORDER`."""
    behind = max((sibling.order for sibling in siblings), default=-1) + 1
    return min(behind, LAST_ORDER)
