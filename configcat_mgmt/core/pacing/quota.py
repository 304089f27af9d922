"""Reads the rate limit headers of the service, which may be wrong or missing.

`X-Rate-Limit-Remaining` and `X-Rate-Limit-Reset` come with answers, `Retry-After` with
429. Their form is not documented. Names and wording match the ASP.NET Core package
AspNetCoreRateLimit, which writes an ISO 8601 time with seven decimals as `Reset` and
whole seconds as `Retry-After`; other usual forms are read as well, and everything else
counts as absent. No header makes a function of this module raise.

Times are taken against the answer's own `Date`, never against the local clock, which
may be wrong.

Source: https://configcat.com/docs/advanced/public-api/ (throttling and rate limits).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs

_WHOLE: Final = re.compile(r"[0-9]{1,12}")
_SECONDS: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_ISO_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{1,7}))?(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2}))?",
)
_HTTP_DATE: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT",
)
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
_LONGEST_SECONDS_LEFT: Final = 10**8
"""A number below is seconds left (three years), from ten times that on a date."""
_LAST_EPOCH_SECOND: Final = 253_402_300_799
"""The end of the year 9999, the last that `datetime` can hold."""


@attrs.frozen
class QuotaHeaders:
    """The rate limit headers of a response; None where a header is unusable."""

    remaining: int | None = None
    """Calls left in the service's longest window, from 0 on."""
    reset_in_seconds: float | None = None
    """Seconds from the answer to the end of that window, from 0 to one window."""
    reset_at: datetime | None = None
    """The same as a time of the service's clock, aware, UTC."""
    retry_after_seconds: float | None = None
    """Seconds that the service asks to wait, from 0 on, not clamped."""


_NOTHING: Final = QuotaHeaders()


def read_quota_headers(
    headers: Mapping[str, str],
    window_seconds: float = 60.0,
) -> QuotaHeaders:
    """Read the quota headers of an answer.

    Args:
        headers: Looked up by their usual spelling, so either spelled that way or in a
            mapping that ignores case; of a doubled header the first one counts.
        window_seconds: Length of the longest window; `reset_in_seconds` is never more.
    """
    remaining = headers.get("X-Rate-Limit-Remaining")
    reset = headers.get("X-Rate-Limit-Reset")
    retry_after = headers.get("Retry-After")
    if remaining is None and reset is None and retry_after is None:
        return _NOTHING
    date = http_date(headers.get("Date"))
    reset_in, reset_at = _read_reset(reset, date)
    if reset_in is not None:
        reset_in = min(max(reset_in, 0.0), window_seconds)
    return QuotaHeaders(
        remaining=_read_count(remaining),
        reset_in_seconds=reset_in,
        reset_at=reset_at,
        retry_after_seconds=_read_retry_after(retry_after, date),
    )


def http_date(text: str | None) -> datetime | None:
    """Read a date such as `Sun, 06 Nov 1994 08:49:37 GMT`; None if it is none.

    Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 (IMF-fixdate).
    """
    match = _HTTP_DATE.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    day, month, *rest = match.groups()
    year, hour, minute, second = map(int, rest)
    return _utc(
        year, _MONTHS.index(str(month)) // 3 + 1, int(day), hour, minute, second
    )


def _read_count(text: str | None) -> int | None:
    if text is None or _WHOLE.fullmatch(text.strip()) is None:
        return None
    return int(text)


def _read_retry_after(text: str | None, date: datetime | None) -> float | None:
    if text is None:
        return None
    if _SECONDS.fullmatch(text.strip()):
        return float(text)
    until = http_date(text)
    if until is None or date is None or until < date:
        return None
    return (until - date).total_seconds()


def _read_reset(
    text: str | None,
    date: datetime | None,
) -> tuple[float | None, datetime | None]:
    """Return seconds left and time, each as far as it can be known."""
    if text is None:
        return None, None
    if _SECONDS.fullmatch(text.strip()):
        number = float(text)
        if number < _LONGEST_SECONDS_LEFT:
            return number, _later(date, number)
        if not 10 * _LONGEST_SECONDS_LEFT <= number <= _LAST_EPOCH_SECOND:
            return None, None
        time = datetime.fromtimestamp(number, UTC)
    else:
        found = _iso_time(text)
        if found is None:
            return None, None
        time = found
    left = None if date is None else (time - date).total_seconds()
    return left, time


def _later(date: datetime | None, seconds: float) -> datetime | None:
    try:
        return None if date is None else date + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _iso_time(text: str) -> datetime | None:
    """Read an ISO 8601 time with up to seven decimals; without a zone it is UTC."""
    match = _ISO_TIME.fullmatch(text.strip())
    if match is None:
        return None
    *date_and_time, fraction, sign, zone_hours, zone_minutes = match.groups()
    time = _utc(*map(int, date_and_time))
    if time is None:
        return None
    # Seven decimals are tenths of a microsecond, one more than datetime keeps.
    microseconds = int((fraction or "").ljust(6, "0")[:6])
    offset = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
    try:
        return (
            time
            + timedelta(microseconds=microseconds)
            - (-offset if sign == "-" else offset)
        )
    except OverflowError:
        return None


def _utc(*parts: int) -> datetime | None:
    year, month, day, hour, minute, second = parts
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
