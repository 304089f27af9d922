"""Issues of converting a config to evaluation version 2: CC541 to CC559."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

CONVERSION: Final[Mapping[str, IssueKind]] = issue_table()
