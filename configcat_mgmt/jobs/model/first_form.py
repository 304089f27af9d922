"""The names in snapshot files of the first form, which version 0.2.0 wrote.

Digests are computed over these names in every form, so a plan and a journal made by an
older version still belong to their snapshot.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

from configcat_mgmt.json_value import JsonValue

_Change: TypeAlias = Callable[[JsonValue], JsonValue]

_ENTRIES: Final = {"shares": "percentage_options"}
_KINDS: Final = {"FlagCondition": "PrerequisiteCondition", "OldValue": "ValueV1"}


def _both_ways(names: Mapping[str, str]) -> dict[str, str]:
    return {**names, **{new: old for old, new in names.items()}}


# A name of the other form is swapped as well, so it is unknown afterwards and refused.
_SWAPPED_ENTRIES: Final = _both_ways(_ENTRIES)
_SWAPPED_KINDS: Final = _both_ways(_KINDS)


def swap_names(snapshot: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Turn a snapshot of the first form into one of the present form, or back.

    Args:
        snapshot: The data of a snapshot, not checked yet.

    Returns:
        The same data with the names of the other form; data that is no snapshot comes
        back as it is.
    """
    return cast("dict[str, JsonValue]", _within(snapshot, "configs", _swap_configs))


def swap_value_names(value: JsonValue) -> JsonValue:
    """Do the same for the data of one setting in one environment."""
    return _within(value, "targeting", _swap_targeting)


def _within(record: JsonValue, name: str, change: _Change) -> JsonValue:
    """Change one entry of an object, if it is an object and has the entry."""
    if not isinstance(record, dict) or name not in record:
        return record
    return {**record, name: change(record[name])}


def _each(items: JsonValue, change: _Change) -> JsonValue:
    """Change every item of a list, or every value of an object."""
    if isinstance(items, list):
        return [change(item) for item in items]
    if isinstance(items, dict):
        return {name: change(item) for name, item in items.items()}
    return items


def _swap_configs(configs: JsonValue) -> JsonValue:
    return _each(configs, _swap_config)


def _swap_config(config: JsonValue) -> JsonValue:
    return _within(config, "settings", lambda found: _each(found, _swap_setting))


def _swap_setting(setting: JsonValue) -> JsonValue:
    return _within(setting, "values", lambda found: _each(found, swap_value_names))


def _swap_targeting(targeting: JsonValue) -> JsonValue:
    return _within(_swap(targeting), "rules", lambda found: _each(found, _swap_rule))


def _swap_rule(rule: JsonValue) -> JsonValue:
    return _within(_swap(rule), "conditions", lambda found: _each(found, _swap))


def _swap(record: JsonValue) -> JsonValue:
    if not isinstance(record, dict):
        return record
    found: dict[str, JsonValue] = {}
    for name, value in record.items():
        if name == "kind" and isinstance(value, str):
            found[name] = _SWAPPED_KINDS.get(value, value)
        else:
            found[_SWAPPED_ENTRIES.get(name) or name] = value
    return found
