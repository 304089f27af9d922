"""Tags and segments."""

import pytest

from tests.emulator.shop import Shop

SEGMENT = {
    "name": "Beta",
    "comparisonAttribute": "Email",
    "comparator": "contains",
    "comparisonValue": "@example.com",
}


async def test_a_tag_is_created_changed_and_deleted(shop: Shop) -> None:
    wire = shop.wire
    body = {"name": "ui", "color": "whale"}
    made = await wire.ok("create-tag", body, productId=shop.product)
    tag = made["tagId"]
    assert (made["name"], made["color"]) == ("ui", "whale")
    assert made["product"]["productId"] == shop.product
    changed = await wire.ok("update-tag", {"name": "ux"}, tagId=tag)
    assert (changed["name"], changed["color"]) == ("ux", "whale")
    assert await wire.ok("get-tags", productId=shop.product) == [changed]
    assert await wire.ok("get-tag", tagId=tag) == changed
    await wire.ok("delete-tag", tagId=tag)
    assert await wire.status("get-tag", tagId=tag) == 404


async def test_names_of_tags_are_unique_in_a_product(shop: Shop) -> None:
    wire = shop.wire
    await wire.ok("create-tag", {"name": "a"}, productId=shop.product)
    other = await wire.ok("create-tag", {"name": "b"}, productId=shop.product)
    messages = await wire.refused("create-tag", {"name": "a"}, productId=shop.product)
    assert list(messages) == ["name"]
    messages = await wire.refused("update-tag", {"name": "a"}, tagId=other["tagId"])
    assert list(messages) == ["name"]
    second = await wire.ok(
        "create-product", {"name": "Elsewhere"}, organizationId=shop.organization
    )
    await wire.ok("create-tag", {"name": "a"}, productId=second["productId"])


async def test_a_deleted_tag_leaves_its_settings(shop: Shop) -> None:
    wire = shop.wire
    tags = [
        (await wire.ok("create-tag", {"name": name}, productId=shop.product))["tagId"]
        for name in "ab"
    ]
    flag = await shop.setting("flag", tags=tags)
    old = await shop.setting("old", config=shop.v1, tags=[tags[0]])
    found = await wire.ok("get-settings-by-tag", tagId=tags[0])
    assert {one["settingId"] for one in found} == {flag, old}
    await wire.ok("delete-tag", tagId=tags[0])
    setting = await wire.ok("get-setting", settingId=flag)
    assert [tag["tagId"] for tag in setting["tags"]] == [tags[1]]
    formula = await shop.formula(flag)
    assert [tag["name"] for tag in formula["settingTags"]] == ["b"]


async def test_a_segment_is_created_changed_and_deleted(shop: Shop) -> None:
    wire = shop.wire
    made = await wire.ok("create-segment", SEGMENT, productId=shop.product)
    segment = made["segmentId"]
    assert made["comparisonValue"] == "@example.com"
    assert made["creatorEmail"] == made["lastUpdaterEmail"] == "admin@example.com"
    body = {"comparator": "isOneOf", "comparisonValue": "a,b"}
    changed = await wire.ok("update-segment", body, segmentId=segment)
    assert changed["name"] == "Beta"
    assert changed["comparisonAttribute"] == "Email"
    assert (changed["comparator"], changed["comparisonValue"]) == ("isOneOf", "a,b")
    assert await wire.ok("get-segment", segmentId=segment) == changed
    (listed,) = await wire.ok("get-segments", productId=shop.product)
    assert listed["usage"] == 0
    await wire.ok("delete-segment", segmentId=segment)
    assert await wire.ok("get-segments", productId=shop.product) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Beta"}, "name"),
        ({"name": "x", "comparator": "isSomething"}, "comparator"),
        ({"name": "x", "comparisonValue": "y" * 65_536}, "comparisonValue"),
        ({"name": "x", "comparisonValue": ""}, "comparisonValue"),
        ({"name": "x", "comparisonAttribute": "y" * 1001}, "comparisonAttribute"),
    ],
)
async def test_a_segment_that_does_not_fit_is_refused(
    shop: Shop, changes: dict[str, str], field: str
) -> None:
    wire = shop.wire
    await wire.ok("create-segment", SEGMENT, productId=shop.product)
    body = {**SEGMENT, **changes}
    messages = await wire.refused("create-segment", body, productId=shop.product)
    assert list(messages) == [field]


async def test_a_segment_counts_its_settings_and_stays_while_in_use(shop: Shop) -> None:
    wire = shop.wire
    made = await wire.ok("create-segment", SEGMENT, productId=shop.product)
    segment = made["segmentId"]
    flag = await shop.setting("flag")
    old = await shop.setting("old", config=shop.v1)
    rule = {
        "conditions": [
            {"segmentCondition": {"segmentId": segment, "comparator": "isIn"}}
        ],
        "value": {"boolValue": True},
    }
    for environment in (shop.test, shop.live):
        await wire.ok(
            "replace-setting-value-v2",
            {"defaultValue": {"boolValue": False}, "targetingRules": [rule]},
            environmentId=environment,
            settingId=flag,
        )
    rule = {"segmentId": segment, "segmentComparator": "isNotIn", "value": True}
    await wire.ok(
        "replace-setting-value",
        {"value": False, "rolloutRules": [rule]},
        environmentId=shop.test,
        settingId=old,
    )
    (listed,) = await wire.ok("get-segments", productId=shop.product)
    assert listed["usage"] == 2
    messages = await wire.refused("delete-segment", segmentId=segment)
    assert "flag, old" in messages["$"]
    for setting in (flag, old):
        await wire.ok("delete-setting", settingId=setting)
    await wire.ok("delete-segment", segmentId=segment)
