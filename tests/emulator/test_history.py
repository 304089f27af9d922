"""Audit log, stale flags and deleted settings."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import attrs
import pytest

from configcat_mgmt.emulator import Emulator
from tests.emulator.shop import Shop, open_shop
from tests.emulator.wire import Wire
from tests.schema import Json

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@attrs.define
class Clock:
    """A clock that the tests turn."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def old_shop(clock: Clock, session: aiohttp.ClientSession) -> AsyncIterator[Shop]:
    async with Emulator(
        clock=clock, rate_policy=None, old_audit_logs="list"
    ) as emulator:
        yield await open_shop(Wire(emulator, session))


async def log(shop: Shop, **query: Json) -> list[Json]:
    found: list[Json] = await shop.wire.ok(
        "get-auditlogs", productId=shop.product, query=query
    )
    return found


async def test_what_was_done_is_told_newest_first(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting("flag")
    await wire.ok(
        "replace-setting-value-v2",
        {"defaultValue": {"boolValue": True}},
        environmentId=shop.test,
        settingId=flag,
        query={"reason": "spring"},
    )
    await wire.ok("delete-setting", settingId=flag)
    entries = await log(shop)
    kinds = [entry["auditLogTypeEnum"] for entry in entries]
    assert kinds[:3] == ["settingDeleted", "settingValueChanged", "settingCreated"]
    assert kinds[-1] == "productCreated"
    value = entries[1]
    assert value["why"] == "spring"
    assert value["userEmail"] == "admin@example.com"
    assert value["where"] == "Shop / Config v2 / Test"
    assert value["actionTarget"] == "flag"
    assert value["truncated"] is False
    assert len({entry["auditLogId"] for entry in entries}) == len(entries)
    wide = await wire.ok("get-organization-auditlogs", organizationId=shop.organization)
    assert wide == entries


async def test_the_log_can_be_narrowed(shop: Shop) -> None:
    flag = await shop.setting("flag")
    for environment in (shop.test, shop.live):
        await shop.wire.ok(
            "replace-setting-value-v2",
            {"defaultValue": {"boolValue": True}},
            environmentId=environment,
            settingId=flag,
        )
    found = await log(shop, environmentId=shop.live)
    kinds = [entry["auditLogTypeEnum"] for entry in found]
    assert kinds == ["settingValueChanged", "environmentCreated"]
    assert len(await log(shop, configId=shop.v2)) == 4
    assert len(await log(shop, configId=shop.v2, environmentId=shop.live)) == 1
    assert len(await log(shop, auditLogType="configCreated")) == 2
    wide = await shop.wire.ok(
        "get-organization-auditlogs",
        organizationId=shop.organization,
        query={"productId": shop.product, "auditLogType": "productCreated"},
    )
    assert len(wide) == 1


async def test_the_log_covers_a_week_unless_it_is_told(
    old_shop: Shop, clock: Clock
) -> None:
    first = len(await log(old_shop))
    clock.turn(days=7)
    assert len(await log(old_shop)) == first
    clock.turn(seconds=1)
    assert await log(old_shop) == []
    await old_shop.setting("late")
    found = await log(old_shop)
    assert [entry["auditLogTypeEnum"] for entry in found] == ["settingCreated"]
    since = START.isoformat()
    assert len(await log(old_shop, fromUtcDateTime=since)) == first + 1
    until = "2026-03-01T12:00:00.0000000Z"
    assert len(await log(old_shop, toUtcDateTime=until)) == first
    span = {
        "fromUtcDateTime": "2026-03-02T00:00:00Z",
        "toUtcDateTime": "2026-03-31T23:59:59+02:00",
    }
    assert len(await log(old_shop, **span)) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"fromUtcDateTime": "yesterday"}, "fromUtcDateTime"),
        ({"toUtcDateTime": "0001-01-01T00:00:00+14:00"}, "toUtcDateTime"),
        ({"auditLogType": "somethingElse"}, "auditLogType"),
        ({"configId": "5"}, "configId"),
        (
            {"fromUtcDateTime": "2026-01-01", "toUtcDateTime": "2026-02-01"},
            "fromUtcDateTime",
        ),
        (
            {"fromUtcDateTime": "2026-02-01", "toUtcDateTime": "2026-01-01"},
            "fromUtcDateTime",
        ),
    ],
)
async def test_filters_that_do_not_fit_are_refused(
    shop: Shop, query: dict[str, str], field: str
) -> None:
    messages = await shop.wire.refused(
        "get-auditlogs", productId=shop.product, query=query
    )
    assert list(messages) == [field]


async def test_the_ends_of_time_are_no_trouble(shop: Shop) -> None:
    query = {"toUtcDateTime": "0001-01-01T00:00:00Z"}
    assert await log(shop, **query) == []
    query = {
        "fromUtcDateTime": "9999-12-31T00:00:00Z",
        "toUtcDateTime": "9999-12-31T23:59:59Z",
    }
    assert await log(shop, **query) == []


async def test_deleted_settings_are_forgotten_after_180_days(
    old_shop: Shop, clock: Clock
) -> None:
    for key in ("first", "second"):
        flag = await old_shop.setting(key)
        await old_shop.wire.ok("delete-setting", settingId=flag)
        clock.turn(days=100)
    found = await old_shop.wire.ok("get-deleted-settings", configId=old_shop.v2)
    assert [one["key"] for one in found] == ["second"]


async def stale(shop: Shop, query: Json = ()) -> dict[str, set[str]]:
    """Return the keys of the stale settings by config."""
    answer = await shop.wire.ok("get-staleflags", productId=shop.product, query=query)
    return {
        config["name"]: {setting["key"] for setting in config["settings"]}
        for config in answer["configs"]
    }


async def test_settings_become_stale_with_time(old_shop: Shop, clock: Clock) -> None:
    wire = old_shop.wire
    tag = await wire.ok("create-tag", {"name": "t"}, productId=old_shop.product)
    await old_shop.setting("idle", config=old_shop.v1, tags=[tag["tagId"]])
    used = await old_shop.setting("used")
    clock.turn(days=31)
    await wire.ok(
        "replace-setting-value-v2",
        {"defaultValue": {"boolValue": True}},
        environmentId=old_shop.live,
        settingId=used,
    )
    await old_shop.setting("new")
    both = {"Config v1": {"idle"}, "Config v2": {"used"}}
    assert await stale(old_shop) == both
    any_or_all = "staleFlagStaleInEnvironmentsType"
    assert await stale(old_shop, {any_or_all: "staleInAnyEnvironments"}) == both
    idle = {"Config v1": {"idle"}}
    assert await stale(old_shop, {any_or_all: "staleInAllEnvironments"}) == idle
    assert await stale(old_shop, {"ignoredEnvironmentIds": old_shop.test}) == idle
    ignored = [("ignoredEnvironmentIds", one) for one in (old_shop.test, old_shop.live)]
    assert await stale(old_shop, ignored) == {}
    no_tag = {"Config v2": {"used"}}
    assert await stale(old_shop, {"ignoredTagIds": tag["tagId"]}) == no_tag
    assert await stale(old_shop, {"staleFlagAgeDays": 40}) == {}
    assert await stale(old_shop, {"scope": "all"}) == both
    assert await stale(old_shop, {"scope": "watchedByMe"}) == {}


async def test_stale_flags_tell_when_they_were_touched(
    old_shop: Shop, clock: Clock
) -> None:
    flag = await old_shop.setting("flag")
    await old_shop.wire.ok(
        "replace-setting-value-v2",
        {"defaultValue": {"boolValue": True}},
        environmentId=old_shop.live,
        settingId=flag,
    )
    clock.turn(days=40)
    answer = await old_shop.wire.ok("get-staleflags", productId=old_shop.product)
    (config,) = answer["configs"]
    (setting,) = config["settings"]
    values = {
        one["environmentId"]: (one["updatedAt"], one["isStale"])
        for one in setting["settingValues"]
    }
    assert values == {
        old_shop.test: (None, True),
        old_shop.live: ("2026-03-01T12:00:00Z", True),
    }
    assert (config["hasCodeReferences"], setting["hasCodeReferences"]) == (False, False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("staleFlagAgeDays", "6"),
        ("staleFlagAgeDays", "91"),
        ("staleFlagAgeDays", "x"),
        ("scope", "mine"),
        ("ignoredTagIds", "x"),
        ("ignoredEnvironmentIds", "x"),
    ],
)
async def test_parameters_of_stale_flags_are_checked(
    shop: Shop, name: str, value: str
) -> None:
    messages = await shop.wire.refused(
        "get-staleflags", productId=shop.product, query={name: value}
    )
    assert list(messages) == [name]
