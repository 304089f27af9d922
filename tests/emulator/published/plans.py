"""Generates what to manage and whom to evaluate it for.

Values are drawn from small pools, so that users often have just what a rule asks for.
A plan is plain data; it names segments and settings by position, since ids are known
only once they exist.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from tests.evaluator.comparisons import CHECKS, V1_ONLY

Json = Any
User = dict[str, object] | None

KINDS: Final = ("boolean", "string", "int", "double")
MEMBERS: Final = {
    "boolean": "boolValue",
    "string": "stringValue",
    "int": "intValue",
    "double": "doubleValue",
}
COMPARATORS: Final = tuple(CHECKS)
V1_COMPARATORS: Final = (
    *V1_ONLY,
    *(one for one in COMPARATORS[:18] if not one.endswith("AnyOf")),
)

TEXTS: Final = (
    "a",
    "abc",
    " a ",
    "A",
    "a,b",
    "ann@example.com",
    "example.com",
    "Köln",
    "ö",
    "😀 Köln",
    "1.2.3",
    '["a"]',
)
VERSIONS: Final = (
    "1.2.3",
    "1.2.4",
    "1.10.0",
    "1.2.3-beta",
    "1.2.3-beta.2",
    "1.2.3-beta.11",
    "1.2.3+build.7",
    " 1.2.3 ",
    "2.0.0-rc.1+x",
    "1.2",
    "v1.2.3",
    "one",
)
NUMBERS: Final = (0.0, 1.0, -1.0, 1.5, 3.14, 42.0, 0.1, 1e-7, 1e21, 123456.789)
NUMBER_TEXTS: Final = (
    "0",
    "1",
    "-1",
    "+1",
    "1.5",
    "1,5",
    " 3.14 ",
    "42",
    "4.2e1",
    ".5",
    "5.",
    "1.000,5",
    "many",
    "0x10",
)
ATTRIBUTE_NUMBERS: Final = (*NUMBERS, *NUMBER_TEXTS, "NaN", "Infinity", "-Infinity")
NOON: Final = datetime(2024, 2, 29, 12, tzinfo=UTC)
SECONDS: Final = (NOON.timestamp(), NOON.timestamp() + 0.5, 0.0)
DATES: Final = (
    NOON,
    NOON + timedelta(milliseconds=500),
    NOON.replace(tzinfo=None),
    NOON.astimezone(timezone(timedelta(hours=5, minutes=30))),
)
ARRAYS: Final = (
    ["a"],
    ["a", "b"],
    ["b", "Köln"],
    [],
    '["a","b"]',
    ' ["Köln"] ',
    "[]",
    "[1]",
    "{}",
    "a",
)
PLAIN: Final = (
    True,
    False,
    0,
    7,
    -3,
    10**20,
    2.0,
    -0.0,
    0.1 + 0.2,
    1e-5,
    1.5e300,
    float("inf"),
    " ",
)
"""Odd values that every comparator takes."""
ODD: Final = (*PLAIN, NOON, NOON.replace(microsecond=500_000), ["a", "ö"], ["a", 1])
"""The others stop the SDK where it wants a number, though it is to skip the rule."""

ATTRIBUTES: Final = {
    "Identifier": st.sampled_from(TEXTS),
    "Email": st.sampled_from(TEXTS),
    "Country": st.sampled_from(TEXTS * 3 + PLAIN),
    "Version": st.sampled_from(VERSIONS * 3 + PLAIN),
    "Age": st.sampled_from(ATTRIBUTE_NUMBERS + PLAIN),
    "Since": st.sampled_from((*DATES, *SECONDS, *map(str, SECONDS), *PLAIN)),
    "Roles": st.sampled_from((*ARRAYS, *ODD)),
    "Odd": st.sampled_from(ODD),
}
OF_TEXT: Final = ("Identifier", "Email", "Country", "Odd")
NOT_FOR_NUMBERS: Final = ("Since", "Roles", "Odd")
NOT_FOR_DATES: Final = ("Roles", "Odd")


@attrs.frozen
class Plan:
    """Settings of a V1 and a V2 config that share segments, and users."""

    segments: list[Json]
    v1: list[Json]
    """Types of the settings, each with a value."""
    v2: list[Json]
    """Types, predefined variations and values of the settings."""
    users: list[User]


def attributes_for(comparator: str) -> st.SearchStrategy[str]:
    """Draw an attribute, mostly one that makes sense to a comparator."""
    unfit: Sequence[str] = ()
    fit: Sequence[str] = OF_TEXT
    if comparator.startswith("semVer"):
        fit = ("Version",)
    elif comparator.startswith("number"):
        fit, unfit = ("Age",), NOT_FOR_NUMBERS
    elif comparator.startswith("date"):
        fit, unfit = ("Since",), NOT_FOR_DATES
    elif "array" in comparator.lower():
        fit = ("Roles",)
    others = [name for name in ATTRIBUTES if name not in unfit]
    return st.sampled_from((*tuple(fit) * 9, *others))


@st.composite
def user_conditions(draw: st.DrawFn, comparator: str | None = None) -> Json:
    """Draw a V2 condition on an attribute of the user."""
    chosen = comparator or draw(st.sampled_from(COMPARATORS))
    value: Json
    if chosen.startswith("number"):
        value = {"doubleValue": draw(st.sampled_from(NUMBERS))}
    elif chosen.startswith("date"):
        value = {"doubleValue": draw(st.sampled_from(SECONDS))}
    elif chosen.startswith("semVer"):
        value = _texts_for(draw, chosen, VERSIONS)
    else:
        value = _texts_for(draw, chosen, TEXTS)
    return {
        "comparisonAttribute": draw(attributes_for(chosen)),
        "comparator": chosen,
        "comparisonValue": value,
    }


def _texts_for(draw: st.DrawFn, comparator: str, pool: Sequence[str]) -> Json:
    if not comparator.endswith("Of"):
        return {"stringValue": draw(st.sampled_from(pool))}
    items = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3))
    return {"listValue": [{"value": item, "hint": "of no matter"} for item in items]}


@st.composite
def v1_conditions(draw: st.DrawFn, comparator: str | None = None) -> Json:
    """Draw a V1 condition, which is what a segment consists of too."""
    chosen = comparator or draw(st.sampled_from(V1_COMPARATORS))
    if chosen.startswith("number"):
        value = draw(st.sampled_from(NUMBER_TEXTS))
    else:
        pool = VERSIONS if chosen.startswith("semVer") else TEXTS
        several = chosen.endswith("OneOf")
        items = draw(
            st.lists(st.sampled_from(pool), min_size=1, max_size=3 if several else 1)
        )
        value = draw(st.sampled_from((",", " , ", ",,"))).join(items)
    return {
        "comparisonAttribute": draw(attributes_for(chosen)),
        "comparator": chosen,
        "comparisonValue": value,
    }


def plain_values(kind: str) -> st.SearchStrategy[Json]:
    """Draw a value of a setting type."""
    match kind:
        case "boolean":
            return st.booleans()
        case "string":
            return st.sampled_from(TEXTS) | st.text(
                st.characters(exclude_categories=("Cs",)), min_size=1, max_size=9
            )
        case "int":
            return st.integers(-(2**31), 2**31 - 1)
        case _:
            return st.sampled_from(NUMBERS) | st.floats(
                allow_nan=False, allow_infinity=False
            )


@st.composite
def splits(draw: st.DrawFn, values: st.SearchStrategy[Json], kind: str) -> list[Json]:
    """Draw shares that add up to 100; a boolean has two of them."""
    if kind == "boolean":
        first, share = draw(st.booleans()), draw(st.integers(0, 100))
        return [
            {"percentage": share, "value": first},
            {"percentage": 100 - share, "value": not first},
        ]
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=3)))
    ends = [*cuts, 100]
    starts = [0, *cuts]
    return [
        {"percentage": end - start, "value": draw(values)}
        for start, end in zip(starts, ends, strict=True)
    ]


@st.composite
def rollouts(draw: st.DrawFn, kind: str, segment_count: int) -> Json:
    """Draw a V1 value."""
    values = plain_values(kind)
    segment_rules = st.fixed_dictionaries(
        {
            "segment": st.integers(0, segment_count - 1),
            "segmentComparator": st.sampled_from(("isIn", "isNotIn")),
        }
    )
    rules = draw(
        st.lists(v1_conditions() | v1_conditions() | segment_rules, max_size=4)
    )
    items = draw(st.just([]) | splits(values, kind))
    return {
        "value": draw(values),
        "rolloutRules": [{**rule, "value": draw(values)} for rule in rules],
        "rolloutPercentageItems": items,
    }


@attrs.frozen
class Kind:
    """The type of a setting, and its predefined variations if it has some."""

    name: str
    variations: tuple[Json, ...] = ()

    @property
    def values(self) -> st.SearchStrategy[Json]:
        """What it can serve; `position` stands for a predefined variation."""
        if self.variations:
            positions = st.integers(0, len(self.variations) - 1)
            return positions.map(lambda position: {"position": position})
        member = MEMBERS[self.name]
        return plain_values(self.name).map(lambda value: {member: value})

    def split(self) -> st.SearchStrategy[list[Json]]:
        """Shares of what it can serve."""
        if self.name != "boolean":
            return splits(self.values, self.name)
        return splits(st.nothing(), "boolean").map(
            lambda options: [
                {**option, "value": self._switch(option["value"])} for option in options
            ]
        )

    def _switch(self, value: bool) -> Json:
        if self.variations:
            return {"position": self.variations.index(value)}
        return {"boolValue": value}


@st.composite
def kinds(draw: st.DrawFn) -> Kind:
    """Draw a kind of setting for a V2 config."""
    name = draw(st.sampled_from(KINDS))
    if draw(st.integers(0, 3)):
        return Kind(name)
    variations = st.lists(plain_values(name), min_size=2, max_size=4, unique=True)
    return Kind(name, tuple(draw(variations)))


@st.composite
def formulas(
    draw: st.DrawFn, position: int, known: Sequence[Kind], segment_count: int
) -> Json:
    """Draw a V2 value for a setting; only settings before it are prerequisites."""
    kind = known[position]
    conditions = [user_conditions(), user_conditions(), _segment(segment_count)]
    if position:
        conditions.append(_prerequisite(known[:position]))
    rules = [
        {"conditions": asked, **draw(_served(kind))}
        for asked in draw(
            st.lists(
                st.lists(st.one_of(conditions), min_size=1, max_size=2), max_size=4
            )
        )
    ]
    if draw(st.booleans()):
        rules.append({"conditions": [], "percentageOptions": draw(kind.split())})
    attribute = draw(st.sampled_from((None, None, "Email", "Odd", "Age", "Nothing")))
    return {
        "defaultValue": draw(kind.values),
        "targetingRules": rules,
        "percentageEvaluationAttribute": attribute,
    }


def _served(kind: Kind) -> st.SearchStrategy[Json]:
    value = st.fixed_dictionaries({"value": kind.values})
    return value | value | st.fixed_dictionaries({"percentageOptions": kind.split()})


def _segment(count: int) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {
            "segment": st.integers(0, count - 1),
            "comparator": st.sampled_from(("isIn", "isNotIn")),
        }
    )


@st.composite
def _prerequisite(draw: st.DrawFn, others: Sequence[Kind]) -> Json:
    position = draw(st.integers(0, len(others) - 1))
    return {
        "prerequisite": position,
        "comparator": draw(st.sampled_from(("equals", "doesNotEqual"))),
        "value": draw(others[position].values),
    }


@st.composite
def users(draw: st.DrawFn) -> User:
    """Draw a user who has most of the attributes, or nobody."""
    if draw(st.sampled_from(range(12))) == 7:
        return None
    someone: dict[str, object] = {}
    for name, values in ATTRIBUTES.items():
        presence = draw(st.sampled_from((*["there"] * 12, "absent", "null", "empty")))
        if presence == "there":
            someone[name] = draw(values)
        elif presence == "empty" or name == "Identifier":
            someone[name] = ""  # the SDK demands an identifier of some sort
        elif presence == "null":
            someone[name] = None
    return someone


@st.composite
def plans(draw: st.DrawFn, *, settings: int = 10, people: int = 10) -> Plan:
    """Draw a plan with so many settings of each version, and so many users."""
    segments = draw(st.lists(v1_conditions(), min_size=2, max_size=4))
    v1: list[Json] = []
    for _ in range(settings):
        name = draw(st.sampled_from(KINDS))
        v1.append({"kind": Kind(name), "value": draw(rollouts(name, len(segments)))})
    known = [draw(kinds()) for _ in range(settings)]
    v2 = [
        {"kind": kind, "value": draw(formulas(position, known, len(segments)))}
        for position, kind in enumerate(known)
    ]
    everybody = draw(st.lists(users(), min_size=people, max_size=people))
    return Plan(segments, v1, v2, everybody)
