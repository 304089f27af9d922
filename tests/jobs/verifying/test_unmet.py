"""Verification compares the content that a step wrote with the product."""

from typing import Any

import attrs
import pytest

from configcat_mgmt.jobs.compare.differences import Difference
from configcat_mgmt.jobs.model.entity import Ref
from configcat_mgmt.jobs.model.plan import NewProduct, Plan, Step
from configcat_mgmt.jobs.model.snapshot import Formula, Gap, Snapshot
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from configcat_mgmt.jobs.verifying.plan_effects import unmet
from configcat_mgmt.jobs.verifying.verify import touched, verify
from tests.jobs.world import (
    World,
)
from tests.jobs.world_values import formula

Json = Any


@pytest.fixture
def snapshot(shop_snapshots: dict[bool, Snapshot]) -> Snapshot:
    return shop_snapshots[True]


@pytest.fixture
def copy_plan(snapshot: Snapshot) -> Plan:
    """Plans the shop as a new product."""
    target = NewProduct(snapshot.source.base_url, "Example organization", "Twin")
    return plan_copy(snapshot, target)


def plan_of(copy_plan: Plan, *steps: Step) -> Plan:
    return attrs.evolve(copy_plan, steps=steps)


def step(operation: str, entity: Json, key: tuple[str, ...], body: Json) -> Step:
    arguments: dict[str, Json] = {}
    if entity == "values":
        arguments = {
            "environment_id": Ref("environment", (key[2],)).to_json(),
            "setting_id": Ref("setting", key[:2]).to_json(),
        }
    return Step(f"{entity}/{key}", 5, "set", entity, key, operation, arguments, body)


async def test_a_step_that_writes_a_single_value_is_held_against_it(
    copy_plan: Plan, shop: World
) -> None:
    body = formula(20)
    key = ("main", "MAXITEMS", "test")
    plan = plan_of(copy_plan, step("replace-setting-value-v2", "values", key, body))
    (found,) = await verify(shop.client, plan, shop.product_id)
    assert (found.key, found.field) == (key, "defaultValue")
    await shop.set_formula("Main", "maxItems", "Test", body)
    assert await verify(shop.client, plan, shop.product_id) == ()


async def test_a_patch_is_held_against_the_fields_that_it_sets(
    copy_plan: Plan, snapshot: Snapshot
) -> None:
    patch = [
        {"op": "replace", "path": "/hint", "value": "New"},
        {"op": "add", "path": "/tags/-", "value": Ref("tag", ("Backend",)).to_json()},
        {"op": "remove", "path": "/tags/0"},
    ]
    plan = plan_of(
        copy_plan, step("update-setting", "setting", ("Main", "maxItems"), patch)
    )
    (found,) = unmet(plan, snapshot)
    assert (found.field, found.wanted) == ("hint", "New")


def test_the_last_step_that_writes_a_thing_decides(
    copy_plan: Plan, snapshot: Snapshot
) -> None:
    def update(tag: str, **body: Json) -> Step:
        return step("update-tag", "tag", (tag,), body)

    present = {"name": "Backend", "color": "lizard"}
    plan = plan_of(
        copy_plan, update("Backend", color="whale"), update("Backend", **present)
    )
    assert unmet(plan, snapshot) == ()
    delete = attrs.evolve(update("Backend"), action="delete", body=None, stage=6)
    assert unmet(plan_of(copy_plan, update("x", name="x"), delete), snapshot) == (
        Difference("tag", ("x",), "missing"),
        Difference("tag", ("Backend",), "surplus"),
    )
    again = attrs.evolve(update("Backend", color="lizard"), stage=7)
    assert unmet(plan_of(copy_plan, delete, again), snapshot) == ()


def test_what_a_replacement_leaves_out_has_to_be_gone(
    copy_plan: Plan, snapshot: Snapshot
) -> None:
    key = ("Main", "newCheckout")
    body = {"name": "newCheckout", "order": 1}
    plan = plan_of(copy_plan, step("replace-setting", "setting", key, body))
    assert [one.field for one in unmet(plan, snapshot)] == ["hint", "tags"]
    patch = plan_of(copy_plan, step("update-setting", "setting", key, []))
    assert unmet(patch, snapshot) == ()


def test_variations_are_compared_without_their_ids(
    copy_plan: Plan, snapshot: Snapshot
) -> None:
    def variations(hint: str) -> Plan:
        ref = Ref("variation", ("Main", "provider", "adyen")).to_json()
        listed = [
            {
                "predefinedVariationId": ref,
                "value": {"stringValue": "adyen"},
                "name": "Adyen",
                "hint": hint,
            },
            {"value": {"stringValue": "stripe"}, "name": "Stripe"},
            {"value": {"stringValue": "none"}},
        ]
        body = {"predefinedVariations": listed}
        operation = "update-predefined-variations"
        one = step(operation, "variation", ("Main", "provider"), body)
        return plan_of(copy_plan, one)

    assert unmet(variations("Europe"), snapshot) == ()
    assert touched(variations("Asia")).only.entities == (
        "product",
        "setting",
        "variation",
    )
    (found,) = unmet(variations("Asia"), snapshot)
    assert (found.entity, found.field) == ("setting", "predefinedVariations")


def test_what_is_to_be_gone_but_cannot_be_seen_is_not_taken_for_gone(
    copy_plan: Plan, snapshot: Snapshot
) -> None:
    deletion = attrs.evolve(step("delete-tag", "tag", ("x",), None), action="delete")
    blind = attrs.evolve(snapshot, tags=(), gaps=(Gap("tag", "*", "403"),))
    assert unmet(plan_of(copy_plan, deletion), snapshot) == ()
    (found,) = unmet(plan_of(copy_plan, deletion), blind)
    assert found.kind == "unread"


def test_a_new_name_is_looked_for(copy_plan: Plan, snapshot: Snapshot) -> None:
    renaming = step("update-tag", "tag", ("Backend",), {"name": "Server"})
    (found,) = unmet(plan_of(copy_plan, renaming), snapshot)
    assert str(found) == "tag Server: missing"


def test_an_invitation_is_not_looked_for(copy_plan: Plan, snapshot: Snapshot) -> None:
    body = {"emails": ["a@example.com"]}
    invitation = step("invite-member", "member", ("Support",), body)
    assert unmet(plan_of(copy_plan, invitation), snapshot) == ()
    assert touched(plan_of(copy_plan, invitation)).only.entities == ("product",)


def test_a_text_that_is_to_be_cleared_has_to_be_gone(
    copy_plan: Plan, snapshot: Snapshot
) -> None:
    clearing = step("update-config", "config", ("Main",), {"description": ""})
    (found,) = unmet(plan_of(copy_plan, clearing), snapshot)
    assert str(found) == (
        'config Main: description is "The shop itself" instead of nothing'
    )


def test_a_plan_of_values_asks_for_nothing_else(copy_plan: Plan) -> None:
    values = [one for one in copy_plan.steps if one.entity == "values"]
    selection = touched(plan_of(copy_plan, values[0]))
    assert selection.only.entities == ("product", "values")
    assert selection.only.configs == (values[0].key[0],)
    assert selection.only.environments == (values[0].key[1],)


def test_values_of_unwritten_settings_do_not_count(
    copy_plan: Plan, snapshot: Snapshot
) -> None:
    values = next(one for one in copy_plan.steps if one.entity == "values")
    config = snapshot.configs[0]
    assert config.name == values.key[0]
    extra = attrs.evolve(
        config.settings[0],
        key="extra",
        values={
            name: attrs.evolve(value, targeting=Formula(True))
            for name, value in config.settings[0].values.items()
        },
    )
    wider = attrs.evolve(config, settings=(*config.settings, extra))
    found = attrs.evolve(snapshot, configs=(wider, *snapshot.configs[1:]))
    assert unmet(plan_of(copy_plan, values), found) == ()
