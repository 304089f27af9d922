"""`apply` executes each step once, makes no needless call, and reports each result."""

import json
from collections import Counter
from pathlib import Path

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, Hooks
from configcat_mgmt.core.hooks import CallEvent
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.apply import apply, journal_report
from configcat_mgmt.jobs.applying.options import ApplyProgress
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.apply_tools import (
    OF_A_NEW_PRODUCT,
    REASON,
    Source,
    lists,
    source_of,
    writes,
)
from tests.jobs.looking import reprs_of
from tests.jobs.shapes import product_named, shape
from tests.jobs.world import SECRETS, World, empty_world

KEYLESS = ("create-webhook", "create-integration")


@pytest.fixture
async def source(shop: World, emulator: Emulator) -> Source:
    await shop.preferences(reason_in=["Production"], approval_in=["Staging"])
    return await source_of(shop, emulator)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "j.db"


async def test_a_copy_is_like_its_source(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    report = await apply(client, source.copy("Copy"), journal)
    assert report.is_complete
    assert report.stopped is None
    original = shape(emulator, product_named(emulator, "Web shop"))
    copy = shape(emulator, product_named(emulator, "Copy"))
    assert [line for line in copy if "Bearer" not in line] == [
        line for line in original if "Bearer" not in line
    ]


async def test_every_step_is_one_call_and_only_what_may_be_there_is_looked_for(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    plan = source.copy("Copy")
    report = await apply(client, plan, journal)
    # The default group is there, so it is not made.
    assert writes(emulator.counts.calls) == len(plan.steps) - 1
    assert lists(emulator.counts.calls) == dict.fromkeys(OF_A_NEW_PRODUCT, 1)
    assert report.calls == dict(emulator.counts.calls)
    adopted = [step.key for step in report.steps if step.outcome == "adopted"]
    assert adopted == [("Administrators",)]


async def test_what_was_verified_has_no_differences(
    client: AsyncManagementClient, source: Source, journal: Path
) -> None:
    plan = source.copy("Copy")
    report = await apply(client, plan, journal)
    assert report.product_id is not None
    assert await verify(client, plan, report.product_id) == ()


async def test_a_plan_that_is_done_is_not_done_again(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    plan = source.copy("Copy")
    first = await apply(client, plan, journal)
    emulator.counts.reset()
    second = await apply(client, plan, journal)
    assert emulator.counts.total_calls == 0
    assert second.is_complete
    assert second.resumed
    assert second.counts == {"earlier": len(plan.steps)}
    assert second.ids == first.ids
    assert second.product_id == first.product_id


async def test_a_default_group_that_differs_is_made_like_the_planned_one(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    groups = tuple(
        attrs.evolve(group, rights={**group.rights, "canRotateSdkKey": False})
        if group.name == "Administrators"
        else group
        for group in source.snapshot.permission_groups
    )
    snapshot = attrs.evolve(source.snapshot, permission_groups=groups)
    report = await apply(
        client, attrs.evolve(source, snapshot=snapshot).copy("Copy"), journal
    )
    assert report.is_complete
    assert emulator.counts.calls["update-permission-group"] == 1
    copy = product_named(emulator, "Copy")
    (group,) = (
        emulator.state.permission_groups[one]
        for one in copy.permission_group_ids
        if emulator.state.permission_groups[one].name == "Administrators"
    )
    assert "can_rotate_sdk_key" not in group.rights


async def test_the_report_tells_old_and_new_ids(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    report = await apply(client, source.copy("Copy"), journal, source=source.snapshot)
    ids = {(one.entity, one.key): (one.old, one.new) for one in report.ids}
    copy = product_named(emulator, "Copy")
    shop = source.world
    assert ids["product", ("Copy",)] == (shop.product_id, str(copy.product_id))
    old, new = ids["setting", ("Main", "provider")]
    assert old == shop.settings["Main", "provider"]
    assert emulator.state.settings[int(new)].key == "provider"
    old, new = ids["variation", ("Main", "provider", "stripe")]
    assert old == shop.variations["Main", "provider", "stripe"]
    assert new != old
    assert all(one.old is not None for one in report.ids)


async def test_sdk_keys_are_read_when_asked_for_and_shown_when_asked_for(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    plan = source.copy("Copy")
    report = await apply(client, plan, journal, sdk_keys=True, source=source.snapshot)
    keys = {(one.config, one.environment): one for one in report.sdk_keys}
    assert len(keys) == 9
    present = {one.primary for one in emulator.state.sdk_keys.values()}
    for one in keys.values():
        assert {one.primary, one.old_primary} <= present
        assert one.primary != one.old_primary
        assert not any(str(one.primary) in text for text in reprs_of(report))
        assert str(one.primary) not in json.dumps(report.to_json())
        assert str(one.primary) in json.dumps(report.to_json(secrets=True))
    assert emulator.counts.calls["get-sdk-keys"] == 9


async def test_the_report_is_json_with_times_and_calls(
    client: AsyncManagementClient, source: Source, journal: Path
) -> None:
    plan = source.copy("Copy")
    report = await apply(client, plan, journal)
    told = json.loads(json.dumps(report.to_json()))
    assert told["complete"] is True
    assert told["counts"] == {"done": len(plan.steps) - 1, "adopted": 1}
    assert told["steps"][0]["outcome"] == "done"
    assert [one["stage"] for one in told["stages"]] == [1, 2, 3, 4, 5, 6, 7]
    assert sum(one["calls"] for one in told["timeline"]) == sum(report.calls.values())
    assert told["product_id"] == str(report.product_id)
    assert told["refused"] == {}


async def test_the_journal_alone_tells_what_became_of_a_plan(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    plan = source.copy("Copy")
    emulator.faults.add(Fault("status", operation="create-config", status=403))
    await apply(client, plan, journal, in_flight=1)
    report = journal_report(plan, journal)
    counts = report.counts
    assert counts["failed"] == 1
    assert counts["earlier"] + counts["not_started"] == len(plan.steps) - 1
    assert not report.is_complete
    assert report.product_id == product_named(emulator, "Copy").product_id
    with pytest.raises(ConfigurationError, match="there is no journal"):
        journal_report(plan, journal.with_name("other.db"))


async def test_no_secret_of_a_plan_is_in_journal_or_report(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    plan = source.copy("Copy")
    secrets = [secret for secret in SECRETS if secret in repr(bodies(plan))]
    assert secrets
    for operation in KEYLESS:
        emulator.faults.add(Fault("status", operation=operation, status=400))
    report = await apply(client, plan, journal, on_error="collect")
    assert [one.outcome for one in report.trouble] == ["failed", "failed", "skipped"]
    told = [json.dumps(report.to_json()), repr(report), repr(plan.steps)]
    for file in journal.parent.iterdir():
        told.append(file.read_bytes().decode("latin-1"))
    for text in told:
        assert [secret for secret in secrets if secret in text] == []


def bodies(plan: Plan) -> list[object]:
    return [step.body for step in plan.steps]


async def test_progress_is_told_from_the_first_step_to_the_last(
    client: AsyncManagementClient, source: Source, journal: Path
) -> None:
    told: list[ApplyProgress] = []
    plan = source.copy("Copy")
    report = await apply(client, plan, journal, progress=told.append)
    begun = [one for one in told if one.step is None]
    assert [one.stage for one in begun] == [1, 2, 3, 4, 5, 6, 7]
    ended = [one for one in told if one.step is not None]
    assert [one.done for one in ended] == list(range(1, len(plan.steps) + 1))
    assert {one.step for one in ended} == {step.id for step in plan.steps}
    assert ended[-1].calls == sum(report.calls.values())


async def test_a_progress_callback_that_raises_does_no_harm(
    client: AsyncManagementClient,
    source: Source,
    journal: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: ApplyProgress) -> None:
        raise ValueError("no")

    report = await apply(client, source.copy("Copy"), journal, progress=fail)
    assert report.is_complete
    assert "the progress callback raised" in caplog.text


async def test_the_hooks_of_the_client_are_told_as_before(
    client: AsyncManagementClient, source: Source, journal: Path
) -> None:
    finished: list[str] = []

    class Mine(Hooks):
        def call_finished(self, event: CallEvent) -> None:
            finished.append(event.operation_id)

    plan = source.copy("Copy")
    report = await apply(client.with_options(hooks=Mine()), plan, journal)
    assert Counter(finished) == report.calls


async def test_a_reason_takes_the_place_of_the_plans(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    await apply(client, source.copy("Copy 1"), journal)
    assert {entry.why for entry in emulator.state.audit if entry.why} >= {REASON}
    emulator.requests.clear()
    await apply(
        client, source.copy("Copy 2"), journal.with_name("2.db"), reason="Tuesday"
    )
    queries = [
        request.query
        for request in emulator.requests
        if (request.operation or "").startswith("post-setting-values")
    ]
    assert queries == ["reason=Tuesday"] * 9


async def test_no_more_calls_are_in_flight_than_allowed(
    source: Source, emulator: Emulator, client: AsyncManagementClient, journal: Path
) -> None:
    told: list[ApplyProgress] = []
    await apply(client, source.copy("Copy"), journal, in_flight=5, progress=told.append)
    assert max(one.in_flight for one in told) == 5


async def test_an_empty_plan_is_complete(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    plan = await source.onto(source.world.product_id)
    plan = attrs.evolve(plan, steps=())
    emulator.counts.reset()
    report = await apply(client, plan, journal)
    assert report.is_complete
    assert emulator.counts.total_calls == 0


async def test_a_change_of_a_present_product_lists_only_what_it_needs(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    target = await empty_world(client, "Target")
    await target.environment("Production")
    plan = await source.onto(target.product_id, on_conflict="overwrite")
    emulator.counts.reset()
    report = await apply(client, plan, journal)
    assert report.is_complete, report.trouble
    # The preferences are looked at, since they are changed.
    assert lists(emulator.counts.calls) == {
        "get-environments": 1,
        "get-product-preferences": 1,
    }
    found = await take_snapshot(client, target.product_id)
    assert {one.name for one in found.configs} == {"Main", "Mobile", "Legacy"}
