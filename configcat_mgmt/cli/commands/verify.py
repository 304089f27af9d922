"""`configcat-mgmt verify`: compare a product with a plan or a snapshot."""

import asyncio
from pathlib import Path
from typing import Final

import click

from configcat_mgmt.cli.job.document import (
    difference_documents,
    field_documents,
    issue_documents,
)
from configcat_mgmt.cli.job.options import edited_option, json_option
from configcat_mgmt.cli.job.view import (
    differences_view,
    issues_view,
    uncompared_view,
    waiting_view,
)
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.options.files import NamedPath
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE
from configcat_mgmt.cli.terminal.output import console, print_json, say
from configcat_mgmt.cli.terminal.progress import CallsMeter, shown
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import (
    Difference,
    Issue,
    JobFolder,
    Plan,
    RequestState,
    Step,
    UnknownField,
    journal_report,
    load_plan_or_snapshot,
)
from configcat_mgmt.jobs import verify as compare

_FILE: Final = NamedPath(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.argument("product", required=False)
@profile_option
@selection_options()
@edited_option
@json_option
def verify(
    *,
    file: Path,
    product: str | None,
    profile: str,
    choice: Choice,
    allow_edited: bool,
    as_json: bool,
) -> int:
    """Compare PRODUCT with FILE, a plan or a snapshot, and list the differences.

    Without PRODUCT the command compares the target of the plan, or the product of the
    snapshot. A plan is compared as a whole, without a selection. Of a snapshot, objects
    that only PRODUCT has are differences, too. Exit code 2 if there are differences.
    """
    wanted = load_plan_or_snapshot(file, allow_edited=allow_edited)
    if isinstance(wanted, Plan):
        if choice.is_given:
            msg = "a plan is compared as a whole: omit --only and --exclude"
            raise click.UsageError(msg)
        place = wanted.target.product_id or wanted.target.product
    else:
        choice.require_matches(wanted)
        place = wanted.source.product_id
    account = connect(profile)
    requests = _requests_of(wanted, file) if isinstance(wanted, Plan) else ()
    unknown: list[UnknownField] = []
    waiting: list[Step] = []
    issues: list[Issue] = []

    async def read() -> tuple[Difference, ...]:
        meter = CallsMeter("Reading")
        async with account.client() as client, shown(meter, console(stderr=True)):
            return await compare(
                client,
                wanted,
                product or place,
                selection=choice.selection(),
                progress=meter.part(),
                unknown_fields=unknown.extend,
                requests=requests,
                waiting=waiting.extend,
                issues=issues.extend,
            )

    found = asyncio.run(read())
    if as_json:
        print_json(
            {
                "differences": difference_documents(found),
                "not_compared": field_documents(unknown),
                "waiting": [list(step.key) for step in waiting],
                "issues": issue_documents(issues),
            }
        )
    else:
        say(
            console(stderr=True),
            *uncompared_view(unknown),
            *waiting_view(waiting),
            *issues_view(issues),
        )
        if found or not waiting:
            say(console(), *differences_view(found, most=None))
        else:
            console().print("Verified, apart from the values named above.")
    return DIFFERENCES if found else DONE


def _requests_of(plan: Plan, file: Path) -> tuple[RequestState, ...]:
    """Return the change requests of a plan, if its journal is next to its file."""
    journals = (JobFolder(file.parent).journal_path, file.with_suffix(".journal.db"))
    for path in journals:
        try:
            return journal_report(plan, path).requests
        except ConfigurationError:
            continue  # It is missing, in use, or of another plan.
    return ()
