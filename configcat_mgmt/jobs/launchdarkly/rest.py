"""Gets pages from LaunchDarkly's REST API, by the rules of this client.

It only reads. The transport and the retries are those of the client for ConfigCat; the
headers of LaunchDarkly's rate limits are translated into theirs. Source:
launchdarkly/api-client-python, README.md.
"""

import math
import os
import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NoReturn, Self, TypeAlias
from urllib.parse import quote, urlencode

from configcat_mgmt.checked import checked
from configcat_mgmt.core.auth import Credentials, Secret, check_header_text, hide
from configcat_mgmt.core.base_url import resolve_base_url
from configcat_mgmt.core.exchange import Answer, Failure, Request
from configcat_mgmt.core.http.attempt import Attempt
from configcat_mgmt.core.http.transport import AiohttpTransport, Transport
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.core.options import Options
from configcat_mgmt.core.pacing.quota import read_quota_headers
from configcat_mgmt.core.pipeline import Core, Pipeline
from configcat_mgmt.core.proxy import environment_proxy
from configcat_mgmt.core.rate_limit_policy import TOO_MANY_REQUESTS
from configcat_mgmt.errors import (
    AuthenticationError,
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
    ResponseInvalid,
)
from configcat_mgmt.json_value import JsonValue

API_VERSION: Final = "20240415"
DEFAULT_HOST: Final = "https://app.launchdarkly.com"
ACCESS_VARIABLE: Final = "LAUNCHDARKLY_ACCESS_TOKEN"
HOST_VARIABLE: Final = "LAUNCHDARKLY_API_HOST"

_PREFIX: Final = "LAUNCHDARKLY"
_REMAINING: Final = ("X-Ratelimit-Global-Remaining", "X-Ratelimit-Route-Remaining")
_RESET: Final = "X-Ratelimit-Reset"
_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_FEW: Final = 2
"""With so few calls left, the next one waits for the end of the window."""
_LONGEST_WINDOW_SECONDS: Final = 60.0
"""Windows are ten seconds long; a clock that is wrong must not stop everything."""
_MEBIBYTES: Final = 64

Query: TypeAlias = Sequence[tuple[str, str]]


def escaped(segment: str) -> str:
    """Return a segment of a path, percent-encoded."""
    return quote(segment, safe="", errors="surrogatepass")


class AccessToken(Credentials):
    """An access token of LaunchDarkly, which is never shown."""

    __slots__ = ("_token",)

    def __init__(self, token: str | Secret) -> None:
        """Check the token.

        Raises:
            ConfigurationError: It is empty, a header cannot hold it, or it is an SDK
                key.
        """
        token = hide(token)
        check_header_text("the access token", token)
        if not token.reveal():
            msg = "the access token is empty"
            raise ConfigurationError(msg)
        if token.reveal().startswith(("sdk-", "mob-")):
            msg = (
                f"{ACCESS_VARIABLE} holds an SDK key; create an access token with the "
                f"role Reader in LaunchDarkly, under Authorization"
            )
            raise ConfigurationError(msg)
        self._token = token

    @classmethod
    def of_environment(cls) -> Self:
        """Read the token from `LAUNCHDARKLY_ACCESS_TOKEN`.

        Returns:
            The token, which never shows.

        Raises:
            ConfigurationError: It is missing or unusable.
        """
        token = os.environ.get(ACCESS_VARIABLE)
        if not token:
            msg = (
                f"no access token: create one with the role Reader in LaunchDarkly, "
                f"under Authorization, and set {ACCESS_VARIABLE}"
            )
            raise ConfigurationError(msg)
        return cls(token)

    def header(self) -> Secret:
        """Return the value of the `Authorization` header."""
        return self._token


def host_of_environment() -> str:
    """Return the address in `LAUNCHDARKLY_API_HOST`, or LaunchDarkly's own.

    Raises:
        ConfigurationError: It is neither a host nor an address, or it is plain http to
            another machine.
    """
    host = os.environ.get(HOST_VARIABLE) or DEFAULT_HOST
    return resolve_base_url(None, environ={HOST_VARIABLE: host}, prefix=_PREFIX)


@checked
class RestClient:
    """Reads from one host with one access token."""

    def __init__(
        self,
        token: AccessToken,
        host: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            token: The access token, which goes to this host alone.
            host: An absolute address.
            clock: Returns the time as Unix seconds.
        """
        self.host = host
        options = Options(
            limits=None,
            max_response_bytes=_MEBIBYTES * 1024 * 1024,
        )
        # No proxy sees plain http, which shows the token.
        proxy = environment_proxy(host) if host.startswith("https:") else None
        transport = _RateLimited(
            AiohttpTransport(host, token, None, proxy=proxy), clock
        )
        core = Core(transport, _no_limiter, _follow_nothing, ())
        transport.core = core
        self._pipeline = Pipeline(core, options)

    async def get(
        self,
        operation: str,
        path: Sequence[str],
        query: Sequence[tuple[str, str]],
    ) -> JsonValue:
        """Get a page.

        Args:
            operation: Name of the call, for errors.
            path: Segments of the path below `/api/v2`, not escaped.
            query: Names and values.

        Returns:
            The response as JSON.

        Raises:
            ConfigurationError: LaunchDarkly refuses the token, or there is nothing of
                this name.
            ConfigCatManagementError: The call failed, also after retries.
        """
        try:
            return await self.fetch(operation, path, query)
        except PermissionDeniedError:
            _refuse(
                f"the access token may not read {'/'.join(path)} (403); give it the "
                f"role Reader"
            )
        except NotFoundError:
            _refuse(
                f"LaunchDarkly has nothing at {'/'.join(path)}, or the access token "
                f"cannot see it (404); check the key of the project"
            )

    async def fetch(
        self,
        operation: str,
        path: Sequence[str],
        query: Sequence[tuple[str, str]],
    ) -> JsonValue:
        """Get a page that a project can do without.

        Args:
            operation: Name of the call, for errors.
            path: Segments of the path below `/api/v2`, not escaped.
            query: Names and values.

        Returns:
            The response as JSON.

        Raises:
            ConfigurationError: LaunchDarkly refuses the token.
            PermissionDeniedError: The token may not read it.
            NotFoundError: There is nothing of this name.
            ConfigCatManagementError: The call failed, also after retries.
        """
        target = "/api/v2/" + "/".join(map(escaped, path))
        if query:
            target = f"{target}?{urlencode(query)}"
        request = Request(
            operation_id=f"launchdarkly/get-{operation}",
            method="GET",
            template=f"/api/v2/{path[0]}",
            target=target,
            body=None,
            effect="read",
            repeatable=True,
            conditional=False,
            secret_headers={"LD-API-Version": Secret(API_VERSION)},
            arguments={},
            body_value=None,
            find_created=None,
        )
        try:
            return await self._pipeline.perform(request, partial(_read, request))
        except AuthenticationError:
            _refuse(
                f"{self.host} refuses the access token (401); check {ACCESS_VARIABLE} "
                f"and {HOST_VARIABLE}"
            )

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        self._pipeline.core.lifetime.close()
        await self._pipeline.core.transport.close()


class _RateLimited(Transport):
    """Translates LaunchDarkly's rate headers into `Retry-After`, and slows down."""

    def __init__(self, transport: Transport, clock: Callable[[], float]) -> None:
        self._transport = transport
        self._clock = clock
        self._free_at = 0.0
        self.core: Core

    async def send(
        self, request: Request, options: Options, seconds: float, attempt: Attempt
    ) -> Answer | Failure:
        """Send once, not before the window ends in which few calls were left."""
        wait = min(self._free_at - self._clock(), _LONGEST_WINDOW_SECONDS)
        if wait > 0:
            await self.core.lifetime.sleep(wait)
        outcome = await self._transport.send(request, options, seconds, attempt)
        if isinstance(outcome, Failure):
            return outcome
        reset = self._seconds_to_reset(outcome)
        if outcome.status == TOO_MANY_REQUESTS:
            return _with_retry_after(outcome, reset)
        remaining = [_number(outcome.headers.get(name)) for name in _REMAINING]
        known = [one for one in remaining if one is not None]
        if reset is not None and known and min(known) <= _FEW:
            self._free_at = self._clock() + reset
        return outcome

    def check_loop(self) -> None:
        """Do as the transport does."""
        self._transport.check_loop()

    async def renew_credentials(self, refused: Answer, seconds: float) -> bool:
        """Do as the transport does."""
        return await self._transport.renew_credentials(refused, seconds)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    def _seconds_to_reset(self, answer: Answer) -> float | None:
        """Return the rest of the window; its end is in milliseconds, or past."""
        reset = _number(answer.headers.get(_RESET))
        if reset is None:
            return None
        return min(max(reset / 1000 - self._clock(), 0.0), _LONGEST_WINDOW_SECONDS)


def _with_retry_after(answer: Answer, reset: float | None) -> Answer:
    """Let a 429 ask for the larger of both waits, and for a second at least."""
    asked = read_quota_headers(answer.headers).retry_after_seconds
    if asked is None and reset is None:
        return answer
    seconds = math.ceil(max(asked or 0.0, reset or 0.0, 1.0))
    others = {
        name: text
        for name, text in answer.headers.items()
        if name.lower() != "retry-after"
    }
    return answer._replace(headers={**others, "Retry-After": str(seconds)})


def _number(text: str | None) -> float | None:
    """Read digits; everything else counts as absent, such as `nan` or `1e999`."""
    return float(text) if text and _NUMBER.fullmatch(text.strip()) else None


def _read(request: Request, answer: Answer) -> JsonValue:
    try:
        return parse_json(answer.body)
    except ValueError as error:
        # The client reads such a response once more.
        raise ResponseInvalid(
            request.operation_id,
            str(error),
            status=answer.status,
            applied=False,
            excerpt="",
        ) from None


def _refuse(message: str) -> NoReturn:
    raise ConfigurationError(message) from None


def _follow_nothing(_: Request, __: Answer) -> None:
    """Follow no redirect, because the token belongs to one host."""


def _no_limiter(_: Options) -> NoReturn:
    msg = "the calls are not paced"
    raise AssertionError(msg)
