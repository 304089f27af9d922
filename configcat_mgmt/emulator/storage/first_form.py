"""Reads states of the first form, which version 0.2.0 wrote.

That form marked everything that JSON lacks: `{"uuid": ...}`, `{"map": [[key, value]]}`,
`{"record": name, "fields": {...}}` and so on. The second form leaves this to the types
of the records.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

import attrs

from configcat_mgmt.emulator.domain import evaluation, limits, records
from configcat_mgmt.emulator.storage.converter import (
    TAG,
    TAGS,
    VARIATION,
    MisfitError,
)

_Table: TypeAlias = "dict[object, object] | list[object]"

_RENAMED: Final = {
    "Option": "PercentageOption",
    "Rule": "TargetingRule",
    "Value": "SettingValue",
}
"""Names of records in the first form, with their present names."""

_RECORDS: Final[Mapping[str, type]] = {
    name: kind
    for module in (records, evaluation, limits)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and attrs.has(kind)
}

_SERVED: Final = frozenset(
    [
        ("Formula", "default"),
        ("TargetingRule", "served"),
        ("PercentageOption", "value"),
        ("PrerequisiteCondition", "value"),
    ]
)
"""Fields that hold a plain value or the id of a predefined variation."""


def from_first_form(data: Mapping[str, object]) -> dict[str, object]:
    """Rewrite a state of the first form as one of the second.

    Raises:
        MisfitError: An entry is missing, or the data is of another form.
    """
    try:
        return _rewritten(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"{type(error).__name__}: {error}"
    raise MisfitError(message)


def _rewritten(data: Mapping[str, object]) -> dict[str, object]:
    tables = cast("dict[str, object]", data["tables"])
    plain = {name: _plain(table) for name, table in tables.items()}
    values: dict[str, dict[str, object]] = {}
    by_pair = cast("dict[tuple[str, int], object]", plain.pop("values"))
    for (environment_id, setting_id), value in by_pair.items():
        values.setdefault(environment_id, {})[str(setting_id)] = value
    seed, drawn, numbers = cast("list[object]", _plain(data["identifiers"]))
    position = {"seed": seed, "drawn": drawn, "numbers": numbers}
    return {
        **{
            name: list(table.values()) if isinstance(table, dict) else table
            for name, table in cast("dict[str, _Table]", plain).items()
        },
        "values": values,
        "identifiers": position,
        "limits": _plain(data["limits"]),
        "audit": _plain(data["audit"]),
    }


def _plain(data: object) -> object:
    if isinstance(data, list):
        return [_plain(item) for item in cast("list[object]", data)]
    if not isinstance(data, dict):
        return data
    ((_, read),) = (pair for pair in _READERS.items() if pair[0] in data)
    return read(cast("dict[str, object]", data))


def _record(marked: dict[str, object]) -> object:
    name = str(marked["record"])
    kind = _RECORDS[_RENAMED.get(name, name)]
    fields = cast("dict[str, object]", marked["fields"])
    plain = {
        field: _served(value) if (kind.__name__, field) in _SERVED else _plain(value)
        for field, value in fields.items()
    }
    return {TAG: TAGS[kind], **plain} if kind in TAGS else plain


def _served(data: object) -> object:
    if not isinstance(data, dict):
        return _plain(data)
    marked = cast("dict[str, object]", data)
    return {VARIATION: marked["uuid"]} if "uuid" in marked else _plain(marked)


def _map(marked: dict[str, object]) -> object:
    pairs = cast("list[tuple[object, object]]", marked["map"])
    return {_key(_plain(key)): _plain(value) for key, value in pairs}


def _key(key: object) -> object:
    return tuple(cast("list[object]", key)) if isinstance(key, list) else str(key)


def _items(marked: dict[str, object]) -> object:
    (items,) = marked.values()
    return _plain(items)


def _text(marked: dict[str, object]) -> object:
    (text,) = marked.values()
    return text


_READERS: Final[Mapping[str, Callable[[dict[str, object]], object]]] = {
    "record": _record,
    "map": _map,
    "enum": lambda marked: marked["value"],
    "uuid": _text,
    "time": _text,
    "tuple": _items,
    "set": _items,
}
"""How to read an object, by the entry that marks it."""
