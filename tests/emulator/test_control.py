"""The control address: everything that a test in another language needs."""

import json
import re
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

import aiohttp
import pytest

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.control import Control
from tests.emulator.raw import authorization, login
from tests.schema import Json

USER: Final = {
    "email": "new@example.com",
    "full_name": "New Person",
    "username": "new",
    "password": "secret",
}
NOWHERE: Final = "00000000-0000-4000-8000-000000000000"


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
    return {"Authorization": authorization(emulator)}


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
        ("/faults", {}, "a fault needs a kind"),
        ("/faults", {"kind": ["drop"]}, "the kind of a fault"),
        ("/faults", {"kind": "drop", "operation": "create-tags"}, "the operation of"),
        ("/faults", {"kind": "drop", "operation": ["get-me"]}, "the operation of"),
        ("/faults", {"kind": "drop", "operation": ""}, "the operation of a fault"),
        ("/faults", {"kind": "status", "status": 99999}, "from 400 to 599"),
        ("/faults", {"kind": "status", "status": 200}, "from 400 to 599"),
        ("/faults", {"kind": "status", "status": True}, "from 400 to 599"),
        ("/faults", {"kind": "status", "status": 503.0}, "from 400 to 599"),
        ("/faults", {"kind": "status", "retry_after": "1\r\nX: y"}, "line break"),
        ("/faults", {"kind": "status", "retry_after": "\u00e9"}, "visible ASCII"),
        ("/faults", {"kind": "status", "retry_after": ""}, "visible ASCII"),
        ("/faults", {"kind": "status", "retry_after": 5}, "visible ASCII"),
        ("/faults", {"kind": "drop", "probability": 7}, "from 0 to 1"),
        ("/faults", {"kind": "drop", "probability": -0.1}, "from 0 to 1"),
        ("/faults", {"kind": "drop", "probability": float("nan")}, "from 0 to 1"),
        ("/faults", {"kind": "drop", "probability": True}, "from 0 to 1"),
        ("/faults", {"kind": "drop", "count": 0}, "count of a fault"),
        ("/faults", {"kind": "drop", "count": True}, "count of a fault"),
        ("/faults", {"kind": "drop", "seed": 1.5}, "seed of a fault"),
        ("/faults", {"kind": "drop", "after_effect": 1}, "after_effect of a fault"),
        ("/faults", {"kind": "latency", "seconds": -1}, "seconds of a fault"),
        ("/faults", {"kind": "latency", "seconds": 1e9}, "seconds of a fault"),
        ("/faults", {"kind": "latency", "seconds": float("inf")}, "seconds of a"),
        ("/users", {"email": "a@example.com"}, "full_name is required"),
        ("/users", {**USER, "username": "a:b"}, "contain a colon"),
        ("/users", {**USER, "organization_id": str(UUID(int=1))}, "no organization 0"),
        ("/organizations", {"name": "Globex", "email": "b@x"}, "full_name is required"),
        ("/seed", {"organization_id": str(UUID(int=1))}, "no organization 0"),
        ("/users", {**USER, "username": "emulator"}, "belongs to another user"),
        ("/users", {**USER, "email": "new\n@example.com"}, "control characters"),
        ("/users", {**USER, "email": "new @example.com"}, "white space"),
        ("/users", {**USER, "admin": "yes"}, "admin must be true or false"),
        ("/members", {"product_id": "x", "user_id": "y"}, "product_id must be a UUID"),
        ("/members", {"product_id": NOWHERE, "user_id": "y"}, "no product"),
        ("/age", {"product_id": NOWHERE, "days": 1}, "there is no product"),
        ("/age", {"product_id": NOWHERE}, "days is required"),
        ("/age", {"product_id": NOWHERE, "days": "7"}, "days must be a whole number"),
        ("/seed", {"flags": -1}, "whole number"),
        ("/seed", {"flags": True}, "whole number"),
        ("/seed", {"people": 1}, "no 'people'"),
        ("/seed", {"environments": 101}, "a whole number from 1 to 100"),
        ("/seed", {"products": 201}, "at most 10000 flags, not 10050"),
    ],
)
async def test_bad_input_is_answered_400_with_what_is_allowed(
    control: Control,
    http: aiohttp.ClientSession,
    path: str,
    body: object,
    message: str,
) -> None:
    state = f"{control.base_url}/state"
    async with http.get(state) as answer:
        before = await answer.json()
    async with http.post(control.base_url + path, data=json.dumps(body)) as answer:
        assert answer.status == 400
        assert message in (await answer.json())["message"]
    async with http.get(state) as answer:
        assert await answer.json() == before


async def test_another_host_name_is_refused(
    control: Control,
    http: aiohttp.ClientSession,
) -> None:
    headers = {"Host": "evil.example"}
    async with http.get(f"{control.base_url}/state", headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
async def test_a_web_page_changes_nothing(
    control: Control,
    emulator: Emulator,
    http: aiohttp.ClientSession,
    origin: str,
) -> None:
    emulator.seed()
    before = list(emulator.state.products)
    headers = {"Origin": origin, "Content-Type": "text/plain"}
    for path in ("/reset", "/seed"):
        url = control.base_url + path
        async with http.post(url, headers=headers, data="{}") as answer:
            assert answer.status == 403
    assert list(emulator.state.products) == before


async def test_request_headers_never_make_faults(
    emulator: Emulator,
    http: aiohttp.ClientSession,
) -> None:
    headers = {**headers_of(emulator), "X-Fault": "drop", "X-Emulator-Status": "500"}
    async with http.get(f"{emulator.base_url}/v1/me", headers=headers) as answer:
        assert answer.status == 200


async def post(http: aiohttp.ClientSession, url: str, body: object) -> Json:
    async with http.post(url, json=body) as answer:
        assert answer.status < 300, await answer.text()
        return await answer.json() if answer.status == 200 else None


async def test_the_calls_are_listed(
    control: Control, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{control.base_url}/") as answer:
        calls = await answer.json()
    assert "kind, operation, count" in calls["POST /faults"]
    documented = set(re.findall(r"`([A-Z]+ /\w*)`", Control.__doc__ or ""))
    assert documented == set(calls)


async def test_users_and_members_are_added(
    emulator: Emulator, control: Control, http: aiohttp.ClientSession
) -> None:
    (product,) = emulator.seed(flags=1)
    made = await post(http, f"{control.base_url}/users", USER)
    new = {"Authorization": login("new", "secret")}
    url = f"{emulator.base_url}/v1/products"
    async with http.get(url, headers=new) as answer:
        assert await answer.json() == []
    member = {"product_id": str(product), "user_id": made["user_id"]}
    await post(http, f"{control.base_url}/members", member)
    async with http.get(url, headers=new) as answer:
        (shown,) = await answer.json()
    assert shown["productId"] == str(product)
    group = emulator.state.products[product].permission_group_ids[1]
    member["permission_group_id"] = group
    await post(http, f"{control.base_url}/members", member)
    assert emulator.state.products[product].members[made["user_id"]] == group


async def test_a_second_organization_has_a_user_of_its_own_and_products(
    emulator: Emulator, control: Control, http: aiohttp.ClientSession
) -> None:
    made = await post(
        http, f"{control.base_url}/organizations", {"name": "Globex", **USER}
    )
    organization = made["organization_id"]
    seed = {"flags": 1, "organization_id": organization}
    (product,) = (await post(http, f"{control.base_url}/seed", seed))["products"]
    emulator.seed(flags=1)
    new = {"Authorization": login("new", "secret")}
    for url, name, wanted in (
        ("/v1/organizations", "organizationId", organization),
        ("/v1/products", "productId", product),
    ):
        async with http.get(f"{emulator.base_url}{url}", headers=new) as answer:
            assert [one[name] for one in await answer.json()] == [wanted]
    plain = await post(http, f"{control.base_url}/organizations", {"name": "Plain"})
    assert list(plain) == ["organization_id"]


async def test_a_known_user_gets_credentials_again(
    emulator: Emulator, control: Control, http: aiohttp.ClientSession
) -> None:
    first = await post(http, f"{control.base_url}/users", USER)
    other = {**USER, "email": "NEW@example.com", "password": "changed"}
    assert await post(http, f"{control.base_url}/users", other) == first
    assert len(emulator.state.users) == 2
    new = {"Authorization": login("new", "changed")}
    async with http.get(f"{emulator.base_url}/v1/me", headers=new) as answer:
        assert (await answer.json())["email"] == USER["email"]


def test_a_user_name_belongs_to_one_user_of_the_state() -> None:
    emulator = Emulator(seed=1)
    first = emulator.add_user("a@x.example", "A", username="a", password="p")
    with pytest.raises(ValueError, match="belongs to another user"):
        emulator.add_user("b@x.example", "B", username="a", password="p")
    emulator.restore(emulator.snapshot())
    with pytest.raises(ValueError, match="belongs to another user"):
        emulator.add_user("admin@example.com", "Ada", username="a", password="p")
    assert emulator.add_user(first.email, "A", username="a", password="q") == first
    emulator.reset()
    other = emulator.add_user("c@x.example", "C", username="c", password="p")
    assert other.user_id == first.user_id
    assert emulator.add_user("b@x.example", "B", username="a", password="p") != other


async def test_a_product_that_grew_old_has_stale_flags(
    emulator: Emulator, control: Control, http: aiohttp.ClientSession
) -> None:
    product, other = emulator.seed(products=2, flags=6)
    url = f"{emulator.base_url}/v1/products/{product}/staleflags"

    async def stale() -> int:
        async with http.get(url, headers=headers_of(emulator)) as answer:
            configs = (await answer.json())["configs"]
        return sum(len(config["settings"]) for config in configs)

    before = emulator.snapshot()
    assert await stale() == 0
    await post(http, f"{control.base_url}/age", {"product_id": str(product), "days": 0})
    assert emulator.snapshot() == before
    for days in (25, 10):
        body = {"product_id": str(product), "days": days}
        await post(http, f"{control.base_url}/age", body)
    assert await stale() == 6
    entries = [one for one in emulator.state.audit if one.product_id == other]
    assert max(one.happened_at for one in entries) > max(
        one.happened_at for one in emulator.state.audit if one.product_id == product
    )
    kept = Emulator()
    kept.restore(emulator.snapshot())


async def test_seeding_for_a_caller_without_the_right_is_refused(
    emulator: Emulator, control: Control, http: aiohttp.ClientSession
) -> None:
    organization = next(iter(emulator.state.organizations.values()))
    organization.admins.clear()
    async with http.post(f"{control.base_url}/seed", json={"flags": 1}) as answer:
        assert answer.status == 400
        assert "Organization Admin" in (await answer.json())["message"]
