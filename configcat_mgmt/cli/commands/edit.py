"""`configcat-mgmt edit`: apply one change to many settings."""

from datetime import datetime

import click

from configcat_mgmt.cli.job.options import JobOptions, approval_options, job_options
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.options.edit_options import edit_options
from configcat_mgmt.cli.options.places import days_option
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.jobs import (
    Approval,
    Edit,
    edited,
    find_stale,
    plan_edit,
    take_snapshot,
    value_changes,
)


@click.command()
@click.argument("product")
@edit_options
@days_option
@profile_option
@selection_options(stale=True)
@approval_options
@job_options
def edit(
    *,
    product: str,
    change: Edit,
    days: int,
    profile: str,
    choice: Choice,
    approval: Approval | None,
    apply_at: datetime | None,
    job: JobOptions,
) -> int:
    """Change tags, names, hints, order, values or rules of many settings of PRODUCT.

    The change applies to all settings, or to the selected ones, such as
    `--only tag=checkout --only type=boolean`. Values and rules change in all
    environments, or in the selected ones, such as `--only environment=Staging`. The job
    skips whatever somebody changes meanwhile.
    """
    account = connect(profile)

    async def prepare(meter: CallsMeter) -> Prepared:
        async with account.client() as client:
            snapshot = await take_snapshot(client, product, progress=meter.part())
            choice.require_matches(snapshot)
            stale = None
            if choice.asks_for_stale:
                report = await find_stale(
                    client, snapshot, days=days, progress=meter.part()
                )
                stale = report.stale_settings
        selection = choice.selection(stale)
        plan = plan_edit(
            snapshot,
            change,
            selection=selection,
            reason=job.reason,
            approval=approval,
            apply_at=apply_at,
        )
        wanted = edited(snapshot, change, selection)
        return Prepared(
            plan=plan, snapshot=snapshot, changes=value_changes(snapshot, wanted)
        )

    return run_job("edit", product, account, job, prepare)
