"""Pages with something in every section, of records with a text in every place."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final, Literal, get_args, get_origin
from uuid import UUID

import attrs

from configcat_mgmt.jobs.applying.report import (
    LeftOut,
    NewId,
    NewSdkKey,
    Report,
    StepOutcome,
    StepResult,
    Tick,
)
from configcat_mgmt.jobs.compare.differences import Difference
from configcat_mgmt.jobs.model.plan import Issue, Plan, Step, Target
from configcat_mgmt.jobs.model.snapshot import PercentageOption, Source
from configcat_mgmt.jobs.report.matrix import Matrix, MatrixCell, MatrixRow
from configcat_mgmt.jobs.report.page import Page
from configcat_mgmt.jobs.report.value_changes import ValueChange
from configcat_mgmt.jobs.snapshotting.stale import (
    CodeUse,
    Dependent,
    StaleFlag,
    StalePlace,
    StaleReport,
)

START: Final = datetime(2026, 1, 31, 12, tzinfo=UTC)
SOURCE: Final = Source("https://api.example", "Organization", UUID(int=1), START)
TARGET: Final = Target("https://api.example", "Acme", "Shop (EU)", is_new=True)
ISSUES: Final = (
    Issue("CC201", "blocker", "Shop", "Too long.", "Shorten it."),
    Issue("CC301", "warning", "Main / flag", "Users move.", "Look twice."),
    Issue("CC107", "note", "Settings", "Counted as new.", "Wait."),
    Issue("CC101", "note", "SDK keys", "Made anew.", "Deploy them."),
)
PLAN: Final = Plan(
    "copy",
    TARGET,
    "digest",
    (
        Step("a", 0, "create", "config", ("Main",), "create-config", {}, None),
        Step("b", 1, "create", "setting", ("Main", "f"), "create-setting", {}, None),
        Step("c", 1, "delete", "tag", ("old",), "delete-tag", {}, None),
    ),
    ISSUES,
)


def step(outcome: StepOutcome, *left_out: LeftOut) -> StepResult:
    """Make what became of a step."""
    key = ("Main", f"flag-{outcome}")
    return StepResult(
        outcome,
        1,
        "create",
        "setting",
        key,
        "create-setting",
        outcome,
        7,
        "Note.",
        left_out,
    )


REPORT: Final = Report(
    "copy",
    TARGET,
    "digest",
    "copy.journal",
    START,
    START + timedelta(seconds=75),
    (
        *(step(outcome) for outcome in get_args(StepOutcome)),
        step("done", LeftOut("flag", "somebody changed it")),
    ),
    ids=(
        NewId("config", ("Main",), "new-id", "old-id"),
        NewId("setting", ("Main", "flag"), 12, 11),
    ),
    sdk_keys=(
        NewSdkKey("Main", "Test", "sdk-new", "sdk-second", "sdk-old", "sdk-old-second"),
        NewSdkKey("Main", "QA", None, None),
    ),
    calls={"create-setting": 25},
    refused={"create-setting": 1},
    timeline=(Tick(0, "create-setting", 20), Tick(1, "create-setting", 5)),
)
DIFFERENCES: Final = (
    Difference("setting", ("Main", "a"), "different", "hint", "wanted", "found"),
    Difference(
        "values",
        ("Main", "a", "Test"),
        "different",
        "targetingRules",
        [],
        [{"$ref": ["segment", "Beta"]}],
    ),
    Difference("tag", ("red",), "missing"),
    Difference("tag", ("blue",), "surplus"),
    Difference("webhook", ("*",), "unread", found="forbidden"),
    Difference(
        "preferences", (), "different", "reasonRequired", wanted=True, found=False
    ),
)
CHANGES: Final = (
    ValueChange(
        "Main", "a", "Test", ("TO ALL USERS OFF",), ("IF x THEN ON", "ELSE OFF")
    ),
    ValueChange("Main", "a", "QA", ("TO ALL USERS OFF",), ("IF x THEN ON", "ELSE OFF")),
    ValueChange("Main", "b", "Test", ("TO ALL USERS 1",), ("TO ALL USERS 2",)),
    ValueChange("Main", "c", "Test", None, ("TO ALL USERS ON",)),
    ValueChange("Main", "d", "Test", ("TO ALL USERS ON",), None),
)
MATRIX: Final = Matrix(
    ("Production", "Test"),
    (
        MatrixRow(
            "Main",
            "flag",
            "The flag",
            "boolean",
            (MatrixCell(True), MatrixCell(False, rules=2, differs=True)),
        ),
        MatrixRow(
            "Main",
            "split",
            "split",
            "boolean",
            (
                MatrixCell(
                    False,
                    split=(PercentageOption(20, True), PercentageOption(80, False)),
                ),
                None,
            ),
        ),
        MatrixRow(
            "Other",
            "text",
            "text",
            "string",
            (
                MatrixCell("Hi", split=(PercentageOption(100, "Hey"),)),
                MatrixCell("Hi", is_stale=True),
            ),
        ),
    ),
)
STALE: Final = StaleReport(
    "Shop",
    60,
    "digest",
    (
        StaleFlag(
            1,
            "Main",
            "flag",
            (StalePlace("Test", None),),
            ("Production",),
            code=(CodeUse("repository", "main", "shop.py", 12),),
            dependents=(Dependent("other", ("Test",)),),
        ),
        StaleFlag(2, "Main", "free", (StalePlace("Test", START),)),
    ),
)
PAGE: Final = Page(
    title="Shop to Shop (EU)",
    generated_at=START,
    plan=PLAN,
    report=REPORT,
    differences=DIFFERENCES,
    changes=CHANGES,
    stale=STALE,
    matrix=MATRIX,
    show_secrets=True,
)
"""Everything at once."""


def with_texts(page: Page, text: Callable[[int], str]) -> Page:
    """Return a page with another text in every place that has one.

    Args:
        page: What to change.
        text: Gives the text for the first, second and further places.
    """
    changed: Page = _with_texts(page, map(text, count()))
    return changed


def _with_texts(value: Any, texts: Iterator[str]) -> Any:  # noqa: ANN401
    if attrs.has(type(value)):
        fields = {
            field.name: _with_texts(getattr(value, field.name), texts)
            for field in attrs.fields(type(value))
            if get_origin(field.type) is not Literal
        }
        return attrs.evolve(value, **fields)
    if isinstance(value, tuple | list):
        return type(value)(_with_texts(item, texts) for item in value)
    if isinstance(value, Mapping):
        return {
            key if key == "$ref" else next(texts): _with_texts(item, texts)
            for key, item in value.items()
        }
    return next(texts) if isinstance(value, str) else value
