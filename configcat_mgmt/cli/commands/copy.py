"""`configcat-mgmt copy`: copy a product into a new or an existing product."""

from collections.abc import Awaitable
from functools import partial

import attrs
import click

from configcat_mgmt.cli.job.copying import copy_options, overwritten_values
from configcat_mgmt.cli.job.options import (
    JobOptions,
    approval_options,
    job_options,
    secrets_option,
)
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.options.connection import Connection, connect, profile_options
from configcat_mgmt.cli.options.selection import Choice
from configcat_mgmt.cli.terminal.progress import CallsMeter
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs import (
    NewProduct,
    PlanOptions,
    Snapshot,
    plan_copy,
    read_new_product,
    renamed,
    take_snapshot,
)
from configcat_mgmt.task_group import task_group


@click.command()
@click.argument("product")
@click.option(
    "--name", help="Name of the new product; by default the name of the old one."
)
@click.option(
    "--to-organization",
    metavar="NAME|ID",
    help="Organization of the new product; by default that of the old one.",
)
@click.option(
    "--into", metavar="PRODUCT", help="Copy into this existing product instead."
)
@profile_options
@copy_options
@secrets_option
@approval_options
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
    options: PlanOptions,
    secrets: bool,
    job: JobOptions,
) -> int:
    """Copy PRODUCT, given by name or id, into a new or an existing product.

    The copy includes configs, environments, tags, segments, permission groups, settings
    with their values and rules, links, webhooks, integrations and preferences. With
    --to-profile the job writes to another account.

    Without --into the job changes no existing object.
    """
    if into is not None and (name is not None or to_organization is not None):
        msg = "--into excludes --name and --to-organization, which create a new product"
        raise click.UsageError(msg)
    source, target = connect(from_profile), connect(to_profile)
    copying = _Copying(
        product=product,
        source=source,
        target=target,
        name=name,
        organization=to_organization,
        into=into,
        choice=choice,
        options=options,
        secrets=secrets,
    )
    return run_job(
        *("copy", product, target, job, copying.prepare),
        source=partial(renamed, names=options.names),
        secrets=secrets,
    )


@attrs.frozen(kw_only=True)
class _Copying:
    """The source and the target of a copy."""

    product: str
    source: Connection
    target: Connection
    name: str | None
    organization: str | None
    into: str | None
    choice: Choice
    options: PlanOptions
    secrets: bool

    async def prepare(self, meter: CallsMeter) -> Prepared:
        """Read source and target, and plan."""
        async with (
            self.source.client() as reader,
            self.target.client() as writer,
            task_group() as group,
        ):
            reading = group.create_task(
                take_snapshot(
                    reader,
                    self.product,
                    secrets=self.secrets,
                    members=self.options.members,
                    only=self.options.selection,
                    progress=meter.part(),
                )
            )
            there = await self._read_target(writer, reading, meter)
        snapshot = reading.result()
        self.choice.require_matches(snapshot)
        plan = plan_copy(snapshot, there, self.options)
        if isinstance(there, NewProduct):
            return Prepared(plan=plan, snapshot=snapshot)
        return Prepared(
            plan=plan,
            snapshot=snapshot,
            target=there,
            changes=overwritten_values(plan, snapshot, there, self.options.names),
        )

    async def _read_target(
        self,
        writer: AsyncManagementClient,
        reading: Awaitable[Snapshot],
        meter: CallsMeter,
    ) -> Snapshot | NewProduct:
        if self.into is not None:
            return await take_snapshot(
                writer, self.into, secrets=self.secrets, progress=meter.part()
            )
        snapshot = await reading
        name, owner = self.name or snapshot.name, self.organization
        if owner is None and self.source == self.target:
            owner = snapshot.source.organization
        return await read_new_product(writer, name, owner, meter.part())
