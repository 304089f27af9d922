"""A file lock, held by the operating system, that lets one job use a journal.

The lock ends with the process in every case, so nobody has to remove a stale lock.
"""

import contextlib
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import PRIVATE_FILE, sibling, take_lock

MAX_NOTE_BYTES: Final = 1_000
"""Size limit for reading the holder's note."""

_NO_FOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)


class JournalLock:
    """The exclusive right to use a journal, held by a lock file next to it."""

    def __init__(
        self, journal: Path, instead: str = "use another journal or another folder"
    ) -> None:
        """Prepare the lock without taking it.

        Args:
            journal: The file to protect; the lock file is created next to it.
            instead: The action that the error message suggests instead of waiting.

        Raises:
            ConfigurationError: The path ends without the name of a file, such as `.`.
        """
        self._place = sibling(journal, ".lock")
        self._journal = journal
        self._instead = instead
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, and write a note about this process into it.

        Raises:
            ConfigurationError: Another job holds the lock, which the message names, or
                the lock file cannot be used.
        """
        flags = os.O_RDWR | os.O_CREAT | _NO_FOLLOW
        try:
            descriptor = os.open(self._place, flags, PRIVATE_FILE)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            message = f"{self._place} cannot be used as a lock: {reason}"
            raise ConfigurationError(message) from None
        try:
            take_lock(descriptor)
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
        """Release the lock if it is held. The lock file stays, empty, for the next."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):  # The note is optional.
                os.ftruncate(self._descriptor, 0)
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
        # The note is optional; a full disk will be reported by the first real write.
        return


def _read_note(descriptor: int) -> str:
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        note: object = json.loads(os.read(descriptor, MAX_NOTE_BYTES))
    except (OSError, ValueError):
        note = None
    if not isinstance(note, dict):
        return "a process that left no note"
    told = cast("dict[str, object]", note)
    pid, host, since = (str(told.get(name, "?")) for name in ("pid", "host", "since"))
    return f"process {pid} on {host}, since {since}"
