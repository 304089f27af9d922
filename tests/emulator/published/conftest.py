"""An emulator on a thread, since the official SDK blocks, and a client to manage it."""

from collections.abc import Iterator

import pytest

from configcat_mgmt.emulator import Emulator
from tests.emulator.published.managed import Manager


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with Emulator(rate_policy=None, request_log=1000) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def manager(running: Emulator) -> Iterator[Manager]:
    manager = Manager(running)
    yield manager
    manager.close()
