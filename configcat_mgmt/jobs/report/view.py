"""The content of a page by section, before it becomes HTML."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final, Literal, TypeAlias

import attrs

from configcat_mgmt import texts
from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.applying.report import (
    NewId,
    Report,
    StepOutcome,
)
from configcat_mgmt.jobs.compare.differences import Difference, content_texts
from configcat_mgmt.jobs.issues.collecting import SEVERITIES
from configcat_mgmt.jobs.model.entity import Severity
from configcat_mgmt.jobs.model.plan import Issue, Plan
from configcat_mgmt.jobs.planning.estimate import estimate_plan
from configcat_mgmt.jobs.report.value_changes import ValueChange
from configcat_mgmt.texts import counted, noun

Tone: TypeAlias = Literal["good", "warn", "bad", "note"]

KINDS: Final[Mapping[str, str]] = {
    "copy": "Copy of a product",
    "promote": "Promotion of values",
    "clone-environment": "Copy of an environment",
    "restore": "Restored snapshot",
    "edit": "Bulk edit",
    "convert": "Conversion to Config V2",
    "cleanup": "Cleanup of stale flags",
    "import": "Import from LaunchDarkly",
}
SEVERITY_TONES: Final[Mapping[Severity, Tone]] = {
    "blocker": "bad",
    "warning": "warn",
    "note": "note",
}
LEFT_BEHIND: Final = frozenset(
    {
        *(f"CC{number}" for number in range(101, 110)),
        "CC112",
        "CC114",
        "CC116",
        "CC701",
    }
)
"""Issues about parts that a copy cannot carry over, and that leave work to do."""

UNDO: Final = (
    "Restoring a snapshot creates deleted objects again, with their names, values, "
    "rules, tags and links. They get new ids, and new configs and environments get new "
    "SDK keys."
)
LOST: Final = (
    "Restoring does not bring back code references, audit logs, creation dates, "
    "signing keys and secure headers of webhooks, members of permission groups, and "
    "secrets that the snapshot does not contain (--secrets)."
)
"""What a snapshot cannot restore."""

_A_FEW_SECONDS: Final = 10


@attrs.frozen
class OutcomeWords:
    """How the page shows an outcome of a step."""

    label: str
    tone: Tone
    meaning: str


OUTCOMES: Final[Mapping[StepOutcome, OutcomeWords]] = {
    "done": OutcomeWords("Done", "good", "the step was done"),
    "adopted": OutcomeWords(
        "Found existing", "good", "the target already had it, unchanged"
    ),
    "earlier": OutcomeWords("Earlier", "good", "an earlier run completed it"),
    "failed": OutcomeWords("Failed", "bad", "the service refused it"),
    "conflict": OutcomeWords(
        "Conflict", "bad", "another entity is in its place and was left alone"
    ),
    "unknown": OutcomeWords(
        "Unknown", "bad", "its outcome is unknown; apply the plan again to find out"
    ),
    "skipped": OutcomeWords("Skipped", "warn", "a step that it needs did not succeed"),
    "not_started": OutcomeWords("Not started", "warn", "the run ended before it"),
}


@attrs.frozen
class Tile:
    """A number in the summary."""

    label: str
    value: str
    tone: Tone = "note"


@attrs.frozen
class CountTable:
    """Steps by entity, and by outcome or, before the plan is applied, by action."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[int, ...]
    meanings: tuple[OutcomeWords, ...]
    """Explanations of the outcomes that occur."""


@attrs.frozen
class ChangeGroup:
    """A change of a value that is the same in several environments."""

    config: str
    key: str
    environments: tuple[str, ...]
    example: ValueChange
    """The change in the first of the environments."""

    @property
    def note(self) -> str:
        """A label if one side has no value."""
        if self.example.before is None:
            return "new"
        return "gone" if self.example.after is None else ""


def verdict(
    plan: Plan | None,
    report: Report | None,
    differences: Sequence[Difference] | None,
    changes: Sequence[ValueChange] | None = None,
) -> tuple[Tone, str] | None:
    """Return the verdict in a few words; None if there is none."""
    if plan is None and report is None and changes is not None:
        is_equal = not (changes or differences)
        return "good" if is_equal else "note", comparison_words(changes, differences)
    if report is not None and report.stopped is not None:
        return "bad", f"Stopped: {report.stopped}"
    if report is not None and not report.is_complete:
        left = sum(not step.is_finished for step in report.steps)
        return "bad", f"{counted(left, 'step')} not finished"
    if differences:
        return "bad", f"{verification_words(differences)} found"
    if report is not None:
        return _done(report, is_verified=differences is not None)
    if differences is not None:
        return "good", "No differences"
    if plan is None:
        return None
    if plan.blockers:
        return "bad", f"Blocked by {counted(len(plan.blockers), 'issue')}"
    return ("good", "Nothing to do") if plan.is_empty else ("note", "Ready to apply")


@checked
def comparison_words(
    changes: Sequence[ValueChange], others: Sequence[Difference] | None
) -> str:
    """Count what differs, such as `1 value differs, 2 other differences`, or `Equal`.

    Args:
        changes: Values that differ.
        others: All other differences; None if only values were compared.
    """
    if not changes:
        return counted(len(others), "difference") if others else "Equal"
    verb = "differs" if len(changes) == 1 else "differ"
    words = f"{counted(len(changes), 'value')} {verb}"
    return f"{words}, {counted(len(others), 'other difference')}" if others else words


def verification_words(differences: Sequence[Difference]) -> str:
    """Count differences: `2 differences and 1 object that only the target has`."""
    surplus = sum(one.kind == "surplus" for one in differences)
    parts = [counted(len(differences) - surplus, "difference")]
    if surplus:
        parts.append(f"{counted(surplus, 'object')} that only the target has")
    return " and ".join(parts if len(differences) > surplus else parts[1:] or parts)


def _done(report: Report, *, is_verified: bool) -> tuple[Tone, str]:
    """Return the verdict on a report whose steps are all done."""
    if report.needs_attention:
        found = counted(len(report.needs_attention), "change request")
        return "bad", f"{found} not applied"
    if report.waiting:
        return "warn", f"{counted(len(report.waiting), 'change request')} waiting"
    return "good", "Done and verified" if is_verified else "Done"


def tiles(
    plan: Plan | None,
    report: Report | None,
    differences: Sequence[Difference] | None,
) -> list[Tile]:
    """Return the numbers that summarize a plan or a report."""
    found: list[Tile] = []
    if report is not None:
        finished = sum(step.is_finished for step in report.steps)
        found += [
            Tile("steps", f"{len(report.steps):,}"),
            Tile("finished", f"{finished:,}", "good"),
            _trouble_tile("need attention", len(report.trouble)),
            Tile("calls", f"{sum(report.calls.values()):,}"),
            Tile("time", duration(report.seconds)),
            _trouble_tile("refused (429)", sum(report.refused.values()), "warn"),
        ]
    elif plan is not None:
        estimate = estimate_plan(plan)
        found.append(Tile("calls to make", f"{estimate.total_calls:,}"))
        if estimate.seconds:
            found.append(Tile("at least", duration(estimate.seconds)))
        found += [
            _trouble_tile(noun(plan.deletes, "deletion"), plan.deletes, "warn"),
            _trouble_tile(noun(len(plan.blockers), "blocker"), len(plan.blockers)),
        ]
    if found and differences is not None:
        count = len(differences)
        found.append(_trouble_tile(noun(count, "difference"), count))
    return found


def count_table(plan: Plan | None, report: Report | None) -> CountTable | None:
    """Count steps by entity and outcome, or by action; None if there are no steps."""
    if report is not None:
        labels = {name: words.label for name, words in OUTCOMES.items()}
        pairs = [(step.entity, labels[step.outcome]) for step in report.steps]
        order = tuple(labels.values())
    else:
        steps = () if plan is None else plan.steps
        pairs = [(step.entity, step.action.capitalize()) for step in steps]
        order = ("Create", "Update", "Set", "Delete")
    if not pairs:
        return None
    counts = Counter(pairs)
    columns = tuple(name for name in order if any(name == one for _, one in pairs))
    rows = tuple(
        (entity_label(entity), tuple(counts[entity, name] for name in columns))
        for entity in dict.fromkeys(entity for entity, _ in pairs)
    )
    totals = tuple(sum(row[place] for _, row in rows) for place in range(len(columns)))
    meanings = tuple(
        words
        for outcome, words in OUTCOMES.items()
        if words.label in columns and outcome != "done"
    )
    return CountTable(columns, rows, totals, meanings)


def divided_issues(issues: Iterable[Issue]) -> tuple[list[Issue], list[Issue]]:
    """Return the issues of a plan, and separately those in `LEFT_BEHIND`."""
    troubles: list[Issue] = []
    behind: list[Issue] = []
    for issue in issues:
        (behind if issue.code in LEFT_BEHIND else troubles).append(issue)
    return troubles, behind


def by_severity(issues: Iterable[Issue]) -> list[tuple[Severity, list[Issue]]]:
    """Group issues by severity, the worst first."""
    groups: dict[Severity, list[Issue]] = {severity: [] for severity in SEVERITIES}
    for issue in issues:
        groups[issue.severity].append(issue)
    return [(severity, found) for severity, found in groups.items() if found]


def by_entity(ids: Iterable[NewId]) -> list[tuple[str, list[NewId]]]:
    """Group new ids by kind of entity, in order of appearance."""
    groups: dict[str, list[NewId]] = {}
    for one in ids:
        groups.setdefault(entity_label(one.entity), []).append(one)
    return list(groups.items())


def change_groups(changes: Iterable[ValueChange]) -> list[ChangeGroup]:
    """Group equal changes in several environments."""
    found: list[ChangeGroup] = []
    for (config, key), group in groupby(
        changes, lambda change: (change.config, change.key)
    ):
        alike: dict[object, list[ValueChange]] = {}
        for change in group:
            alike.setdefault((change.before, change.after), []).append(change)
        for same in alike.values():
            environments = tuple(change.environment for change in same)
            found.append(ChangeGroup(config, key, environments, same[0]))
    return found


def entity_label(entity: str) -> str:
    """Return the name of a kind of entity, such as `Permission group`."""
    return entity.replace("_", " ").capitalize()


def duration(seconds: float) -> str:
    """Return a duration, with a decimal if it is short: `0.8 s` or `43 s`."""
    if seconds < _A_FEW_SECONDS:
        return f"{round(seconds, 1):g} s"
    return texts.duration(seconds)


def contents(difference: Difference) -> list[str]:
    """Return the present and the wanted content of a field as text."""
    return content_texts(difference.field or "", (difference.found, difference.wanted))


def _trouble_tile(label: str, count: int, tone: Tone = "bad") -> Tile:
    return Tile(label, f"{count:,}", tone if count else "good")
