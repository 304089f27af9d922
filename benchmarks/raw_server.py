"""A server that is never the bottleneck: fixed bytes for every request."""

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

from attrs import frozen

TAG = (
    b'{"product":{"organization":{"organizationId":"08d86d63-2721-4da6-8c06-584521d516bc"'
    b',"name":"Northwind"},"productId":"08d86d63-2726-47cd-8bfc-59608ecb91e2",'
    b'"name":"Storefront","description":null,"order":0,"reasonRequired":false,'
    b'"approveRequired":false},'
    b'"tagId":5,"name":"checkout","color":"panther"}'
)


class _Fixed(asyncio.Protocol):
    """Answers each request head with the same bytes; reads no bodies."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._rest = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        count = data.count(b"\r\n\r\n")
        self._rest = data[data.rfind(b"\r\n\r\n") + 4 :] if count else data
        if count and self._transport is not None:
            self._transport.write(self._answer * count)


def _serve(pipe: Connection, body: bytes) -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )

    def tell_cpu() -> None:
        pipe.recv()
        pipe.send(time.process_time())

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Fixed(answer), "127.0.0.1", 0)
        loop.add_reader(pipe.fileno(), tell_cpu)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())


@frozen
class RawServer:
    """A server in a separate process."""

    url: str
    pipe: Connection

    def cpu_seconds(self) -> float:
        """Return the CPU time that the process has used so far."""
        self.pipe.send(None)
        seconds: float = self.pipe.recv()
        return seconds


@contextlib.contextmanager
def raw_server(body: bytes = TAG) -> Iterator[RawServer]:
    """Run the server in a separate process."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(there, body), daemon=True)
    process.start()
    there.close()  # Else nobody hears that the process failed.
    try:
        yield RawServer(f"http://127.0.0.1:{here.recv()}", here)
    finally:
        process.terminate()
        process.join()
