"""Applies a plan: journalled, resumable, and never wrong about what it has done."""

import asyncio
import inspect
import os
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import attrs

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigCatManagementError, ConfigurationError
from configcat_mgmt.jobs.apply_options import (
    DEFAULT_GRACE_SECONDS,
    DEFAULT_IN_FLIGHT,
    DEFAULT_LINGER_SECONDS,
    ApplyOptions,
    Confirm,
    Decide,
    OnError,
    Progress,
)
from configcat_mgmt.jobs.ends import End, remembered
from configcat_mgmt.jobs.id_mapping import new_ids, read_sdk_keys
from configcat_mgmt.jobs.job import Job
from configcat_mgmt.jobs.journal import Journal
from configcat_mgmt.jobs.plan import Plan
from configcat_mgmt.jobs.plan_file import plan_hash
from configcat_mgmt.jobs.plan_file_checks import problems_of
from configcat_mgmt.jobs.report import NewSdkKey, Report, Tick
from configcat_mgmt.jobs.snapshot import Snapshot

SHOWN_PROBLEMS: Final = 5


async def apply(
    client: AsyncManagementClient,
    plan: Plan,
    journal_path: str | os.PathLike[str],
    *,
    reason: str | None = None,
    in_flight: int = DEFAULT_IN_FLIGHT,
    on_error: OnError = "stop",
    confirm: Confirm | None = None,
    decide: Decide | None = None,
    allow_duplicates: bool = False,
    progress: Progress | None = None,
    linger_seconds: float = DEFAULT_LINGER_SECONDS,
    grace_seconds: float = DEFAULT_GRACE_SECONDS,
    stop: asyncio.Event | None = None,
    sdk_keys: bool = False,
    source: Snapshot | None = None,
) -> Report:
    """Do what a plan says, at full speed, so that it can be gone on with at any time.

    What is to be sent is on disk before it is sent. Whoever calls this again with the
    same plan and journal, after a crash or an error, goes on where it ended: what was
    done is not done again, and what may have been done is looked for first. Apart from
    that nothing is read that the plan does not need.

    Args:
        client: Makes the calls. The plan has to be for its service.
        plan: What to do; without blockers.
        journal_path: The journal of this plan: made if it is not there, together with
            a file ending in `.lock`, and to be kept as long as the plan is not done.
        reason: Note on every change of values, instead of the plan's.
        in_flight: Most steps under way at a time.
        on_error: Whether to `stop` at the first step that goes wrong, or to `collect`
            and go on with everything that does not depend on it. Values that somebody
            changed since the plan was made are left out and reported in both cases.
        confirm: Is shown all deletions before anything is sent, and agrees or not.
        decide: Is asked what to do about a webhook, integration or invitation that may
            have been made. Without it such are reported, and never sent again.
        allow_duplicates: Send such again without asking.
        progress: Is told whenever a stage begins or a step ends.
        linger_seconds: For how long a call without an answer may still be on its way.
        grace_seconds: For how long calls that were sent may finish when the job is to
            end early.
        stop: Ends the job in good order when it is set. Cancelling the task does the
            same, but then there is no report; `journal_report` makes one.
        sdk_keys: Whether to read the SDK keys of what was made, which are secrets: two
            more lists, and one call for each config and environment.
        source: The snapshot that the plan was made of, under the names of the target:
            tells the old ids and keys that belong to the new ones.

    Returns:
        What became of every step; `is_complete` tells whether all is done.

    Raises:
        ConfigurationError: The plan has blockers or is unsound, belongs to another
            service, or the journal is in use, damaged, of another plan, newer, or
            cannot be written. Nothing was sent.
    """
    options = ApplyOptions(
        reason=reason,
        in_flight=in_flight,
        on_error=on_error,
        confirm=confirm,
        decide=decide,
        allow_duplicates=allow_duplicates,
        progress=progress,
        linger_seconds=linger_seconds,
        grace_seconds=grace_seconds,
        stop=stop,
        sdk_keys=sdk_keys,
        source=source,
    )
    require_sound(plan, client.base_url)
    with _journal_of(plan, journal_path) as journal:
        return await _run(client, plan, journal, options)


def journal_report(
    plan: Plan, journal_path: str | os.PathLike[str], source: Snapshot | None = None
) -> Report:
    """Say what became of a plan so far, from the journal alone.

    Args:
        plan: The plan that the journal belongs to.
        journal_path: The journal.
        source: The snapshot that the plan was made of, under the names of the target.

    Returns:
        A report without times and calls. What was done is `earlier`.

    Raises:
        ConfigurationError: There is no such journal, or it is in use, damaged, newer or
            of another plan.
    """
    if not Path(journal_path).exists():
        raise ConfigurationError(f"there is no journal {os.fspath(journal_path)}")
    now = datetime.now(timezone.utc)
    with _journal_of(plan, journal_path) as journal:
        ends = [remembered(row) for row in journal.rows]
    return _report(plan, journal, ends, source=source, began=now)


def require_sound(plan: Plan, base_url: str) -> None:
    """Refuse a plan that must not be applied, or not here.

    Args:
        plan: The plan.
        base_url: Of the service.

    Raises:
        ConfigurationError: Says why.
    """
    if plan.blockers:
        shown = "; ".join(
            f"{one.code} {one.where}: {one.cause} {one.remedy}"
            for one in plan.blockers[:SHOWN_PROBLEMS]
        )
        raise ConfigurationError(
            f"the plan has {len(plan.blockers)} blockers and is not applied: {shown}"
        )
    problems = list(islice(problems_of(plan), SHOWN_PROBLEMS))
    if problems:
        raise ConfigurationError(f"the plan is not applied: {'; '.join(problems)}")
    if _origin(plan.target.base_url) != _origin(base_url):
        raise ConfigurationError(
            f"the plan was made for {plan.target.base_url}, and the client calls "
            f"{base_url}; plan again, or use credentials of the other service"
        )


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, parts.hostname, port or usual.get(parts.scheme)


def _journal_of(plan: Plan, path: str | os.PathLike[str]) -> Journal:
    return Journal(Path(path), plan_hash(plan), [step.id for step in plan.steps])


async def _run(
    client: AsyncManagementClient, plan: Plan, journal: Journal, options: ApplyOptions
) -> Report:
    began = datetime.now(timezone.utc)
    job = Job(client, plan, journal, options)
    keys: tuple[NewSdkKey, ...] = ()
    if not await _is_confirmed(plan, journal, options):
        job.stopped = "the deletions were not confirmed"
    await job.run()
    product = job.product
    if options.sdk_keys and job.stopped is None and product is not None:
        try:
            keys = await read_sdk_keys(
                job.client, job.listings, plan, product, options.source
            )
        except ConfigCatManagementError as error:
            job.stopped = f"the SDK keys could not be read: {error}"
    report = _report(
        plan, journal, job.ends, source=options.source, began=began, job=job
    )
    return attrs.evolve(report, sdk_keys=keys)


async def _is_confirmed(plan: Plan, journal: Journal, options: ApplyOptions) -> bool:
    deletions = tuple(
        step
        for step, row in zip(plan.steps, journal.rows, strict=True)
        if step.action == "delete" and row.state != "done"
    )
    if options.confirm is None or not deletions:
        return True
    answer = options.confirm(deletions)
    return bool(await answer if inspect.isawaitable(answer) else answer)


def _report(
    plan: Plan,
    journal: Journal,
    ends: list[End],
    *,
    source: Snapshot | None,
    began: datetime,
    job: Job | None = None,
) -> Report:
    report = Report(
        kind=plan.kind,
        target=plan.target,
        plan_hash=plan_hash(plan),
        journal=str(journal.path),
        started_at=began,
        finished_at=datetime.now(timezone.utc),
        steps=tuple(
            end.result(step) for step, end in zip(plan.steps, ends, strict=True)
        ),
        product_id=_product(plan, ends, job),
        resumed=journal.resumed,
        ids=new_ids(plan, ends, source),
    )
    return report if job is None else _timed(report, job)


def _timed(report: Report, job: Job) -> Report:
    """Add what only a run knows."""
    return attrs.evolve(
        report,
        stopped=job.stopped,
        stages=tuple(job.stages),
        calls=dict(job.meter.calls),
        refused=dict(job.meter.refused),
        timeline=tuple(
            Tick(second, operation, calls)
            for (second, operation), calls in sorted(job.meter.timeline.items())
        ),
    )


def _product(plan: Plan, ends: list[End], job: Job | None) -> UUID | None:
    """Return the product that was written to, if it is known."""
    if plan.target.product_id is not None:
        return plan.target.product_id
    made = [
        end.id
        for step, end in zip(plan.steps, ends, strict=True)
        if step.entity == "product" and step.creates is not None
    ]
    found = made[0] if made else job and job.product
    return None if found is None else UUID(str(found))
