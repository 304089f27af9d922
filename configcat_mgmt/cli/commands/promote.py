"""`configcat-mgmt promote`: what one environment serves into others."""

import click

from configcat_mgmt.cli.job.options import JobOptions, job_options
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.jobs import (
    plan_promotion,
    promoted,
    promotion_scope,
    take_snapshot,
    value_changes,
)


@click.command()
@click.argument("product")
@click.option(
    "--from", "source", required=True, metavar="ENVIRONMENT", help="Has the values."
)
@click.option(
    "--to",
    "targets",
    required=True,
    multiple=True,
    metavar="ENVIRONMENT",
    help="Gets them. May be repeated.",
)
@profile_option
@selection_options()
@job_options
def promote(
    *,
    product: str,
    source: str,
    targets: tuple[str, ...],
    profile: str,
    choice: Choice,
    job: JobOptions,
) -> int:
    """Bring values and rules of PRODUCT from one environment to others.

    All settings, or those that are chosen, with one call for each config and target
    environment in which something differs. What differs is shown first, and what
    somebody changes meanwhile is left alone.
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
            snapshot, source, targets, selection=selection, reason=job.reason
        )
        wanted = promoted(snapshot, source, targets, selection)
        return Prepared(
            plan=plan, snapshot=snapshot, changes=value_changes(snapshot, wanted)
        )

    return run_job("promote", product, account, job, prepare)
