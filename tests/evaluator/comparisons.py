"""The comparators, by the names that the management API gives them.

Sources: https://configcat.com/docs/targeting/targeting-rule/user-condition for those of
V2, https://configcat.com/docs/targeting/targeting-rule/segment-condition for those of
V1 and of segments.
"""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.evaluator.attributes import (
    CannotEvaluateError,
    as_number,
    as_seconds,
    as_text,
    as_texts,
    as_version,
    read_number,
)
from tests.evaluator.versions import Version, read_version

Wanted = Any
"""A text, a number or a list of texts; the comparator decides."""

Check = Callable[[object, Wanted], bool]
"""Takes an attribute and the comparison value."""


def _any_of(is_met: Callable[[str, str], bool]) -> Check:
    def check(attribute: object, wanted: list[str]) -> bool:
        text = as_text(attribute)
        return any(is_met(text, one) for one in wanted)

    return check


def _array(attribute: object, wanted: list[str]) -> bool:
    return not set(as_texts(attribute)).isdisjoint(wanted)


def _version_list(attribute: object, wanted: list[str]) -> bool:
    version = as_version(attribute)
    others = [_wanted_version(one) for one in wanted if one.strip()]
    return version in others


def _version(is_met: Callable[[Version, Version], bool]) -> Check:
    return lambda attribute, wanted: is_met(
        as_version(attribute), _wanted_version(wanted)
    )


def _number(is_met: Callable[[float, float], bool]) -> Check:
    return lambda attribute, wanted: is_met(as_number(attribute), wanted)


def _date(is_met: Callable[[float, float], bool]) -> Check:
    return lambda attribute, wanted: is_met(as_seconds(attribute), wanted)


def _not(check: Check) -> Check:
    return lambda attribute, wanted: not check(attribute, wanted)


def _wanted_version(text: str) -> Version:
    version = read_version(text.strip())
    if version is None:
        raise CannotEvaluateError(text)
    return version


_IS_ONE_OF: Final = _any_of(operator.eq)
_CONTAINS: Final = _any_of(operator.contains)
_STARTS: Final = _any_of(str.startswith)
_ENDS: Final = _any_of(str.endswith)


def _equals(attribute: object, wanted: str) -> bool:
    return as_text(attribute) == wanted


CHECKS: Final[Mapping[str, Check]] = {
    "isOneOf": _IS_ONE_OF,
    "isNotOneOf": _not(_IS_ONE_OF),
    "containsAnyOf": _CONTAINS,
    "doesNotContainAnyOf": _not(_CONTAINS),
    "semVerIsOneOf": _version_list,
    "semVerIsNotOneOf": _not(_version_list),
    "semVerLess": _version(operator.lt),
    "semVerLessOrEquals": _version(operator.le),
    "semVerGreater": _version(operator.gt),
    "semVerGreaterOrEquals": _version(operator.ge),
    "numberEquals": _number(operator.eq),
    "numberDoesNotEqual": _number(operator.ne),
    "numberLess": _number(operator.lt),
    "numberLessOrEquals": _number(operator.le),
    "numberGreater": _number(operator.gt),
    "numberGreaterOrEquals": _number(operator.ge),
    "sensitiveIsOneOf": _IS_ONE_OF,
    "sensitiveIsNotOneOf": _not(_IS_ONE_OF),
    "dateTimeBefore": _date(operator.lt),
    "dateTimeAfter": _date(operator.gt),
    "sensitiveTextEquals": _equals,
    "sensitiveTextDoesNotEqual": _not(_equals),
    "sensitiveTextStartsWithAnyOf": _STARTS,
    "sensitiveTextNotStartsWithAnyOf": _not(_STARTS),
    "sensitiveTextEndsWithAnyOf": _ENDS,
    "sensitiveTextNotEndsWithAnyOf": _not(_ENDS),
    "sensitiveArrayContainsAnyOf": _array,
    "sensitiveArrayDoesNotContainAnyOf": _not(_array),
    "textEquals": _equals,
    "textDoesNotEqual": _not(_equals),
    "textStartsWithAnyOf": _STARTS,
    "textNotStartsWithAnyOf": _not(_STARTS),
    "textEndsWithAnyOf": _ENDS,
    "textNotEndsWithAnyOf": _not(_ENDS),
    "arrayContainsAnyOf": _array,
    "arrayDoesNotContainAnyOf": _not(_array),
}
"""The 36 comparators of V2; hashing changes nothing about what is compared."""

V1_ONLY: Final = {"contains": "containsAnyOf", "doesNotContain": "doesNotContainAnyOf"}
"""The comparators of V1 that V2 calls otherwise."""


def compare(comparator: str, attribute: object, wanted: Wanted) -> bool:
    """Compare as a V2 condition does.

    Args:
        comparator: Its name.
        attribute: What the user has; not missing.
        wanted: The comparison value.

    Raises:
        CannotEvaluateError: The attribute or the comparison value makes no sense.
    """
    return CHECKS[comparator](attribute, wanted)


def compare_v1(comparator: str, attribute: object, wanted: str) -> bool:
    """Compare as a V1 rule and a segment do, which have a text to compare with.

    Raises:
        CannotEvaluateError: The attribute or the comparison value makes no sense.
    """
    if comparator in V1_ONLY:
        return compare(V1_ONLY[comparator], attribute, [wanted])
    if comparator.endswith("OneOf"):
        items = [one.strip() for one in wanted.split(",")]
        return compare(comparator, attribute, [one for one in items if one])
    if comparator.startswith("number"):
        number = read_number(wanted)
        if number is None or not math.isfinite(number):
            raise CannotEvaluateError(wanted)
        return compare(comparator, attribute, number)
    return compare(comparator, attribute, wanted)
