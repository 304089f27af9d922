"""The journal of an interrupted job decides the next step."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply, journal_report
from configcat_mgmt.jobs.applying.options import ApplyProgress
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.journal.plan_journal import Entry, Journal, State
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.planning.plan_file import plan_hash
from tests.jobs.apply_tools import Source, lists, source_of
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
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> Scene:
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
    assert "a product of this name already exists" in report.steps[0].note
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
    waits: list[float] = []

    def stop_the_wait(told: ApplyProgress) -> None:
        waits.append(told.waiting_seconds)
        if told.waiting_seconds:
            stop.set()

    report = await scene.apply(linger_seconds=3600, stop=stop, progress=stop_the_wait)
    _, longest, after = waits[:3]
    assert 3500 < longest <= 3600
    assert after == 0
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
