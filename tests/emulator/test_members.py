"""People, permission groups and invitations."""

from datetime import datetime, timedelta, timezone
from typing import Any

import aiohttp
import pytest

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.rights import RIGHTS
from tests.emulator.shop import Shop, open_shop
from tests.emulator.wire import Wire
from tests.schema import Json

NONE = {"accessType": "custom", "newEnvironmentAccessType": "none"}


async def group(shop: Shop, name: str = "Crew", **rights: Json) -> int:
    made = await shop.wire.ok(
        "create-permission-group", {"name": name, **rights}, productId=shop.product
    )
    number: int = made["permissionGroupId"]
    return number


async def join(shop: Shop, number: int, name: str = "ben") -> tuple[str, Wire]:
    """Add a user to a permission group; return user id and the user's own wire."""
    emulator = shop.wire.emulator
    user = emulator.add_user(
        f"{name}@example.com", name.title(), username=name, password="secret"
    )
    await shop.wire.ok(
        "add-member-to-group",
        {"permissionGroupIds": [number]},
        organizationId=shop.organization,
        userId=user.user_id,
    )
    return user.user_id, shop.wire.as_user(name, "secret")


async def test_a_new_product_has_one_group_with_its_creator(shop: Shop) -> None:
    (found,) = await shop.wire.ok("get-permission-groups", productId=shop.product)
    assert found["accessType"] == "full"
    flags = {name: value for name, value in found.items() if name.startswith("can")}
    assert len(flags) == 21
    assert all(flags.values())
    (member,) = await shop.wire.ok("get-product-members", productId=shop.product)
    assert member["permissionGroupId"] == found["permissionGroupId"]
    assert member["email"] == "admin@example.com"


async def test_a_group_has_only_what_was_sent(shop: Shop) -> None:
    access = {"environmentId": shop.live, "environmentAccessType": "readOnly"}
    number = await group(shop, canTagSetting=True, environmentAccesses=[access])
    found = await shop.wire.ok("get-permission-group", permissionGroupId=number)
    rights = [k for k, v in found.items() if k.startswith("can") and v]
    assert rights == ["canTagSetting"]
    assert found["accessType"] == "custom"
    accesses = {
        one["name"]: one["environmentAccessType"]
        for one in found["environmentAccesses"]
    }
    assert accesses == {"Test": "none", "Live": "readOnly"}


async def test_updating_a_group_keeps_what_was_not_sent(shop: Shop) -> None:
    wire = shop.wire
    access = {"environmentId": shop.live, "environmentAccessType": "full"}
    number = await group(
        shop, canTagSetting=True, canViewSdkKey=True, environmentAccesses=[access]
    )
    access = {"environmentId": shop.test, "environmentAccessType": "readOnly"}
    body = {
        "name": "Team",
        "canTagSetting": False,
        "canViewSdkKey": None,
        "environmentAccesses": [access],
    }
    changed = await wire.ok("update-permission-group", body, permissionGroupId=number)
    assert (changed["name"], changed["canTagSetting"]) == ("Team", False)
    assert changed["canViewSdkKey"] is True
    accesses = [one["environmentAccessType"] for one in changed["environmentAccesses"]]
    assert accesses == ["readOnly", "full"]


async def test_new_environments_get_the_access_for_new_ones(shop: Shop) -> None:
    number = await group(shop, newEnvironmentAccessType="readOnly")
    await shop.wire.ok("create-environment", {"name": "New"}, productId=shop.product)
    found = await shop.wire.ok("get-permission-group", permissionGroupId=number)
    accesses = [one["environmentAccessType"] for one in found["environmentAccesses"]]
    assert accesses == ["none", "none", "readOnly"]


async def test_some_rights_need_others(shop: Shop) -> None:
    wire = shop.wire
    body: Json = {"name": "x", "canDeleteConfig": True}
    messages = await wire.refused(
        "create-permission-group", body, productId=shop.product
    )
    assert list(messages) == ["canDeleteConfig"]
    number = await group(shop, canDeleteTag=True, canCreateOrUpdateTag=True)
    body = {"canCreateOrUpdateTag": False}
    messages = await wire.refused(
        "update-permission-group", body, permissionGroupId=number
    )
    assert list(messages) == ["canDeleteTag"]


async def test_groups_that_do_not_fit_are_refused(shop: Shop) -> None:
    stranger = {"environmentId": shop.product, "environmentAccessType": "full"}
    await group(shop, "Crew")
    for body, field in (
        ({"name": "Crew"}, "name"),
        (
            {"name": "x", "environmentAccesses": [stranger]},
            "environmentAccesses[0].environmentId",
        ),
    ):
        messages = await shop.wire.refused(
            "create-permission-group", body, productId=shop.product
        )
        assert list(messages) == [field]


async def test_a_group_in_use_cannot_be_deleted(shop: Shop) -> None:
    wire = shop.wire
    number = await group(shop)
    user_id, _ = await join(shop, number)
    await wire.refused("delete-permission-group", permissionGroupId=number)
    await wire.ok("delete-product-member", productId=shop.product, userId=user_id)
    body = {"emails": ["a@example.com"], "permissionGroupId": number}
    await wire.ok("invite-member", body, productId=shop.product)
    await wire.refused("delete-permission-group", permissionGroupId=number)
    (invitation,) = await wire.ok("get-pending-invitations", productId=shop.product)
    await wire.ok("delete-invitation", invitationId=invitation["invitationId"])
    await wire.ok("delete-permission-group", permissionGroupId=number)
    (first,) = await wire.ok("get-permission-groups", productId=shop.product)
    number = first["permissionGroupId"]
    await wire.refused("delete-permission-group", permissionGroupId=number)


async def test_members_are_listed_by_role(shop: Shop) -> None:
    wire, organization = shop.wire, shop.organization
    number = await group(shop)
    user_id, _ = await join(shop, number)
    flat = await wire.ok("get-organization-members", organizationId=organization)
    assert [one["email"] for one in flat] == ["admin@example.com", "ben@example.com"]
    roles = await wire.ok("get-organization-members-v2", organizationId=organization)
    (admin,) = roles["admins"]
    assert admin["email"] == "admin@example.com"
    assert roles["billingManagers"] == roles["admins"]
    (member,) = roles["members"]
    assert member["userId"] == user_id
    (permission,) = member["permissions"]
    assert permission["product"] == {"productId": shop.product, "name": "Shop"}
    assert permission["permissionGroup"] == {
        "permissionGroupId": number,
        "name": "Crew",
    }


async def test_a_member_is_in_one_group_of_a_product(shop: Shop) -> None:
    wire = shop.wire
    first, second = await group(shop, "A"), await group(shop, "B")
    user_id, _ = await join(shop, first)
    path = {"organizationId": shop.organization, "userId": user_id}
    both = {"permissionGroupIds": [first, second]}
    messages = await wire.refused("add-member-to-group", both, **path)
    assert list(messages) == ["permissionGroupIds[1]"]
    missing = {"permissionGroupIds": [99]}
    messages = await wire.refused("add-member-to-group", missing, **path)
    assert list(messages) == ["permissionGroupIds[0]"]

    async def groups() -> set[int]:
        members = await wire.ok("get-product-members", productId=shop.product)
        return {m["permissionGroupId"] for m in members if m["userId"] == user_id}

    body: Json = {"permissionGroupIds": [second]}
    await wire.ok("add-member-to-group", body, **path)
    assert await groups() == {second}
    await wire.ok("add-member-to-group", {}, **path)
    assert await groups() == {second}
    body = {"removeFromPermissionGroupsWhereIdNotSet": True}
    await wire.ok("add-member-to-group", body, **path)
    assert await groups() == set()


async def test_roles_are_given_by_those_who_have_them(shop: Shop) -> None:
    wire = shop.wire
    number = await group(shop, canManageMembers=True)
    user_id, ben = await join(shop, number)
    path = {"organizationId": shop.organization, "userId": user_id}
    assert await ben.status("add-member-to-group", {"isAdmin": True}, **path) == 403
    body = {"isBillingManager": True}
    assert await ben.status("add-member-to-group", body, **path) == 403
    await wire.ok("add-member-to-group", {"isAdmin": True}, **path)
    roles = await wire.ok(
        "get-organization-members-v2", organizationId=shop.organization
    )
    assert {one["email"] for one in roles["admins"]} == {
        "admin@example.com",
        "ben@example.com",
    }
    await ben.ok("add-member-to-group", {"isAdmin": False}, **path)
    me = wire.emulator.state.caller.user_id
    admin = next(iter(wire.emulator.state.organizations.values())).admins[0]
    assert me == user_id
    path["userId"] = admin
    messages = await wire.refused("add-member-to-group", {"isAdmin": False}, **path)
    assert "last" in messages["$"]
    messages = await wire.refused("delete-organization-member", **path)
    assert "last" in messages["$"]


async def test_a_removed_member_is_gone_from_all_products(shop: Shop) -> None:
    wire = shop.wire
    user_id, ben = await join(shop, await group(shop))
    assert len(await ben.ok("get-products")) == 1
    path = {"organizationId": shop.organization, "userId": user_id}
    await wire.ok("delete-organization-member", **path)
    assert await wire.status("delete-organization-member", **path) == 404
    assert len(await wire.ok("get-product-members", productId=shop.product)) == 1
    assert await ben.ok("get-products") == []
    assert await ben.ok("get-organizations") == []


async def test_a_user_id_may_hold_any_letters(shop: Shop) -> None:
    path = {"organizationId": shop.organization, "userId": "a/b c?d#ł%2F"}
    assert await shop.wire.status("delete-organization-member", **path) == 404
    assert shop.wire.emulator.requests[-1].operation == "delete-organization-member"


async def test_invitations_are_listed_and_revoked(
    session: aiohttp.ClientSession,
) -> None:
    now = datetime(2026, 5, 4, tzinfo=timezone.utc)
    async with Emulator(clock=lambda: now, rate_policy=None) as emulator:
        shop = await open_shop(Wire(emulator, session))
        wire, number = shop.wire, await group(shop)
        body: Json = {"emails": ["a@x.io", "b@x.io"], "permissionGroupId": number}
        answer = await wire.call("invite-member", body, productId=shop.product)
        assert (answer.status, answer.body) == (200, b"")
        assert "Content-Type" not in answer.headers
        listed = await wire.ok("get-pending-invitations", productId=shop.product)
        assert [one["email"] for one in listed] == ["a@x.io", "b@x.io"]
        assert [one["expired"] for one in listed] == [False, False]
        path = {"organizationId": shop.organization}
        wide = await wire.ok("get-pending-invitations-org", **path)
        assert [one["productName"] for one in wide] == ["Shop", "Shop"]
        assert wide[0]["expires"].startswith("2026-05-11T00:00:00")

        now += timedelta(days=7)
        listed = await wire.ok("get-pending-invitations", productId=shop.product)
        assert [one["expired"] for one in listed] == [True, True]
        body = {"emails": ["B@x.io"], "permissionGroupId": number}
        await wire.ok("invite-member", body, productId=shop.product)
        listed = await wire.ok("get-pending-invitations", productId=shop.product)
        found = [(one["email"], one["expired"]) for one in listed]
        assert found == [("a@x.io", True), ("B@x.io", False)]
        gone = listed[0]["invitationId"]
        await wire.ok("delete-invitation", invitationId=gone)
        assert await wire.status("delete-invitation", invitationId=gone) == 404


@pytest.mark.parametrize(
    ("emails", "field"),
    [
        ([], "emails"),
        (["nobody"], "emails[0]"),
        (["a@x.io", "@x.io"], "emails[1]"),
        (["a b@x.io"], "emails[0]"),
        (["Admin@example.com"], "emails[0]"),
        (None, "emails"),
        ([None], "emails[0]"),
    ],
)
async def test_invitations_go_to_addresses_of_others(
    shop: Shop, emails: Json, field: str
) -> None:
    number = await group(shop)
    body = {"emails": emails, "permissionGroupId": number}
    messages = await shop.wire.refused("invite-member", body, productId=shop.product)
    assert list(messages) == [field]


async def test_an_invitation_names_a_group_of_the_product(shop: Shop) -> None:
    body = {"emails": ["a@x.io"], "permissionGroupId": 1}
    messages = await shop.wire.refused("invite-member", body, productId=shop.product)
    assert list(messages) == ["permissionGroupId"]


async def test_an_accepted_invitation_makes_a_member(shop: Shop) -> None:
    wire = shop.wire
    number = await group(shop, canTagSetting=True)
    body = {"emails": ["cat@x.io"], "permissionGroupId": number}
    await wire.ok("invite-member", body, productId=shop.product)
    (invitation,) = wire.emulator.state.invitations.values()
    user = wire.emulator.accept_invitation(
        invitation.invitation_id, "Cat", username="cat", password="p"
    )
    cat = wire.as_user("cat", "p")
    assert await cat.ok("get-me") == {"email": "cat@x.io", "fullName": "Cat"}
    assert len(await cat.ok("get-products")) == 1
    assert await wire.ok("get-pending-invitations", productId=shop.product) == []
    members = await wire.ok("get-product-members", productId=shop.product)
    assert members[-1]["userId"] == user.user_id


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
    number = await group(shop, accessType="full")
    _, ben = await join(shop, number)
    calls: list[tuple[str, str, Json, dict[str, Any]]] = [
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
            {"name": "flag", "tags": [tag["tagId"]]},
            {"settingId": flag},
        ),
        ("canDeleteSetting", "delete-setting", None, {"settingId": spare}),
        ("canCreateOrUpdateTag", "create-tag", {"name": "n"}, product),
        ("canDeleteTag", "delete-tag", None, {"tagId": tag["tagId"]}),
        ("canManageWebhook", "create-webhook", {"url": "https://x.io"}, hook),
        ("canManageProductPreferences", "update-product-preferences", {}, product),
        ("canManageIntegrations", "create-integration", integration, product),
        ("canViewSdkKey", "get-sdk-keys", None, hook),
        (
            "canCreateOrUpdateSegments",
            "update-segment",
            {},
            {"segmentId": segment["segmentId"]},
        ),
        (
            "canDeleteSegments",
            "delete-segment",
            None,
            {"segmentId": segment["segmentId"]},
        ),
        ("canViewProductAuditLog", "get-auditlogs", None, product),
    ]
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
