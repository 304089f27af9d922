"""Finds entities that were renamed since a snapshot, by their ids."""

import glob
from collections.abc import Iterable, Mapping
from typing import Protocol

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.narrow_and_rename import renamed_loosely
from configcat_mgmt.jobs.model.selection import Criteria, NameMap, Selection, fits
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Formula,
    Setting,
    Snapshot,
    ValueV1,
)
from configcat_mgmt.jobs.planners.rule_names import (
    NameOf,
    name_of,
    old_rule_with_names,
    rule_with_names,
)


class _Thing(Protocol):
    """An entity with a name and an id."""

    @property
    def name(self) -> str: ...

    @property
    def id(self) -> object: ...


@attrs.frozen
class Renames:
    """Present names of a product's entities by former name, for each kind."""

    environments: Mapping[str, str]
    configs: Mapping[str, str]
    tags: Mapping[str, str]
    segments: Mapping[str, str]
    permission_groups: Mapping[str, str]
    integrations: Mapping[str, str]


def find_renames(before: Snapshot, now: Snapshot) -> Renames:
    """Compare the names of entities with the same ids in two snapshots.

    Raises:
        ConfigurationError: An entity now has the name that another entity of the
            snapshot had, so both cannot exist under these names.
    """
    return Renames(
        environments=_renamed("environment", before.environments, now.environments),
        configs=_renamed("config", before.configs, now.configs),
        tags=_renamed("tag", before.tags, now.tags),
        segments=_renamed("segment", before.segments, now.segments),
        permission_groups=_renamed(
            "permission group", before.permission_groups, now.permission_groups
        ),
        integrations=_renamed("integration", before.integrations, now.integrations),
    )


def with_present_names(snapshot: Snapshot, renames: Renames) -> Snapshot:
    """Return a snapshot with present names everywhere."""
    names = NameMap(renames.environments, renames.configs)
    snapshot = renamed_loosely(snapshot, names)
    tag, segment = name_of(renames.tags), name_of(renames.segments)
    group = name_of(renames.permission_groups)
    integration = name_of(renames.integrations)
    configs = snapshot.configs
    if renames.tags or renames.segments:
        configs = tuple(_config(one, tag, segment) for one in configs)
    return attrs.evolve(
        snapshot,
        tags=tuple(attrs.evolve(one, name=tag(one.name)) for one in snapshot.tags),
        segments=tuple(
            attrs.evolve(one, name=segment(one.name)) for one in snapshot.segments
        ),
        permission_groups=tuple(
            attrs.evolve(one, name=group(one.name))
            for one in snapshot.permission_groups
        ),
        configs=configs,
        integrations=tuple(
            attrs.evolve(one, name=integration(one.name))
            for one in snapshot.integrations
        ),
        members=tuple(
            attrs.evolve(one, permission_group=group(one.permission_group))
            for one in snapshot.members
        ),
    )


def by_either_name(selection: Selection, renames: Renames) -> Selection:
    """Return a selection that also accepts former names."""
    return attrs.evolve(
        selection,
        only=_by_either_name(selection.only, renames),
        exclude=_by_either_name(selection.exclude, renames),
    )


def _by_either_name(criteria: Criteria, renames: Renames) -> Criteria:
    def either(patterns: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
        fitting = [new for old, new in names.items() if fits(old, patterns)]
        return (*patterns, *map(glob.escape, fitting))

    return attrs.evolve(
        criteria,
        configs=either(criteria.configs, renames.configs),
        environments=either(criteria.environments, renames.environments),
        tags=either(criteria.tags, renames.tags),
    )


def _renamed(
    kind: str, before: Iterable[_Thing], now: Iterable[_Thing]
) -> dict[str, str]:
    old_names = {one.id: one.name for one in before if one.id is not None}
    new_names = {one.id: one.name for one in now}
    renames = {
        old: new_names[thing_id]
        for thing_id, old in old_names.items()
        if new_names.get(thing_id, old) != old
    }
    kept = {one.name.casefold() for one in before if one.name not in renames}
    for old, new in renames.items():
        if new.casefold() in kept:
            raise ConfigurationError(
                f"the {kind} that was {old!r} is called {new!r} now, which is the name "
                f"of another {kind} of the snapshot; rename it first"
            )
    return renames


def _config(config: Config, tag: NameOf, segment: NameOf) -> Config:
    def setting(one: Setting) -> Setting:
        values = {
            environment: attrs.evolve(
                value, targeting=_targeting(value.targeting, segment)
            )
            for environment, value in one.values.items()
        }
        return attrs.evolve(one, tags=tuple(sorted(map(tag, one.tags))), values=values)

    return attrs.evolve(config, settings=tuple(map(setting, config.settings)))


def _targeting(targeting: Formula | ValueV1, segment: NameOf) -> Formula | ValueV1:
    if isinstance(targeting, Formula):
        rules = tuple(rule_with_names(one, segment) for one in targeting.rules)
        return attrs.evolve(targeting, rules=rules)
    old_rules = tuple(old_rule_with_names(one, segment) for one in targeting.rules)
    return attrs.evolve(targeting, rules=old_rules)
