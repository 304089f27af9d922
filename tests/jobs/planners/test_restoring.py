"""A restored product equals its snapshot, and issues name the exceptions."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, ConfigurationError
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.serialization import write_record
from configcat_mgmt.jobs.model.snapshot import (
    Environment,
    Member,
    PermissionGroup,
    Snapshot,
    Tag,
)
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planners.renames import find_renames, with_present_names
from configcat_mgmt.jobs.planners.restore import plan_restore
from configcat_mgmt.jobs.planning.plan_file import load_plan, save_plan
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.looking import setting_of
from tests.jobs.plan_facts import codes, issue_of
from tests.jobs.products import SOURCE, config_of, plain_product
from tests.jobs.products import setting_of as flag
from tests.jobs.world import REASON, World
from tests.jobs.world_values import old_value, plain_formula

Json = Any

CHANGING: Final = ("id", "version", "taken_at")


def without_ids(snapshot: Snapshot) -> Json:
    """Return everything in a snapshot but ids and versions, which are made anew."""

    def bare(value: Json) -> Json:
        if isinstance(value, dict):
            return {
                name: bare(item) for name, item in value.items() if name not in CHANGING
            }
        return [bare(item) for item in value] if isinstance(value, list) else value

    return bare(write_record(snapshot))


async def read(world: World) -> Snapshot:
    return await take_snapshot(world.client, world.product_id, secrets=True)


async def done(world: World, plan: Plan, journal: Path) -> None:
    """Apply a plan, by way of its file, and demand that it is in effect."""
    assert plan.blockers == ()
    save_plan(plan, journal.with_suffix(".json"))
    plan = load_plan(journal.with_suffix(".json"))
    report = await apply(world.client, plan, journal, linger_seconds=0)
    assert report.is_complete, report.trouble
    assert await verify(world.client, plan, world.product_id) == ()


async def change_values(shop: World) -> None:
    for key in ("killSwitch", "newCheckout"):
        await shop.set_formula("Main", key, "Production", plain_formula(False))
    await shop.set_formula("Main", "maxItems", "Staging", plain_formula(7))
    await shop.set_old("Legacy", "oldFlag", "Production", old_value(True))
    await shop.set_old("Legacy", "oldText", "Staging", old_value("other"))


async def change_settings(shop: World) -> None:
    call = shop.client.call
    setting = shop.settings["Main", "newCheckout"]
    body: Json = {"name": "Otherwise", "tags": [shop.tags["Backend"]], "hint": "New"}
    await call("replace-setting", setting_id=setting, body={**body, "order": 9})
    await call("delete-setting", setting_id=shop.settings["Mobile", "newCheckout"])
    await call("delete-setting", setting_id=shop.settings["Legacy", "oldText"])
    await call("delete-setting", setting_id=shop.settings["Main", "greeting"])
    await shop.setting("Main", "later", hint="Was not there")
    listed: Json = await call(
        "get-predefined-variations", setting_id=shop.settings["Main", "provider"]
    )
    kept = [
        {"predefinedVariationId": one["predefinedVariationId"], "value": one["value"]}
        for one in listed["predefinedVariations"]
    ]
    kept[0]["name"] = "Renamed"
    kept.append({"value": {"stringValue": "paypal"}})
    await call(
        "update-predefined-variations",
        setting_id=shop.settings["Main", "provider"],
        body={"predefinedVariations": kept},
    )


async def change_the_rest(shop: World) -> None:
    call = shop.client.call
    await call("delete-tag", tag_id=shop.tags["release 2.0"])
    await call("update-tag", tag_id=shop.tags["frontend"], body={"color": "#000000"})
    await shop.tag("later")
    segment = shop.segments["Employees"]
    body: Json = {"comparisonValue": "@other.example", "description": "Moved"}
    await call("update-segment", segment_id=segment, body=body)
    await shop.segment("Later", "Email", "contains", "@later.example")
    await shop.config("Later", "v1")
    await shop.environment("Later")
    await call("delete-environment", environment_id=shop.environments["Test"])
    body = {"color": "#123456", "description": "Other", "order": 2}
    staging = shop.environments["Staging"]
    await call("update-environment", environment_id=staging, body=body)
    await call(
        "update-permission-group",
        permission_group_id=shop.groups["Support"],
        body={"canDeleteConfig": True, "canCreateOrUpdateConfig": True},
    )
    legacy = shop.webhooks["https://hooks.example/legacy"]
    await call("delete-webhook", webhook_id=legacy)
    await shop.webhook("Main", "Production", "https://hooks.example/later")
    await call("delete-integration", integration_id=shop.integrations["Metrics"])
    await shop.preferences(mandatorySettingHint=False, keyGenerationMode="lowerCase")
    body = {"description": "Something else", "name": "Shop"}
    await call("update-product", product_id=shop.product_id, body=body)


async def test_everything_is_as_it_was(shop: World, tmp_path: Path) -> None:
    # What demands hints makes settings without any impossible to make again.
    await shop.preferences(reason_in=["Production"], mandatorySettingHint=False)
    snapshot = await read(shop)
    for change in (change_values, change_settings, change_the_rest):
        await change(shop)
    current = await read(shop)
    plan = plan_restore(
        snapshot, current, delete=True, max_deletes=20, reason="it was better"
    )
    assert plan.kind == "restore"
    assert plan.source_hash == snapshot_hash(snapshot)
    # CC101: keys of the environment; CC102: of the webhook; CC106 and CC107: settings.
    assert {"CC101", "CC102", "CC106", "CC107", "CC582"} <= set(codes(plan))
    made = " ".join(one.cause for one in plan.issues if one.code == "CC582")
    assert "Main / " in made, "an item names its config"
    await done(shop, plan, tmp_path / "j.db")
    restored = await read(shop)
    assert without_ids(attrs.evolve(restored, sdk_keys=())) == without_ids(
        attrs.evolve(snapshot, sdk_keys=())
    )
    assert plan_restore(snapshot, restored, delete=True).is_empty
    kept = setting_of(snapshot, "Main", "newCheckout").id
    assert setting_of(restored, "Main", "newCheckout").id == kept


async def test_what_is_there_since_stays_unless_deletions_are_asked_for(
    shop: World, tmp_path: Path
) -> None:
    snapshot = await read(shop)
    await shop.setting("Main", "later", hint="Was not there")
    await shop.tag("later")
    await shop.set_formula("Main", "greeting", "Test", plain_formula("Bye"))
    current = await read(shop)
    plan = plan_restore(snapshot, current)
    assert [step.id for step in plan.steps] == ["values/Main/Test/set"]
    assert "CC404" in codes(plan)
    plan = plan_restore(snapshot, current, delete=True, max_deletes=1)
    assert issue_of(plan, "CC403").severity == "blocker"
    plan = plan_restore(snapshot, current, delete=True, max_deletes=2)
    await done(shop, plan, tmp_path / "j.db")
    assert without_ids(await read(shop)) == without_ids(snapshot)


async def test_a_part_can_be_restored(shop: World, tmp_path: Path) -> None:
    snapshot = await read(shop)
    await change_values(shop)
    only = Selection(Criteria(environments="Production", keys=["old*", "newCheckout"]))
    plan = plan_restore(snapshot, await read(shop), selection=only, reason=REASON)
    assert [step.id for step in plan.steps] == [
        "values/Main/Production/set",
        "values/Legacy/Production/set",
    ]
    await done(shop, plan, tmp_path / "j.db")
    restored = await read(shop)
    for config, key in (("Main", "newCheckout"), ("Legacy", "oldFlag")):
        found = setting_of(restored, config, key).values["Production"].targeting
        wanted = setting_of(snapshot, config, key).values["Production"].targeting
        assert found == wanted
    switch = setting_of(restored, "Main", "killSwitch").values["Production"]
    assert switch != setting_of(snapshot, "Main", "killSwitch").values["Production"]


async def test_what_was_renamed_is_restored_where_it_is_now(
    shop: World, emulator: Emulator, tmp_path: Path
) -> None:
    snapshot = await read(shop)
    for kind, names in {
        "config": {"Main": "Shop", "Mobile": "Main"},
        "environment": {"Test": "Trial"},
        "tag": {"Backend": "server"},
        "segment": {"Employees": "Staff", "VIP": "Important"},
        "permission_group": {"Support": "Helpers"},
        "integration": {"Chat": "Talk"},
    }.items():
        for old, new in names.items():
            ids: dict[str, Json] = getattr(shop, f"{kind.removeprefix('permission_')}s")
            operation = f"update-{kind.replace('_', '-')}"
            body: Json = {"name": new}
            if kind == "integration":
                (chat,) = [one for one in snapshot.integrations if one.name == old]
                body |= {"parameters": chat.parameters, "environmentIds": []}
                body["configIds"] = []
            await shop.client.call(operation, body=body, **{f"{kind}_id": ids[old]})
    await shop.set_formula("Main", "newCheckout", "Test", plain_formula(False))
    await shop.set_formula("Main", "newCheckout", "Staging", plain_formula(True))
    await shop.set_old("Legacy", "oldFlag", "Production", old_value(True))
    await shop.set_formula("Main", "newCheckout", "Production", plain_formula(False))
    setting = shop.settings["Legacy", "oldFlag"]
    body = [{"op": "remove", "path": "/tags/0"}]
    await shop.client.call("update-setting", setting_id=setting, body=body)
    current = await read(shop)
    plan = plan_restore(snapshot, current, reason=REASON, delete=True)
    assert plan.source_hash == snapshot_hash(snapshot)
    assert {(step.action, step.entity) for step in plan.steps} == {
        ("set", "values"),
        ("update", "setting"),
    }
    items = [issue.cause for issue in plan.issues if issue.code == "CC581"]
    assert len(items) == 6
    assert any(cause.endswith("Main → Shop, Mobile → Main.") for cause in items)
    await done(shop, plan, tmp_path / "j.db")
    restored = await read(shop)
    assert plan_restore(snapshot, restored, delete=True).is_empty
    rules = setting_of(restored, "Shop", "newCheckout").values["Production"]
    assert "'Staff'" in repr(rules)
    assert setting_of(restored, "Legacy", "oldFlag").tags == ("server",)


async def test_a_part_is_known_by_its_former_name_and_by_its_present_one(
    shop: World,
) -> None:
    snapshot = await read(shop)
    staging = shop.environments["Staging"]
    body = {"name": "Trial"}
    await shop.client.call("update-environment", environment_id=staging, body=body)
    await shop.set_formula("Main", "greeting", "Test", plain_formula("Bye"))
    await shop.set_formula("Main", "greeting", "Staging", plain_formula("Bye"))
    current = await read(shop)
    for name in ("Staging", "Trial"):
        only = Selection(Criteria(environments=name))
        plan = plan_restore(snapshot, current, selection=only)
        assert [step.id for step in plan.steps] == ["values/Main/Trial/set"]
        exclude = Selection(exclude=Criteria(environments=name))
        plan = plan_restore(snapshot, current, selection=exclude, delete=True)
        assert [step.id for step in plan.steps] == ["values/Main/Test/set"]


def renamed(before: Snapshot, **names: str) -> Snapshot:
    """Give new names to the first tag and the first environment."""
    environments, tags = list(before.environments), list(before.tags)
    if "environment" in names:
        environments[0] = attrs.evolve(environments[0], name=names["environment"])
    if "tag" in names:
        tags[0] = attrs.evolve(tags[0], name=names["tag"])
    return attrs.evolve(before, environments=tuple(environments), tags=tuple(tags))


def test_settings_are_chosen_by_former_names_of_tags() -> None:
    before = plain_product(
        config_of(flag("a", tags=("x",), hint="Old"), flag("b", hint="Old")),
        tags=(Tag("x", id=1),),
    )
    settings = (flag("a", tags=("y",)), flag("b"))
    current = attrs.evolve(renamed(before, tag="y"), configs=(config_of(*settings),))
    for name in ("x", "y"):
        only = Selection(Criteria(tags=name))
        plan = plan_restore(before, current, selection=only)
        assert [step.key for step in plan.steps] == [("Main", "a")]


def test_a_present_name_is_no_pattern() -> None:
    environments = (
        Environment("A", "red", id=UUID(int=1)),
        Environment("B", "red", id=UUID(int=2)),
    )
    before = attrs.evolve(plain_product(), environments=environments)
    now = tuple(attrs.evolve(one, color="blue") for one in environments)
    current = renamed(attrs.evolve(before, environments=now), environment="?")
    only = Selection(Criteria(environments="A"))
    plan = plan_restore(before, current, selection=only)
    assert [step.key for step in plan.steps] == [("?",)]


def test_members_are_in_groups_under_present_names() -> None:
    group = PermissionGroup("Team", id=1)
    before = attrs.evolve(
        plain_product(),
        permission_groups=(group,),
        members=(Member("a@example.com", "TEAM"),),
    )
    groups = (attrs.evolve(group, name="Crew"),)
    now = attrs.evolve(before, permission_groups=groups)
    (member,) = with_present_names(before, find_renames(before, now)).members
    assert member.permission_group == "Crew"


def test_a_name_that_is_taken_has_to_be_freed_first() -> None:
    def product(*names: tuple[str, int]) -> Snapshot:
        environments = tuple(
            Environment(name, id=UUID(int=number)) for name, number in names
        )
        return attrs.evolve(plain_product(), environments=environments)

    before = product(("Production", 1), ("Test", 2))
    swapped = product(("Test", 1), ("Production", 2))
    assert plan_restore(before, swapped).is_empty
    with pytest.raises(ConfigurationError, match="'Production' is called 'test' now"):
        plan_restore(before, product(("test", 1)))


def test_a_snapshot_of_another_product_is_refused_unless_that_is_wanted() -> None:
    snapshot = plain_product(config_of(flag("a")), tags=(Tag("x"),), description="Old")
    source = attrs.evolve(SOURCE, product_id=UUID(int=9))
    other = attrs.evolve(snapshot, source=source, tags=(), name="B", description=None)
    with pytest.raises(ConfigurationError, match="of the product 'Web shop'"):
        plan_restore(snapshot, other)
    plan = plan_restore(snapshot, other, other_product=True)
    assert [step.id for step in plan.steps] == ["tag/x/create"]


def test_snapshots_in_the_wrong_order_are_refused() -> None:
    snapshot = plain_product()
    later = attrs.evolve(SOURCE, taken_at=SOURCE.taken_at + timedelta(seconds=1))
    newer = attrs.evolve(snapshot, source=later, description="New")
    with pytest.raises(ConfigurationError, match="pass the snapshot first"):
        plan_restore(newer, snapshot)
    (step,) = plan_restore(snapshot, newer).steps
    assert step.body == {"description": ""}


async def test_nothing_is_planned_for_a_product_that_is_as_it_was(
    client: AsyncManagementClient, shop: World
) -> None:
    snapshot = await read(shop)
    plan = plan_restore(snapshot, await read(shop), delete=True)
    assert plan.is_empty
    assert plan.blockers == ()
