"""Sends one attempt through aiohttp: the client's only access to the network."""

import asyncio
import os
from collections.abc import Awaitable
from functools import lru_cache
from importlib import import_module
from typing import Final, NoReturn, Protocol

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from configcat_mgmt.core.auth import Credentials, Secret
from configcat_mgmt.core.exchange import Answer, Failure, Request
from configcat_mgmt.core.http.attempt import (
    Attempt,
    Body,
    NotedRequest,
    NotedResponse,
    SentOnceError,
    Wire,
    current_wire,
    reason_of,
)
from configcat_mgmt.core.http.authorization import Authorization
from configcat_mgmt.core.http.body import BodyBuffer
from configcat_mgmt.core.lifetime import UnderWay
from configcat_mgmt.core.options import Options
from configcat_mgmt.errors import ConfigurationError, WrongLoopError
from configcat_mgmt.shortage import shortage

# The lookup of the first host name would load these on the event loop.
for _name in ("concurrent.futures.thread", "encodings.idna"):
    import_module(_name)

CLOSED: Final = "the client was closed"
KEEP_ALIVE_SECONDS: Final = 15.0
"""Lifetime of an idle connection; shorter than that of usual servers and proxies."""


class Transport(Protocol):
    """Sends requests for the pipeline."""

    async def send(
        self,
        request: Request,
        options: Options,
        seconds: float,
        attempt: Attempt,
    ) -> Answer | Failure:
        """Send `request` once; a network failure is returned, not raised."""
        ...

    def check_loop(self) -> None:
        """Raise `WrongLoopError` if attempts belong to another loop that still runs."""
        ...

    async def renew_credentials(self, refused: Answer, seconds: float) -> bool:
        """Ask for other credentials after a 401; tell whether there are some."""
        ...

    async def close(self) -> None:
        """Close connections; attempts in progress fail with the kind `closed`."""
        ...


class AiohttpTransport:
    """One session on one event loop, made with the first attempt."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        session: aiohttp.ClientSession | None,
        *,
        proxy: Secret | None = None,
    ) -> None:
        """Bind to a service; `proxy` is a URL, None for none."""
        self._base_url = base_url
        self._authorization = Authorization(credentials)
        self._given = session
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._inherited: list[aiohttp.ClientSession] = []
        self._closed = False
        self._under_way = UnderWay()

    async def send(
        self,
        request: Request,
        options: Options,
        seconds: float,
        attempt: Attempt,
    ) -> Answer | Failure:
        """Send `request` once and read the answer, within `seconds`.

        Raises:
            WrongLoopError: Called from a loop other than the first call's.
        """
        if self._closed:
            return Failure("closed", CLOSED, sent=False)
        session = self._session_here()
        task = self._under_way.enter()
        answered: aiohttp.ClientResponse | None = None
        secrets: tuple[Secret, ...] = ()
        try:
            header = self._authorization.header
            header = header or await self._authorization.first(seconds)
            secrets = (header, *(request.secret_headers or {}).values())
            direct = self._proxy is None
            wire = Wire(header, request.secret_headers, attempt, direct=direct)
            response = await self._request(session, request, options, seconds, wire)
            body: BodyBuffer | None = None
            try:
                attempt.answered(response.headers, response.status)
                answered = response
                body = await _read(response, options.max_response_bytes)
                return Answer(
                    response.status,
                    response.headers,
                    body.content(),
                    body.problem,
                    body.too_large,
                    secrets,
                )
            finally:
                if body is None or not response.content.at_eof():
                    response.close()
        except (TimeoutError, aiohttp.ClientError, SentOnceError, OSError) as error:
            failure = _failure(error, sent=attempt.sent)
        except asyncio.CancelledError:
            if not self._under_way.was_ended(task):
                raise
            failure = Failure("closed", CLOSED, attempt.sent)
        except RuntimeError as error:
            if session.closed:
                failure = Failure("closed", "the session is closed", attempt.sent)
            elif shortage(error) is not None:
                failure = _failure(error, sent=attempt.sent)
            else:
                raise
        finally:
            self._under_way.leave(task)
        if answered is not None:
            status, headers = answered.status, answered.headers
            return Answer(status, headers, b"", failure.reason, secrets=secrets)
        return failure

    def _request(
        self,
        session: aiohttp.ClientSession,
        request: Request,
        options: Options,
        seconds: float,
        wire: Wire,
    ) -> Awaitable[aiohttp.ClientResponse]:
        current_wire.set(wire)
        # Hooks of a session that the user supplied must not change the outcome.
        return session.request(
            request.method,
            URL(request.redirected_to or self._base_url + request.target, encoded=True),
            data=None if request.body is None else Body(request.body, wire),
            headers=_headers(options.media_type, options.user_agent),
            skip_auto_headers=_skipped(request),
            allow_redirects=False,
            raise_for_status=False,
            auto_decompress=False,
            timeout=_timeout(seconds),
            proxy=self._proxy_argument(),
            ssl=options.ssl,
            middlewares=None if self._given is None else (wire,),
        )

    def _proxy_argument(self) -> str | None:
        """Return the proxy to name to the session.

        Without one, a session of the user would look for a proxy of its own. Therefore
        it gets an address that the middleware removes again.
        """
        if self._proxy is not None:
            return self._proxy.reveal()
        return None if self._given is None else self._base_url

    async def renew_credentials(self, refused: Answer, seconds: float) -> bool:
        """Ask for other credentials after a 401, and tell whether there are some.

        Raises:
            ConfigurationError: The callable of the credentials failed.
        """
        return await self._authorization.renew(refused.secrets[0], seconds)

    def _session_here(self) -> aiohttp.ClientSession:
        """Return the session, if this is its loop; make it with the first call."""
        loop = asyncio.get_running_loop()
        if self._loop is loop and self._session is not None:
            return self._session
        if self._loop is not None and self._process == os.getpid():
            self._refuse_loop(self._loop)
        given = self._given
        if given is not None and given.closed:
            msg = "Options(session=...): the session is closed"
            raise ConfigurationError(msg)
        if given is not None and getattr(given, "_loop", loop) is not loop:
            msg = "Options(session=...): the session belongs to another event loop"
            raise WrongLoopError(msg)
        # A forked child must not touch the sockets of its parent, and a session that is
        # collected would: start over, but keep it.
        if self._session is not None:
            self._inherited.append(self._session)
        self._process, self._loop = os.getpid(), loop
        self._under_way = UnderWay()
        self._session = given or self._new_session()
        return self._session

    def _refuse_loop(self, loop: asyncio.AbstractEventLoop) -> NoReturn:
        ended = " that has ended" if loop.is_closed() else ""
        msg = (
            f"this client belongs to another event loop{ended}; make one client "
            "for each loop; their calls share one pace"
        )
        raise WrongLoopError(msg)

    def _new_session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            request_class=NotedRequest,
            response_class=NotedResponse,
        )

    def check_loop(self) -> None:
        """Raise `WrongLoopError` if attempts belong to another loop that still runs."""
        loop = self._loop
        if loop is None or loop.is_closed() or self._process != os.getpid():
            return
        if loop is not asyncio.get_running_loop():
            self._refuse_loop(loop)

    async def close(self) -> None:
        """Cancel running attempts and close the session unless the user owns it."""
        self._closed = True
        if self._process != os.getpid():
            # In a forked child, the session still belongs to the parent.
            return
        session, self._session = self._session, None
        if session is None:
            return
        try:
            if self._loop is asyncio.get_running_loop():
                # Otherwise attempts that wait for the pool or read a body would not
                # always notice that the session closes.
                await self._under_way.end_all()
        finally:
            if session is not self._given:
                await session.close()


@lru_cache(maxsize=64)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    """Return the time limit of one attempt; most attempts of a program share one."""
    return aiohttp.ClientTimeout(total=seconds)


def _skipped(request: Request) -> tuple[str, ...] | None:
    """Return headers that aiohttp must not add.

    It would add a content type to a POST without a body.
    """
    if request.body is None and request.method in ("POST", "PUT", "PATCH"):
        return ("Content-Type",)
    return None


@lru_cache(maxsize=64)
def _headers(media_type: str, user_agent: str) -> CIMultiDict[str]:
    """Return the headers of every request; aiohttp copies them."""
    headers: CIMultiDict[str] = CIMultiDict()
    headers["Accept"] = media_type
    headers["Accept-Encoding"] = "gzip, deflate"
    headers["User-Agent"] = user_agent
    return headers


async def _read(response: aiohttp.ClientResponse, limit: int) -> BodyBuffer:
    """Read the body, never more than `limit` bytes of it after decompression."""
    content = response.content
    body = BodyBuffer(response.headers.get("Content-Encoding", ""), limit)
    try:
        while body.problem is None:
            chunk = await content.readany()
            body.feed(chunk)
            if content.at_eof():
                body.end()
                break
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        body.problem = f"the body broke off ({reason_of(error)})"
    return body


def _failure(error: Exception, *, sent: bool) -> Failure:
    """Translate an exception of aiohttp into the failure of the request."""
    reason = error.reason if isinstance(error, SentOnceError) else reason_of(error)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return Failure("untrusted", reason, sent=False)
    if isinstance(error, asyncio.TimeoutError):
        return Failure("timeout", reason, sent)
    return Failure("lost" if sent else "connect", reason, sent)
