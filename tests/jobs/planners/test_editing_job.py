"""Edits from snapshot to result: the calls, and changes by others that stay."""

from pathlib import Path
from typing import Any, Final

import attrs

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    PercentageOption,
    Rule,
    RuleV1,
    SegmentCondition,
    Snapshot,
    UserCondition,
)
from configcat_mgmt.jobs.planners.edit import Edit, edited, plan_edit
from configcat_mgmt.jobs.planning.plan_file import load_plan, save_plan
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.looking import setting_of, value_of
from tests.jobs.world import REASON, World
from tests.jobs.world_values import old_value, plain_formula

Json = Any

EVERYTHING_OF_SETTINGS: Final = Edit(
    add_tags=["Q3", "backend"],
    remove_tags="release 2.0",
    name="[{key}] {name}",
    hint="{hint} Owned by shop",
    order=10,
    order_step=10,
)


async def read(shop: World) -> Snapshot:
    return await take_snapshot(shop.client, shop.product_id)


async def applied(client: AsyncManagementClient, plan: Plan, journal: Path) -> Report:
    """Apply a plan by way of its file."""
    assert plan.blockers == ()
    save_plan(plan, journal.with_suffix(".json"))
    plan = load_plan(journal.with_suffix(".json"))
    return await apply(client, plan, journal, linger_seconds=0)


async def require_done(
    shop: World, edit: Edit, selection: Selection, folder: Path
) -> tuple[Snapshot, Snapshot]:
    """Edit, and demand that the product is as it should be; return before and after."""
    before = await read(shop)
    plan = plan_edit(before, edit, selection=selection, reason=REASON)
    report = await applied(shop.client, plan, folder / "j.db")
    assert report.is_complete, report.trouble
    assert await verify(shop.client, plan, shop.product_id) == ()
    after = await read(shop)
    assert differences(edited(before, edit, selection), after) == ()
    again = plan_edit(after, edit, selection=selection, reason=REASON)
    assert again.is_empty, again.steps
    return before, after


async def test_settings_are_edited_with_one_call_each(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    selection = Selection(Criteria(configs=["Main", "Legacy"]), Criteria(keys="e*"))
    edit = EVERYTHING_OF_SETTINGS
    plan = plan_edit(await read(shop), edit, selection=selection)
    assert plan.calls() == {"create-tag": 1, "replace-setting": 9}
    emulator.counts.reset()
    before, after = await require_done(shop, edit, selection, tmp_path)
    writes = {
        name: count
        for name, count in emulator.counts.calls.items()
        if name.startswith(("create", "replace", "update", "post"))
    }
    assert writes == plan.calls()
    changed = setting_of(after, "Main", "newCheckout")
    assert changed.tags == ("Backend", "Q3", "frontend")
    assert changed.name == "[newCheckout] newCheckout"
    assert setting_of(after, "Main", "killSwitch").hint == (
        "Off in an emergency Owned by shop"
    )
    for config, key in (("Main", "everyComparator"), ("Mobile", "newCheckout")):
        assert setting_of(after, config, key) == setting_of(before, config, key)
    old, new = (
        attrs.evolve(setting_of(one, "Main", "newCheckout"), name="", order=0, tags=())
        for one in (before, after)
    )
    assert attrs.evolve(new, hint=None) == attrs.evolve(old, hint=None)


async def test_values_are_edited_with_one_call_for_each(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    email = UserCondition("Email", "isOneOf", (("me@shop.example", "me"),))
    edit = Edit(
        value=True,
        add_rule=Rule((email, SegmentCondition("employees", "isIn")), False),
        percentage_options=(PercentageOption(25, True), PercentageOption(75, False)),
    )
    criteria = Criteria(
        configs="M*", types="boolean", environments=["Staging", "Production"]
    )
    before, after = await require_done(shop, edit, Selection(criteria), tmp_path)
    writes = emulator.counts.calls["replace-setting-value-v2"]
    assert (
        writes
        == sum(
            one.type == "boolean" and config.name[0] == "M"
            for config in before.configs
            for one in config.settings
        )
        * 2
    )
    place = ("Main", "newCheckout", "Production")
    found, links = value_of(after, *place), value_of(before, *place).links
    assert len(found.targeting.rules) == 5
    assert found.links == links != ()
    place = ("Main", "newCheckout", "Test")
    assert value_of(after, *place) == value_of(before, *place)


async def test_values_of_version_1_are_edited_as_well(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    rule = RuleV1(True, segment="VIP", segment_comparator="isIn")
    criteria = Criteria(configs="Legacy", types="boolean", environments="Production")
    edit = Edit(value=True, rules=[rule])
    _, after = await require_done(shop, edit, Selection(criteria), tmp_path)
    assert emulator.counts.calls["post-setting-values"] == 1
    found = value_of(after, "Legacy", "oldFlag", "Production").targeting
    assert (found.default, found.rules) == (True, (rule,))
    assert getattr(found, "percentage_options", None) == ()


async def test_a_predefined_variation_is_served(shop: World, tmp_path: Path) -> None:
    criteria = Criteria(keys="provider", environments="Test")
    edit = Edit(
        value="stripe",
        percentage_options=(
            PercentageOption(40, "none"),
            PercentageOption(60, "adyen"),
        ),
    )
    await require_done(shop, edit, Selection(criteria), tmp_path)


async def test_what_somebody_changes_meanwhile_is_left_alone(
    shop: World, tmp_path: Path
) -> None:
    edit = Edit(value=2, hint="Of tests")
    selection = Selection(Criteria(keys=["maxItems", "oldRate"], environments="Test"))
    with_double = Selection(Criteria(keys=["oldRate", "taxRate"], environments="Test"))
    snapshot = await read(shop)
    plan = plan_edit(snapshot, edit, selection=selection)
    other = plan_edit(snapshot, Edit(value=5.0), selection=with_double)
    await shop.set_formula("Main", "maxItems", "Test", plain_formula(7))
    await shop.set_old("Legacy", "oldRate", "Test", old_value(7.5))
    patch: Json = [{"op": "replace", "path": "/name", "value": "Their name"}]
    setting = shop.settings["Main", "maxItems"]
    await shop.client.call("update-setting", setting_id=setting, body=patch)
    report = await applied(shop.client, plan, tmp_path / "1.db")
    assert {step.id: step.outcome for step in report.steps} == {
        "setting/Main/maxItems/update": "conflict",
        "setting/Legacy/oldRate/update": "done",
        "values/Main/Test/set": "conflict",
        "values/Legacy/Test/set": "conflict",
    }
    report = await applied(shop.client, other, tmp_path / "2.db")
    assert {step.id: step.outcome for step in report.steps} == {
        "values/Main/Test/set": "done",
        "values/Legacy/Test/set": "conflict",
    }
    after = await read(shop)
    assert value_of(after, "Main", "maxItems", "Test").targeting.default == 7
    assert value_of(after, "Legacy", "oldRate", "Test").targeting.default == 7.5
    found = setting_of(after, "Main", "maxItems")
    assert found == attrs.evolve(
        setting_of(snapshot, "Main", "maxItems"),
        name="Their name",
        values=found.values,
    )
    assert setting_of(after, "Legacy", "oldRate").hint == "Of tests"


async def test_a_tag_that_somebody_makes_meanwhile_is_used(
    shop: World, tmp_path: Path
) -> None:
    selection = Selection(Criteria(configs="Mobile"))
    await shop.preferences(mandatorySettingHint=False)
    plan = plan_edit(await read(shop), Edit(add_tags="q3"), selection=selection)
    await shop.tag("q3")
    report = await applied(shop.client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble
    assert report.counts == {"adopted": 1, "done": 3}
    for setting in (await read(shop)).configs[1].settings:
        assert "q3" in setting.tags
