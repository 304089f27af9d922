"""A conversion from the snapshot to the last check, on an emulator."""

import asyncio
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, ConfigurationError
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.options import ApplyProgress
from configcat_mgmt.jobs.applying.report import NewSdkKey
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planners.conversion import converted, plan_conversion
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.looking import config_of, without_id
from tests.jobs.plan_facts import codes
from tests.jobs.planners.old_config import build_old_product
from tests.jobs.world import REASON, SECRET_PARAMETERS, World

Json = Any

FEW: Final = ("isOneOf", "contains", "semVerLess", "numberLess")
"""Enough comparators for one of everything else."""


@pytest.fixture
async def world(client: AsyncManagementClient) -> World:
    return await build_old_product(client, comparators=FEW)


@pytest.fixture
async def snapshot(client: AsyncManagementClient, world: World) -> Snapshot:
    return await take_snapshot(client, world.product_id, secrets=True)


async def read(client: AsyncManagementClient, snapshot: Snapshot) -> Snapshot:
    return await take_snapshot(client, snapshot.source.product_id, secrets=True)


async def require_converted(
    client: AsyncManagementClient, snapshot: Snapshot, config: str
) -> Snapshot:
    """Demand what a conversion makes, once, and that all else is as it was."""
    found = await read(client, snapshot)
    product = snapshot.source.product_id
    assert await verify(client, converted(snapshot, config), product) == ()
    new = f"{config} (V2)"
    assert [one.name for one in found.configs if one.name != new] == [
        one.name for one in snapshot.configs
    ]
    for old in snapshot.configs:
        assert config_of(found, old.name) == old
    kept = [one for one in found.webhooks if one.config != new]
    assert kept == list(snapshot.webhooks)
    assert plan_conversion(found, config, reason=REASON).is_empty
    return found


async def test_a_conversion_is_planned_done_and_found_complete(
    client: AsyncManagementClient, tmp_path: Path
) -> None:
    world = await build_old_product(client)
    snapshot = await take_snapshot(client, world.product_id, secrets=True)
    plan = plan_conversion(snapshot, "Old")
    assert plan.blockers == ()
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble
    assert report.calls == plan.calls() | {
        name: count for name, count in report.calls.items() if name.startswith("get-")
    }
    assert await verify(client, plan, snapshot.source.product_id) == ()
    found = await require_converted(client, snapshot, "Old")
    new = config_of(found, "Old (V2)")
    assert (new.evaluation_version, new.description, new.order) == ("v2", "Of old", 3)
    split = next(one for one in new.settings if one.key == "split_int")
    assert (split.name, split.tags, split.order) == ("Split int", ("frontend",), 5)
    assert len(split.values["Test"].links) == 1


async def test_webhooks_and_integrations_are_taken_along(
    client: AsyncManagementClient, world: World, snapshot: Snapshot, tmp_path: Path
) -> None:
    # A twin has all in common with another webhook but its content.
    await world.webhook("Old", "Test", "https://hooks.example/old", content="twin")
    snapshot = await read(client, snapshot)
    report = await apply(client, plan_conversion(snapshot, "Old"), tmp_path / "j.db")
    assert report.is_complete
    found = await require_converted(client, snapshot, "Old")

    def webhooks(config: str) -> list[Json]:
        found_there = [one for one in found.webhooks if one.config == config]
        return [attrs.evolve(without_id(one), config="") for one in found_there]

    assert len(webhooks("Old")) == 3
    assert sorted(map(str, webhooks("Old (V2)"))) == sorted(map(str, webhooks("Old")))
    before = {one.name: one for one in snapshot.integrations}
    after = {one.name: one for one in found.integrations}
    extended = after.pop("Of the old one")
    assert extended.configs == ("Old", "Old (V2)")
    assert extended.environments == ("Production",)
    assert extended.parameters == SECRET_PARAMETERS["dataDog"]
    del before["Of the old one"]
    assert after == before


async def test_the_report_tells_old_and_new_sdk_keys_and_ids(
    client: AsyncManagementClient, world: World, snapshot: Snapshot, tmp_path: Path
) -> None:
    plan = plan_conversion(snapshot, "Old")
    source = converted(snapshot, "Old")
    report = await apply(client, plan, tmp_path / "j.db", source=source, sdk_keys=True)
    ids = {(one.entity, *one.key): one for one in report.ids}
    config = ids["config", "Old (V2)"]
    assert config.old == world.configs["Old"]
    flag = ids["setting", "Old (V2)", "split_int"]
    assert flag.old == world.settings["Old", "split_int"]
    assert flag.new != flag.old
    expected: list[NewSdkKey] = []
    for name, environment in world.environments.items():
        old, new = [
            await client.call(
                "get-sdk-keys", config_id=str(one), environment_id=environment
            )
            for one in (config.old, config.new)
        ]
        keys: Json = (new["primary"], new["secondary"], old["primary"])
        expected.append(NewSdkKey("Old (V2)", name, *keys, old["secondary"]))
    assert sorted(report.sdk_keys, key=str) == sorted(expected, key=str)
    assert all(one.old_primary != one.primary for one in expected)


async def test_without_secrets_integrations_are_left_as_they_are(
    client: AsyncManagementClient, snapshot: Snapshot, tmp_path: Path
) -> None:
    product = snapshot.source.product_id
    plan = plan_conversion(await take_snapshot(client, product), "Old")
    assert {"CC104", "CC105"} <= {*codes(plan)}
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.is_complete
    assert await verify(client, plan, product) == ()
    found = await read(client, snapshot)
    assert found.integrations == snapshot.integrations
    # With secrets that can be made up for, and what is there stays as it is.
    plan = plan_conversion(found, "Old")
    assert [step.operation for step in plan.steps] == ["update-integration"]


async def test_a_product_that_demands_reasons_and_hints_is_converted(
    client: AsyncManagementClient, shop: World, tmp_path: Path
) -> None:
    snapshot = await take_snapshot(client, shop.product_id, secrets=True)
    assert [one.code for one in plan_conversion(snapshot, "Legacy").blockers] == [
        "CC207"
    ]
    plan = plan_conversion(snapshot, "Legacy", reason=REASON)
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.is_complete, report.trouble
    await require_converted(client, snapshot, "Legacy")


@pytest.mark.parametrize("steps", [1, 2, 20, 36])
async def test_a_conversion_that_was_cut_off_is_gone_on_with(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    snapshot: Snapshot,
    tmp_path: Path,
    steps: int,
) -> None:
    plan, stop = plan_conversion(snapshot, "Old"), asyncio.Event()

    def after_some(progress: ApplyProgress) -> None:
        if progress.done == steps:
            stop.set()

    journal = tmp_path / "j.db"
    emulator.counts.reset()
    report = await apply(
        client, plan, journal, stop=stop, progress=after_some, in_flight=2
    )
    assert not report.is_complete
    report = await apply(client, plan, journal, linger_seconds=0)
    assert report.is_complete, report.trouble
    made = {name: emulator.counts.calls[name] for name in plan.calls()}
    assert made == plan.calls()
    await require_converted(client, snapshot, "Old")


@pytest.mark.parametrize("kind", ["drop", "truncate"])
async def test_nothing_is_made_twice_when_answers_are_lost(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    snapshot: Snapshot,
    tmp_path: Path,
    kind: Json,
) -> None:
    for operation in ("create-config", "create-setting", "update-integration"):
        emulator.faults.add(Fault(kind, operation=operation, after_effect=True))
    plan = plan_conversion(snapshot, "Old")
    report = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete, report.trouble
    await require_converted(client, snapshot, "Old")


async def test_a_config_that_is_half_made_without_a_journal_is_not_touched(
    client: AsyncManagementClient, world: World, snapshot: Snapshot, tmp_path: Path
) -> None:
    await world.config("Old (V2)", "v2", description="Of old", order=3)
    found = await read(client, snapshot)
    with pytest.raises(
        ConfigurationError, match="already, which differs from the converted one"
    ):
        plan_conversion(found, "Old")
    plan = plan_conversion(found, "Old", name="Old, again")
    report = await apply(client, plan, tmp_path / "j.db")
    assert report.is_complete
    later = await read(client, snapshot)
    assert config_of(later, "Old (V2)") == config_of(found, "Old (V2)")
    assert plan_conversion(later, "Old", name="Old, again").is_empty
