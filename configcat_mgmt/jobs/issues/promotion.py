"""Issues of promoting values between environments: CC501 to CC519."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

PROMOTION: Final[Mapping[str, IssueKind]] = issue_table()
