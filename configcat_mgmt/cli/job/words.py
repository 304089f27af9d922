"""Names of kinds, steps and outcomes on the terminal."""

from collections.abc import Mapping
from typing import Final

from configcat_mgmt.jobs import Entity, Plan, Step

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
    "conflict": "skipped: changed meanwhile",
    "unknown": "of unknown outcome",
    "skipped": "skipped",
    "not_started": "not started",
}
"""Outcomes of steps."""


def title(plan: Plan) -> str:
    """Return a heading for a plan."""
    target = plan.target
    what = "new product" if target.is_new else "product"
    return (
        f"{plan.kind}: {what} {target.product!r} in {target.organization!r} "
        f"on {target.base_url}"
    )


def step_name(step: Step) -> str:
    """Return the object of a step: `setting Main / newCheckout`."""
    return f"{step.entity.replace('_', ' ')} {' / '.join(step.key)}"
