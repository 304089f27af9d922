"""The time that really passes, also where a test has replaced the functions of `time`.

A tool such as freezegun stops `time.monotonic` and with it the timers of asyncio. The
service still counts by real time, so pace, retries and deadlines do too.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from functools import partial
from types import BuiltinFunctionType
from typing import Final, Protocol

# Such tools replace functions that they find in modules; inside of a partial they find
# none. If this module is loaded while they are at work, `clock_gettime` is still real.
monotonic: Final[Callable[[], float]] = (
    partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    if hasattr(time, "clock_gettime")
    else partial(time.monotonic)
)
"""Returns the monotonic time in seconds, on the scale of `time.monotonic`."""


def is_replaced() -> bool:
    """Return whether a test has replaced `time.monotonic`, the clock of event loops."""
    return not isinstance(time.monotonic, BuiltinFunctionType)


class Timer(Protocol):
    """Calls something later, unless it is canceled before."""

    def cancel(self) -> None:
        """Leave the call out."""


def call_later(
    loop: asyncio.AbstractEventLoop,
    seconds: float,
    callback: Callable[..., object],
    *arguments: object,
) -> Timer:
    """Call back on the loop when so many seconds have really passed."""
    if not is_replaced():
        return loop.call_later(seconds, callback, *arguments)
    timer = threading.Timer(seconds, _call_soon, (loop, callback, *arguments))
    timer.daemon = True
    timer.start()
    return timer


def _call_soon(
    loop: asyncio.AbstractEventLoop,
    callback: Callable[..., object],
    *arguments: object,
) -> None:
    # Nothing waits on a loop that was closed meanwhile.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(callback, *arguments)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return a new event loop whose timers go by the time that really passes."""
    loop = asyncio.new_event_loop()
    if isinstance(loop, asyncio.BaseEventLoop):
        vars(loop)["time"] = monotonic
    return loop
