"""The account that a command uses; credentials come only from the environment."""

import re
from collections.abc import Callable
from typing import Final, TypeVar

import attrs
import click

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.auth import DEFAULT_PREFIX, Credentials, resolve_base_url
from configcat_mgmt.core.options import Options

CommandT = TypeVar("CommandT", bound=Callable[..., object])

_PREFIX: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@attrs.frozen
class Connection:
    """One account of one service."""

    prefix: str
    """Prefix of its environment variables."""
    credentials: Credentials
    base_url: str

    def client(self) -> AsyncManagementClient:
        """Return a client, for one event loop."""
        options = Options(
            # A command that ran a moment ago has used part of the quota.
            probe=True,
            proxy="environment" if self.base_url.startswith("https:") else None,
        )
        return AsyncManagementClient(
            credentials=self.credentials, base_url=self.base_url, options=options
        )


def connect(prefix: str = DEFAULT_PREFIX) -> Connection:
    """Return the account that the environment describes; nothing is sent.

    Args:
        prefix: Prefix of the variables: `ACME` for `ACME_API_USER`.

    Raises:
        ConfigurationError: A variable is missing or unusable; the message names it.
    """
    return Connection(
        prefix,
        Credentials.from_environment(prefix=prefix),
        resolve_base_url(None, prefix=prefix),
    )


def _read_prefix(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not _PREFIX.fullmatch(value):
        msg = "must be a prefix of environment variables, such as ACME"
        raise click.BadParameter(msg, context, parameter)
    return value


def _profile(name: str, whose: str) -> Callable[[CommandT], CommandT]:
    return click.option(
        name,
        default=DEFAULT_PREFIX,
        show_default=True,
        metavar="PREFIX",
        callback=_read_prefix,
        help=f"{whose}: PREFIX_API_USER, PREFIX_API_PASS, PREFIX_BASE_URL.",
    )


def profile_option(command: CommandT) -> CommandT:
    """Add `--profile`; the command gets it as `profile`, for `connect`."""
    return _profile("--profile", "Environment variables of the account")(command)


def profile_options(command: CommandT) -> CommandT:
    """Add `--from-profile` and `--to-profile`, for two accounts."""
    command = _profile(
        "--to-profile", "Environment variables of the account to write to"
    )(command)
    return _profile("--from-profile", "Environment variables of the account to read")(
        command
    )
