"""Calls that read: side by side, counted, and with a note of what may not be read."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final, ParamSpec, TypeAlias, TypeVar

from configcat_mgmt.errors import NotFoundError, PermissionDeniedError
from configcat_mgmt.jobs.model.snapshot import Gap

ReadListener: TypeAlias = Callable[[int, int], None]
"""Is told how many calls are done, and how many are known to be needed so far. What it
raises is logged and changes nothing."""

IN_FLIGHT: Final = 32
"""Calls of one endpoint under way at a time; the pace is the client's."""

_log: Final = logging.getLogger("configcat_mgmt")

P = ParamSpec("P")
T = TypeVar("T")


class ReadingCalls:
    """The calls of one reading."""

    def __init__(self, progress: ReadListener | None = None) -> None:
        """Start without calls."""
        self.gaps: list[Gap] = []
        self._progress = progress
        self._done = 0
        self._known = 0
        # By endpoint, so that a slow one does not hold up the others.
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(IN_FLIGHT)
        )

    async def call(
        self,
        function: Callable[P, Awaitable[T]],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """Call a method of the client when it is its turn."""
        self._known += 1
        async with self._slots[getattr(function, "__name__", "")]:
            answer = await function(*arguments, **named)
        self._done += 1
        if self._progress is not None:
            try:
                self._progress(self._done, self._known)
            except Exception:
                _log.exception("the progress callback raised; the reading goes on")
        return answer

    async def call_or_note(
        self,
        entity: str,
        key: str,
        function: Callable[P, Awaitable[T]],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T | None:
        """Call a method of the client; note a gap if it may not be called.

        Returns:
            The answer; None if it was 403 or 404.
        """
        try:
            return await self.call(function, *arguments, **named)
        except PermissionDeniedError:
            self.note(entity, key, "403: the credentials may not read it")
        except NotFoundError:
            self.note(entity, key, "404: there is none, or no access to it")
        return None

    def note(
        self, entity: str, key: str, reason: str, *, was_read: bool = False
    ) -> None:
        """Note that something is missing, or may not be changed."""
        self.gaps.append(Gap(entity, key, reason, was_read))
