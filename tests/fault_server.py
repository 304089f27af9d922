"""A local server that misbehaves as a test asks, and logs the requests it receives."""

import asyncio
import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import cache
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

import attrs

HOST: Final = "127.0.0.1"
PATIENCE_SECONDS: Final = 60.0
"""How long a test waits for an immediate event; only failures take so long."""

LIMITS_SECONDS: Final = (0.05, 0.5, 5.0, PATIENCE_SECONDS)
"""Time limits for a call that must run into one, after it was sent.

A test tries them in turn until the call was sent in time, because a busy machine may
need longer than the first ones.
"""


@attrs.define(eq=False)
class Seen:
    """A request, as far as it came."""

    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes = b""
    whole: bool = True
    """Whether the server read it to its end."""
    connection: int = 0
    """Which connection it came on, from 0."""

    @property
    def segments(self) -> list[str]:
        """The path, split first and decoded then, as a router does."""
        return [unquote(part) for part in urlsplit(self.target).path.split("/")[1:]]

    def json(self) -> object:
        return json.loads(self.body)


class Line:
    """The server's end of one connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.ended = False
        """Whether a step ended the connection."""
        self.request: Seen | None = None
        """The last one."""

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        self.ended = True
        self.writer.close()

    def reset(self) -> None:
        """Drop the connection with RST instead of FIN."""
        self.ended = True
        drop(self.writer)


def drop(writer: asyncio.StreamWriter) -> None:
    """Drop a connection with RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


Act: TypeAlias = Callable[[Line], Awaitable[None]]


@attrs.frozen
class Step:
    """What the server does with one request."""

    act: Act
    read: str = "all"
    """`all` of the request before acting, or only its `head`."""


def response(
    status: int = 200,
    body: bytes | str = b"",
    headers: Mapping[str, str] | None = None,
    *,
    length: int | None = None,
) -> bytes:
    """Spell an answer; `length` overrides the true Content-Length."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if "transfer-encoding" not in {name.lower() for name in headers or {}}:
        lines.append(f"Content-Length: {len(data) if length is None else length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + data


def raw(data: bytes, *, close: bool = False) -> Step:
    """Send these bytes."""

    async def act(line: Line) -> None:
        await line.send(data)
        if close:
            line.close()

    return Step(act)


def answer(
    status: int = 200,
    body: object = b"",
    headers: Mapping[str, str] | None = None,
    *,
    close: bool = False,
) -> Step:
    """Send a proper response; a body that is neither bytes nor text becomes JSON."""
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    return raw(response(status, data, headers), close=close)


async def _close(line: Line) -> None:
    line.close()


async def _reset(line: Line) -> None:
    line.reset()


def close_before_reading() -> Step:
    """Close after the head of the request, without a response."""
    return Step(_close, read="head")


def close_after_reading() -> Step:
    """Close after the whole request, without a response."""
    return Step(_close)


def reset() -> Step:
    """Read the request, then reset the connection."""
    return Step(_reset)


def silence() -> Step:
    """Read the request and never answer; ends when the client goes away."""
    return Step(_wait_for_end)


def stalled(gate: asyncio.Event, early: bytes = b"") -> Step:
    """Read no more than the head before the gate opens, then all that still comes."""

    async def act(line: Line) -> None:
        await line.send(early)
        await gate.wait()
        assert line.request is not None
        with contextlib.suppress(ConnectionError):
            while data := await line.reader.read(65536):
                line.request.body += data
        line.close()

    return Step(act, read="head")


async def _wait_for_end(line: Line) -> None:
    while await line.reader.read(65536):
        pass
    line.close()


def held(gate: asyncio.Event, then: Step) -> Step:
    """Do `then` when the gate opens."""

    async def act(line: Line) -> None:
        await gate.wait()
        await then.act(line)

    return Step(act, then.read)


def in_parts(*parts: bytes, gate: asyncio.Event, close: bool = False) -> Step:
    """Send the first part at once and the others when the gate opens."""

    async def act(line: Line) -> None:
        await line.send(parts[0])
        await gate.wait()
        for part in parts[1:]:
            await line.send(part)
        if close:
            line.close()

    return Step(act)


def broken_off(data: bytes) -> Step:
    """Send this part of an answer, then close."""
    return raw(data, close=True)


def half_closed(data: bytes) -> Step:
    """Send this, close the sending side only and wait for the client."""

    async def act(line: Line) -> None:
        await line.send(data)
        line.writer.write_eof()
        await _wait_for_end(line)

    return Step(act)


def gzip_bomb(size: int) -> Step:
    """Answer with `size` bytes of blanks, about a thousandth of it on the wire."""
    return answer(200, _packed_blanks(size), {"Content-Encoding": "gzip"})


@cache
def _packed_blanks(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    mib = b" " * 2**20
    body = b"".join(packer.compress(mib) for _ in range(size // 2**20))
    return body + packer.flush()


def gzipped(body: bytes, status: int = 200, cut: int | None = None) -> Step:
    """Answer compressed; `cut` leaves that many bytes of it."""
    return answer(status, gzip.compress(body)[:cut], {"Content-Encoding": "gzip"})


def endless(prefix: bytes, chunk: bytes) -> Step:
    """Send `prefix` and then chunks until the client goes away."""

    async def act(line: Line) -> None:
        framed = b"%x\r\n%b\r\n" % (len(chunk), chunk)
        with contextlib.suppress(ConnectionError):
            await line.send(prefix)
            while not line.writer.is_closing():
                await line.send(framed)
        line.close()

    return Step(act)


class FaultServer:
    """Does the steps of its script one by one, each for one request.

    The last step is repeated. `steps` may be replaced at any time.
    """

    def __init__(
        self,
        *steps: Step,
        tls: ssl.SSLContext | None = None,
        greeting: bytes = b"",
    ) -> None:
        self.steps: list[Step] = list(steps)
        self.scheme = "https" if tls else "http"
        self.seen: list[Seen] = []
        self.port = 0
        self.connections = 0
        """Connections that were ever made."""
        self._tls = tls
        self._greeting = greeting
        self._lines: dict[asyncio.Task[None], Line] = {}
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://{HOST}:{self.port}"

    @property
    def open_connections(self) -> int:
        return len(self._lines)

    def targets(self) -> list[str]:
        return [request.target for request in self.seen]

    async def __aenter__(self) -> "FaultServer":
        self._server = await asyncio.start_server(self._serve, HOST, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        tasks = list(self._lines)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # What was closed last is not gone before the loop has turned.
        await asyncio.sleep(0)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until something is true, asked whenever something has happened."""
        async with self._changed:
            waiting = self._changed.wait_for(happened)
            await asyncio.wait_for(waiting, PATIENCE_SECONDS)

    async def requests(self, count: int) -> None:
        """Wait until that many requests have come."""
        await self.until(lambda: len(self.seen) >= count)

    async def quiet(self) -> None:
        """Wait until no connection is open."""
        await self.until(lambda: not self._lines)

    async def hang_up(self) -> None:
        """Close every connection, as a server does that has been idle for long."""
        for line in self._lines.values():
            line.close()
        await self.quiet()

    async def _serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        line = self._lines[task] = Line(reader, writer)
        number, self.connections = self.connections, self.connections + 1
        await self._tell()
        try:
            if self._greeting:
                # For who speaks without being asked; the connection ends with it.
                await line.send(self._greeting)
                line.close()
            while not line.ended and await self._serve_one(line, number):
                pass
        except (ConnectionError, asyncio.CancelledError):
            # A canceled task of a stream's server would be reported by the loop.
            pass
        finally:
            writer.close()
            try:
                await writer.wait_closed()
            except (ConnectionError, ssl.SSLError, asyncio.CancelledError):
                writer.transport.abort()
            self._lines.pop(task, None)
            await self._tell()

    async def _serve_one(self, line: Line, number: int) -> bool:
        try:
            head = await line.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return False
        request = line.request = _parsed(head)
        request.connection = number
        step = self.steps[0] if len(self.steps) == 1 else self.steps.pop(0)
        length = int(request.headers.get("content-length", "0"))
        if step.read == "all":
            try:
                request.body = await line.reader.readexactly(length)
            except asyncio.IncompleteReadError as error:
                request.body, request.whole = error.partial, False
        else:
            request.whole = not length
        self.seen.append(request)
        await self._tell()
        await step.act(line)
        return True

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _parsed(head: bytes) -> Seen:
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.split(": ", 1) for line in lines)
    return Seen(method, target, {name.lower(): value for name, value in pairs})


@contextlib.contextmanager
def in_thread(*steps: Step) -> Iterator[FaultServer]:
    """Run a server on a thread of its own, for clients that block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> FaultServer:
        return await FaultServer(*steps).__aenter__()

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(PATIENCE_SECONDS)
    try:
        yield server
    finally:
        stopped = asyncio.run_coroutine_threadsafe(server.__aexit__(), loop)
        stopped.result(PATIENCE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_SECONDS)
        loop.close()
