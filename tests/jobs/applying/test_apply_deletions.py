"""Deletions appear in the preview, and the entities are gone afterwards."""

from pathlib import Path

import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.plan import Step
from tests.jobs.apply_tools import Source
from tests.jobs.shapes import product_named, shape
from tests.jobs.world import World


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "j.db"


async def surplus_of(client: AsyncManagementClient, shop: World) -> None:
    """Make something that a restore deletes."""
    await shop.tag("surplus")
    await shop.config("Surplus")
    await shop.setting("Surplus", "flag")
    await shop.webhook("Main", "Test", "https://hooks.example/surplus")
    await shop.segment("Surplus", "Email", "isOneOf", "a")


async def test_deletions_are_shown_first_and_done_when_confirmed(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    before = shape(emulator, product_named(emulator, "Web shop"))
    await surplus_of(client, source.world)
    plan = await source.onto(source.world.product_id, delete=True)
    shown: list[Step] = []

    async def confirm(steps: tuple[Step, ...]) -> bool:
        shown.extend(steps)
        return True

    report = await apply(client, plan, journal, confirm=confirm)
    assert report.is_complete, report.trouble
    assert {step.entity for step in shown} == {"tag", "config", "webhook", "segment"}
    assert shape(emulator, product_named(emulator, "Web shop")) == before


async def test_nothing_is_sent_when_deletions_are_not_confirmed(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    await surplus_of(client, source.world)
    plan = await source.onto(source.world.product_id, delete=True)
    emulator.counts.reset()
    report = await apply(client, plan, journal, confirm=lambda _: False)
    assert emulator.counts.total_calls == 0
    assert report.counts == {"not_started": len(plan.steps)}
    assert report.stopped == "the deletions were not confirmed"


async def test_what_was_deleted_meanwhile_counts_as_deleted(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    shop = source.world
    await surplus_of(client, shop)
    plan = await source.onto(shop.product_id, delete=True)
    await client.tags.delete_tag(shop.tags["surplus"])
    await client.configs.delete_config(shop.configs["Surplus"])
    lost = Fault("drop", operation="delete-segment", after_effect=True)
    gone = Fault("status", operation="delete-webhook", status=404)
    for fault in (lost, gone):
        emulator.faults.add(fault)
    report = await apply(client, plan, journal)
    assert report.is_complete
    notes = {step.entity: step.note for step in report.steps}
    for entity in ("tag", "config", "webhook"):
        assert notes[entity] == "it no longer existed"
    assert lost.struck == gone.struck == 1


async def test_a_setting_can_go_together_with_an_environment(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    shop = source.world
    before = shape(emulator, product_named(emulator, "Web shop"))
    await shop.environment("Surplus")
    await shop.setting("Main", "surplus")
    plan = await source.onto(shop.product_id, delete=True)
    assert [step.entity for step in plan.steps] == ["environment", "setting"]
    report = await apply(client, plan, journal)
    assert report.is_complete, report.trouble
    assert shape(emulator, product_named(emulator, "Web shop")) == before
