"""Compares the values of two products or two environments."""

from collections.abc import Mapping
from typing import TypeAlias

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.compare.canonical import Place
from configcat_mgmt.jobs.compare.differences import gap_at, missing_parts
from configcat_mgmt.jobs.model.references import prerequisites, value_in
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    Setting,
    Snapshot,
    ValueV1,
)
from configcat_mgmt.jobs.model.words import targeting_words, variation_names
from configcat_mgmt.jobs.report.line_diff import Line, diff_lines
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import folded

Key: TypeAlias = tuple[str, str, str]
"""Config, setting key and environment, casefolded."""
Gaps: TypeAlias = Mapping[tuple[str, str], Gap]


@attrs.frozen
class ValueChange:
    """The value of a setting in an environment before and after, as text."""

    config: str
    key: str
    environment: str
    before: tuple[str, ...] | None
    """Lines of `targeting_words`; None if there was no value."""
    after: tuple[str, ...] | None
    """Lines of `targeting_words`; None if there is no value anymore."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """Removed, added and unchanged lines, in the order of the rules."""
        return diff_lines(self.before or (), self.after or ())

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        return {
            "config": self.config,
            "key": self.key,
            "environment": self.environment,
            "before": None if self.before is None else list(self.before),
            "after": None if self.after is None else list(self.after),
            "diff": [{"kind": line.kind, "text": line.text} for line in self.lines],
        }


@checked
def value_changes(
    before: Snapshot, after: Snapshot, selection: Selection = EVERYTHING
) -> tuple[ValueChange, ...]:
    """Compare the values of two products, or of one at two times, by natural key.

    Args:
        before: The product before, or the present one.
        after: The product after, or the wanted one.
        selection: The settings to compare; one selected on either side counts.

    Returns:
        Changes in the order of `after`, then values that only `before` has. Values that
        one side could not read are left out.
    """
    if not selection.takes("values"):
        return ()
    gaps = (missing_parts(before), missing_parts(after))
    old, new = _values(before), _values(after)
    taken = _taken(before, selection) | _taken(after, selection)
    return tuple(
        change
        for key in {**new, **old}
        if key[:2] in taken
        and not any(_is_hidden(key, one) for one in gaps)
        and (change := _change(old.get(key), new.get(key))) is not None
        and selection.takes_environment(change.environment)
    )


@checked
def environment_changes(
    snapshot: Snapshot, source: str, target: str, selection: Selection = EVERYTHING
) -> tuple[ValueChange, ...]:
    """Compare an environment with another one whose values it would receive.

    Args:
        snapshot: The product of both environments.
        source: Name of the environment with the wanted values, in any case.
        target: Name of the environment whose values would change.
        selection: Which configs and settings to compare.

    Returns:
        Changes in the order of the snapshot. Values that could not be read are left
        out.

    Raises:
        ConfigurationError: An environment does not exist.
    """
    source, target = (_environment(snapshot, name) for name in (source, target))
    found: list[ValueChange] = []
    for config, setting in selection.settings_of(snapshot):
        names = variation_names(config)
        new, old = value_in(setting, source), value_in(setting, target)
        if new is None or old is None:
            continue
        was = _Value(config.name, setting, target, old.targeting, names)
        becomes = _Value(config.name, setting, target, new.targeting, names)
        change = _change(was, becomes)
        if change is not None:
            found.append(change)
    return tuple(found)


@attrs.frozen(eq=False)
class _Value:
    config: str
    setting: Setting
    environment: str
    targeting: Formula | ValueV1
    names: Mapping[str, Mapping[str, str]]

    def words(self) -> tuple[str, ...]:
        return targeting_words(self.targeting, self.setting.key, self.names)


def _change(before: _Value | None, after: _Value | None) -> ValueChange | None:
    known = after or before
    if known is None:
        return None
    if before and after and _is_same(before, after):
        return None
    return ValueChange(
        known.config,
        known.setting.key,
        known.environment,
        None if before is None else before.words(),
        None if after is None else after.words(),
    )


def _is_same(one: _Value, other: _Value) -> bool:
    # Python treats True as 1, and other settings may have changed their types.
    is_sure = one.setting.type == other.setting.type and not any(
        True for _ in prerequisites(one.targeting)
    )
    if is_sure and one.targeting == other.targeting:
        return True
    # The name of a variation is a label; renaming it does not change the value.
    return targeting_words(one.targeting) == targeting_words(other.targeting)


def _values(snapshot: Snapshot) -> dict[Key, _Value]:
    return {
        _key(config.name, setting.key, environment): _Value(
            config.name, setting, environment, value.targeting, names
        )
        for config in snapshot.configs
        for names in (variation_names(config),)
        for setting in config.settings
        for environment, value in setting.values.items()
    }


def _key(config: str, key: str, environment: str) -> Key:
    return config.casefold(), key.casefold(), environment.casefold()


def _taken(snapshot: Snapshot, selection: Selection) -> set[tuple[str, str]]:
    return {
        (config.name.casefold(), setting.key.casefold())
        for config, setting in selection.settings_of(snapshot)
    }


def _is_hidden(key: Key, gaps: Gaps) -> bool:
    """Whether a value is unknown because part of the product could not be read."""
    config, setting, environment = key
    places: tuple[Place, ...] = (
        ("environment", (environment,)),
        ("config", (config,)),
        ("setting", (config, setting)),
        ("values", key),
    )
    return bool(gaps) and any(gap_at(place, gaps) for place in places)


def _environment(snapshot: Snapshot, name: str) -> str:
    for environment in snapshot.environments:
        if folded(environment.name) == folded(name):
            return environment.name
    known = ", ".join(repr(environment.name) for environment in snapshot.environments)
    raise ConfigurationError(
        f"the product has no environment {name!r}; it has {known or 'none'}"
    )
