"""What members may see and do."""

from typing import Any

import pytest

from configcat_mgmt.emulator.domain.rights import RIGHT_NAMES, RIGHTS
from tests.emulator.crew import group, join
from tests.emulator.shop import Shop
from tests.schema import Json

NONE = {"accessType": "custom", "newEnvironmentAccessType": "none"}


async def test_strangers_see_nothing(shop: Shop) -> None:
    flag = await shop.setting()
    emulator = shop.wire.emulator
    emulator.add_user("eve@example.com", "Eve", username="eve", password="p")
    eve = shop.wire.as_user("eve", "p")
    assert await eve.ok("get-products") == []
    for operation, path in (
        ("get-product", {"productId": shop.product}),
        ("get-config", {"configId": shop.v2}),
        ("get-environment", {"environmentId": shop.test}),
        ("get-setting", {"settingId": flag}),
        ("get-permission-groups", {"productId": shop.product}),
        (
            "get-setting-value-v2",
            {"environmentId": shop.test, "settingId": flag},
        ),
    ):
        assert await eve.status(operation, **path) == 404
    members = await eve.ok("get-organization-members", organizationId=shop.organization)
    assert [one["email"] for one in members] == ["admin@example.com"]


def guarded_calls(
    shop: Shop,
    flag: int,
    spare: int,
    tag_id: int,
    segment_id: str,
) -> list[tuple[str, str, Json, dict[str, Any]]]:
    setting = {"key": "k", "name": "k", "settingType": "int"}
    product = {"productId": shop.product}
    hook = {"configId": shop.v2, "environmentId": shop.test}
    integration = {
        "integrationType": "segment",
        "name": "i",
        "parameters": {"writeKey": "x"},
        "environmentIds": [],
        "configIds": [],
    }
    return [
        ("canManageMembers", "create-permission-group", {"name": "n"}, product),
        ("canCreateOrUpdateConfig", "create-config", {"name": "n"}, product),
        ("canDeleteConfig", "delete-config", None, {"configId": shop.v1}),
        ("canCreateOrUpdateEnvironment", "create-environment", {"name": "n"}, product),
        (
            "canDeleteEnvironment",
            "delete-environment",
            None,
            {"environmentId": shop.live},
        ),
        ("canCreateOrUpdateSetting", "create-setting", setting, {"configId": shop.v2}),
        (
            "canTagSetting",
            "replace-setting",
            {"name": "flag", "tags": [tag_id]},
            {"settingId": flag},
        ),
        ("canDeleteSetting", "delete-setting", None, {"settingId": spare}),
        ("canCreateOrUpdateTag", "create-tag", {"name": "n"}, product),
        ("canDeleteTag", "delete-tag", None, {"tagId": tag_id}),
        ("canManageWebhook", "create-webhook", {"url": "https://x.io"}, hook),
        ("canManageProductPreferences", "update-product-preferences", {}, product),
        ("canManageIntegrations", "create-integration", integration, product),
        ("canViewSdkKey", "get-sdk-keys", None, hook),
        (
            "canCreateOrUpdateSegments",
            "update-segment",
            {},
            {"segmentId": segment_id},
        ),
        (
            "canDeleteSegments",
            "delete-segment",
            None,
            {"segmentId": segment_id},
        ),
        ("canViewProductAuditLog", "get-auditlogs", None, product),
    ]


async def test_rights_limit_what_a_member_may_do(shop: Shop) -> None:
    """Every write needs its right, and works with it."""
    wire = shop.wire
    flag = await shop.setting("flag")
    spare = await shop.setting("spare")
    tag = await wire.ok("create-tag", {"name": "t"}, productId=shop.product)
    segment_body = {
        "name": "s",
        "comparisonAttribute": "a",
        "comparator": "contains",
        "comparisonValue": "b",
    }
    segment = await wire.ok("create-segment", segment_body, productId=shop.product)
    number = await group(shop, accessType="full")
    _, ben = await join(shop, number)
    calls = guarded_calls(shop, flag, spare, tag["tagId"], segment["segmentId"])
    unused = {"canUseExportImport", "canRotateSdkKey", "canViewProductStatistics"}
    assert len({right for right, *_ in calls} | unused) == len(RIGHTS) - 1
    for right, operation, body, path in calls:
        sent = () if body is None else (body,)
        assert await ben.status(operation, *sent, **path) == 403, right
        await wire.ok(
            "update-permission-group", {right: True}, permissionGroupId=number
        )
        assert await ben.status(operation, *sent, **path) < 300, right


@pytest.mark.parametrize(
    ("access", "read", "write"),
    [("full", 200, 200), ("readOnly", 200, 403), ("none", 404, 404)],
)
async def test_access_to_an_environment_limits_reading_and_writing_values(
    shop: Shop, access: str, read: int, write: int
) -> None:
    flag, old = await shop.setting("flag"), await shop.setting("old", config=shop.v1)
    entry = {"environmentId": shop.live, "environmentAccessType": access}
    number = await group(shop, canViewSdkKey=True, environmentAccesses=[entry])
    _, ben = await join(shop, number)
    path: dict[str, Any] = {"environmentId": shop.live, "settingId": flag}
    answer = await ben.call("get-setting-value-v2", **path)
    assert answer.status == read
    if read == 200:
        assert answer.json["readOnly"] is (access == "readOnly")
    body: Json = {"defaultValue": {"boolValue": True}}
    assert await ben.status("replace-setting-value-v2", body, **path) == write
    assert await ben.status("update-setting-value-v2", [], **path) in {write, 204}
    path["settingId"] = old
    assert await ben.status("replace-setting-value", {"value": True}, **path) == write
    pair = {"configId": shop.v2, "environmentId": shop.live}
    assert await ben.status("get-setting-values-v2", **pair) == read
    body = {"updateFormulas": []}
    assert await ben.status("post-setting-values-v2", body, **pair) == write
    assert await ben.status("get-sdk-keys", **pair) == read


@pytest.mark.parametrize(("access", "write"), [("readOnly", 403), ("full", 200)])
async def test_an_access_type_holds_for_all_environments(
    shop: Shop, access: str, write: int
) -> None:
    flag = await shop.setting()
    _, ben = await join(shop, await group(shop, accessType=access))
    for environment in (shop.test, shop.live):
        path = {"environmentId": environment, "settingId": flag}
        body = {"defaultValue": {"boolValue": True}}
        assert await ben.status("replace-setting-value-v2", body, **path) == write


async def test_copying_a_setting_needs_access_to_all_environments(shop: Shop) -> None:
    flag = await shop.setting()
    rights = {"canCreateOrUpdateSetting": True, **NONE}
    entry = {"environmentId": shop.live, "environmentAccessType": "readOnly"}
    number = await group(shop, **rights, environmentAccesses=[entry])
    _, ben = await join(shop, number)
    body = {
        "key": "k",
        "name": "K",
        "settingType": "boolean",
        "settingIdToInitFrom": flag,
    }
    assert await ben.status("create-setting", body, configId=shop.v2) == 403
    entry = {"environmentId": shop.test, "environmentAccessType": "readOnly"}
    change = {"environmentAccesses": [entry]}
    await shop.wire.ok("update-permission-group", change, permissionGroupId=number)
    assert await ben.status("create-setting", body, configId=shop.v2) == 201


async def test_hidden_usages_of_variations_are_only_counted(shop: Shop) -> None:
    variations = [{"value": {"stringValue": "red"}}]
    color = await shop.setting("c", "string", predefinedVariations=variations)
    entry = {"environmentId": shop.test, "environmentAccessType": "readOnly"}
    _, ben = await join(shop, await group(shop, environmentAccesses=[entry]))
    answer = await ben.ok("get-predefined-variations", settingId=color)
    (variation,) = answer["predefinedVariations"]
    assert variation["usages"] == [{"settingId": color, "environmentId": shop.test}]
    assert variation["usagesInOtherEnvironments"] == 1
    assert [one["name"] for one in answer["environments"]] == ["Test"]


async def test_products_are_made_and_deleted_by_admins(shop: Shop) -> None:
    rights = {"can" + "".join(p.title() for p in r.split("_")[1:]) for r in RIGHTS}
    rights -= {"canDisable2Fa"}
    _, ben = await join(shop, await group(shop, **dict.fromkeys(rights, True)))
    path = {"organizationId": shop.organization}
    assert await ben.status("create-product", {"name": "x"}, **path) == 403
    assert await ben.status("delete-product", productId=shop.product) == 403
    assert await ben.status("get-proxy-profiles", **path) == 403
    assert await ben.status("get-organization-auditlogs", **path) == 403


async def test_a_missing_right_is_named_in_words_and_as_the_api_names_it(
    shop: Shop,
) -> None:
    _, someone = await join(shop, await group(shop, "Nobody", **NONE))
    answer = await someone.call("create-config", {"name": "n"}, productId=shop.product)
    assert answer.status == 403
    assert answer.body.decode() == (
        "Your permission group does not have the right to create or update configs "
        "(canCreateOrUpdateConfig)."
    )
    assert set(RIGHT_NAMES) == set(RIGHTS)
