"""One job at a time on a journal: a lock that the operating system holds.

It ends with the process, however that ends, so no stale lock has to be removed by hand.
"""

import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import PRIVATE_FILE

MAX_NOTE_BYTES: Final = 1_000
"""How much of the note of the holder is read."""

_NO_FOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)
_LOCKED_BYTE: Final = 1 << 30
"""On Windows a locked byte cannot be read, so it lies behind the note."""

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        # Not `lockf`, which lets the same process in twice.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class JournalLock:
    """The right to use a journal, kept in a file next to it."""

    def __init__(
        self, journal: Path, instead: str = "use another journal for another plan"
    ) -> None:
        """Name the journal; nothing is locked yet.

        Args:
            journal: What the lock is for; the lock's own file is next to it.
            instead: What somebody can do who does not want to wait.
        """
        self._journal = journal
        self._instead = instead
        self._place = journal.with_name(f"{journal.name}.lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, and leave a note of who has it.

        Raises:
            ConfigurationError: Another job has it, who is named, or the file cannot be
                used.
        """
        flags = os.O_RDWR | os.O_CREAT | _NO_FOLLOW
        try:
            descriptor = os.open(self._place, flags, PRIVATE_FILE)
        except OSError as error:
            message = f"{self._place} cannot be used as a lock: {error.strerror}"
            raise ConfigurationError(message) from None
        try:
            _take(descriptor)
        except OSError:
            holder = _read_note(descriptor)
            os.close(descriptor)
            raise ConfigurationError(
                f"{self._journal} is in use by another job: {holder}; wait for it to "
                f"end, or {self._instead}"
            ) from None
        self._descriptor = descriptor
        _write_note(descriptor)

    def release(self) -> None:
        """Give the lock back, if it is held. The file stays, for the next holder."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _write_note(descriptor: int) -> None:
    note = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    try:
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, json.dumps(note).encode("ascii"))
    except OSError:
        # The lock counts, not the note; and what is full will show soon enough.
        return


def _read_note(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        note: object = json.loads(os.read(descriptor, MAX_NOTE_BYTES))
    except (OSError, ValueError):
        note = None
    if not isinstance(note, dict):
        return "one that left no note"
    told = cast("dict[str, object]", note)
    pid, host, since = (str(told.get(name, "?")) for name in ("pid", "host", "since"))
    return f"process {pid} on {host}, since {since}"
