"""The account that a command uses; credentials come only from the environment."""

import math
import re
from collections.abc import Callable
from typing import Final, TypeVar

import attrs
import click

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.auth import DEFAULT_PREFIX, Credentials
from configcat_mgmt.core.base_url import resolve_base_url
from configcat_mgmt.core.options import Options
from configcat_mgmt.core.pacing.limits import (
    DEFAULT_LIMITS,
    Limits,
    RateLimit,
    read_limits,
)
from configcat_mgmt.errors import ConfigurationError

CommandT = TypeVar("CommandT", bound=Callable[..., object])

_LIMITS: Final = f"{__name__}.limits"
_SHARE: Final = f"{__name__}.share"
_LIMIT: Final = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})?([smh])")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_PREFIX: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@attrs.frozen
class Pace:
    """The pace of a command."""

    limits: Limits | None = DEFAULT_LIMITS
    """Limits for each endpoint; None for no limits."""
    share: float = 1.0
    """Share of the limits for this process."""

    def effective(self) -> Limits:
        """Return the limits of this process; empty for no limits."""
        return tuple(
            RateLimit(max(1, math.floor(limit.calls * self.share)), limit.seconds)
            for limit in self.limits or ()
        )


@attrs.frozen
class Connection:
    """One account of one service."""

    prefix: str
    """Prefix of its environment variables."""
    credentials: Credentials
    base_url: str
    pace: Pace = Pace()

    def client(self) -> AsyncManagementClient:
        """Return a client, for one event loop."""
        options = Options(
            # A command that ran a moment ago has used part of the quota.
            probe=self.pace.limits is not None,
            limits=self.pace.limits,
            share=self.pace.share,
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
        pace_of_command(),
    )


def pace_of_command() -> Pace:
    """Return the pace that the options of the present command give."""
    context = click.get_current_context(silent=True)
    meta = {} if context is None else context.meta
    return Pace(meta.get(_LIMITS, DEFAULT_LIMITS), meta.get(_SHARE, 1.0))


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


def read_pace(text: str) -> Limits | None:
    """Read the value of `--rate`.

    Returns:
        The limits; None for `off`.

    Raises:
        click.BadParameter: It is neither `service` nor `off` nor a list of limits.
    """
    if text == "off":
        return None
    if text == "service":
        return DEFAULT_LIMITS
    found = [_LIMIT.fullmatch(part.strip()) for part in text.split(",")]
    pairs = [(int(one[1]), int(one[2] or 1) * _UNITS[one[3]]) for one in found if one]
    if len(pairs) < len(found):
        msg = f"{text!r} is not off, service, or limits such as 40/s,1000/m"
        raise click.BadParameter(msg, param_hint="--rate")
    try:
        return read_limits(pairs)
    except ConfigurationError as error:
        raise click.BadParameter(str(error), param_hint="--rate") from None


def _keep_pace(context: click.Context, _: click.Parameter, text: str) -> None:
    context.meta[_LIMITS] = read_pace(text)


def _keep_share(
    context: click.Context, parameter: click.Parameter, share: float
) -> None:
    if not 0 < share <= 1:
        msg = "must be above 0 and at most 1"
        raise click.BadParameter(msg, context, parameter)
    context.meta[_SHARE] = share


def _pace_options(command: CommandT) -> CommandT:
    """Add `--rate` and `--share`, which `connect` reads."""
    command = click.option(
        "--share",
        type=float,
        default=1.0,
        show_default=True,
        metavar="SHARE",
        callback=_keep_share,
        expose_value=False,
        help="Share of the limits for this process: 0.5 if two use the credentials.",
    )(command)
    return click.option(
        "--rate",
        default="service",
        show_default=True,
        metavar="LIMITS",
        callback=_keep_pace,
        expose_value=False,
        help="Limits for each endpoint: service (20/s,500/m), others such as "
        "40/s,1000/m, or off.",
    )(command)


def profile_option(command: CommandT) -> CommandT:
    """Add `--profile`, which the command gets as `profile`, `--rate` and `--share`."""
    command = _pace_options(command)
    return _profile("--profile", "Environment variables of the account")(command)


def profile_options(command: CommandT) -> CommandT:
    """Add `--from-profile` to read and `--to-profile` to write, and the pace."""
    return _two_profiles(command, "the account to read", "the account to write to")


def compared_profile_options(command: CommandT) -> CommandT:
    """Add `--from-profile` and `--to-profile` for two sides that are read."""
    return _two_profiles(
        command, "the account that has BEFORE", "the account that has AFTER"
    )


def _two_profiles(command: CommandT, first: str, second: str) -> CommandT:
    command = _pace_options(command)
    command = _profile("--to-profile", f"Environment variables of {second}")(command)
    return _profile("--from-profile", f"Environment variables of {first}")(command)
