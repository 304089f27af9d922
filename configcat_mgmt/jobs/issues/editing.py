"""Issues of bulk edits: CC521 to CC539."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

EDITING: Final[Mapping[str, IssueKind]] = issue_table()
