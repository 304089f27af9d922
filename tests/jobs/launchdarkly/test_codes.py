"""Each code of the dashboard's importer appears, or its cause is translated exactly."""

from typing import Any, Final

import pytest

from configcat_mgmt.jobs import ISSUE_KINDS, NewProduct
from configcat_mgmt.jobs.launchdarkly import (
    Translation,
    TranslationOptions,
    plan_import,
    read_project,
    translate,
)
from tests.jobs.launchdarkly.made import (
    clause,
    codes,
    document,
    flag,
    formula,
    in_segment,
    rollout,
    rule,
    segment,
    served,
    setting,
    translated,
)

Json = Any

ALL: Final = (
    *(f"L{number:03}" for number in range(1, 8)),
    *(f"T{number:03}" for number in range(1, 30)),
    "D001",
    "D002",
)
TWO: Final = clause("email", "in", "a"), clause("country", "in", "b")
VIP: Final = rule(in_segment("vip"))


def with_segment(members: Json, **options: Json) -> Translation:
    """Translate a flag that is true for the members of a segment."""
    base = segment("base", included=["ann"])
    return translated(flag(rules=[VIP]), groups=[segment(**members), base], **options)


def test_every_code_has_its_row() -> None:
    assert set(ALL) <= set(ISSUE_KINDS)


RULES: Final = [rule(clause("email", "in", f"{n}"), variation=n % 2) for n in range(5)]
LONG: Final = "x" * 300

APPEARING: Final[dict[str, tuple[Json, Json]]] = {
    "L001": (flag(rules=RULES), {"limits": {"maxTargetingRuleCount": 4}}),
    "L002": (
        flag(rules=[rule(*TWO, clause("name", "in", "c"))]),
        {"limits": {"maxConditionPerTargetingRuleCount": 2}},
    ),
    "L003": (
        flag(
            variations=("a", "b", "c"),
            fallthrough={"rollout": rollout(50_000, 30_000, 20_000)},
        ),
        {"limits": {"maxPercentageOptionCount": 2}},
    ),
    "L004": (flag(rules=[rule(clause("email", "in", "x" * 70_000))]), {}),
    "L005": (
        flag(rules=[rule(clause("email", "in", "a", "b", "c"))]),
        {"limits": {"maxComparisonValueListLength": 2}},
    ),
    "L006": (flag(rules=[rule(clause("email", "contains", LONG))]), {}),
    "L007": (flag(variations=("a", "b" * 100_001)), {}),
    "T002": (flag("my.flag"), {}),
    "T003": (flag(about={"tags": ["t" * 256]}), {}),
    "T004": (flag(variations=({"a": 1}, {"a": 2})), {}),
    "T005": (flag(rules=[rule(clause("a" * 1001, "in", "x"))]), {}),
    "T006": (flag(on=False, offVariation=None), {}),
    "T007": (flag(on=False), {}),
    "T008": (flag(on=False), {"toggle": "ignore"}),
    "T011": (flag(rules=[rule(clause("email", "matches", "a+"))]), {}),
    "T012": (flag(rules=[rule(clause("score", "in", 0.5, 1.5))]), {}),
    "T014": (flag(rules=[rule(clause("age", "lessThan", 3, 5))]), {}),
    "T015": (flag(rules=[rule(clause("kind", "in", "user"))]), {}),
    "T016": (
        flag(rules=[rule(clause("versionName", "in", "1", kind="ld_application"))]),
        {},
    ),
    "T017": (flag(rules=[rule(clause("beta", "in", True))]), {}),
    "T018": (
        flag(
            variations=("a", "b", "c"),
            fallthrough={"rollout": rollout(50_000, 0, 50_000)},
        ),
        {"limits": {"maxPercentageOptionCount": 2}},
    ),
    "T019": (flag(fallthrough={"rollout": rollout(12_500, 87_500)}), {}),
    "T020": (
        flag(
            rules=[rule(TWO[0], rollout=rollout(50_000, 50_000, bucketBy="name"))],
            fallthrough={"rollout": rollout(50_000, 50_000)},
        ),
        {},
    ),
    "T028": (flag(variations=("", "b")), {}),
    "T029": (
        flag(
            about={
                "variations": [
                    {"value": True, "name": "On"},
                    {"value": False, "name": "on"},
                ]
            }
        ),
        {},
    ),
    "D001": (flag(rules=[rule(clause("email", "like", "a"))]), {}),
}


@pytest.mark.parametrize("code", APPEARING)
def test_a_code_of_a_flag_appears(code: str) -> None:
    one, options = APPEARING[code]
    assert code in codes(translated(one, **options))
    assert code not in codes(translated(flag()))


SEGMENTS: Final[dict[str, Json]] = {
    "T010": {"rules": [{"clauses": [in_segment("base")]}]},
    "T011": {"rules": [{"clauses": [clause("kind", "in", "user")]}]},
    "T013": {"rules": [{"clauses": [clause("email", "contains", "x", "ann")]}]},
    "T021": {},
    "T022": {"included": ["ann"], "rules": [{"clauses": [TWO[0]]}]},
    "T023": {"rules": [{"clauses": list(TWO)}]},
    "T024": {"rules": [{"clauses": [TWO[0]], "weight": 100_000}]},
    "T025": {"rules": [{"clauses": [clause("score", "in", 0.5, 1.5)]}]},
    "T026": {"unbounded": True},
    "T027": {"included": ["a,nn"]},
}
"""Segments that have no native form, by the code of the reason."""

MEMBERS: Final[dict[str, Json]] = {
    "T010": {"user": "ann"},
    "T011": {"/kind": ["user"]},
    "T013": {"Email": "ann@x"},
    "T022": {"Email": "a"},
    "T023": {"Email": "a", "Country": "b"},
    "T024": {"Email": "a"},
    "T025": {"score": 1.5},
    "T027": {"user": "a,nn"},
}
"""Somebody who is in each of them."""


@pytest.mark.parametrize("code", SEGMENTS)
def test_a_segment_without_a_native_form_blocks_only_where_that_is_wanted(
    code: str,
) -> None:
    native = with_segment(SEGMENTS[code], segments="native")
    assert code in {one.code for one in native.blockers}
    accepted = with_segment(SEGMENTS[code], segments="native", accept=[code])
    assert accepted.blockers == ()
    member = MEMBERS.get(code, {"user": "ann"})
    assert served(accepted, **member) is False
    exact = with_segment(SEGMENTS[code])
    blocks = {one.code for one in exact.blockers}
    assert blocks == ({"T026"} if code == "T026" else set())
    assert served(exact, **member) is (code in MEMBERS)
    assert served(exact, user="bob") is False


def test_a_clause_with_several_segments_takes_the_members_of_each() -> None:
    segments = [
        segment("one", included=["ann"]),
        segment("two", rules=[{"clauses": [clause("plan", "in", "pro")]}]),
    ]
    for negate in (False, True):
        found = translated(
            flag(rules=[rule(in_segment("one", "two", negate=negate))]),
            groups=segments,
        )
        assert found.blockers == ()
        assert served(found, user="ann") is not negate
        assert served(found, user="bob", plan="pro") is not negate
        assert served(found, user="bob") is negate


def test_excluding_several_segments_blocks_where_one_cannot_be_native() -> None:
    found = translate(
        read_project(
            document(
                flag(rules=[rule(in_segment("one", "two", negate=True))]),
                segments=[segment("one", included=["ann"]), segment("two")],
            )
        ),
        TranslationOptions(segments="native"),
    )
    assert {"T009", "T021", "CC614"} <= {one.code for one in found.blockers}
    assert served(found, user="bob") is False


def test_names_that_occur_twice_get_the_key() -> None:
    first = flag("one", about={"name": "Same"})
    second = flag("two", about={"name": "same"})
    found = translated(first, second)
    assert "T001" in codes(found)
    assert [setting(found, key).name for key in ("one", "two")] == [
        "Same",
        "same (two)",
    ]


def test_a_flag_that_kept_changing_is_named() -> None:
    project = read_project(document(flag(), changed_while_read=["flag"]))
    assert "D002" in codes(translate(project))


def test_an_accepted_blocker_becomes_a_warning() -> None:
    one = flag(rules=[rule(clause("email", "matches", "a+"))])
    assert [each.code for each in translated(one).blockers] == ["T011"]
    found = translated(one, accept=["T011"])
    assert found.blockers == ()
    (issue,) = [each for each in found.issues if each.code == "T011"]
    assert issue.severity == "warning"
    place = "$.flags[0].environments.production.rules[0].clauses[0]"
    assert f'like user email matches "a+" in production ({place}).' in issue.cause


def test_flags_and_segments_are_named_within_a_sentence() -> None:
    order = rule(clause("age", "lessThan", 3, 5))
    group = segment("vip", rules=[{"clauses": order["clauses"]}])
    flags = flag("one", rules=[order]), flag("two", rules=[VIP])
    found = translated(*flags, groups=[group], segments="helper")
    (issue,) = [each for each in found.issues if each.code == "T014"]
    assert "3 or 5, in segment vip, flag one." in issue.cause


def test_a_clause_is_named_by_what_it_tests() -> None:
    long = "x" * 200
    tests = {
        'not user email matches "a+" or "b"': clause(
            "email", "matches", "a+", "b", negate=True
        ),
        f'user email matches "{long[:79]}…': clause("email", "matches", f"{long}+"),
    }
    for text, one in tests.items():
        (issue,) = translated(flag(rules=[rule(one)])).blockers
        assert f"like {text} in production (" in issue.cause


def test_a_clause_about_segments_is_named_by_them() -> None:
    one = flag(rules=[rule(in_segment("vip", negate=True))])
    vip = segment("vip", rules=[{"clauses": [clause("plan", "in", "pro")]}])
    found = translated(one, groups=[vip], segments="native")
    (issue,) = [each for each in found.issues if each.code == "CC614"]
    assert ': not in segment "vip" in production (' in issue.cause


def test_too_many_conditions_become_a_setting_with_the_same_result() -> None:
    found = translated(*[APPEARING["L002"][0]], **APPEARING["L002"][1])
    assert len(formula(found).rules[0].conditions) == 2
    assert served(found, Email="a", Country="b", name="c") is True
    assert served(found, Email="a", Country="b", name="d") is False


def test_few_rules_suffice_after_equal_ones_were_merged() -> None:
    rules = [rule(clause("email", "in", f"{n}")) for n in range(6)]
    found = translated(flag(rules=rules), limits={"maxTargetingRuleCount": 4})
    assert found.blockers == ()
    assert len(formula(found).rules) == 1
    scores = [rule(clause("score", "in", 0.5, 1.5, 2.5, 3.5, 4.5), TWO[0])]
    found = translated(flag(rules=scores), limits={"maxTargetingRuleCount": 4})
    assert len(formula(found).rules) == 1
    assert served(found, score=4.5, Email="a") is True
    assert served(found, score=4.5, Email="b") is False


def test_a_long_list_is_split_and_a_long_item_becomes_a_rule() -> None:
    limits = {"maxComparisonValueListLength": 2}
    values = ("a", "b", "c", LONG)
    for negate in (False, True):
        one = flag(rules=[rule(clause("email", "in", *values, negate=negate))])
        found = translated(one, limits=limits)
        assert found.blockers == ()
        for value in values:
            assert served(found, Email=value) is not negate
        assert served(found, Email="d") is negate
        assert served(found, user="nobody") is False


def test_rollouts_by_two_attributes_are_settings_of_their_own() -> None:
    found = translated(APPEARING["T020"][0])
    assert formula(found).percentage_attribute == "name"
    assert formula(found, "flag_r1").percentage_attribute == "Identifier"
    people = [
        served(found, user="x", Email="a", name=str(number)) for number in range(400)
    ]
    assert 150 < people.count(True) < 250
    others = [served(found, user=str(number)) for number in range(400)]
    assert 150 < others.count(True) < 250


def test_an_empty_text_is_replaced_everywhere_if_that_is_accepted() -> None:
    found = translated(
        flag("dark", variations=("", "b"), fallthrough={"variation": 0}),
        flag(
            prerequisites=[{"key": "dark", "variation": 0}],
            fallthrough={"variation": 0},
        ),
        accept=["T028"],
    )
    assert served(found, "dark") == "(empty)"
    assert served(found) is True


OWN: Final[dict[str, Json]] = {
    "CC601": flag(fallthrough={"rollout": rollout(50_000, 50_000)}),
    "CC605": flag(rules=[rule(clause("joined", "before", 0))]),
    "CC606": flag(rules=[rule(clause("anonymous", "in", True))]),
    "CC612": flag(about={"description": "x" * 1001}),
    "CC613": flag(rules=[rule(clause("email", "in", "", "a"))]),
    "CC615": flag(about={"customProperties": {"jira": {"name": "j", "value": []}}}),
}


@pytest.mark.parametrize("code", OWN)
def test_a_cause_that_the_dashboard_does_not_report_has_its_own_code(
    code: str,
) -> None:
    assert code in codes(translated(OWN[code]))
    assert code not in codes(translated(flag()))


def test_weights_that_are_rounded_one_by_one_are_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares = {"rollout": rollout(33_500, 33_500, 33_000)}
    one = flag(variations=("a", "b", "c"), fallthrough=shares)
    target = NewProduct("https://api.configcat.com", "Acme", "Shop")
    assert plan_import(translated(one), target).blockers == ()
    place = "configcat_mgmt.jobs.launchdarkly.splits.percentages"
    monkeypatch.setattr(place, lambda weights: [round(one / 1000) for one in weights])
    (blocker,) = plan_import(translated(one), target).blockers
    assert "percentages do not add up to 100" in blocker.cause
