"""An emulator without a rate policy, called over a real socket."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from configcat_mgmt.emulator import Emulator
from tests.emulator.shop import Shop, open_shop
from tests.emulator.wire import Wire


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator(
        rate_policy=None, request_log=100, old_audit_logs="list"
    ) as emulator:
        yield emulator


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def wire(emulator: Emulator, session: aiohttp.ClientSession) -> Wire:
    return Wire(emulator, session)


@pytest.fixture
async def shop(wire: Wire) -> Shop:
    return await open_shop(wire)
