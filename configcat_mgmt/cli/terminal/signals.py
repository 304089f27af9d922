"""Handles SIGINT (Ctrl-C) and SIGTERM as requests to stop."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Generator


@contextlib.contextmanager
def heeding(heed: Callable[[], object]) -> Generator[None, None, None]:
    """Call a function on each of these signals, in the running event loop.

    Where event loops have no signal handlers, Ctrl-C cancels the task as usual.
    """
    loop = asyncio.get_running_loop()
    taken: list[signal.Signals] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, heed)
            taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)
