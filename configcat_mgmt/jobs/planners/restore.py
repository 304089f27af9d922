"""Brings a product back to what a snapshot of it says."""

import attrs

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
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.planning.plan_copy import plan_copy


def plan_restore(
    snapshot: Snapshot,
    current: Snapshot,
    *,
    selection: Selection = EVERYTHING,
    delete: bool = False,
    max_deletes: int = 10,
    reason: str | None = None,
    other_product: bool = False,
) -> Plan:
    """Plan to make a product like an earlier snapshot of it.

    What was changed is overwritten, and what was deleted is made again, with new ids.
    What was renamed since is found by its id: its contents are restored, and it keeps
    its present name. What cannot be restored, such as SDK keys, stands in the issues.

    Args:
        snapshot: What the product should be like.
        current: What it is like now.
        selection: Which part of the product to restore, by former or present names.
        delete: Whether to delete what was not there when the snapshot was taken.
        max_deletes: Most things that may be deleted, counting the settings of deleted
            configs.
        reason: Note on changes of values; needed where the product demands one.
        other_product: Whether this may be another product than that of the snapshot.
            It keeps its own name and description then.

    Returns:
        A plan of kind `restore`.

    Raises:
        ConfigurationError: The snapshot is of another product, or newer than what is
            said to be there now; or something that was renamed has a name now which
            something else in the snapshot has.
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
    )
    wanted = with_present_names(snapshot, renames)
    plan = plan_copy(wanted, current, options, original=snapshot)
    noted = _noted(renames, plan).issues()
    return attrs.evolve(plan, issues=sort_issues([*plan.issues, *noted]))


def restored(snapshot: Snapshot, current: Snapshot) -> Snapshot:
    """Return what a restored product looks like, to compare it with the present one.

    Args:
        snapshot: What the product should be like.
        current: What it is like now. Things that were renamed keep their present names.
    """
    return with_present_names(snapshot, find_renames(snapshot, current))


def _require_fitting(
    snapshot: Snapshot, current: Snapshot, *, other_product: bool
) -> None:
    old, now = snapshot.source, current.source
    if old.product_id != now.product_id and not other_product:
        raise ConfigurationError(
            f"the snapshot is of the product {snapshot.name!r} ({old.product_id}), and "
            f"not of {current.name!r} ({now.product_id}); allow another product if "
            f"that is wanted"
        )
    if old.taken_at > now.taken_at:
        raise ConfigurationError(
            f"the snapshot is of {old.taken_at.isoformat()}, and what is there now was "
            f"read before that, at {now.taken_at.isoformat()}; give the snapshot "
            f"first, and read the product again"
        )


def _noted(renames: Renames, plan: Plan) -> IssueList:
    issues = IssueList()
    for kind, names in attrs.asdict(renames).items():
        for old, new in names.items():
            where = kind.replace("_", " ").capitalize()
            issues.add("CC581", where, f"{old} -> {new}")
    for step in plan.steps:
        if step.creates is not None:
            where = f"{step.entity.replace('_', ' ').capitalize()}s"
            issues.add("CC582", where, ", ".join(step.key))
    return issues
