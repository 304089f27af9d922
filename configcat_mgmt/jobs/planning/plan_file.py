"""Plan files: bound to their snapshot, and refused if somebody edited them.

```json
{
  "format": 2,
  "hash": "0c5f...",
  "step_hashes": ["91ab...", ...],
  "plan": {"kind": "copy", "target": {...}, "source_hash": "...", "steps": [...]}
}
```

The hashes detect accidents and edits; they are not a signature.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final, cast

from configcat_mgmt.checked import checked
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import read_text, write_private
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.jobs.model.envelope import (
    MAX_BYTES,
    SHOWN_PROBLEMS,
    Envelope,
    canonical,
)
from configcat_mgmt.jobs.model.json_layout import layout
from configcat_mgmt.jobs.model.plan import FORMAT, Plan
from configcat_mgmt.jobs.model.serialization import (
    MAX_ITEMS,
    MisfitError,
    read_record,
    write_record,
)
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.model.snapshot_file import load_snapshot, snapshot_hash
from configcat_mgmt.jobs.planning.plan_file_checks import problems_of
from configcat_mgmt.json_value import JsonValue

_ENVELOPE: Final = Envelope("plan", ("hash", "step_hashes"), FORMAT, "plan again")
_DIGEST_FORM: Final = 1
"""Never raised, so a journal stays bound to its plan across versions."""
_STEP_DIGITS: Final = 16


@checked
def save_plan(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan to a file that only its owner can read.

    Args:
        plan: The plan. It has the secrets of webhooks and integrations that the
            snapshot has.
        path: The file, which is replaced atomically.

    Raises:
        ConfigurationError: The file cannot be written, or the plan has more steps than
            a file can hold; a previous file is unchanged.
    """
    if len(plan.steps) > MAX_ITEMS:
        raise ConfigurationError(
            f"the plan has {len(plan.steps):,} steps, more than the {MAX_ITEMS:,} that "
            f"a file can have; plan parts of the product one by one"
        )
    # Nothing created here becomes garbage, so collections would be wasted.
    with collector_paused():
        data = write_record(plan)
        document: dict[str, JsonValue] = {
            "format": FORMAT,
            "hash": _digest(data),
            "step_hashes": _step_digests(data),
            "plan": data,
        }
        text = layout(document)
    write_private(path, text)


@checked
def load_plan(path: str | os.PathLike[str], snapshot: Snapshot | None = None) -> Plan:
    """Read a plan from a file, and check everything in it.

    Args:
        path: The file.
        snapshot: The snapshot that the plan must belong to; None skips this check.

    Returns:
        The plan.

    Raises:
        ConfigurationError: The file is missing, larger than `MAX_BYTES`, truncated,
            edited, of a newer version, not a plan, or made from another snapshot, or it
            has a call that no plan makes. The message names the file and the place in
            it.
    """
    text = read_text(path, MAX_BYTES)
    with collector_paused(len(text)):
        plan = _read(text, path)
    if snapshot is not None and snapshot_hash(snapshot) != plan.source_hash:
        _ENVELOPE.refuse(
            path,
            "it was made from another snapshot, or the snapshot was changed since; "
            "plan again @ $.plan.source_hash",
        )
    return plan


@checked
def load_plan_or_snapshot(
    path: str | os.PathLike[str], *, allow_edited: bool = False
) -> Plan | Snapshot:
    """Read a file that holds a plan or a snapshot.

    Args:
        path: The file.
        allow_edited: Whether a snapshot may have been changed by hand.

    Raises:
        ConfigurationError: The file is neither, or cannot be used; see `load_plan` and
            `load_snapshot`.
    """
    try:
        document: object = parse_json(read_text(path, MAX_BYTES))
    except ValueError as error:
        if isinstance(error, ConfigurationError):
            raise
        document = None
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path} is neither a plan nor a snapshot")
    is_plan = "plan" in cast("dict[str, object]", document)
    del document
    return (
        load_plan(path) if is_plan else load_snapshot(path, allow_edited=allow_edited)
    )


def plan_hash(plan: Plan) -> str:
    """Return a digest of a plan.

    Returns:
        64 hexadecimal digits (SHA-256). A journal belongs to the plan with this digest.
    """
    with collector_paused():
        return _digest(write_record(plan))


def _read(text: bytes, path: str | os.PathLike[str]) -> Plan:
    # Plans of the first form have the same entries.
    entries = _ENVELOPE.open(text, path)
    data = cast("Mapping[str, JsonValue]", entries["plan"])
    try:
        plan = read_record(data, Plan)
    except MisfitError as misfit:
        _ENVELOPE.refuse(path, f"plan again: {misfit.within('plan')}")
    problems = list(islice(problems_of(plan), SHOWN_PROBLEMS))
    if problems:
        _ENVELOPE.refuse(path, f"plan again: {'; '.join(problems)}")
    if _digest(data) != entries["hash"]:
        _ENVELOPE.refuse(path, _where_changed(data, entries["step_hashes"]))
    return plan


def _digest(data: Mapping[str, JsonValue]) -> str:
    text = canonical([_DIGEST_FORM, data])
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _step_digests(data: Mapping[str, JsonValue]) -> list[str]:
    """Return a short digest of each step, to find an edited step."""
    steps = cast("Sequence[JsonValue]", data.get("steps", ()))
    return [
        hashlib.sha256(canonical(step).encode("ascii")).hexdigest()[:_STEP_DIGITS]
        for step in steps
    ]


def _where_changed(data: Mapping[str, JsonValue], saved: object) -> str:
    place = "$"
    if isinstance(saved, list):
        present, before = _step_digests(data), cast("list[object]", saved)
        for index, digest in enumerate(present):
            if index >= len(before) or before[index] != digest:
                place = f"$.plan.steps[{index}]"
                break
        else:
            if len(present) < len(before):
                place = f"$.plan.steps[{len(present)}]"
    return f"it was edited after it was saved; plan again @ {place}"
