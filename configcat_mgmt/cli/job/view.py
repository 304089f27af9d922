"""Plans, differences and reports on the terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.cli.job.proposal import Ended, Proposal
from configcat_mgmt.cli.job.rates import rates_view
from configcat_mgmt.cli.job.requests_meter import requests_view
from configcat_mgmt.cli.job.words import MANY, OUTCOMES, step_name, title
from configcat_mgmt.cli.terminal.output import hanging, styled, table
from configcat_mgmt.jobs import (
    Difference,
    EntityChange,
    Issue,
    Report,
    ReportTable,
    Severity,
    Step,
    UnknownField,
    ValueChange,
    affected,
)
from configcat_mgmt.texts import counted, duration

ACTIONS: Final[tuple[str, ...]] = ("create", "update", "set", "delete")
SHOWN: Final = 20
"""Maximum number of differences and failed steps to list."""
SHOWN_ROWS: Final = 100
"""Maximum number of rows of a table to list."""
LONGEST: Final = 300
"""Characters of a shown value; a longer one is cut around its change."""

_LEAVES_VALUES_OUT: Final = "CC704"
_STYLES: Final[dict[Severity, str]] = {
    "blocker": "bold red",
    "warning": "yellow",
    "note": "dim",
}
_LINE_STYLES: Final = {"gone": "red", "new": "green", "same": ""}
_LINE_MARKS: Final = {"gone": "- ", "new": "+ ", "same": "  "}


def plan_view(proposal: Proposal) -> Iterator[RenderableType]:
    """Show a plan."""
    plan, left = proposal.plan, proposal.left
    yield styled(title(plan), "bold")
    yield Text()
    if left:
        yield _counts(left)
        yield Text()
    yield from entities_view(proposal.listed_entities)
    yield from changes_view(proposal.changes, len(proposal.changes))
    yield from _deletions(left)
    if not proposal.is_resumed:
        yield from issues_view(plan.issues)
        yield from tables_view(proposal.tables)
    if left:
        text = counted(sum(proposal.estimate.calls.values()), "write")
        if proposal.estimate.seconds >= 1:
            text += f", at least {duration(proposal.estimate.seconds)}"
        yield Text(f"{text}, plus reads that look up names and verify the result")
    elif proposal.is_resumed:
        yield Text("All steps are done.", "green")
    elif any(issue.code == _LEAVES_VALUES_OUT for issue in plan.issues):
        yield Text("Nothing to do: the plan leaves the values out.", "yellow")
    elif not plan.blockers:
        yield Text("Nothing to do: the target already matches the plan.", "green")


def _counts(steps: Iterable[Step]) -> RenderableType:
    found: dict[str, Counter[str]] = {}
    for step in steps:
        counts = found.setdefault(MANY[step.entity], Counter())
        counts[step.action] += affected(step)
    actions = [one for one in ACTIONS if any(counts[one] for counts in found.values())]
    made = table("", *actions, numbers=actions)
    for name, counts in found.items():
        cells = [
            Text(
                f"{counts[one]:,}" if counts[one] else "",
                "red" if one == "delete" else "",
            )
            for one in actions
        ]
        made.add_row(name, *cells)
    return made


def _deletions(steps: Iterable[Step]) -> Iterator[RenderableType]:
    deletions = [step for step in steps if step.action == "delete"]
    if deletions:
        yield Text("To be deleted:", "bold red")
        for step in deletions:
            yield hanging("  ", styled(step_name(step), "red"))
        yield Text()


def entities_view(changes: Sequence[EntityChange]) -> Iterator[RenderableType]:
    """Show changes of existing entities, field by field."""
    listed = [one for one in changes if one.kind != "deleted"]
    for change in listed:
        name = " / ".join(change.key)
        yield styled(f"{change.entity.replace('_', ' ')} {name}".strip(), "bold")
        if change.kind == "unread":
            yield styled("  could not be read, so its changes are unknown", "yellow")
        for field in change.fields:
            before, after = field.texts(LONGEST)
            yield hanging("  - ", styled(f"{field.field}: {before}", "red"))
            yield hanging("  + ", styled(f"{field.field}: {after}", "green"))
    if listed:
        yield Text()


def changes_view(changes: Sequence[ValueChange], most: int) -> Iterator[RenderableType]:
    """Show changes of values, line by line."""
    for change in changes[:most]:
        where = f"{change.config} / {change.key} in {change.environment}"
        yield styled(where, "bold")
        for whole in change.lines:
            line = whole.shortened(LONGEST)
            style = _LINE_STYLES[line.kind]
            text = styled(line.head, style)
            text.append_text(styled(line.changed, f"bold {style}".strip()))
            text.append_text(styled(line.tail, style))
            yield hanging(f"  {_LINE_MARKS[line.kind]}", text)
        yield Text()
    yield from _rest(len(changes) - most, "changed value")


def issues_view(issues: Sequence[Issue]) -> Iterator[RenderableType]:
    """Show issues with their remedies."""
    if not issues:
        return
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for issue in issues:
        made.add_row(
            Text(f"{issue.severity} {issue.code}", _STYLES[issue.severity]),
            styled(f"{issue.where}: {issue.cause}"),
        )
        made.add_row("", styled(issue.remedy, "dim"))
    yield made
    yield Text(f"Codes: configcat-mgmt explain {issues[0].code}", "dim")
    yield Text()


def tables_view(tables: Iterable[ReportTable]) -> Iterator[RenderableType]:
    """Show the tables that a kind of job adds."""
    for one in tables:
        yield styled(one.title, "bold")
        if one.lead:
            yield styled(one.lead, "dim")
        if one.rows:
            made = table(*one.headings)
            for row in one.rows[:SHOWN_ROWS]:
                made.add_row(*map(styled, row))
            yield made
        yield from _rest(len(one.rows) - SHOWN_ROWS, "row")
        yield Text()


def differences_view(
    differences: Sequence[Difference], most: int | None = SHOWN
) -> Iterator[RenderableType]:
    """Show differences; at most `most`, or all of them for None."""
    if not differences:
        yield Text("Verified: the target matches.", "bold green")
        return
    wanted = [one for one in differences if one.kind != "surplus"]
    surplus = [one for one in differences if one.kind == "surplus"]
    if not wanted:
        more = counted(len(surplus), "object")
        text = f"The target differs: it has all that is wanted, and {more} more:"
        yield Text(text, "bold yellow")
        yield from _differences(surplus, most)
        return
    count = counted(len(wanted), "difference")
    yield Text(f"The target differs: {count}.", "bold red")
    yield from _differences(wanted, most)
    if surplus:
        has = "object exists" if len(surplus) == 1 else "objects exist"
        yield Text(f"{len(surplus):,} {has} only in the target:", "yellow")
        yield from _differences(surplus, most)


def _differences(
    differences: Sequence[Difference], most: int | None
) -> Iterator[RenderableType]:
    shown = differences[:most]
    for difference in shown:
        # The heading says what is wrong with an object that only the target has.
        is_surplus = difference.kind == "surplus"
        yield hanging("  ", styled(difference.name if is_surplus else difference))
    yield from _rest(len(differences) - len(shown), "difference")


def uncompared_view(fields: Sequence[UnknownField]) -> Iterator[RenderableType]:
    """Name the fields that a comparison skipped."""
    if fields:
        names = ", ".join(f"{one.entity} {one.field}" for one in fields)
        yield styled(
            f"Not compared, because this version does not know these fields of the "
            f"service: {names}. Use a newer configcat-mgmt to compare them.",
            "yellow",
        )


def waiting_view(steps: Sequence[Step]) -> Iterator[RenderableType]:
    """Name the places whose values wait in change requests."""
    if steps:
        places = ", ".join(" in ".join(step.key) for step in steps)
        yield styled(
            f"Not compared, because open change requests propose their values: "
            f"{places}.",
            "yellow",
        )


def check_view(proposal: Proposal) -> Iterator[RenderableType]:
    """Say what the check of an import found, which decides the exit code."""
    if proposal.found_by_check:
        text = f"The check found {proposal.found_by_check}, so the exit code is 2."
        yield Text(text, "bold yellow")


def ended_view(ended: Ended) -> Iterator[RenderableType]:
    """Show the result, and how to resume."""
    report = ended.report
    yield from _report(report)
    yield from requests_view(report)
    yield from rates_view(report)
    pending = len(report.waiting) + len(report.needs_attention)
    if ended.differences == () and pending:
        requests = counted(pending, "change request")
        text = f"Verified, apart from the values in {requests} not applied yet."
        yield Text(text, "yellow" if report.needs_attention else "green")
    elif ended.differences is not None:
        yield from differences_view(ended.differences)
    if ended.is_interrupted:
        yield Text("Interrupted; all calls that were sent have ended.", "yellow")
    elif report.stopped is not None:
        yield styled(f"Stopped early: {report.stopped}", "yellow")
    if report.needs_new_plan and report.stopped is None:
        count = sum(step.is_left_alone for step in report.steps)
        yield Text(
            f"Somebody else changed the targets of {counted(count, 'step')}, or the "
            f"approval that they require, since the plan was made. They were left "
            f"alone; the differences show the present content and the planned one.",
            "yellow",
        )
        yield Text(
            "Plan again to continue: commands that plan themselves take --start-over.",
            "bold",
        )
    elif not report.is_complete or report.stopped is not None:
        has_conflict = any(step.outcome == "conflict" for step in report.steps)
        first = "Resolve the conflicts first. " if has_conflict else ""
        yield Text(f"{first}Run the same command again to resume.", "bold")
    elif report.waiting:
        yield Text(
            "Run the same command again with --wait to wait for the change requests "
            "and verify.",
            "bold",
        )
    if report.product_id is not None:
        yield Text(f"Product: {report.product_id}")


def _report(report: Report) -> Iterator[RenderableType]:
    counts = ", ".join(
        f"{count:,} {OUTCOMES[outcome]}" for outcome, count in report.counts.items()
    )
    text = f"{counted(len(report.steps), 'step')}: {counts}."
    if report.calls:
        refused = counted(sum(report.refused.values()), "response")
        text += f" {_calls(report)} in {duration(report.seconds)}, {refused} 429."
    yield Text(text, "green" if report.is_complete else "bold red")
    for step in report.trouble[:SHOWN]:
        yield hanging("  ", styled(f"{step.id}: {OUTCOMES[step.outcome]}: {step.note}"))
        for left in step.left_out:
            yield hanging("    ", styled(f"{left.key}: {left.reason}"))
    yield from _rest(len(report.trouble) - SHOWN, "step")


def _calls(report: Report) -> str:
    """Return the number of calls: `15 calls (4 writes, 11 reads)`."""
    reads = sum(
        count
        for operation, count in report.calls.items()
        if operation in OPERATIONS and OPERATIONS[operation].effect == "read"
    )
    total = sum(report.calls.values())
    writes = counted(total - reads, "write")
    return f"{counted(total, 'call')} ({writes}, {counted(reads, 'read')})"


def _rest(count: int, thing: str) -> Iterator[RenderableType]:
    if count > 0:
        yield Text(f"  and {counted(count, f'more {thing}')}", "dim")
