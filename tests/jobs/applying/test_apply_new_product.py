"""A new product may have default contents, which `apply` finds by name."""

from pathlib import Path
from uuid import UUID

from configcat_mgmt import AsyncManagementClient, Hooks, models
from configcat_mgmt.core.hooks import CallEvent
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.configs import create_config
from configcat_mgmt.emulator.handlers.environments import create_environment
from configcat_mgmt.emulator.handlers.segments import create_segment
from configcat_mgmt.emulator.handlers.tags import create_tag
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.apply_tools import Source
from tests.jobs.looking import lines
from tests.jobs.shapes import product_named

V1, V2 = models.EvaluationVersion.V1, models.EvaluationVersion.V2


class Furnished(Hooks):
    """Puts contents into a product as soon as it is made."""

    def __init__(self, emulator: Emulator, version: models.EvaluationVersion) -> None:
        self._emulator = emulator
        self._version = version

    def call_finished(self, event: CallEvent) -> None:
        if event.operation_id == "create-product":
            product = product_named(self._emulator, "Copy").product_id
            self._furnish(self._emulator.state, product)

    def _furnish(self, state: State, product: UUID) -> None:
        for name in ("production", "Playground"):
            place = models.CreateEnvironmentModel(name=name, color="#000000")
            create_environment(state, product, place)
        create_tag(state, product, models.CreateTagModel(name="FRONTEND"))
        segment = models.CreateSegmentModel(
            name="vip",
            comparison_attribute="Email",
            comparator=models.RolloutRuleComparator("contains"),
            comparison_value="@",
        )
        create_segment(state, product, segment)
        config = models.CreateConfigRequest(
            name="main", evaluation_version=self._version
        )
        create_config(state, product, config)


async def copy_of(client: AsyncManagementClient, emulator: Emulator) -> Snapshot:
    product = product_named(emulator, "Copy").product_id
    return await take_snapshot(client, product, secrets=True)


async def test_what_a_new_product_has_already_becomes_as_planned(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    furnished = client.with_options(hooks=Furnished(emulator, V2))
    report = await apply(furnished, source.copy("Copy"), tmp_path / "j.db")
    assert report.is_complete, report.trouble
    found = await copy_of(client, emulator)
    assert lines(source.snapshot, found) == ["environment Playground: surplus"]
    assert {one.name for one in found.environments} >= {"Production", "Playground"}
    assert [one.name for one in found.configs] == ["Main", "Mobile", "Legacy"]


async def test_what_cannot_become_as_planned_is_reported_and_not_doubled(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    furnished = client.with_options(hooks=Furnished(emulator, V1))
    plan = source.copy("Copy")
    report = await apply(furnished, plan, tmp_path / "j.db", on_error="collect")
    (conflict,) = (one for one in report.steps if one.outcome == "conflict")
    assert conflict.id == "config/Main/create"
    assert "differs in name, description, evaluationVersion" in conflict.note
    assert "rename or delete it and apply again" in conflict.note
    names = {one.name for one in (await copy_of(client, emulator)).configs}
    assert names == {"main", "Mobile", "Legacy"}
