"""Checks rules and percentage options that a user wrote."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from configcat_mgmt.api.model_index import (
    PrerequisiteComparator,
    RolloutRuleComparator,
    SegmentComparator,
    UserComparator,
)
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    PercentageOption,
    Rule,
    RuleV1,
    SegmentCondition,
    UserCondition,
)

_LONGEST_ATTRIBUTE: Final = 1_000
_LONGEST_ITEM_HINT: Final = 1_500
_WHOLE: Final = 100

_OLD: Final = frozenset(one.value for one in RolloutRuleComparator)
_USER: Final = frozenset(one.value for one in UserComparator)
_SEGMENT: Final = frozenset(one.value for one in SegmentComparator)
_FLAG: Final = frozenset(one.value for one in PrerequisiteComparator)


def value_problem(value: object) -> str | None:
    """Describe why no setting can serve a value; None if some setting can."""
    if not isinstance(value, bool | str | int | float):
        return f"{value!r} cannot be served: it is not a boolean, string or number"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value!r} cannot be served: numbers must be finite"
    return "an empty string cannot be served" if value == "" else None


def percentage_problems(
    percentage_options: Sequence[PercentageOption],
) -> Iterator[str]:
    """Describe problems of percentage options; no options are valid."""
    if not percentage_options:
        return
    for option in percentage_options:
        if problem := value_problem(option.value):
            yield problem
        if option.percentage not in range(_WHOLE + 1):
            yield f"a percentage is {option.percentage!r}; it must be 0 to {_WHOLE}"
    total = sum(option.percentage for option in percentage_options)
    if total != _WHOLE:
        yield f"the percentages add up to {total}, not to {_WHOLE}"


def rule_problems(rules: Sequence[Rule | RuleV1]) -> Iterator[str]:
    """Describe problems of rules, in their order."""
    if len({type(rule) for rule in rules}) > 1:
        yield "rules must all be of version 1 (`RuleV1`) or all of version 2 (`Rule`)"
    for number, rule in enumerate(rules, 1):
        problems = _old(rule) if isinstance(rule, RuleV1) else _new(rule)
        for problem in problems:
            yield f"rule {number}: {problem}"
        if isinstance(rule, Rule) and not rule.conditions and number < len(rules):
            yield f"rule {number}: only the last rule can be without conditions"


def _new(rule: Rule) -> Iterator[str]:
    if (rule.value is None) != bool(rule.percentage_options):
        yield "it needs either a value or percentage options"
    if not rule.conditions and not rule.percentage_options:
        yield "without conditions it needs percentage options"
    if rule.value is not None and (problem := value_problem(rule.value)):
        yield problem
    yield from percentage_problems(rule.percentage_options)
    for condition in rule.conditions:
        yield from _condition(condition)


def _old(rule: RuleV1) -> Iterator[str]:
    if problem := value_problem(rule.value):
        yield problem
    has_segment = rule.segment is not None
    if has_segment and (rule.attribute or rule.comparator or rule.comparison):
        yield "it must be about either a user attribute or a segment"
    elif has_segment:
        yield from _comparator(rule.segment_comparator, _SEGMENT)
    else:
        yield from _attribute(rule.attribute)
        yield from _comparator(rule.comparator, _OLD)
        if rule.comparison is None:
            yield "it has no comparison value"


def _condition(condition: Condition) -> Iterator[str]:
    if isinstance(condition, UserCondition):
        yield from _user_condition(condition)
    elif isinstance(condition, SegmentCondition):
        yield from _comparator(condition.comparator, _SEGMENT)
    else:
        yield from _comparator(condition.comparator, _FLAG)
        if problem := value_problem(condition.value):
            yield problem


def _user_condition(condition: UserCondition) -> Iterator[str]:
    yield from _attribute(condition.attribute)
    name, value = condition.comparator, condition.value
    if name not in _USER:
        yield from _comparator(name, _USER)
    elif name.endswith("Of"):
        if not isinstance(value, tuple):
            yield f"{name} compares with a list of (string, hint) pairs"
        elif any(len(hint or "") > _LONGEST_ITEM_HINT for _, hint in value):
            yield f"an item's hint must have at most {_LONGEST_ITEM_HINT:,} characters"
    elif name.startswith(("number", "dateTime")):
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{name} compares with a number"
    elif not isinstance(value, str):
        yield f"{name} compares with a string"


def _attribute(name: str | None) -> Iterator[str]:
    if not name or len(name) > _LONGEST_ATTRIBUTE:
        yield f"the user attribute must have 1 to {_LONGEST_ATTRIBUTE:,} characters"


def _comparator(name: str | None, known: frozenset[str]) -> Iterator[str]:
    if name not in known:
        names = ", ".join(sorted(known))
        yield f"{name!r} is not a comparator here; the comparators are {names}"
