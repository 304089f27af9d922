"""Work in threads of its own, so that a test never waits in vain."""

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS: Final = 10.0
"""How long to wait for what must happen at once; only a failure takes this long."""
LOOP_THREAD_NAME: Final = "configcat-mgmt"


def started(work: Callable[[], T]) -> "Future[T]":
    """Start the work in a thread of its own, and return what it will return."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def done(work: Callable[[], T]) -> T:
    """Do the work in a thread of its own."""
    return started(work).result(PATIENCE_SECONDS)


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
