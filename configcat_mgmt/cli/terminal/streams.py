"""Makes standard streams usable that a shell closed, or whose reader went away."""

import contextlib
import errno
import io
import os
import select
import sys
from typing import Final, cast

_MODES: Final = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
"""The standard streams, in the order of their file descriptors."""


class LenientFile(io.FileIO):
    """A file that accepts everything, also after a write failed.

    A job must not stop halfway because nobody reads its output anymore. The first
    error is kept, and everything after it is dropped.
    """

    def __init__(self, descriptor: int) -> None:
        """Write to an open file descriptor, which stays open."""
        super().__init__(descriptor, "w", closefd=False)
        self.error: OSError | None = None

    def write(self, data: object, /) -> int:
        """Write all bytes, and wait while a non-blocking pipe is full."""
        rest = memoryview(cast("bytes", data)).cast("B")
        size = len(rest)
        while rest and self.error is None:
            try:
                written = super().write(rest)
            except OSError as error:
                self.error = error
                break
            if written is None:
                select.select([], [self.fileno()], [])
            else:
                rest = rest[written:]
        return size


def prepare_streams() -> None:
    """Replace closed standard streams, and let failed output not end a command."""
    for name, mode in _MODES:
        stream: object = getattr(sys, name)
        if stream is None:
            # This also keeps files that are opened later off the free descriptor.
            opened = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, opened)
        elif isinstance(stream, io.TextIOWrapper):
            # Characters that the encoding lacks are escaped.
            stream.reconfigure(errors="backslashreplace")
            if mode == "w":
                setattr(sys, name, _lenient(cast("io.TextIOWrapper", stream)))


def output_error() -> OSError | None:
    """Flush standard output, and return the first error of writing it."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    raw: object = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.error if isinstance(raw, LenientFile) else None


def is_left() -> bool:
    """Whether the reader of standard output went away, such as `head`."""
    error = output_error()
    return error is not None and error.errno == errno.EPIPE


def _lenient(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """Return a stream for the same file that keeps accepting output."""
    # The buffer is the file itself where Python runs unbuffered.
    raw: object = getattr(stream.buffer, "raw", stream.buffer)
    if type(raw) is not io.FileIO:
        return stream  # Such as the console of Windows.
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(LenientFile(stream.fileno())),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
