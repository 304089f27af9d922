"""Steps of kinds that have no key of their own: invitations, patches, variations."""

from pathlib import Path

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.plan import Plan, Step, Target
from tests.jobs.apply_tools import source_of
from tests.jobs.shapes import product_named
from tests.jobs.world import World, empty_world
from tests.jobs.world_values import plain_formula


@pytest.fixture
def invitations(shop: World, emulator: Emulator) -> Plan:
    """A plan that invites two people."""
    product = {"$ref": ["product", "Web shop"]}
    step = Step(
        id="member/Support/set",
        stage=8,
        action="set",
        entity="member",
        key=("Support",),
        operation="invite-member",
        arguments={"product_id": product},
        body={
            "emails": ["Ann@example.com", "bob@example.com"],
            "permissionGroupId": {"$ref": ["permission_group", "Support"]},
        },
    )
    target = Target(
        emulator.base_url, "x", "Web shop", is_new=False, product_id=shop.product_id
    )
    return Plan("copy", target, "0" * 64, (step,), invites=True)


@pytest.mark.parametrize("after", [True, False])
async def test_people_are_not_invited_twice(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    invitations: Plan,
    tmp_path: Path,
    after: bool,
) -> None:
    fault = Fault("drop", operation="invite-member", after_effect=after)
    emulator.faults.add(fault)
    emulator.counts.reset()
    report = await apply(client, invitations, tmp_path / "i.db", linger_seconds=0)
    (result,) = report.steps
    assert result.outcome == ("adopted" if after else "unknown")
    assert emulator.counts.calls["invite-member"] == 1
    assert len(emulator.state.invitations) == (2 if after else 0)
    again = await apply(client, invitations, tmp_path / "i.db", linger_seconds=0)
    assert again.is_complete is after
    assert emulator.counts.calls["invite-member"] == 1
    allowed = await apply(
        client,
        invitations,
        tmp_path / "i.db",
        linger_seconds=0,
        allow_duplicates=True,
    )
    assert allowed.is_complete
    assert len(emulator.state.invitations) == 2


def join(emulator: Emulator, email: str) -> None:
    """Make somebody a member of the shop."""
    user = emulator.state.add_user(email, email)
    product = product_named(emulator, "Web shop")
    product.members[user.user_id] = product.permission_group_ids[0]


@pytest.mark.parametrize("lost", [False, True])
async def test_a_member_is_no_reason_not_to_invite_the_others(
    client: AsyncManagementClient,
    emulator: Emulator,
    invitations: Plan,
    tmp_path: Path,
    *,
    lost: bool,
) -> None:
    join(emulator, "ann@example.com")
    if lost:
        emulator.faults.add(Fault("drop", operation="invite-member"))
    report = await apply(
        client, invitations, tmp_path / "i.db", linger_seconds=0, allow_duplicates=lost
    )
    assert report.is_complete, report.trouble
    invited = [one.email for one in emulator.state.invitations.values()]
    assert invited == ["bob@example.com"]


async def test_an_invitation_of_members_only_is_done(
    client: AsyncManagementClient,
    emulator: Emulator,
    invitations: Plan,
    tmp_path: Path,
) -> None:
    for email in ("ann@example.com", "BOB@example.com"):
        join(emulator, email)
    report = await apply(client, invitations, tmp_path / "i.db", linger_seconds=0)
    assert [one.outcome for one in report.steps] == ["adopted"]
    assert not emulator.state.invitations


async def test_a_patch_that_moves_things_is_not_sent_again_without_asking(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    tag = shop.tags["Backend"]
    step = Step(
        id="setting/Main/newCheckout/update",
        stage=4,
        action="update",
        entity="setting",
        key=("Main", "newCheckout"),
        operation="update-setting",
        arguments={"setting_id": {"$ref": ["setting", "Main", "newCheckout"]}},
        body=[{"op": "add", "path": "/tags/-", "value": tag}],
    )
    target = Target(
        emulator.base_url, "x", "Web shop", is_new=False, product_id=shop.product_id
    )
    plan, journal = Plan("edit", target, "0" * 64, (step,)), tmp_path / "j.db"
    emulator.faults.add(Fault("drop", operation="update-setting", after_effect=True))
    report = await apply(client, plan, journal, linger_seconds=0)
    assert [one.outcome for one in report.steps] == ["unknown"]
    emulator.counts.reset()
    asked: list[str] = []

    def made(_: Step, known: str) -> str:
        asked.append(known)
        return "made"

    report = await apply(client, plan, journal, linger_seconds=0)
    assert [one.outcome for one in report.steps] == ["unknown"]
    report = await apply(client, plan, journal, linger_seconds=0, decide=made)
    assert report.is_complete
    assert asked == ["its outcome is unknown"]
    assert emulator.counts.calls["update-setting"] == 0
    setting = emulator.state.settings[shop.settings["Main", "newCheckout"]]
    assert list(setting.tags).count(tag) == 1


async def test_variations_that_a_step_adds_are_known_to_the_next(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    await shop.tag("later")
    source = await source_of(shop, emulator)
    report = await apply(client, source.copy("Copy"), tmp_path / "1.db")
    variations = shop.variations
    body = {
        "predefinedVariations": [
            {
                "predefinedVariationId": variations["Main", "provider", value],
                "value": {"stringValue": value},
            }
            for value in ("adyen", "stripe", "none")
        ]
        + [{"value": {"stringValue": "paypal"}}]
    }
    await client.call(
        "update-predefined-variations",
        setting_id=shop.settings["Main", "provider"],
        body=body,
    )
    settings = await client.settings.get_settings(shop.configs["Main"])
    (provider,) = (one for one in settings if one.key == "provider")
    paypal = str(provider.predefined_variations[-1].predefined_variation_id)
    served = {"defaultValue": {"predefinedVariationId": paypal}, "targetingRules": []}
    await shop.set_formula("Main", "provider", "Test", served)
    source = await source_of(shop, emulator)
    plan = await source.onto(str(report.product_id), on_conflict="overwrite")
    assert [step.entity for step in plan.steps] == ["variation", "values"]
    fault = Fault("status", operation="replace-setting-value-v2", status=403)
    emulator.faults.add(fault)
    stopped = await apply(client, plan, tmp_path / "2.db")
    assert [step.outcome for step in stopped.steps] == ["done", "failed"]
    emulator.counts.reset()
    report = await apply(client, plan, tmp_path / "2.db", linger_seconds=0)
    assert report.is_complete, report.trouble
    values = await client.setting_values_v2.get_setting_values_v2(
        str(config_id(emulator, "Copy", "Main")),
        str(environment_id(emulator, "Copy", "Test")),
    )
    (value,) = (one for one in values.setting_formulas if one.setting.key == "provider")
    texts = {
        one.predefined_variation_id: one.value.string_value
        for one in value.setting.predefined_variations
    }
    assert texts[value.default_value.predefined_variation_id] == "paypal"


def config_id(emulator: Emulator, product: str, name: str) -> object:
    state = emulator.state
    ids = product_named(emulator, product).config_ids
    return next(one for one in ids if state.configs[one].name == name)


def environment_id(emulator: Emulator, product: str, name: str) -> object:
    state = emulator.state
    ids = product_named(emulator, product).environment_ids
    return next(one for one in ids if state.environments[one].name == name)


async def single_value(shop: World, emulator: Emulator, **changes: object) -> Plan:
    """A plan that sets one value in a call of its own, with the version it has now."""
    client = shop.client
    ids = shop.environments["Test"], shop.settings["Main", "greeting"]
    value = await client.setting_values_v2.get_setting_value_v2(*ids)
    step = Step(
        id="values/Main/greeting/Test/update",
        stage=5,
        action="update",
        entity="values",
        key=("Main", "greeting", "Test"),
        operation="replace-setting-value-v2",
        arguments={
            "environment_id": {"$ref": ["environment", "Test"]},
            "setting_id": {"$ref": ["setting", "Main", "greeting"]},
            "reason": "for a test",
        },
        body=plain_formula("Bye"),
        versions={"greeting": str(value.last_version_id)},
    )
    target = Target(
        emulator.base_url, "x", "Web shop", is_new=False, product_id=shop.product_id
    )
    return Plan("edit", target, "0" * 64, (attrs.evolve(step, **changes),))


PATCH = {
    "operation": "update-setting-value-v2",
    "body": [
        {"op": "replace", "path": "/defaultValue/stringValue", "value": "Bye"},
    ],
}


@pytest.mark.parametrize("changes", [{}, PATCH], ids=["replace", "patch"])
@pytest.mark.parametrize("meanwhile", [None, "Howdy"])
async def test_a_single_value_is_written_if_it_is_as_it_was(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    shop: World,
    tmp_path: Path,
    changes: dict[str, object],
    meanwhile: str | None,
) -> None:
    plan = await single_value(shop, emulator, **changes)
    if meanwhile is not None:
        await shop.set_formula("Main", "greeting", "Test", plain_formula(meanwhile))
    report = await apply(client, plan, tmp_path / "j.db")
    (result,) = report.steps
    assert result.outcome == ("done" if meanwhile is None else "conflict")
    assert [one.key for one in result.left_out] == (
        [] if meanwhile is None else ["greeting"]
    )
    assert emulator.counts.calls["get-setting-values-v2"] == 1
    ids = shop.environments["Test"], shop.settings["Main", "greeting"]
    value = await client.setting_values_v2.get_setting_value_v2(*ids)
    assert value.default_value.string_value == (meanwhile or "Bye")


async def test_a_list_that_cannot_be_read_leaves_in_doubt_what_was(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    source = await source_of(shop, emulator)
    await empty_world(client, "Copy")
    plan = await source.onto("Copy", on_conflict="overwrite")
    emulator.counts.reset()
    emulator.faults.add(Fault("drop", operation="create-tag", after_effect=True))
    emulator.faults.add(Fault("status", operation="get-tags", status=403, count=None))
    report = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    (trouble,) = report.trouble
    assert (trouble.entity, trouble.outcome) == ("tag", "unknown")
    assert trouble.note.startswith("it could not be looked up: get-tags returned 403")
    assert emulator.counts.calls["get-tags"] == 1
    emulator.faults.clear()
    report = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete


async def test_sdk_keys_that_cannot_be_read_are_told_of(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    source = await source_of(shop, emulator)
    emulator.faults.add(Fault("status", operation="get-sdk-keys", status=403))
    report = await apply(client, source.copy("Copy"), tmp_path / "j.db", sdk_keys=True)
    assert report.is_complete
    assert report.stopped is not None
    assert report.stopped.startswith("the SDK keys could not be read")
