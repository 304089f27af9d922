"""What a job has done so far, on disk before anything is sent.

A SQLite file with one row for each step of one plan. Every row carries a digest, since
SQLite itself does not notice a bit that flipped. While a job runs the file belongs to
its process alone.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast, get_args

import attrs

from configcat_mgmt.jobs.journal.sqlite_file import (
    JournalFile,
    Layout,
    canonical,
    digest_of,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.version import __version__

State: TypeAlias = Literal[
    "planned", "intended", "sent", "done", "unknown", "failed", "conflict"
]
"""How far a step is.

`intended` is on disk before the call is made, and `sent` is noted when the call has its
turn. A step that is found in one of these two, or `unknown`, may have been done;
`failed` was not, and neither was `conflict`, where something else is in the way.
"""

IN_DOUBT: Final[frozenset[State]] = frozenset({"intended", "sent", "unknown"})

_LAYOUT: Final = Layout(
    application_id=0x43434D4A,  # CCMJ
    version=1,
    tables=(
        "CREATE TABLE job (plan TEXT NOT NULL, tool TEXT NOT NULL, made TEXT NOT NULL, "
        "steps INTEGER NOT NULL, digest TEXT NOT NULL)",
        "CREATE TABLE steps (number INTEGER PRIMARY KEY, step TEXT NOT NULL, "
        "state TEXT NOT NULL, result TEXT NOT NULL, note TEXT NOT NULL, "
        "changed TEXT NOT NULL, digest TEXT NOT NULL)",
    ),
)
_UPDATE: Final = (
    "UPDATE steps SET state = ?, result = ?, note = ?, changed = ?, digest = ? "
    "WHERE number = ?"
)
_STATES: Final[tuple[str, ...]] = get_args(State)
_MOST_NOTE: Final = 300


@attrs.frozen
class Entry:
    """What is to be remembered of a step."""

    number: int
    """Place of the step in the plan, from 0."""
    state: State
    result: Mapping[str, JsonValue] = attrs.field(factory=dict[str, JsonValue])
    """Ids that came of it."""
    note: str = ""
    """Why, for people."""


@attrs.frozen
class Row:
    """What is remembered of a step."""

    state: State
    result: Mapping[str, JsonValue]
    note: str
    changed: str
    """When, as ISO text in UTC; empty if the step was not begun."""


class Journal(JournalFile):
    """The journal of one plan; open for one process at a time."""

    _layout = _LAYOUT
    otherwise = "plan again with what is there now, and use a new journal for that"

    def __init__(self, path: Path, plan: str, steps: Sequence[str]) -> None:
        """Bind a file to a plan; `open` makes or reads it.

        Args:
            path: Where the journal is, or is to be.
            plan: Digest of the plan.
            steps: Ids of the plan's steps, in order.
        """
        super().__init__(path)
        self._plan = plan
        self._steps = steps
        self.rows: list[Row] = []
        """What was remembered when it was opened, in the order of the steps."""

    def write(self, entries: Sequence[Entry]) -> None:
        """Remember entries; on disk when this returns. May be called by any thread.

        Raises:
            sqlite3.Error: It could not be written; nothing of it is remembered.
        """
        changed = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._write_rows(_UPDATE, [self._values(entry, changed) for entry in entries])

    def _fill(self, connection: sqlite3.Connection) -> None:
        made = datetime.now(UTC).isoformat(timespec="seconds")
        job = [self._plan, __version__, made, len(self._steps)]
        digest = digest_of(job)
        connection.execute("INSERT INTO job VALUES (?, ?, ?, ?, ?)", [*job, digest])
        connection.executemany(
            "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                [number, stored, *cells, self._row_digest(number, stored, cells)]
                for number, stored in enumerate(map(_storable, self._steps))
                for cells in (("planned", "{}", "", ""),)
            ),
        )

    def _load(self) -> None:
        connection = self._open_connection()
        self._check_job(connection.execute("SELECT * FROM job LIMIT 2").fetchall())
        most = len(self._steps) + 1
        cells = connection.execute(
            "SELECT * FROM steps ORDER BY number LIMIT ?", [most]
        )
        rows = cells.fetchall()
        for number in range(max(len(rows), len(self._steps))):
            if number >= len(rows) or number >= len(self._steps):
                self._refuse_damaged(f"row {number}", "a row is missing or surplus")
            self._check_row(number, rows[number])
        self.rows = [_row(row) for row in rows]

    def _check_job(self, found: Sequence[Sequence[object]]) -> None:
        kinds = [[type(cell) for cell in row] for row in found]
        if kinds != [[str, str, str, int, str]]:
            self._refuse_damaged("table job")
        if found[0][-1] != digest_of(found[0][:-1]):
            self._refuse_damaged("table job")
        plan, tool, made, steps, _ = found[0]
        if plan != self._plan:
            self._refuse(
                f"it belongs to another plan: it was made at {made} by version {tool} "
                f"for plan {str(plan)[:12]}, and this is plan {self._plan[:12]}; use "
                f"the plan that it was made for, or another journal @ table job"
            )
        if steps != len(self._steps):
            self._refuse("it has another number of steps than the plan @ table job")

    def _check_row(self, number: int, row: Sequence[object]) -> None:
        place = f"row {number}"
        if [type(cell) for cell in row] != [int, *[str] * 6] or row[0] != number:
            self._refuse_damaged(place)
        _, step, *cells, digest = cast("Sequence[str]", row)
        wanted = _storable(self._steps[number])
        if digest != self._row_digest(number, step, cells):
            self._refuse_damaged(f"{place} ({wanted})")
        if step != wanted or cells[0] not in _STATES:
            self._refuse(f"the row is about {step[:100]!r} @ {place} ({wanted})")

    def _values(self, entry: Entry, changed: str) -> list[object]:
        note = _storable(" ".join(entry.note.split())[:_MOST_NOTE])
        cells = (entry.state, canonical(dict(entry.result)), note, changed)
        step = _storable(self._steps[entry.number])
        digest = self._row_digest(entry.number, step, cells)
        return [*cells, digest, entry.number]

    def _row_digest(self, number: int, step: str, cells: Sequence[str]) -> str:
        return digest_of([self._plan, number, step, *cells])


def _row(row: Sequence[str]) -> Row:
    _, _, state, result, note, changed, _ = row
    data = cast("dict[str, JsonValue]", json.loads(result))
    return Row(cast("State", state), data, note, changed)


def _storable(text: str) -> str:
    """Return a text as SQLite can hold it: half of a surrogate pair as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
