"""Snapshot files: equal snapshots give equal bytes, and people can read them.

```json
{
  "format": 2,
  "hash": "0c5f...",
  "snapshot": {"source": {...}, "name": "Web shop", ...}
}
```
"""

import hashlib
import json
import os
from collections.abc import Mapping
from itertools import islice
from typing import Final, NoReturn, cast

import attrs

from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import read_text, write_private
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.jobs.model.checks import Checks
from configcat_mgmt.jobs.model.first_form import swap_names
from configcat_mgmt.jobs.model.json_layout import layout
from configcat_mgmt.jobs.model.serialization import (
    MisfitError,
    read_record,
    write_record,
)
from configcat_mgmt.jobs.model.snapshot import FORMAT, Snapshot
from configcat_mgmt.json_value import JsonValue

MAX_BYTES: Final = 256 * 1024 * 1024
"""Size limit of a file, in bytes."""
SHOWN_PROBLEMS: Final = 5

_ENTRIES: Final = ("format", "hash", "snapshot")
_DIGEST_FORM: Final = 1
"""Never raised, so a plan stays bound to its snapshot across versions."""
_NO_SNAPSHOT: Final = "it is not a snapshot file; pass a file that `snapshot` wrote"
_REMEDY: Final = "correct it, or take the snapshot again"
_canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def save_snapshot(
    snapshot: Snapshot, path: str | os.PathLike[str], *, stable: bool = False
) -> None:
    """Write a snapshot to a file that only its owner can read.

    Args:
        snapshot: The snapshot; it has secrets only if it was taken with them.
        path: The file, which is replaced atomically.
        stable: Leave out the time, so two snapshots of an unchanged product give equal
            bytes, as version control wants them.

    Raises:
        ConfigurationError: The file cannot be written; a previous file is unchanged.
    """
    # Nothing created here becomes garbage, so collections would be wasted.
    with collector_paused():
        if stable:
            source = attrs.evolve(snapshot.source, taken_at=None)
            snapshot = attrs.evolve(snapshot, source=source)
        data = write_record(snapshot)
        document: dict[str, JsonValue] = {
            "format": FORMAT,
            "hash": _digest(data),
            "snapshot": data,
        }
        text = layout(document)
    write_private(path, text)


def load_snapshot(
    path: str | os.PathLike[str], *, allow_edited: bool = False
) -> Snapshot:
    """Read a snapshot from a file, and check everything in it.

    Args:
        path: The file.
        allow_edited: Accept a file that was edited by hand. Its content is checked
            nevertheless.

    Raises:
        ConfigurationError: The file is missing, larger than `MAX_BYTES`, truncated,
            edited, of a newer version, not a snapshot, or inconsistent. The message
            names the file and the place in it.
    """
    with collector_paused():
        return _read(read_text(path, MAX_BYTES), path, allow_edited=allow_edited)


def snapshot_hash(snapshot: Snapshot) -> str:
    """Return a digest of a snapshot without the time it was taken.

    Returns:
        64 hexadecimal digits (SHA-256), equal for two snapshots of an unchanged
        product.
    """
    with collector_paused():
        return _digest(write_record(snapshot))


def _read(text: bytes, path: str | os.PathLike[str], *, allow_edited: bool) -> Snapshot:
    try:
        document: object = parse_json(text)
    except ValueError as error:
        _refuse(
            path,
            f"{error}; if the file was truncated or edited, take the snapshot again",
        )
    del text
    data = _snapshot_of(document, path)
    try:
        snapshot = read_record(data, Snapshot)
    except MisfitError as misfit:
        _refuse(path, f"{_REMEDY}: {misfit.within('snapshot')}")
    problems = list(islice(Checks(snapshot).problems(), SHOWN_PROBLEMS))
    if problems:
        _refuse(path, f"{_REMEDY}: {'; '.join(problems)}")
    expected = cast("Mapping[str, object]", document)["hash"]
    if not allow_edited and _digest(data) != expected:
        _refuse(
            path,
            "it was edited after it was saved; if you edited it, allow edited files",
        )
    return snapshot


def _digest(data: Mapping[str, JsonValue]) -> str:
    source = cast("Mapping[str, JsonValue]", data["source"])
    timeless = {name: entry for name, entry in source.items() if name != "taken_at"}
    text = _canonical([_DIGEST_FORM, swap_names({**data, "source": timeless})])
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _snapshot_of(
    document: object, path: str | os.PathLike[str]
) -> Mapping[str, JsonValue]:
    """Return the snapshot's data in the present form."""
    if not isinstance(document, dict):
        _refuse(path, _NO_SNAPSHOT)
    entries = cast("dict[str, object]", document)
    version = entries.get("format")
    if type(version) is int and version > FORMAT:
        _refuse(
            path,
            f"it has format {version}, and this version reads formats 1 to {FORMAT}; "
            f"use a newer configcat-mgmt",
        )
    if "plan" in entries and "snapshot" not in entries:
        _refuse(path, "it is a plan; pass the snapshot that the plan was made from")
    data = entries.get("snapshot")
    if type(version) is not int or version < 1 or not isinstance(data, dict):
        _refuse(path, _NO_SNAPSHOT)
    if set(entries) != set(_ENTRIES):
        _refuse(path, f"{_REMEDY}: its entries are not {', '.join(_ENTRIES)}")
    found = cast("Mapping[str, JsonValue]", data)
    return swap_names(found) if version == 1 else found


def _refuse(path: str | os.PathLike[str], reason: str) -> NoReturn:
    message = f"{os.fspath(path)} cannot be used as a snapshot: {reason}"
    raise ConfigurationError(message)
