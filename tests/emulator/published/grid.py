"""Every comparator with values and attributes on which it comes to each result."""

from collections.abc import Callable
from typing import Any, Final

import attrs

from tests.emulator.published.plans import (
    ARRAYS,
    COMPARATORS,
    DATES,
    NOON,
    SECONDS,
    V1_COMPARATORS,
    Kind,
    Plan,
    User,
)

Json = Any
BOOLEAN: Final = Kind("boolean")
NOWHERE: Final = (None, "")
"""Attributes that count as missing."""


@attrs.frozen
class Family:
    """Comparators that look at attributes in the same way."""

    comparators: tuple[str, ...]
    wanted: tuple[Json, ...]
    """Comparison values of V2."""
    wanted_v1: tuple[str, ...]
    """Comparison values of V1 and of segments."""
    attributes: tuple[object, ...]

    @property
    def of_v1(self) -> tuple[str, ...]:
        """The comparators that V1 and segments have."""
        same = {"containsAnyOf": "contains", "doesNotContainAnyOf": "doesNotContain"}
        names = [same.get(one, one) for one in self.comparators]
        return tuple(name for name in names if name in V1_COMPARATORS)

    def plan(self) -> Plan:
        """Return settings that show each comparison of its own to users."""
        conditions_v1 = [
            _condition(comparator, wanted)
            for comparator in self.of_v1
            for wanted in self.wanted_v1
        ]
        asked = [
            _condition(comparator, wanted)
            for comparator in self.comparators
            for wanted in self.wanted
        ]
        asked += [
            {"segment": position, "comparator": comparator}
            for position in range(len(conditions_v1))
            for comparator in ("isIn", "isNotIn")
        ]
        return Plan(
            segments=conditions_v1,
            v1=[_shown_v1(condition) for condition in conditions_v1],
            v2=[_shown(condition) for condition in asked],
            users=self._users(),
        )

    def _users(self) -> list[User]:
        everybody: list[User] = [None, {"Identifier": "without"}]
        for attribute in (*self.attributes, *NOWHERE):
            everybody.append({"Identifier": "with", "X": attribute})
        return everybody


def _condition(comparator: str, wanted: Json) -> Json:
    return {
        "comparisonAttribute": "X",
        "comparator": comparator,
        "comparisonValue": wanted,
    }


def _shown(condition: Json) -> Json:
    rule = {"conditions": [condition], "value": {"boolValue": True}}
    value = {"defaultValue": {"boolValue": False}, "targetingRules": [rule]}
    return {"kind": BOOLEAN, "value": value}


def _shown_v1(condition: Json) -> Json:
    rule = {**condition, "value": True}
    return {"kind": BOOLEAN, "value": {"value": False, "rolloutRules": [rule]}}


def _texts(*texts: str) -> Json:
    return {"listValue": [{"value": text} for text in texts]}


def _those(choose: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(one for one in COMPARATORS if choose(one))


_TEXT_ATTRIBUTES: Final = (
    "a",
    "abc",
    "cba",
    " a ",
    "A",
    "Köln",
    "😀 Köln",
    "ann@example.com",
    "7",
    7,
    1.5,
    1e-7,
    True,
    NOON,
    ["a"],
)
_VERSION_ATTRIBUTES: Final = (
    "1.2.3",
    "1.2.3+build.7",
    "1.2.3-beta",
    "1.2.3-beta.2",
    "1.2.3-beta.11",
    "1.2.3-2",
    "1.10.0",
    " 2.0.0 ",
    "1.2",
    "01.2.3",
    "v1.2.3",
    1.2,
    ["1.2.3"],
)
_NUMBER_ATTRIBUTES: Final = (
    1.5,
    "1,5",
    " 1.50 ",
    "15e-1",
    "2",
    2,
    -1,
    "-0",
    0,
    True,
    10**21,
    "1e21",
    "NaN",
    float("-inf"),
    "many",
    "1.000,5",
)

FAMILIES: Final = {
    "lists of texts": Family(
        comparators=_those(
            lambda one: one.endswith("Of") and "emVer" not in one and "rray" not in one
        ),
        wanted=(_texts("a", "Köln"), _texts(" a "), _texts("bc", "example.com", "7")),
        wanted_v1=("a , Köln", "a", "bc,example.com,,7"),
        attributes=_TEXT_ATTRIBUTES,
    ),
    "texts": Family(
        comparators=_those(
            lambda one: one.endswith(("extEquals", "extDoesNotEqual")),
        ),
        wanted=({"stringValue": "a"}, {"stringValue": "Köln"}, {"stringValue": "7"}),
        wanted_v1=(),
        attributes=_TEXT_ATTRIBUTES,
    ),
    "lists of versions": Family(
        comparators=("semVerIsOneOf", "semVerIsNotOneOf"),
        wanted=(
            _texts("1.2.3", "2.0.0"),
            _texts(" 1.2.3-beta ", "1.2.3-beta.2+x", " "),
            _texts("1.2.3", "1.2"),
        ),
        wanted_v1=("1.2.3, 2.0.0", "1.2.3-beta,,1.2.3-beta.2+x", "1.2.3,1.2"),
        attributes=_VERSION_ATTRIBUTES,
    ),
    "versions": Family(
        comparators=_those(
            lambda one: one.startswith("semVer") and not one.endswith("OneOf")
        ),
        wanted=(
            {"stringValue": "1.2.3"},
            {"stringValue": " 1.2.3-beta.2 "},
            {"stringValue": "nonsense"},
        ),
        wanted_v1=("1.2.3", " 1.2.3-beta.2 ", "nonsense"),
        attributes=_VERSION_ATTRIBUTES,
    ),
    "numbers": Family(
        comparators=_those(lambda one: one.startswith("number")),
        wanted=({"doubleValue": 1.5}, {"doubleValue": 0}, {"doubleValue": 1e21}),
        wanted_v1=("1,5", " 0 ", "1e21", "many", "1e999", "NaN"),
        attributes=_NUMBER_ATTRIBUTES,
    ),
    "dates": Family(
        comparators=("dateTimeBefore", "dateTimeAfter"),
        wanted=tuple({"doubleValue": moment} for moment in SECONDS),
        wanted_v1=(),
        attributes=(*DATES, *SECONDS, *map(str, SECONDS), "1709208000,5", "soon"),
    ),
    "arrays": Family(
        comparators=_those(lambda one: "rray" in one),
        wanted=(_texts("a"), _texts("b", "Köln"), _texts("A", " a ", "z")),
        wanted_v1=(),
        attributes=(*ARRAYS, ["a", 1], 7, NOON),
    ),
}
