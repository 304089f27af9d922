"""`configcat-mgmt bulk`: send any number of calls from a file."""

import asyncio
import contextlib
import io
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

import attrs
import click
from rich.text import Text

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.cli.bulk.outcome_file import OutcomeFile
from configcat_mgmt.cli.bulk.progress import WORDS, BulkMeter
from configcat_mgmt.cli.job.options import json_option, yes_option
from configcat_mgmt.cli.options.connection import Connection, connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath, file_to_write
from configcat_mgmt.cli.terminal.exit_codes import DONE, ERROR, INTERRUPTED
from configcat_mgmt.cli.terminal.output import (
    confirmed,
    console,
    print_json,
    say_result,
    styled,
)
from configcat_mgmt.cli.terminal.progress import shown
from configcat_mgmt.cli.terminal.signals import heeding
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import encoding_of
from configcat_mgmt.jobs import (
    BulkJournal,
    BulkOptions,
    Call,
    Outcome,
    check_calls,
    read_calls,
    run_calls,
)
from configcat_mgmt.texts import counted, duration

SHOWN: Final = 20
"""Maximum number of failures to show; the outcome file has all."""
_FILE: Final = NamedPath(dir_okay=False, path_type=Path)


@click.command()
@click.argument("calls", type=NamedPath(dir_okay=False, allow_dash=True))
@click.option(
    "--journal",
    type=_FILE,
    callback=file_to_write,
    help="Record the calls, so an interrupted run can resume.",
)
@click.option(
    "-o",
    "--out",
    type=_FILE,
    callback=file_to_write,
    help="Write the outcome of each call.",
)
@click.option(
    "--ordered", is_flag=True, help="Write outcomes in the order of the calls."
)
@click.option("--stop-on-error", is_flag=True, help="Stop after the first failed call.")
@click.option(
    "--repeat-unknown",
    is_flag=True,
    help="Resend calls of an earlier run whose outcome is unknown.",
)
@click.option(
    "--in-flight",
    type=click.IntRange(min=1),
    metavar="N",
    default=BulkOptions().in_flight,
    show_default=True,
    help="Maximum number of calls in progress, including waiting ones.",
)
@profile_option
@yes_option
@json_option
def bulk(
    *,
    calls: str,
    journal: Path | None,
    out: Path | None,
    ordered: bool,
    stop_on_error: bool,
    repeat_unknown: bool,
    in_flight: int,
    profile: str,
    yes: bool,
    as_json: bool,
) -> int:
    """Send the calls in CALLS, a file or - for standard input, side by side.

    Each line is a JSON object: {"operation": "update-tag", "arguments": {"tag_id": 5},
    "body": {"name": "x"}, "label": "any text"}. Ctrl-C waits for outstanding responses.
    With a journal, the same command resumes an interrupted run; without one, every run
    sends all calls. Exit code 1 if any call failed.
    """
    account = connect(profile)
    options = BulkOptions(in_flight, ordered, stop_on_error, repeat_unknown)
    source = "standard input" if calls == "-" else calls
    with contextlib.ExitStack() as stack:
        lines = stack.enter_context(_opened(calls))
        counts = _checked(lines, source)
        if not (yes or _is_agreed(counts)):
            click.echo("Nothing was sent.", err=True)
            return ERROR
        extend = journal is not None and journal.exists()
        book = None if journal is None else stack.enter_context(BulkJournal(journal))
        file = None
        if out is not None:
            file = stack.enter_context(OutcomeFile(out, extend=extend))
        meter = BulkMeter(counts, account.pace.effective())
        run = _Run(account, options, meter, book, file)
        asyncio.run(run.make(read_calls(lines, source)))
    _conclude(run, as_json=as_json)
    if meter.is_stopping:
        return INTERRUPTED
    return DONE if meter.is_good else ERROR


@attrs.define
class _Run:
    """A run with its outputs."""

    account: Connection
    options: BulkOptions
    meter: BulkMeter
    journal: BulkJournal | None
    out: OutcomeFile | None
    bad: list[Outcome] = attrs.field(factory=list[Outcome])
    """The first failed calls."""
    bad_count: int = 0

    async def make(self, calls: Iterator[Call]) -> None:
        """Send the calls until all are sent or the user interrupts."""
        async with (
            self.account.client() as client,
            shown(self.meter, console(stderr=True)),
        ):
            making = asyncio.ensure_future(self._take(client, calls))
            with _stopping(making, self.meter):
                await asyncio.wait([making])
            if not making.cancelled():
                making.result()

    async def _take(self, client: AsyncManagementClient, calls: Iterator[Call]) -> None:
        outcomes = run_calls(
            client,
            calls,
            options=self.options,
            journal=self.journal,
            progress=self.meter.told,
            left=self._note,
        )
        async with contextlib.aclosing(outcomes):
            async for outcome in outcomes:
                self._note(outcome)

    def _note(self, outcome: Outcome) -> None:
        if outcome.ending == "not_sent":
            return
        if self.out is not None:
            self.out.write(outcome)
        if not outcome.is_good:
            self.bad_count += 1
            if len(self.bad) < SHOWN:
                self.bad.append(outcome)


@contextlib.contextmanager
def _stopping(
    making: "asyncio.Task[None]", meter: BulkMeter
) -> Generator[None, None, None]:
    """Stop the run on a signal, and on a second signal without waiting."""

    def heed() -> None:
        meter.is_stopping = True
        making.cancel()

    with heeding(heed):
        yield


@contextlib.contextmanager
def _opened(calls: str) -> Generator[IO[str], None, None]:
    """Open a file that can be read twice; standard input is copied to one."""
    with contextlib.ExitStack() as stack:
        if calls == "-":
            file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(sys.stdin.buffer, file)
            file.seek(0)
        else:
            file = stack.enter_context(Path(calls).open("rb"))
        encoding = encoding_of(file.read(4))
        file.seek(0)
        yield io.TextIOWrapper(cast("BinaryIO", file), encoding)


def _checked(lines: IO[str], source: str) -> Counter[str]:
    """Count the calls by operation; all must be valid before anything is sent."""
    try:
        counts = check_calls(lines, source)
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{source} is not in {error.encoding.upper()}"
        ) from None
    lines.seek(0)
    return counts


def _is_agreed(counts: Mapping[str, int]) -> bool:
    deletes = sum(
        count
        for operation, count in counts.items()
        if OPERATIONS[operation].effect == "delete"
    )
    if not deletes:
        return True
    total = counted(sum(counts.values()), "call")
    return confirmed(f"{counted(deletes, 'deletion')} among {total}.")


def _conclude(run: _Run, *, as_json: bool) -> None:
    meter = run.meter
    lines: list[Text] = []
    for outcome in run.bad:
        label = "" if outcome.call.label is None else f" ({outcome.call.label})"
        what = f"call {outcome.number}{label}: {outcome.call.operation}"
        lines.append(styled(f"{what}: {outcome.error}", "red"))
    more = run.bad_count - len(run.bad)
    if more:
        others = f"and {counted(more, 'other call')} that did not succeed"
        lines.append(styled(others, "red"))
    counts = meter.counts()
    words = ", ".join(f"{count:,} {WORDS[ending]}" for ending, count in counts.items())
    style = "green" if meter.is_good and not meter.is_stopping else "bold red"
    total = f"{words or 'No calls'}, in {duration(meter.seconds)}."
    lines.append(styled(total, style))
    if meter.is_stopping:
        ended = "Interrupted; all calls that were sent have ended."
        lines.append(styled(ended, "yellow"))
    if run.journal is not None and not meter.is_good:
        again = "send the rest" if meter.is_stopping else "repeat the failed ones"
        lines.append(styled(f"Run the same command again to {again}.", "bold"))
        if counts.get("unknown"):
            check = (
                "Check the calls of unknown outcome above; then remove "
                "them from the file, or resend them with --repeat-unknown."
            )
            lines.append(styled(check, "bold"))
    say_result(*lines, as_json=as_json)
    if as_json:
        print_json(
            {
                "calls": meter.total,
                **{str(ending): count for ending, count in counts.items()},
                "interrupted": meter.is_stopping,
                "seconds": meter.seconds,
            }
        )
