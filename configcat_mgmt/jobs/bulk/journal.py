"""Records which calls of a bulk run were sent and done, across crashes."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias, cast, get_args

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import JobError
from configcat_mgmt.jobs.journal.sqlite_file import JournalFile, Layout, digest_of

CallState: TypeAlias = Literal["sent", "done", "failed"]
"""`sent`: written before the call goes out, so it may have been done."""

FAILED_STEP: Final = "the journal"
"""The step that a `JobError` names if the run cannot go on."""

_LAYOUT: Final = Layout(
    application_id=0x43434D42,  # CCMB
    version=2,
    tables=(
        "CREATE TABLE calls (number INTEGER PRIMARY KEY, call TEXT NOT NULL, "
        "state TEXT NOT NULL, digest TEXT NOT NULL)",
    ),
)
_WRITE: Final = "INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?)"
_STATES: Final[tuple[str, ...]] = get_args(CallState)

_Entry: TypeAlias = tuple[int, str, CallState]


@attrs.define(eq=False)
class _Batch:
    """Entries that go to the disk in one transaction."""

    written: "asyncio.Future[None]"
    entries: list[_Entry] = attrs.field(factory=list[_Entry])


@checked
class BulkJournal(JournalFile):
    """A SQLite file with one row for each call that was begun.

    Each call is on disk before it is sent. Entries that arrive during a write go to
    disk together in the next one.
    """

    _layout = _LAYOUT
    otherwise = "check which calls were done, and run the others with a new journal"

    def __init__(self, path: str | Path) -> None:
        """Open or make the file; only this user may read it.

        A file ending in `.lock` is left next to it.

        Raises:
            ConfigurationError: It cannot be used, is no journal of bulk calls, comes
                from a newer version, is damaged, or is in use.
        """
        super().__init__(Path(path))
        self._next: _Batch | None = None
        self._writer: asyncio.Task[None] | None = None
        self._last = -1
        """Number of the last call that is noted."""
        self.open()

    def __enter__(self) -> "Self":
        """Return the journal, which is open already."""
        return self

    def state_of(self, number: int, call: str) -> CallState | None:
        """Return the state that an earlier run wrote, None if the call did not begin.

        Args:
            number: Place of the call in the run.
            call: Its digest.

        Raises:
            JobError: The journal belongs to other calls, or cannot be read.
        """
        if number > self._last:
            return None
        question = "SELECT call, state FROM calls WHERE number = ?"
        try:
            with self._turn:
                row = self._open_connection().execute(question, [number]).fetchone()
        except sqlite3.Error as error:
            reason = f"{self.path} cannot be read: {error}"
            raise JobError(FAILED_STEP, reason) from None
        if row is None:
            return None
        if row[0] != call:
            reason = (
                f"call {number} is another one in {self.path}; it is the journal of "
                "other calls, use another file"
            )
            raise JobError(FAILED_STEP, reason)
        return cast("CallState", row[1])

    async def note(self, number: int, call: str, state: CallState) -> None:
        """Write a state and return when it is on the disk.

        Args:
            number: Position of the call in the run, from 0.
            call: Its digest, as `Call.digest` gives it.
            state: What is known about it.

        Raises:
            JobError: It could not be written; nothing more must be sent.
        """
        batch = self._next
        if batch is None:
            batch = self._next = _Batch(asyncio.get_running_loop().create_future())
        batch.entries.append((number, call, state))
        self._last = max(self._last, number)
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())
        await asyncio.shield(batch.written)

    def note_now(self, number: int, call: str, state: CallState) -> None:
        """Write a state before this returns, which holds up the event loop.

        Args:
            number: Position of the call in the run, from 0.
            call: Its digest, as `Call.digest` gives it.
            state: What is known about it.

        Raises:
            JobError: It could not be written; nothing more must be sent.
        """
        try:
            self._commit([(number, call, state)])
        except sqlite3.Error as error:
            raise self._unwritten(error) from None

    def counts(self) -> dict[str, int]:
        """Count the calls by state: `sent`, `done`, `failed`."""
        with self._turn:
            rows = self._open_connection().execute(
                "SELECT state, count(*) FROM calls GROUP BY state"
            )
            return dict(rows.fetchall())

    async def _write(self) -> None:
        """Write batch after batch, until nothing is left to write."""
        try:
            while (batch := self._next) is not None:
                self._next = None
                try:
                    await asyncio.to_thread(self._commit, batch.entries)
                except sqlite3.Error as error:
                    batch.written.set_exception(self._unwritten(error))
                except asyncio.CancelledError:
                    # The loop ends, so nobody must wait for this anymore.
                    batch.written.cancel()
                    raise
                else:
                    batch.written.set_result(None)
        finally:
            self._writer = None

    def _commit(self, entries: Sequence[_Entry]) -> None:
        self._write_rows(_WRITE, [(*entry, digest_of(entry)) for entry in entries])

    def _unwritten(self, error: sqlite3.Error) -> JobError:
        return JobError(FAILED_STEP, f"{self.path} cannot be written: {error}")

    def _load(self) -> None:
        """Check all rows, one after the other, since there may be any number."""
        question = "SELECT * FROM calls ORDER BY number"
        for place, row in enumerate(self._open_connection().execute(question)):
            if [type(cell) for cell in row] != [int, str, str, str]:
                self._refuse_damaged(f"row {place}")
            number, call, state, digest = cast("tuple[int, str, str, str]", row)
            if digest_of([number, call, state]) != digest or state not in _STATES:
                self._refuse_damaged(f"row {place} (call {number})")
            self._last = number
