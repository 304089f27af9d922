"""A job as the one JSON document that `--json` prints."""

from collections import Counter
from collections.abc import Sequence

from configcat_mgmt.cli.job.proposal import Ended, Proposal
from configcat_mgmt.jobs import Difference, affected
from configcat_mgmt.json_value import JsonValue


def plan_document(proposal: Proposal) -> dict[str, JsonValue]:
    """Return what is going to be done; without the bodies, which may hold secrets."""
    counts: dict[str, Counter[str]] = {}
    for step in proposal.left:
        counts.setdefault(step.entity, Counter())[step.action] += affected(step)
    plan, estimate = proposal.plan, proposal.estimate
    target = plan.target
    return {
        "kind": plan.kind,
        "target": {
            "base_url": target.base_url,
            "organization": target.organization,
            "product": target.product,
            "product_id": None if target.product_id is None else str(target.product_id),
            "is_new": target.is_new,
        },
        "counts": {entity: dict(found) for entity, found in counts.items()},
        "deletes": sum(step.action == "delete" for step in proposal.left),
        "calls": dict(estimate.calls),
        "least_seconds": estimate.seconds,
        "steps": [
            {
                "id": step.id,
                "stage": step.stage,
                "action": step.action,
                "entity": step.entity,
                "key": list(step.key),
                "operation": step.operation,
            }
            for step in proposal.left
        ],
        "issues": [
            {
                "code": issue.code,
                "severity": issue.severity,
                "where": issue.where,
                "cause": issue.cause,
                "remedy": issue.remedy,
            }
            for issue in plan.issues
        ],
        "changes": [change.to_json() for change in proposal.changes],
    }


def report_document(ended: Ended, *, secrets: bool = False) -> dict[str, JsonValue]:
    """Return what became of a plan.

    Args:
        ended: How it ended.
        secrets: Whether to show SDK keys.
    """
    found = ended.differences
    return {
        **ended.report.to_json(secrets=secrets),
        "interrupted": ended.is_interrupted,
        "differences": None if found is None else difference_documents(found),
    }


def difference_documents(differences: Sequence[Difference]) -> list[JsonValue]:
    """Return differences as JSON data; secrets are hidden in them already."""
    return [
        {
            "entity": one.entity,
            "key": list(one.key),
            "kind": one.kind,
            "field": one.field,
            "wanted": one.wanted,
            "found": one.found,
            "text": str(one),
        }
        for one in differences
    ]
