"""What the journal of a job that was cut off says decides what is done next."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.apply import apply, journal_report
from configcat_mgmt.jobs.apply_options import ApplyProgress
from configcat_mgmt.jobs.journal import Entry, Journal, State
from configcat_mgmt.jobs.plan import Plan, Step, Target
from configcat_mgmt.jobs.plan_file import plan_hash
from configcat_mgmt.jobs.report import Report
from tests.jobs.applying import Source, lists, source_of
from tests.jobs.shapes import product_named, shape
from tests.jobs.world import World
from tests.jobs.world_values import plain_formula


def rewind(plan: Plan, path: Path, states: Mapping[str, State]) -> None:
    """Have a journal say that steps are in other states than they are."""
    ids = [step.id for step in plan.steps]
    with Journal(path, plan_hash(plan), ids) as journal:
        journal.write([Entry(ids.index(step), state) for step, state in states.items()])


@attrs.define
class Scene:
    """A copy that is done, of which the journal can be rewound."""

    client: AsyncManagementClient
    emulator: Emulator
    source: Source
    plan: Plan
    journal: Path
    wanted: list[str] = attrs.field(init=False)

    def steps(self, entity: str) -> list[str]:
        return [step.id for step in self.plan.steps if step.entity == entity]

    def rewind(self, states: Mapping[str, State]) -> None:
        rewind(self.plan, self.journal, states)
        self.emulator.counts.reset()

    async def apply(self, **options: Any) -> Report:  # noqa: ANN401
        options = {"linger_seconds": 0, **options}
        return await apply(self.client, self.plan, self.journal, **options)

    def require_like_before(self) -> None:
        copy = product_named(self.emulator, "Copy")
        assert shape(self.emulator, copy) == self.wanted


@pytest.fixture
async def scene(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> Scene:
    source = await source_of(shop, emulator)
    plan, journal = source.copy("Copy"), tmp_path / "j.db"
    scene = Scene(client, emulator, source, plan, journal)
    report = await scene.apply()
    assert report.is_complete
    scene.wanted = shape(emulator, product_named(emulator, "Copy"))
    return scene


@pytest.mark.parametrize("state", ["planned", "intended", "sent", "unknown", "failed"])
async def test_everything_is_found_again_whatever_the_journal_has_forgotten(
    scene: Scene, state: State
) -> None:
    forgotten = {step.id: state for step in scene.plan.steps[1:]}
    scene.rewind(forgotten)
    report = await scene.apply()
    assert report.is_complete, report.trouble
    scene.require_like_before()
    outcomes = {
        step.entity: step.outcome for step in report.steps if step.id in forgotten
    }
    assert outcomes.pop("values") == "done"
    assert outcomes.pop("link") == "done"
    assert outcomes.pop("preferences") == "done"
    assert set(outcomes.values()) == {"adopted"}
    assert lists(scene.emulator.counts.calls) == {
        "get-environments": 1,
        "get-tags": 1,
        "get-permission-groups": 1,
        "get-segments": 1,
        "get-segment": 4,
        "get-configs": 1,
        "get-settings": 3,
        "get-webhooks": 1,
        "get-integrations": 1,
    }


async def test_ids_of_what_is_done_come_from_the_journal(scene: Scene) -> None:
    scene.rewind({step: "intended" for step in scene.steps("values")})
    report = await scene.apply()
    assert report.is_complete
    assert lists(scene.emulator.counts.calls) == {}
    scene.require_like_before()


async def test_a_product_that_was_made_before_the_crash_is_gone_on_with(
    scene: Scene,
) -> None:
    scene.rewind({step.id: "unknown" for step in scene.plan.steps})
    report = await scene.apply()
    assert report.is_complete
    assert report.steps[0].outcome == "adopted"
    scene.require_like_before()


async def test_a_product_that_the_job_did_not_begin_to_make_is_not_its_own(
    scene: Scene,
) -> None:
    scene.rewind({step.id: "planned" for step in scene.plan.steps})
    report = await scene.apply(on_error="collect")
    assert report.steps[0].outcome == "conflict"
    assert "there is a product of this name already" in report.steps[0].note
    scene.require_like_before()


async def test_a_webhook_that_was_intended_and_never_sent_is_made(
    scene: Scene,
) -> None:
    step = scene.steps("webhook")[1]
    await remove_webhook(scene, step)
    scene.rewind({step: "intended"})
    report = await scene.apply()
    assert report.is_complete
    scene.require_like_before()


async def test_a_webhook_that_was_sent_and_is_not_there_is_left_open(
    scene: Scene,
) -> None:
    step = scene.steps("webhook")[1]
    await remove_webhook(scene, step)
    scene.rewind({step: "sent"})
    report = await scene.apply()
    assert [(one.id, one.outcome) for one in report.trouble] == [(step, "unknown")]
    report = await scene.apply(allow_duplicates=True)
    assert report.is_complete
    scene.require_like_before()


async def remove_webhook(scene: Scene, step_id: str) -> None:
    (made,) = (step for step in scene.plan.steps if step.id == step_id)
    report = journal_report(scene.plan, scene.journal)
    (webhook,) = (
        int(one.new)
        for one in report.ids
        if one.entity == "webhook" and one.key == made.key
    )
    await scene.client.webhooks.delete_webhook(webhook)


async def test_more_of_a_webhook_than_were_planned_are_not_guessed_at(
    scene: Scene,
) -> None:
    step = scene.steps("webhook")[1]
    (planned,) = (one for one in scene.plan.steps if one.id == step)
    config, environment, *_ = planned.key
    ids = {(one.entity, one.key): one.new for one in (await scene.apply()).ids}
    assert isinstance(planned.body, dict)
    await scene.client.call(
        "create-webhook",
        config_id=ids["config", (config,)],
        environment_id=ids["environment", (environment,)],
        body=planned.body,
    )
    scene.rewind({step: "sent"})
    report = await scene.apply(allow_duplicates=True)
    (trouble,) = report.trouble
    assert (trouble.outcome, trouble.note) == (
        "unknown",
        "there are 2 like it, which cannot be told apart",
    )
    assert len(scene.emulator.state.webhooks) == 3 + 4


async def test_one_of_two_equal_webhooks_is_not_taken_for_the_other(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    await shop.webhook("Main", "Test", "https://hooks.example/test", httpMethod="get")
    plan = (await source_of(shop, emulator)).copy("Copy")
    scene = Scene(
        client, emulator, await source_of(shop, emulator), plan, tmp_path / "j.db"
    )
    assert (await scene.apply()).is_complete
    scene.wanted = shape(emulator, product_named(emulator, "Copy"))
    first, second = (one for one in scene.steps("webhook") if "test" in one)
    scene.rewind({first: "sent", second: "sent"})
    report = await scene.apply()
    assert report.is_complete
    assert len({one.new for one in report.ids if one.entity == "webhook"}) == 4
    await remove_webhook(scene, second)
    scene.rewind({second: "sent"})
    report = await scene.apply()
    assert [(one.id, one.outcome) for one in report.trouble] == [(second, "unknown")]
    scene.rewind({second: "intended"})
    assert (await scene.apply()).is_complete
    scene.require_like_before()


async def test_the_journal_of_a_finished_job_does_not_wait(scene: Scene) -> None:
    scene.rewind({step: "planned" for step in scene.steps("tag")})
    report = await scene.apply(linger_seconds=3600)
    assert report.is_complete


async def test_what_may_be_on_its_way_is_waited_for_before_it_is_looked_for(
    scene: Scene,
) -> None:
    scene.rewind({step: "sent" for step in scene.steps("tag")})
    stop = asyncio.Event()

    def soon(_: ApplyProgress) -> None:
        asyncio.get_running_loop().call_soon(stop.set)

    report = await scene.apply(linger_seconds=3600, stop=stop, progress=soon)
    assert report.stopped == "it was asked to stop"
    assert scene.emulator.counts.total_calls == 0
    assert {step.outcome for step in report.trouble} == {"unknown"}
    report = await scene.apply()
    assert report.is_complete


async def test_own_values_are_not_taken_for_those_of_somebody_else(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> None:
    source = await source_of(shop, emulator)
    for key, body in (("greeting", "Bye"), ("killSwitch", False)):
        await shop.set_formula("Main", key, "Test", plain_formula(body))
    plan = await source.onto(shop.product_id, on_conflict="overwrite")
    (step,) = plan.steps
    assert set(step.versions) == {"greeting", "killSwitch"}
    journal = tmp_path / "j.db"
    assert (await apply(client, plan, journal)).is_complete
    rewind(plan, journal, {step.id: "sent"})
    emulator.counts.reset()
    report = await apply(client, plan, journal, linger_seconds=0)
    assert [one.outcome for one in report.steps] == ["adopted"]
    assert report.is_complete
    assert emulator.counts.calls == {
        "get-configs": 1,
        "get-environments": 1,
        "get-settings": 1,
        "get-setting-values-v2": 1,
    }


@pytest.fixture
def invitations(scene: Scene) -> Plan:
    """A plan that invites two people into the copy."""
    copy = product_named(scene.emulator, "Copy")
    product = {"$ref": ["product", "Copy"]}
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
        scene.emulator.base_url, "x", "Copy", is_new=False, product_id=copy.product_id
    )
    return Plan("copy", target, "0" * 64, (step,), invites=True)


@pytest.mark.parametrize("after", [True, False])
async def test_people_are_not_invited_twice(
    scene: Scene, invitations: Plan, tmp_path: Path, after: bool
) -> None:
    fault = Fault("drop", operation="invite-member", after_effect=after)
    scene.emulator.faults.add(fault)
    scene.emulator.counts.reset()
    report = await apply(scene.client, invitations, tmp_path / "i.db", linger_seconds=0)
    (result,) = report.steps
    assert result.outcome == ("adopted" if after else "unknown")
    assert scene.emulator.counts.calls["invite-member"] == 1
    assert len(scene.emulator.state.invitations) == (2 if after else 0)
    again = await apply(scene.client, invitations, tmp_path / "i.db", linger_seconds=0)
    assert again.is_complete is after
    assert scene.emulator.counts.calls["invite-member"] == 1
    allowed = await apply(
        scene.client,
        invitations,
        tmp_path / "i.db",
        linger_seconds=0,
        allow_duplicates=True,
    )
    assert allowed.is_complete
    assert len(scene.emulator.state.invitations) == 2


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
    assert asked == ["it cannot be told whether it was done"]
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
    fault = Fault("status", operation="post-setting-values-v2", status=403)
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
