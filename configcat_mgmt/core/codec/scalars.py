"""Hooks for single values: text, numbers, UUIDs and times, between JSON and Python.

A reading hook takes the value and, as cattrs passes it, the type. It returns the value
as Python or raises `Unfit`. Every cattrs converter of the package shares these hooks.
"""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, SafeUUID

from configcat_mgmt.core.codec.problems import Unfit, unfit

if TYPE_CHECKING:
    from cattrs import Converter

UUID_TEXT: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""The only form of a UUID that the description of the API allows."""

DATE_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:[.,]\d+)?([Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
"""A date-time; its group is the offset, which may be missing."""

INTEGER_RANGES: Final = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
"""Least and greatest number of each integer format."""

NOT_A_UUID: Final = "expected a UUID, such as 08d86d63-2721-4da6-8c06-584521d516bc"
NOT_A_DOUBLE: Final = "the number is not finite, or too large for a double"
NOT_A_TIME: Final = "expected a date-time with an offset, such as 2026-05-04T10:00:00Z"

_KNOWN_LIMIT: Final = 2048
_HEX_DIGITS: Final = 32
_USUAL_LENGTH: Final = len("2026-05-04T10:00:00Z")
# The slots of UUID: its own `__setattr__` refuses, and its `__init__` takes twice as
# long.
_set_number: Final = vars(UUID)["int"].__set__
_set_safety: Final = vars(UUID)["is_safe"].__set__
_new: Final = object.__new__
_unknown: Final = SafeUUID.unknown

known_uuids: Final[dict[str, UUID]] = {}
"""UUIDs by their text, as read before. The ids of a product or an environment occur in
a response a thousand times. The dict is emptied when it is full."""


def parse_datetime(text: str) -> datetime:
    """Read a date-time; digits beyond microseconds are cut off.

    The service writes seven digits and `Z`. A time without an offset counts as UTC, so
    every time that the package returns is aware.

    Raises:
        ValueError: The text is no date-time.
    """
    if len(text) < _USUAL_LENGTH or text[10] != "T" or text[-1] != "Z":
        if not DATE_TIME.fullmatch(text):
            message = "not a date-time"
            raise ValueError(message)
        text = text.upper()
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def format_datetime(value: datetime) -> str:
    """Write an aware time as ISO 8601 in UTC, such as `2026-05-04T10:00:00Z`.

    Raises:
        ValueError: The time is naive, so the moment it means is unknown.
    """
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


def read_text(data: object, _: object = None) -> str:
    """Accept text."""
    if isinstance(data, str):
        return data
    raise unfit("text", data)


def read_boolean(data: object, _: object = None) -> bool:
    """Accept true and false, and no numbers."""
    if isinstance(data, bool):
        return data
    raise unfit("a boolean", data)


def whole_number(data: object, _: object = None) -> int:
    """Accept a whole number of any size, in reading and writing."""
    if isinstance(data, int) and not isinstance(data, bool):
        return int(data)
    raise unfit("a whole number", data)


def read_integer(data: object, _: object = None) -> int:
    """Accept a whole number of any size, also written with a decimal point."""
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    if isinstance(data, float) and data.is_integer():
        return int(data)
    raise unfit("a whole number", data)


def finite_number(data: object, _: object = None) -> float:
    """Accept a number that a double can hold, in reading and writing."""
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        raise unfit("a number", data)
    if not is_finite(data):
        raise Unfit(NOT_A_DOUBLE)
    return int(data) if isinstance(data, int) else float(data)


def read_double(data: object, _: object = None) -> float:
    """Accept a number that a double can hold; whole numbers become doubles too."""
    if isinstance(data, float) and data - data == 0.0:
        return data
    return float(finite_number(data))


def setting_value(data: object, _: object = None) -> object:
    """Accept a boolean, a text or a number, in reading and writing."""
    if isinstance(data, (bool, str, int)):
        return data
    if isinstance(data, float):
        return finite_number(data)
    raise unfit("a boolean, text or a number", data)


def read_uuid(data: object, _: object = None) -> UUID:
    """Accept a UUID as text, in any form that `uuid.UUID` accepts.

    Equal texts give the same object, as long as it is remembered.
    """
    if not isinstance(data, str):
        raise unfit("a UUID as text", data)
    known = known_uuids.get(data)
    if known is not None:
        return known
    digits = data.replace("-", "")
    try:
        if len(digits) == _HEX_DIGITS:
            number = int(digits, 16)
            value = _new(UUID)
            _set_number(value, number)
            _set_safety(value, _unknown)
        else:
            value = UUID(data)
    except ValueError:
        raise Unfit(NOT_A_UUID) from None
    if len(known_uuids) >= _KNOWN_LIMIT:
        known_uuids.clear()
    known_uuids[data] = value
    return value


def read_datetime(data: object, _: object = None) -> datetime:
    """Accept a date-time as text; without an offset it counts as UTC."""
    if not isinstance(data, str):
        raise unfit("a date-time as text", data)
    try:
        return parse_datetime(data)
    except ValueError:
        raise Unfit(NOT_A_TIME) from None


def register_scalars(converter: "Converter") -> None:
    """Teach a cattrs converter to read and write single values as this module does."""
    converter.register_structure_hook(str, read_text)
    converter.register_structure_hook(bool, read_boolean)
    converter.register_structure_hook(int, read_integer)
    converter.register_structure_hook(float, read_double)
    converter.register_structure_hook(UUID, read_uuid)
    converter.register_structure_hook(datetime, read_datetime)
    converter.register_unstructure_hook(UUID, str)
    converter.register_unstructure_hook(datetime, format_datetime)
