"""Names of kinds, steps and outcomes on the terminal."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs import Entity, Plan, Report, Step
from configcat_mgmt.texts import counted, duration

MANY: Final[Mapping[Entity, str]] = {
    "organization": "organizations",
    "product": "product",
    "environment": "environments",
    "tag": "tags",
    "permission_group": "permission groups",
    "segment": "segments",
    "config": "configs",
    "setting": "settings",
    "variation": "predefined variations",
    "values": "values",
    "change_request": "change requests",
    "link": "links",
    "webhook": "webhooks",
    "integration": "integrations",
    "preferences": "preferences",
    "member": "invitations",
}
"""Kinds of objects in the plural."""

OUTCOMES: Final[Mapping[str, str]] = {
    "done": "done",
    "adopted": "found existing",
    "earlier": "done in an earlier run",
    "failed": "failed",
    "conflict": "in conflict",
    "unknown": "of unknown outcome",
    "skipped": "skipped",
    "not_started": "not started",
}
"""Outcomes of steps."""


_WITH_A_SOURCE: Final = ("copy", "import")
"""Kinds of plans whose source is another product, or a snapshot of it."""


def title(plan: Plan) -> str:
    """Return a heading for a plan."""
    target = plan.target
    what = "new product" if target.is_new else "product"
    kind = f"{plan.kind} into" if plan.kind in _WITH_A_SOURCE else f"{plan.kind}:"
    return (
        f"{kind} {what} {target.product!r} in {target.organization!r} "
        f"on {target.base_url}"
    )


def step_name(step: Step) -> str:
    """Return the object of a step: `setting Main / newCheckout`."""
    return f"{step.entity.replace('_', ' ')} {' / '.join(step.key)}"


def resumed_words(where: str, report: Report, linger_seconds: float) -> str:
    """Say what a resumed job has done, and how long it waits before it continues.

    Args:
        where: The job or its journal.
        report: Results of its steps so far.
        linger_seconds: How long a request may still be in transit.
    """
    done = sum(step.is_finished for step in report.steps)
    text = f"Resuming {where}: {done:,} of {counted(len(report.steps), 'step')} done."
    if doubtful := report.counts.get("unknown", 0):
        text += (
            f" {doubtful:,} more may be done: the job waits for calls in flight, at "
            f"most {duration(linger_seconds)}, and then checks the target."
        )
    return text
