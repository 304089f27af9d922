"""Fields of a value in the form of a body read like the record they were made from."""

import attrs
import pytest
from hypothesis import given

from configcat_mgmt.jobs.compare.canonical import is_empty, normal
from configcat_mgmt.jobs.compare.differences import content_texts, named
from configcat_mgmt.jobs.model.body_words import body_words
from configcat_mgmt.jobs.model.request_bodies import ConfigForm, SettingForm
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    PercentageOption,
    Rule,
    RuleV1,
    UserCondition,
    ValueV1,
)
from configcat_mgmt.jobs.model.words import targeting_words, value_words
from configcat_mgmt.json_value import JsonValue
from tests.hypothesis_profiles import examples
from tests.jobs.snapshots import TARGETINGS

SETTING = SettingForm("flag", "string", has_variations=False)
CONFIG = ConfigForm("Main", {"flag": SETTING})


def writable(rule: RuleV1) -> RuleV1:
    """Return a rule about a segment without an attribute, which it has no place for."""
    return rule if rule.segment is None else attrs.evolve(rule, attribute=None)


@examples(100)
@given(TARGETINGS)
def test_rules_and_values_read_like_their_records(
    targeting: Formula | ValueV1,
) -> None:
    body = {
        field: body_words(field, named(content))
        for field, content in CONFIG.targeting(SETTING, targeting).items()
    }
    if isinstance(targeting, Formula):
        field, default = "targetingRules", "defaultValue"
        targeting = attrs.evolve(targeting, percentage_attribute=None)
    else:
        field, default = "rolloutRules", "value"
        targeting = attrs.evolve(targeting, rules=tuple(map(writable, targeting.rules)))
    count = len(targeting.rules)
    assert body[field] == " | ".join(targeting_words(targeting)[:count])
    assert body[default] == value_words(targeting.default)


def test_fields_without_their_empty_parts_have_words_too() -> None:
    conditions = (
        UserCondition("", "isOneOf", (("a", None), ("", "hint"))),
        UserCondition("Email", "textEquals", ""),
    )
    rule = Rule(conditions, None, (PercentageOption(100, ""),))
    for written in (
        CONFIG.formula(SETTING, Formula("", (rule,))),
        CONFIG.old_value(SETTING, ValueV1("", (RuleV1("", "", "contains", ""),))),
    ):
        for field, content in written.items():
            shortened = normal(content)
            if field != "settingId" and not is_empty(shortened):
                assert body_words(field, named(shortened)) == body_words(
                    field, named(content)
                )


def test_percentages_of_v1_are_listed() -> None:
    options: JsonValue = [
        {"percentage": 20, "value": True},
        {"percentage": 80, "value": False},
    ]
    assert body_words("rolloutPercentageItems", options) == "20% ON, 80% OFF"


@pytest.mark.parametrize("field", ["targetingRules", "rolloutRules", "defaultValue"])
@pytest.mark.parametrize(
    "content",
    [
        {"a": [1]},
        [1],
        [{"conditions": 1}],
        [{"conditions": [{"a": 1, "b": 2}]}],
        [{"percentageOptions": [{"percentage": "1"}]}],
        [{"comparator": 5}],
        None,
    ],
)
def test_content_in_another_form_stays_json(field: str, content: JsonValue) -> None:
    assert body_words(field, content) is None


def test_other_fields_have_no_words() -> None:
    assert body_words("name", "a") is None


def test_contents_that_would_read_the_same_are_json() -> None:
    contents = [{"stringValue": "true"}, {"predefinedVariationId": "true"}]
    assert content_texts("defaultValue", contents) == [
        '{"stringValue": "true"}',
        '{"predefinedVariationId": "true"}',
    ]
