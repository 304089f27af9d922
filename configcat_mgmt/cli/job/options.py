"""Options that all commands share which change something."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Final, TypeVar, get_args

import attrs
import click

from configcat_mgmt.jobs import Conflict, OnError

ResultT = TypeVar("ResultT")
CommandT = TypeVar("CommandT", bound=Callable[..., object])

HOW: Final = frozenset(
    {
        "job",
        "dry_run",
        "yes",
        "as_json",
        "on_error",
        "in_flight",
        "check",
        "start_over",
        "linger",
        "allow_duplicates",
        "reason",
    }
)
"""Names of options that say how a job is done, and not what is to be done."""


@attrs.frozen
class JobOptions:
    """How a job is done."""

    folder: Path | None
    """Where its files are; by default a folder named after the job."""
    dry_run: bool
    """Stop after showing the plan."""
    yes: bool
    """Change and delete without asking."""
    as_json: bool
    """Print one JSON document to standard output, and the rest to standard error."""
    on_error: OnError
    in_flight: int
    check: bool
    """Read back and compare at the end."""
    start_over: bool
    """Give up an unfinished job in the folder."""
    linger_seconds: float
    allow_duplicates: bool
    """Send again what may have been made and cannot be told apart."""
    reason: str | None
    """Note on every change of values."""

    @classmethod
    def of(cls, context: click.Context) -> "JobOptions":
        """Take what was given to the command."""
        given = context.params
        return cls(
            folder=given.get("job"),
            dry_run=given["dry_run"],
            yes=given["yes"],
            as_json=given["as_json"],
            on_error=given["on_error"],
            in_flight=given["in_flight"],
            check=given["check"],
            start_over=given.get("start_over", False),
            linger_seconds=given["linger"],
            allow_duplicates=given["allow_duplicates"],
            reason=given["reason"],
        )


json_option: Final = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for programs."
)
yes_option: Final = click.option(
    "--yes", is_flag=True, help="Change and delete without asking."
)
secrets_option: Final = click.option(
    "--secrets",
    is_flag=True,
    help="Take the secrets of webhooks and integrations along, and list SDK keys; "
    "files of the job then hold them.",
)
members_option: Final = click.option(
    "--members", is_flag=True, help="Invite the members too, which sends e-mail."
)
conflict_option: Final = click.option(
    "--on-conflict",
    type=click.Choice(get_args(Conflict)),
    default="fail",
    show_default=True,
    help="What to do about what is there already and differs.",
)
edited_option: Final = click.option(
    "--allow-edited",
    is_flag=True,
    help="Take a snapshot file that was changed by hand.",
)
reason_option: Final = click.option(
    "--reason", help="Note on every change of values; some environments demand one."
)


def delete_options(command: CommandT) -> CommandT:
    """Add `--delete` and `--max-deletes`; the command gets both."""
    command = click.option(
        "--max-deletes",
        type=click.IntRange(min=0),
        metavar="N",
        default=10,
        show_default=True,
        help="Most things that may be deleted.",
    )(command)
    return click.option(
        "--delete", is_flag=True, help="Delete what only the target has."
    )(command)


_HOW_OPTIONS: Final = (
    click.option(
        "--dry-run",
        is_flag=True,
        help="Show the plan, change nothing; exit code 2 if there is something to do.",
    ),
    yes_option,
    json_option,
    reason_option,
    click.option(
        "--on-error",
        type=click.Choice(["stop", "collect"]),
        default="stop",
        show_default=True,
        help="Stop at the first step that goes wrong, or do the rest.",
    ),
    click.option(
        "--in-flight",
        type=click.IntRange(min=1),
        metavar="N",
        default=64,
        show_default=True,
        help="Most steps under way at a time.",
    ),
    click.option(
        "--verify/--no-verify",
        "check",
        default=True,
        show_default=True,
        help="Read back and compare at the end.",
    ),
    click.option(
        "--linger",
        type=click.FloatRange(min=0),
        default=10.0,
        show_default=True,
        metavar="SECONDS",
        help="After a crash: how long a call may still be on its way.",
    ),
    click.option(
        "--allow-duplicates",
        is_flag=True,
        help="After a crash: send webhooks, integrations and invitations again that "
        "may have been made, without looking closer.",
    ),
)
_FOLDER_OPTIONS: Final = (
    click.option(
        "--job",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="Files of the job; by default a folder here that is named after it. An "
        "unfinished job in it is gone on with.",
    ),
    click.option(
        "--start-over",
        is_flag=True,
        help="Give up an unfinished job in the folder, and plan anew.",
    ),
)


def applying_options(command: Callable[..., ResultT]) -> Callable[..., ResultT]:
    """Add everything that says how a plan is applied; the command gets it as `job`."""
    return _with_job(command, _HOW_OPTIONS)


def job_options(command: Callable[..., ResultT]) -> Callable[..., ResultT]:
    """Add `applying_options` and the folder; the command gets all of it as `job`."""
    return _with_job(command, (*_FOLDER_OPTIONS, *_HOW_OPTIONS))


def _with_job(
    command: Callable[..., ResultT],
    options: Sequence[Callable[[Callable[..., ResultT]], Callable[..., ResultT]]],
) -> Callable[..., ResultT]:
    @wraps(command)
    def with_job(**given: object) -> ResultT:
        job = JobOptions.of(click.get_current_context())
        rest = {name: value for name, value in given.items() if name not in HOW}
        return command(job=job, **rest)

    found: Callable[..., ResultT] = with_job
    for option in reversed(options):
        found = option(found)
    return found
