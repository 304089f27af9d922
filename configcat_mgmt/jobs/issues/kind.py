"""What all issues of one code have in common."""

import attrs

from configcat_mgmt.jobs.model.entity import Severity


@attrs.frozen
class IssueKind:
    """What all issues of a code have in common.

    In the texts `{items}` stands for what is concerned and `{count}` for how many
    that are; other placeholders are given as details.
    """

    code: str
    severity: Severity
    cause: str
    remedy: str


def issue_table(*kinds: IssueKind) -> dict[str, IssueKind]:
    """Return kinds of issues by their codes."""
    return {kind.code: kind for kind in kinds}
