"""The careful reader: says of every value that does not fit where it is and why.

It reads request data strictly, for the emulator and for calls with plain JSON. It also
takes a second look at answers that the fast hooks could not read, and then forgives
what the contract with the service allows to be forgiven.
"""

import difflib
import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, cast

from configcat_mgmt.core.codec.problems import (
    InvalidData,
    Path,
    Problem,
    excerpt,
    json_type,
)
from configcat_mgmt.core.codec.scalars import (
    DATE_TIME,
    UUID_TEXT,
    is_finite,
    parse_datetime,
    parse_uuid,
)
from configcat_mgmt.core.codec.schema import (
    BooleanShape,
    DateTimeShape,
    EnumShape,
    FieldShape,
    IntegerShape,
    ListShape,
    MapShape,
    NumberShape,
    RecordShape,
    Slot,
    TextShape,
    UuidShape,
    ValueShape,
    slot_of,
)
from configcat_mgmt.core.constraints import (
    MAX_DEPTH,
    NOT_A_DOUBLE,
    NOT_A_UUID,
    TOO_DEEP,
    length_problem,
    member_problem,
    range_problem,
)
from configcat_mgmt.unset import UNSET

__all__ = ["UnknownFields", "read_carefully", "stopgap"]

UnknownFields: TypeAlias = Literal["ignore", "refuse"]


def read_carefully(
    data: object,
    kind: object,
    *,
    strict: bool,
    unknown: UnknownFields = "ignore",
) -> object:
    """Read plain JSON data as `kind`.

    Args:
        data: What `parse_json` gives; any mapping and sequence will do.
        kind: A model, enum, list or other type that a model has.
        strict: Demand what the description of requests demands: required fields,
            limits, known enum values. Otherwise read as leniently as an answer.
        unknown: Whether fields that the model does not have are problems.

    Raises:
        InvalidData: With every problem, in the order of the data.
    """
    reader = _Reader(strict=strict, unknown=unknown)
    value = reader.read(data, slot_of(kind), ())
    if reader.problems:
        raise InvalidData(reader.problems)
    return value


def stopgap(slot: Slot) -> object:
    """Return what stands in for a value that the service should have sent."""
    if slot.nullable:
        return None
    match slot.shape:
        case ListShape():
            return []
        case MapShape():
            return {}
        case _:
            return None


class _Reader:
    """One reading; a value with a problem is read as None, and the whole discarded."""

    def __init__(self, *, strict: bool, unknown: UnknownFields) -> None:
        self.problems: list[Problem] = []
        self._strict = strict
        self._unknown = unknown

    def read(  # noqa: PLR0911, PLR0912 - one case per shape
        self,
        data: object,
        slot: Slot,
        path: Path,
    ) -> object:
        """Read what stands in `slot`."""
        if data is None and slot.nullable:
            return None
        match slot.shape:
            case RecordShape() as shape:
                return self._record(data, shape, path)
            case ListShape(item=item):
                return self._list(data, item, path)
            case MapShape(value=value):
                return self._map(data, value, path)
            case EnumShape() as shape:
                return self._enum(data, shape, path)
            case TextShape() as shape:
                return self._text(data, shape, path)
            case IntegerShape() as shape:
                return self._integer(data, shape, path)
            case NumberShape() as shape:
                return self._number(data, shape, path)
            case BooleanShape():
                return (
                    data
                    if isinstance(data, bool)
                    else self._not(path, "a boolean", data)
                )
            case UuidShape():
                return self._uuid(data, path)
            case DateTimeShape():
                return self._datetime(data, path)
            case ValueShape():
                return self._value(data, path)
            case _:
                return self._any(data, path)

    def _problem(self, path: Path, message: str) -> object:
        self.problems.append(Problem(path, message))
        return None

    def _not(self, path: Path, expected: str, data: object) -> object:
        return self._problem(path, f"expected {expected}, got {json_type(data)}")

    def _record(self, data: object, shape: RecordShape, path: Path) -> object:
        if not isinstance(data, Mapping):
            return self._not(path, "an object", data)
        members = cast("Mapping[str, object]", data)
        if self._unknown == "refuse":
            self._refuse_unknown(members, shape, path)
        before = len(self.problems)
        values = {
            field.name: self._field(members, field, shape, path)
            for field in shape.fields
        }
        # attrs takes the argument of a field `_name` as `name`; no model has one.
        return shape.kind(**values) if len(self.problems) == before else None

    def _field(
        self,
        members: Mapping[str, object],
        field: FieldShape,
        shape: RecordShape,
        path: Path,
    ) -> object:
        here = (*path, field.wire_name)
        data = members.get(field.wire_name, UNSET)
        if data is UNSET and field.optional:
            return UNSET
        if data is not UNSET and data is not None:
            return self.read(data, field.slot, here)
        if data is None and field.slot.nullable and not field.essential:
            return None
        if self._strict or shape.is_request or field.essential:
            return self._problem(
                here,
                "required, but missing" if data is UNSET else "must not be null",
            )
        return stopgap(field.slot)

    def _refuse_unknown(
        self,
        members: Mapping[str, object],
        shape: RecordShape,
        path: Path,
    ) -> None:
        for name in members:
            if name in shape.by_wire_name:
                continue
            close = difflib.get_close_matches(str(name), shape.by_wire_name, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            self._problem(path, f"unknown field {excerpt(str(name))}{hint}")

    def _list(self, data: object, item: Slot, path: Path) -> object:
        if not isinstance(data, Sequence) or isinstance(data, (str, bytes, bytearray)):
            return self._not(path, "a list", data)
        items = cast("Sequence[object]", data)
        return [
            self.read(element, item, (*path, position))
            for position, element in enumerate(items)
        ]

    def _map(self, data: object, value: Slot, path: Path) -> object:
        if not isinstance(data, Mapping):
            return self._not(path, "an object", data)
        found: dict[str, object] = {}
        for key, element in cast("Mapping[object, object]", data).items():
            if isinstance(key, str):
                found[key] = self.read(element, value, (*path, key))
            else:
                self._not(path, "text as a key", key)
        return found

    def _enum(self, data: object, shape: EnumShape, path: Path) -> object:
        if not isinstance(data, str):
            return self._not(path, "text", data)
        member = shape.members.get(data)
        if member is not None:
            return member
        if not self._strict:
            return shape.kind(data)
        return self._problem(path, member_problem(data, shape))

    def _text(self, data: object, shape: TextShape, path: Path) -> object:
        if not isinstance(data, str):
            return self._not(path, "text", data)
        if self._strict:
            message = length_problem(data, shape)
            if message:
                return self._problem(path, message)
        return data

    def _integer(self, data: object, shape: IntegerShape, path: Path) -> object:
        if isinstance(data, float) and data.is_integer() and not self._strict:
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            return self._not(path, "a whole number", data)
        if self._strict:
            message = range_problem(data, shape)
            if message:
                return self._problem(path, message)
        return data

    def _number(self, data: object, shape: NumberShape, path: Path) -> object:
        if not isinstance(data, (int, float)) or isinstance(data, bool):
            return self._not(path, "a number", data)
        if not is_finite(data):
            return self._problem(path, NOT_A_DOUBLE)
        if self._strict:
            message = range_problem(data, shape)
            if message:
                return self._problem(path, message)
        return float(data)

    def _uuid(self, data: object, path: Path) -> object:
        if not isinstance(data, str):
            return self._not(path, "a UUID as text", data)
        if not self._strict or UUID_TEXT.fullmatch(data):
            try:
                return parse_uuid(data)
            except ValueError:
                pass
        return self._problem(path, NOT_A_UUID)

    def _datetime(self, data: object, path: Path) -> object:
        if not isinstance(data, str):
            return self._not(path, "a date-time as text", data)
        match = DATE_TIME.fullmatch(data)
        if not self._strict or (match and match[4]):
            try:
                return parse_datetime(data)
            except ValueError:
                pass
        return self._problem(
            path,
            "expected a date-time with an offset, such as 2026-05-04T10:00:00Z",
        )

    def _value(self, data: object, path: Path) -> object:
        if not isinstance(data, (bool, str, int, float)):
            return self._not(path, "a boolean, text or a number", data)
        if isinstance(data, float) and not math.isfinite(data):
            return self._problem(path, NOT_A_DOUBLE)
        return data

    def _any(self, data: object, path: Path) -> object:
        self._check_any(data, path, 0)
        return data

    def _check_any(self, data: object, path: Path, depth: int) -> None:
        if depth > MAX_DEPTH:
            self._problem(path, TOO_DEEP)
            return
        match data:
            case None | bool() | str() | int():
                pass
            case float():
                self._value(data, path)
            case Mapping():
                for key, value in cast("Mapping[object, object]", data).items():
                    if not isinstance(key, str):
                        self._not(path, "text as a key", key)
                    self._check_any(value, (*path, str(key)), depth + 1)
            case list() | tuple():
                for position, value in enumerate(cast("Sequence[object]", data)):
                    self._check_any(value, (*path, position), depth + 1)
            case _:
                self._not(path, "a JSON value", data)
