"""Finds and changes the parts of a snapshot that tests look at."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Setting,
    SettingInEnvironment,
    Snapshot,
)

Json = Any
Path = tuple[str | int, ...]


def records_in(value: object) -> Iterator[object]:
    """Give a record and all records that it holds, in any depth."""
    if attrs.has(type(value)):
        yield value
        for field in attrs.fields(type(value)):
            yield from records_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for held in value.values():
            yield from records_in(held)
    elif isinstance(value, tuple | list):
        for held in value:
            yield from records_in(held)


def reprs_of(record: object) -> list[str]:
    """Return the texts of all records in a record, whose own may have only counts."""
    return [repr(one) for one in records_in(record)]


def config_of(snapshot: Snapshot, name: str) -> Config:
    (found,) = [config for config in snapshot.configs if config.name == name]
    return found


def setting_of(snapshot: Snapshot, config: str, key: str) -> Setting:
    settings = config_of(snapshot, config).settings
    (found,) = [setting for setting in settings if setting.key == key]
    return found


def value_of(
    snapshot: Snapshot, config: str, key: str, environment: str
) -> SettingInEnvironment:
    return setting_of(snapshot, config, key).values[environment]


def without_id(record: Any) -> Any:  # noqa: ANN401 - any record with an id
    assert record.id is not None
    return attrs.evolve(record, id=None)


def setting_path(snapshot: Snapshot, config: str, key: str) -> Path:
    """Return where a setting stands."""
    for place, one in enumerate(snapshot.configs):
        for number, setting in enumerate(one.settings):
            if (one.name, setting.key) == (config, key):
                return ("configs", place, "settings", number)
    raise AssertionError(key)


def at(snapshot: Snapshot, path: Path) -> Json:
    """Return what stands at a path."""
    value: Json = snapshot
    for step in path:
        value = getattr(value, str(step)) if attrs.has(type(value)) else value[step]
    return value


def changed(record: Json, path: Path, change: Callable[[Json], Json]) -> Json:
    """Return a record with the part at a path changed."""
    if not path:
        return change(record)
    step, rest = path[0], path[1:]
    if isinstance(record, tuple):
        assert isinstance(step, int)
        item = changed(record[step], rest, change)
        return (*record[:step], item, *record[step + 1 :])
    if isinstance(record, Mapping):
        return {**record, step: changed(record[step], rest, change)}
    assert isinstance(step, str)
    item = changed(getattr(record, step), rest, change)
    return attrs.evolve(record, **{step: item})


def with_value(snapshot: Snapshot, path: Path, value: Json) -> Snapshot:
    """Return a snapshot with the part at a path replaced."""
    found: Snapshot = changed(snapshot, path, lambda _: value)
    return found


def lines(wanted: Snapshot, found: Snapshot, **rest: Json) -> list[str]:
    """Return the differences as people see them."""
    return [str(one) for one in differences(wanted, found, **rest)]


def rename_freely(emulator: Emulator, old: str, new: str) -> None:
    """Give something a name or key that the rules of the service do not allow."""
    state = emulator.state
    for table in (state.environments, state.configs, state.tags):
        for one in table.values():
            if one.name == old:
                one.name = new
    for config in state.configs.values():
        if old in config.setting_ids:
            number = config.setting_ids[new] = config.setting_ids.pop(old)
            state.settings[number].key = new
