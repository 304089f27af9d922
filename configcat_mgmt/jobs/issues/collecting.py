"""Collects the issues of one plan and merges those that belong together."""

from collections.abc import Container, Iterable, Mapping
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.catalogue import ISSUE_KINDS
from configcat_mgmt.jobs.model.entity import Severity
from configcat_mgmt.jobs.model.plan import Issue
from configcat_mgmt.texts import argument_text

SHOWN_ITEMS: Final = 10
"""How many entities an issue names before it only counts the rest."""
SEVERITIES: Final[Mapping[Severity, int]] = {"blocker": 0, "warning": 1, "note": 2}
"""The worst first."""

_Group: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]
"""Code, place and details."""


@attrs.define
class IssueList:
    """Collects issues. Those with the same code, place and details become one."""

    _found: dict[_Group, dict[str, None]] = attrs.field(
        factory=dict[_Group, dict[str, None]], init=False
    )

    def add(self, code: str, where: str, *items: str, **details: object) -> None:
        """Note an issue.

        Args:
            code: One of `ISSUE_KINDS`.
            where: The part of the product that it concerns.
            *items: The affected entities; the same item counts once.
            **details: Values of the other placeholders in the texts of the kind.
        """
        texts = tuple(sorted((name, str(value)) for name, value in details.items()))
        self._found.setdefault((code, where, texts), {}).update(dict.fromkeys(items))

    def has(self, code: str, where: str, item: str) -> bool:
        """Whether an issue without details was noted for an item."""
        return item in self._found.get((code, where, ()), {})

    def issues(self, accepted: Container[str] = ()) -> tuple[Issue, ...]:
        """Return the collected issues, the worst first, then by code and place.

        Args:
            accepted: Codes of blockers that become warnings.
        """
        made = [
            make_issue(
                code, where, tuple(items), dict(details), is_accepted=code in accepted
            )
            for (code, where, details), items in self._found.items()
        ]
        return sort_issues(made)


@checked
def make_issue(
    code: str,
    where: str,
    items: tuple[str, ...] = (),
    details: Mapping[str, str] | None = None,
    *,
    is_accepted: bool = False,
) -> Issue:
    """Make an issue of a kind.

    Args:
        code: One of `ISSUE_KINDS`.
        where: The part of the product that it concerns.
        items: The affected entities; the text names the first few.
        details: Values of the other placeholders in the texts of the kind.
        is_accepted: Whether a blocker becomes a warning.

    Returns:
        The issue, with its texts complete.

    Raises:
        ConfigurationError: There is no such code, or `details` lacks a placeholder.
    """
    kind = ISSUE_KINDS.get(code)
    if kind is None:
        raise ConfigurationError(f"there is no issue code {argument_text(code)}")
    severity = kind.severity
    if severity == "blocker" and is_accepted:
        severity = "warning"
    condition = "If accepted: " if severity == "blocker" else ""
    action = f"{condition}{kind.action}" if kind.action else ""
    texts = {**(details or {}), "items": listed(items), "count": str(len(items))}
    try:
        return Issue(
            code=code,
            severity=severity,
            where=where,
            cause=" ".join(filter(None, (kind.cause, action))).format_map(texts),
            remedy=kind.remedy.format_map(texts),
        )
    except KeyError as error:
        raise ConfigurationError(
            f"the texts of {code} need the detail {error.args[0]!r}"
        ) from None


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
