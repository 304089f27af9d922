"""`configcat-mgmt demo`: the whole of it on one machine, with no account."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence

import attrs
import click
from rich.console import Console
from rich.live import Live

from configcat_mgmt.cli.demo.check import Check, Difference
from configcat_mgmt.cli.demo.progress import (
    Progress,
    summary,
    total_least_seconds,
)
from configcat_mgmt.cli.demo.run import Run, expected_calls
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.options import Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.realistic import (
    AREAS,
    ENVIRONMENTS,
    FEATURES,
    SEGMENTS,
    TAGS,
    Plan,
    make_plan,
)
from configcat_mgmt.sync import ManagementClient

MOST_FLAGS = len(AREAS) * len(FEATURES)
LINES_EVERY_SECONDS = 5.0
SHOWN_DIFFERENCES = 10


@attrs.frozen
class Outcome:
    """How a run ended."""

    progress: Progress
    differences: Sequence[Difference]
    refused: Mapping[str, int]
    """Answers 429 by operation id, as the emulator counted them."""

    @property
    def is_good(self) -> bool:
        """Whether everything is equal and no call was refused."""
        return not self.differences and not sum(self.refused.values())


@click.command()
@click.option("--seed", default=1, show_default=True, help="Makes another product.")
@click.option(
    "--flags",
    default=450,
    show_default=True,
    type=click.IntRange(1, MOST_FLAGS),
    help="How many flags to make.",
)
@click.option("--quiet", is_flag=True, help="Print one line at the end, no more.")
def demo(seed: int, flags: int, quiet: bool) -> int:
    """Make a product with hundreds of flags on an emulator, at the full allowance.

    Starts the embedded emulator on this machine with the rate policy of the service (20
    calls a second and 500 a minute for each endpoint), makes and targets the flags from
    an async and a blocking client at once, reads everything back and compares. Needs no
    account and no network. Exit code 0 only if all is equal and no call was answered
    429.
    """
    console = Console(quiet=quiet)
    plan = make_plan(seed, flags)
    outcome = asyncio.run(_run(plan, console))
    if not quiet:
        console.print()
        console.print(summary(outcome.progress, outcome.refused))
        console.print()
    _conclude(outcome, plan, Console())
    return 0 if outcome.is_good else 1


async def _run(plan: Plan, console: Console) -> Outcome:
    username, password = secrets.token_hex(8), secrets.token_hex(16)
    progress = Progress(expected_calls(plan))
    options = Options(hooks=progress)
    async with Emulator(username=username, password=password) as emulator:
        console.print(
            f"Emulator on [bold]{emulator.base_url}[/], 20 calls a second and 500 a "
            f"minute for each endpoint.\nMaking {len(plan.flags)} flags in "
            f"{len(plan.configs)} configs and {len(ENVIRONMENTS)} environments, with "
            f"{len(TAGS)} tags and {len(SEGMENTS)} segments, from two clients.\n",
            highlight=False,
        )
        url = emulator.base_url
        blocking = ManagementClient(username, password, base_url=url, options=options)
        async with (
            AsyncManagementClient(
                username,
                password,
                base_url=url,
                options=options,
            ) as client,
            _closing(blocking),
            _drawn(progress, console),
        ):
            run = Run(plan, client, blocking)
            progress.stage = "product"
            await run.make_frame()
            progress.stage = "flags"
            await run.make_flags()
            progress.stage = "reading back"
            differences = await Check(plan, run.ids, client).compare()
            progress.stage = "done"
        refused = dict(emulator.counts.refused)
    return Outcome(progress, differences, refused)


@contextlib.asynccontextmanager
async def _closing(client: ManagementClient) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        # Waits for the client's thread, so not on this loop.
        await asyncio.to_thread(client.close)


@contextlib.asynccontextmanager
async def _drawn(progress: Progress, console: Console) -> AsyncGenerator[None, None]:
    """Draw live on a terminal; elsewhere print a line now and then."""
    if console.is_terminal:
        with Live(progress, console=console, refresh_per_second=8):
            yield
        return
    printing = asyncio.create_task(_print_lines(progress, console))
    try:
        yield
    finally:
        printing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await printing


async def _print_lines(progress: Progress, console: Console) -> None:
    while True:
        await asyncio.sleep(LINES_EVERY_SECONDS)
        console.print(progress.line(), highlight=False, soft_wrap=True)


def _conclude(outcome: Outcome, plan: Plan, console: Console) -> None:
    progress = outcome.progress
    for difference in outcome.differences[:SHOWN_DIFFERENCES]:
        console.print(f"[red]differs:[/] {difference.where}", highlight=False)
        console.print(f"  wanted {difference.wanted}", markup=False, highlight=False)
        console.print(f"  found  {difference.found}", markup=False, highlight=False)
    equal = (
        "everything read back equal"
        if not outcome.differences
        else f"{len(outcome.differences)} differences"
    )
    color = "green" if outcome.is_good else "red"
    console.print(
        f"[bold {color}]{equal}[/]: {len(plan.flags)} flags, "
        f"{progress.done.total():,} calls in {progress.elapsed_seconds:.1f} s "
        f"(least possible {total_least_seconds(progress.done):.0f} s), "
        f"{sum(outcome.refused.values())} answers 429",
        highlight=False,
        soft_wrap=True,
    )
