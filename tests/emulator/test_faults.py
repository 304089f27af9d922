"""Faults on demand."""

import asyncio

import aiohttp
import pytest

from configcat_mgmt.emulator import Emulator, Fault
from tests.emulator.shop import Shop
from tests.emulator.wire import Wire


async def tags(shop: Shop) -> list[str]:
    return [
        one["name"] for one in await shop.wire.ok("get-tags", productId=shop.product)
    ]


async def create(shop: Shop, name: str) -> int:
    """Create a tag; what fails may have changed something."""
    wire = shop.wire
    url = f"{wire.emulator.base_url}/v1/products/{shop.product}/tags"
    async with wire.session.post(
        url, json={"name": name}, headers={"Authorization": wire.auth}
    ) as response:
        await response.read()
        return response.status


async def test_a_status_strikes_as_often_as_it_was_told(shop: Shop) -> None:
    fault = shop.wire.emulator.faults.add(
        Fault("status", operation="create-tag", status=500, count=2)
    )
    assert [await create(shop, name) for name in "abc"] == [500, 500, 201]
    assert fault.struck == 2
    assert await tags(shop) == ["c"]


async def test_a_status_may_come_after_the_effect(shop: Shop) -> None:
    shop.wire.emulator.faults.add(
        Fault("status", operation="create-tag", status=504, after_effect=True)
    )
    assert await create(shop, "a") == 504
    assert await tags(shop) == ["a"]


@pytest.mark.parametrize("value", ["7", "Wed, 21 Oct 2026 07:28:00 GMT", "soon", None])
async def test_a_429_carries_the_retry_after_it_was_given(
    wire: Wire, value: str | None
) -> None:
    wire.emulator.faults.add(Fault("status", status=429, retry_after=value))
    answer = await wire.call("get-me")
    assert answer.status == 429
    assert answer.headers.get("Retry-After") == value
    assert wire.emulator.counts.total_refused == 0


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_connection_is_dropped_before_or_after_the_effect(
    shop: Shop, after_effect: bool, caplog: pytest.LogCaptureFixture
) -> None:
    shop.wire.emulator.faults.add(
        Fault("drop", operation="create-tag", after_effect=after_effect)
    )
    with pytest.raises(aiohttp.ClientConnectionError):
        await create(shop, "a")
    assert await tags(shop) == (["a"] if after_effect else [])
    assert shop.wire.emulator.requests[-2].status is None
    assert caplog.records == []


async def test_an_answer_is_cut_in_the_middle(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.wire.emulator.faults.add(Fault("truncate", operation="create-tag"))
    with pytest.raises(aiohttp.ClientPayloadError):
        await create(shop, "a")
    assert await tags(shop) == ["a"]
    assert caplog.records == []


async def test_an_answer_without_a_body_is_dropped_instead_of_cut(shop: Shop) -> None:
    made = await shop.wire.ok("create-tag", {"name": "a"}, productId=shop.product)
    shop.wire.emulator.faults.add(Fault("truncate", operation="delete-tag"))
    url = f"{shop.wire.emulator.base_url}/v1/tags/{made['tagId']}"
    headers = {"Authorization": shop.wire.auth}
    # aiohttp sends a DELETE a second time if its connection is cut, and finds nothing.
    async with shop.wire.session.delete(url, headers=headers) as response:
        assert response.status == 404
    assert await tags(shop) == []


async def test_a_page_comes_instead_of_json(shop: Shop) -> None:
    wire = shop.wire
    wire.emulator.faults.add(Fault("not_json", operation="create-tag"))
    url = f"{wire.emulator.base_url}/v1/products/{shop.product}/tags"
    async with wire.session.post(
        url, json={"name": "a"}, headers={"Authorization": wire.auth}
    ) as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        assert (await response.text()).startswith("<!DOCTYPE html>")
    assert await tags(shop) == ["a"]


async def test_a_delay_holds_one_call_and_not_the_others(
    session: aiohttp.ClientSession,
) -> None:
    waiting, go_on = asyncio.Event(), asyncio.Event()
    delays: list[float] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)
        waiting.set()
        await go_on.wait()

    async with Emulator(sleep=sleep) as emulator:
        wire = Wire(emulator, session)
        emulator.faults.add(Fault("latency", operation="get-me", seconds=2.5))
        emulator.faults.add(Fault("latency", operation="get-me", seconds=1.5))
        slow = asyncio.create_task(wire.ok("get-me"))
        await waiting.wait()
        assert await wire.ok("get-products") == []
        assert not slow.done()
        go_on.set()
        assert await slow
    assert delays == [4.0]


def test_chance_is_repeatable_and_near_its_probability() -> None:
    struck = []
    for _ in range(2):
        fault = Fault("drop", probability=0.3, seed=5, count=None)
        struck.append([fault.strikes("get-me") for _ in range(1000)])
    assert struck[0] == struck[1]
    assert 250 < sum(struck[0]) < 350
    other = Fault("drop", probability=0.3, seed=6, count=None)
    assert [other.strikes("get-me") for _ in range(1000)] != struck[0]


async def test_the_first_of_several_faults_strikes(wire: Wire) -> None:
    faults = wire.emulator.faults
    faults.add(Fault("status", status=500))
    faults.add(Fault("status", status=502, count=None))
    assert [await wire.status("get-me") for _ in range(3)] == [500, 502, 502]
    faults.clear()
    assert await wire.status("get-me") == 200


async def test_a_request_header_makes_no_fault(wire: Wire) -> None:
    headers = {"X-Fault": "status", "X-Emulator-Fault": "drop"}
    assert await wire.status("get-me", headers=headers) == 200
