"""Copies a large product under the service's rate policy, 50 ms away: calls and time.

Everything is read, planned, applied and verified on an emulator whose answers take 50
ms. Calls are held against the formulas for a product of this size, and times against
the least that the limits allow.

Run in a checkout that is installed with `pip install -e .`:
    python benchmarks/copy_job.py
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import attrs
from timing import report

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs import NewProduct, Snapshot, apply, plan_copy, verify
from configcat_mgmt.jobs.planning.estimate import (
    estimate_plan,
    least_seconds,
    snapshot_calls,
    verify_calls,
)
from configcat_mgmt.jobs.reading.product import Scope, read_product

NETWORK_SECONDS: Final = 0.05
MOST: Final = 1.10
"""Times the least seconds that a job may take."""
WITH_SECRETS: Final = Scope(parameters=True)
OF_VALUES: Final = ("get-settings", "get-setting-values", "get-setting-values-v2")


@attrs.frozen
class Measured:
    """What was done, and what it took."""

    result: Any
    calls: Counter[str]
    seconds: float


async def measured(emulator: Emulator, job: Awaitable[object]) -> Measured:
    """Do a part of the job; nothing may be answered 429."""
    emulator.counts.reset()
    began = time.perf_counter()
    result = await job
    seconds = time.perf_counter() - began
    assert not emulator.counts.refused, emulator.counts.refused
    return Measured(result, Counter(emulator.counts.calls), seconds)


def tell(part: str, one: Measured, formula: int, least: float, **rest: object) -> None:
    """Report a part of the job."""
    report(
        f"copy job: {part}",
        calls=one.calls.total(),
        formula=formula,
        **rest,
        answers_429=0,
        least_seconds=round(least, 1),
        ratio=round(one.seconds / least, 3),
        most=MOST,
    )


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


async def _main() -> None:
    emulator = Emulator()
    (product,) = emulator.seed(configs=20, environments=10, flags=500)
    emulator.faults.add(Fault("latency", seconds=NETWORK_SECONDS, count=None))
    with emulator, tempfile.TemporaryDirectory() as folder:
        async with AsyncManagementClient(
            emulator.username, emulator.password, base_url=emulator.base_url
        ) as client:
            await copy(emulator, client, product, Path(folder))


async def copy(
    emulator: Emulator, client: AsyncManagementClient, product: UUID, folder: Path
) -> None:
    """Read, plan, apply and verify, and plan again."""
    read = await measured(emulator, read_product(client, product, WITH_SECRETS))
    snapshot = read.result
    slowest = max(read.calls.values())
    tell("snapshot", read, snapshot_calls(snapshot), least_seconds(slowest))

    organization = next(iter(emulator.state.organizations))
    target = NewProduct(client.base_url, str(organization), "Copy")
    plan = plan_copy(snapshot, target)
    assert not plan.blockers
    assert len(plan.steps) == apply_calls(snapshot)
    done = await measured(emulator, apply(client, plan, folder / "journal"))
    assert done.result.is_complete, done.result.trouble
    planned = Counter(plan.calls())
    tell(
        "apply",
        done,
        apply_calls(snapshot),
        estimate_plan(plan).seconds,
        not_needed=dict(planned - done.calls),
        besides=dict(done.calls - planned),
    )

    made = done.result.product_id
    checked = await measured(emulator, verify(client, plan, made))
    assert checked.result == (), checked.result[:5]
    lists = {name: n for name, n in checked.calls.items() if name not in OF_VALUES}
    slowest = max(checked.calls.values())
    tell(
        "verify",
        checked,
        verify_calls(snapshot),
        least_seconds(slowest),
        besides=lists,
        differences=0,
    )
    copy = await read_product(client, made, WITH_SECRETS)
    for present in (snapshot, copy):
        assert plan_copy(snapshot, present).is_empty
    report("copy job: planned again", steps_to_itself=0, steps_to_the_copy=0)


if __name__ == "__main__":
    asyncio.run(_main())
