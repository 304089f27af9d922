"""Measures the emulator: speed, start, resources left behind, and bad requests.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.emulator
"""

import asyncio
import base64
import gc
import multiprocessing
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from multiprocessing.connection import Connection

import aiohttp
from aiohttp import web

from benchmarks.timing import report
from configcat_mgmt.emulator import Emulator
from tests.emulator.guesses import Guess, ids, send
from tests.emulator.raw import head
from tests.emulator.shop import open_shop
from tests.emulator.wire import Wire
from tests.schema import described

REQUESTS = 1_000
"""Of one round, to the emulator and to the bare handler."""
ROUNDS = 21
WRITES = 1_000
WRITE_ROUNDS = 9
STARTS = 1_000
GUESSES = 10_000
GUESSES_EACH = 250
"""Requests before a new emulator; each one compares the whole state twice."""

FIRST_ANSWER = """
import base64, time, urllib.request
from configcat_mgmt.emulator import Emulator
began = time.perf_counter()
with Emulator() as emulator:
    login = f"{emulator.username}:{emulator.password}".encode()
    auth = "Basic " + base64.b64encode(login).decode()
    request = urllib.request.Request(
        emulator.base_url + "/v1/me", headers={"Authorization": auth}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request).read()
    print(time.perf_counter() - began)
"""


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _client(pipe: Connection, core: int) -> None:
    """Send requests one by one on demand, in a separate process."""
    _stay_on(core)
    while job := pipe.recv():
        port, request, length = job
        with socket.create_connection(("127.0.0.1", port)) as connection:
            pipe.send("ready")
            pipe.recv()
            for _ in range(REQUESTS):
                connection.sendall(request)
                answer = connection.recv(65_536)
                head_end = answer.index(b"\r\n\r\n") + 4
                while len(answer) - head_end < length:
                    answer += connection.recv(65_536)
                assert answer.startswith(b"HTTP/1.1 200"), answer
            pipe.send("done")


async def _many(
    pipe: Connection, port: int, request: bytes, length: int
) -> tuple[float, float]:
    """Let the client send its requests; return CPU of the server, and wall seconds."""
    loop = asyncio.get_running_loop()
    pipe.send((port, request, length))
    await loop.run_in_executor(None, pipe.recv)
    cpu, wall = _cpu(), time.perf_counter()
    pipe.send("go")
    await loop.run_in_executor(None, pipe.recv)
    return _cpu() - cpu, time.perf_counter() - wall


def _cores() -> list[int]:
    """Return the cores of this process; none where they cannot be chosen."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def _stay_on(*cores: int) -> None:
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


async def _speed(client_core: int, place: str) -> None:
    """Read a tag from the emulator and the same bytes from a bare aiohttp handler.

    Waking a client on another core costs the server more than answering does, so it
    matters where the client is.
    """
    async with (
        Emulator(rate_policy=None) as emulator,
        aiohttp.ClientSession() as session,
    ):
        shop = await open_shop(Wire(emulator, session))
        tag = await shop.wire.ok("create-tag", {"name": "t"}, productId=shop.product)
        answer = await shop.wire.call("get-tag", tagId=tag["tagId"])
        body, kind = answer.body, "application/json"

        async def handle(_: web.BaseRequest) -> web.Response:
            return web.Response(body=body, content_type=kind, charset="utf-8")

        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            web.Server(handle, access_log=None), "127.0.0.1", 0
        )
        request = head(emulator, f"GET /v1/tags/{tag['tagId']}", {"Connection": None})
        bare_port = server.sockets[0].getsockname()[1]
        port = int(emulator.base_url.rpartition(":")[2])
        pipe, there = multiprocessing.Pipe()
        process = multiprocessing.Process(
            target=_client, args=(there, client_core), daemon=True
        )
        process.start()
        pairs: list[tuple[tuple[float, float], tuple[float, float]]] = []
        for _ in range(ROUNDS + 1):
            bare = await _many(pipe, bare_port, request, len(body))
            pairs.append((bare, await _many(pipe, port, request, len(body))))
        pipe.send(None)
        process.join()
        server.close()
    for number, name in enumerate(("cpu", "wall")):
        ours = [mine[number] / REQUESTS for _, mine in pairs[1:]]
        ratios = [mine[number] / bare[number] for bare, mine in pairs[1:]]
        more = [(mine[number] - bare[number]) / REQUESTS for bare, mine in pairs[1:]]
        report(
            "emulator small GET",
            client=place,
            figure=name,
            per_second=round(1 / statistics.median(ours)),
            time_ratio_to_bare=round(statistics.median(ratios), 3),
            more_microseconds=round(statistics.median(more) * 1e6, 1),
            throughput_of_bare=round(1 / statistics.median(ratios), 3),
            spread=[round(min(ratios), 3), round(max(ratios), 3)],
        )


async def _kept() -> None:
    """Change a tag over and over, with and without a file that keeps the state."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "state.json")
        async with (
            Emulator(rate_policy=None) as plain,
            Emulator(rate_policy=None) as kept,
            aiohttp.ClientSession() as session,
        ):
            kept.attach(path)
            seconds: dict[str, list[float]] = {"plain": [], "kept": []}
            for name, emulator in [("plain", plain), ("kept", kept)] * WRITE_ROUNDS:
                request = await _tag_update(emulator, session)
                seconds[name].append(await _send_many(emulator, request))
        big = Emulator(rate_policy=None)
        big.seed(products=9, flags=1000)
        begun = time.perf_counter()
        big.save(path)
        saved = time.perf_counter() - begun
    ratios = [a / b for a, b in zip(*seconds.values(), strict=True)]
    report(
        "emulator state kept in a file",
        writes_per_second=round(WRITES / statistics.median(seconds["kept"])),
        throughput_of_plain=round(statistics.median(ratios), 3),
        spread=[round(min(ratios), 3), round(max(ratios), 3)],
        seconds_to_save_9000_flags=round(saved, 2),
    )


async def _tag_update(emulator: Emulator, session: aiohttp.ClientSession) -> bytes:
    wire = Wire(emulator, session)
    (organization,) = await wire.ok("get-organizations")
    where = {"organizationId": organization["organizationId"]}
    name = f"P{len(emulator.state.products)}"
    product = await wire.ok("create-product", {"name": name}, **where)
    where = {"productId": product["productId"]}
    tag = await wire.ok("create-tag", {"name": "t"}, **where)
    body = b'{"name":"a tag of the usual length","color":"panther"}'
    fields = {
        "Connection": None,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    return head(emulator, f"PUT /v1/tags/{tag['tagId']}", fields) + body


async def _send_many(emulator: Emulator, request: bytes) -> float:
    """Return the CPU seconds that the writes took, client included."""
    port = int(emulator.base_url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun = _cpu()
    for _ in range(WRITES):
        writer.write(request)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    spent = _cpu() - begun
    writer.close()
    await writer.wait_closed()
    return spent


def _first_answer() -> None:
    command = [sys.executable, "-c", FIRST_ANSWER]
    times = [
        float(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout
        )
        for _ in range(9)
    ]
    report(
        "emulator first answer",
        milliseconds=round(statistics.median(times) * 1000, 1),
        spread=[round(min(times) * 1000, 1), round(max(times) * 1000, 1)],
    )


def _open_files() -> int | None:
    """Count the open files, sockets among them; None where that cannot be seen."""
    place = "/proc/self/fd"
    return len(os.listdir(place)) if os.path.isdir(place) else None


def _get_me(emulator: Emulator) -> None:
    login = f"{emulator.username}:{emulator.password}".encode()
    auth = "Basic " + base64.b64encode(login).decode()
    request = urllib.request.Request(  # noqa: S310
        emulator.base_url + "/v1/me", headers={"Authorization": auth}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request).read()


async def _starts_in_a_loop() -> None:
    tasks, threads, files = len(asyncio.all_tasks()), threading.active_count(), None
    for number in range(STARTS):
        async with Emulator():
            pass
        if number == 0:
            files = _open_files()
    gc.collect()
    await asyncio.sleep(0)
    left = _open_files()
    report(
        "emulator starts and stops in a loop",
        starts=STARTS,
        tasks_left=len(asyncio.all_tasks()) - tasks,
        threads_left=threading.active_count() - threads,
        files_left=None if left is None or files is None else left - files,
    )


def _starts_on_threads() -> None:
    threads, files = threading.active_count(), _open_files()
    taken = 0
    for _ in range(STARTS):
        with Emulator() as emulator:
            _get_me(emulator)
            port = int(emulator.base_url.rpartition(":")[2])
        taken += _is_open(port)
    gc.collect()
    left = _open_files()
    report(
        "emulator starts and stops on threads",
        starts=STARTS,
        ports_left=taken,
        threads_left=threading.active_count() - threads,
        files_left=None if left is None or files is None else left - files,
    )


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def _at_once() -> None:
    async with (
        Emulator(rate_policy=None) as emulator,
        aiohttp.ClientSession() as session,
    ):
        shop = await open_shop(Wire(emulator, session))
        setting = {"key": "same", "name": "same", "settingType": "boolean"}
        for kind, parent, body in (
            ("tags", f"products/{shop.product}", {"name": "same"}),
            ("environments", f"products/{shop.product}", {"name": "same"}),
            ("configs", f"products/{shop.product}", {"name": "same"}),
            ("settings", f"configs/{shop.v2}", setting),
        ):
            answers = await asyncio.gather(
                *(
                    session.post(
                        f"{emulator.base_url}/v1/{parent}/{kind}",
                        json=body,
                        headers={"Authorization": shop.wire.auth},
                    )
                    for _ in range(50)
                )
            )
            statuses = Counter(answer.status for answer in answers)
            for answer in answers:
                answer.release()
            report("emulator 50 equal creations at once", kind=kind, statuses=statuses)


async def _guesses() -> None:
    chance = random.Random(0)
    endpoints = list(described().endpoints.values())
    faults: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    used: set[str] = set()
    for start in range(0, GUESSES, GUESSES_EACH):
        async with (
            Emulator(rate_policy=None, seed=start) as emulator,
            aiohttp.ClientSession() as session,
        ):
            shop = await open_shop(Wire(emulator, session))
            known = await ids(shop)
            for number in range(start, start + GUESSES_EACH):
                # Every operation in turn; most deletions would leave nothing to do.
                endpoint = endpoints[number % len(endpoints)]
                if endpoint.method == "DELETE" and chance.random() < 0.8:
                    endpoint = chance.choice(endpoints)
                outcome = await send(shop, endpoint, Guess(known, f"guess {number}"))
                used.add(endpoint.id)
                faults.update(outcome.faults)
                statuses[f"{outcome.status // 100}xx"] += 1
                if outcome.faults:
                    print(outcome.faults, outcome.shown, file=sys.stderr)
    report(
        "emulator generated requests",
        requests=GUESSES,
        operations=len(used),
        statuses=statuses,
        server_errors=faults["server error"],
        schema_violations=faults["schema violation"],
        changes_on_refusal=faults["state change on refusal"],
        changes_on_reading=faults["state change on reading"],
        refusals_without_reason=faults["refusal without a reason"],
    )


def main() -> None:
    """Print all figures; those of speed only where a process can stay on a core."""
    cores = _cores()
    for number, core in enumerate(cores[:2]):
        _stay_on(cores[0])
        asyncio.run(_speed(core, ("on the same core", "on another core")[number]))
        _stay_on(*cores)
    _first_answer()
    asyncio.run(_kept())
    asyncio.run(_starts_in_a_loop())
    _starts_on_threads()
    asyncio.run(_at_once())
    asyncio.run(_guesses())


if __name__ == "__main__":
    main()
