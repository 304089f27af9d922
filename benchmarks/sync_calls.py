"""Measures small blocking calls against `requests`.

The server runs in a separate process and answers every request with the same bytes, so
it is never the bottleneck. Both sides read the JSON; only the client makes a model of
it. With several threads, `requests` has one session for each thread, as its
documentation advises, and the client is one for all.

Usage: python -m benchmarks.sync_calls [--rounds 15] [--calls 300] [--uvloop]
"""

import argparse
import asyncio
import contextlib
import importlib
import multiprocessing
import statistics
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from operator import truediv

import requests

from benchmarks.timing import report, side_by_side
from configcat_mgmt import ManagementClient, Options

PATH = "/v1/tags/5"
BODY = (
    b'{"product":{"organization":{"organizationId":'
    b'"00d553ae-832b-5532-d8ad-9b2ae6ddfa11","name":"Shop"},"productId":'
    b'"4c8a2a1e-5a3c-4b53-9d4c-5a4d5e6f7a8b","name":"Web","description":null,"order":0,'
    b'"reasonRequired":false,"approveRequired":false},"tagId":5,"name":"beta","color":"panther"}'
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


def in_threads(workers: list[Callable[[], None]]) -> Callable[[], None]:
    """Return a function that does all the work at once, each part in a thread."""
    if len(workers) == 1:
        return workers[0]

    def run() -> None:
        threads = [threading.Thread(target=work) for work in workers]
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
    session: requests.Session,
    url: str,
    calls: int,
) -> Callable[[], None]:
    """Return the same loop for `requests`."""
    session.auth = ("user", "secret")

    def work() -> None:
        for _ in range(calls):
            with session.get(url + PATH, timeout=30) as answer:
                assert answer.json()["name"] == "beta"

    return work


def measure(url: str, threads: int, calls: int, rounds: int, *, uvloop: bool) -> None:
    """Time client and `requests` in turn, and report each against `requests`."""
    candidates: dict[str, Callable[[], object]] = {}
    with contextlib.ExitStack() as stack:
        for name, trust_env in (("requests", True), ("requests, no environ", False)):
            workers: list[Callable[[], None]] = []
            for _ in range(threads):
                session = stack.enter_context(requests.Session())
                session.trust_env = trust_env
                workers.append(calls_of_requests(session, url, calls))
            candidates[name] = in_threads(workers)
        for name, options in _options(uvloop=uvloop).items():
            client = ManagementClient("user", "secret", base_url=url, options=options)
            stack.enter_context(client)
            candidates[name] = in_threads([calls_of_client(client, calls)] * threads)
        used: dict[str, list[float]] = {name: [] for name in candidates}
        noted = {name: _noting(work, used[name]) for name, work in candidates.items()}
        times = side_by_side(noted, rounds=rounds)
    for name, seconds in times.items():
        ratio = statistics.median(map(truediv, times["requests"], seconds))
        report(
            "throughput of blocking calls",
            candidate=name,
            threads=threads,
            best_per_second=round(threads * calls / min(seconds)),
            times_requests=round(ratio, 2),
            cpu_us_per_call=round(min(used[name]) / (threads * calls) * 1e6, 1),
        )


def _noting(work: Callable[[], object], used: list[float]) -> Callable[[], None]:
    """Note the processor time of each run; a busy machine disturbs it less."""

    def run() -> None:
        start = time.process_time()
        work()
        used.append(time.process_time() - start)

    return run


def _options(*, uvloop: bool) -> dict[str, Options]:
    options = {"client": Options(limits=None)}
    if uvloop:
        new_loop = importlib.import_module("uvloop").new_event_loop
        options["client, uvloop"] = Options(limits=None, loop_factory=new_loop)
    return options


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
