"""Converts values of evaluation version 1 to version 2, serving every user the same.

A rule becomes a rule with one condition, and percentage options become a last rule
without conditions. Version 1 stores every comparison value as a string, which this
module reads as the SDKs do. Source: the converter of config JSON versions in
configcat/cli, and https://configcat.com/docs/V1/advanced/targeting.

Percentage splits and the variation ids of analytics depend only on the key of a setting
and on its served values. Neither changes, so users keep their buckets.

Old SDKs that evaluate version 1 disagree about malformed numbers and versions: most
skip the rule, some read part of the string. Here, as in current SDKs, such a rule
matches no user.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Rule,
    RuleV1,
    SegmentCondition,
    UserCondition,
    ValueV1,
)

Comparison: TypeAlias = str | float | tuple[tuple[str, str | None], ...]
"""The comparison value of a condition of version 2."""

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.I)
_PRE_RELEASE: Final = r"(0|[1-9]\d*|\d*[a-z-][0-9a-z-]*)"
_VERSION: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    rf"(-{_PRE_RELEASE}(\.{_PRE_RELEASE})*)?"
    r"(\+[0-9a-z-]+(\.[0-9a-z-]+)*)?",
    re.ASCII | re.I,
)
"""Source: https://semver.org, version 2.0.0."""

_SEGMENT_COMPARATORS: Final = ("isIn", "isNotIn")


@attrs.frozen
class Comparator:
    """How to convert one comparator of version 1."""

    name: str
    """Its name in version 2."""
    read: Callable[[str], Comparison | None]
    """Reads the comparison value: empty if there is none, None if it is not a number.
    """
    empty_fits_all: bool = False
    """Whether it matches every user if the comparison value is empty."""


@attrs.frozen
class Problem:
    """A rule that needs an issue."""

    code: str
    """Code of the issue."""
    rule: int
    """Number of the rule in the value, from 1."""
    reason: str | None = None
    """Why the rule cannot be converted, if the code does not say."""


@attrs.frozen
class _Translated:
    """The result of converting a rule: a rule, a problem, or both."""

    rule: Rule | None = None
    code: str | None = None
    reason: str | None = None


def formula_of(value: ValueV1) -> tuple[Formula, tuple[Problem, ...]]:
    """Convert a value.

    Args:
        value: The value of a setting in an environment, version 1.

    Returns:
        A value of version 2 that serves every user the same, and the problems of its
        rules in their order. Rules that match no user, and rules that cannot be
        converted, are left out. Do not use the value if one of the problems is `CC541`.
    """
    rules: list[Rule] = []
    problems: list[Problem] = []
    for number, old in enumerate(value.rules, 1):
        translated = _translated(old)
        if translated.rule is not None:
            rules.append(translated.rule)
        if translated.code is not None:
            problems.append(Problem(translated.code, number, translated.reason))
    if value.percentage_options:
        rules.append(Rule((), percentage_options=value.percentage_options))
    return Formula(value.default, tuple(rules)), tuple(problems)


def _translated(old: RuleV1) -> _Translated:
    if old.segment is not None:
        return _segment_rule(old, old.segment)
    if not old.attribute:
        return _untranslatable("it has neither an attribute nor a segment")
    comparator = COMPARATORS.get(old.comparator or "")
    if comparator is None:
        return _untranslatable(f"the comparator {old.comparator!r} is not known")
    wanted = comparator.read(old.comparison or "")
    if wanted is None:
        return _Translated(code="CC542")
    if wanted == ():
        if comparator.empty_fits_all:
            return _untranslatable(
                "its comparison value is empty, so it matches every user"
            )
        return _Translated(code="CC543")
    condition = UserCondition(old.attribute, comparator.name, wanted)
    code = "CC544" if _has_no_version(condition) else None
    return _Translated(Rule((condition,), value=old.value), code)


def _segment_rule(old: RuleV1, segment: str) -> _Translated:
    comparator = old.segment_comparator
    if comparator not in _SEGMENT_COMPARATORS:
        return _untranslatable(f"the comparator {comparator!r} is not known")
    condition = SegmentCondition(segment, comparator)
    return _Translated(Rule((condition,), value=old.value))


def _untranslatable(reason: str) -> _Translated:
    return _Translated(code="CC541", reason=reason)


def _has_no_version(condition: UserCondition) -> bool:
    """Whether a semantic version is expected but malformed."""
    if not condition.comparator.startswith("semVer"):
        return False
    wanted = condition.value
    texts = [item for item, _ in wanted] if isinstance(wanted, tuple) else [wanted]
    return any(_VERSION.fullmatch(str(text)) is None for text in texts)


def _listed(text: str) -> Comparison:
    """Split at commas, and drop empty and duplicate items, which SDKs ignore."""
    items = dict.fromkeys(item.strip() for item in text.split(","))
    return tuple((item, None) for item in items if item)


def _one_item(text: str) -> Comparison:
    """Return a list whose one item is the whole string, with commas and spaces."""
    return ((text, None),) if text else ()


def _version(text: str) -> Comparison:
    return text.strip() or ()


def _number(text: str) -> Comparison | None:
    """Read a finite number with a decimal point or comma."""
    plain = text.strip().replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain)
    return number if math.isfinite(number) else None


COMPARATORS: Final[Mapping[str, Comparator]] = {
    "isOneOf": Comparator("isOneOf", _listed),
    "isNotOneOf": Comparator("isNotOneOf", _listed, empty_fits_all=True),
    "contains": Comparator("containsAnyOf", _one_item, empty_fits_all=True),
    "doesNotContain": Comparator("doesNotContainAnyOf", _one_item),
    "semVerIsOneOf": Comparator("semVerIsOneOf", _listed),
    "semVerIsNotOneOf": Comparator("semVerIsNotOneOf", _listed, empty_fits_all=True),
    "semVerLess": Comparator("semVerLess", _version),
    "semVerLessOrEquals": Comparator("semVerLessOrEquals", _version),
    "semVerGreater": Comparator("semVerGreater", _version),
    "semVerGreaterOrEquals": Comparator("semVerGreaterOrEquals", _version),
    "numberEquals": Comparator("numberEquals", _number),
    "numberDoesNotEqual": Comparator("numberDoesNotEqual", _number),
    "numberLess": Comparator("numberLess", _number),
    "numberLessOrEquals": Comparator("numberLessOrEquals", _number),
    "numberGreater": Comparator("numberGreater", _number),
    "numberGreaterOrEquals": Comparator("numberGreaterOrEquals", _number),
    "sensitiveIsOneOf": Comparator("sensitiveIsOneOf", _listed),
    "sensitiveIsNotOneOf": Comparator(
        "sensitiveIsNotOneOf", _listed, empty_fits_all=True
    ),
}
"""The comparators of version 1 by their wire texts."""
