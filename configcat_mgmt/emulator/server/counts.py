"""Counts calls by operation, for tests of clients."""

from collections import Counter


class Counts:
    """Counts by operation id, such as `create-tag`.

    Attributes:
        calls: All calls that named the operation with valid credentials, refused ones
            included.
        refused: Those of them that were answered 429 by the rate policy; a 429 from a
            fault is not counted here.
    """

    def __init__(self) -> None:
        """Start at zero."""
        self.calls: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    @property
    def total_calls(self) -> int:
        """Calls of all operations together."""
        return sum(self.calls.values())

    @property
    def total_refused(self) -> int:
        """Calls that the rate policy refused, of all operations together."""
        return sum(self.refused.values())

    def reset(self) -> None:
        """Start at zero again."""
        self.calls.clear()
        self.refused.clear()
