"""Calls at full rate for as long as you like, with faults, and watches what grows.

An emulator in another process has the rate limits of the service, and about one call in
a hundred meets a fault. An async client and a blocking one with four threads share the
pace. Every ten seconds the program notes memory, descriptors, tasks and threads. At the
end it compares the last third with the middle third, as caches fill in the first.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks soak [--minutes 60]
"""

import argparse
import asyncio
import json
import os
import sys
import threading
import time
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Final, NamedTuple
from uuid import UUID

from benchmarks.timing import MIB, report, resident
from configcat_mgmt import (
    AsyncManagementClient,
    ConfigCatManagementError,
    ManagementClient,
    models,
)
from configcat_mgmt.emulator import Emulator, Fault

SAMPLE_SECONDS: Final = 10.0
THREADS: Final = 4
LOGIN: Final = ("soak", "password")
FAULTS: Final = (
    Fault("drop", count=None, probability=0.003, seed=1),
    Fault("drop", count=None, probability=0.002, seed=2, after_effect=True),
    Fault("status", count=None, probability=0.002, seed=3, status=503),
    Fault("truncate", count=None, probability=0.002, seed=4),
    Fault("latency", count=None, probability=0.001, seed=5, seconds=2.0),
)
GROWTH_MIB_PER_HOUR: Final = 1.0
"""Growth of memory that counts as flat."""
NOISE_MIB: Final = 0.5
"""Growth that counts as flat in a run of any length."""


class Sample(NamedTuple):
    """The resources of this process at one time."""

    seconds: float
    memory: int
    descriptors: int
    tasks: int
    threads: int


async def _serve() -> None:
    """Serve until standard input ends, then print the number of calls by status."""
    async with Emulator(username=LOGIN[0], password=LOGIN[1]) as emulator:
        for fault in FAULTS:
            emulator.faults.add(fault)
        statuses: Counter[int] = Counter()
        emulator.observe(lambda exchange: statuses.update([exchange.status]))
        print(emulator.base_url, flush=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, sys.stdin.read)
        print(json.dumps(statuses))


class _Service:
    """The emulator in its process."""

    async def __aenter__(self) -> "_Service":
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.soak", "--serve", stdin=PIPE, stdout=PIPE
        )
        self.url = await self._line()
        self.statuses: dict[str, int] = {}
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self.statuses = json.loads(await self._line())
        await self._process.wait()

    async def _line(self) -> str:
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().strip()


def _sample(began: float) -> Sample:
    return Sample(
        time.monotonic() - began,
        resident(),
        len(os.listdir("/proc/self/fd")),
        len(asyncio.all_tasks()),
        threading.active_count(),
    )


def _calls(
    client: AsyncManagementClient, product: UUID, tag: int
) -> list[Callable[[], Awaitable[object]]]:
    """Return a call of each kind, which workers repeat at the pace of its endpoint."""
    number = 0

    async def make_and_delete() -> None:
        nonlocal number
        number += 1
        body = models.CreateTagModel(name=f"passing {number}")
        made = await client.tags.create_tag(product, body)
        await client.tags.delete_tag(made.tag_id)

    body = models.UpdateTagModel(color="red")
    return [
        lambda: client.tags.get_tag(tag),
        lambda: client.tags.get_tags(product),
        lambda: client.tags.update_tag(tag, body),
        lambda: client.products.get_product(product),
        lambda: client.configs.get_configs(product),
        lambda: client.environments.get_environments(product),
        make_and_delete,
    ]


class _Outcomes:
    """Counts how calls end, from any thread."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str) -> None:
        with self._lock:
            self.counts[name] += 1


async def _repeat(
    call: Callable[[], Awaitable[object]], outcomes: _Outcomes, until: float
) -> None:
    while time.monotonic() < until:
        try:
            await call()
        except ConfigCatManagementError as error:
            outcomes.add(type(error).__name__)
        else:
            outcomes.add("good")


def _repeat_blocking(client: ManagementClient, outcomes: _Outcomes, end: float) -> None:
    while time.monotonic() < end:
        try:
            client.me.get_me()
        except ConfigCatManagementError as error:
            outcomes.add(type(error).__name__)
        else:
            outcomes.add("good")


async def _soak(minutes: float) -> bool:
    outcomes = _Outcomes()
    samples: list[Sample] = []
    began = time.monotonic()
    end = began + 60 * minutes
    async with (
        _Service() as service,
        AsyncManagementClient(*LOGIN, base_url=service.url) as client,
    ):
        organization = (await client.organizations.get_organizations())[0]
        body = models.CreateProductRequest(name="Soak")
        made = await client.products.create_product(organization.organization_id, body)
        first = models.CreateTagModel(name="first")
        tag = await client.tags.create_tag(made.product_id, first)
        with ManagementClient(*LOGIN, base_url=service.url) as blocking:
            threads = [
                threading.Thread(
                    target=_repeat_blocking, args=(blocking, outcomes, end)
                )
                for _ in range(THREADS)
            ]
            for thread in threads:
                thread.start()
            async with asyncio.TaskGroup() as workers:
                for call in _calls(client, made.product_id, tag.tag_id):
                    for _ in range(2):
                        workers.create_task(_repeat(call, outcomes, end))
                while time.monotonic() < end - SAMPLE_SECONDS:
                    await asyncio.sleep(SAMPLE_SECONDS)
                    samples.append(_sample(began))
            for thread in threads:
                await asyncio.to_thread(thread.join)
    return _report(samples, outcomes, service.statuses)


def _report(
    samples: list[Sample], outcomes: _Outcomes, statuses: dict[str, int]
) -> bool:
    """Print the figures, and return whether nothing grew."""
    third = len(samples) // 3
    middle, last = samples[third : 2 * third], samples[2 * third :]
    hours = (median(s.seconds for s in last) - median(s.seconds for s in middle)) / 3600
    memory = [median(s.memory for s in part) / MIB for part in (middle, last)]
    growth = memory[1] - memory[0]
    rest = {
        name: [median(getattr(s, name) for s in part) for part in (middle, last)]
        for name in ("descriptors", "tasks", "threads")
    }
    is_flat = growth <= max(GROWTH_MIB_PER_HOUR * hours, NOISE_MIB) and all(
        later <= earlier for earlier, later in rest.values()
    )
    calls = sum(statuses.values())
    report(
        "soak",
        minutes=round(samples[-1].seconds / 60, 1),
        requests=calls,
        requests_a_second=round(calls / samples[-1].seconds, 1),
        statuses=statuses,
        outcomes=dict(outcomes.counts),
        memory_mib=[round(one, 2) for one in memory],
        growth_mib_an_hour=round(growth / hours, 2),
        **rest,
        flat=is_flat,
    )
    return is_flat


def main(arguments: list[str] | None = None) -> int:
    """Serve or call; return the exit code: 0 if nothing grew, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks soak", description="Watch what grows at full rate."
    )
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        asyncio.run(_serve())
        return 0
    if options.minutes < 1:
        parser.error("--minutes needs at least 1, for six samples")
    return 0 if asyncio.run(_soak(options.minutes)) else 1


if __name__ == "__main__":
    sys.exit(main())
