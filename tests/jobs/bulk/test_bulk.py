"""The bulk runner against a real emulator."""

import gc
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from uuid import UUID

from configcat_mgmt import (
    AsyncManagementClient,
    BadRequestError,
    NotFoundError,
    Options,
    RequestBuildError,
    models,
)
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.bulk.calls import Call
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.options import BulkOptions
from configcat_mgmt.jobs.bulk.run import run_calls, run_calls_blocking
from tests.jobs.bulk_tools import blocking_client, collect, names, tags


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


async def test_no_more_calls_are_kept_than_are_in_flight(
    client: AsyncManagementClient,
) -> None:
    alive: weakref.WeakValueDictionary[int, Call] = weakref.WeakValueDictionary()

    def many() -> Iterator[Call]:
        for number in range(300):
            alive[number] = call = Call("get-tag", label=str(number))
            yield call

    most = given = 0
    async for _ in run_calls(client, many(), options=BulkOptions(in_flight=50)):
        given += 1
        if given % 100 == 0:
            gc.collect()
            most = max(most, len(alive))
    assert given == 300
    assert most <= 50 + 2


def test_blocking_callers_have_the_same(tmp_path: Path) -> None:
    with (
        Emulator(rate_policy=None) as emulator,
        blocking_client(emulator, Options(limits=None)) as client,
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
