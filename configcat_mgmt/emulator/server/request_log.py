"""The last requests and their statuses, for tests that inspect them."""

from collections import deque
from collections.abc import Iterator

import attrs


@attrs.frozen
class LoggedRequest:
    """One request and the status of its response."""

    method: str
    path: str
    """As it was sent: percent-encoded, without the query."""
    query: str
    operation: str | None
    """Id of the operation; None if no operation was found."""
    status: int | None
    """None if the connection was dropped without an answer."""
    body: bytes = attrs.field(repr=False)
    """The body of the request; empty if it was not read."""


class RequestLog:
    """The last requests, oldest first; holds nothing unless it was given room."""

    def __init__(self, size: int) -> None:
        """Make room for `size` requests."""
        self._entries: deque[LoggedRequest] = deque(maxlen=size)
        self.is_on = size > 0

    def __iter__(self) -> Iterator[LoggedRequest]:
        """Yield the requests, oldest first."""
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        """Return how many requests there are."""
        return len(self._entries)

    def __getitem__(self, position: int) -> LoggedRequest:
        """Return a request by position; -1 is the latest."""
        return self._entries[position]

    def add(self, entry: LoggedRequest) -> None:
        """Append a request; the oldest one gives way if there is no room."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget all requests."""
        self._entries.clear()
