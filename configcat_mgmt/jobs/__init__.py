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
    from configcat_mgmt.jobs.compare.differences import Difference
    from configcat_mgmt.jobs.folder import JobFolder
    from configcat_mgmt.jobs.issues.catalogue import ISSUE_KINDS
    from configcat_mgmt.jobs.model.edit import Edit
    from configcat_mgmt.jobs.model.plan import Issue, NewProduct, Plan, Step
    from configcat_mgmt.jobs.model.selection import Criteria, NameMap, Selection
    from configcat_mgmt.jobs.model.snapshot import Snapshot
    from configcat_mgmt.jobs.model.snapshot_file import load_snapshot, save_snapshot
    from configcat_mgmt.jobs.planners.cleanup import plan_cleanup
    from configcat_mgmt.jobs.planners.conversion import converted, plan_conversion
    from configcat_mgmt.jobs.planners.edit import edited, plan_edit
    from configcat_mgmt.jobs.planners.promotion import (
        plan_promotion,
        promoted,
        promotion_scope,
    )
    from configcat_mgmt.jobs.planners.restore import plan_restore
    from configcat_mgmt.jobs.planning.estimate import Estimate, estimate_plan
    from configcat_mgmt.jobs.planning.options import PlanOptions
    from configcat_mgmt.jobs.planning.plan_copy import plan_copy
    from configcat_mgmt.jobs.planning.plan_file import load_plan, save_plan
    from configcat_mgmt.jobs.report.matrix import Matrix, matrix_of
    from configcat_mgmt.jobs.report.page import Page, render_html, save_html
    from configcat_mgmt.jobs.report.value_changes import (
        ValueChange,
        environment_changes,
        value_changes,
    )
    from configcat_mgmt.jobs.report.words import targeting_words
    from configcat_mgmt.jobs.snapshotting.new_product import read_new_product
    from configcat_mgmt.jobs.snapshotting.product import take_snapshot
    from configcat_mgmt.jobs.snapshotting.stale import StaleReport, find_stale
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
    "Edit",
    "Estimate",
    "Issue",
    "JobFolder",
    "Matrix",
    "NameMap",
    "NewProduct",
    "Outcome",
    "Page",
    "Plan",
    "PlanOptions",
    "Report",
    "Selection",
    "Snapshot",
    "StaleReport",
    "Step",
    "ValueChange",
    "apply",
    "converted",
    "edited",
    "environment_changes",
    "estimate_plan",
    "find_stale",
    "journal_report",
    "load_plan",
    "load_snapshot",
    "matrix_of",
    "plan_cleanup",
    "plan_conversion",
    "plan_copy",
    "plan_edit",
    "plan_promotion",
    "plan_restore",
    "promoted",
    "promotion_scope",
    "read_new_product",
    "render_html",
    "run_calls",
    "save_html",
    "save_plan",
    "save_snapshot",
    "take_snapshot",
    "targeting_words",
    "value_changes",
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
    "Criteria": "model.selection",
    "Difference": "compare.differences",
    "Edit": "model.edit",
    "Estimate": "planning.estimate",
    "Issue": "model.plan",
    "JobFolder": "folder",
    "Matrix": "report.matrix",
    "NameMap": "model.selection",
    "NewProduct": "model.plan",
    "Outcome": "bulk.calls",
    "Page": "report.page",
    "Plan": "model.plan",
    "PlanOptions": "planning.options",
    "Report": "applying.report",
    "Selection": "model.selection",
    "Snapshot": "model.snapshot",
    "StaleReport": "snapshotting.stale",
    "Step": "model.plan",
    "ValueChange": "report.value_changes",
    "apply": "applying.apply",
    "converted": "planners.conversion",
    "edited": "planners.edit",
    "environment_changes": "report.value_changes",
    "estimate_plan": "planning.estimate",
    "find_stale": "snapshotting.stale",
    "journal_report": "applying.apply",
    "load_plan": "planning.plan_file",
    "load_snapshot": "model.snapshot_file",
    "matrix_of": "report.matrix",
    "plan_cleanup": "planners.cleanup",
    "plan_conversion": "planners.conversion",
    "plan_copy": "planning.plan_copy",
    "plan_edit": "planners.edit",
    "plan_promotion": "planners.promotion",
    "plan_restore": "planners.restore",
    "promoted": "planners.promotion",
    "promotion_scope": "planners.promotion",
    "render_html": "report.page",
    "read_new_product": "snapshotting.new_product",
    "run_calls": "bulk.run",
    "save_html": "report.page",
    "save_plan": "planning.plan_file",
    "save_snapshot": "model.snapshot_file",
    "take_snapshot": "snapshotting.product",
    "targeting_words": "report.words",
    "value_changes": "report.value_changes",
    "verify": "verifying.verify",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for."""
    found = globals()[name] = load(__name__, _LAZY, name)
    return found


def __dir__() -> list[str]:
    """List every public name, loaded or not."""
    return sorted(__all__)
