"""What kinds of things, steps and stages are called for people."""

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
"""Kinds of things in the plural."""

OUTCOMES: Final[Mapping[str, str]] = {
    "done": "done",
    "adopted": "there already",
    "earlier": "done in an earlier run",
    "failed": "failed",
    "conflict": "left alone",
    "unknown": "not known",
    "skipped": "skipped",
    "not_started": "not begun",
}
"""What became of steps."""


def title(plan: Plan) -> str:
    """Return what a plan does, as a heading."""
    target = plan.target
    what = "new product" if target.is_new else "product"
    return (
        f"{plan.kind}: {what} {target.product!r} in {target.organization!r} "
        f"on {target.base_url}"
    )


def step_name(step: Step) -> str:
    """Return what a step is about: `setting Main / newCheckout`."""
    return f"{step.entity.replace('_', ' ')} {' / '.join(step.key)}"
