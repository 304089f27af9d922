"""The evaluator does what ConfigCat's documentation says."""

from typing import Any

import pytest

from tests.evaluator.attributes import (
    CannotEvaluateError,
    as_number,
    as_seconds,
    as_text,
    as_texts,
    as_version,
)
from tests.evaluator.evaluation import Evaluation, bucket
from tests.evaluator.versions import read_version

Json = Any


def value(**member: Json) -> Json:
    names = ("boolValue", "stringValue", "intValue", "doubleValue")
    return {**dict.fromkeys((*names, "predefinedVariationId")), **member}


def condition(kind: str, **parts: Json) -> Json:
    kinds = ("userCondition", "segmentCondition", "prerequisiteFlagCondition")
    return {**dict.fromkeys(kinds), kind: parts}


def is_old(comparator: str = "numberGreater") -> Json:
    return condition(
        "userCondition",
        comparisonAttribute="Age",
        comparator=comparator,
        comparisonValue={"stringValue": None, "doubleValue": 60, "listValue": None},
    )


def rule(served: Json, *conditions: Json) -> Json:
    return {"conditions": list(conditions), "value": served, "percentageOptions": []}


def serves(rules: list[Json], user: Json, segments: tuple[Json, ...] = ()) -> Json:
    """Evaluate a text setting whose default is `default`."""
    setting = {"settingId": 1, "key": "key", "settingType": "string"}
    entry = {
        "setting": setting,
        "defaultValue": value(stringValue="default"),
        "targetingRules": rules,
        "percentageEvaluationAttribute": None,
    }
    evaluation = Evaluation({"settingFormulas": [entry]}, segments)
    return evaluation.outcome("key", user).value


YES = value(stringValue="yes")
OTHER = value(stringValue="other")


def test_versions_have_the_precedence_of_the_specification() -> None:
    # Source: https://semver.org, paragraph 11.
    texts = (
        *("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta"),
        *("1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"),
        *("2.0.0", "2.1.0", "2.1.1"),
    )
    versions = [read_version(text) for text in texts]
    assert None not in versions
    assert versions == sorted(one for one in versions if one is not None)
    assert read_version("1.0.0+one") == read_version("1.0.0+two")


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "01.2.3", "1.2.3.4", "v1.2.3", "1.2.3-", "1.2.3-01"]
)
def test_what_is_no_version_is_not_read(text: str) -> None:
    assert read_version(text) is None


def test_the_first_rule_whose_conditions_all_hold_decides() -> None:
    rules = [rule(YES, is_old(), is_old("numberLess")), rule(OTHER, is_old())]
    assert serves(rules, {"Age": 70}) == "other"
    assert serves(rules, {"Age": 50}) == "default"


@pytest.mark.parametrize("user", [None, {}, {"Age": None}, {"Age": ""}, {"Age": "old"}])
def test_a_rule_that_cannot_be_evaluated_is_skipped(user: Json) -> None:
    both = [rule(YES, is_old()), rule(OTHER, is_old("numberLessOrEquals"))]
    assert serves(both, user) == "default"


@pytest.mark.parametrize(
    ("age", "is_in"), [("61", True), ("60", False), ("old", None), (None, None)]
)
def test_nobody_is_in_or_out_of_a_segment_that_cannot_be_evaluated(
    age: Json, is_in: bool | None
) -> None:
    segment = {
        "segmentId": "s",
        "comparisonAttribute": "Age",
        "comparator": "numberGreater",
        "comparisonValue": "60,0",
    }
    rules = [
        rule(served, condition("segmentCondition", segmentId="s", comparator=asked))
        for asked, served in (("isIn", YES), ("isNotIn", OTHER))
    ]
    expected = {True: "yes", False: "other", None: "default"}[is_in]
    assert serves(rules, {"Age": age}, (segment,)) == expected


def test_shares_are_filled_by_buckets_in_their_order() -> None:
    options = [
        {"percentage": share, "value": value(stringValue=f"{share}")}
        for share in (10, 0, 30, 60)
    ]
    split = [{"conditions": [], "value": None, "percentageOptions": options}]
    for number in range(100):
        user = {"Identifier": f"user {number}"}
        place = bucket("key", user["Identifier"])
        share = "10" if place < 10 else "30" if place < 40 else "60"
        assert serves(split, user) == share
    assert serves(split, None) == "default"


def test_attributes_are_read_as_each_family_of_comparators_needs() -> None:
    assert as_text(["a", "ö"]) == '["a","ö"]'
    assert as_text(2.0) == "2"
    assert as_number(" 1,5 ") == 1.5
    assert as_seconds("1.5") == 1.5
    assert as_texts('["a"]') == ["a"]
    for read, attribute in (
        (as_version, 1.2),
        (as_number, "1 000"),
        (as_seconds, ["1"]),
        (as_texts, "a"),
        (as_texts, [1]),
    ):
        with pytest.raises(CannotEvaluateError):
            read(attribute)
