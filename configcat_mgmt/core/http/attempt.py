"""One request on its way through aiohttp: adds secrets and records progress."""

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Protocol, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.connector import Connection
from aiohttp.payload import Payload

from configcat_mgmt.core.auth import Secret
from configcat_mgmt.shortage import NO_FILES, no_file_left, shortage


class Attempt(Protocol):
    """Records how far one attempt came."""

    sent: bool
    """Whether the whole request may have reached the service."""

    def answered(self, headers: Mapping[str, str], status: int) -> None:
        """Take note of the status line, before the body is read."""
        ...


class SentOnceError(Exception):
    """Carries a broken connection past aiohttp's own silent resend."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Body(Payload):
    """A request body of any size that can be sent once."""

    def __init__(self, value: bytes, wire: "Wire") -> None:
        super().__init__(value, content_type="application/json")
        self._size = len(value)
        self._wire = wire

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return the body as text; aiohttp asks for it in error messages only."""
        return cast("bytes", self._value).decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write the whole body."""
        await self.write_with_length(writer, None)

    async def write_with_length(
        self,
        writer: AbstractStreamWriter,
        content_length: int | None,
    ) -> None:
        """Write the body, no further than `content_length` bytes."""
        # A session of the user has its own request class, so note it here as well.
        self._wire.attempt.sent = True
        try:
            await writer.write(cast("bytes", self._value)[:content_length])
        except BaseException:
            self._wire.hang_up()
            raise


class NotedRequest(aiohttp.ClientRequest):
    """A request of the client's own session; it carries its `Wire` through aiohttp."""

    wire: "Wire"

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Note the connection, add the secret headers, and send."""
        wire = self.wire = current_wire.get()
        wire.goes_out(conn)
        wire.add_secrets(self)
        try:
            response = await super().send(conn)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            reason = reason_of(error)
        except BaseException:
            wire.hang_up()
            raise
        else:
            if isinstance(response, NotedResponse):
                response.wire = wire
            return response
        wire.hang_up()
        raise SentOnceError(reason)


class NotedResponse(aiohttp.ClientResponse):
    """A response of the client's own session; a broken one causes no second send."""

    wire: "Wire"

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Read the status line and the headers."""
        try:
            await super().start(connection)
            if self.status >= 200:  # noqa: PLR2004
                return self
            self.close()
            reason = f"status {self.status} is not a final response"
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            reason = reason_of(error)
        except BaseException:
            self.wire.hang_up()
            raise
        self.wire.hang_up()
        raise SentOnceError(reason)


class Wire:
    """The context of one attempt inside aiohttp.

    It adds the secret headers as late as possible, so that no frame that a traceback
    could show holds them, and turns a broken connection into an error after which
    aiohttp does not send again (aio-libs/aiohttp #7363). In the client's own session,
    the classes above do both. A session of the user has classes of its own, so there
    this is a middleware.
    """

    __slots__ = ("_authorization", "_direct", "_line", "_secrets", "attempt")

    def __init__(
        self,
        authorization: Secret,
        secrets: Mapping[str, Secret] | None,
        attempt: Attempt,
        *,
        direct: bool,
    ) -> None:
        self._authorization = authorization
        self._direct = direct
        self._secrets = secrets
        self.attempt = attempt
        self._line: asyncio.Transport | None = None

    def add_secrets(self, request: aiohttp.ClientRequest) -> None:
        """Add the secret headers."""
        request.headers["Authorization"] = self._authorization.reveal()
        if self._secrets:
            for name, secret in self._secrets.items():
                request.headers[name] = secret.reveal()

    def goes_out(self, conn: Connection) -> None:
        """Note the connection that the request is about to be written to."""
        if conn.protocol is not None and conn.protocol.should_close:
            # An unsolicited response would be taken for the response to this request.
            reason = "the connection held a response to no request"
            raise SentOnceError(reason)
        self.attempt.sent = True
        self._line = conn.transport

    async def __call__(
        self,
        request: aiohttp.ClientRequest,
        handler: aiohttp.ClientHandlerType,
    ) -> aiohttp.ClientResponse:
        """Send once, as the innermost step of aiohttp's own pipeline."""
        if self._direct:
            request.update_proxy(None, None, None)
        self.add_secrets(request)
        if not request.body:
            # Nothing shows when it leaves, so it counts as sent.
            self.attempt.sent = True
        try:
            response = await handler(request)
            if response.status >= 200:  # noqa: PLR2004
                return response
            response.close()
            reason = f"status {response.status} is not a final response"
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            self.attempt.sent = False
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            reason = reason_of(error)
        except BaseException:
            self.hang_up()
            raise
        self.hang_up()
        raise SentOnceError(reason)

    def hang_up(self) -> None:
        """Close at once: aiohttp would first flush to a peer that may never read."""
        if self._line is not None:
            self._line.abort()


current_wire: ContextVar[Wire] = ContextVar("current_wire")
"""The attempt that the running task makes; aiohttp has no other way to hand it on."""


def reason_of(error: BaseException) -> str:
    """Describe an error by class and system text; other texts might hold headers."""
    if isinstance(error, asyncio.TimeoutError):
        return "timed out"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        found = getattr(error.certificate_error, "verify_message", "") or "not valid"
        return f"the certificate of the service is refused: {found}"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy returned {error.status}"
    if isinstance(error, aiohttp.ClientResponseError):
        return "the response violates the rules of HTTP"
    if (lack := shortage(error)) is not None:
        return lack
    if isinstance(error, aiohttp.ClientConnectorDNSError) and no_file_left():
        # The lookup of a name cannot tell that from a name that does not exist.
        return NO_FILES
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__}: {error.strerror}"
    return type(error).__name__
