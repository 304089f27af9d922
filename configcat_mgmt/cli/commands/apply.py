"""`configcat-mgmt apply`: apply a saved plan."""

import asyncio
from pathlib import Path

import attrs
import click

from configcat_mgmt.cli.job.applying import Work, conclude, do
from configcat_mgmt.cli.job.asking import propose
from configcat_mgmt.cli.job.document import report_document
from configcat_mgmt.cli.job.options import JobOptions, applying_options, wait_options
from configcat_mgmt.cli.job.page import save_page
from configcat_mgmt.cli.job.proposal import Ended, Proposal, steps_left
from configcat_mgmt.cli.job.run import say_done
from configcat_mgmt.cli.job.words import resumed_words
from configcat_mgmt.cli.options.connection import Connection, connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath, file_to_write
from configcat_mgmt.cli.terminal.exit_codes import ERROR
from configcat_mgmt.cli.terminal.output import console, styled
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import (
    FinishedJob,
    JobFolder,
    journal_report,
    load_plan,
    load_snapshot,
    plan_changes,
    save_report,
    take_snapshot,
)
from configcat_mgmt.texts import counted

_FILE = NamedPath(dir_okay=False, path_type=Path)


@click.command()
@click.argument("plan", type=_FILE)
@click.option(
    "--journal",
    type=_FILE,
    callback=file_to_write,
    help="Journal of the steps; by default PLAN with the suffix .journal.db.",
)
@click.option(
    "--snapshot",
    type=_FILE,
    help="Snapshot that the plan was made from; adds old ids to the report.",
)
@click.option(
    "--report", type=_FILE, callback=file_to_write, help="Write the report as JSON."
)
@click.option(
    "--html",
    type=_FILE,
    callback=file_to_write,
    help="Write the report as an HTML page.",
)
@profile_option
@wait_options
@applying_options
def apply(
    *,
    plan: Path,
    journal: Path | None,
    snapshot: Path | None,
    report: Path | None,
    html: Path | None,
    profile: str,
    job: JobOptions,
) -> int:
    """Apply PLAN, a file that `configcat-mgmt plan` wrote.

    The run can be interrupted at any time, even by a power cut. The same command
    resumes it, as long as the journal exists.
    """
    if journal is None:
        folder = JobFolder(plan.parent)
        finished = _finished_job(plan, folder)
        if finished is not None:
            return say_done(folder, finished, job)
    source = None if snapshot is None else load_snapshot(snapshot)
    chosen = load_plan(plan, source)
    place = journal or plan.with_suffix(".journal.db")
    account = connect(profile)
    proposal = Proposal(chosen, chosen.steps)
    if place.exists():
        earlier = journal_report(chosen, place)
        proposal = Proposal(chosen, steps_left(chosen, earlier))
        resumed = resumed_words(f"from {place}", earlier, job.linger_seconds)
        if not proposal.left:
            steps = counted(len(chosen.steps), "step")
            resumed = (
                f"{plan} is finished: an earlier run completed all of its {steps}."
            )
        console(stderr=job.as_json).print(styled(resumed, "bold cyan"))
    if proposal.replaces_something and not (job.yes and not job.dry_run):
        proposal = asyncio.run(_compared(account, proposal))
    code = propose(proposal, job)
    if code is not None:
        return code

    problem: str | None = None

    def save(ended: Ended, *, is_final: bool = False) -> None:
        nonlocal problem
        problem = None
        try:
            if report is not None:
                save_report(report_document(ended), report)
            if html is not None and is_final:
                save_page(html, proposal, ended)
        except ConfigurationError as error:  # It must not hide how the job ended.
            problem = str(error)

    ended = do(Work(account, proposal, place, source), job, save)
    save(ended, is_final=True)
    where = f"Journal: {place}"
    for name, path in (("Report", report), ("HTML page", html)):
        if path is not None:
            where += f"\n{name}: {path}"
    if not proposal.left and (report is None and html is None):
        where += "\nTo write the report again, add --report FILE or --html FILE."
    if problem is not None:
        where += f"\nThe report could not be saved: {problem}"
    code = conclude(ended, proposal, job, where)
    return code if problem is None else code or ERROR


def _finished_job(plan: Path, folder: JobFolder) -> FinishedJob | None:
    """Return the finished job that a plan belongs to; None if it has no job folder.

    Raises:
        ConfigurationError: The job is not finished, so its own command resumes it.
    """
    is_of_job = plan.name == folder.plan_path.name and folder.journal_path.exists()
    if not is_of_job:
        return None
    finished = folder.finished()
    if finished is None:
        msg = (
            f"{plan} belongs to an unfinished job; run the command that began the job "
            f"again to resume it, or name its journal (--journal {folder.journal_path})"
        )
        raise ConfigurationError(msg)
    return finished


async def _compared(account: Connection, proposal: Proposal) -> Proposal:
    """Add the changes and deletions of the remaining steps to the preview."""
    product = proposal.plan.target.product_id
    if product is None:
        return proposal
    meter = CallsMeter("Reading")
    async with account.client() as client, shown(meter, console(stderr=True)):
        current = await take_snapshot(client, product, progress=meter.part())
    remaining = attrs.evolve(proposal.plan, steps=tuple(proposal.left))
    return attrs.evolve(proposal, entities=plan_changes(remaining, current))
