"""`bulk` reads calls one by one, records each outcome and reports progress."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest

from configcat_mgmt import AsyncManagementClient, CallEvent, Hooks, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import ConfigurationError, JobError
from configcat_mgmt.jobs.bulk.calls import Call, Outcome, read_calls
from configcat_mgmt.jobs.bulk.options import BulkOptions, BulkProgress
from configcat_mgmt.jobs.bulk.run import run_calls, run_calls_blocking
from tests.jobs.bulk_tools import blocking_client, collect, tags
from tests.other_threads import PATIENCE_SECONDS


async def test_an_outcome_is_given_while_the_next_call_is_waited_for(
    client: AsyncManagementClient,
) -> None:
    asked: asyncio.Queue[Call] = asyncio.Queue()

    async def calls() -> AsyncIterator[Call]:
        while True:
            yield await asked.get()

    async with aclosing(run_calls(client, calls())) as outcomes:
        for number in range(3):
            await asked.put(Call("get-me", label=str(number)))
            assert (await anext(outcomes)).call.label == str(number)


def test_a_blocking_call_is_made_while_the_next_is_waited_for() -> None:
    ended = threading.Event()
    waited: list[bool] = []

    def calls() -> Iterator[Call]:
        yield Call("get-me")
        waited.append(ended.wait(PATIENCE_SECONDS))
        yield Call("get-products")

    with (
        Emulator(rate_policy=None) as emulator,
        blocking_client(emulator, Options(limits=None)) as client,
    ):
        run = run_calls_blocking(client, calls(), progress=lambda _: ended.set())
        outcomes = list(run)
    assert waited == [True]
    assert [outcome.number for outcome in outcomes] == [0, 1]


def test_what_reading_raises_comes_after_the_outcomes_for_blocking_callers() -> None:
    def calls() -> Iterator[Call]:
        yield Call("get-me")
        raise RuntimeError("no more")

    outcomes: list[Outcome] = []
    with (
        Emulator(rate_policy=None) as emulator,
        blocking_client(emulator, Options(limits=None)) as client,
        pytest.raises(RuntimeError, match="no more"),
    ):
        outcomes.extend(run_calls_blocking(client, calls()))
    assert [outcome.is_good for outcome in outcomes] == [True]


def odd_calls(product: UUID) -> list[Call]:
    return [
        Call("get-me", {"body": 1}),
        cast("Call", "get-me"),
        cast("Call", None),
        Call("create-tag", {"product_id": product}, object()),
        Call("get-me"),
    ]


async def test_a_call_that_is_none_has_an_outcome_and_the_others_go_on(
    client: AsyncManagementClient, product: UUID
) -> None:
    options = BulkOptions(ordered=True)
    run = run_calls(client, odd_calls(product), options=options)
    outcomes = await collect(run)
    assert [outcome.is_good for outcome in outcomes] == [False] * 4 + [True]
    assert "belongs beside the arguments" in str(outcomes[0].error)
    assert isinstance(outcomes[1].error, JobError)
    assert "call 1 failed: it could not be made" in str(outcomes[1].error)
    assert [outcome.ending for outcome in outcomes] == ["failed"] * 4 + ["done"]


@pytest.mark.parametrize("in_flight", [0, -1])
def test_a_run_without_room_is_refused(in_flight: int) -> None:
    with pytest.raises(ConfigurationError, match="at least 1"):
        BulkOptions(in_flight=in_flight)


async def test_progress_is_told_of_every_call_to_the_last(
    client: AsyncManagementClient, product: UUID
) -> None:
    told: list[BulkProgress] = []
    calls = [*tags(product, 20), Call("get-tag", {"tag_id": 999})]
    options = BulkOptions(in_flight=5)
    run = run_calls(client, calls, options=options, progress=told.append)
    outcomes = await collect(run)
    assert [one.ended for one in told] == list(range(1, 22))
    assert {one.outcome.number for one in told} == {one.number for one in outcomes}
    assert all(one.ended <= one.begun <= one.ended + 5 for one in told)
    assert told[0].total is None
    assert told[-1].total == 21
    assert told[-1].endings == {"done": 20, "failed": 1}


async def test_a_callback_that_raises_does_no_harm(
    client: AsyncManagementClient, caplog: pytest.LogCaptureFixture
) -> None:
    def raises(_: object) -> None:
        raise ValueError("a bad callback")

    with caplog.at_level(logging.ERROR, "configcat_mgmt"):
        run = run_calls(client, [Call("get-me")] * 3, progress=raises, left=raises)
        async with aclosing(run) as outcomes:
            assert (await anext(outcomes)).is_good
    assert "a bad callback" in caplog.text


async def test_texts_in_a_file_of_calls_become_numbers_and_times(
    client: AsyncManagementClient, product: UUID
) -> None:
    (made,) = await collect(run_calls(client, tags(product, 1)))
    since = datetime.now(UTC) - timedelta(days=1)
    lines = [
        '{"operation": "get-tag", "arguments": '
        f'{{"tag_id": "{made.result.tag_id}"}}}}',
        '{"operation": "get-auditlogs", "arguments": {"product_id": '
        f'"{product}", "from_utc_date_time": "{since.isoformat()}"}}}}',
    ]
    outcomes = await collect(run_calls(client, read_calls(lines)))
    assert [str(outcome.error) for outcome in outcomes] == ["None", "None"]


async def test_a_long_wait_that_the_service_asks_for_is_waited_for(
    emulator: Emulator,
) -> None:
    waiting = asyncio.Event()

    class Retried(Hooks):
        def call_retried(self, event: CallEvent) -> None:
            waiting.set()

    emulator.faults.add(Fault("status", status=429, retry_after="599"))
    async with AsyncManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None, hooks=Retried()),
    ) as client:
        run = collect(run_calls(client, [Call("get-me")]))
        task = asyncio.ensure_future(run)
        retried = asyncio.ensure_future(waiting.wait())
        await asyncio.wait([task, retried], return_when=asyncio.FIRST_COMPLETED)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
