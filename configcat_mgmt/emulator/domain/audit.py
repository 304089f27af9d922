"""The audit log, in the order of the events."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from configcat_mgmt.emulator.domain.records import AuditEntry

MAX_ENTRIES: Final = 100_000
"""Older entries are dropped, so an emulator can run for weeks."""


class AuditLog:
    """The entries of all organizations, oldest first."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: deque[AuditEntry] = deque(maxlen=MAX_ENTRIES)

    def __iter__(self) -> Iterator[AuditEntry]:
        """Yield the entries, oldest first."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._entries)

    def add(self, entry: AuditEntry) -> None:
        """Append an entry."""
        self._entries.append(entry)

    def between(self, start: datetime, end: datetime) -> Iterator[AuditEntry]:
        """Yield the entries of a time span, both ends included, newest first."""
        for entry in reversed(self._entries):
            if start <= entry.happened_at <= end:
                yield entry

    def forget_environment(self, environment_id: UUID, kept: set[int]) -> None:
        """Drop the entries of an environment but those whose ids are in `kept`."""
        entries = [
            entry
            for entry in self._entries
            if entry.environment_id != environment_id or entry.audit_log_id in kept
        ]
        self._entries.clear()
        self._entries.extend(entries)
