"""People, permission groups and invitations."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from configcat_mgmt.emulator import Emulator
from tests.emulator.crew import group, join
from tests.emulator.shop import Shop, open_shop
from tests.emulator.wire import Wire
from tests.schema import Json


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
    now = datetime(2026, 5, 4, tzinfo=UTC)
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
    with pytest.raises(ValueError, match="belongs to another user"):
        wire.emulator.accept_invitation(
            invitation.invitation_id, "Cat", username="emulator", password="p"
        )
    user = wire.emulator.accept_invitation(
        invitation.invitation_id, "Cat", username="cat", password="p"
    )
    cat = wire.as_user("cat", "p")
    assert await cat.ok("get-me") == {"email": "cat@x.io", "fullName": "Cat"}
    assert len(await cat.ok("get-products")) == 1
    assert await wire.ok("get-pending-invitations", productId=shop.product) == []
    members = await wire.ok("get-product-members", productId=shop.product)
    assert members[-1]["userId"] == user.user_id
