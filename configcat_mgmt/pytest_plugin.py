"""Fixtures for the tests of programs that use ConfigCat; pytest loads them.

```python
def test_my_program(configcat_client):
    make_release_flag(configcat_client)
    (product,) = configcat_client.products.get_products()
    ...
```

A fixture imports the package on first use, so test runs that do not use it stay fast.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from configcat_mgmt.client import AsyncManagementClient
    from configcat_mgmt.emulator import Emulator
    from configcat_mgmt.sync import ManagementClient


@pytest.fixture
def configcat_emulator_options() -> dict[str, object]:
    """Arguments of the `Emulator`; override this fixture to change them.

    By default there is no rate policy, so tests run at full speed.
    """
    return {"rate_policy": None}


@pytest.fixture
def configcat_emulator(
    configcat_emulator_options: dict[str, object],
) -> "Iterator[Emulator]":
    """Start a new emulator with an empty organization for each test.

    Fill it with `emulator.seed(flags=20)`, inject faults with
    `emulator.faults.add(...)`, and inspect `emulator.counts` and `emulator.state`.
    """
    from configcat_mgmt.emulator import Emulator

    make = cast("Callable[..., Emulator]", Emulator)
    with make(**configcat_emulator_options) as emulator:
        yield emulator


@pytest.fixture
def configcat_client(configcat_emulator: "Emulator") -> "Iterator[ManagementClient]":
    """Connect a blocking client to the emulator, without pacing."""
    from configcat_mgmt.core.options import Options
    from configcat_mgmt.sync import ManagementClient

    with ManagementClient(
        configcat_emulator.username,
        configcat_emulator.password,
        base_url=configcat_emulator.base_url,
        options=Options(limits=None),
    ) as client:
        yield client


@pytest.fixture
def configcat_async_client(configcat_emulator: "Emulator") -> "AsyncManagementClient":
    """Make an async client of the emulator, for `async with` in the test.

    The fixture itself is not async, so it needs no plugin for async fixtures.
    """
    from configcat_mgmt.client import AsyncManagementClient
    from configcat_mgmt.core.options import Options

    return AsyncManagementClient(
        configcat_emulator.username,
        configcat_emulator.password,
        base_url=configcat_emulator.base_url,
        options=Options(limits=None),
    )
