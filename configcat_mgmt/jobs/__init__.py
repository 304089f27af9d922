"""Bulk and migration jobs: snapshot, plan, apply, verify, and what builds on them.

Everything here is for the async client; `configcat_mgmt.jobs.blocking` has the same for
the blocking one. What only computes, such as the plans, needs no client.
"""

from typing import TYPE_CHECKING, Final

from configcat_mgmt.lazy import load

if TYPE_CHECKING:
    from configcat_mgmt.jobs.applying.apply import apply, journal_report
    from configcat_mgmt.jobs.applying.options import ApplyOptions, ApplyProgress
    from configcat_mgmt.jobs.applying.report import Report
    from configcat_mgmt.jobs.bulk.calls import Call, Outcome
    from configcat_mgmt.jobs.bulk.journal import BulkJournal
    from configcat_mgmt.jobs.bulk.options import BulkOptions, BulkProgress
    from configcat_mgmt.jobs.bulk.run import run_calls
    from configcat_mgmt.jobs.issues.catalogue import ISSUE_KINDS
    from configcat_mgmt.jobs.planning.copying import plan_copy
    from configcat_mgmt.jobs.planning.options import NewProduct, PlanOptions
    from configcat_mgmt.jobs.planning.plan import Issue, Plan, Step
    from configcat_mgmt.jobs.planning.plan_file import load_plan, save_plan
    from configcat_mgmt.jobs.reading.product import take_snapshot
    from configcat_mgmt.jobs.records.selection import Criteria, NameMap, Selection
    from configcat_mgmt.jobs.records.snapshot import Snapshot
    from configcat_mgmt.jobs.records.snapshot_file import load_snapshot, save_snapshot
    from configcat_mgmt.jobs.verifying.differences import Difference
    from configcat_mgmt.jobs.verifying.verify import verify

__all__ = [
    "ISSUE_KINDS",
    "ApplyOptions",
    "ApplyProgress",
    "BulkJournal",
    "BulkOptions",
    "BulkProgress",
    "Call",
    "Criteria",
    "Difference",
    "Issue",
    "NameMap",
    "NewProduct",
    "Outcome",
    "Plan",
    "PlanOptions",
    "Report",
    "Selection",
    "Snapshot",
    "Step",
    "apply",
    "journal_report",
    "load_plan",
    "load_snapshot",
    "plan_copy",
    "run_calls",
    "save_plan",
    "save_snapshot",
    "take_snapshot",
    "verify",
]

_LAZY: Final = {
    "ISSUE_KINDS": "issues.catalogue",
    "ApplyOptions": "applying.options",
    "ApplyProgress": "applying.options",
    "BulkJournal": "bulk.journal",
    "BulkOptions": "bulk.options",
    "BulkProgress": "bulk.options",
    "Call": "bulk.calls",
    "Criteria": "records.selection",
    "Difference": "verifying.differences",
    "Issue": "planning.plan",
    "NameMap": "records.selection",
    "NewProduct": "planning.options",
    "Outcome": "bulk.calls",
    "Plan": "planning.plan",
    "PlanOptions": "planning.options",
    "Report": "applying.report",
    "Selection": "records.selection",
    "Snapshot": "records.snapshot",
    "Step": "planning.plan",
    "apply": "applying.apply",
    "journal_report": "applying.apply",
    "load_plan": "planning.plan_file",
    "load_snapshot": "records.snapshot_file",
    "plan_copy": "planning.copying",
    "run_calls": "bulk.run",
    "save_plan": "planning.plan_file",
    "save_snapshot": "records.snapshot_file",
    "take_snapshot": "reading.product",
    "verify": "verifying.verify",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for."""
    found = globals()[name] = load(__name__, _LAZY, name)
    return found


def __dir__() -> list[str]:
    """List every public name, loaded or not."""
    return sorted(__all__)
