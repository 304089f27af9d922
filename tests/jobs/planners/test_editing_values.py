"""Edits of what settings serve: values, rules and percentage options."""

from typing import Any, Final, cast

import attrs
import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.jobs.model.selection import EVERYTHING, Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    PercentageOption,
    Preferences,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    UserCondition,
    ValueV1,
    Variation,
)
from configcat_mgmt.jobs.planners.edit import Edit, edited, plan_edit
from tests.jobs.plan_facts import codes, issue_of, only_step
from tests.jobs.products import config_of, plain_product, setting_of

Json = Any

EMAIL: Final = UserCondition("Email", "isOneOf", (("a@example.com", None),))
AGE: Final = UserCondition("Age", "numberLess", 18)
BETA: Final = SegmentCondition("Beta", "isIn")
FIRST: Final = Rule((EMAIL,), True)
SECOND: Final = Rule((AGE, BETA), False)
HALF: Final = (PercentageOption(50, True), PercentageOption(50, False))
THIRD: Final = (PercentageOption(30, True), PercentageOption(70, False))
SPLIT: Final = Rule((), percentage_options=HALF)
OLD_FIRST: Final = RuleV1(True, "Email", "contains", "@example.com")
OLD_SECOND: Final = RuleV1(False, segment="Beta", segment_comparator="isNotIn")
NEW: Final = Formula(False, (FIRST, SPLIT), "AccountId")
OLD: Final = ValueV1(False, (OLD_FIRST,), HALF)

IN_TEST: Final = Selection(Criteria(environments="Test"))


def product(*settings: Setting, version: str = "v2", **fields: Json) -> Snapshot:
    config = config_of(*settings, version=version)
    segments = (Segment("Beta", "Email", "contains", "@example.com"),)
    return plain_product(config, **{"segments": segments, **fields})


def after(
    before: Formula | ValueV1, kind: str = "boolean", **fields: Json
) -> Formula | ValueV1:
    """Edit a value; doing it again changes nothing more."""
    version = "v2" if isinstance(before, Formula) else "v1"
    snapshot = product(setting_of("one", before, kind=kind), version=version)
    edit = Edit(**fields)
    assert codes(plan_edit(snapshot, edit)) == []
    wanted = edited(snapshot, edit)
    assert plan_edit(wanted, edit).is_empty
    (setting,) = wanted.configs[0].settings
    return setting.values["Production"].targeting


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value": True}, attrs.evolve(NEW, default=True)),
        ({"rules": ()}, attrs.evolve(NEW, rules=())),
        ({"rules": [SECOND]}, attrs.evolve(NEW, rules=(SECOND,))),
        ({"rules": [SECOND, SPLIT]}, attrs.evolve(NEW, rules=(SECOND, SPLIT))),
        (
            {"rules": [SECOND], "percentage_options": THIRD, "value": True},
            Formula(True, (SECOND, Rule((), percentage_options=THIRD)), "AccountId"),
        ),
        ({"add_rule": SECOND}, attrs.evolve(NEW, rules=(SECOND, FIRST, SPLIT))),
        (
            {"add_rule": SECOND, "add_rule_last": True},
            attrs.evolve(NEW, rules=(FIRST, SECOND, SPLIT)),
        ),
        ({"add_rule": FIRST}, NEW),
        (
            {"percentage_options": THIRD},
            attrs.evolve(NEW, rules=(FIRST, Rule((), percentage_options=THIRD))),
        ),
        ({"percentage_options": ()}, attrs.evolve(NEW, rules=(FIRST,))),
    ],
)
def test_values_of_version_2_are_edited(fields: Json, expected: Formula) -> None:
    assert after(NEW, **fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value": True}, ValueV1(True, (OLD_FIRST,), HALF)),
        ({"rules": ()}, ValueV1(False)),
        ({"rules": [OLD_SECOND]}, ValueV1(False, (OLD_SECOND,))),
        (
            {"rules": [OLD_SECOND], "percentage_options": THIRD},
            ValueV1(False, (OLD_SECOND,), THIRD),
        ),
        ({"add_rule": OLD_SECOND}, ValueV1(False, (OLD_SECOND, OLD_FIRST), HALF)),
        (
            {"add_rule": OLD_SECOND, "add_rule_last": True},
            ValueV1(False, (OLD_FIRST, OLD_SECOND), HALF),
        ),
        ({"percentage_options": THIRD}, ValueV1(False, (OLD_FIRST,), THIRD)),
        ({"percentage_options": ()}, ValueV1(False, (OLD_FIRST,))),
    ],
)
def test_values_of_version_1_are_edited(fields: Json, expected: ValueV1) -> None:
    assert after(OLD, **fields) == expected


def test_a_rule_that_is_there_is_moved() -> None:
    before = attrs.evolve(NEW, rules=(FIRST, SECOND, SPLIT))
    moved = after(before, add_rule=SECOND)
    assert moved == attrs.evolve(NEW, rules=(SECOND, FIRST, SPLIT))


def test_rules_spell_names_as_the_product_does() -> None:
    served = attrs.evolve(NEW, rules=())
    snapshot = product(setting_of("other"), setting_of("one", served))
    conditions = (
        SegmentCondition("BETA", "isIn"),
        PrerequisiteCondition("ONE", "equals", True),
    )
    edit = Edit(add_rule=Rule(conditions, True))
    wanted = edited(snapshot, edit, Selection(Criteria(keys="other")))
    (rule,) = wanted.configs[0].settings[0].values["Test"].targeting.rules
    assert rule == Rule((BETA, PrerequisiteCondition("one", "equals", True)), True)
    old = RuleV1(True, segment="beta", segment_comparator="isIn")
    found = after(ValueV1(False), add_rule=old)
    assert found.rules == (attrs.evolve(old, segment="Beta"),)


def test_segments_in_use_are_known_though_they_were_not_read() -> None:
    by_segment = Rule((BETA,), True)
    snapshot = product(
        setting_of("one", attrs.evolve(NEW, rules=(FIRST, by_segment))),
        segments=(),
        gaps=(Gap("segment", "*", "left out by the selection"),),
    )
    edit = Edit(add_rule=Rule((SegmentCondition("beta", "isIn"),), True))
    plan = plan_edit(snapshot, edit)
    assert codes(plan) == []
    (setting,) = edited(snapshot, edit).configs[0].settings
    assert setting.values["Test"].targeting.rules == (by_segment, FIRST)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_doubles_stay_doubles(version: str) -> None:
    before: Formula | ValueV1 = Formula(0.5) if version == "v2" else ValueV1(0.5)
    rule: Rule | RuleV1 = Rule((EMAIL,), 2) if version == "v2" else OLD_FIRST
    if isinstance(rule, RuleV1):
        rule = attrs.evolve(rule, value=2)
    percentage_options = (PercentageOption(40, 1), PercentageOption(60, 3))
    found = after(
        before, "double", value=7, add_rule=rule, percentage_options=percentage_options
    )
    numbers = [found.default, found.rules[0].value]
    parts = (
        found.percentage_options
        if isinstance(found, ValueV1)
        else found.rules[-1].percentage_options
    )
    numbers += [option.value for option in parts]
    assert numbers == [7, 2, 1, 3]
    assert {type(number) for number in numbers} == {float}


def test_values_are_set_in_the_selected_environments_with_one_step_each() -> None:
    version = cast("Any", "00000000-0000-0000-0000-000000000001")
    on, off = Formula(True), Formula(False)
    snapshot = product(
        setting_of("one", off, version=version), setting_of("two", off, version=version)
    )
    plan = plan_edit(snapshot, Edit(value=True))
    assert [step.operation for step in plan.steps] == ["post-setting-values-v2"] * 2
    assert plan.calls() == {"replace-setting-value-v2": 4}
    selection = Selection(Criteria(environments="prod*"))
    plan = plan_edit(snapshot, Edit(value=True), selection=selection)
    step = only_step(plan)
    assert step.key == ("Main", "Production")
    assert step.versions == {"one": version, "two": version}
    wanted = edited(snapshot, Edit(value=True), selection)
    for setting in wanted.configs[0].settings:
        assert setting.values["Production"].targeting == on
        assert setting.values["Test"].targeting == off
    excluding = Selection(exclude=Criteria(environments="Test", keys="two"))
    step = only_step(plan_edit(snapshot, Edit(value=True), selection=excluding))
    body: Json = step.body
    assert [one["settingId"]["$ref"][-1] for one in body["updateFormulas"]] == ["one"]


def test_environments_that_the_product_does_not_have_are_named() -> None:
    selection = Selection(Criteria(environments=["Test", "Prodction"]))
    plan = plan_edit(product(setting_of("a")), Edit(value=True), selection=selection)
    assert issue_of(plan, "CC117").cause.endswith(
        "environments that the product does not have: Prodction."
    )
    assert not plan.is_empty


@pytest.mark.parametrize(
    ("fields", "code", "items"),
    [
        ({"value": "on"}, "CC521", "flag (boolean), count (int), rate (double)"),
        ({"value": True}, "CC521", "text (string), choice (string), count (int), rat"),
        ({"value": 2}, "CC521", "flag (boolean), text (string), choice (string)"),
        ({"value": 2.5}, "CC521", "flag (boolean), text (string), choice (string), c"),
        ({"value": 2**31}, "CC521", "flag (boolean), text (string), choice (string), "),
        ({"value": "z"}, "CC522", "choice (string)"),
        ({"percentage_options": THIRD}, "CC521", "text (string), choice"),
        ({"rules": [FIRST]}, "CC521", "text (string), choice"),
        (
            {"add_rule": Rule((EMAIL,), percentage_options=THIRD)},
            "CC521",
            "text (string), choice",
        ),
        ({"add_rule": Rule((EMAIL,), "z")}, "CC522", "choice (string)"),
        ({"add_rule": OLD_FIRST}, "CC523", "flag (boolean), text (string), choice"),
    ],
)
def test_values_that_do_not_fit_block_and_name_the_settings(
    fields: Json, code: str, items: str
) -> None:
    variations = (Variation("x"), Variation("y"))
    snapshot = product(
        setting_of("flag"),
        setting_of("text", kind="string"),
        setting_of("choice", Formula("x"), kind="string", variations=variations),
        setting_of("count", kind="int"),
        setting_of("rate", kind="double"),
    )
    plan = plan_edit(snapshot, Edit(**fields))
    issue = issue_of(plan, code)
    assert (issue.severity, issue.where) == ("blocker", "Main")
    assert f": {items}" in issue.cause
    assert {one.code for one in plan.blockers} <= {"CC521", "CC522", "CC523"}


def test_a_predefined_variation_can_be_served() -> None:
    variations = (Variation("x"), Variation("y"))
    choice = setting_of("one", Formula("x"), kind="string", variations=variations)
    plan = plan_edit(product(choice), Edit(value="y"))
    assert codes(plan) == []
    body: Json = plan.steps[0].body
    assert body["updateFormulas"][0]["defaultValue"] == {
        "predefinedVariationId": {"$ref": ["variation", "Main", "one", "y"]}
    }


def test_rules_of_version_2_are_not_for_version_1() -> None:
    snapshot = product(setting_of("one", ValueV1(False)), version="v1")
    plan = plan_edit(snapshot, Edit(add_rule=FIRST))
    assert codes(plan) == ["CC523"]
    assert plan.is_empty
    assert edited(snapshot, Edit(add_rule=FIRST)) == snapshot


@pytest.mark.parametrize(
    ("needed", "code", "cause"),
    [
        (SegmentCondition("Gone", "isIn"), "CC201", "segment 'Gone' is needed"),
        (
            PrerequisiteCondition("gone", "equals", True),
            "CC201",
            "setting 'gone' is needed",
        ),
        (
            PrerequisiteCondition("one", "equals", True),
            "CC211",
            "Prerequisites would form a",
        ),
    ],
)
def test_what_rules_refer_to_has_to_be_there(
    needed: Json, code: str, cause: str
) -> None:
    edit = Edit(add_rule=Rule((needed,), True))
    plan = plan_edit(product(setting_of("one")), edit, selection=IN_TEST)
    assert issue_of(plan, code).severity == "blocker"
    assert issue_of(plan, code).cause.startswith(cause)


def test_the_limits_of_the_organization_hold() -> None:
    snapshot = product(setting_of("one", NEW), limits={"maxTargetingRuleCount": 2})
    plan = plan_edit(snapshot, Edit(add_rule=SECOND))
    assert issue_of(plan, "CC220").cause.endswith("More are needed by one.")
    assert plan_edit(snapshot, Edit(rules=[SECOND])).blockers == ()


def test_options_in_another_order_are_warned_of() -> None:
    snapshot = product(setting_of("one", NEW))
    turned = Edit(
        percentage_options=(PercentageOption(50, False), PercentageOption(50, True))
    )
    plan = plan_edit(snapshot, turned, selection=IN_TEST)
    assert codes(plan) == ["CC303"]
    assert codes(plan_edit(snapshot, Edit(percentage_options=THIRD))) == []


def test_values_that_could_not_be_read_are_not_edited() -> None:
    partly = attrs.evolve(
        setting_of("one"),
        values={"Test": SettingInEnvironment(Formula(False))},
    )
    gap = Gap("values", "Main/Production", "403")
    snapshot = product(partly, gaps=(gap,))
    plan = plan_edit(snapshot, Edit(value=True))
    assert issue_of(plan, "CC208").where == "Main in Production"
    plan = plan_edit(snapshot, Edit(value=True), selection=IN_TEST)
    assert (plan.blockers, len(plan.steps)) == ((), 1)


def test_a_reason_is_demanded_for_values_only() -> None:
    preferences = Preferences(reason_required=True)
    snapshot = product(setting_of("one"), preferences=preferences)
    assert codes(plan_edit(snapshot, Edit(value=True))) == ["CC207"]
    plan = plan_edit(snapshot, Edit(value=True), reason="off season")
    assert plan.blockers == ()
    assert plan_edit(snapshot, Edit(hint="x")).blockers == ()


def condition(comparator: str, value: Json) -> Json:
    return {"add_rule": Rule((UserCondition("Email", comparator, value),), True)}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"percentage_options": (PercentageOption(50, True),)},
            "add up to 50, not to 100",
        ),
        (
            {"percentage_options": (PercentageOption(-1, 1), PercentageOption(101, 2))},
            "it must be 0 to 100",
        ),
        (
            {
                "percentage_options": (
                    PercentageOption(50.5, 1),
                    PercentageOption(49.5, 2),
                )
            },
            "it must be 0 to 100",
        ),
        ({"rules": [FIRST, OLD_FIRST]}, "must all be of version 1"),
        ({"rules": [SPLIT, FIRST]}, "rule 1: only the last rule can be without"),
        ({"rules": [Rule((), True)]}, "without conditions it needs percentage"),
        ({"rules": [Rule((EMAIL,))]}, "either a value or percentage options"),
        ({"rules": [Rule((EMAIL,), True, HALF)]}, "either a value or percentage"),
        ({"rules": [Rule((EMAIL,), "")]}, "an empty string"),
        ({"rules": [FIRST], "add_rule": SECOND}, "exclude each other"),
        ({"add_rule": SPLIT}, "has no conditions; use `percentage_options`"),
        (condition("isoneof", (("a", None),)), "'isoneof' is not a comparator here"),
        (condition("isOneOf", "a"), "compares with a list"),
        (condition("isOneOf", [("a", None)]), "compares with a list"),
        (condition("isOneOf", (("a", "x" * 1501),)), "at most 1,500 characters"),
        (condition("numberLess", "18"), "compares with a number"),
        (condition("numberLess", True), "compares with a number"),
        (condition("semVerLess", 1.5), "compares with a string"),
        ({"add_rule": Rule((UserCondition("", "textEquals", "x"),), 1)}, "1 to 1,000"),
        ({"add_rule": Rule((SegmentCondition("a", "is"),), 1)}, "'is' is not a compar"),
        ({"add_rule": Rule((PrerequisiteCondition("a", "isIn", 1),), 1)}, "equals"),
        (
            {"add_rule": Rule((PrerequisiteCondition("a", "equals", ""),), 1)},
            "empty string",
        ),
        ({"add_rule": RuleV1(True)}, "the user attribute must have"),
        ({"add_rule": RuleV1(True, "Email", "isOneOf")}, "no comparison value"),
        ({"add_rule": RuleV1(True, "Email", "textEquals", "x")}, "not a comparator"),
        ({"add_rule": RuleV1(True, "E", "isOneOf", "x", "Beta", "isIn")}, "either"),
        ({"add_rule": RuleV1(True, segment="Beta")}, "None is not a comparator"),
        ({"add_rule": RuleV1("", "Email", "isOneOf", "x")}, "an empty string"),
    ],
)
def test_rules_that_make_no_sense_are_refused(fields: Json, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Edit(**fields)


def test_an_edit_of_everything_takes_every_setting() -> None:
    snapshot = product(setting_of("one"), setting_of("two"))
    wanted = edited(snapshot, Edit(value=True, add_tags="x"), EVERYTHING)
    for setting in wanted.configs[0].settings:
        assert setting.tags == ("x",)
        assert [one.targeting.default for one in setting.values.values()] == [True] * 2
