"""The journal of bulk calls: whole and of these calls, or refused."""

import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import (
    ConfigurationError,
    ConnectionFailedError,
    JobError,
    ResponseInvalid,
)
from configcat_mgmt.jobs.bulk.calls import Call, Outcome
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.options import BulkOptions
from configcat_mgmt.jobs.bulk.run import run_calls
from tests.jobs.apply_tools import SCRIPTS, fast_folder
from tests.jobs.bulk_tools import collect, collect_into, endings, names, tags
from tests.other_threads import PATIENCE_SECONDS


async def test_a_journal_makes_a_second_run_send_nothing(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
) -> None:
    calls = tags(product, 30)
    with BulkJournal(tmp_path / "journal") as journal:
        await collect(run_calls(client, calls, journal=journal))
        assert journal.counts() == {"done": 30}
    with BulkJournal(tmp_path / "journal") as journal:
        again = await collect(run_calls(client, calls, journal=journal))
    assert all(outcome.resumed for outcome in again)
    assert emulator.counts.calls["create-tag"] == 30


async def test_a_refused_call_is_sent_again_by_the_next_run(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
) -> None:
    fault = Fault("status", operation="create-tag", status=403)
    emulator.faults.add(fault)
    for expected in (0, 1):
        with BulkJournal(tmp_path / "journal") as journal:
            outcomes = await collect(
                run_calls(client, tags(product, 1), journal=journal),
            )
        assert sum(outcome.is_good for outcome in outcomes) == expected
    assert await names(client, product) == ["tag 0"]


async def test_a_create_whose_response_is_lost_is_found_and_not_sent_again(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
) -> None:
    emulator.faults.add(Fault("drop", operation="create-tag", after_effect=True))
    options = BulkOptions(repeat_unknown=True, linger_seconds=0)
    for ending in ("done", "earlier"):
        with BulkJournal(tmp_path / "journal") as journal:
            (outcome,) = await collect(
                run_calls(client, tags(product, 1), options=options, journal=journal),
            )
        assert outcome.is_good
        assert outcome.ending == ending
    assert emulator.counts.calls["create-tag"] == 1
    assert await names(client, product) == ["tag 0"]


@pytest.mark.parametrize("outcomes", [1, 7, 19])
async def test_a_killed_run_is_resumed_and_nothing_is_lost_or_made_twice(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
    outcomes: int,
) -> None:
    calls = tags(product, 20)
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(json.dumps(call.to_json()) for call in calls))
    journal_path = tmp_path / "journal"
    done = await asyncio.to_thread(
        subprocess.run,
        [
            sys.executable,
            SCRIPTS / "bulk_and_die.py",
            file,
            journal_path,
            str(outcomes),
        ],
        env={
            **os.environ,
            "CONFIGCAT_API_USER": emulator.username,
            "CONFIGCAT_API_PASS": emulator.password,
            "CONFIGCAT_BASE_URL": emulator.base_url,
        },
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with BulkJournal(journal_path) as journal:
        found = await collect(run_calls(client, calls, journal=journal))
    unknown = [item for item in found if isinstance(item.error, JobError)]
    # Only what was on the wire at the kill may be unknown, four calls at most.
    assert len(unknown) <= 4
    made = set(await names(client, product))
    lost = {f"tag {n}" for n in range(20)} - made
    assert lost <= {f"tag {item.number}" for item in unknown}
    assert emulator.counts.calls["create-tag"] == len(made) <= 20


async def test_a_journal_of_other_calls_is_refused_before_anything_is_sent(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    tmp_path: Path,
) -> None:
    with BulkJournal(tmp_path / "journal") as journal:
        await collect(run_calls(client, tags(product, 2), journal=journal))
        with pytest.raises(JobError, match="journal of other calls"):
            await collect(run_calls(client, [Call("get-me")], journal=journal))
    assert emulator.counts.calls["get-me"] == 0


def test_a_journal_in_use_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with (
        BulkJournal(path),
        pytest.raises(ConfigurationError, match="in use by another job"),
    ):
        BulkJournal(path)


def test_what_is_no_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("my notes " * 100)
    other = tmp_path / "other.db"
    file = sqlite3.connect(other)
    file.execute("create table notes (text)")
    file.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(ConfigurationError, match="journal"):
            BulkJournal(path)
        assert path.read_bytes() == before


def test_a_journal_of_the_first_version_is_refused_with_a_way_on(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal"
    file = sqlite3.connect(path)
    file.execute(f"pragma application_id = {0x43434D42}")
    file.execute("pragma user_version = 1")
    file.execute("create table calls (number, digest, state)")
    file.close()
    with pytest.raises(ConfigurationError, match="format 1 of an older version") as no:
        BulkJournal(path)
    assert "run the others with a new journal" in str(no.value)


def test_a_newer_or_damaged_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    BulkJournal(path).close()
    assert path.stat().st_mode & 0o777 == 0o600
    file = sqlite3.connect(path)
    file.execute("pragma user_version = 99")
    file.close()
    with pytest.raises(ConfigurationError, match="use a newer configcat-mgmt"):
        BulkJournal(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ConfigurationError, match="journal"):
        BulkJournal(path)


CALL = "ab" * 32


async def some_progress(path: Path) -> None:
    with BulkJournal(path) as journal:
        for number in range(4):
            await journal.note(number, CALL, "sent")
        await journal.note(0, CALL, "done")
        await journal.note(2, CALL, "failed")


def states_at(path: Path) -> list[str | None]:
    with BulkJournal(path) as journal:
        return [journal.state_of(number, CALL) for number in range(40)]


async def test_a_journal_cut_at_any_byte_is_refused(tmp_path: Path) -> None:
    with fast_folder(tmp_path) as folder:
        path = folder / "j.db"
        await some_progress(path)
        whole = path.read_bytes()
        for length in range(len(whole)):
            path.write_bytes(whole[:length])
            with pytest.raises(ConfigurationError, match="journal"):
                BulkJournal(path)
            path.with_name("j.db-wal").unlink(missing_ok=True)


async def test_a_flipped_bit_is_refused_or_does_not_matter(tmp_path: Path) -> None:
    with fast_folder(tmp_path) as folder:
        path = folder / "j.db"
        await some_progress(path)
        whole, states = path.read_bytes(), states_at(path)
        chance, refused = random.Random(1), 0
        for at in range(len(whole)):
            content = bytearray(whole)
            content[at] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
            try:
                assert states_at(path) == states
            except ConfigurationError:
                refused += 1
            path.with_name("j.db-wal").unlink(missing_ok=True)
    assert refused > 400


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
        (sql("UPDATE calls SET state = 'failed' WHERE number = 0"), "row 0 (call 0)"),
        (sql("UPDATE calls SET number = 9 WHERE number = 3"), "row 3 (call 9)"),
        (sql("UPDATE calls SET call = 'x' WHERE number = 1"), "row 1 (call 1)"),
        (sql("UPDATE calls SET state = x'00' WHERE number = 1"), "row 1"),
        (sql("INSERT INTO calls SELECT 7, call, state, digest FROM calls"
             " WHERE number = 0"), "row 4 (call 7)"),
        (sql("CREATE TABLE more (x)"), "tables"),
    ],
)  # fmt: skip
async def test_changed_moved_and_doubled_rows_are_refused_with_their_place(
    tmp_path: Path, change: Callable[[Path], None], place: str
) -> None:
    path = tmp_path / "j.db"
    await some_progress(path)
    change(path)
    with pytest.raises(ConfigurationError) as refusal:
        BulkJournal(path)
    assert place in str(refusal.value)


async def test_what_was_noted_is_there_after_a_crash(tmp_path: Path) -> None:
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with BulkJournal(tmp_path / "j.db") as journal:
        await journal.note(5, CALL, "sent")
        for name in ("j.db", "j.db-wal"):
            shutil.copy(tmp_path / name, crashed)
    assert states_at(crashed / "j.db")[5] == "sent"


async def test_a_full_disk_ends_the_run_before_the_next_send(
    client: AsyncManagementClient, emulator: Emulator, product: UUID, tmp_path: Path
) -> None:
    left: list[Outcome] = []
    outcomes: list[Outcome] = []
    calls = tags(product, 99)
    with BulkJournal(tmp_path / "j.db") as journal:
        connection = journal._open_connection()
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        run = run_calls(
            client,
            calls,
            options=BulkOptions(in_flight=3),
            journal=journal,
            left=left.append,
        )
        with pytest.raises(JobError, match=r"j\.db cannot be written: .*full"):
            await collect_into(outcomes, run)
    ends = endings([*outcomes, *left])
    done = [number for number, ending in ends.items() if ending == "done"]
    assert 0 < len(done) < 99
    assert emulator.counts.calls["create-tag"] == len(done)
    assert set(ends.values()) == {"done", "not_sent"}
    with BulkJournal(tmp_path / "j.db") as journal:
        again = await collect(run_calls(client, calls, journal=journal))
    unknown = [outcome for outcome in again if outcome.ending == "unknown"]
    # Those that were done when it could not be noted any more.
    assert len(unknown) <= 3
    assert {one.number for one in unknown} <= set(done)
    assert len(await names(client, product)) == 99
    assert emulator.counts.calls["create-tag"] == 99


async def test_a_call_that_was_certainly_not_made_is_made_by_the_next_run(
    client: AsyncManagementClient, emulator: Emulator, product: UUID, tmp_path: Path
) -> None:
    async with Emulator() as gone:
        closed = gone.base_url
    async with AsyncManagementClient(
        emulator.username,
        emulator.password,
        base_url=closed,
        options=Options(limits=None, max_attempts=1),
    ) as lonely:
        with BulkJournal(tmp_path / "j.db") as journal:
            (outcome,) = await collect(
                run_calls(lonely, tags(product, 1), journal=journal)
            )
            assert isinstance(outcome.error, ConnectionFailedError)
            assert outcome.ending == "failed"
            assert journal.counts() == {"failed": 1}
    with BulkJournal(tmp_path / "j.db") as journal:
        (outcome,) = await collect(run_calls(client, tags(product, 1), journal=journal))
    assert outcome.is_good


async def test_a_call_whose_answer_is_of_no_use_is_done_all_the_same(
    client: AsyncManagementClient, emulator: Emulator, product: UUID, tmp_path: Path
) -> None:
    emulator.faults.add(Fault("not_json", operation="create-tag"))
    for expected in ("done", "earlier"):
        with BulkJournal(tmp_path / "j.db") as journal:
            (outcome,) = await collect(
                run_calls(client, tags(product, 1), journal=journal)
            )
        assert outcome.ending == expected
        assert isinstance(outcome.error, ResponseInvalid) == (expected == "done")
    assert emulator.counts.calls["create-tag"] == 1


@pytest.mark.parametrize(
    ("changes", "ending"),
    [
        ([{"op": "replace", "path": "/name", "value": "new"}], "done"),
        ([{"op": "add", "path": "/tags/-", "value": 1}], "unknown"),
    ],
)
async def test_a_patch_that_may_be_repeated_is_made_again(
    client: AsyncManagementClient,
    product: UUID,
    tmp_path: Path,
    changes: list[object],
    ending: str,
) -> None:
    config = await client.call(
        "create-config",
        product_id=product,
        body={"name": "Main", "evaluationVersion": "v2"},
    )
    setting = await client.call(
        "create-setting",
        config_id=config["configId"],
        body={"key": "a", "name": "a", "settingType": "boolean"},
    )
    call = Call("update-setting", {"setting_id": setting["settingId"]}, changes)
    with BulkJournal(tmp_path / "j.db") as journal:
        await journal.note(0, call.digest(), "sent")
        (outcome,) = await collect(run_calls(client, [call], journal=journal))
    assert outcome.ending == ending
