"""Takes the selected part of a snapshot, under the names that it has elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol, TypeAlias, TypeVar

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.references import used_segments
from configcat_mgmt.jobs.model.selection import NameMap, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Integration,
    PermissionGroup,
    SdkKey,
    Setting,
    Snapshot,
    Webhook,
)
from configcat_mgmt.texts import folded

PlaceT = TypeVar("PlaceT", Webhook, SdkKey)
SettingPlace: TypeAlias = tuple[str, str]
"""Casefolded config name and key of a setting."""


class Named(Protocol):
    """Something that has a name."""

    @property
    def name(self) -> str:
        """The name."""
        ...


NamedT = TypeVar("NamedT", bound=Named)


def narrowed(
    snapshot: Snapshot,
    selection: Selection,
    needed: AbstractSet[SettingPlace] = frozenset(),
) -> Snapshot:
    """Return the selected part of a snapshot.

    Of tags and segments only what the rest uses is there, unless they are all taken,
    and permission groups only if they are. An integration that applies to something
    that is not selected is left out.

    Args:
        snapshot: All of the product.
        selection: The part to take.
        needed: Settings to take as well, in the selected environments.
    """
    if not selection.narrows:
        return snapshot
    configs = tuple(
        _narrowed_config(one, selection, needed)
        for one in snapshot.configs
        if selection.takes_config(one.name)
    )
    takes_groups = selection.takes_all("permission_group")
    environments = selection.takes_environment
    preferences = snapshot.preferences
    reasons = filter(environments, preferences.reason_required_environments)
    approvals = filter(environments, preferences.approve_required_environments)
    return attrs.evolve(
        snapshot,
        preferences=attrs.evolve(
            preferences,
            reason_required_environments=tuple(reasons),
            approve_required_environments=tuple(approvals),
        ),
        environments=tuple(
            one for one in snapshot.environments if environments(one.name)
        ),
        tags=snapshot.tags
        if selection.takes_all("tag")
        else _named(snapshot.tags, _used_tags(configs)),
        segments=snapshot.segments
        if selection.takes_all("segment")
        else _named(snapshot.segments, _used_segments(configs)),
        permission_groups=tuple(
            _narrowed_group(one, selection) for one in snapshot.permission_groups
        )
        if takes_groups
        else (),
        configs=configs,
        webhooks=tuple(
            one
            for one in snapshot.webhooks
            if selection.takes_config(one.config) and environments(one.environment)
        ),
        integrations=tuple(
            one for one in snapshot.integrations if is_within(one, selection)
        ),
    )


def is_within(integration: Integration, selection: Selection) -> bool:
    """Whether all that an integration applies to is selected.

    One that is limited to nothing applies to everything, now and in the future.
    """
    if not integration.configs and selection.narrows_configs:
        return False
    if not integration.environments and selection.narrows_environments:
        return False
    return all(map(selection.takes_config, integration.configs)) and all(
        map(selection.takes_environment, integration.environments)
    )


@checked
def renamed(snapshot: Snapshot, names: NameMap) -> Snapshot:
    """Return the snapshot as it would look with other names, in every place.

    Args:
        snapshot: The source.
        names: The names of its environments and configs in the target.

    Raises:
        ConfigurationError: The map names something that the snapshot does not have, or
            gives a name that another part of the snapshot keeps.
    """
    if names.is_empty:
        return snapshot
    _require_fitting("environment", names.environments, snapshot.environments)
    _require_fitting("config", names.configs, snapshot.configs)
    return renamed_loosely(snapshot, names)


def renamed_loosely(snapshot: Snapshot, names: NameMap) -> Snapshot:
    """Return the snapshot as `renamed` does, whether or not the names clash."""
    if names.is_empty:
        return snapshot
    preferences = attrs.evolve(
        snapshot.preferences,
        reason_required_environments=tuple(
            map(names.environment, snapshot.preferences.reason_required_environments)
        ),
        approve_required_environments=tuple(
            map(names.environment, snapshot.preferences.approve_required_environments)
        ),
    )
    return attrs.evolve(
        snapshot,
        preferences=preferences,
        environments=tuple(
            attrs.evolve(one, name=names.environment(one.name))
            for one in snapshot.environments
        ),
        permission_groups=tuple(
            _renamed_group(one, names) for one in snapshot.permission_groups
        ),
        configs=tuple(_renamed_config(one, names) for one in snapshot.configs),
        webhooks=tuple(_renamed_place(one, names) for one in snapshot.webhooks),
        integrations=tuple(
            _renamed_integration(one, names) for one in snapshot.integrations
        ),
        sdk_keys=tuple(_renamed_place(one, names) for one in snapshot.sdk_keys),
    )


def _named(things: Iterable[NamedT], names: Iterable[str]) -> tuple[NamedT, ...]:
    wanted = {name.casefold() for name in names}
    return tuple(one for one in things if one.name.casefold() in wanted)


def _used_tags(configs: Iterable[Config]) -> Iterator[str]:
    for config in configs:
        for setting in config.settings:
            yield from setting.tags


def _used_segments(configs: Iterable[Config]) -> Iterator[str]:
    for config in configs:
        for setting in config.settings:
            yield from used_segments_of(setting)


def used_segments_of(setting: Setting) -> Iterator[str]:
    """Yield the names of the segments that the values of a setting depend on."""
    for value in setting.values.values():
        yield from used_segments(value.targeting)


def _narrowed_group(group: PermissionGroup, selection: Selection) -> PermissionGroup:
    def taken(entries: Mapping[str, str]) -> dict[str, str]:
        takes = selection.takes_environment
        return {name: entry for name, entry in entries.items() if takes(name)}

    return attrs.evolve(
        group,
        environment_accesses=taken(group.environment_accesses),
        environment_approval_permissions=taken(group.environment_approval_permissions),
    )


def _narrowed_config(
    config: Config, selection: Selection, needed: AbstractSet[SettingPlace]
) -> Config:
    name = config.name.casefold()
    return attrs.evolve(
        config,
        settings=tuple(
            _narrowed_setting(one, selection)
            for one in config.settings
            if selection.takes_setting(config.name, one)
            or (name, one.key.casefold()) in needed
        ),
    )


def _narrowed_setting(setting: Setting, selection: Selection) -> Setting:
    values = {
        name: value
        for name, value in setting.values.items()
        if selection.takes_environment(name)
    }
    return attrs.evolve(setting, values=values)


def _require_fitting(
    kind: str, names: Mapping[str, str], present: Iterable[Named]
) -> None:
    known = {folded(one.name): one.name for one in present}
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ConfigurationError(
            f"the name map has the {kind} {unknown[0]!r}, which the snapshot does not "
            f"have; it has {', '.join(map(repr, known.values())) or 'none'}"
        )
    kept = {one for one in known if one not in names}
    for old, new in names.items():
        if folded(new) in kept:
            raise ConfigurationError(
                f"the {kind} {known[old]!r} cannot become {new!r}, because the "
                f"snapshot has another {kind} of this name; map that one as well, or "
                f"leave it out"
            )


def _renamed_group(group: PermissionGroup, names: NameMap) -> PermissionGroup:
    def named(entries: Mapping[str, str]) -> dict[str, str]:
        return {names.environment(name): entry for name, entry in entries.items()}

    return attrs.evolve(
        group,
        environment_accesses=named(group.environment_accesses),
        environment_approval_permissions=named(group.environment_approval_permissions),
    )


def _renamed_config(config: Config, names: NameMap) -> Config:
    settings = config.settings
    if names.environments:
        settings = tuple(_renamed_setting(one, names) for one in settings)
    return attrs.evolve(config, name=names.config(config.name), settings=settings)


def _renamed_setting(setting: Setting, names: NameMap) -> Setting:
    values = {names.environment(name): value for name, value in setting.values.items()}
    return attrs.evolve(setting, values=values)


def _renamed_place(place: PlaceT, names: NameMap) -> PlaceT:
    return attrs.evolve(
        place,
        config=names.config(place.config),
        environment=names.environment(place.environment),
    )


def _renamed_integration(integration: Integration, names: NameMap) -> Integration:
    return attrs.evolve(
        integration,
        environments=tuple(map(names.environment, integration.environments)),
        configs=tuple(map(names.config, integration.configs)),
    )
