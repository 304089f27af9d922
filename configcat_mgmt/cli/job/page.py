"""The HTML report of a job, if the extra `report` is installed."""

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from configcat_mgmt.cli.job.proposal import Ended, Proposal
from configcat_mgmt.jobs import Page, save_html


def save_page(
    path: Path, proposal: Proposal, ended: Ended, undo: Path | None = None
) -> bool:
    """Write the report as one HTML file, without secrets.

    Args:
        path: The file.
        proposal: The plan.
        ended: The result.
        undo: The snapshot that restores the product, if there is one.

    Returns:
        Whether the file was written; it needs the extra `report`.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    plan, found = proposal.plan, proposal.found_by_check
    page = Page(
        title=f"{plan.kind}: {plan.target.product}",
        generated_at=datetime.now(UTC),
        plan=plan,
        report=ended.report,
        differences=ended.differences,
        changes=tuple(proposal.changes) or None,
        entities=tuple(proposal.entities),
        tables=proposal.tables,
        remark=found and f"The check found {found}",
        undo=None if undo is None else str(undo),
    )
    return save_if_possible(page, path)


def save_if_possible(page: Page, path: Path) -> bool:
    """Write a page, and return whether the extra `report` for it is installed.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    if find_spec("jinja2") is None:
        return False
    save_html(page, path)
    return True
