"""Measures one pace for many processes: answers 429, time, fairness and cost.

Every process is a real one, the calls go over real sockets, and Redis is a real server
of its own; limits are the default ones. All scenarios run at the same time in a minute
and a half, and then the one that measures CPU.

Run in a checkout that is installed with `pip install -e '.[dev]'`, with `redis-server`:
    python -m benchmarks.fleet [scenario ...]
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from statistics import median

from attrs import frozen
from redis import Redis

from benchmarks.timing import least_seconds, report
from configcat_mgmt import AsyncManagementClient, Options, RedisPace
from tests.policies import ClockWindow, FixedWindow, Policy, StrictLog, TokenBucket
from tests.redis_server import RedisServer, redis_server

POLICIES: dict[str, Callable[[], Policy]] = {
    "F fixed window": FixedWindow,
    "C window by the clock": ClockWindow,
    "S strict log": StrictLog,
    "G token bucket": TokenBucket,
}
ROUND_TRIP_SECONDS = 0.03
TIMEOUT_SECONDS = 10.0
TAG = json.dumps({"product": None, "tagId": 5, "name": "a", "color": "b"})


class Service:
    """A service on a real socket that counts calls by a policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.arrivals: list[tuple[float, str]] = []
        self.refused: list[float] = []
        self.silent_for: set[str] = set()
        """Processes that get no answers."""

    async def __aenter__(self) -> "Service":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                text = head.decode()
                path = text.split(" ", 2)[1]
                name = text.partition("User-Agent: ")[2].partition("\r\n")[0]
                there = ROUND_TRIP_SECONDS * random.random()
                await asyncio.sleep(there)
                now = time.monotonic()
                status, headers = self.policy.arrive(now, path)
                if path.startswith("/v1"):
                    self.arrivals.append((now, name))
                if status != 200:
                    self.refused.append(now)
                if name in self.silent_for:
                    continue
                await asyncio.sleep(ROUND_TRIP_SECONDS - there)
                body = TAG if status == 200 else "too many"
                headers |= {
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                }
                lines = [f"{key}: {value}" for key, value in headers.items()]
                start = f"HTTP/1.1 {status} X"
                writer.write("\r\n".join([start, *lines, "", body]).encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


class Process:
    """A process with one client."""

    def __init__(self, name: str, program: asyncio.subprocess.Process) -> None:
        self.name = name
        self._program = program

    @classmethod
    async def start(
        cls,
        name: str,
        service: Service,
        pace: str | None,
        on_outage: str = "wait",
        share: float | None = None,
    ) -> "Process":
        """Start it and wait until it has made its first call."""
        arguments = {
            "name": name,
            "url": f"http://127.0.0.1:{service.port}",
            "pace": pace,
            "on_outage": on_outage,
            "share": share,
        }
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.fleet", "process"),
            json.dumps(arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        process = cls(name, program)
        await process.heard()
        return process

    async def heard(self) -> dict[str, float]:
        """Return what it says next."""
        assert self._program.stdout is not None
        return json.loads(await self._program.stdout.readline())

    def tell(self, calls: int) -> None:
        """Let it make calls."""
        assert self._program.stdin is not None
        self._program.stdin.write(f"{calls}\n".encode())

    async def call(self, calls: int) -> dict[str, float]:
        """Make calls, and return figures once all have ended."""
        self.tell(calls)
        return await self.heard()

    async def kill(self) -> None:
        """Kill it at once."""
        self._program.kill()
        await self._program.wait()

    async def end(self) -> None:
        """Let it end as programs do."""
        assert self._program.stdin is not None
        self._program.stdin.close()
        await self._program.wait()


async def be_a_process(arguments: dict[str, str]) -> None:
    """Make as many calls as each line of standard input asks for."""
    loop = asyncio.get_running_loop()
    pace = arguments["pace"]
    options = Options(
        user_agent=arguments["name"],
        timeout_seconds=TIMEOUT_SECONDS,
        max_attempts=1,
        pace=pace
        and RedisPace(
            pace,
            on_outage=arguments["on_outage"],  # type: ignore[arg-type]
            share=arguments["share"],  # type: ignore[arg-type]
        ),
    )
    url = arguments["url"]
    async with AsyncManagementClient("u", "p", base_url=url, options=options) as client:
        # Loads the modules, and lets the thread connect to Redis.
        await client.request("GET", f"/warm/{arguments['name']}")
        print("{}", flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            cpu, began = time.process_time(), time.monotonic()
            results = await asyncio.gather(
                *(client.tags.get_tag(5) for _ in range(int(line))),
                return_exceptions=True,
            )
            failed = sum(isinstance(result, Exception) for result in results)
            figures = {
                "cpu": time.process_time() - cpu,
                "seconds": time.monotonic() - began,
                "failed": failed,
            }
            print(json.dumps(figures), flush=True)


def commands(redis: RedisServer) -> int:
    """Count the commands that clients sent to run the script."""
    with Redis.from_url(redis.url, decode_responses=True) as client:
        return client.info("commandstats")["cmdstat_evalsha"]["calls"]


def bytes_of_endpoint(redis: RedisServer) -> int:
    """Return how much memory Redis uses for the endpoint of the calls."""
    with Redis.from_url(redis.url, decode_responses=True) as client:
        keys = [key for key in client.scan_iter() if "/v1/tags" in key]
        return sum(client.memory_usage(key, samples=0) for key in keys)


@frozen
class Steady:
    """The figures of calls that 4 processes share."""

    answers_429: int
    seconds: float
    least_seconds: float
    commands_per_call: float
    bytes_per_endpoint: int


async def share_calls(policy: Policy, calls: int) -> Steady:
    """Share calls between 4 processes."""
    least = least_seconds(calls, ROUND_TRIP_SECONDS)
    with redis_server() as redis:
        async with Service(policy) as service:
            processes = [
                await Process.start(f"p{n}", service, redis.url) for n in range(4)
            ]
            before = commands(redis)
            began = time.monotonic()
            jobs = [asyncio.ensure_future(p.call(calls // 4)) for p in processes]
            await asyncio.sleep(least / 2)
            memory = bytes_of_endpoint(redis)
            await asyncio.gather(*jobs)
            took = time.monotonic() - began
            used = (commands(redis) - before) / calls
            await asyncio.gather(*(process.end() for process in processes))
            return Steady(len(service.refused), took, least, used, memory)


async def steady(name: str) -> None:
    """Share 1,000 calls between 4 processes, and report the figures."""
    figures = await share_calls(POLICIES[name](), 1000)
    report(
        "4 processes, 1,000 calls",
        policy=name,
        answers_429=figures.answers_429,
        seconds=round(figures.seconds, 2),
        ratio=round(figures.seconds / figures.least_seconds, 3),
        commands_per_call=round(figures.commands_per_call, 2),
        kib_per_endpoint=round(figures.bytes_per_endpoint / 1024, 1),
    )


async def killed() -> None:
    """Kill a process with 20 calls in flight, and start another late."""
    with redis_server() as redis:
        async with Service(StrictLog()) as service:
            dying, *others = [
                await Process.start(f"p{n}", service, redis.url) for n in range(4)
            ]
            service.silent_for.add(dying.name)
            dying.tell(20)
            while Counter(name for _, name in service.arrivals)[dying.name] < 20:  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # nothing sets an event
            await dying.kill()
            began = time.monotonic()
            jobs = [asyncio.ensure_future(p.call(60)) for p in others]
            await asyncio.sleep(10)
            late = await Process.start("late", service, redis.url)
            jobs.append(asyncio.ensure_future(late.call(40)))
            ends = await asyncio.gather(*jobs)
            first = min(t for t, name in service.arrivals if name != dying.name)
            report(
                "one of 4 processes killed with 20 calls in flight, one started late",
                answers_429=len(service.refused),
                failed=sum(end["failed"] for end in ends),
                blocked_seconds=round(first - began, 1),
                lease_seconds=5 + TIMEOUT_SECONDS + 10,
                seconds=round(time.monotonic() - began, 1),
            )
            await asyncio.gather(*(process.end() for process in (*others, late)))


async def restarted(on_outage: str) -> None:
    """Stop Redis for 5 seconds in the middle and start it empty; two are idle."""
    share = 1 / 6 if on_outage == "share" else None
    with redis_server() as redis:
        async with Service(FixedWindow()) as service:
            processes = [
                await Process.start(f"p{n}", service, redis.url, on_outage, share)
                for n in range(6)
            ]
            began = time.monotonic()
            idle = await asyncio.gather(*(p.call(100) for p in processes[4:]))
            jobs = [asyncio.ensure_future(p.call(100)) for p in processes[:4]]
            await asyncio.sleep(5)
            redis.stop()
            await asyncio.sleep(5)
            redis.start()
            ends = await asyncio.gather(*jobs)
            report(
                "Redis stopped for 5 s, then empty; 4 processes busy, 2 idle",
                on_outage=on_outage,
                answers_429=len(service.refused),
                failed=sum(end["failed"] for end in (*ends, *idle)),
                seconds=round(time.monotonic() - began, 1),
            )
            await asyncio.gather(*(process.end() for process in processes))


async def fairness() -> None:
    """Compare the parts of 8 processes while all have work."""
    with redis_server() as redis:
        async with Service(FixedWindow()) as service:
            processes = [
                await Process.start(f"p{n}", service, redis.url) for n in range(8)
            ]
            jobs = [asyncio.ensure_future(p.call(80)) for p in processes]
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            counts = Counter(name for _, name in service.arrivals)
            parts = [counts[process.name] for process in processes]
            await asyncio.gather(*jobs)
            report(
                "8 processes that all have work",
                answers_429=len(service.refused),
                smallest_part_of_the_fair_one=round(min(parts) / (sum(parts) / 8), 2),
                calls=parts,
            )
            await asyncio.gather(*(process.end() for process in processes))


async def cost() -> None:
    """Compare the CPU of a call with and without the shared pace."""
    with redis_server() as redis:
        async with Service(FixedWindow()) as one, Service(FixedWindow()) as two:
            alone = await Process.start("alone", one, None)
            paced = await Process.start("paced", two, redis.url)
            extra: list[float] = []
            for _ in range(5):
                base, cpu = await asyncio.gather(alone.call(80), paced.call(80))
                extra.append((cpu["cpu"] - base["cpu"]) / 80 * 1000)
            report(
                "CPU of a call more than without, in ms",
                median=round(median(extra), 3),
                spread=[round(min(extra), 3), round(max(extra), 3)],
                answers_429=len(one.refused) + len(two.refused),
            )
            await asyncio.gather(alone.end(), paced.end())


SCENARIOS: dict[str, Callable[[], Awaitable[None]]] = {
    "F": lambda: steady("F fixed window"),
    "C": lambda: steady("C window by the clock"),
    "S": lambda: steady("S strict log"),
    "G": lambda: steady("G token bucket"),
    "killed": killed,
    "wait": lambda: restarted("wait"),
    "share": lambda: restarted("share"),
    "fairness": fairness,
    "cost": cost,
}


async def main(names: list[str]) -> None:
    """Run scenarios side by side, as they wait most of the time; CPU comes last."""
    chosen = names or [*SCENARIOS]
    await asyncio.gather(*(SCENARIOS[n]() for n in chosen if n != "cost"))
    if "cost" in chosen:
        await cost()


if __name__ == "__main__":
    if sys.argv[1:2] == ["process"]:
        asyncio.run(be_a_process(json.loads(sys.argv[2])))
    else:
        asyncio.run(main(sys.argv[1:]))
