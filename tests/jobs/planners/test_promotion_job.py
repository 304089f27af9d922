"""Promotions from snapshot to result: the values served, and the values kept."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planners.promotion import plan_promotion, promotion_scope
from configcat_mgmt.jobs.planning.plan_file import load_plan, save_plan
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from tests.emulator.published.managed import sdk
from tests.evaluator.evaluation import PYTHON_TYPES, Outcome
from tests.jobs.looking import setting_of, value_of
from tests.jobs.world import REASON, World
from tests.jobs.world_values import old_value, plain_formula

Json = Any

USERS: Final = 100


async def read(shop: World, source: str, *targets: str) -> Snapshot:
    """Read what is needed for a promotion, and nothing else."""
    scope = promotion_scope(source, targets)
    return await take_snapshot(shop.client, shop.product_id, only=scope)


async def applied(client: AsyncManagementClient, plan: Plan, journal: Path) -> Report:
    """Apply a plan by way of its file."""
    assert plan.blockers == ()
    save_plan(plan, journal.with_suffix(".json"))
    plan = load_plan(journal.with_suffix(".json"))
    return await apply(client, plan, journal, linger_seconds=0)


def people() -> list[Json]:
    """Make up users whom the shop tells apart."""
    chooser = Random(5)
    pools: Mapping[str, tuple[object, ...]] = {
        "Email": ("a@example.com", "x@shop.example", "1@a.example", "b@b.example"),
        "Country": ("DE", "AT", "NL", "US"),
        "Age": (17, 18, "18,4", 18.6),
        "AppVersion": ("0.9.0", "1.9.9", "2.0.0"),
        "Since": (1_600_000_000, 1_800_000_000),
        "AccountId": tuple(range(50)),
        "Thing": ("1.2.3", "x, y", "1.5", 13),
    }
    users: list[Json] = [None]
    for number in range(USERS):
        user: dict[str, object] = {"Identifier": f"u{number}"}
        for name, pool in pools.items():
            if chooser.random() < 0.8:
                user[name] = chooser.choice(pool)
        users.append(user)
    return users


async def served(
    shop: World, emulator: Emulator, snapshot: Snapshot, environment: str
) -> dict[str, list[Outcome]]:
    """Return what the official SDK serves to everybody, by config and key."""
    found: dict[str, list[Outcome]] = {}
    for config in snapshot.configs:
        keys = await shop.client.sdk_keys.get_sdk_keys(
            shop.configs[config.name], shop.environments[environment]
        )

        def evaluate(key: str | None = keys.primary, config: Json = config) -> None:
            with sdk(emulator.base_url, str(key)) as official:
                for setting in config.settings:
                    kind = PYTHON_TYPES[setting.type]
                    found[f"{config.name}/{setting.key}"] = [
                        official.outcome(setting.key, user, kind) for user in people()
                    ]

        # It blocks, and what it calls runs here.
        await asyncio.to_thread(evaluate)
    return found


async def test_users_are_served_the_same_afterwards(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    snapshot = await read(shop, "Production", "Test")
    before = await served(shop, emulator, snapshot, "Test")
    plan = plan_promotion(snapshot, "Production", "Test")
    assert [issue.code for issue in plan.issues] == []
    report = await applied(shop.client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble
    source = await served(shop, emulator, snapshot, "Production")
    target = await served(shop, emulator, snapshot, "Test")
    assert target == source
    assert target != before
    values = {one.value for one in target["Main/newCheckout"]}
    assert values == {True, False}, "users are told apart"


async def test_reading_needs_few_calls_and_writing_as_many_as_planned(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    snapshot = await read(shop, "Production", "Staging", "Test")
    calls = emulator.counts.calls
    assert sum(calls.values()) == 7 + 3 + 3 * 3
    plan = plan_promotion(snapshot, "Production", ["Staging", "Test"])
    assert len(plan.steps) == 6
    assert plan.calls()["post-setting-values"] == 2
    emulator.counts.reset()
    report = await applied(shop.client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble
    writes = {name: count for name, count in calls.items() if "get" not in name}
    assert writes == plan.calls()
    assert await verify(shop.client, plan, shop.product_id) == ()
    again = await read(shop, "Production", "Staging", "Test")
    assert plan_promotion(again, "Production", ["Staging", "Test"]).is_empty


async def test_a_reading_of_the_environments_alone_is_enough(shop: World) -> None:
    names = Selection(Criteria(environments=["Test", "Staging"]))
    narrow = await take_snapshot(shop.client, shop.product_id, only=names)
    whole = await take_snapshot(shop.client, shop.product_id)
    plan = plan_promotion(narrow, "Staging", "Test")
    assert plan.issues == ()
    assert plan.steps == plan_promotion(whole, "Staging", "Test").steps != ()
    unread = plan_promotion(narrow, "Staging", "Production", reason=REASON)
    assert {issue.code for issue in unread.blockers} == {"CC208"}
    assert unread.is_empty


async def test_approval_is_bypassed_on_demand_and_by_those_who_may(
    shop: World, tmp_path: Path
) -> None:
    await shop.preferences(approveRequired=True)
    scope = promotion_scope("Test", "Staging")
    before = await take_snapshot(shop.client, shop.product_id, only=scope)
    plan = plan_promotion(before, "Test", "Staging")
    assert [issue.code for issue in plan.blockers] == ["CC215"]
    plan = plan_promotion(before, "Test", "Staging", approval="bypass")
    assert not plan.blockers
    report = await applied(shop.client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble


async def test_nothing_but_targeting_changes_and_nothing_in_other_places(
    shop: World, tmp_path: Path
) -> None:
    before = await take_snapshot(shop.client, shop.product_id)
    selection = Selection(Criteria(tags="release 2.0", configs="Main"))
    plan = plan_promotion(before, "Test", "Production", selection=selection)
    assert [issue.code for issue in plan.blockers] == ["CC207"]
    plan = plan_promotion(
        before, "Test", "Production", selection=selection, reason="go"
    )
    report = await applied(shop.client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble
    after = await take_snapshot(shop.client, shop.product_id)
    place = ("Main", "newCheckout", "Production")
    old, new = value_of(before, *place), value_of(after, *place)
    assert new.targeting == value_of(before, "Main", "newCheckout", "Test").targeting
    assert new.links == old.links != ()
    assert value_of(after, *place[:2], "Staging") == value_of(
        before, *place[:2], "Staging"
    )
    others = [
        (config.name, setting)
        for config in before.configs
        for setting in config.settings
        if (config.name, setting.key) != place[:2]
    ]
    assert len(others) == 12
    for name, setting in others:
        assert setting_of(after, name, setting.key) == setting


async def test_what_somebody_changes_meanwhile_is_left_alone(
    shop: World, tmp_path: Path
) -> None:
    snapshot = await read(shop, "Production", "Staging")
    plan = plan_promotion(snapshot, "Production", "Staging")
    await shop.set_formula("Main", "maxItems", "Staging", plain_formula(77))
    await shop.set_old("Legacy", "oldText", "Staging", old_value("mine"))
    report = await applied(shop.client, plan, tmp_path / "j.db")
    assert not report.is_complete
    trouble = {
        "/".join(step.key): [(one.key, one.reason) for one in step.left_out]
        for step in report.trouble
    }
    reason = "somebody changed it since the plan was made"
    assert trouble == {
        "Main/Staging": [("maxItems", reason)],
        "Legacy/Staging": [("oldText", reason)],
    }
    after = await take_snapshot(shop.client, shop.product_id)
    assert value_of(after, "Main", "maxItems", "Staging").targeting.default == 77
    assert value_of(after, "Legacy", "oldText", "Staging").targeting.default == "mine"
    for config, key in (("Main", "taxRate"), ("Legacy", "oldFlag")):
        source = value_of(after, config, key, "Production").targeting
        assert value_of(after, config, key, "Staging").targeting == source
    places = {
        (one.entity, one.key) for one in await verify(shop.client, plan, "Web shop")
    }
    assert places == {
        ("values", ("Main", "maxItems", "Staging")),
        ("values", ("Legacy", "oldText", "Staging")),
    }


@pytest.mark.parametrize("config", ["Main", "Legacy"])
async def test_what_somebody_promotes_meanwhile_is_done(
    shop: World, emulator: Emulator, tmp_path: Path, config: str
) -> None:
    selection = Selection(Criteria(configs=config, keys=["taxRate", "oldRate"]))
    snapshot = await read(shop, "Production", "Staging")
    plan = plan_promotion(snapshot, "Production", "Staging", selection=selection)
    if config == "Main":
        body = plain_formula(2.0, double=True)
        await shop.set_formula("Main", "taxRate", "Staging", body)
    else:
        values = await shop.client.setting_values.get_setting_values(
            shop.configs["Legacy"], shop.environments["Production"]
        )
        (rate,) = [one for one in values.setting_values if one.setting.key == "oldRate"]
        (rule,) = rate.rollout_rules
        body = old_value(
            rate.value,
            {
                "comparisonAttribute": rule.comparison_attribute,
                "comparator": str(rule.comparator),
                "comparisonValue": rule.comparison_value,
                "value": rule.value,
            },
        )
        await shop.set_old("Legacy", "oldRate", "Staging", body)
    emulator.counts.reset()
    report = await applied(shop.client, plan, tmp_path / "j.db")
    assert report.counts == {"adopted": 1}
    assert not [name for name in emulator.counts.calls if name.startswith("post")]


async def test_a_value_that_lost_its_segment_meanwhile_is_left_alone(
    shop: World, tmp_path: Path
) -> None:
    snapshot = await read(shop, "Test", "Production")
    selection = Selection(Criteria(keys="oldFlag"))
    plan = plan_promotion(
        snapshot, "Test", "Production", selection=selection, reason=REASON
    )
    await shop.set_old("Legacy", "oldFlag", "Production", old_value(True))
    await shop.client.segments.delete_segment(shop.segments["VIP"])
    report = await applied(shop.client, plan, tmp_path / "j.db")
    assert report.counts == {"conflict": 1}
