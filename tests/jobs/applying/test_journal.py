"""A journal is whole, of this plan and of this version, or it is refused."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.journal.plan_journal import Entry, Journal, Row
from tests.jobs.apply_tools import fast_folder

PLAN = "0c5f" * 16
STEPS = ("tag/a/create", "tag/ä/create", "webhook/\udc80/create", "values/c/e/set")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with fast_folder(tmp_path) as folder:
        yield folder


def journal_at(path: Path) -> Journal:
    return Journal(path, PLAN, STEPS)


def some_progress(path: Path) -> None:
    with journal_at(path) as journal:
        journal.write([Entry(0, "intended"), Entry(1, "intended")])
        journal.write([Entry(0, "done", {"id": 17})])
        journal.write([Entry(1, "failed", note="it was\n\nrefused " + "x" * 1_000)])
        journal.write([Entry(2, "done", {"id": "u", "left_out": [["k", "gone"]]})])


def rows_at(path: Path) -> list[Row]:
    with journal_at(path) as journal:
        return journal.rows


def refusal_of(path: Path) -> str:
    with pytest.raises(ConfigurationError) as refusal:
        journal_at(path).open()
    said = str(refusal.value)
    assert str(path) in said
    return said


def test_a_new_journal_has_all_steps_as_planned(tmp_path: Path) -> None:
    with journal_at(tmp_path / "j.db") as journal:
        assert not journal.resumed
        assert journal.rows == [Row("planned", {}, "", "")] * len(STEPS)


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    some_progress(tmp_path / "j.db")
    with journal_at(tmp_path / "j.db") as journal:
        assert journal.resumed
        states = [row.state for row in journal.rows]
        assert states == ["done", "failed", "done", "planned"]
        assert journal.rows[0].result == {"id": 17}
        assert journal.rows[1].note.startswith("it was refused xxx")
        assert len(journal.rows[1].note) == 300
        assert journal.rows[2].result == {"id": "u", "left_out": [["k", "gone"]]}
        assert journal.rows[2].changed.endswith("+00:00")


def test_what_was_written_is_there_after_a_crash(tmp_path: Path) -> None:
    journal = journal_at(tmp_path / "j.db")
    journal.open()
    journal.write([Entry(0, "done", {"id": 1})])
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("j.db", "j.db-wal"):
        shutil.copy(tmp_path / name, crashed)
    journal.close()
    assert rows_at(crashed / "j.db")[0].result == {"id": 1}


def test_a_write_is_forced_to_disk(tmp_path: Path) -> None:
    with journal_at(tmp_path / "j.db") as journal:
        connection = journal._open_connection()
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA locking_mode").fetchone() == ("exclusive",)


def test_all_or_nothing_of_a_write_is_there(tmp_path: Path) -> None:
    with journal_at(tmp_path / "j.db") as journal:
        journal.write([Entry(0, "done")])
        full = journal._open_connection().execute("PRAGMA page_count").fetchone()[0]
        journal._open_connection().execute(f"PRAGMA max_page_count = {full}")
        long = {"text": "x" * 5_000}
        with pytest.raises(sqlite3.OperationalError, match="full"):
            journal.write([Entry(1, "done"), Entry(2, "done", long)])
        journal.write([Entry(3, "done")])
    states = [row.state for row in rows_at(tmp_path / "j.db")]
    assert states == ["done", "planned", "planned", "done"]


def test_a_closed_journal_is_one_private_file_and_its_lock(tmp_path: Path) -> None:
    some_progress(tmp_path / "j.db")
    files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert files == {"j.db": 0o600, "j.db.lock": 0o600}


def test_a_closed_journal_takes_nothing_more(tmp_path: Path) -> None:
    journal = journal_at(tmp_path / "j.db")
    journal.open()
    journal.close()
    journal.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        journal.write([Entry(0, "done")])


def test_a_journal_in_use_is_refused_and_unharmed(tmp_path: Path) -> None:
    with journal_at(tmp_path / "j.db") as journal:
        assert "in use by another job" in refusal_of(tmp_path / "j.db")
        journal.write([Entry(0, "done")])
    assert rows_at(tmp_path / "j.db")[0].state == "done"


def test_the_journal_of_another_plan_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    some_progress(path)
    other = Journal(path, "77aa" * 16, STEPS)
    with pytest.raises(ConfigurationError, match=r"another plan.*0c5f0c5f0c5f.*77aa"):
        other.open()
    fewer = Journal(path, PLAN, STEPS[:-1])
    with pytest.raises(ConfigurationError, match="number of steps"):
        fewer.open()
    assert len(rows_at(path)) == len(STEPS)


def with_header(at: int, data: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[at : at + len(data)] = data
        path.write_bytes(content)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (with_header(60, b"\0\0\0\2"), "format 2, and this version reads format 1"),
        (with_header(60, b"\0\0\0\0"), "format 0 of an older version"),
        (with_header(68, b"abcd"), "not a journal of this kind @ byte 68"),
        (with_header(0, b"{"), "not a journal @ byte 0"),
        (
            lambda path: path.write_bytes(b""),
            "it is damaged (it is empty); restore a good",
        ),
        (
            lambda path: path.write_bytes(path.read_bytes()[:50]),
            "with a new journal @ byte 50",
        ),
    ],
)
def test_a_file_that_is_not_ours_is_refused_before_sqlite_sees_it(
    tmp_path: Path, change: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "j.db"
    some_progress(path)
    change(path)
    before = path.read_bytes()
    assert reason in refusal_of(path)
    assert path.read_bytes() == before
    assert not path.with_name("j.db-wal").exists()


def sql(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        with connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (sql("UPDATE steps SET state = 'planned' WHERE number = 2"), "row 2"),
        (sql("UPDATE steps SET result = '{\"id\":18}' WHERE number = 0"), "row 0"),
        (sql("UPDATE steps SET number = 9 WHERE number = 1"), "row 1"),
        (sql("UPDATE steps SET note = x'00' WHERE number = 1"), "row 1"),
        (sql("UPDATE steps SET state = 'finished' WHERE number = 3"), "row 3"),
        (sql("DELETE FROM steps WHERE number = 3"), "row 3"),
        (sql("DELETE FROM steps WHERE number = 0"), "row 0"),
        (
            sql("INSERT INTO steps SELECT 4, step, state, result, note, changed, digest"
                " FROM steps WHERE number = 0"),
            "row 4",
        ),
        (
            sql("UPDATE steps SET number = -1 WHERE number = 0",
                "UPDATE steps SET number = 0 WHERE number = 1",
                "UPDATE steps SET number = 1 WHERE number = -1"),
            "row 0",
        ),
        (sql("UPDATE job SET made = 'yesterday'"), "table job"),
        (sql("DELETE FROM job"), "table job"),
        (sql("INSERT INTO job SELECT * FROM job"), "table job"),
        (sql("CREATE TABLE more (x)"), "tables"),
        (
            sql("CREATE TRIGGER t AFTER UPDATE ON steps BEGIN DELETE FROM job; END"),
            "tables",
        ),
        (sql("ALTER TABLE steps ADD COLUMN x"), "tables"),
    ],
)  # fmt: skip
def test_changed_swapped_doubled_and_missing_rows_are_refused_with_their_place(
    tmp_path: Path, change: Callable[[Path], None], place: str
) -> None:
    path = tmp_path / "j.db"
    some_progress(path)
    change(path)
    assert place in refusal_of(path)


def test_rows_of_another_journal_are_refused(tmp_path: Path) -> None:
    path, other = tmp_path / "j.db", tmp_path / "other.db"
    some_progress(path)
    with Journal(other, "77aa" * 16, STEPS) as journal:
        journal.write([Entry(3, "done")])
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("ATTACH ? AS other", [str(other)])
    connection.execute("DELETE FROM steps WHERE number = 3")
    connection.execute("INSERT INTO steps SELECT * FROM other.steps WHERE number = 3")
    connection.close()
    assert "row 3" in refusal_of(path)


def test_a_journal_cut_at_any_byte_is_refused_or_as_it_was(folder: Path) -> None:
    path = folder / "j.db"
    some_progress(path)
    whole, rows = path.read_bytes(), rows_at(path)
    refused = 0
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        try:
            assert rows_at(path) == rows
        except ConfigurationError:
            refused += 1
        path.with_name("j.db-wal").unlink(missing_ok=True)
    assert refused == len(whole)


def test_a_flipped_bit_is_refused_or_does_not_matter(folder: Path) -> None:
    path = folder / "j.db"
    some_progress(path)
    whole, rows = path.read_bytes(), rows_at(path)
    chance, refused = random.Random(1), 0
    for at in range(0, len(whole)):
        content = bytearray(whole)
        content[at] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        try:
            assert rows_at(path) == rows
        except ConfigurationError:
            refused += 1
        path.with_name("j.db-wal").unlink(missing_ok=True)
    assert refused > 1_000


class Log:
    """A journal as a killed process leaves it, with its log beside it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "left" / "j.db"
        self.path.parent.mkdir()
        live = folder / "live.db"
        journal = journal_at(live)
        journal.open()
        self.states = [[row.state for row in journal.rows]]
        for entries in (
            [Entry(0, "intended"), Entry(1, "intended")],
            [Entry(0, "done"), Entry(1, "unknown")],
            [Entry(2, "done")],
        ):
            journal.write(entries)
            self.states.append(list(self.states[-1]))
            for entry in entries:
                self.states[-1][entry.number] = entry.state
        self.main = live.read_bytes()
        self.log = live.with_name("live.db-wal").read_bytes()
        journal.close()

    def states_with(self, log: bytes) -> list[str]:
        """Return what the journal says if this is its log."""
        self.path.write_bytes(self.main)
        self.path.with_name("j.db-wal").write_bytes(log)
        return [row.state for row in rows_at(self.path)]


def test_a_log_cut_at_any_byte_has_no_half_of_a_write(folder: Path) -> None:
    log = Log(folder)
    found: list[list[str]] = []
    for length in (*range(0, len(log.log), 23), len(log.log)):
        now = log.states_with(log.log[:length])
        if now not in found:
            found.append(now)
    assert found == log.states


def test_a_flipped_bit_in_the_log_gives_a_state_that_was_before(folder: Path) -> None:
    log, chance = Log(folder), random.Random(1)
    for _ in range(200):
        content = bytearray(log.log)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        assert log.states_with(bytes(content)) in log.states


def test_a_part_of_a_journal_without_the_rest_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    path.with_name("j.db-wal").write_bytes(b"left behind")
    assert "j.db-wal, a part of it, exists" in refusal_of(path)
    assert not path.exists()


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path, victim = tmp_path / "j.db", tmp_path / "victim"
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(victim)
    if kind == "link":
        some_progress(victim)
    assert "a symbolic link or not a regular file" in refusal_of(path)


def test_the_lock_is_free_after_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(b"")
    refusal_of(path)
    path.unlink()
    assert len(rows_at(path)) == len(STEPS)
