"""`configcat-mgmt plan`: plan the changes that make a product match a snapshot."""

import asyncio
from pathlib import Path

import attrs
import click

from configcat_mgmt.cli.job.copying import copy_options, overwritten_values
from configcat_mgmt.cli.job.document import plan_document
from configcat_mgmt.cli.job.options import (
    edited_option,
    json_option,
    planned_approval_options,
    reason_option,
    secrets_option,
)
from configcat_mgmt.cli.job.proposal import Proposal
from configcat_mgmt.cli.job.view import plan_view
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath, file_to_write
from configcat_mgmt.cli.options.selection import Choice
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE, ERROR
from configcat_mgmt.cli.terminal.output import console, print_json, say, styled
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.jobs import (
    NewProduct,
    PlanOptions,
    Snapshot,
    load_snapshot,
    plan_changes,
    plan_copy,
    read_new_product,
    save_plan,
    take_snapshot,
)

_FILE = NamedPath(dir_okay=False, path_type=Path)


@click.command()
@click.argument("snapshot", type=_FILE)
@click.option("--into", metavar="PRODUCT", help="Plan for this existing product.")
@click.option("--new", metavar="NAME", help="Plan for a new product of this name.")
@click.option(
    "--to-organization",
    metavar="NAME|ID",
    help="Organization of the new product, if the account has several.",
)
@click.option(
    "-o",
    "--out",
    type=_FILE,
    callback=file_to_write,
    help="Save the plan, for `configcat-mgmt apply`.",
)
@profile_option
@copy_options
@secrets_option
@edited_option
@reason_option
@planned_approval_options
@json_option
def plan(
    *,
    snapshot: Path,
    into: str | None,
    new: str | None,
    to_organization: str | None,
    out: Path | None,
    profile: str,
    choice: Choice,
    options: PlanOptions,
    secrets: bool,
    allow_edited: bool,
    as_json: bool,
) -> int:
    """Plan the changes that make a product match SNAPSHOT; nothing is changed.

    Without --into and --new the plan is for the product of the snapshot, as with verify
    and restore. Unlike restore, which returns a product to its earlier state, the
    command may plan for any product, so objects that exist and differ block the plan
    unless --on-conflict overwrites or skips them.

    Exit code 0 if there is nothing to change, 2 if there are changes, 1 if the plan has
    blockers. --out saves the plan in all cases.
    """
    if into is not None and new is not None:
        msg = "--into and --new exclude each other"
        raise click.UsageError(msg)
    wanted = load_snapshot(snapshot, allow_edited=allow_edited)
    choice.require_matches(wanted)
    account = connect(profile)

    async def read() -> Snapshot | NewProduct:
        meter = CallsMeter("Reading")
        async with account.client() as client, shown(meter, console(stderr=True)):
            part = meter.part()
            if new is not None:
                return await read_new_product(client, new, to_organization, part)
            return await take_snapshot(
                client,
                into or wanted.source.product_id,
                secrets=secrets,
                progress=part,
            )

    target = asyncio.run(read())
    made = plan_copy(wanted, target, options)
    if out is not None:
        save_plan(made, out)
    proposal = Proposal(made, made.steps)
    if not isinstance(target, NewProduct):
        proposal = attrs.evolve(
            proposal,
            changes=overwritten_values(made, wanted, target, options.names),
            entities=plan_changes(made, target),
        )
    if as_json:
        print_json(plan_document(proposal))
    else:
        say(console(), *plan_view(proposal))
        if out is not None:
            console().print(styled(f"Saved to {out}."))
    if made.blockers:
        return ERROR
    return DONE if made.is_empty else DIFFERENCES
