"""An emulator without a rate policy, and a client of it without a limiter.

All that goes over the wire has to fit the description of the API.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.json_value import JsonValue
from tests.jobs.judge import Judge
from tests.jobs.world import World, build_shop
from tests.jobs.world_making import emulator_and_client


@pytest.fixture
async def judge() -> AsyncIterator[Judge]:
    async with Emulator(
        password="emulator-password", rate_policy=None, request_log=5_000
    ) as emulator:
        judge = Judge(emulator)
        yield judge
    assert judge.problems == []


@pytest.fixture
def emulator(judge: Judge) -> Emulator:
    return judge.emulator


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[AsyncManagementClient]:
    async with AsyncManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        yield client


@pytest.fixture(scope="session")
def built_shop() -> tuple[World, dict[str, JsonValue]]:
    """The realistic product, built once: its ids, and the state of its emulator."""

    async def build() -> tuple[World, dict[str, JsonValue]]:
        async with emulator_and_client(request_log=5_000) as (emulator, client):
            judge = Judge(emulator)
            world = await build_shop(client)
            assert judge.problems == []
            return world, emulator.snapshot()

    return asyncio.run(build())


@pytest.fixture(scope="session")
def shop_snapshots(
    built_shop: tuple[World, dict[str, JsonValue]],
) -> dict[bool, Snapshot]:
    """Snapshots of the realistic product, without and with secrets, made once."""

    async def take() -> dict[bool, Snapshot]:
        async with emulator_and_client() as (emulator, client):
            world, state = built_shop
            emulator.restore(state)
            return {
                secrets: await take_snapshot(client, world.product_id, secrets=secrets)
                for secrets in (False, True)
            }

    return asyncio.run(take())


@pytest.fixture
def shop(
    client: AsyncManagementClient,
    emulator: Emulator,
    built_shop: tuple[World, dict[str, JsonValue]],
) -> World:
    """A realistic product on the emulator of the test, as if it were just built."""
    world, state = built_shop
    emulator.restore(state)
    return world.with_client(client)


@pytest.fixture
async def new_shop(client: AsyncManagementClient, emulator: Emulator) -> World:
    """The same product, built now by the clock of the test's emulator."""
    shop = await build_shop(client)
    emulator.counts.reset()
    emulator.requests.clear()
    return shop
