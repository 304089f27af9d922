"""Snapshot files: equal when read, the same bytes, and refused when they are odd."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import Phase, given, settings

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import snapshot_file
from configcat_mgmt.jobs.json_layout import WIDTH, layout
from configcat_mgmt.jobs.reading import take_snapshot
from configcat_mgmt.jobs.record_reading import read_record
from configcat_mgmt.jobs.record_writing import write_record
from configcat_mgmt.jobs.snapshot import (
    Config,
    Formula,
    Gap,
    Plain,
    Setting,
    SettingInEnvironment,
    Share,
    Snapshot,
)
from configcat_mgmt.jobs.snapshot_file import (
    load_snapshot,
    save_snapshot,
    snapshot_hash,
)
from configcat_mgmt.models import UpdateTagModel
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


def refusal(place: Path, *, allow_edited: bool = False) -> str:
    """Load a file that has to be refused; return the reason."""
    with pytest.raises(ConfigurationError) as caught:
        load_snapshot(place, allow_edited=allow_edited)
    message = str(caught.value)
    head = f"{place} cannot be used as a snapshot: "
    assert message.startswith(head)
    return message.removeprefix(head)


def text_of(place: Path) -> str:
    """Read a file."""
    return place.read_text()


def edit(place: Path, change: Callable[[Json], object]) -> None:
    """Change the JSON data in a file."""
    document = json.loads(place.read_bytes())
    change(document)
    place.write_text(json.dumps(document))


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
    assert snapshot_hash(again) == snapshot_hash(snapshot)


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
    assert text.startswith('{\n  "format": 1,\n  "hash": "')
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
    assert not any(secret in repr(snapshot) for secret in SECRETS)


# Not shrunk, which takes minutes for records of this size.
@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(SNAPSHOTS)
def test_any_record_comes_back_from_its_data(snapshot: Snapshot) -> None:
    text = layout(write_record(snapshot))
    again = read_record(json.loads(text), Snapshot)
    assert again == snapshot
    # Equal alone would take True for 1 and 2 for 2.0.
    assert layout(write_record(again)) == text


def test_a_file_cut_at_any_length_is_refused(saved: Path, tmp_path: Path) -> None:
    text = saved.read_bytes()
    place = tmp_path / "cut"
    for length in [*range(0, len(text) - 1, 101), len(text) - 2]:
        place.write_bytes(text[:length])
        reason = refusal(place, allow_edited=True)
        assert reason.startswith("not ")
        assert reason.endswith("was it cut off or edited?")


def test_a_flipped_bit_anywhere_is_refused(saved: Path, tmp_path: Path) -> None:
    text = saved.read_bytes()
    place = tmp_path / "flipped"
    time = text.index(b'"taken_at"')
    until = text.index(b"\n", time)
    for position in range(0, len(text) - 1, 97):
        if time <= position < until or text[position : position + 1].isspace():
            continue
        flipped = bytearray(text)
        flipped[position] ^= 1
        if flipped[position : position + 1].isspace():
            continue
        place.write_bytes(flipped)
        refusal(place)


def test_an_edited_file_is_taken_only_if_that_is_allowed(
    snapshot: Snapshot, saved: Path
) -> None:
    edit(saved, lambda document: document["snapshot"].update(name="Edited"))
    assert refusal(saved) == (
        "it was changed since it was saved; if that was you, allow edited files"
    )
    edited = load_snapshot(saved, allow_edited=True)
    assert edited == attrs.evolve(snapshot, name="Edited")


def test_a_file_of_a_newer_version_says_so(saved: Path) -> None:
    edit(saved, lambda document: document.update(format=2))
    assert refusal(saved, allow_edited=True) == (
        "it has format 2, and this version reads format 1; use a newer configcat-mgmt"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "not JSON"),
        (b"\x00\x01", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"null", "it is no snapshot"),
        (b"[]", "it is no snapshot"),
        (b"{}", "it is no snapshot"),
        (b'{"f": {}}', "it is no snapshot"),
        (b'{"format": true, "snapshot": {}, "hash": ""}', "it is no snapshot"),
        (b'{"format": "1", "snapshot": {}, "hash": ""}', "it is no snapshot"),
        (b'{"format": 1.0, "snapshot": {}, "hash": ""}', "it is no snapshot"),
        (b'{"format": 0, "snapshot": {}, "hash": ""}', "it is no snapshot"),
        (b'{"format": 1, "steps": [], "hash": ""}', "it is no snapshot"),
        (b'{"format": 1, "snapshot": [], "hash": ""}', "it is no snapshot"),
        (b'{"format": 1, "snapshot": {}}', "its entries are not format, hash, snap"),
        (
            b'{"format": 1, "snapshot": {}, "hash": "", "more": 1}',
            "its entries are not",
        ),
        (
            b'{"format": 1, "snapshot": {}, "hash": ""}',
            "source and name missing @ $.snapshot",
        ),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"format": 1, "hash": "", "snapshot": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"format": 1, "hash": "", "snapshot": {"order": NaN}}', "NaN"),
    ],
)
def test_what_is_no_snapshot_is_refused(
    tmp_path: Path, text: bytes, reason: str
) -> None:
    place = tmp_path / "file"
    place.write_bytes(text)
    assert reason in refusal(place)


def test_a_file_that_is_missing_or_huge_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load_snapshot(tmp_path / "none")
    place = tmp_path / "huge"
    with place.open("wb") as file:
        file.truncate(snapshot_file.MAX_BYTES + 1)
    with pytest.raises(ConfigurationError, match="more than the 268,435,456 allowed"):
        load_snapshot(place)
    monkeypatch.setattr(snapshot_file, "MAX_BYTES", 100)
    place.write_bytes(b" " * 101)
    with pytest.raises(ConfigurationError, match="101 bytes, more than the 100"):
        load_snapshot(place)


MAIN = ("snapshot", "configs", 0)
SETTING = (*MAIN, "settings", 1)
FORMULA = (*SETTING, "values", "Production", "targeting")
CONDITION = (*FORMULA, "rules", 0, "conditions", 0)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (
            ("snapshot", "name"),
            5,
            "a text is wanted, not a whole number @ $.snapshot.n",
        ),
        (("snapshot", "name"), None, "a text is wanted, not null @ $.snapshot.name"),
        (("snapshot", "surprise"), 1, "unknown entry; known are source, name, "),
        (("snapshot", "order"), True, "a whole number is wanted, not true or false"),
        (("snapshot", "order"), 1.5, "a whole number is wanted, not a number"),
        (("snapshot", "order"), 1 << 63, "the number is out of range @ $.snapshot.or"),
        (("snapshot", "tags"), {}, "a list is wanted, not an object @ $.snapshot.tags"),
        (
            ("snapshot", "tags", 0),
            "x",
            "an object is wanted, not a text @ $.snapshot.ta",
        ),
        (
            ("snapshot", "limits"),
            [],
            "an object is wanted, not a list @ $.snapshot.lim",
        ),
        (("snapshot", "limits", "a b"), "", "not a text @ $.snapshot.limits['a b']"),
        (("snapshot", "source", "product_id"), "../x", "a UUID in lower case"),
        (("snapshot", "source", "product_id"), 5, "a UUID in lower case"),
        (("snapshot", "source", "taken_at"), "today", "a time such as"),
        (("snapshot", "source", "taken_at"), "2026-01-31T12:00:00", "a time such as"),
        ((*MAIN, "id"), "0" * 32, "a UUID in lower case with dashes is wanted"),
        ((*MAIN, "evaluation_version"), "v9", "v1 or v2 is wanted @ $.configs[0].eval"),
        ((*MAIN, "evaluation_version"), "v1", "kind OldValue is wanted for the config"),
        ((*SETTING, "type"), "date", "one of boolean, string, int, double is wanted"),
        ((*SETTING, "type"), "int", "a int is wanted for 'newCheckout' @ $.configs[0]"),
        (
            (*SETTING, "tags"),
            ["none"],
            "no tag 'none' in the snapshot @ $.configs[0].s",
        ),
        ((*SETTING, "key"), "KILLSWITCH", "'killSwitch' and 'KILLSWITCH'"),
        (
            (*SETTING, "key"),
            [],
            "a text is wanted, not a list @ $.snapshot.configs[0].s",
        ),
        ((*FORMULA, "kind"), "Rule", "one of Formula, OldValue is wanted @ $.snapshot"),
        (
            (*FORMULA, "default"),
            {},
            "not an object @ $.snapshot.configs[0].settings[1]",
        ),
        ((*FORMULA, "default"), 0, "a boolean is wanted for 'newCheckout'"),
        ((*CONDITION, "segment"), "none", "no segment 'none' in the snapshot"),
        ((*CONDITION, "kind"), None, "one of UserCondition, SegmentCondition, FlagCon"),
        ((*CONDITION, "value"), 1, "unknown entry; known are segment, comparator @"),
        (CONDITION, {"kind": "SegmentCondition"}, "segment and comparator missing"),
        (
            CONDITION,
            {
                "kind": "FlagCondition",
                "setting": "none",
                "comparator": "equals",
                "value": 1,
            },
            "no setting 'none' in the config",
        ),
        (
            CONDITION,
            {
                "kind": "UserCondition",
                "attribute": "A",
                "comparator": "isOneOf",
                "value": [["a", None, "b"]],
            },
            "2 items are wanted, not 3 @ $.snapshot.configs[0].settings[1].values."
            "Production.targeting.rules[0].conditions[0].value[0]",
        ),
        (
            (*SETTING, "values", "Nowhere"),
            {"targeting": {"kind": "Formula", "default": True}},
            "no environment 'Nowhere' in the snapshot",
        ),
        (
            (*SETTING, "variations"),
            [{"value": True}],
            "'newCheckout' has no variation with the value False",
        ),
        (
            (*SETTING, "variations"),
            [{"value": True}, {"value": False}, {"value": True}],
            "the value occurs twice @ $.configs[0].settings[1].variations[2].value",
        ),
        (
            (*SETTING, "variations"),
            [{"value": "x"}],
            "a boolean is wanted @ $.configs[0",
        ),
        (
            ("snapshot", "environments", 0, "name"),
            "TEST",
            "two environments are called 'TEST' and 'Test'",
        ),
        (("snapshot", "webhooks", 0, "config"), "none", "no config 'none'"),
        (("snapshot", "webhooks", 0, "environment"), "none", "no environment 'none'"),
        (("snapshot", "integrations", 0, "configs"), ["none"], "no config 'none'"),
        (
            ("snapshot", "preferences", "reason_required_environments"),
            ["none"],
            "no environment 'none' in the snapshot @ $.preferences.reason_required_",
        ),
        (
            ("snapshot", "permission_groups", 0, "environment_accesses", "none"),
            "full",
            "no environment 'none' in the snapshot @ $.permission_groups[0].environ",
        ),
    ],
)
def test_an_edited_file_is_checked_and_the_place_named(
    saved: Path, path: tuple[str | int, ...], value: Json, reason: str
) -> None:
    def change(document: Json) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    edit(saved, change)
    assert reason in refusal(saved, allow_edited=True)


def test_a_million_items_are_refused(saved: Path) -> None:
    tags = [{"name": "x"}] * 1_000_000
    edit(saved, lambda document: document["snapshot"].update(tags=tags))
    assert refusal(saved) == (
        "1,000,000 items, more than the 100,000 allowed @ $.snapshot.tags"
    )


def test_many_problems_are_not_all_told(saved: Path) -> None:
    def change(document: Json) -> None:
        document["snapshot"]["environments"] = []

    edit(saved, change)
    assert refusal(saved, allow_edited=True).count("no environment") == 5


def test_deep_data_is_refused_where_it_begins(saved: Path) -> None:
    deep: Json = "x"
    for _ in range(500):
        deep = [deep]
    edit(saved, lambda document: document["snapshot"].update(name=deep))
    reason = "a text is wanted, not a list @ $.snapshot.name"
    assert refusal(saved, allow_edited=True) == reason


def test_a_double_that_lost_its_point_is_told_apart_from_an_int(
    saved: Path,
) -> None:
    text = saved.read_text()
    assert '"default": 2.0}' in text
    saved.write_text(text.replace('"default": 2.0}', '"default": 2}'))
    reason = refusal(saved, allow_edited=True)
    assert "a double such as 2.0 is wanted for 'taxRate'" in reason


def test_names_are_never_taken_as_paths(snapshot: Snapshot, tmp_path: Path) -> None:
    odd = attrs.evolve(
        snapshot, name="../../etc/passwd", description="\ud800 half a pair"
    )
    place = tmp_path / "odd.json"
    save_snapshot(odd, place)
    assert os.listdir(tmp_path) == ["odd.json"]
    assert load_snapshot(place) == odd


def test_two_thousand_flags_in_twenty_environments_come_back(tmp_path: Path) -> None:
    wide = wide_snapshot(flags=2000, environments=20)
    place = tmp_path / "wide.json"
    save_snapshot(wide, place)
    assert place.stat().st_size < 50_000_000
    assert load_snapshot(place) == wide


def test_what_fits_on_a_line_stands_on_one() -> None:
    assert layout({"a": [], "b": {}, "c": [1, 2.0, None, True, "x\n  y"]}) == (
        b'{"a": [], "b": {}, "c": [1, 2.0, null, true, "x\\n  y"]}\n'
    )
    long = "x" * WIDTH
    assert layout({"list": [long, [Share(1, 2).percentage]]}).decode() == (
        f'{{\n  "list": [\n    "{long}",\n    [1]\n  ]\n}}\n'
    )
    with pytest.raises(ValueError, match="JSON compliant"):
        layout(float("nan"))
