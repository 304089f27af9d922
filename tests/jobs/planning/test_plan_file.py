"""Plan files: equal when read, the same bytes, and refused with the place when odd."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.plan import Plan, Step
from configcat_mgmt.jobs.model.serialization import read_record, write_record
from configcat_mgmt.jobs.model.snapshot import (
    Member,
    PermissionGroup,
    Snapshot,
    Tag,
    Variation,
)
from configcat_mgmt.jobs.model.snapshot_file import save_snapshot
from configcat_mgmt.jobs.planning import plan_file
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.planning.plan_file import load_plan, plan_hash, save_plan
from configcat_mgmt.jobs.planning.plan_file_checks import problems_of
from tests.hypothesis_profiles import IS_NIGHTLY
from tests.jobs.plan_facts import NEW
from tests.jobs.products import TARGET, config_of, plain_product, products, setting_of

Json = Any

SOURCE = plain_product(
    config_of(
        setting_of("flag", tags=("t",)),
        attrs.evolve(setting_of("a"), variations=(Variation(True), Variation(False))),
    ),
    tags=(Tag("t"),),
    permission_groups=(PermissionGroup("Team"),),
    members=(Member("a@example.com", "Team"),),
)


def plan() -> Plan:
    return plan_copy(SOURCE, NEW, PlanOptions(members=True))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    place = tmp_path / "plan.json"
    save_plan(plan(), place)
    return place


def refusal(place: Path, snapshot: Snapshot | None = None) -> str:
    """Load a file that has to be refused; return the reason."""
    with pytest.raises(ConfigurationError) as caught:
        load_plan(place, snapshot)
    message = str(caught.value)
    head = f"{place} cannot be used as a plan: "
    assert message.startswith(head)
    return message.removeprefix(head)


def edited(place: Path, edit: Callable[[Json], object]) -> str:
    """Change a file, and return why it is refused then."""
    document = json.loads(place.read_text())
    edit(document)
    place.write_text(json.dumps(document))
    return refusal(place)


@given(wanted=products(), found=products(TARGET))
def test_any_plan_survives_being_written_and_read(
    wanted: Snapshot, found: Snapshot
) -> None:
    options = PlanOptions(on_conflict="overwrite", delete=True, reason="why")
    for target in (NEW, found):
        made = plan_copy(wanted, target, options)
        text = json.dumps(write_record(made))
        again = read_record(json.loads(text), Plan)
        assert again == made
        assert plan_hash(again) == plan_hash(made)
        assert json.dumps(write_record(again)) == text


def test_a_saved_plan_is_loaded_equal(saved: Path) -> None:
    assert load_plan(saved) == plan()
    assert load_plan(saved, SOURCE) == plan()


def test_the_same_plan_gives_the_same_bytes_for_its_owner_alone(
    saved: Path, tmp_path: Path
) -> None:
    save_plan(load_plan(saved), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == saved.read_bytes()
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_plan_of_another_snapshot_is_refused(saved: Path) -> None:
    other = attrs.evolve(SOURCE, description="changed")
    assert "another snapshot" in refusal(saved, other)
    assert "$.plan.source_hash" in refusal(saved, other)


def test_a_plan_that_was_cut_anywhere_is_refused(tmp_path: Path) -> None:
    small = plan_copy(plain_product(environments=()), NEW)
    place = tmp_path / "plan.json"
    save_plan(small, place)
    text = place.read_bytes()
    for length in range(len(text) - 1):
        place.write_bytes(text[:length])
        assert refusal(place)
    place.write_bytes(text[: len(text) // 2])
    assert "if the file was truncated or edited" in refusal(place)
    assert "line" in refusal(place)


def test_a_flipped_bit_is_noticed_wherever_it_is(tmp_path: Path) -> None:
    small = plan_copy(plain_product(environments=()), NEW)
    place = tmp_path / "plan.json"
    save_plan(small, place)
    text = place.read_bytes()
    for index in range(len(text)):
        for bit in (1, 4, 32) if IS_NIGHTLY else (1 << index % 6,):
            flipped = bytearray(text)
            flipped[index] ^= bit
            place.write_bytes(flipped)
            try:
                # A space may become a line feed; digests of steps only help to look.
                assert load_plan(place) == small
            except ConfigurationError:
                continue
            assert json.loads(place.read_bytes())["plan"] == json.loads(text)["plan"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not JSON"),
        (b"[]", "it is not a plan file"),
        (b"{}", "it is not a plan file"),
        (b"\xfe\xfe", "not UTF-8"),
        (b'{"format": 1, "plan": []}', "it is not a plan file"),
        (b'{"format": 0, "plan": {}}', "it is not a plan file"),
        (b'{"format": true, "plan": {}}', "it is not a plan file"),
        (b'{"format": 1, "plan": {}}', "its entries are not"),
        (
            b'{"format": 3, "plan": {}}',
            "format 3, and this version reads formats 1 ",
        ),
        (
            b'{"format": 1, "hash": "", "step_hashes": [], "plan": {}}',
            "missing @ $.plan",
        ),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, text: bytes, words: str) -> None:
    place = tmp_path / "plan.json"
    place.write_bytes(text)
    assert words in refusal(place)


def test_a_snapshot_is_no_plan(tmp_path: Path) -> None:
    save_snapshot(SOURCE, tmp_path / "snapshot.json")
    assert "it is a snapshot" in refusal(tmp_path / "snapshot.json")


def test_a_file_that_is_missing_or_too_large_is_refused(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="there is no file"):
        load_plan(saved.with_name("nothing.json"))
    monkeypatch.setattr(plan_file, "MAX_BYTES", 100)
    with pytest.raises(ConfigurationError, match="more than the 100 allowed"):
        load_plan(saved)


def steps(document: Json) -> Json:
    return document["plan"]["steps"]


def index_of(document: Json, operation: str) -> int:
    found = [step["operation"] for step in steps(document)]
    return found.index(operation)


def test_a_changed_step_is_named(saved: Path) -> None:
    def edit(document: Json) -> None:
        steps(document)[3]["body"] = {"name": "other"}

    assert edited(saved, edit) == (
        "it was edited after it was saved; plan again @ $.plan.steps[3]"
    )


def test_steps_that_are_missing_or_new_are_named(saved: Path) -> None:
    count = len(plan().steps)
    assert f"$.plan.steps[{count - 1}]" in edited(
        saved, lambda document: steps(document).pop()
    )
    save_plan(plan(), saved)
    assert f"$.plan.steps[{count}]" in edited(
        saved,
        lambda document: steps(document).append(
            {**steps(document)[-1], "id": "preferences/x/set"}
        ),
    )


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document["plan"].update(kind="restore"),
        lambda document: document["plan"].update(issues=[]),
        lambda document: document["plan"]["target"].update(organization="Mine"),
        lambda document: document.update(hash="0" * 64),
    ],
)
def test_any_other_change_is_noticed(
    saved: Path, edit: Callable[[Json], object]
) -> None:
    reason = edited(saved, edit)
    assert reason == "it was edited after it was saved; plan again @ $"


def test_the_hashes_of_steps_only_help_to_find_a_change(saved: Path) -> None:
    document = json.loads(saved.read_text())
    document["step_hashes"] = {}
    saved.write_text(json.dumps(document))
    assert load_plan(saved) == plan()


def change(operation: str, /, **fields: Json) -> Callable[[Json], object]:
    def edit(document: Json) -> None:
        steps(document)[index_of(document, operation)].update(fields)

    return edit


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (change("create-tag", operation="delete-product"), "no plan calls this"),
        (change("create-tag", operation="get-tags"), "no plan calls this"),
        (change("create-tag", operation="../x"), "no plan calls this"),
        (change("create-tag", operation="delete-tag"), "delete-tag is not a create"),
        (change("create-tag", entity="config"), "create-tag changes a tag"),
        (change("create-tag", stage=9), "the step belongs before the one above it"),
        (change("create-config", stage="2"), "expected an integer"),
        (change("create-tag", arguments={}), "product_id is missing"),
        (
            change("create-tag", arguments={"product_id": 1, "x": 2}),
            "create-tag has no argument 'x'",
        ),
        (change("create-tag", body=None), "create-tag needs a body"),
        (
            change("create-tag", creates=None),
            "only a step that creates something has this entry",
        ),
        (
            change("create-tag", creates={"entity": "tag", "key": ["other"]}),
            "it is not the key of this step",
        ),
        (
            change("create-tag", id_field="settingId"),
            "the response has the id in another field",
        ),
        (change("create-tag", extra=1), "unknown entry"),
        (change("create-tag", key="t"), "expected a list"),
        (
            change("create-tag", action="destroy"),
            "expected one of create, update, set, delete",
        ),
        (
            change("create-tag", body={"name": {"$ref": ["tag", "other"]}}),
            "no step of the plan creates the entity that it refers to @ "
            "$.plan.steps[3].body.name",
        ),
        (
            change("create-tag", body={"name": {"$ref": ["config", "Main"]}}),
            "it is created only in stage 3 @ $.plan.steps[3].body.name",
        ),
        (
            change("create-tag", body={"a": [0, {"$ref": ["tag"]}]}),
            "this is not a valid reference @ $.plan.steps[3].body.a[1]",
        ),
        (
            change("create-tag", body={"a": {"$ref": ["secret", "x"]}}),
            "this is not a valid reference",
        ),
        (
            change("create-tag", body={"a": {"$ref": ["tag", 1]}}),
            "this is not a valid reference",
        ),
        (
            change("create-tag", body={"a": {"$ref": "tag"}}),
            "this is not a valid reference",
        ),
        (
            change("create-tag", body={"a": {"$ref": ["tag", "t"], "more": 1}}),
            "this is not a valid reference",
        ),
        (
            lambda document: document["plan"].update(invites=False),
            "an invitation without opt-in; plan with members to invite people @",
        ),
        (
            lambda document: steps(document).insert(4, steps(document)[3]),
            "the id occurs twice @ $.plan.steps[4].id",
        ),
        (
            lambda document: document["plan"]["target"].update(is_new="yes"),
            "expected a boolean, not a string @ $.plan.target.is_new",
        ),
    ],
)
def test_a_plan_that_asks_for_something_odd_is_refused(
    saved: Path, edit: Callable[[Json], object], words: str
) -> None:
    reason = edited(saved, edit)
    assert words in reason
    assert reason.startswith("plan again: ")
    assert " @ $.plan" in reason


def deep(levels: int) -> Json:
    value: Json = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (deep(80), "deeper than 64 levels"),
        ([0] * 100_001, "100,001 items, more than the 100,000 allowed"),
    ],
)
def test_bodies_are_bounded(saved: Path, body: Json, words: str) -> None:
    assert words in edited(saved, change("create-tag", body=body))


def test_a_million_steps_are_refused(saved: Path) -> None:
    document = json.loads(saved.read_text())
    document["plan"]["steps"] = [0] * 1_000_000
    saved.write_text(json.dumps(document))
    assert refusal(saved) == (
        "plan again: 1,000,000 items, more than the 100,000 allowed @ $.plan.steps"
    )


def test_more_steps_than_can_be_read_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_file, "MAX_ITEMS", 3)
    place = tmp_path / "plan.json"
    with pytest.raises(ConfigurationError, match="more than the 3"):
        save_plan(plan(), place)
    assert not place.exists()


def test_a_plan_for_what_is_there_may_refer_to_it() -> None:
    made = plan()
    target = attrs.evolve(made.target, is_new=False)
    (tag,) = (step for step in made.steps if step.entity == "tag")
    change = attrs.evolve(
        tag,
        action="update",
        operation="update-tag",
        arguments={"tag_id": {"$ref": ["tag", "t"]}},
        creates=None,
        id_field=None,
    )
    there = attrs.evolve(made, steps=(change,), target=target)
    assert list(problems_of(there)) == []
    missing = attrs.evolve(there, target=made.target)
    assert len(list(problems_of(missing))) == 1


def test_a_link_in_the_place_of_the_file_is_not_followed(
    saved: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.json"
    os.symlink(saved, link)
    with pytest.raises(ConfigurationError, match="symbolic link"):
        save_plan(plan(), link)
    assert load_plan(saved) == plan()


@given(st.text(max_size=20))
def test_names_never_become_paths(name: str) -> None:
    made = plan_copy(plain_product(environments=[name]), NEW)
    steps: tuple[Step, ...] = made.steps
    assert steps[1].key == (name,)
    assert read_record(json.loads(json.dumps(write_record(made))), Plan) == made
