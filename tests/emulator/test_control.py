"""The control address: everything that a test in another language needs."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.control import Control


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(rate_policy=None) as emulator:
        yield emulator


@pytest.fixture
async def control(emulator: Emulator) -> AsyncIterator[Control]:
    control = Control(emulator)
    await control.start()
    yield control
    await control.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


def headers_of(emulator: Emulator) -> dict[str, str]:
    login = aiohttp.encode_basic_auth(emulator.username, emulator.password)
    return {"Authorization": login}


async def test_a_fault_strikes_and_counts_tell_of_it(
    emulator: Emulator,
    control: Control,
    http: aiohttp.ClientSession,
) -> None:
    fault = {"kind": "status", "operation": "get-me", "status": 503, "count": 1}
    async with http.post(f"{control.base_url}/faults", json=fault) as answer:
        assert answer.status == 204
    statuses = []
    for _ in range(2):
        url = f"{emulator.base_url}/v1/me"
        async with http.get(url, headers=headers_of(emulator)) as answer:
            statuses.append(answer.status)
    assert statuses == [503, 200]
    async with http.get(f"{control.base_url}/counts") as answer:
        assert (await answer.json())["calls"] == {"get-me": 2}
    async with http.get(f"{control.base_url}/faults") as answer:
        (listed,) = await answer.json()
    assert listed["struck"] == 1
    async with http.delete(f"{control.base_url}/faults") as answer:
        assert answer.status == 204
    assert list(emulator.faults) == []


async def test_state_is_seeded_taken_put_back_and_reset(
    emulator: Emulator,
    control: Control,
    http: aiohttp.ClientSession,
) -> None:
    arguments = {"products": 1, "flags": 4}
    async with http.post(f"{control.base_url}/seed", json=arguments) as answer:
        (product,) = (await answer.json())["products"]
    async with http.get(f"{control.base_url}/state") as answer:
        state = await answer.json()
    async with http.post(f"{control.base_url}/reset") as answer:
        assert answer.status == 204
    assert emulator.state.products == {}
    async with http.put(f"{control.base_url}/state", json=state) as answer:
        assert answer.status == 204
    assert [str(found) for found in emulator.state.products] == [product]


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/faults", {"kind": "earthquake"}, "the kind of a fault"),
        ("/faults", {"kind": "drop", "colour": 1}, "no 'colour'"),
        ("/faults", {"kind": "drop", "count": "many"}, "count of a fault"),
        ("/faults", [], "JSON object"),
        ("/seed", {"flags": -1}, "whole number"),
        ("/seed", {"flags": True}, "whole number"),
        ("/seed", {"people": 1}, "no 'people'"),
    ],
)
async def test_bad_input_is_answered_400_with_what_is_allowed(
    control: Control,
    http: aiohttp.ClientSession,
    path: str,
    body: object,
    message: str,
) -> None:
    async with http.post(control.base_url + path, data=json.dumps(body)) as answer:
        assert answer.status == 400
        assert message in (await answer.json())["message"]


async def test_another_host_name_is_refused(
    control: Control,
    http: aiohttp.ClientSession,
) -> None:
    headers = {"Host": "evil.example"}
    async with http.get(f"{control.base_url}/state", headers=headers) as answer:
        assert answer.status == 403


async def test_request_headers_never_make_faults(
    emulator: Emulator,
    http: aiohttp.ClientSession,
) -> None:
    headers = {**headers_of(emulator), "X-Fault": "drop", "X-Emulator-Status": "500"}
    async with http.get(f"{emulator.base_url}/v1/me", headers=headers) as answer:
        assert answer.status == 200
