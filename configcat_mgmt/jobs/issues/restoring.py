"""Issues of restoring a snapshot: CC581 to CC599."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

RESTORING: Final[Mapping[str, IssueKind]] = issue_table(
    IssueKind(
        "CC581",
        "warning",
        "Renamed since the snapshot; what is in them is restored, and they keep their "
        "present names: {items}.",
        "Rename them by hand if they are to be called as before.",
    ),
    IssueKind(
        "CC582",
        "note",
        "What was deleted is made again under new ids: {items}.",
        "Change whatever refers to the old ids, such as scripts and Terraform states.",
    ),
)
