"""Finds the entities outside a selection that the selected settings depend on."""

from collections.abc import Iterator, Mapping

import attrs

from configcat_mgmt.jobs.compare.equality import differing
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.narrow_and_rename import (
    SettingPlace,
    used_segments_of,
)
from configcat_mgmt.jobs.model.references import prerequisites, value_in
from configcat_mgmt.jobs.model.snapshot import Config, Segment, Setting, Snapshot
from configcat_mgmt.jobs.planning.builder import PlanBuilder, by_folded_name
from configcat_mgmt.jobs.planning.options import PlanOptions


@attrs.frozen
class _Dependency:
    """An unselected setting that another setting depends on."""

    config: Config
    needed_by: Setting
    setting: Setting
    found: Setting | None
    """The setting in the target; None if the target lacks it."""
    is_taken: bool
    """Whether the plan takes it with the selected ones."""


def needed_settings(
    snapshot: Snapshot, found: Snapshot | None, options: PlanOptions
) -> frozenset[SettingPlace]:
    """Return the unselected settings that a plan takes with the selected ones.

    These are the prerequisites that the target lacks and, with `with_dependencies`, all
    others. They include the prerequisites of prerequisites. A setting that `exclude`
    matches is not among them, so the plan is blocked if the target lacks it.

    Args:
        snapshot: All of the source.
        found: The target; None for a new product.
        options: The selection, and the names in the target.
    """
    return frozenset(
        (one.config.name.casefold(), one.setting.key.casefold())
        for one in _dependencies(snapshot, found, options)
        if one.is_taken
    )


def note_dependencies(builder: PlanBuilder, snapshot: Snapshot) -> None:
    """Note which unselected entities a plan takes, and warn about differing others.

    Args:
        builder: Knows the selection and the target.
        snapshot: All of the source, under its own names.
    """
    found, options, issues = builder.found, builder.options, builder.issues
    for one in _dependencies(snapshot, found, options):
        where, key = one.config.name, one.setting.key
        if one.is_taken and not options.with_dependencies:
            issues.add("CC122", where, key)
        elif one.is_taken and _differs(one, options):
            item = f"{one.needed_by.key} needs {key} (prerequisite)"
            issues.add("CC125", where, item)
        elif (
            not one.is_taken
            and one.found is not None
            and _serves_other_values(one.setting, one.found, options)
        ):
            issues.add("CC305", where, key)
    if not (builder.takes("segment") and options.selection.updates("segment")):
        _note_segments(builder, by_folded_name(snapshot.segments))


def _note_segments(builder: PlanBuilder, wanted: Mapping[str, Segment]) -> None:
    found = by_folded_name(builder.found.segments if builder.found else ())
    is_taken = builder.takes("segment") and builder.updates("segment")
    for folded, (config, key) in _users_of_segments(builder.wanted).items():
        segment, other = wanted.get(folded), found.get(folded)
        if segment is None or (other is None and not is_taken):
            continue
        if other is None or differing(
            {**request_bodies.segment_body(segment), "name": other.name},
            request_bodies.segment_body(other),
            None if is_taken else request_bodies.SEGMENT_RULE,
        ):
            if is_taken:
                item = f"{key} needs {segment.name} (segment)"
                builder.issues.add("CC125", config, item)
            else:
                builder.issues.add("CC305", "Segments", segment.name)


def _users_of_segments(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Return config and key of the first setting that uses each casefolded segment."""
    users: dict[str, tuple[str, str]] = {}
    for config in snapshot.configs:
        for setting in config.settings:
            for name in used_segments_of(setting):
                users.setdefault(name.casefold(), (config.name, setting.key))
    return users


def _dependencies(
    snapshot: Snapshot, found: Snapshot | None, options: PlanOptions
) -> Iterator[_Dependency]:
    """Yield prerequisites that are not selected.

    The prerequisites of one that stays behind are in the target already.
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
        for needing in pending:  # It grows on the way.
            for key in _needed(needing, options):
                setting, counterpart = settings.get(key), counterparts.get(key)
                if setting is None or key in seen:
                    continue
                seen.add(key)
                is_taken = not selection.excludes_setting(config.name, setting) and (
                    options.with_dependencies
                    if counterpart
                    else selection.takes("setting")
                )
                if is_taken:
                    pending.append(setting)
                yield _Dependency(config, needing, setting, counterpart, is_taken)


def _needed(setting: Setting, options: PlanOptions) -> dict[str, None]:
    """Return the casefolded keys that a setting depends on where it is selected."""
    return {
        condition.setting.casefold(): None
        for environment, value in setting.values.items()
        if options.selection.takes_environment(environment)
        for condition in prerequisites(value.targeting)
    }


def _differs(one: _Dependency, options: PlanOptions) -> bool:
    """Whether a setting of the target differs from the one that the plan takes."""
    wanted, found = one.setting, one.found
    return found is None or (
        bool(
            differing(
                request_bodies.replacement_body(wanted, wanted.tags),
                request_bodies.replacement_body(found, found.tags),
            )
        )
        or _serves_other_values(wanted, found, options)
    )


def _serves_other_values(wanted: Setting, found: Setting, options: PlanOptions) -> bool:
    """Whether a setting of the target has other targeting in a selected environment."""
    for environment, value in wanted.values.items():
        if options.selection.takes_environment(environment):
            other = value_in(found, options.names.environment(environment))
            if other is None or other.targeting != value.targeting:
                return True
    return False
