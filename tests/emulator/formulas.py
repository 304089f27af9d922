"""V2 values as requests write them, and the calls that send them."""

from typing import Any

from tests.emulator.shop import Shop
from tests.emulator.wire import Answer
from tests.schema import Json

TRUE, FALSE = {"boolValue": True}, {"boolValue": False}
SPLIT = [{"percentage": 30, "value": TRUE}, {"percentage": 70, "value": FALSE}]


def user(comparator: str = "textEquals", **value: Json) -> dict[str, Json]:
    return {
        "userCondition": {
            "comparisonAttribute": "Email",
            "comparator": comparator,
            "comparisonValue": value or {"stringValue": "a"},
        }
    }


def needs(setting: int, value: Json = TRUE) -> dict[str, Json]:
    return {
        "prerequisiteFlagCondition": {
            "prerequisiteSettingId": setting,
            "comparator": "equals",
            "prerequisiteComparisonValue": value,
        }
    }


def rules(*conditions: Json, value: Json = TRUE) -> dict[str, Json]:
    """Write a formula whose one rule serves `value`."""
    rule = {"conditions": list(conditions), "value": value}
    return {"defaultValue": FALSE, "targetingRules": [rule]}


async def replace(shop: Shop, setting: int, body: Json, **rest: Json) -> Json:
    return await shop.wire.ok(
        "replace-setting-value-v2",
        body,
        environmentId=shop.test,
        settingId=setting,
        **rest,
    )


async def refused(shop: Shop, setting: int, body: Json) -> dict[str, str]:
    return await shop.wire.refused(
        "replace-setting-value-v2", body, environmentId=shop.test, settingId=setting
    )


async def update(shop: Shop, setting: int, *steps: tuple[Any, ...]) -> Answer:
    names = ("op", "path", "value")
    return await shop.wire.call(
        "update-setting-value-v2",
        [dict(zip(names, step, strict=False)) for step in steps],
        environmentId=shop.test,
        settingId=setting,
    )
