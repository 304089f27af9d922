"""Stale flags are tagged or deleted: only those that nothing needs any more."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from configcat_mgmt import AsyncManagementClient, ConfigurationError
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planners.cleanup import plan_cleanup
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.planning.plan_file import load_plan, save_plan
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.snapshotting.stale import find_stale
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.aging import Clock, refer
from tests.jobs.looking import setting_of
from tests.jobs.plan_facts import codes, issue_of
from tests.jobs.shapes import product_named, shape
from tests.jobs.world import REASON, World
from tests.jobs.world_values import plain_formula

Json = Any

MOBILE = Selection(Criteria(configs=["Mobile"]))
LEGACY = Selection(Criteria(configs=["Legacy"]))
CHAIN = ("newCheckout", "killSwitch", "provider")
"""Flags of which each has a condition on the next, in different environments."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def emulator(clock: Clock) -> AsyncIterator[Emulator]:
    async with Emulator(rate_policy=None, clock=clock, request_log=100) as emulator:
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


def chosen(*keys: str, **exclude: Json) -> Selection:
    return Selection(Criteria(configs=["Main"], keys=keys), Criteria(**exclude))


async def plan_of(world: World, **choices: Json) -> Plan:
    """Look for stale flags and plan what to do about them."""
    snapshot = await take_snapshot(world.client, world.product_id)
    stale = await find_stale(world.client, snapshot)
    return plan_cleanup(snapshot, stale, **choices)


def deleted(plan: Plan) -> list[str]:
    assert {step.action for step in plan.steps} <= {"delete"}
    return [step.key[-1] for step in plan.steps]


async def test_flags_are_tagged_with_one_call_each_and_only_once(
    client: AsyncManagementClient, old_shop: World, journal: Path
) -> None:
    before = await take_snapshot(client, old_shop.product_id)
    plan = await plan_of(old_shop, action="tag", selection=MOBILE)
    assert (plan.kind, plan.source_hash) == ("cleanup", snapshot_hash(before))
    assert plan.calls() == {"create-tag": 1, "replace-setting": 3}
    assert plan.issues == ()
    report = await apply(client, plan, journal)
    assert report.is_complete, report.trouble
    assert await verify(client, plan, old_shop.product_id) == ()
    after = await take_snapshot(client, old_shop.product_id)
    assert setting_of(after, "Mobile", "newCheckout").tags == ("release 2.0", "stale")
    assert setting_of(after, "Main", "newCheckout") == setting_of(
        before, "Main", "newCheckout"
    )
    assert (await plan_of(old_shop, action="tag", selection=MOBILE)).is_empty


async def test_a_flag_that_has_the_tag_in_other_letters_is_left_alone(
    old_shop: World,
) -> None:
    choices = {"action": "tag", "tag": "BACKEND", "selection": LEGACY}
    plan = await plan_of(old_shop, **choices)
    assert plan.calls() == {"replace-setting": 2}
    assert {step.key[-1] for step in plan.steps} == {"oldText", "oldRate"}


async def test_flags_are_deleted_and_nothing_else_is(
    client: AsyncManagementClient, emulator: Emulator, old_shop: World, journal: Path
) -> None:
    plan = await plan_of(old_shop, action="delete", selection=MOBILE)
    assert plan.calls() == {"delete-setting": 3}
    emulator.counts.reset()
    report = await apply(client, plan, journal)
    assert report.is_complete, report.trouble
    assert dict(emulator.counts.calls) == {
        # To find the flags.
        "get-configs": 2,
        "get-settings": 2,
        # To look at them again.
        "get-product": 1,
        "get-environments": 1,
        "get-segments": 1,
        "get-setting-values-v2": 3,
        "delete-setting": 3,
    }
    assert await verify(client, plan, old_shop.product_id) == ()
    after = await take_snapshot(client, old_shop.product_id)
    assert {config.name: len(config.settings) for config in after.configs} == {
        "Main": 7,
        "Mobile": 0,
        "Legacy": 3,
    }
    assert (await plan_of(old_shop, action="delete", selection=MOBILE)).is_empty


async def test_a_restore_brings_deleted_flags_back_under_new_ids(
    client: AsyncManagementClient, emulator: Emulator, old_shop: World, journal: Path
) -> None:
    before = await take_snapshot(client, old_shop.product_id)
    looks = shape(emulator, product_named(emulator, "Web shop"))
    plan = await plan_of(old_shop, action="delete", max_deletes=13)
    report = await apply(client, plan, journal)
    assert report.is_complete, report.trouble
    found = await take_snapshot(client, old_shop.product_id)
    assert not any(config.settings for config in found.configs)
    options = PlanOptions(kind="restore", on_conflict="overwrite", reason=REASON)
    plan = plan_copy(before, found, options)
    report = await apply(client, plan, journal.with_name("restore.db"))
    assert report.is_complete, report.trouble
    assert shape(emulator, product_named(emulator, "Web shop")) == looks
    after = await take_snapshot(client, old_shop.product_id)
    assert (await verify(client, before, old_shop.product_id)) == ()
    for key in CHAIN:
        old, new = (setting_of(one, "Main", key).id for one in (before, after))
        assert old != new


async def test_what_depends_on_a_flag_goes_before_it(
    client: AsyncManagementClient, emulator: Emulator, old_shop: World, journal: Path
) -> None:
    selection = chosen(*CHAIN)
    plan = await plan_of(old_shop, action="delete", selection=selection)
    assert deleted(plan) == list(CHAIN)
    assert len({step.stage for step in plan.steps}) == 3
    report = await apply(client, plan, journal)
    assert report.is_complete, report.trouble
    sent = [one.path for one in emulator.requests if one.method == "DELETE"]
    ids = [old_shop.settings["Main", key] for key in CHAIN]
    assert sent == [f"/v1/settings/{number}" for number in ids]
    assert await verify(client, plan, old_shop.product_id) == ()


@pytest.mark.parametrize(
    ("keys", "gone"),
    [
        (CHAIN[1:], []),
        (CHAIN[2:], []),
        (CHAIN[:1], ["newCheckout"]),
        (CHAIN[:2], ["newCheckout", "killSwitch"]),
    ],
)
async def test_a_flag_stays_as_long_as_one_that_depends_on_it(
    old_shop: World, keys: tuple[str, ...], gone: list[str]
) -> None:
    plan = await plan_of(old_shop, action="delete", selection=chosen(*keys))
    assert deleted(plan) == gone
    assert plan.blockers == ()
    if gone:
        assert plan.issues == ()
    else:
        cause = issue_of(plan, "CC564").cause
        assert "provider (killSwitch in Staging)" in cause


async def test_a_flag_in_code_stays_unless_that_is_allowed(
    old_shop: World,
) -> None:
    await refer(old_shop, "Mobile", "newCheckout", 3, 14)
    choices: Json = {"action": "delete", "selection": MOBILE}
    plan = await plan_of(old_shop, **choices)
    assert deleted(plan) == ["minimumVersion", "n2"]
    assert plan.blockers == ()
    cause = issue_of(plan, "CC562").cause
    assert cause.endswith("refers to them: newCheckout (2 references).")
    plan = await plan_of(old_shop, allow_code_references=True, **choices)
    assert set(deleted(plan)) == {"newCheckout", "minimumVersion", "n2"}
    assert codes(plan) == ["CC565"]


async def test_a_flag_whose_code_cannot_be_read_stays_unless_that_is_allowed(
    emulator: Emulator, old_shop: World
) -> None:
    operation = "get-references-for-feature-flag-or-setting"
    choices: Json = {"action": "delete", "selection": LEGACY}
    emulator.faults.add(Fault("status", operation=operation, status=403, count=None))
    plan = await plan_of(old_shop, **choices)
    assert plan.is_empty
    assert codes(plan) == ["CC563"]
    plan = await plan_of(old_shop, allow_code_references=True, **choices)
    assert len(deleted(plan)) == 3
    assert codes(plan) == ["CC565"]


async def test_no_more_is_deleted_than_allowed(
    client: AsyncManagementClient, emulator: Emulator, old_shop: World, journal: Path
) -> None:
    choices: Json = {"action": "delete", "selection": MOBILE}
    plan = await plan_of(old_shop, max_deletes=2, **choices)
    (issue,) = plan.blockers
    assert issue.code == "CC403"
    assert "`max_deletes`" in issue.remedy
    emulator.counts.reset()
    with pytest.raises(ConfigurationError, match="CC403"):
        await apply(client, plan, journal)
    assert emulator.counts.total_calls == 0
    assert (await plan_of(old_shop, max_deletes=3, **choices)).blockers == ()


async def test_a_flag_that_lives_in_one_environment_is_tagged_but_not_deleted(
    old_shop: World,
) -> None:
    await old_shop.set_formula("Main", "taxRate", "Test", plain_formula(0.5))
    selection = chosen("taxRate")
    assert len((await plan_of(old_shop, action="tag", selection=selection)).steps) == 2
    plan = await plan_of(old_shop, action="delete", selection=selection)
    assert plan.is_empty
    assert "taxRate (not in Test)" in issue_of(plan, "CC561").cause
    without = chosen("taxRate", environments=["Test"])
    assert deleted(await plan_of(old_shop, action="delete", selection=without)) == [
        "taxRate"
    ]
    only = Selection(Criteria(keys=["taxRate"], environments=["Test"]))
    for action in ("tag", "delete"):
        plan = await plan_of(old_shop, action=action, selection=only)
        assert (plan.steps, plan.issues) == ((), ())


async def test_flags_can_be_kept_by_a_tag(old_shop: World) -> None:
    kept = Selection(Criteria(configs=["Mobile"]), Criteria(tags=["release*"]))
    plan = await plan_of(old_shop, action="delete", selection=kept)
    assert set(deleted(plan)) == {"minimumVersion", "n2"}
    assert plan.issues == ()


async def test_a_plan_of_deletions_comes_through_a_file(
    old_shop: World, tmp_path: Path
) -> None:
    plan = await plan_of(old_shop, action="delete", selection=MOBILE)
    save_plan(plan, tmp_path / "plan.json")
    assert load_plan(tmp_path / "plan.json") == plan
