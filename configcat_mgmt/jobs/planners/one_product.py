"""Plans the change of a product into an edited version of itself."""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList, sort_issues
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection, fits
from configcat_mgmt.jobs.model.snapshot import Environment, Snapshot
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from configcat_mgmt.texts import folded

_OF_TWO_PRODUCTS: Final = ("CC113",)
"""Issues about the target that repeat an issue about the source."""


def plan_change(
    original: Snapshot, wanted: Snapshot, options: PlanOptions, noted: IssueList
) -> Plan:
    """Plan how to change a product into an edited version of itself.

    Args:
        original: A snapshot of the product.
        wanted: The same product, edited.
        options: Planning options; the plan overwrites differences.
        noted: Issues found so far.
    """
    options = attrs.evolve(options, on_conflict="overwrite")
    plan = plan_copy(wanted, original, options, original=original)
    issues = [one for one in plan.issues if one.code not in _OF_TWO_PRODUCTS]
    return attrs.evolve(plan, issues=sort_issues([*issues, *noted.issues()]))


def environment_named(snapshot: Snapshot, name: str) -> Environment:
    """Return the environment of a product with this name, in any case.

    Raises:
        ConfigurationError: There is none, or only others whose names are spelled alike.
    """
    alike = [one for one in snapshot.environments if folded(one.name) == folded(name)]
    exact = [one for one in alike if one.name == name]
    if len(exact or alike) == 1:
        return (exact or alike)[0]
    if alike:
        raise ConfigurationError(
            f"the product has several environments whose names are spelled like "
            f"{name!r}: {', '.join(ascii(one.name) for one in alike)}; name one exactly"
        )
    known = ", ".join(repr(one.name) for one in snapshot.environments)
    raise ConfigurationError(
        f"the product has no environment {name!r}; it has "
        f"{known or 'none that could be read'}"
    )


def part_of(
    selection: Selection, *entities: str, environments: tuple[str, ...]
) -> Selection:
    """Return the part of a product that a plan may change.

    Settings need no criteria here, since unselected settings do not change.

    Args:
        selection: Selects configs, and excludes environments.
        *entities: The kinds of entities that change.
        environments: Patterns of the environments that change.
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
    """Refuse a selection that names kinds of entities, where the job defines them.

    Raises:
        ConfigurationError: The selection names some.
    """
    if selection.only.entities or selection.exclude.entities:
        raise ConfigurationError(
            f"a selection for {kind} must not name `entities`: the job defines which "
            f"kinds of entities change"
        )


def note_selection(
    issues: IssueList,
    snapshot: Snapshot,
    selection: Selection,
    *,
    is_any_selected: bool,
) -> None:
    """Note criteria of a selection that match nothing, which may be a typo.

    Args:
        issues: Collects the issues.
        snapshot: The product.
        selection: The selected part.
        is_any_selected: Whether any setting is selected.
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
