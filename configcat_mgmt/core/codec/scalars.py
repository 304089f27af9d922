"""UUIDs, times and numbers between their JSON form and Python, made to be fast."""

import re
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import UUID, SafeUUID

__all__ = [
    "DATE_TIME",
    "INTEGER_RANGES",
    "UUID_TEXT",
    "format_datetime",
    "is_finite",
    "known_uuids",
    "parse_datetime",
    "parse_uuid",
]

UUID_TEXT: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""The one form of a UUID that the description of the API allows."""

DATE_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))?"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
"""Date, time, digits of the fraction and offset of a date-time, the last two optional.
"""

INTEGER_RANGES: Final = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}

_SHORTEST_TIME: Final = len("2026-05-04T10:00:00")
_KNOWN_LIMIT: Final = 2048
_HEX_DIGITS: Final = 32
_blank_uuid: Final = partial(object.__new__, UUID)
_set: Final = object.__setattr__
_MICROSECOND_DIGITS: Final = 6

known_uuids: Final[dict[str, UUID]] = {}
"""UUIDs by their text, as read before; the ids of a product or an environment stand in
an answer a thousand times. Emptied when it is full."""


def parse_uuid(text: str) -> UUID:
    """Read a UUID in any form that `uuid.UUID` knows, and remember it.

    Raises:
        ValueError: It is none.
    """
    digits = text.replace("-", "")
    if len(digits) == _HEX_DIGITS:
        # What UUID does with the same text, in half the time.
        value = _blank_uuid()
        _set(value, "int", int(digits, 16))
        _set(value, "is_safe", SafeUUID.unknown)
    else:
        value = UUID(text)
    if len(known_uuids) >= _KNOWN_LIMIT:
        known_uuids.clear()
    known_uuids[text] = value
    return value


def parse_datetime(text: str) -> datetime:
    """Read a date-time; digits beyond microseconds are cut off.

    The service writes seven digits and `Z`. A time without an offset counts as UTC, so
    that every time that the package gives out is aware.

    Raises:
        ValueError: It is none.
    """
    if text[10:11] == "T" and len(text) >= _SHORTEST_TIME:
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            return _parse_datetime(text)
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return _parse_datetime(text)


def _parse_datetime(text: str) -> datetime:
    match = DATE_TIME.fullmatch(text)
    if match is None:
        message = "not a date-time"
        raise ValueError(message)
    day, time, fraction, offset = match.groups()
    micro = (fraction or "")[:_MICROSECOND_DIGITS].ljust(_MICROSECOND_DIGITS, "0")
    if offset in {None, "Z", "z"}:
        offset = "+00:00"
    hours, minutes = offset[:3], offset[3:].removeprefix(":") or "00"
    return datetime.fromisoformat(f"{day}T{time}.{micro}{hours}:{minutes}")


def format_datetime(value: datetime) -> str:
    """Write an aware time as ISO 8601 in UTC, such as `2026-05-04T10:00:00Z`.

    Raises:
        ValueError: The time is naive, so it is unknown which moment it means.
    """
    if value.utcoffset() is None:
        message = "a time must have a time zone, such as datetime.timezone.utc"
        raise ValueError(message)
    try:
        text = value.astimezone(UTC).isoformat()
    except OverflowError:  # within hours of the first or the last possible moment
        return value.isoformat()
    return text.removesuffix("+00:00") + "Z"


def is_finite(number: float) -> bool:
    """Whether a number is neither NaN nor infinite, nor too large for a double."""
    try:
        difference = float(number)
    except OverflowError:
        return False
    return difference - difference == 0.0
