"""Tasks that end together, whatever happens to one of them."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")


class Together:
    """Runs coroutines side by side; none is left behind.

    Leaving the block waits for all of them. If one fails, or the block does, the others
    are cancelled and waited for, and the first error comes out.
    """

    def __init__(self) -> None:
        """Start without tasks."""
        self._tasks: list[asyncio.Task[object]] = []

    def start(self, coroutine: Coroutine[object, object, T]) -> "asyncio.Task[T]":
        """Begin a task; it may start others."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.append(task)
        return task

    async def __aenter__(self) -> "Together":
        """Begin."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait for all tasks, or end them."""
        try:
            while error is None and (waiting := self._waiting()):
                await asyncio.gather(*waiting)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _waiting(self) -> "list[asyncio.Task[object]]":
        return [task for task in self._tasks if not task.done() or _failed(task)]


def _failed(task: "asyncio.Task[object]") -> bool:
    return task.cancelled() or task.exception() is not None
