"""How a client behaves, as one value."""

import asyncio
import math
import ssl as ssl_module
from collections.abc import Callable, Iterable
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    NamedTuple,
    NoReturn,
    Self,
    SupportsIndex,
    TypeAlias,
    TypedDict,
    cast,
    get_args,
)

import attrs

from configcat_mgmt.core.auth import check_header_text, hide
from configcat_mgmt.core.codec.scalars import is_finite
from configcat_mgmt.core.hooks import Hooks
from configcat_mgmt.core.pacing.fleet.redis_pace import RedisPace
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS, RateLimit, read_limits
from configcat_mgmt.core.proxy import ENVIRONMENT, check_proxy
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.texts import argument_text
from configcat_mgmt.unset import hidden
from configcat_mgmt.version import __version__

if TYPE_CHECKING:
    import aiohttp

MediaType: TypeAlias = Literal["application/json", "application/hal+json"]
DEFAULT_USER_AGENT: Final = f"configcat-mgmt-python/{__version__}"
MIB: Final = 1024 * 1024
UNVERIFIED: Final = (
    "does not verify certificates and host names, so anybody on the way could read the "
    "credentials; use ssl.create_default_context(cafile=...) for a private authority, "
    "or Options(allow_insecure=True)"
)
LimitsArgument: TypeAlias = Iterable[RateLimit | tuple[int, float]] | None


def _optional_limits(limits: LimitsArgument) -> tuple[RateLimit, ...] | None:
    if limits is None:
        return None
    try:
        return read_limits(limits)
    except TypeError:
        allowed = "must be pairs of calls and seconds, ((20, 1), (500, 60)), or None"
    _refuse("limits", allowed)


def _optional_pace(pace: RedisPace | str | None) -> RedisPace | None:
    if isinstance(pace, str):
        return RedisPace(pace)
    if pace is None or isinstance(cast("object", pace), RedisPace):
        return pace
    _refuse("pace", "must be a URL such as redis://host:6379/0, a RedisPace or None")


class OptionChanges(TypedDict, total=False):
    """The fields of `Options` that a view of a client can change."""

    limits: LimitsArgument
    share: float
    probe: bool
    max_attempts: int
    timeout_seconds: float
    deadline_seconds: float | None
    max_retry_after_seconds: float
    max_response_bytes: int
    media_type: MediaType
    user_agent: str
    ssl: ssl_module.SSLContext | Literal[True]
    hooks: Hooks | None


@attrs.frozen(kw_only=True)
class Options:
    """How a client paces, retries, waits and connects.

    Give it to a client as `options=`, or change some of it for a view with
    `client.with_options(...)`. A value out of range raises `ConfigurationError`.

    Attributes:
        limits (tuple[RateLimit, ...] | None): Calls per window for each endpoint, as
            pairs of calls and seconds. The default, `((20, 1), (500, 60))`, is the
            published policy of the service (source:
            https://configcat.com/docs/advanced/public-api/). `None` lifts all pacing.
            Default: ((20, 1), (500, 60)).
        share (float): Part of the limits for this process, above 0 to 1. With k
            processes on one credential give each `share=1/k`: then none of them gets a
            429 response. With a `pace` it is the part for all processes together.
            Default: 1.0.
        pace (RedisPace | None): Where processes share one pace: a `RedisPace`, or the
            URL of a Redis server. With `None` it is the URL in `CONFIGCAT_PACE_URL`;
            without that, too, each process has a pace of its own. All processes must
            have the same `limits` and `share`, which then hold for all of them
            together; where they differ, the strictest holds. Default: None.
        probe (bool): Send the first call of each endpoint alone, to learn from its
            response how many calls of the minute others have used. Costs one round
            trip; good for bulk jobs. Default: False.
        max_attempts (int): Attempts per call, 1 to 100; 429 responses do not count.
            Retries also come out of a budget that all calls of a client share: 10
            retries, three more for each call in progress, and one given back by each
            success. During an outage a call may therefore end after fewer attempts, and
            its error says so. Default: 4.
        timeout_seconds (float): For one attempt, from connecting to the last byte, in
            seconds. Above 0. Default: 30.0.
        deadline_seconds (float | None): For the whole call with waiting and retries, in
            seconds. With `None`, a call waits for its turn without limit, and then
            makes up to `max_attempts` attempts. Above 0. Default: None.
        max_retry_after_seconds (float): Longest wait that the service may ask for with
            429 or 503, in seconds. If it asks for more, the error is raised at once.
            After a 429, all paced calls to the endpoint raise `RateLimitError` until
            the time that the service named, and none is sent. From 0. Default: 120.0.
        max_response_bytes (int): Largest body of a response after decompression, at
            least 1,024 bytes. Default: 16 MiB.
        media_type (MediaType): `application/hal+json` asks for links. Embedded parts
            are read as if they were inline, and only raw responses show the links. It
            is unknown whether the service still supports this type. Default:
            "application/json".
        user_agent (str): The `User-Agent` header: text that is not empty, without
            control characters. Default: name and version of the package.
        proxy (str | None): URL of an HTTP proxy, with or without user name and
            password, or `environment`. `environment` reads `HTTPS_PROXY`, `HTTP_PROXY`,
            `ALL_PROXY` and `NO_PROXY` when the client is made. Plain http to this
            machine goes direct unless `allow_insecure` is set, because a proxy would
            see the credentials. The same holds for a `session` with a proxy or with
            `trust_env`. Default: None.
        ssl (ssl.SSLContext | Literal[True]): Certificates and host names are always
            verified unless `allow_insecure` is set; a context can add a private
            authority. Default: True.
        session (aiohttp.ClientSession | None): A session to use instead of the client's
            own, for async clients only. The client does not close it, and its
            middlewares do not see the calls. Default: None.
        loop_factory (Callable[[], asyncio.AbstractEventLoop] | None): Makes the event
            loop of the blocking client, such as `uvloop.new_event_loop`. Default: None.
        allow_insecure (bool): Allow plain http to a host other than this machine, plain
            http through a proxy, and an `ssl` context or `session` that does not verify
            certificates. Anybody on the way can then read the credentials. Default:
            False.
        hooks (Hooks | None): Receives an event when a call starts, waits, retries and
            finishes. Default: None.
    """

    limits: tuple[RateLimit, ...] | None = attrs.field(
        default=DEFAULT_LIMITS,
        converter=_optional_limits,
    )
    """Calls per window for each endpoint, as pairs of calls and seconds."""
    share: float = 1.0
    """Part of the limits for this process, above 0 to 1."""
    pace: RedisPace | None = attrs.field(default=None, converter=_optional_pace)
    """Where processes share one pace: a `RedisPace`, or the URL of a Redis server."""
    probe: bool = False
    """Send the first call of each endpoint alone, to learn from its response how many
    calls of the minute others have used."""
    max_attempts: int = 4
    """Attempts per call, 1 to 100; 429 responses do not count."""
    timeout_seconds: float = 30.0
    """For one attempt, from connecting to the last byte, in seconds."""
    deadline_seconds: float | None = None
    """For the whole call with waiting and retries, in seconds."""
    max_retry_after_seconds: float = 120.0
    """Longest wait that the service may ask for with 429 or 503, in seconds."""
    max_response_bytes: int = 16 * MIB
    """Largest body of a response after decompression, at least 1,024 bytes."""
    media_type: MediaType = "application/json"
    """`application/hal+json` asks for links."""
    user_agent: str = DEFAULT_USER_AGENT
    """The `User-Agent` header: text that is not empty, without control characters."""
    proxy: str | None = attrs.field(default=None, repr=hidden)
    """URL of an HTTP proxy, with or without user name and password, or
    `environment`."""
    ssl: ssl_module.SSLContext | Literal[True] = True
    """Certificates and host names are always verified unless `allow_insecure` is set; a
    context can add a private authority."""
    session: "aiohttp.ClientSession | None" = None
    """A session to use instead of the client's own, for async clients only."""
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    """Makes the event loop of the blocking client, such as `uvloop.new_event_loop`."""
    allow_insecure: bool = False
    """Allow plain http to a host other than this machine, plain http through a proxy,
    and an `ssl` context or `session` that does not verify certificates."""
    hooks: Hooks | None = None
    """Receives an event when a call starts, waits, retries and finishes."""

    def __attrs_post_init__(self) -> None:
        """Refuse options that cannot work and name the allowed values."""
        for name, bounds in _RANGES.items():
            value: object = getattr(self, name)
            if value is not None or name != "deadline_seconds":
                _check_range(name, value, bounds)
        if self.media_type not in get_args(MediaType):
            _refuse("media_type", f"must be {' or '.join(get_args(MediaType))}")
        _check_user_agent(self.user_agent)
        _check_ssl(self.ssl, allow_insecure=self.allow_insecure)
        _check_hooks(self.hooks)
        _check_proxy(self.proxy)
        _check_session(self.session)
        if self.ssl is True and self.session is not None:
            # Without a context of the options, that of the connector is used.
            connector_ssl: object = getattr(self.session.connector, "_ssl", True)
            if not (self.allow_insecure or _verifies(connector_ssl)):
                _refuse("session", f"its connector {UNVERIFIED}")

    def __copy__(self) -> Self:
        """Return the same options, as nothing can change them."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        """Return the same options, as nothing can change them."""
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """Pickle the options, unless that would show a password.

        Raises:
            TypeError: The proxy has a user name and password.
        """
        if "@" in (self.proxy or ""):
            msg = (
                "options with the password of a proxy are not pickled; use "
                "proxy='environment', or add the proxy where you unpickle them"
            )
            raise TypeError(msg)
        return super().__reduce_ex__(protocol)


class _Range(NamedTuple):
    low: float
    high: float = math.inf
    whole: bool = False
    above: bool = False
    """Whether `low` itself is too low."""


_RANGES: Final = {
    "share": _Range(0.0, 1.0, above=True),
    "max_attempts": _Range(1, 100, whole=True),
    "timeout_seconds": _Range(0.0, above=True),
    "deadline_seconds": _Range(0.0, above=True),
    "max_retry_after_seconds": _Range(0.0),
    "max_response_bytes": _Range(1024, whole=True),
}


def _check_range(name: str, value: object, bounds: _Range) -> None:
    kinds = (int,) if bounds.whole else (int, float)
    if isinstance(value, kinds) and not isinstance(value, bool) and is_finite(value):
        high_enough = value > bounds.low if bounds.above else value >= bounds.low
        if high_enough and value <= bounds.high:
            return
    what = "a whole number" if bounds.whole else "a number"
    relation = f"{'above' if bounds.above else 'from'} {bounds.low:g}"
    upper = f" up to {bounds.high:g}" if bounds.high < math.inf else ""
    _refuse(name, f"must be {what} {relation}{upper}, not {argument_text(value)}")


def _check_user_agent(user_agent: object) -> None:
    if not isinstance(user_agent, str) or not user_agent.strip():
        _refuse("user_agent", "must be text that is not empty")
    check_header_text("Options(user_agent=...)", user_agent)


def _check_ssl(ssl: object, *, allow_insecure: bool) -> None:
    if ssl is not True and not isinstance(ssl, ssl_module.SSLContext):
        _refuse(
            "ssl",
            "must be True or an ssl.SSLContext; for a private authority use "
            "ssl.create_default_context(cafile=...)",
        )
    if not (allow_insecure or _verifies(ssl)):
        _refuse("ssl", f"the context {UNVERIFIED}")


def _verifies(ssl: object) -> bool:
    """Whether connections are refused if certificate or host name are wrong."""
    if isinstance(ssl, ssl_module.SSLContext):
        return ssl.verify_mode is not ssl_module.CERT_NONE and ssl.check_hostname
    # Otherwise it is True, False, or a fingerprint that the certificate must have.
    return ssl is not False


def _check_hooks(hooks: object) -> None:
    if hooks is not None and not isinstance(hooks, Hooks):
        _refuse("hooks", "must derive from configcat_mgmt.Hooks")


def _check_proxy(proxy: object) -> None:
    if proxy is None or proxy == ENVIRONMENT:
        return
    url, is_text, proxy = hide(proxy), isinstance(proxy, str), None
    if not is_text:
        _refuse("proxy", "must be an http(s) URL, 'environment' or None")
    check_proxy("Options(proxy=...)", url)


def _check_session(session: object) -> None:
    if session is None:
        return
    import aiohttp

    if not isinstance(session, aiohttp.ClientSession):
        _refuse("session", "must be an aiohttp.ClientSession or None")


def _refuse(name: str, allowed: str) -> NoReturn:
    msg = f"Options({name}=...): {allowed}"
    raise ConfigurationError(msg)
