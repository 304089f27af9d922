"""Where and how the processes of a fleet share one pace, as a setting."""

from typing import Final, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

import attrs

from configcat_mgmt.core.auth import Secret, check_header_text, hide
from configcat_mgmt.errors import ConfigurationError

OnOutage: TypeAlias = Literal["wait", "share"]
VARIABLE: Final = "CONFIGCAT_PACE_URL"
"""Names the Redis of all clients whose options do not."""
LONGEST_PREFIX: Final = 64
SCHEMES: Final = ("redis", "rediss", "unix")


def _hidden(url: str | Secret) -> Secret:
    return hide(url)


@attrs.frozen
class RedisPace:
    """One pace for all processes with the same credentials, over a Redis server.

    Give it to every process as `Options(pace=...)`, where a URL alone is accepted too.
    It needs `pip install 'configcat-mgmt[redis]'` and Redis 6 or newer, or Valkey.

    Attributes:
        url (Secret): `redis://host:6379/0`, `rediss://` for TLS, or
            `unix:///path/of/socket?db=0`. A string is accepted. A user name and a
            password in it never show.
        on_outage (Literal["wait", "share"]): How calls behave while Redis does not
            answer. With `wait` they wait for it, up to their deadline. With `share`,
            after a short pause, they continue within `share` of the limits. That is
            certain if all processes lose Redis, and not if only some of them do.
            Default: "wait".
        share (float | None): Part of the limits for this process while Redis does not
            answer, above 0 to 1. With k processes give each 1/k. Required with
            `on_outage="share"`, None without. Default: None.
        prefix (str): The start of all keys in Redis: 1 to 64 characters, no braces or
            spaces. Credentials have separate keys, except those of
            `Credentials.from_callable`, which may change: give each of them a prefix of
            its own, the same in all processes. Default: "configcat-mgmt".

    Raises:
        ConfigurationError: An argument that cannot work; names the allowed values.
    """

    url: Secret = attrs.field(converter=_hidden)
    """`redis://host:6379/0`, `rediss://` for TLS, or `unix:///path/of/socket?db=0`."""
    on_outage: OnOutage = attrs.field(default="wait", kw_only=True)
    """How calls behave while Redis does not answer."""
    share: float | None = attrs.field(default=None, kw_only=True)
    """Part of the limits for this process while Redis does not answer, above 0 to 1."""
    prefix: str = attrs.field(default="configcat-mgmt", kw_only=True)
    """The start of all keys in Redis: 1 to 64 characters, no braces or spaces."""

    def __attrs_post_init__(self) -> None:
        """Refuse settings that cannot work."""
        check_header_text("the URL of the pace", self.url)
        problem = _url_problem(self.url) or self._problem()
        if problem is not None:
            raise ConfigurationError(problem)

    def _problem(self) -> str | None:
        if self.on_outage not in get_args(OnOutage):
            return "RedisPace(on_outage=...): must be 'wait' or 'share'"
        if self.on_outage == "wait" and self.share is not None:
            return "RedisPace(share=...): goes with on_outage='share' only"
        if self.on_outage == "share" and not _is_share(self.share):
            return (
                "RedisPace(share=...): must be a number above 0 up to 1, such as 1/4 "
                "for each of 4 processes"
            )
        if not _is_prefix(self.prefix):
            return (
                "RedisPace(prefix=...): must be 1 to 64 characters without braces and "
                "spaces"
            )
        return None

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the pace, unless that would show a password.

        Raises:
            TypeError: The URL has a user name or a password.
        """
        if "@" in self.url.reveal():
            msg = (
                "a pace with the password of Redis is not pickled; set "
                f"{VARIABLE} in the other process instead"
            )
            raise TypeError(msg)
        return _restored, (self.url.reveal(), self.on_outage, self.share, self.prefix)

    @property
    def address(self) -> str:
        """Host and port of the server, or the path of its socket; no password."""
        parts = urlsplit(self.url.reveal())
        if parts.scheme == "unix":
            return parts.path
        return f"{parts.hostname or 'localhost'}:{parts.port or 6379}"


def _restored(
    url: str, on_outage: OnOutage, share: float | None, prefix: str
) -> RedisPace:
    return RedisPace(url, on_outage=on_outage, share=share, prefix=prefix)


def _is_share(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 < value <= 1


def _is_prefix(value: object) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_PREFIX:
        return False
    return not any(c in "{}" or c.isspace() for c in value)


def _url_problem(url: Secret) -> str | None:
    try:
        parts = urlsplit(url.reveal())
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return "the URL of the pace holds an invalid address or port"
    if parts.scheme not in SCHEMES:
        return (
            "the URL of the pace must begin with redis://, rediss:// or unix://, such "
            "as redis://cache.internal:6379/0"
        )
    if not port_is_sound:
        return "the URL of the pace holds an invalid address or port"
    if parts.scheme == "unix" and not parts.path:
        return "the URL of the pace names no socket: unix:///path/of/socket"
    if parts.scheme != "unix" and not parts.hostname:
        return "the URL of the pace names no host: redis://host:6379/0"
    return None
