"""Errors on the terminal, with a remedy."""

import sys
from collections.abc import Iterator
from typing import Final

import click

from configcat_mgmt.cli.terminal.output import console, plain, say, styled
from configcat_mgmt.errors import (
    ApiError,
    AuthenticationError,
    ConfigCatManagementError,
    ConnectionFailedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    UnknownOutcome,
)

_REMEDIES: Final[tuple[tuple[type[ConfigCatManagementError], str], ...]] = (
    (
        AuthenticationError,
        "Check the user name and the password in the environment. Create credentials "
        "on the dashboard under Public API credentials; --help names the variables.",
    ),
    (
        PermissionDeniedError,
        "The credentials are valid but lack the permission. Ask an admin of the "
        "organization for the permission, or use other credentials.",
    ),
    (
        NotFoundError,
        "The object does not exist, or these credentials cannot see it. "
        "`configcat-mgmt whoami` lists the products that they can see.",
    ),
    (
        RateLimitError,
        "Another program uses the same credentials. Run the command again in a minute.",
    ),
    (
        ServerError,
        "The service failed, and retries did not help. Run the command again later.",
    ),
    (
        ConnectionFailedError,
        "Check the network, a proxy (HTTPS_PROXY) and the base URL "
        "(CONFIGCAT_BASE_URL).",
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


def show_error(error: Exception) -> None:
    """Print an error to standard error, without a traceback."""
    out = console(stderr=True)
    if isinstance(error, click.ClickException):
        _show_usage(error)
        return
    if isinstance(error, OSError):
        what = error.strerror or type(error).__name__
        place = "" if error.filename is None else f"{error.filename}: "
        say(out, styled("error: ", "bold red") + styled(f"{place}{what}"))
        return
    if not isinstance(error, ConfigCatManagementError):
        say(
            out,
            styled(f"error: {type(error).__name__}: {error}", "bold red"),
            "This is a defect. `configcat-mgmt --debug ...` shows the traceback.",
        )
        return
    lines = [*error_lines(error)]
    say(out, styled("error: ", "bold red") + styled(lines[0]), *map(styled, lines[1:]))


def error_lines(error: ConfigCatManagementError) -> Iterator[str]:
    """Yield the cause, the messages of the service, and the remedy."""
    if isinstance(error, ApiError) and error.messages:
        yield f"{error.operation_id} was answered {error.status}"
        for field, problems in error.messages.items():
            for problem in problems:
                yield f"  {field}: {problem}" if field else f"  {problem}"
    else:
        yield str(error)
    for kind, remedy in _REMEDIES:
        if isinstance(error, kind):
            yield remedy


def _show_usage(error: click.ClickException) -> None:
    """Print a usage error, with the arguments of the user escaped."""
    context = getattr(error, "ctx", None)
    if isinstance(context, click.Context):
        sys.stderr.write(f"{context.get_usage()}\n")
        sys.stderr.write(f"Try '{context.command_path} --help' for help.\n\n")
    lines = "\n".join(map(plain, error.format_message().splitlines()))
    sys.stderr.write(f"Error: {lines}\n")
