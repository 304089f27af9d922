"""The journal of a plan: each step is on disk before its request is sent.

A SQLite file with one row for each step of one plan. Every row has a digest, because
SQLite does not detect a flipped bit. While a job runs, only its process can use the
file.
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
"""The state of a step.

`intended` is on disk before the call starts, and `sent` is noted when the limiter lets
the request go. After a crash, a step in state `intended`, `sent` or `unknown` may have
been done. A step in state `failed` was not done, and neither was one in state
`conflict`, where another entity is in the way.
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
    """A state to record for a step."""

    number: int
    """Index of the step in the plan."""
    state: State
    result: Mapping[str, JsonValue] = attrs.field(factory=dict[str, JsonValue])
    """Ids in the response."""
    note: str = ""
    """The reason, for people."""


@attrs.frozen
class Row:
    """The recorded state of a step."""

    state: State
    result: Mapping[str, JsonValue]
    note: str
    changed: str
    """Time of the last change as ISO text in UTC; empty if the step did not start."""


class Journal(JournalFile):
    """The journal of one plan; one process at a time can open it."""

    _layout = _LAYOUT
    otherwise = "plan again from the present state, with a new journal"

    def __init__(self, path: Path, plan: str, steps: Sequence[str]) -> None:
        """Bind a file to a plan; `open` creates or reads it.

        Args:
            path: The journal's file.
            plan: Digest of the plan.
            steps: Ids of the plan's steps, in order.
        """
        super().__init__(path)
        self._plan = plan
        self._steps = steps
        self.rows: list[Row] = []
        """The recorded states when the journal was opened, in the order of the steps.
        """

    def write(self, entries: Sequence[Entry]) -> None:
        """Record entries, which are on disk when this returns. Any thread may call it.

        Raises:
            sqlite3.Error: The journal could not be written; none of the entries is
                recorded.
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
                self._refuse_damaged(f"row {number}", "a row is missing or extra")
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
                f"it belongs to another plan: it was created at {made} by version "
                f"{tool} for plan {str(plan)[:12]}, and this is plan "
                f"{self._plan[:12]}; use the plan that it was created for, or another "
                f"journal @ table job"
            )
        if steps != len(self._steps):
            self._refuse("its number of steps differs from the plan's @ table job")

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
    """Return a text that SQLite can store: a lone surrogate becomes an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
