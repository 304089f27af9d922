"""Remembers which calls of a bulk run were sent and done, across crashes."""

import asyncio
import sqlite3
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from configcat_mgmt.errors import ConfigurationError, JobError

if TYPE_CHECKING:
    from typing_extensions import Self

State: TypeAlias = Literal["sent", "done", "failed"]
"""`sent`: written before the call goes out, so it may have been done."""

FORMAT: Final = 1
APPLICATION_ID: Final = 0x43434D42
"""Marks the file as a journal of this kind: the letters CCMB."""
INSERT: Final = "insert or replace into calls values (?, ?, ?)"
FAILED_STEP: Final = "the journal"
"""The step that a `JobError` names if the run cannot go on."""
SCHEMA: Final = """
create table calls (
    number integer primary key,
    digest blob not null,
    state text not null check (state in ('sent', 'done', 'failed'))
) without rowid
"""


@attrs.define(eq=False)
class _Batch:
    """Entries that go to the disk in one transaction."""

    written: "asyncio.Future[None]"
    entries: list[tuple[int, bytes, State]] = attrs.field(
        factory=list[tuple[int, bytes, State]],
    )


class BulkJournal:
    """A SQLite file with one row for each call that was begun.

    What is to be sent is on the disk before it is sent. Entries that are made while a
    write is under way go to the disk together with the next one.
    """

    def __init__(self, path: str | Path) -> None:
        """Open or make the file; only this user may read it.

        Raises:
            ConfigurationError: It cannot be used, is no journal of bulk calls, comes
                from a newer version, is damaged, or is in use.
        """
        self._path = Path(path)
        try:
            if not self._path.exists():
                self._path.touch(mode=0o600)
            self._file = sqlite3.connect(
                self._path,
                isolation_level=None,
                check_same_thread=False,
                timeout=0.0,
            )
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            msg = f"the journal {self._path} cannot be used: {error}"
            raise ConfigurationError(msg) from None
        self._next: _Batch | None = None
        self._writer: asyncio.Task[None] | None = None

    def _prepare(self) -> None:
        file = self._file
        # Held until the file is closed, by the operating system: it ends with us.
        file.execute("pragma locking_mode = exclusive")
        file.execute("pragma synchronous = full")
        file.execute("begin exclusive")
        kind = file.execute("pragma application_id").fetchone()[0]
        form = file.execute("pragma user_version").fetchone()[0]
        if kind == 0 and not file.execute("select 1 from sqlite_master").fetchone():
            file.execute(f"pragma application_id = {APPLICATION_ID}")
            file.execute(f"pragma user_version = {FORMAT}")
            file.execute(SCHEMA)
        elif kind != APPLICATION_ID:
            msg = f"{self._path} is no journal of bulk calls"
            raise ConfigurationError(msg)
        elif form > FORMAT:
            msg = f"the journal {self._path} was written by a newer version"
            raise ConfigurationError(msg)
        file.execute("commit")
        found = file.execute("pragma integrity_check").fetchone()[0]
        if found != "ok":
            msg = f"the journal {self._path} is damaged: {found}"
            raise ConfigurationError(msg)

    def state_of(self, number: int, digest: bytes) -> State | None:
        """Return what an earlier run noted of a call, None if it was not begun.

        Raises:
            JobError: The journal is of other calls.
        """
        row = self._file.execute(
            "select digest, state from calls where number = ?",
            (number,),
        ).fetchone()
        if row is None:
            return None
        if row[0] != digest:
            reason = (
                f"call {number} is another one in {self._path}; it is the journal of "
                "other calls, use another file"
            )
            raise JobError(FAILED_STEP, reason)
        state: State = row[1]
        return state

    async def note(self, number: int, digest: bytes, state: State) -> None:
        """Write a state and return when it is on the disk.

        Raises:
            JobError: It could not be written; nothing more must be sent.
        """
        batch = self._next
        if batch is None:
            batch = self._next = _Batch(asyncio.get_running_loop().create_future())
        batch.entries.append((number, digest, state))
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())
        await asyncio.shield(batch.written)

    async def _write(self) -> None:
        """Write batch after batch, until nothing is left to write."""
        try:
            while (batch := self._next) is not None:
                self._next = None
                try:
                    await asyncio.to_thread(self._commit, batch.entries)
                except sqlite3.Error as error:
                    reason = f"{self._path} cannot be written: {error}"
                    batch.written.set_exception(JobError(FAILED_STEP, reason))
                else:
                    batch.written.set_result(None)
        finally:
            self._writer = None

    def _commit(self, entries: list[tuple[int, bytes, State]]) -> None:
        self._file.execute("begin")
        try:
            self._file.executemany(
                "insert or replace into calls values (?, ?, ?)", entries
            )
        except BaseException:
            self._file.execute("rollback")
            raise
        self._file.execute("commit")

    def counts(self) -> dict[str, int]:
        """Count the calls by state."""
        rows = self._file.execute("select state, count(*) from calls group by state")
        return dict(rows.fetchall())

    def close(self) -> None:
        """Close the file and let others use it."""
        self._file.close()

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
