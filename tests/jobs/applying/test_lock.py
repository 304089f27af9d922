"""One job at a time holds a journal, and the error names the holder."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import JobFolder
from configcat_mgmt.jobs.journal.lock import JournalLock
from tests.jobs.apply_tools import SCRIPTS


def held_by_another(journal: Path) -> "subprocess.Popen[bytes]":
    """Start a process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, SCRIPTS / "hold_lock.py", journal],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_the_second_process_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    journal = tmp_path / "j.db"
    with held_by_another(journal) as holder:
        with pytest.raises(ConfigurationError) as refusal:
            JournalLock(journal).acquire()
        assert holder.stdin is not None
        holder.stdin.close()
    said = str(refusal.value)
    assert f"process {holder.pid} on {socket.gethostname()}" in said
    assert re.search(r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", said)


def test_the_same_process_is_refused_as_well(tmp_path: Path) -> None:
    first, second = (JournalLock(tmp_path / "j.db") for _ in range(2))
    first.acquire()
    with pytest.raises(ConfigurationError, match=f"process {os.getpid()} "):
        second.acquire()
    first.release()
    second.acquire()
    with pytest.raises(ConfigurationError):
        first.acquire()
    second.release()


def test_a_holder_that_is_killed_holds_no_longer(tmp_path: Path) -> None:
    journal = tmp_path / "j.db"
    with held_by_another(journal) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    lock = JournalLock(journal)
    lock.acquire()
    assert f'"pid": {os.getpid()}' in (tmp_path / "j.db.lock").read_text()
    lock.release()


def test_other_journals_have_locks_of_their_own(tmp_path: Path) -> None:
    first, second = (JournalLock(tmp_path / name) for name in ("a.db", "b.db"))
    first.acquire()
    second.acquire()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["a.db.lock", "b.db.lock"]
    first.release()
    second.release()


def test_the_lock_file_is_private_and_stays(tmp_path: Path) -> None:
    lock = JournalLock(tmp_path / "j.db")
    lock.acquire()
    lock.release()
    lock.release()
    place = tmp_path / "j.db.lock"
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "j.db.lock").symlink_to(victim)
    with pytest.raises(ConfigurationError, match="cannot be used as a lock"):
        JournalLock(tmp_path / "j.db").acquire()
    assert victim.read_text() == "mine"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none/j\.db\.lock"):
        JournalLock(tmp_path / "none" / "j.db").acquire()


@pytest.mark.parametrize("note", [b"", b"{", b"[1]", b"\xff\xfe", b"x" * 5_000])
def test_an_unreadable_note_of_the_holder_does_no_harm(
    tmp_path: Path, note: bytes
) -> None:
    first = JournalLock(tmp_path / "j.db")
    first.acquire()
    (tmp_path / "j.db.lock").write_bytes(note)
    with pytest.raises(ConfigurationError, match="left no note"):
        JournalLock(tmp_path / "j.db").acquire()
    first.release()


@pytest.mark.parametrize("path", [".", "/", "a\0b"])
def test_a_path_that_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used"):
        JournalLock(Path(path)).acquire()


def test_a_folder_that_cannot_be_named_so_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="cannot be created"):
        JobFolder("a\0b").__enter__()
