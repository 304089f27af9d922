"""Which part of a product a job is about, and what its parts are called elsewhere."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeAlias, get_args

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.snapshot import Config, Plain, Setting, Snapshot

ENTITIES: Final[tuple[str, ...]] = get_args(Entity)
"""Everything that `Criteria.entities` can name."""
SETTING_TYPES: Final = ("boolean", "string", "int", "double")
"""Everything that `Criteria.types` can name."""

StaleSettings: TypeAlias = frozenset[tuple[str, str]]
"""Config name and key of each stale setting, both as casefolded text."""


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
    # A single text is one name, not one name per character.
    return (names,) if isinstance(names, str) else tuple(names)


def _plain_values(values: Iterable[Plain]) -> tuple[Plain, ...]:
    return tuple(values)


@attrs.frozen
class Criteria:
    """What to look for; what is left empty says nothing.

    Names and keys are patterns with `*`, `?` and `[...]`, compared case-insensitively;
    a name that is written out always fits itself, whatever characters it has.
    """

    entities: tuple[str, ...] = attrs.field(
        default=(), converter=_names, validator=_known("entities", ENTITIES)
    )
    """Kinds of things, such as `setting` or `values`."""
    configs: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Narrow configs and what belongs to them."""
    environments: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Narrow environments and what belongs to them."""
    tags: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Settings that carry such a tag."""
    keys: tuple[str, ...] = attrs.field(default=(), converter=_names)
    """Settings with such a key."""
    types: tuple[str, ...] = attrs.field(
        default=(), converter=_names, validator=_known("setting types", SETTING_TYPES)
    )
    """Settings of these types."""
    stale: bool = False
    """Settings that `Selection.stale_settings` lists."""
    values: tuple[Plain, ...] = attrs.field(default=(), converter=_plain_values)
    """Settings whose default value is one of these in at least one environment that
    is looked at; `True` is not `1`."""

    @property
    def narrows_settings(self) -> bool:
        """Whether settings are told apart by more than their config."""
        return bool(self.tags or self.keys or self.types or self.stale or self.values)

    def unmatched(self, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
        """Find patterns that match no name in a snapshot, mostly misspelled ones.

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


@attrs.frozen
class Selection:
    """What a job takes: all that fits `only`, less all that fits `exclude`.

    Within `only` every kind of criterion has to fit, and of each kind one suffices.
    Within `exclude` anything that fits is left out. Where only some configs,
    environments or settings are asked for, of tags and segments just those come along
    that these use, and permission groups and preferences, which belong to the product
    as a whole, do not; all of a kind comes along if `only` names the kind.
    """

    only: Criteria = Criteria()
    exclude: Criteria = Criteria()
    stale_settings: StaleSettings | None = None
    """Needed where `stale` is asked for; comes from the report on stale flags."""

    def __attrs_post_init__(self) -> None:
        """Refuse to ask for stale settings without saying which they are."""
        if self.stale_settings is None and (self.only.stale or self.exclude.stale):
            raise ConfigurationError(
                "a selection by staleness needs `stale_settings`, which come from "
                "the report on stale flags"
            )

    @property
    def narrows_configs(self) -> bool:
        """Whether configs are told apart."""
        return bool(self.only.configs or self.exclude.configs)

    @property
    def narrows_environments(self) -> bool:
        """Whether environments are told apart."""
        return bool(self.only.environments or self.exclude.environments)

    @property
    def narrows_settings(self) -> bool:
        """Whether settings are told apart by more than their config."""
        return self.only.narrows_settings or self.exclude.narrows_settings

    @property
    def narrows(self) -> bool:
        """Whether configs, environments or settings are told apart."""
        return (
            self.narrows_configs or self.narrows_environments or self.narrows_settings
        )

    @property
    def asks_for_a_part(self) -> bool:
        """Whether only some configs, environments or settings are asked for."""
        only = self.only
        return bool(only.configs or only.environments or only.narrows_settings)

    def takes_all(self, entity: Entity) -> bool:
        """Whether things of a kind that belongs to the product are all taken."""
        is_named = entity in self.only.entities
        return self.takes(entity) and (is_named or not self.asks_for_a_part)

    def takes(self, entity: Entity) -> bool:
        """Whether things of a kind are taken at all."""
        if self.only.entities and entity not in self.only.entities:
            return False
        return entity not in self.exclude.entities

    def takes_config(self, name: str) -> bool:
        """Whether a config and what belongs to it are taken."""
        return _taken(name, self.only.configs, self.exclude.configs)

    def takes_environment(self, name: str) -> bool:
        """Whether an environment and what belongs to it are taken."""
        return _taken(name, self.only.environments, self.exclude.environments)

    def takes_setting(self, config: str, setting: Setting) -> bool:
        """Whether a setting of a config is taken."""
        if not self.takes_config(config):
            return False
        if self.only.narrows_settings and not all(
            self._fits(self.only, config, setting)
        ):
            return False
        return not (
            self.exclude.narrows_settings
            and any(self._fits(self.exclude, config, setting))
        )

    def settings_of(self, snapshot: Snapshot) -> Iterator[tuple[Config, Setting]]:
        """Go through the settings of a snapshot that are taken, in its order."""
        for config in snapshot.configs:
            for setting in config.settings:
                if self.takes_setting(config.name, setting):
                    yield config, setting

    def _fits(
        self, criteria: Criteria, config: str, setting: Setting
    ) -> Iterator[bool]:
        """Say of each kind of criterion that is given whether the setting fits it."""
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
"""Takes all there is."""


def _case_names(names: Mapping[str, str]) -> dict[str, str]:
    return {old.casefold(): new for old, new in names.items()}


def _one_to_one(_: object, attribute: object, names: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for old, new in names.items():
        other = seen.setdefault(new.casefold(), old)
        if other != old:
            raise ConfigurationError(
                f"both {other!r} and {old!r} are to become {new!r}; name maps must "
                f"be one to one"
            )


@attrs.frozen
class NameMap:
    """What environments and configs of the source are called in the target.

    Names that are not mentioned stay as they are. Names are compared
    case-insensitively.
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
        """Whether all names stay as they are."""
        return not (self.environments or self.configs)

    def environment(self, name: str) -> str:
        """Return the name in the target of an environment of the source."""
        return self.environments.get(name.casefold(), name)

    def config(self, name: str) -> str:
        """Return the name in the target of a config of the source."""
        return self.configs.get(name.casefold(), name)

    def source_environment(self, name: str) -> str | None:
        """Return the name in the source of an environment of the target.

        None if the source's environment of this name is called otherwise in the
        target, so that the two have nothing to do with each other.
        """
        return _original(self.environments, name)

    def source_config(self, name: str) -> str | None:
        """Return the name in the source of a config of the target.

        None as for `source_environment`.
        """
        return _original(self.configs, name)


SAME_NAMES: Final = NameMap()
"""Everything is called the same in source and target."""


def fits(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name fits one of the patterns, case-insensitively."""
    folded = name.casefold()
    return any(
        folded == pattern.casefold() or _compiled(pattern).match(folded) is not None
        for pattern in patterns
    )


def _taken(name: str, only: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    if only and not fits(name, only):
        return False
    return not (exclude and fits(name, exclude))


def _original(names: Mapping[str, str], name: str) -> str | None:
    folded = name.casefold()
    for old, new in names.items():
        if new.casefold() == folded:
            return old
    return None if folded in names else name


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Made by `fnmatch`, whose patterns cannot be made to backtrack without end.
    return re.compile(fnmatch.translate(pattern.casefold()))
