"""Steps that tests of the limiter have in common."""

import asyncio
from collections.abc import Coroutine

from configcat_mgmt.core.limiter import Limiter, Slot

PATH = "/v1/tags/{tagId}"


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
