"""The models say what the schemas of the description say, field by field."""

import re
import types
import typing
from datetime import datetime
from typing import Any, get_args, get_origin
from uuid import UUID

import attrs

from configcat_mgmt import UNSET, models
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.unset import UnsetType
from tests.api.python_side import Value, snake, wire_name_of
from tests.every import every
from tests.schema import Description, Json, Schema, described

KEYWORDS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "minimum",
    "maximum": "maximum",
    "x-essential": "essential",
}
PLAIN_TYPES = {"string": str, "integer": int, "number": float, "boolean": bool}
FORMATS = {"uuid": UUID, "date-time": datetime}
SCHEMAS = described().schemas
RECORDS = [name for name, schema in SCHEMAS.items() if "properties" in schema]
ENUMS = [name for name, schema in SCHEMAS.items() if "enum" in schema]


def test_there_is_a_model_for_every_schema_and_no_other() -> None:
    assert sorted(models.__all__) == sorted(described().model_names())
    assert {*SCHEMAS} - {*RECORDS} - {*ENUMS} == {"SettingValueType"}
    assert get_args(models.SettingValueType) == (bool, str, int, float)


@every("name", RECORDS)
def test_a_record_has_the_fields_of_its_schema_in_their_order(name: str) -> None:
    kind = getattr(models, name)
    wire_names = [wire_name_of(field) for field in attrs.fields(kind)]
    assert wire_names == list(SCHEMAS[name]["properties"])
    python_names = [field.name for field in attrs.fields(kind)]
    assert python_names == [snake(name) for name in wire_names]
    assert {*kind.__slots__} == {*python_names, "__weakref__"}


@every("name", RECORDS)
def test_a_field_has_type_limits_and_marks_of_its_schema(
    name: str,
    description: Description,
) -> None:
    schema = SCHEMAS[name]
    kind = getattr(models, name)
    hints = typing.get_type_hints(kind)
    for field in attrs.fields(kind):
        wire_name = wire_name_of(field)
        described_field = schema["properties"][wire_name]
        required = wire_name in schema["required"] if "required" in schema else False
        is_request = schema["x-use"] == "request"
        metadata = dict(field.metadata)
        assert metadata.pop("json", wire_name) == wire_name
        assert metadata == _marks(described_field), wire_name
        wanted = _type_of(described_field, description)
        if described_field.get("nullable") and wanted is not object:
            wanted = wanted | None
        if is_request and not required and wanted is not object:
            wanted = wanted | UnsetType
        assert _options(hints[field.name]) == _options(wanted), wire_name
        assert _options(field.type) == _options(wanted), wire_name


@every("name", RECORDS)
def test_requests_are_made_by_keyword_and_answers_hold_every_field(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema["x-use"] in ("request", "response")
    for field in attrs.fields(getattr(models, name)):
        if schema["x-use"] == "response":
            assert not field.kw_only
            assert field.default is attrs.NOTHING
        elif wire_name_of(field) in schema.get("required", ()):
            assert field.kw_only
            assert field.default is attrs.NOTHING
        else:
            assert field.kw_only
            assert field.default is UNSET


@every("name", ENUMS)
def test_an_enum_has_the_values_of_its_schema(name: str) -> None:
    kind = getattr(models, name)
    assert issubclass(kind, OpenEnum)
    assert [member.value for member in kind] == SCHEMAS[name]["enum"]
    for member in kind:
        assert member.name == snake(member.value).upper()
        assert kind(member.value) is member


@every("name", [*RECORDS, *ENUMS])
def test_a_model_says_what_it_is_for(name: str) -> None:
    said, described_as = getattr(models, name).__doc__, SCHEMAS[name]["description"]
    assert _words(described_as.split(". ")[0]) in _words(said)


@every(
    "place",
    [
        (name, field)
        for name in RECORDS
        for field, schema in SCHEMAS[name]["properties"].items()
        if schema.get("x-secret")
    ],
)
def test_a_secret_field_is_not_shown(place: tuple[str, str]) -> None:
    name, field = place
    kind = getattr(models, name)
    values = {item.name: None for item in attrs.fields(kind)}
    for secret in ("hunter2", {"key": "hunter2"}):
        made = kind(**{**values, snake(field): secret})
        assert "hunter2" not in repr(made)
        assert f"{snake(field)}='***'" in repr(made)


def _marks(field: Schema) -> dict[str, Json]:
    inner = field
    while "items" in inner:
        inner = inner["items"]
    marks = {
        ours: field[theirs]
        for theirs, ours in KEYWORDS.items()
        if theirs in field and field[theirs] not in (False, 0, 2**31 - 1, -(2**31))
    }
    if inner.get("format") == "int32":
        marks["format"] = "int32"
    return marks


def _type_of(field: Schema, description: Description) -> Value:
    name = description.name_of(field)
    if name is not None:
        return getattr(models, name)
    if "anyOf" in field or "type" not in field:
        return object
    if field["type"] == "array":
        return types.GenericAlias(list, (_nullable(field["items"], description),))
    if field["type"] == "object":
        inner = _nullable(field["additionalProperties"], description)
        return types.GenericAlias(dict, (str, inner))
    return FORMATS.get(field.get("format", ""), PLAIN_TYPES[field["type"]])


def _nullable(field: Schema, description: Description) -> Value:
    kind = _type_of(field, description)
    return kind | None if field.get("nullable") else kind


def _options(annotation: Value) -> set[Any]:
    origin: object = get_origin(annotation)
    if origin is types.UnionType or origin is typing.Union:
        return {*get_args(annotation)}
    return {annotation}


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text)).lower()
