"""Whether a client is still open, and how closing or a deadline ends its waits."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeAlias, cast
from weakref import WeakSet

from configcat_mgmt.clock import Timer, call_later
from configcat_mgmt.errors import ClientClosed

MakeError: TypeAlias = Callable[[], Exception]


class DeadlinePassed(Exception):  # noqa: N818
    """The time for the whole call is over."""


class Lifetime:
    """The waits of a client, so that closing it can end them all at once."""

    def __init__(self) -> None:
        self.closed = False
        self._waits: dict[asyncio.Future[None], MakeError] = {}
        self._children: WeakSet[Lifetime] = WeakSet()

    def child(self) -> "Lifetime":
        """Create a lifetime that closes with this one and can also be closed alone."""
        child = Lifetime()
        child.closed = self.closed
        self._children.add(child)
        return child

    def track(
        self,
        future: "asyncio.Future[None]",
        seconds: float | None,
        closed: MakeError = ClientClosed,
        late: MakeError = DeadlinePassed,
    ) -> None:
        """Fail `future` when the client closes, or after `seconds`.

        Args:
            future: The future that a caller waits on.
            seconds: None for no limit.
            closed: Makes the error for closing.
            late: Makes the error for the time that is over.
        """
        if self.closed:
            future.set_exception(closed())
            return
        self._waits[future] = closed
        future.add_done_callback(self._waits.pop)
        if seconds is not None:
            handle = call_later(
                future.get_loop(), max(seconds, 0.0), _fail, future, late
            )
            future.add_done_callback(partial(_cancel_timer, handle))

    async def sleep(self, seconds: float) -> None:
        """Wait, unless the client closes meanwhile."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        handle = call_later(loop, seconds, _wake, future)
        self.track(future, None)
        try:
            await future
        finally:
            handle.cancel()

    def close(self) -> None:
        """End every wait with `ClientClosed`."""
        self.closed = True
        here = _running_loop()
        for future, closed in list(self._waits.items()):
            # In a forked child there may be waits of the parent's loop: leave them.
            if future.get_loop() is here:
                _fail(future, closed)
        for child in list(self._children):
            child.close()


class UnderWay:
    """The tasks that run one piece of code, so that closing can end them."""

    def __init__(self) -> None:
        self._inside: set[asyncio.Task[object]] = set()
        self._ended: set[asyncio.Task[object]] = set()
        self._empty: asyncio.Future[None] | None = None

    def enter(self) -> "asyncio.Task[object]":
        """Register the current task, which must call `leave` in every case."""
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self._inside.add(task)
        return task

    def leave(self, task: "asyncio.Task[object]") -> None:
        """Remove the task."""
        self._inside.discard(task)
        self._ended.discard(task)
        empty = self._empty
        if empty is not None and not self._inside and not empty.done():
            empty.set_result(None)

    async def end_all(self) -> None:
        """Cancel the waits of all tasks and wait until every task has left."""
        if not self._inside:
            return
        self._empty = asyncio.get_running_loop().create_future()
        self._ended.update(self._inside)
        for task in self._inside:
            task.cancel()
        await self._empty

    def was_ended(self, task: "asyncio.Task[object]") -> bool:
        """Tell whether only `end_all` canceled the task, so that it may continue."""
        if task not in self._ended:
            return False
        self._ended.discard(task)
        return task.uncancel() == 0


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _fail(future: "asyncio.Future[None]", make_error: MakeError) -> None:
    if not future.done():
        future.set_exception(make_error())


def _cancel_timer(handle: Timer, _: "asyncio.Future[None]") -> None:
    handle.cancel()
