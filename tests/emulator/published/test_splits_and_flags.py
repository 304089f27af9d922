"""Splits, prerequisites and predefined variations, each by itself."""

from typing import Any, Final

import pytest

from configcat_mgmt.emulator import Emulator
from tests.emulator.published.managed import Managed, Manager, compare
from tests.emulator.published.plans import MEMBERS, Kind, Plan, User

Json = Any

PEOPLE: Final[list[User]] = [
    {"Identifier": f"user {number}", "Email": f"{number % 7}@example.com", "N": number}
    for number in range(60)
]
WITHOUT_EMAIL: Final[list[User]] = [
    {"Identifier": "somebody"},
    {"Identifier": "somebody", "Email": None},
    None,
]
SERVED: Final = {
    "boolean": (True, False),
    "string": ("one", "zwölf", "1", "true"),
    "int": (1, -2, 0, 2**31 - 1),
    "double": (1.0, -0.5, 3.1415, 1e-9),
}


def _split(values: list[Json]) -> list[Json]:
    share = 100 // len(values)
    return [{"percentage": share, "value": value} for value in values]


def _v2(kind: Kind, rules: list[Json], default: Json, attribute: str = "") -> Json:
    value = {"defaultValue": default, "targetingRules": rules}
    if attribute:
        value["percentageEvaluationAttribute"] = attribute
    return {"kind": kind, "value": value}


def _served(running: Emulator, managed: Managed, people: list[User]) -> list[set[Json]]:
    """Evaluate in both ways, which must agree; return what each setting served."""
    evaluation = managed.evaluation()
    assert compare(running.base_url, managed, evaluation, people).differences == []
    return [
        {evaluation.outcome(key, user).value for user in people}
        for key in evaluation.keys
    ]


@pytest.mark.parametrize("kind", SERVED)
def test_users_are_split_by_the_attribute_that_the_formula_names(
    running: Emulator, manager: Manager, kind: str
) -> None:
    member, values = MEMBERS[kind], SERVED[kind]
    options = _split([{member: value} for value in values])
    rule = {"conditions": [], "percentageOptions": options}
    default = {member: values[-1]}
    plan = Plan(
        segments=[],
        v1=[
            {
                "kind": Kind(kind),
                "value": {
                    "value": values[-1],
                    "rolloutPercentageItems": _split(list(values)),
                },
            }
        ],
        v2=[
            _v2(Kind(kind), [rule], default, attribute)
            for attribute in ("", "Email", "N", "Identifier")
        ],
        users=PEOPLE,
    )
    for managed in manager.manage(plan):
        served = _served(running, managed, PEOPLE)
        assert served == [set(values)] * len(served)


def test_a_split_is_skipped_if_users_lack_the_attribute_that_it_needs(
    running: Emulator, manager: Manager
) -> None:
    split = _split([{"stringValue": "left"}, {"stringValue": "right"}])
    somebody = {
        "comparisonAttribute": "Identifier",
        "comparator": "isOneOf",
        "comparisonValue": {"listValue": [{"value": "somebody"}]},
    }
    rules = [
        {"conditions": [somebody], "percentageOptions": split},
        {"conditions": [somebody], "value": {"stringValue": "next rule"}},
        {"conditions": [], "percentageOptions": split},
    ]
    default = {"stringValue": "default"}
    entries = [
        _v2(Kind("string"), rules, default, "Email"),
        _v2(Kind("string"), rules[2:], default, "Email"),
    ]
    _, managed = manager.manage(Plan([], [], entries, []))
    served = _served(running, managed, WITHOUT_EMAIL)
    assert served == [{"next rule", "default"}, {"default"}]


@pytest.mark.parametrize("kind", SERVED)
@pytest.mark.parametrize("is_predefined", [False, True])
def test_prerequisites_are_compared_by_value(
    running: Emulator, manager: Manager, kind: str, is_predefined: bool
) -> None:
    values = SERVED[kind]
    setting = Kind(kind, values if is_predefined else ())

    def value(position: int) -> Json:
        if is_predefined:
            return {"position": position}
        return {MEMBERS[kind]: values[position]}

    options = _split([value(position) for position in range(len(values))])
    split = {"conditions": [], "percentageOptions": options}
    entries = [_v2(setting, [split], value(0))]
    for asked in ("equals", "doesNotEqual"):
        condition = {"prerequisite": 0, "comparator": asked, "value": value(1)}
        rule = {"conditions": [condition], "value": {"stringValue": "yes"}}
        entries.append(_v2(Kind("string"), [rule], {"stringValue": "no"}))
    last = {"prerequisite": 1, "comparator": "equals", "value": {"stringValue": "no"}}
    rule = {"conditions": [last], "value": {"boolValue": True}}
    entries.append(_v2(Kind("boolean"), [rule], {"boolValue": False}))
    _, managed = manager.manage(Plan([], [], entries, []))
    served = _served(running, managed, PEOPLE)
    both = {"yes", "no"}
    assert served == [set(values), both, both, {True, False}]
