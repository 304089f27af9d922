"""Errors on the terminal, with a remedy."""

from typing import Final, NamedTuple

import click

from configcat_mgmt.cli.terminal.output import (
    console,
    print_json_error,
    say,
    styled,
)
from configcat_mgmt.errors import (
    ApiError,
    AuthenticationError,
    ConfigCatManagementError,
    ConnectionFailedError,
    NotFoundError,
    PaceUnavailableError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    UnknownOutcome,
)
from configcat_mgmt.shortage import shortage_remedy

_REMEDIES: Final[tuple[tuple[type[ConfigCatManagementError], str], ...]] = (
    (
        AuthenticationError,
        "Check the user name and the password in the environment. Create credentials "
        "on the dashboard under Public API credentials; --help names the variables.",
    ),
    (
        PermissionDeniedError,
        "Use other credentials, or ask an admin of the organization for the "
        "permission.",
    ),
    (
        NotFoundError,
        "`configcat-mgmt whoami` lists the products that these credentials can see.",
    ),
    (
        RateLimitError,
        "Another program uses the same credentials. Run the command again after the "
        "time that the message names, or else in a minute.",
    ),
    (
        ServerError,
        "Run the command again later.",
    ),
    (
        ConnectionFailedError,
        "Check the network, a proxy (HTTPS_PROXY) and the base URL "
        "(CONFIGCAT_BASE_URL, or NAME_BASE_URL with --profile NAME).",
    ),
    (
        PaceUnavailableError,
        "Start the Redis server of CONFIGCAT_PACE_URL and run the command again. "
        "Without the variable, the command paces itself alone.",
    ),
    (
        RequestTimeoutError,
        "Run the command again; if it fails again, check the network.",
    ),
    (
        UnknownOutcome,
        "Check whether the change was made before you repeat it.",
    ),
)

_OF_LAUNCHDARKLY: Final = "launchdarkly/"
"""How the names of calls to LaunchDarkly begin."""
_LAUNCHDARKLY_REMEDIES: Final[
    tuple[tuple[type[ConfigCatManagementError], str], ...]
] = (
    (
        RateLimitError,
        "Another program uses up the limits of your LaunchDarkly account. Run the "
        "command again later; it goes on where it stopped.",
    ),
    (
        ConnectionFailedError,
        "Check the network, a proxy (HTTPS_PROXY) and LAUNCHDARKLY_API_HOST. Run the "
        "command again; it goes on where it stopped.",
    ),
    (
        ServerError,
        "Run the command again later; it goes on where it stopped.",
    ),
)

_WHOLE_BODY: Final = ("", "$")
"""Names of messages of the service that are about no single field."""


class Shown(NamedTuple):
    """An error as people and programs see it."""

    name: str
    """Name of its class."""
    message: str
    details: tuple[str, ...] = ()
    """Messages of the service about single fields."""
    remedy: str | None = None
    usage: str | None = None
    """How to use the command, if it was not used so."""
    pointer: str | None = None
    """The command that explains the error."""


def show_error(error: BaseException, exit_code: int, *, as_json: bool) -> None:
    """Print an error to standard error, and as JSON to standard output for programs.

    Args:
        error: The error; it needs no traceback.
        exit_code: Exit code of the process.
        as_json: Whether the command was called with `--json`.
    """
    shown = _shown(error)
    out = console(stderr=True)
    if shown.usage is not None:
        out.print(shown.usage, soft_wrap=True)
    lines = [*shown.details, *filter(None, [shown.remedy, shown.pointer])]
    say(
        out,
        styled("error: ", "bold red") + styled(shown.message),
        *map(styled, lines),
    )
    if as_json:
        print_json_error(
            {
                "class": shown.name,
                "message": "\n".join([shown.message, *shown.details]),
                "remedy": shown.remedy,
                "exit_code": exit_code,
            }
        )


def _shown(error: BaseException) -> Shown:
    name = type(error).__name__
    if isinstance(error, ConfigCatManagementError):
        return _known(error)
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        remedy = usage = None
        if isinstance(context, click.Context):
            usage = context.get_usage()
            remedy = f"Try '{context.command_path} --help' for help."
        message = " ".join(error.format_message().split()).removesuffix(".")
        return Shown(name, _uncapitalized(message), remedy=remedy, usage=usage)
    if isinstance(error, FileNotFoundError) and error.filename is not None:
        return Shown(name, f"there is no file {error.filename}")
    if isinstance(error, OSError):
        place = "" if error.filename is None else f"{error.filename}: "
        message = f"{place}{error.strerror or name}"
        return Shown(name, message, remedy=shortage_remedy(error))
    if isinstance(error, KeyboardInterrupt | click.exceptions.Abort):
        return Shown("KeyboardInterrupt", "interrupted")
    return Shown(
        name,
        f"{name}: {error}",
        remedy=shortage_remedy(error)
        or "This is a defect. `configcat-mgmt --debug ...` shows the traceback.",
    )


def _known(error: ConfigCatManagementError) -> Shown:
    operation = str(getattr(error, "operation_id", ""))
    is_of_launchdarkly = operation.startswith(_OF_LAUNCHDARKLY)
    table = _LAUNCHDARKLY_REMEDIES if is_of_launchdarkly else _REMEDIES
    remedies = (text for kind, text in table if isinstance(error, kind))
    remedy = shortage_remedy(error) or next(remedies, None)
    name, pointer = type(error).__name__, None
    if remedy is not None:
        pointer = f"More: configcat-mgmt explain {name}"
    # The text of a 429 names the wait, which the body does not.
    names_wait = isinstance(error, RateLimitError)
    if names_wait or not isinstance(error, ApiError) or not error.messages:
        message, *lines = str(error).split("\n")
        return Shown(name, message, tuple(lines), remedy, pointer=pointer)
    details = tuple(
        f"  {problem}" if field in _WHOLE_BODY else f"  {field}: {problem}"
        for field, problems in error.messages.items()
        for problem in problems
    )
    message = f"{error.operation_id} returned {error.status}"
    return Shown(name, message, details, remedy, pointer=pointer)


def _uncapitalized(text: str) -> str:
    """Return a message that starts as all others do, with a small letter."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
