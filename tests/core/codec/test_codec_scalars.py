"""Tests of how UUIDs and times are read, and written where that is special."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from configcat_mgmt.core.codec.decode import decode, from_json
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.models import SettingType

ID = "08d86d63-2721-4da6-8c06-584521d516bc"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def problems_of(data: object, kind: object) -> list[str]:
    with pytest.raises(InvalidData) as caught:
        decode(data, kind)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-04T10:11:12Z", utc(2026, 5, 4, 10, 11, 12)),
        ("2026-05-04T10:11:12", utc(2026, 5, 4, 10, 11, 12)),
        ("2026-05-04T10:11:12.5Z", utc(2026, 5, 4, 10, 11, 12, 500_000)),
        ("2026-05-04T10:11:12.1234567Z", utc(2026, 5, 4, 10, 11, 12, 123_456)),
        ("2026-05-04T10:11:12.123456789Z", utc(2026, 5, 4, 10, 11, 12, 123_456)),
        ("2026-05-04T10:11:12+02:30", utc(2026, 5, 4, 7, 41, 12)),
        (
            "2026-05-04T10:11:12.1234567-01:00",
            utc(2026, 5, 4, 11, 11, 12, 123_456),
        ),
        ("2026-05-04t10:11:12z", utc(2026, 5, 4, 10, 11, 12)),
        ("2026-05-04 10:11:12.1234567Z", utc(2026, 5, 4, 10, 11, 12, 123_456)),
        ("2026-05-04 10:11:12+0200", utc(2026, 5, 4, 8, 11, 12)),
        ("0001-01-01T00:00:00", utc(1, 1, 1)),
        ("9999-12-31T23:59:59.9999999Z", utc(9999, 12, 31, 23, 59, 59, 999_999)),
    ],
)
def test_times_are_read_as_aware_times_to_the_microsecond(
    text: str,
    expected: datetime,
) -> None:
    value = from_json(text, datetime)
    assert value == expected
    assert value.utcoffset() is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-05-04",
        "10:11:12",
        "1746353472",
        "2026-13-04T10:11:12Z",
        "2026-05-04T25:11:12Z",
        "2026-05-04T10",
        "2026-05-04T10:11Z",
        "2026-05-04T10:11:12?",
        "2026-05-04T10:11:12+25:00",
    ],
)
def test_what_is_no_time_is_a_problem(text: str) -> None:
    assert "expected a date-time" in problems_of(text, datetime)[0]


def test_scalars_alone_and_in_lists_must_be_text_where_they_are_text() -> None:
    assert problems_of(5, datetime) == [
        "expected a date-time as text, got a whole number @ $"
    ]
    assert problems_of([5], list[UUID]) == [
        "expected a UUID as text, got a whole number @ $[0]"
    ]
    assert problems_of([5], list[SettingType]) == [
        "expected text, got a whole number @ $[0]"
    ]
    assert problems_of([5], list[str]) == ["expected text, got a whole number @ $[0]"]


def test_an_early_time_far_from_utc_is_written_with_its_offset() -> None:
    zone = timezone(timedelta(hours=5))
    value = datetime(1, 1, 1, tzinfo=zone)
    assert to_json(value) == "0001-01-01T00:00:00+05:00"
    assert from_json("0001-01-01T00:00:00+05:00", datetime) == value


@pytest.mark.parametrize(
    "text",
    ["", "08d86d63", ID[:-1], ID + "0", ID.replace("d", "x"), "é" * 32],
)
def test_what_is_no_uuid_is_a_problem(text: str) -> None:
    assert "expected a UUID" in problems_of(text, UUID)[0]


@pytest.mark.parametrize("text", [ID.upper(), ID.replace("-", ""), "{" + ID + "}"])
def test_a_uuid_may_come_in_other_forms(text: str) -> None:
    value = from_json(text, UUID)
    assert (value, hash(value), str(value)) == (UUID(ID), hash(UUID(ID)), ID)
    assert repr(value.is_safe) == repr(UUID(ID).is_safe)
