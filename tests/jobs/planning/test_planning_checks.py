"""Values are checked before they are planned: references, types, limits, users."""

from typing import Any

import attrs
import pytest

from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.plan import NewProduct
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Formula,
    Integration,
    PercentageOption,
    Plain,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    Segment,
    SegmentCondition,
    Setting,
    Snapshot,
    UserCondition,
    ValueV1,
    Variation,
    Webhook,
)
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from tests.jobs.plan_facts import NEW, OVERWRITE, codes
from tests.jobs.products import TARGET, config_of, plain_product, setting_of

Json = Any

ON = Formula(True)


def check(*settings: Setting, **fields: Json) -> list[str]:
    """Plan a new product with these settings; return the causes of blockers."""
    plan = plan_copy(plain_product(config_of(*settings), **fields), NEW)
    return [f"{issue.code} {issue.where}: {issue.cause}" for issue in plan.blockers]


def flag(*conditions: Condition, **fields: Json) -> Setting:
    """A flag with one rule, in one environment."""
    rule = Rule(conditions, **{"value": True, **fields})
    return setting_of("flag", Formula(False, (rule,)), environments=("Test",))


@pytest.mark.parametrize(
    ("environments", "present", "expected"),
    [
        ("AB", None, []),
        ("ABC", None, ["3 environments (2 to 50)"]),
        ("ABC", "AB", ["3 environments (2 to 50)"]),
        ("AB", "ABC", []),
        ("ABC", "DE", ["5 environments (2 to 50)"]),
    ],
)
def test_numbers_that_a_subscription_may_not_allow_are_named(
    environments: str, present: str | None, expected: list[str]
) -> None:
    source = plain_product(environments=tuple(environments))
    target: Snapshot | NewProduct = NEW
    if present is not None:
        target = plain_product(environments=tuple(present), source=TARGET)
    plan = plan_copy(source, target, OVERWRITE)
    found = [issue for issue in plan.issues if issue.code == "CC124"]
    assert [one.cause.partition(". ")[0] for one in found] == [
        f"The target will have {item}" for item in expected
    ]


def test_each_place_of_a_limited_number_counts_for_itself() -> None:
    keys = [setting_of(f"flag{number}") for number in range(11)]
    source = plain_product(
        config_of(*keys),
        config_of(*keys[:10], name="Second"),
        webhooks=tuple(
            Webhook("Main", "Test", f"https://hook.example/{number}", "get")
            for number in range(2)
        ),
        integrations=tuple(
            Integration(f"Chat {number}", "slack", {}) for number in range(3)
        ),
    )
    (found,) = (one for one in plan_copy(source, NEW).issues if one.code == "CC124")
    for item in (
        "11 settings in Main (10 to 1,000)",
        "2 webhooks in Test (1 to 200)",
        "3 integrations of type slack (2 to 100)",
    ):
        assert item in found.cause
    assert "Second" not in found.cause


def test_a_segment_that_is_nowhere_blocks() -> None:
    (cause,) = check(flag(SegmentCondition("Nobody", "isIn")))
    assert cause.startswith("CC201 Main in Test: segment 'Nobody' is needed")
    old = setting_of("flag", ValueV1(True, (RuleV1(True, segment="Nobody"),)))
    plan = plan_copy(plain_product(config_of(old, version="v1")), NEW)
    assert "segment 'Nobody'" in plan.blockers[0].cause


def test_a_prerequisite_that_is_nowhere_blocks() -> None:
    (cause,) = check(flag(PrerequisiteCondition("nobody", "equals", True)))
    assert cause.startswith("CC201 Main in Test: setting 'nobody' is needed")


def test_a_prerequisite_in_the_target_is_good_enough() -> None:
    source = plain_product(
        config_of(flag(PrerequisiteCondition("other", "equals", True)))
    )
    target = plain_product(config_of(setting_of("other")), source=TARGET)
    assert plan_copy(source, target).blockers == ()


TEXT = setting_of("text", Formula("x"), kind="string")
VARIED = attrs.evolve(TEXT, variations=(Variation("x"), Variation("y")))


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        (setting_of("a", Formula("x")), "a value is not of type boolean"),
        (setting_of("a", Formula(1)), "a value is not of type boolean"),
        (setting_of("a", Formula(True), kind="int"), "a value is not of type int"),
        (setting_of("a", Formula(2**31), kind="int"), "a value is not of type int"),
        (setting_of("a", Formula(True), kind="double"), "not of type double"),
        (setting_of("a", Formula(1.0), kind="int"), "a value is not of type int"),
        (setting_of("a", Formula(True, (Rule((), "x"),))), "not of type boolean"),
        (setting_of("a", ValueV1(True)), "value of the other evaluation version"),
        (
            flag(
                value=None,
                percentage_options=(
                    PercentageOption(60, True),
                    PercentageOption(50, False),
                ),
            ),
            "percentages do not add up to 100",
        ),
        (
            flag(
                value=None,
                percentage_options=(
                    PercentageOption(150, True),
                    PercentageOption(-50, False),
                ),
            ),
            "percentages do not add up to 100",
        ),
        (
            flag(
                value=None,
                percentage_options=(
                    PercentageOption(50, True),
                    PercentageOption(50, True),
                ),
            ),
            "a boolean is split into one true and one false",
        ),
        (
            attrs.evolve(VARIED, values=setting_of("a", Formula("z")).values),
            "a value is not one of the predefined variations",
        ),
    ],
)
def test_values_that_do_not_fit_their_setting_block(
    setting: Setting, reason: str
) -> None:
    assert any(reason in cause for cause in check(setting))


@pytest.mark.parametrize(
    ("value", "reason"),
    [(True, "another type"), ("z", "not compared with one of its variations")],
)
def test_prerequisites_are_compared_with_what_they_can_serve(
    value: Plain, reason: str
) -> None:
    (cause,) = check(VARIED, flag(PrerequisiteCondition("text", "equals", value)))
    assert reason in cause


def test_prerequisites_must_not_form_a_circle() -> None:
    def needs(key: str, other: str) -> Setting:
        rule = Rule((PrerequisiteCondition(other, "equals", True),), True)
        return setting_of(key, Formula(False, (rule,)), environments=("Test",))

    causes = check(needs("A", "B"), needs("b", "c"), needs("c", "a"))
    assert causes == [
        "CC211 Main in Test: Prerequisites would form a circle: A → b → c → A."
    ]
    assert check(needs("a", "b"), needs("b", "c"), setting_of("c", ON)) == []


def test_a_circle_may_close_in_the_target() -> None:
    def needs(key: str, other: str) -> Setting:
        rule = Rule((PrerequisiteCondition(other, "equals", True),), True)
        return setting_of(key, Formula(False, (rule,)))

    source = plain_product(config_of(needs("a", "b"), setting_of("b", ON)))
    target = plain_product(
        config_of(setting_of("a", ON), needs("b", "a")), source=TARGET
    )
    keys = Selection(Criteria(keys=["a"]))
    plan = plan_copy(source, target, attrs.evolve(OVERWRITE, selection=keys))
    assert {issue.code for issue in plan.issues} == {"CC211", "CC305"}
    assert "CC211" not in codes(plan_copy(source, target, OVERWRITE))


LONG = tuple((str(number), None) for number in range(5))


@pytest.mark.parametrize(
    ("limit", "setting", "what"),
    [
        (
            "maxPercentageOptionCount",
            attrs.evolve(
                TEXT,
                values=setting_of(
                    "x",
                    Formula("x", (Rule((), None, (PercentageOption(20, "x"),) * 5),)),
                ).values,
            ),
            "percentage options",
        ),
        (
            "maxTargetingRuleCount",
            setting_of("text", Formula(True, (Rule((), True),) * 5)),
            "targeting rules",
        ),
        (
            "maxConditionPerTargetingRuleCount",
            attrs.evolve(
                flag(*[UserCondition("a", "textEquals", "x")] * 5), key="text"
            ),
            "conditions in a rule",
        ),
        (
            "maxComparisonValueLength",
            attrs.evolve(flag(UserCondition("a", "textEquals", "xxxxx")), key="text"),
            "characters in a comparison value",
        ),
        (
            "maxComparisonValueListLength",
            attrs.evolve(flag(UserCondition("a", "isOneOf", LONG)), key="text"),
            "items in a comparison list",
        ),
        (
            "maxComparisonValueListItemLength",
            attrs.evolve(
                flag(UserCondition("a", "isOneOf", (("xxxxx", None),))), key="text"
            ),
            "characters in an item of a comparison list",
        ),
        (
            "maxStringFlagValueLength",
            setting_of("text", Formula("xxxxx"), kind="string"),
            "characters in a text value",
        ),
        (
            "maxPredefinedVariations",
            attrs.evolve(TEXT, variations=tuple(map(Variation, "xabcd"))),
            "predefined variations",
        ),
    ],
)
def test_limits_of_the_organization_block_before_the_first_call(
    limit: str, setting: Setting, what: str
) -> None:
    product = plain_product(config_of(setting))
    limits = NewProduct("https://api.example", "Target", limits={limit: 4})
    (issue,) = plan_copy(product, limits).blockers
    assert issue.code == "CC220"
    assert issue.cause == (
        f"The subscription of the target's organization allows at most 4 {what}. "
        f"More are needed by text."
    )
    enough = NewProduct("https://api.example", "Target", limits={limit: 5})
    assert plan_copy(product, enough).blockers == ()


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("maxTargetingRuleCount", ValueV1(True, (RuleV1(True, "a", "b", "c"),) * 5)),
        (
            "maxComparisonValueLength",
            ValueV1(True, (RuleV1(True, "a", "b", "ccccc"),)),
        ),
    ],
)
def test_limits_count_for_old_values_too(limit: str, value: ValueV1) -> None:
    product = plain_product(config_of(setting_of("flag", value), version="v1"))
    limits = NewProduct("https://api.example", "Target", limits={limit: 4})
    assert [issue.code for issue in plan_copy(product, limits).blockers] == ["CC220"]


def test_limits_of_an_existing_target_are_those_of_its_organization() -> None:
    rules = Formula(True, (Rule((UserCondition("a", "textEquals", "x"),), True),) * 5)
    source = plain_product(config_of(setting_of("flag", rules)))
    limits = {"maxTargetingRuleCount": 4}
    target = plain_product(config_of(setting_of("flag")), limits=limits, source=TARGET)
    assert codes(plan_copy(source, target, OVERWRITE)) == ["CC220"]
    # What is there already is no reason to stop.
    full = attrs.evolve(source, limits=limits)
    assert codes(plan_copy(source, full)) == []


def split(*values: Plain, attribute: str | None = None) -> Formula:
    share = 100 // len(values)
    rule = Rule((), None, tuple(PercentageOption(share, value) for value in values))
    return Formula(values[0], (rule,), attribute)


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        (split("a", "b"), split("a", "b", attribute="Email"), ["CC302"]),
        (split("a", "b"), split("a", "b", attribute="Identifier"), []),
        (split("a", "b", attribute="Email"), Formula("a", (), None), []),
        (split("a", "b"), split("b", "a"), ["CC303"]),
        (split("a", "b", "c", "d"), split("a", "c"), []),
        (split("a", "b", "c", "d"), split("c", "b"), ["CC303"]),
        (split("a", "b"), split("x", "y"), []),
    ],
)
def test_users_who_would_be_distributed_anew_are_warned_about(
    wanted: Formula, found: Formula, expected: list[str]
) -> None:
    source = plain_product(config_of(setting_of("a", wanted, kind="string")))
    target = plain_product(
        config_of(setting_of("a", found, kind="string")),
        source=TARGET,
        limits={"maxTargetingRuleCount": 9},
    )
    plan = plan_copy(source, target, OVERWRITE)
    assert sorted(set(codes(plan))) == expected
    assert plan.blockers == ()
    # Nobody is served anything yet where the setting is new.
    assert "CC303" not in codes(plan_copy(source, NEW))


def test_options_of_old_values_are_compared_too() -> None:
    one = ValueV1(True, (), (PercentageOption(30, True), PercentageOption(70, False)))
    other = ValueV1(True, (), (PercentageOption(70, False), PercentageOption(30, True)))
    source = plain_product(config_of(setting_of("a", one), version="v1"))
    target = plain_product(config_of(setting_of("a", other), version="v1"))
    assert "CC303" in codes(plan_copy(source, target, OVERWRITE))


@pytest.mark.parametrize(
    ("changes", "matters"),
    [({"description": "text"}, False), ({"comparison": "b"}, True)],
)
def test_of_a_segment_that_is_only_needed_the_rule_matters(
    changes: dict[str, str], matters: bool
) -> None:
    rule = Rule((SegmentCondition("VIP", "isIn"),), True)
    segment = Segment("VIP", "Email", "isOneOf", "a")
    flag = setting_of("flag", Formula(False, (rule,)))
    source = attrs.evolve(plain_product(config_of(flag)), segments=(segment,))
    other = attrs.evolve(segment, **changes)
    found = attrs.evolve(
        plain_product(config_of(flag), source=TARGET), segments=(other,)
    )
    selection = Selection(Criteria(keys=["flag"]))
    plan = plan_copy(source, found, attrs.evolve(OVERWRITE, selection=selection))
    assert ("CC305" in codes(plan)) == matters
    assert bool(differences(source, found, selection)) == matters
    assert differences(source, found)
