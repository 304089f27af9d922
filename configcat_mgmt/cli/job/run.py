"""Runs a job from reading to verifying; all commands that change something use it.

A command plans, and `run_job` does the rest: it shows the plan, asks for consent,
applies the plan with a journal in the folder of the job, verifies and reports. Run
again, it resumes an unfinished job.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

import attrs

from configcat_mgmt.cli.job.applying import Work, conclude, do
from configcat_mgmt.cli.job.asking import propose
from configcat_mgmt.cli.job.document import plan_document, report_document
from configcat_mgmt.cli.job.folder_choice import choose_folder, folder_name
from configcat_mgmt.cli.job.options import JobOptions
from configcat_mgmt.cli.job.page import save_page
from configcat_mgmt.cli.job.proposal import Ended, Proposal, steps_left
from configcat_mgmt.cli.job.request import this_request
from configcat_mgmt.cli.job.tables import Documents
from configcat_mgmt.cli.job.view import check_view
from configcat_mgmt.cli.job.words import resumed_words
from configcat_mgmt.cli.options.connection import Connection
from configcat_mgmt.cli.options.selection import NothingSelectedError
from configcat_mgmt.cli.terminal.exit_codes import DONE, ERROR
from configcat_mgmt.cli.terminal.output import console, say, styled
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import (
    FinishedJob,
    JobFolder,
    Plan,
    Snapshot,
    ValueChange,
    plan_changes,
)
from configcat_mgmt.json_value import JsonValue


@attrs.frozen(kw_only=True)
class Prepared:
    """A planned job."""

    plan: Plan
    snapshot: Snapshot
    """Snapshot that the plan was made from, as read; the plan holds its hash."""
    target: Snapshot | None = None
    """The target before the job, if it is a different product."""
    changes: Sequence[ValueChange] = ()
    """Values that change, if there is something to show of them."""
    documents: Documents = attrs.field(factory=dict[str, Mapping[str, JsonValue]])
    """Documents that the job saves in its folder, by file name."""


Prepare: TypeAlias = Callable[[CallsMeter], Awaitable[Prepared]]
"""Reads and plans; it counts its calls with `progress=meter.part()`."""


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
    request: Mapping[str, JsonValue] | None = None,
) -> int:
    """Run a job from beginning to end, or resume it.

    Args:
        kind: Kind of the job, such as `copy`; part of the name of its folder.
        product: Name or id of the product, as given; also part of that name.
        account: The account to write to.
        job: How to run the job.
        prepare: Reads and plans; not called to resume a job.
        source: Converts the snapshot to the names of the target; the report takes old
            ids and keys from the result.
        secrets: Whether the files of the job may contain SDK keys.
        request: The requested job, to recognize it by; by default the present command
            and its options.

    Returns:
        The exit code.

    Raises:
        ConfigurationError: The folder cannot be used, or holds another job.
    """
    request = this_request() if request is None else request
    chosen = choose_folder(folder_name(kind, product), job, request)
    folder, found = chosen.folder, chosen.unfinished
    if chosen.finished is not None:
        return say_done(folder, chosen.finished, job)
    for other in chosen.unfinished_others:
        text = f"{other}. That job is left alone; its own command resumes it."
        console(stderr=True).print(styled(text, "yellow"))
    if chosen.repeats is not None:
        console(stderr=True).print(
            styled(
                f"The same job ran before and finished; its report is in "
                f"{chosen.repeats}. This run plans it anew.",
                "dim",
            )
        )
    if found is None:
        try:
            prepared = asyncio.run(_prepared(prepare))
        except NothingSelectedError:
            # A job that deleted or renamed its selection leaves nothing to select.
            if chosen.repeats is None:
                raise
            done = JobFolder(chosen.repeats)
            finished = done.finished()
            if finished is None:
                raise
            return say_done(done, finished, job)
        proposal = Proposal(
            prepared.plan,
            prepared.plan.steps,
            prepared.changes,
            plan_changes(prepared.plan, prepared.target or prepared.snapshot),
            prepared.documents,
        )
    else:
        prepared = Prepared(plan=found.plan, snapshot=found.snapshot)
        left = steps_left(found.plan, found.report)
        before = found.target or found.snapshot
        entities = plan_changes(attrs.evolve(found.plan, steps=left), before)
        documents = folder.documents()
        proposal = Proposal(found.plan, left, entities=entities, documents=documents)
        where = f"the job in {folder.path}"
        resumed = resumed_words(where, found.report, job.linger_seconds)
        console(stderr=job.as_json).print(styled(resumed, "bold cyan"))
    code = propose(proposal, job)
    if code is not None:
        return proposal.exit_code(code)
    with folder:
        if found is None:
            folder.begin(
                prepared.plan,
                prepared.snapshot,
                target=prepared.target,
                request=request,
                documents=prepared.documents,
                give_up=job.start_over,
            )
        made_of = source(prepared.snapshot)
        work = Work(account, proposal, folder.journal_path, made_of, secrets)
        files = _Files(folder, secrets)
        # Saved before the verification as well, since that may fail or be killed.
        ended = do(work, job, files.save)
        files.save(ended, proposal)
    code = proposal.exit_code(conclude(ended, proposal, job, files.said))
    return code if files.problem is None else code or ERROR


def say_done(folder: JobFolder, finished: FinishedJob, job: JobOptions) -> int:
    """Say that a job is finished, and where its report is.

    A command that runs several jobs says it itself, once for all of them.

    Returns:
        The exit code.
    """
    if job.collect is None:
        page = folder.page_path if folder.page_path.exists() else folder.report_path
        console(stderr=job.as_json).print(
            styled(
                f"The job in {folder.path} is finished. Report: {page}. To run the job "
                f"again, use another folder (--job FOLDER).",
                "green",
            )
        )
    proposal = Proposal(finished.plan, (), documents=folder.documents())
    say(console(stderr=job.as_json), *check_view(proposal))
    document = plan_document(proposal)
    job.publish({"plan": document, "report": dict(finished.report)})
    return proposal.exit_code(DONE)


@attrs.define
class _Files:
    """Saves the report of a job; a full disk must not hide how the job ended."""

    folder: JobFolder
    secrets: bool
    deletes: bool = False
    has_page: bool = False
    problem: str | None = None

    def save(self, ended: Ended, proposal: Proposal | None = None) -> None:
        """Save the report, and the page of a proposal."""
        self.problem = None
        try:
            if proposal is not None:
                self.deletes = bool(proposal.plan.deletes)
                self.has_page = save_page(
                    self.folder.page_path, proposal, ended, self.folder.undo_path
                )
            # Last, because a final report ends the job.
            document = report_document(ended, secrets=self.secrets)
            self.folder.save_report(document)
        except ConfigurationError as error:
            self.problem = str(error)

    @property
    def said(self) -> str:
        """Name the files, or the reason why there are none."""
        if self.problem is not None:
            return (
                f"The report could not be saved: {self.problem}. Run the same command "
                f"again to get it."
            )
        if self.has_page:
            path = self.folder.page_path
            lines = f"Report: {path}; the folder holds all files of the job."
        else:
            path = self.folder.report_path
            lines = f"Report: {path}; the extra `report` adds an HTML page."
        if self.deletes:
            lines += (
                f"\nTo create deleted objects again, with new ids: configcat-mgmt "
                f"restore {self.folder.undo_path}"
            )
        return lines


async def _prepared(prepare: Prepare) -> Prepared:
    meter = CallsMeter("Reading")
    async with shown(meter, console(stderr=True)):
        return await prepare(meter)
