"""The value of a setting in the words of the ConfigCat dashboard.

Two different values never give the same words. Source of the words:
https://configcat.com/docs/targeting/targeting-overview/ and the pages below it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Config,
    Formula,
    PercentageOption,
    Plain,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SegmentCondition,
    UserCondition,
    ValueV1,
)
from configcat_mgmt.texts import quoted

COMPARATOR_WORDS: Final[Mapping[str, str]] = {
    "isOneOf": "IS ONE OF",
    "isNotOneOf": "IS NOT ONE OF",
    "contains": "CONTAINS",
    "doesNotContain": "DOES NOT CONTAIN",
    "containsAnyOf": "CONTAINS ANY OF",
    "doesNotContainAnyOf": "NOT CONTAINS ANY OF",
    "semVerIsOneOf": "IS ONE OF (semver)",
    "semVerIsNotOneOf": "IS NOT ONE OF (semver)",
    "semVerLess": "< (semver)",
    "semVerLessOrEquals": "<= (semver)",
    "semVerGreater": "> (semver)",
    "semVerGreaterOrEquals": ">= (semver)",
    "numberEquals": "=",
    "numberDoesNotEqual": "<>",
    "numberLess": "<",
    "numberLessOrEquals": "<=",
    "numberGreater": ">",
    "numberGreaterOrEquals": ">=",
    "dateTimeBefore": "BEFORE",
    "dateTimeAfter": "AFTER",
    "textEquals": "EQUALS",
    "textDoesNotEqual": "NOT EQUALS",
    "textStartsWithAnyOf": "STARTS WITH ANY OF",
    "textNotStartsWithAnyOf": "NOT STARTS WITH ANY OF",
    "textEndsWithAnyOf": "ENDS WITH ANY OF",
    "textNotEndsWithAnyOf": "NOT ENDS WITH ANY OF",
    "arrayContainsAnyOf": "ARRAY CONTAINS ANY OF",
    "arrayDoesNotContainAnyOf": "ARRAY NOT CONTAINS ANY OF",
    "sensitiveIsOneOf": "IS ONE OF (hashed)",
    "sensitiveIsNotOneOf": "IS NOT ONE OF (hashed)",
    "sensitiveTextEquals": "EQUALS (hashed)",
    "sensitiveTextDoesNotEqual": "NOT EQUALS (hashed)",
    "sensitiveTextStartsWithAnyOf": "STARTS WITH ANY OF (hashed)",
    "sensitiveTextNotStartsWithAnyOf": "NOT STARTS WITH ANY OF (hashed)",
    "sensitiveTextEndsWithAnyOf": "ENDS WITH ANY OF (hashed)",
    "sensitiveTextNotEndsWithAnyOf": "NOT ENDS WITH ANY OF (hashed)",
    "sensitiveArrayContainsAnyOf": "ARRAY CONTAINS ANY OF (hashed)",
    "sensitiveArrayDoesNotContainAnyOf": "ARRAY NOT CONTAINS ANY OF (hashed)",
}
"""Names of user comparators in both evaluation versions, by wire text."""
SEGMENT_WORDS: Final[Mapping[str, str]] = {
    "isIn": "IS IN SEGMENT",
    "isNotIn": "IS NOT IN SEGMENT",
}
FLAG_WORDS: Final[Mapping[str, str]] = {
    "equals": "EQUALS",
    "doesNotEqual": "NOT EQUALS",
}

TO_ALL: Final = "TO ALL USERS "
ELSE: Final = "ELSE "
TO_UNIDENTIFIED: Final = "TO UNIDENTIFIED "
"""Precedes the value served to users who lack the percentage attribute."""
PREFIXES: Final = (TO_ALL, ELSE, TO_UNIDENTIFIED)
"""Beginnings of a line that depend on the lines before it."""

VariationNames: TypeAlias = Mapping[str, Mapping[str, str]]
"""Names of predefined variations by casefolded setting key and value text."""

NO_NAMES: Final[VariationNames] = {}

_TIMES: Final = ("dateTimeBefore", "dateTimeAfter")
_BARE_NAME: Final = re.compile(r"[\w.@/-]+(?: [\w.@/-]+)*")
_BARE_ITEM: Final = re.compile(r"[^\s,\[\]()\"\\\x00-\x1f]+")
_KEYWORD: Final = re.compile(r"\b(?:IF|AND|THEN|ELSE|IS|NOT|EQUALS|CONTAINS|OF|by)\b")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def variation_names(config: Config) -> VariationNames:
    """Return the names of the predefined variations of a config's settings."""
    return {
        setting.key.casefold(): {
            value_words(variation.value): variation.name
            for variation in setting.variations
            if variation.name
        }
        for setting in config.settings
        if setting.variations
    }


@checked
def value_words(value: Plain) -> str:
    """Return a served value: `ON`, `OFF`, text in quotes, or the exact number."""
    if isinstance(value, bool):
        return "ON" if value else "OFF"
    return quoted(value) if isinstance(value, str) else repr(value)


def comparator_words(comparator: str) -> str:
    """Return the dashboard's name of a user comparator.

    Args:
        comparator: Wire text; an unknown one is split into words.
    """
    known = COMPARATOR_WORDS.get(comparator)
    if known is not None:
        return known
    text = comparator.removeprefix("sensitive")
    hashed = " (hashed)" if text != comparator else ""
    return f"{_taken_apart(text)}{hashed}"


@checked
def targeting_words(
    targeting: Formula | ValueV1, key: str = "", names: VariationNames = NO_NAMES
) -> tuple[str, ...]:
    """Return the value of a setting in an environment in the words of the dashboard.

    Args:
        targeting: A value of either evaluation version.
        key: Key of the setting; needed only for the names of its variations.
        names: Variation names of its config, from `variation_names`.

    Returns:
        One line for each rule, then one line for the remaining value, such as `IF Email
        CONTAINS ANY OF [@a.example] THEN ON` and `ELSE OFF`.
    """
    speaker = _Speaker(key.casefold(), names)
    if isinstance(targeting, Formula):
        return tuple(speaker.formula(targeting))
    return tuple(speaker.old_value(targeting))


class _Speaker:
    def __init__(self, key: str, names: VariationNames) -> None:
        self._key = key
        self._names = names

    def formula(self, formula: Formula) -> Iterator[str]:
        suffix = _by(formula.percentage_attribute)
        before = TO_ALL
        for rule in formula.rules:
            served = self._served(rule, suffix)
            if rule.conditions:
                conditions = " AND ".join(map(self._condition, rule.conditions))
                yield _if(before, conditions, served)
                before = ELSE
            else:
                yield f"{TO_ALL if before == TO_ALL else ELSE}{served}"
                before = TO_UNIDENTIFIED if rule.percentage_options else ELSE
        yield f"{before}{self._value(formula.default)}"
        if suffix and not any(rule.percentage_options for rule in formula.rules):
            yield f"PERCENTAGES{suffix}"

    def old_value(self, old: ValueV1) -> Iterator[str]:
        before = TO_ALL
        for rule in old.rules:
            yield _if(before, _old_condition(rule), self._value(rule.value))
            before = ELSE
        if old.percentage_options:
            yield f"{before}{self._as_tuple(old.percentage_options)}"
            before = TO_UNIDENTIFIED
        yield f"{before}{self._value(old.default)}"

    def _served(self, rule: Rule, suffix: str) -> str:
        parts = [] if rule.value is None else [self._value(rule.value)]
        if rule.percentage_options:
            parts.append(f"{self._as_tuple(rule.percentage_options)}{suffix}")
        return ", ".join(parts) or "nothing"

    def _as_tuple(self, percentage_options: Iterable[PercentageOption]) -> str:
        return ", ".join(
            f"{option.percentage}% {self._value(option.value)}"
            for option in percentage_options
        )

    def _value(self, value: Plain, key: str | None = None) -> str:
        words = value_words(value)
        if not self._names:
            return words
        name = self._names.get(self._key if key is None else key, {}).get(words)
        return words if name is None else f"{words} ({_name(name)})"

    def _condition(self, condition: Condition) -> str:
        match condition:
            case UserCondition():
                return _user_condition(condition)
            case SegmentCondition(segment, comparator):
                return _segment_condition(segment, comparator)
            case PrerequisiteCondition(setting, comparator, value):
                words = FLAG_WORDS.get(comparator) or _taken_apart(comparator)
                served = self._value(value, setting.casefold())
                return f"FLAG {_name(setting)} {words} {served}"


def _if(before: str, conditions: str, served: str) -> str:
    return f"{'' if before == TO_ALL else ELSE}IF {conditions} THEN {served}"


def _user_condition(condition: UserCondition) -> str:
    words = comparator_words(condition.comparator)
    wanted = condition.value
    if isinstance(wanted, str):
        text = quoted(wanted)
    elif isinstance(wanted, tuple):
        text = f"[{', '.join(_item(*pair) for pair in wanted)}]"
    elif condition.comparator in _TIMES:
        text = _time(wanted)
    else:
        text = _number(wanted)
    return f"{_name(condition.attribute)} {words} {text}"


def _segment_condition(segment: str, comparator: str) -> str:
    words = SEGMENT_WORDS.get(comparator) or f"{_taken_apart(comparator)} SEGMENT"
    return f"USER {words} {_name(segment)}"


def _old_condition(rule: RuleV1) -> str:
    parts: list[str] = []
    if rule.segment is not None:
        parts.append(_segment_condition(rule.segment, rule.segment_comparator or ""))
    if rule.attribute is not None or rule.segment is None:
        words = comparator_words(rule.comparator or "")
        comparison = quoted(rule.comparison or "")
        parts.append(f"{_name(rule.attribute or '')} {words} {comparison}")
    return " AND ".join(parts)


def _by(attribute: str | None) -> str:
    return "" if attribute is None else f" by {_name(attribute)}"


def _name(name: str) -> str:
    """Return a name, in quotes if it is ambiguous without them."""
    is_bare = _BARE_NAME.fullmatch(name) and not _KEYWORD.search(name)
    return name if is_bare else quoted(name)


def _item(text: str, hint: str | None) -> str:
    spelled = quoted(text)
    if _BARE_ITEM.fullmatch(text) and spelled == f'"{text}"':
        spelled = text
    return spelled if not hint else f"{spelled} ({quoted(hint)})"


def _number(number: float) -> str:
    text = repr(number)
    # A comparison value is always a double, so no digits are lost.
    return text.removesuffix(".0")


def _time(seconds: float) -> str:
    """Return a time given in seconds since 1970."""
    try:
        moment = datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        return _number(seconds)
    text = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    return text if seconds == int(seconds) else f"{text} ({_number(seconds)})"


def _taken_apart(comparator: str) -> str:
    """Return a wire text such as `isAround` as `IS AROUND`."""
    words = _HUMP.sub(" ", comparator).upper()
    return words if _BARE_NAME.fullmatch(words) else quoted(comparator)
