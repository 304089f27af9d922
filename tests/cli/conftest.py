"""A realistic product on an emulator, and the command line in front of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.json_value import JsonValue
from tests.cli.here import PASSWORD, Here, Interlude, offer
from tests.jobs.world import build_shop

USER = "someone"


@pytest.fixture(scope="session")
def shop_state() -> dict[str, JsonValue]:
    """The state of an emulator with the realistic product "Web shop"."""

    async def build() -> dict[str, JsonValue]:
        async with (
            Emulator(username=USER, password=PASSWORD, rate_policy=None) as emulator,
            AsyncManagementClient(
                USER,
                PASSWORD,
                base_url=emulator.base_url,
                options=Options(limits=None),
            ) as client,
        ):
            await build_shop(client)
            return emulator.snapshot()

    return asyncio.run(build())


@pytest.fixture
def interlude() -> Interlude:
    """What happens when a fault of the kind `latency` strikes."""
    return Interlude()


@pytest.fixture
def emulator(
    shop_state: dict[str, JsonValue], interlude: Interlude
) -> Iterator[Emulator]:
    """An emulator with the shop, and without a rate policy."""
    with Emulator(
        username=USER, password=PASSWORD, rate_policy=None, sleep=interlude
    ) as emulator:
        emulator.restore(shop_state)
        yield emulator


@pytest.fixture
def here(
    emulator: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Here:
    """The command line, with credentials in the environment and a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    offer(monkeypatch, emulator, "CONFIGCAT")
    return Here(emulator, tmp_path, monkeypatch, capsys)
