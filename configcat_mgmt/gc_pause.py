"""Pauses the garbage collector while a large document is read or compared.

A large document becomes some hundred thousand new objects, all of them in use. The
collector would visit them again and again, a quarter of the time of a decode.
"""

import gc
import os
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Final

LARGE_BYTES: Final = 64 * 1024
"""Size of a JSON text, in bytes, above which the collector is paused."""


class Pause:
    """A pause that all threads share: the last one to leave ends it."""

    def __init__(self) -> None:
        """Begin with no thread inside."""
        self._lock = threading.Lock()
        self._inside = 0
        self._resume = False

    def __enter__(self) -> None:
        """Turn the collector off, unless it is off already."""
        with self._lock:
            if self._inside == 0:
                self._resume = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *exc_info: object) -> None:
        """Turn the collector on again, if this ends a pause that turned it off."""
        with self._lock:
            # Not below zero: a child process may leave a pause that it did not enter.
            self._inside = max(self._inside - 1, 0)
            if self._inside == 0 and self._resume:
                gc.enable()

    def after_fork(self) -> None:
        """End the pause in a child process; the threads inside do not exist there."""
        if self._inside and self._resume:
            gc.enable()
        self._lock, self._inside = threading.Lock(), 0


_pause: Final = Pause()
if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows cannot fork
    os.register_at_fork(after_in_child=_pause.after_fork)


_NO_PAUSE: Final = nullcontext()


def collector_paused(size: int = LARGE_BYTES + 1) -> AbstractContextManager[None]:
    """Pause the collector while a JSON text of `size` bytes, or its data, is processed.

    Does nothing for sizes up to `LARGE_BYTES`, and never turns on a collector that the
    user turned off. Pauses may overlap and nest, in one thread or in several.
    """
    return _pause if size > LARGE_BYTES else _NO_PAUSE
