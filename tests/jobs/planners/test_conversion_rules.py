"""V1 texts become V2 lists, numbers and conditions."""

import pytest

from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    PercentageOption,
    Rule,
    RuleV1,
    SegmentCondition,
    UserCondition,
    ValueV1,
)
from configcat_mgmt.jobs.planners.conversion_rules import (
    COMPARATORS,
    Comparison,
    Problem,
    formula_of,
)
from configcat_mgmt.models import RolloutRuleComparator, UserComparator
from tests.jobs.planners.old_config import comparison_rules, odd, usable
from tests.jobs.world_values import NUMBER_COMPARATORS, TEXT_COMPARATORS


def compared(comparator: str, text: str | None) -> RuleV1:
    return RuleV1(True, "Thing", comparator, text)


def translated(*rules: RuleV1) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    formula, problems = formula_of(ValueV1(False, rules))
    return formula.rules, problems


def wanted_by(comparator: str, text: str) -> Comparison:
    """Translate a rule that gives no trouble; return what it compares with."""
    (rule,), problems = translated(compared(comparator, text))
    assert problems == ()
    (condition,) = rule.conditions
    assert isinstance(condition, UserCondition)
    assert (condition.attribute, rule.value, rule.percentage_options) == (
        "Thing",
        True,
        (),
    )
    return condition.value


def items(*texts: str) -> Comparison:
    return tuple((text, None) for text in texts)


def test_every_comparator_of_version_1_has_one_of_version_2() -> None:
    assert set(COMPARATORS) == {one.value for one in RolloutRuleComparator}
    assert len(COMPARATORS) == 18
    new = {one.name for one in COMPARATORS.values()}
    assert new <= {one.value for one in UserComparator}
    assert len(new) == 18
    renamed = {old: one.name for old, one in COMPARATORS.items() if old != one.name}
    assert renamed == {
        "contains": "containsAnyOf",
        "doesNotContain": "doesNotContainAnyOf",
    }


@pytest.mark.parametrize("comparator", COMPARATORS)
def test_the_comparison_is_of_the_kind_that_the_new_comparator_takes(
    comparator: str,
) -> None:
    name = COMPARATORS[comparator].name
    for text in usable(comparator):
        kind = type(wanted_by(comparator, text))
        assert (kind is str) == (name in TEXT_COMPARATORS)
        assert (kind is float) == (name in NUMBER_COMPARATORS)


@pytest.mark.parametrize(
    "comparator", [one for one in COMPARATORS if one.endswith("OneOf")]
)
def test_lists_are_split_at_commas_without_spaces_blanks_and_doubles(
    comparator: str,
) -> None:
    assert wanted_by(comparator, "1.0.0") == items("1.0.0")
    text = " 2.0.0,1.0.0 ,, ,1.0.0\t,\u00a02.0.0"
    assert wanted_by(comparator, text) == items("2.0.0", "1.0.0")


@pytest.mark.parametrize("comparator", ["contains", "doesNotContain"])
@pytest.mark.parametrize("text", ["a", "a, b,,", " a ", " ", ","])
def test_a_part_of_a_text_is_one_item_with_its_commas_and_spaces(
    comparator: str, text: str
) -> None:
    assert wanted_by(comparator, text) == items(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1.0),
        ("1,5", 1.5),
        (" -0.25\t", -0.25),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1,5E-2", 0.015),
    ],
)
def test_numbers_may_have_a_comma(text: str, number: float) -> None:
    assert wanted_by("numberLess", text) == number


def test_versions_are_trimmed() -> None:
    assert wanted_by("semVerLess", " 1.0.0-rc.1+build.007 ") == "1.0.0-rc.1+build.007"


@pytest.mark.parametrize(
    "text",
    ["", "many", "1.000,5", "1 000", "1_000", "0x10", "NaN", "inf", "1e999", "٣", "1e"],
)
def test_a_rule_on_what_is_no_number_is_left_out(text: str) -> None:
    rules, problems = translated(
        compared("numberLess", "1"), compared("numberLess", text)
    )
    assert len(rules) == 1
    assert problems == (Problem("CC542", 2),)


@pytest.mark.parametrize("end", ["", "x"])
def test_it_is_soon_seen_that_a_long_text_is_no_number(end: str) -> None:
    # A pattern that tries every way to read the digits would take minutes.
    rules, problems = translated(compared("numberLess", "1" * 65_000 + end))
    assert (rules, problems) == ((), (Problem("CC542", 1),))


@pytest.mark.parametrize(
    ("comparator", "text"),
    [
        (comparator, text)
        for comparator in ("isOneOf", "semVerIsOneOf", "sensitiveIsOneOf")
        for text in ("", " ", ",", " , ,", None)
    ]
    + [("doesNotContain", ""), ("semVerLess", "  "), ("semVerGreaterOrEquals", None)],
)
def test_a_rule_that_compares_with_nothing_and_fits_nobody_is_left_out(
    comparator: str, text: str | None
) -> None:
    assert translated(compared(comparator, text)) == ((), (Problem("CC543", 1),))


@pytest.mark.parametrize(
    ("comparator", "text"),
    [
        (comparator, text)
        for comparator in ("isNotOneOf", "semVerIsNotOneOf", "sensitiveIsNotOneOf")
        for text in ("", " ,")
    ]
    + [("contains", ""), ("contains", None)],
)
def test_a_rule_that_compares_with_nothing_and_fits_everybody_is_not_translated(
    comparator: str, text: str | None
) -> None:
    reason = "its comparison value is empty, so it matches every user"
    problem = Problem("CC541", 1, reason)
    assert translated(compared(comparator, text)) == ((), (problem,))


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (compared("isNewerThan", "1"), "the comparator 'isNewerThan' is not known"),
        (compared("containsAnyOf", "1"), "the comparator 'containsAnyOf' is not known"),
        (RuleV1(True, "Thing"), "the comparator None is not known"),
        (RuleV1(True), "it has neither an attribute nor a segment"),
        (
            RuleV1(True, "", "isOneOf", "a"),
            "it has neither an attribute nor a segment",
        ),
        (
            RuleV1(True, segment="VIP", segment_comparator="isNear"),
            "the comparator 'isNear' is not known",
        ),
    ],
)
def test_a_rule_that_is_not_known_is_not_translated(rule: RuleV1, reason: str) -> None:
    assert translated(rule) == ((), (Problem("CC541", 1, reason),))


@pytest.mark.parametrize(
    ("comparator", "text", "kept"),
    [
        ("semVerLess", " 1.2 ", "1.2"),
        ("semVerGreater", "v1.2.3", "v1.2.3"),
        ("semVerGreater", "1.02.3", "1.02.3"),
        ("semVerLessOrEquals", "1.2.3-", "1.2.3-"),
        ("semVerIsOneOf", "1.2.3, 1.2", items("1.2.3", "1.2")),
        ("semVerIsNotOneOf", "soon", items("soon")),
    ],
)
def test_a_rule_on_what_is_no_version_is_kept(
    comparator: str, text: str, kept: Comparison
) -> None:
    (rule,), problems = translated(compared(comparator, text))
    assert rule.conditions == (UserCondition("Thing", comparator, kept),)
    assert problems == (Problem("CC544", 1),)


def test_only_odd_texts_are_a_problem() -> None:
    for comparator, text in comparison_rules():
        _, problems = translated(compared(comparator, text))
        assert bool(problems) == (text in odd(comparator)), (comparator, text)


@pytest.mark.parametrize("comparator", ["isIn", "isNotIn"])
def test_a_segment_rule_becomes_a_segment_condition(comparator: str) -> None:
    old = RuleV1("x", segment="VIP", segment_comparator=comparator)
    rules, problems = translated(old)
    assert rules == (Rule((SegmentCondition("VIP", comparator),), value="x"),)
    assert problems == ()


def test_percentages_become_a_last_rule_and_rules_keep_their_order() -> None:
    percentage_options = (
        PercentageOption(30, 2.0),
        PercentageOption(0, 1.0),
        PercentageOption(70, 2.0),
    )
    old = ValueV1(
        1.0,
        (
            RuleV1(2.0, "Age", "numberLess", "18"),
            RuleV1(3.0, "Age", "numberLess", "many"),
            RuleV1(4.0, segment="VIP", segment_comparator="isIn"),
        ),
        percentage_options,
    )
    formula, problems = formula_of(old)
    assert formula == Formula(
        1.0,
        (
            Rule((UserCondition("Age", "numberLess", 18.0),), value=2.0),
            Rule((SegmentCondition("VIP", "isIn"),), value=4.0),
            Rule((), percentage_options=percentage_options),
        ),
    )
    assert problems == (Problem("CC542", 2),)


def test_a_value_without_rules_stays_without() -> None:
    assert formula_of(ValueV1("x")) == (Formula("x"), ())
    types = [type(formula_of(ValueV1(one))[0].default) for one in (True, 1, 1.0, "1")]
    assert types == [bool, int, float, str]
