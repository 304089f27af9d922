"""`configcat-mgmt promote`: copy values from one environment to others."""

from datetime import datetime

import click

from configcat_mgmt.cli.job.options import JobOptions, approval_options, job_options
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.options.selection import (
    Choice,
    dependencies_option,
    selection_options,
)
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.jobs import (
    Approval,
    plan_promotion,
    promoted,
    promotion_scope,
    take_snapshot,
    value_changes,
)


@click.command()
@click.argument("product")
@click.option(
    "--from",
    "source",
    required=True,
    metavar="ENVIRONMENT",
    help="Environment to read.",
)
@click.option(
    "--to",
    "targets",
    required=True,
    multiple=True,
    metavar="ENVIRONMENT",
    help="Environment to change. May be repeated.",
)
@profile_option
@selection_options()
@dependencies_option
@approval_options
@job_options
def promote(
    *,
    product: str,
    source: str,
    targets: tuple[str, ...],
    profile: str,
    choice: Choice,
    with_dependencies: bool,
    approval: Approval | None,
    apply_at: datetime | None,
    job: JobOptions,
) -> int:
    """Copy values and rules of PRODUCT from one environment to others.

    The job covers all settings, or the selected ones. It shows the differences first,
    and skips values that somebody changes meanwhile.
    """
    selection = choice.selection()
    scope = promotion_scope(source, targets, selection)
    account = connect(profile)

    async def prepare(meter: CallsMeter) -> Prepared:
        async with account.client() as client:
            snapshot = await take_snapshot(
                client, product, only=scope, progress=meter.part()
            )
        choice.require_matches(snapshot)
        plan = plan_promotion(
            snapshot,
            source,
            targets,
            selection=selection,
            with_dependencies=with_dependencies,
            reason=job.reason,
            approval=approval,
            apply_at=apply_at,
        )
        wanted = promoted(
            *(snapshot, source, targets, selection),
            with_dependencies=with_dependencies,
        )
        return Prepared(
            plan=plan, snapshot=snapshot, changes=value_changes(snapshot, wanted)
        )

    return run_job("promote", product, account, job, prepare)
