"""Configs, environments and their SDK keys."""

import re

from tests.emulator.shop import Shop

NOWHERE = "00000000-0000-4000-8000-000000000000"
PART = r"[A-Za-z0-9_-]{22}"


async def test_a_config_is_created_changed_and_deleted(shop: Shop) -> None:
    wire = shop.wire
    body = {"name": "Main", "evaluationVersion": "v2"}
    made = await wire.ok("create-config", body, productId=shop.product)
    assert made["product"]["productId"] == shop.product
    assert (made["evaluationVersion"], made["order"]) == ("v2", 2)
    config = made["configId"]
    body = {"name": "Other", "order": 0}
    changed = await wire.ok("update-config", body, configId=config)
    assert (changed["name"], changed["order"]) == ("Other", 0)
    listed = await wire.ok("get-configs", productId=shop.product)
    assert [one["name"] for one in listed] == ["Config v1", "Other", "Config v2"]
    assert await wire.ok("get-config", configId=config) == changed
    await wire.ok("delete-config", configId=config)
    assert await wire.status("get-config", configId=config) == 404


async def test_a_config_is_v1_unless_it_is_told(shop: Shop) -> None:
    made = await shop.wire.ok("create-config", {"name": "Old"}, productId=shop.product)
    assert made["evaluationVersion"] == "v1"


async def test_equal_orders_are_listed_alphabetically(shop: Shop) -> None:
    wire = shop.wire
    for name in ("banana", "Apple", "cherry"):
        body = {"name": name, "order": 0}
        await wire.ok("create-environment", body, productId=shop.product)
    listed = await wire.ok("get-environments", productId=shop.product)
    names = [one["name"] for one in listed]
    assert names == ["Apple", "banana", "cherry", "Test", "Live"]


async def test_names_are_unique_among_siblings(shop: Shop) -> None:
    wire = shop.wire
    for operation, name in (
        ("create-config", "Config v1"),
        ("create-environment", "Live"),
    ):
        messages = await wire.refused(operation, {"name": name}, productId=shop.product)
        assert list(messages) == ["name"]
    messages = await wire.refused(
        "update-environment", {"name": "Live"}, environmentId=shop.test
    )
    assert list(messages) == ["name"]
    messages = await wire.refused(
        "update-config", {"name": "Config v1"}, configId=shop.v2
    )
    assert list(messages) == ["name"]


async def test_an_environment_keeps_its_color_as_sent(shop: Shop) -> None:
    wire = shop.wire
    body = {"name": "Third", "color": "#5c6bc0"}
    made = await wire.ok("create-environment", body, productId=shop.product)
    assert made["color"] == "#5c6bc0"
    changed = await wire.ok(
        "update-environment",
        {"description": "words"},
        environmentId=made["environmentId"],
    )
    assert (changed["color"], changed["description"]) == ("#5c6bc0", "words")


async def test_each_pair_has_an_sdk_key_of_its_version(shop: Shop) -> None:
    wire = shop.wire
    late = await wire.ok("create-environment", {"name": "Late"}, productId=shop.product)
    keys: set[str] = set()
    for config, form in (
        (shop.v1, f"{PART}/{PART}"),
        (shop.v2, f"configcat-sdk-1/{PART}/{PART}"),
    ):
        for environment in (shop.test, shop.live, late["environmentId"]):
            found = await wire.ok(
                "get-sdk-keys", configId=config, environmentId=environment
            )
            assert re.fullmatch(form, found["primary"])
            assert found["secondary"] is None
            keys.add(found["primary"])
    assert len(keys) == 6
    status = await wire.status("get-sdk-keys", configId=shop.v1, environmentId=NOWHERE)
    assert status == 404


async def test_an_environment_that_comes_late_has_values(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting("flag")
    old = await shop.setting("old", "string", config=shop.v1)
    late = await wire.ok("create-environment", {"name": "Late"}, productId=shop.product)
    environment = late["environmentId"]
    formula = await shop.formula(flag, environment)
    assert formula["defaultValue"]["boolValue"] is False
    assert (await shop.rollout(old, environment))["value"] == ""
    await wire.ok("delete-environment", environmentId=environment)
    status = await wire.status(
        "get-setting-value-v2", environmentId=environment, settingId=flag
    )
    assert status == 404


async def test_a_deleted_config_takes_its_settings_along(shop: Shop) -> None:
    flag = await shop.setting()
    await shop.wire.ok("delete-config", configId=shop.v2)
    assert await shop.wire.status("get-setting", settingId=flag) == 404
    assert await shop.wire.status("get-settings", configId=shop.v2) == 404


async def test_deleting_an_environment_can_clean_its_audit_log(shop: Shop) -> None:
    wire, state = shop.wire, shop.wire.emulator.state
    flag = await shop.setting()
    for environment in (shop.test, shop.live):
        await wire.ok(
            "replace-setting-value-v2",
            {"defaultValue": {"boolValue": True}},
            environmentId=environment,
            settingId=flag,
        )
        await wire.ok(
            "delete-environment",
            environmentId=environment,
            query={"cleanupAuditLogs": str(environment == shop.live).lower()},
        )
    kinds = {
        place: [e.kind.value for e in state.audit if str(e.environment_id) == place]
        for place in (shop.test, shop.live)
    }
    assert kinds == {
        shop.test: ["environmentCreated", "settingValueChanged", "environmentDeleted"],
        shop.live: ["environmentCreated", "environmentDeleted"],
    }
