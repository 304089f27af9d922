"""A job that is stopped early ends cleanly and can be resumed."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying import apply as apply_module
from configcat_mgmt.jobs.applying.apply import apply, journal_report
from configcat_mgmt.jobs.applying.options import ApplyProgress
from configcat_mgmt.jobs.journal.plan_journal import Entry, Journal
from configcat_mgmt.jobs.planning.plan_file import save_plan
from tests.hypothesis_profiles import IS_NIGHTLY
from tests.jobs.apply_tools import (
    SCRIPTS,
    Source,
    fast_folder,
    lists,
    source_of,
    writes,
)
from tests.jobs.shapes import product_named, products_named, shape
from tests.jobs.world import World, build_shop


@pytest.fixture
async def source(shop: World, emulator: Emulator) -> Source:
    return await source_of(shop, emulator)


@pytest.mark.parametrize("steps", [1, 5, 20, 40])
async def test_a_job_that_is_asked_to_stop_reports_and_goes_on_later(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    wanted: list[str],
    tmp_path: Path,
    steps: int,
) -> None:
    plan, journal = source.copy("Copy"), tmp_path / "j.db"
    stop = asyncio.Event()

    def after_some(progress: ApplyProgress) -> None:
        if progress.done == steps:
            stop.set()

    report = await apply(
        client, plan, journal, stop=stop, progress=after_some, in_flight=3
    )
    assert report.stopped == "it was asked to stop"
    assert report.counts["not_started"] >= len(plan.steps) - steps - 3
    assert report.trouble == ()
    begun = len(plan.steps) - report.counts["not_started"]
    assert writes(emulator.counts.calls) == begun - report.counts.get("adopted", 0)
    report = await apply(client, plan, journal, linger_seconds=0)
    assert report.is_complete, report.trouble
    assert shape(emulator, product_named(emulator, "Copy")) == wanted


async def test_calls_that_wait_for_their_turn_are_not_waited_for(
    emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    plan, journal = source.copy("Copy"), tmp_path / "j.db"
    stop = asyncio.Event()

    def once_tags_wait(progress: ApplyProgress) -> None:
        if progress.stage == 2 and progress.stage_done == 2:
            stop.set()

    async with AsyncManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=((1, 3600.0),)),
    ) as paced:
        report = await apply(paced, plan, journal, stop=stop, progress=once_tags_wait)
    assert report.stopped == "it was asked to stop"
    assert report.counts == {"done": 3, "not_started": len(plan.steps) - 3}
    assert emulator.counts.calls == {
        "create-product": 1,
        "get-environments": 1,
        "create-environment": 1,
        "get-tags": 1,
        "create-tag": 1,
    }
    rows = journal_report(plan, journal).counts
    assert rows == {"earlier": 3, "not_started": len(plan.steps) - 3}


@attrs.define
class Holding:
    """A service that keeps a call waiting until it is told to go on."""

    arrived: asyncio.Event = attrs.field(factory=asyncio.Event)
    go_on: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def hold(self, _: float) -> None:
        self.arrived.set()
        await self.go_on.wait()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[tuple[AsyncManagementClient, Source]]:
        async with (
            Emulator(rate_policy=None, sleep=self.hold) as emulator,
            AsyncManagementClient(
                emulator.username,
                emulator.password,
                base_url=emulator.base_url,
                options=Options(limits=None),
            ) as client,
        ):
            source = await source_of(await build_shop(client), emulator)
            fault = Fault("latency", operation="create-config", seconds=1)
            emulator.faults.add(fault)
            yield client, source


async def test_an_answer_that_does_not_come_is_not_waited_for_for_ever(
    tmp_path: Path,
) -> None:
    service = Holding()
    async with service.client() as (client, source):
        plan, journal = source.copy("Copy"), tmp_path / "j.db"
        report = await apply(
            client, plan, journal, stop=service.arrived, grace_seconds=0, in_flight=1
        )
        (trouble,) = report.trouble
        assert (trouble.operation, trouble.outcome) == ("create-config", "unknown")
        assert trouble.note == "it was sent, and then the job was interrupted"
        service.go_on.set()
        report = await apply(client, plan, journal, linger_seconds=0)
        assert report.is_complete, report.trouble
        configs = await client.configs.get_configs(str(report.product_id))
        assert len(configs) == 3


async def test_an_answer_that_is_on_its_way_is_waited_for(tmp_path: Path) -> None:
    service = Holding()
    async with service.client() as (client, source):
        job = asyncio.ensure_future(
            apply(
                client,
                source.copy("Copy"),
                tmp_path / "j.db",
                stop=service.arrived,
                grace_seconds=3600,
            )
        )
        await service.arrived.wait()
        # Long enough for the job to wind down as far as it can.
        for _ in range(100):
            await asyncio.sleep(0)
        assert not job.done()
        service.go_on.set()
        report = await job
        assert report.stopped == "it was asked to stop"
        assert report.trouble == ()
        held = [step for step in report.steps if step.operation == "create-config"]
        assert "done" in {step.outcome for step in held}


async def test_a_job_that_is_canceled_ends_in_good_order(
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    wanted: list[str],
    tmp_path: Path,
) -> None:
    plan, journal = source.copy("Copy"), tmp_path / "j.db"
    tasks: list[asyncio.Task[object]] = []
    in_flight: list[int] = []

    def tasks_of_jobs() -> int:
        return sum("configcat_mgmt/" in repr(one) for one in asyncio.all_tasks())

    def cancel(progress: ApplyProgress) -> None:
        if progress.done == 25:
            in_flight.append(tasks_of_jobs())
            tasks[0].cancel()

    tasks.append(asyncio.ensure_future(apply(client, plan, journal, progress=cancel)))
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    report = journal_report(plan, journal)
    # The default group was there, so it was not made.
    assert report.counts["earlier"] == writes(emulator.counts.calls) + 1
    assert report.trouble == ()
    assert (in_flight[0] > 1, tasks_of_jobs()) == (True, 0)
    report = await apply(client, plan, journal, linger_seconds=0)
    assert report.is_complete, report.trouble
    assert shape(emulator, product_named(emulator, "Copy")) == wanted


class FullJournal(Journal):
    """Is full from a given write on."""

    writes = 0
    most = 0

    def write(self, entries: Sequence[Entry]) -> None:
        FullJournal.writes += 1
        if FullJournal.writes == FullJournal.most:
            connection = self._open_connection()
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")
            # Longer than what is free on any page.
            entries = [
                Entry(one.number, one.state, {"x": "x" * 9_999}) for one in entries
            ]
        super().write(entries)


@pytest.mark.parametrize(
    "write", range(1, 100) if IS_NIGHTLY else [1, 2, 3, 4, 7, 11, 20, 40, 99]
)
async def test_a_full_disk_stops_before_the_next_send(
    *,
    monkeypatch: pytest.MonkeyPatch,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    tmp_path: Path,
    write: int,
) -> None:
    plan = source.copy("Copy")
    FullJournal.writes, FullJournal.most = 0, write
    sent_before = 0

    def count(_: ApplyProgress) -> None:
        nonlocal sent_before
        if FullJournal.writes < write:
            sent_before = writes(emulator.counts.calls)

    with monkeypatch.context() as patch, fast_folder(tmp_path) as folder:
        journal = folder / "j.db"
        patch.setattr(apply_module, "Journal", FullJournal)
        report = await apply(client, plan, journal, in_flight=1, progress=count)
        assert report.stopped is not None
        assert "full" in report.stopped
        assert writes(emulator.counts.calls) <= sent_before + 2
        patch.undo()
        assert journal_report(plan, journal).counts["not_started"] > 0
        report = await apply(client, plan, journal, linger_seconds=0)
        assert report.is_complete, report.trouble
    assert len(products_named(emulator, "Copy")) == 1
    assert len(emulator.state.webhooks) == 6


@pytest.mark.parametrize(
    "size", range(1_000, 60_000, 4_000) if IS_NIGHTLY else [1_000, 16_000, 48_000]
)
async def test_a_disk_that_is_really_full_stops_before_the_next_send(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    tmp_path: Path,
    size: int,
) -> None:
    plan, journal = source.copy("Copy"), tmp_path / "j.db"
    path = tmp_path / "plan.json"
    save_plan(plan, path)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        SCRIPTS / "full_disk.py",
        *(emulator.base_url, path, journal, str(size)),
        stdout=PIPE,
    )
    said, _ = await process.communicate()
    told = json.loads(said)
    if "refused" in told:
        assert "cannot be read or written" in told["refused"]
        assert "damaged" not in told["refused"]
        assert emulator.counts.total_calls == 0
    else:
        assert "the journal cannot be written" in told["stopped"]
        done = told["counts"].get("done", 0) + told["counts"].get("adopted", 0)
        lists_read = sum(lists(emulator.counts.calls).values())
        sent = done + told["counts"].get("unknown", 0)
        assert emulator.counts.total_calls - lists_read <= sent
    report = await apply(client, plan, journal, linger_seconds=0, allow_duplicates=True)
    assert report.is_complete, report.trouble
    assert len(products_named(emulator, "Copy")) == 1
    assert len(emulator.state.webhooks) == 6


async def test_a_journal_that_became_read_only_stops_before_the_next_send(
    monkeypatch: pytest.MonkeyPatch,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    tmp_path: Path,
) -> None:
    class Sealed(Journal):
        def write(self, entries: Sequence[Entry]) -> None:
            if any(entry.number == 7 for entry in entries):
                self._open_connection().execute("PRAGMA query_only = ON")
            super().write(entries)

    monkeypatch.setattr(apply_module, "Journal", Sealed)
    plan = source.copy("Copy")
    report = await apply(client, plan, tmp_path / "j.db", in_flight=1)
    assert report.stopped is not None
    assert "readonly" in report.stopped
    assert emulator.counts.total_calls - len(lists(emulator.counts.calls)) == 7


async def test_a_place_for_the_journal_that_cannot_be_used_is_refused(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used as a lock"):
        await apply(client, source.copy("Copy"), tmp_path / "none" / "j.db")
    assert emulator.counts.total_calls == 0


async def test_an_interrupt_from_the_keyboard_ends_a_program_in_good_order(
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    wanted: list[str],
    tmp_path: Path,
) -> None:
    plan, journal = source.copy("Copy"), tmp_path / "j.db"
    path = tmp_path / "plan.json"
    save_plan(plan, path)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        SCRIPTS / "interrupted_apply.py",
        *(emulator.base_url, path, journal),
        stdout=PIPE,
    )
    said, _ = await process.communicate()
    assert said == b"interrupted\n"
    assert process.returncode == 0
    report = journal_report(plan, journal)
    # The default group was there, so it was not made.
    assert report.counts["earlier"] == writes(emulator.counts.calls) + 1
    report = await apply(client, plan, journal, linger_seconds=0)
    assert report.is_complete, report.trouble
    assert shape(emulator, product_named(emulator, "Copy")) == wanted
