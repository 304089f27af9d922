"""The cost of an async call against plain aiohttp with json, limits lifted.

Run: python -m benchmarks.calls
"""

import asyncio
import json
import resource
import statistics
import time
from collections.abc import Awaitable, Callable

import aiohttp

from benchmarks.raw_server import raw_server
from benchmarks.timing import report
from configcat_mgmt import AsyncManagementClient, Options

CALLS = 2_000
ROUNDS = 9
IN_FLIGHT = 50

Call = Callable[[], Awaitable[object]]


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def _one_by_one(call: Call) -> float:
    """Return CPU seconds per call."""
    began = _cpu()
    for _ in range(CALLS):
        await call()
    return (_cpu() - began) / CALLS


async def _together(call: Call) -> float:
    """Return wall seconds per call with 50 in flight."""

    async def worker() -> None:
        for _ in range(CALLS // IN_FLIGHT):
            await call()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return (time.perf_counter() - began) / CALLS


async def _measure(url: str) -> None:
    auth = {"Authorization": aiohttp.encode_basic_auth("user", "password")}
    options = Options(limits=None)
    async with (
        aiohttp.ClientSession(headers=auth) as session,
        AsyncManagementClient("user", "password", base_url=url, options=options) as c,
    ):

        async def plain() -> object:
            async with session.get(f"{url}/v1/tags/5") as response:
                return json.loads(await response.read())

        async def client() -> object:
            return await c.tags.get_tag(5)

        for name, run in (("cpu", _one_by_one), ("in flight 50", _together)):
            ratios: list[float] = []
            await run(plain)
            await run(client)
            for _ in range(ROUNDS):
                base = await run(plain)
                ratios.append(await run(client) / base)
            report(
                "async call",
                figure=name,
                ratio=round(statistics.median(ratios), 3),
                throughput=round(1 / statistics.median(ratios), 3),
                spread=[round(min(ratios), 3), round(max(ratios), 3)],
            )


def main() -> None:
    """Print CPU per call and throughput, as ratios to plain aiohttp."""
    with raw_server() as url:
        asyncio.run(_measure(url))


if __name__ == "__main__":
    main()
