"""Tests of the decorator that checks every case within one test."""

import pytest

from tests.every import every


@every("text", ["a", "b"])
@every("number", [1, 2, 3])
def check(text: str, number: int, limit: int) -> None:
    if number == 3:
        with pytest.raises(KeyError):
            _ = {"a": 0}[text]
    assert number < limit


def test_all_failing_cases_are_reported() -> None:
    with pytest.raises(AssertionError) as caught:
        check(limit=2)
    lines = str(caught.value).splitlines()
    starts = [": ".join(line.split(": ")[::2][:2]) for line in lines]
    assert starts == ["a: 2", "3: DID NOT RAISE KeyError", "b: 2", "3: assert 3 < 2"]


def test_no_failing_case_is_no_failure() -> None:
    @every("number", [1, 2])
    def passes(number: int) -> None:
        assert number > 0

    passes()


def test_a_rule_without_cases_is_an_error() -> None:
    with pytest.raises(AssertionError, match="no cases"):
        every("text", [])
