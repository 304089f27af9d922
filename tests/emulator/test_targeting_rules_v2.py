"""What the targeting rules of V2 values may say."""

import pytest

from tests.emulator.formulas import (
    FALSE,
    SPLIT,
    TRUE,
    needs,
    refused,
    replace,
    rules,
    user,
)
from tests.emulator.shop import Shop
from tests.schema import Json, described

NOWHERE = "00000000-0000-4000-8000-000000000000"
STRINGS = {
    "semVerLess",
    "semVerLessOrEquals",
    "semVerGreater",
    "semVerGreaterOrEquals",
    "textEquals",
    "textDoesNotEqual",
    "sensitiveTextEquals",
    "sensitiveTextDoesNotEqual",
}
DOUBLES = {
    "numberEquals",
    "numberDoesNotEqual",
    "numberLess",
    "numberLessOrEquals",
    "numberGreater",
    "numberGreaterOrEquals",
    "dateTimeBefore",
    "dateTimeAfter",
}
COMPARISONS: dict[str, Json] = {
    "stringValue": "1.0.0",
    "doubleValue": 12.5,
    "listValue": [{"value": "a", "hint": "first"}, {"value": "b"}],
}


def test_every_comparator_has_a_kind() -> None:
    known = set(described().schemas["UserComparator"]["enum"])
    assert known >= STRINGS | DOUBLES
    assert len(known - STRINGS - DOUBLES) == 20


@pytest.mark.parametrize("comparator", described().schemas["UserComparator"]["enum"])
async def test_a_comparator_takes_exactly_its_kind_of_value(
    shop: Shop, comparator: str
) -> None:
    wanted = "listValue"
    if comparator in STRINGS:
        wanted = "stringValue"
    if comparator in DOUBLES:
        wanted = "doubleValue"
    flag = await shop.setting()
    body = rules(user(comparator, **{wanted: COMPARISONS[wanted]}))
    answer = await replace(shop, flag, body)
    (condition,) = answer["targetingRules"][0]["conditions"]
    shown = condition["userCondition"]["comparisonValue"][wanted]
    if wanted == "listValue":
        assert shown == [{"value": "a", "hint": "first"}, {"value": "b", "hint": None}]
    else:
        assert shown == COMPARISONS[wanted]
    for other in COMPARISONS.keys() - {wanted}:
        body = rules(user(comparator, **{other: COMPARISONS[other]}))
        (message,) = (await refused(shop, flag, body)).values()
        assert wanted in message
        both = {wanted: COMPARISONS[wanted], other: COMPARISONS[other]}
        await refused(shop, flag, rules(user(comparator, **both)))
    nothing = user(comparator, **{wanted: None})
    await refused(shop, flag, rules(nothing))


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"conditions": [user()]}, "targetingRules[0]"),
        (
            {"conditions": [user()], "value": TRUE, "percentageOptions": SPLIT},
            "targetingRules[0]",
        ),
        ({"value": TRUE}, "targetingRules[0].conditions"),
        ({"conditions": [], "value": TRUE}, "targetingRules[0].conditions"),
        ({"conditions": [{}], "value": TRUE}, "targetingRules[0].conditions[0]"),
        (
            {"conditions": [{**user(), **needs(1)}], "value": TRUE},
            "targetingRules[0].conditions[0]",
        ),
        (
            {"conditions": [user()], "value": {"intValue": 1}},
            "targetingRules[0].value",
        ),
        (
            {"conditions": [user("looksLike")], "value": TRUE},
            "targetingRules[0].conditions[0].userCondition.comparator",
        ),
        (
            {"conditions": [needs(1)], "value": TRUE},
            "targetingRules[0].conditions[0].prerequisiteFlagCondition"
            ".prerequisiteSettingId",
        ),
        (
            {
                "conditions": [
                    {"segmentCondition": {"segmentId": NOWHERE, "comparator": "isIn"}}
                ],
                "value": TRUE,
            },
            "targetingRules[0].conditions[0].segmentCondition.segmentId",
        ),
        ({"conditions": [user()] * 101, "value": TRUE}, "targetingRules[0].conditions"),
    ],
)
async def test_a_rule_that_does_not_fit_is_refused(
    shop: Shop, rule: Json, field: str
) -> None:
    flag = await shop.setting()
    body = {"defaultValue": FALSE, "targetingRules": [rule]}
    assert list(await refused(shop, flag, body)) == [field]


@pytest.mark.parametrize(
    "options",
    [
        [{"percentage": 30, "value": TRUE}, {"percentage": 60, "value": FALSE}],
        [{"percentage": 101, "value": TRUE}, {"percentage": -1, "value": FALSE}],
        [{"percentage": 100, "value": TRUE}],
        [{"percentage": 50, "value": TRUE}, {"percentage": 50, "value": TRUE}],
        [*SPLIT, {"percentage": 0, "value": TRUE}],
        [{"percentage": 50.5, "value": TRUE}, {"percentage": 49.5, "value": FALSE}],
        [{"percentage": 50, "value": TRUE}, {"percentage": 50}],
    ],
)
async def test_a_split_that_does_not_add_up_is_refused(
    shop: Shop, options: Json
) -> None:
    flag = await shop.setting()
    body = {"defaultValue": FALSE, "targetingRules": [{"percentageOptions": options}]}
    messages = await refused(shop, flag, body)
    assert next(iter(messages)).startswith("targetingRules[0].percentageOptions")


async def test_only_the_last_rule_may_be_without_conditions(shop: Shop) -> None:
    flag = await shop.setting()
    everybody = {"percentageOptions": SPLIT}
    some = {"conditions": [user()], "percentageOptions": SPLIT}
    body = {"defaultValue": FALSE, "targetingRules": [everybody, some]}
    assert list(await refused(shop, flag, body)) == ["targetingRules[0].conditions"]
    body = {"defaultValue": FALSE, "targetingRules": [some, everybody]}
    answer = await replace(shop, flag, body)
    shown = [
        [option["percentage"] for option in rule["percentageOptions"]]
        for rule in answer["targetingRules"]
    ]
    assert shown == [[30, 70], [30, 70]]
    assert [rule["value"] for rule in answer["targetingRules"]] == [None, None]


async def test_texts_are_bounded_by_the_plan(shop: Shop) -> None:
    flag = await shop.setting()
    long_item = [{"value": "x" * 256}]
    long_text = "x" * 65_536
    long_list = [{"value": "x"}] * 15_001
    for value in (
        {"listValue": long_item},
        {"listValue": long_list},
    ):
        await refused(shop, flag, rules(user("isOneOf", **value)))
    await refused(shop, flag, rules(user(stringValue=long_text)))
    await refused(
        shop,
        flag,
        {"defaultValue": TRUE, "percentageEvaluationAttribute": "x" * 1001},
    )


async def test_prerequisites_are_known_to_both_sides(shop: Shop) -> None:
    base, upper = await shop.setting("base", "int"), await shop.setting("upper")
    answer = await replace(shop, upper, rules(needs(base, {"intValue": 3})))
    (condition,) = answer["targetingRules"][0]["conditions"]
    shown = condition["prerequisiteFlagCondition"]
    assert shown["prerequisiteSettingId"] == base
    assert shown["prerequisiteComparisonValue"]["intValue"] == 3
    assert (await shop.formula(base))["settingIdsWherePrerequisite"] == [upper]
    assert (await shop.formula(base, shop.live))["settingIdsWherePrerequisite"] == []
    listed = await shop.wire.ok(
        "get-setting-values-v2", configId=shop.v2, environmentId=shop.test
    )
    found = {
        one["setting"]["settingId"]: one["settingIdsWherePrerequisite"]
        for one in listed["settingFormulas"]
    }
    assert found == {base: [upper], upper: []}


async def test_a_prerequisite_is_compared_with_a_value_of_its_type(shop: Shop) -> None:
    base, upper = await shop.setting("base", "int"), await shop.setting("upper")
    messages = await refused(shop, upper, rules(needs(base, TRUE)))
    assert "intValue" in next(iter(messages.values()))


async def test_a_prerequisite_is_in_the_same_config(shop: Shop) -> None:
    made = await shop.wire.ok(
        "create-config",
        {"name": "Third", "evaluationVersion": "v2"},
        productId=shop.product,
    )
    stranger = await shop.setting("x", config=made["configId"])
    flag = await shop.setting()
    (field,) = await refused(shop, flag, rules(needs(stranger)))
    assert field.endswith("prerequisiteSettingId")


async def test_a_circle_of_prerequisites_is_refused_with_its_members(
    shop: Shop,
) -> None:
    a, b, c = [await shop.setting(key) for key in "abc"]
    await replace(shop, a, rules(needs(b)))
    await replace(shop, b, rules(user(), needs(c)))
    messages = await refused(shop, c, rules(needs(a)))
    assert "c -> a -> b -> c" in messages["targetingRules"]
    messages = await refused(shop, a, rules(needs(a)))
    assert "a -> a" in messages["targetingRules"]
    # Another environment is another graph.
    await shop.wire.ok(
        "replace-setting-value-v2",
        rules(needs(a)),
        environmentId=shop.live,
        settingId=c,
    )


async def test_a_batch_cannot_close_a_circle_either(shop: Shop) -> None:
    a, b = await shop.setting("a"), await shop.setting("b")
    entries = [
        {"settingId": a, **rules(needs(b))},
        {"settingId": b, **rules(needs(a))},
    ]
    messages = await shop.wire.refused(
        "post-setting-values-v2",
        {"updateFormulas": entries},
        configId=shop.v2,
        environmentId=shop.test,
    )
    assert "a -> b -> a" in messages["updateFormulas"]
