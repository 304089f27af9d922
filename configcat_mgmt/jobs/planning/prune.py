"""Plans deletions of entities that only the target has: bounded, and none in use.

An entity takes along its contents. Deletions come after all entities are created or
changed, and whatever depends on something goes before it.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.references import (
    layers,
    prerequisites,
    served_values,
    used_segments,
    value_in,
)
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Plain,
    Setting,
    Snapshot,
    ValueV1,
)
from configcat_mgmt.jobs.planning.builder import LAST, PlanBuilder, ValuePlace
from configcat_mgmt.jobs.planning.extraneous import Extraneous
from configcat_mgmt.jobs.planning.fingerprints import (
    fingerprint_of_keys,
    fingerprints_of,
)
from configcat_mgmt.jobs.planning.settings import PlannedSetting, kept_variations
from configcat_mgmt.json_value import JsonValue

REMOVED: Final = "removed"
"""Where a step that removes predefined variations names their values."""

_SURROUNDINGS = LAST
_ENVIRONMENTS = LAST + 1
_SETTINGS = LAST + 2
"""The first of as many stages as settings depend on each other."""


def note_extraneous(builder: PlanBuilder, extraneous: Extraneous) -> None:
    """Name the entities that only the target has and that stay."""
    for where, names in _named(extraneous):
        builder.issues.add("CC404", where, *names)


def plan_prune(builder: PlanBuilder, found: Snapshot, extraneous: Extraneous) -> None:
    """Plan to delete entities that only the target has, up to the allowed number."""
    pruning = _Pruning(builder, found, extraneous)
    pruning.block_what_is_needed()
    pruning.block_tags_in_use()
    pruning.block_wider_integrations()
    pruning.add_surroundings()
    pruning.add_environments()
    stage = pruning.add_settings()
    pruning.add_configs(stage)
    pruning.add_parts(stage + 1)
    allowed = builder.options.max_deletes
    if pruning.count > allowed:
        builder.issues.add("CC403", "Deletions", deletes=pruning.count, allowed=allowed)


@attrs.define
class _Pruning:
    builder: PlanBuilder
    found: Snapshot
    extraneous: Extraneous
    count: int = 0
    """Number of deleted entities, with their contents."""

    def add_surroundings(self) -> None:
        for config, key, environment, link in self.extraneous.links:
            self._add(
                _SURROUNDINGS,
                "link",
                (config, key, environment, link.type, link.key),
                "delete-integration-link",
                arguments={
                    "environment_id": request_bodies.ref("environment", environment),
                    "setting_id": request_bodies.ref("setting", config, key),
                    "integration_link_type": link.type,
                    "key": link.key,
                },
            )
        for hook in self.extraneous.webhooks:
            place = (hook.config, hook.environment, hook.url, hook.method)
            self._delete(_SURROUNDINGS, "webhook", *place)
        for one in self.extraneous.integrations:
            self._delete(_SURROUNDINGS, "integration", one.name, one.type)

    def add_environments(self) -> None:
        for one in self.extraneous.environments:
            self._delete(_ENVIRONMENTS, "environment", one.name)
            contents = "the values of all settings in it"
            self.builder.issues.add("CC406", f"Environment {one.name}", contents)

    def add_settings(self) -> int:
        """Add settings, dependents first; return the stage after them."""
        last = _SETTINGS
        by_config: dict[str, dict[str, Setting]] = {}
        for config, setting in self.extraneous.settings:
            by_config.setdefault(config, {})[setting.key.casefold()] = setting
        for config, settings in by_config.items():
            layered, circle = layers(self._dependents(settings))
            if circle:
                items = (settings[folded].key for folded in circle)
                self.builder.issues.add("CC407", config, *items)
            for number, layer in enumerate(layered):
                for folded in layer:
                    stage = _SETTINGS + number
                    self._delete_setting(stage, config, settings[folded])
                    last = max(last, stage + 1)
        return last

    def add_configs(self, stage: int) -> None:
        for config in self.extraneous.configs:
            versions = {
                "settings": fingerprint_of_keys(one.key for one in config.settings)
            }
            self._delete(stage, "config", config.name, versions=versions)
            if config.settings:
                self.count += len(config.settings)
                keys = (setting.key for setting in config.settings)
                self.builder.issues.add("CC406", f"Config {config.name}", *keys)

    def add_parts(self, stage: int) -> None:
        for segment in self.extraneous.segments:
            self._delete(stage, "segment", segment.name)
        for tag in self.extraneous.tags:
            self._delete(stage, "tag", tag.name)
        for group in self.extraneous.groups:
            self._delete(stage, "permission_group", group.name)
            self.builder.issues.add("CC409", "Permission groups", group.name)
        for config, planned, values in self.extraneous.variations:
            self._add_variations(stage, config, planned, values)

    def block_what_is_needed(self) -> None:
        """Block deletions of entities that values of the target still refer to."""
        segments = {one.name.casefold(): one.name for one in self.extraneous.segments}
        settings = {
            (config, setting.key.casefold()): setting.key
            for config, setting in self.extraneous.settings
        }
        variations = {
            (config, planned.key.casefold()): (planned.key, frozenset(values))
            for config, planned, values in self.extraneous.variations
        }
        if not (segments or settings or variations):
            return
        for (config, key, environment), served in self._remaining():
            item = f"{config} / {key} in {environment}"
            for segment in used_segments(served):
                if name := segments.get(segment.casefold()):
                    self.builder.issues.add("CC407", f"Segment {name}", item)
            own = variations.get((config, key.casefold()))
            if own and any(value in own[1] for value in served_values(served)):
                self.builder.issues.add("CC407", f"Variations of {own[0]}", item)
            for condition in prerequisites(served):
                needed = (config, condition.setting.casefold())
                if name := settings.get(needed):
                    self.builder.issues.add("CC407", f"Setting {name}", item)
                other = variations.get(needed)
                if other and condition.value in other[1]:
                    self.builder.issues.add("CC407", f"Variations of {other[0]}", item)

    def block_tags_in_use(self) -> None:
        """Block deletions of tags that settings keep."""
        tags = {one.name.casefold(): one.name for one in self.extraneous.tags}
        replaced = {
            step.key
            for step in self.builder.steps
            if step.entity == "setting" and step.action == "update"
        }
        for config, setting in self._staying_settings():
            if tags and (config, setting.key) not in replaced:
                for tag in setting.tags:
                    if name := tags.get(tag.casefold()):
                        item = f"{config} / {setting.key}"
                        self.builder.issues.add("CC407", f"Tag {name}", item)

    def block_wider_integrations(self) -> None:
        """Block deletions that would make an integration apply to everything."""
        environments = {one.name.casefold() for one in self.extraneous.environments}
        configs = {one.name.casefold() for one in self.extraneous.configs}
        settled = {(one.name, one.type) for one in self.extraneous.integrations}
        settled.update(
            (step.key[0], step.key[1])
            for step in self.builder.steps
            if step.entity == "integration" and step.action == "update"
        )
        for one in self.found.integrations:
            if (one.name, one.type) in settled:
                continue
            for names, gone in (
                (one.environments, environments),
                (one.configs, configs),
            ):
                if names and {name.casefold() for name in names} <= gone:
                    self.builder.issues.add("CC408", "Integrations", one.name)

    def _remaining(self) -> Iterator[tuple[ValuePlace, Formula | ValueV1]]:
        """Yield all values that will be served once the plan is done."""
        yield from self.builder.written.items()
        environments = {one.name for one in self.extraneous.environments}
        staying = [
            one.name for one in self.found.environments if one.name not in environments
        ]
        for config, setting in self._staying_settings():
            for environment in staying:
                place = (config, setting.key, environment)
                value = value_in(setting, environment)
                if value is not None and place not in self.builder.written:
                    yield place, value.targeting

    def _staying_settings(self) -> Iterator[tuple[str, Setting]]:
        """Yield the settings of the target that are not deleted."""
        configs = {one.name for one in self.extraneous.configs}
        gone = {(config, setting.key) for config, setting in self.extraneous.settings}
        for config in self.found.configs:
            for setting in config.settings if config.name not in configs else ():
                if (config.name, setting.key) not in gone:
                    yield config.name, setting

    def _dependents(self, settings: Mapping[str, Setting]) -> dict[str, set[str]]:
        """Return which settings that go depend on each of them, in any environment."""
        gone = {one.name.casefold() for one in self.extraneous.environments}
        found: dict[str, set[str]] = {folded: set() for folded in settings}
        for folded, setting in settings.items():
            for environment, value in setting.values.items():
                if environment.casefold() in gone:
                    continue
                for condition in prerequisites(value.targeting):
                    needed = condition.setting.casefold()
                    if needed in found:
                        found[needed].add(folded)
        return found

    def _add_variations(
        self,
        stage: int,
        config: str,
        planned: PlannedSetting,
        values: tuple[Plain, ...],
    ) -> None:
        kept = kept_variations(
            config, planned, is_skipped=self.builder.options.on_conflict == "skip"
        )
        if not kept:
            return  # At least one has to stay.
        self.count += len(values) - 1
        self._add(
            stage,
            "variation",
            (config, planned.key),
            "update-predefined-variations",
            arguments={
                "setting_id": request_bodies.ref("setting", config, planned.key)
            },
            body={"predefinedVariations": kept},
            replaces={REMOVED: list(values)},
        )

    def _delete_setting(self, stage: int, config: str, setting: Setting) -> None:
        """Delete a setting unless somebody changes it until then."""
        gone = {one.name.casefold() for one in self.extraneous.environments}
        values = {
            environment: value
            for environment, value in setting.values.items()
            if environment.casefold() not in gone
        }
        versions = fingerprints_of(attrs.evolve(setting, values=values))
        self._delete(stage, "setting", config, setting.key, versions=versions)

    def _delete(
        self,
        stage: int,
        entity: Entity,
        *key: str,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        self._add(
            stage,
            entity,
            key,
            f"delete-{entity.replace('_', '-')}",
            arguments={f"{entity}_id": request_bodies.ref(entity, *key)},
            versions=versions,
        )

    def _add(
        self,
        stage: int,
        entity: Entity,
        key: tuple[str, ...],
        operation: str,
        *,
        arguments: Mapping[str, JsonValue],
        body: JsonValue = None,
        versions: Mapping[str, str] | None = None,
        replaces: JsonValue = None,
    ) -> None:
        self.count += 1
        self.builder.add(
            stage,
            "delete",
            entity,
            key,
            operation,
            arguments=arguments,
            body=body,
            versions=versions,
            replaces=replaces,
        )


def _named(extraneous: Extraneous) -> Iterator[tuple[str, list[str]]]:
    """Name the entities that only the target has, by kind."""
    kinds: dict[str, list[str]] = {
        "Environments": [one.name for one in extraneous.environments],
        "Tags": [one.name for one in extraneous.tags],
        "Segments": [one.name for one in extraneous.segments],
        "Permission groups": [one.name for one in extraneous.groups],
        "Configs": [one.name for one in extraneous.configs],
        "Settings": [f"{config} / {one.key}" for config, one in extraneous.settings],
        "Predefined variations": [
            f"{config} / {planned.key}: {request_bodies.value_text(value)}"
            for config, planned, values in extraneous.variations
            for value in values
        ],
        "Links": [
            f"{config} / {key} in {environment}: {link.key}"
            for config, key, environment, link in extraneous.links
        ],
        "Webhooks": [one.url for one in extraneous.webhooks],
        "Integrations": [one.name for one in extraneous.integrations],
    }
    for where, names in kinds.items():
        if names:
            yield where, names
