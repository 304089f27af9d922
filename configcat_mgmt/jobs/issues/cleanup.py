"""Issues of cleaning up stale flags: CC561 to CC579."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

CLEANUP: Final[Mapping[str, IssueKind]] = issue_table()
