"""Killed at any place, a job goes on: nothing is lost, and nothing is made twice."""

import os
import random
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.apply import apply
from configcat_mgmt.jobs.plan import Plan
from configcat_mgmt.jobs.plan_file import save_plan
from configcat_mgmt.jobs.report import Report
from tests.jobs.applying import (
    Children,
    Source,
    children_of,
    require_few_lists,
    source_of,
)
from tests.jobs.shapes import product_named, products_named, shape
from tests.jobs.world import World

RANDOM_KILLS = 30


@attrs.define
class Trial:
    """Copies of the shop, one after the other, by children that are killed."""

    source: Source
    emulator: Emulator
    children: Children
    folder: Path
    wanted: list[str]
    """The shape of a copy that nobody disturbed."""
    copies: int = 0
    plan: Plan = attrs.field(init=False)

    @property
    def journal(self) -> Path:
        return self.folder / f"{self.copies}.db"

    async def begin(self, **request: object) -> None:
        self.copies += 1
        self.plan = self.source.copy(f"Copy {self.copies}")
        path = self.folder / f"{self.copies}.json"
        save_plan(self.plan, path)
        self.emulator.counts.reset()
        request.setdefault("in_flight", 64)
        await self.children.begin(path, self.journal, **request)

    async def resume(self, **options: object) -> Report:
        """Go on here, and demand the planned end."""
        self.emulator.counts.reset()
        report = await apply(
            self.source.world.client, self.plan, self.journal, linger_seconds=0, **options
        )
        require_few_lists(self.emulator.counts.calls, self.source.snapshot)
        return report

    def require_one_copy(self) -> None:
        name = f"Copy {self.copies}"
        assert len(products_named(self.emulator, name)) <= 1
        assert shape(self.emulator, product_named(self.emulator, name)) == self.wanted


@pytest.fixture
async def trial(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> AsyncIterator[Trial]:
    source = await source_of(shop, emulator)
    report = await apply(client, source.copy("Copy 0"), tmp_path / "0.db")
    assert report.is_complete
    wanted = shape(emulator, product_named(emulator, "Copy 0"))
    async with children_of(emulator) as children:
        yield Trial(source, emulator, children, tmp_path, wanted)


@pytest.mark.parametrize("state", ["intended", "done"])
async def test_a_kill_at_any_step_of_the_journal_loses_and_doubles_nothing(
    trial: Trial, state: str
) -> None:
    # One step at a time, so that each write is one place; the state before an intent
    # and that after what was done are the same.
    moment = "after" if state == "intended" else "before"
    count = len(trial.source.copy("Copy").steps)
    for number in range(count):
        await trial.begin(kill=[number, state, moment], in_flight=1)
        ended = await trial.children.end()
        report = await trial.resume()
        assert report.is_complete, (number, ended, report.trouble)
        trial.require_one_copy()
