"""Snapshot files that are cut, edited, newer, foreign or huge are refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model import snapshot_file
from configcat_mgmt.jobs.model.snapshot import (
    Snapshot,
)
from configcat_mgmt.jobs.model.snapshot_file import (
    load_snapshot,
    save_snapshot,
)

Json = Any


@pytest.fixture
def snapshot(shop_snapshots: dict[bool, Snapshot]) -> Snapshot:
    return shop_snapshots[False]


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


def edit(place: Path, change: Callable[[Json], object]) -> None:
    """Change the JSON data in a file."""
    document = json.loads(place.read_bytes())
    change(document)
    place.write_text(json.dumps(document))


def test_a_file_cut_at_any_length_is_refused(saved: Path, tmp_path: Path) -> None:
    text = saved.read_bytes()
    place = tmp_path / "cut"
    for length in [*range(0, len(text) - 1, 101), len(text) - 2]:
        place.write_bytes(text[:length])
        reason = refusal(place, allow_edited=True)
        assert reason.startswith("not ")
        assert reason.endswith(
            "if the file was truncated or edited, take the snapshot again"
        )


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
        "it was edited after it was saved; if you edited it, pass --allow-edited "
        "(`allow_edited` in Python)"
    )
    edited = load_snapshot(saved, allow_edited=True)
    assert edited == attrs.evolve(snapshot, name="Edited")


def test_a_file_of_a_newer_version_says_so(saved: Path) -> None:
    edit(saved, lambda document: document.update(format=3))
    assert refusal(saved, allow_edited=True) == (
        "it has format 3, and this version reads formats 1 to 2; use a newer "
        "configcat-mgmt @ $.format"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "not JSON"),
        (b"\x00\x01", "not JSON"),
        (b"\xfe\x80", "not UTF-8"),
        (b"\xff\xfe", "not JSON"),
        (b"null", "it is not a snapshot file; pass a file that `snapshot` wrote"),
        (b'{"format": 1, "plan": {}}', "it is a plan; pass the snapshot"),
        (b"[]", "it is not a snapshot file"),
        (b"{}", "it is not a snapshot file"),
        (b'{"f": {}}', "it is not a snapshot file"),
        (b'{"format": true, "snapshot": {}, "hash": ""}', "it is not a snapshot file"),
        (b'{"format": "1", "snapshot": {}, "hash": ""}', "it is not a snapshot file"),
        (b'{"format": 1.0, "snapshot": {}, "hash": ""}', "it is not a snapshot file"),
        (b'{"format": 0, "snapshot": {}, "hash": ""}', "it is not a snapshot file"),
        (b'{"format": 1, "steps": [], "hash": ""}', "it is not a snapshot file"),
        (b'{"format": 1, "snapshot": [], "hash": ""}', "it is not a snapshot file"),
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
    with pytest.raises(ConfigurationError, match="there is no file"):
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
            "expected a string, not an integer @ $.snapshot.n",
        ),
        (("snapshot", "name"), None, "expected a string, not null @ $.snapshot.name"),
        (("snapshot", "surprise"), 1, "unknown entry; known are source, name, "),
        (("snapshot", "order"), True, "expected an integer, not a boolean"),
        (("snapshot", "order"), 1.5, "expected an integer, not a number"),
        (("snapshot", "order"), 1 << 63, "the number is out of range @ $.snapshot.or"),
        (("snapshot", "tags"), {}, "expected a list, not an object @ $.snapshot.tags"),
        (
            ("snapshot", "tags", 0),
            "x",
            "expected an object, not a string @ $.snapshot.ta",
        ),
        (
            ("snapshot", "limits"),
            [],
            "expected an object, not a list @ $.snapshot.lim",
        ),
        (("snapshot", "limits", "a b"), "", "not a string @ $.snapshot.limits['a b']"),
        (("snapshot", "source", "product_id"), "../x", "expected a UUID in lower case"),
        (("snapshot", "source", "product_id"), 5, "expected a UUID in lower case"),
        (("snapshot", "source", "taken_at"), "today", "expected a time such as"),
        (
            ("snapshot", "source", "taken_at"),
            "2026-01-31T12:00:00",
            "expected a time such as",
        ),
        ((*MAIN, "id"), "0" * 32, "expected a UUID in lower case with dashes"),
        ((*MAIN, "evaluation_version"), "v1", "expected kind ValueV1 for the config"),
        ((*SETTING, "type"), "date", "expected one of boolean, string, int, double"),
        (
            (*SETTING, "type"),
            "int",
            "expected type int for 'newCheckout' @ $.configs[0]",
        ),
        (
            (*SETTING, "tags"),
            ["none"],
            "no tag 'none' in the snapshot @ $.configs[0].s",
        ),
        ((*SETTING, "key"), "killSwitch", "are called 'killSwitch'"),
        (
            (*SETTING, "key"),
            [],
            "expected a string, not a list @ $.snapshot.configs[0].s",
        ),
        ((*FORMULA, "kind"), "Rule", "expected one of Formula, ValueV1 @ $.snapshot"),
        (
            (*FORMULA, "default"),
            {},
            "not an object @ $.snapshot.configs[0].settings[1]",
        ),
        ((*FORMULA, "default"), 0, "expected type boolean for 'newCheckout'"),
        ((*CONDITION, "segment"), "none", "no segment 'none' in the snapshot"),
        (
            (*CONDITION, "kind"),
            None,
            "expected one of UserCondition, SegmentCondition, Prereq",
        ),
        ((*CONDITION, "value"), 1, "unknown entry; known are segment, comparator @"),
        (CONDITION, {"kind": "SegmentCondition"}, "segment and comparator missing"),
        (
            CONDITION,
            {
                "kind": "PrerequisiteCondition",
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
            "expected 2 items, not 3 @ $.snapshot.configs[0].settings[1].values."
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
            "expected type boolean @ $.configs[0",
        ),
        (
            ("snapshot", "environments", 0, "name"),
            "Test",
            "two environments are called 'Test'",
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
            ("snapshot", "preferences", "approve_required_environments"),
            ["none"],
            "no environment 'none' in the snapshot @ $.preferences.approve_required",
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
        "correct it, or take the snapshot again: 1,000,000 items, more than the "
        "100,000 allowed @ $.snapshot.tags"
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
    reason = ": expected a string, not a list @ $.snapshot.name"
    assert refusal(saved, allow_edited=True).endswith(reason)


def test_a_double_that_lost_its_point_is_told_apart_from_an_int(
    saved: Path,
) -> None:
    text = saved.read_text()
    assert '"default": 2.0}' in text
    saved.write_text(text.replace('"default": 2.0}', '"default": 2}'))
    reason = refusal(saved, allow_edited=True)
    assert "expected type double such as 2.0 for 'taxRate'" in reason
