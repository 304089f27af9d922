"""Errors as people want to read them: what was tried, and what to do now."""

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
        "Check the user name and the password in the environment. They are made on "
        "the dashboard under Public API credentials; --help names the variables.",
    ),
    (
        PermissionDeniedError,
        "The credentials are good, but may not do this. Ask an admin of the "
        "organization for the permission, or use other credentials.",
    ),
    (
        NotFoundError,
        "Either it is not there, or the credentials have no access to it. "
        "`configcat-mgmt whoami` shows what they see.",
    ),
    (
        RateLimitError,
        "Somebody else uses the same credentials. Run it again in a minute.",
    ),
    (
        ServerError,
        "The service failed, and repeating did not help. Run it again later.",
    ),
    (
        ConnectionFailedError,
        "Check the network, a proxy (HTTPS_PROXY) and the base URL "
        "(CONFIGCAT_BASE_URL).",
    ),
    (
        RequestTimeoutError,
        "Run it again; if that does not help, look at the network.",
    ),
    (
        UnknownOutcome,
        "Look whether it was done before you repeat it.",
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
            "This should not have happened; `configcat-mgmt --debug ...` shows where.",
        )
        return
    lines = [*error_lines(error)]
    say(out, styled("error: ", "bold red") + styled(lines[0]), *map(styled, lines[1:]))


def error_lines(error: ConfigCatManagementError) -> Iterator[str]:
    """Give what happened, then what the service said, then what to do."""
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
    """Print what click says, with what the user typed made harmless."""
    context = getattr(error, "ctx", None)
    if isinstance(context, click.Context):
        sys.stderr.write(f"{context.get_usage()}\n")
        sys.stderr.write(f"Try '{context.command_path} --help' for help.\n\n")
    lines = "\n".join(map(plain, error.format_message().splitlines()))
    sys.stderr.write(f"Error: {lines}\n")
