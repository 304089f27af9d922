"""Shows the progress of the demo: live on a terminal, line by line elsewhere."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Final, TypeAlias

import attrs
from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from configcat_mgmt.cli.terminal.output import styled

LINES_EVERY_SECONDS: Final = 5.0
DRAWN_EVERY_SECONDS: Final = 0.125
TITLE_WIDTH: Final = 8
BAR_WIDTH: Final = 16


State: TypeAlias = "tuple[str, float | None]"
"""Progress in a few words, and as a share from 0 to 1 if it is known."""


@attrs.define
class Stage:
    """A stage of the demo."""

    title: str
    look: Callable[[], State]
    began: float = attrs.field(factory=time.monotonic)
    text: str = ""
    share: float | None = None
    seconds: float = 0.0
    is_over: bool = False

    def refresh(self) -> None:
        """Update the progress; without effect once the stage is over."""
        if not self.is_over:
            self.text, self.share = self.look()
            self.seconds = time.monotonic() - self.began

    def line(self) -> str:
        """Return the progress as one line."""
        self.refresh()
        return f"{self.title}: {self.text} ({self.seconds:.1f} s)"


class Screen:
    """The stages so far, and the messages between them."""

    def __init__(self, console: Console) -> None:
        """Show on a console."""
        self._console = console
        self._rows: list[Stage | Text] = []

    @contextlib.contextmanager
    def stage(
        self, title: str, look: Callable[[], State]
    ) -> Generator[None, None, None]:
        """Show a stage while the context lasts, and its result afterwards."""
        stage = Stage(title, look)
        self._rows.append(stage)
        try:
            yield
        finally:
            self._print(stage.line())
            stage.is_over = True

    def say(self, text: str, style: str = "dim") -> None:
        """Show a line between the stages."""
        self._rows.append(styled(text, style))
        self._print(text.strip())

    @contextlib.asynccontextmanager
    async def shown(self) -> AsyncGenerator[None, None]:
        """Show everything while the context lasts."""
        showing = self._drawn() if self._console.is_terminal else self._printed()
        async with showing:
            yield

    @contextlib.asynccontextmanager
    async def _drawn(self) -> AsyncGenerator[None, None]:
        # On the event loop, not on a separate thread, so nothing needs a lock.
        with Live(console=self._console, auto_refresh=False) as live:

            def draw() -> None:
                live.update(self._table(), refresh=True)

            try:
                async with _repeated(draw, DRAWN_EVERY_SECONDS):
                    yield
            finally:
                draw()

    @contextlib.asynccontextmanager
    async def _printed(self) -> AsyncGenerator[None, None]:
        def print_last() -> None:
            if self._rows and isinstance(stage := self._rows[-1], Stage):
                self._print(stage.line())

        async with _repeated(print_last, LINES_EVERY_SECONDS):
            yield

    def _print(self, line: str) -> None:
        if not self._console.is_terminal:
            self._console.print(styled(line), soft_wrap=True)

    def _table(self) -> RenderableType:
        table = Table.grid(expand=True)
        table.add_column()
        for row in self._rows:
            table.add_row(row if isinstance(row, Text) else _row(row))
        return table


@contextlib.asynccontextmanager
async def _repeated(
    do: Callable[[], None], seconds: float
) -> AsyncGenerator[None, None]:
    """Call a function repeatedly while the context lasts."""

    async def repeat() -> None:
        while True:
            await asyncio.sleep(seconds)
            do()

    repeating = asyncio.create_task(repeat())
    try:
        yield
    finally:
        repeating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await repeating


def _row(stage: Stage) -> RenderableType:
    stage.refresh()
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=TITLE_WIDTH)
    bars: list[RenderableType] = []
    if stage.share is not None:
        table.add_column(width=BAR_WIDTH)
        bars.append(ProgressBar(total=1.0, completed=stage.share))
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    title = Text(stage.title, "bold green" if stage.is_over else "bold")
    clock = Text(f"{stage.seconds:.1f} s", "dim")
    table.add_row(title, *bars, styled(stage.text), clock)
    return table
