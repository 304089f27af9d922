"""Applies a plan with a journal, so an interrupted run can resume."""

import asyncio
import inspect
import os
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final, Unpack
from urllib.parse import urlsplit
from uuid import UUID

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigCatManagementError, ConfigurationError
from configcat_mgmt.files import is_there
from configcat_mgmt.jobs.applying.change_requests import (
    RequestWatch,
    known_requests,
    require_future_schedules,
)
from configcat_mgmt.jobs.applying.id_mapping import new_ids, read_sdk_keys
from configcat_mgmt.jobs.applying.options import ApplyChoices, ApplyOptions
from configcat_mgmt.jobs.applying.outcome import StepEnd, remembered
from configcat_mgmt.jobs.applying.report import NewSdkKey, Report, Tick
from configcat_mgmt.jobs.applying.scheduler import Scheduler
from configcat_mgmt.jobs.journal.plan_journal import Journal
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planning.plan_file import plan_hash
from configcat_mgmt.jobs.planning.plan_file_checks import problems_of

SHOWN_PROBLEMS: Final = 5


@checked
async def apply(
    client: AsyncManagementClient,
    plan: Plan,
    journal_path: str | os.PathLike[str],
    **options: "Unpack[ApplyChoices]",
) -> Report:
    """Apply a plan at full pace, so an interrupted run can resume at any time.

    Each call is on disk before it is sent. Call this again with the same plan and
    journal after a crash or an error: it does not repeat finished steps, and it checks
    the target for steps whose outcome is unknown. Apart from that it reads only what
    the plan needs.

    Args:
        client: Makes the calls. The plan has to be for its service.
        plan: The plan, without blockers.
        journal_path: The journal of this plan: made if it is not there, together with
            a file ending in `.lock`, and to be kept as long as the plan is not done.
        options: Fields of `ApplyOptions` by name, such as `on_error="collect"`.

    Returns:
        The report on every step; `is_complete` tells whether all are done.

    Raises:
        ConfigurationError: The plan has blockers or is unsound, belongs to another
            service, or the journal is in use, damaged, of another plan, newer, or
            cannot be written. Nothing was sent.
    """
    chosen = ApplyOptions(**options)
    require_sound(plan, client.base_url)
    with _journal_of(plan, journal_path) as journal:
        return await _run(client, plan, journal, chosen)


@checked
def journal_report(
    plan: Plan, journal_path: str | os.PathLike[str], source: Snapshot | None = None
) -> Report:
    """Return the report of a plan so far, from the journal alone.

    Args:
        plan: The plan that the journal belongs to.
        journal_path: The journal.
        source: The snapshot that the plan was made of, under the names of the target.

    Returns:
        A report without times and calls. Steps that are done are `earlier`.

    Raises:
        ConfigurationError: There is no such journal, or it is in use, damaged, newer or
            of another plan.
    """
    if not is_there(Path(journal_path)):
        raise ConfigurationError(f"there is no journal {os.fspath(journal_path)}")
    now = datetime.now(UTC)
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
            f"the plan was made for {plan.target.base_url}, but the client calls "
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
    began = datetime.now(UTC)
    scheduler = Scheduler(client, plan, journal, options)
    keys: tuple[NewSdkKey, ...] = ()
    require_future_schedules(plan, journal.rows)
    if not await _is_confirmed(plan, journal, options):
        scheduler.stopped = "the deletions were not confirmed"
    await scheduler.run()
    watch = RequestWatch(scheduler.client, plan, scheduler.ends, options)
    await _watch(watch, scheduler, options)
    product = scheduler.product
    if options.sdk_keys and scheduler.stopped is None and product is not None:
        try:
            keys = await read_sdk_keys(
                scheduler.client, scheduler.target_index, plan, product, options.source
            )
        except ConfigCatManagementError as error:
            scheduler.stopped = f"the SDK keys could not be read: {error}"
    report = _report(
        plan,
        journal,
        scheduler.ends,
        source=options.source,
        began=began,
        scheduler=scheduler,
    )
    requests = known_requests(plan, scheduler.ends, watch.states)
    return attrs.evolve(report, sdk_keys=keys, requests=requests)


async def _watch(
    watch: RequestWatch, scheduler: Scheduler, options: ApplyOptions
) -> None:
    """Look at the change requests once, or wait for them if all steps are done."""
    is_done = scheduler.stopped is None
    try:
        if options.wait and is_done:
            stop = options.stop or asyncio.Event()
            scheduler.stopped = await watch.wait(stop)
        else:
            await watch.look()
    except ConfigCatManagementError as error:
        if is_done:
            scheduler.stopped = f"the change requests could not be read: {error}"


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
    ends: list[StepEnd],
    *,
    source: Snapshot | None,
    began: datetime,
    scheduler: Scheduler | None = None,
) -> Report:
    report = Report(
        kind=plan.kind,
        target=plan.target,
        plan_hash=plan_hash(plan),
        journal=str(journal.path),
        started_at=began,
        finished_at=datetime.now(UTC),
        steps=tuple(
            end.result(step) for step, end in zip(plan.steps, ends, strict=True)
        ),
        product_id=_product(plan, ends, scheduler),
        resumed=journal.resumed,
        requests=known_requests(plan, ends, {}),
        ids=new_ids(plan, ends, source),
    )
    return report if scheduler is None else _timed(report, scheduler)


def _timed(report: Report, scheduler: Scheduler) -> Report:
    """Add times and calls, which only a run knows."""
    return attrs.evolve(
        report,
        stopped=scheduler.stopped,
        stages=tuple(scheduler.stages),
        calls=dict(scheduler.meter.calls),
        refused=dict(scheduler.meter.refused),
        timeline=tuple(
            Tick(second, operation, calls)
            for (second, operation), calls in sorted(scheduler.meter.timeline.items())
        ),
    )


def _product(
    plan: Plan, ends: list[StepEnd], scheduler: Scheduler | None
) -> UUID | None:
    """Return the product that was written to, if it is known."""
    if plan.target.product_id is not None:
        return plan.target.product_id
    made = [
        end.id
        for step, end in zip(plan.steps, ends, strict=True)
        if step.entity == "product" and step.creates is not None
    ]
    found = made[0] if made else scheduler and scheduler.product
    return None if found is None else UUID(str(found))
