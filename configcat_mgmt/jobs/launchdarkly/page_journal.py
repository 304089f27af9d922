"""Keeps the pages of a read, so a read that was killed goes on.

One file holds one page, under the hash of its request, and is complete or not there.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from configcat_mgmt.checked import checked
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import read_bounded, write_private
from configcat_mgmt.jobs.journal.lock import JournalLock
from configcat_mgmt.json_value import JsonValue

MAX_BYTES: Final = 256 * 1024 * 1024
"""Size limit of a page, in bytes."""
FRESH_SECONDS: Final = 3600.0
"""Pages of an earlier run count that long; older ones are read again."""


@checked
class PageJournal:
    """The pages of one read in a folder, for one process at a time.

    ```python
    with PageJournal("shop.part", "https://app.launchdarkly.com shop") as journal:
        export = await read_export(client, "shop", journal=journal)
        journal.finish()
    ```
    """

    def __init__(
        self,
        path: str | Path,
        source: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Name the folder, which `with` creates.

        Args:
            path: The folder.
            source: The host and the project; pages of others are not used.
            clock: Returns the time as Unix seconds.
        """
        self.path = Path(path)
        self._source = source
        self._clock = clock
        self._lock = JournalLock(self.path / "read", "name another folder or file")
        self.reused = 0
        """Number of pages that an earlier run had read."""

    def get(self, request: str) -> JsonValue:
        """Return the page of a request; None if it has to be read."""
        path = self._file(request)
        try:
            is_fresh = self._clock() - path.stat().st_mtime < FRESH_SECONDS
            found = parse_json(read_bounded(path, MAX_BYTES)) if is_fresh else None
        except (OSError, ValueError, ConfigurationError):
            return None
        self.reused += found is not None
        return found

    def put(self, request: str, page: JsonValue) -> None:
        """Keep a page.

        Args:
            request: Path and query, which identify the page.
            page: The response.

        Raises:
            ConfigurationError: It cannot be written.
        """
        # In ASCII, which can also hold half of a surrogate pair.
        write_private(self._file(request), json.dumps(page).encode())

    def finish(self) -> None:
        """Remove the folder, because the read is complete."""
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> "PageJournal":
        """Make the folder, and keep other processes out.

        Raises:
            ConfigurationError: Another process reads into it, or it cannot be made.
        """
        try:
            self.path.mkdir(0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"the folder {self.path} cannot be made: {error.strerror}"
            raise ConfigurationError(message) from None
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        """Let others in; a folder without a page is removed."""
        if not any(self.path.glob("*.json")):
            self.finish()
        self._lock.release()

    def _file(self, request: str) -> Path:
        name = hashlib.sha256(f"{self._source} {request}".encode()).hexdigest()
        return self.path / f"{name[:32]}.json"
