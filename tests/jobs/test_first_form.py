"""Files of version 0.2.0 are still read, and jobs that it left half done are resumed.

The folder `first_form` was written by that version, on an emulator at `OLD_URL`: the
job folder of a copy of the realistic product, killed when 33 of 50 steps were done and
7 were in flight; the state of the emulator at that moment; a plan that deletes settings
of the same product; and the journal of a bulk run that made 3 of 6 tags.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.bulk.calls import Call
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.run import run_calls
from configcat_mgmt.jobs.folder import JobFolder
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    PercentageOption,
    PrerequisiteCondition,
    Snapshot,
    UserCondition,
    ValueV1,
)
from configcat_mgmt.jobs.model.snapshot_file import (
    load_snapshot,
    save_snapshot,
    snapshot_hash,
)
from configcat_mgmt.jobs.planning.plan_file import load_plan, plan_hash, save_plan
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.bulk_tools import collect, endings
from tests.jobs.looking import value_of

Json = Any

FILES: Final = Path(__file__).parent / "first_form"
JOB: Final = FILES / "job"
OLD_URL: Final = "http://127.0.0.1:8018"


@pytest.fixture
async def client(
    emulator: Emulator, client: AsyncManagementClient
) -> AsyncManagementClient:
    """A client of an emulator that is as the old one was, and has its address."""
    emulator.load(FILES / "state.json")
    client._base_url = OLD_URL
    return client


@pytest.fixture
def job(tmp_path: Path) -> Path:
    return Path(shutil.copytree(JOB, tmp_path / "job"))


def parts_of(snapshot: Snapshot) -> Counter[str]:
    """Count the classes whose names have changed since."""
    return Counter(
        name
        for config in snapshot.configs
        for setting in config.settings
        for value in setting.values.values()
        for name in (
            "PrerequisiteCondition",
            "PercentageOption",
            "RuleV1",
            "ValueV1",
            "SegmentCondition",
        )
        if f"{name}(" in repr(value.targeting)
    )


def test_an_old_snapshot_is_read_whole() -> None:
    snapshot = load_snapshot(JOB / "snapshot.json")
    assert parts_of(snapshot) == {
        "PrerequisiteCondition": 2,
        "PercentageOption": 7,
        "RuleV1": 3,
        "ValueV1": 9,
        "SegmentCondition": 1,
    }
    old = value_of(snapshot, "Legacy", "oldFlag", "Production").targeting
    assert isinstance(old, ValueV1)
    assert old.percentage_options == (
        PercentageOption(10, value=True),
        PercentageOption(90, value=False),
    )
    formula = value_of(snapshot, "Main", "newCheckout", "Production").targeting
    assert isinstance(formula, Formula)
    assert formula.rules[1].conditions == (
        PrerequisiteCondition("killSwitch", "equals", value=False),
        UserCondition("Country", "textEquals", "DE"),
    )


def test_the_hash_of_a_snapshot_is_the_same_in_every_form(tmp_path: Path) -> None:
    snapshot = load_snapshot(JOB / "snapshot.json")
    save_snapshot(snapshot, tmp_path / "new.json")
    assert load_snapshot(tmp_path / "new.json") == snapshot
    old, new = (
        json.loads(path.read_text())
        for path in (JOB / "snapshot.json", tmp_path / "new.json")
    )
    assert (old["format"], new["format"]) == (1, 2)
    assert old["hash"] == new["hash"] == snapshot_hash(snapshot)


def edited(path: Path, to: Path, edit: Callable[[str], str]) -> Path:
    text = path.read_text()
    changed = edit(text)
    assert changed != text
    to.write_text(changed)
    return to


def test_an_old_snapshot_that_was_edited_is_noticed(tmp_path: Path) -> None:
    place = edited(
        JOB / "snapshot.json",
        tmp_path / "edited",
        lambda text: text.replace('"percentage": 30', '"percentage": 31', 1),
    )
    with pytest.raises(ConfigurationError, match="was edited after it was saved"):
        load_snapshot(place)
    load_snapshot(place, allow_edited=True)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"shares"', '"percentage_options"', "unknown entry"),
        ('"OldValue"', '"ValueV1"', "expected one of Formula, ValueV1 @ "),
        ('"FlagCondition"', '"PrerequisiteCondition"', "expected one of UserCond"),
    ],
)
def test_names_of_both_forms_do_not_mix(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    place = edited(
        JOB / "snapshot.json", tmp_path / "a", lambda text: text.replace(old, new, 1)
    )
    with pytest.raises(ConfigurationError, match=reason):
        load_snapshot(place, allow_edited=True)
    save_snapshot(load_snapshot(JOB / "snapshot.json"), tmp_path / "new")
    place = edited(
        tmp_path / "new", tmp_path / "b", lambda text: text.replace(new, old, 1)
    )
    with pytest.raises(ConfigurationError, match=reason):
        load_snapshot(place, allow_edited=True)


def test_an_old_plan_still_belongs_to_its_snapshot(tmp_path: Path) -> None:
    plan = load_plan(JOB / "plan.json", load_snapshot(JOB / "snapshot.json"))
    assert len(plan.steps) == 50
    old = json.loads((JOB / "plan.json").read_text())
    save_plan(plan, tmp_path / "new.json")
    new = json.loads((tmp_path / "new.json").read_text())
    assert (old["format"], new["format"]) == (1, 2)
    assert old["hash"] == new["hash"] == plan_hash(plan)
    assert load_plan(tmp_path / "new.json") == plan


def test_an_old_plan_that_was_edited_is_noticed(tmp_path: Path) -> None:
    place = edited(
        JOB / "plan.json",
        tmp_path / "edited",
        lambda text: text.replace("Sells things", "Sold things", 1),
    )
    with pytest.raises(ConfigurationError, match=r"plan again @ \$\.plan\.steps\[0\]"):
        load_plan(place)


async def test_a_job_that_an_older_version_left_is_resumed(
    client: AsyncManagementClient, emulator: Emulator, job: Path
) -> None:
    emulator.counts.reset()
    with JobFolder(job) as folder:
        found = folder.unfinished()
        assert found is not None
        assert found.request == {"name": "Copy"}
        assert found.report.counts == {"earlier": 33, "unknown": 7, "not_started": 10}
        report = await apply(client, found.plan, folder.journal_path, linger_seconds=0)
    assert report.is_complete
    made = {
        name: count
        for name, count in emulator.counts.calls.items()
        if name.startswith("create-")
    }
    assert sum(made.values()) <= 17, "nothing that was done is done again"
    copy = await take_snapshot(client, "Copy")
    assert await verify(client, found.plan, copy.source.product_id) == ()
    assert parts_of(copy) == parts_of(found.snapshot)


async def test_an_old_plan_deletes_what_nobody_changed(
    client: AsyncManagementClient, tmp_path: Path
) -> None:
    plan = load_plan(FILES / "deletions.json", load_snapshot(FILES / "fewer.json"))
    assert plan.deletes == 10
    report = await apply(client, plan, tmp_path / "journal.db", linger_seconds=0)
    assert report.is_complete
    left = await take_snapshot(client, "Web shop")
    keys = [setting.key for config in left.configs for setting in config.settings]
    assert keys == ["killSwitch", "provider", "oldFlag"]


async def test_a_bulk_run_of_an_older_version_is_resumed(
    client: AsyncManagementClient, emulator: Emulator, tmp_path: Path
) -> None:
    shutil.copy(FILES / "bulk.db", tmp_path)
    product = load_snapshot(JOB / "snapshot.json").source.product_id
    calls = [
        Call("create-tag", {"product_id": str(product)}, {"name": f"bulk {number}"})
        for number in range(6)
    ]
    emulator.counts.reset()
    with BulkJournal(tmp_path / "bulk.db") as journal:
        assert journal.counts() == {"done": 3}
        outcomes = await collect(run_calls(client, calls, journal=journal))
    assert Counter(endings(outcomes).values()) == {"done": 3, "earlier": 3}
    names = [tag.name for tag in await client.tags.get_tags(product)]
    assert sorted(name for name in names if name.startswith("bulk ")) == [
        f"bulk {number}" for number in range(6)
    ]
