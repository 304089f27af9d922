"""The copy that disturbed copies are compared with."""

import asyncio
from pathlib import Path

import pytest

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.json_value import JsonValue
from tests.jobs.apply_tools import Source, source_from
from tests.jobs.shapes import product_named, shape
from tests.jobs.world import World
from tests.jobs.world_making import emulator_and_client


@pytest.fixture
def source(
    shop: World, emulator: Emulator, shop_snapshots: dict[bool, Snapshot]
) -> Source:
    """The shop as the source of a copy."""
    return source_from(shop_snapshots[True], shop, emulator)


@pytest.fixture(scope="session")
def wanted(
    built_shop: tuple[World, dict[str, JsonValue]],
    shop_snapshots: dict[bool, Snapshot],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[str]:
    """The shape of a copy of the shop that nothing disturbed, made once."""
    journal: Path = tmp_path_factory.mktemp("calm") / "j.db"

    async def copy() -> list[str]:
        async with emulator_and_client() as (emulator, client):
            shop, state = built_shop
            emulator.restore(state)
            shop = shop.with_client(client)
            source = source_from(shop_snapshots[True], shop, emulator)
            report = await apply(client, source.copy("Calm"), journal)
            assert report.is_complete, report.trouble
            return shape(emulator, product_named(emulator, "Calm"))

    return asyncio.run(copy())
