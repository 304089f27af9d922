"""Lost answers, refusals and failures: nothing is lost, nothing is made twice."""

import random
from pathlib import Path
from typing import Final

import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.jobs.model.plan import Step
from tests.hypothesis_profiles import IS_NIGHTLY
from tests.jobs.apply_tools import (
    OF_A_NEW_PRODUCT,
    Source,
    require_few_lists,
)
from tests.jobs.shapes import product_named, products_named, shape

CREATIONS: Final = (
    "create-product",
    "create-environment",
    "create-tag",
    "create-permission-group",
    "create-segment",
    "create-config",
    "create-setting",
)
KEYLESS: Final = ("create-webhook", "create-integration")
STEADY: Final = (
    "post-setting-values-v2",
    "post-setting-values",
    "add-or-update-integration-link",
    "update-product-preferences",
)
LOST: Final = {
    "dropped before": Fault("drop"),
    "dropped after": Fault("drop", after_effect=True),
    "502 after": Fault("status", status=502, after_effect=True),
    "503 before": Fault("status", status=503),
    "cut short": Fault("truncate"),
    "not JSON": Fault("not_json"),
}
DONE: Final = ("dropped after", "502 after", "cut short", "not JSON")
"""Faults after which the change is made."""


def fault_like(name: str, operation: str) -> Fault:
    fault = LOST[name]
    return Fault(
        fault.kind,
        operation=operation,
        status=fault.status,
        after_effect=fault.after_effect,
    )


@pytest.mark.parametrize("name", LOST)
async def test_a_lost_answer_to_any_call_is_made_up_for_at_once(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    wanted: list[str],
    tmp_path: Path,
    name: str,
) -> None:
    operations = CREATIONS + STEADY + (KEYLESS if name in DONE else ())
    faults = [fault_like(name, operation) for operation in operations]
    for fault in faults:
        emulator.faults.add(fault)
    report = await apply(
        client, source.copy("Copy"), tmp_path / "j.db", linger_seconds=0
    )
    assert report.is_complete, report.trouble
    assert [fault.struck for fault in faults] == [1] * len(faults)
    assert len(products_named(emulator, "Copy")) == 1
    assert shape(emulator, product_named(emulator, "Copy")) == wanted
    emulator.counts.calls.subtract(OF_A_NEW_PRODUCT)
    require_few_lists(emulator.counts.calls, source.snapshot)


@pytest.mark.parametrize("operation", KEYLESS)
async def test_what_cannot_be_told_apart_is_sent_again_only_by_decision(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    wanted: list[str],
    tmp_path: Path,
    operation: str,
) -> None:
    plan, journal = source.copy("Copy"), tmp_path / "j.db"
    emulator.faults.add(fault_like("dropped before", operation))
    report = await apply(client, plan, journal, linger_seconds=0)
    (trouble,) = report.trouble
    assert trouble.operation == operation
    assert trouble.outcome == "unknown"
    assert report.stopped is not None

    asked: list[tuple[str, str]] = []

    def leave(step: Step, known: str) -> str:
        asked.append((step.id, known))
        return "leave"

    report = await apply(client, plan, journal, linger_seconds=0, decide=leave)
    assert asked == [
        (trouble.id, "it was sent, but the target has no such object now"),
    ]
    assert [one.outcome for one in report.trouble] == ["unknown"]

    async def send(_: Step, __: str) -> str:
        return "send"

    report = await apply(client, plan, journal, linger_seconds=0, decide=send)
    assert report.is_complete, report.trouble
    assert shape(emulator, product_named(emulator, "Copy")) == wanted


async def test_what_a_person_says_was_made_is_not_made(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    emulator.faults.add(fault_like("dropped before", "create-webhook"))
    report = await apply(
        client,
        source.copy("Copy"),
        tmp_path / "j.db",
        linger_seconds=0,
        decide=lambda _, __: "made",
    )
    assert report.is_complete
    assert len(emulator.state.webhooks) == 2 * 3 - 1


async def test_a_storm_of_429_is_waited_out_and_counted(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    for operation in ("create-tag", "create-setting", "create-webhook"):
        emulator.faults.add(
            Fault("status", operation=operation, status=429, retry_after="0", count=2)
        )
    report = await apply(client, source.copy("Copy"), tmp_path / "j.db")
    assert report.is_complete
    assert report.refused == {
        "create-tag": 2,
        "create-setting": 2,
        "create-webhook": 2,
    }
    assert report.calls == dict(emulator.counts.calls)
    assert report.to_json()["refused"] == report.refused


async def test_a_429_that_asks_for_too_long_is_a_failure_and_not_unknown(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    plan = source.copy("Copy")
    emulator.faults.add(
        Fault("status", operation="create-webhook", status=429, retry_after="601")
    )
    report = await apply(client, plan, tmp_path / "j.db")
    (trouble,) = report.trouble
    assert trouble.outcome == "failed"
    report = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete


async def restricted_client(
    emulator: Emulator, source: Source, **options: object
) -> AsyncManagementClient:
    """A client of somebody who may do everything but make webhooks and segments."""
    user = emulator.add_user(
        "bob@example.com", "Bob", username="bob", password="pw", admin=False
    )
    state, shop = emulator.state, product_named(emulator, "Web shop")
    (admins,) = (
        state.permission_groups[one]
        for one in shop.permission_group_ids
        if state.permission_groups[one].name == "Administrators"
    )
    admins.rights -= {"can_manage_webhook", "can_delete_segments"}
    shop.members[user.user_id] = admins.permission_group_id
    return AsyncManagementClient(
        "bob", "pw", base_url=emulator.base_url, options=Options(limits=None)
    )


async def test_a_missing_permission_in_the_middle_is_reported_and_the_rest_done(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    target = product_named(emulator, "Web shop")
    shop, journal = source.world, tmp_path / "j.db"
    for url in ("https://hooks.example/test", "https://hooks.example/legacy"):
        await client.webhooks.delete_webhook(shop.webhooks[url])
    await client.tags.delete_tag(shop.tags["Backend"])
    plan = await source.onto(shop.product_id, on_conflict="overwrite")
    assert len(plan.steps) == 5
    async with await restricted_client(emulator, source) as restricted:
        report = await apply(restricted, plan, journal, on_error="collect")
        outcomes = {step.entity: step.outcome for step in report.steps}
        assert outcomes == {"tag": "done", "setting": "done", "webhook": "failed"}
        assert all("403" in step.note for step in report.trouble)
        assert report.stopped is None
        for group_id in target.permission_group_ids:
            emulator.state.permission_groups[group_id].rights.add("can_manage_webhook")
        report = await apply(restricted, plan, journal, linger_seconds=0)
    assert report.is_complete
    assert len(emulator.state.webhooks) == 3


async def test_rules_of_the_product_wait_for_all_that_they_could_make_fail(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    plan, journal = source.copy("Copy"), tmp_path / "j.db"
    emulator.faults.add(Fault("status", operation="create-tag", status=403, count=1))
    report = await apply(client, plan, journal, on_error="collect")
    (rules,) = (step for step in report.steps if step.entity == "preferences")
    assert rules.outcome == "skipped"
    assert "apply the plan again" in rules.note
    assert emulator.counts.calls["update-product-preferences"] == 0
    report = await apply(client, plan, journal, linger_seconds=0)
    assert report.is_complete
    assert emulator.counts.calls["update-product-preferences"] == 1


async def test_the_first_failure_stops_a_job_that_is_to_stop(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    plan = source.copy("Copy")
    emulator.faults.add(Fault("status", operation="create-config", status=403))
    report = await apply(client, plan, tmp_path / "j.db", in_flight=1)
    assert report.stopped is not None
    assert "create failed: create-config returned 403" in report.stopped
    assert len(report.trouble) == 1
    last = max(step.stage for step in report.steps if step.outcome != "not_started")
    assert last == 3
    assert emulator.counts.calls["create-setting"] == 0


async def test_wrong_credentials_end_a_job_that_collects(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    plan = source.copy("Copy")
    emulator.faults.add(
        Fault("status", operation="create-environment", status=401, count=None)
    )
    report = await apply(
        client, plan, tmp_path / "j.db", on_error="collect", in_flight=1
    )
    assert report.stopped is not None
    assert "401" in report.stopped
    assert emulator.counts.calls["create-environment"] == 1


async def test_dependents_of_what_failed_are_skipped_with_the_reason(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    plan = source.copy("Copy")
    emulator.faults.add(Fault("status", operation="create-config", status=403))
    report = await apply(
        client, plan, tmp_path / "j.db", on_error="collect", in_flight=1
    )
    (failed,) = (step for step in report.steps if step.outcome == "failed")
    (config,) = failed.key
    skipped = [step for step in report.steps if step.outcome == "skipped"]
    assert {step.entity for step in skipped} >= {"setting", "values", "webhook"}
    reasons = {step.note for step in skipped}
    assert reasons >= {f"config {config!r} was not made"}
    assert "done" in {step.outcome for step in report.steps if step.stage > 3}
    report = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete, report.trouble


async def test_a_service_that_cannot_be_reached_leaves_nothing_in_doubt(
    client: AsyncManagementClient, emulator: Emulator, source: Source, tmp_path: Path
) -> None:
    plan = source.copy("Copy")
    await emulator.stop()
    report = await apply(client.with_options(max_attempts=1), plan, tmp_path / "j.db")
    assert report.counts == {"failed": 1, "not_started": len(plan.steps) - 1}


@pytest.mark.parametrize("seed", range(80 if IS_NIGHTLY else 4))
async def test_a_bad_day_ends_in_the_planned_state(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    wanted: list[str],
    tmp_path: Path,
    seed: int,
) -> None:
    chance = random.Random(seed)
    for name, fault in LOST.items():
        if name != "503 before":
            emulator.faults.add(
                Fault(
                    fault.kind,
                    probability=0.08,
                    count=None,
                    status=fault.status,
                    after_effect=fault.after_effect,
                    seed=chance.randrange(1_000_000),
                )
            )
    plan = source.copy("Copy")
    reports: list[Report] = []
    while not reports or not reports[-1].is_complete:
        if len(reports) > 20:
            emulator.faults.clear()
        reports.append(
            await apply(
                client.with_options(max_attempts=1),
                plan,
                tmp_path / "j.db",
                on_error=chance.choice(["stop", "collect"]),
                in_flight=chance.choice([1, 5, 64]),
                allow_duplicates=True,
                linger_seconds=0,
            )
        )
    assert len(products_named(emulator, "Copy")) == 1
    assert shape(emulator, product_named(emulator, "Copy")) == wanted
