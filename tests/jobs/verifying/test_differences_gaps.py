"""Verification skips secrets, gaps and unselected parts, and names them."""

from typing import Any

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    LEFT_OUT,
    Formula,
    Gap,
    Header,
    SettingInEnvironment,
    Snapshot,
)
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.looking import changed, lines, setting_path, with_value
from tests.jobs.world import SECRETS, World

Json = Any


@pytest.fixture
def snapshot(shop_snapshots: dict[bool, Snapshot]) -> Snapshot:
    return shop_snapshots[True]


# Secrets


def test_secrets_are_compared_where_both_are_known_and_never_shown(
    snapshot: Snapshot,
) -> None:
    hook = attrs.evolve(
        snapshot.webhooks[1],
        headers=(
            Header("authorization", "canary-new", secure=True),
            Header("X-Team", "canary-other"),
        ),
    )
    chat = attrs.evolve(
        snapshot.integrations[1], parameters={"incoming_webhook.url": "canary-url"}
    )
    other = attrs.evolve(
        snapshot,
        webhooks=(snapshot.webhooks[0], hook, snapshot.webhooks[2]),
        integrations=(snapshot.integrations[0], chat, snapshot.integrations[2]),
    )
    found = differences(snapshot, other)
    assert [(one.entity, one.field) for one in found] == [
        ("webhook", "webHookHeaders"),
        ("integration", "parameters"),
    ]
    assert not any(secret in repr(found) for secret in SECRETS)
    assert not any(secret in str(one) for one in found for secret in SECRETS)


def test_secrets_that_one_side_does_not_know_are_no_difference(
    snapshot: Snapshot,
) -> None:
    blind = attrs.evolve(
        snapshot,
        webhooks=tuple(
            attrs.evolve(
                hook,
                headers=tuple(attrs.evolve(one, value=None) for one in hook.headers),
            )
            for hook in snapshot.webhooks
        ),
        integrations=tuple(
            attrs.evolve(one, parameters=None) for one in snapshot.integrations
        ),
    )
    assert differences(snapshot, blind) == differences(blind, snapshot) == ()
    path = ("webhooks", 1, "headers", 1, "key")
    named = with_value(blind, path, "X-Other")
    assert [one.field for one in differences(snapshot, named)] == ["webHookHeaders"]


# What could not be read


def test_what_could_not_be_read_is_told_once_and_is_no_missing_thing(
    snapshot: Snapshot,
) -> None:
    less = attrs.evolve(
        snapshot,
        tags=(),
        gaps=(
            Gap("tag", "*", "403: no"),
            Gap("values", "Main/Production", "404: none"),
            Gap("values", "Mobile/Test/newCheckout", "odd"),
            Gap("sdk_key", "Main/Test", "403: no"),
            Gap("values", "Main/Test", "read-only", was_read=True),
        ),
    )
    for key in ("killSwitch", "newCheckout", "greeting"):
        path = (*setting_path(less, "Main", key), "values")
        less = changed(less, path, without_production)
    assert sorted(lines(snapshot, less)) == [
        "tag of the product: not compared, 403: no",
        "values Main / Production: not compared, 404: none",
        "values Mobile / Test / newCheckout: not compared, odd",
    ]
    # What is wanted is not known there, so whatever is there may be right.
    assert differences(less, snapshot) == ()


def without_production(values: Json) -> Json:
    return {name: one for name, one in values.items() if name != "Production"}


def test_a_gap_does_not_hide_what_was_read(snapshot: Snapshot) -> None:
    path = (*setting_path(snapshot, "Main", "maxItems"), "values", "Staging")
    other = with_value(snapshot, path, SettingInEnvironment(Formula(1)))
    other = attrs.evolve(other, gaps=(Gap("values", "Main/Production", "404"),))
    found = differences(snapshot, other)
    assert {one.kind for one in found} == {"unread", "different"}
    assert {one.key for one in found if one.kind == "different"} == {
        ("Main", "maxItems", "Staging")
    }


# What is selected


def test_a_selection_bounds_what_is_compared(snapshot: Snapshot) -> None:
    other = attrs.evolve(snapshot, tags=snapshot.tags[1:])
    for key in ("newCheckout", "greeting"):
        for place in ("Production", "Staging"):
            path = (*setting_path(other, "Main", key), "values", place, "targeting")
            other = changed(other, path, lambda old: attrs.evolve(old, rules=()))
        path = (*setting_path(other, "Main", key), "hint")
        other = with_value(other, path, "Other")

    def keys(**criteria: Json) -> list[tuple[str, ...]]:
        selection = Selection(only=Criteria(**criteria))
        return [one.key for one in differences(snapshot, other, selection)]

    checkout, greeting = ("Main", "newCheckout"), ("Main", "greeting")
    whole = [
        ("Backend",),
        checkout,
        (*checkout, "Production"),
        greeting,
        (*greeting, "Production"),
    ]
    assert keys() == whole
    assert keys(entities="tag") == [("Backend",)]
    assert keys(entities="values") == [whole[2], whole[4]]
    assert keys(entities="values", environments="staging") == []
    assert keys(entities="setting", configs="mobile") == []
    assert keys(entities=("setting", "values"), keys="GREET*") == whole[3:]
    assert keys(entities="setting", tags="backend") == [greeting]
    assert keys(entities="environment", environments="Test") == []


async def test_what_a_selection_left_out_of_a_snapshot_is_not_compared(
    snapshot: Snapshot, client: AsyncManagementClient, shop: World
) -> None:
    only = Selection(only=Criteria(configs="Mobile", entities=("setting", "values")))
    part = await take_snapshot(client, shop.product_id, only=only)
    assert {gap.reason for gap in part.gaps} == {LEFT_OUT}
    assert differences(part, snapshot) == ()
    assert differences(snapshot, part, only) == ()
    path = (*setting_path(snapshot, "Mobile", "newCheckout"), "hint")
    other = with_value(snapshot, path, "Other")
    assert len(differences(part, other)) == 1
    # Asked for everything, it says what it could not compare.
    kinds = {one.kind for one in differences(snapshot, part)}
    assert kinds == {"unread"}
