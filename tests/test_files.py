"""Files are whole or as they were, and for their owner alone."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from configcat_mgmt.cli.launchdarkly.source import ProjectSource
from configcat_mgmt.emulator.storage.journal import StateJournal
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import read_bounded, write_private
from configcat_mgmt.jobs.exporting.export_file import ExportFile
from configcat_mgmt.jobs.journal.lock import JournalLock

OLD = b"old contents"
NEW = b"new" * 1_000_000

KILLED_WRITER = """
import os, signal, sys
from configcat_mgmt import files

steps = 0

def watched(function):
    def step(*arguments, **named):
        global steps
        if steps == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        steps += 1
        return function(*arguments, **named)
    return step

for name in ("open", "write", "fsync", "close", "replace"):
    setattr(os, name, watched(getattr(os, name)))
files.write_private(sys.argv[1], b"new" * 1_000_000)
print(steps)
"""

FULL_DISK = """
import resource, sys
from configcat_mgmt import files

sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
try:
    files.write_private(sys.argv[1], b"new" * 1_000_000)
except files.ConfigurationError as error:
    print(error)
"""


def run(code: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    place = tmp_path / "snapshot.json"
    write_private(place, NEW)
    assert place.read_bytes() == NEW
    assert mode(place) == 0o600
    assert os.listdir(tmp_path) == ["snapshot.json"]


def test_a_file_that_all_may_read_is_replaced_by_one_that_only_its_owner_may(
    tmp_path: Path,
) -> None:
    place = tmp_path / "snapshot.json"
    place.write_bytes(OLD)
    place.chmod(0o644)
    write_private(place, NEW)
    assert place.read_bytes() == NEW
    assert mode(place) == 0o600


def test_missing_directories_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    place = tmp_path / "backups" / "2026" / "shop.json"
    write_private(place, b"")
    assert place.read_bytes() == b""
    assert mode(place.parent) == mode(place.parent.parent) == 0o700


def test_a_writer_killed_at_any_step_leaves_the_old_file_or_the_new_one(
    tmp_path: Path,
) -> None:
    place = tmp_path / "snapshot.json"
    seen: list[bytes] = []
    step = 0
    while True:
        place.write_bytes(OLD)
        done = run(KILLED_WRITER, place, step)
        if done.returncode == 0:
            assert int(done.stdout) == step, done.stderr
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        seen.append(place.read_bytes())
        step += 1
    assert step >= 9
    assert set(seen) == {OLD, NEW}
    assert seen == sorted(seen, key=lambda data: data == NEW), "once new, it stays new"
    left = [path for path in tmp_path.iterdir() if path != place]
    assert left
    assert all(path.name.startswith(".") for path in left)
    assert all(path.suffix == ".tmp" and mode(path) == 0o600 for path in left)


def test_contents_are_on_disk_before_the_name_is_and_the_name_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(descriptor: int) -> None:
        is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        done.append("directory" if is_directory else "contents")
        fsync(descriptor)

    def noted_replace(source: Path, target: Path) -> None:
        assert source.read_bytes() == NEW
        done.append("name")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    write_private(tmp_path / "file", NEW)
    assert done == ["contents", "name", "directory"]


def test_a_directory_that_cannot_be_forced_to_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def failing_fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(5, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", failing_fsync)
    with pytest.raises(ConfigurationError, match="was written, but may not survive"):
        write_private(tmp_path / "file", NEW)
    assert (tmp_path / "file").read_bytes() == NEW


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "snapshot.json"
    place.write_bytes(OLD)
    done = run(FULL_DISK, place)
    assert done.returncode == 0, done.stderr
    assert "was not written: File too large; its content is unchanged" in done.stdout
    assert place.read_bytes() == OLD
    assert os.listdir(tmp_path) == ["snapshot.json"]


def test_a_link_is_neither_followed_nor_replaced(tmp_path: Path) -> None:
    victim, link = tmp_path / "victim", tmp_path / "snapshot.json"
    victim.write_bytes(OLD)
    link.symlink_to(victim)
    with pytest.raises(ConfigurationError, match="symbolic link"):
        write_private(link, NEW)
    assert victim.read_bytes() == OLD
    assert link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["snapshot.json", "victim"]


def test_a_directory_or_pipe_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("directory", "pipe"):
        with pytest.raises(ConfigurationError, match="it is not a regular file"):
            write_private(tmp_path / name, NEW)
    assert sorted(os.listdir(tmp_path)) == ["directory", "pipe"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("file/below", "Not a directory"),
        ("n" * 300, "File name too long"),
        ("nul\0", "null"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_the_reason(
    tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "file").write_bytes(OLD)
    with pytest.raises(ConfigurationError, match=f"was not written: .*{reason}"):
        write_private(tmp_path / name, NEW)
    assert os.listdir(tmp_path) == ["file"]


def test_a_name_of_the_greatest_length_can_be_written(tmp_path: Path) -> None:
    place = tmp_path / ("n" * 255)
    write_private(place, NEW)
    assert read_bounded(place, len(NEW)) == NEW


def test_a_file_is_read_up_to_the_bound(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(OLD)
    assert read_bounded(place, len(OLD)) == OLD
    with pytest.raises(ConfigurationError, match="12 bytes, more than the 11 allowed"):
        read_bounded(place, len(OLD) - 1)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    place = tmp_path / "file"
    with place.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ConfigurationError, match="1,099,511,627,776 bytes"):
        read_bounded(place, 1000)


def test_a_path_that_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(ConfigurationError, match="it is not a regular file"):
            read_bounded(place, 1000)
    with pytest.raises(ConfigurationError, match="there is no file"):
        read_bounded(tmp_path / "none", 1000)
    with pytest.raises(ConfigurationError, match=r"cannot be read: .*null"):
        read_bounded(tmp_path / "nul\0", 1000)


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "file"
    place.write_bytes(OLD)
    fstat = os.fstat

    def fstat_and_grow(descriptor: int) -> os.stat_result:
        about = fstat(descriptor)
        with place.open("ab") as file:
            file.write(b"more")
        return about

    monkeypatch.setattr(os, "fstat", fstat_and_grow)
    with pytest.raises(ConfigurationError, match="changed while it was read"):
        read_bounded(place, 1000)


def test_reading_leaves_no_descriptor_open(tmp_path: Path) -> None:
    def count() -> int:
        return len(os.listdir("/dev/fd"))

    before = count()
    for place in (tmp_path, tmp_path / "none", Path(os.devnull)):
        with pytest.raises(ConfigurationError):
            read_bounded(place, 10)
    write_private(tmp_path / "file", OLD)
    read_bounded(tmp_path / "file", 100)
    assert count() == before


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (StateJournal, "names no file"),
        (JournalLock, "names no file"),
        (lambda path: ExportFile(path, {}), "names no file"),
        (
            lambda path: ProjectSource.of("shop", (), path, find_lists=False),
            "names no folder",
        ),
    ],
    ids=["state", "lock", "export", "import"],
)
@pytest.mark.parametrize("path", [".", "", "/", "..", "a/.."])
def test_a_path_without_a_name_is_refused(
    use: Callable[[Path], object], words: str, path: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        use(Path(path))
