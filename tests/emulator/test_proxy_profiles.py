"""Profiles of the ConfigCat Proxy."""

from typing import Any

import aiohttp
import pytest

from configcat_mgmt.emulator import Emulator, PlanLimits
from configcat_mgmt.emulator.domain.proxy_selection import matches
from tests.emulator.shop import Shop, open_shop
from tests.emulator.wire import Wire
from tests.schema import Json

HOOK = {"webhookNotification": {"webhookProxyUrl": "https://proxy.example"}}


async def profile(shop: Shop, **members: Json) -> Json:
    return await shop.wire.ok(
        "create-proxy-profile",
        {"name": "Edge", **members},
        organizationId=shop.organization,
    )


async def keys(shop: Shop, identity: str) -> list[tuple[str, str]]:
    answer = await shop.wire.ok("get-proxy-profile-sdk-keys", proxyProfileId=identity)
    return [(one["configId"], one["environmentId"]) for one in answer["items"]]


async def test_a_profile_is_created_listed_and_deleted(shop: Shop) -> None:
    wire = shop.wire
    made = await profile(shop)
    assert made["connectionPreferences"] == {
        "sdkPollInterval": 60,
        "webhookNotification": None,
    }
    assert (made["lastAccessedAt"], made["sdkKeySelectionRules"]) == (None, [])
    identity = made["proxyProfileId"]
    listed = await wire.ok("get-proxy-profiles", organizationId=shop.organization)
    assert listed == {"profiles": [made]}
    assert await wire.ok("get-proxy-profile", proxyProfileId=identity) == made
    await wire.ok("delete-proxy-profile", proxyProfileId=identity)
    assert await wire.status("get-proxy-profile", proxyProfileId=identity) == 404


async def test_replacing_a_profile_resets_what_is_left_out(shop: Shop) -> None:
    rules = [{"productIdFilter": shop.product}]
    preferences = {"sdkPollInterval": 45, **HOOK}
    made = await profile(
        shop,
        description="words",
        connectionPreferences=preferences,
        sdkKeySelectionRules=rules,
    )
    assert made["sdkKeySelectionRules"][0]["kind"] == "include"
    notification = made["connectionPreferences"]["webhookNotification"]
    assert notification["signingKey1"]
    assert notification["signingKey2"] is None
    replaced = await shop.wire.ok(
        "replace-proxy-profile",
        {"name": "Core"},
        proxyProfileId=made["proxyProfileId"],
    )
    assert (replaced["name"], replaced["description"]) == ("Core", None)
    assert replaced["sdkKeySelectionRules"] == []
    assert replaced["connectionPreferences"] == {
        "sdkPollInterval": 60,
        "webhookNotification": None,
    }


async def test_a_patch_changes_what_it_names(shop: Shop) -> None:
    made = await profile(shop, connectionPreferences={"sdkPollInterval": 45})
    steps: list[dict[str, Any]] = [
        {
            "op": "replace",
            "path": "/connectionPreferences/sdkPollInterval",
            "value": 30,
        },
        {
            "op": "add",
            "path": "/connectionPreferences/webhookNotification",
            "value": HOOK["webhookNotification"],
        },
        {
            "op": "add",
            "path": "/sdkKeySelectionRules/-",
            "value": {"configNameMatchFilter": "*v2"},
        },
    ]
    path = {"proxyProfileId": made["proxyProfileId"]}
    changed = await shop.wire.ok("update-proxy-profile", steps, **path)
    preferences = changed["connectionPreferences"]
    assert preferences["sdkPollInterval"] == 30
    key = preferences["webhookNotification"]["signingKey1"]
    assert changed["sdkKeySelectionRules"][0]["configNameMatchFilter"] == "*v2"
    steps = [{"op": "replace", "path": "/description", "value": "words"}]
    changed = await shop.wire.ok("update-proxy-profile", steps, **path)
    kept = changed["connectionPreferences"]["webhookNotification"]
    assert kept["signingKey1"] == key
    for bad in (
        {
            "op": "replace",
            "path": "/connectionPreferences/sdkPollInterval",
            "value": 29,
        },
        {"op": "replace", "path": "/proxyProfileId", "value": shop.product},
    ):
        await shop.wire.refused("update-proxy-profile", [bad], **path)


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"name": "Edge"}, "name"),
        ({"name": ""}, "name"),
        (
            {"connectionPreferences": {"sdkPollInterval": 29}},
            "connectionPreferences.sdkPollInterval",
        ),
        (
            {
                "connectionPreferences": {
                    "webhookNotification": {"webhookProxyUrl": "short"}
                }
            },
            "connectionPreferences.webhookNotification.webhookProxyUrl",
        ),
        (
            {
                "sdkKeySelectionRules": [
                    {
                        "configIdFilter": "00000000-0000-4000-8000-000000000000",
                        "configNameMatchFilter": "*",
                    }
                ]
            },
            "sdkKeySelectionRules[0]",
        ),
    ],
)
async def test_a_profile_that_does_not_fit_is_refused(
    shop: Shop, members: Json, field: str
) -> None:
    await profile(shop)
    messages = await shop.wire.refused(
        "create-proxy-profile",
        {"name": "Other", **members},
        organizationId=shop.organization,
    )
    assert list(messages) == [field]


async def test_sdk_keys_are_selected_by_pairs(shop: Shop) -> None:
    wire = shop.wire
    path = {"proxyProfileId": (await profile(shop))["proxyProfileId"]}

    async def change(operation: str, *items: Json) -> set[tuple[str, str]]:
        answer = await wire.ok(operation, {"items": list(items)}, **path)
        return {(one["configId"], one["environmentId"]) for one in answer["items"]}

    select, deselect = (
        "select-proxy-profile-sdk-keys",
        "deselect-proxy-profile-sdk-keys",
    )
    one = {"configId": shop.v2, "environmentId": shop.test}
    assert await change(select, one, one) == {(shop.v2, shop.test)}
    everywhere = {"configId": shop.v2}
    assert await change(select, everywhere) == {
        (shop.v2, shop.test),
        (shop.v2, shop.live),
    }
    everything = {"environmentId": shop.live}
    assert len(await change(select, everything)) == 3
    assert await change(deselect, everything) == {(shop.v2, shop.test)}
    answer = await wire.ok("get-proxy-profile-sdk-keys", **path)
    (item,) = answer["items"]
    found = await wire.ok("get-sdk-keys", configId=shop.v2, environmentId=shop.test)
    assert item["primarySdkKey"] == found["primary"]
    for bad in ({}, {"configId": shop.product}):
        messages = await wire.refused(select, {"items": [one, bad]}, **path)
        assert list(messages) == ["items[1]"]
    await wire.ok("delete-environment", environmentId=shop.test)
    assert await keys(shop, path["proxyProfileId"]) == []


async def test_rules_decide_when_there_are_any(shop: Shop) -> None:
    wire = shop.wire
    rules: list[Json] = [
        {"configNameMatchFilter": "Config*", "environmentNameMatchFilter": "*e*"},
        {
            "kind": "exclude",
            "configIdFilter": shop.v1,
            "environmentIdFilter": shop.test,
        },
    ]
    made = await profile(shop, sdkKeySelectionRules=rules)
    identity = made["proxyProfileId"]
    expected = {(shop.v1, shop.live), (shop.v2, shop.test), (shop.v2, shop.live)}
    assert set(await keys(shop, identity)) == expected
    body = {"items": [{"configId": shop.v1}]}
    for operation in (
        "select-proxy-profile-sdk-keys",
        "deselect-proxy-profile-sdk-keys",
    ):
        assert await wire.status(operation, body, proxyProfileId=identity) == 403
    later = await wire.ok(
        "create-environment", {"name": "Beta"}, productId=shop.product
    )
    expected |= {(config, later["environmentId"]) for config in (shop.v1, shop.v2)}
    assert set(await keys(shop, identity)) == expected
    await wire.ok("update-environment", {"name": "X"}, environmentId=shop.live)
    expected -= {(config, shop.live) for config in (shop.v1, shop.v2)}
    assert set(await keys(shop, identity)) == expected


async def test_only_excluding_rules_leave_nothing(shop: Shop) -> None:
    rules = [{"kind": "exclude", "configIdFilter": shop.v1}]
    made = await profile(shop, sdkKeySelectionRules=rules)
    assert await keys(shop, made["proxyProfileId"]) == []


async def test_a_secret_is_made_anew_each_time(shop: Shop) -> None:
    path = {"proxyProfileId": (await profile(shop))["proxyProfileId"]}
    secrets = {
        (await shop.wire.ok("generate-proxy-profile-secret", **path))["secretToken"]
        for _ in range(3)
    }
    assert len(secrets) == 3


async def test_a_profile_has_a_bounded_number_of_keys(
    session: aiohttp.ClientSession,
) -> None:
    limits = PlanLimits(selected_sdk_keys=3)
    async with Emulator(limits=limits, rate_policy=None) as emulator:
        shop = await open_shop(Wire(emulator, session))
        path = {"proxyProfileId": (await profile(shop))["proxyProfileId"]}
        operation = "select-proxy-profile-sdk-keys"
        await shop.wire.ok(operation, {"items": [{"configId": shop.v1}]}, **path)
        body = {"items": [{"configId": shop.v2}]}
        messages = await shop.wire.refused(operation, body, **path)
        assert list(messages) == ["items"]


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "anything", True),
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("a*", "abc", True),
        ("*c", "abc", True),
        ("a*c", "ac", True),
        ("a*a", "a", False),
        ("*b*", "abc", True),
        ("*b*b*", "abc", False),
        ("a*b*c", "aXbYc", True),
        ("a.c", "abc", False),
        ("A*", "abc", False),
        ("*a" * 100 + "*", "a" * 99 + "b", False),
        ("*ab*abc", "ababc", True),
    ],
)
def test_patterns_match_whole_names(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits
