"""Issues of promoting values between environments: CC501 to CC519."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.kind import IssueKind, issue_table

PROMOTION: Final[Mapping[str, IssueKind]] = issue_table(
    IssueKind(
        "CC501",
        "warning",
        "The values that were to be promoted could not be read, so these settings are "
        "left out: {items}.",
        "Read this as well, with credentials that have access.",
    ),
    IssueKind(
        "CC502",
        "warning",
        "Settings depend on others that are not promoted and differ from the source, "
        "so that users may be served something else than there: {items}.",
        "Select the others as well, if users should be served the same.",
    ),
)
