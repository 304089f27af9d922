"""A bulk run that ends early says what was done and what was not."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from uuid import UUID

import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.errors import JobError
from configcat_mgmt.jobs.bulk.calls import Call, Outcome
from configcat_mgmt.jobs.bulk.journal import BulkJournal, CallState
from configcat_mgmt.jobs.bulk.options import BulkOptions
from configcat_mgmt.jobs.bulk.run import run_calls, run_calls_blocking
from tests.jobs.apply_tools import SCRIPTS
from tests.jobs.bulk_tools import (
    ONE_AN_HOUR,
    Holding,
    blocking_client,
    collect,
    collect_into,
    endings,
    make_product,
    names,
    paced_client,
    tag_names,
    tags,
)
from tests.other_threads import PATIENCE_SECONDS

NOT_SENT = "it was not sent, because the run ended before its turn came"


async def test_a_loop_that_is_left_hands_over_what_it_did_not_get(
    emulator: Emulator, product: UUID
) -> None:
    left: list[Outcome] = []
    async with paced_client(emulator) as client:
        calls = [*tags(product, 3), Call("get-me")]
        run = run_calls(
            client, calls, options=BulkOptions(in_flight=4), left=left.append
        )
        async with aclosing(run) as outcomes:
            first = await anext(outcomes)
    ends = endings([first, *left])
    assert ends == {0: "done", 1: "not_sent", 2: "not_sent", 3: "done"}
    assert NOT_SENT in str(left[1].error)
    assert [outcome.number for outcome in left] == sorted(set(ends) - {first.number})
    assert tag_names(emulator) == {"tag 0"}


@pytest.mark.parametrize("has_journal", [False, True])
async def test_who_is_canceled_gets_what_was_under_way(
    tmp_path: Path, *, has_journal: bool
) -> None:
    service, left = Holding(), list[Outcome]()
    async with (
        service.emulator("create-tag") as emulator,
        paced_client(emulator) as client,
    ):
        product = await make_product(client)
        journal = BulkJournal(tmp_path / "j.db") if has_journal else None
        calls = tags(product, 3)
        run = run_calls(client, calls, journal=journal, left=left.append)
        task = asyncio.ensure_future(collect(run))
        await service.arrived.wait()
        task.cancel()
        for _ in range(100):
            await asyncio.sleep(0)
        assert not task.done()
        service.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert endings(left) == {0: "done", 1: "not_sent", 2: "not_sent"}
        if journal is not None:
            assert journal.counts() == {"done": 1}
            journal.close()


async def test_who_is_canceled_twice_waits_for_nothing_and_knows_what_is_open(
    client: AsyncManagementClient, tmp_path: Path
) -> None:
    service, left = Holding(), list[Outcome]()
    async with (
        service.emulator("create-tag") as emulator,
        paced_client(emulator) as paced,
    ):
        product = await make_product(paced)
        with BulkJournal(tmp_path / "j.db") as journal:
            run = run_calls(paced, tags(product, 2), journal=journal, left=left.append)
            task = asyncio.ensure_future(collect(run))
            await service.arrived.wait()
            for _ in range(2):
                task.cancel()
                for _ in range(100):
                    await asyncio.sleep(0)
            with pytest.raises(asyncio.CancelledError):
                await task
            assert endings(left) == {0: "unknown", 1: "not_sent"}
            assert "may have been done" in str(left[0].error)
            assert journal.counts() == {"sent": 1}


async def test_what_is_done_is_noted_though_nobody_waits_any_more(
    client: AsyncManagementClient, product: UUID, tmp_path: Path
) -> None:
    writing = asyncio.Event()

    class Slow(BulkJournal):
        async def note(self, number: int, call: str, state: CallState) -> None:
            if state == "done":
                writing.set()
                await asyncio.Event().wait()
            await super().note(number, call, state)

    left: list[Outcome] = []
    with Slow(tmp_path / "j.db") as journal:
        run = run_calls(client, tags(product, 1), journal=journal, left=left.append)
        task = asyncio.ensure_future(collect(run))
        await writing.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert endings(left) == {0: "done"}
        assert journal.counts() == {"done": 1}


@pytest.mark.parametrize("kind", ["async", "blocking"])
async def test_an_interrupt_from_the_keyboard_loses_nothing(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
    kind: str,
) -> None:
    calls, file = tags(product, 60), tmp_path / "calls.jsonl"
    file.write_text("\n".join(json.dumps(call.to_json()) for call in calls))
    done = await asyncio.to_thread(
        subprocess.run,
        [
            sys.executable,
            SCRIPTS / "interrupted_bulk.py",
            *(kind, file, tmp_path / "j.db"),
        ],
        env={
            **os.environ,
            "CONFIGCAT_API_USER": emulator.username,
            "CONFIGCAT_API_PASS": emulator.password,
            "CONFIGCAT_BASE_URL": emulator.base_url,
        },
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    given, left = json.loads(done.stdout)
    assert set(given) & set(left) == set()
    ends = {f"tag {number}": ending for number, ending in {**given, **left}.items()}
    by_ending = {
        ending: {name for name, one in ends.items() if one == ending}
        for ending in ("done", "unknown", "not_sent")
    }
    assert set(ends) == set().union(*by_ending.values())
    made = tag_names(emulator)
    # Older Pythons cancel at once what is under way.
    assert by_ending["done"] <= made <= by_ending["done"] | by_ending["unknown"]
    assert len(made) >= 5
    with BulkJournal(tmp_path / "j.db") as journal:
        again = await collect(run_calls(client, calls, journal=journal))
    unknown = {f"tag {one.number}" for one in again if one.ending == "unknown"}
    assert unknown <= by_ending["unknown"]
    assert tag_names(emulator) | unknown == {f"tag {number}" for number in range(60)}
    assert emulator.counts.calls["create-tag"] == len(tag_names(emulator))


async def test_nothing_is_sent_after_the_first_error_if_so_asked(
    emulator: Emulator, product: UUID
) -> None:
    async with paced_client(emulator) as client:
        calls = [Call("get-tag", {"tag_id": 999}), *tags(product, 3)]
        options = BulkOptions(stop_on_error=True, ordered=True, in_flight=4)
        outcomes = await collect(run_calls(client, calls, options=options))
    ends = endings(outcomes)
    assert ends[0] == "failed"
    assert {ends[2], ends[3]} == {"not_sent"}
    made = {f"tag {number - 1}" for number, ending in ends.items() if ending == "done"}
    assert tag_names(emulator) == made


async def test_nothing_is_begun_once_a_later_call_failed() -> None:
    service = Holding()
    begun: list[int] = []

    def calls(product: UUID) -> Iterator[Call]:
        for number, call in enumerate([*tags(product, 1), Call("no-such-call")]):
            begun.append(number)
            yield call
        while True:
            begun.append(len(begun))
            yield Call("get-me")

    async with (
        service.emulator("create-tag") as emulator,
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        product = await make_product(client)
        options = BulkOptions(stop_on_error=True, ordered=True, in_flight=2)
        run = run_calls(client, calls(product), options=options)
        task = asyncio.ensure_future(collect(run))
        await service.arrived.wait()
        service.go_on.set()
        assert endings(await task) == {0: "done", 1: "failed"}
    assert begun == [0, 1]


async def test_calls_before_one_that_cannot_be_read_are_made(
    client: AsyncManagementClient, emulator: Emulator, product: UUID
) -> None:
    def sync_calls() -> Iterator[Call]:
        yield from tags(product, 4)
        raise RuntimeError("line 5 is unreadable")

    async def async_calls() -> AsyncIterator[Call]:
        for call in sync_calls():
            yield call

    for calls in (sync_calls(), async_calls()):
        outcomes: list[Outcome] = []
        with pytest.raises(RuntimeError, match="line 5"):
            await collect_into(outcomes, run_calls(client, calls))
        assert sorted(endings(outcomes)) == [0, 1, 2, 3]
    assert len(await names(client, product)) == 4
    assert emulator.counts.calls["create-tag"] == 8


async def test_a_journal_that_is_of_other_calls_ends_the_run_with_all_accounted_for(
    client: AsyncManagementClient, emulator: Emulator, product: UUID, tmp_path: Path
) -> None:
    path, left = tmp_path / "j.db", list[Outcome]()
    with BulkJournal(path) as journal:
        await collect(run_calls(client, tags(product, 1), journal=journal))
        calls = [Call("get-me"), Call("get-products")]
        with pytest.raises(JobError, match=r"call 0 is another one.*use another file"):
            await collect(run_calls(client, calls, journal=journal, left=left.append))
    assert endings(left)[0] == "failed"
    assert len(left) == 2


def test_blocking_callers_are_handed_over_what_they_did_not_get() -> None:
    with (
        Emulator(rate_policy=None) as emulator,
        blocking_client(emulator, ONE_AN_HOUR) as client,
    ):
        organization = client.organizations.get_organizations()[0].organization_id
        call = Call("create-product", {"organization_id": organization}, {"name": "A"})
        other = Call("create-product", {"organization_id": organization}, {"name": "B"})
        left: list[Outcome] = []
        for outcome in run_calls_blocking(client, [call, other], left=left.append):
            first = outcome
            break
        assert endings([first, *left]) == {0: "done", 1: "not_sent"}
        assert [one.name for one in emulator.state.products.values()] == ["A"]
