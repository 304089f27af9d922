"""Snapshot files: equal when read, the same bytes, and without secrets."""

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.model.json_layout import WIDTH, layout
from configcat_mgmt.jobs.model.serialization import read_record, write_record
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Formula,
    Gap,
    PercentageOption,
    Plain,
    Setting,
    SettingInEnvironment,
    Snapshot,
)
from configcat_mgmt.jobs.model.snapshot_file import (
    load_snapshot,
    save_snapshot,
    snapshot_hash,
)
from configcat_mgmt.jobs.planners.restore import plan_restore
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.models import UpdateTagModel
from tests.hypothesis_profiles import examples
from tests.jobs.looking import reprs_of
from tests.jobs.snapshots import SNAPSHOTS, wide_snapshot
from tests.jobs.world import SECRETS, World

Json = Any


@pytest.fixture
async def snapshot(client: AsyncManagementClient, shop: World) -> Snapshot:
    return await take_snapshot(client, shop.product_id)


@pytest.fixture
def saved(snapshot: Snapshot, tmp_path: Path) -> Path:
    place = tmp_path / "shop.json"
    save_snapshot(snapshot, place)
    return place


def text_of(place: Path) -> str:
    """Read a file."""
    return place.read_text()


def test_what_is_saved_is_loaded_equal(snapshot: Snapshot, saved: Path) -> None:
    loaded = load_snapshot(saved)
    assert loaded == snapshot
    # Equal alone would take True for 1 and 2 for 2.0.
    assert repr(write_record(loaded)) == repr(write_record(snapshot))
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


async def test_a_snapshot_with_secrets_is_loaded_equal(
    client: AsyncManagementClient, shop: World, tmp_path: Path
) -> None:
    snapshot = await take_snapshot(client, shop.product_id, secrets=True, members=True)
    save_snapshot(snapshot, tmp_path / "file")
    assert load_snapshot(tmp_path / "file") == snapshot
    assert snapshot.sdk_keys
    assert snapshot.members


@pytest.mark.parametrize(
    "operation",
    [
        "get-environments",
        "get-tags",
        "get-segments",
        "get-segment",
        "get-configs",
        "get-settings",
        "get-setting-values-v2",
        "get-permission-groups",
    ],
)
async def test_a_partial_snapshot_is_loaded_equal(
    client: AsyncManagementClient,
    shop: World,
    emulator: Emulator,
    tmp_path: Path,
    *,
    operation: str,
) -> None:
    emulator.faults.add(Fault("status", operation=operation, status=403, count=None))
    snapshot = await take_snapshot(client, shop.product_id, secrets=True, members=True)
    assert snapshot.is_partial
    save_snapshot(snapshot, tmp_path / "file")
    assert load_snapshot(tmp_path / "file") == snapshot


def test_the_same_snapshot_gives_the_same_bytes(
    snapshot: Snapshot, saved: Path, tmp_path: Path
) -> None:
    save_snapshot(load_snapshot(saved), tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == saved.read_bytes()
    save_snapshot(snapshot, saved)
    assert (tmp_path / "again").read_bytes() == saved.read_bytes()


async def test_files_of_an_unchanged_product_differ_in_the_time_alone(
    client: AsyncManagementClient, snapshot: Snapshot, saved: Path, tmp_path: Path
) -> None:
    again = await take_snapshot(client, snapshot.source.product_id)
    later = attrs.evolve(
        again, source=attrs.evolve(again.source, taken_at=snapshot.source.taken_at)
    )
    assert later == snapshot
    save_snapshot(later, tmp_path / "again")
    assert text_of(tmp_path / "again") == text_of(saved)
    long_ago = attrs.evolve(snapshot.source, taken_at=datetime(2020, 2, 29, tzinfo=UTC))
    old = attrs.evolve(snapshot, source=long_ago)
    assert snapshot_hash(again) == snapshot_hash(snapshot) == snapshot_hash(old)


async def test_stable_files_of_an_unchanged_product_are_equal(
    client: AsyncManagementClient, snapshot: Snapshot, tmp_path: Path
) -> None:
    again = await take_snapshot(client, snapshot.source.product_id)
    later = attrs.evolve(
        again,
        source=attrs.evolve(again.source, taken_at=datetime(2031, 1, 1, tzinfo=UTC)),
    )
    save_snapshot(snapshot, tmp_path / "one", stable=True)
    save_snapshot(later, tmp_path / "two", stable=True)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    loaded = load_snapshot(tmp_path / "one")
    assert loaded.source.taken_at is None
    assert snapshot_hash(loaded) == snapshot_hash(snapshot)
    assert plan_restore(loaded, snapshot).is_empty
    save_snapshot(attrs.evolve(later, name="Other"), tmp_path / "two", stable=True)
    assert (tmp_path / "one").read_bytes() != (tmp_path / "two").read_bytes()


def test_the_hash_tells_any_change_but_that_of_the_time(
    snapshot: Snapshot,
) -> None:
    known = {snapshot_hash(snapshot)}
    config = snapshot.configs[0]
    for changed in (
        attrs.evolve(snapshot, name="Other"),
        attrs.evolve(snapshot, order=7),
        attrs.evolve(snapshot, tags=snapshot.tags[:-1]),
        attrs.evolve(snapshot, gaps=(Gap("tag", "*", "403"),)),
        attrs.evolve(
            snapshot,
            configs=(attrs.evolve(config, order=9), *snapshot.configs[1:]),
        ),
        attrs.evolve(
            snapshot, source=attrs.evolve(snapshot.source, organization="Other")
        ),
    ):
        known.add(snapshot_hash(changed))
    assert len(known) == 7
    assert all(len(one) == 64 for one in known)


def test_values_that_are_equal_in_python_have_different_hashes() -> None:
    def hash_of(value: Plain) -> str:
        targeting = SettingInEnvironment(Formula(value))
        setting = Setting("key", "Key", "int", values={"Test": targeting})
        config = Config("Main", "v2", settings=(setting,))
        return snapshot_hash(
            attrs.evolve(wide_snapshot(flags=0, environments=1), configs=(config,))
        )

    values = (False, 0, 0.0, "0", True, 1, 1.0, "1")
    assert len({hash_of(value) for value in values}) == len(values)


async def test_a_file_is_readable_and_changes_where_the_product_does(
    client: AsyncManagementClient, shop: World, saved: Path, tmp_path: Path
) -> None:
    text = text_of(saved)
    assert text.startswith('{\n  "format": 2,\n  "hash": "')
    assert '{"name": "Test", "order": 2, "id":' in text
    assert "größer, 更大 <b>&</b>" in text
    assert all(len(line) <= WIDTH for line in text.splitlines())
    await client.tags.update_tag(shop.tags["Backend"], UpdateTagModel(color="canary"))
    save_snapshot(await take_snapshot(client, shop.product_id), tmp_path / "new")
    old, new = text.splitlines(), text_of(tmp_path / "new").splitlines()
    changed = [
        (before, after)
        for before, after in zip(old, new, strict=True)
        if before != after and "taken_at" not in before
    ]
    assert len(changed) == 2, "the hash and one line"
    assert '"color": "canary"' in changed[1][1]


async def test_no_secret_is_in_a_file_unless_asked_for(
    client: AsyncManagementClient, shop: World, saved: Path, tmp_path: Path
) -> None:
    assert not any(secret in text_of(saved) for secret in SECRETS)
    snapshot = await take_snapshot(client, shop.product_id, secrets=True)
    save_snapshot(snapshot, tmp_path / "file")
    text = text_of(tmp_path / "file")
    assert all(secret in text for secret in SECRETS)
    texts = reprs_of(snapshot)
    assert len(texts) > 100
    assert not any(secret in text for secret in SECRETS for text in texts)


# Not shrunk, which takes minutes for records of this size.
@examples(60, shrink=False)
@given(SNAPSHOTS)
def test_any_record_comes_back_from_its_data(snapshot: Snapshot) -> None:
    text = layout(write_record(snapshot))
    again = read_record(json.loads(text), Snapshot)
    assert again == snapshot
    # Equal alone would take True for 1 and 2 for 2.0.
    assert layout(write_record(again)) == text


def test_names_are_never_taken_as_paths(snapshot: Snapshot, tmp_path: Path) -> None:
    odd = attrs.evolve(
        snapshot, name="../../etc/passwd", description="\ud800 half a pair"
    )
    place = tmp_path / "odd.json"
    save_snapshot(odd, place)
    assert os.listdir(tmp_path) == ["odd.json"]
    assert load_snapshot(place) == odd


def test_four_hundred_flags_in_twenty_environments_come_back(tmp_path: Path) -> None:
    wide = wide_snapshot(flags=400, environments=20)
    place = tmp_path / "wide.json"
    save_snapshot(wide, place)
    assert place.stat().st_size < 10_000_000
    assert load_snapshot(place) == wide


def test_what_fits_on_a_line_stands_on_one() -> None:
    assert layout({"a": [], "b": {}, "c": [1, 2.0, None, True, "x\n  y"]}) == (
        b'{"a": [], "b": {}, "c": [1, 2.0, null, true, "x\\n  y"]}\n'
    )
    long = "x" * WIDTH
    assert layout({"list": [long, [PercentageOption(1, 2).percentage]]}).decode() == (
        f'{{\n  "list": [\n    "{long}",\n    [1]\n  ]\n}}\n'
    )
    with pytest.raises(ValueError, match="JSON compliant"):
        layout(float("nan"))
