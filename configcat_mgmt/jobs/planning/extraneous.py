"""Finds entities that only the target has, within the selection."""

from collections.abc import Iterable, Iterator

import attrs

from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.narrow_and_rename import is_within
from configcat_mgmt.jobs.model.references import value_in
from configcat_mgmt.jobs.model.selection import NameMap, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Environment,
    Integration,
    Link,
    PermissionGroup,
    Plain,
    Segment,
    Setting,
    Snapshot,
    Tag,
    Webhook,
)
from configcat_mgmt.jobs.planning.builder import NamedT, PlanBuilder
from configcat_mgmt.jobs.planning.settings import PlannedConfig, PlannedSetting
from configcat_mgmt.jobs.planning.webhooks_and_integrations import (
    grouped,
    integration_key,
    link_key,
    webhook_key,
)


@attrs.frozen
class Extraneous:
    """Entities that only the target has, without those that belong to one of them."""

    environments: tuple[Environment, ...]
    tags: tuple[Tag, ...]
    segments: tuple[Segment, ...]
    groups: tuple[PermissionGroup, ...]
    configs: tuple[Config, ...]
    settings: tuple[tuple[str, Setting], ...]
    """With the name of the config."""
    variations: tuple[tuple[str, PlannedSetting, tuple[Plain, ...]], ...]
    """Values by setting, with the name of the config."""
    links: tuple[tuple[str, str, str, Link], ...]
    """With config, key and environment."""
    webhooks: tuple[Webhook, ...]
    integrations: tuple[Integration, ...]


@attrs.frozen
class _Taken:
    """The part of the target that a selection covers."""

    selection: Selection
    names: NameMap

    def whole_environments(self, builder: PlanBuilder) -> bool:
        """Whether all contents of an environment are selected, so it can be deleted."""
        narrows = self.selection.narrows_configs or self.selection.narrows_settings
        return builder.takes("environment") and not narrows

    def whole_configs(self, builder: PlanBuilder) -> bool:
        """Whether all contents of a config are selected, so it can be deleted."""
        narrows = self.selection.narrows_environments or self.selection.narrows_settings
        return builder.takes("config") and not narrows

    def config(self, name: str) -> bool:
        source = self.names.source_config(name)
        if source is None:  # The source has nothing that this could belong to.
            return not self.selection.narrows_configs
        return self.selection.takes_config(source)

    def environment(self, name: str) -> bool:
        source = self.names.source_environment(name)
        if source is None:
            return not self.selection.narrows_environments
        return self.selection.takes_environment(source)

    def setting(self, config: str, setting: Setting) -> bool:
        source = self.names.source_config(config)
        return self.selection.takes_setting(source or config, setting)

    def integration(self, one: Integration) -> bool:
        places = {
            name: self.names.source_environment(name) for name in one.environments
        }
        configs = {name: self.names.source_config(name) for name in one.configs}
        return (
            is_within(
                attrs.evolve(
                    one,
                    environments=tuple(old or new for new, old in places.items()),
                    configs=tuple(old or new for new, old in configs.items()),
                ),
                self.selection,
            )
            and all(map(self.environment, places))
            and all(map(self.config, configs))
        )


def find_extraneous(
    builder: PlanBuilder,
    found: Snapshot,
    source: Snapshot,
    configs: list[PlannedConfig],
) -> Extraneous:
    """Find entities that only the target has and that are wholly selected.

    Args:
        builder: Knows the selection and the wanted product.
        found: The target.
        source: All of the source, selected or not, under the names of the target.
        configs: Those that are planned for.
    """
    taken = _Taken(builder.options.selection, builder.options.names)
    environments = [
        one
        for one in _only_found(found.environments, source.environments)
        if taken.environment(one.name) and taken.whole_environments(builder)
    ]
    gone_configs = [
        one
        for one in _only_found(found.configs, source.configs)
        if taken.config(one.name) and taken.whole_configs(builder)
    ]
    places = _Places.of(found, environments, gone_configs, taken)
    return Extraneous(
        environments=tuple(environments),
        tags=_shared(builder, "tag", found.tags, source.tags),
        segments=_shared(builder, "segment", found.segments, source.segments),
        groups=_shared(
            builder,
            "permission_group",
            found.permission_groups,
            source.permission_groups,
        ),
        configs=tuple(gone_configs),
        settings=tuple(_settings(builder, taken, source, configs)),
        variations=tuple(_variations(builder, configs)),
        links=tuple(_links(builder, configs, places)),
        webhooks=tuple(_webhooks(builder, found, source, places)),
        integrations=tuple(_integrations(builder, found, source, taken)),
    )


@attrs.frozen
class _Places:
    """Casefolded names of the configs and environments that are taken and stay."""

    configs: frozenset[str]
    environments: frozenset[str]

    @classmethod
    def of(
        cls,
        found: Snapshot,
        gone_environments: Iterable[Environment],
        gone_configs: Iterable[Config],
        taken: _Taken,
    ) -> "_Places":
        configs = {one.name for one in found.configs if taken.config(one.name)}
        environments = {
            one.name for one in found.environments if taken.environment(one.name)
        }
        configs -= {one.name for one in gone_configs}
        environments -= {one.name for one in gone_environments}
        return cls(
            frozenset(map(str.casefold, configs)),
            frozenset(map(str.casefold, environments)),
        )

    def have(self, config: str, environment: str) -> bool:
        return (
            config.casefold() in self.configs
            and environment.casefold() in self.environments
        )


def _only_found(found: Iterable[NamedT], source: Iterable[NamedT]) -> Iterator[NamedT]:
    names = {one.name.casefold() for one in source}
    return (one for one in found if one.name.casefold() not in names)


def _shared(
    builder: PlanBuilder,
    entity: Entity,
    found: Iterable[NamedT],
    source: Iterable[NamedT],
) -> tuple[NamedT, ...]:
    """Return extraneous entities of a kind that belongs to the whole product.

    Where only a part of the product is selected, they may serve the rest of it.
    """
    if not builder.takes(entity) or builder.options.selection.narrows:
        return ()
    return tuple(_only_found(found, source))


def _settings(
    builder: PlanBuilder, taken: _Taken, source: Snapshot, configs: list[PlannedConfig]
) -> Iterator[tuple[str, Setting]]:
    if not builder.takes("setting") or builder.options.selection.narrows_environments:
        return
    keys: dict[str, set[str]] = {}
    for config in source.configs:
        known = keys.setdefault(config.name.casefold(), set())
        known.update(one.key.casefold() for one in config.settings)
    for planned in configs:
        if planned.found is None:
            continue
        known = keys.get(planned.name.casefold(), set())
        for setting in planned.found.settings:
            is_known = setting.key.casefold() in known
            if not is_known and taken.setting(planned.name, setting):
                yield planned.name, setting


def _variations(
    builder: PlanBuilder, configs: list[PlannedConfig]
) -> Iterator[tuple[str, PlannedSetting, tuple[Plain, ...]]]:
    if not builder.takes("variation") or builder.options.selection.narrows_environments:
        return
    for config in configs:
        for planned in config.settings:
            if planned.found is None or not planned.found.variations:
                continue
            wanted = {one.value for one in planned.wanted.variations}
            values = tuple(
                one.value for one in planned.found.variations if one.value not in wanted
            )
            if values:
                yield config.name, planned, values


def _links(
    builder: PlanBuilder, configs: list[PlannedConfig], places: _Places
) -> Iterator[tuple[str, str, str, Link]]:
    if not builder.takes("link"):
        return
    for config in configs:
        for planned in config.settings:
            for environment, value in (
                planned.found.values.items() if planned.found else ()
            ):
                wanted = value_in(planned.wanted, environment)
                if wanted is None or not places.have(config.name, environment):
                    continue
                keys = {link_key(link) for link in wanted.links}
                for link in value.links:
                    if link_key(link) not in keys:
                        yield config.name, planned.key, environment, link


def _webhooks(
    builder: PlanBuilder, found: Snapshot, source: Snapshot, places: _Places
) -> Iterator[Webhook]:
    if not builder.takes("webhook"):
        return
    known = grouped(source.webhooks, webhook_key)
    for key, webhooks in grouped(found.webhooks, webhook_key).items():
        first = webhooks[0]
        if key in known or not places.have(first.config, first.environment):
            continue
        if len(webhooks) > 1:
            builder.issues.add("CC410", "Webhooks", first.url)
        else:
            yield first


def _integrations(
    builder: PlanBuilder, found: Snapshot, source: Snapshot, taken: _Taken
) -> Iterator[Integration]:
    if not builder.takes("integration"):
        return
    known = grouped(source.integrations, integration_key)
    for key, integrations in grouped(found.integrations, integration_key).items():
        first = integrations[0]
        if key in known or not taken.integration(first):
            continue
        if len(integrations) > 1:
            builder.issues.add("CC410", "Integrations", first.name)
        else:
            yield first
