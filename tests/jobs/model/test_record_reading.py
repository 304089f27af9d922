"""Records come back from their data, and data that is odd is refused with its place."""

from typing import Any

import pytest

from configcat_mgmt.jobs.model.entity import Ref
from configcat_mgmt.jobs.model.plan import Issue, Plan, Step, Target
from configcat_mgmt.jobs.model.serialization import (
    MAX_DEPTH,
    MisfitError,
    read_record,
    write_record,
)
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    PercentageOption,
    Rule,
    Setting,
    Tag,
    UserCondition,
    Variation,
)

Json = Any

STEP = Step(
    "tag/a/create",
    2,
    "create",
    "tag",
    ("a",),
    "create-tag",
    {"product_id": Ref("product", ("Shop",)).to_json(), "reason": None},
    {"name": "a", "list": [1, 2.0, None, True, {"deep": []}]},
    creates=Ref("tag", ("a",)),
    id_field="tagId",
    versions={"b": "x", "a": "y"},
)
PLAN = Plan(
    "copy",
    Target("https://api.example", "Organization", "Shop", is_new=True),
    "hash",
    steps=(STEP, Step("x", 3, "delete", "tag", (), "delete-tag", {}, None)),
    issues=(Issue("CC101", "note", "where", "cause", "remedy"),),
)


def misfit(data: Json, kind: type) -> str:
    with pytest.raises(MisfitError) as caught:
        read_record(data, kind)
    return str(caught.value)


def test_a_plan_comes_back_from_its_data() -> None:
    data = write_record(PLAN)
    assert read_record(data, Plan) == PLAN
    (first, second) = data["steps"]  # type: ignore[misc]
    assert first["creates"] == {"entity": "tag", "key": ["a"]}
    assert list(first["versions"]) == ["a", "b"], "sorted"
    # What has its default is left out; what has none is there even if it is null.
    assert list(second) == [
        *("id", "stage", "action", "entity", "key", "operation", "arguments", "body")
    ]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("action", "drop", "expected one of create, update, set, delete @ $.action"),
        ("action", 1, "expected one of create, update, set, delete @ $.action"),
        ("stage", "2", "expected an integer, not a string @ $.stage"),
        ("stage", 10**30, "the number is out of range @ $.stage"),
        ("key", ["a", 1], "expected a string, not an integer @ $.key[1]"),
        ("key", "a", "expected a list, not a string @ $.key"),
        ("creates", {"entity": "tag"}, "key missing @ $.creates"),
        ("creates", 1, "expected an object, not an integer @ $.creates"),
        ("arguments", [], "expected an object, not a list @ $.arguments"),
        ("versions", {"a b": 1}, "not an integer @ $.versions['a b']"),
        ("surprise", 1, "unknown entry; known are id, stage, "),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    field: str, value: Json, reason: str
) -> None:
    assert reason in misfit({**write_record(STEP), field: value}, Step)


def test_all_fields_that_are_missing_are_named() -> None:
    data = write_record(STEP)
    del data["id"], data["body"]
    assert misfit(data, Step) == "id and body missing @ $"


def nested(levels: int, kind: str) -> Json:
    deep: Json = None
    for _ in range(levels):
        deep = [deep] if kind == "list" else {"x": deep}
    return deep


@pytest.mark.parametrize("kind", ["list", "object"])
def test_free_data_may_not_be_deeper_than_any_body(kind: str) -> None:
    data = {**write_record(STEP), "body": nested(MAX_DEPTH - 1, kind)}
    assert read_record(data, Step).body == data["body"]
    step = "[0]" if kind == "list" else ".x"
    data = {**data, "body": nested(MAX_DEPTH, kind)}
    assert misfit(data, Step) == (
        f"deeper than {MAX_DEPTH} levels @ $.body{step * MAX_DEPTH}"
    )
    data = {**data, "arguments": {"a": nested(900, kind)}}
    assert misfit(data, Step).startswith("deeper than")


def test_free_data_is_bounded_in_width_at_any_depth() -> None:
    for body in ({"a": [0] * 100_001}, [dict.fromkeys(map(str, range(100_001)))]):
        reason = misfit({**write_record(STEP), "body": body}, Step)
        assert reason.startswith(
            "100,001 items, more than the 100,000 allowed @ $.body"
        )


def test_numbers_become_doubles_only_where_no_int_can_stand() -> None:
    condition = read_record(
        {"attribute": "a", "comparator": "numberLess", "value": 18}, UserCondition
    )
    assert repr(condition.value) == "18.0"
    assert (
        repr(read_record({"percentage": 1, "value": 18}, PercentageOption).value)
        == "18"
    )
    for number in (10**400, float("inf")):
        data = {"attribute": "a", "comparator": "numberLess", "value": number}
        assert misfit(data, UserCondition) == "the number is out of range @ $.value"


def test_long_names_are_cut_in_places() -> None:
    values = {"x" * 5000: 1}
    data = {"key": "k", "name": "n", "type": "int", "values": values}
    assert len(misfit(data, Setting)) < 200


def test_a_record_in_the_place_of_another_is_not_written() -> None:
    wrong: Json = Variation(True)
    config = Config("Main", "v2", settings=(wrong,))
    with pytest.raises(TypeError, match="expected a Setting, not a Variation"):
        write_record(config)


def test_only_the_default_itself_is_left_out() -> None:
    assert write_record(Config("Main", "v2", order=0)) == {
        "name": "Main",
        "evaluation_version": "v2",
    }
    assert write_record(Tag("a", None, 0)) == {"name": "a", "id": 0}
    wrong: Json = False
    written = write_record(Config("Main", "v2", order=wrong))
    assert written["order"] is False
    assert misfit(written, Config) == "expected an integer, not a boolean @ $.order"
    for value in (0, False, 0.0, ""):
        rule = write_record(Rule((), value))
        assert repr(rule) == repr({"conditions": [], "value": value})
        assert repr(read_record(rule, Rule).value) == repr(value)
