"""`configcat-mgmt cleanup`: list, tag or delete stale flags."""

import asyncio
from collections.abc import Iterable, Iterator

import attrs
import click
from rich.console import Console, RenderableType

from configcat_mgmt.cli.job.options import JobOptions, job_options
from configcat_mgmt.cli.job.run import Prepared, run_job
from configcat_mgmt.cli.options.connection import Connection, connect, profile_option
from configcat_mgmt.cli.options.places import days_option
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE
from configcat_mgmt.cli.terminal.output import console, listing, print_json, styled
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.jobs import (
    USUAL_TAG,
    CleanupAction,
    InEnvironments,
    Snapshot,
    StaleFlag,
    StaleReport,
    find_stale,
    plan_cleanup,
    take_snapshot,
)
from configcat_mgmt.texts import counted


@click.command()
@click.argument("product")
@click.option("--tag", metavar="NAME", help="Tag stale flags.")
@click.option("--delete", is_flag=True, help="Delete stale flags that nothing uses.")
@click.option(
    "--apply",
    "is_meant",
    is_flag=True,
    help="Apply the plan; without this option it is only shown.",
)
@days_option
@click.option(
    "--stale-in",
    type=click.Choice(["any", "all"]),
    default="any",
    show_default=True,
    help="List and tag flags that are stale in any or in all selected environments; "
    "--delete always requires all.",
)
@click.option(
    "--max-deletes",
    type=click.IntRange(min=0),
    metavar="N",
    default=10,
    show_default=True,
    help="Maximum number of flags to delete.",
)
@click.option(
    "--allow-code-references",
    is_flag=True,
    help="Delete flags even if code refers to them.",
)
@profile_option
@selection_options()
@job_options
def cleanup(
    *,
    product: str,
    tag: str | None,
    delete: bool,
    is_meant: bool,
    days: int,
    stale_in: InEnvironments,
    max_deletes: int,
    allow_code_references: bool,
    profile: str,
    choice: Choice,
    job: JobOptions,
) -> int:
    """List the stale flags of PRODUCT, and tag or delete them with --apply.

    A flag is deleted only if it is stale in all selected environments, no code refers
    to it, and no other flag depends on it. The job first saves a snapshot of the whole
    product in its folder, from which `configcat-mgmt restore` creates the flags again,
    with values, rules and tags, but with new ids and without code references and audit
    log. Exit code 2 if there are stale flags and none was changed.
    """
    action = _action(tag, delete=delete, is_meant=is_meant, job=job)
    search = _Search(connect(profile), product, choice, days, stale_in)
    out = console(stderr=job.as_json)
    if action is None:
        found = asyncio.run(search.report())
        if job.as_json:
            print_json(found.to_json())
        else:
            out.print(*_view(out, found), sep="\n")
        return DIFFERENCES if found.flags else DONE

    async def prepare(meter: CallsMeter) -> Prepared:
        snapshot, found = await search.read(meter)
        out.print(*_view(out, found), sep="\n")
        plan = plan_cleanup(
            snapshot,
            found,
            action=action,
            tag=tag or USUAL_TAG,
            max_deletes=max_deletes,
            allow_code_references=allow_code_references,
            selection=choice.selection(),
        )
        return Prepared(plan=plan, snapshot=snapshot)

    job = attrs.evolve(job, dry_run=not is_meant)
    return run_job("cleanup", product, search.account, job, prepare)


@attrs.frozen
class _Search:
    """The search for stale flags."""

    account: Connection
    product: str
    choice: Choice
    days: int
    stale_in: InEnvironments

    async def read(self, meter: CallsMeter) -> tuple[Snapshot, StaleReport]:
        """Read the product and its stale flags."""
        async with self.account.client() as client:
            snapshot = await take_snapshot(client, self.product, progress=meter.part())
            self.choice.require_matches(snapshot)
            found = await find_stale(
                client,
                snapshot,
                selection=self.choice.selection(),
                days=self.days,
                stale_in=self.stale_in,
                progress=meter.part(),
            )
        return snapshot, found

    async def report(self) -> StaleReport:
        """Read the stale flags."""
        meter = CallsMeter("Reading")
        async with shown(meter, console(stderr=True)):
            return (await self.read(meter))[1]


def _action(
    tag: str | None, *, delete: bool, is_meant: bool, job: JobOptions
) -> CleanupAction | None:
    """Return the action on stale flags; None to only list them."""
    if tag is not None and delete:
        msg = "--tag and --delete exclude each other"
        raise click.UsageError(msg)
    if is_meant and job.dry_run:
        msg = "--apply and --dry-run exclude each other"
        raise click.UsageError(msg)
    if is_meant and tag is None and not delete:
        msg = "--apply needs --tag NAME or --delete"
        raise click.UsageError(msg)
    if delete:
        return "delete"
    return None if tag is None else "tag"


def _view(out: Console, found: StaleReport) -> Iterator[RenderableType]:
    if not found.flags:
        yield styled(f"No flag is stale for {found.days} days or more.", "green")
        return
    title = f"{counted(len(found.flags), 'flag')} stale for {found.days} days or more"
    yield styled(title, "bold")
    yield listing(
        out,
        ("key", "config", "stale in", "tags", "code references", "used by"),
        [[*map(styled, _cells(flag))] for flag in found.flags],
        wrapping=["stale in", "tags", "used by"],
    )


def _cells(flag: StaleFlag) -> Iterable[str]:
    yield flag.key
    yield flag.config
    environments = ", ".join(one.environment for one in flag.stale_in)
    yield environments if flag.not_stale_in else "everywhere"
    yield ", ".join(flag.tags)
    if flag.code is None:
        yield "not read"
    else:
        yield f"{len(flag.code):,}" if flag.may_be_in_code else ""
    yield ", ".join(one.key for one in flag.dependents)
