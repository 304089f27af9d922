"""The jobs through the blocking client, from snapshot to verify."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from configcat_mgmt import ManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import Call, NewProduct, blocking, plan_copy


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(rate_policy=None) as emulator:
        emulator.seed(products=1, flags=6)
        yield emulator


@pytest.fixture
def blocking_client(emulator: Emulator) -> Iterator[ManagementClient]:
    with ManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        yield client


def test_a_product_is_copied_without_an_event_loop(
    emulator: Emulator, blocking_client: ManagementClient, tmp_path: Path
) -> None:
    client = blocking_client
    (product,) = client.products.get_products()
    told: list[int] = []
    snapshot = blocking.take_snapshot(
        client, product.product_id, progress=lambda done, _: told.append(done)
    )
    assert told[-1] == len(told)
    into = NewProduct(emulator.base_url, snapshot.source.organization, "Copy")
    plan = plan_copy(snapshot, into)
    assert blocking.verify(client, snapshot, product.product_id) == ()
    report = blocking.apply(client, plan, tmp_path / "copy.journal")
    assert report.is_complete
    assert blocking.verify(client, plan, "Copy") == ()
    again = blocking.apply(client, plan, tmp_path / "copy.journal")
    assert {step.outcome for step in again.steps} == {"earlier"}


def test_calls_run_side_by_side_without_an_event_loop(
    blocking_client: ManagementClient,
) -> None:
    (product,) = blocking_client.products.get_products()
    calls = (
        Call("create-tag", {"product_id": product.product_id}, {"name": f"made {n}"})
        for n in range(30)
    )
    outcomes = list(blocking.run_calls(blocking_client, calls))
    assert sorted(outcome.number for outcome in outcomes) == list(range(30))
    assert all(outcome.is_good for outcome in outcomes)
    names = {tag.name for tag in blocking_client.tags.get_tags(product.product_id)}
    assert {f"made {number}" for number in range(30)} <= names
