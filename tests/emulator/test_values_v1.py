"""Values of V1 configs."""

from typing import Any

import pytest

from tests.emulator.shop import Shop
from tests.emulator.wire import Answer
from tests.schema import Json

NOWHERE = "00000000-0000-4000-8000-000000000000"
USER = {
    "comparisonAttribute": "Email",
    "comparator": "isOneOf",
    "comparisonValue": "a, b",
    "value": True,
}
SPLIT = [{"percentage": 30, "value": True}, {"percentage": 70, "value": False}]


async def old(shop: Shop, key: str = "old", kind: str = "boolean") -> int:
    return await shop.setting(key, kind, config=shop.v1)


async def replace(shop: Shop, setting: int, body: Json) -> Json:
    return await shop.wire.ok(
        "replace-setting-value", body, environmentId=shop.test, settingId=setting
    )


async def refused(shop: Shop, setting: int, body: Json) -> dict[str, str]:
    return await shop.wire.refused(
        "replace-setting-value", body, environmentId=shop.test, settingId=setting
    )


async def update(shop: Shop, setting: int, *steps: dict[str, Any]) -> Answer:
    return await shop.wire.call(
        "update-setting-value", steps, environmentId=shop.test, settingId=setting
    )


async def test_replacing_a_value_drops_what_is_left_out(shop: Shop) -> None:
    flag = await old(shop)
    body = {"value": False, "rolloutRules": [USER], "rolloutPercentageItems": SPLIT}
    full = await replace(shop, flag, body)
    assert full["rolloutRules"] == [
        {**USER, "segmentComparator": None, "segmentId": None}
    ]
    assert full["rolloutPercentageItems"] == SPLIT
    assert full == await shop.rollout(flag)
    bare = await replace(shop, flag, {"value": True})
    assert (bare["rolloutRules"], bare["rolloutPercentageItems"]) == ([], [])
    assert bare["value"] is True


@pytest.mark.parametrize(
    ("kind", "value"),
    [("string", "text"), ("int", 5), ("double", 0.5), ("double", 2), ("int", 4.0)],
)
async def test_values_have_the_type_of_their_setting(
    shop: Shop, kind: str, value: Json
) -> None:
    setting = await old(shop, kind=kind)
    answer = await replace(shop, setting, {"value": value})
    assert answer["value"] == value
    assert isinstance(
        answer["value"], {"string": str, "int": int, "double": float}[kind]
    )


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", "true"),
        ("boolean", 0),
        ("string", 5),
        ("string", True),
        ("int", "5"),
        ("int", 5.5),
        ("int", -(2**31) - 1),
        ("double", "0.5"),
        ("double", True),
        ("double", 10**400),
        ("boolean", None),
        ("boolean", {}),
    ],
)
async def test_values_of_another_type_are_refused(
    shop: Shop, kind: str, value: Json
) -> None:
    setting = await old(shop, kind=kind)
    assert list(await refused(shop, setting, {"value": value})) == ["value"]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"value": True}, "rolloutRules[0]"),
        ({**USER, "comparator": None}, "rolloutRules[0]"),
        ({**USER, "comparisonAttribute": ""}, "rolloutRules[0]"),
        ({**USER, "segmentId": NOWHERE}, "rolloutRules[0]"),
        ({"segmentId": NOWHERE, "value": True}, "rolloutRules[0]"),
        (
            {"segmentId": NOWHERE, "segmentComparator": "isIn", "value": True},
            "rolloutRules[0].segmentId",
        ),
        ({**USER, "comparator": "textEquals"}, "rolloutRules[0].comparator"),
        ({**USER, "value": "x"}, "rolloutRules[0].value"),
        ({**USER, "comparisonValue": "x" * 65_536}, "rolloutRules[0].comparisonValue"),
    ],
)
async def test_a_rule_that_does_not_fit_is_refused(
    shop: Shop, rule: Json, field: str
) -> None:
    flag = await old(shop)
    body = {"value": False, "rolloutRules": [rule]}
    assert list(await refused(shop, flag, body)) == [field]


@pytest.mark.parametrize(
    "items",
    [
        [{"percentage": 30, "value": True}, {"percentage": 60, "value": False}],
        [{"percentage": 100, "value": True}],
        [{"percentage": 50, "value": True}, {"percentage": 50, "value": True}],
        [{"percentage": 50, "value": True}, {"percentage": 50, "value": "no"}],
    ],
)
async def test_a_split_that_does_not_add_up_is_refused(shop: Shop, items: Json) -> None:
    flag = await old(shop)
    body = {"value": False, "rolloutPercentageItems": items}
    messages = await refused(shop, flag, body)
    assert next(iter(messages)).startswith("rolloutPercentageItems")


async def test_a_patch_changes_what_it_names(shop: Shop) -> None:
    flag = await old(shop)
    await replace(shop, flag, {"value": False, "rolloutRules": [USER]})
    second = {**USER, "comparisonValue": "c"}
    answer = await update(
        shop,
        flag,
        {"op": "add", "path": "/rolloutRules/-", "value": second},
        {"op": "move", "from": "/rolloutRules/1", "path": "/rolloutRules/0"},
        {"op": "replace", "path": "/value", "value": True},
        {"op": "add", "path": "/rolloutPercentageItems", "value": SPLIT},
    )
    assert answer.status == 200
    values = [rule["comparisonValue"] for rule in answer.json["rolloutRules"]]
    assert values == ["c", "a, b"]
    assert answer.json["value"] is True
    assert answer.json["rolloutPercentageItems"] == SPLIT
    step = {"op": "replace", "path": "/value", "value": True}
    assert (await update(shop, flag, step)).status == 204
    step = {"op": "replace", "path": "/percentageRules", "value": []}
    assert (await update(shop, flag, step)).status == 400


async def test_a_batch_replaces_only_what_it_names(shop: Shop) -> None:
    first, second = await old(shop, "first"), await old(shop, "second", "int")
    for setting, value in ((first, True), (second, 5)):
        await replace(shop, setting, {"value": value})
    body = {"settingValues": [{"settingId": second, "value": 6}]}
    answer = await shop.wire.ok(
        "post-setting-values", body, configId=shop.v1, environmentId=shop.test
    )
    found = {one["setting"]["key"]: one["value"] for one in answer["settingValues"]}
    assert found == {"first": True, "second": 6}
    listed = await shop.wire.ok(
        "get-setting-values", configId=shop.v1, environmentId=shop.test
    )
    assert listed == answer
    body["settingValues"].append({"settingId": first, "value": 1})
    messages = await shop.wire.refused(
        "post-setting-values", body, configId=shop.v1, environmentId=shop.test
    )
    assert list(messages) == ["settingValues[1].value"]


async def test_values_are_reached_by_sdk_key(shop: Shop) -> None:
    wire = shop.wire
    flag = await old(shop)
    keys = await wire.ok("get-sdk-keys", configId=shop.v1, environmentId=shop.test)
    rest: dict[str, Any] = {
        "settingKeyOrId": "old",
        "headers": {"X-CONFIGCAT-SDKKEY": keys["primary"]},
    }
    await wire.ok("replace-setting-value-by-sdkkey", {"value": True}, **rest)
    found = await wire.ok("get-setting-value-by-sdkkey", **rest)
    assert found == await shop.rollout(flag)
    assert found["value"] is True
    step = {"op": "replace", "path": "/value", "value": False}
    await wire.ok("update-setting-value-by-sdkkey", [step], **rest)
    assert await wire.status("update-setting-value-by-sdkkey", [step], **rest) == 204


async def test_v1_operations_refuse_v2_configs(shop: Shop) -> None:
    flag = await shop.setting()
    messages = await shop.wire.refused(
        "get-setting-value", environmentId=shop.test, settingId=flag
    )
    assert list(messages) == ["evaluationVersion"]
