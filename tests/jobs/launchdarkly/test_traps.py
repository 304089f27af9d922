"""Mistakes that other importers make."""

import json
from typing import Any

import pytest

from configcat_mgmt.jobs.launchdarkly import (
    TranslationOptions,
    read_project,
    translate,
    user_attributes,
)
from configcat_mgmt.jobs.launchdarkly.rollouts import percentages
from tests.jobs.launchdarkly.made import (
    ENVIRONMENT,
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


def test_off_serves_the_off_variation_and_not_the_fallthrough() -> None:
    off = flag(on=False, offVariation=0)
    assert served(translated(off)) is True
    assert served(translated(off, toggle="ignore")) is False
    assert served(translated(off, toggle="emulate")) is True
    assert served(translated(flag(offVariation=0))) is False


@pytest.mark.parametrize("toggle", ["respect", "emulate"])
def test_a_prerequisite_has_to_be_on_and_to_serve_the_variation(toggle: str) -> None:
    needs = flag(
        prerequisites=[{"key": "base", "variation": 0}], fallthrough={"variation": 0}
    )

    def result(**base: Json) -> object:
        return served(translated(flag("base", **base), needs, toggle=toggle))

    assert result(fallthrough={"variation": 0}) is True
    assert result(fallthrough={"variation": 1}) is False
    # It is off, and its off variation is the required one.
    assert result(on=False, offVariation=0) is False


def test_a_prerequisite_whose_own_prerequisite_is_off_is_on() -> None:
    found = translated(
        flag("p", on=False),
        flag("d", prerequisites=[{"key": "p", "variation": 0}], offVariation=0),
        flag(
            "e",
            prerequisites=[{"key": "d", "variation": 0}],
            fallthrough={"variation": 0},
        ),
    )
    assert served(found, "d") is True
    assert served(found, "e") is True


def test_included_wins_over_excluded_and_excluded_over_rules() -> None:
    everybody = {"clauses": [clause("key", "startsWith", "")]}
    vip = segment(included=["ann"], excluded=["ann", "bob"], rules=[everybody])
    found = translated(flag(rules=[rule(in_segment("vip"))]), groups=[vip])
    assert [served(found, user=one) for one in ("ann", "bob", "eve")] == [
        True,
        False,
        True,
    ]


def test_a_segment_has_a_value_for_each_environment() -> None:
    one = flag(rules=[rule(in_segment("vip"))])
    configs = one["environments"]
    configs["test"] = configs[ENVIRONMENT]
    made = document(
        one,
        environments=[
            {"key": ENVIRONMENT, "name": "Production"},
            {"key": "test", "name": "Test"},
        ],
    )
    made["segments"] = {
        ENVIRONMENT: [segment(included=["ann"])],
        "test": [segment(included=["bob"])],
    }
    helper = translate(read_project(made), TranslationOptions(segments="helper"))
    rules = {
        name: formula(helper, "segment_vip", name).rules[0].conditions[0]
        for name in ("Production", "Test")
    }
    assert "ann" in str(rules["Production"])
    assert "bob" in str(rules["Test"])
    native = translate(read_project(made))
    assert [one.name for one in native.snapshot.segments] == [
        "Production: VIP",
        "Test: VIP",
    ]


@pytest.mark.parametrize(
    ("op", "values", "meets", "fails"),
    [
        ("in", ("a", "b"), "a", "c"),
        ("startsWith", ("a", "b"), "bc", "c"),
        ("endsWith", ("a", "b"), "cb", "c"),
        ("contains", ("a", "b"), "cbc", "c"),
        ("matches", ("^a", "b$"), "cb", "c"),
        ("lessThan", (3, 5), 4, 5),
        ("lessThanOrEqual", (3, 5), 5, 6),
        ("greaterThan", (3, 5), 4, 3),
        ("greaterThanOrEqual", (3, 5), 3, 2),
        ("semVerEqual", ("1.0.0", "2"), "2.0.0", "3.0.0"),
        ("semVerLessThan", ("1.0.0", "2"), "1.5.0", "2.0.0"),
        ("semVerGreaterThan", ("1.0.0", "2"), "1.5.0", "1.0.0"),
    ],
)
def test_negation_turns_a_test_over_but_needs_the_attribute(
    op: str, values: Json, meets: object, fails: object
) -> None:
    plain = translated(flag(rules=[rule(clause("x", op, *values))]))
    negated = translated(flag(rules=[rule(clause("x", op, *values, negate=True))]))
    assert (served(plain, x=meets), served(plain, x=fails)) == (True, False)
    assert (served(negated, x=meets), served(negated, x=fails)) == (False, True)
    assert (served(plain), served(negated)) == (False, False)


def test_somebody_without_attributes_is_not_in_a_segment() -> None:
    vip = segment(rules=[{"clauses": [clause("plan", "in", "pro")]}])
    found = translated(flag(rules=[rule(in_segment("vip", negate=True))]), groups=[vip])
    assert served(found, plan="pro") is False
    assert served(found) is True


def test_targets_of_other_kinds_are_no_users() -> None:
    found = translated(
        flag(
            contextTargets=[
                {"variation": 0, "values": ["acme"], "contextKind": "organization"}
            ]
        )
    )
    assert served(found, user="acme") is False
    assert served(found, organization="acme") is True


def test_of_several_targets_the_lowest_variation_counts() -> None:
    found = translated(
        flag(
            variations=("a", "b", "c"),
            targets=[{"variation": 1, "values": ["ann"]}],
            contextTargets=[
                {"variation": 0, "values": ["acme"], "contextKind": "organization"}
            ],
        )
    )
    assert served(found, user="ann", organization="acme") == "a"
    assert served(found, user="ann", organization="other") == "b"


def test_keys_with_commas_stay_whole() -> None:
    vip = segment(included=["a,b", "c"])
    found = translated(flag(rules=[rule(in_segment("vip"))]), groups=[vip])
    assert served(found, user="a,b") is True
    assert served(found, user="a") is False


def test_dates_are_compared_in_seconds() -> None:
    texts = ("2023-11-14T22:13:20Z", "2023-11-14T23:13:20+01:00")
    for value in (1_700_000_000_000, *texts):
        found = translated(flag(rules=[rule(clause("joined", "after", value))]))
        for shift, wanted in ((1, True), (0, False), (-1, False)):
            context = {"key": "ann", "joined": 1_700_000_000_000 + shift}
            user = user_attributes(context, found.attributes)
            assert served(found, **user) is wanted


def test_a_date_of_a_context_may_be_a_text() -> None:
    found = translated(flag(rules=[rule(clause("joined", "after", 0))]))
    context = {"key": "ann", "joined": "2023-11-14T22:13:20.5Z"}
    assert user_attributes(context, found.attributes)["joined"] == 1_700_000_000.5


def test_rounded_percentages_add_up_to_100() -> None:
    assert percentages([33_333, 33_333, 33_334]) == [33, 33, 34]
    assert percentages([500, 500, 99_000]) == [1, 0, 99]
    assert percentages([0, 100_000]) == [0, 100]
    for weights in ([12_345, 67_890, 19_765], [1, 1, 1], [99_999, 1]):
        assert sum(percentages(weights)) == 100


def test_weights_that_do_not_add_up_leave_the_rest_to_the_last() -> None:
    found = translated(
        flag(variations=("a", "b"), fallthrough={"rollout": rollout(10_000, 20_000)})
    )
    (only,) = formula(found).rules
    assert [(one.value, one.percentage) for one in only.percentage_options] == [
        ("a", 10),
        ("b", 90),
    ]


def test_a_disabled_rule_does_nothing() -> None:
    found = translated(flag(rules=[rule(clause("email", "in", "a"), disabled=True)]))
    assert served(found, Email="a") is False
    assert "CC603" in codes(found)


def test_keys_that_differ_in_case_only_stay_two_settings() -> None:
    both = flag("Flag"), flag("flag"), flag("9.lives"), flag("9_lives")
    found = translated(*both)
    assert found.keys.flags == {
        "Flag": "Flag",
        "flag": "flag_2",
        "9.lives": "x_9_lives",
        "9_lives": "x_9_lives_2",
    }
    assert translated(*reversed(both)).keys == found.keys


def test_the_first_off_variation_is_no_missing_one() -> None:
    found = translated(flag(on=False, offVariation=0))
    assert served(found) is True
    assert "T006" not in codes(found)
    missing = translated(flag(on=False, offVariation=None))
    assert "T006" in codes(missing)


def test_a_missing_off_variation_can_be_chosen() -> None:
    off = flag(variations=("a", "b"), on=False, offVariation=None)
    found = translated(off, off_variations={"flag": "c"})
    assert found.blockers == ()
    assert served(found) == "c"
    assert [one.value for one in setting(found).variations] == ["a", "b", "c"]


def test_a_chosen_off_variation_must_not_look_like_the_required_one() -> None:
    middle = flag(
        "middle",
        prerequisites=[{"key": "base", "variation": 0}],
        offVariation=None,
        fallthrough={"variation": 0},
    )
    last = flag(prerequisites=[{"key": "middle", "variation": 0}])
    every = (flag("base"), middle, last)
    assert "T006" in codes(translated(*every, off_variations={"middle": True}))
    assert "T006" not in codes(translated(*every, off_variations={"middle": False}))


@pytest.mark.parametrize(
    ("weight", "has_kind", "lacks_kind"),
    [(None, True, True), (0, False, True), (100_000, True, True)],
)
def test_no_weight_means_all_and_zero_nobody_with_the_kind(
    weight: int | None, has_kind: bool, lacks_kind: bool
) -> None:
    one = {"clauses": [clause("email", "in", "a")]}
    if weight is not None:
        one["weight"] = weight  # type: ignore[assignment]
    found = translated(
        flag(rules=[rule(in_segment("vip"))]), groups=[segment(rules=[one])]
    )
    assert served(found, user="ann", Email="a") is has_kind
    assert served(found, Email="a") is lacks_kind
    assert served(found, user="ann", Email="b") is False


def test_an_experiment_is_frozen_by_the_key_and_named() -> None:
    moving = rollout(50_000, 50_000, bucketBy="name", experimentAllocation={})
    found = translated(flag(fallthrough={"rollout": moving}))
    assert "CC602" in codes(found)
    assert formula(found).percentage_attribute == "Identifier"


def test_the_type_of_numbers_can_be_chosen_because_it_never_changes() -> None:
    whole = flag(variations=(1, 2.0))
    assert setting(translated(whole)).type == "int"
    assert setting(translated(whole, numbers="double")).type == "double"
    assert setting(translated(flag(variations=(1, 2.5)))).type == "double"
    assert setting(translated(flag(variations=(1, 1 << 31)))).type == "double"


@pytest.mark.parametrize("negate", [False, True])
@pytest.mark.parametrize(
    "odd",
    [
        clause("email", "matches", "a+"),
        clause("email", "like", "a"),
        clause("/a//b", "in", "a"),
        clause("groups", "contains", "a"),
        in_segment("big"),
        in_segment("regex"),
        in_segment("outer"),
    ],
)
def test_what_cannot_be_translated_never_grants(odd: Json, negate: bool) -> None:
    odd = {**odd, "negate": negate}
    found = translated(
        flag(rules=[rule(odd)]),
        groups=[
            segment("big", unbounded=True),
            segment("regex", rules=[{"clauses": [clause("email", "matches", "a+")]}]),
            segment("outer", rules=[{"clauses": [in_segment("regex")]}]),
        ],
        list_attributes=["user.groups"],
    )
    assert found.blockers
    people: Json = ({}, {"Email": "a"}, {"Email": "b"}, {"groups": ["a"]})
    for one in people:
        assert served(found, user="ann", **one) is False


def test_missing_buckets_get_what_launchdarkly_serves() -> None:
    shares = rollout(0, 40_000, 60_000, contextKind="organization", bucketBy="name")
    found = translated(
        flag(
            variations=("a", "b", "c"),
            rules=[rule(clause("email", "in", "x"), rollout=shares)],
            fallthrough={"rollout": shares},
        )
    )
    for user in ({"Email": "x"}, {"user": "ann"}):
        # Without the kind it is the first variation, whatever its weight; with the
        # kind, but without the attribute, it is the first with a weight.
        assert served(found, **user) == "a"
        assert served(found, organization="acme", **user) == "b"
        everybody = [
            served(found, organization="o", **{"organization:name": str(n)}, **user)
            for n in range(300)
        ]
        assert set(everybody) == {"b", "c"}


@pytest.mark.parametrize("weight", [12_500, 333, 50])
def test_fractions_of_a_percent_are_exact_on_request(weight: int) -> None:
    one = flag(fallthrough={"rollout": rollout(weight, 100_000 - weight)})
    rounded = translated(one)
    assert "T019" in codes(rounded)
    exact = translated(one, exact_percentages=True)
    assert "T019" not in codes(exact)
    count = 20_000
    hits = sum(served(exact, user=f"user {n}") is True for n in range(count))
    share = weight / 100_000
    sigma = (share * (1 - share) * count) ** 0.5
    assert abs(hits - share * count) < 4 * sigma + 1


def test_server_flags_get_a_config_of_their_own_on_request() -> None:
    about = {"clientSideAvailability": {"usingEnvironmentId": False}}
    rules = [rule(in_segment("vip"))]
    every = (
        flag("a", about=about, rules=rules),
        flag("b", about=about),
        flag("c", prerequisites=[{"key": "b", "variation": 0}], rules=rules),
    )
    vip = segment(included=["ann"], excluded=["bob"])
    assert "CC607" in codes(translated(*every, groups=[vip]))
    found = translated(*every, groups=[vip], server_config="Servers")
    keys = [[one.key for one in config.settings] for config in found.snapshot.configs]
    # A flag that one for clients depends on stays with it.
    assert keys == [["b", "c", "segment_vip"], ["a", "segment_vip"]]


def test_json_is_canonical_and_marked() -> None:
    found = setting(translated(flag(variations=({"b": 1, "a": "ü"}, None))))
    assert found.is_json is True
    assert [one.value for one in found.variations] == ['{"a":"ü","b":1}', "null"]
    assert json.loads(str(found.variations[0].value)) == {"b": 1, "a": "ü"}
