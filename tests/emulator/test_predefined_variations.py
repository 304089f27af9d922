"""Predefined variations of settings."""

from typing import Any

import pytest

from tests.emulator.shop import Shop
from tests.schema import Json

VARIATIONS = [
    {"value": {"stringValue": "red"}, "name": "Red", "hint": "warm"},
    {"value": {"stringValue": "blue"}},
]


async def colored(shop: Shop, **rest: Json) -> tuple[int, list[str]]:
    """Create a text setting with two predefined variations; return all ids."""
    number = await shop.setting(
        "color", "string", predefinedVariations=VARIATIONS, **rest
    )
    setting = await shop.wire.ok("get-setting", settingId=number)
    found = setting["predefinedVariations"]
    return number, [one["predefinedVariationId"] for one in found]


async def serve(shop: Shop, setting: int, value: Json) -> Json:
    return await shop.wire.ok(
        "replace-setting-value-v2",
        {"defaultValue": value},
        environmentId=shop.test,
        settingId=setting,
    )


async def test_values_name_predefined_variations(shop: Shop) -> None:
    color, (red, blue) = await colored(shop)
    formula = await shop.formula(color)
    assert formula["defaultValue"]["predefinedVariationId"] == red
    assert formula["defaultValue"]["stringValue"] is None
    names = [one["name"] for one in formula["setting"]["predefinedVariations"]]
    assert names == ["Red", None]
    answer = await serve(shop, color, {"predefinedVariationId": blue})
    assert answer["defaultValue"]["predefinedVariationId"] == blue


@pytest.mark.parametrize(
    "value",
    [
        {"stringValue": "red"},
        {"predefinedVariationId": "00000000-0000-4000-8000-000000000000"},
        {},
    ],
)
async def test_only_predefined_variations_are_served(
    shop: Shop, value: dict[str, str]
) -> None:
    color, _ = await colored(shop)
    messages = await shop.wire.refused(
        "replace-setting-value-v2",
        {"defaultValue": value},
        environmentId=shop.test,
        settingId=color,
    )
    assert next(iter(messages)).startswith("defaultValue")


async def test_a_free_form_setting_takes_no_variation(shop: Shop) -> None:
    _, (red, _) = await colored(shop)
    free = await shop.setting("free", "string")
    messages = await shop.wire.refused(
        "replace-setting-value-v2",
        {"defaultValue": {"predefinedVariationId": red}},
        environmentId=shop.test,
        settingId=free,
    )
    assert "stringValue" in messages["defaultValue"]


async def test_initial_values_equal_a_predefined_variation(shop: Shop) -> None:
    initial = [{"environmentId": shop.live, "value": "blue"}]
    color, (_, blue) = await colored(shop, initialValues=initial)
    formula = await shop.formula(color, shop.live)
    assert formula["defaultValue"]["predefinedVariationId"] == blue
    body = {
        "key": "other",
        "name": "Other",
        "settingType": "string",
        "predefinedVariations": VARIATIONS,
        "initialValues": [{"environmentId": shop.live, "value": "green"}],
    }
    messages = await shop.wire.refused("create-setting", body, configId=shop.v2)
    assert list(messages) == ["initialValues[0].value"]


@pytest.mark.parametrize(
    "variations",
    [
        [{"value": {"boolValue": True}}],
        [{"value": {"stringValue": "a", "intValue": 1}}],
        [{"value": {"stringValue": ""}}],
        [{"value": {"stringValue": "a"}}, {"value": {"stringValue": "a"}}],
        [{"name": "a"}],
    ],
)
async def test_variations_that_do_not_fit_are_refused(
    shop: Shop, variations: list[Any]
) -> None:
    body = {
        "key": "k",
        "name": "K",
        "settingType": "string",
        "predefinedVariations": variations,
    }
    messages = await shop.wire.refused("create-setting", body, configId=shop.v2)
    assert next(iter(messages)).startswith("predefinedVariations")


async def test_settings_of_v1_configs_have_no_variations(shop: Shop) -> None:
    body = {
        "key": "k",
        "name": "K",
        "settingType": "string",
        "predefinedVariations": VARIATIONS,
    }
    messages = await shop.wire.refused("create-setting", body, configId=shop.v1)
    assert list(messages) == ["predefinedVariations"]


async def test_the_whole_list_is_replaced(shop: Shop) -> None:
    wire = shop.wire
    color, (red, blue) = await colored(shop)
    wanted = [
        {"value": {"stringValue": "red"}, "predefinedVariationId": red, "name": "Rot"},
        {"value": {"stringValue": "green"}},
    ]
    body = {"predefinedVariations": wanted}
    # Everything serves red, so blue is free to go.
    answer = await wire.ok("update-predefined-variations", body, settingId=color)
    values = [one["value"]["stringValue"] for one in answer["predefinedVariations"]]
    assert values == ["red", "green"]
    ids = [one["predefinedVariationId"] for one in answer["predefinedVariations"]]
    assert ids[0] == red
    assert ids[1] not in {red, blue}


async def test_a_variation_in_use_keeps_its_value(shop: Shop) -> None:
    wire = shop.wire
    color, (red, blue) = await colored(shop)
    kept = {"value": {"stringValue": "blue"}, "predefinedVariationId": blue}
    changed = {"value": {"stringValue": "rose"}, "predefinedVariationId": red}
    for wanted in ([kept], [changed, kept], [kept, kept], []):
        body = {"predefinedVariations": wanted}
        messages = await wire.refused(
            "update-predefined-variations", body, settingId=color
        )
        assert list(messages) == ["predefinedVariations"]
    for environment in (shop.test, shop.live):
        await wire.ok(
            "replace-setting-value-v2",
            {"defaultValue": {"predefinedVariationId": blue}},
            environmentId=environment,
            settingId=color,
        )
    body = {"predefinedVariations": [changed, kept]}
    await wire.ok("update-predefined-variations", body, settingId=color)


async def test_usages_are_listed_by_setting_and_environment(shop: Shop) -> None:
    wire = shop.wire
    color, (red, blue) = await colored(shop)
    await serve(shop, color, {"predefinedVariationId": blue})
    flag = await shop.setting("flag")
    condition = {
        "prerequisiteSettingId": color,
        "comparator": "equals",
        "prerequisiteComparisonValue": {"predefinedVariationId": red},
    }
    rule = {
        "conditions": [{"prerequisiteFlagCondition": condition}],
        "value": {"boolValue": True},
    }
    await wire.ok(
        "replace-setting-value-v2",
        {"defaultValue": {"boolValue": False}, "targetingRules": [rule]},
        environmentId=shop.test,
        settingId=flag,
    )
    answer = await wire.ok("get-predefined-variations", settingId=color)
    usages = {
        one["predefinedVariationId"]: {
            (usage["settingId"], usage["environmentId"]) for usage in one["usages"]
        }
        for one in answer["predefinedVariations"]
    }
    assert usages == {
        red: {(color, shop.live), (flag, shop.test)},
        blue: {(color, shop.test)},
    }
    assert (answer["settingKey"], answer["settingType"]) == ("color", "string")
    assert [one["accessType"] for one in answer["environments"]] == ["full", "full"]


async def test_a_free_form_setting_cannot_be_converted(shop: Shop) -> None:
    free = await shop.setting("free", "string")
    body = {"predefinedVariations": [{"value": {"stringValue": "a"}}]}
    messages = await shop.wire.refused(
        "update-predefined-variations", body, settingId=free
    )
    assert list(messages) == ["predefinedVariations"]
    shown = await shop.wire.ok("get-predefined-variations", settingId=free)
    assert shown["predefinedVariations"] == []


async def test_a_copy_has_variations_of_its_own(shop: Shop) -> None:
    color, (red, blue) = await colored(shop)
    await serve(shop, color, {"predefinedVariationId": blue})
    copy = await shop.setting("copy", "string", settingIdToInitFrom=color)
    setting = await shop.wire.ok("get-setting", settingId=copy)
    ids = [one["predefinedVariationId"] for one in setting["predefinedVariations"]]
    assert not set(ids) & {red, blue}
    formula = await shop.formula(copy)
    assert formula["defaultValue"]["predefinedVariationId"] == ids[1]
