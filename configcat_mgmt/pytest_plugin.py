"""Fixtures for the tests of programs that use ConfigCat; pytest loads them.

```python
def test_my_program(configcat_client):
    make_release_flag(configcat_client)
    (product,) = configcat_client.products.get_products()
    ...
```

Nothing heavy is imported before a fixture is used, so that other test runs on the same
machine do not pay for it.
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

    By default there is no rate policy, so that tests are not slowed down.
    """
    return {"rate_policy": None}


@pytest.fixture
def configcat_emulator(
    configcat_emulator_options: dict[str, object],
) -> "Iterator[Emulator]":
    """Give a running emulator with an empty organization, new for each test.

    Set it up with `emulator.seed(flags=20)`, make trouble with
    `emulator.faults.add(...)`, look at `emulator.counts` and `emulator.state`.
    """
    from configcat_mgmt.emulator import Emulator

    make = cast("Callable[..., Emulator]", Emulator)
    with make(**configcat_emulator_options) as emulator:
        yield emulator


@pytest.fixture
def configcat_client(configcat_emulator: "Emulator") -> "Iterator[ManagementClient]":
    """Give a blocking client of the emulator, without pacing."""
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
    """Give an async client of the emulator, to be entered with `async with`.

    It needs no plugin for async fixtures, and belongs to whatever loop the test runs.
    """
    from configcat_mgmt.client import AsyncManagementClient
    from configcat_mgmt.core.options import Options

    return AsyncManagementClient(
        configcat_emulator.username,
        configcat_emulator.password,
        base_url=configcat_emulator.base_url,
        options=Options(limits=None),
    )
