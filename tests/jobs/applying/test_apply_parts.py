"""The parts of applying: what is the same, what is next, how writes are gathered."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from configcat_mgmt.jobs.applying.idempotency import can_be_settled, is_repeatable
from configcat_mgmt.jobs.applying.options import ApplyChoices, ApplyOptions
from configcat_mgmt.jobs.applying.sameness import differing, same_formula
from configcat_mgmt.jobs.applying.stage_queue import StageQueue
from configcat_mgmt.jobs.journal.plan_journal import Entry, Journal
from configcat_mgmt.jobs.journal.writer import JournalBrokenError, JournalQueue
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.json_value import JsonValue

USER = {
    "userCondition": {
        "comparisonAttribute": "Email",
        "comparator": "isOneOf",
        "comparisonValue": {"listValue": [{"value": "a"}]},
    }
}
FOUND_USER = {
    "userCondition": {
        "comparisonAttribute": "Email",
        "comparator": "isOneOf",
        "comparisonValue": {
            "stringValue": None,
            "doubleValue": None,
            "listValue": [{"value": "a", "hint": None}],
        },
    },
    "segmentCondition": None,
    "prerequisiteFlagCondition": None,
}


def accesses(**by_environment: str) -> list[JsonValue]:
    return [
        {"environmentId": name, "environmentAccessType": access}
        for name, access in by_environment.items()
    ]


@pytest.mark.parametrize(
    ("wanted", "found", "fields"),
    [
        ({"name": "a"}, {"name": "a", "order": 4}, ()),
        ({"name": "a"}, {"name": "A"}, ("name",)),
        ({"color": "#AABBCC"}, {"color": "#aabbcc"}, ()),
        ({"color": "whale"}, {"color": None}, ("color",)),
        ({"description": ""}, {"description": None}, ()),
        ({"description": None}, {"description": "x"}, ("description",)),
        ({"order": 0}, {"order": 1}, ("order",)),
        ({"canDeleteTag": False}, {"canDeleteTag": True}, ("canDeleteTag",)),
        ({"initialValues": [1]}, {"name": "a"}, ()),
        ({"tags": [2, 1]}, {"tags": [{"tagId": 1}, {"tagId": 2}]}, ()),
        ({"tags": [1]}, {"tags": [{"tagId": 1}, {"tagId": 2}]}, ("tags",)),
        ({"tags": []}, {"tags": [{"tagId": 1}]}, ("tags",)),
        (
            {"environmentAccesses": accesses(e="full")},
            {"environmentAccesses": accesses(f="none", e="full")},
            (),
        ),
        (
            {"environmentAccesses": accesses(e="full")},
            {"environmentAccesses": accesses(e="none")},
            ("environmentAccesses",),
        ),
        (
            {"predefinedVariations": [{"value": {"intValue": 1}, "name": "one"}]},
            {
                "predefinedVariations": [
                    {
                        "value": {"intValue": 1, "boolValue": None},
                        "name": "one",
                        "hint": None,
                        "predefinedVariationId": "v",
                    }
                ]
            },
            (),
        ),
        (
            {"predefinedVariations": [{"value": {"intValue": 1}}]},
            {"predefinedVariations": [{"value": {"intValue": 2}}]},
            ("predefinedVariations",),
        ),
        (
            {"webHookHeaders": [{"key": "A", "value": "secret", "isSecure": True}]},
            {"webHookHeaders": [{"key": "a", "value": "****", "isSecure": True}]},
            (),
        ),
        (
            {"webHookHeaders": [{"key": "A", "value": "x", "isSecure": False}]},
            {"webHookHeaders": [{"key": "A", "value": "y", "isSecure": False}]},
            ("webHookHeaders",),
        ),
        (
            {"environmentIds": ["a", "b"], "parameters": {"key": "x"}},
            {"environmentIds": ["b", "a"], "parameters": {"key": "***"}},
            (),
        ),
        ({"configIds": []}, {"configIds": ["a"]}, ("configIds",)),
    ],
)  # fmt: skip
def test_what_was_given_is_compared_with_what_is_there(
    wanted: dict[str, JsonValue], found: dict[str, JsonValue], fields: tuple[str, ...]
) -> None:
    assert differing(wanted, found) == fields


def formula(default: JsonValue, *rules: JsonValue) -> dict[str, JsonValue]:
    return {"defaultValue": default, "targetingRules": list(rules)}


@pytest.mark.parametrize(
    ("wanted", "found", "is_same"),
    [
        (formula({"boolValue": True}), formula({"boolValue": True}), True),
        (formula({"boolValue": True}), formula({"boolValue": False}), False),
        (formula({"boolValue": True}), formula({"intValue": 1}), False),
        (formula({"intValue": 1}), formula({"doubleValue": 1.0}), False),
        (formula({"doubleValue": 1.0}), formula({"doubleValue": 1}), True),
        (
            formula({"predefinedVariationId": "v"}),
            formula({"predefinedVariationId": "v", "stringValue": "x"}),
            True,
        ),
        (
            formula({"predefinedVariationId": "v"}),
            formula({"predefinedVariationId": "w"}),
            False,
        ),
        (
            formula({"intValue": 1}, {"conditions": [USER], "value": {"intValue": 2}}),
            formula(
                {"intValue": 1},
                {
                    "conditions": [FOUND_USER],
                    "percentageOptions": [],
                    "value": {"intValue": 2, "stringValue": None},
                },
            ),
            True,
        ),
        (
            formula({"intValue": 1}),
            formula({"intValue": 1}, {"conditions": [FOUND_USER], "value": {}}),
            False,
        ),
        (
            {**formula({"intValue": 1}), "percentageEvaluationAttribute": None},
            {**formula({"intValue": 1}), "percentageEvaluationAttribute": "Country"},
            False,
        ),
    ],
)
def test_formulas_are_the_same_only_if_they_serve_the_same(
    wanted: dict[str, JsonValue], found: dict[str, JsonValue], is_same: bool
) -> None:
    assert same_formula(wanted, found) is is_same


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
        queue = JournalQueue(journal)
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
        queue = JournalQueue(journal)
        put = asyncio.ensure_future(queue.put(Entry(0, "done")))
        await begun(journal)
        put.cancel()
        journal.let.release()
        with pytest.raises(asyncio.CancelledError):
            await put
        queue.close()
        assert journal.batches == [[(0, "done")]]


async def test_a_write_that_fails_fails_for_all_who_wait_and_all_who_come(
    tmp_path: Path,
) -> None:
    class Broken(SlowJournal):
        def write(self, entries: Sequence[Entry]) -> None:
            self.begun.release()
            self.let.acquire()
            raise sqlite3.OperationalError("the disk is full")

    with Broken(tmp_path / "j.db") as journal:
        queue = JournalQueue(journal)
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
        queue = JournalQueue(journal)
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
