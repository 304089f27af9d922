"""The bulk runner against a real emulator, a real journal and a killed process."""

import asyncio
import gc
import json
import os
import signal
import sqlite3
import subprocess
import sys
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from uuid import UUID

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    BadRequestError,
    ConfigurationError,
    JobError,
    ManagementClient,
    NotFoundError,
    Options,
    RequestBuildError,
    models,
)
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.bulk.calls import Call, Outcome
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.run import BulkOptions, run_calls, run_calls_blocking

SCRIPT = Path(__file__).parents[1] / "scripts" / "bulk_and_die.py"


@pytest.fixture
async def product(client: AsyncManagementClient) -> UUID:
    organization = (await client.organizations.get_organizations())[0]
    body = models.CreateProductRequest(name="Bulk")
    made = await client.products.create_product(organization.organization_id, body)
    return made.product_id


def tags(product: UUID, count: int) -> list[Call]:
    return [
        Call("create-tag", {"product_id": str(product)}, {"name": f"tag {number}"})
        for number in range(count)
    ]


async def collect(outcomes: AsyncIterator[Outcome]) -> list[Outcome]:
    return [outcome async for outcome in outcomes]


async def names(client: AsyncManagementClient, product: UUID) -> list[str]:
    return sorted(tag.name for tag in await client.tags.get_tags(product))


async def test_every_call_has_one_outcome(
    client: AsyncManagementClient,
    product: UUID,
) -> None:
    outcomes = await collect(run_calls(client, tags(product, 50)))
    assert sorted(outcome.number for outcome in outcomes) == list(range(50))
    assert all(isinstance(outcome.result, models.TagModel) for outcome in outcomes)
    assert len(await names(client, product)) == 50


async def test_outcomes_come_in_order_if_asked_for(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
) -> None:
    emulator.faults.add(
        Fault("latency", operation="create-tag", seconds=0.02, count=1),
    )
    options = BulkOptions(ordered=True, in_flight=10)
    outcomes = await collect(run_calls(client, tags(product, 40), options=options))
    assert [outcome.number for outcome in outcomes] == list(range(40))


async def test_an_async_and_an_endless_source_are_read_as_room_comes_free(
    client: AsyncManagementClient,
    product: UUID,
) -> None:
    asked = 0

    async def endless() -> AsyncIterator[Call]:
        nonlocal asked
        while True:
            asked += 1
            yield Call("get-tags", {"product_id": product})

    options = BulkOptions(in_flight=5)
    async with aclosing(run_calls(client, endless(), options=options)) as outcomes:
        for _ in range(30):
            assert (await anext(outcomes)).is_good
    assert asked <= 30 + 5


async def test_errors_stand_in_outcomes_and_do_not_end_the_run(
    client: AsyncManagementClient,
    product: UUID,
) -> None:
    calls = [
        Call("get-tag", {"tag_id": 999_999}),
        Call("no-such-operation"),
        Call("create-tag", {"product_id": product}, {"nam": "x"}),
        Call("create-tag", {"product_id": product}, {"name": "twice"}),
        Call("create-tag", {"product_id": product}, {"name": "twice"}),
        Call("get-me"),
    ]
    options = BulkOptions(ordered=True, in_flight=1)
    outcomes = await collect(run_calls(client, calls, options=options))
    kinds = [type(outcome.error) for outcome in outcomes]
    assert kinds == [
        NotFoundError,
        RequestBuildError,
        RequestBuildError,
        type(None),
        BadRequestError,
        type(None),
    ]


async def test_the_run_stops_at_the_first_error_if_asked_to(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
) -> None:
    calls = [
        *tags(product, 3),
        Call("get-tag", {"tag_id": 999_999}),
        *tags(product, 90),
    ]
    options = BulkOptions(stop_on_error=True, in_flight=1)
    outcomes = await collect(run_calls(client, calls, options=options))
    assert len(outcomes) == 4
    assert emulator.counts.calls["create-tag"] == 3


async def test_leaving_the_loop_waits_for_what_was_sent_and_drops_what_waits(
    emulator: Emulator,
    client: AsyncManagementClient,
    product: UUID,
) -> None:
    # 20 may go at once, the others wait for their turn.
    async with (
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
        ) as paced,
        aclosing(run_calls(paced, tags(product, 100))) as outcomes,
    ):
        await anext(outcomes)
    made = await names(client, product)
    assert emulator.counts.calls["create-tag"] == len(made)
    assert 1 <= len(made) <= 20


async def test_a_journal_makes_a_second_run_send_nothing(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
) -> None:
    calls = tags(product, 30)
    with BulkJournal(tmp_path / "journal") as journal:
        await collect(run_calls(client, calls, journal=journal))
        assert journal.counts() == {"done": 30}
    with BulkJournal(tmp_path / "journal") as journal:
        again = await collect(run_calls(client, calls, journal=journal))
    assert all(outcome.resumed for outcome in again)
    assert emulator.counts.calls["create-tag"] == 30


async def test_a_refused_call_is_sent_again_by_the_next_run(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
) -> None:
    fault = Fault("status", operation="create-tag", status=403)
    emulator.faults.add(fault)
    for expected in (0, 1):
        with BulkJournal(tmp_path / "journal") as journal:
            outcomes = await collect(
                run_calls(client, tags(product, 1), journal=journal),
            )
        assert sum(outcome.is_good for outcome in outcomes) == expected
    assert await names(client, product) == ["tag 0"]


async def test_a_create_of_unknown_outcome_is_not_sent_again_unasked(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
) -> None:
    emulator.faults.add(Fault("drop", operation="create-tag", after_effect=True))
    for _ in range(2):
        with BulkJournal(tmp_path / "journal") as journal:
            (outcome,) = await collect(
                run_calls(client, tags(product, 1), journal=journal),
            )
        assert not outcome.is_good
    assert isinstance(outcome.error, JobError)
    assert "may have been done" in str(outcome.error)
    assert emulator.counts.calls["create-tag"] == 1
    options = BulkOptions(repeat_unknown=True)
    with BulkJournal(tmp_path / "journal") as journal:
        (outcome,) = await collect(
            run_calls(client, tags(product, 1), options=options, journal=journal),
        )
    assert isinstance(outcome.error, BadRequestError)


@pytest.mark.parametrize("outcomes", [1, 7, 19])
async def test_a_killed_run_is_resumed_and_nothing_is_lost_or_made_twice(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
    outcomes: int,
) -> None:
    calls = tags(product, 20)
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(json.dumps(call.to_json()) for call in calls))
    journal_path = tmp_path / "journal"
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(SCRIPT), str(file), str(journal_path), str(outcomes)],
        env={
            **os.environ,
            "CONFIGCAT_API_USER": emulator.username,
            "CONFIGCAT_API_PASS": emulator.password,
            "CONFIGCAT_BASE_URL": emulator.base_url,
        },
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with BulkJournal(journal_path) as journal:
        found = await collect(run_calls(client, calls, journal=journal))
    unknown = [item for item in found if isinstance(item.error, JobError)]
    # Only what was on the wire at the kill may be unknown, four calls at most.
    assert len(unknown) <= 4
    made = set(await names(client, product))
    lost = {f"tag {n}" for n in range(20)} - made
    assert lost <= {f"tag {item.number}" for item in unknown}
    assert emulator.counts.calls["create-tag"] == len(made) <= 20


async def test_a_journal_of_other_calls_is_refused_before_anything_is_sent(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
) -> None:
    with BulkJournal(tmp_path / "journal") as journal:
        await collect(run_calls(client, tags(product, 2), journal=journal))
        with pytest.raises(JobError, match="journal of other calls"):
            await collect(run_calls(client, [Call("get-me")], journal=journal))
    assert emulator.counts.calls["get-me"] == 0


def test_a_journal_in_use_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with BulkJournal(path), pytest.raises(ConfigurationError, match="locked"):
        BulkJournal(path)


def test_what_is_no_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("my notes " * 100)
    other = tmp_path / "other.db"
    file = sqlite3.connect(other)
    file.execute("create table notes (text)")
    file.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(ConfigurationError, match="journal"):
            BulkJournal(path)
        assert path.read_bytes() == before


def test_a_newer_or_damaged_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    BulkJournal(path).close()
    assert path.stat().st_mode & 0o777 == 0o600
    file = sqlite3.connect(path)
    file.execute("pragma user_version = 99")
    file.close()
    with pytest.raises(ConfigurationError, match="newer version"):
        BulkJournal(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ConfigurationError, match="journal"):
        BulkJournal(path)


async def test_no_more_calls_are_kept_than_are_in_flight(
    client: AsyncManagementClient,
) -> None:
    alive: weakref.WeakValueDictionary[int, Call] = weakref.WeakValueDictionary()

    def many() -> Iterator[Call]:
        for number in range(5_000):
            alive[number] = call = Call("get-tag", label=str(number))
            yield call

    most = given = 0
    async for _ in run_calls(client, many(), options=BulkOptions(in_flight=50)):
        given += 1
        if given % 500 == 0:
            gc.collect()
            most = max(most, len(alive))
    assert given == 5_000
    assert most <= 50 + 2


def test_blocking_callers_have_the_same(tmp_path: Path) -> None:
    with (
        Emulator(rate_policy=None) as emulator,
        ManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        organization = client.organizations.get_organizations()[0]
        body = models.CreateProductRequest(name="Bulk")
        product = client.products.create_product(organization.organization_id, body)
        calls = tags(product.product_id, 25)
        with BulkJournal(tmp_path / "journal") as journal:
            options = BulkOptions(in_flight=5, ordered=True)
            outcomes = list(
                run_calls_blocking(client, calls, options=options, journal=journal),
            )
        assert [outcome.number for outcome in outcomes] == list(range(25))
        assert all(outcome.is_good for outcome in outcomes)
        for outcome in run_calls_blocking(client, iter(lambda: Call("get-me"), None)):
            assert outcome.is_good
            break
        assert len(client.tags.get_tags(product.product_id)) == 25
