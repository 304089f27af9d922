"""A snapshot lists its gaps: unreadable parts and parts that were not selected."""

from collections.abc import AsyncIterator
from uuid import UUID

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    LEFT_OUT,
    Gap,
    Member,
    Snapshot,
)
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.models import EvaluationVersion, SettingType
from tests.jobs.judge import Judge
from tests.jobs.looking import config_of, setting_of
from tests.jobs.world import (
    World,
)


@pytest.fixture
async def snapshot(client: AsyncManagementClient, shop: World) -> Snapshot:
    return await take_snapshot(client, shop.product_id)


@pytest.fixture
async def outsider(
    emulator: Emulator, shop: World
) -> AsyncIterator[AsyncManagementClient]:
    """A client of somebody who may read one environment and hardly anything else."""
    user = emulator.add_user(
        "out@example.com", "Otto", username="outsider", password="outside"
    )
    product = emulator.state.products[UUID(shop.product_id)]
    product.members[user.user_id] = shop.groups["Outsiders"]
    async with AsyncManagementClient(
        "outsider",
        "outside",
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        yield client


async def test_what_may_not_be_read_is_a_gap(
    outsider: AsyncManagementClient, snapshot: Snapshot
) -> None:
    partial = await take_snapshot(outsider, snapshot.source.product_id)
    assert partial.is_partial
    hidden = {gap.key for gap in partial.gaps if gap.entity == "values"}
    read_only = {gap.key for gap in partial.gaps if gap.was_read}
    configs = ("Legacy", "Main", "Mobile")
    assert read_only == {f"{config}/Test" for config in configs}
    assert hidden - read_only == {
        f"{config}/{place}" for config in configs for place in ("Production", "Staging")
    }
    assert all(gap.reason for gap in partial.gaps)
    checkout = setting_of(partial, "Main", "newCheckout")
    whole = setting_of(snapshot, "Main", "newCheckout")
    assert checkout.values == {"Test": whole.values["Test"]}
    assert attrs.evolve(checkout, values={}) == attrs.evolve(whole, values={})


async def test_what_may_only_be_read_is_noted_but_not_missing(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    user = emulator.add_user(
        "s@example.com", "Sue", username="support", password="support"
    )
    product = emulator.state.products[UUID(shop.product_id)]
    product.members[user.user_id] = shop.groups["Support"]
    group = emulator.state.permission_groups[shop.groups["Support"]]
    group.rights = set(
        emulator.state.permission_groups[product.permission_group_ids[0]].rights
    )
    whole = await take_snapshot(client, shop.product_id)
    async with AsyncManagementClient(
        "support",
        "support",
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as support:
        found = await take_snapshot(support, shop.product_id)
    assert not found.is_partial
    assert len(found.gaps) == 9
    assert {gap.entity for gap in found.gaps} == {"values"}
    assert all(gap.was_read and "read-only" in gap.reason for gap in found.gaps)
    assert found.configs == whole.configs


GAPS = {
    "get-organization-limitations": {("organization", "limits")},
    "get-product-preferences": {("preferences", "*")},
    "get-environments": {("environment", "*")},
    "get-tags": {("tag", "*")},
    "get-permission-groups": {("permission_group", "*")},
    "get-segment": {
        ("segment", name) for name in ("Beta users", "Employees", "Old apps", "VIP")
    },
    "get-configs": {("config", "*")},
    "get-webhooks": {("webhook", "*")},
    "get-integrations": {("integration", "*")},
    "get-settings": {
        ("setting", f"{config}/*") for config in ("Legacy", "Main", "Mobile")
    },
    "get-setting-values": {
        ("values", f"Legacy/{place}") for place in ("Production", "Staging", "Test")
    },
    "get-setting-values-v2": {
        ("values", f"{config}/{place}")
        for config in ("Main", "Mobile")
        for place in ("Production", "Staging", "Test")
    },
    "get-sdk-keys": {
        ("sdk_key", f"{config}/{place}")
        for config in ("Legacy", "Main", "Mobile")
        for place in ("Production", "Staging", "Test")
    },
    "get-product-members": {("member", "*")},
}

REFERRED_TO = ("get-environments", "get-configs", "get-permission-groups")
"""What refers to their items is missing as well."""


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("operation", GAPS)
async def test_any_part_may_be_refused(
    client: AsyncManagementClient,
    shop: World,
    emulator: Emulator,
    operation: str,
    status: int,
) -> None:
    emulator.faults.add(Fault("status", operation=operation, status=status, count=None))
    found = await take_snapshot(client, shop.product_id, secrets=True, members=True)
    assert found.is_partial
    assert GAPS[operation] <= {(gap.entity, gap.key) for gap in found.gaps}
    reasons = [gap.reason for gap in found.gaps if gap.reason.startswith(str(status))]
    assert len(reasons) == len(GAPS[operation])
    if operation not in REFERRED_TO:
        assert len(found.gaps) == len(GAPS[operation])


async def test_values_that_use_an_unseen_segment_are_left_out_and_noted(
    client: AsyncManagementClient, shop: World, emulator: Emulator, snapshot: Snapshot
) -> None:
    emulator.faults.add(
        Fault("status", operation="get-segments", status=403, count=None)
    )
    found = await take_snapshot(client, shop.product_id)
    gaps = {(gap.entity, gap.key): gap.reason for gap in found.gaps}
    segment = shop.segments["Employees"]
    assert gaps["values", "Main/Production/newCheckout"] == (
        f"it uses segment {segment}, which cannot be read"
    )
    assert ("values", "Legacy/Production/oldFlag") in gaps
    assert len(gaps) == 3
    assert "Production" not in setting_of(found, "Main", "newCheckout").values
    assert setting_of(found, "Main", "greeting") == setting_of(
        snapshot, "Main", "greeting"
    )


async def test_an_integration_limited_to_what_cannot_be_seen_is_left_out(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    metrics = emulator.state.integrations[UUID(shop.integrations["Metrics"])]
    unseen = UUID(int=7)
    metrics.environment_ids = [unseen]
    found = await take_snapshot(client, shop.product_id)
    assert [one.name for one in found.integrations] == ["Analytics", "Chat"]
    reason = f"it is limited to environment {unseen}, which the credentials cannot see"
    assert found.gaps == (Gap("integration", "Metrics", reason),)


async def test_a_version_that_is_not_known_is_a_gap(
    client: AsyncManagementClient, shop: World, judge: Judge
) -> None:
    config = judge.emulator.state.configs[UUID(shop.configs["Mobile"])]
    config.evaluation_version = EvaluationVersion("v3")
    found = await take_snapshot(client, shop.product_id)
    reason = "the evaluation version v3 is not known"
    assert found.gaps == tuple(
        Gap("values", f"Mobile/{place}", reason)
        for place in ("Production", "Staging", "Test")
    )
    assert config_of(found, "Mobile").evaluation_version == "v3"
    assert len(config_of(found, "Mobile").settings) == 3
    assert all("'v3' is not one of" in one for one in judge.dismiss())


async def test_a_type_that_is_not_known_is_a_gap(
    client: AsyncManagementClient, shop: World, judge: Judge
) -> None:
    setting = judge.emulator.state.settings[shop.settings["Mobile", "n2"]]
    setting.setting_type = SettingType("date")
    found = await take_snapshot(client, shop.product_id)
    reasons = {gap.reason for gap in found.gaps}
    assert reasons == {"the setting type 'date' is not known"}
    assert Gap("setting", "Mobile/n2", *reasons) in found.gaps
    assert [one.key for one in config_of(found, "Mobile").settings] == [
        "newCheckout",
        "minimumVersion",
    ]
    assert all("'date' is not one of" in one for one in judge.dismiss())


async def test_a_prerequisite_that_is_gone_is_a_gap(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    config = emulator.state.configs[UUID(shop.configs["Main"])]
    number = config.setting_ids.pop("provider")
    found = await take_snapshot(client, shop.product_id)
    reason = f"it depends on setting {number}, which is not there"
    assert found.gaps == (Gap("values", "Main/Staging/killSwitch", reason),)


# What is selected


async def test_a_selection_saves_calls_and_says_what_it_left_out(
    client: AsyncManagementClient, shop: World, emulator: Emulator, snapshot: Snapshot
) -> None:
    emulator.counts.reset()
    selection = Selection(
        only=Criteria(
            entities=("setting", "values"), configs="m*", environments="production"
        ),
        exclude=Criteria(configs="Mobile"),
    )
    found = await take_snapshot(client, shop.product_id, only=selection)
    assert dict(emulator.counts.calls) == {
        "get-product": 1,
        "get-environments": 1,
        "get-configs": 1,
        "get-segments": 1,
        "get-settings": 1,
        "get-setting-values-v2": 1,
    }
    assert found.is_partial
    (main,) = found.configs
    assert main.name == "Main"
    for setting, whole in zip(main.settings, snapshot.configs[0].settings, strict=True):
        assert setting.values == {"Production": whole.values["Production"]}
    assert {gap.reason for gap in found.gaps} == {LEFT_OUT}
    assert {(gap.entity, gap.key) for gap in found.gaps} >= {
        ("config", "Legacy"),
        ("config", "Mobile"),
        ("values", "Main/Staging"),
        ("webhook", "*"),
        ("tag", "*"),
        ("segment", "*"),
        ("preferences", "*"),
    }
    assert found.environments == snapshot.environments


async def test_a_selection_of_a_list_reads_little_more_than_that(
    client: AsyncManagementClient, shop: World, emulator: Emulator, snapshot: Snapshot
) -> None:
    emulator.counts.reset()
    selection = Selection(only=Criteria(entities="tag"))
    found = await take_snapshot(client, shop.product_id, only=selection)
    assert found.tags == snapshot.tags
    assert emulator.counts.total_calls == 4
    assert [config.settings for config in found.configs] == [(), (), ()]
    left_out = {(gap.entity, gap.key) for gap in found.gaps}
    assert {("setting", "*"), ("values", "*")} <= left_out


async def test_groups_are_read_for_members_even_if_they_are_not_selected(
    client: AsyncManagementClient, shop: World
) -> None:
    selection = Selection(only=Criteria(entities="member"))
    found = await take_snapshot(client, shop.product_id, only=selection, members=True)
    assert found.members == (Member("admin@example.com", "Administrators"),)
    assert found.permission_groups == ()
