"""How many small calls blocking callers get done, beside `requests`.

The server is a process of its own that answers every request with the same bytes, so
that it is never what limits. Both sides read the JSON; only the client makes a model of
it. With several threads, `requests` has one session for each thread, as its
documentation advises, and the client is one for all.

Usage: python -m benchmarks.sync_calls [--rounds 15] [--calls 300] [--uvloop]
"""

import argparse
import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

import requests

from benchmarks.timing import report, report_ratios, side_by_side
from configcat_mgmt import ManagementClient, Options

PATH = "/v1/tags/5"
BODY = (
    b'{"product":{"organization":{"organizationId":'
    b'"00d553ae-832b-5532-d8ad-9b2ae6ddfa11","name":"Shop"},"productId":'
    b'"4c8a2a1e-5a3c-4b53-9d4c-5a4d5e6f7a8b","name":"Web","description":null,"order":0,'
    b'"reasonRequired":false},"tagId":5,"name":"beta","color":"panther"}'
)
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)


class _Answering(asyncio.Protocol):
    """Answers each request head; the requests here have no bodies."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(ANSWER * data.count(b"\r\n\r\n"))


def serve(port: Connection) -> None:
    """Serve until the process is ended, and send the port through the pipe."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(_Answering, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def in_threads(count: int, work: Callable[[], None]) -> Callable[[], None]:
    """Return a function that does `work` in `count` threads at once."""
    if count == 1:
        return work

    def run() -> None:
        threads = [threading.Thread(target=work) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return run


def calls_of_client(client: ManagementClient, calls: int) -> Callable[[], None]:
    """Return the loop of calls that one thread makes."""
    tags = client.tags

    def work() -> None:
        for _ in range(calls):
            assert tags.get_tag(5).name == "beta"

    return work


def calls_of_requests(
    url: str,
    calls: int,
    *,
    lean: bool,
) -> Callable[[], None]:
    """Return the same loop for `requests`, with a session for each thread."""
    sessions = threading.local()

    def work() -> None:
        session = getattr(sessions, "own", None)
        if session is None:
            session = sessions.own = requests.Session()
            session.auth = ("user", "secret")
            session.trust_env = not lean
        for _ in range(calls):
            with session.get(url, timeout=30) as answer:
                assert answer.json()["name"] == "beta"

    return work


def measure(url: str, threads: int, calls: int, rounds: int, *, uvloop: bool) -> None:
    """Time client and `requests` in turn, and report each against `requests`."""
    factories: dict[str, Options] = {"client": Options(limits=None)}
    if uvloop:
        import uvloop as fast

        factories["client, uvloop"] = Options(
            limits=None,
            loop_factory=fast.new_event_loop,
        )
    candidates: dict[str, Callable[[], object]] = {
        "requests": in_threads(threads, calls_of_requests(url + PATH, calls, lean=False)),
        "requests, trust_env=False": in_threads(
            threads,
            calls_of_requests(url + PATH, calls, lean=True),
        ),
    }
    clients: list[ManagementClient] = []
    for name, options in factories.items():
        client = ManagementClient("user", "secret", base_url=url, options=options)
        clients.append(client)
        candidates[name] = in_threads(threads, calls_of_client(client, calls))
    times = side_by_side(candidates, rounds=rounds)
    for client in clients:
        client.close()
    report_ratios("blocking calls", times, "requests", threads=threads)
    for name, seconds in times.items():
        report(
            "blocking calls a second",
            candidate=name,
            threads=threads,
            best=round(threads * calls / min(seconds)),
        )


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 10])
    parser.add_argument("--uvloop", action="store_true")
    arguments = parser.parse_args()
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    server = spawning.Process(target=serve, args=(there,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{here.recv()}"
    for threads in arguments.threads:
        measure(
            url,
            threads,
            max(1, arguments.calls // threads),
            arguments.rounds,
            uvloop=arguments.uvloop,
        )
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
