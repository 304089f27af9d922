"""Every issue that a job can have, with its code.

A code never changes its meaning. Up to CC499 they are of all plans; from CC500 on they
belong to single kinds of jobs.
"""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs.issues.cleanup import CLEANUP
from configcat_mgmt.jobs.issues.conversion import CONVERSION
from configcat_mgmt.jobs.issues.copying import COPYING
from configcat_mgmt.jobs.issues.editing import EDITING
from configcat_mgmt.jobs.issues.kind import IssueKind
from configcat_mgmt.jobs.issues.promotion import PROMOTION
from configcat_mgmt.jobs.issues.restoring import RESTORING

ISSUE_KINDS: Final[Mapping[str, IssueKind]] = {
    **COPYING,
    **PROMOTION,
    **EDITING,
    **CONVERSION,
    **CLEANUP,
    **RESTORING,
}
"""Every kind of issue by its code."""
