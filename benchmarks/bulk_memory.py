"""Checks that a bulk run of a million generated calls keeps its memory flat.

A stub below the client's pipeline answers every call alike, in place of the network.
Everything above it is real, and nothing paces it.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.bulk_memory [calls]
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from multidict import CIMultiDict

from benchmarks.raw_server import TAG
from benchmarks.timing import MIB, report, resident
from configcat_mgmt import AsyncManagementClient, ManagementClient, Options
from configcat_mgmt.client import pipeline_of
from configcat_mgmt.core.exchange import Answer, Request
from configcat_mgmt.core.http.attempt import Attempt
from configcat_mgmt.jobs import BulkJournal, Call, Outcome, run_calls
from configcat_mgmt.jobs.blocking import run_calls as run_calls_blocking

CALLS: Final = 1_000_000
BEGINNING: Final = 0.1
"""Part of the calls after which memory has to be flat."""
MOST_MIB: Final = 20
UNPACED: Final = Options(limits=None)
HEADERS: Final = CIMultiDict({"Content-Type": "application/json"})


class Network:
    """Answers at once, in place of a service."""

    async def send(
        self, request: Request, options: Options, seconds: float, attempt: Attempt
    ) -> Answer:
        """Answer with a tag."""
        await asyncio.sleep(0)
        attempt.answered(HEADERS, 200)
        return Answer(200, HEADERS, TAG)

    def check_loop(self) -> None:
        """Accept every loop."""

    async def close(self) -> None:
        """Do nothing; there is nothing to close."""


class Watch:
    """Measures the memory while outcomes arrive."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._seen = 0
        self._began = time.perf_counter()
        self._start = self._flat = self._most = resident()

    def see(self, outcome: Outcome) -> None:
        """Count an outcome, which must be a success."""
        assert outcome.is_good, outcome.error
        self._seen += 1
        if self._seen % 1_000 == 0:
            now = resident()
            if self._seen <= self._count * BEGINNING:
                self._flat = self._most = max(self._flat, now)
            self._most = max(self._most, now)

    def report(self, client: str, *, journal: bool) -> None:
        """Report the memory, which must not grow."""
        more = (self._most - self._flat) / MIB
        report(
            "bulk memory",
            client=client,
            journal=journal,
            calls=self._seen,
            mib_of_beginning=round((self._flat - self._start) / MIB, 1),
            mib_more_after=round(more, 1),
            most_mib=MOST_MIB,
            microseconds_per_call=round(
                (time.perf_counter() - self._began) * 1e6 / self._seen
            ),
        )
        assert self._seen == self._count
        assert more <= MOST_MIB


def calls(count: int) -> Iterator[Call]:
    """Generate changes, each of another tag."""
    for number in range(count):
        yield Call("update-tag", {"tag_id": number}, {"name": f"tag {number}"})


async def awaited(count: int, journal: BulkJournal | None) -> None:
    """Run the calls with the async client."""
    watch = Watch(count)
    async with AsyncManagementClient("user", "password", options=UNPACED) as client:
        pipeline_of(client).core.transport = Network()
        async for outcome in run_calls(client, calls(count), journal=journal):
            watch.see(outcome)
    watch.report("async", journal=journal is not None)


def blocking(count: int, journal: BulkJournal | None) -> None:
    """Run the calls with the blocking client."""
    watch = Watch(count)
    with ManagementClient("user", "password", options=UNPACED) as client:
        pipeline_of(client.aio).core.transport = Network()
        for outcome in run_calls_blocking(client, calls(count), journal=journal):
            watch.see(outcome)
    watch.report("blocking", journal=journal is not None)


def main(count: int) -> None:
    """Run both clients, without and with a journal."""
    asyncio.run(awaited(count, None))
    blocking(count, None)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        first, second = (
            stack.enter_context(BulkJournal(Path(folder) / name)) for name in "ab"
        )
        asyncio.run(awaited(count, first))
        blocking(count, second)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS)
