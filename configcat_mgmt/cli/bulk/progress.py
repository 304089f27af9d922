"""The progress of a bulk run."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from configcat_mgmt.cli.terminal.progress import add_bar, bars
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS, RateLimit
from configcat_mgmt.jobs import BulkProgress, Ending, least_seconds
from configcat_mgmt.texts import duration

MOST_BARS: Final = 8
WORDS: Final[Mapping[Ending, str]] = {
    "done": "done",
    "earlier": "done in an earlier run",
    "failed": "failed",
    "unknown": "of unknown outcome",
    "not_sent": "not sent",
}
"""The ending of a call, in words."""


class BulkMeter:
    """Counts the calls of a bulk run by operation and ending."""

    def __init__(
        self, calls: Mapping[str, int], limits: Sequence[RateLimit] = DEFAULT_LIMITS
    ) -> None:
        """Start with the number of calls of each operation, and the limits."""
        self._totals = Counter(dict(calls))
        self._left = Counter(dict(calls))
        self._began = time.monotonic()
        self._begun = 0
        self._limits = limits
        self.endings: Mapping[Ending, int] = {}
        self.is_stopping = False

    def told(self, progress: BulkProgress) -> None:
        """Record a call that ended."""
        if progress.outcome.ending != "not_sent":
            self._left[progress.outcome.call.operation] -= 1
        self._begun = progress.begun
        self.endings = dict(progress.endings)

    @property
    def total(self) -> int:
        """The number of calls."""
        return self._totals.total()

    @property
    def is_good(self) -> bool:
        """Whether all calls succeeded, in this run or an earlier one."""
        good = (self.endings.get("done", 0), self.endings.get("earlier", 0))
        return sum(good) == self.total

    def counts(self) -> dict[Ending, int]:
        """Count the calls by ending; a call that never began counts as not sent."""
        found: dict[Ending, int] = {name: self.endings.get(name, 0) for name in WORDS}
        found["not_sent"] += self.total - sum(found.values())
        return {name: count for name, count in found.items() if count}

    @property
    def seconds_left(self) -> float:
        """The minimum time for the remaining calls, in seconds."""
        seconds = (least_seconds(left, self._limits) for left in self._left.values())
        return max(seconds, default=0.0)

    @property
    def seconds(self) -> float:
        """The time since the run began, in seconds."""
        return time.monotonic() - self._began

    def line(self) -> str:
        """Return the progress as one line."""
        ended = sum(self.endings.values())
        return f"{ended:,} of {self.total:,} calls, {self._figures()}"

    def _figures(self) -> str:
        parts = [f"{count:,} {WORDS[name]}" for name, count in self.endings.items()]
        parts.append(duration(self.seconds))
        if self.is_stopping:
            parts.append("stopping, waiting for responses")
        elif any(self._left.values()):
            parts.append(f"{self._begun - sum(self.endings.values()):,} waiting")
            parts.append(f"about {duration(self.seconds_left)} left")
        return ", ".join(parts)

    def __rich__(self) -> RenderableType:
        """Draw a bar for each of the most frequent operations, and the figures."""
        table = bars()
        for name, total in self._totals.most_common(MOST_BARS):
            add_bar(table, name, total - self._left[name], total)
        if len(self._totals) > MOST_BARS:
            left = self._left.total()
            add_bar(table, "all calls", self.total - left, self.total, "bold")
        style = "yellow" if self.is_stopping else "dim"
        return Group(table, Text(self._figures(), style))
