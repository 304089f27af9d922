"""Whether a client is still open, and how closing or a deadline ends its waits."""

import asyncio
from functools import partial

from configcat_mgmt.errors import ClientClosed


class DeadlinePassed(Exception):  # noqa: N818
    """The time for the whole call is over."""


class Lifetime:
    """The waits of a client, so that closing it can end them all at once."""

    def __init__(self) -> None:
        self.closed = False
        self._waits: set[asyncio.Future[None]] = set()

    def track(self, future: "asyncio.Future[None]", seconds: float | None) -> None:
        """Fail `future` when the client closes, or after `seconds`."""
        if self.closed:
            future.set_exception(ClientClosed())
            return
        self._waits.add(future)
        future.add_done_callback(self._waits.discard)
        if seconds is not None:
            handle = future.get_loop().call_later(
                max(seconds, 0.0),
                _fail,
                future,
                DeadlinePassed(),
            )
            future.add_done_callback(partial(_cancel_timer, handle))

    async def sleep(self, seconds: float) -> None:
        """Wait, unless the client closes meanwhile."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        handle = loop.call_later(seconds, _wake, future)
        self.track(future, None)
        try:
            await future
        finally:
            handle.cancel()

    def close(self) -> None:
        """End every wait with `ClientClosed`."""
        self.closed = True
        for future in list(self._waits):
            _fail(future, ClientClosed())


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _fail(future: "asyncio.Future[None]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _cancel_timer(handle: asyncio.TimerHandle, _: "asyncio.Future[None]") -> None:
    handle.cancel()
