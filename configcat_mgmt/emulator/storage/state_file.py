"""The state of an emulator as one JSON file, saved and loaded whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from configcat_mgmt.core.json_text import dump_json, parse_json
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.storage.consistency import InconsistentError, check
from configcat_mgmt.emulator.storage.converter import (
    MisfitError,
    read_record,
    write_record,
)
from configcat_mgmt.emulator.storage.first_form import from_first_form
from configcat_mgmt.emulator.storage.saved_state import DuplicateError, SavedState
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import read_bounded, write_private
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.json_value import JsonValue

FORMAT: Final = 2
"""Raised when an older version could not read a file of this version."""
FIRST_FORMAT: Final = 1
"""The form that version 0.2.0 wrote."""
KIND: Final = "configcat-mgmt emulator state"
CHECKPOINT: Final = "checkpoint"
"""The entry that names the journal that continues a state file, if there is one."""
MAX_BYTES: Final = 512 * 1024 * 1024


def dump_state(state: State) -> dict[str, JsonValue]:
    """Return everything that `load_state` needs to restore the same state.

    Credentials are not part of it. Secrets that the emulator made, such as SDK keys and
    signing keys, are.
    """
    return {
        "kind": KIND,
        "format": FORMAT,
        **write_record(SavedState.of(state)),
    }


def load_state(state: State, data: object) -> None:
    """Replace the contents of `state` by data that `dump_state` returned.

    All of the data is read and checked before `state` changes.

    Raises:
        ConfigurationError: The data is something else, has a newer form, or is damaged;
            `state` is unchanged.
    """
    if not isinstance(data, Mapping):
        msg = "this is not the state of an emulator"
        raise ConfigurationError(msg)
    whole = dict(cast("Mapping[str, object]", data))
    if whole.pop("kind", None) != KIND:
        msg = "this is not the state of an emulator"
        raise ConfigurationError(msg)
    form = whole.pop("format", None)
    whole.pop(CHECKPOINT, None)
    if type(form) is not int or form not in (FIRST_FORMAT, FORMAT):
        msg = f"the state has format {form!r}; this version reads up to {FORMAT}"
        raise ConfigurationError(msg)
    loaded = State(clock=state.clock)
    try:
        if form == FIRST_FORMAT:
            whole = from_first_form(whole)
        read_record(whole, SavedState).fill(loaded)
        check(loaded)
    except (MisfitError, DuplicateError, InconsistentError, RecursionError) as error:
        msg = f"the state is damaged: {error}"
        raise ConfigurationError(msg) from None
    state.replace(loaded)


def save_state(state: State, path: str | Path) -> None:
    """Write the state to a file that only its owner can read, whole or not at all.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    with collector_paused():
        write_private(path, state_text(dump_state(state)))


def read_state(state: State, path: str | Path) -> None:
    """Load a file that `save_state` wrote.

    Raises:
        ConfigurationError: The file is missing or too large, or holds no such state;
            `state` is unchanged.
    """
    with collector_paused():
        load_state(state, read_state_file(path))


def read_state_file(path: str | Path) -> object:
    """Return the JSON data of a state file.

    Raises:
        ConfigurationError: The file is missing, too large, or not JSON.
    """
    text = read_bounded(path, MAX_BYTES)
    try:
        return parse_json(text)
    except ValueError:
        msg = f"{path} is not the state of an emulator: it is not JSON"
        raise ConfigurationError(msg) from None


def state_text(data: Mapping[str, JsonValue]) -> bytes:
    """Write a state as JSON with one line for each entry.

    Indenting every value would take ten times as long.
    """
    lines = (
        b"%b:%b" % (dump_json(name), dump_json(value)) for name, value in data.items()
    )
    return b"{" + b",\n".join(lines) + b"}\n"
