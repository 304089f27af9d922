"""`configcat-mgmt copy`: a product into a new one, or onto another."""

from collections.abc import Mapping
from functools import partial

import click

from configcat_mgmt.cli.connection import connect, profile_options
from configcat_mgmt.cli.job.options import (
    JobOptions,
    conflict_option,
    delete_options,
    job_options,
    members_option,
    secrets_option,
)
from configcat_mgmt.cli.job.progress import CallsMeter
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.selection import Choice, map_option, selection_options
from configcat_mgmt.jobs.looks.value_changes import ValueChange, value_changes
from configcat_mgmt.jobs.planning.copying import plan_copy
from configcat_mgmt.jobs.planning.names import renamed
from configcat_mgmt.jobs.planning.options import Conflict, NewProduct, PlanOptions
from configcat_mgmt.jobs.planning.plan import Plan
from configcat_mgmt.jobs.reading.new_product import read_new_product
from configcat_mgmt.jobs.reading.product import take_snapshot
from configcat_mgmt.jobs.reading.together import Together
from configcat_mgmt.jobs.records.selection import NameMap
from configcat_mgmt.jobs.records.snapshot import Snapshot


@click.command()
@click.argument("product")
@click.option("--name", help="Of the new product; by default that of the old one.")
@click.option(
    "--to-organization",
    metavar="NAME|ID",
    help="Where the new product is made; by default the organization of the old one.",
)
@click.option("--into", metavar="PRODUCT", help="Copy onto this product instead.")
@profile_options
@selection_options()
@map_option
@conflict_option
@delete_options
@members_option
@secrets_option
@job_options
def copy(
    *,
    product: str,
    name: str | None,
    to_organization: str | None,
    into: str | None,
    from_profile: str,
    to_profile: str,
    choice: Choice,
    names: NameMap,
    on_conflict: Conflict,
    delete: bool,
    max_deletes: int,
    members: bool,
    secrets: bool,
    job: JobOptions,
) -> int:
    """Copy PRODUCT, by name or id, into a new product, or onto another one.

    Takes along configs, environments, tags, segments, permission groups, settings with
    their values and rules, links, webhooks, integrations and preferences. With
    --to-profile the account that is written to is another one.

    Without --into nothing that exists is changed.
    """
    if into is not None and (name is not None or to_organization is not None):
        msg = (
            "--into names a product that is there; --name and --to-organization do not"
        )
        raise click.UsageError(msg)
    source, target = connect(from_profile), connect(to_profile)
    options = PlanOptions(
        selection=choice.selection(),
        names=names,
        on_conflict=on_conflict,
        delete=delete,
        max_deletes=max_deletes,
        reason=job.reason,
        members=members,
    )

    async def prepare(meter: CallsMeter) -> Prepared:
        read = partial(take_snapshot, secrets=secrets)
        async with (
            source.client() as reader,
            target.client() as writer,
            Together() as together,
        ):
            reading = together.start(
                read(
                    reader,
                    product,
                    members=members,
                    only=options.selection,
                    progress=meter.part(),
                )
            )
            there: Snapshot | NewProduct
            if into is not None:
                there = await read(writer, into, progress=meter.part())
            else:
                snapshot = await reading
                owner = to_organization
                if owner is None and from_profile == to_profile:
                    owner = snapshot.source.organization
                there = await read_new_product(
                    writer, name or snapshot.name, owner, meter.part()
                )
        snapshot = await reading
        choice.require_matches(snapshot)
        plan = plan_copy(snapshot, there, options)
        if isinstance(there, NewProduct):
            return Prepared(plan=plan, snapshot=snapshot)
        changes = value_changes(there, renamed(snapshot, names))
        return Prepared(
            plan=plan,
            snapshot=snapshot,
            target=there,
            changes=[change for change in changes if _is_written(change, plan)],
        )

    return run_job(
        "copy",
        product,
        target,
        job,
        prepare,
        source=partial(renamed, names=names),
        secrets=secrets,
    )


def _is_written(change: ValueChange, plan: Plan) -> bool:
    """Whether a plan overwrites a value."""
    place = (change.config, change.environment)
    return any(
        step.entity == "values"
        and step.key == place
        and isinstance(step.replaces, Mapping)
        and change.key in step.replaces
        for step in plan.steps
    )
