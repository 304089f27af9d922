"""Settings without their values: creation, replacement, patches, deletion."""

from typing import Any

import pytest

from tests.emulator.shop import Shop

NOWHERE = "00000000-0000-4000-8000-000000000000"


def patch(*steps: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Write (op, path, value) as JSON Patch steps."""
    names = ("op", "path", "value")
    return [dict(zip(names, step, strict=False)) for step in steps]


async def tags_of(shop: Shop, count: int) -> list[int]:
    return [
        (await shop.wire.ok("create-tag", {"name": f"t{n}"}, productId=shop.product))[
            "tagId"
        ]
        for n in range(count)
    ]


async def test_a_setting_is_created_and_listed(shop: Shop) -> None:
    (tag,) = await tags_of(shop, 1)
    flag = await shop.setting("isNew", "int", hint="why", tags=[tag, tag])
    setting = await shop.wire.ok("get-setting", settingId=flag)
    assert setting["key"] == "isNew"
    assert (setting["settingType"], setting["hint"]) == ("int", "why")
    assert setting["configName"] == "Config v2"
    assert [one["tagId"] for one in setting["tags"]] == [tag]
    assert setting["predefinedVariations"] == []
    assert await shop.wire.ok("get-settings", configId=shop.v2) == [setting]
    assert (await shop.formula(flag))["defaultValue"]["intValue"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"key": "flag"}, "key"),
        ({"key": ""}, "key"),
        ({"key": "k" * 256}, "key"),
        ({"name": ""}, "name"),
        ({"settingType": "date"}, "settingType"),
        ({"hint": "h" * 1001}, "hint"),
        ({"tags": [1]}, "tags[0]"),
        ({"tags": ["x"]}, "tags[0]"),
        ({"order": 2**31}, "order"),
        ({"settingIdToInitFrom": 1}, "settingIdToInitFrom"),
        ({"initialValues": [{"value": True}]}, "initialValues[0].environmentId"),
        (
            {"initialValues": [{"value": True, "environmentId": NOWHERE}]},
            "initialValues[0].environmentId",
        ),
    ],
)
async def test_a_setting_that_does_not_fit_is_refused(
    shop: Shop, body: dict[str, Any], field: str
) -> None:
    await shop.setting("flag")
    body = {"key": "other", "name": "Other", "settingType": "boolean", **body}
    messages = await shop.wire.refused("create-setting", body, configId=shop.v2)
    assert list(messages) == [field]


async def test_initial_values_are_served(shop: Shop) -> None:
    values = [{"environmentId": shop.live, "value": 2}]
    double = await shop.setting("d", "double", initialValues=values)
    assert (await shop.formula(double, shop.live))["defaultValue"] == {
        "boolValue": None,
        "stringValue": None,
        "intValue": None,
        "doubleValue": 2.0,
        "predefinedVariationId": None,
    }
    assert (await shop.formula(double))["defaultValue"]["doubleValue"] == 0
    values = [{"environmentId": shop.test, "value": "hello"}]
    text = await shop.setting("t", "string", config=shop.v1, initialValues=values)
    assert (await shop.rollout(text))["value"] == "hello"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", 1),
        ("boolean", "true"),
        ("string", 1),
        ("string", ""),
        ("string", "x" * 100_001),
        ("int", 1.5),
        ("int", True),
        ("int", 2**31),
        ("int", "1"),
        ("double", "1.5"),
        ("double", False),
    ],
)
async def test_an_initial_value_has_the_type_of_its_setting(
    shop: Shop, kind: str, value: object
) -> None:
    values = [{"environmentId": shop.live, "value": value}]
    body = {"key": "k", "name": "K", "settingType": kind, "initialValues": values}
    messages = await shop.wire.refused("create-setting", body, configId=shop.v2)
    assert list(messages) == ["initialValues[0].value"]


async def test_an_environment_has_one_initial_value(shop: Shop) -> None:
    value = {"environmentId": shop.live, "value": True}
    body = {
        "key": "k",
        "name": "K",
        "settingType": "boolean",
        "initialValues": [value, value],
    }
    messages = await shop.wire.refused("create-setting", body, configId=shop.v2)
    assert list(messages) == ["initialValues[1].environmentId"]


async def test_a_setting_can_be_made_after_another_one(shop: Shop) -> None:
    wire = shop.wire
    tags = await tags_of(shop, 2)
    source = await shop.setting("source", tags=[tags[0]])
    value = {
        "defaultValue": {"boolValue": True},
        "targetingRules": [
            {
                "percentageOptions": [
                    {"percentage": 40, "value": {"boolValue": True}},
                    {"percentage": 60, "value": {"boolValue": False}},
                ]
            }
        ],
        "percentageEvaluationAttribute": "Country",
    }
    await wire.ok(
        "replace-setting-value-v2", value, environmentId=shop.live, settingId=source
    )
    copy = await shop.setting("copy", settingIdToInitFrom=source, tags=[tags[1]])
    setting = await wire.ok("get-setting", settingId=copy)
    assert {tag["tagId"] for tag in setting["tags"]} == set(tags)
    original = await shop.formula(source, shop.live)
    copied = await shop.formula(copy, shop.live)
    for member in ("defaultValue", "targetingRules", "percentageEvaluationAttribute"):
        assert copied[member] == original[member]
    assert copied["lastVersionId"] != original["lastVersionId"]


async def test_the_model_of_a_setting_has_its_type_and_excludes_initial_values(
    shop: Shop,
) -> None:
    source = await shop.setting("source")
    body = {"key": "k", "name": "K", "settingIdToInitFrom": source}
    other_type = {**body, "settingType": "int"}
    both = {
        **body,
        "settingType": "boolean",
        "initialValues": [{"environmentId": shop.live, "value": True}],
    }
    for wrong in (other_type, both):
        messages = await shop.wire.refused("create-setting", wrong, configId=shop.v2)
        assert list(messages) == ["settingIdToInitFrom"]


async def test_replacing_a_setting_resets_what_is_left_out(shop: Shop) -> None:
    tags = await tags_of(shop, 1)
    flag = await shop.setting("flag", hint="why", tags=tags, order=5)
    replaced = await shop.wire.ok("replace-setting", {"name": "New"}, settingId=flag)
    assert replaced["name"] == "New"
    assert (replaced["hint"], replaced["tags"], replaced["order"]) == (None, [], 0)
    assert (replaced["key"], replaced["settingType"]) == ("flag", "boolean")


async def test_a_patch_of_a_setting_changes_only_what_it_names(shop: Shop) -> None:
    wire = shop.wire
    tags = await tags_of(shop, 3)
    flag = await shop.setting("flag", hint="why", tags=tags[:2], order=5)
    steps = patch(
        ("replace", "/name", "New"),
        ("add", "/tags/-", tags[2]),
        ("remove", "/tags/0"),
        ("test", "/hint", "why"),
    )
    changed = await wire.ok("update-setting", steps, settingId=flag)
    assert changed["name"] == "New"
    assert [tag["tagId"] for tag in changed["tags"]] == tags[1:]
    assert (changed["hint"], changed["order"]) == ("why", 5)
    gone = await wire.ok("update-setting", patch(("remove", "/hint")), settingId=flag)
    assert gone["hint"] is None


@pytest.mark.parametrize(
    "step",
    [
        ("replace", "/key", "other"),
        ("replace", "/order", 1.5),
        ("add", "/order", 2**31),
        ("replace", "/settingType", "int"),
        ("replace", "/name", None),
        ("replace", "/name", ""),
        ("replace", "/name", 5),
        ("remove", "/name"),
        ("add", "/tags/-", {"tagId": 1001}),
        ("add", "/tags/-", 99),
        ("add", "/tags/7", 99),
        ("remove", "/tags/-"),
        ("replace", "", {"name": "x"}),
        ("remove", ""),
        ("replace", "/missing", 1),
        ("replace", "name", "x"),
        ("replace", "/name"),
        ("test", "/name", "wrong"),
        ("unknown", "/name", "x"),
        ("move", "/name"),
        ("explode", "/name", 1),
    ],
)
async def test_a_patch_that_does_not_fit_is_refused_as_a_whole(
    shop: Shop, step: tuple[Any, ...]
) -> None:
    flag = await shop.setting("flag", hint="why")
    steps = patch(("replace", "/hint", "other"), step)
    await shop.wire.refused("update-setting", steps, settingId=flag)


async def test_attachments_of_tags_that_stay_keep_their_ids(shop: Shop) -> None:
    tags = await tags_of(shop, 2)
    flag = await shop.setting("flag", tags=tags)

    async def attachments() -> dict[int, int]:
        formula = await shop.formula(flag)
        return {one["tagId"]: one["settingTagId"] for one in formula["settingTags"]}

    before = await attachments()
    steps = patch(("remove", "/tags/0"))
    await shop.wire.ok("update-setting", steps, settingId=flag)
    body = {"name": "flag", "tags": tags}
    await shop.wire.ok("replace-setting", body, settingId=flag)
    after = await attachments()
    assert after[tags[1]] == before[tags[1]]
    assert after[tags[0]] != before[tags[0]]


async def test_a_hint_can_be_made_mandatory(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting("flag", hint="why")
    body = {"mandatorySettingHint": True}
    await wire.ok("update-product-preferences", body, productId=shop.product)
    for operation, wrong, path in (
        (
            "create-setting",
            {"key": "k", "name": "K", "settingType": "int"},
            {"configId": shop.v2},
        ),
        ("replace-setting", {"name": "K", "hint": " "}, {"settingId": flag}),
        ("update-setting", patch(("remove", "/hint")), {"settingId": flag}),
    ):
        messages = await wire.refused(operation, wrong, **path)
        assert list(messages) == ["hint"]


async def test_a_deleted_setting_is_remembered_for_180_days(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting("flag", "int", hint="why")
    await wire.ok("delete-setting", settingId=flag)
    assert await wire.status("get-setting", settingId=flag) == 404
    expected = {"key": "flag", "name": "flag", "hint": "why", "settingType": "int"}
    found = await wire.ok("get-deleted-settings", configId=shop.v2)
    assert found == [expected]
    again = await shop.setting("flag")
    assert again != flag


async def test_a_prerequisite_cannot_be_deleted(shop: Shop) -> None:
    wire = shop.wire
    base, upper = await shop.setting("base"), await shop.setting("upper")
    condition = {
        "prerequisiteSettingId": base,
        "comparator": "equals",
        "prerequisiteComparisonValue": {"boolValue": True},
    }
    rule = {
        "conditions": [{"prerequisiteFlagCondition": condition}],
        "value": {"boolValue": True},
    }
    await wire.ok(
        "replace-setting-value-v2",
        {"defaultValue": {"boolValue": False}, "targetingRules": [rule]},
        environmentId=shop.live,
        settingId=upper,
    )
    assert "upper" in (await wire.refused("delete-setting", settingId=base))["$"]
    await wire.ok("delete-setting", settingId=upper)
    await wire.ok("delete-setting", settingId=base)


async def test_a_json_setting_holds_nothing_but_json(shop: Shop) -> None:
    refused = await shop.wire.refused(
        "create-setting",
        {"key": "n", "name": "n", "settingType": "int", "isJson": True},
        configId=shop.v2,
    )
    assert list(refused) == ["isJson"]
    number = await shop.setting("json", "string", isJson=True)
    place = {"environmentId": shop.test, "settingId": number}
    write = "replace-setting-value-v2"
    for text, fits in (('{"a": [1]}', True), ("{", False)):
        body = {"defaultValue": {"stringValue": text}}
        if fits:
            await shop.wire.ok(write, body, **place)
        else:
            found = await shop.wire.refused(write, body, **place)
            assert list(found) == ["defaultValue.stringValue"]
    assert (await shop.formula(number))["setting"]["isJson"] is True


async def test_a_setting_becomes_json_only_if_its_values_are(shop: Shop) -> None:
    number = await shop.setting("text", "string")
    place = {"environmentId": shop.test, "settingId": number}
    body = {"defaultValue": {"stringValue": "plain"}}
    await shop.wire.ok("replace-setting-value-v2", body, **place)
    change = [{"op": "replace", "path": "/isJson", "value": True}]
    refused = await shop.wire.refused("update-setting", change, settingId=number)
    assert list(refused) == ["isJson"]
    body = {"defaultValue": {"stringValue": '"quoted"'}}
    await shop.wire.ok("replace-setting-value-v2", body, **place)
    shown = await shop.wire.ok("update-setting", change, settingId=number)
    assert shown["isJson"] is True
