"""Tells when a process has run out of open files or threads, and what helps."""

import errno
import os
from typing import Final

from configcat_mgmt.errors import ConnectionFailedError

NO_FILES: Final = (
    "too many open files: close some, or raise the limit of the process (ulimit -n)"
)
NO_THREADS: Final = (
    "no thread can be started: end some, or raise the limit of the user (ulimit -u)"
)


_REMEDIES: Final = {
    NO_FILES: "Raise the limit, such as with `ulimit -n 1024`, and run the command "
    "again.",
    NO_THREADS: "End other processes or raise the limit (ulimit -u), and run the "
    "command again.",
}


def shortage_remedy(error: BaseException) -> str | None:
    """Return the remedy for an error that a shortage caused, None for other errors."""
    told = shortage(error) or str(error)
    return next((_REMEDIES[text] for text in _REMEDIES if text in told), None)


def shortage(error: BaseException) -> str | None:
    """Return the text for an error that a shortage caused, None for other errors."""
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        return NO_FILES
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return NO_THREADS
    return None


def check_shortage(error: BaseException, failed: str) -> None:
    """Return if something else than a shortage caused an error before a call was sent.

    Args:
        error: The error.
        failed: The step that failed, such as `the event loop was not started`.

    Raises:
        ConnectionFailedError: A shortage caused the error.
    """
    text = shortage(error)
    if text is not None:
        raise ConnectionFailedError(
            "call", f"{failed} ({text})", attempts=0, sent=False
        ) from error


def no_file_left() -> bool:
    """Tell whether the process can open no more files at this moment."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return shortage(error) is not None
    return False
