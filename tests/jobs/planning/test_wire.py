"""Records are written in the form that the API takes, with names in place of ids."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.codec.decode import decode
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.environment_entries import (
    ACCESSES,
    APPROVAL_PERMISSIONS,
    APPROVALS,
    REASONS,
)
from configcat_mgmt.jobs.model.request_bodies import ConfigForm, SettingForm, value_text
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Environment,
    Formula,
    Header,
    Integration,
    Link,
    PercentageOption,
    PermissionGroup,
    Plain,
    Preferences,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    Segment,
    SegmentCondition,
    Tag,
    UserCondition,
    ValueV1,
    Variation,
    Webhook,
)
from tests.jobs.plan_interpreter import with_ids
from tests.jobs.products import setting_of

Json = Any

FLAG = SettingForm("flag", "boolean", has_variations=False)
RATE = SettingForm("rate", "double", has_variations=False)
CHOICE = SettingForm("Choice", "string", has_variations=True)
FORM = ConfigForm(
    "Main",
    {"flag": FLAG, "rate": RATE, "choice": CHOICE},
    {"beta users": "Beta users"},
)


WRITTEN: Json = {
    "settingId": {"$ref": ["setting", "Main", "flag"]},
    "defaultValue": {"boolValue": False},
    "percentageEvaluationAttribute": "AccountId",
    "targetingRules": [
        {
            "conditions": [
                {
                    "userCondition": {
                        "comparisonAttribute": "Email",
                        "comparator": "isOneOf",
                        "comparisonValue": {
                            "listValue": [
                                {"value": "a"},
                                {"value": "b", "hint": "hint"},
                            ]
                        },
                    }
                },
                {
                    "userCondition": {
                        "comparisonAttribute": "Age",
                        "comparator": "numberLess",
                        "comparisonValue": {"doubleValue": 18.0},
                    }
                },
                {
                    "userCondition": {
                        "comparisonAttribute": "Name",
                        "comparator": "textEquals",
                        "comparisonValue": {"stringValue": "x"},
                    }
                },
                {
                    "segmentCondition": {
                        "segmentId": {"$ref": ["segment", "Beta users"]},
                        "comparator": "isNotIn",
                    }
                },
                {
                    "prerequisiteFlagCondition": {
                        "prerequisiteSettingId": {
                            "$ref": ["setting", "Main", "Choice"]
                        },
                        "comparator": "equals",
                        "prerequisiteComparisonValue": {
                            "predefinedVariationId": {
                                "$ref": ["variation", "Main", "Choice", "a/b"]
                            }
                        },
                    }
                },
                {
                    "prerequisiteFlagCondition": {
                        "prerequisiteSettingId": {"$ref": ["setting", "Main", "rate"]},
                        "comparator": "doesNotEqual",
                        "prerequisiteComparisonValue": {"doubleValue": 1.0},
                    }
                },
            ],
            "value": {"boolValue": True},
        },
        {
            "conditions": [],
            "percentageOptions": [
                {"percentage": 20, "value": {"boolValue": True}},
                {"percentage": 80, "value": {"boolValue": False}},
            ],
        },
    ],
}
"""The formula of the test, in full depth."""


def fits(operation: str, body: Json) -> None:
    """Hold a body against the model of an operation."""
    kind = OPERATIONS[operation].body
    assert decode(with_ids(body), kind, mode="refuse") is not None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        ("", ""),
        ("a/b", "a/b"),
        (7, "7"),
        (1.0, "1.0"),
        (-0.0, "0.0"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
    ],
)
def test_the_text_of_a_variation(value: Plain, text: str) -> None:
    assert value_text(value) == text


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_different_doubles_have_different_texts(one: float, other: float) -> None:
    assert (value_text(one) == value_text(other)) == (one == other)


def test_a_formula_in_full_depth() -> None:
    formula = Formula(
        default=False,
        rules=(
            Rule(
                (
                    UserCondition("Email", "isOneOf", (("a", None), ("b", "hint"))),
                    UserCondition("Age", "numberLess", 18.0),
                    UserCondition("Name", "textEquals", "x"),
                    SegmentCondition("BETA users", "isNotIn"),
                    PrerequisiteCondition("choice", "equals", "a/b"),
                    PrerequisiteCondition("RATE", "doesNotEqual", 1),
                ),
                value=True,
            ),
            Rule(
                (),
                percentage_options=(
                    PercentageOption(20, True),
                    PercentageOption(80, False),
                ),
            ),
        ),
        percentage_attribute="AccountId",
    )
    entry: Json = FORM.formula(FLAG, formula)
    assert entry == WRITTEN
    fits("post-setting-values-v2", {"updateFormulas": [entry]})


def test_a_double_stays_a_double() -> None:
    value: Json = FORM.value(RATE, 2)
    assert value == {"doubleValue": 2.0}
    assert type(value["doubleValue"]) is float
    old: Json = FORM.old_value(
        RATE, ValueV1(1, percentage_options=(PercentageOption(100, 3),))
    )
    assert type(old["value"]) is float
    assert type(old["rolloutPercentageItems"][0]["value"]) is float


def test_values_of_a_setting_with_variations_name_the_variation() -> None:
    entry: Json = FORM.formula(
        CHOICE, Formula("x", (Rule((), None, (PercentageOption(100, "y"),)),))
    )
    ref = {"$ref": ["variation", "Main", "Choice", "x"]}
    assert entry["defaultValue"] == {"predefinedVariationId": ref}
    (option,) = entry["targetingRules"][0]["percentageOptions"]
    ref = {"$ref": ["variation", "Main", "Choice", "y"]}
    assert option["value"] == {"predefinedVariationId": ref}


def test_an_old_value() -> None:
    value = ValueV1(
        True,
        (
            RuleV1(False, "Email", "contains", "@x"),
            RuleV1(True, segment="beta USERS", segment_comparator="isIn"),
        ),
        (PercentageOption(50, True), PercentageOption(50, False)),
    )
    entry: Json = FORM.old_value(FLAG, value)
    assert entry == {
        "settingId": {"$ref": ["setting", "Main", "flag"]},
        "value": True,
        "rolloutRules": [
            {
                "comparisonAttribute": "Email",
                "comparator": "contains",
                "comparisonValue": "@x",
                "value": False,
            },
            {
                "segmentId": {"$ref": ["segment", "Beta users"]},
                "segmentComparator": "isIn",
                "value": True,
            },
        ],
        "rolloutPercentageItems": [
            {"percentage": 50, "value": True},
            {"percentage": 50, "value": False},
        ],
    }
    fits("post-setting-values", {"settingValues": [entry]})


def test_a_prerequisite_that_is_not_known_is_named_all_the_same() -> None:
    rule = Rule((PrerequisiteCondition("nowhere", "equals", 1),), True)
    entry: Json = FORM.formula(FLAG, Formula(True, (rule,)))
    (condition,) = entry["targetingRules"][0]["conditions"]
    assert condition["prerequisiteFlagCondition"] == {
        "prerequisiteSettingId": {"$ref": ["setting", "Main", "nowhere"]},
        "comparator": "equals",
        "prerequisiteComparisonValue": {"intValue": 1},
    }


def test_bodies_that_create() -> None:
    fits("create-product", request_bodies.product_body("Shop", None, 0))
    fits(
        "create-environment",
        request_bodies.environment_body(Environment("a", "#fff", "d", 1)),
    )
    fits("create-tag", request_bodies.tag_body(Tag("t", "whale")))
    segment = Segment("s", "Email", "isOneOf", "a,b", "d")
    fits("create-segment", request_bodies.segment_body(segment))
    fits("create-config", request_bodies.config_body(Config("c", "v2", "d")))
    group = PermissionGroup("g", {"canDisable2FA": True}, "custom", "full")
    group = attrs.evolve(
        group,
        approval_permission_type="custom",
        new_environment_approval_permission_type="canApproveOthers",
    )
    lists = {
        ACCESSES.field: ACCESSES.write({"a": "full"}),
        APPROVAL_PERMISSIONS.field: APPROVAL_PERMISSIONS.write({"a": "cannotApprove"}),
    }
    fits("create-permission-group", {**request_bodies.group_body(group), **lists})
    fits(
        "add-or-update-integration-link",
        request_bodies.link_body(Link("trello", "1", "d", "u")),
    )
    hook = Webhook("c", "e", "https://x.example", "post", "t", (Header("k", "v"),))
    fits("create-webhook", request_bodies.webhook_body(hook))
    one = Integration("i", "slack", {"key": None}, ("e",), ("c",))
    body = request_bodies.integration_body(one, one.environments, one.configs)
    fits("update-integration", body)
    fits(
        "update-product-preferences",
        {
            **request_bodies.preferences_body(Preferences(approve_required=True)),
            REASONS.field: REASONS.write({"e": True}),
            APPROVALS.field: APPROVALS.write({"e": True}),
        },
    )


def test_what_is_none_is_left_out() -> None:
    assert request_bodies.environment_body(Environment("a")) == {
        "name": "a",
        "order": 0,
    }
    assert request_bodies.tag_body(Tag("t")) == {"name": "t"}
    assert request_bodies.link_body(Link("trello", "1")) == {}


def test_a_setting_with_its_variations() -> None:
    setting = setting_of(
        "speed",
        Formula(0.5),
        kind="double",
        hint="h",
        order=3,
        variations=(Variation(0.5, "Half"), Variation(1, None, "Whole")),
    )
    body: Json = request_bodies.setting_body(setting, ["a", "b"])
    assert body == {
        "key": "speed",
        "name": "speed",
        "hint": "h",
        "order": 3,
        "settingType": "double",
        "tags": [{"$ref": ["tag", "a"]}, {"$ref": ["tag", "b"]}],
        "predefinedVariations": [
            {"value": {"doubleValue": 0.5}, "name": "Half"},
            {"value": {"doubleValue": 1.0}, "hint": "Whole"},
        ],
    }
    fits("create-setting", body)
    replacement = request_bodies.replacement_body(setting, ["a"])
    assert replacement == {
        "name": "speed",
        "hint": "h",
        "order": 3,
        "tags": [{"$ref": ["tag", "a"]}],
    }
    fits("replace-setting", replacement)


def test_headers_without_a_value_are_left_out() -> None:
    headers = (Header("a", None, secure=True), Header("b", "1"), Header("c", ""))
    body: Json = request_bodies.webhook_body(
        Webhook("c", "e", "https://x.example", "get", None, headers)
    )
    assert body["webHookHeaders"] == [{"key": "b", "value": "1", "isSecure": False}]
