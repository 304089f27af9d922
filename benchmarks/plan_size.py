"""Plans and shows a product of 2,000 flags in 20 environments: time, memory and size.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.plan_size
"""

import asyncio
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import Process
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.timing import MIB, report, resident
from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import (
    NewProduct,
    load_plan,
    load_snapshot,
    plan_copy,
    save_plan,
    save_snapshot,
    take_snapshot,
)
from configcat_mgmt.jobs.report.matrix import matrix_of
from configcat_mgmt.jobs.report.page import Page, render_html
from configcat_mgmt.jobs.report.value_changes import environment_changes

T = TypeVar("T")

SIZE: Final = {"configs": 20, "environments": 20, "flags": 2_000}
MOST_SECONDS: Final = 5
MOST_PAGE_MIB: Final = 5


def measured(what: str, job: Callable[[], T], **wanted: int) -> T:
    """Do something, and report its time and memory."""
    before, began = resident(), time.process_time()
    result = job()
    report(
        "plan size",
        of=what,
        cpu_seconds=round(time.process_time() - began, 2),
        **wanted,
        mib_kept=round((resident() - before) / MIB),
        mib_peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )
    return result


def read(path: Path) -> None:
    """Make the product on an emulator, and write its snapshot to a file."""
    emulator = Emulator(rate_policy=None)
    (product,) = emulator.seed(**SIZE)

    async def take() -> None:
        async with (
            emulator,
            AsyncManagementClient(
                emulator.username,
                emulator.password,
                base_url=emulator.base_url,
                options=Options(limits=None),
            ) as client,
        ):
            before = resident()
            snapshot = await take_snapshot(client, product)
            report(
                "plan size",
                of="taking a snapshot",
                calls=emulator.counts.calls.total(),
                mib_kept=round((resident() - before) / MIB),
            )
        save_snapshot(snapshot, path)

    asyncio.run(take())


def work(folder: Path) -> None:
    """Read, load, save, plan and show, one after the other."""
    path = folder / "snapshot.json"
    # In a process of its own, since the emulator needs memory as well.
    reader = Process(target=read, args=(path,))
    reader.start()
    reader.join()
    snapshot = measured("loading a snapshot", lambda: load_snapshot(path))
    measured("saving a snapshot", lambda: save_snapshot(snapshot, path))
    present = load_snapshot(path)
    target = NewProduct(snapshot.source.base_url, snapshot.source.organization, "Copy")

    plan = measured(
        "planning a copy",
        lambda: plan_copy(snapshot, target),
        most_seconds=MOST_SECONDS,
    )
    again = measured(
        "planning a finished copy",
        lambda: plan_copy(snapshot, present),
        most_seconds=MOST_SECONDS,
    )
    assert again.is_empty
    measured("saving a plan", lambda: save_plan(plan, folder / "plan.json"))
    measured("loading a plan", lambda: load_plan(folder / "plan.json"))
    first, second, *_ = snapshot.environments
    page = Page(
        title="Large",
        generated_at=datetime.now(UTC),
        plan=plan,
        changes=environment_changes(snapshot, first.name, second.name),
        matrix=matrix_of(snapshot),
    )
    html = measured("rendering a page", lambda: render_html(page))
    size = len(html.encode()) / MIB
    report("page size", mib=round(size, 2), most_mib=MOST_PAGE_MIB)
    assert size <= MOST_PAGE_MIB


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        work(Path(place))
