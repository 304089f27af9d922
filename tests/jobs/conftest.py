"""An emulator without a rate policy, and a client of it without a limiter.

All that goes over the wire has to fit the description of the API.
"""

from collections.abc import AsyncIterator

import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from tests.jobs.judge import Judge
from tests.jobs.world import World, build_shop


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


@pytest.fixture
async def shop(client: AsyncManagementClient, emulator: Emulator) -> World:
    """A realistic product; calls made for it are not counted."""
    shop = await build_shop(client)
    emulator.counts.reset()
    emulator.requests.clear()
    return shop
