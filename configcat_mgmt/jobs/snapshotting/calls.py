"""Concurrent read calls that count progress and note unreadable parts."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final, ParamSpec, TypeAlias, TypeVar

from configcat_mgmt.errors import NotFoundError, PermissionDeniedError
from configcat_mgmt.jobs.model.snapshot import Gap

ReadListener: TypeAlias = Callable[[int, int], None]
"""Receives the number of finished calls and of calls known to be needed so far. The job
logs an exception from the callback and continues."""

IN_FLIGHT: Final = 32
"""Most calls of one endpoint in flight at a time; the client's limiter sets the rate.
"""

_log: Final = logging.getLogger("configcat_mgmt")

P = ParamSpec("P")
T = TypeVar("T")


class ReadingCalls:
    """The calls that read one product."""

    def __init__(self, progress: ReadListener | None = None) -> None:
        """Start without calls."""
        self.gaps: list[Gap] = []
        self._progress = progress
        self._done = 0
        self._known = 0
        # One semaphore per endpoint, so a slow endpoint does not block the others.
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(IN_FLIGHT)
        )

    async def call(
        self,
        function: Callable[P, Awaitable[T]],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """Call a method of the client when fewer than `IN_FLIGHT` calls are running."""
        self._known += 1
        async with self._slots[getattr(function, "__name__", "")]:
            answer = await function(*arguments, **named)
        self._done += 1
        if self._progress is not None:
            try:
                self._progress(self._done, self._known)
            except Exception:
                _log.exception("the progress callback raised; the job continues")
        return answer

    async def call_or_note(
        self,
        entity: str,
        key: str,
        function: Callable[P, Awaitable[T]],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T | None:
        """Call a method of the client; note a gap if the service answers 403 or 404.

        Returns:
            The result; None if the service answered 403 or 404.
        """
        try:
            return await self.call(function, *arguments, **named)
        except PermissionDeniedError:
            self.note(entity, key, "403: the credentials have no permission to read it")
        except NotFoundError:
            self.note(
                entity,
                key,
                "404: it does not exist, or these credentials cannot see it",
            )
        return None

    def note(
        self, entity: str, key: str, reason: str, *, was_read: bool = False
    ) -> None:
        """Note that something could not be read, or is read-only."""
        self.gaps.append(Gap(entity, key, reason, was_read))
