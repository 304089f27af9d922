"""The fixtures that installing the package gives to everybody's tests."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from tests.other_threads import PATIENCE_SECONDS

EXAMPLE = """
import asyncio

import pytest
from configcat_mgmt import models


@pytest.fixture
def configcat_emulator_options():
    return {"rate_policy": None, "username": "mine"}


def test_with_the_blocking_client(configcat_emulator, configcat_client):
    assert configcat_emulator.username == "mine"
    configcat_emulator.seed(flags=3)
    (product,) = configcat_client.products.get_products()
    tag = models.CreateTagModel(name="released")
    configcat_client.tags.create_tag(product.product_id, tag)
    assert configcat_emulator.counts.calls["create-tag"] == 1


def test_with_the_async_client(configcat_async_client):
    async def use():
        async with configcat_async_client as client:
            return await client.products.get_products()

    assert asyncio.run(use()) == []
"""

LIGHT = """
import sys


def test_nothing_heavy_was_imported_before_a_fixture_was_used():
    assert "configcat_mgmt.pytest_plugin" in sys.modules
    heavy = {"aiohttp", "cattrs", "configcat_mgmt.emulator", "configcat_mgmt.client"}
    assert not heavy & set(sys.modules)
"""


def run(folder: Path, code: str) -> "subprocess.CompletedProcess[str]":
    """Run a test file of another project, with no other plugin."""
    (folder / "test_example.py").write_text(code)
    plugin = ["-p", "configcat_mgmt.pytest_plugin"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", *plugin, str(folder)],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_installing_the_package_is_all_it_takes() -> None:
    plugins = {entry.name: entry.value for entry in entry_points(group="pytest11")}
    assert plugins["configcat_mgmt"] == "configcat_mgmt.pytest_plugin"


def test_the_fixtures_are_there_without_any_set_up(tmp_path: Path) -> None:
    done = run(tmp_path, EXAMPLE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_other_test_runs_do_not_pay_for_them(tmp_path: Path) -> None:
    done = run(tmp_path, LIGHT)
    assert done.returncode == 0, done.stdout + done.stderr
