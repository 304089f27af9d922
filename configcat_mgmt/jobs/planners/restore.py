"""Plans to restore a product from a snapshot."""

from datetime import datetime

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList, sort_issues
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planners.renames import (
    Renames,
    by_either_name,
    find_renames,
    with_present_names,
)
from configcat_mgmt.jobs.planning.options import Approval, PlanOptions
from configcat_mgmt.jobs.planning.plan_copy import plan_copy


@checked
def plan_restore(
    snapshot: Snapshot,
    current: Snapshot,
    *,
    selection: Selection = EVERYTHING,
    delete: bool = False,
    max_deletes: int = 10,
    reason: str | None = None,
    approval: Approval | None = None,
    apply_at: datetime | None = None,
    other_product: bool = False,
) -> Plan:
    """Plan to restore a product from an earlier snapshot.

    The plan overwrites changed entities and creates deleted ones again, with new ids.
    It finds a renamed entity by its id, restores its contents and keeps its present
    name. The issues list everything that cannot be restored, such as SDK keys.

    Args:
        snapshot: The earlier snapshot.
        current: A snapshot of the present product.
        selection: The part of the product to restore, by former or present names.
        delete: Whether to delete entities that the earlier snapshot does not have.
        max_deletes: Most entities that the plan may delete, including the settings of
            deleted configs.
        reason: Reason recorded with changed values; required if the product demands
            reasons.
        approval: The way to change values where the product requires approval; see
            `Approval`. None blocks the plan there.
        apply_at: Aware time at which the service applies the change requests; only with
            the approval `request`.
        other_product: Whether `current` may be another product than that of the
            snapshot; it then keeps its own name and description.

    Returns:
        A plan of kind `restore`.

    Raises:
        ConfigurationError: The snapshot belongs to another product, or is newer than
            `current`; or a renamed entity now has the name of another entity in the
            snapshot.
    """
    _require_fitting(snapshot, current, other_product=other_product)
    renames = find_renames(snapshot, current)
    if other_product:
        excluded = (*selection.exclude.entities, "product")
        exclude = attrs.evolve(selection.exclude, entities=excluded)
        selection = attrs.evolve(selection, exclude=exclude)
    options = PlanOptions(
        kind="restore",
        selection=by_either_name(selection, renames),
        on_conflict="overwrite",
        delete=delete,
        max_deletes=max_deletes,
        reason=reason,
        approval=approval,
        apply_at=apply_at,
    )
    wanted = with_present_names(snapshot, renames)
    plan = plan_copy(wanted, current, options, original=snapshot)
    noted = _noted(renames, plan).issues()
    return attrs.evolve(plan, issues=sort_issues([*plan.issues, *noted]))


@checked
def restored(snapshot: Snapshot, current: Snapshot) -> Snapshot:
    """Return the product as a restore leaves it, to compare it with the present one.

    Args:
        snapshot: The earlier snapshot.
        current: A snapshot of the present product. Renamed entities keep their present
            names.
    """
    return with_present_names(snapshot, find_renames(snapshot, current))


def _require_fitting(
    snapshot: Snapshot, current: Snapshot, *, other_product: bool
) -> None:
    old, now = snapshot.source, current.source
    if old.product_id != now.product_id and not other_product:
        raise ConfigurationError(
            f"the snapshot is of the product {snapshot.name!r} ({old.product_id}), and "
            f"not of {current.name!r} ({now.product_id}); pass "
            f"`other_product` to restore into another product"
        )
    if old.taken_at and now.taken_at and old.taken_at > now.taken_at:
        raise ConfigurationError(
            f"the snapshot was taken at {old.taken_at.isoformat()}, after the present "
            f"state was read at {now.taken_at.isoformat()}; pass the snapshot first, "
            f"and read the product again"
        )


def _noted(renames: Renames, plan: Plan) -> IssueList:
    issues = IssueList()
    for kind, names in attrs.asdict(renames).items():
        for old, new in names.items():
            where = kind.replace("_", " ").capitalize()
            issues.add("CC581", where, f"{old} → {new}")
    for step in plan.steps:
        if step.creates is not None:
            where = f"{step.entity.replace('_', ' ').capitalize()}s"
            issues.add("CC582", where, " / ".join(step.key))
    return issues
