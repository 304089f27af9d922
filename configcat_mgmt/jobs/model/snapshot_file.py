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
import os
from collections.abc import Mapping
from itertools import islice
from typing import Final, cast

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.files import read_text, write_private
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.jobs.model.checks import Checks
from configcat_mgmt.jobs.model.envelope import (
    MAX_BYTES,
    SHOWN_PROBLEMS,
    Envelope,
    canonical,
)
from configcat_mgmt.jobs.model.first_form import swap_names
from configcat_mgmt.jobs.model.json_layout import layout
from configcat_mgmt.jobs.model.serialization import (
    MisfitError,
    read_record,
    write_record,
)
from configcat_mgmt.jobs.model.snapshot import FORMAT, Snapshot
from configcat_mgmt.json_value import JsonValue

_DIGEST_FORM: Final = 1
"""Never raised, so a plan stays bound to its snapshot across versions."""
_ENVELOPE: Final = Envelope("snapshot", ("hash",), FORMAT, "take the snapshot again")
_REMEDY: Final = f"correct it, or {_ENVELOPE.again}"


@checked
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
    write_private(path, snapshot_text(snapshot, stable=stable))


def snapshot_text(snapshot: Snapshot, *, stable: bool = False) -> bytes:
    """Return the contents of the file that `save_snapshot` writes.

    Args:
        snapshot: The snapshot.
        stable: Leave out the time.
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
        return layout(document)


@checked
def load_snapshot(
    path: str | os.PathLike[str], *, allow_edited: bool = False
) -> Snapshot:
    """Read a snapshot from a file, and check everything in it.

    Args:
        path: The file.
        allow_edited: Accept a file that was edited by hand. Its content is checked
            nevertheless.

    Returns:
        The snapshot.

    Raises:
        ConfigurationError: The file is missing, larger than `MAX_BYTES`, truncated,
            edited, of a newer version, not a snapshot, or inconsistent. The message
            names the file and the place in it.
    """
    with collector_paused():
        return _read(read_text(path, MAX_BYTES), path, allow_edited=allow_edited)


@checked
def snapshot_hash(snapshot: Snapshot) -> str:
    """Return a digest of a snapshot without the time it was taken.

    Returns:
        64 hexadecimal digits (SHA-256), equal for two snapshots of an unchanged
        product.
    """
    with collector_paused():
        return _digest(write_record(snapshot))


def _read(text: bytes, path: str | os.PathLike[str], *, allow_edited: bool) -> Snapshot:
    entries = _ENVELOPE.open(text, path)
    del text
    data = cast("Mapping[str, JsonValue]", entries["snapshot"])
    if entries["format"] == 1:
        data = swap_names(data)
    try:
        snapshot = read_record(data, Snapshot)
    except MisfitError as misfit:
        _ENVELOPE.refuse(path, f"{_REMEDY}: {misfit.within('snapshot')}")
    problems = list(islice(Checks(snapshot).problems(), SHOWN_PROBLEMS))
    if problems:
        _ENVELOPE.refuse(path, f"{_REMEDY}: {'; '.join(problems)}")
    if not allow_edited and _digest(data) != entries["hash"]:
        _ENVELOPE.refuse(
            path,
            "it was edited after it was saved; if you edited it, pass --allow-edited "
            "(`allow_edited` in Python)",
        )
    return snapshot


def _digest(data: Mapping[str, JsonValue]) -> str:
    source = cast("Mapping[str, JsonValue]", data["source"])
    timeless = {name: entry for name, entry in source.items() if name != "taken_at"}
    text = canonical([_DIGEST_FORM, swap_names({**data, "source": timeless})])
    return hashlib.sha256(text.encode("ascii")).hexdigest()
