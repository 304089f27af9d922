"""Data that is wrong: each kind has its text and its place, and grants nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import NewProduct
from configcat_mgmt.jobs.launchdarkly import (
    Translation,
    load_export,
    load_project,
    plan_import,
    read_project,
    save_export,
    translate,
)
from tests.jobs.launchdarkly.made import (
    clause,
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

ON = {"variation": 0}
PLACE = "$.flags[0].environments.production"


def causes(translation: Translation, code: str = "D001") -> str:
    """Return the causes of all issues with a code."""
    return "\n".join(one.cause for one in translation.issues if one.code == code)


@pytest.mark.parametrize(
    ("config", "cause", "place"),
    [
        ({"offVariation": 7, "on": False}, "off variation is out of range", ""),
        ({"fallthrough": {"variation": 2}}, "index of a variation", ".fallthrough"),
        ({"fallthrough": {"variation": -1}}, "index of a variation", ".fallthrough"),
        ({"fallthrough": {}}, "nothing says which variation", ".fallthrough"),
        ({"fallthrough": None}, "nothing says which variation", ""),
        ({"fallthrough": {"rollout": {}}}, "rollout has no variations", ".fallthrough"),
        (
            {"targets": [{"variation": 5, "values": ["a"]}]},
            "variation of a target",
            ".targets[0]",
        ),
        (
            {"prerequisites": [{"key": "no", "variation": 0}]},
            "prerequisite 'no' does not exist",
            ".prerequisites[0]",
        ),
        (
            {"rules": [rule(in_segment("no"))]},
            "segment 'no' does not exist",
            ".rules[0].clauses[0]",
        ),
        (
            {"rules": [rule(clause("x", "like", "a"))]},
            "operator 'like' is unknown",
            ".rules[0].clauses[0]",
        ),
        (
            {"rules": [rule(clause("", "in", "a"))]},
            "attribute is empty",
            ".rules[0].clauses[0]",
        ),
        (
            {"rules": [rule(clause("/a/~2", "in", "a"))]},
            "wrong escape",
            ".rules[0].clauses[0]",
        ),
        (
            {"rules": [rule(clause("x", "in", {"a": 1}))]},
            "an object or a list",
            ".rules[0].clauses[0]",
        ),
        (
            {"rules": [rule(clause("x", "after", "soon"))]},
            "no date and time",
            ".rules[0].clauses[0]",
        ),
        (
            {"rules": [rule(clause("x", "semVerEqual", "one"))]},
            "no semantic version",
            ".rules[0].clauses[0]",
        ),
    ],
)
def test_what_is_inconsistent_has_its_text_and_its_place(
    config: Json, cause: str, place: str
) -> None:
    one = flag(**config)
    one["environments"]["production"] = {
        name: value
        for name, value in one["environments"]["production"].items()
        if value is not None
    }
    found = translated(one)
    assert cause in causes(found)
    assert f"{PLACE}{place}" in causes(found)
    assert [each.code for each in found.blockers] == ["D001"]
    assert served(found, user="a", x="a") is False


@pytest.mark.parametrize(
    ("about", "reason", "place"),
    [
        ({"variations": []}, "there are no variations", "$.flags[0]"),
        ({"variations": [{}]}, "value is missing", "$.flags[0].variations[0]"),
        ({"tags": [1]}, "expected a text", "$.flags[0].tags[0]"),
        ({"environments": {"production": 3}}, "expected an object", PLACE),
        ({"environments": {"production": {}}}, "on is missing", PLACE),
        (
            {"environments": {"production": {"on": True, "rules": [{"clauses": 1}]}}},
            "expected a list",
            f"{PLACE}.rules[0].clauses",
        ),
        (
            {"environments": {"production": {"on": "yes"}}},
            "expected true or false",
            f"{PLACE}.on",
        ),
        (
            {
                "environments": {
                    "production": {"on": True, "fallthrough": {"rollout": rollout(-1)}}
                }
            },
            "a weight is negative",
            f"{PLACE}.fallthrough.rollout.variations[0]",
        ),
    ],
)
def test_a_flag_of_another_form_is_left_out_and_named(
    about: Json, reason: str, place: str
) -> None:
    found = translated(flag(about=about), flag("other"))
    assert reason in causes(found)
    assert place in causes(found)
    assert list(found.keys.flags) == ["other"]
    assert found.blockers


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan")])
@pytest.mark.parametrize("operator", ["in", "after", "greaterThan"])
def test_a_number_that_no_double_holds_is_named(operator: str, value: float) -> None:
    found = translated(flag(rules=[rule(clause("x", operator, value))]), flag("other"))
    assert "too large for a double" in causes(found)
    assert f"{PLACE}.rules[0].clauses[0].values[0]" in causes(found)
    assert list(found.keys.flags) == ["other"]


def test_a_key_that_occurs_twice_is_named() -> None:
    found = translated(flag(), flag(), groups=[segment("a"), segment("a")])
    assert causes(found).count("the key occurs twice") == 2
    assert list(found.keys.flags) == ["flag"]


def test_a_flag_without_an_environment_serves_the_last_variation() -> None:
    one = flag(about={"environments": {}})
    found = translated(one)
    assert "no data for the environment 'production'" in causes(found)
    assert served(found) is False


def test_a_circle_of_prerequisites_is_off_and_can_be_planned() -> None:
    def needs(key: str, other: str) -> Json:
        return flag(key, prerequisites=[{"key": other, "variation": 0}], fallthrough=ON)

    found = translated(
        *(needs(*pair) for pair in ("ab", "bc", "ca", "da")), accept=["D001"]
    )
    assert "prerequisites form a circle" in causes(found)
    assert [served(found, key) for key in "abcd"] == [False] * 4
    target = NewProduct("https://api.configcat.com", "Acme", "Shop")
    assert plan_import(found, target).blockers == ()


def test_a_circle_of_segments_has_nobody() -> None:
    def needs(key: str, other: str) -> Json:
        return segment(key, included=["ann"], rules=[{"clauses": [in_segment(other)]}])

    groups = [needs("a", "b"), needs("b", "a"), needs("c", "a")]
    for negate in (False, True):
        found = translated(
            flag(rules=[rule(in_segment("a", negate=negate))]), groups=groups
        )
        assert "segments depend on each other in a circle" in causes(found)
        assert served(found, user="ann") is False
        assert served(found, user="bob") is False


def test_equal_variations_are_one_value_and_make_a_prerequisite_unclear() -> None:
    base = flag("base", variations=("a", "a", "b"))
    needs = flag(prerequisites=[{"key": "base", "variation": 0}])
    assert translated(base).blockers == ()
    assert len(setting(translated(base), "base").variations) == 2
    assert "several variations with the required value" in causes(
        translated(base, needs)
    )


def test_an_off_variation_of_another_type_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not of its type, boolean"):
        translated(flag(on=False), off_variations={"flag": 1})


def test_archived_flags_come_only_if_they_are_needed_or_wanted() -> None:
    old = flag("old", about={"archived": True})
    needs = flag(prerequisites=[{"key": "old", "variation": 0}])
    assert list(translated(old, flag()).keys.flags) == ["flag"]
    assert list(translated(old, archived=True).keys.flags) == ["old"]
    found = translated(old, needs)
    assert list(found.keys.flags) == ["flag", "old"]
    assert setting(found, "old").tags == ("archived",)
    assert "old" in causes(found, "CC609")


def test_names_in_any_script_stay_as_they_are() -> None:
    one = flag(about={"name": "Zażółć 旗 🚩", "tags": ["ß", "SS", "ñ"]})
    found = setting(translated(one))
    assert found.name == "Zażółć 旗 🚩"
    assert found.tags == ("ß", "ñ")


def test_a_date_that_is_also_a_number_blocks() -> None:
    rules = [rule(clause("joined", "after", 0)), rule(clause("joined", "in", 5))]
    found = translated(flag(rules=rules))
    assert "number, seconds" in causes(found, "CC610")
    accepted = translated(flag(rules=rules), accept=["CC610"])
    assert [one.types for one in accepted.attributes] == [("seconds",)]


@pytest.mark.parametrize(
    ("op", "value", "type_"),
    [
        ("after", 0, "seconds"),
        ("lessThan", 3, "number"),
        ("semVerLessThan", "1.2.3", "version"),
        ("contains", "", "text"),
    ],
)
def test_a_test_of_presence_says_nothing_about_the_type(
    op: str, value: Json, type_: str
) -> None:
    # No value meets the second test, so it asks only whether there is one.
    rules = [rule(clause("x", op, value)), rule(clause("x", op, "?", negate=True))]
    found = translated(flag(rules=rules))
    assert [one.types for one in found.attributes] == [(type_,)]


def test_two_attributes_of_one_name_block() -> None:
    literal = {**clause("/a/b", "in", "x"), "contextKind": None}
    rules = [rule(literal), rule(clause("/a/b", "in", "x"))]
    found = translated(flag(rules=rules))
    assert [one.code for one in found.blockers] == ["CC611"]


def test_a_rule_for_all_ends_the_rules() -> None:
    found = translated(flag(rules=[rule(), rule(clause("email", "in", "a"))]))
    assert served(found) is True
    assert formula(found).rules == ()
    assert "rules[0]" in causes(found, "CC604")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"project": None}, "project is missing"),
        ({"project": {}}, "key is missing @ [$].project"),
        ({"host": 5}, "expected a text @ [$].host"),
        ({"taken_at": "now"}, "expected a time"),
        ({"flags": {}}, "expected a list @ [$].flags"),
        ({"flags": [{}]}, r"key is missing @ \$.flags\[0\]"),
        ({"environments": [{"key": "a"}, {"key": "a"}]}, "two environments"),
    ],
)
def test_an_export_of_another_form_is_refused(members: Json, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_project(document(flag(), **members))


def test_an_export_is_private_and_comes_back_without_secrets(tmp_path: Path) -> None:
    made = document(
        flag(
            variations=({"email": "kept@example.com"}, {"apiKey": "kept"}),
            about={"_maintainer": {"email": "gone@example.com"}, "_links": {}},
        ),
        environments=[{"key": "production", "name": "P", "apiKey": "sdk-gone"}],
    )
    made["flags"][0]["environments"]["email"] = {"on": True, "_site": {"href": "gone"}}
    path = tmp_path / "export.json"
    save_export(made, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "gone" not in path.read_text()
    assert path.read_text().count("kept") == 2
    assert set(load_project(path).flags[0].environments) == {"production", "email"}
    # A file that somebody else wrote may have them.
    path.write_text(json.dumps(made))
    assert "gone" not in str(load_export(path))


def test_thousands_of_flags_are_translated() -> None:
    one = flag()
    made = document(*({**one, "key": f"f{number}"} for number in range(3_000)))
    assert len(translate(read_project(made)).keys.flags) == 3_000


@pytest.mark.parametrize("member", ["host", "project"])
def test_half_of_a_surrogate_pair_names_a_host_or_a_project(member: str) -> None:
    half = "https://\ud800"
    value = half if member == "host" else {"key": half, "name": "Shop"}
    made = [translate(read_project(document(flag(), **{member: value}))) for _ in "12"]
    assert made[0].snapshot.source == made[1].snapshot.source
