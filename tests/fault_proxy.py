"""A proxy between a client and an emulator that damages one exchange on its way."""

import asyncio
import contextlib
import random
from typing import Final, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from tests.fault_server import HOST, drop

Fault: TypeAlias = Literal[
    "delay",
    "split",
    "cut",
    "reset",
    "half_close",
    "black_hole",
    "garbage",
    "twice",
    "too_long",
    "too_short",
    "bad_chunks",
    "bad_gzip",
    "bad_gateway",
    "not_json",
]
Phase: TypeAlias = Literal["accepted", "request", "performed", "response"]

FAULTS: Final[tuple[Fault, ...]] = Fault.__args__  # type: ignore[attr-defined]
"""`delay`, `split` and `twice` lose nothing; `half_close` closes the sending half and
goes on reading; the last seven are malformed responses."""
LOSSLESS: Final = frozenset({"delay", "split", "twice"})

PHASES: Final[tuple[Phase, ...]] = Phase.__args__  # type: ignore[attr-defined]
"""The moment of the fault: before the request is read, in the midst of it, after the
service performed it, or in the midst of the response."""

PAGE: Final = b"<html>something else</html>"
GATEWAY_ERROR: Final = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(PAGE), PAGE)
)


class FaultProxy:
    """Strikes on the first exchange and passes all others on.

    In the first two phases, the service never receives the request.
    """

    def __init__(self, url: str, fault: Fault, phase: Phase, seed: int) -> None:
        address = urlsplit(url)
        self._service = address.hostname, address.port
        self._host = address.netloc.encode()
        self.fault = fault
        self._next: Fault | None = fault
        self._phase = phase
        self._random = random.Random(f"{fault} {phase} {seed}")
        self._lines: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, HOST, 0)
        self.url = f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task, writer in self._lines.items():
            task.cancel()
            writer.close()
        await asyncio.gather(*self._lines, return_exceptions=True)
        # A connection that was accepted last is closed when the loop has turned.
        await asyncio.sleep(0)

    def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._server is None or not self._server.is_serving():
            writer.close()
            return
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._lines[task] = writer

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            onward = await asyncio.open_connection(*self._service)
            try:
                with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                    while await self._exchange((reader, writer), onward):
                        pass
            finally:
                onward[1].close()
        finally:
            writer.close()

    async def _exchange(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        service: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> bool:
        """Pass one request and its response on; return whether the connection lives."""
        reader, writer = client
        fault, self._next = self._next, None
        if fault is not None and fault not in LOSSLESS:
            if self._phase == "accepted":
                return await self._strike(fault, GATEWAY_ERROR, 0, client)
            if self._phase == "request":
                await reader.readexactly(self._random.randrange(1, 40))
                return await self._strike(fault, GATEWAY_ERROR, 0, client)
        request = await _message(reader)
        # The emulator refuses the names of other hosts.
        host = self.url.removeprefix("http://").encode()
        service[1].write(request.replace(host, self._host, 1))
        response = await _message(service[0])
        if fault is None:
            writer.write(response)
            await writer.drain()
            return True
        at = 0
        if self._phase == "response":
            at = self._random.randrange(1, len(response))
        return await self._strike(fault, response, at, client)

    async def _strike(
        self,
        fault: Fault,
        response: bytes,
        at: int,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> bool:
        """Damage a response after its first `at` bytes."""
        reader, writer = client
        if fault in ("cut", "reset", "half_close", "black_hole", "garbage"):
            writer.write(response[:at])
            await writer.drain()
        match fault:
            case "delay" | "split":
                step = len(response) if fault == "delay" else 7
                for start in range(0, len(response), step):
                    await asyncio.sleep(0)
                    writer.write(response[start : start + step])
                    await writer.drain()
                return True
            case "twice":
                writer.write(response + response)
                return True
            case "reset":
                drop(writer)
            case "half_close":
                writer.write_eof()
                await reader.read()
            case "black_hole":
                while await reader.read(2**16):
                    pass
            case "garbage":
                writer.write(self._random.randbytes(300))
            case "cut":
                pass
            case _:
                writer.write(_malformed(fault, response))
                await writer.drain()
                # The rest of a request that was read in part is no new request.
                whole = self._phase in ("performed", "response")
                return whole and fault != "too_long"
        return False


def _malformed(fault: Fault, response: bytes) -> bytes:
    head, _, body = response.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    fields = [one for one in fields if not one.lower().startswith(b"content-length")]
    size = len(body)
    match fault:
        case "too_long":
            fields.append(b"Content-Length: %d" % (size + 9))
        case "too_short":
            body += b"surplus"
            fields.append(b"Content-Length: %d" % size)
        case "bad_chunks":
            fields.append(b"Transfer-Encoding: chunked")
            body = b"5\r\nab\r\nxyz\r\n"
        case "bad_gzip":
            body = body or PAGE
            fields += [b"Content-Encoding: gzip", b"Content-Length: %d" % len(body)]
        case "bad_gateway":
            return GATEWAY_ERROR
        case _:
            line = b"HTTP/1.1 200 OK" if b" 204" in line else line
            fields.append(b"Content-Length: %d" % len(PAGE))
            body = PAGE
    return b"\r\n".join([line, *fields]) + b"\r\n\r\n" + body


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Read a request or a response, which gives its length if it has a body."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return head + await reader.readexactly(int(value))
    return head
