"""Importing and creating a client stay cheap: heavy modules load when needed."""

import subprocess
import sys
from typing import Final

import pytest

from configcat_mgmt.api.aio.groups import AsyncGroups

HEAVY: Final = (
    "aiohttp",
    "aiolimiter",
    "asyncio",
    "attrs",
    "cattrs",
    "click",
    "orjson",
    "redis",
    "rich",
    "yarl",
)
MAKE: Final = "from configcat_mgmt import {0}; client = {0}('u', 'p'); "


def loaded_by(code: str) -> set[str]:
    """Return the names of the modules that a new process has after running `code`."""
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def of_package(loaded: set[str], area: str) -> set[str]:
    """Return which modules of an area of the package were loaded, without its name."""
    prefix = f"configcat_mgmt.{area}."
    return {name.removeprefix(prefix) for name in loaded if name.startswith(prefix)}


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = loaded_by("import configcat_mgmt")
    assert loaded & {*HEAVY} == set()
    mine = {name for name in loaded if name.startswith("configcat_mgmt.")}
    assert mine == {
        "configcat_mgmt.errors",
        "configcat_mgmt.lazy",
        "configcat_mgmt.unset",
        "configcat_mgmt.version",
    }


@pytest.mark.parametrize("client", ["AsyncManagementClient", "ManagementClient"])
def test_making_a_client_loads_what_every_first_call_needs_and_no_models(
    client: str,
) -> None:
    loaded = loaded_by(MAKE.format(client))
    assert loaded & {"click", "redis", "rich"} == set()
    # Loaded later, these would block the event loop of the first call.
    assert {"aiolimiter", "cattrs"} <= loaded
    # The standard library loads these when the first host name is looked up.
    assert {"concurrent.futures.thread", "encodings.idna"} <= loaded
    assert of_package(loaded, "api.models") == set()
    assert of_package(loaded, "api.operations") == set()
    for area in ("emulator", "cli", "codegen", "jobs"):
        assert of_package(loaded, area) == set()
        assert f"configcat_mgmt.{area}" not in loaded
    assert "configcat_mgmt.api.model_index" not in loaded


@pytest.mark.parametrize("client", ["AsyncManagementClient", "ManagementClient"])
def test_using_a_group_loads_its_models_and_the_shared_ones_only(client: str) -> None:
    loaded = loaded_by(MAKE.format(client) + "client.tags")
    assert of_package(loaded, "api.models") == {"tags", "common"}
    assert of_package(loaded, "api.operations") == {"tags"}
    assert of_package(loaded, "api.aio") == {"groups", "tags"}
    assert of_package(loaded, "api.sync") <= {"groups", "tags"}


def test_an_operation_of_the_table_loads_its_group_and_the_ids_load_none() -> None:
    table = "from configcat_mgmt import OPERATIONS; assert 'get-tags' in [*OPERATIONS]"
    assert of_package(loaded_by(table), "api.operations") == set()
    loaded = loaded_by(f"{table}; OPERATIONS['get-tags']")
    assert of_package(loaded, "api.operations") == {"tags"}
    assert of_package(loaded, "api.models") == {"tags", "common"}


def test_a_coroutine_for_the_loop_thread_finds_all_groups_loaded() -> None:
    loaded = loaded_by(MAKE.format("ManagementClient") + "client.aio")
    groups = {name for name in vars(AsyncGroups) if not name.startswith("_")}
    assert of_package(loaded, "api.aio") == {"groups", *groups}


def test_the_async_client_does_not_load_the_blocking_one() -> None:
    loaded = loaded_by(MAKE.format("AsyncManagementClient"))
    assert of_package(loaded, "api.sync") == set()
    assert {"configcat_mgmt.sync", "configcat_mgmt.portal"} & loaded == set()


def test_making_a_model_loads_no_client() -> None:
    code = "from configcat_mgmt import models; models.UpdateTagModel(name='x')"
    loaded = loaded_by(code)
    assert "configcat_mgmt.client" not in loaded
    assert loaded & {"aiohttp", "cattrs", "asyncio"} == set()


def test_the_generator_loads_nothing_of_the_package() -> None:
    loaded = loaded_by("import configcat_mgmt.codegen.__main__")
    mine = {name for name in loaded if name.startswith("configcat_mgmt.")}
    face = {"errors", "lazy", "unset", "version", "codegen"}
    assert {name.split(".")[1] for name in mine} == face
    assert loaded & {*HEAVY} == set()
