"""Limits of the organization and rights of the user, some found only during a job."""

from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.apply_tools import REASON, Source, source_of
from tests.jobs.shapes import product_named
from tests.jobs.world import World, empty_world


@pytest.fixture
async def source(shop: World, emulator: Emulator) -> Source:
    return await source_of(shop, emulator)


@pytest.fixture
async def target(client: AsyncManagementClient) -> World:
    return await empty_world(client, "Target")


async def test_a_limit_that_is_too_low_blocks_before_the_first_call(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    target: World,
    tmp_path: Path,
) -> None:
    emulator.state.limits = attrs.evolve(emulator.state.limits, targeting_rules=2)
    plan = await source.onto(target.product_id, on_conflict="overwrite")
    assert {issue.code for issue in plan.blockers} == {"CC220"}
    for issue in plan.blockers:
        assert "at most 2 targeting rules" in issue.cause
        assert "upgrade the plan" in issue.remedy
    emulator.counts.reset()
    with pytest.raises(ConfigurationError, match="CC220"):
        await apply(client, plan, tmp_path / "j.db")
    assert emulator.counts.total_calls == 0


async def test_a_limit_that_nobody_can_read_is_reported_when_it_is_hit(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    target: World,
    tmp_path: Path,
) -> None:
    unlimited = emulator.state.limits
    emulator.state.limits = attrs.evolve(unlimited, segments=2)
    plan = await source.onto(target.product_id, on_conflict="overwrite")
    assert plan.blockers == ()
    report = await apply(client, plan, tmp_path / "j.db", on_error="collect")
    failed = [one for one in report.steps if one.outcome == "failed"]
    assert {one.entity for one in failed} == {"segment"}
    assert len(failed) == 2
    assert all("returned 400" in one.note for one in failed)
    assert report.counts["done"] > 40
    emulator.state.limits = unlimited
    again = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    assert again.is_complete, again.trouble


@pytest.fixture
async def limited(
    emulator: Emulator, target: World
) -> AsyncIterator[AsyncManagementClient]:
    """A client of somebody who may make tags and settings, but nothing else."""
    group = await target.group(
        "Limited",
        accessType="custom",
        newEnvironmentAccessType="readOnly",
        canCreateOrUpdateEnvironment=True,
        canCreateOrUpdateTag=True,
        canCreateOrUpdateConfig=True,
        canCreateOrUpdateSetting=True,
        canTagSetting=True,
    )
    user = emulator.add_user("l@x.example", "L", username="limited", password="p")
    product_named(emulator, "Target").members[user.user_id] = group
    async with AsyncManagementClient(
        "limited", "p", base_url=emulator.base_url, options=Options(limits=None)
    ) as client:
        yield client


async def test_what_the_user_may_not_do_is_reported_and_done_by_another(
    *,
    client: AsyncManagementClient,
    source: Source,
    target: World,
    limited: AsyncManagementClient,
    tmp_path: Path,
) -> None:
    found = await take_snapshot(limited, target.product_id, secrets=True)
    options = PlanOptions(on_conflict="overwrite", reason=REASON)
    plan = plan_copy(source.snapshot, found, options)
    report = await apply(limited, plan, tmp_path / "j.db", on_error="collect")
    refused = {one.entity for one in report.steps if "returned 403" in one.note}
    assert refused >= {"segment", "permission_group", "values", "webhook"}
    done = {one.entity for one in report.steps if one.is_finished}
    assert done == {"environment", "tag", "config", "setting"}
    again = await apply(client, plan, tmp_path / "j.db", linger_seconds=0)
    assert again.is_complete, again.trouble
    assert again.counts["earlier"] == report.counts["done"]
