"""Values of V2 configs: reading, replacing, batches, patches and SDK keys."""

from typing import Any
from uuid import UUID

import pytest

from tests.emulator.formulas import (
    FALSE,
    SPLIT,
    TRUE,
    needs,
    refused,
    replace,
    rules,
    update,
    user,
)
from tests.emulator.shop import Shop
from tests.schema import Json

NOWHERE = "00000000-0000-4000-8000-000000000000"


async def test_replacing_a_value_drops_what_is_left_out(shop: Shop) -> None:
    flag = await shop.setting()
    body = {
        **rules(user()),
        "percentageEvaluationAttribute": "Country",
    }
    full = await replace(shop, flag, body)
    assert len(full["targetingRules"]) == 1
    assert full["percentageEvaluationAttribute"] == "Country"
    assert full["config"]["configId"] == shop.v2
    assert full["environment"]["environmentId"] == shop.test
    assert full["lastUpdaterUserEmail"] == "admin@example.com"
    assert full == await shop.formula(flag)
    bare = await replace(shop, flag, {"defaultValue": TRUE})
    assert bare["targetingRules"] == []
    assert bare["percentageEvaluationAttribute"] is None


async def test_a_change_has_a_new_version_and_no_change_keeps_it(shop: Shop) -> None:
    flag = await shop.setting()
    versions = [(await shop.formula(flag))["lastVersionId"]]
    for body in (rules(user()), rules(user()), {"defaultValue": TRUE}):
        versions.append((await replace(shop, flag, body))["lastVersionId"])
    assert versions[0] != versions[1] == versions[2] != versions[3]


async def test_environments_have_values_of_their_own(shop: Shop) -> None:
    flag = await shop.setting()
    await replace(shop, flag, {"defaultValue": TRUE})
    other = await shop.formula(flag, shop.live)
    assert other["defaultValue"]["boolValue"] is False
    assert other["updatedAt"] is None
    assert other["lastUpdaterUserEmail"] is None


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("boolean", {"boolValue": True}, {"boolValue": True}),
        ("string", {"stringValue": "ł"}, {"stringValue": "ł"}),
        ("int", {"intValue": -5}, {"intValue": -5}),
        ("double", {"doubleValue": 2}, {"doubleValue": 2.0}),
        ("double", {"doubleValue": 2.5, "intValue": None}, {"doubleValue": 2.5}),
    ],
)
async def test_a_value_stands_in_the_member_of_its_type(
    shop: Shop, kind: str, value: Json, shown: Json
) -> None:
    setting = await shop.setting("s", kind)
    answer = await replace(shop, setting, {"defaultValue": value})
    given = {k: v for k, v in answer["defaultValue"].items() if v is not None}
    assert given == shown
    assert len(answer["defaultValue"]) == 5


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", {"stringValue": "true"}),
        ("boolean", {}),
        ("boolean", {"boolValue": None}),
        ("boolean", {"boolValue": True, "intValue": 1}),
        ("string", {"boolValue": True}),
        ("string", {"stringValue": "x" * 100_001}),
        ("int", {"doubleValue": 1}),
        ("int", {"intValue": 2**31}),
        ("int", {"intValue": 1.5}),
        ("int", {"intValue": True}),
        ("double", {"intValue": 1}),
        ("double", {"doubleValue": "1,5"}),
        ("double", {"doubleValue": False}),
        ("boolean", "true"),
        ("boolean", None),
    ],
)
async def test_a_value_of_another_type_is_refused(
    shop: Shop, kind: str, value: Json
) -> None:
    setting = await shop.setting("s", kind)
    messages = await refused(shop, setting, {"defaultValue": value})
    assert next(iter(messages)).startswith("defaultValue")


async def test_an_empty_text_may_stay_but_not_come(shop: Shop) -> None:
    text = await shop.setting("t", "string")
    condition = user()
    body = {
        "defaultValue": {"stringValue": ""},
        "targetingRules": [{"conditions": [condition], "value": {"stringValue": "x"}}],
    }
    await replace(shop, text, body)
    await replace(shop, text, {"defaultValue": {"stringValue": "y"}})
    assert list(await refused(shop, text, body)) == ["defaultValue"]


async def test_a_batch_replaces_only_what_it_names(shop: Shop) -> None:
    a, b, c = [await shop.setting(key) for key in "abc"]
    for setting in (a, b, c):
        await replace(shop, setting, rules(user()))
    entries = [
        {"settingId": a, "defaultValue": TRUE},
        {"settingId": b, **rules(needs(a))},
    ]
    answer = await shop.wire.ok(
        "post-setting-values-v2",
        {"updateFormulas": entries},
        configId=shop.v2,
        environmentId=shop.test,
        query={"reason": "spring"},
    )
    by_key = {one["setting"]["key"]: one for one in answer["settingFormulas"]}
    assert by_key["a"]["targetingRules"] == []
    assert by_key["a"]["settingIdsWherePrerequisite"] == [b]
    assert len(by_key["c"]["targetingRules"]) == 1
    assert answer["readOnly"] is False
    notes = [
        (entry.target, entry.why)
        for entry in shop.wire.emulator.state.audit
        if entry.why
    ]
    assert notes == [("a", "spring"), ("b", "spring")]


async def test_a_batch_is_done_as_a_whole_or_not_at_all(shop: Shop) -> None:
    a, b = await shop.setting("a"), await shop.setting("b", "int")
    stranger = await shop.setting("x", config=shop.v1)
    good = {"settingId": a, "defaultValue": TRUE}
    for bad in (
        {"settingId": b, "defaultValue": TRUE},
        {"settingId": stranger, "defaultValue": TRUE},
        {"settingId": a, "defaultValue": TRUE},
        {"defaultValue": TRUE},
        {"settingId": b},
    ):
        messages = await shop.wire.refused(
            "post-setting-values-v2",
            {"updateFormulas": [good, bad]},
            configId=shop.v2,
            environmentId=shop.test,
        )
        assert next(iter(messages)).startswith("updateFormulas[1].")


async def test_a_patch_changes_what_it_names(shop: Shop) -> None:
    flag = await shop.setting()
    first, second = user(stringValue="1"), user(stringValue="2")
    body = {
        "defaultValue": FALSE,
        "targetingRules": [
            {"conditions": [first], "value": TRUE},
            {"conditions": [second], "value": FALSE},
        ],
    }
    await replace(shop, flag, body)
    answer = await update(
        shop,
        flag,
        ("test", "/defaultValue/boolValue", False),
        ("replace", "/defaultValue/boolValue", True),
        ("add", "/targetingRules/-", {"percentageOptions": SPLIT}),
        ("add", "/targetingRules/1/conditions/-", user("isOneOf", listValue=[])),
        ("replace", "/targetingRules/0/value/boolValue", False),
        ("replace", "/percentageEvaluationAttribute", "Country"),
    )
    assert answer.status == 200
    shown = answer.json
    assert shown["defaultValue"]["boolValue"] is True
    assert [len(rule["conditions"]) for rule in shown["targetingRules"]] == [1, 2, 0]
    assert shown["targetingRules"][0]["value"]["boolValue"] is False
    assert shown["percentageEvaluationAttribute"] == "Country"


async def test_a_patch_can_move_rules(shop: Shop) -> None:
    flag = await shop.setting()
    body = {
        "defaultValue": FALSE,
        "targetingRules": [
            {"conditions": [user(stringValue=text)], "value": TRUE} for text in "abc"
        ],
    }
    await replace(shop, flag, body)
    answer = await shop.wire.ok(
        "update-setting-value-v2",
        [{"op": "move", "from": "/targetingRules/2", "path": "/targetingRules/0"}],
        environmentId=shop.test,
        settingId=flag,
    )
    shown = [
        rule["conditions"][0]["userCondition"]["comparisonValue"]["stringValue"]
        for rule in answer["targetingRules"]
    ]
    assert shown == ["c", "a", "b"]


async def test_a_patch_that_changes_nothing_is_answered_204(shop: Shop) -> None:
    flag = await shop.setting()
    await replace(shop, flag, rules(user()))
    version = (await shop.formula(flag))["lastVersionId"]
    for steps in (
        [],
        [("replace", "/defaultValue/boolValue", False)],
        [("add", "/targetingRules/-", {}), ("remove", "/targetingRules/1")],
    ):
        answer = await update(shop, flag, *steps)
        assert (answer.status, answer.body) == (204, b"")
        assert "Content-Type" not in answer.headers
    assert (await shop.formula(flag))["lastVersionId"] == version


@pytest.mark.parametrize(
    "step",
    [
        ("replace", "/lastVersionId", NOWHERE),
        ("replace", "/setting/key", "x"),
        ("remove", "/defaultValue"),
        ("replace", "/defaultValue", None),
        ("replace", "/defaultValue/boolValue", None),
        ("replace", "/defaultValue/stringValue", "x"),
        ("add", "/defaultValue/other", 1),
        ("add", "/targetingRules/-", {}),
        ("add", "/targetingRules/1", {"percentageOptions": SPLIT}),
        ("add", "/targetingRules/01", {"percentageOptions": SPLIT}),
        ("test", "/defaultValue/boolValue", True),
        ("test", "/defaultValue/boolValue", 0),
        ("replace", "/targetingRules", "x"),
    ],
)
async def test_a_patch_that_breaks_a_rule_is_refused_as_a_whole(
    shop: Shop, step: tuple[Any, ...]
) -> None:
    flag = await shop.setting()
    answer = await update(
        shop, flag, ("add", "/percentageEvaluationAttribute", "Country"), step
    )
    assert answer.status == 400


async def test_values_are_reached_by_sdk_key(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting("flag")
    keys = await wire.ok("get-sdk-keys", configId=shop.v2, environmentId=shop.test)
    headers = {"X-CONFIGCAT-SDKKEY": keys["primary"]}
    await replace(shop, flag, rules(user()))
    expected = await shop.formula(flag)
    for name in ("flag", str(flag)):
        found = await wire.ok(
            "get-setting-value-by-sdkkey-v2", settingKeyOrId=name, headers=headers
        )
        assert found == expected
    answer = await wire.ok(
        "replace-setting-value-by-sdkkey-v2",
        {"defaultValue": TRUE},
        settingKeyOrId="flag",
        headers=headers,
    )
    assert answer["defaultValue"]["boolValue"] is True
    steps = [{"op": "replace", "path": "/defaultValue/boolValue", "value": True}]
    status = await wire.status(
        "update-setting-value-by-sdkkey-v2",
        steps,
        settingKeyOrId="flag",
        headers=headers,
    )
    assert status == 204
    status = await wire.status(
        "get-setting-value-by-sdkkey-v2", settingKeyOrId="other", headers=headers
    )
    assert status == 404


async def test_an_sdk_key_is_needed_and_has_to_exist(shop: Shop) -> None:
    await shop.setting("flag")
    operation = "get-setting-value-by-sdkkey-v2"
    await shop.wire.refused(operation, settingKeyOrId="flag")
    headers = {"X-CONFIGCAT-SDKKEY": "configcat-sdk-1/none/none"}
    status = await shop.wire.status(operation, settingKeyOrId="flag", headers=headers)
    assert status == 404


async def test_a_key_of_digits_wins_over_a_number(shop: Shop) -> None:
    wire = shop.wire
    first = await shop.setting("first")
    second = await shop.setting("second")
    # Keys start with a letter, but a state that 0.2.0 saved may have such a key.
    state = wire.emulator.state
    state.settings[second].key = str(first)
    del state.configs[UUID(shop.v2)].setting_ids["second"]
    state.configs[UUID(shop.v2)].setting_ids[str(first)] = second
    keys = await wire.ok("get-sdk-keys", configId=shop.v2, environmentId=shop.test)
    found = await wire.ok(
        "get-setting-value-by-sdkkey-v2",
        settingKeyOrId=str(first),
        headers={"x-configcat-sdkkey": keys["primary"]},
    )
    assert found["setting"]["settingId"] == second


async def test_v2_operations_refuse_v1_configs(shop: Shop) -> None:
    old = await shop.setting("old", config=shop.v1)
    messages = await shop.wire.refused(
        "get-setting-value-v2", environmentId=shop.test, settingId=old
    )
    assert list(messages) == ["evaluationVersion"]
    await shop.wire.refused(
        "get-setting-values-v2", configId=shop.v1, environmentId=shop.test
    )


async def test_setting_and_environment_belong_to_one_product(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting()
    other = await wire.ok(
        "create-product", {"name": "Other"}, organizationId=shop.organization
    )
    elsewhere = await wire.ok(
        "create-environment", {"name": "E"}, productId=other["productId"]
    )
    for operation, path in (
        ("get-setting-value-v2", {"settingId": flag}),
        ("get-setting-values-v2", {"configId": shop.v2}),
        ("get-sdk-keys", {"configId": shop.v2}),
    ):
        environment = elsewhere["environmentId"]
        assert await wire.status(operation, environmentId=environment, **path) == 404


@pytest.mark.parametrize("level", ["product", "environment"])
async def test_a_reason_can_be_required_for_writes(shop: Shop, level: str) -> None:
    wire = shop.wire
    flag = await shop.setting()
    entry = {"environmentId": shop.test, "reasonRequired": True}
    body: Json = {"reasonRequiredEnvironments": [entry]}
    if level == "product":
        body = {"reasonRequired": True}
    await wire.ok("update-product-preferences", body, productId=shop.product)
    path: dict[str, Any] = {"environmentId": shop.test, "settingId": flag}
    value = {"defaultValue": TRUE}
    for operation, sent, place in (
        ("replace-setting-value-v2", value, path),
        ("update-setting-value-v2", [], path),
        (
            "post-setting-values-v2",
            {"updateFormulas": []},
            {"configId": shop.v2, "environmentId": shop.test},
        ),
    ):
        for query in ({}, {"reason": " "}):
            messages = await wire.refused(operation, sent, query=query, **place)
            assert "Reason required" in messages["reason"]
    await replace(shop, flag, value, query={"reason": "because & so"})
    assert list(wire.emulator.state.audit)[-1].why == "because & so"
    other = {"environmentId": shop.live, "settingId": flag}
    status = await wire.status("replace-setting-value-v2", value, **other)
    assert status == (400 if level == "product" else 200)


async def test_a_write_that_is_based_on_another_version_is_refused(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting()
    stale = (await shop.formula(flag))["lastVersionId"]
    current = (await replace(shop, flag, {"defaultValue": TRUE}))["lastVersionId"]
    path: dict[str, Any] = {"environmentId": shop.test, "settingId": flag}
    batch: Json = {"updateFormulas": [{"settingId": flag, "defaultValue": FALSE}]}
    config = {"configId": shop.v2, "environmentId": shop.test}
    for operation, sent, place in (
        ("replace-setting-value-v2", {"defaultValue": FALSE}, path),
        ("update-setting-value-v2", [], path),
        ("post-setting-values-v2", batch, config),
    ):
        query = {"latestVersionId": stale}
        assert await wire.status(operation, sent, query=query, **place) == 409
    assert (await shop.formula(flag))["lastVersionId"] == current
    query = {"latestVersionId": current}
    await wire.ok("post-setting-values-v2", batch, query=query, **config)
