"""Ctrl-C, and the signal of whoever ends processes, as a request and not as an end."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Generator


@contextlib.contextmanager
def heeding(heed: Callable[[], object]) -> Generator[None, None, None]:
    """Call a function at each such signal, within the running event loop.

    Where loops have no signal handlers, Ctrl-C cancels the task as usual.
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
