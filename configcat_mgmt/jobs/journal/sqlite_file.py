"""SQLite files that belong to one process at a time, and are whole or refused.

What every kind of journal has in common: it is put into its place as a whole, locked by
the operating system, looked at before SQLite touches it, and forced to disk by each
write.
"""

import hashlib
import json
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn, Self

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import write_private
from configcat_mgmt.jobs.journal.lock import JournalLock

# Small pages, since a commit writes whole ones and a row is short.
_PAGE_BYTES: Final = 1024
_HEADER: Final = 100
_MAGIC: Final = b"SQLite format 3\x00"
_SIDE_FILES: Final = ("-wal", "-journal", "-shm")
# SQLite's messages quote what is damaged, which need not be UTF-8 any more.
_UNUSABLE: Final = (sqlite3.Error, UnicodeError, MemoryError, OverflowError)
_DIGITS: Final = 32

canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""Writes JSON data, the same data always as the same text."""


@attrs.frozen
class Layout:
    """What tells one kind of journal from any other file."""

    application_id: int
    """Four bytes in the header that mark the file as ours."""
    version: int
    """Raised when an older version could not go on with a journal of this one."""
    tables: tuple[str, ...]
    """The statements that make its tables."""


class JournalFile:
    """A journal of some kind; open for one process at a time."""

    _layout: Layout
    otherwise: str
    """How to go on without the journal, for people."""

    def __init__(self, path: Path) -> None:
        """Name the file; `open` makes or reads it."""
        self.path = path
        self._lock = JournalLock(path)
        self._connection: sqlite3.Connection | None = None
        # The writer's thread and the event loop's take turns.
        self._turn = threading.Lock()
        self.resumed = False
        """Whether the file was there when it was opened."""

    def open(self) -> None:
        """Lock the journal, make it if it is not there, and read and check it all.

        Raises:
            ConfigurationError: It is in use, damaged, newer, no journal of this kind,
                of something else, or cannot be written.
        """
        self._lock.acquire()
        try:
            self.resumed = self.path.exists() or self.path.is_symlink()
            if not self.resumed:
                self._make()
            self._check_header()
            self._connect()
            self._check_tables()
            self._load()
        except _UNUSABLE as error:
            self.close()
            self._refuse_damaged("the file", str(error))
        except OSError as error:
            self.close()
            self._refuse(f"it cannot be read or written ({error.strerror})")
        except BaseException:
            self.close()
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

    def _fill(self, connection: sqlite3.Connection) -> None:
        """Put into a new journal, whose tables are there, what it starts with."""

    def _load(self) -> None:
        """Read and check what an open journal holds."""

    def _write_rows(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        """Execute a statement for many rows; on disk when this returns.

        May be called by any thread.

        Raises:
            sqlite3.Error: It could not be written; nothing of it is remembered.
        """
        with self._turn:
            connection = self._open_connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(statement, values)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

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
                connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
                connection.execute("BEGIN")
                for table in self._layout.tables:
                    connection.execute(table)
                self._fill(connection)
                connection.execute(
                    f"PRAGMA application_id = {self._layout.application_id}"
                )
                connection.execute(f"PRAGMA user_version = {self._layout.version}")
                connection.execute("COMMIT")
            finally:
                connection.close()
            write_private(self.path, draft.read_bytes())

    def _check_header(self) -> None:
        """Look at the first bytes before SQLite touches a file that may not be ours."""
        if self.path.is_symlink() or not self.path.is_file():
            self._refuse("it is a link or no file")
        with self.path.open("rb") as file:
            header = file.read(_HEADER)
        if not header:
            self._refuse_damaged("byte 0", "it is empty")
        length = min(len(header), len(_MAGIC))
        if header[:length] != _MAGIC[:length]:
            self._refuse("it is no journal @ byte 0")
        if len(header) < _HEADER:
            self._refuse_damaged(f"byte {len(header)}", "it is cut off")
        if int.from_bytes(header[68:72], "big") != self._layout.application_id:
            self._refuse("it is a database, but no journal of this kind @ byte 68")
        version, known = int.from_bytes(header[60:64], "big"), self._layout.version
        if version > known:
            self._refuse(
                f"it has format {version}, and this version reads format {known}; use "
                f"a newer configcat-mgmt @ byte 60"
            )
        if version != known:
            self._refuse(
                f"it has format {version} of an older version, and this one reads "
                f"format {known}; go on with that one, or {self.otherwise} @ byte 60"
            )

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

    def _check_tables(self) -> None:
        connection = self._open_connection()
        check = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if check != ("ok",):
            # A message has a line for where, and one for what.
            self._refuse_damaged("the file", " ".join(str(check[0]).split()))
        tables = connection.execute("SELECT sql FROM sqlite_master").fetchmany(9)
        if tables != [(table,) for table in self._layout.tables]:
            self._refuse("its tables are not those of a journal")

    def _refuse_damaged(self, place: str, reason: str = "") -> NoReturn:
        shown = f" ({reason})" if reason else ""
        self._refuse(
            f"it is damaged{shown}; put a good copy in its place, or {self.otherwise} "
            f"@ {place}"
        )

    def _refuse(self, reason: str) -> NoReturn:
        message = f"{self.path} cannot be used as the journal: {reason}"
        raise ConfigurationError(message)


def digest_of(cells: Sequence[object]) -> str:
    """Return a digest of plain data, so that a bit that flipped is noticed."""
    return hashlib.sha256(canonical(cells).encode("ascii")).hexdigest()[:_DIGITS]
