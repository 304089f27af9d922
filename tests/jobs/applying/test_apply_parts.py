"""The parts of applying: the order of steps, and how journal writes are gathered."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from configcat_mgmt.jobs.applying.idempotency import can_be_settled, is_repeatable
from configcat_mgmt.jobs.applying.options import ApplyChoices, ApplyOptions
from configcat_mgmt.jobs.applying.scheduler import StageQueue
from configcat_mgmt.jobs.journal.plan_journal import Entry, Journal
from configcat_mgmt.jobs.journal.writer import JournalBrokenError, JournalWriter
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.json_value import JsonValue


def step(operation: str, body: JsonValue = None, entity: Entity = "tag") -> Step:
    return Step(operation, 1, "set", entity, ("t",), operation, {}, body)


def patch(*changes: str) -> Step:
    """A JSON Patch; each change is an operation and a path."""
    body = [dict(zip(("op", "path"), one.split(), strict=True)) for one in changes]
    return step("update-setting", body)


@pytest.mark.parametrize(
    ("one", "repeatable"),
    [
        (step("post-setting-values-v2"), True),
        (step("update-tag"), True),
        (step("delete-tag"), True),
        (step("create-tag"), False),
        (step("invite-member", entity="member"), False),
        (patch("replace /name", "replace /hint"), True),
        (patch("add /tags/-"), False),
        (patch("test /tags/0", "remove /tags/0"), True),
        (patch("remove /tags/0", "test /tags/0"), False),
    ],
)
def test_only_what_does_no_harm_twice_is_repeated(one: Step, repeatable: bool) -> None:
    assert is_repeatable(one) is repeatable
    assert can_be_settled(one) is (repeatable or one.operation == "create-tag")


def taken(queue: StageQueue) -> list[int]:
    """Take all that there is room for."""
    numbers: list[int] = []
    while (found := queue.take()) is not None:
        numbers.append(found[0])
    return numbers


def test_endpoints_share_the_room_and_keep_their_order() -> None:
    tags = [(number, step("create-tag")) for number in range(10)]
    configs = [(number, step("create-config")) for number in range(10, 13)]
    queue = StageQueue([*tags, *configs], in_flight=4)
    assert taken(queue) == [0, 10, 1, 11]
    queue.ended(configs[0][1])
    assert taken(queue) == [12]
    for _, one in configs[:2]:
        queue.ended(one)
    # Whoever has nothing left makes room for the others.
    assert taken(queue) == [2, 3]
    for _, one in tags[:4]:
        queue.ended(one)
    assert taken(queue) == [4, 5, 6, 7]
    assert StageQueue([], 1).take() is None


def test_there_is_always_room_for_one() -> None:
    steps = [(0, step("create-tag")), (1, step("create-config"))]
    queue = StageQueue(steps, in_flight=1)
    assert taken(queue) == [0]
    queue.ended(steps[0][1])
    assert taken(queue) == [1]


class SlowJournal(Journal):
    """Writes when it is let, and remembers what was written together."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "0" * 64, [f"step {number}" for number in range(9)])
        self.begun, self.let = threading.Semaphore(0), threading.Semaphore(0)
        self.batches: list[list[tuple[int, str]]] = []

    def write(self, entries: Sequence[Entry]) -> None:
        self.begun.release()
        self.let.acquire()
        super().write(entries)
        self.batches.append([(entry.number, entry.state) for entry in entries])


async def begun(journal: SlowJournal) -> None:
    await asyncio.to_thread(journal.begun.acquire)


async def test_entries_that_come_during_a_write_are_written_together(
    tmp_path: Path,
) -> None:
    with SlowJournal(tmp_path / "j.db") as journal:
        queue = JournalWriter(journal)
        puts = [asyncio.ensure_future(queue.put(Entry(0, "intended")))]
        await begun(journal)
        queue.note(Entry(0, "sent"))
        puts += [
            asyncio.ensure_future(queue.put(Entry(number, "intended")))
            for number in (1, 2)
        ]
        puts[1].cancel()
        assert not any(put.done() for put in (puts[0], puts[2]))
        journal.let.release(2)
        await asyncio.gather(*puts, return_exceptions=True)
        queue.note(Entry(2, "sent"))
        journal.let.release()
        queue.close()
        assert journal.batches == [
            [(0, "intended")],
            [(0, "sent"), (2, "intended")],
            [(2, "sent")],
        ]


async def test_an_entry_is_written_though_nobody_waits_for_it_any_more(
    tmp_path: Path,
) -> None:
    with SlowJournal(tmp_path / "j.db") as journal:
        queue = JournalWriter(journal)
        put = asyncio.ensure_future(queue.put(Entry(0, "done")))
        await begun(journal)
        put.cancel()
        journal.let.release()
        with pytest.raises(asyncio.CancelledError):
            await put
        queue.close()
        assert journal.batches == [[(0, "done")]]


async def test_a_writer_that_is_closed_during_a_write_ends_quietly(
    tmp_path: Path,
) -> None:
    loop, problems = asyncio.get_running_loop(), list[object]()
    loop.set_exception_handler(lambda _, problem: problems.append(problem))
    with SlowJournal(tmp_path / "j.db") as journal:
        queue = JournalWriter(journal)
        puts = [asyncio.ensure_future(queue.put(Entry(0, "done")))]
        await begun(journal)
        puts.append(asyncio.ensure_future(queue.put(Entry(1, "done"))))
        await asyncio.sleep(0)
        journal.let.release(2)
        queue.close()
        await puts[0]
        assert problems == []
        await puts[1]
        assert journal.batches == [[(0, "done")], [(1, "done")]]


async def test_a_write_that_fails_fails_for_all_who_wait_and_all_who_come(
    tmp_path: Path,
) -> None:
    class Broken(SlowJournal):
        def write(self, entries: Sequence[Entry]) -> None:
            self.begun.release()
            self.let.acquire()
            raise sqlite3.OperationalError("the disk is full")

    with Broken(tmp_path / "j.db") as journal:
        queue = JournalWriter(journal)
        puts = [asyncio.ensure_future(queue.put(Entry(0, "intended")))]
        await begun(journal)
        puts.append(asyncio.ensure_future(queue.put(Entry(1, "intended"))))
        await asyncio.sleep(0)
        journal.let.release()
        for put in puts:
            with pytest.raises(JournalBrokenError, match="the disk is full"):
                await put
        with pytest.raises(JournalBrokenError):
            await queue.put(Entry(2, "intended"))
        with pytest.raises(JournalBrokenError):
            queue.put_now(Entry(2, "sent"))
        queue.note(Entry(2, "planned"))
        queue.close()
        assert queue.broken == "the disk is full"


async def test_what_must_be_known_at_once_is_on_disk_when_it_returns(
    tmp_path: Path,
) -> None:
    path = tmp_path / "j.db"
    with Journal(path, "0" * 64, ["a"]) as journal:
        queue = JournalWriter(journal)
        queue.put_now(Entry(0, "sent"))
        copy = tmp_path / "copy.db"
        for ending in ("", "-wal"):
            data = path.with_name(f"j.db{ending}").read_bytes()
            copy.with_name(f"copy.db{ending}").write_bytes(data)
        queue.close()
    with Journal(copy, "0" * 64, ["a"]) as found:
        assert found.rows[0].state == "sent"


def test_all_options_can_be_given_by_name() -> None:
    fields = {field.name: field.type for field in attrs.fields(ApplyOptions)}
    assert ApplyChoices.__annotations__ == fields
