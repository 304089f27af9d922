"""What a job has done so far, on disk before anything is sent.

A SQLite file with one row for each step of one plan. Every row carries a digest, since
SQLite itself does not notice a bit that flipped. While a job runs the file belongs to
its process alone.
"""

import hashlib
import json
import sqlite3
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NoReturn, TypeAlias, cast, get_args

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import write_private
from configcat_mgmt.jobs.applying.lock import JournalLock
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.version import __version__

if TYPE_CHECKING:
    from typing_extensions import Self

FORMAT: Final = 1
"""Raised when an older version could not go on with a journal of this one."""
APPLICATION_ID: Final = 0x43434D4A
"""Marks the file as ours (`CCMJ`)."""

State: TypeAlias = Literal[
    "planned", "intended", "sent", "done", "unknown", "failed", "conflict"
]
"""How far a step is.

`intended` is on disk before the call is made, and `sent` is noted when the call has its
turn. A step that is found in one of these two, or `unknown`, may have been done;
`failed` was not, and neither was `conflict`, where something else is in the way.
"""

IN_DOUBT: Final[frozenset[State]] = frozenset({"intended", "sent", "unknown"})

# Small pages, since a commit writes whole ones and a row is short.
_PAGE_BYTES: Final = 1024
_HEADER: Final = 100
_MAGIC: Final = b"SQLite format 3\x00"
_TABLES: Final = (
    "CREATE TABLE job (plan TEXT NOT NULL, tool TEXT NOT NULL, made TEXT NOT NULL, "
    "steps INTEGER NOT NULL, digest TEXT NOT NULL)",
    "CREATE TABLE steps (number INTEGER PRIMARY KEY, step TEXT NOT NULL, "
    "state TEXT NOT NULL, result TEXT NOT NULL, note TEXT NOT NULL, "
    "changed TEXT NOT NULL, digest TEXT NOT NULL)",
)
_UPDATE: Final = (
    "UPDATE steps SET state = ?, result = ?, note = ?, changed = ?, digest = ? "
    "WHERE number = ?"
)
_SIDE_FILES: Final = ("-wal", "-journal", "-shm")
_STATES: Final[tuple[str, ...]] = get_args(State)
_MOST_NOTE: Final = 300
# SQLite's messages quote what is damaged, which need not be UTF-8 any more.
_UNUSABLE: Final = (sqlite3.Error, UnicodeError, MemoryError, OverflowError)

_canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


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


class Journal:
    """The journal of one plan; open for one process at a time."""

    def __init__(self, path: Path, plan: str, steps: Sequence[str]) -> None:
        """Bind a file to a plan; `open` makes or reads it.

        Args:
            path: Where the journal is, or is to be.
            plan: Digest of the plan.
            steps: Ids of the plan's steps, in order.
        """
        self.path = path
        self._plan = plan
        self._steps = steps
        self._lock = JournalLock(path)
        self._connection: sqlite3.Connection | None = None
        # The writer's thread and the event loop's take turns.
        self._turn = threading.Lock()
        self.resumed = False
        """Whether the file was there when it was opened."""
        self.rows: list[Row] = []
        """What was remembered when it was opened, in the order of the steps."""

    def open(self) -> None:
        """Lock the journal, make it if it is not there, and read and check it all.

        Raises:
            ConfigurationError: It is in use, damaged, newer, no journal, of another
                plan, or cannot be written.
        """
        self._lock.acquire()
        try:
            self.resumed = self.path.exists() or self.path.is_symlink()
            if not self.resumed:
                self._make()
            self._check_header()
            self._connect()
            self.rows = self._read()
        except _UNUSABLE as error:
            self.close()
            self._refuse(f"it is damaged or cannot be used ({error})")
        except OSError as error:
            self.close()
            self._refuse(f"it cannot be read or written ({error.strerror})")
        except BaseException:
            self.close()
            raise

    def write(self, entries: Sequence[Entry]) -> None:
        """Remember entries; on disk when this returns. May be called by any thread.

        Raises:
            sqlite3.Error: It could not be written; nothing of it is remembered.
        """
        changed = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        values = [self._values(entry, changed) for entry in entries]
        with self._turn:
            connection = self._open_connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(_UPDATE, values)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Put everything into the one file, close it, and let others have it."""
        with self._turn:
            connection, self._connection = self._connection, None
        try:
            if connection is not None:
                connection.close()
        finally:
            self._lock.release()

    def __enter__(self) -> "Self":
        """Open."""
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            message = "the journal is closed"
            raise sqlite3.ProgrammingError(message)
        return self._connection

    def _make(self) -> None:
        """Put a whole journal into its place at once, so that none is ever half made.

        An empty file is therefore no journal that was just begun, but a damaged one.
        """
        for ending in _SIDE_FILES:
            left = self.path.with_name(self.path.name + ending)
            if left.exists():
                self._refuse(
                    f"it is not there, but {left.name} is, which is part of a journal; "
                    f"put the two together again, or remove that as well"
                )
        with tempfile.TemporaryDirectory(prefix="configcat-mgmt-") as folder:
            draft = Path(folder) / "journal"
            connection = sqlite3.connect(draft, isolation_level=None)
            try:
                self._fill(connection)
            finally:
                connection.close()
            write_private(self.path, draft.read_bytes())

    def _fill(self, connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        connection.execute("BEGIN")
        for table in _TABLES:
            connection.execute(table)
        made = datetime.now(timezone.utc).isoformat(timespec="seconds")
        job = [self._plan, __version__, made, len(self._steps)]
        digest = _digest(job)
        connection.execute("INSERT INTO job VALUES (?, ?, ?, ?, ?)", [*job, digest])
        connection.executemany(
            "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                [number, stored, *cells, self._row_digest(number, stored, cells)]
                for number, stored in enumerate(map(_storable, self._steps))
                for cells in (("planned", "{}", "", ""),)
            ),
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")

    def _check_header(self) -> None:
        """Look at the first bytes before SQLite touches a file that may not be ours."""
        if self.path.is_symlink() or not self.path.is_file():
            self._refuse("it is a link or no file")
        with self.path.open("rb") as file:
            header = file.read(_HEADER)
        if not header:
            self._refuse("it is empty: damaged, or no journal @ byte 0")
        length = min(len(header), len(_MAGIC))
        if header[:length] != _MAGIC[:length]:
            self._refuse("it is no journal @ byte 0")
        if len(header) < _HEADER:
            self._refuse(f"it is cut off @ byte {len(header)}")
        if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
            self._refuse("it is a database, but no journal @ byte 68")
        version = int.from_bytes(header[60:64], "big")
        if version > FORMAT:
            self._refuse(
                f"it has format {version}, and this version reads format {FORMAT}; use "
                f"a newer configcat-mgmt @ byte 60"
            )
        if version != FORMAT:
            self._refuse(f"there is no format {version} @ byte 60")

    def _connect(self) -> None:
        connection = sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,
            timeout=0,
        )
        self._connection = connection
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        # The log is one write and one wait for the disk per commit, and carries
        # checksums, so that a commit which was cut off is as if it had not been.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    def _read(self) -> list[Row]:
        connection = self._open_connection()
        check = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if check != ("ok",):
            # A message has a line for where, and one for what.
            self._refuse(f"it is damaged ({' '.join(str(check[0]).split())})")
        tables = connection.execute("SELECT sql FROM sqlite_master LIMIT 3").fetchall()
        if tables != [(table,) for table in _TABLES]:
            self._refuse("its tables are not those of a journal")
        self._check_job(connection.execute("SELECT * FROM job LIMIT 2").fetchall())
        most = len(self._steps) + 1
        cells = connection.execute(
            "SELECT * FROM steps ORDER BY number LIMIT ?", [most]
        )
        rows = cells.fetchall()
        for number in range(max(len(rows), len(self._steps))):
            if number >= len(rows) or number >= len(self._steps):
                self._refuse(
                    f"it is damaged: a row is missing or surplus @ row {number}"
                )
            self._check_row(number, rows[number])
        return [_row(row) for row in rows]

    def _check_job(self, found: Sequence[Sequence[object]]) -> None:
        kinds = [[type(cell) for cell in row] for row in found]
        if kinds != [[str, str, str, int, str]]:
            self._refuse("it is damaged @ table job")
        if found[0][-1] != _digest(found[0][:-1]):
            self._refuse("it is damaged @ table job")
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
            self._refuse(f"it is damaged @ {place}")
        _, step, *cells, digest = cast("Sequence[str]", row)
        wanted = _storable(self._steps[number])
        if digest != self._row_digest(number, step, cells):
            self._refuse(f"it is damaged @ {place} ({wanted})")
        if step != wanted or cells[0] not in _STATES:
            self._refuse(f"the row is about {step[:100]!r} @ {place} ({wanted})")

    def _values(self, entry: Entry, changed: str) -> list[object]:
        note = _storable(" ".join(entry.note.split())[:_MOST_NOTE])
        cells = (entry.state, _canonical(dict(entry.result)), note, changed)
        step = _storable(self._steps[entry.number])
        digest = self._row_digest(entry.number, step, cells)
        return [*cells, digest, entry.number]

    def _row_digest(self, number: int, step: str, cells: Sequence[str]) -> str:
        return _digest([self._plan, number, step, *cells])

    def _refuse(self, reason: str) -> NoReturn:
        message = f"{self.path} cannot be used as the journal: {reason}"
        raise ConfigurationError(message)


def _row(row: Sequence[str]) -> Row:
    _, _, state, result, note, changed, _ = row
    data = cast("dict[str, JsonValue]", json.loads(result))
    return Row(cast("State", state), data, note, changed)


def _digest(cells: Sequence[object]) -> str:
    return hashlib.sha256(_canonical(cells).encode("ascii")).hexdigest()[:32]


def _storable(text: str) -> str:
    """Return a text as SQLite can hold it: half of a surrogate pair as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
