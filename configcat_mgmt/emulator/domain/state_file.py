"""The state of an emulator as one JSON file, saved and loaded whole."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, cast
from uuid import UUID

import attrs

from configcat_mgmt.api import model_index
from configcat_mgmt.emulator.domain import audit, evaluation, limits, records
from configcat_mgmt.emulator.domain.identifiers import Counter
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import read_bounded, write_private
from configcat_mgmt.json_value import JsonValue

FORMAT: Final = 1
"""Raised when a file of this version could not be read by an older one."""
KIND: Final = "configcat-mgmt emulator state"
MAX_BYTES: Final = 512 * 1024 * 1024

TABLES: Final = (
    "users",
    "organizations",
    "products",
    "configs",
    "environments",
    "settings",
    "values",
    "sdk_keys",
    "tags",
    "segments",
    "permission_groups",
    "invitations",
    "webhooks",
    "integrations",
    "integration_links",
    "code_reports",
    "proxy_profiles",
)
"""The tables of `State`, by attribute name; what is left out follows from these."""

_RECORDS: Final[Mapping[str, type[attrs.AttrsInstance]]] = {
    name: kind
    for module in (records, evaluation, limits)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and attrs.has(kind)
}
_ENUMS: Final[Mapping[str, type[OpenEnum]]] = {
    name: kind
    for name, kind in vars(model_index).items()
    if isinstance(kind, type) and issubclass(kind, OpenEnum)
}


def dump_state(state: State) -> dict[str, JsonValue]:
    """Return everything that `load_state` needs to make the same state again.

    Credentials are no part of it; secrets that the emulator gave out, such as SDK keys
    and signing keys, are.
    """
    return {
        "kind": KIND,
        "format": FORMAT,
        "identifiers": encode(state.identifiers.position),
        "limits": encode(state.limits),
        "tables": {name: encode(getattr(state, name)) for name in TABLES},
        "audit": encode(list(state.audit)),
    }


def load_state(state: State, data: object) -> None:
    """Put what `dump_state` returned into `state`, in place of what is there.

    Raises:
        ConfigurationError: It is something else, from a newer version or damaged; the
            state is then as it was.
    """
    if (
        not isinstance(data, dict)
        or cast("dict[str, object]", data).get("kind") != KIND
    ):
        msg = "this is no state of an emulator"
        raise ConfigurationError(msg)
    whole = cast("dict[str, object]", data)
    form = whole.get("format")
    if not isinstance(form, int) or form > FORMAT:
        msg = f"the state has format {form!r}; this version reads up to {FORMAT}"
        raise ConfigurationError(msg)
    try:
        tables = cast("dict[str, object]", whole["tables"])
        found = {name: decode(tables[name]) for name in TABLES}
        trail = cast("list[records.AuditEntry]", decode(whole["audit"]))
        position = decode(whole["identifiers"])
        plan = decode(whole["limits"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        msg = f"the state is damaged: {type(error).__name__}: {error}"
        raise ConfigurationError(msg) from None
    for name, table in found.items():
        setattr(state, name, table)
    state.identifiers.position = cast("tuple[int, int, dict[Counter, int]]", position)
    state.limits = cast("limits.PlanLimits", plan)
    state.audit = audit.AuditLog()
    for entry in trail:
        state.audit.add(entry)
    state.sdk_key_owners = {
        key: keys
        for keys in state.sdk_keys.values()
        for key in (keys.primary, keys.secondary)
        if key is not None
    }
    state.caller = next(iter(state.users.values()))


def save_state(state: State, path: str | Path) -> None:
    """Write the state to a file that only its owner can read, whole or not at all.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    text = json.dumps(dump_state(state), indent=1, ensure_ascii=False)
    write_private(path, text.encode() + b"\n")


def read_state(state: State, path: str | Path) -> None:
    """Load what `save_state` wrote.

    Raises:
        ConfigurationError: The file is missing, too large, or holds no such state.
    """
    try:
        data: object = json.loads(read_bounded(path, MAX_BYTES))
    except (ValueError, RecursionError) as error:
        if isinstance(error, ConfigurationError):
            raise
        msg = f"{path} is no state of an emulator: it is not JSON"
        raise ConfigurationError(msg) from None
    load_state(state, data)


def encode(value: object) -> JsonValue:
    """Turn a value of the state into JSON; what JSON lacks gets a tag."""
    if value is None or type(value) in (bool, int, float, str):
        return cast("JsonValue", value)
    if isinstance(value, OpenEnum):
        return {"enum": type(value).__name__, "value": value.value}
    if isinstance(value, UUID):
        return {"uuid": str(value)}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value).items()
        return {"map": [[encode(key), encode(item)] for key, item in pairs]}
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in cast("tuple[object, ...]", value)]}
    if isinstance(value, set):
        items = sorted(cast("set[str]", value))
        return {"set": [encode(item) for item in items]}
    if isinstance(value, Sequence):
        return [encode(item) for item in cast("Sequence[object]", value)]
    kind = _RECORDS.get(type(value).__name__)
    if kind is None or not isinstance(value, kind):
        msg = f"a {type(value).__name__} is no part of a state"
        raise TypeError(msg)
    names = (field.name for field in attrs.fields(kind) if field.init)
    fields: dict[str, JsonValue] = {n: encode(getattr(value, n)) for n in names}
    return {"record": kind.__name__, "fields": fields}


def decode(data: object) -> object:
    """Turn what `encode` made into the value again.

    Raises:
        KeyError: A record or enum that there is not.
        TypeError: A record with other fields, or data of another form.
        ValueError: Text that is no UUID or time.
    """
    if data is None or isinstance(data, bool | int | float | str):
        return data
    if isinstance(data, list):
        return [decode(item) for item in cast("list[object]", data)]
    tagged = cast("dict[str, object]", data)
    for tag, read in _READERS.items():
        if tag in tagged:
            return read(tagged)
    msg = "an object without a known tag"
    raise TypeError(msg)


def _read_record(tagged: dict[str, object]) -> object:
    kind = _RECORDS[str(tagged["record"])]
    fields = cast("dict[str, object]", tagged["fields"])
    return kind(**{name: decode(item) for name, item in fields.items()})


def _read_map(tagged: dict[str, object]) -> object:
    pairs = cast("list[tuple[object, object]]", tagged["map"])
    return {decode(key): decode(item) for key, item in pairs}


def _items(tagged: dict[str, object], tag: str) -> list[object]:
    return [decode(item) for item in cast("list[object]", tagged[tag])]


_READERS: Final[Mapping[str, Callable[[dict[str, object]], object]]] = {
    "record": _read_record,
    "map": _read_map,
    "uuid": lambda tagged: UUID(str(tagged["uuid"])),
    "enum": lambda tagged: _ENUMS[str(tagged["enum"])](str(tagged["value"])),
    "time": lambda tagged: datetime.fromisoformat(str(tagged["time"])),
    "tuple": lambda tagged: tuple(_items(tagged, "tuple")),
    "set": lambda tagged: set(_items(tagged, "set")),
}
