"""Conditions as published configs write them.

Source: the config JSON that configcat/python-sdk reads.
"""

import hashlib
import math
import re
from collections.abc import Callable
from typing import Final, TypeAlias
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    PrerequisiteComparator,
    RolloutRuleComparator,
    SegmentComparator,
    UserComparator,
)
from configcat_mgmt.emulator.domain.evaluation import (
    Condition,
    ListItem,
    PrerequisiteCondition,
    RolloutCondition,
    SegmentCondition,
)
from configcat_mgmt.emulator.domain.formulas import comparison_member
from configcat_mgmt.emulator.published.compile_source import (
    Source,
    SourceSegment,
    SourceSetting,
)
from configcat_mgmt.emulator.published.compile_values import value_json
from configcat_mgmt.json_value import JsonValue

JsonObject: TypeAlias = dict[str, JsonValue]

_NUMBERS: Final = {one: number for number, one in enumerate(UserComparator)}
"""The description lists the comparators in the order of their published numbers."""

_RENAMED: Final = {
    RolloutRuleComparator.CONTAINS: UserComparator.CONTAINS_ANY_OF,
    RolloutRuleComparator.DOES_NOT_CONTAIN: UserComparator.DOES_NOT_CONTAIN_ANY_OF,
}
_SEMANTIC_VERSION: Final = "semVer"
_SENSITIVE: Final = frozenset(
    one for one in UserComparator if one.startswith("sensitive")
)
_SENSITIVE_STARTS: Final = frozenset(
    {
        UserComparator.SENSITIVE_TEXT_STARTS_WITH_ANY_OF,
        UserComparator.SENSITIVE_TEXT_NOT_STARTS_WITH_ANY_OF,
    }
)
_SENSITIVE_ENDS: Final = frozenset(
    {
        UserComparator.SENSITIVE_TEXT_ENDS_WITH_ANY_OF,
        UserComparator.SENSITIVE_TEXT_NOT_ENDS_WITH_ANY_OF,
    }
)
_DECIMAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.I)


class Conditions:
    """Writes the conditions of one config, and collects the segments that they use.

    A condition that can never be evaluated, because it compares with a number that is
    none, is None; a rule that has it never applies.

    Attributes:
        segments: The published segments used so far.
    """

    def __init__(self, source: Source) -> None:
        """Prepare for the conditions of a config."""
        self.segments: list[JsonValue] = []
        self._salt = source.salt
        self._settings = {setting.setting_id: setting for setting in source.settings}
        self._known = {segment.segment_id: segment for segment in source.segments}
        self._positions: dict[UUID, int | None] = {}

    def json(
        self, setting: SourceSetting, condition: Condition | RolloutCondition
    ) -> JsonObject | None:
        """Write a condition of a setting, of either version."""
        match condition:
            case SegmentCondition():
                return self._segment(condition)
            case PrerequisiteCondition():
                return self._prerequisite(condition)
            case RolloutCondition():
                comparison = _read_comparison(condition.comparator, condition.value)
            case _:
                comparison = _Comparison(condition.comparator, condition.value)
        if comparison is None:
            return None
        return self._user(condition.attribute, comparison, setting.key)

    def _user(
        self, attribute: str, comparison: "_Comparison", context: str
    ) -> JsonObject:
        member, value = comparison.published(self._salt, context)
        number = _NUMBERS[comparison.comparator]
        return {"u": {"a": attribute, "c": number, member: value}}

    def _segment(self, condition: SegmentCondition) -> JsonObject | None:
        segment_id = condition.segment_id
        if segment_id not in self._positions:
            self._positions[segment_id] = self._add(self._known[segment_id])
        position = self._positions[segment_id]
        if position is None:
            return None
        number = 0 if condition.comparator == SegmentComparator.IS_IN else 1
        return {"s": {"s": position, "c": number}}

    def _add(self, segment: SourceSegment) -> int | None:
        comparison = _read_comparison(segment.comparator, segment.value)
        if comparison is None:
            return None
        condition = self._user(segment.attribute, comparison, segment.name)
        self.segments.append({"n": segment.name, "r": [condition["u"]]})
        return len(self.segments) - 1

    def _prerequisite(self, condition: PrerequisiteCondition) -> JsonObject:
        other = self._settings[condition.setting_id]
        number = 0 if condition.comparator == PrerequisiteComparator.EQUALS else 1
        value = value_json(other, condition.value)
        return {"p": {"f": other.key, "c": number, "v": value}}


@attrs.frozen
class _Comparison:
    """A comparator with its comparison value."""

    comparator: UserComparator
    value: str | float | tuple[ListItem, ...]

    def published(self, salt: str, context: str) -> tuple[str, JsonValue]:
        """Return the member of the condition and its value.

        Args:
            salt: Of the config.
            context: Key of the flag, or name of the segment.
        """
        hide = _hiding(self.comparator, salt, context)
        value = self.value
        if isinstance(value, str):
            return "s", hide(value)
        if isinstance(value, tuple):
            return "l", [hide(item.value) for item in value]
        return "d", float(value)


def _read_comparison(
    comparator: RolloutRuleComparator, text: str
) -> _Comparison | None:
    """Read a comparison of V1, which has always a text; None if it has no number."""
    renamed = _RENAMED.get(comparator)
    if renamed is not None:
        return _Comparison(renamed, (ListItem(text),))
    same = UserComparator(comparator.value)
    match comparison_member(same):
        case "list_value":
            items = (item.strip() for item in text.split(","))
            return _Comparison(same, tuple(ListItem(item) for item in items if item))
        case "double_value":
            number = _read_number(text)
            return None if number is None else _Comparison(same, number)
        case _:
            return _Comparison(same, text.strip())


def _read_number(text: str) -> float | None:
    """Read a number with a decimal point or, as V1 permits, a comma."""
    plain = text.strip().replace(",", ".")
    if not _DECIMAL.fullmatch(plain):
        return None
    number = float(plain)
    return number if math.isfinite(number) else None


def _hiding(
    comparator: UserComparator, salt: str, context: str
) -> Callable[[str], str]:
    """Return how a comparator hides the texts that it compares with."""
    if comparator not in _SENSITIVE:
        return _show
    tail = f"{salt}{context}".encode()

    def hashed(text: str) -> str:
        return hashlib.sha256(text.encode() + tail).hexdigest()

    def hashed_part(text: str) -> str:
        # SDKs cut as many bytes off the attribute before they hash it.
        return f"{len(text.encode())}_{hashed(text)}"

    return hashed_part if comparator in _SENSITIVE_STARTS | _SENSITIVE_ENDS else hashed


def _show(text: str) -> str:
    return text
