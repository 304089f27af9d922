"""Flags that somebody changes between plan and deletion are left alone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from configcat_mgmt import AsyncManagementClient, JsonPatch
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.planners.cleanup import plan_cleanup
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.snapshotting.stale import find_stale
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.aging import Clock
from tests.jobs.world import World
from tests.jobs.world_values import (
    flag_is,
    formula,
    old_rule,
    old_value,
    plain_formula,
    rule,
)

Json = Any
Change = Callable[[World], Awaitable[object]]

CHANGED = "somebody changed it since the plan was made"
MOBILE = Selection(Criteria(configs=["Mobile"]))
LEGACY = Selection(Criteria(configs=["Legacy"]))
CHAIN = Selection(
    Criteria(configs=["Main"], keys=["newCheckout", "killSwitch", "provider"])
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def emulator(clock: Clock) -> AsyncIterator[Emulator]:
    async with Emulator(rate_policy=None, clock=clock) as emulator:
        yield emulator


@pytest.fixture
def shop(new_shop: World) -> World:
    return new_shop


@pytest.fixture
async def old_shop(shop: World, clock: Clock) -> World:
    """A shop that nobody has changed for long."""
    clock.turn(days=40)
    return shop


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "j.db"


async def plan_of(world: World, selection: Selection) -> Plan:
    snapshot = await take_snapshot(world.client, world.product_id)
    stale = await find_stale(world.client, snapshot)
    plan = plan_cleanup(snapshot, stale, action="delete", selection=selection)
    assert plan.blockers == ()
    return plan


def kept(report: Report) -> dict[str, str]:
    """Return what was left alone, and why; all else has to be gone."""
    assert report.stopped is None
    assert {step.outcome for step in report.steps} <= {"done", "earlier", "conflict"}
    return {
        one.key: one.reason
        for step in report.steps
        for one in step.left_out
        if step.outcome == "conflict"
    }


async def keys_in(world: World, config: str) -> set[str]:
    settings = await world.client.settings.get_settings(world.configs[config])
    return {one.key for one in settings}


async def serve(shop: World) -> None:
    await shop.set_formula("Mobile", "n2", "Staging", plain_formula(True))


async def serve_the_same_again(shop: World) -> None:
    await serve(shop)
    await shop.set_formula("Mobile", "n2", "Staging", plain_formula(False))


async def protect(shop: World) -> None:
    tag = await shop.tag("permanent")
    patch = JsonPatch().add("/tags/-", tag)
    await shop.client.settings.update_setting(shop.settings["Mobile", "n2"], patch)


async def explain(shop: World) -> None:
    patch = JsonPatch().replace("/hint", "still needed")
    await shop.client.settings.update_setting(shop.settings["Mobile", "n2"], patch)


async def make_anew(shop: World) -> None:
    await shop.client.settings.delete_setting(shop.settings["Mobile", "n2"])
    await shop.setting("Mobile", "n2", name="Named with a number")


async def link(shop: World) -> None:
    await shop.link("Mobile", "n2", "Test", "trello", "card")


@pytest.mark.parametrize(
    "change", [serve, serve_the_same_again, protect, explain, make_anew, link]
)
async def test_a_flag_that_was_changed_stays_and_the_others_go(
    client: AsyncManagementClient, old_shop: World, journal: Path, change: Change
) -> None:
    plan = await plan_of(old_shop, MOBILE)
    await change(old_shop)
    report = await apply(client, plan, journal)
    assert kept(report) == {"n2": CHANGED}
    assert not report.is_complete
    assert [step.key for step in report.trouble] == [("Mobile", "n2")]
    assert await keys_in(old_shop, "Mobile") == {"n2"}
    (difference,) = await verify(client, plan, old_shop.product_id)
    assert (difference.kind, difference.key) == ("surplus", ("Mobile", "n2"))
    # Looked at again, it is still not what the plan was about.
    assert kept(await apply(client, plan, journal))["n2"] == CHANGED


async def test_a_flag_of_version_1_that_was_changed_stays(
    client: AsyncManagementClient, old_shop: World, journal: Path
) -> None:
    plan = await plan_of(old_shop, LEGACY)
    rate = old_value(1.0, old_rule(2.0, "Age", "numberLess", "19"))
    await old_shop.set_old("Legacy", "oldRate", "Production", rate)
    assert kept(await apply(client, plan, journal)) == {"oldRate": CHANGED}
    assert await keys_in(old_shop, "Legacy") == {"oldRate"}


async def test_a_flag_that_another_one_depends_on_by_now_stays(
    client: AsyncManagementClient, old_shop: World, journal: Path
) -> None:
    plan = await plan_of(old_shop, MOBILE)
    await old_shop.setting("Mobile", "brandNew")
    number = old_shop.settings["Mobile", "n2"]
    body = formula(False, rule(True, flag_is(number, True)))
    await old_shop.set_formula("Mobile", "brandNew", "Test", body)
    report = await apply(client, plan, journal)
    assert kept(report) == {"n2": "others depend on it: brandNew"}
    assert await keys_in(old_shop, "Mobile") == {"n2", "brandNew"}


async def test_what_a_changed_flag_depends_on_stays_as_well(
    client: AsyncManagementClient, old_shop: World, journal: Path
) -> None:
    plan = await plan_of(old_shop, CHAIN)
    await old_shop.set_formula("Main", "killSwitch", "Test", plain_formula(False))
    assert kept(await apply(client, plan, journal)) == {
        "killSwitch": CHANGED,
        "provider": "others depend on it: killSwitch",
    }
    assert {"killSwitch", "provider"} <= await keys_in(old_shop, "Main")


async def test_nothing_is_deleted_that_cannot_be_looked_at_again(
    client: AsyncManagementClient, emulator: Emulator, old_shop: World, journal: Path
) -> None:
    plan = await plan_of(old_shop, MOBILE)
    fault = Fault("status", operation="get-setting-values-v2", status=403)
    emulator.faults.add(fault)
    emulator.counts.reset()
    reasons = kept(await apply(client, plan, journal))
    assert set(reasons) == {"newCheckout", "minimumVersion", "n2"}
    assert all("checked again: values Mobile/" in one for one in reasons.values())
    assert emulator.counts.calls["delete-setting"] == 0
    # With access again it is done.
    assert kept(await apply(client, plan, journal)) == {}
    assert await keys_in(old_shop, "Mobile") == set()


async def test_nothing_is_deleted_of_a_product_that_cannot_be_read(
    client: AsyncManagementClient, emulator: Emulator, old_shop: World, journal: Path
) -> None:
    plan = await plan_of(old_shop, MOBILE)
    fault = Fault("status", operation="get-product", status=404, count=9)
    emulator.faults.add(fault)
    report = await apply(client, plan, journal)
    assert report.counts.keys() <= {"failed", "not_started"}
    assert await keys_in(old_shop, "Mobile") == {"newCheckout", "minimumVersion", "n2"}


async def test_an_environment_that_went_or_got_another_name_is_a_change(
    client: AsyncManagementClient, old_shop: World, journal: Path
) -> None:
    plan = await plan_of(old_shop, MOBILE)
    environment = old_shop.environments["Staging"]
    await client.call(
        "update-environment", environment_id=environment, body={"name": "Stage"}
    )
    assert set(kept(await apply(client, plan, journal)).values()) == {CHANGED}


async def test_what_belongs_to_the_flags_alone_may_change(
    client: AsyncManagementClient, old_shop: World, journal: Path
) -> None:
    plan = await plan_of(old_shop, MOBILE)
    await old_shop.environment("Brand new")
    await old_shop.setting("Mobile", "brandNew", order=0)
    await old_shop.setting("Main", "brandNew")
    await client.settings.delete_setting(old_shop.settings["Mobile", "minimumVersion"])
    assert kept(await apply(client, plan, journal)) == {}
    assert await keys_in(old_shop, "Mobile") == {"brandNew"}
