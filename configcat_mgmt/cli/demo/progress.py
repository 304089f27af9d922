"""Counts what the demo's calls do, and draws it."""

import threading
import time
from collections import Counter
from collections.abc import Mapping

import attrs
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from configcat_mgmt.core.hooks import CallEvent, Hooks
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS

TOO_MANY_REQUESTS = 429


def least_seconds(calls: int) -> float:
    """Return the least time that `calls` of one endpoint can take, in seconds.

    As many as a window allows go at once, and then again when the next one opens.
    """
    if calls < 1:
        return 0.0
    (short, long) = DEFAULT_LIMITS
    windows, rest = divmod(calls - 1, long.calls)
    return windows * long.seconds + rest // short.calls * short.seconds


@attrs.define
class Span:
    """When the first call of an operation went out and the last one ended."""

    first: float
    last: float


class Progress(Hooks):
    """Hooks of both clients; they run on two threads, so it counts under a lock."""

    def __init__(self, expected: Mapping[str, int]) -> None:
        """Know how many calls of each operation will be made."""
        self.expected = dict(expected)
        self.done: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.spans: dict[str, Span] = {}
        self.stage = ""
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._started = self._turns = self._retried = 0

    def call_started(self, event: CallEvent) -> None:
        """Count a call that begins to wait."""
        with self._lock:
            self._started += 1

    def call_waited(self, event: CallEvent) -> None:
        """Count a call that goes out."""
        now = time.monotonic()
        with self._lock:
            self._turns += 1
            self.spans.setdefault(event.operation_id, Span(now, now))

    def call_retried(self, event: CallEvent) -> None:
        """Count a call that waits again, and whether for the allowance."""
        with self._lock:
            self._retried += 1
            if event.status == TOO_MANY_REQUESTS:
                self.rejected[event.operation_id] += 1

    def call_finished(self, event: CallEvent) -> None:
        """Count a call that ended."""
        with self._lock:
            self.done[event.operation_id] += 1
            if event.operation_id in self.spans:
                self.spans[event.operation_id].last = time.monotonic()

    @property
    def elapsed_seconds(self) -> float:
        """Since the demo began."""
        return time.monotonic() - self._began

    @property
    def seconds_left(self) -> float:
        """The least time that the calls still to come can take."""
        left = (
            least_seconds(calls - self.done[name])
            for name, calls in self.expected.items()
        )
        return max(left, default=0.0)

    def line(self) -> str:
        """Return the state in one line, for what is no terminal."""
        done, total = self.done.total(), sum(self.expected.values())
        waiting = self._started + self._retried - self._turns
        return (
            f"{self.stage}: {done:,} of {total:,} calls done, "
            f"{self._turns - self._retried - done} in flight, {waiting} waiting, "
            f"{self.rejected.total()} answers 429, "
            f"{self.elapsed_seconds:.0f} s, {self.seconds_left:.0f} s left"
        )

    def __rich__(self) -> RenderableType:
        """Draw a bar for each busy operation and the figures of all."""
        table = Table.grid(padding=(0, 2))
        table.add_column(width=26)
        table.add_column(width=36)
        table.add_column(justify="right")
        for name, calls in self.expected.items():
            if calls >= DEFAULT_LIMITS[0].calls:
                table.add_row(*_bar(name, self.done[name], calls))
        rejected = self.rejected.total()
        done, total = self.done.total(), sum(self.expected.values())
        table.add_row(*_bar("[bold]all calls", done, total))
        figures = Text.assemble(
            (f"{self.stage}  ", "bold cyan"),
            f"in flight {self._turns - self._retried - done:>3}   ",
            f"waiting {self._started + self._retried - self._turns:>3}   ",
            (f"answers 429: {rejected}", "bold red" if rejected else "bold green"),
            f"   {self.elapsed_seconds:>4.1f} s, about {self.seconds_left:.0f} s left",
        )
        return Group(table, figures)


def _bar(name: str, done: int, calls: int) -> tuple[RenderableType, ...]:
    bar = ProgressBar(total=calls, completed=done, width=36)
    return name, bar, f"{done:,} / {calls:,}"


def summary(progress: Progress, refused: Mapping[str, int]) -> Table:
    """Return the closing table.

    Args:
        progress: The counts of the clients.
        refused: Answers 429 by operation id, as the emulator counted them.
    """
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("endpoint")
    for heading in ("calls", "seconds", "least possible", "answers 429"):
        table.add_column(heading, justify="right")
    for name in progress.expected:
        span = progress.spans.get(name)
        if span is None:
            continue
        calls = progress.done[name]
        table.add_row(
            name,
            f"{calls:,}",
            f"{span.last - span.first:.2f}",
            f"{least_seconds(calls):.2f}",
            _count_429(refused.get(name, 0)),
        )
    table.add_section()
    table.add_row(
        "[bold]all",
        f"[bold]{progress.done.total():,}",
        f"[bold]{progress.elapsed_seconds:.2f}",
        f"[bold]{total_least_seconds(progress.done):.2f}",
        _count_429(sum(refused.values())),
    )
    return table


def total_least_seconds(calls: Mapping[str, int]) -> float:
    """Return the least time of everything: endpoints run side by side."""
    return max((least_seconds(count) for count in calls.values()), default=0.0)


def _count_429(count: int) -> str:
    return f"[bold red]{count}" if count else "[bold green]0"
