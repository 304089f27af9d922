"""Runs work in separate threads, so a test cannot hang."""

import asyncio
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS: Final = 300.0
"""How long to wait for an event or a process; only a failure takes this long."""
LOOP_THREAD_NAME: Final = "configcat-mgmt"


def started(work: Callable[[], T]) -> "Future[T]":
    """Start the work in a separate thread and return a future of its result."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def done(work: Callable[[], T]) -> T:
    """Do the work in a separate thread."""
    return started(work).result(PATIENCE_SECONDS)


async def in_thread(work: Callable[[], T]) -> T:
    """Do the work in a separate thread while the caller's loop continues."""
    future = asyncio.wrap_future(started(work))
    return await asyncio.wait_for(future, PATIENCE_SECONDS)


async def outcomes(works: "Sequence[Future[T]]") -> list[T | BaseException]:
    """Return the results or errors of started work."""
    futures = [asyncio.wrap_future(work) for work in works]
    together = asyncio.gather(*futures, return_exceptions=True)
    return await asyncio.wait_for(together, PATIENCE_SECONDS)


def error_of(work: "Future[T]") -> BaseException | None:
    """Return the error that the work ended with, if there was one."""
    return work.exception(PATIENCE_SECONDS)


def loop_threads() -> set[threading.Thread]:
    """Return the threads of all portals."""
    return {t for t in threading.enumerate() if t.name == LOOP_THREAD_NAME}


def interrupt() -> None:
    """Press Ctrl-C, as far as the main thread can tell."""
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)
