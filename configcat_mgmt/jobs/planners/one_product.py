"""From a product and how it should become to the plan of the change."""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList, sort_issues
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection, fits
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.planning.plan_copy import plan_copy

_OF_TWO_PRODUCTS: Final = ("CC113",)
"""Issues that say of the target what another one says of the source already."""


def plan_change(
    original: Snapshot, wanted: Snapshot, options: PlanOptions, noted: IssueList
) -> Plan:
    """Plan how to make a product what it should become.

    Args:
        original: The product as it was read.
        wanted: The same product as it should be.
        options: What is planned; what differs is overwritten.
        noted: What has been found out already.
    """
    options = attrs.evolve(options, on_conflict="overwrite")
    plan = plan_copy(wanted, original, options, original=original)
    issues = [one for one in plan.issues if one.code not in _OF_TWO_PRODUCTS]
    return attrs.evolve(plan, issues=sort_issues([*issues, *noted.issues()]))


def part_of(
    selection: Selection, *entities: str, environments: tuple[str, ...]
) -> Selection:
    """Return which part of a product a plan is about.

    Settings are not told apart here, since those that are not selected do not change.

    Args:
        selection: Says which configs, and which environments are left out.
        *entities: The kinds of things that change.
        environments: Those to look at; patterns.
    """
    only, exclude = selection.only, selection.exclude
    return Selection(
        only=Criteria(entities, only.configs, environments),
        exclude=Criteria(
            configs=exclude.configs,
            environments=exclude.environments,
        ),
    )


def refuse_entities(selection: Selection, kind: str) -> None:
    """Refuse to choose kinds of things where the job says which they are.

    Raises:
        ConfigurationError: The selection chooses some.
    """
    if selection.only.entities or selection.exclude.entities:
        raise ConfigurationError(
            f"a selection for {kind} must not have `entities`, since it is settled "
            f"which kinds of things change"
        )


def note_selection(
    issues: IssueList,
    snapshot: Snapshot,
    selection: Selection,
    *,
    is_any_selected: bool,
) -> None:
    """Say what of a selection fits nothing, which may be a slip.

    Args:
        issues: Where to note it.
        snapshot: The product.
        selection: Which part of it was asked for.
        is_any_selected: Whether there are such settings at all.
    """
    only = selection.only
    settings = [one for config in snapshot.configs for one in config.settings]
    present: Mapping[str, tuple[tuple[str, ...], Iterable[str]]] = {
        "configs": (only.configs, (one.name for one in snapshot.configs)),
        "environments": (
            only.environments,
            (one.name for one in snapshot.environments),
        ),
        "keys": (only.keys, (one.key for one in settings)),
        "tags": (only.tags, (tag for one in settings for tag in one.tags)),
    }
    for what, (patterns, names) in present.items():
        known = set(names) if patterns else ()
        vain = [
            one for one in patterns if not any(fits(name, (one,)) for name in known)
        ]
        if vain:
            issues.add("CC117", "Selection", *vain, what=what)
    if not is_any_selected:
        issues.add("CC118", "Selection")
