"""Values in the words of the dashboard: readable, exact, and never ambiguous."""

from collections.abc import Sequence
from itertools import product

import attrs
import pytest
from hypothesis import given

from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Config,
    Formula,
    PercentageOption,
    Plain,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SegmentCondition,
    Setting,
    UserCondition,
    ValueV1,
    Variation,
)
from configcat_mgmt.jobs.model.words import (
    COMPARATOR_WORDS,
    FLAG_WORDS,
    SEGMENT_WORDS,
    comparator_words,
    targeting_words,
    value_words,
    variation_names,
)
from configcat_mgmt.models import (
    PrerequisiteComparator,
    RolloutRuleComparator,
    SegmentComparator,
    UserComparator,
)
from tests.hypothesis_profiles import examples
from tests.jobs.snapshots import TARGETINGS

HALF = (PercentageOption(20, True), PercentageOption(80, False))


def words(
    *conditions: Condition,
    value: Plain | None = True,
    percentage_options: Sequence[PercentageOption] = (),
) -> str:
    """Return the line of a rule."""
    rule = Rule(conditions, value, tuple(percentage_options))
    return targeting_words(Formula(False, (rule,)))[0]


@pytest.mark.parametrize("comparator", UserComparator, ids=str)
def test_every_comparator_of_v2_has_words(comparator: UserComparator) -> None:
    assert comparator.value in COMPARATOR_WORDS


@pytest.mark.parametrize("comparator", RolloutRuleComparator, ids=str)
def test_every_comparator_of_v1_has_words(comparator: RolloutRuleComparator) -> None:
    assert comparator.value in COMPARATOR_WORDS


def test_every_comparator_of_segments_and_flags_has_words() -> None:
    assert set(SEGMENT_WORDS) == {one.value for one in SegmentComparator}
    assert set(FLAG_WORDS) == {one.value for one in PrerequisiteComparator}


def test_no_two_comparators_have_the_same_words() -> None:
    assert len(set(COMPARATOR_WORDS.values())) == len(COMPARATOR_WORDS)


def test_hashed_comparators_and_only_they_say_so() -> None:
    for comparator, said in COMPARATOR_WORDS.items():
        assert said.endswith("(hashed)") == comparator.startswith("sensitive")


@pytest.mark.parametrize(
    ("comparator", "said"),
    [
        ("textMatchesRegex", "TEXT MATCHES REGEX"),
        ("sensitiveTextMatches2", "TEXT MATCHES2 (hashed)"),
        ("<b>", '"<b>"'),
        ("", '""'),
    ],
)
def test_a_comparator_that_is_not_known_can_be_read(comparator: str, said: str) -> None:
    assert comparator_words(comparator) == said


def test_a_rule_names_attribute_comparator_and_list() -> None:
    condition = UserCondition(
        "Email", "containsAnyOf", (("@a.example", None), ("@b.example", "partner"))
    )
    assert words(condition) == (
        'IF Email CONTAINS ANY OF [@a.example, @b.example ("partner")] THEN ON'
    )


def test_items_that_could_be_taken_for_several_are_quoted() -> None:
    items = tuple((text, None) for text in ("a, b", "", " c", "d]", "e", 'f"', "g\\"))
    assert words(UserCondition("Email", "isOneOf", items)) == (
        r'IF Email IS ONE OF ["a, b", "", " c", "d]", e, "f\"", "g\\"] THEN ON'
    )


def test_texts_are_quoted_and_numbers_are_not() -> None:
    line = words(
        UserCondition("Country", "textEquals", "DE"),
        UserCondition("Age", "numberGreaterOrEquals", 18.0),
        UserCondition("Rate", "numberLess", 0.1),
    )
    assert line == 'IF Country EQUALS "DE" AND Age >= 18 AND Rate < 0.1 THEN ON'


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1_700_000_000.0, "2023-11-14 22:13:20 UTC"),
        (1_700_000_000.25, "2023-11-14 22:13:20 UTC (1700000000.25)"),
        (-1.0, "1969-12-31 23:59:59 UTC"),
        (1e300, "1e+300"),
    ],
)
def test_times_are_said_in_utc_and_stay_exact(seconds: float, said: str) -> None:
    line = words(UserCondition("Since", "dateTimeAfter", seconds))
    assert line == f"IF Since AFTER {said} THEN ON"


def test_segments_and_flags_are_named() -> None:
    line = words(
        SegmentCondition("Beta testers", "isIn"),
        SegmentCondition("Staff", "isNotIn"),
        PrerequisiteCondition("newLayout", "equals", value=True),
        PrerequisiteCondition("theme", "doesNotEqual", "dark"),
    )
    assert line == (
        "IF USER IS IN SEGMENT Beta testers AND USER IS NOT IN SEGMENT Staff "
        'AND FLAG newLayout EQUALS ON AND FLAG theme NOT EQUALS "dark" THEN ON'
    )


def test_names_that_read_like_the_rest_of_a_rule_are_quoted() -> None:
    line = words(SegmentCondition("A AND B THEN ON", "isIn"))
    assert line == 'IF USER IS IN SEGMENT "A AND B THEN ON" THEN ON'
    assert words(SegmentCondition("", "isIn")) == 'IF USER IS IN SEGMENT "" THEN ON'


def test_percentages_name_the_attribute_that_they_go_by() -> None:
    condition = UserCondition("Email", "isOneOf", (("a", None),))
    formula = Formula(
        False,
        (
            Rule((condition,), percentage_options=HALF),
            Rule((), percentage_options=HALF),
        ),
        percentage_attribute="Country",
    )
    assert targeting_words(formula) == (
        "IF Email IS ONE OF [a] THEN 20% ON, 80% OFF by Country",
        "ELSE 20% ON, 80% OFF by Country",
        "TO UNIDENTIFIED OFF",
    )
    assert targeting_words(attrs.evolve(formula, percentage_attribute=None)) == (
        "IF Email IS ONE OF [a] THEN 20% ON, 80% OFF",
        "ELSE 20% ON, 80% OFF",
        "TO UNIDENTIFIED OFF",
    )


def test_an_attribute_for_percentages_that_are_not_there_is_said_all_the_same() -> None:
    formula = Formula(True, percentage_attribute="Tenant")
    assert targeting_words(formula) == ("TO ALL USERS ON", "PERCENTAGES by Tenant")


def test_what_is_left_goes_to_all_users_or_else() -> None:
    rule = Rule((SegmentCondition("Beta", "isIn"),), True)
    assert targeting_words(Formula(False)) == ("TO ALL USERS OFF",)
    assert targeting_words(Formula(False, (rule, rule))) == (
        "IF USER IS IN SEGMENT Beta THEN ON",
        "ELSE IF USER IS IN SEGMENT Beta THEN ON",
        "ELSE OFF",
    )
    assert targeting_words(Formula(False, (Rule((), percentage_options=HALF),))) == (
        "TO ALL USERS 20% ON, 80% OFF",
        "TO UNIDENTIFIED OFF",
    )


def test_values_of_v1_read_like_those_of_v2() -> None:
    old = ValueV1(
        1.0,
        (
            RuleV1(2.0, "Age", "numberLess", "18,5"),
            RuleV1(3.0, segment="Beta", segment_comparator="isNotIn"),
        ),
        (PercentageOption(10, 4.0), PercentageOption(90, 5.5)),
    )
    assert targeting_words(old) == (
        'IF Age < "18,5" THEN 2.0',
        "ELSE IF USER IS NOT IN SEGMENT Beta THEN 3.0",
        "ELSE 10% 4.0, 90% 5.5",
        "TO UNIDENTIFIED 1.0",
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "ON"),
        (False, "OFF"),
        ("ON", '"ON"'),
        ('say "hi"\n', r'"say \"hi\"\n"'),
        ("größer", '"größer"'),
        ("a\u202eb\x7f\ud800", r'"a\u202eb\u007f\ud800"'),
        (1, "1"),
        (1.0, "1.0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-(2**31), "-2147483648"),
    ],
)
def test_served_values_are_exact(value: Plain, said: str) -> None:
    assert value_words(value) == said


def test_variations_are_named_where_the_name_is_known() -> None:
    provider = Setting(
        "provider",
        "provider",
        "string",
        variations=(Variation("adyen", "Adyen (EU)"), Variation("none")),
    )
    names = variation_names(Config("Main", "v2", settings=(provider,)))
    formula = Formula(
        "none", (Rule((), percentage_options=(PercentageOption(100, "adyen"),)),)
    )
    assert targeting_words(formula, "Provider", names) == (
        'TO ALL USERS 100% "adyen" ("Adyen (EU)")',
        'TO UNIDENTIFIED "none"',
    )
    assert targeting_words(formula) == (
        'TO ALL USERS 100% "adyen"',
        'TO UNIDENTIFIED "none"',
    )
    other = Formula(
        False, (Rule((PrerequisiteCondition("PROVIDER", "equals", "adyen"),), True),)
    )
    assert targeting_words(other, "newLayout", names)[0] == (
        'IF FLAG PROVIDER EQUALS "adyen" ("Adyen (EU)") THEN ON'
    )


TRICKY = ("", "a", "b", "a, b", '"a"', "a]", "a AND b", "a (b)", "ON", "\\", "by b")


def test_no_two_lists_read_the_same() -> None:
    items = [(text, hint) for text in TRICKY for hint in (None, "a", '"')]
    lists = [items_ for count in range(3) for items_ in product(items, repeat=count)]
    said = {words(UserCondition("x", "isOneOf", one)) for one in lists}
    assert len(said) == len(lists) == 1 + 33 + 33**2


def test_no_two_rules_read_the_same() -> None:
    found = [
        condition
        for name in TRICKY
        for condition in (
            SegmentCondition(name, "isIn"),
            SegmentCondition(name, "isNotIn"),
            PrerequisiteCondition(name, "equals", "a"),
            PrerequisiteCondition("a", "equals", name),
            PrerequisiteCondition(name, "equals", value=True),
            UserCondition(name, "textEquals", "a"),
            UserCondition("b", "textEquals", name),
            UserCondition(name, "isOneOf", (("a", None),)),
            UserCondition("b", "sensitiveIsOneOf", ((name, None),)),
        )
    ]
    conditions = dict.fromkeys(found)
    pairs = [one for count in (1, 2) for one in product(conditions, repeat=count)]
    said = {words(*one) for one in pairs}
    assert len(said) == len(pairs)


def test_no_two_values_of_all_types_read_the_same() -> None:
    served: list[Plain] = [True, False, 0, 1, 0.0, 1.0, 10.0, 1e9, *TRICKY]
    rules = [Rule((), value) for value in served]
    rules += [Rule((), None, (PercentageOption(1, value),)) for value in served]
    rules += [Rule((), value, (PercentageOption(1, value),)) for value in served]
    formulas = [
        Formula(default, tuple(some), attribute)
        for default in served
        for some in ([], *([rule] for rule in rules))
        for attribute in (None, "a", "b, 1% a")
    ]
    said = {targeting_words(formula) for formula in formulas}
    assert len(said) == len(formulas)


@examples(100)
@given(TARGETINGS)
def test_no_value_is_too_odd_for_words(targeting: Formula | ValueV1) -> None:
    lines = targeting_words(targeting)
    assert len(lines) > len(targeting.rules)
    assert "\n" not in "".join(lines)
    assert all(line.encode("utf-8") for line in lines)
