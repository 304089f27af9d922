"""Keeps a state in a file through any end of the process, also `kill -9`.

The state file is a checkpoint: the whole state at one moment. The journal next to it
has one line for each change since, written before the client gets its response. After
a crash the emulator loads the checkpoint and repeats the changes. A line that the
process did not finish belongs to a change that no client saw.

The data survives the process, not a power cut: nothing waits for the disk.
"""

import json
import os
import secrets
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias, cast

from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.storage.state_file import (
    CHECKPOINT,
    dump_state,
    load_state,
    read_state_file,
    state_text,
)
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import PRIVATE_FILE, sibling, take_lock, write_private
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.version import __version__

KIND: Final = "configcat-mgmt emulator journal"
FORMAT: Final = 1
MAX_BYTES: Final = 64 * 1024 * 1024
"""A longer journal is replaced by a checkpoint."""

_NO_FOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)

Entry: TypeAlias = dict[str, JsonValue]
"""One change, as `write_entry` took it."""


class StateJournal:
    """A state file with the journal of the changes since it was written."""

    def __init__(self, path: str | Path) -> None:
        """Lock the files, so that no other emulator uses them.

        Raises:
            ConfigurationError: The path names no file, another emulator uses the file,
                or the journal cannot be opened.
        """
        self._path = Path(path)
        self._journal = sibling(self._path, ".journal")
        self._descriptor = self._lock()
        self._size = 0
        self._is_complete = False

    @property
    def needs_checkpoint(self) -> bool:
        """Whether the journal is too long, or lacks a change that was not written."""
        return self._size > MAX_BYTES or not self._is_complete

    def load(self, state: State) -> Iterator[Entry]:
        """Load the checkpoint, if there is one, and yield the changes since.

        Args:
            state: Its contents are replaced.

        Raises:
            ConfigurationError: The checkpoint or the journal cannot be read.
        """
        if not self._path.exists():
            return
        data = read_state_file(self._path)
        load_state(state, data)
        # What was loaded is an object.
        yield from self._entries(cast("dict[str, object]", data).get(CHECKPOINT))

    def write_checkpoint(self, state: State) -> None:
        """Write the whole state and empty the journal.

        Raises:
            ConfigurationError: A file cannot be written; the earlier files are
                still complete.
        """
        checkpoint = secrets.token_hex(8)
        # A crash between the two writes leaves a journal of the previous checkpoint,
        # which does not count: its changes are part of this one.
        write_private(
            self._path, state_text({**dump_state(state), CHECKPOINT: checkpoint})
        )
        header: Entry = {
            "kind": KIND,
            "format": FORMAT,
            "version": __version__,
            CHECKPOINT: checkpoint,
        }
        try:
            os.ftruncate(self._descriptor, 0)
            self._size = 0
            self._append(header)
            self._is_complete = True
        except OSError as error:
            raise self._unusable(error) from None

    def write_entry(self, entry: Mapping[str, JsonValue]) -> None:
        """Append one change.

        Raises:
            ConfigurationError: The journal cannot be written; the change is not in it.
        """
        try:
            self._append(entry)
        except OSError as error:
            self._is_complete = False
            raise self._unusable(error) from None

    def remove(self, state: State) -> None:
        """Write the whole state, and remove the journal.

        Raises:
            ConfigurationError: The state cannot be written; the journal stays.
        """
        self.write_checkpoint(state)
        self._journal.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Release the files as they are."""
        os.close(self._descriptor)

    def _append(self, entry: Mapping[str, JsonValue]) -> None:
        text = json.dumps(entry, separators=(",", ":")).encode("ascii")
        line = b"%08x %b\n" % (zlib.crc32(text), text)
        written = 0
        while written < len(line):
            written += os.write(self._descriptor, line[written:])
        self._size += len(line)

    def _entries(self, checkpoint: object) -> Iterator[Entry]:
        with open(self._journal, "rb") as file:
            lines = file.read().split(b"\n")
        if lines[-1] == b"":
            del lines[-1]
        entries = [_read_line(line) for line in lines]
        header = entries[0] if entries else None
        if header is None or header.get(CHECKPOINT) != checkpoint:
            return
        if header.get("format") != FORMAT:
            form = header.get("format")
            message = (
                f"{self._journal} has format {form!r}, but this version reads {FORMAT}"
            )
            raise ConfigurationError(message)
        for number, entry in enumerate(entries[1:], start=2):
            if entry is not None:
                yield entry
            elif number < len(entries):
                message = f"{self._journal} is damaged in line {number}"
                raise ConfigurationError(message)

    def _lock(self) -> int:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | _NO_FOLLOW
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._journal, flags, PRIVATE_FILE)
        except OSError as error:
            raise self._unusable(error) from None
        try:
            take_lock(descriptor)
            # An emulator that just ended has removed the file that was opened here.
            is_current = os.path.samestat(os.fstat(descriptor), os.stat(self._journal))
        except FileNotFoundError:
            is_current = False
        except OSError:
            os.close(descriptor)
            message = f"another emulator uses {self._path}; name another file"
            raise ConfigurationError(message) from None
        if is_current:
            return descriptor
        os.close(descriptor)
        return self._lock()

    def _unusable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(
            f"{self._journal} cannot be written: {error.strerror}"
        )


def _read_line(line: bytes) -> Entry | None:
    """Read a line; None if the process did not finish it, or it is damaged."""
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    return cast("Entry", json.loads(text))
