"""The JSON document that `--json` prints for a job."""

from collections import Counter
from collections.abc import Sequence

from configcat_mgmt.cli.job.proposal import Ended, Proposal
from configcat_mgmt.jobs import Difference, Issue, UnknownField, affected
from configcat_mgmt.json_value import JsonValue


def plan_document(proposal: Proposal) -> dict[str, JsonValue]:
    """Return a plan as JSON data, without request bodies, which may hold secrets."""
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
        "issues": issue_documents(plan.issues),
        "changes": [change.to_json() for change in proposal.changes],
        "entities": [change.to_json() for change in proposal.entities],
        **{name.removesuffix(".json"): one for name, one in proposal.documents.items()},
    }


def issue_documents(issues: Sequence[Issue]) -> list[JsonValue]:
    """Return issues as JSON data."""
    return [
        {
            "code": issue.code,
            "severity": issue.severity,
            "where": issue.where,
            "cause": issue.cause,
            "remedy": issue.remedy,
        }
        for issue in issues
    ]


def report_document(ended: Ended, *, secrets: bool = False) -> dict[str, JsonValue]:
    """Return the report on a plan as JSON data.

    Args:
        ended: The result.
        secrets: Whether to include SDK keys.
    """
    found = ended.differences
    return {
        **ended.report.to_json(secrets=secrets),
        "interrupted": ended.is_interrupted,
        "differences": None if found is None else difference_documents(found),
    }


def field_documents(fields: Sequence[UnknownField]) -> list[JsonValue]:
    """Return fields that this version does not know as JSON data."""
    return [{"entity": one.entity, "field": one.field} for one in fields]


def difference_documents(differences: Sequence[Difference]) -> list[JsonValue]:
    """Return differences as JSON data; they never show secrets."""
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
