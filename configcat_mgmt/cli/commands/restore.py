"""`configcat-mgmt restore`: restore a product from a snapshot."""

from datetime import datetime
from pathlib import Path

import click

from configcat_mgmt.cli.job.options import (
    JobOptions,
    approval_options,
    delete_options,
    edited_option,
    job_options,
    secrets_option,
)
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.jobs import (
    Approval,
    load_snapshot,
    plan_restore,
    restored,
    take_snapshot,
    value_changes,
)


@click.command()
@click.argument("snapshot", type=NamedPath(dir_okay=False, path_type=Path))
@click.option(
    "--into",
    metavar="PRODUCT",
    help="Restore into this product, not the one in the snapshot.",
)
@profile_option
@selection_options()
@delete_options
@secrets_option
@edited_option
@approval_options
@job_options
def restore(
    *,
    snapshot: Path,
    into: str | None,
    profile: str,
    choice: Choice,
    delete: bool,
    max_deletes: int,
    secrets: bool,
    allow_edited: bool,
    approval: Approval | None,
    apply_at: datetime | None,
    job: JobOptions,
) -> int:
    """Restore a product from SNAPSHOT.

    The job overwrites changes made since the snapshot and creates deleted objects
    again, with new ids. It deletes additions only with --delete; `verify` lists those
    that stay.
    """
    wanted = load_snapshot(snapshot, allow_edited=allow_edited)
    choice.require_matches(wanted)
    selection = choice.selection()
    account = connect(profile)

    async def prepare(meter: CallsMeter) -> Prepared:
        async with account.client() as client:
            current = await take_snapshot(
                client,
                into or wanted.source.product_id,
                secrets=secrets,
                progress=meter.part(),
            )
        plan = plan_restore(
            wanted,
            current,
            selection=selection,
            delete=delete,
            max_deletes=max_deletes,
            reason=job.reason,
            approval=approval,
            apply_at=apply_at,
            other_product=into is not None,
        )
        changes = value_changes(current, restored(wanted, current), selection)
        return Prepared(
            plan=plan,
            snapshot=wanted,
            target=current,
            changes=[change for change in changes if change.after is not None],
        )

    return run_job(
        "restore", into or wanted.name, account, job, prepare, secrets=secrets
    )
