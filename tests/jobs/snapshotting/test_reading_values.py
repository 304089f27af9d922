"""Values become words of a snapshot, or are refused: nothing is dropped unseen."""

from typing import Any
from uuid import UUID

import pytest

from configcat_mgmt.core.codec.decode import from_json
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    PercentageOption,
    Plain,
    Rule,
    RuleV1,
    ValueV1,
)
from configcat_mgmt.jobs.snapshotting.values import (
    Names,
    UnreadableError,
    read_formula,
    read_old_value,
    typed,
)
from configcat_mgmt.models import (
    ConfigSettingFormulaModel,
    ConfigSettingValueModel,
    SettingModel,
)

Json = Any

FIRST, SECOND = UUID(int=1), UUID(int=2)


def setting(kind: str = "boolean", variations: Json = ()) -> SettingModel:
    data = {
        "settingId": 5,
        "key": "flag",
        "settingType": kind,
        "predefinedVariations": [
            {"predefinedVariationId": str(UUID(int=number)), "value": value}
            for number, value in enumerate(variations, 1)
        ],
    }
    return from_json(data, SettingModel)


def formula(default: Json, *rules: Json, kind: str = "boolean", **rest: Json) -> Json:
    data = {
        "defaultValue": default,
        "targetingRules": rules,
        "setting": {"settingId": 5, "key": "flag", "settingType": kind},
        **rest,
    }
    return from_json(data, ConfigSettingFormulaModel)


def read(model: Json, kind: str = "boolean", variations: Json = ()) -> Formula:
    one = setting(kind, variations)
    found = read_formula(model, one, Names({}, {5: one})).targeting
    assert isinstance(found, Formula)
    return found


def refused(model: Json, kind: str = "boolean", variations: Json = ()) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(model, kind, variations)
    return str(caught.value)


TRUE = {"boolValue": True}
USER = {"comparisonAttribute": "Email", "comparator": "isOneOf"}


def rule(condition: Json) -> Json:
    return {"conditions": [condition], "percentageOptions": [], "value": TRUE}


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (True, "boolean", True),
        ("", "string", ""),
        (5, "int", 5),
        (5.0, "int", 5),
        (5, "double", 5.0),
        (0.5, "double", 0.5),
    ],
)
def test_a_value_gets_the_type_of_its_setting(
    value: Plain, kind: str, expected: Plain
) -> None:
    assert repr(typed(value, kind)) == repr(expected)


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        (1, "boolean", "a value of type int in a boolean"),
        (True, "int", "a value of type bool in a int"),
        (False, "double", "a value of type bool in a double"),
        (0.5, "int", "a value of type float in a int"),
        ("1", "double", "a value of type str in a double"),
        (1, "string", "a value of type int in a string"),
        (None, "string", "a value of type NoneType in a string"),
        (True, "date", "the setting type 'date' is not known"),
    ],
)
def test_a_value_of_another_type_is_refused(
    value: Json, kind: str, reason: str
) -> None:
    with pytest.raises(UnreadableError) as caught:
        typed(value, kind)
    assert str(caught.value) == reason


def test_a_whole_double_stays_a_double() -> None:
    found = read(formula({"doubleValue": 2}, kind="double"), "double")
    assert repr(found.default) == "2.0"


def test_a_variation_is_its_value() -> None:
    variations = [{"stringValue": "a"}, {"stringValue": "b"}]
    model = formula({"predefinedVariationId": str(SECOND)}, kind="string")
    assert read(model, "string", variations).default == "b"
    # Where the value stands beside the id, the id decides.
    both = {"predefinedVariationId": str(FIRST), "stringValue": "old"}
    assert read(formula(both, kind="string"), "string", variations).default == "a"
    reason = refused(model, "string", variations[:1])
    assert reason == f"the setting has no predefined variation {SECOND}"


@pytest.mark.parametrize(
    ("default", "reason"),
    [
        ({}, "ValueModel has no member set, so there is no value"),
        (
            {"boolValue": True, "intValue": 1},
            "ValueModel has more than one member set: bool_value, int_value",
        ),
        ({"stringValue": "x"}, "a value of type str in a boolean"),
    ],
)
def test_a_value_without_a_clear_member_is_refused(default: Json, reason: str) -> None:
    assert refused(formula(default)) == reason


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({}, "a condition is of a kind that is not known"),
        ({"newCondition": {"x": 1}}, "a condition is of a kind that is not known"),
        (
            {
                "segmentCondition": {"segmentId": str(FIRST), "comparator": "isIn"},
            },
            f"it uses segment {FIRST}, which cannot be read",
        ),
        (
            {"userCondition": {**USER, "comparisonValue": {}}},
            "a condition compares with 0 values",
        ),
        (
            {
                "userCondition": {
                    **USER,
                    "comparisonValue": {"stringValue": "x", "doubleValue": 1},
                },
            },
            "a condition compares with 2 values",
        ),
        (
            {
                "userCondition": {**USER, "comparisonValue": {"listValue": []}},
                "prerequisiteFlagCondition": {
                    "prerequisiteSettingId": 5,
                    "comparator": "equals",
                    "prerequisiteComparisonValue": TRUE,
                },
            },
            "a condition is of a kind that is not known",
        ),
        (
            {
                "prerequisiteFlagCondition": {
                    "prerequisiteSettingId": 6,
                    "comparator": "equals",
                    "prerequisiteComparisonValue": TRUE,
                },
            },
            "it depends on setting 6, which is not there",
        ),
    ],
)
def test_a_condition_that_has_no_words_is_refused(condition: Json, reason: str) -> None:
    assert refused(formula(TRUE, rule(condition))) == reason


def test_an_empty_list_and_a_new_comparator_are_kept() -> None:
    user = {
        "comparisonAttribute": "Email",
        "comparator": "soundsLike",
        "comparisonValue": {"listValue": []},
    }
    (found,) = read(formula(TRUE, rule({"userCondition": user}))).rules
    (condition,) = found.conditions
    assert (condition.comparator, condition.value) == ("soundsLike", ())  # type: ignore[union-attr]


def test_a_rule_with_a_value_and_options_keeps_both() -> None:
    options = [{"percentage": 100, "value": TRUE}]
    both = {"conditions": [], "percentageOptions": options, "value": TRUE}
    found = read(formula(TRUE, both)).rules
    assert found == (Rule((), True, (PercentageOption(100, True),)),)


def test_what_the_service_leaves_out_is_nothing() -> None:
    model = formula(TRUE, percentageEvaluationAttribute="", integrationLinks=[{}])
    one = setting()
    found = read_formula(model, one, Names({}, {5: one}))
    assert found.targeting == Formula(True)
    assert found.version is None
    (link,) = found.links
    assert (link.type, link.key, link.description, link.url) == ("", "", None, None)


def test_a_v1_value_is_typed_and_its_segments_are_named() -> None:
    data = {
        "value": 1,
        "rolloutRules": [
            {"value": 2, "segmentId": str(FIRST), "segmentComparator": "isIn"}
        ],
        "rolloutPercentageItems": [{"percentage": 100, "value": 3.0}],
        "setting": {"settingId": 5, "key": "flag", "settingType": "double"},
    }
    model = from_json(data, ConfigSettingValueModel)
    one = setting("double")
    found = read_old_value(model, one, Names({FIRST: "Beta"}, {5: one})).targeting
    rules = (RuleV1(2.0, segment="Beta", segment_comparator="isIn"),)
    expected = ValueV1(1.0, rules, (PercentageOption(100, 3.0),))
    assert found == expected
    assert repr(found) == repr(expected)
    with pytest.raises(UnreadableError, match="which cannot be read"):
        read_old_value(model, one, Names({}, {5: one}))
    with pytest.raises(UnreadableError, match="a value of type int in a boolean"):
        read_old_value(model, setting("boolean"), Names({FIRST: "Beta"}, {5: one}))
