"""How far a job is: drawn on a terminal, told in plain lines elsewhere."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Final, Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from configcat_mgmt.cli.job.words import MANY
from configcat_mgmt.jobs.applying.options import ApplyProgress
from configcat_mgmt.jobs.model.plan import Plan, Step
from configcat_mgmt.jobs.planning.estimate import least_seconds
from configcat_mgmt.jobs.report.texts import counted, duration

LINES_EVERY_SECONDS: Final = 5.0
BAR_WIDTH: Final = 30


class Meter(Protocol):
    """Something whose progress can be shown."""

    def line(self) -> str:
        """Return the state in one line."""
        ...

    def __rich__(self) -> RenderableType:
        """Draw the state."""
        ...


class CallsMeter:
    """Counts calls that read."""

    def __init__(self, what: str) -> None:
        """Say what is read, such as `Reading`."""
        self._what = what
        self._began = time.monotonic()
        self._parts: list[tuple[int, int]] = []

    def part(self) -> Callable[[int, int], None]:
        """Return what is told how many calls are done, and how many there are."""
        place = len(self._parts)
        self._parts.append((0, 0))

        def told(done: int, known: int) -> None:
            self._parts[place] = (done, known)

        return told

    @property
    def done(self) -> int:
        """Calls that are done."""
        return sum(done for done, _ in self._parts)

    @property
    def known(self) -> int:
        """Calls that are known to be needed so far."""
        return sum(known for _, known in self._parts)

    def line(self) -> str:
        """Return the state in one line."""
        seconds = duration(time.monotonic() - self._began)
        return f"{self._what}: {self.done:,} of {self.known:,} calls, {seconds}"

    def __rich__(self) -> RenderableType:
        """Draw a bar."""
        table = bars()
        add_bar(table, self._what, self.done, self.known)
        return table


class StepsMeter:
    """Counts the steps of a plan while it is applied."""

    def __init__(self, plan: Plan, left: Iterable[Step]) -> None:
        """Know what is left to be done."""
        self._operations = {
            step.id: (step.stage, step.operation) for step in plan.steps
        }
        self._left = Counter((step.stage, step.operation) for step in left)
        self._totals = Counter(step.stage for step in plan.steps)
        self._names = _stage_names(plan)
        self._began = self._stage_began = time.monotonic()
        self._state = ApplyProgress(0, 0, 0, 0, len(plan.steps), 0, 0, 0)
        self._stage_least = 0.0
        self.is_stopping = False

    def told(self, state: ApplyProgress) -> None:
        """Take note of how far it is."""
        if state.step is not None and state.outcome != "not_started":
            self._left[self._operations[state.step]] -= 1
        if state.stage != self._state.stage:
            self._stage_began = time.monotonic()
            self._stage_least = self._least(state.stage)
        self._state = state

    @property
    def seconds_left(self) -> float:
        """The least time that the steps still to come can take."""
        present = self._state.stage
        later = {stage for stage, _ in self._left if stage > present}
        # The pace allows many calls at once, and then none until the minute is over.
        passed = time.monotonic() - self._stage_began
        now = max(self._least(present), self._stage_least - passed)
        return now + sum(map(self._least, later))

    def _least(self, stage: int) -> float:
        return max(
            (
                least_seconds(count)
                for (one, _), count in self._left.items()
                if one == stage
            ),
            default=0.0,
        )

    def line(self) -> str:
        """Return the state in one line."""
        state = self._state
        name = self._names.get(state.stage, "Beginning")
        if state.done == state.steps:
            name = "Applied"
        return f"{name}: {state.done:,} of {state.steps:,} steps, {self._figures()}"

    def _figures(self) -> str:
        state = self._state
        parts = [
            counted(state.calls, "call"),
            f"{state.refused} answers 429",
            duration(time.monotonic() - self._began),
        ]
        if self.is_stopping:
            parts.append("stopping, waiting for what was sent")
        elif state.done < state.steps:
            parts.append(f"{state.in_flight} in flight")
            parts.append(f"about {duration(self.seconds_left)} left")
        return ", ".join(parts)

    def __rich__(self) -> RenderableType:
        """Draw a bar for each stage, and the figures."""
        table = bars()
        for stage, total in self._totals.items():
            left = sum(n for (one, _), n in self._left.items() if one == stage)
            style = "bold cyan" if stage == self._state.stage else ""
            add_bar(table, self._names[stage], total - left, total, style)
        style = "yellow" if self.is_stopping else "dim"
        return Group(table, Text(self._figures(), style))


def _stage_names(plan: Plan) -> dict[int, str]:
    names: dict[int, dict[str, None]] = {}
    for step in plan.steps:
        deleting = "deleting " if step.action == "delete" else ""
        names.setdefault(step.stage, {})[deleting + MANY[step.entity]] = None
    return {stage: ", ".join(found) for stage, found in names.items()}


def bars() -> Table:
    """Return a table for bars."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=34, overflow="ellipsis", no_wrap=True)
    table.add_column(width=BAR_WIDTH)
    table.add_column(justify="right", no_wrap=True)
    return table


def add_bar(table: Table, name: str, done: int, total: int, style: str = "") -> None:
    """Add a bar with its figures."""
    bar = ProgressBar(total=max(total, 1), completed=done, width=BAR_WIDTH)
    table.add_row(Text(name, style), bar, f"{done:,} / {total:,}")


@contextlib.asynccontextmanager
async def shown(meter: Meter, out: Console) -> AsyncGenerator[None, None]:
    """Draw live on a terminal; elsewhere print a line now and then, and at the end."""
    if out.is_terminal:
        with Live(meter, console=out, refresh_per_second=8):
            yield
        return
    printing = asyncio.create_task(_print_lines(meter, out))
    try:
        yield
    finally:
        printing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await printing
        out.print(meter.line(), soft_wrap=True)


async def _print_lines(meter: Meter, out: Console) -> None:
    while True:
        await asyncio.sleep(LINES_EVERY_SECONDS)
        out.print(meter.line(), soft_wrap=True)
