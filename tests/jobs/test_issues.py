"""Issues have stable codes, name a few of many things, and come in order."""

import re
import string

from configcat_mgmt.jobs.issues.catalogue import ISSUE_KINDS
from configcat_mgmt.jobs.issues.collecting import (
    IssueList,
    listed,
    make_issue,
    sort_issues,
)

DETAILS = {
    "action": "It is left out.",
    "advice": "Wait",
    "allowed": "1",
    "deletes": "2",
    "fields": "name",
    "found": "v1",
    "limit": "4",
    "number": "7",
    "product": "Shop",
    "reason": "x",
    "version": "v3",
    "wanted": "v2",
    "what": "tag",
    "who": "somebody",
}


def test_every_issue_has_a_code_a_cause_and_a_remedy() -> None:
    for code, kind in ISSUE_KINDS.items():
        assert code == kind.code
        assert re.fullmatch(r"CC\d{3}|[LTD]0\d\d", code)
        assert kind.severity in ("blocker", "warning", "note")
        for text in filter(None, (kind.cause, kind.remedy, kind.action)):
            assert text.strip() == text
            assert text.endswith((".", "{action}"))
            # Numbers are written as everywhere else: 1,000 characters and 20%.
            assert not re.search(r"\d %|\b\d{4,} char", text)


def test_every_issue_can_be_made() -> None:
    for code, kind in ISSUE_KINDS.items():
        issue = make_issue(code, "here", ("a", "b"), DETAILS)
        assert "{" not in issue.cause + issue.remedy
        assert issue.severity == kind.severity
        fields = {name for _, name, _, _ in string.Formatter().parse(kind.cause)}
        assert "items" not in fields or "a, b" in issue.cause


def test_the_action_for_a_blocker_is_conditional_until_it_is_accepted() -> None:
    kind = ISSUE_KINDS["T011"]
    issues = IssueList()
    issues.add("T011", "Flag a", "x")
    (blocker,), (warning,) = issues.issues(), issues.issues(("T011",))
    assert blocker.cause.endswith(f"like x. If accepted: {kind.action}")
    assert warning.cause.endswith(f"like x. {kind.action}")
    assert (blocker.severity, warning.severity) == ("blocker", "warning")
    for one in ISSUE_KINDS.values():
        assert "ccept" not in one.action
        assert one.action_label.endswith("accept this") == (one.severity == "blocker")


def test_blockers_belong_to_what_the_target_cannot_take_and_to_conflicts() -> None:
    for code, kind in ISSUE_KINDS.items():
        if code.startswith(("CC1", "CC3")):
            assert kind.severity != "blocker"
        if code.startswith("CC2"):
            assert kind.severity == "blocker"


def test_things_of_one_place_become_one_issue() -> None:
    issues = IssueList()
    for key in ("a", "b", "a"):
        issues.add("CC206", "Main", key)
    issues.add("CC206", "Other", "c")
    made = issues.issues()
    assert [issue.where for issue in made] == ["Main", "Other"]
    assert "none: a, b." in made[0].cause


def test_other_details_make_other_issues() -> None:
    issues = IssueList()
    issues.add("CC401", "Main", "a", fields="name")
    issues.add("CC401", "Main", "b", fields="hint")
    assert len(issues.issues()) == 2


def test_many_things_are_counted() -> None:
    names = tuple(map(str, range(1_250)))
    assert listed(names[:10]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    assert listed(names[:11]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1 more"
    assert listed(names) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1,240 more"
    issues = IssueList()
    issues.add("CC106", "Settings", *names)
    assert issues.issues()[0].cause.startswith(
        "Code references and the audit log of 1250 settings"
    )


def test_names_are_no_placeholders() -> None:
    issue = make_issue("CC206", "Main", ("{count}", "{0.__class__}", "%s"), {})
    assert issue.cause.endswith("none: {count}, {0.__class__}, %s.")


def test_the_worst_comes_first() -> None:
    made = [make_issue(code, "x", ("a",), DETAILS) for code in ISSUE_KINDS]
    order = [(issue.severity, issue.code) for issue in sort_issues(reversed(made))]
    ranks = {"blocker": 0, "warning": 1, "note": 2}
    assert order == sorted(order, key=lambda one: (ranks[one[0]], one[1]))
