"""Sends one attempt through aiohttp; the client's only door to the network."""

import asyncio
import os
import zlib
from collections.abc import Mapping
from typing import Final, Protocol, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.connector import Connection
from aiohttp.payload import Payload
from yarl import URL

from configcat_mgmt.core.auth import Credentials, Secret
from configcat_mgmt.core.exchange import Answer, Failure, Request
from configcat_mgmt.core.options import Options
from configcat_mgmt.errors import ConfigurationError, WrongLoopError

GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
"""Tells zlib to find out by the header which of the two it reads."""
KEEP_ALIVE_SECONDS: Final = 15.0
"""How long an idle connection is kept; below what servers and proxies usually do."""


class Attempt(Protocol):
    """Is told how far one attempt came."""

    sent: bool
    """Whether the whole request may have reached the service."""

    def answered(self, headers: Mapping[str, str], status: int) -> None:
        """Take note of the status line, before the body is read."""
        ...


class Transport(Protocol):
    """What the pipeline needs of the network."""

    async def send(
        self,
        request: Request,
        options: Options,
        seconds: float,
        attempt: Attempt,
    ) -> Answer | Failure:
        """Send `request` once; never raise for what the network does."""
        ...

    async def close(self) -> None:
        """Close connections; attempts under way fail."""
        ...


class _SentOnceError(Exception):
    """Carries a broken connection past aiohttp's own silent resend."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class _Body(Payload):
    """A request body of any size that can be sent once."""

    def __init__(self, value: bytes, attempt: Attempt) -> None:
        super().__init__(value, content_type="application/json")
        self._size = len(value)
        self._attempt = attempt

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return cast("bytes", self._value).decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        # A session that was given has its own request class, so note it here as well.
        self._attempt.sent = True
        await writer.write(cast("bytes", self._value))

    async def write_with_length(
        self,
        writer: AbstractStreamWriter,
        content_length: int | None,
    ) -> None:
        self._attempt.sent = True
        await writer.write(cast("bytes", self._value)[:content_length])


class _NotedRequest(aiohttp.ClientRequest):
    """A request that says when it has a connection and goes out."""

    attempt: Attempt | None = None

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        if self.attempt is not None:
            self.attempt.sent = True
        return await super().send(conn)


class _Wire:
    """The middleware of one attempt.

    It adds the secret headers as late as possible, so that they stand in no frame that
    a traceback could show, and it turns a broken connection into an error that aiohttp
    does not answer with a second send of its own (aio-libs/aiohttp #7363).
    """

    __slots__ = ("_attempt", "_authorization", "_secrets")

    def __init__(
        self,
        authorization: Secret,
        secrets: Mapping[str, Secret] | None,
        attempt: Attempt,
    ) -> None:
        self._authorization = authorization
        self._secrets = secrets
        self._attempt = attempt

    async def __call__(
        self,
        request: aiohttp.ClientRequest,
        handler: aiohttp.ClientHandlerType,
    ) -> aiohttp.ClientResponse:
        request.headers["Authorization"] = self._authorization.reveal()
        if self._secrets:
            for name, secret in self._secrets.items():
                request.headers[name] = secret.reveal()
        if isinstance(request, _NotedRequest):
            request.attempt = self._attempt
        elif not request.body:
            # No way to see it leave: take it as sent.
            self._attempt.sent = True
        try:
            return await handler(request)
        except aiohttp.ClientConnectorError:
            self._attempt.sent = False
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            reason = _reason(error)
        raise _SentOnceError(reason)


class AiohttpTransport:
    """One session on one event loop, made with the first attempt."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        session: aiohttp.ClientSession | None,
        *,
        trust_env: bool = False,
    ) -> None:
        self._base_url = base_url
        self._authorization = credentials.header()
        self._given = session
        self._trust_env = trust_env
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

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
        session = self._session_here()
        answered: Answer | None = None
        try:
            response = await session.request(
                request.method,
                URL(self._base_url + request.target, encoded=True),
                data=None if request.body is None else _Body(request.body, attempt),
                headers=_headers(options),
                allow_redirects=False,
                timeout=self._timeout(seconds),
                proxy=None if self._trust_env else options.proxy,
                ssl=options.ssl,
                middlewares=(
                    _Wire(self._authorization, request.secret_headers, attempt),
                ),
            )
            try:
                attempt.answered(response.headers, response.status)
                answered = Answer(response.status, response.headers, b"")
                return await _read(response, options.max_response_bytes, session)
            finally:
                if not response.content.at_eof():
                    response.close()
        except (
            aiohttp.ClientError,
            _SentOnceError,
            OSError,
            asyncio.TimeoutError,
        ) as error:
            failure = _failure(error, sent=attempt.sent)
        except RuntimeError:
            if not session.closed:
                raise
            failure = Failure("closed", "the session is closed", attempt.sent)
        if answered is not None:
            return Answer(answered.status, answered.headers, b"", failure.reason)
        return failure

    def _session_here(self) -> aiohttp.ClientSession:
        """Return the session, if this is its loop; make it with the first call."""
        loop = asyncio.get_running_loop()
        if self._loop is loop and self._session is not None:
            return self._session
        if self._loop is not None and self._process == os.getpid():
            ended = " that has ended" if self._loop.is_closed() else ""
            msg = (
                f"this client belongs to another event loop{ended}; make one client "
                "for each loop, they share the pace by themselves"
            )
            raise WrongLoopError(msg)
        # A forked child must not use the sockets of its parent: start over.
        self._process, self._loop = os.getpid(), loop
        if self._given is not None and self._given.closed:
            msg = "Options(session=...): the session that was given is closed"
            raise ConfigurationError(msg)
        self._session = self._given or self._new_session()
        return self._session

    def _new_session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            request_class=_NotedRequest,
            trust_env=self._trust_env,
        )

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        timeout = self._timeouts.get(seconds)
        if timeout is None:
            timeout = aiohttp.ClientTimeout(total=seconds)
            if len(self._timeouts) < 16:  # noqa: PLR2004
                self._timeouts[seconds] = timeout
        return timeout

    async def close(self) -> None:
        """Close the own session; one that was given stays open."""
        session, self._session = self._session, None
        mine = session is not self._given and self._process == os.getpid()
        if session is not None and mine:
            await session.close()


def _headers(options: Options) -> dict[str, str]:
    return {
        "Accept": options.media_type,
        "Accept-Encoding": "gzip, deflate",
        "User-Agent": options.user_agent,
    }


async def _read(
    response: aiohttp.ClientResponse,
    limit: int,
    session: aiohttp.ClientSession,
) -> Answer:
    """Read the body, never more than `limit` bytes of it after decompression."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    plain = encoding in ("", "identity") or session.auto_decompress
    unpacker = None if plain else zlib.decompressobj(GZIP_OR_ZLIB)
    chunks: list[bytes] = []
    size = 0
    problem: str | None = None
    try:
        while chunk := await response.content.readany():
            if unpacker is not None:
                chunk = unpacker.decompress(chunk, limit - size + 1)
            size += len(chunk)
            if size > limit:
                problem = f"the body is larger than {limit} bytes (max_response_bytes)"
                return Answer(response.status, response.headers, b"", problem, True)
            chunks.append(chunk)
        if unpacker is not None and not unpacker.eof and size:
            problem = "the compressed body broke off"
    except (aiohttp.ClientError, OSError, zlib.error, asyncio.TimeoutError) as error:
        problem = f"the body broke off ({_reason(error)})"
    return Answer(response.status, response.headers, b"".join(chunks), problem)


def _failure(error: Exception, *, sent: bool) -> Failure:
    """Say what an exception of aiohttp means for the request."""
    reason = error.reason if isinstance(error, _SentOnceError) else _reason(error)
    if isinstance(error, asyncio.TimeoutError):
        sent = sent and not isinstance(error, aiohttp.ConnectionTimeoutError)
        return Failure("timeout", reason, sent)
    return Failure("lost" if sent else "connect", reason, sent)


def _reason(error: BaseException) -> str:
    """Describe an error by class and system text; other texts might hold headers."""
    if isinstance(error, asyncio.TimeoutError):
        return "timed out"
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__}: {error.strerror}"
    return type(error).__name__
