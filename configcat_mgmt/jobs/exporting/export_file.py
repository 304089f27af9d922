"""A file that grows page by page, and that an interrupted export can continue.

While an export runs, its lines are in `FILE.part`, and `FILE.part.json` says how many
of them are complete. At the end `FILE.part` becomes `FILE`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, cast

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import (
    PRIVATE_FILE,
    is_there,
    read_bounded,
    require_replaceable,
    sibling,
    take_lock,
    write_private,
)

FORMAT: Final = "configcat-audit-export"
VERSION: Final = 1
MAX_BYTES: Final = 1 << 20
_NO_FOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)


@attrs.frozen(kw_only=True)
class Position:
    """How far an export has come."""

    page: int = 0
    """The last page that is complete; 0 before the first one."""
    count: int = 0
    size: int = 0
    """Bytes of all complete lines."""
    until: datetime | None = None
    """The fixed end of the time span."""
    ids: tuple[int, ...] = ()
    """Ids of the last page, which new entries may have shifted to the next one."""


class ExportFile:
    """The file of one export, locked against a second export."""

    def __init__(self, path: Path, query: Mapping[str, str]) -> None:
        """Open the file, and continue an earlier export of the same query.

        Args:
            path: The file of the finished export.
            query: The query as plain texts; an unfinished export of another query is
                refused.

        Raises:
            ConfigurationError: The path names no file, the file cannot be written,
                another process writes it, or it belongs to another query.
        """
        self._path = path
        self._query = dict(query)
        self._part = sibling(path, ".part")
        self._progress = sibling(path, ".part.json")
        require_replaceable(path)
        self._descriptor = self._open_alone()
        try:
            self.position = self._read_position()
            self._cut_to_position()
        except BaseException:
            os.close(self._descriptor)
            raise

    def add(
        self, data: bytes, page: int, ids: Sequence[int], until: datetime | None
    ) -> None:
        """Append the complete lines of a page, and record them as complete.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise self._unusable(error) from None
        before = self.position
        self.position = Position(
            page=page,
            count=before.count + len(ids),
            size=before.size + len(data),
            until=until,
            ids=tuple(ids),
        )
        self._write_position()

    def finish(self) -> None:
        """Give the file its name.

        Raises:
            ConfigurationError: The file cannot be renamed.
        """
        require_replaceable(self._path)
        try:
            # First, because a record without its file is taken for a loss of data.
            self._progress.unlink(missing_ok=True)
            os.replace(self._part, self._path)
        except OSError as error:
            raise self._unusable(error) from None

    def __enter__(self) -> "ExportFile":
        """Return the file, which is open already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file; an unfinished export can continue later."""
        os.close(self._descriptor)

    def _open_alone(self) -> int:
        """Open and lock the part, and return its descriptor."""
        flags = os.O_RDWR | os.O_CREAT | _NO_FOLLOW
        while True:
            try:
                descriptor = os.open(self._part, flags, PRIVATE_FILE)
            except OSError as error:
                raise self._unusable(error) from None
            try:
                take_lock(descriptor)
            except OSError:
                os.close(descriptor)
                message = f"another export writes {self._part}; wait for its end"
                raise ConfigurationError(message) from None
            if self._is_part(descriptor):
                return descriptor
            # Another export finished meanwhile, so this is its finished file.
            os.close(descriptor)

    def _is_part(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self._part))
        except FileNotFoundError:
            return False

    def _cut_to_position(self) -> None:
        size = self.position.size
        try:
            if os.fstat(self._descriptor).st_size < size:
                message = f"{self._part} has lost data; delete it to start again"
                raise ConfigurationError(message)
            os.ftruncate(self._descriptor, size)
            os.lseek(self._descriptor, size, os.SEEK_SET)
        except OSError as error:
            raise self._unusable(error) from None

    def _read_position(self) -> Position:
        if not is_there(self._progress):
            return Position()
        try:
            data: Any = json.loads(read_bounded(self._progress, MAX_BYTES))
            if (data["format"], data["version"]) != (FORMAT, VERSION):
                raise ValueError
            query = cast("dict[str, str]", data["query"])
            until = data["until"]
            position = Position(
                page=int(data["page"]),
                count=int(data["count"]),
                size=int(data["size"]),
                until=None if until is None else datetime.fromisoformat(until),
                ids=tuple(int(one) for one in data["ids"]),
            )
        except (ValueError, KeyError, TypeError):
            message = f"{self._progress} is not a record of an export; delete it"
            raise ConfigurationError(message) from None
        if not position.page:
            return Position()
        if query != self._query:
            message = (
                f"{self._part} is an unfinished export of another query; finish that "
                "one, name another file, or delete it"
            )
            raise ConfigurationError(message)
        return position

    def _write_position(self) -> None:
        position = self.position
        document = {
            "format": FORMAT,
            "version": VERSION,
            "query": self._query,
            "page": position.page,
            "count": position.count,
            "size": position.size,
            "until": position.until.isoformat() if position.until else None,
            "ids": list(position.ids),
        }
        write_private(self._progress, json.dumps(document).encode(), alone=True)

    def _unusable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(f"{self._part} cannot be written: {error.strerror}")
