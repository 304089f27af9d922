"""A value of version 1 that somebody changed in any way is told from what it was."""

from typing import Any, Final

import pytest

from configcat_mgmt.jobs.applying.sameness import same_old_value

Json = Any

WANTED: Final[Json] = {
    "settingId": 7,
    "value": False,
    "rolloutRules": [
        {
            "comparisonAttribute": "Email",
            "comparator": "contains",
            "comparisonValue": "@example.com",
            "value": True,
        },
        {"segmentId": "1", "segmentComparator": "isIn", "value": True},
    ],
    "rolloutPercentageItems": [
        {"percentage": 30, "value": True},
        {"percentage": 70, "value": False},
    ],
}


def answered(value: Json) -> Json:
    """Return a value as the service answers it, with more than a plan knows of."""
    rules = [
        {
            "comparisonAttribute": None,
            "comparator": None,
            "comparisonValue": None,
            "segmentId": None,
            "segmentComparator": None,
            **rule,
            "new": "field",
        }
        for rule in value["rolloutRules"]
    ]
    items = [{**item, "new": 1} for item in value["rolloutPercentageItems"]]
    return {
        **value,
        "rolloutRules": rules,
        "rolloutPercentageItems": items,
        "setting": {},
    }


def test_what_is_there_as_wanted_is_the_same() -> None:
    assert same_old_value(WANTED, answered(WANTED))
    empty = {"value": "", "rolloutRules": [], "rolloutPercentageItems": []}
    assert same_old_value({"value": ""}, empty)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("value",), True),
        (("rolloutRules", 0, "comparisonAttribute"), "Country"),
        (("rolloutRules", 0, "comparator"), "doesNotContain"),
        (("rolloutRules", 0, "comparisonValue"), "@example.org"),
        (("rolloutRules", 0, "value"), False),
        (("rolloutRules", 1, "segmentId"), "2"),
        (("rolloutRules", 1, "segmentComparator"), "isNotIn"),
        (("rolloutRules",), []),
        (("rolloutPercentageItems", 0, "percentage"), 31),
        (("rolloutPercentageItems", 1, "value"), True),
        (("rolloutPercentageItems",), []),
    ],
)
def test_every_part_counts(path: tuple[str | int, ...], value: Json) -> None:
    other = answered(WANTED)
    place = other
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not same_old_value(WANTED, other)
    assert not same_old_value(other, WANTED)


def test_the_order_counts() -> None:
    other = {**WANTED, "rolloutRules": WANTED["rolloutRules"][::-1]}
    assert not same_old_value(WANTED, answered(other))
