"""The judge of job tests finds what does not fit the description."""

from uuid import UUID

import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import DecodeError, ResponseInvalid
from configcat_mgmt.jobs.bulk.calls import Call
from configcat_mgmt.jobs.bulk.run import run_calls
from tests.jobs.bulk_tools import collect
from tests.jobs.judge import Judge
from tests.jobs.world import World


async def test_an_answer_that_does_not_fit_is_found_every_time(
    client: AsyncManagementClient, shop: World, judge: Judge
) -> None:
    config = judge.emulator.state.configs[UUID(shop.configs["Main"])]
    config.name = None  # type: ignore[assignment]
    for _ in range(2):
        (outcome,) = await collect(
            run_calls(client, [Call("get-config", {"config_id": config.config_id})])
        )
        assert isinstance(outcome.error, DecodeError | None)
        assert judge.dismiss() == ["get-config: None is not of type 'string' @ $.name"]


async def test_a_request_that_does_not_fit_is_found(
    client: AsyncManagementClient, shop: World, judge: Judge
) -> None:
    await client.request("GET", f"/v1/products/{shop.product_id}", query={"odd": "1"})
    assert judge.dismiss() == ["get-product: query parameter odd is not described"]


async def test_calls_on_which_a_fault_strikes_are_not_judged(
    client: AsyncManagementClient, emulator: Emulator, judge: Judge
) -> None:
    emulator.faults.add(Fault("not_json", operation="get-me", count=2))
    with pytest.raises(ResponseInvalid, match="not JSON"):
        await client.me.get_me()
    assert judge.problems == []
