"""Selections of a part of a product, and name maps between products."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias, get_args

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.snapshot import Config, Plain, Setting, Snapshot
from configcat_mgmt.texts import folded

ENTITIES: Final[tuple[str, ...]] = tuple(
    name for name in get_args(Entity) if name != "change_request"
)
"""All values of `Criteria.entities`."""
SETTING_TYPES: Final = ("boolean", "string", "int", "double")
"""All values of `Criteria.types`."""

StaleSettings: TypeAlias = frozenset[tuple[str, str]]
"""Casefolded config name and key of each stale setting."""


def _known(kind: str, allowed: tuple[str, ...]) -> Callable[..., None]:
    def check(_: object, __: object, names: tuple[str, ...]) -> None:
        unknown = sorted(set(names) - set(allowed))
        if unknown:
            raise ConfigurationError(
                f"unknown {kind}: {', '.join(map(repr, unknown))}; known are "
                f"{', '.join(allowed)}"
            )

    return check


def _names(names: str | Iterable[str]) -> tuple[str, ...]:
    # A single string is one name, not one name per character.
    return (names,) if isinstance(names, str) else tuple(names)


def _plain_values(values: Iterable[Plain]) -> tuple[Plain, ...]:
    return tuple(values)


_OF_ALL_SETTINGS: Final = ("webhook", "integration")
"""Kinds that concern all settings of a config."""


@checked
@attrs.frozen
class Criteria:
    """Criteria of a selection; an empty field matches everything.

    Names and keys are patterns with `*`, `?` and `[...]`, compared case-insensitively.
    A full name always matches itself, whatever characters it has.

    Attributes:
        entities (tuple[str, ...]): Kinds of entities, such as `setting` or `values`.
            Default: ().
        configs (tuple[str, ...]): Names of configs; they also limit everything that
            belongs to a config. Default: ().
        environments (tuple[str, ...]): Names of environments; they also limit
            everything that belongs to an environment. Default: ().
        tags (tuple[str, ...]): Names of tags; a setting with one of them matches.
            Default: ().
        keys (tuple[str, ...]): Keys of settings. Default: ().
        types (tuple[str, ...]): Types of settings. Default: ().
        stale (bool): Whether only settings that `Selection.stale_settings` lists match.
            Default: False.
        values (tuple[Plain, ...]): Default values; a setting matches if it has one of
            them in at least one selected environment. `True` is not `1`. Default: ().
    """

    entities: tuple[str, ...] = attrs.field(
        default=(), converter=_names, validator=_known("entities", ENTITIES)
    )
    """Kinds of entities, such as `setting` or `values`."""
    configs: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Names of configs; they also limit everything that belongs to a config."""
    environments: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Names of environments; they also limit everything that belongs to an
    environment."""
    tags: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Names of tags; a setting with one of them matches."""
    keys: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Keys of settings."""
    types: tuple[str, ...] = attrs.field(
        default=(), converter=_names, validator=_known("setting types", SETTING_TYPES)
    )
    """Types of settings."""
    stale: bool = False
    """Whether only settings that `Selection.stale_settings` lists match."""
    values: tuple[Plain, ...] = attrs.field(default=(), converter=_plain_values)
    """Default values; a setting matches if it has one of them in at least one selected
    environment."""

    @property
    def narrows_settings(self) -> bool:
        """Whether a criterion concerns single settings."""
        return bool(self.tags or self.keys or self.types or self.stale or self.values)

    def unmatched(self, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
        """Find patterns that match no name in a snapshot, usually typos.

        Yields:
            The kind of name (`config`, `environment`, `tag` or `key`) and the pattern.
        """
        settings = [one for config in snapshot.configs for one in config.settings]
        searched: dict[str, tuple[tuple[str, ...], Iterable[str]]] = {
            "config": (self.configs, (one.name for one in snapshot.configs)),
            "environment": (
                self.environments,
                (one.name for one in snapshot.environments),
            ),
            "tag": (self.tags, {tag for one in settings for tag in one.tags}),
            "key": (self.keys, (one.key for one in settings)),
        }
        for kind, (patterns, names) in searched.items():
            known = [*names]
            for pattern in patterns:
                if not any(fits(name, (pattern,)) for name in known):
                    yield kind, pattern


@checked
@attrs.frozen
class Selection:
    """The part of a product that a job works on: `only`, except `exclude`.

    Within `only`, an entity must match every given field, and one entry of each field
    suffices. Within `exclude`, an entity that matches any field is left out.

    A selection of some configs, environments or settings also takes what these need:
    environments, configs, tags, segments, and the settings that they depend on. A plan
    creates such an entity if the target lacks it, and otherwise leaves it as it is; see
    `updates` and `PlanOptions.with_dependencies`. An entity that `exclude` matches, or
    whose kind is not in a given `only.entities`, is never taken, so its lack blocks the
    plan.

    Such a selection includes permission groups, preferences and members, which belong
    to the whole product, only if `only.entities` names them. Webhooks and integrations
    concern all settings of a config, so a selection of some settings includes them only
    if `only.entities` names them. It includes a config without such settings only if
    it asks for configs.

    Attributes:
        only (Criteria): The parts to take. Default: everything.
        exclude (Criteria): The parts to leave out. Default: nothing.
        stale_settings (StaleSettings | None): Required if a criterion is `stale`; from
            `StaleReport`. Default: None.
    """

    only: Criteria = Criteria()
    """The parts to take."""
    exclude: Criteria = Criteria()
    """The parts to leave out."""
    stale_settings: StaleSettings | None = None
    """Required if a criterion is `stale`; from `StaleReport`."""

    def __attrs_post_init__(self) -> None:
        """Refuse `stale` criteria without `stale_settings`."""
        if self.stale_settings is None and (self.only.stale or self.exclude.stale):
            raise ConfigurationError(
                "a selection by staleness needs `stale_settings`, which come from "
                "the report on stale flags"
            )

    @property
    def narrows_configs(self) -> bool:
        """Whether a criterion concerns configs."""
        return bool(self.only.configs or self.exclude.configs)

    @property
    def narrows_environments(self) -> bool:
        """Whether a criterion concerns environments."""
        return bool(self.only.environments or self.exclude.environments)

    @property
    def narrows_settings(self) -> bool:
        """Whether a criterion concerns single settings."""
        return self.only.narrows_settings or self.exclude.narrows_settings

    @property
    def narrows(self) -> bool:
        """Whether a criterion concerns configs, environments or settings."""
        return (
            self.narrows_configs or self.narrows_environments or self.narrows_settings
        )

    @property
    def asks_for_a_part(self) -> bool:
        """Whether only some configs, environments or settings are selected."""
        only = self.only
        return bool(only.configs or only.environments or only.narrows_settings)

    def takes_all(self, entity: Entity) -> bool:
        """Whether all entities of a kind that belongs to the product are selected."""
        is_named = entity in self.only.entities
        return self.takes(entity) and (is_named or not self.asks_for_a_part)

    def updates(self, entity: Entity) -> bool:
        """Whether selected entities of a kind are changed where the target has them.

        The others are only needed: a missing one is created, and a present one stays
        as it is.
        """
        only = self.only
        if entity in only.entities or not self.asks_for_a_part:
            return True
        return {
            "environment": bool(only.environments) and not only.narrows_settings,
            "config": bool(only.configs) and not only.narrows_settings,
            "setting": bool(only.configs) or only.narrows_settings,
            "tag": False,
            "segment": False,
        }.get(entity, True)

    def takes(self, entity: Entity) -> bool:
        """Whether any entity of a kind can be selected."""
        if entity in self.exclude.entities:
            return False
        if self.only.entities:
            return entity in self.only.entities
        if entity == "member":
            return not self.asks_for_a_part
        return not (entity in _OF_ALL_SETTINGS and self.only.narrows_settings)

    def takes_empty_configs(self) -> bool:
        """Whether configs without a selected setting are selected."""
        only = self.only
        is_asked_for = bool(only.configs) or "config" in only.entities
        return is_asked_for or not only.narrows_settings

    def takes_config(self, name: str) -> bool:
        """Whether a config and its parts are selected."""
        return _taken(name, self.only.configs, self.exclude.configs)

    def takes_environment(self, name: str) -> bool:
        """Whether an environment and its parts are selected."""
        return _taken(name, self.only.environments, self.exclude.environments)

    def takes_setting(self, config: str, setting: Setting) -> bool:
        """Whether a setting is selected.

        Args:
            config: Name of its config.
            setting: The setting.
        """
        if not self.takes_config(config):
            return False
        if self.only.narrows_settings and not all(
            self._fits(self.only, config, setting)
        ):
            return False
        return not self.excludes_setting(config, setting)

    def excludes_setting(self, config: str, setting: Setting) -> bool:
        """Whether `exclude` names a setting.

        Args:
            config: Name of its config.
            setting: The setting.
        """
        return self.exclude.narrows_settings and any(
            self._fits(self.exclude, config, setting)
        )

    def settings_of(self, snapshot: Snapshot) -> Iterator[tuple[Config, Setting]]:
        """Yield the selected settings of a snapshot, in its order."""
        for config in snapshot.configs:
            for setting in config.settings:
                if self.takes_setting(config.name, setting):
                    yield config, setting

    def _fits(
        self, criteria: Criteria, config: str, setting: Setting
    ) -> Iterator[bool]:
        """Yield for each given field whether the setting matches it."""
        if criteria.tags:
            yield any(fits(tag, criteria.tags) for tag in setting.tags)
        if criteria.keys:
            yield fits(setting.key, criteria.keys)
        if criteria.types:
            yield setting.type in criteria.types
        if criteria.stale:
            place = (config.casefold(), setting.key.casefold())
            yield place in (self.stale_settings or ())
        if criteria.values:
            wanted = {(type(value), value) for value in criteria.values}
            yield any(
                (type(content.targeting.default), content.targeting.default) in wanted
                for environment, content in setting.values.items()
                if self.takes_environment(environment)
            )


EVERYTHING: Final = Selection()
"""Selects everything."""


def _case_names(names: Mapping[str, str]) -> dict[str, str]:
    return {folded(old): new for old, new in names.items()}


def _one_to_one(_: object, attribute: object, names: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for old, new in names.items():
        other = seen.setdefault(folded(new), old)
        if other != old:
            raise ConfigurationError(
                f"both {other!r} and {old!r} are to become {new!r}; name maps must "
                f"be one to one"
            )


@checked
@attrs.frozen
class NameMap:
    """Names in the target for environments and configs of the source.

    Other names stay as they are. Names are compared case-insensitively.
    """

    environments: Mapping[str, str] = attrs.field(
        factory=dict[str, str], converter=_case_names, validator=_one_to_one
    )
    """New name by old name."""
    configs: Mapping[str, str] = attrs.field(
        factory=dict[str, str], converter=_case_names, validator=_one_to_one
    )
    """New name by old name."""

    @property
    def is_empty(self) -> bool:
        """Whether the map is empty."""
        return not (self.environments or self.configs)

    def environment(self, name: str) -> str:
        """Return the name in the target of an environment of the source."""
        return self.environments.get(folded(name), name)

    def config(self, name: str) -> str:
        """Return the name in the target of a config of the source."""
        return self.configs.get(folded(name), name)

    def source_environment(self, name: str) -> str | None:
        """Return the name in the source of an environment of the target.

        None if the map gives the source's environment of this name another name, so the
        two are unrelated.
        """
        return _original(self.environments, name)

    def source_config(self, name: str) -> str | None:
        """Return the name in the source of a config of the target.

        None as for `source_environment`.
        """
        return _original(self.configs, name)


SAME_NAMES: Final = NameMap()
"""Keeps every name."""


def fits(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name matches one of the patterns, case-insensitively."""
    text = folded(name)
    return any(
        text == folded(pattern) or _compiled(pattern).match(text) is not None
        for pattern in patterns
    )


def _taken(name: str, only: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    if only and not fits(name, only):
        return False
    return not (exclude and fits(name, exclude))


def _original(names: Mapping[str, str], name: str) -> str | None:
    text = folded(name)
    for old, new in names.items():
        if folded(new) == text:
            return old
    return None if text in names else name


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    # `fnmatch` makes patterns that do not backtrack exponentially.
    return re.compile(fnmatch.translate(folded(pattern)))
