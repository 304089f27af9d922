"""Query and header values, as clients of all kinds write them."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from configcat_mgmt.api.model_index import AuditLogType
from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.server.arguments import ArgumentReader

ID = "11111111-2222-4333-8444-555555555555"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def read(operation: str, query: str = "", **headers: str) -> dict[str, Any]:
    return ArgumentReader(OPERATIONS[operation]).read({}, query, headers)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04T12:00:00Z",
        "2026-05-04T12:00:00.0000000Z",
        "2026-05-04T14:00:00+02:00",
        quote("2026-05-04T14:00:00+02:00"),
        "2026-05-04T12:00:00",
    ],
)
def test_times_are_read_as_utc(text: str) -> None:
    found = read("get-auditlogs", f"fromUtcDateTime={text}")
    assert found == {"from_utc_date_time": NOON}
    assert found["from_utc_date_time"].tzinfo is UTC


def test_a_day_is_its_first_moment() -> None:
    found = read("get-auditlogs", "toUtcDateTime=2026-05-04")
    assert found == {"to_utc_date_time": NOON.replace(hour=0)}


@pytest.mark.parametrize(
    "text", ["x", "2026", "2026-13-01", "0001-01-01T00:00:00%2B14:00", "12:00", "5"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read("get-auditlogs", f"fromUtcDateTime={text}")
    assert list(caught.value.messages) == ["fromUtcDateTime"]


def test_names_match_in_any_case_and_the_first_value_counts() -> None:
    found = read("get-auditlogs", f"CONFIGID={ID}&configId=other")
    assert found == {"config_id": UUID(ID)}


def test_lists_are_repeated_names() -> None:
    query = "ignoredTagIds=1&ignoredTagIds=2&ignoredtagids=3"
    assert read("get-staleflags", query) == {"ignored_tag_ids": [1, 2, 3]}


def test_empty_and_unknown_values_are_as_if_not_there() -> None:
    assert read("get-auditlogs", "configId=&unknown=1&&=&auditLogType") == {}
    assert read("replace-setting-value-v2", "reason=") == {}


def test_enums_match_in_any_case() -> None:
    found = read("get-auditlogs", "auditLogType=TAGADDED")
    assert found == {"audit_log_type": AuditLogType.TAG_ADDED}


def test_texts_are_decoded_once() -> None:
    found = read("replace-setting-value-v2", "reason=a%2520b+c%26%C5%82")
    assert found == {"reason": "a%20b c&ł"}


def test_headers_are_read_by_name() -> None:
    headers = {"X-CONFIGCAT-SDKKEY": "a/b"}
    operation = "get-setting-value-by-sdkkey"
    assert read(operation, **headers) == {"sdk_key": "a/b"}
    with pytest.raises(Refused, match="X-CONFIGCAT-SDKKEY is required"):
        read(operation)
