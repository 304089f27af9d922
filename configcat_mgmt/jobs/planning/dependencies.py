"""Finds the entities outside a selection that the selected settings depend on."""

from collections.abc import Iterator

from configcat_mgmt.jobs.compare.equality import differing
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.narrow_and_rename import (
    SettingPlace,
    used_segments_of,
)
from configcat_mgmt.jobs.model.references import prerequisites, value_in
from configcat_mgmt.jobs.model.snapshot import Config, Setting, Snapshot
from configcat_mgmt.jobs.planning.builder import PlanBuilder, by_folded_name
from configcat_mgmt.jobs.planning.options import PlanOptions


def missing_prerequisites(
    snapshot: Snapshot, found: Snapshot | None, options: PlanOptions
) -> frozenset[SettingPlace]:
    """Return the unselected settings that a plan must create with the selected ones.

    They include the prerequisites of prerequisites. A setting that `exclude` matches is
    not among them, so the plan is blocked without it.

    Args:
        snapshot: All of the source.
        found: The target; None for a new product.
        options: The selection, and the names in the target.
    """
    if not options.selection.takes("setting"):
        return frozenset()
    return frozenset(
        (config.name.casefold(), setting.key.casefold())
        for config, setting, counterpart in _prerequisites(snapshot, found, options)
        if counterpart is None
    )


def note_dependencies(builder: PlanBuilder, snapshot: Snapshot) -> None:
    """Warn about unselected entities that selected settings need and that differ.

    Args:
        builder: Knows the selection and the target.
        snapshot: All of the source, under its own names.
    """
    found, options = builder.found, builder.options
    if found is None:
        return
    for config, setting, other in _prerequisites(snapshot, found, options):
        if other is not None and _serves_other_values(setting, other, options):
            builder.issues.add("CC305", config.name, setting.key)
    if builder.takes("segment") and options.selection.updates("segment"):
        return
    needed = {name.casefold() for name in used_segments_of(builder.wanted.configs)}
    wanted = by_folded_name(snapshot.segments)
    for folded, present in by_folded_name(found.segments).items():
        if folded in needed and folded in wanted:
            body = request_bodies.segment_body(wanted[folded])
            if differing(
                {**body, "name": present.name}, request_bodies.segment_body(present)
            ):
                builder.issues.add("CC305", "Segments", present.name)


def _prerequisites(
    snapshot: Snapshot, found: Snapshot | None, options: PlanOptions
) -> Iterator[tuple[Config, Setting, Setting | None]]:
    """Yield prerequisites that are not selected, with their counterparts.

    The prerequisites of a counterpart are in the target already.
    """
    selection = options.selection
    if not (selection.narrows_settings and selection.takes("values")):
        return
    present = by_folded_name(found.configs if found else ())
    for config in snapshot.configs:
        other = present.get(options.names.config(config.name).casefold())
        counterparts = {
            one.key.casefold(): one for one in (other.settings if other else ())
        }
        settings = {one.key.casefold(): one for one in config.settings}
        pending = [
            one for one in config.settings if selection.takes_setting(config.name, one)
        ]
        seen = {one.key.casefold() for one in pending}
        while pending:
            for key in _needed(pending.pop(), options) - seen:
                seen.add(key)
                setting, counterpart = settings.get(key), counterparts.get(key)
                if setting is None:
                    continue
                if counterpart is None:
                    if selection.excludes_setting(config.name, setting):
                        continue
                    pending.append(setting)
                yield config, setting, counterpart


def _needed(setting: Setting, options: PlanOptions) -> set[str]:
    """Return the casefolded keys that a setting depends on where it is selected."""
    return {
        condition.setting.casefold()
        for environment, value in setting.values.items()
        if options.selection.takes_environment(environment)
        for condition in prerequisites(value.targeting)
    }


def _serves_other_values(wanted: Setting, found: Setting, options: PlanOptions) -> bool:
    """Whether a setting of the target has other targeting in a selected environment."""
    for environment, value in wanted.values.items():
        if options.selection.takes_environment(environment):
            other = value_in(found, options.names.environment(environment))
            if other is None or other.targeting != value.targeting:
                return True
    return False
