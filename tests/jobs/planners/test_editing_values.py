"""Edits of what settings serve: values, rules and percentage options."""

from typing import Any, Final, cast

import attrs
import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.jobs.model.selection import EVERYTHING, Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    FlagCondition,
    Formula,
    Gap,
    OldRule,
    OldValue,
    Preferences,
    Rule,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Share,
    Snapshot,
    UserCondition,
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
HALF: Final = (Share(50, True), Share(50, False))
THIRD: Final = (Share(30, True), Share(70, False))
SPLIT: Final = Rule((), shares=HALF)
OLD_FIRST: Final = OldRule(True, "Email", "contains", "@example.com")
OLD_SECOND: Final = OldRule(False, segment="Beta", segment_comparator="isNotIn")
NEW: Final = Formula(False, (FIRST, SPLIT), "AccountId")
OLD: Final = OldValue(False, (OLD_FIRST,), HALF)

IN_TEST: Final = Selection(Criteria(environments="Test"))


def product(*settings: Setting, version: str = "v2", **fields: Json) -> Snapshot:
    config = config_of(*settings, version=version)
    segments = (Segment("Beta", "Email", "contains", "@example.com"),)
    return plain_product(config, **{"segments": segments, **fields})


def after(
    before: Formula | OldValue, kind: str = "boolean", **fields: Json
) -> Formula | OldValue:
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
            {"rules": [SECOND], "shares": THIRD, "value": True},
            Formula(True, (SECOND, Rule((), shares=THIRD)), "AccountId"),
        ),
        ({"add_rule": SECOND}, attrs.evolve(NEW, rules=(SECOND, FIRST, SPLIT))),
        (
            {"add_rule": SECOND, "add_rule_last": True},
            attrs.evolve(NEW, rules=(FIRST, SECOND, SPLIT)),
        ),
        ({"add_rule": FIRST}, NEW),
        ({"shares": THIRD}, attrs.evolve(NEW, rules=(FIRST, Rule((), shares=THIRD)))),
        ({"shares": ()}, attrs.evolve(NEW, rules=(FIRST,))),
    ],
)
def test_values_of_version_2_are_edited(fields: Json, expected: Formula) -> None:
    assert after(NEW, **fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"value": True}, OldValue(True, (OLD_FIRST,), HALF)),
        ({"rules": ()}, OldValue(False)),
        ({"rules": [OLD_SECOND]}, OldValue(False, (OLD_SECOND,))),
        (
            {"rules": [OLD_SECOND], "shares": THIRD},
            OldValue(False, (OLD_SECOND,), THIRD),
        ),
        ({"add_rule": OLD_SECOND}, OldValue(False, (OLD_SECOND, OLD_FIRST), HALF)),
        (
            {"add_rule": OLD_SECOND, "add_rule_last": True},
            OldValue(False, (OLD_FIRST, OLD_SECOND), HALF),
        ),
        ({"shares": THIRD}, OldValue(False, (OLD_FIRST,), THIRD)),
        ({"shares": ()}, OldValue(False, (OLD_FIRST,))),
    ],
)
def test_values_of_version_1_are_edited(fields: Json, expected: OldValue) -> None:
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
        FlagCondition("ONE", "equals", True),
    )
    edit = Edit(add_rule=Rule(conditions, True))
    wanted = edited(snapshot, edit, Selection(Criteria(keys="other")))
    (rule,) = wanted.configs[0].settings[0].values["Test"].targeting.rules
    assert rule == Rule((BETA, FlagCondition("one", "equals", True)), True)
    old = OldRule(True, segment="beta", segment_comparator="isIn")
    found = after(OldValue(False), add_rule=old)
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
    before: Formula | OldValue = Formula(0.5) if version == "v2" else OldValue(0.5)
    rule: Rule | OldRule = Rule((EMAIL,), 2) if version == "v2" else OLD_FIRST
    if isinstance(rule, OldRule):
        rule = attrs.evolve(rule, value=2)
    shares = (Share(40, 1), Share(60, 3))
    found = after(before, "double", value=7, add_rule=rule, shares=shares)
    numbers = [found.default, found.rules[0].value]
    parts = found.shares if isinstance(found, OldValue) else found.rules[-1].shares
    numbers += [share.value for share in parts]
    assert numbers == [7, 2, 1, 3]
    assert {type(number) for number in numbers} == {float}


def test_values_are_set_in_the_selected_environments_with_one_call_each() -> None:
    version = cast("Any", "00000000-0000-0000-0000-000000000001")
    on, off = Formula(True), Formula(False)
    snapshot = product(
        setting_of("one", off, version=version), setting_of("two", off, version=version)
    )
    plan = plan_edit(snapshot, Edit(value=True))
    assert plan.calls() == {"post-setting-values-v2": 2}
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
    assert issue_of(plan, "CC117").cause.endswith("of the selection: Prodction.")
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
        ({"shares": THIRD}, "CC521", "text (string), choice"),
        ({"rules": [FIRST]}, "CC521", "text (string), choice"),
        ({"add_rule": Rule((EMAIL,), shares=THIRD)}, "CC521", "text (string), choice"),
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
    snapshot = product(setting_of("one", OldValue(False)), version="v1")
    plan = plan_edit(snapshot, Edit(add_rule=FIRST))
    assert codes(plan) == ["CC523"]
    assert plan.is_empty
    assert edited(snapshot, Edit(add_rule=FIRST)) == snapshot


@pytest.mark.parametrize(
    ("needed", "code", "cause"),
    [
        (SegmentCondition("Gone", "isIn"), "CC201", "segment 'Gone' is needed"),
        (FlagCondition("gone", "equals", True), "CC201", "setting 'gone' is needed"),
        (FlagCondition("one", "equals", True), "CC211", "Prerequisites would form a"),
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
    assert issue_of(plan, "CC220").cause.endswith("more are needed by one.")
    assert plan_edit(snapshot, Edit(rules=[SECOND])).blockers == ()


def test_options_in_another_order_are_warned_of() -> None:
    snapshot = product(setting_of("one", NEW))
    turned = Edit(shares=(Share(50, False), Share(50, True)))
    plan = plan_edit(snapshot, turned, selection=IN_TEST)
    assert codes(plan) == ["CC303"]
    assert codes(plan_edit(snapshot, Edit(shares=THIRD))) == []


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
        ({"shares": (Share(50, True),)}, "add up to 50, not to 100"),
        ({"shares": (Share(-1, 1), Share(101, 2))}, "it has to be 0 to 100"),
        ({"shares": (Share(50.5, 1), Share(49.5, 2))}, "it has to be 0 to 100"),
        ({"rules": [FIRST, OLD_FIRST]}, "all of version 1"),
        ({"rules": [SPLIT, FIRST]}, "rule 1: only the last rule can be without"),
        ({"rules": [Rule((), True)]}, "without conditions it needs percentage"),
        ({"rules": [Rule((EMAIL,))]}, "either a value or percentage options"),
        ({"rules": [Rule((EMAIL,), True, HALF)]}, "either a value or percentage"),
        ({"rules": [Rule((EMAIL,), "")]}, "an empty text"),
        ({"rules": [FIRST], "add_rule": SECOND}, "either all rules are set"),
        ({"add_rule": SPLIT}, "needs conditions; `shares` sets"),
        (condition("isoneof", (("a", None),)), "'isoneof' is no comparator here"),
        (condition("isOneOf", "a"), "compares with a list"),
        (condition("isOneOf", [("a", None)]), "compares with a list"),
        (condition("isOneOf", (("a", "x" * 1501),)), "at most 1,500 characters"),
        (condition("numberLess", "18"), "compares with a number"),
        (condition("numberLess", True), "compares with a number"),
        (condition("semVerLess", 1.5), "compares with a text"),
        ({"add_rule": Rule((UserCondition("", "textEquals", "x"),), 1)}, "1 to 1,000"),
        ({"add_rule": Rule((SegmentCondition("a", "is"),), 1)}, "'is' is no compar"),
        ({"add_rule": Rule((FlagCondition("a", "isIn", 1),), 1)}, "equals"),
        ({"add_rule": Rule((FlagCondition("a", "equals", ""),), 1)}, "empty text"),
        ({"add_rule": OldRule(True)}, "the user attribute has"),
        ({"add_rule": OldRule(True, "Email", "isOneOf")}, "nothing to compare with"),
        ({"add_rule": OldRule(True, "Email", "textEquals", "x")}, "no comparator"),
        ({"add_rule": OldRule(True, "E", "isOneOf", "x", "Beta", "isIn")}, "either"),
        ({"add_rule": OldRule(True, segment="Beta")}, "None is no comparator"),
        ({"add_rule": OldRule("", "Email", "isOneOf", "x")}, "an empty text"),
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
