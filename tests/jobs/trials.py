"""Kills processes that copy a product, and resumes their jobs here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypedDict, Unpack

import attrs

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.options import OnError
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.planning.plan_file import save_plan
from tests.jobs.apply_tools import (
    Children,
    Source,
    children_of,
    fast_folder,
    require_few_lists,
    source_of,
)
from tests.jobs.shapes import names_by_id, product_named, products_named, shape
from tests.jobs.world import World


class Choices(TypedDict, total=False):
    """How to go on."""

    on_error: OnError
    allow_duplicates: bool


@attrs.define
class Trial:
    """Copies of the shop, one after the other, by children that are killed."""

    source: Source
    emulator: Emulator
    children: Children
    folder: Path
    copies: int = 0
    plan: Plan = attrs.field(init=False)
    wanted: list[str] = attrs.field(init=False)
    """The shape of a copy that nobody disturbed."""

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

    async def resume(self, *, looks: int = 1, **options: Unpack[Choices]) -> Report:
        """Go on here, and demand the planned end.

        Args:
            looks: How often each list may be read: a call that was on its way when its
                sender died may arrive after the first look.
            options: How to go on.
        """
        self.emulator.counts.reset()
        report = await apply(
            self.source.world.client,
            self.plan,
            self.journal,
            linger_seconds=0,
            **options,
        )
        require_few_lists(self.emulator.counts.calls, self.source.snapshot, looks)
        return report

    def require_one_copy(self) -> None:
        name = f"Copy {self.copies}"
        assert len(products_named(self.emulator, name)) <= 1
        assert shape(self.emulator, product_named(self.emulator, name)) == self.wanted

    def require_own_ids(self, report: Report) -> None:
        """Demand that each id is that of the one thing in the copy which it is for."""
        product = product_named(self.emulator, f"Copy {self.copies}")
        names = names_by_id(self.emulator, product)
        made = [(one.entity, str(one.new)) for one in report.ids]
        assert len(set(made)) == len(made)
        pairs = zip(made, report.ids, strict=True)
        assert [one for place, one in pairs if names.get(place) not in one.key] == []


@asynccontextmanager
async def trial_of(
    client: AsyncManagementClient, emulator: Emulator, shop: World, folder: Path
) -> AsyncIterator[Trial]:
    source = await source_of(shop, emulator)
    with fast_folder(folder) as place:
        async with children_of(emulator) as children:
            trial = Trial(source, emulator, children, place)
            await trial.begin(warm=True)
            assert await children.end() == "exit 0"
            trial.wanted = shape(emulator, product_named(emulator, "Copy 1"))
            yield trial
