"""Tests of proposing, approving, applying and closing values."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import attrs
import pytest

from configcat_mgmt.emulator import Emulator
from tests.emulator.contents import Contents
from tests.emulator.crew import group, join
from tests.emulator.shop import Shop, open_shop
from tests.emulator.wire import Wire
from tests.schema import Json

START = datetime(2026, 11, 1, tzinfo=UTC)


@attrs.define
class Clock:
    """A clock that only a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def emulator(clock: Clock) -> AsyncIterator[Emulator]:
    async with Emulator(rate_policy=None, clock=clock) as emulator:
        yield emulator


@pytest.fixture
async def wire(emulator: Emulator) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession() as session:
        yield Wire(emulator, session)


@pytest.fixture
async def shop(wire: Wire) -> Shop:
    return await open_shop(wire)


def proposal(setting: int, value: bool = True, **rest: Json) -> Json:
    return {"settingId": setting, "defaultValue": {"boolValue": value}, **rest}


async def create(shop: Shop, *settings: int, **rest: Json) -> Json:
    body = {
        "title": "Release 42",
        "proposedChanges": [{"proposedChange": proposal(one)} for one in settings],
        **rest,
    }
    return await shop.wire.ok(
        "create-change-request", body, configId=shop.v2, environmentId=shop.test
    )


async def require_approval(shop: Shop) -> None:
    body = {
        "approveRequiredEnvironments": [
            {"environmentId": shop.test, "approveRequired": True}
        ]
    }
    await shop.wire.ok("update-product-preferences", body, productId=shop.product)


async def publish(shop: Shop, setting: int, value: bool, **query: Json) -> int:
    return await shop.wire.status(
        "replace-setting-value-v2",
        {"defaultValue": {"boolValue": value}},
        query=query,
        environmentId=shop.test,
        settingId=setting,
    )


async def approver(shop: Shop, name: str = "ben") -> Wire:
    number = await group(
        shop, name, accessType="full", approvalPermissionType="canApproveOthers"
    )
    return (await join(shop, number, name))[1]


async def test_an_approved_request_is_applied_and_final(shop: Shop) -> None:
    setting = await shop.setting()
    await require_approval(shop)
    made = await create(shop, setting, reason="because")
    number = made["changeRequestId"]
    assert made["changeRequestStatus"] == "open"
    assert made["approved"] is False
    assert (await shop.formula(setting))["changeRequestCount"] == 1
    refused = await shop.wire.refused("apply-change-request", changeRequestId=number)
    assert "not approved" in refused["$"]

    ben = await approver(shop)
    approved = await ben.ok("approve-change-request", changeRequestId=number)
    assert approved["approved"] is True
    again = await ben.refused("approve-change-request", changeRequestId=number)
    assert "already" in again["$"]

    applied = await shop.wire.ok("apply-change-request", changeRequestId=number)
    assert applied["changeRequestStatus"] == "applied"
    assert applied["appliedByUserEmail"] == "admin@example.com"
    formula = await shop.formula(setting)
    assert formula["defaultValue"]["boolValue"] is True
    assert formula["changeRequestCount"] == 0
    for operation in (
        "apply-change-request",
        "approve-change-request",
        "close-change-request",
        "remove-change-request-approval",
    ):
        refused = await shop.wire.refused(operation, changeRequestId=number)
        assert "applied already" in refused["$"]


async def test_the_rights_decide_who_approves(shop: Shop) -> None:
    setting = await shop.setting()
    number = (await create(shop, setting))["changeRequestId"]
    own = await shop.wire.call("approve-change-request", changeRequestId=number)
    assert (own.status, b"your own" in own.body) == (403, True)

    plain = await group(shop, "Plain", accessType="full")
    _, eve = await join(shop, plain, "eve")
    assert await eve.status("approve-change-request", changeRequestId=number) == 403

    custom = await group(
        shop,
        "Custom",
        accessType="full",
        approvalPermissionType="custom",
        environmentApprovalPermissions=[
            {
                "environmentId": shop.test,
                "environmentApprovalPermissionType": "canApproveOthers",
            }
        ],
    )
    _, ida = await join(shop, custom, "ida")
    approved = await ida.ok("approve-change-request", changeRequestId=number)
    assert [one["userEmail"] for one in approved["approvals"]] == ["ida@example.com"]
    taken = await ida.ok("remove-change-request-approval", changeRequestId=number)
    assert taken["approved"] is False
    assert taken["approvals"][0]["dismissedAt"] is not None

    hidden = await group(shop, "Hidden", accessType="custom")
    _, kim = await join(shop, hidden, "kim")
    assert await kim.status("get-change-request", changeRequestId=number) == 404
    listed = await kim.ok("get-change-requests", productId=shop.product)
    assert listed["changeRequests"]["data"] == []


async def test_a_direct_write_needs_approval_or_the_right_to_bypass_it(
    shop: Shop,
) -> None:
    setting = await shop.setting()
    await require_approval(shop)
    shown = await shop.formula(setting)
    assert shown["approveRequired"] is True
    assert shown["canBypassApproval"] is True
    assert (await shop.formula(setting, shop.live))["approveRequired"] is False
    assert await publish(shop, setting, True) == 400
    assert await publish(shop, setting, True, bypassApproval="true") == 200

    ben = await approver(shop)
    status = await ben.status(
        "replace-setting-value-v2",
        {"defaultValue": {"boolValue": False}},
        query={"bypassApproval": "true"},
        environmentId=shop.test,
        settingId=setting,
    )
    assert status == 403


async def test_an_old_version_is_refused_everywhere(shop: Shop) -> None:
    setting = await shop.setting()
    old = (await shop.formula(setting))["lastVersionId"]
    assert await publish(shop, setting, True, latestVersionId=old) == 200
    assert await publish(shop, setting, False, latestVersionId=old) == 409
    batch = {"updateFormulas": [proposal(setting)]}
    place = {"configId": shop.v2, "environmentId": shop.test}
    query = {"latestVersionId": old}
    wire = shop.wire
    assert (
        await wire.status("post-setting-values-v2", batch, query=query, **place) == 409
    )
    body = {
        "title": "Late",
        "proposedChanges": [{"proposedChange": proposal(setting, latestVersionId=old)}],
    }
    assert await wire.status("create-change-request", body, **place) == 409
    number = (await create(shop))["changeRequestId"]
    changes = {"proposedChanges": [proposal(setting, latestVersionId=old)]}
    update = "update-change-request-proposed-changes"
    assert await wire.status(update, changes, changeRequestId=number) == 409
    forced = await wire.ok(update, {**changes, "forced": True}, changeRequestId=number)
    assert forced["settingValues"][0]["hasConflict"] is False


async def test_a_setting_that_is_published_meanwhile_is_a_conflict(shop: Shop) -> None:
    setting = await shop.setting()
    number = (await create(shop, setting))["changeRequestId"]
    ben = await approver(shop)
    await ben.ok("approve-change-request", changeRequestId=number)
    assert await publish(shop, setting, True) == 200

    shown = await shop.wire.ok("get-change-request", changeRequestId=number)
    assert shown["needsAttention"] is True
    assert shown["settingValues"][0]["hasConflict"] is True
    (issue,) = shown["changeRequestIssues"]
    assert (issue["issueType"], issue["issueFixedAt"]) == ("settingConflict", None)
    refused = await shop.wire.refused("apply-change-request", changeRequestId=number)
    assert "settingConflict: flag" in refused["$"]

    resolved = await shop.wire.ok(
        "resolve-change-request-setting-conflicts",
        {"proposedChange": {"defaultValue": {"boolValue": False}}},
        changeRequestId=number,
        settingId=setting,
    )
    assert resolved["needsAttention"] is False
    assert resolved["changeRequestIssues"][0]["issueFixedAt"] is not None
    assert resolved["approved"] is False, "a changed proposal dismisses approvals"
    await shop.wire.ok("apply-change-request", changeRequestId=number)
    assert (await shop.formula(setting))["defaultValue"]["boolValue"] is False


async def test_a_scheduled_request_is_applied_at_its_time(
    shop: Shop, clock: Clock
) -> None:
    setting = await shop.setting()
    at = clock.now + timedelta(hours=1)
    made = await create(shop, setting, applyAt=at.isoformat())
    clock.now = at - timedelta(seconds=1)
    assert (await shop.formula(setting))["defaultValue"]["boolValue"] is False
    clock.now = at + timedelta(minutes=5)
    assert (await shop.formula(setting))["defaultValue"]["boolValue"] is True
    number = made["changeRequestId"]
    shown = await shop.wire.ok("get-change-request", changeRequestId=number)
    assert shown["changeRequestStatus"] == "applied"
    assert datetime.fromisoformat(shown["appliedAt"]) == at
    items = await shop.wire.ok("get-auditlogs-v2", productId=shop.product)
    kinds = [one["auditLogTypeEnum"] for one in items["data"]]
    assert kinds[:2] == ["changeRequestAppliedOnSchedule", "settingValueChanged"]


async def test_a_scheduled_request_that_cannot_be_applied_says_why(
    shop: Shop, clock: Clock
) -> None:
    setting = await shop.setting()
    await require_approval(shop)
    at = clock.now + timedelta(hours=1)
    made = await create(shop, setting, applyAt=at.isoformat())
    clock.now = at
    number = made["changeRequestId"]
    shown = await shop.wire.ok("get-change-request", changeRequestId=number)
    assert shown["changeRequestStatus"] == "open"
    assert shown["applyAt"] is None
    failed = shown["activities"][-1]
    assert failed["changeRequestActivityType"] == "scheduledApplyFailed"
    assert "not approved" in failed["error"]


async def test_a_bypassing_request_needs_no_approval(shop: Shop, clock: Clock) -> None:
    setting = await shop.setting()
    await require_approval(shop)
    at = clock.now + timedelta(hours=1)
    await create(shop, setting, applyAt=at.isoformat(), bypassApproval=True)
    clock.now = at
    assert (await shop.formula(setting))["defaultValue"]["boolValue"] is True

    ben = await approver(shop)
    body = {"title": "Mine", "bypassApproval": True}
    place = {"configId": shop.v2, "environmentId": shop.test}
    assert await ben.status("create-change-request", body, **place) == 403


async def test_title_reason_and_schedule_are_replaced(shop: Shop, clock: Clock) -> None:
    number = (await create(shop, reason="old"))["changeRequestId"]
    at = clock.now + timedelta(days=1)
    body = {"title": "New", "applyAt": at.isoformat(), "bypassApproval": True}
    shown = await shop.wire.ok("update-change-request", body, changeRequestId=number)
    assert (shown["title"], shown["reason"]) == ("New", None)
    assert [one["changeRequestActivityType"] for one in shown["activities"]] == [
        "created",
        "reasonChanged",
        "applyAtChanged",
        "bypassApprovalEnabled",
    ]
    past = {"title": "New", "applyAt": (clock.now - timedelta(1)).isoformat()}
    for body, field in ((past, "applyAt"), ({"title": " "}, "title")):
        found = await shop.wire.refused(
            "update-change-request", body, changeRequestId=number
        )
        assert list(found) == [field]


async def test_a_missing_reason_needs_attention_until_it_is_given(shop: Shop) -> None:
    setting = await shop.setting()
    preferences = {"reasonRequired": True}
    await shop.wire.ok(
        "update-product-preferences", preferences, productId=shop.product
    )
    made = await create(shop, setting)
    number = made["changeRequestId"]
    assert [one["issueType"] for one in made["changeRequestIssues"]] == [
        "reasonRequired"
    ]
    body = {"title": "Release 42", "reason": "ticket 7"}
    shown = await shop.wire.ok("update-change-request", body, changeRequestId=number)
    assert shown["needsAttention"] is False
    await shop.wire.ok("apply-change-request", changeRequestId=number)
    items = await shop.wire.ok("get-auditlogs-v2", productId=shop.product)
    assert items["data"][0]["why"] == "ticket 7"


async def test_a_request_without_a_capable_owner_can_be_claimed(shop: Shop) -> None:
    setting = await shop.setting()
    number = await group(shop, "Writers", accessType="full")
    user_id, ben = await join(shop, number, "ben")
    body = {
        "title": "Ben's",
        "proposedChanges": [{"proposedChange": proposal(setting)}],
    }
    made = await ben.ok(
        "create-change-request", body, configId=shop.v2, environmentId=shop.test
    )
    request = made["changeRequestId"]
    early = await shop.wire.refused(
        "claim-change-request-ownership", changeRequestId=request
    )
    assert "can still act" in early["$"]
    await shop.wire.ok("delete-product-member", productId=shop.product, userId=user_id)
    shown = await shop.wire.ok("get-change-request", changeRequestId=request)
    assert [one["issueType"] for one in shown["changeRequestIssues"]] == ["noOwner"]
    claimed = await shop.wire.ok(
        "claim-change-request-ownership", changeRequestId=request
    )
    assert claimed["creatorUserEmail"] == "admin@example.com"
    assert claimed["needsAttention"] is False
    await shop.wire.ok("apply-change-request", changeRequestId=request)


async def test_settings_are_taken_out_by_hand_and_by_their_deletion(shop: Shop) -> None:
    one, two, three = [await shop.setting(key) for key in ("one", "two", "three")]
    number = (await create(shop, one, two, three))["changeRequestId"]
    place = {"changeRequestId": number}
    await shop.wire.ok("delete-change-request-proposed-change", **place, settingId=one)
    await shop.wire.ok("delete-setting", settingId=two)
    found = await shop.wire.ok("get-change-request-proposed-changes", **place)
    assert [each["setting"]["key"] for each in found["proposedChanges"]] == ["three"]
    assert found["proposedChanges"][0]["defaultValue"]["boolValue"] is True
    for operation in (
        "delete-change-request-proposed-change",
        "resolve-change-request-setting-conflicts",
    ):
        body = {"proposedChange": {"defaultValue": {"boolValue": False}}}
        sent = (body,) if operation.startswith("resolve") else ()
        status = await shop.wire.status(operation, *sent, **place, settingId=one)
        assert status == 404
    shown = await shop.wire.ok("get-change-request", **place)
    kinds = [each["changeRequestActivityType"] for each in shown["activities"]]
    assert kinds[1:] == ["proposedChangesUpdated", "settingDeletedFromChangeRequest"]


async def test_comments_belong_to_their_authors(shop: Shop) -> None:
    number = (await create(shop))["changeRequestId"]
    ben = await approver(shop)
    made = await ben.ok(
        "add-change-request-comment", {"body": "why?"}, changeRequestId=number
    )
    comment = made["changeRequestCommentId"]
    wire = shop.wire
    edit, drop = "update-change-request-comment", "delete-change-request-comment"
    assert await wire.status(edit, {"body": "mine"}, commentId=comment) == 403
    assert await wire.status(drop, commentId=comment) == 403
    edited = await ben.ok(edit, {"body": "why now?"}, commentId=comment)
    assert edited["editedAt"] is not None
    shown = await wire.ok("get-change-request", changeRequestId=number)
    assert [one["body"] for one in shown["comments"]] == ["why now?"]
    await ben.ok(drop, commentId=comment)
    assert await ben.status(drop, commentId=comment) == 404


async def test_lists_are_filtered_and_paged(shop: Shop, clock: Clock) -> None:
    setting = await shop.setting()
    later = (clock.now + timedelta(days=1)).isoformat()
    plain = (await create(shop, setting))["changeRequestId"]
    scheduled = (await create(shop, applyAt=later))["changeRequestId"]
    closed = (await create(shop))["changeRequestId"]
    await shop.wire.ok("close-change-request", changeRequestId=closed)
    await publish(shop, setting, True)

    async def found(*query: tuple[str, str]) -> list[int]:
        listed = await shop.wire.ok(
            "get-change-requests", query=query, productId=shop.product
        )
        return [one["changeRequestId"] for one in listed["changeRequests"]["data"]]

    status = "changeRequestStatusFilter"
    assert await found() == [closed, scheduled, plain]
    assert await found(("settingId", str(setting))) == [plain]
    assert await found((status, "closed")) == [closed]
    assert await found((status, "open"), (status, "applied")) == [scheduled, plain]
    assert await found(("scheduleFilter", "scheduled")) == [scheduled]
    assert await found(("needsAttentionFilter", "needsAttention")) == [plain]
    assert await found(("approveRequiredFilter", "approveRequired")) == []
    assert await found(("environmentId", shop.live)) == []
    assert await found(("pageSize", "2"), ("pageNumber", "2")) == [plain]
    assert await found(("pageNumber", "9")) == []


async def test_proposals_count_as_uses(shop: Shop) -> None:
    setting = await shop.setting(
        "text",
        "string",
        predefinedVariations=[{"value": {"stringValue": one}} for one in ("a", "b")],
    )
    shown = await shop.wire.ok("get-predefined-variations", settingId=setting)
    second = shown["predefinedVariations"][1]
    body = {
        "title": "B",
        "proposedChanges": [
            {
                "proposedChange": {
                    "settingId": setting,
                    "defaultValue": {
                        "predefinedVariationId": second["predefinedVariationId"]
                    },
                }
            }
        ],
    }
    place = {"configId": shop.v2, "environmentId": shop.test}
    made = await shop.wire.ok("create-change-request", body, **place)
    shown = await shop.wire.ok("get-predefined-variations", settingId=setting)
    (usage,) = shown["predefinedVariations"][1]["changeRequestUsages"]
    assert usage["changeRequestId"] == made["changeRequestId"]
    kept = {"predefinedVariations": [shown["predefinedVariations"][0]]}
    refused = await shop.wire.refused(
        "update-predefined-variations",
        {
            "predefinedVariations": [
                {
                    "predefinedVariationId": one["predefinedVariationId"],
                    "value": {"stringValue": "a"},
                }
                for one in kept["predefinedVariations"]
            ]
        },
        settingId=setting,
    )
    assert "in use" in refused["predefinedVariations"]


async def test_a_deleted_environment_takes_its_requests_along(shop: Shop) -> None:
    number = (await create(shop, await shop.setting()))["changeRequestId"]
    await shop.wire.ok("delete-environment", environmentId=shop.test)
    status = await shop.wire.status("get-change-request", changeRequestId=number)
    assert status == 404


async def test_requests_survive_a_kill_and_a_restart(
    tmp_path: Path, clock: Clock
) -> None:
    path = tmp_path / "state.json"

    def attached() -> Emulator:
        emulator = Emulator(rate_policy=None, password="pw", clock=clock)
        emulator.attach(path)
        return emulator

    emulator = attached()
    async with emulator, aiohttp.ClientSession() as session:
        shop = await open_shop(Wire(emulator, session))
        setting, other = await shop.setting(), await shop.setting("other")
        await require_approval(shop)
        number = (await create(shop, setting, other))["changeRequestId"]
        ben = await approver(shop)
        await ben.ok("approve-change-request", changeRequestId=number)
        await ben.ok(
            "add-change-request-comment", {"body": "fine"}, changeRequestId=number
        )
        await publish(shop, setting, True, bypassApproval="true")
        later = (clock.now + timedelta(hours=1)).isoformat()
        await create(shop, other, applyAt=later, bypassApproval=True)
        clock.now += timedelta(hours=2)
        # It is applied by a request that the journal does not hold.
        assert (await shop.formula(other))["defaultValue"]["boolValue"] is True
        await publish(shop, setting, False, bypassApproval="true")
        assert len(emulator.state.change_requests) == 2
        before = Contents(emulator.state)
    journal = vars(emulator)["_journal"]
    journal.close()

    replayed = attached()
    assert Contents(replayed.state) == before
    replayed.save(path)
    vars(replayed)["_journal"].close()
    assert Contents(attached().state) == before
