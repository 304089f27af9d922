"""Diffs of rules: what is gone, what is new, and what only moved down."""

from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.jobs.report.line_diff import diff_lines

SIGNS = {"same": " ", "gone": "-", "new": "+"}


def diff(before: list[str], after: list[str]) -> list[str]:
    return [f"{SIGNS[line.kind]}{line.text}" for line in diff_lines(before, after)]


def marked(before: str, after: str) -> list[str]:
    found = diff_lines([before], [after])
    return [f"{line.head}<{line.changed}>{line.tail}" for line in found]


def test_equal_lines_stay_as_they_are() -> None:
    assert diff(["IF a THEN ON", "ELSE OFF"], ["IF a THEN ON", "ELSE OFF"]) == [
        " IF a THEN ON",
        " ELSE OFF",
    ]


def test_a_rule_that_is_put_first_leaves_the_others_the_same() -> None:
    before = ["IF a THEN ON", "ELSE OFF"]
    assert diff(before, ["IF b THEN ON", "ELSE IF a THEN ON", "ELSE OFF"]) == [
        "+IF b THEN ON",
        " ELSE IF a THEN ON",
        " ELSE OFF",
    ]


def test_a_first_rule_leaves_the_value_at_the_end_the_same() -> None:
    assert diff(["TO ALL USERS OFF"], ["IF a THEN ON", "ELSE OFF"]) == [
        "+IF a THEN ON",
        " ELSE OFF",
    ]


def test_what_is_served_to_the_rest_is_held_against_the_same() -> None:
    assert diff(
        ["TO ALL USERS 0"], ["IF a THEN 1", "ELSE 9% 2, 91% 3", "TO UNIDENTIFIED 4"]
    ) == [
        "+IF a THEN 1",
        "+ELSE 9% 2, 91% 3",
        "-TO ALL USERS 0",
        "+TO UNIDENTIFIED 4",
    ]


def test_what_changed_in_a_line_is_marked_in_whole_words() -> None:
    assert marked("IF Age >= 18 THEN ON", "IF Age >= 180 THEN ON") == [
        "IF Age >= <18> THEN ON",
        "IF Age >= <180> THEN ON",
    ]
    assert marked("IF a IN [x, y] THEN ON", "IF a IN [x, z, y] THEN ON") == [
        "IF a IN [x, <>y] THEN ON",
        "IF a IN [x, <z, >y] THEN ON",
    ]


def test_the_beginning_that_comes_of_other_lines_is_not_marked() -> None:
    found = diff_lines(["TO ALL USERS 1"], ["IF a THEN 3", "ELSE 2"])
    assert [(line.head, line.changed) for line in found] == [
        ("IF a THEN 3", ""),
        ("TO ALL USERS ", "1"),
        ("ELSE ", "2"),
    ]


def test_a_side_that_has_nothing_is_all_gone_or_all_new() -> None:
    lines = ["IF a THEN ON", "ELSE OFF"]
    assert diff(lines, []) == ["-IF a THEN ON", "-ELSE OFF"]
    assert diff([], lines) == ["+IF a THEN ON", "+ELSE OFF"]


LINES = st.lists(
    st.sampled_from(["IF a THEN ON", "ELSE IF b, c THEN ON", "ELSE 5% ON", "ELSE OFF"])
    | st.text(max_size=6),
    max_size=6,
)


@given(LINES, LINES)
def test_both_sides_can_be_read_from_every_diff(
    before: list[str], after: list[str]
) -> None:
    found = diff_lines(before, after)
    new = [line.text for line in found if line.kind != "gone"]
    assert sorted(new) == sorted(after)
    assert len([line for line in found if line.kind != "new"]) == len(before)
    gone = [line.text for line in found if line.kind == "gone"]
    assert set(gone) <= set(before)
