"""Tests of JSON text in and out, with orjson and without."""

import json
import math
import sys

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.core import json_text
from configcat_mgmt.core.json_text import dump_json, find_fast_parser, parse_json
from configcat_mgmt.json_value import JsonValue


@pytest.fixture(params=["orjson", "stdlib"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = orjson.loads if request.param == "orjson" else None
    monkeypatch.setattr(json_text, "fast_parser", fast)


pytestmark = pytest.mark.usefixtures("_parser")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, -2.5, true, null, "x"]}', {"a": [1, -2.5, True, None, "x"]}),
        (b"\xef\xbb\xbf {} ", {}),
        (b'\xef\xbb\xbf"\xef\xbb\xbf"', "\ufeff"),
        ('"zażółć 😀"'.encode(), "zażółć 😀"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\ud800"', "\ud800"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"9223372036854775807", 2**63 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b"18446744073709551615", 2**64 - 1),
        (b"0.1", 0.1),
        (b"1e300", 1e300),
        (b"1e-400", 0.0),
    ],
)
def test_json_is_read_the_same_by_both_parsers(text: bytes, value: object) -> None:
    read = parse_json(text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not JSON: Expecting value"),
        (b"  ", "not JSON"),
        (b"<html>", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b"[1,]", "not JSON"),
        (b"[1 2]", "not JSON"),
        (b"1 2", "not JSON: Extra data"),
        (b'"\x01"', "not JSON"),
        (b'{"a"', "not JSON"),
        (b"NaN", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"Infinity", "Infinity is not JSON"),
        (b"1e400", "a number is out of range"),
        (b"-1e400", "a number is out of range"),
        (b"1" * 5000, "a number has too many digits"),
        (b'"\xff"', "not UTF-8: byte 1"),
        ('"a"'.encode("utf-16"), "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[" * 200_000 + b"]" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
    ],
)
def test_what_is_no_usable_json_is_a_value_error_in_plain_words(
    text: bytes,
    words: str,
) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        parse_json(text)
    assert type(caught.value) is ValueError
    assert caught.value.__suppress_context__
    assert len(str(caught.value)) < 100


def test_orjson_is_used_if_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_fast_parser() is orjson.loads
    monkeypatch.setitem(sys.modules, "orjson", None)
    assert find_fast_parser() is None


def test_compact_utf8_is_written() -> None:
    value = {"a": [1, 2.5, None, True], "ż": "😀", "list": ()}
    assert dump_json(value) == '{"a":[1,2.5,null,true],"ż":"😀","list":[]}'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf], {"a": math.nan}])
def test_numbers_that_json_does_not_have_are_refused(value: JsonValue) -> None:
    with pytest.raises(ValueError, match="cannot be written as JSON"):
        dump_json(value)


def test_what_has_no_json_form_is_refused() -> None:
    circle: list[object] = []
    circle.append(circle)
    deep: list[object] = []
    for _ in range(sys.getrecursionlimit() * 100):
        deep = [deep]
    for value in (circle, deep, "\ud800", object(), {1, 2}, b"a", {(1, 2): 3}):
        with pytest.raises(ValueError, match="cannot be written as JSON") as caught:
            dump_json(value)
        assert type(caught.value) is ValueError
    while deep:
        deep = deep.pop()


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_what_is_written_reads_back(value: JsonValue) -> None:
    text = dump_json(value)
    assert parse_json(text) == json_text.parse_with_stdlib(text) == value
    assert json.loads(text) == value
