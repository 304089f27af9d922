"""Tests of the codec with every model of the API, judged by the description."""

import copy
import math
import random
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from configcat_mgmt import models
from configcat_mgmt.core.codec.decode import (
    decode,
    from_json,
    readers,
)
from configcat_mgmt.core.codec.encode import encode_body, to_json
from configcat_mgmt.core.codec.hooks import outermost
from configcat_mgmt.core.codec.problems import InvalidData, Unfit
from configcat_mgmt.enums import OpenEnum
from tests.documents import STYLES, Documents, Style, normal
from tests.every import every
from tests.hypothesis_profiles import IS_NIGHTLY
from tests.schema import REF, Description, described

Json = Any
Change = tuple[tuple[Any, ...], Json, Json]
"""A place, what is put there, and the changed document."""

NAMES = list(described().schemas)
RECORDS = [name for name in NAMES if attrs.has(getattr(models, name, object))]
REQUESTS = [n for n in RECORDS if described().schemas[n]["x-use"] == "request"]
RESPONSES = [n for n in RECORDS if described().schemas[n]["x-use"] == "response"]
ENUMS = [name for name in NAMES if "enum" in described().schemas[name]]


def document_of(documents: Documents, name: str, style: Style) -> Json:
    return documents.make({"$ref": REF + name}, style)


def test_the_description_has_as_many_schemas_as_these_tests_cover() -> None:
    assert len(RECORDS) >= 144
    assert len(ENUMS) >= 17
    assert len(REQUESTS) + len(RESPONSES) == len(RECORDS)
    assert set(NAMES) - set(RECORDS) - set(ENUMS) == {"SettingValueType"}


@every("style", STYLES)
@every("name", NAMES)
def test_a_document_comes_back_as_it_went_in(
    name: str, style: Style, documents: Documents
) -> None:
    document = document_of(documents, name, style)
    kind = getattr(models, name)
    value = from_json(document, kind)
    assert normal(to_json(value)) == normal(document)
    assert from_json(to_json(value), kind) == value


@every("style", STYLES)
@every("name", RECORDS)
def test_the_fast_and_the_careful_reader_agree(
    name: str, style: Style, documents: Documents
) -> None:
    document = document_of(documents, name, style)
    kind = getattr(models, name)
    fast = readers("lenient", "quick").of(kind)(document)
    assert fast == readers("lenient", "filled").of(kind)(document)
    assert fast == outermost(readers("lenient", "detailed").of(kind), document)
    assert type(fast) is kind
    assert all(hasattr(fast, field.name) for field in attrs.fields(kind))


@every("style", STYLES)
@every("name", REQUESTS)
def test_a_request_is_read_strictly_and_written_checked(
    name: str,
    style: Style,
    documents: Documents,
) -> None:
    document = document_of(documents, name, style)
    kind = getattr(models, name)
    value = decode(document, kind, mode="refuse")
    assert type(value) is kind
    assert normal(encode_body(value, kind)) == normal(document)
    assert to_json(value) == encode_body(value, kind)


@every("name", RESPONSES)
def test_an_answer_without_what_is_not_essential_is_read(
    name: str,
    documents: Documents,
) -> None:
    sent, read = documents.holed({"$ref": REF + name})
    kind = getattr(models, name)
    assert normal(to_json(decode(sent, kind))) == normal(read)
    assert decode(sent, kind) == outermost(
        readers("lenient", "detailed").of(kind), sent
    )
    assert readers("lenient", "filled").of(kind)(sent) == decode(sent, kind)


@every("name", RESPONSES)
def test_an_answer_from_the_future_is_read(name: str, documents: Documents) -> None:
    sent, read = documents.of_the_future({"$ref": REF + name})
    kind = getattr(models, name)
    assert normal(to_json(decode(sent, kind))) == normal(read)
    assert readers("lenient", "filled").of(kind)(sent) == decode(sent, kind)


@every("name", ENUMS)
def test_an_enum_keeps_known_and_unknown_values(name: str) -> None:
    kind: type[OpenEnum] = getattr(models, name)
    for text in described().schemas[name]["enum"]:
        assert from_json(text, kind) is kind(text)
        assert from_json(text, kind).is_known
    unknown = from_json("inventedLater", kind)
    assert (type(unknown), unknown.is_known) == (kind, False)
    assert to_json(unknown) == "inventedLater"
    with pytest.raises(InvalidData, match="is no"):
        decode("inventedLater", kind, mode="ignore")


@every("name", RECORDS)
def test_every_wrong_value_is_found_where_it_is(
    name: str,
    documents: Documents,
    description: Description,
) -> None:
    document = document_of(documents, name, "full")
    kind = getattr(models, name)
    changes = list(_broken(document, random.Random(name)))
    own = [change for change in changes if len(change[0]) <= 1]
    for path, stranger, broken in own + _sample(name, changes):
        outcome = _problems(broken, kind)
        if outcome is not None:
            assert {p.path[: len(path)] for p in outcome} == {path}
            with pytest.raises((Unfit, InvalidData)):
                readers("lenient", "detailed").of(kind)(broken)
            with pytest.raises((Unfit, InvalidData, KeyError, TypeError)):
                readers("lenient", "quick").of(kind)(broken)
            continue
        assert readers("lenient", "detailed").of(kind)(broken) == from_json(
            broken, kind
        )
        # Text may be an enum value of the future, and objects may lack fields.
        if name in RESPONSES and isinstance(stranger, (bool, int, float, list)):
            assert not description.problems(broken, {"$ref": REF + name}), path


@every("name", REQUESTS)
def test_the_strict_reader_refuses_what_the_description_refuses(
    name: str,
    documents: Documents,
    description: Description,
) -> None:
    document = document_of(documents, name, "full")
    kind = getattr(models, name)
    changes = list(_broken(document, random.Random(name)))
    for path, _, broken in _sample(name, changes):
        judged = description.problems(broken, {"$ref": REF + name})
        try:
            decode(broken, kind, mode="refuse")
        except InvalidData:
            assert judged, path
        else:
            assert not judged, path


def _sample(name: str, changes: list[Change]) -> list[Change]:
    """Choose some of many changes: a model inside a large one is also tried alone."""
    count = len(changes) if IS_NIGHTLY else min(40, len(changes))
    return random.Random(name).sample(changes, count)


def _problems(data: Json, kind: type) -> list[Any] | None:
    try:
        decode(data, kind)
    except InvalidData as invalid:
        return list(invalid.problems)
    return None


MISSING = "missing"
STRANGERS = (None, True, 7, 1.5, "?", [], {}, [[]])


def _broken(
    document: Json,
    rng: random.Random,
) -> Iterator[Change]:
    """Put something else in each place of a document in turn, or take it away."""
    for path in list(_places(document)):
        for stranger in rng.sample(STRANGERS, 2):
            changed, holder = _copied(document, path)
            holder[path[-1]] = stranger
            yield path, stranger, changed
        if isinstance(path[-1], str):
            changed, holder = _copied(document, path)
            del holder[path[-1]]
            yield path, MISSING, changed


def _copied(document: Json, path: tuple[Any, ...]) -> tuple[Json, Json]:
    """Copy a document as far as the path leads, and return what holds its end."""
    changed = holder = copy.copy(document)
    for key in path[:-1]:
        holder[key] = copy.copy(holder[key])
        holder = holder[key]
    return changed, holder


def _places(document: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(document, dict):
        items: Any = document.items()
    elif isinstance(document, list):
        items = enumerate(document)
    else:
        return
    for key, value in items:
        yield (*path, key)
        if key != "deep":
            yield from _places(value, (*path, key))


def test_numbers_keep_their_kind() -> None:
    value = from_json(
        {"doubleValue": 1, "listValue": None}, models.ComparisonValueModel
    )
    assert (value.double_value, type(value.double_value)) == (1.0, float)
    tag = from_json({"tagId": 2**63 - 1}, models.SettingTagModel)
    assert tag.tag_id == 9223372036854775807
    item = from_json({"percentage": 1.0, "value": {}}, models.PercentageOptionModel)
    assert (item.percentage, type(item.percentage)) == (1, int)


@pytest.mark.parametrize("value", [True, "on", 1, 1.5, -(2**31)])
def test_the_value_of_a_setting_stays_as_it_is(value: object) -> None:
    initial = from_json({"value": value}, models.InitialValue)
    assert (initial.value, type(initial.value)) == (value, type(value))


@pytest.mark.parametrize("value", [[], {}, None, math.nan, math.inf])
def test_the_value_of_a_setting_is_no_list_object_or_nothing(value: object) -> None:
    for kind in (models.InitialValue, models.SettingValueModel):
        with pytest.raises(InvalidData, match=r"@ \$\.value"):
            decode({"value": value}, kind)
