"""Runs a job from reading to comparing; the one way in which commands change anything.

A command says how to plan, and `run_job` does the rest: it shows the plan, asks,
applies it with a journal in the folder of the job, reads back and says how it ended.
Run again, it goes on with a job that did not come to its end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

import attrs

from configcat_mgmt.cli.job.applying import Work, conclude, do
from configcat_mgmt.cli.job.asking import propose
from configcat_mgmt.cli.job.document import report_document
from configcat_mgmt.cli.job.options import JobOptions
from configcat_mgmt.cli.job.page import save_page
from configcat_mgmt.cli.job.proposal import Proposal, steps_left
from configcat_mgmt.cli.job.request import default_folder, require_same, this_request
from configcat_mgmt.cli.options.connection import Connection
from configcat_mgmt.cli.terminal.output import console, styled
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.jobs import JobFolder, Plan, Snapshot, UnfinishedJob, ValueChange
from configcat_mgmt.texts import counted


@attrs.frozen(kw_only=True)
class Prepared:
    """What a job is going to do."""

    plan: Plan
    snapshot: Snapshot
    """What the plan was made of, as it was read: its hash is the plan's."""
    target: Snapshot | None = None
    """How the target was, where that is another product than the snapshot's."""
    changes: Sequence[ValueChange] = ()
    """Values that change, if there is something to show of them."""


Prepare: TypeAlias = Callable[[CallsMeter], Awaitable[Prepared]]
"""Reads and plans; what it reads is counted with `progress=meter.part()`."""


def _same(snapshot: Snapshot) -> Snapshot:
    return snapshot


def run_job(
    kind: str,
    product: str,
    account: Connection,
    job: JobOptions,
    prepare: Prepare,
    *,
    source: Callable[[Snapshot], Snapshot] = _same,
    secrets: bool = False,
) -> int:
    """Do a job from beginning to end, or go on with it.

    Args:
        kind: What it is called, such as `copy`; also in the name of its folder.
        product: The same of the product, as it was given.
        account: What is written to.
        job: How it is done.
        prepare: Reads and plans; not called if there is a job to go on with.
        source: Makes of the snapshot what the plan was made of, under the names of the
            target; tells old ids and keys in the report.
        secrets: Whether the files of the job may have SDK keys.

    Returns:
        The exit code.

    Raises:
        ConfigurationError: The folder cannot be used, or holds another job.
    """
    folder = JobFolder(job.folder or default_folder(kind, product))
    found = None if job.start_over else folder.unfinished()
    if found is None:
        prepared = asyncio.run(_prepared(prepare))
        proposal = Proposal(prepared.plan, prepared.plan.steps, prepared.changes)
    else:
        require_same(folder.path, found.request, this_request())
        prepared = Prepared(plan=found.plan, snapshot=found.snapshot)
        proposal = Proposal(found.plan, steps_left(found.plan, found.report))
        resumed = styled(_resumed(folder, found), "bold cyan")
        console(stderr=job.as_json).print(resumed)
    code = propose(proposal, job)
    if code is not None:
        return code
    with folder:
        if found is None:
            folder.begin(
                prepared.plan,
                prepared.snapshot,
                target=prepared.target,
                request=this_request(),
                give_up=job.start_over,
            )
        made_of = source(prepared.snapshot)
        work = Work(account, proposal, folder.journal_path, made_of, secrets)
        ended = do(work, job)
        folder.save_report(report_document(ended, secrets=secrets))
        has_page = save_page(folder.page_path, proposal, ended)
    return conclude(ended, proposal, job, _files(folder, has_page=has_page))


def _files(folder: JobFolder, *, has_page: bool) -> str:
    if has_page:
        return f"Report: {folder.page_path}; all files of the job are next to it."
    return f"Report: {folder.report_path}; with the extra `report` also as a page."


async def _prepared(prepare: Prepare) -> Prepared:
    meter = CallsMeter("Reading")
    async with shown(meter, console(stderr=True)):
        return await prepare(meter)


def _resumed(folder: JobFolder, found: UnfinishedJob) -> str:
    report = found.report
    done = sum(step.is_finished for step in report.steps)
    text = (
        f"Going on with the job in {folder.path}: {done:,} of "
        f"{counted(len(report.steps), 'step')} done."
    )
    if doubtful := report.counts.get("unknown", 0):
        text += f" {doubtful:,} may have been done, and will be looked for first."
    return text
