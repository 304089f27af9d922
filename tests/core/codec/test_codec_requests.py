"""Tests of how request data is read: strictly, with every problem named."""

from typing import Any, Literal
from uuid import UUID

import pytest

from configcat_mgmt import models
from configcat_mgmt.core.codec.decode import decode, from_json
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.errors import DecodeError
from configcat_mgmt.unset import UNSET

ID = "08d86d63-2721-4da6-8c06-584521d516bc"


def problems_of(
    data: object,
    kind: object,
    unknown: Literal["ignore", "refuse"] = "refuse",
) -> list[str]:
    with pytest.raises(InvalidData) as caught:
        decode(data, kind, mode=unknown)
    return [str(problem) for problem in caught.value.problems]


def integration(**members: object) -> dict[str, Any]:
    return {
        "integrationType": "slack",
        "name": "a",
        "parameters": {},
        "environmentIds": [],
        "configIds": [],
        **members,
    }


def test_a_request_becomes_a_model_that_knows_what_was_left_out() -> None:
    left_out = decode({"name": "a"}, models.CreateTagModel, mode="refuse")
    assert left_out == models.CreateTagModel(name="a", color=UNSET)
    null = decode({"name": "a", "color": None}, models.CreateTagModel, mode="refuse")
    assert null == models.CreateTagModel(name="a", color=None)


def test_lists_of_models_and_maps_with_nulls_are_read() -> None:
    steps = [
        {"op": "add", "path": "/-", "value": {"any": [None]}},
        {"op": "remove", "path": "/a"},
    ]
    assert decode(steps, list[models.JsonPatchOperation], mode="refuse") == [
        models.JsonPatchOperation(
            op=models.OperationType.ADD,
            path="/-",
            value={"any": [None]},
        ),
        models.JsonPatchOperation(op=models.OperationType.REMOVE, path="/a"),
    ]
    data = integration(parameters={"a": None, "b": "c"}, configIds=[ID])
    made = decode(data, models.CreateIntegrationModel, mode="refuse")
    assert made == models.CreateIntegrationModel(
        integration_type=models.IntegrationType.SLACK,
        name="a",
        parameters={"a": None, "b": "c"},
        environment_ids=[],
        config_ids=[UUID(ID)],
    )


def test_an_operation_without_a_body_gives_none() -> None:
    assert decode({"a": 1}, None, mode="refuse") is None


def test_required_fields_must_be_there_and_not_null() -> None:
    assert problems_of({}, models.CreateTagModel) == ["required, but missing @ $.name"]
    assert problems_of({"name": None}, models.CreateTagModel) == [
        "expected text, got null @ $.name",
    ]


def test_a_field_that_may_be_left_out_may_still_not_be_null() -> None:
    data = {"environmentId": None, "value": True}
    assert problems_of(data, models.InitialValue) == [
        "expected a UUID as text, got null @ $.environmentId"
    ]


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"name": ""}, "must not be empty @ $.name"),
        ({"name": "é" * 256}, "must be at most 255 characters, has 256 @ $.name"),
        ({"color": "x" * 256}, "must be at most 255 characters, has 256 @ $.color"),
    ],
)
def test_the_length_of_text_is_limited(members: dict[str, Any], problem: str) -> None:
    assert problems_of({"name": "a", **members}, models.CreateTagModel) == [problem]


def test_text_may_be_as_long_as_its_limit() -> None:
    data = {"name": "😀" * 255, "color": ""}
    assert to_json(decode(data, models.CreateTagModel, mode="refuse")) == data


@pytest.mark.parametrize(
    ("interval", "problem"),
    [
        (29, "must be at least 30"),
        (2**31, "must be at most 2147483647"),
        (10**400, "must be at most 2147483647"),
        (30.0, "expected a whole number, got a number"),
        (True, "expected a whole number, got a boolean"),
    ],
)
def test_numbers_have_a_range_and_a_kind(interval: object, problem: str) -> None:
    data = {"sdkPollInterval": interval}
    kind = models.CreateOrUpdateConnectionPreferences
    assert problems_of(data, kind) == [f"{problem} @ $.sdkPollInterval"]
    assert decode({"sdkPollInterval": 30}, kind, mode="ignore")


def test_whole_numbers_must_fit_their_format_also_in_lists() -> None:
    data = {"intValue": -(2**31) - 1, "doubleValue": 10**400}
    assert problems_of(data, models.UpdateValueModel) == [
        "must be at least -2147483648 @ $.intValue",
        "the number is not finite, or too large for a double @ $.doubleValue",
    ]
    tags = {"permissionGroupIds": [2**63 - 1, 2**63]}
    assert problems_of(tags, models.UpdateMemberPermissionsRequest, "ignore")[0] == (
        "must be at most 9223372036854775807 @ $.permissionGroupIds[1]"
    )


def test_an_unknown_enum_value_is_a_problem_that_names_what_is_allowed() -> None:
    assert problems_of(
        integration(integrationType="Slack"), models.CreateIntegrationModel
    ) == [
        '"Slack" is not a valid IntegrationType; allowed: slack, dataDog, amplitude, '
        "mixPanel, segment, pubNub @ $.integrationType",
    ]
    (problem,) = problems_of("isOneOff", models.UserComparator)
    assert problem.startswith(
        '"isOneOff" is not a valid UserComparator; allowed: isOneOf, '
    )
    assert problem.endswith(" and 30 more @ $")
    assert len(problems_of("x" * 10_000, models.UserComparator)[0]) < 300


def test_unknown_fields_are_refused_with_the_name_that_was_meant() -> None:
    data = {"name": "a", "colour": "red", "ünknown": 1}
    assert problems_of(data, models.CreateTagModel) == [
        'unknown field "colour"; did you mean "color"? @ $',
        'unknown field "\\u00fcnknown" @ $',
    ]
    assert decode(data, models.CreateTagModel, mode="ignore") == (
        models.CreateTagModel(name="a")
    )


def test_unknown_fields_are_found_at_any_depth() -> None:
    rule = {"conditions": [{"userCondition": None, "usercondition": None}]}
    data = {"defaultValue": {}, "targetingRules": [rule]}
    assert problems_of(data, models.UpdateEvaluationFormulaModel) == [
        'unknown field "usercondition"; did you mean "userCondition"? '
        "@ $.targetingRules[0].conditions[0]",
    ]


@pytest.mark.parametrize("text", ["{" + ID + "}", ID.replace("-", ""), "1", ""])
def test_a_uuid_must_have_the_usual_form(text: str) -> None:
    (problem,) = problems_of(
        integration(configIds=[text]), models.CreateIntegrationModel
    )
    assert problem.startswith("expected a UUID, such as ")
    assert problem.endswith(" @ $.configIds[0]")


def test_every_problem_of_a_request_is_listed() -> None:
    data = integration(integrationType=None, name=1, parameters=[], environmentIds={})
    del data["configIds"]
    assert problems_of(data, models.CreateIntegrationModel) == [
        "expected text, got null @ $.integrationType",
        "expected text, got a whole number @ $.name",
        "expected an object, got a list @ $.parameters",
        "expected a list, got an object @ $.environmentIds",
        "required, but missing @ $.configIds",
    ]


def test_any_json_may_nest_a_hundred_levels_and_no_more() -> None:
    def nested(levels: int) -> list[dict[str, Any]]:
        value: Any = 0
        for _ in range(levels):
            value = [value]
        return [{"op": "add", "path": "/", "value": value}]

    kind = list[models.JsonPatchOperation]
    assert decode(nested(100), kind, mode="refuse")
    for levels in (101, 50_000):
        (problem,) = problems_of(nested(levels), kind)
        assert "nested more than 100 levels deep, or in itself @ $[0].value[" in problem


def test_any_json_is_json() -> None:
    def step(value: object) -> list[dict[str, Any]]:
        return [{"op": "add", "path": "/", "value": value}]

    kind = list[models.JsonPatchOperation]
    for value in ({1, 2}, b"a", float("nan"), {1: 2}, [object()]):
        assert "@ $[0].value" in problems_of(step(value), kind)[0]
    for value in (None, True, 1, 1.5, "a", [None, {"a": []}], ("a",)):
        (read,) = decode(step(value), kind, mode="refuse")
        assert read.value == value


def test_text_and_bytes_are_no_lists() -> None:
    for data in ("abc", b"abc", bytearray(b"abc")):
        (problem,) = problems_of(data, list[models.JsonPatchOperation])
        assert problem.startswith("expected a list")


def test_a_key_that_is_no_text_is_a_problem() -> None:
    data = integration(parameters={1: "a"})
    assert problems_of(data, models.CreateIntegrationModel) == [
        "expected text as a key, got a whole number @ $.parameters",
    ]


def test_the_strict_reader_also_demands_all_of_an_answer() -> None:
    data = {"settingTagId": 1, "tagId": 2, "name": None}
    assert problems_of(data, models.SettingTagModel) == [
        "expected text, got null @ $.name",
        "required, but missing @ $.color",
    ]


def test_requests_are_read_back_by_from_json_but_must_be_complete() -> None:
    request = models.CreateTagModel(name="a" * 300, color=None)
    assert from_json(to_json(request), models.CreateTagModel) == request
    with pytest.raises(DecodeError, match=r"required, but missing @ \$\.name"):
        from_json({"color": "red"}, models.CreateTagModel)
    with pytest.raises(DecodeError, match=r"expected text, got null @ \$\[0\]\.name"):
        from_json([{"name": None}], list[models.CreateTagModel])
