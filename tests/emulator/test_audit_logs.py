"""Tests of paged audit logs, and of the old operations that lead to them."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import aiohttp
import pytest

from configcat_mgmt import ManagementClient, Options
from configcat_mgmt.emulator import Emulator, OldAuditLogs
from tests.emulator.shop import Shop, open_shop
from tests.emulator.wire import Wire


async def test_pages_hold_everything_once_and_newest_first(shop: Shop) -> None:
    for number in range(3):
        await shop.setting(f"flag{number}")
    whole = await shop.wire.ok("get-auditlogs-v2", productId=shop.product)
    assert whole["paging"]["pageSize"] == 100
    ids = [one["auditLogId"] for one in whole["data"]]
    assert ids == sorted(ids, reverse=True)
    found: list[int] = []
    number = 1
    while True:
        query = {"pageNumber": number, "pageSize": 3}
        page = await shop.wire.ok(
            "get-auditlogs-v2", query=query, productId=shop.product
        )
        found += [one["auditLogId"] for one in page["data"]]
        assert page["paging"]["totalCount"] == len(ids)
        assert page["paging"]["hasPrevious"] is (number > 1)
        if not page["paging"]["hasNext"]:
            break
        number += 1
    assert found == ids
    assert number == page["paging"]["totalPages"] == -(-len(ids) // 3)
    beyond = {"pageNumber": number + 1, "pageSize": 3}
    page = await shop.wire.ok("get-auditlogs-v2", query=beyond, productId=shop.product)
    assert (page["data"], page["paging"]["hasNext"]) == ([], False)


@pytest.mark.parametrize(
    ("field", "value"), [("pageSize", 0), ("pageSize", 101), ("pageNumber", 0)]
)
async def test_a_page_out_of_range_is_refused(
    shop: Shop, field: str, value: int
) -> None:
    found = await shop.wire.refused(
        "get-organization-auditlogs-v2",
        query={field: value},
        organizationId=shop.organization,
    )
    assert list(found) == [field]


async def test_a_span_is_as_long_as_any_but_not_backward(shop: Shop) -> None:
    now = datetime.now(UTC)
    query = {"fromUtcDateTime": (now - timedelta(days=4000)).isoformat()}
    path = {"organizationId": shop.organization}
    operation = "get-organization-auditlogs-v2"
    assert (await shop.wire.ok(operation, query=query, **path))["data"]
    query = {"toUtcDateTime": (now - timedelta(days=4000)).isoformat()}
    assert (await shop.wire.ok(operation, query=query, **path))["data"] == []
    query["fromUtcDateTime"] = now.isoformat()
    assert list(await shop.wire.refused(operation, query=query, **path)) == [
        "fromUtcDateTime"
    ]


@pytest.mark.parametrize("way", get_args(OldAuditLogs))
async def test_a_client_reads_the_old_logs_in_whichever_way_they_are_served(
    way: OldAuditLogs,
) -> None:
    with Emulator(rate_policy=None, old_audit_logs=way) as emulator:
        async with aiohttp.ClientSession() as session:
            shop = await open_shop(Wire(emulator, session))
        options = Options(limits=None)
        with ManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=options,
        ) as client:
            since: dict[str, Any] = {"config_id": shop.v2}
            logs = client.audit_logs
            product = logs.get_auditlogs(shop.product, **since)
            organization = logs.get_organization_auditlogs(shop.organization, **since)
        assert [one.audit_log_type_enum for one in product] == ["configCreated"]
        assert product == organization
    redirects = {"302", "307"}
    assert emulator.counts.calls["get-auditlogs-v2"] == (way in redirects)
