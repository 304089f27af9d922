"""Copies a large product under the service's rate policy, 50 ms away: calls and time.

Everything is read, planned, applied and verified on an emulator whose answers take 50
ms. Calls are held against the formulas for a product of this size, and times against
the estimates of the package.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.copy_job
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import attrs
import requests

from benchmarks.timing import least_seconds, report
from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.emulator.control import Control
from configcat_mgmt.jobs import NewProduct, Snapshot, apply, plan_copy, verify
from configcat_mgmt.jobs.planning import estimate
from configcat_mgmt.jobs.planning.estimate import (
    estimate_plan,
    snapshot_calls,
    verify_calls,
)
from configcat_mgmt.jobs.snapshotting.product import Scope, read_product

PASSWORD = "local-emulator"
NETWORK_SECONDS: Final = 0.05
MOST: Final = 1.10
"""Times the estimated seconds that a job may take."""
WITH_SECRETS: Final = Scope(parameters=True)
OF_VALUES: Final = ("get-settings", "get-setting-values", "get-setting-values-v2")


@attrs.frozen
class Size:
    """The extent of the product to copy."""

    configs: int = 20
    environments: int = 10
    flags: int = 500


SMALL: Final = Size(configs=10, environments=8, flags=100)
LARGE: Final = Size()


@attrs.frozen
class Part:
    """A part of the job: its calls, and its time against two others."""

    name: str
    seconds: float
    least_seconds: float
    """The time of the most frequent call alone."""
    estimated_seconds: float
    """The estimate of the package, which knows which calls wait for others."""
    calls: int
    formula: int
    """The calls that a product of this size needs."""
    rest: Mapping[str, object]

    def report(self) -> None:
        """Print it."""
        report(
            f"copy job: {self.name}",
            calls=self.calls,
            formula=self.formula,
            **self.rest,
            answers_429=0,
            least_seconds=round(self.least_seconds, 1),
            estimated_seconds=round(self.estimated_seconds, 1),
            ratio=round(self.seconds / self.estimated_seconds, 3),
            most=MOST,
        )


@attrs.frozen
class Measured:
    """The result of a part of the job, with its calls and seconds."""

    result: Any
    calls: Counter[str]
    seconds: float

    def part(
        self, name: str, formula: int, estimated: float | None = None, **rest: object
    ) -> Part:
        """Return the figures of the part."""
        slowest = max(self.calls.values())
        return Part(
            name,
            self.seconds,
            least_seconds(slowest, NETWORK_SECONDS),
            estimate.least_seconds(slowest) if estimated is None else estimated,
            self.calls.total(),
            formula,
            rest,
        )


@attrs.frozen
class Service:
    """An emulator in a separate process."""

    base_url: str
    control_url: str
    organization: str
    product: str

    async def measured(self, job: Awaitable[object]) -> Measured:
        """Do a part of the job; nothing may be answered 429."""
        await self._control("DELETE")
        began = time.perf_counter()
        result = await job
        seconds = time.perf_counter() - began
        counts = (await self._control("GET")).json()
        assert not counts["refused"], counts["refused"]
        return Measured(result, Counter(counts["calls"]), seconds)

    async def _control(self, method: str) -> requests.Response:
        url = f"{self.control_url}/counts"
        return await asyncio.to_thread(requests.request, method, url, timeout=10)


def serve(pipe: Connection, size: Size) -> None:
    """Run the emulator, with a product to copy."""

    async def run() -> None:
        emulator = Emulator(password=PASSWORD)
        (product,) = emulator.seed(**attrs.asdict(size))
        organization = next(iter(emulator.state.organizations))
        emulator.faults.add(Fault("latency", seconds=NETWORK_SECONDS, count=None))
        control = Control(emulator)
        async with emulator:
            await control.start()
            urls = emulator.base_url, control.base_url
            pipe.send(Service(*urls, str(organization), str(product)))
            await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def service(size: Size = LARGE) -> Iterator[Service]:
    """Start the emulator in a separate process, so it does not delay the client."""
    here, there = Pipe()
    process = Process(target=serve, args=(there, size), daemon=True)
    process.start()
    there.close()  # Else nobody hears that the process failed.
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def apply_calls(snapshot: Snapshot) -> int:
    """Count the calls that writing such a product needs, by the formula."""
    configs, places = len(snapshot.configs), len(snapshot.environments)
    settings = [one for config in snapshot.configs for one in config.settings]
    links = [value.links for one in settings for value in one.values.values()]
    parts = (
        *(snapshot.permission_groups, snapshot.tags, snapshot.segments, settings),
        *(snapshot.webhooks, snapshot.integrations, *links),
    )
    return 2 + configs + places + configs * places + sum(map(len, parts))


async def parts(service: Service, *, copy: bool = True) -> AsyncIterator[Part]:
    """Take a snapshot, then copy it, verify the copy, and plan the copy again.

    Args:
        service: The emulator, which has answered no call yet.
        copy: False for the snapshot alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncManagementClient(
            "emulator", PASSWORD, base_url=service.base_url
        ) as client:
            read = await service.measured(
                read_product(client, service.product, WITH_SECRETS)
            )
            yield read.part("snapshot", snapshot_calls(read.result))
            if copy:
                journal = Path(folder) / "journal"
                async for part in _copy(service, client, read.result, journal):
                    yield part


async def _copy(
    service: Service,
    client: AsyncManagementClient,
    snapshot: Snapshot,
    journal: Path,
) -> AsyncIterator[Part]:
    plan = plan_copy(
        snapshot, NewProduct(client.base_url, service.organization, "Copy")
    )
    assert not plan.blockers
    assert len(plan.steps) == apply_calls(snapshot)
    done = await service.measured(apply(client, plan, journal))
    assert done.result.is_complete, done.result.trouble
    planned = Counter(plan.calls())
    yield done.part(
        "apply",
        apply_calls(snapshot),
        estimate_plan(plan).seconds,
        not_needed=dict(planned - done.calls),
        besides=dict(done.calls - planned),
    )

    made = done.result.product_id
    checked = await service.measured(verify(client, plan, made))
    assert checked.result == (), checked.result[:5]
    lists = {name: n for name, n in checked.calls.items() if name not in OF_VALUES}
    yield checked.part(
        "verify",
        verify_calls(snapshot),
        besides=lists,
        differences=0,
    )
    copied = await read_product(client, made, WITH_SECRETS)
    for present in (snapshot, copied):
        assert plan_copy(snapshot, present).is_empty


async def _main() -> None:
    with service() as started:
        async for part in parts(started):
            part.report()
    report("copy job: planned again", steps_to_itself=0, steps_to_the_copy=0)


if __name__ == "__main__":
    asyncio.run(_main())
