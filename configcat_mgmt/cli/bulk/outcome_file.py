"""The outcome file of a bulk run; runs with the same journal append to it."""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Final, cast

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import PRIVATE_FILE, is_there, require_replaceable
from configcat_mgmt.jobs import Outcome, write_outcome

_NO_FOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)


class OutcomeFile:
    """One line of JSON for each outcome; the last line of a call counts.

    Only the owner can read the file, because responses may hold secrets.
    """

    def __init__(self, path: Path, *, extend: bool) -> None:
        """Open the file.

        Args:
            path: The file.
            extend: Whether to keep the lines of earlier runs.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        require_replaceable(path)
        self._known = _numbers_in(path) if extend else set[int]()
        flags = os.O_RDWR | os.O_CREAT | _NO_FOLLOW | (0 if extend else os.O_TRUNC)
        try:
            descriptor = os.open(path, flags, PRIVATE_FILE)
        except OSError as error:
            raise ConfigurationError(
                f"{path} cannot be written: {error.strerror}"
            ) from None
        self._file: IO[str] = open(descriptor, "r+", encoding="utf-8")  # noqa: SIM115
        _cut_broken_line(descriptor)
        self._file.seek(0, os.SEEK_END)

    def write(self, outcome: Outcome) -> None:
        """Write an outcome, unless the file already holds it."""
        if not (outcome.resumed and outcome.number in self._known):
            write_outcome(self._file, outcome)

    def __enter__(self) -> "OutcomeFile":
        """Return the file, which is open already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Flush and close the file."""
        self._file.close()


def _numbers_in(path: Path) -> set[int]:
    """Return the numbers of the calls that succeeded according to the file."""
    found: set[int] = set()
    if not is_there(path):
        return found
    with path.open("rb") as lines:
        for line in lines:
            try:
                data: object = json.loads(line)
            except ValueError:
                continue  # The writer was killed while it wrote the last line.
            if isinstance(data, dict):
                fields = cast("dict[str, object]", data)
                number = fields.get("number")
                if isinstance(number, int) and fields.get("ok") is True:
                    found.add(number)
    return found


def _cut_broken_line(descriptor: int) -> None:
    """Remove an incomplete last line, left by a writer that was killed."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    block = 65536
    while end > 0:
        start = max(end - block, 0)
        os.lseek(descriptor, start, os.SEEK_SET)
        place = os.read(descriptor, end - start).rfind(b"\n")
        if place >= 0:
            end = start + place + 1
            break
        end = start
    os.ftruncate(descriptor, end)
