"""Writes of V2 values name the version that the plan saw, so no change is lost."""

from pathlib import Path
from uuid import UUID, uuid4

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.report import CHANGED
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.three_flags import Meddler, promotion, served, three_flags
from tests.jobs.world import World
from tests.jobs.world_values import flag_is, formula, plain_formula, rule

WRITE = "replace-setting-value-v2"


@pytest.fixture
async def three(client: AsyncManagementClient) -> World:
    return await three_flags(client)


async def test_a_change_between_the_look_and_the_write_is_left_alone(
    three: World, emulator: Emulator, tmp_path: Path
) -> None:
    place = UUID(three.environments["Production"])
    value = emulator.state.values[place, three.settings["Main", "second"]]

    def somebody_changes_it() -> None:
        value.version_id = uuid4()

    plan = await promotion(three)
    hooks = Meddler(WRITE, somebody_changes_it)
    client = three.client.with_options(hooks=hooks)
    report = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    (step,) = report.steps
    assert step.outcome == "done"
    assert [(one.key, one.reason) for one in step.left_out] == [("second", CHANGED)]
    assert report.needs_new_plan
    assert served(emulator, three, "Production") == {
        "first": True,
        "second": False,
        "third": True,
    }
    differing = await verify(three.client, plan, three.product_id)
    assert {one.key for one in differing} == {("Main", "second", "Production")}


async def test_an_equal_change_between_the_look_and_the_write_is_adopted(
    three: World, emulator: Emulator, tmp_path: Path
) -> None:
    place = UUID(three.environments["Production"])
    value = emulator.state.values[place, three.settings["Main", "second"]]

    def somebody_wants_the_same() -> None:
        value.version_id = uuid4()
        value.content = attrs.evolve(value.content, default=True)

    hooks = Meddler(WRITE, somebody_wants_the_same)
    client = three.client.with_options(hooks=hooks)
    plan = await promotion(three)
    report = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete, report.trouble
    assert await verify(three.client, plan, three.product_id) == ()


async def test_a_write_without_a_response_is_looked_up_and_not_made_twice(
    three: World, emulator: Emulator, tmp_path: Path
) -> None:
    plan = await promotion(three)
    emulator.faults.add(Fault("drop", WRITE, count=3, after_effect=True))
    entries = len(emulator.state.audit)
    report = await apply(three.client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete, report.trouble
    assert report.calls["get-setting-values-v2"] == 2
    assert len(emulator.state.audit) == entries + 3
    assert set(served(emulator, three, "Production").values()) == {True}


async def test_a_dependency_that_changes_its_direction_never_forms_a_circle(
    three: World, emulator: Emulator, tmp_path: Path
) -> None:
    def on(key: str) -> object:
        condition = flag_is(three.settings["Main", key], wanted=True)
        return formula(False, rule(True, condition))

    for environment, one, other in (
        ("Test", "first", "second"),
        ("Production", "second", "first"),
    ):
        await three.set_formula("Main", other, environment, plain_formula(True))
        await three.set_formula("Main", one, environment, on(other))
    for source in ("Test", "Production"):
        plan = await promotion(three, source)
        journal = tmp_path / f"{source}.db"
        report = await apply(three.client, plan, journal, linger_seconds=0)
        assert report.is_complete, report.trouble
        assert await verify(three.client, plan, three.product_id) == ()


async def test_a_dependency_through_an_unchanged_value_is_written_first(
    three: World, tmp_path: Path
) -> None:
    def on(key: str) -> object:
        condition = flag_is(three.settings["Main", key], wanted=True)
        return formula(False, rule(True, condition))

    first, through, last = keys = "first", "second", "third"
    for environment, values in (
        ("Test", {through: on(last), first: on(through)}),
        ("Production", {through: on(last), last: on(first)}),
    ):
        for key in keys:
            plain = plain_formula(True)
            await three.set_formula("Main", key, environment, plain)
        for key, value in values.items():
            await three.set_formula("Main", key, environment, value)
    plan = await promotion(three, "Test")
    report = await apply(three.client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete, report.trouble
