"""Requests that come at the same time."""

import asyncio

import pytest

from tests.emulator.shop import Shop
from tests.schema import Json


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("tags", {"name": "same"}),
        ("environments", {"name": "same"}),
        ("configs", {"name": "same"}),
        ("settings", {"key": "same", "name": "same", "settingType": "boolean"}),
    ],
)
async def test_fifty_equal_creations_at_once_make_one_thing(
    shop: Shop, kind: str, body: Json
) -> None:
    parent = f"products/{shop.product}"
    if kind == "settings":
        parent = f"configs/{shop.v2}"
    path = f"/v1/{parent}/{kind}"
    headers = {"Authorization": shop.wire.auth}

    async def create() -> int:
        url = shop.wire.emulator.base_url + path
        async with shop.wire.session.post(url, json=body, headers=headers) as answer:
            return answer.status

    statuses = await asyncio.gather(*(create() for _ in range(50)))
    assert sorted(statuses) == [201, *[400] * 49]
    wanted = body.get("key", body["name"])
    async with shop.wire.session.get(
        shop.wire.emulator.base_url + path, headers=headers
    ) as answer:
        found = [one.get("key", one["name"]) for one in await answer.json()]
    assert found.count(wanted) == 1
