"""Settings that somebody changed since the plan was made are not replaced."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, JsonPatch
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.looking import changed, setting_of, setting_path
from tests.jobs.world import World

CHANGED = "somebody changed it since the plan was made"
KEYS = ("newCheckout", "greeting")
SETTINGS = PlanOptions(
    kind="edit",
    selection=Selection(Criteria(entities=["setting"])),
    on_conflict="overwrite",
)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "j.db"


@pytest.fixture
async def plan(client: AsyncManagementClient, shop: World) -> Plan:
    """Takes the tags of two flags away."""
    found = wanted = await take_snapshot(client, shop.product_id)
    for key in KEYS:
        path = setting_path(wanted, "Main", key)
        wanted = changed(wanted, path, lambda one: attrs.evolve(one, tags=()))
    plan = plan_copy(wanted, found, SETTINGS)
    assert plan.calls() == {"replace-setting": 2}
    return plan


async def patch(shop: World, changes: JsonPatch) -> None:
    number = shop.settings["Main", "newCheckout"]
    await shop.client.settings.update_setting(number, changes)


async def explain(shop: World) -> None:
    await patch(shop, JsonPatch().replace("/hint", "theirs"))


async def drop_the_hint(shop: World) -> None:
    await shop.preferences(mandatorySettingHint=False)
    await patch(shop, JsonPatch().replace("/hint", ""))


async def rename(shop: World) -> None:
    await patch(shop, JsonPatch().replace("/name", "theirs"))


async def tag(shop: World) -> None:
    await patch(shop, JsonPatch().add("/tags/-", shop.tags["Backend"]))


async def rename_and_delete_a_tag(shop: World) -> None:
    await rename(shop)
    await shop.client.tags.delete_tag(shop.tags["frontend"])


@pytest.mark.parametrize(
    "change", [explain, drop_the_hint, rename, tag, rename_and_delete_a_tag]
)
async def test_a_change_of_somebody_is_not_overwritten(
    client: AsyncManagementClient,
    shop: World,
    plan: Plan,
    journal: Path,
    change: Callable[[World], Awaitable[None]],
) -> None:
    await change(shop)
    before = await take_snapshot(client, shop.product_id)
    report = await apply(client, plan, journal)
    assert report.stopped is None
    assert report.counts == {"conflict": 1, "done": 1}
    (step,) = report.trouble
    assert [(one.key, one.reason) for one in step.left_out] == [
        ("newCheckout", CHANGED)
    ]
    after = await take_snapshot(client, shop.product_id)
    theirs, ours = (
        [setting_of(one, "Main", key) for one in (before, after)] for key in KEYS
    )
    assert theirs[0] == theirs[1]
    assert ours[1].tags == ()


async def want_the_same(shop: World) -> None:
    await patch(shop, JsonPatch().replace("/tags", []))


async def move(shop: World) -> None:
    number = shop.settings["Main", "newCheckout"]
    found = await shop.client.settings.get_setting(number)
    body = {
        "name": found.name,
        "hint": found.hint,
        "tags": [one.tag_id for one in found.tags],
        "order": 7,
    }
    await shop.client.call("replace-setting", setting_id=number, body=body)
    moved = await shop.client.settings.get_setting(number)
    assert moved.order == 7


@pytest.mark.parametrize("change", [want_the_same, move])
async def test_what_does_not_matter_may_change(
    client: AsyncManagementClient,
    shop: World,
    plan: Plan,
    journal: Path,
    change: Callable[[World], Awaitable[None]],
) -> None:
    await change(shop)
    report = await apply(client, plan, journal)
    assert report.counts == {"done": 2}
    after = await take_snapshot(client, shop.product_id)
    assert setting_of(after, "Main", "newCheckout").tags == ()


async def test_a_hint_that_somebody_added_is_not_overwritten(
    client: AsyncManagementClient, shop: World, journal: Path
) -> None:
    await drop_the_hint(shop)
    found = await take_snapshot(client, shop.product_id)
    path = setting_path(found, "Main", "newCheckout")
    wanted = changed(found, path, lambda one: attrs.evolve(one, tags=()))
    plan = plan_copy(wanted, found, SETTINGS)
    await explain(shop)
    assert (await apply(client, plan, journal)).counts == {"conflict": 1}
    after = await take_snapshot(client, shop.product_id)
    assert setting_of(after, "Main", "newCheckout").hint == "theirs"
