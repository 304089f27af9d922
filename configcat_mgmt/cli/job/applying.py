"""Applies a plan with progress on the terminal; Ctrl-C interrupts it."""

import asyncio
import contextlib
from collections.abc import Callable, Generator
from pathlib import Path

import attrs

from configcat_mgmt.cli.job.document import plan_document, report_document
from configcat_mgmt.cli.job.options import JobOptions
from configcat_mgmt.cli.job.proposal import Ended, Proposal
from configcat_mgmt.cli.job.requests_meter import RequestsMeter
from configcat_mgmt.cli.job.steps_meter import StepsMeter
from configcat_mgmt.cli.job.view import check_view, ended_view
from configcat_mgmt.cli.options.connection import Connection
from configcat_mgmt.cli.terminal.exit_codes import DONE
from configcat_mgmt.cli.terminal.output import console, say_result, styled
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.cli.terminal.signals import heeding
from configcat_mgmt.jobs import (
    Difference,
    Plan,
    Report,
    Snapshot,
    apply,
    journal_report,
    verify,
)


@attrs.frozen
class Work:
    """A plan with everything needed to apply it."""

    account: Connection
    proposal: Proposal
    journal: Path
    source: Snapshot | None = None
    """Snapshot that the plan was made from, with the names of the target."""
    secrets: bool = False
    """Whether to read the SDK keys of created configs and environments."""

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.proposal.plan


def do(
    work: Work, job: JobOptions, save: Callable[[Ended], object] = lambda _: None
) -> Ended:
    """Apply a plan, and verify the result if all steps are done.

    Ctrl-C stops the run after the calls in flight, a second Ctrl-C stops it at once.

    Args:
        work: The plan to apply.
        job: The options of the job.
        save: Receives the result before the verification, marked as interrupted.
    """
    try:
        report, is_interrupted = asyncio.run(_apply(work, job))
    except (KeyboardInterrupt, asyncio.CancelledError):
        report = journal_report(work.plan, work.journal, work.source)
        is_interrupted = True
    is_done = report.is_complete or report.needs_new_plan
    is_done = is_done and report.stopped is None
    if not is_done or is_interrupted or not job.check:
        return Ended(report, is_interrupted=is_interrupted)
    save(Ended(report, is_interrupted=True))
    try:
        return Ended(report, asyncio.run(_compare(work, report)))
    except KeyboardInterrupt:
        return Ended(report, is_interrupted=True)


def conclude(ended: Ended, proposal: Proposal, job: JobOptions, where: str) -> int:
    """Print the result.

    Args:
        ended: The result.
        proposal: The plan.
        job: The options of the job.
        where: Lines that name the files of the job.

    Returns:
        The exit code.
    """
    lines = map(styled, where.split("\n"))
    found = check_view(proposal) if ended.exit_code == DONE else ()
    say_result(*ended_view(ended), *found, *lines, as_json=job.as_json)
    job.publish({"plan": plan_document(proposal), "report": report_document(ended)})
    return ended.exit_code


async def _apply(work: Work, job: JobOptions) -> tuple[Report, bool]:
    stop = asyncio.Event()
    meter = StepsMeter(work.plan, work.proposal.left)
    out = console(stderr=True)
    # A job whose steps are all done only looks at its change requests.
    showing = shown(meter, out) if work.proposal.left else contextlib.nullcontext()
    async with work.account.client() as client, showing:
        with _stopping(stop, meter):
            report = await apply(
                client,
                work.plan,
                work.journal,
                reason=job.reason,
                in_flight=job.in_flight,
                on_error=job.on_error,
                allow_duplicates=job.allow_duplicates,
                progress=meter.told,
                linger_seconds=job.linger_seconds,
                stop=stop,
                sdk_keys=work.secrets,
                source=work.source,
                wait=job.wait and not job.dry_run,
                poll_seconds=job.poll_seconds,
                waiting=RequestsMeter(out, work.plan.target.product, job).told,
            )
    return report, stop.is_set() and report.stopped is not None


@contextlib.contextmanager
def _stopping(stop: asyncio.Event, meter: StepsMeter) -> Generator[None, None, None]:
    """Set `stop` on a signal, and cancel the task on the second signal."""
    task = asyncio.current_task()

    def heed() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        meter.is_stopping = True
        stop.set()

    with heeding(heed):
        yield


async def _compare(work: Work, report: Report) -> tuple[Difference, ...] | None:
    if report.product_id is None:
        return None
    meter = CallsMeter("Reading back")
    async with work.account.client() as client, shown(meter, console(stderr=True)):
        return await verify(
            client,
            work.plan,
            report.product_id,
            progress=meter.part(),
            requests=report.requests,
        )
