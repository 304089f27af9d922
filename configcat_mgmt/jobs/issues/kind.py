"""Defines the kind of an issue."""

import re

import attrs

from configcat_mgmt.jobs.model.entity import Severity


@attrs.frozen
class IssueKind:
    """The properties that all issues of one code share.

    In the texts `{items}` stands for the affected entities and `{count}` for their
    number. `IssueList.add` takes the values of all other placeholders as details.
    """

    code: str
    severity: Severity
    cause: str
    remedy: str
    action: str = ""
    """The action of the job, if the cause does not state it; for a blocker, what it
    does if the blocker is accepted."""

    @property
    def action_label(self) -> str:
        """The label of the action in an explanation of the kind."""
        is_blocker = self.severity == "blocker"
        return f"What the job does{' if you accept this' if is_blocker else ''}"

    def for_readers(self) -> "IssueKind":
        """Return the kind with placeholders as capital words: `ITEMS`, `COUNT`."""
        cause, remedy, action = (
            re.sub(r"\{(\w+)\}", lambda found: found[1].upper(), text)
            for text in (self.cause, self.remedy, self.action)
        )
        return attrs.evolve(self, cause=cause, remedy=remedy, action=action)
