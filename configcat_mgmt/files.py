"""Files that are whole or not there, and that nobody else can read.

A file is written next to its place, forced to disk, and moved into its place in one
step. A killed process or a full disk leaves the old file unchanged; at worst
a hidden file that ends in `.tmp` stays behind.
"""

import codecs
import contextlib
import os
import re
import secrets
import stat
import sys
from pathlib import Path
from typing import Final

from configcat_mgmt.errors import ConfigurationError

PRIVATE_FILE: Final = 0o600
PRIVATE_DIRECTORY: Final = 0o700

_TEMPORARY: Final = re.compile(r"\.[0-9a-f]{16}\.tmp")
"""Names of the files that are moved into their places."""
_CHUNK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark its mark begins with.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Windows has no such flags; there a link cannot be made without rights of its own.
_NO_FOLLOW: Final[int] = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT: Final[int] = getattr(os, "O_NONBLOCK", 0)
_BINARY: Final[int] = getattr(os, "O_BINARY", 0)


if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE: Final = 1 << 30
    """A locked byte cannot be read, so it lies behind the contents."""

    def take_lock(descriptor: int) -> None:
        """Lock an open file until it is closed, also by the end of the process.

        Raises:
            OSError: Another process, or another descriptor, has the lock.
        """
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def take_lock(descriptor: int) -> None:
        """Lock an open file until it is closed, also by the end of the process.

        Raises:
            OSError: Another process, or another descriptor, has the lock.
        """
        # Not `lockf`, which lets the same process in twice.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_private(
    path: str | os.PathLike[str], data: bytes, *, alone: bool = False
) -> None:
    """Write a file that only its owner can read, or leave everything as it was.

    Args:
        path: Where to; a file there is replaced. Directories that are missing are made,
            for the owner alone.
        data: The whole contents.
        alone: Whether the caller has locked the file against other processes. Then the
            next write removes what a killed one left.

    Raises:
        ConfigurationError: The path is a link or not a regular file, or the file cannot
            be written (no permission, no space, read-only); an existing file is
            unchanged.
    """
    place = Path(path)
    try:
        _make_directories(place.parent)
        _require_replaceable(place)
        _replace(place, data, alone=alone)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{place} was not written: {_reason(error)}; its content is unchanged",
        ) from None
    try:
        _sync_directory(place.parent)
    except OSError as error:
        raise ConfigurationError(
            f"{place} was written, but may not survive a power cut: {_reason(error)}",
        ) from None


def require_replaceable(path: Path) -> None:
    """Refuse a path that a written file must not take.

    Raises:
        ConfigurationError: It is a link, a folder, a device or a pipe, or cannot be
            looked at.
    """
    try:
        _require_replaceable(path)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{path} cannot be written: {_reason(error)}"
        ) from None


def is_there(path: Path) -> bool:
    """Whether a path exists; a link that leads nowhere does not.

    Raises:
        ConfigurationError: Nobody can tell: a folder above is closed to this user, or
            the name is too long.
    """
    try:
        return path.exists()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {_reason(error)}") from None


def make_private_directory(path: Path) -> None:
    """Make a directory that only its owner can use, unless it exists.

    Args:
        path: The directory; missing ones above it are made too.

    Raises:
        ConfigurationError: It cannot be made.
    """
    try:
        path.mkdir(PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the folder {path} cannot be created: {_reason(error)}"
        ) from None


def remove_temporaries(directory: Path) -> None:
    """Remove what killed processes left of files that they wrote to a directory.

    Args:
        directory: A directory that no other process writes to.
    """
    with contextlib.suppress(OSError):
        for path in directory.iterdir():
            if _TEMPORARY.fullmatch(path.name):
                path.unlink(missing_ok=True)


def encoding_of(start: bytes) -> str:
    """Return the encoding that a byte order mark names, otherwise UTF-8.

    Windows PowerShell and some editors write UTF-16 with a mark.

    Args:
        start: The first four bytes of a text, or fewer if it is shorter.
    """
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    return "utf-8"


def read_text(path: str | os.PathLike[str], most: int) -> bytes:
    """Read a text file as `read_bounded` does, in UTF-8 whatever its encoding is.

    Args:
        path: Where it is.
        most: Largest size in bytes.

    Raises:
        ConfigurationError: It cannot be read, or its byte order mark names another
            encoding than that of the text.
    """
    data = read_bounded(path, most)
    try:
        return in_utf_8(data)
    except UnicodeDecodeError as error:
        reason = f"it is not in {error.encoding.upper()}"
        raise ConfigurationError(f"{Path(path)} cannot be read: {reason}") from None


def in_utf_8(data: bytes) -> bytes:
    """Return a text in UTF-8 without a byte order mark.

    Raises:
        UnicodeDecodeError: The byte order mark names another encoding than that of the
            text.
    """
    encoding = encoding_of(data[:4])
    return data if encoding == "utf-8" else data.decode(encoding).encode()


def read_bounded(path: str | os.PathLike[str], most: int) -> bytes:
    """Read a file that may be anything, without hanging or filling the memory.

    Args:
        path: Where it is.
        most: Largest size in bytes.

    Raises:
        ConfigurationError: It does not exist, is not a regular file, cannot be read, or
            is too large.
    """
    place = Path(path)
    try:
        # Without waiting, since a pipe with no writer would never open.
        descriptor = os.open(place, os.O_RDONLY | _NO_WAIT | _BINARY)
        try:
            return _read_all(descriptor, most)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file {place}") from None
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{place} cannot be read: {_reason(error)}") from None


def sibling(path: Path, ending: str, kind: str = "file") -> Path:
    """Return the path whose name is that of `path` with an ending.

    Args:
        path: The file or folder, which need not exist.
        ending: Such as `.lock`.
        kind: What `path` should name, for the error.

    Raises:
        ConfigurationError: The path ends without a name, such as `.` or `..`.
    """
    if path.name in ("", ".."):
        raise ConfigurationError(f"{path} cannot be used: it names no {kind}")
    return path.with_name(f"{path.name}{ending}")


def _read_all(descriptor: int, most: int) -> bytes:
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        raise ValueError("it is not a regular file")
    if about.st_size > most:
        message = f"it has {about.st_size:,} bytes, more than the {most:,} allowed"
        raise ValueError(message)
    with open(descriptor, "rb", closefd=False) as file:
        # One byte more than there should be tells a file that grows meanwhile.
        data = file.read(about.st_size + 1)
    if len(data) != about.st_size:
        raise ValueError("it changed while it was read")
    return data


def _replace(place: Path, data: bytes, *, alone: bool) -> None:
    if alone:
        temporary = place.with_name(f".{place.name}.tmp")
        temporary.unlink(missing_ok=True)
    else:
        # A name of its own, never too long where that of the file is not.
        temporary = place.with_name(f".{secrets.token_hex(8)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
    descriptor = os.open(temporary, flags, PRIVATE_FILE)
    try:
        try:
            _write_all(descriptor, data)
        finally:
            os.close(descriptor)
        os.replace(temporary, place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view[:_CHUNK]) :]
    os.fsync(descriptor)


def _require_replaceable(place: Path) -> None:
    try:
        mode = place.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise ValueError("it is a symbolic link; name the file itself")
    if not stat.S_ISREG(mode):
        raise ValueError("it is not a regular file")


def _make_directories(directory: Path) -> None:
    missing: list[Path] = []
    while not directory.exists():
        missing.append(directory)
        directory = directory.parent
    for one in reversed(missing):
        one.mkdir(PRIVATE_DIRECTORY, exist_ok=True)


def _sync_directory(directory: Path) -> None:
    """Force the new name to disk; Windows does so without being asked."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
