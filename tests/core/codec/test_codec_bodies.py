"""Tests of how models become JSON: checked as request bodies, and as they are."""

import enum
import math
from collections import UserList
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from attrs import define, field

from configcat_mgmt import models
from configcat_mgmt.core.codec.decode import decode
from configcat_mgmt.core.codec.encode import encode_body, to_json
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.unset import UNSET, UnsetType

ID = UUID("08d86d63-2721-4da6-8c06-584521d516bc")
NAIVE = datetime(2026, 5, 4, tzinfo=UTC).replace(tzinfo=None)
HALF = "\ud83d"


@define(kw_only=True)
class Body:
    """A request with kinds of fields that few real ones have."""

    at: datetime | UnsetType = field(default=UNSET, metadata={"json": "at"})
    on: bool | UnsetType = field(default=UNSET, metadata={"json": "on"})
    numbers: list[int] | UnsetType = field(
        default=UNSET,
        metadata={"json": "numbers", "format": "int32"},
    )
    ratio: float | UnsetType = field(
        default=UNSET,
        metadata={"json": "ratio", "minimum": 0, "maximum": 1},
    )
    ids: list[UUID | None] | UnsetType = field(default=UNSET, metadata={"json": "ids"})
    pairs: dict[str, str | None] | UnsetType = field(
        default=UNSET,
        metadata={"json": "pairs"},
    )
    kind: models.SettingType | UnsetType = field(
        default=UNSET,
        metadata={"json": "kind"},
    )


class Colour(str, enum.Enum):  # noqa: UP042 - as users write it
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


def problems_of(value: object, kind: object = Body) -> list[str]:
    with pytest.raises(InvalidData) as caught:
        encode_body(value, kind)
    return [str(problem) for problem in caught.value.problems]


def loose(**members: object) -> Body:
    """Make a body as someone without a type checker would."""
    return Body(**members)


def patch(value: object) -> list[models.JsonPatchOperation]:
    return [
        models.JsonPatchOperation(
            op=models.OperationType.ADD,
            path="/a",
            value=value,
        ),
    ]


PATCH = list[models.JsonPatchOperation]


def test_what_is_unset_is_left_out_and_what_is_none_is_null() -> None:
    body = models.UpdateTagModel(color=None)
    assert encode_body(body, models.UpdateTagModel) == to_json(body) == {"color": None}
    assert encode_body(Body(), Body) == to_json(Body()) == {}


def test_values_become_json() -> None:
    zone = timezone(timedelta(hours=2))
    body = Body(
        at=datetime(2026, 5, 4, 12, 0, 0, 120, tzinfo=zone),
        on=False,
        numbers=[2**31 - 1, -(2**31)],
        ratio=0.5,
        ids=[ID, None],
        pairs={"a": None, "ż": "😀"},
        kind=models.SettingType.INT,
    )
    assert (
        encode_body(body, Body)
        == to_json(body)
        == {
            "at": "2026-05-04T10:00:00.000120Z",
            "on": False,
            "numbers": [2147483647, -2147483648],
            "ratio": 0.5,
            "ids": [str(ID), None],
            "pairs": {"a": None, "ż": "😀"},
            "kind": "int",
        }
    )
    assert to_json(datetime(2026, 5, 4, tzinfo=UTC)) == "2026-05-04T00:00:00Z"


def test_ids_and_enums_may_be_given_as_text() -> None:
    body = loose(ids=[str(ID).upper()], kind="double")
    assert encode_body(body, Body) == {"ids": [str(ID)], "kind": "double"}


def test_an_enum_value_from_the_future_is_sent_but_a_mistyped_one_is_not() -> None:
    assert encode_body(Body(kind=models.SettingType("later")), Body) == {
        "kind": "later"
    }
    assert problems_of(loose(kind="Int")) == [
        '"Int" is not a valid SettingType; allowed: int, boolean, string, double '
        "@ $.kind",
    ]
    assert problems_of(loose(kind=models.AccessType.FULL)) == [
        "expected SettingType, got AccessType @ $.kind",
    ]


def test_values_of_subclasses_become_plain() -> None:
    body = loose(pairs={Colour.RED: Colour.RED}, numbers=[Level.LOW], ratio=Level.LOW)
    for data in (encode_body(body, Body), to_json(body)):
        assert data == {"pairs": {"red": "red"}, "numbers": [1], "ratio": 1}
        assert isinstance(data, dict)
        assert type(data["numbers"][0]) is int
        assert {type(text) for item in data["pairs"].items() for text in item} == {str}


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        (
            {"at": NAIVE},
            "a time must have a time zone, such as datetime.timezone.utc @ $.at",
        ),
        ({"at": "2026-05-04T00:00:00Z"}, "expected a datetime, got text @ $.at"),
        ({"on": 1}, "expected a boolean, got a whole number @ $.on"),
        ({"on": None}, "expected a boolean, got null @ $.on"),
        ({"numbers": [True]}, "expected a whole number, got a boolean @ $.numbers[0]"),
        ({"numbers": [1, 2.0]}, "expected a whole number, got a number @ $.numbers[1]"),
        ({"numbers": [2**31]}, "must be at most 2147483647 @ $.numbers[0]"),
        ({"numbers": [None]}, "expected a whole number, got null @ $.numbers[0]"),
        ({"numbers": "12"}, "expected a list, got text @ $.numbers"),
        ({"numbers": {1}}, "expected a list, got set @ $.numbers"),
        (
            {"ratio": math.nan},
            "the number is not finite, or too large for a double @ $.ratio",
        ),
        (
            {"ratio": -math.inf},
            "the number is not finite, or too large for a double @ $.ratio",
        ),
        (
            {"ratio": 10**400},
            "the number is not finite, or too large for a double @ $.ratio",
        ),
        ({"ratio": 1.5}, "must be at most 1 @ $.ratio"),
        ({"ratio": -1}, "must be at least 0 @ $.ratio"),
        ({"ratio": "1"}, "expected a number, got text @ $.ratio"),
        ({"ids": ["1"]}, f"expected a UUID, such as {ID} @ $.ids[0]"),
        ({"ids": [7]}, "expected a UUID, got a whole number @ $.ids[0]"),
        ({"pairs": []}, "expected an object, got a list @ $.pairs"),
        ({"pairs": {1: "a"}}, "expected text as a key, got a whole number @ $.pairs"),
        ({"pairs": {"a b": 1}}, 'expected text, got a whole number @ $.pairs["a b"]'),
        (
            {"pairs": {"a": HALF}},
            "has half of a surrogate pair, which no one reads @ $.pairs.a",
        ),
        (
            {"pairs": {HALF: "a"}},
            "has half of a surrogate pair, which no one reads @ $.pairs",
        ),
        ({"kind": 1}, "expected SettingType, got a whole number @ $.kind"),
        (
            {"kind": models.SettingType(HALF)},
            "has half of a surrogate pair, which no one reads @ $.kind",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_a_problem(
    members: dict[str, Any],
    problem: str,
) -> None:
    assert problems_of(loose(**members)) == [problem]


def test_the_range_of_a_number_holds_for_plain_json_too() -> None:
    with pytest.raises(InvalidData, match=r"must be at most 1 @ \$\.ratio"):
        decode({"ratio": 1.5}, Body, mode="refuse")
    assert decode({"ratio": 1}, Body, mode="refuse") == Body(ratio=1.0)


def test_fields_that_must_be_there_must_be_set() -> None:
    body = models.CreateTagModel(name=UNSET)
    assert problems_of(body, models.CreateTagModel) == [
        "required, but missing @ $.name"
    ]
    body = models.CreateTagModel(name=None)
    assert problems_of(body, models.CreateTagModel) == [
        "expected text, got null @ $.name"
    ]


def test_the_value_of_a_setting_is_a_boolean_a_text_or_a_number() -> None:
    for value in (True, "on", 1, 1.5):
        body = models.InitialValue(value=value)
        assert encode_body(body, models.InitialValue) == {"value": value}
    for value, problem in [
        ([], "expected a boolean, text or a number, got a list"),
        (math.nan, "the number is not finite, or too large for a double"),
        (HALF, "has half of a surrogate pair, which no one reads"),
    ]:
        body = models.InitialValue(value=value)
        assert problems_of(body, models.InitialValue) == [f"{problem} @ $.value"]


def test_the_length_of_text_is_limited() -> None:
    body = models.CreateTagModel(name="", color="x" * 256)
    assert problems_of(body, models.CreateTagModel) == [
        "must not be empty @ $.name",
        "must be at most 255 characters, has 256 @ $.color",
    ]
    assert to_json(body) == {"name": "", "color": "x" * 256}


def test_a_list_of_models_may_be_any_sequence() -> None:
    (step,) = patch(1)
    expected = [{"op": "add", "path": "/a", "value": 1}]
    for body in ([step], (step,), UserList([step])):
        assert encode_body(body, PATCH) == expected
    for body in (step, "[]", {"0": step}, iter([step])):
        (problem,) = problems_of(body, PATCH)
        assert problem.startswith("expected a list, got")


def test_a_plain_dict_is_refused_with_advice() -> None:
    for body in ({"name": "a"}, MappingProxyType({"name": "a"})):
        (problem,) = problems_of(body, models.CreateTagModel)
        assert problem == (
            "expected CreateTagModel; a plain dict is not taken here: "
            "make a CreateTagModel, or use client.call() @ $"
        )
    assert "make a JsonPatchOperation" in problems_of([{"op": "add"}], PATCH)[0]


def test_another_model_is_refused() -> None:
    body = models.UpdateTagModel(name="a")
    assert problems_of(body, models.CreateTagModel) == [
        "expected CreateTagModel, got UpdateTagModel @ $",
    ]
    assert problems_of(5, models.CreateTagModel) == [
        "expected CreateTagModel, got a whole number @ $",
    ]
    assert problems_of(UNSET, models.CreateTagModel) == [
        "expected CreateTagModel, got UNSET @ $",
    ]


def test_every_problem_is_listed_with_its_path() -> None:
    body = models.UpdateEvaluationFormulasModel(
        update_formulas=[
            models.UpdateEvaluationFormulaWithIdModel(
                setting_id=2**31,
                default_value=models.UpdateValueModel(double_value=math.inf),
                targeting_rules=[
                    models.UpdateTargetingRuleModel(value={"boolValue": True}),
                ],
            ),
        ],
    )
    assert problems_of(body, models.UpdateEvaluationFormulasModel) == [
        "the number is not finite, or too large for a double "
        "@ $.updateFormulas[0].defaultValue.doubleValue",
        "expected UpdateValueModel; a plain dict is not taken here: make a "
        "UpdateValueModel, or use client.call() "
        "@ $.updateFormulas[0].targetingRules[0].value",
        "must be at most 2147483647 @ $.updateFormulas[0].settingId",
    ]


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (None, None),
        (True, True),
        ("a", "a"),
        (Colour.RED, "red"),
        (ID, str(ID)),
        (datetime(2026, 5, 4, tzinfo=UTC), "2026-05-04T00:00:00Z"),
        (models.SettingType.INT, "int"),
        (models.UpdateTagModel(color=None), {"color": None}),
        ([models.UpdateTagModel(name="a"), (1, [ID])], [{"name": "a"}, [1, [str(ID)]]]),
        ({"a": {"b": models.SettingType.INT}}, {"a": {"b": "int"}}),
        (
            models.SettingTagModel(1, 2, None, None),
            {"settingTagId": 1, "tagId": 2, "name": None, "color": None},
        ),
    ],
)
def test_a_json_patch_takes_any_value(value: object, data: object) -> None:
    expected = [{"op": "add", "path": "/a", "value": data}]
    assert encode_body(patch(value), PATCH) == expected
    assert to_json(patch(value)) == expected


def test_a_json_patch_without_a_value_has_none() -> None:
    assert encode_body(patch(UNSET), PATCH) == [{"op": "add", "path": "/a"}]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({1, 2}, "expected a JSON value, got set @ $[0].value"),
        ([object()], "expected a JSON value, got object @ $[0].value[0]"),
        ([UNSET], "expected a JSON value, got UNSET @ $[0].value[0]"),
        (b"a", "expected a JSON value, got bytes @ $[0].value"),
        (
            [math.nan],
            "the number is not finite, or too large for a double @ $[0].value[0]",
        ),
        (
            {"a": HALF},
            "has half of a surrogate pair, which no one reads @ $[0].value.a",
        ),
        ({2: 1}, "expected text as a key, got a whole number @ $[0].value"),
        (
            NAIVE,
            "a time must have a time zone, such as datetime.timezone.utc @ $[0].value",
        ),
        (
            models.UpdateTagModel(name="a" * 256),
            "must be at most 255 characters, has 256 @ $[0].value.name",
        ),
    ],
)
def test_a_json_patch_takes_no_value_that_is_not_json(
    value: object,
    problem: str,
) -> None:
    assert problems_of(patch(value), PATCH) == [problem]


def circle() -> list[object]:
    found: list[object] = []
    found.append({"again": found})
    return found


def tower() -> object:
    built: object = 0
    for _ in range(5000):
        built = [built]
    return built


@pytest.mark.parametrize("value", [circle(), tower(), patch(circle())])
def test_what_contains_itself_or_nests_too_deeply_is_a_problem(value: object) -> None:
    (problem,) = problems_of(patch(value), PATCH)
    assert problem.startswith("nested more than 100 levels deep, or in itself @ $[0].v")
    with pytest.raises(ValueError, match="nested more than 100 levels deep"):
        to_json(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": [{1}]}, r"expected a JSON value, got set @ \$\.a\[0\]"),
        ([math.inf], r"not finite, or too large for a double @ \$\[0\]"),
        (NAIVE, "must have a time zone"),
        ({1: 2}, "expected text as a key"),
        (Body(pairs={"a": object()}), r"expected text, got object @ \$\.pairs\.a"),
        (UNSET, "UNSET"),
    ],
)
def test_what_has_no_json_form_is_a_value_error_with_its_place(
    value: object,
    words: str,
) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        to_json(value)
    assert caught.value.__context__ is None


def test_to_json_takes_plain_data_and_mappings() -> None:
    value: Mapping[str, object] = MappingProxyType({"a": (1, None, 2.5, True, "b")})
    assert to_json(value) == {"a": [1, None, 2.5, True, "b"]}
    assert to_json(None) is None


def test_problems_never_show_the_value() -> None:
    body = loose(pairs={"key": ["s3cret"]}, ids=["s3cret"], at="s3cret")
    assert "s3cret" not in " ".join(problems_of(body))
