"""Tests of how answers are read: what is forgiven, and where problems are."""

import pickle
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from attrs import define, field

from configcat_mgmt import models
from configcat_mgmt.core.codec.decode import (
    decode,
    from_json,
    readers,
)
from configcat_mgmt.core.codec.problems import InvalidData, Problem, Unfit
from configcat_mgmt.errors import DecodeError
from configcat_mgmt.models import SettingType
from configcat_mgmt.unset import UNSET

ID = "08d86d63-2721-4da6-8c06-584521d516bc"


@define
class Inner:
    """A model of one field."""

    key: str = field(metadata={"json": "key", "essential": True})


@define
class Outer:
    """A model with each kind of field."""

    inner_id: UUID = field(metadata={"json": "innerId", "essential": True})
    inner: Inner | None = field(metadata={"json": "inner"})
    many: list[Inner] = field(metadata={"json": "many"})
    maybe_many: list[Inner] | None = field(metadata={"json": "maybeMany"})
    sure: list[int] = field(metadata={"json": "sure", "essential": True})
    pairs: dict[str, str | None] = field(metadata={"json": "pairs"})
    kind: SettingType = field(metadata={"json": "kind"})
    at: datetime | None = field(metadata={"json": "at"})
    ids: list[UUID] = field(metadata={"json": "ids"})
    kinds: list[SettingType] = field(metadata={"json": "kinds"})
    ratio: float = field(metadata={"json": "ratio"})
    on: bool = field(metadata={"json": "on", "essential": True})
    anything: object = field(metadata={"json": "anything"})
    maybe_pairs: dict[str, int] | None = field(metadata={"json": "maybePairs"})


@define
class Empty:
    """A model without fields."""


def outer(**members: object) -> dict[str, Any]:
    return {
        "innerId": ID,
        "inner": {"key": "a"},
        "many": [{"key": "b"}, {"key": "c"}],
        "maybeMany": None,
        "sure": [1],
        "pairs": {"x": None, "y": "z"},
        "kind": "boolean",
        "at": "2026-05-04T10:11:12.1234567Z",
        "ids": [ID],
        "kinds": ["int", "later"],
        "ratio": 1,
        "on": True,
        "anything": [1, {"a": None}],
        "maybePairs": {"a": 1},
        **members,
    }


def problems_of(data: object, kind: object = Outer) -> list[str]:
    with pytest.raises(InvalidData) as caught:
        decode(data, kind)
    return [str(problem) for problem in caught.value.problems]


def test_an_answer_becomes_a_model_with_python_values() -> None:
    assert decode(outer(), Outer) == Outer(
        inner_id=UUID(ID),
        inner=Inner("a"),
        many=[Inner("b"), Inner("c")],
        maybe_many=None,
        sure=[1],
        pairs={"x": None, "y": "z"},
        kind=SettingType.BOOLEAN,
        at=datetime(2026, 5, 4, 10, 11, 12, 123456, tzinfo=UTC),
        ids=[UUID(ID)],
        kinds=[SettingType.INT, SettingType("later")],
        ratio=1.0,
        on=True,
        anything=[1, {"a": None}],
        maybe_pairs={"a": 1},
    )


def test_what_is_missing_or_null_is_none_or_empty_unless_it_is_essential() -> None:
    sent = {"innerId": ID, "sure": [], "on": False}
    lean = Outer(
        inner_id=UUID(ID),
        inner=None,
        many=[],
        maybe_many=None,
        sure=[],
        pairs=None,
        kind=None,
        at=None,
        ids=[],
        kinds=[],
        ratio=None,
        on=False,
        anything=None,
        maybe_pairs=None,
    )
    nulls = {**dict.fromkeys(outer()), **sent}
    for data in (sent, nulls):
        assert decode(data, Outer) == lean
        assert readers("lenient", "filled").of(Outer)(data) == lean
        assert readers("lenient", "detailed").of(Outer)(data) == lean


def test_every_problem_is_listed_with_its_path() -> None:
    data = outer(
        innerId="no id",
        inner=5,
        many=[{"key": "a"}, {"key": 1}, {}, None],
        sure=None,
        pairs={"a b": 1, "c": []},
        kind=1,
        at="yesterday",
        on="true",
        ratio=True,
    )
    del data["sure"]
    assert problems_of([outer(), data], list[Outer]) == [
        "expected a UUID, such as 08d86d63-2721-4da6-8c06-584521d516bc @ $[1].innerId",
        "expected an object, got a whole number @ $[1].inner",
        "expected text, got a whole number @ $[1].many[1].key",
        "required, but missing @ $[1].many[2].key",
        "expected an object, got null @ $[1].many[3]",
        "required, but missing @ $[1].sure",
        'expected text, got a whole number @ $[1].pairs["a b"]',
        "expected text, got a list @ $[1].pairs.c",
        "expected text, got a whole number @ $[1].kind",
        "expected a date-time with an offset, such as 2026-05-04T10:00:00Z @ $[1].at",
        "expected a number, got a boolean @ $[1].ratio",
        "expected a boolean, got text @ $[1].on",
    ]


@define
class Strange:
    """A model of what the API does not have, but might."""

    any_value: object = field(metadata={"json": "anyValue", "essential": True})
    maybe: Inner | None = field(metadata={"json": "maybe", "essential": True})
    request: models.CreateTagModel | None = field(metadata={"json": "request"})
    requests: list[models.CreateTagModel] = field(metadata={"json": "requests"})


def test_essential_holds_for_what_may_be_null_or_anything() -> None:
    sent = {"anyValue": 0, "maybe": {"key": "a"}, "requests": []}
    assert decode(sent, Strange) == Strange(0, Inner("a"), None, [])
    assert problems_of({**sent, "anyValue": None, "maybe": None}, Strange) == [
        "expected an object, got null @ $.maybe",
    ]
    assert problems_of({}, Strange) == [
        "required, but missing @ $.anyValue",
        "required, but missing @ $.maybe",
    ]


def test_a_request_inside_an_answer_is_read_as_a_request() -> None:
    sent = {"anyValue": 0, "maybe": {"key": "a"}, "requests": [{"name": "a"}]}
    made = models.CreateTagModel(name="a")
    assert from_json({**sent, "request": {"name": "a"}}, Strange) == (
        Strange(0, Inner("a"), made, [made])
    )
    assert made.color is UNSET
    assert problems_of({**sent, "request": {}, "requests": [{}]}, Strange) == [
        "required, but missing @ $.request.name",
        "required, but missing @ $.requests[0].name",
    ]


@pytest.mark.parametrize("number", [0, 1, 0.0, "", [], "true"])
def test_nothing_but_true_and_false_is_a_boolean(number: object) -> None:
    (problem,) = problems_of(outer(on=number))
    assert problem.startswith("expected a boolean, got ")


def test_null_in_an_essential_field_is_a_problem_unless_it_is_a_list() -> None:
    assert problems_of(outer(innerId=None, on=None)) == [
        "expected a UUID as text, got null @ $.innerId",
        "expected a boolean, got null @ $.on",
    ]
    assert from_json(outer(sure=None), Outer) == from_json(outer(sure=[]), Outer)


def rule(**members: object) -> dict[str, Any]:
    return {"conditions": [], "percentageOptions": [], "value": None, **members}


def test_a_null_list_of_a_rule_is_empty_but_a_missing_one_is_a_problem() -> None:
    kind = models.TargetingRuleModel
    expected = kind(conditions=[], percentage_options=[], value=None)
    assert from_json(rule(), kind) == expected
    assert from_json(rule(conditions=None), kind) == expected
    assert from_json(rule(percentageOptions=None), kind) == expected
    for name in ("conditions", "percentageOptions"):
        lacking = rule()
        del lacking[name]
        assert problems_of([rule(), lacking], list[kind]) == [
            f"required, but missing @ $[1].{name}"
        ]
    # Only the service is forgiven; in a request null is no list.
    request = {"conditions": None, "percentageOptions": []}
    with pytest.raises(InvalidData, match=r"expected a list, got null @ \$\.cond"):
        decode(request, models.TargetingRuleModel, mode="ignore")


@pytest.mark.parametrize("data", [None, [], "text", 1, True, 0, ""])
def test_what_is_no_object_is_no_model(data: object) -> None:
    for kind in (Outer, Empty, models.TagModel):
        assert "expected an object" in problems_of(data, kind)[0]


@pytest.mark.parametrize("data", [None, {}, "", "text", 0, {"0": {"key": "a"}}])
def test_what_is_no_list_is_no_list(data: object) -> None:
    assert "expected a list" in problems_of(data, list[Inner])[0]
    if data is not None:
        assert "@ $.many" in problems_of(outer(many=data))[0]
        assert "@ $.sure" in problems_of(outer(sure=data))[0]


def test_unknown_fields_are_ignored() -> None:
    assert decode({"key": "a", "later": {}}, Inner) == Inner("a")


def test_an_operation_without_a_body_gives_none() -> None:
    assert decode({"whatever": 1}, None) is None


def test_a_whole_number_may_come_as_a_decimal_one_but_no_boolean_may() -> None:
    read = from_json(outer(sure=[1.0, -3.0]), Outer)
    assert [(n, type(n)) for n in read.sure] == [(1, int), (-3, int)]
    assert problems_of(outer(sure=[1.5, True])) == [
        "expected a whole number, got a number @ $.sure[0]",
        "expected a whole number, got a boolean @ $.sure[1]",
    ]


def test_numbers_outside_a_double_are_problems() -> None:
    for number in (float("nan"), float("inf"), 10**400):
        assert "not finite" in problems_of(outer(ratio=number))[0]


def test_lists_of_the_result_are_its_own() -> None:
    sent = {"innerId": ID, "sure": [], "on": True}
    one, other = from_json(sent, Outer), from_json(sent, Outer)
    one.many.append(Inner("a"))
    assert other.many == []


def test_sequences_and_mappings_of_other_kinds_are_read_too() -> None:
    class Members(dict[str, object]):
        pass

    assert from_json((Members(key="a"),), list[Inner]) == [Inner("a")]


def test_json_nested_beyond_reason_is_a_problem_and_no_recursion_error() -> None:
    deep: list[object] = []
    for _ in range(sys.getrecursionlimit() * 2):
        deep = [deep]
    assert problems_of(deep, list[Inner]) == ["expected an object, got a list @ $[0]"]
    step = {"op": "add", "path": "/a", "value": deep}
    found = problems_of([step], list[models.JsonPatchOperation])
    assert found[0].startswith(
        "nested more than 100 levels deep, or in itself @ $[0].v"
    )


def test_from_json_lists_the_problems_in_its_error() -> None:
    with pytest.raises(DecodeError) as caught:
        from_json([{"key": "a"}, {"key": None}], list[Inner])
    assert caught.value.problems == ("expected text, got null @ $[1].key",)
    assert caught.value.operation_id == "from_json"
    assert caught.value.status == 0
    assert str(caught.value) == "from_json: expected text, got null @ $[1].key"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


def test_no_error_holds_on_to_the_data() -> None:
    with pytest.raises(DecodeError) as caught:
        from_json({"key": 1}, Inner)
    assert caught.value.__context__ is None
    with pytest.raises(InvalidData) as invalid:
        decode({"key": 1}, Inner)
    assert invalid.value.__context__ is None


def test_problems_never_show_the_value() -> None:
    data = {
        "integrationType": 1,
        "name": {"s3cret": 1},
        "parameters": {"k": ["s3cret"]},
    }
    with pytest.raises(InvalidData) as caught:
        decode(data, models.IntegrationModel)
    assert "s3cret" not in str(caught.value)


def test_a_long_list_of_problems_is_shown_in_part_and_kept_in_full() -> None:
    found = InvalidData(Problem((index,), "wrong") for index in range(11))
    assert len(found.problems) == 11
    assert str(found).endswith("wrong @ $[9]; and 1 more")
    assert str(InvalidData(found.problems[:2])) == "wrong @ $[0]; wrong @ $[1]"


def test_the_hooks_of_single_types_read_them_and_name_what_was_expected() -> None:
    read = readers("lenient", "quick")
    assert read.of(list[UUID])([ID]) == [UUID(ID)]
    assert read.of(SettingType)("later") == "later"
    for data, kind, words in [
        (1, str, "expected text, got a whole number"),
        ("1", int, "expected a whole number, got text"),
        (True, int, "expected a whole number, got a boolean"),
        ("1", float, "expected a number, got text"),
        (1, bool, "expected a boolean, got a whole number"),
    ]:
        with pytest.raises(Unfit, match=f"^{words}$"):
            read.of(kind)(data)


def test_a_type_that_no_model_has_is_a_mistake_of_the_caller() -> None:
    for kind in (set[int], complex, int | str, dict[int, str]):
        with pytest.raises(TypeError, match="no reading"):
            decode([], kind)


def test_optional_and_plain_types_are_read_at_the_top() -> None:
    assert decode(None, Inner | None) is None
    assert decode({"key": "a"}, Inner | None) == Inner("a")
    assert decode({"a": [1]}, dict[str, list[int]]) == {"a": [1]}
    assert decode({"a": 1}, object) == {"a": 1}
    assert decode(None, list[Inner | None] | None) is None
    assert decode([None], list[Inner | None]) == [None]
