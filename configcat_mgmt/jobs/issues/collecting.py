"""Collects what can stand in the way of a job, or go unnoticed."""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.jobs.issues.catalogue import ISSUE_KINDS
from configcat_mgmt.jobs.model.entity import Severity
from configcat_mgmt.jobs.model.plan import Issue

SHOWN_ITEMS: Final = 10
"""How many things an issue names before it only counts the rest."""
SEVERITIES: Final[Mapping[Severity, int]] = {"blocker": 0, "warning": 1, "note": 2}
"""The worst first."""

_Group: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]
"""Code, place and details."""


@attrs.define
class IssueList:
    """Collects issues; what has code, place and details in common becomes one."""

    _found: dict[_Group, dict[str, None]] = attrs.field(
        factory=dict[_Group, dict[str, None]], init=False
    )

    def add(self, code: str, where: str, *items: str, **details: object) -> None:
        """Note an issue.

        Args:
            code: One of `ISSUE_KINDS`.
            where: The part of the product that it is about.
            *items: What is concerned there; the same item counts once.
            **details: What the texts of the kind have further placeholders for.
        """
        texts = tuple(sorted((name, str(value)) for name, value in details.items()))
        self._found.setdefault((code, where, texts), {}).update(dict.fromkeys(items))

    def issues(self) -> tuple[Issue, ...]:
        """Return what was collected, the worst first, then by code and place."""
        made = [
            make_issue(code, where, tuple(items), dict(details))
            for (code, where, details), items in self._found.items()
        ]
        return sort_issues(made)


def make_issue(
    code: str,
    where: str,
    items: tuple[str, ...] = (),
    details: Mapping[str, str] | None = None,
) -> Issue:
    """Make an issue of a kind.

    Args:
        code: One of `ISSUE_KINDS`.
        where: The part of the product that it is about.
        items: What is concerned there; the first few are named.
        details: What the texts of the kind have further placeholders for.
    """
    kind = ISSUE_KINDS[code]
    texts = {**(details or {}), "items": listed(items), "count": str(len(items))}
    return Issue(
        code=code,
        severity=kind.severity,
        where=where,
        cause=kind.cause.format_map(texts),
        remedy=kind.remedy.format_map(texts),
    )


def sort_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Sort issues: the worst first, then by code and place."""
    return tuple(
        sorted(
            issues,
            key=lambda issue: (
                SEVERITIES[issue.severity],
                issue.code,
                issue.where,
                issue.cause,
            ),
        )
    )


def listed(items: tuple[str, ...]) -> str:
    """Name the first few items and count the rest."""
    shown = ", ".join(items[:SHOWN_ITEMS])
    more = len(items) - SHOWN_ITEMS
    return f"{shown} and {more:,} more" if more > 0 else shown
