"""Writes to a journal without blocking the event loop.

While one commit is written to disk, the entries of the next one collect, so many
concurrent steps need few commits.
"""

import asyncio
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from configcat_mgmt.jobs.journal.plan_journal import Entry, Journal


class JournalBrokenError(Exception):
    """The journal cannot be written anymore, so no further request may be sent."""


class JournalWriter:
    """Writes the entries of one event loop to a journal."""

    def __init__(self, journal: Journal) -> None:
        """Use an open journal in the running event loop."""
        self._journal = journal
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._entries: list[Entry] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._writing = False
        self.broken: str | None = None
        """Why the journal cannot be written anymore; None while it can."""

    async def put(self, entry: Entry) -> None:
        """Record an entry, which is on disk when this returns.

        The entry is written even if the caller is canceled.

        Raises:
            JournalBrokenError: The journal could not be written, now or before.
        """
        self._require_whole()
        future: asyncio.Future[None] = self._loop.create_future()
        self._entries.append(entry)
        self._waiting.append(future)
        self._start()
        await future

    def note(self, entry: Entry) -> None:
        """Record an entry together with the next one that a caller waits for."""
        self._entries.append(entry)

    def put_now(self, entry: Entry) -> None:
        """Record an entry before this returns, which blocks the event loop.

        Raises:
            JournalBrokenError: The journal could not be written, now or before.
        """
        self._require_whole()
        try:
            self._journal.write([entry])
        except sqlite3.Error as error:
            self.broken = str(error)
            raise JournalBrokenError(self.broken) from None

    def close(self) -> None:
        """Write the remaining entries, and end the thread."""
        self._thread.shutdown(wait=True)
        entries, self._entries = self._entries, []
        if entries and self.broken is None:
            try:
                self._journal.write(entries)
            except sqlite3.Error as error:
                self.broken = str(error)
        # The event loop may still learn of the last write, and must not start another.
        waiting, self._waiting = self._waiting, []
        self._settle(waiting)

    def _require_whole(self) -> None:
        if self.broken is not None:
            raise JournalBrokenError(self.broken)

    def _start(self) -> None:
        """Write the collected entries, unless a write is running."""
        if self._writing:
            return
        entries, self._entries = self._entries, []
        waiting, self._waiting = self._waiting, []
        self._writing = True
        # Not a task, because a closing loop would cancel it in the middle.
        written = self._thread.submit(self._journal.write, entries)
        written.add_done_callback(partial(self._hand_over, waiting))

    def _hand_over(
        self, waiting: "list[asyncio.Future[None]]", written: "Future[None]"
    ) -> None:
        """Return from the writer's thread to the event loop's."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._written, waiting, written)

    def _written(
        self, waiting: "list[asyncio.Future[None]]", written: "Future[None]"
    ) -> None:
        self._writing = False
        error = written.exception()
        if error is not None:
            self.broken = str(error)
            # Entries that arrived meanwhile cannot be written either.
            waiting, self._waiting = [*waiting, *self._waiting], []
        self._settle(waiting)
        if self._waiting:
            self._start()

    def _settle(self, waiting: "list[asyncio.Future[None]]") -> None:
        """Let callers go on whose entries are on disk, or cannot be written."""
        for future in waiting:
            if future.done():
                continue
            if self.broken is None:
                future.set_result(None)
            else:
                future.set_exception(JournalBrokenError(self.broken))
