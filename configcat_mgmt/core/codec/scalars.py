"""Hooks that convert single values: text, numbers, UUIDs and times."""

import re
from binascii import a2b_hex
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Final
from uuid import UUID, SafeUUID

from configcat_mgmt.core.codec.problems import Hook, Unfit, excerpt, unfit
from configcat_mgmt.enums import OpenEnum

UUID_TEXT: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""The only form of a UUID that the API description allows."""

DATE_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
"""A date-time with or without an offset."""

INTEGER_RANGES: Final = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
"""Least and greatest number of each integer format."""

NOT_A_UUID: Final = "expected a UUID, such as 08d86d63-2721-4da6-8c06-584521d516bc"
NOT_A_TIME: Final = "expected a date-time with an offset, such as 2026-05-04T10:00:00Z"

_SHOWN_MEMBERS: Final = 6
_UUID_LENGTH: Final = len("08d86d63-2721-4da6-8c06-584521d516bc")
_TIME_LENGTH: Final = len("2026-05-04T10:00:00Z")
# The slots of UUID: its `__setattr__` refuses, and its `__init__` takes twice as long.
_set_number: Final = vars(UUID)["int"].__set__
_set_safety: Final = vars(UUID)["is_safe"].__set__
_unknown: Final = SafeUUID.unknown


def format_datetime(value: object) -> str:
    """Write an aware time as ISO 8601 in UTC, such as `2026-05-04T10:00:00Z`.

    Raises:
        ValueError: The time is naive, so the moment it means is unknown.
    """
    if not isinstance(value, datetime):
        raise unfit("a datetime", value)
    if value.utcoffset() is None:
        message = "a time must have a time zone, such as datetime.timezone.utc"
        raise Unfit(message)
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


def read_text(data: object) -> str:
    """Accept text."""
    if isinstance(data, str):
        return data
    raise unfit("text", data)


def read_boolean(data: object) -> bool:
    """Accept true and false, and no numbers."""
    if isinstance(data, bool):
        return data
    raise unfit("a boolean", data)


def whole_number(data: object) -> int:
    """Accept a whole number of any size, in reading and writing."""
    if isinstance(data, int) and not isinstance(data, bool):
        return int(data)
    raise unfit("a whole number", data)


def read_integer(data: object) -> int:
    """Accept a whole number of any size, also written with a decimal point."""
    if type(data) is int:
        return data
    if isinstance(data, float) and data.is_integer():
        return int(data)
    return whole_number(data)


def finite_number(data: object) -> float:
    """Accept a number that a double can hold, in reading and writing."""
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        raise unfit("a number", data)
    if not is_finite(data):
        message = "the number is not finite, or too large for a double"
        raise Unfit(message)
    return int(data) if isinstance(data, int) else float(data)


def read_double(data: object) -> float:
    """Accept a number that a double can hold; whole numbers become doubles too."""
    return float(finite_number(data))


def setting_value(data: object) -> object:
    """Accept a boolean, a text or a number, in reading and writing."""
    if isinstance(data, (bool, str, int)):
        return data
    if isinstance(data, float):
        return finite_number(data)
    raise unfit("a boolean, text or a number", data)


def read_uuid(data: object) -> UUID:
    """Accept a UUID as text, in any form that `uuid.UUID` accepts."""
    if not isinstance(data, str):
        raise unfit("a UUID as text", data)
    try:
        if len(data) != _UUID_LENGTH:
            return UUID(data)
        number = int.from_bytes(a2b_hex(data.replace("-", "")))
    except ValueError:
        raise Unfit(NOT_A_UUID) from None
    value = object.__new__(UUID)
    _set_number(value, number)
    _set_safety(value, _unknown)
    return value


def read_strict_uuid(data: object) -> UUID:
    """Accept a UUID as text in the usual form."""
    if isinstance(data, str) and not UUID_TEXT.fullmatch(data):
        raise Unfit(NOT_A_UUID)
    return read_uuid(data)


def read_datetime(data: object) -> datetime:
    """Accept a date-time as text; digits beyond microseconds are cut off.

    The service writes seven digits and `Z`. A time without an offset counts as UTC, so
    every time that the package returns is aware.
    """
    if not isinstance(data, str):
        raise unfit("a date-time as text", data)
    try:
        if len(data) >= _TIME_LENGTH and data[10] == "T" and data[-1] == "Z":
            return datetime.fromisoformat(data)
        if DATE_TIME.fullmatch(data):
            value = datetime.fromisoformat(data.upper())
            return value if value.tzinfo else value.replace(tzinfo=UTC)
    except ValueError:
        pass
    raise Unfit(NOT_A_TIME)


def known_member(kind: type[OpenEnum], text: str) -> OpenEnum:
    """Accept a known value of an enum; the error names allowed ones."""
    value = kind(text)
    if value.is_known:
        return value
    members = [str(member.value) for member in kind]
    allowed = dict.fromkeys([*get_close_matches(text, members, n=1), *members])
    more = len(allowed) - _SHOWN_MEMBERS
    shown = ", ".join([*allowed][:_SHOWN_MEMBERS]) + f" and {more} more" * (more > 0)
    raise Unfit(f"{excerpt(text)} is not a valid {kind.__name__}; allowed: {shown}")


UNCHANGED: Final[Mapping[Hook, type]] = {
    read_text: str,
    read_boolean: bool,
    read_integer: int,
    whole_number: int,
}
"""Hooks that return a value of exactly this type unchanged."""
