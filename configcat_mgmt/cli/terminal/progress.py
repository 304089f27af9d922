"""Progress: bars on a terminal, plain lines elsewhere."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from typing import Final, Protocol

import attrs
from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from configcat_mgmt.texts import duration

LINES_EVERY_SECONDS: Final = 5.0
BAR_WIDTH: Final = 30


class Meter(Protocol):
    """Progress that can be shown."""

    def line(self) -> str:
        """Return the progress as one line."""
        ...

    def __rich__(self) -> RenderableType:
        """Draw the progress."""
        ...


class CallsMeter:
    """Counts the calls of a read."""

    def __init__(self, what: str) -> None:
        """Start a count with a label, such as `Reading`."""
        self._what = what
        self._began = time.monotonic()
        self._parts: list[tuple[int, int]] = []

    def part(self) -> Callable[[int, int], None]:
        """Return a callback that takes the number of done and of known calls."""
        place = len(self._parts)
        self._parts.append((0, 0))

        def told(done: int, known: int) -> None:
            self._parts[place] = (done, known)

        return told

    @property
    def done(self) -> int:
        """Number of calls that are done."""
        return sum(done for done, _ in self._parts)

    @property
    def known(self) -> int:
        """Number of calls known to be needed so far."""
        return sum(known for _, known in self._parts)

    def line(self) -> str:
        """Return the progress as one line."""
        seconds = duration(time.monotonic() - self._began)
        return f"{self._what}: {self.done:,} of {self.known:,} calls, {seconds}"

    def __rich__(self) -> RenderableType:
        """Draw a bar."""
        table = bars()
        add_bar(table, self._what, self.done, self.known)
        return table


def bars() -> Table:
    """Return a table for bars."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=34, overflow="ellipsis", no_wrap=True)
    table.add_column(width=BAR_WIDTH)
    table.add_column(justify="right", no_wrap=True)
    return table


def add_bar(table: Table, name: str, done: int, total: int, style: str = "") -> None:
    """Add a bar with its figures."""
    if not total:
        # Nothing is known yet, and a bar would look full.
        table.add_row(Text(name, style), "", "")
        return
    bar = ProgressBar(total=total, completed=done, width=BAR_WIDTH)
    table.add_row(Text(name, style), bar, f"{done:,} / {total:,}")


@contextlib.asynccontextmanager
async def shown(meter: Meter, out: Console) -> AsyncGenerator[None, None]:
    """Draw live on a terminal; elsewhere print a line every few seconds."""
    if out.is_terminal:
        with Live(meter, console=out, refresh_per_second=8):
            yield
        return
    lines = _Lines(meter, out)
    printing = asyncio.create_task(lines.print_regularly())
    try:
        yield
    finally:
        printing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await printing
        lines.print_next()


@attrs.define
class _Lines:
    """Prints the progress as lines, each one once."""

    meter: Meter
    out: Console
    last: str = ""

    def print_next(self) -> None:
        """Print the line unless it is the last one again."""
        line = self.meter.line()
        if line != self.last:
            self.out.print(line, soft_wrap=True)
        self.last = line

    async def print_regularly(self) -> None:
        """Print a line every few seconds."""
        while True:
            await asyncio.sleep(LINES_EVERY_SECONDS)
            self.print_next()
