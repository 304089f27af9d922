"""`verify` reads the product back and names every difference."""

import re
from pathlib import Path
from typing import Any

import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.plan import NewProduct, Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from configcat_mgmt.models import (
    ModifyIntegrationRequest,
    UpdateEnvironmentModel,
    UpdatePreferencesRequest,
    UpdateSegmentModel,
    UpdateTagModel,
)
from tests.jobs.world import (
    REASON,
    SECRETS,
    World,
    build_shop,
    build_wide,
)
from tests.jobs.world_values import old_rule, old_value, plain_formula

Json = Any


@pytest.fixture
async def twin(client: AsyncManagementClient, shop: World, emulator: Emulator) -> World:
    """A second product like the shop."""
    twin = await build_shop(client, "Twin", order=0)
    emulator.counts.reset()
    return twin


@pytest.fixture
async def snapshot(client: AsyncManagementClient, shop: World) -> Snapshot:
    return await take_snapshot(client, shop.product_id, secrets=True)


@pytest.fixture
def copy_plan(snapshot: Snapshot) -> Plan:
    """Plans the shop as a new product."""
    target = NewProduct(snapshot.source.base_url, "Example organization", "Twin")
    return plan_copy(snapshot, target)


async def lines(
    wanted: Plan | Snapshot, world: World, selection: Selection | None = None
) -> list[str]:
    """Verify a product; return what people see."""
    found = await verify(world.client, wanted, world.product_id, selection=selection)
    assert not any(secret in repr(found) for secret in SECRETS)
    return [str(one) for one in found]


async def disturb(world: World) -> None:
    """Change one thing of each kind in a product."""
    client = world.client
    await client.tags.update_tag(world.tags["Backend"], UpdateTagModel(color="koala"))
    await client.environments.update_environment(
        world.environments["Staging"], UpdateEnvironmentModel(color="#000000")
    )
    await client.segments.update_segment(
        world.segments["VIP"], UpdateSegmentModel(comparison_value="u1")
    )
    await client.call(
        "update-permission-group",
        permission_group_id=world.groups["Support"],
        body={"canTagSetting": True},
    )
    await client.call(
        "update-config", config_id=world.configs["Mobile"], body={"order": 9}
    )
    await client.call(
        "update-setting",
        setting_id=world.settings["Main", "maxItems"],
        body=[{"op": "replace", "path": "/hint", "value": "Changed"}],
    )
    await world.set_formula("Main", "maxItems", "Staging", plain_formula(11))
    old = old_value(False, old_rule(True, "Email", "isOneOf", "z"))
    await world.set_old("Legacy", "oldFlag", "Production", old)
    await world.link("Main", "newCheckout", "Production", "monday", "item/2", url="u")
    await client.call(
        "update-webhook",
        webhook_id=world.webhooks["https://hooks.example/changed"],
        body=[{"op": "replace", "path": "/content", "value": "other"}],
    )
    await client.integrations.update_integration(
        world.integrations["Metrics"],
        ModifyIntegrationRequest(
            name="Metrics",
            parameters={"apikey": "canary-other"},
            environment_ids=[],
            config_ids=[],
        ),
    )
    await client.products.update_product_preferences(
        world.product_id, UpdatePreferencesRequest(show_variation_id=False)
    )


DISTURBED = [
    "environment Staging: color",
    "tag Backend: color",
    "segment VIP: comparisonValue",
    "permission group Support: canTagSetting",
    "config Mobile: order",
    "setting Main / maxItems: hint",
    "values Main / maxItems / Staging: default value",
    "values Main / maxItems / Staging: rules",
    "values Legacy / oldFlag / Production: rules",
    "values Legacy / oldFlag / Production: percentage options",
    "link Main / newCheckout / Production / monday / item/2: url",
    "webhook Main / Production / https://hooks.example/changed / post: content",
    "integration Metrics / dataDog: parameters",
    "integration Metrics / dataDog: environmentIds",
    "preferences of the product: showVariationId",
]


SECURE_HEADER = (
    "webhook Main / Production / https://hooks.example/changed / post: webHookHeaders "
    "is secret, and differs"
)
"""A plan cannot write it, since its value cannot be read; the twin has it."""


def heads(found: list[str]) -> list[str]:
    """Cut differences after what differs."""
    return sorted(re.split(" is | are ", line)[0] for line in found)


# Against a snapshot


async def test_a_product_is_as_its_snapshot_says_until_it_changes(
    snapshot: Snapshot, shop: World
) -> None:
    assert await lines(snapshot, shop) == []
    await disturb(shop)
    assert heads(await lines(snapshot, shop)) == sorted(DISTURBED)


async def test_another_product_can_be_held_against_a_snapshot(
    snapshot: Snapshot, twin: World
) -> None:
    assert await lines(snapshot, twin) == []
    found = await verify(twin.client, snapshot, "TWIN")
    assert found == ()
    with pytest.raises(ConfigurationError, match="no product 'Twins'"):
        await verify(twin.client, snapshot, "Twins")


async def test_a_selection_bounds_what_is_read_and_compared(
    snapshot: Snapshot, shop: World, emulator: Emulator
) -> None:
    await disturb(shop)
    emulator.counts.reset()
    only = Criteria(
        entities=("setting", "values"), configs="Main", environments="Staging"
    )
    found = await lines(snapshot, shop, Selection(only=only))
    assert heads(found) == sorted(line for line in DISTURBED if "maxItems" in line)
    assert dict(emulator.counts.calls) == {
        "get-product": 1,
        "get-environments": 1,
        "get-configs": 1,
        "get-segments": 1,
        "get-settings": 1,
        "get-setting-values-v2": 1,
    }


async def test_everything_is_read_once_but_the_organization(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    wide = await build_wide(client, configs=3, environments=4, flags=1)
    snapshot = await take_snapshot(client, wide.product_id)
    emulator.counts.reset()
    told: list[tuple[int, int]] = []
    found = await verify(
        client, snapshot, wide.product_id, progress=lambda *both: told.append(both)
    )
    assert found == ()
    assert emulator.counts.total_calls == 9 + 3 + 3 * 4
    assert told[-1] == (24, 24)


async def test_what_may_not_be_read_back_is_not_taken_for_equal(
    snapshot: Snapshot, shop: World, emulator: Emulator
) -> None:
    for operation in ("get-tags", "get-setting-values"):
        emulator.faults.add(Fault("status", operation=operation, status=403, count=1))
    found = await lines(snapshot, shop)
    assert len(found) == 2
    assert found[0] == (
        "tag of the product: not compared, 403: the credentials have no permission to "
        "read it"
    )
    assert found[1].startswith("values Legacy / ")


# Against a plan


async def test_a_plan_for_a_new_product_is_met_by_one_that_was_made_alike(
    copy_plan: Plan, twin: World, emulator: Emulator
) -> None:
    assert await lines(copy_plan, twin) == [SECURE_HEADER]
    calls = emulator.counts.calls
    assert calls["get-settings"] == 3
    assert calls["get-setting-values"] + calls["get-setting-values-v2"] == 9
    assert calls["get-segment"] == 4
    assert emulator.counts.total_calls == 9 + 4 + 3 + 9


async def test_a_change_of_anything_that_a_plan_wrote_is_found(
    copy_plan: Plan, twin: World
) -> None:
    await disturb(twin)
    found = await lines(copy_plan, twin)
    assert heads(found) == heads([*DISTURBED, SECURE_HEADER])


async def test_what_a_plan_did_not_write_may_be_there(
    copy_plan: Plan, twin: World
) -> None:
    await twin.tag("Another")
    await twin.config("Another")
    await twin.setting("Main", "another")
    await twin.webhook("Main", "Test", "https://hooks.example/another")
    await twin.webhook("Main", "Test", "https://hooks.example/test", content="twice")
    await twin.link("Main", "greeting", "Test", "trello", "another")
    await twin.environment("Another")
    assert await lines(copy_plan, twin) == [SECURE_HEADER]


async def test_whatever_is_gone_again_is_missing(copy_plan: Plan, twin: World) -> None:
    client = twin.client
    await client.settings.delete_setting(twin.settings["Legacy", "oldText"])
    await client.tags.delete_tag(twin.tags["frontend"])
    await client.webhooks.delete_webhook(twin.webhooks["https://hooks.example/legacy"])
    found = await lines(copy_plan, twin)
    values = {
        f"values Legacy / oldText / {place}: missing" for place in twin.environments
    }
    tagged = [line for line in found if " tags is " in line]
    assert {line.split(":")[0] for line in tagged} == {"setting Main / newCheckout"}
    assert set(found) - set(tagged) - {SECURE_HEADER} == {
        "tag frontend: missing",
        "setting Legacy / oldText: missing",
        "webhook Legacy / Production / https://hooks.example/legacy / get: missing",
        *values,
    }


async def test_a_product_that_was_copied_is_verified(
    snapshot: Snapshot, copy_plan: Plan, client: AsyncManagementClient, tmp_path: Path
) -> None:
    report = await apply(client, copy_plan, tmp_path / "journal", linger_seconds=0)
    assert report.is_complete, report
    assert await verify(client, copy_plan, "Twin") == ()
    # Values of secure headers cannot be read, so a webhook with one goes without.
    found = await verify(client, snapshot, "Twin")
    assert [(one.entity, one.field) for one in found] == [("webhook", "webHookHeaders")]


async def test_an_overwrite_is_unmet_before_and_met_after(
    snapshot: Snapshot, twin: World, emulator: Emulator, tmp_path: Path
) -> None:
    await disturb(twin)
    target = await take_snapshot(twin.client, twin.product_id, secrets=True)
    options = PlanOptions(on_conflict="overwrite", reason=REASON)
    plan = plan_copy(snapshot, target, options)
    assert plan.blockers == ()
    assert heads(await lines(plan, twin)) == sorted(DISTURBED)
    emulator.counts.reset()
    await lines(plan, twin)
    # Only the two configs and places whose values it writes are read.
    calls = emulator.counts.calls
    assert calls["get-settings"] == 3
    assert (calls["get-setting-values"], calls["get-setting-values-v2"]) == (2, 4)
    report = await apply(twin.client, plan, tmp_path / "journal", linger_seconds=0)
    assert report.is_complete, report
    assert await lines(plan, twin) == []
    assert await lines(snapshot, twin) == []


async def test_what_was_to_be_deleted_is_surplus_until_it_is(
    snapshot: Snapshot, twin: World, tmp_path: Path
) -> None:
    await twin.tag("Another")
    await twin.config("Another")
    await twin.setting("Main", "another")
    target = await take_snapshot(twin.client, twin.product_id)
    options = PlanOptions(on_conflict="overwrite", reason=REASON, delete=True)
    plan = plan_copy(snapshot, target, options)
    assert plan.deletes == 3
    assert sorted(await lines(plan, twin)) == [
        "config Another: surplus",
        "setting Main / another: surplus",
        "tag Another: surplus",
    ]
    report = await apply(twin.client, plan, tmp_path / "journal", linger_seconds=0)
    assert report.is_complete, report
    assert await lines(plan, twin) == []


async def test_an_empty_plan_is_met_by_anything(
    snapshot: Snapshot, twin: World, emulator: Emulator
) -> None:
    target = await take_snapshot(twin.client, twin.product_id)
    plan = plan_copy(snapshot, target, PlanOptions(on_conflict="skip"))
    assert plan.is_empty
    emulator.counts.reset()
    assert await lines(plan, twin) == []
    assert emulator.counts.total_calls == 3


async def test_what_a_plan_wrote_but_cannot_be_read_is_not_taken_for_equal(
    copy_plan: Plan, twin: World, emulator: Emulator
) -> None:
    for operation in ("get-webhooks", "get-setting-values"):
        emulator.faults.add(Fault("status", operation=operation, status=404, count=1))
    found = await verify(twin.client, copy_plan, twin.product_id)
    assert {(one.entity, one.kind) for one in found} == {
        ("webhook", "unread"),
        ("values", "unread"),
    }
    assert len(found) == 2
