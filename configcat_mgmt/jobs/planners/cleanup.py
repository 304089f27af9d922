"""Plans to tag or delete stale flags."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final, Literal, TypeAlias, get_args

import attrs

from configcat_mgmt.checked import checked
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
from configcat_mgmt.texts import folded

CleanupAction: TypeAlias = Literal["tag", "delete"]

USUAL_TAG: Final = "stale"

_Place: TypeAlias = tuple[str, str]
"""Config name and setting key, as the snapshot spells them."""
_ACTIONS: Final[tuple[str, ...]] = get_args(CleanupAction)
_PLANNED: Final[Mapping[str, tuple[Entity, ...]]] = {
    "tag": ("tag", "setting"),
    # Values show which settings depend on a flag, so unread values must block.
    "delete": ("setting", "values"),
}
"""The kinds of entities that a plan changes, by action."""


@checked
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

    The tag action selects every flag that the report lists. The delete action selects a
    flag only if it is stale in every selected environment, no code refers to it, and
    all settings that depend on it are deleted first; issues name the flags that stay.
    `apply` skips a flag that somebody changed since the snapshot, and a flag that
    another setting depends on by then.

    Args:
        snapshot: The snapshot that the report belongs to.
        stale: Its stale flags, from `find_stale`.
        action: `tag` or `delete`.
        tag: Name of the tag. The plan creates a missing tag, and adds it to flags that
            lack it.
        max_deletes: Most flags that the plan may delete; more block it.
        allow_code_references: Whether to delete flags although code refers to them, or
            although their code references could not be read.
        selection: Which stale flags to consider; exclude a tag to keep its flags.

    Returns:
        The plan, of kind `cleanup`; empty if there is nothing to clean up.

    Raises:
        ConfigurationError: The report belongs to another snapshot, the action is
            unknown, the tag has no name, or `max_deletes` is negative.
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
    # Unread parts of other configs do not matter.
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
    """Refuse arguments that make no plan.

    Raises:
        ConfigurationError: An argument is wrong; the message names it.
    """
    refuse_entities(selection, "a cleanup")
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
    """Return the flags that the plan may delete, and note why others stay.

    Args:
        flags: The selected stale flags.
        selection: Selects the environments that count.
        noted: Collects the issues.
        in_code: Whether flags with code references may be deleted.
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
    """Return the candidates whose dependent settings can all be deleted before them."""
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
    """Return the product with the tag added to some flags."""
    if not places:
        return snapshot
    known = {folded(one.name): one for one in snapshot.tags}
    tag = known.setdefault(folded(name), Tag(name))

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
    """Return the product with some flags changed."""

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
