"""Options shared by all commands that change something."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Final, TypeVar, get_args

import attrs
import click

from configcat_mgmt.cli.options.files import NamedPath
from configcat_mgmt.cli.terminal.output import print_json
from configcat_mgmt.jobs import APPROVALS, Conflict, OnError
from configcat_mgmt.json_value import JsonValue

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
        "wait",
        "poll",
    }
)
"""Options that affect how a job runs, but not which changes it makes."""


@attrs.frozen
class JobOptions:
    """How a job runs."""

    folder: Path | None
    """Folder of its files; by default one named after the job."""
    dry_run: bool
    """Only show the plan."""
    yes: bool
    """Overwrite and delete without asking."""
    as_json: bool
    """Print one JSON document to standard output, everything else to standard error."""
    on_error: OnError
    in_flight: int
    check: bool
    """Read back and verify at the end."""
    start_over: bool
    """Discard an unfinished job in the folder."""
    linger_seconds: float
    allow_duplicates: bool
    """Resend creations of unknown outcome whose objects cannot be identified."""
    reason: str | None
    """Audit log note for every change of values."""
    wait: bool
    """Wait for the change requests of the job."""
    poll_seconds: float
    collect: Callable[[JsonValue], object] | None = None
    """Receives the JSON document of the job in place of standard output, because the
    command runs several jobs."""

    def publish(self, document: JsonValue) -> None:
        """Print the JSON document of the job if it was asked for, or pass it on."""
        if self.collect is not None:
            self.collect(document)
        elif self.as_json:
            print_json(document)

    @classmethod
    def of(cls, context: click.Context) -> "JobOptions":
        """Return the options of the present command."""
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
            wait=given.get("wait", False),
            poll_seconds=given.get("poll", 0.0),
        )


MOST_LINGER_SECONDS: Final = 3600
"""No request stays in transit for longer."""
MOST_POLL_SECONDS: Final = 24 * 3600


def _finite(context: click.Context, parameter: click.Parameter, value: float) -> float:
    """Refuse NaN, which is in every range."""
    if not math.isfinite(value):
        raise click.BadParameter("must be a number of seconds", context, parameter)
    return value


def _time(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> datetime | None:
    """Read a time with an offset that is in the future."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        msg = f"{value!r} is not a time with an offset, such as 2026-12-01T08:00+01:00"
        raise click.BadParameter(msg, context, parameter)
    if moment <= datetime.now(UTC):
        msg = f"{value} has passed; choose a time in the future"
        raise click.BadParameter(msg, context, parameter)
    if context.params.get("approval") != "request":
        msg = "it schedules change requests, so it needs --approval request"
        raise click.BadParameter(msg, context, parameter)
    return moment


def _wait(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
    """Refuse to wait for change requests that the command does not make."""
    makes_plans = any(one.name == "approval" for one in context.command.params)
    if value and makes_plans and context.params.get("approval") != "request":
        msg = "it waits for change requests, so it needs --approval request"
        raise click.BadParameter(msg, context, parameter)
    return value


json_option: Final = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for programs."
)
yes_option: Final = click.option(
    "--yes", is_flag=True, help="Overwrite and delete without asking."
)
secrets_option: Final = click.option(
    "--secrets",
    is_flag=True,
    help="Include the secrets of webhooks and integrations, and list SDK keys; the "
    "files that the command writes then contain them.",
)
members_option: Final = click.option(
    "--members", is_flag=True, help="Invite the members too; this sends e-mail."
)
conflict_option: Final = click.option(
    "--on-conflict",
    type=click.Choice(get_args(Conflict)),
    default="fail",
    show_default=True,
    help="How to handle objects of the target that differ.",
)
edited_option: Final = click.option(
    "--allow-edited",
    is_flag=True,
    help="Accept a snapshot file that was edited by hand.",
)
reason_option: Final = click.option(
    "--reason",
    help="Audit log note for changes of values; some environments require one.",
)

_APPROVAL_OPTIONS: Final = (
    click.option(
        "--approval",
        type=click.Choice(APPROVALS),
        is_eager=True,  # `--at` looks at it.
        help="Where values require approval: propose them in change requests, bypass "
        "approval (needs the right to), or skip these environments.",
    ),
    click.option(
        "--at",
        "apply_at",
        metavar="TIME",
        callback=_time,
        help="Time at which the service applies the change requests, such as "
        "2026-12-01T08:00+01:00.",
    ),
)
_WAIT_OPTIONS: Final = (
    click.option(
        "--wait",
        is_flag=True,
        callback=_wait,
        help="Wait until the change requests are approved, apply them, and verify; or "
        "until they are applied or closed by others.",
    ),
    click.option(
        "--poll",
        type=click.FloatRange(min=0, max=MOST_POLL_SECONDS),
        callback=_finite,
        default=15.0,
        show_default=True,
        metavar="SECONDS",
        help="With --wait: seconds between two looks at the change requests.",
    ),
)


def planned_approval_options(command: CommandT) -> CommandT:
    """Add `--approval` and `--at`; the command gets `approval` and `apply_at`."""
    for option in reversed(_APPROVAL_OPTIONS):
        command = option(command)
    return command


def wait_options(command: CommandT) -> CommandT:
    """Add `--wait` and `--poll`, which are a part of `job`."""
    for option in reversed(_WAIT_OPTIONS):
        command = option(command)
    return command


def approval_options(command: CommandT) -> CommandT:
    """Add `planned_approval_options` and `wait_options`."""
    return planned_approval_options(wait_options(command))


def delete_options(command: CommandT) -> CommandT:
    """Add `--delete` and `--max-deletes`; the command gets both."""
    command = click.option(
        "--max-deletes",
        type=click.IntRange(min=0),
        metavar="N",
        default=10,
        show_default=True,
        help="Maximum number of objects to delete.",
    )(command)
    return click.option(
        "--delete", is_flag=True, help="Delete objects that only the target has."
    )(command)


_HOW_OPTIONS: Final = (
    click.option(
        "--dry-run",
        is_flag=True,
        help="Only show the plan; exit code 2 if there are changes.",
    ),
    yes_option,
    json_option,
    reason_option,
    click.option(
        "--on-error",
        type=click.Choice(["stop", "collect"]),
        default="stop",
        show_default=True,
        help="After a failed step, stop or continue with independent steps.",
    ),
    click.option(
        "--in-flight",
        type=click.IntRange(min=1),
        metavar="N",
        default=64,
        show_default=True,
        help="Maximum number of steps in progress.",
    ),
    click.option(
        "--verify/--no-verify",
        "check",
        default=True,
        show_default=True,
        help="Read back and verify at the end.",
    ),
    click.option(
        "--linger",
        type=click.FloatRange(min=0, max=MOST_LINGER_SECONDS),
        callback=_finite,
        default=10.0,
        show_default=True,
        metavar="SECONDS",
        help="After a crash: how long a request may still be in transit.",
    ),
    click.option(
        "--allow-duplicates",
        is_flag=True,
        help="After a crash: resend creations of webhooks, integrations and "
        "invitations whose outcome is unknown.",
    ),
)
_FOLDER_OPTIONS: Final = (
    click.option(
        "--job",
        type=NamedPath(file_okay=False, path_type=Path),
        metavar="FOLDER",
        help="Folder of the job; by default a new one named after it. An unfinished "
        "job in the folder is resumed.",
    ),
    click.option(
        "--start-over",
        is_flag=True,
        help="Discard an unfinished job in the folder, and plan anew.",
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
