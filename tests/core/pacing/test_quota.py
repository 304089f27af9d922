from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.core.pacing.quota import QuotaHeaders, http_date, read_quota_headers

NOON = "Thu, 29 Feb 2024 12:00:00 GMT"
AT_NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def read(**headers: str) -> QuotaHeaders:
    names = {
        "remaining": "X-Rate-Limit-Remaining",
        "reset": "X-Rate-Limit-Reset",
        "retry_after": "Retry-After",
        "date": "Date",
    }
    return read_quota_headers({names[name]: text for name, text in headers.items()})


def test_an_answer_without_quota_headers_says_nothing() -> None:
    assert read(date=NOON) == QuotaHeaders()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 3.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("2.5", 2.5),
        ("0.000000001", 1e-9),
        ("86400", 86400.0),
        ("Thu, 29 Feb 2024 12:00:37 GMT", 37.0),
        ("Thu, 29 Feb 2024 12:00:00 GMT", 0.0),
        ("Fri, 01 Mar 2024 00:00:00 GMT", 43200.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_against_the_answers_own(
    text: str,
    seconds: float,
) -> None:
    assert read(retry_after=text, date=NOON).retry_after_seconds == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "-0.5",
        "+3",
        "1e9",
        "inf",
        "nan",
        "NaN",
        "1_0",
        "0x10",
        ".5",
        "5.",
        "1,5",
        "3, 5",
        "3 s",
        "\u0663",
        "\uff13",
        "\u00b2",
        "9" * 5000,
        "9" * 13,
        "soon",
        "Thu, 29 Feb 2024 11:59:59 GMT",
        "Thu, 29 Feb 2024 12:00:37",
        "Thu, 29 Feb 2024 12:00:37 CET",
        "Thu, 29 Feb 2024 12:00:37 +0100",
        "Thu, 30 Feb 2024 12:00:37 GMT",
        "Thu, 29 Feb 2024 25:00:37 GMT",
        "Zun, 29 Feb 2024 12:00:37 GMT",
        "Thu, 29 Feb 100000 12:00:37 GMT",
        "Thu, 29 Feb 0000 12:00:37 GMT",
        "Thursday, 29-Feb-24 12:00:37 GMT",
        "2024-02-29T12:00:37Z",
        "\x003",
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_any_other_retry_after_is_as_if_absent(text: str) -> None:
    assert read(retry_after=text, date=NOON).retry_after_seconds is None


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 29 Feb 2024 12:00:00"])
def test_a_date_to_retry_after_is_of_no_use_without_the_answers_own(date: str) -> None:
    asked = "Thu, 29 Feb 2024 12:00:37 GMT"

    assert read(retry_after=asked, date=date).retry_after_seconds is None
    assert read(retry_after=asked).retry_after_seconds is None


@pytest.mark.parametrize(
    ("text", "count"),
    [("0", 0), ("17", 17), ("499", 499), ("999999999999", 999_999_999_999)],
)
def test_remaining_is_a_whole_number(text: str, count: int) -> None:
    assert read(remaining=text).remaining == count


@pytest.mark.parametrize("text", ["-1", "3.0", "many", "", "1" + "0" * 30, "\uff11"])
def test_any_other_remaining_is_as_if_absent(text: str) -> None:
    assert read(remaining=text).remaining is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-02-29T12:00:30.0000000Z", 30.0),
        ("2024-02-29T12:00:30.1234567Z", 30.123456),
        ("2024-02-29T12:00:30.5Z", 30.5),
        ("2024-02-29t12:00:30z", 30.0),
        ("2024-02-29 12:00:30", 30.0),
        ("2024-02-29T13:00:30+01:00", 30.0),
        ("2024-02-29T11:30:30-0030", 30.0),
        ("1709208030", 30.0),
        ("1709208030.25", 30.25),
        ("30", 30.0),
        ("12.5", 12.5),
    ],
)
def test_reset_is_a_time_with_up_to_seven_decimals_an_epoch_or_seconds_left(
    text: str,
    seconds: float,
) -> None:
    quota = read(reset=text, date=NOON)

    assert quota.reset_in_seconds == pytest.approx(seconds, abs=1e-6)
    assert quota.reset_at is not None
    assert quota.reset_at - AT_NOON == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-02-29T11:00:00Z", 0.0),
        ("2034-02-28T12:00:00Z", 60.0),
        ("3600", 60.0),
        ("1009208030", 0.0),
        ("253402300799", 60.0),
    ],
)
def test_reset_is_clamped_to_one_window(text: str, seconds: float) -> None:
    assert read(reset=text, date=NOON).reset_in_seconds == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-5",
        "1e3",
        "500000000",
        "253402300800",
        "999999999999",
        "2024-02-30T12:00:00Z",
        "2024-02-29T12:00:30.12345678Z",
        "2024-02-29T12:00",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "0000-01-01T00:00:00Z",
        "2024-02-29T12:00:30+1",
        "\u0662\u0660\u0662\u0664-02-29T12:00:30Z",
    ],
    ids=ascii,
)
def test_any_other_reset_is_as_if_absent(text: str) -> None:
    quota = read(reset=text, date=NOON, remaining="5")

    assert quota == QuotaHeaders(remaining=5)


def test_without_a_date_only_seconds_left_can_be_counted_down() -> None:
    assert read(reset="30") == QuotaHeaders(reset_in_seconds=30.0)
    time = read(reset="2024-02-29T12:00:30Z")
    assert time.reset_in_seconds is None
    assert time.reset_at == AT_NOON + timedelta(seconds=30)


def test_seconds_left_beyond_the_calendar_have_no_time() -> None:
    quota = read(reset="99999999", date="Fri, 31 Dec 9999 23:59:59 GMT")

    assert quota == QuotaHeaders(reset_in_seconds=60.0)


def test_the_window_to_clamp_to_is_that_of_the_longest_limit() -> None:
    headers = {"X-Rate-Limit-Reset": "100"}

    assert read_quota_headers(headers, 3600.0).reset_in_seconds == 100.0


def test_an_http_date_is_read_as_utc() -> None:
    assert http_date(NOON) == AT_NOON
    assert http_date(None) is None


texts = st.text(max_size=40) | st.from_regex(
    r"[0-9+\-.: eTZ]{0,30}",
    fullmatch=True,
)


@given(texts, texts, texts, texts | st.just(NOON))
def test_no_header_makes_the_reader_raise_or_leave_its_ranges(
    remaining: str,
    reset: str,
    retry_after: str,
    date: str,
) -> None:
    quota = read(remaining=remaining, reset=reset, retry_after=retry_after, date=date)

    assert quota.remaining is None or quota.remaining >= 0
    assert quota.reset_in_seconds is None or 0 <= quota.reset_in_seconds <= 60
    assert quota.retry_after_seconds is None or 0 <= quota.retry_after_seconds < 1e12
