"""Keeps the garbage collector from running through a half-built large answer.

A large answer is some hundred thousand new objects, all of them in use; the collector
would look through them again and again, which is a quarter of the time of a decode.
"""

import gc
import os
import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Final

__all__ = ["LARGE_BYTES", "collector_paused"]

LARGE_BYTES: Final = 64 * 1024
"""Size of a JSON text, in bytes, above which the collector is paused."""


class _Pause:
    """A pause shared by all threads: the last one to leave ends it."""

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._resume = False

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._resume = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *exc_info: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._resume:
                gc.enable()

    def after_fork(self) -> None:
        """End the pause in a child process; the threads inside do not exist there."""
        if self._inside and self._resume:
            gc.enable()
        self._reset()


_pause: Final = _Pause()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pause.after_fork)


def collector_paused(size: int) -> AbstractContextManager[None]:
    """Pause the collector while a JSON text of `size` bytes is worked on.

    Does nothing for sizes up to `LARGE_BYTES`, and leaves a collector alone that the
    user turned off. Pauses may overlap and nest, in one thread or in several.
    """
    return _pause if size > LARGE_BYTES else nullcontext()
