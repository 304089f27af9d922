"""Tests of the JSON Patch builder, against the wording of RFC 6901 and RFC 6902."""

import copy
import enum
import pickle
from datetime import UTC, datetime
from typing import get_args, get_origin
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.api.model_index import (
    JsonPatchOperation,
    OperationType,
    ReplaceSettingModel,
    UpdateEvaluationFormulaModel,
    UpdateSettingValueModel,
    UpdateUserConditionModel,
    UpdateValueModel,
    UserComparator,
    WebHookRequestModel,
)
from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.codec.encode import encode_body
from configcat_mgmt.core.codec.schema import fields_of, is_record
from configcat_mgmt.errors import RequestBuildError
from configcat_mgmt.json_patch import JsonPatch, PatchPath
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

BODY_TYPE = list[JsonPatchOperation]


def sent(patch: JsonPatch) -> JsonValue:
    return encode_body(patch, BODY_TYPE)


def refusal(path: object, *, method: str = "remove") -> str:
    arguments = (path,) if method == "remove" else (path, 1)
    with pytest.raises(RequestBuildError) as caught:
        getattr(JsonPatch(), method)(*arguments)
    return str(caught.value)


def test_every_step_is_sent_as_the_rfc_writes_it() -> None:
    patch = (
        JsonPatch()
        .test(("a", "b"), "foo")
        .remove(("a", "b"))
        .add(("a", "b"), ["foo", 1])
        .replace(("a", "b"), 42.5)
        .move(("a", "b"), ("a", "c"))
        .copy(("a", "c"), ("a", "d"))
    )
    assert sent(patch) == [
        {"op": "test", "path": "/a/b", "value": "foo"},
        {"op": "remove", "path": "/a/b"},
        {"op": "add", "path": "/a/b", "value": ["foo", 1]},
        {"op": "replace", "path": "/a/b", "value": 42.5},
        {"op": "move", "from": "/a/b", "path": "/a/c"},
        {"op": "copy", "from": "/a/c", "path": "/a/d"},
    ]


def test_an_empty_patch_is_an_empty_list() -> None:
    assert sent(JsonPatch()) == []


def test_a_step_leaves_the_patch_before_it_as_it_was() -> None:
    first = JsonPatch().remove(("tags", 0))
    second = first.remove(("tags", 1))
    third = first.remove(("tags", 2))
    assert [step.path for step in first] == ["/tags/0"]
    assert [step.path for step in second] == ["/tags/0", "/tags/1"]
    assert [step.path for step in third] == ["/tags/0", "/tags/2"]


def test_a_patch_behaves_as_a_sequence_of_operations() -> None:
    step = JsonPatchOperation(op=OperationType.REMOVE, path="/tags/0")
    patch = JsonPatch([step]).add(("tags", "-"), 5)
    assert len(patch) == 2
    assert patch[0] is step
    assert patch[-1].value == 5
    assert repr(patch).startswith("JsonPatch((JsonPatchOperation(op=")


def test_a_patch_can_be_copied_and_pickled() -> None:
    patch = JsonPatch().add(("tags", "-"), 5).move(("a", 1), ("a", 0))
    for twin in (copy.deepcopy(patch), pickle.loads(pickle.dumps(patch))):  # noqa: S301
        assert twin == patch
        assert type(twin) is JsonPatch


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        (("tags",), "/tags"),
        (("tags", 0), "/tags/0"),
        (("targetingRules", 12, "conditions", 3), "/targetingRules/12/conditions/3"),
        (("a/b",), "/a~1b"),
        (("m~n",), "/m~0n"),
        (("~1",), "/~01"),
        (("", " "), "// "),
        (("é",), "/é"),
        ("/a~1b/m~0n", "/a~1b/m~0n"),
        ("/snake_case", "/snake_case"),
        ("/", "/"),
    ],
)
def test_paths_become_pointers(path: PatchPath, pointer: str) -> None:
    assert JsonPatch().remove(path)[0].path == pointer


@given(st.lists(st.text(st.characters(exclude_characters="_")), min_size=1))
def test_a_pointer_can_be_read_back(names: list[str]) -> None:
    names = [name for name in names if name != "-"] or ["a"]
    pointer = JsonPatch().remove(tuple(names))[0].path
    parts = pointer.split("/")[1:]
    assert [part.replace("~1", "/").replace("~0", "~") for part in parts] == names


def records_below(kind: type) -> set[type]:
    found: set[type] = {kind}
    for field in fields_of(kind):
        inner = field.kind
        while get_origin(inner) is list:
            (inner,) = get_args(inner)
        if isinstance(inner, type) and is_record(inner) and inner not in found:
            found |= records_below(inner)
    return found


def test_python_names_of_all_patched_fields_become_their_wire_names() -> None:
    patched = [op for op in OPERATIONS.values() if op.body == BODY_TYPE]
    assert len(patched) == 7
    answers = [
        answer
        for operation in patched
        for answer in operation.success.values()
        if isinstance(answer, type)
    ]
    bodies = [
        ReplaceSettingModel,
        UpdateEvaluationFormulaModel,
        UpdateSettingValueModel,
        WebHookRequestModel,
    ]
    fields = {
        (field.name, field.wire_name)
        for top in [*answers, *bodies]
        for kind in records_below(top)
        for field in fields_of(kind)
    }
    assert (
        "percentage_evaluation_attribute",
        "percentageEvaluationAttribute",
    ) in fields
    assert ("web_hook_headers", "webHookHeaders") in fields
    for name, wire_name in fields:
        assert JsonPatch().remove((name,))[0].path == f"/{wire_name}"


def test_wire_names_may_be_given_as_enum_or_text_subclass() -> None:
    class Name(str, enum.Enum):  # noqa: UP042 - as users write it
        TAGS = "tags"

    assert JsonPatch().remove((Name.TAGS, 0))[0].path == "/tags/0"


@pytest.mark.parametrize("name", ["_a", "a_", "a__b", "A_b", "_links"])
def test_other_names_with_an_underscore_stay_as_they_are(name: str) -> None:
    assert JsonPatch().remove((name,))[0].path == f"/{name}"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ((), "the path is empty"),
        ("", "not a pointer"),
        ("tags/0", "not a pointer"),
        ("#/tags", "not a pointer"),
        ("/a~2", "neither '~0' nor '~1'"),
        ("/a~", "neither '~0' nor '~1'"),
        (("tags", -1), "-1 is not a position"),
        (("tags", True), "True is neither a name nor a position"),
        (("tags", 1.0), "1.0 is neither"),
        (("tags", None), "None is neither"),
        (["tags", 0], "a tuple or text"),
        (5, "a tuple or text"),
        (None, "a tuple or text"),
        (("tags", "-"), "no item yet"),
        ("/tags/-", "no item yet"),
        (("tags", "-", "name"), "no item yet"),
    ],
)
def test_a_path_that_cannot_be_meant_is_refused(path: object, reason: str) -> None:
    assert reason in refusal(path)


@pytest.mark.parametrize("method", ["remove", "replace", "test"])
def test_the_end_of_a_list_holds_nothing_to_work_on(method: str) -> None:
    assert "no item yet" in refusal(("tags", "-"), method=method)


def test_only_the_end_of_the_path_may_be_the_end_of_a_list() -> None:
    assert "no item yet" in refusal(("tags", "-", "name"), method="add")
    patch = JsonPatch().add("/tags/-", 1).copy(("a", 0), ("a", "-"))
    patch = patch.move(("a", 0), ("a", "-"))
    assert [step.path for step in patch] == ["/tags/-", "/a/-", "/a/-"]


@pytest.mark.parametrize("method", ["move", "copy"])
def test_the_source_of_a_move_or_copy_must_exist(method: str) -> None:
    with pytest.raises(RequestBuildError, match="no item yet"):
        getattr(JsonPatch(), method)(("tags", "-"), ("tags", 0))


def test_a_value_cannot_move_into_itself_but_be_copied_there() -> None:
    with pytest.raises(RequestBuildError, match="cannot move into itself"):
        JsonPatch().move(("a", 1), ("a", 1, "b"))
    assert JsonPatch().copy(("a", 1), ("a", 1, "b"))[0].from_ == "/a/1"
    assert JsonPatch().move(("a", 1), ("a", 10))[0].path == "/a/10"
    assert JsonPatch().move(("a", 1), ("a", 1))[0].path == "/a/1"


def test_a_refusal_names_the_step() -> None:
    patch = JsonPatch().remove(("a",)).remove(("b",))
    with pytest.raises(
        RequestBuildError, match=r"json-patch was not sent: step 3, add"
    ):
        patch.add((), 1)


def test_none_is_sent_as_null() -> None:
    assert sent(JsonPatch().replace(("hint",), None)) == [
        {"op": "replace", "path": "/hint", "value": None},
    ]


def test_unset_is_no_value() -> None:
    with pytest.raises(RequestBuildError, match="the value is UNSET"):
        JsonPatch().add(("hint",), UNSET)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (UpdateValueModel(bool_value=True), {"boolValue": True}),
        ([UpdateValueModel(int_value=1)], [{"intValue": 1}]),
        (UserComparator.IS_ONE_OF, "isOneOf"),
        (UserComparator("later"), "later"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"a": (1, 2.5, None)}, {"a": [1, 2.5, None]}),
        ("text", "text"),
        (False, False),
    ],
)
def test_values_of_any_kind_become_json(value: object, plain: JsonValue) -> None:
    assert JsonPatch().add(("a",), value)[0].value == plain


def test_a_time_becomes_text_with_its_zone() -> None:
    moment = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    value = JsonPatch().add(("a",), moment)[0].value
    assert isinstance(value, str)
    assert datetime.fromisoformat(value.replace("Z", "+00:00")) == moment


def test_a_value_that_is_changed_later_does_not_change_the_patch() -> None:
    model = UpdateValueModel(bool_value=True)
    items = [1]
    patch = JsonPatch().add(("a",), model).add(("b",), items)
    model.bool_value = False
    items.append(2)
    assert [step.value for step in patch] == [{"boolValue": True}, [1]]


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), {1, 2}, b"bytes", object(), {1: 2}, "\ud800"],
)
def test_a_value_that_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(RequestBuildError, match="step 1, replace"):
        JsonPatch().replace(("a",), value)


def test_all_problems_of_a_model_are_told_with_their_places() -> None:
    condition = UpdateUserConditionModel(
        comparison_attribute="",
        comparator=UserComparator.IS_ONE_OF,
        comparison_value=None,  # type: ignore[arg-type]
    )
    with pytest.raises(RequestBuildError) as caught:
        JsonPatch().add(("conditions", "-"), condition)
    assert len(caught.value.problems) == 2
    assert "$.comparisonAttribute" in caught.value.problems[0]
    assert "$.comparisonValue" in caught.value.problems[1]
