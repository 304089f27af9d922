"""SQLite files for one process at a time, which are either whole or refused.

The common part of every kind of journal. A journal is created atomically, locked by the
operating system, checked before SQLite opens it, and forced to disk by each write.
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
# SQLite's messages quote damaged data, which may not be UTF-8.
_UNUSABLE: Final = (sqlite3.Error, UnicodeError, MemoryError, OverflowError)
_OF_THE_DISK: Final = frozenset(
    [
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    ]
)
"""Errors of the disk or of rights, which leave the journal as it is."""
_DIGITS: Final = 32

canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""Writes JSON data; equal data gives equal text."""


@attrs.frozen
class Layout:
    """The marks that distinguish one kind of journal from other files."""

    application_id: int
    """Four bytes in the header that mark the file as this kind of journal."""
    version: int
    """Raised when an older version cannot resume from a journal of this version."""
    tables: tuple[str, ...]
    """The statements that create its tables."""


class JournalFile:
    """A journal of some kind; one process at a time can open it."""

    _layout: Layout
    otherwise: str
    """The way to continue without the journal, for error messages."""

    def __init__(self, path: Path) -> None:
        """Name the file; `open` creates or reads it."""
        self.path = path
        self._lock = JournalLock(path)
        self._connection: sqlite3.Connection | None = None
        # The writer's thread and the event loop's thread take turns.
        self._turn = threading.Lock()
        self.resumed = False
        """Whether the file existed when it was opened."""

    def open(self) -> None:
        """Lock the journal, create it if it is missing, and check all of it.

        Raises:
            ConfigurationError: The journal is in use, damaged, of a newer version, of
                another kind or job, or cannot be written.
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
            if _is_of_the_disk(error):
                self._refuse(f"it cannot be read or written ({error})")
            self._refuse_damaged("the file", str(error))
        except OSError as error:
            self.close()
            self._refuse(f"it cannot be read or written ({error.strerror})")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Write everything into the one file, close it, and release the lock."""
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
        """Insert the first rows into the tables of a new journal."""

    def _load(self) -> None:
        """Read and check the rows of an open journal."""

    def _write_rows(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        """Execute a statement for many rows, which are on disk when this returns.

        Any thread may call it.

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
        """Create the journal atomically, so it is never half written.

        An empty file is therefore a damaged journal, not a new one.
        """
        for ending in _SIDE_FILES:
            left = self.path.with_name(self.path.name + ending)
            if left.exists():
                self._refuse(
                    f"it is missing, but {left.name}, a part of it, exists; "
                    f"restore the journal next to it, or remove it as well"
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
        """Check the first bytes before SQLite opens what may be another file."""
        if self.path.is_symlink() or not self.path.is_file():
            self._refuse("it is a symbolic link or not a regular file")
        with self.path.open("rb") as file:
            header = file.read(_HEADER)
        if not header:
            self._refuse_damaged("byte 0", "it is empty")
        length = min(len(header), len(_MAGIC))
        if header[:length] != _MAGIC[:length]:
            self._refuse("it is not a journal @ byte 0")
        if len(header) < _HEADER:
            self._refuse_damaged(f"byte {len(header)}", "it is truncated")
        if int.from_bytes(header[68:72], "big") != self._layout.application_id:
            self._refuse("it is a database, but not a journal of this kind @ byte 68")
        version, known = int.from_bytes(header[60:64], "big"), self._layout.version
        if version > known:
            self._refuse(
                f"it has format {version}, and this version reads format {known}; use "
                f"a newer configcat-mgmt @ byte 60"
            )
        if version != known:
            self._refuse(
                f"it has format {version} of an older version, and this one reads "
                f"format {known}; use that version, or {self.otherwise} @ byte 60"
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
        # The write-ahead log needs one write and one sync per commit, and has
        # checksums, so a torn commit counts as no commit.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    def _check_tables(self) -> None:
        connection = self._open_connection()
        check = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if check != ("ok",):
            # The message has two lines: the place and the problem.
            self._refuse_damaged("the file", " ".join(str(check[0]).split()))
        tables = connection.execute("SELECT sql FROM sqlite_master").fetchmany(9)
        if tables != [(table,) for table in self._layout.tables]:
            self._refuse("it does not have the tables of a journal")

    def _refuse_damaged(self, place: str, reason: str = "") -> NoReturn:
        shown = f" ({reason})" if reason else ""
        self._refuse(
            f"it is damaged{shown}; restore a good copy, or {self.otherwise} @ {place}"
        )

    def _refuse(self, reason: str) -> NoReturn:
        message = f"{self.path} cannot be used as the journal: {reason}"
        raise ConfigurationError(message)


def _is_of_the_disk(error: Exception) -> bool:
    # Errors of Python's module itself have no code. The lowest byte is the kind.
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _OF_THE_DISK


def digest_of(cells: Sequence[object]) -> str:
    """Return a digest of plain data, to detect flipped bits."""
    return hashlib.sha256(canonical(cells).encode("ascii")).hexdigest()[:_DIGITS]
