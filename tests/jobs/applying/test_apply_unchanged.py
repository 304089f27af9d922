"""What somebody changed since the plan was made is left as it is, whatever it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.snapshot import Header, Snapshot
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.looking import changed, setting_of, setting_path, with_value
from tests.jobs.world import REASON, SECRET_PARAMETERS, World

Json = Any
Change = Callable[[Snapshot], Snapshot]
CHANGED = "somebody changed it since the plan was made"


@attrs.frozen
class Case:
    """A change that a plan makes, and one of somebody else."""

    entity: str
    ours: Change
    operation: str
    """Of the other change."""
    arguments: Callable[[World], Json]
    theirs: Json
    same: Json
    """What somebody does who wants the same as the plan; None if that is another's."""

    async def interfere(self, shop: World, body: Json) -> None:
        made = body(shop) if callable(body) else body
        await shop.client.call(self.operation, body=made, **self.arguments(shop))


def named(part: str, name: str, **fields: Json) -> Change:
    """Change fields of the thing of a name."""

    def change(snapshot: Snapshot) -> Snapshot:
        things = [
            attrs.evolve(one, **fields) if name in (one.name, None) else one
            for one in getattr(snapshot, part)
        ]
        return attrs.evolve(snapshot, **{part: tuple(things)})

    return change


def product_id(shop: World) -> Json:
    return {"product_id": shop.product_id}


def other_content(snapshot: Snapshot) -> Snapshot:
    hooks = [
        attrs.evolve(one, content="ours") if one.url.endswith("changed") else one
        for one in snapshot.webhooks
    ]
    return attrs.evolve(snapshot, webhooks=tuple(hooks))


def only_test(snapshot: Snapshot) -> Snapshot:
    return named("integrations", "Chat", environments=("Test",))(snapshot)


def integration(places: list[str]) -> Callable[[World], Json]:
    return lambda shop: {
        "name": "Chat",
        "parameters": SECRET_PARAMETERS["slack"],
        "environmentIds": [shop.environments[place] for place in places],
        "configIds": [],
    }


def other_names(snapshot: Snapshot) -> Snapshot:
    path = (*setting_path(snapshot, "Main", "provider"), "variations", 0, "name")
    return with_value(snapshot, path, "Ours")


def variations(first: str, *more: str) -> Callable[[World], Json]:
    def body(shop: World) -> Json:
        present = [
            {
                "predefinedVariationId": shop.variations["Main", "provider", value],
                "value": {"stringValue": value},
                **fields,
            }
            for value, fields in (
                ("adyen", {"name": first, "hint": "Europe"}),
                ("stripe", {"name": "Stripe"}),
                ("none", {}),
            )
        ]
        new = [{"value": {"stringValue": value}} for value in more]
        return {"predefinedVariations": [*present, *new]}

    return body


def pascal(snapshot: Snapshot) -> Snapshot:
    ours = attrs.evolve(snapshot.preferences, key_generation_mode="pascalCase")
    return attrs.evolve(snapshot, preferences=ours)


CASES = [
    Case(
        "environment",
        named("environments", "Test", color="#010101"),
        "update-environment",
        lambda shop: {"environment_id": shop.environments["Test"]},
        {"color": "#020202"},
        {"color": "#010101"},
    ),
    Case(
        "tag",
        named("tags", "Backend", color="koala"),
        "update-tag",
        lambda shop: {"tag_id": shop.tags["Backend"]},
        {"color": "canary"},
        {"color": "koala"},
    ),
    Case(
        "segment",
        named("segments", "VIP", comparison="ours"),
        "update-segment",
        lambda shop: {"segment_id": shop.segments["VIP"]},
        {"comparisonValue": "theirs"},
        {"comparisonValue": "ours"},
    ),
    Case(
        "permission_group",
        named("permission_groups", "Support", access_type="full"),
        "update-permission-group",
        lambda shop: {"permission_group_id": shop.groups["Support"]},
        {"accessType": "custom"},
        {"accessType": "full"},
    ),
    Case(
        "permission_group",
        named(
            "permission_groups",
            "Outsiders",
            environment_accesses={"Production": "full", "Test": "readOnly"},
        ),
        "update-permission-group",
        lambda shop: {"permission_group_id": shop.groups["Outsiders"]},
        lambda shop: access(shop, "readOnly"),
        lambda shop: access(shop, "full"),
    ),
    Case(
        "config",
        named("configs", "Mobile", description="ours"),
        "update-config",
        lambda shop: {"config_id": shop.configs["Mobile"]},
        {"description": "theirs"},
        {"description": "ours"},
    ),
    Case(
        "webhook",
        other_content,
        "update-webhook",
        lambda shop: {"webhook_id": shop.webhooks["https://hooks.example/changed"]},
        [{"op": "replace", "path": "/content", "value": "theirs"}],
        [{"op": "replace", "path": "/content", "value": "ours"}],
    ),
    Case(
        "integration",
        only_test,
        "update-integration",
        lambda shop: {"integration_id": shop.integrations["Chat"]},
        integration(["Staging", "Test"]),
        integration(["Test"]),
    ),
    Case(
        "variation",
        other_names,
        "update-predefined-variations",
        lambda shop: {"setting_id": shop.settings["Main", "provider"]},
        variations("Adyen", "theirs"),
        variations("Ours"),
    ),
    Case(
        "preferences",
        pascal,
        "update-product-preferences",
        product_id,
        {"keyGenerationMode": "upperCase"},
        {"keyGenerationMode": "pascalCase"},
    ),
    Case(
        "product",
        lambda snapshot: attrs.evolve(snapshot, description="ours"),
        "update-product",
        product_id,
        {"description": "theirs"},
        {"description": "ours"},
    ),
]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.entity)


def access(shop: World, kind: str) -> Json:
    place = shop.environments["Production"]
    entry = {"environmentId": place, "environmentAccessType": kind}
    return {"environmentAccesses": [entry]}


async def plan_of(shop: World, case: Case) -> tuple[Plan, Snapshot]:
    """Plan the change, and one of a hint, which nobody else cares for."""
    found = await take_snapshot(shop.client, shop.product_id, secrets=True)
    hint = (*setting_path(found, "Mobile", "n2"), "hint")
    wanted = with_value(case.ours(found), hint, "ours")
    options = PlanOptions(kind="restore", on_conflict="overwrite", reason=REASON)
    plan = plan_copy(wanted, found, options)
    assert {step.entity for step in plan.steps} == {case.entity, "setting"}
    assert plan.blockers == ()
    return plan, wanted


@cases
async def test_a_change_of_somebody_is_not_overwritten(
    client: AsyncManagementClient, shop: World, tmp_path: Path, case: Case
) -> None:
    plan, _ = await plan_of(shop, case)
    await case.interfere(shop, case.theirs)
    theirs = await take_snapshot(client, shop.product_id, secrets=True)
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.stopped is None
    (step,) = (one for one in report.steps if one.entity == case.entity)
    assert step.outcome == "conflict"
    assert [one.reason for one in step.left_out] == [CHANGED]
    assert report.counts == {"conflict": 1, "done": 1}
    after = await take_snapshot(client, shop.product_id, secrets=True)
    hint = setting_path(after, "Mobile", "n2")
    assert with_value(after, (*hint, "hint"), "What n2 does") == attrs.evolve(
        theirs, source=after.source
    )


@cases
async def test_what_is_as_it_was_or_as_it_should_be_is_written(
    client: AsyncManagementClient, shop: World, tmp_path: Path, case: Case
) -> None:
    plan, wanted = await plan_of(shop, case)
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble
    found = await take_snapshot(client, shop.product_id, secrets=True)
    assert plan_copy(wanted, found, PlanOptions(kind="restore")).is_empty


@cases
async def test_who_wants_the_same_is_in_nobodys_way(
    client: AsyncManagementClient, shop: World, tmp_path: Path, case: Case
) -> None:
    plan, _ = await plan_of(shop, case)
    await case.interfere(shop, case.same)
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble


def without_none(snapshot: Snapshot) -> Snapshot:
    """Take a variation away, and everything that uses it."""
    path = setting_path(snapshot, "Main", "provider")
    wanted = changed(
        snapshot, (*path, "variations"), lambda all_of_them: all_of_them[:2]
    )
    switch = (*setting_path(wanted, "Main", "killSwitch"), "values", "Staging")
    wanted = with_value(wanted, (*switch, "targeting", "rules"), ())
    return wanted


@pytest.mark.parametrize("theirs", [None, "X-Theirs"])
async def test_headers_are_told_apart_by_name_as_far_as_a_plan_says(
    client: AsyncManagementClient, shop: World, tmp_path: Path, theirs: str | None
) -> None:
    plain = [{"key": "X-Team", "value": "before", "isSecure": False}]
    hook = await shop.webhook(
        "Mobile", "Test", "https://hooks.example/plain", webHookHeaders=plain
    )
    found = await take_snapshot(client, shop.product_id, secrets=True)
    hooks = [
        attrs.evolve(one, headers=(Header("X-Team", "ours"),))
        if one.id == hook
        else one
        for one in found.webhooks
    ]
    wanted = attrs.evolve(found, webhooks=tuple(hooks))
    plan = plan_copy(wanted, found, PlanOptions(on_conflict="overwrite"))
    assert [step.operation for step in plan.steps] == ["replace-webhook"]
    assert "before" not in str(plan.steps[0].replaces)
    if theirs is not None:
        header = {"key": theirs, "value": "x", "isSecure": False}
        change = [{"op": "add", "path": "/webHookHeaders/-", "value": header}]
        await client.call("update-webhook", webhook_id=hook, body=change)
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.counts == {"conflict" if theirs else "done": 1}


async def test_a_variation_that_somebody_added_is_not_removed(
    client: AsyncManagementClient, shop: World, tmp_path: Path
) -> None:
    found = await take_snapshot(client, shop.product_id, secrets=True)
    options = PlanOptions(on_conflict="overwrite", delete=True, reason=REASON)
    plan = plan_copy(without_none(found), found, options)
    assert [step.action for step in plan.steps] == ["set", "delete"]
    body = variations("Adyen", "theirs")(shop)
    provider = shop.settings["Main", "provider"]
    await client.call("update-predefined-variations", setting_id=provider, body=body)
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.counts == {"done": 1, "conflict": 1}
    after = await take_snapshot(client, shop.product_id)
    present = [one.value for one in setting_of(after, "Main", "provider").variations]
    assert present == ["adyen", "stripe", "none", "theirs"]


async def test_a_config_in_which_somebody_made_a_setting_is_not_deleted(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    found = await take_snapshot(client, shop.product_id, secrets=True)
    configs = tuple(one for one in found.configs if one.name != "Mobile")
    hooks = tuple(one for one in found.webhooks if one.config != "Mobile")
    wanted = attrs.evolve(found, configs=configs, webhooks=hooks)
    options = PlanOptions(on_conflict="overwrite", delete=True, reason=REASON)
    plan = plan_copy(wanted, found, options)
    assert [step.id for step in plan.steps] == ["config/Mobile/delete"]
    made = await shop.setting("Mobile", "theirs")
    report = await apply(client, plan, tmp_path / "1.db")
    assert report.counts == {"conflict": 1}
    await client.settings.delete_setting(made)
    report = await apply(client, plan, tmp_path / "1.db")
    assert report.is_complete
    assert "Mobile" not in {one.name for one in emulator.state.configs.values()}
