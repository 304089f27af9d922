"""Measures 50,000 calls that are queued at once in a client that sends none of them.

Run: python -m benchmarks.queue_load
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine

from benchmarks.timing import MIB, report, resident
from configcat_mgmt import AsyncManagementClient, Options

EACH = 5_000
Call = Callable[[], Coroutine[object, object, object]]


def _calls(client: AsyncManagementClient) -> list[Call]:
    some = uuid.UUID("08d86d63-2721-4da6-8c06-584521d516bc")
    return [
        lambda: client.tags.get_tag(5),
        lambda: client.tags.get_tags(some),
        lambda: client.tags.get_settings_by_tag(5),
        lambda: client.products.get_product(some),
        lambda: client.configs.get_config(some),
        lambda: client.configs.get_configs(some),
        lambda: client.environments.get_environment(some),
        lambda: client.environments.get_environments(some),
        lambda: client.segments.get_segment(some),
        lambda: client.settings.get_setting(5),
    ]


async def _wait_for_ever() -> None:
    await asyncio.get_running_loop().create_future()


async def _queued(calls: list[Call]) -> tuple[float, float]:
    """Queue everything; return MiB more, and CPU milliseconds per call."""
    before, cpu = resident(), time.process_time()
    tasks = [asyncio.create_task(call()) for _ in range(EACH) for call in calls]
    for _ in range(20):
        await asyncio.sleep(0)
    spent = (time.process_time() - cpu) * 1000 / len(tasks)
    more = (resident() - before) / MIB
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return more, spent


async def _measure() -> None:
    # A first call that is never answered keeps everybody else waiting.
    options = Options(limits=((1, 3600.0),), timeout_seconds=3600)
    silent = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    bare, _ = await _queued([_wait_for_ever] * 10)
    async with AsyncManagementClient("u", "p", base_url=url, options=options) as client:
        more, spent = await _queued(_calls(client))
    report(
        "queue load",
        calls=10 * EACH,
        mib=round(more, 1),
        mib_of_bare_tasks=round(bare, 1),
        cpu_ms_per_call=round(spent, 3),
    )
    silent.close()


if __name__ == "__main__":
    asyncio.run(_measure())
