"""Steps that tests of the limiter share."""

import asyncio
from collections.abc import Coroutine

from configcat_mgmt.core.pacing.limiter import Limiter, Slot

PATH = "/v1/tags/{tagId}"
NOON = "Thu, 29 Feb 2024 12:00:00 GMT"


async def take(limiter: Limiter, count: int) -> list[Slot]:
    return [await limiter.acquire("GET", PATH) for _ in range(count)]


async def take_at_once(limiter: Limiter, count: int) -> list[Slot]:
    """Take slots and fail if that takes any time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    slots = await take(limiter, count)
    assert loop.time() - began < 1e-6, "had to wait"
    return slots


async def start(
    *coroutines: Coroutine[object, object, object],
) -> list[asyncio.Task[object]]:
    """Start tasks and let each come to its first wait."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def cancel(tasks: list[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)


async def call(limiter: Limiter, status: int = 200, **headers: str) -> float:
    """Make a call that is answered at once; return how long it waited."""
    slot = await limiter.acquire("GET", PATH)
    return ended(slot, status, **headers)


def ended(slot: Slot, status: int = 200, **headers: str) -> float:
    slot.answered(
        {name.replace("_", "-"): text for name, text in headers.items()},
        status,
    )
    return slot.waited_seconds


async def burst(limiter: Limiter) -> int:
    """Count the calls that can go at once."""
    slots: list[Slot] = []
    try:
        while True:
            acquire = limiter.acquire("GET", PATH)
            slots.append(await asyncio.wait_for(acquire, 0.01))
    except TimeoutError:
        pass
    for slot in slots:
        ended(slot)
    return len(slots)
