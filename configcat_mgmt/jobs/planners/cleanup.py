"""Tags or deletes stale flags."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, Literal, TypeAlias, get_args

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import EVERYTHING, Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Setting, Snapshot, Tag
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planners.one_product import (
    note_selection,
    plan_change,
    refuse_entities,
)
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.snapshotting.stale import StaleFlag, StaleReport

CleanupAction: TypeAlias = Literal["tag", "delete"]

USUAL_TAG: Final = "stale"

_Place: TypeAlias = tuple[str, str]
"""Config and key, as the snapshot spells them."""
_ACTIONS: Final[tuple[str, ...]] = get_args(CleanupAction)
_PLANNED: Final[Mapping[str, tuple[Entity, ...]]] = {
    "tag": ("tag", "setting"),
    # With values, because they say what depends on a flag: unread ones must block.
    "delete": ("setting", "values"),
}
"""Kinds of things that a plan is about, by action."""


def plan_cleanup(
    snapshot: Snapshot,
    stale: StaleReport,
    *,
    action: CleanupAction,
    tag: str = USUAL_TAG,
    max_deletes: int = 10,
    allow_code_references: bool = False,
    selection: Selection = EVERYTHING,
) -> Plan:
    """Plan to tag or to delete the stale flags of a product.

    A flag that the report lists is tagged, in however many environments it is stale.
    It is deleted only if it is stale in all environments that the selection takes, no
    code refers to it, and what depends on it goes before it; issues say what stays.
    When the plan is applied, a flag that somebody changed since the snapshot is left
    alone, and so is one that another setting depends on by then.

    Args:
        snapshot: The product; the one that the report belongs to.
        stale: Its stale flags.
        action: `tag` or `delete`.
        tag: Name of the tag, made if it is not there; only flags without it get it.
        max_deletes: Most flags that may be deleted, else the plan is blocked.
        allow_code_references: Whether flags are deleted that code refers to, or whose
            code references could not be read.
        selection: Which of the stale flags; a tag can exclude those that are to stay.

    Returns:
        The plan, of kind `cleanup`; empty if there is nothing to clean up.

    Raises:
        ConfigurationError: The report is of another snapshot, the action is none of
            the two, the tag has no name, or `max_deletes` is negative.
    """
    _require_sound(snapshot, stale, selection, action, tag)
    noted = IssueList()
    taken = {(config.name, one.key) for config, one in selection.settings_of(snapshot)}
    note_selection(noted, snapshot, selection, is_any_selected=bool(taken))
    flags = [
        flag
        for flag in stale.flags
        if _place(flag) in taken and _is_stale(flag, selection)
    ]
    if action == "delete":
        flags = _deletable(flags, selection, noted, in_code=allow_code_references)
        wanted = _without(snapshot, {_place(flag) for flag in flags})
    else:
        wanted = _with_tag(snapshot, {_place(flag) for flag in flags}, tag)
    # What could not be read of other configs does not matter.
    configs = sorted({flag.config for flag in flags})
    options = PlanOptions(
        kind="cleanup",
        selection=Selection(Criteria(_PLANNED[action], configs)),
        delete=action == "delete" and bool(flags),
        max_deletes=max_deletes,
    )
    return plan_change(snapshot, wanted, options, noted)


def _require_sound(
    snapshot: Snapshot,
    stale: StaleReport,
    selection: Selection,
    action: str,
    tag: str,
) -> None:
    """Refuse what cannot be planned.

    Raises:
        ConfigurationError: Says why.
    """
    refuse_entities(selection, "a cleanup")
    if action not in _ACTIONS:
        raise ConfigurationError(f"action must be 'tag' or 'delete', not {action!r}")
    if not tag.strip():
        raise ConfigurationError("the tag needs a name")
    if stale.snapshot != snapshot_hash(snapshot):
        raise ConfigurationError(
            "the report on stale flags belongs to another snapshot; look for stale "
            "flags again with this one"
        )


def _deletable(
    flags: Iterable[StaleFlag],
    selection: Selection,
    noted: IssueList,
    *,
    in_code: bool,
) -> list[StaleFlag]:
    """Return the flags that may be deleted, and note why the others may not.

    Args:
        flags: Those that are selected.
        selection: Says which environments count.
        noted: Where to note it.
        in_code: Whether it does not matter that code refers to a flag.
    """
    candidates: dict[_Place, StaleFlag] = {}
    for flag in flags:
        live = [one for one in flag.not_stale_in if selection.takes_environment(one)]
        unknown = flag.code is None and not flag.has_code_references
        if live:
            noted.add("CC561", flag.config, f"{flag.key} (not in {', '.join(live)})")
        elif in_code or not flag.may_be_in_code:
            candidates[_place(flag)] = flag
        else:
            noted.add("CC563" if unknown else "CC562", flag.config, _with_code(flag))
    free = _free(candidates)
    for place, flag in candidates.items():
        if place not in free:
            noted.add("CC564", flag.config, _with_dependents(flag))
        elif flag.may_be_in_code:
            noted.add("CC565", flag.config, _with_code(flag))
    return [flag for place, flag in candidates.items() if place in free]


def _free(candidates: Mapping[_Place, StaleFlag]) -> set[_Place]:
    """Return those of which all dependents are candidates that can go before them."""
    free: set[_Place] = set()
    while True:
        more = {
            place
            for place, flag in candidates.items()
            if place not in free
            and all((flag.config, one.key) in free for one in flag.dependents)
        }
        if not more:
            return free
        free |= more


def _is_stale(flag: StaleFlag, selection: Selection) -> bool:
    return any(selection.takes_environment(one.environment) for one in flag.stale_in)


def _place(flag: StaleFlag) -> _Place:
    return flag.config, flag.key


def _with_code(flag: StaleFlag) -> str:
    count = len(flag.code or ())
    return f"{flag.key} ({count} references)" if count else flag.key


def _with_dependents(flag: StaleFlag) -> str:
    needing = "; ".join(
        f"{one.key} in {', '.join(one.environments)}" for one in flag.dependents
    )
    return f"{flag.key} ({needing})"


def _with_tag(snapshot: Snapshot, places: Collection[_Place], name: str) -> Snapshot:
    """Return the product with a tag on some flags, and the tag itself."""
    if not places:
        return snapshot
    known = {one.name.casefold(): one for one in snapshot.tags}
    tag = known.setdefault(name.casefold(), Tag(name))

    def tagged(setting: Setting) -> tuple[Setting, ...]:
        return (attrs.evolve(setting, tags=tuple(sorted({*setting.tags, tag.name}))),)

    changed = _changed(snapshot, places, tagged)
    return attrs.evolve(changed, tags=tuple(known.values()))


def _without(snapshot: Snapshot, places: Collection[_Place]) -> Snapshot:
    """Return the product without some flags."""
    return _changed(snapshot, places, lambda _: ())


def _changed(
    snapshot: Snapshot,
    places: Collection[_Place],
    change: Callable[[Setting], tuple[Setting, ...]],
) -> Snapshot:
    """Return the product with something else in place of some flags."""

    def changed(config: str, setting: Setting) -> tuple[Setting, ...]:
        return change(setting) if (config, setting.key) in places else (setting,)

    configs = [
        attrs.evolve(
            config,
            settings=tuple(
                new for one in config.settings for new in changed(config.name, one)
            ),
        )
        for config in snapshot.configs
    ]
    return attrs.evolve(snapshot, configs=tuple(configs))
