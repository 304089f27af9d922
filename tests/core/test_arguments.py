"""Tests of turning arguments into the text of a path, query or header."""

import enum
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.core.arguments import (
    ArgumentProblem,
    converter,
    items_of,
    quoted,
)
from configcat_mgmt.core.auth import Secret
from configcat_mgmt.core.operation import Location, Parameter
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.texts import argument_text

SOME_UUID = UUID("00d553ae-832b-5532-d8ad-9b2ae6ddfa11")

TEN = datetime(2026, 5, 4, 10, tzinfo=UTC)


class Kind(OpenEnum):
    FLAG = "flag"
    VALUE = "value"


class OtherKind(str, enum.Enum):  # noqa: UP042 - as users write it
    FLAG = "flag"


def text_of(value: object, kind: object, location: Location = "path", **more: object):  # noqa: ANN201
    parameter = Parameter("x", "x", location, kind, **more)  # type: ignore[arg-type]
    return converter(parameter)(value)


def problem_of(
    value: object,
    kind: object,
    location: Location = "path",
    **more: object,
) -> str:
    with pytest.raises(ArgumentProblem) as caught:
        text_of(value, kind, location, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (0, int, "0"),
        (-5, int, "-5"),
        (2**63 - 1, int, "9223372036854775807"),
        (SOME_UUID, UUID, str(SOME_UUID)),
        (str(SOME_UUID).upper(), UUID, str(SOME_UUID)),
        (SOME_UUID.hex, UUID, str(SOME_UUID)),
        (True, bool, "true"),
        (False, bool, "false"),
        (0.5, float, "0.5"),
        (1e300, float, "1e+300"),
        (TEN, datetime, "2026-05-04T10:00:00Z"),
        (Kind.FLAG, Kind, "flag"),
        ("flag", Kind, "flag"),
        (Kind("newer"), Kind, "newer"),
        (OtherKind.FLAG, Kind, "flag"),
        (OtherKind.FLAG, str, "flag"),
        ("plain", str, "plain"),
        (Secret("hidden"), str, "hidden"),
    ],
)
def test_a_value_of_the_right_type_becomes_its_wire_form(
    value: object,
    kind: object,
    expected: str,
) -> None:
    assert text_of(value, kind) == expected


def test_a_time_is_sent_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    moment = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=east)
    assert text_of(moment, datetime) == "2026-05-04T10:00:00.123456Z"


def test_a_time_at_the_edge_of_the_calendar_is_sent_all_the_same() -> None:
    east = timezone(timedelta(hours=2))
    assert text_of(datetime.min.replace(tzinfo=east), datetime).startswith("0001-")


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("5", int, "must be a whole number, not '5'"),
        (5.0, int, "must be a whole number, not 5.0"),
        (True, int, "must be a whole number, not True"),
        (None, int, "must be a whole number, not NoneType"),
        (2**63, int, "from -9223372036854775808 to 9223372036854775807, not 92"),
        pytest.param(10**5000, int, "not a number of thousands of digits", id="huge"),
        ("00d553ae", UUID, "must be a UUID or a string with one, not '00d553ae'"),
        (5, UUID, "must be a UUID"),
        ("true", bool, "must be True or False, not 'true'"),
        (1, bool, "must be True or False, not 1"),
        (float("nan"), float, "must be a finite number, not nan"),
        (float("-inf"), float, "must be a finite number"),
        ("2026-05-04", datetime, "must be a datetime, not '2026-05-04'"),
        (datetime(2026, 5, 4), datetime, "time zone"),  # noqa: DTZ001
        ("flags", Kind, "must be one of flag, value, not 'flags'"),
        (3, Kind, "must be one of flag, value, not 3"),
        (b"x", str, "must be text, not bytes"),
        (5, str, "must be text, not int"),
        (Secret(b"x"), str, "must be text, not bytes"),  # type: ignore[arg-type]
    ],
)
def test_a_misfit_value_is_refused_with_the_allowed_values(
    value: object,
    kind: object,
    expected: str,
) -> None:
    assert expected in problem_of(value, kind)


def test_the_bounds_of_a_number_are_kept() -> None:
    assert text_of(1, int, minimum=1, maximum=9) == "1"
    assert text_of(9, int, minimum=1, maximum=9) == "9"
    assert problem_of(0, int, minimum=1, maximum=9) == "must be from 1 to 9, not 0"
    assert "2147483647" in problem_of(2**31, int, format="int32")


def test_the_bounds_of_a_text_are_kept() -> None:
    bounds = {"min_length": 2, "max_length": 3}
    assert text_of("abc", str, **bounds) == "abc"
    expected = "must be 2 to 3 characters long, not 4"
    assert problem_of("abcd", str, **bounds) == expected
    assert "2 to 3" in problem_of("a", str, **bounds)


@pytest.mark.parametrize("text", ["", " ", "\u2003", ".", "..", "%2e", "%2E.", ".%2e"])
def test_a_text_that_would_name_another_path_is_refused(text: str) -> None:
    assert "must not be" in problem_of(text, str)


@pytest.mark.parametrize("text", ["", ".", "..", "%2e%2e", " "])
def test_text_outside_a_path_may_be_anything(text: str) -> None:
    assert text_of(text, str, "query") == text


@pytest.mark.parametrize("character", ["\0", "\t", "\n", "\r", "\x1f", "\x7f"])
@pytest.mark.parametrize("location", ["path", "query", "header"])
def test_control_characters_are_refused_everywhere(
    character: str,
    location: Location,
) -> None:
    assert "control characters" in problem_of(f"a{character}b", str, location)


@pytest.mark.parametrize("location", ["path", "query", "header"])
def test_half_of_a_surrogate_pair_is_refused(location: Location) -> None:
    assert "surrogate" in problem_of("a\ud800", str, location)


@pytest.mark.parametrize("text", ["", "  ", "ä", "\u2028"])
def test_a_header_takes_ascii_that_is_not_empty(text: str) -> None:
    assert "ASCII" in problem_of(text, str, "header")


def test_a_text_of_megabytes_is_refused_without_being_shown() -> None:
    assert len(problem_of("x" * 10_000_000, str)) < 200
    assert len(problem_of("x" * 10_000_000, int)) < 200


def test_a_secret_that_does_not_fit_is_not_shown() -> None:
    secret = "hush" * 5000
    assert "hush" not in problem_of(Secret(secret), str)
    assert "hush" not in problem_of(Secret("hush\n"), str, "header")


def test_a_list_takes_any_sequence_but_no_text() -> None:
    assert list(items_of((1, 2))) == [1, 2]
    assert list(items_of([])) == []
    for wrong in ("ab", b"ab", 5, {1: 2}, {1}):
        with pytest.raises(ArgumentProblem, match="must be a list, not"):
            items_of(wrong)


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_quoting_keeps_one_segment_and_loses_nothing(text: str) -> None:
    wire = quoted(text)
    assert wire.isascii()
    assert not set(wire) & set("/?#&=+;: \\\"<>'()")
    assert unquote(wire) == text


def test_a_value_is_shown_by_its_type_unless_it_is_a_number_or_text() -> None:
    assert argument_text({"password": "x"}) == "dict"
    assert argument_text("a" * 500) == "'" + "a" * 119 + "..."
