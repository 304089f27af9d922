"""What somebody else does in between is found, adopted if it is the same, and never
overwritten."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.model.plan import Plan
from tests.jobs.apply_tools import REASON, Source, require_few_lists, source_of
from tests.jobs.looking import rename_freely
from tests.jobs.shapes import product_named, products_named, shape
from tests.jobs.world import World, empty_world
from tests.jobs.world_values import plain_formula

Body = dict[str, Any]


@attrs.define
class Scene:
    """A plan for a product into which somebody else puts something first."""

    client: AsyncManagementClient
    emulator: Emulator
    source: Source
    target: World
    plan: Plan
    journal: Path

    async def apply(self, *, collect: bool = True) -> Report:
        self.emulator.counts.reset()
        report = await apply(
            self.client,
            self.plan,
            self.journal,
            on_error="collect" if collect else "stop",
            linger_seconds=0,
        )
        require_few_lists(self.emulator.counts.calls, self.source.snapshot)
        return report

    def body_of(self, step_id: str) -> Body:
        (step,) = (step for step in self.plan.steps if step.id == step_id)
        assert isinstance(step.body, dict)
        return dict(step.body)

    def require_like_source(self) -> None:
        product = product_named(self.emulator, "Target")
        found = [line for line in shape(self.emulator, product) if _is_compared(line)]
        original = shape(self.emulator, product_named(self.emulator, "Web shop"))
        assert found == [line for line in original if _is_compared(line)]


def _is_compared(line: str) -> bool:
    # Of a present product the description stays, and a new one is the last in order;
    # what a secure header says cannot be read.
    return "Bearer" not in line and not line.startswith("preferences")


@pytest.fixture
async def scene(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> Scene:
    target = await empty_world(client, "Target")
    plan = await source.onto(target.product_id, on_conflict="overwrite")
    return Scene(client, emulator, source, target, plan, tmp_path / "j.db")


def outcomes(report: Report) -> dict[str, str]:
    """Return what became of everything that is not simply done."""
    return {step.id: step.outcome for step in report.steps if step.outcome != "done"}


async def test_the_same_thing_made_by_somebody_else_is_adopted(scene: Scene) -> None:
    target = scene.target
    await target.tag("frontend", "whale")
    body = scene.body_of("environment/Staging/create")
    await target.environment(body.pop("name"), **body)
    await target.segment("Employees", "Email", "contains", "@shop.example")
    body = scene.body_of("config/Mobile/create")
    await target.config(body.pop("name"), body.pop("evaluationVersion"), **body)
    report = await scene.apply()
    assert report.is_complete, report.trouble
    adopted = {name for name, outcome in outcomes(report).items()}
    assert adopted == {
        "tag/frontend/create",
        "environment/Staging/create",
        "segment/Employees/create",
        "config/Mobile/create",
    }
    ids = {(one.entity, one.key): one.new for one in report.ids}
    assert ids["tag", ("frontend",)] == target.tags["frontend"]
    assert ids["config", ("Mobile",)] == target.configs["Mobile"]
    scene.require_like_source()


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ("tag/frontend/create", "color"),
        ("environment/Staging/create", "color"),
        ("segment/Employees/create", "comparisonValue"),
        ("config/Mobile/create", "evaluationVersion"),
    ],
)
async def test_another_thing_of_the_same_name_is_left_alone_and_its_dependents_skipped(
    scene: Scene, step: str, field: str
) -> None:
    target = scene.target
    if step.startswith("tag"):
        await target.tag("frontend", "#123456")
    elif step.startswith("environment"):
        await target.environment("Staging", color="#123456")
    elif step.startswith("segment"):
        await target.segment("Employees", "Email", "contains", "@other.example")
    else:
        await target.config("Mobile", "v1")
    before = shape(scene.emulator, product_named(scene.emulator, "Target"))
    report = await scene.apply()
    results = {result.id: result for result in report.steps}
    assert results[step].outcome == "conflict"
    assert field in results[step].note
    others = {result.outcome for result in report.steps if result.id != step}
    assert others <= {"done", "skipped", "adopted", "failed"}
    assert not report.is_complete
    after = shape(scene.emulator, product_named(scene.emulator, "Target"))
    kind, name = step.split("/")[:2]
    mine = [line for line in before if line.startswith(kind) and f"{name}" in line]
    assert mine
    assert set(mine) <= set(after)


async def test_dependents_say_what_they_lack_and_the_rest_is_done(
    scene: Scene,
) -> None:
    await scene.target.segment("Employees", "Email", "contains", "@other.example")
    report = await scene.apply()
    results = {result.id: result for result in report.steps}
    assert results["segment/Employees/create"].outcome == "conflict"
    values = results["values/Main/Production/set"]
    assert values.outcome == "done"
    assert [(one.key, one.reason) for one in values.left_out] == [
        ("newCheckout", "segment 'Employees' was not made")
    ]
    trouble = {result.id for result in report.trouble}
    assert trouble == {"segment/Employees/create", "values/Main/Production/set"}


async def test_the_first_conflict_stops_a_job_that_is_to_stop(scene: Scene) -> None:
    await scene.target.tag("frontend", "#123456")
    report = await scene.apply(collect=False)
    assert report.stopped is not None
    assert report.stopped.startswith("tag/frontend/create was not done")
    later = {step.outcome for step in report.steps if step.stage > 2}
    assert later == {"not_started"}


async def test_a_job_goes_on_when_the_conflict_is_out_of_the_way(scene: Scene) -> None:
    tag = await scene.target.tag("frontend", "#123456")
    report = await scene.apply()
    assert not report.is_complete
    await scene.client.tags.delete_tag(tag)
    report = await scene.apply()
    assert report.is_complete, report.trouble
    scene.require_like_source()


async def test_what_was_written_is_not_written_again_with_what_was_left_out(
    scene: Scene,
) -> None:
    segment = await scene.target.segment("Employees", "Email", "contains", "@x.example")
    report = await scene.apply()
    ids = {(one.entity, one.key): one.new for one in report.ids}
    target = scene.target
    target.environments["Production"] = str(ids["environment", ("Production",)])
    target.settings["Main", "killSwitch"] = int(ids["setting", ("Main", "killSwitch")])
    # Somebody goes on from what was written; only newCheckout is still to come.
    await target.set_formula("Main", "killSwitch", "Production", plain_formula(False))
    await scene.client.segments.delete_segment(segment)
    scene.emulator.requests.clear()
    report = await scene.apply()
    assert report.is_complete, report.trouble
    (request,) = (
        one
        for one in scene.emulator.requests
        if one.operation == "post-setting-values-v2"
    )
    entries = json.loads(request.body)["updateFormulas"]
    new_checkout = ids["setting", ("Main", "newCheckout")]
    assert [entry["settingId"] for entry in entries] == [new_checkout]
    again = await scene.apply()
    assert again.counts == {"earlier": len(scene.plan.steps)}


async def test_two_things_of_the_name_are_reported(scene: Scene) -> None:
    await scene.target.tag("Frontend", "whale")
    await scene.target.tag("another", "whale")
    rename_freely(scene.emulator, "another", "frontend")
    report = await scene.apply()
    (result,) = (one for one in report.steps if one.id == "tag/frontend/create")
    note = "it exists 2 times; rename all but one, then apply again"
    assert (result.outcome, result.note) == ("conflict", note)


async def test_a_setting_of_somebody_else_is_adopted_or_left_alone(
    scene: Scene,
) -> None:
    target = scene.target
    fault = Fault("status", operation="create-setting", status=403, count=None)
    scene.emulator.faults.add(fault)
    report = await scene.apply()
    scene.emulator.faults.clear()
    ids = {(one.entity, one.key): str(one.new) for one in report.ids}
    target.configs = {name: ids["config", (name,)] for name in ("Main", "Mobile")}
    body = scene.body_of("setting/Mobile/minimumVersion/create")
    await target.setting("Mobile", body.pop("key"), body.pop("settingType"), **body)
    await target.setting("Main", "maxItems", "double")
    report = await scene.apply()
    results = {result.id: result for result in report.steps}
    assert results["setting/Mobile/minimumVersion/create"].outcome == "adopted"
    taken = results["setting/Main/maxItems/create"]
    assert taken.outcome == "conflict"
    assert "settingType" in taken.note
    left_out = results["values/Main/Production/set"].left_out
    assert [one.key for one in left_out] == ["maxItems"]
    assert len(report.trouble) == 4


async def test_a_product_of_the_same_name_is_never_filled(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    source = await source_of(shop, emulator)
    plan = source.copy("Copy")
    assert (await apply(client, plan, tmp_path / "1.db")).is_complete
    before = shape(emulator, product_named(emulator, "Copy"))
    emulator.counts.reset()
    report = await apply(client, plan, tmp_path / "2.db", on_error="collect")
    assert report.steps[0].outcome == "conflict"
    assert "a product of this name already exists" in report.steps[0].note
    assert {step.outcome for step in report.steps[1:]} == {"skipped"}
    assert emulator.counts.calls == {"create-product": 1, "get-products": 1}
    assert len(products_named(emulator, "Copy")) == 1
    assert shape(emulator, product_named(emulator, "Copy")) == before


async def test_a_changed_flag_is_left_out_and_the_others_are_written(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    source = await source_of(shop, emulator)
    report = await apply(client, source.copy("Copy"), tmp_path / "1.db")
    copy = World(client, shop.organization_id, str(report.product_id), "Copy")
    ids = {(one.entity, one.key): str(one.new) for one in report.ids}
    for name in ("Production", "Staging", "Test"):
        copy.environments[name] = ids["environment", (name,)]
    for key in ("killSwitch", "newCheckout", "greeting"):
        copy.settings["Main", key] = int(ids["setting", ("Main", key)])
    await copy.set_formula("Main", "killSwitch", "Test", plain_formula(False))
    await copy.set_formula("Main", "greeting", "Test", plain_formula("Bye"))
    await copy.set_formula("Main", "newCheckout", "Test", plain_formula(False))
    plan = await source.onto(copy.product_id, on_conflict="overwrite")
    # One is changed again, and one is changed to what is wanted.
    await copy.set_formula("Main", "killSwitch", "Test", plain_formula(False))
    await copy.set_formula("Main", "greeting", "Test", plain_formula("Howdy"))
    await copy.set_formula("Main", "newCheckout", "Test", plain_formula(True))
    emulator.counts.reset()
    report = await apply(client, plan, tmp_path / "2.db")
    (result,) = report.steps
    assert [(one.key, one.reason) for one in result.left_out] == [
        ("greeting", "somebody changed it since the plan was made")
    ]
    assert result.outcome == "done"
    assert report.stopped is None
    assert not report.is_complete
    assert emulator.counts.calls["get-setting-values-v2"] == 1
    assert emulator.counts.calls["replace-setting-value-v2"] == 1
    values = await client.setting_values_v2.get_setting_values_v2(
        plan_config(ids), copy.environments["Test"]
    )
    served = {one.setting.key: one.default_value for one in values.setting_formulas}
    assert served["killSwitch"].bool_value is True
    assert served["greeting"].string_value == "Howdy"
    assert served["newCheckout"].bool_value is True


def plan_config(ids: dict[tuple[str, tuple[str, ...]], str]) -> str:
    return ids["config", ("Main",)]


async def test_values_that_are_all_changed_are_a_conflict_and_none_is_written(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    source = await source_of(shop, emulator)
    await shop.set_formula("Main", "greeting", "Test", plain_formula("Bye"))
    plan = await source.onto(shop.product_id, on_conflict="overwrite")
    await shop.set_formula("Main", "greeting", "Test", plain_formula("Howdy"))
    emulator.counts.reset()
    report = await apply(client, plan, tmp_path / "j.db")
    (result,) = report.steps
    assert result.outcome == "conflict"
    assert emulator.counts.calls["post-setting-values-v2"] == 0
    again = await apply(client, plan, tmp_path / "j.db")
    assert again.steps[0].outcome == "conflict"


async def test_a_deleted_flag_is_left_out(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    source = await source_of(shop, emulator)
    await shop.set_formula("Main", "greeting", "Test", plain_formula("Bye"))
    await shop.set_formula("Main", "killSwitch", "Test", plain_formula(False))
    plan = await source.onto(shop.product_id, on_conflict="overwrite")
    await client.settings.delete_setting(shop.settings["Main", "greeting"])
    report = await apply(client, plan, tmp_path / "j.db")
    (result,) = report.steps
    assert [(one.key, one.reason) for one in result.left_out] == [
        ("greeting", "setting 'Main / greeting' is not there")
    ]
    assert result.outcome == "done"
    assert REASON in {entry.why for entry in emulator.state.audit}
