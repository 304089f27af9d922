"""Tests of turning a value that was read into a body that writes it."""

import copy
from collections.abc import Callable
from typing import cast

import pytest

from configcat_mgmt.api.model_index import (
    ConfigSettingFormulaModel,
    ConfigSettingValueModel,
    RolloutRuleModel,
    SettingFormulaModel,
    SettingValueModel,
    TargetingRuleModel,
    UpdateEvaluationFormulaModel,
    UpdateEvaluationFormulaWithIdModel,
    UpdateSettingValueModel,
    UpdateSettingValueWithSettingIdModel,
    UpdateTargetingRuleModel,
    UpdateValueModel,
    ValueModel,
)
from configcat_mgmt.core.codec.decode import from_json
from configcat_mgmt.core.codec.encode import encode_body, to_json
from configcat_mgmt.core.codec.schema import fields_of, is_record
from configcat_mgmt.errors import RequestBuildError
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET
from configcat_mgmt.values import (
    make_value,
    to_batch_update,
    to_update,
)

VARIATION = "11111111-2222-3333-4444-555555555555"
SEGMENT = "08d534a7-3c0a-4b6f-9c3e-6a1d2f1c0b5a"


def value_json(**members: JsonValue) -> JsonValue:
    names = "boolValue", "stringValue", "intValue", "doubleValue"
    return dict.fromkeys((*names, "predefinedVariationId")) | members


def user_condition(comparator: str, **value: JsonValue) -> JsonValue:
    empty = dict.fromkeys(("stringValue", "doubleValue", "listValue"))
    return {
        "userCondition": {
            "comparisonAttribute": "Email",
            "comparator": comparator,
            "comparisonValue": empty | value,
        },
        "segmentCondition": None,
        "prerequisiteFlagCondition": None,
    }


SETTING: JsonValue = {"settingId": 7, "key": "flag", "settingType": "string"}
RULES: JsonValue = [
    {
        "conditions": [
            user_condition(
                "containsAnyOf",
                listValue=[
                    {"value": "@a.com", "hint": "ours"},
                    {"value": "b", "hint": None},
                ],
            ),
            user_condition("semVerLess", stringValue="1.2.0"),
            user_condition("numberLess", doubleValue=0),
            {
                "userCondition": None,
                "segmentCondition": {"segmentId": SEGMENT, "comparator": "isNotIn"},
                "prerequisiteFlagCondition": None,
            },
            {
                "userCondition": None,
                "segmentCondition": None,
                "prerequisiteFlagCondition": {
                    "prerequisiteSettingId": 12,
                    "comparator": "doesNotEqual",
                    "prerequisiteComparisonValue": value_json(boolValue=False),
                },
            },
        ],
        "percentageOptions": [],
        "value": value_json(stringValue=""),
    },
    {
        "conditions": [user_condition("laterComparator", stringValue="x")],
        "percentageOptions": [],
        "value": value_json(stringValue="a", predefinedVariationId=VARIATION),
    },
    {
        "conditions": [],
        "percentageOptions": [
            {"percentage": 0, "value": value_json(intValue=0)},
            {"percentage": 100, "value": value_json(doubleValue=0.5)},
        ],
        "value": None,
    },
]
FORMULA: JsonValue = {
    "lastVersionId": VARIATION,
    "defaultValue": value_json(stringValue="off"),
    "targetingRules": RULES,
    "setting": SETTING,
    "percentageEvaluationAttribute": "Country",
    "readOnly": False,
}
WRITTEN_FORMULA: JsonValue = {
    "defaultValue": {"stringValue": "off"},
    "targetingRules": [
        {
            "conditions": [
                {
                    "userCondition": {
                        "comparisonAttribute": "Email",
                        "comparator": "containsAnyOf",
                        "comparisonValue": {
                            "listValue": [
                                {"value": "@a.com", "hint": "ours"},
                                {"value": "b"},
                            ],
                        },
                    },
                },
                {
                    "userCondition": {
                        "comparisonAttribute": "Email",
                        "comparator": "semVerLess",
                        "comparisonValue": {"stringValue": "1.2.0"},
                    },
                },
                {
                    "userCondition": {
                        "comparisonAttribute": "Email",
                        "comparator": "numberLess",
                        "comparisonValue": {"doubleValue": 0.0},
                    },
                },
                {"segmentCondition": {"segmentId": SEGMENT, "comparator": "isNotIn"}},
                {
                    "prerequisiteFlagCondition": {
                        "prerequisiteSettingId": 12,
                        "comparator": "doesNotEqual",
                        "prerequisiteComparisonValue": {"boolValue": False},
                    },
                },
            ],
            "value": {"stringValue": ""},
        },
        {
            "conditions": [
                {
                    "userCondition": {
                        "comparisonAttribute": "Email",
                        "comparator": "laterComparator",
                        "comparisonValue": {"stringValue": "x"},
                    },
                },
            ],
            "value": {"predefinedVariationId": VARIATION},
        },
        {
            "conditions": [],
            "percentageOptions": [
                {"percentage": 0, "value": {"intValue": 0}},
                {"percentage": 100, "value": {"doubleValue": 0.5}},
            ],
        },
    ],
    "percentageEvaluationAttribute": "Country",
}
V1_VALUE: JsonValue = {
    "setting": SETTING,
    "rolloutRules": [
        {
            "comparisonAttribute": "Email",
            "comparator": "isOneOf",
            "comparisonValue": "a,b",
            "value": False,
            "segmentComparator": None,
            "segmentId": None,
        },
        {
            "comparisonAttribute": None,
            "comparator": None,
            "comparisonValue": None,
            "value": 2.5,
            "segmentComparator": "isIn",
            "segmentId": SEGMENT,
        },
    ],
    "rolloutPercentageItems": [{"percentage": 100, "value": "text"}],
    "value": 0,
}
WRITTEN_V1_VALUE: JsonValue = {
    "rolloutRules": [
        {
            "comparisonAttribute": "Email",
            "comparator": "isOneOf",
            "comparisonValue": "a,b",
            "value": False,
        },
        {"value": 2.5, "segmentComparator": "isIn", "segmentId": SEGMENT},
    ],
    "rolloutPercentageItems": [{"percentage": 100, "value": "text"}],
    "value": 0,
}


def value_model(**members: object) -> ValueModel:
    return from_json(value_json(**cast("dict[str, JsonValue]", members)), ValueModel)


@pytest.mark.parametrize("kind", [SettingFormulaModel, ConfigSettingFormulaModel])
def test_a_v2_value_that_was_read_is_written_in_full_depth(
    kind: type[SettingFormulaModel],
) -> None:
    update = to_update(from_json(FORMULA, kind))
    assert isinstance(update, UpdateEvaluationFormulaModel)
    assert encode_body(update, UpdateEvaluationFormulaModel) == WRITTEN_FORMULA


@pytest.mark.parametrize("kind", [SettingFormulaModel, ConfigSettingFormulaModel])
def test_a_v2_value_becomes_an_entry_of_a_batch(
    kind: type[SettingFormulaModel],
) -> None:
    update = to_batch_update(from_json(FORMULA, kind))
    written = encode_body(update, UpdateEvaluationFormulaWithIdModel)
    assert written == {**cast("dict[str, JsonValue]", WRITTEN_FORMULA), "settingId": 7}


@pytest.mark.parametrize("kind", [SettingValueModel, ConfigSettingValueModel])
def test_a_v1_value_that_was_read_is_written_in_full_depth(
    kind: type[SettingValueModel],
) -> None:
    update = to_update(from_json(V1_VALUE, kind))
    assert isinstance(update, UpdateSettingValueModel)
    assert encode_body(update, UpdateSettingValueModel) == WRITTEN_V1_VALUE


@pytest.mark.parametrize("kind", [SettingValueModel, ConfigSettingValueModel])
def test_a_v1_value_becomes_an_entry_of_a_batch(kind: type[SettingValueModel]) -> None:
    update = to_batch_update(from_json(V1_VALUE, kind))
    written = encode_body(update, UpdateSettingValueWithSettingIdModel)
    assert written == {**cast("dict[str, JsonValue]", WRITTEN_V1_VALUE), "settingId": 7}


def fields_in_use(model: object) -> set[tuple[type, str]]:
    found: set[tuple[type, str]] = set()
    pending = [model]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending += part
        elif is_record(type(part)):
            kind: type = type(part)
            for field in fields_of(kind):
                value = getattr(part, field.name)
                if value is not UNSET:
                    found.add((kind, field.wire_name))
                    pending.append(value)
    return found


@pytest.mark.parametrize(
    "update",
    [
        to_batch_update(from_json(FORMULA, SettingFormulaModel)),
        to_batch_update(from_json(V1_VALUE, SettingValueModel)),
    ],
)
def test_the_examples_use_every_field_that_can_be_written(update: object) -> None:
    used = fields_in_use(update)
    for kind in {kind for kind, _ in used}:
        names = {field.wire_name for field in fields_of(kind)}
        assert {name for owner, name in used if owner is kind} == names


def test_a_missing_percentage_attribute_is_written_as_null() -> None:
    formula = from_json(
        {
            **cast("dict[str, JsonValue]", FORMULA),
            "percentageEvaluationAttribute": None,
        },
        SettingFormulaModel,
    )
    assert to_update(formula).percentage_evaluation_attribute is None


def test_changing_the_update_does_not_change_the_value_read() -> None:
    formula = from_json(FORMULA, SettingFormulaModel)
    before = to_json(formula)
    update = to_update(formula)
    update.default_value = make_value("on")
    assert isinstance(update.targeting_rules, list)
    update.targeting_rules.pop()
    assert isinstance(update.targeting_rules[0].conditions, list)
    update.targeting_rules[0].conditions.clear()
    assert to_json(formula) == before


def test_single_rules_and_values_can_be_taken_over() -> None:
    formula = from_json(FORMULA, SettingFormulaModel)
    rule: UpdateTargetingRuleModel = to_update(formula.targeting_rules[2])
    assert rule == to_update(formula).targeting_rules[2]  # type: ignore[index]
    value = from_json(V1_VALUE, SettingValueModel)
    old_rule = to_update(value.rollout_rules[1])
    assert old_rule == to_update(value).rollout_rules[1]  # type: ignore[index]
    assert to_update(value_model(intValue=3)) == UpdateValueModel(int_value=3)


def broken(path: str) -> SettingFormulaModel:
    formula = from_json(FORMULA, SettingFormulaModel)
    empty = value_model()
    rule = formula.targeting_rules[0]
    flag = rule.conditions[4].prerequisite_flag_condition
    if path.endswith("defaultValue"):
        formula.default_value = empty
    elif path.endswith("[0].value"):
        rule.value = empty
    elif path.endswith("percentageOptions[1].value"):
        formula.targeting_rules[2].percentage_options[1].value = empty
    elif flag:
        flag.prerequisite_comparison_value = empty
    return formula


@pytest.mark.parametrize(
    "path",
    [
        "$.defaultValue",
        "$.targetingRules[0].value",
        "$.targetingRules[2].percentageOptions[1].value",
        "$.targetingRules[0].conditions[4].prerequisiteFlagCondition"
        ".prerequisiteComparisonValue",
    ],
)
def test_a_value_without_a_member_is_refused_with_its_place(path: str) -> None:
    with pytest.raises(RequestBuildError) as caught:
        to_update(broken(path))
    assert caught.value.problems == (f"0 values instead of one @ {path}",)


def later_condition(rule: dict[str, JsonValue]) -> None:
    rule["conditions"] = [
        user_condition("semVerLess", stringValue="1.2.0"),
        {"timeCondition": {"after": 1}},
    ]


def later_comparison_value(rule: dict[str, JsonValue]) -> None:
    rule["conditions"] = [user_condition("between", rangeValue=[1, 2])]


def later_outcome(rule: dict[str, JsonValue]) -> None:
    rule["value"] = None
    rule["rollOutPlan"] = {"steps": []}


@pytest.mark.parametrize("turn", [to_update, to_batch_update])
@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (later_condition, "condition @ $.targetingRules[0].conditions[1]"),
        (
            later_comparison_value,
            "comparison value @ $.targetingRules[0].conditions[0].userCondition"
            ".comparisonValue",
        ),
        (later_outcome, "rule @ $.targetingRules[0]"),
    ],
)
def test_a_part_of_a_later_kind_is_refused_instead_of_lost(
    turn: Callable[[SettingFormulaModel], object],
    edit: Callable[[dict[str, JsonValue]], None],
    problem: str,
) -> None:
    first = cast("dict[str, JsonValue]", copy.deepcopy(RULES)[0])  # type: ignore[index]
    edit(first)
    formula = {**cast("dict[str, JsonValue]", FORMULA), "targetingRules": [first]}
    with pytest.raises(RequestBuildError) as caught:
        turn(from_json(formula, SettingFormulaModel))
    part, place = problem.split(" @ ")
    assert caught.value.problems == (unknown_kind(part, place),)


def unknown_kind(part: str, place: str) -> str:
    return (
        f"this version does not know the kind of this {part}, and would lose it; "
        f"change the other parts with a JsonPatch @ {place}"
    )


def with_later_fields(data: JsonValue) -> JsonValue:
    """Add a field that no model has to every object."""
    if isinstance(data, list):
        return [with_later_fields(item) for item in data]
    if isinstance(data, dict):
        known = {name: with_later_fields(value) for name, value in data.items()}
        return {**known, "laterField": {"negate": True}}
    return data


@pytest.mark.parametrize(
    ("value", "kind", "written", "update_kind"),
    [
        (FORMULA, SettingFormulaModel, WRITTEN_FORMULA, UpdateEvaluationFormulaModel),
        (V1_VALUE, SettingValueModel, WRITTEN_V1_VALUE, UpdateSettingValueModel),
    ],
)
def test_a_field_of_a_later_version_is_not_written_as_documented(
    value: JsonValue,
    kind: type[SettingFormulaModel],
    written: JsonValue,
    update_kind: type,
) -> None:
    update = to_update(from_json(with_later_fields(value), kind))
    assert encode_body(update, update_kind) == written


def test_a_v1_rule_of_a_later_kind_is_refused_instead_of_lost() -> None:
    later = {"value": True, "timeComparator": "after", "time": 1}
    value = {**cast("dict[str, JsonValue]", V1_VALUE), "rolloutRules": [later]}
    with pytest.raises(RequestBuildError) as caught:
        to_update(from_json(value, SettingValueModel))
    assert caught.value.problems == (unknown_kind("rule", "$.rolloutRules[0]"),)
    with pytest.raises(RequestBuildError) as caught:
        to_update(from_json(later, RolloutRuleModel))
    assert caught.value.problems == (unknown_kind("rule", "$"),)


def test_a_value_with_two_members_is_refused() -> None:
    with pytest.raises(RequestBuildError, match=r"2 values instead of one @ \$$"):
        to_update(value_model(boolValue=True, intValue=0))


def test_results_have_the_type_of_the_value_read() -> None:
    rule = from_json(cast("list[JsonValue]", RULES)[0], TargetingRuleModel)
    conditions = to_update(rule).conditions
    assert isinstance(conditions, list)
    assert len(conditions) == 5
    v1 = cast("dict[str, list[JsonValue]]", V1_VALUE)["rolloutRules"][0]
    assert to_update(from_json(v1, RolloutRuleModel)).comparison_value == "a,b"
