"""Commands that change a product as a whole: promote, convert, edit and cleanup."""

import json
from collections.abc import Iterator

import pytest

from configcat_mgmt.emulator import Emulator
from tests.cli.here import PASSWORD, Here, Json, printed_by
from tests.jobs.aging import Clock
from tests.jobs.report.html_reading import read_html

SHOP = "Northwind Storefront"
WRITE = "replace-setting-value-v2"
RULE = {
    "conditions": [
        {"attribute": "Plan", "comparator": "isOneOf", "value": [["gold", None]]}
    ],
    "value": True,
}


@pytest.fixture
def clock() -> Clock:
    """The emulator's clock."""
    return Clock()


@pytest.fixture
def emulator(clock: Clock) -> Iterator[Emulator]:
    """An emulator with a product as the demo has it."""
    with Emulator(
        username="someone", password=PASSWORD, clock=clock, rate_policy=None
    ) as one:
        one.seed(products=1, flags=24)
        yield one


def test_promote_shows_changes_asks_and_leaves_nothing_different(here: Here) -> None:
    command = ("promote", SHOP, "--from", "Staging", "--to", "Production")
    shown = here.run(*command, "--dry-run")
    assert shown.code == 2
    assert " in Production" in shown.out
    assert " THEN " in shown.out
    before = here.emulator.counts.calls.copy()
    refused = here.run(*command)
    assert refused.code == 1
    assert "--yes" in refused.err
    assert here.emulator.counts.calls[WRITE] == before[WRITE] == 0
    (product,) = here.emulator.state.products.values()
    product.preferences.approve_required = True
    blocked = here.run(*command, "--yes")
    assert blocked.code == 1
    assert "--approval bypass" in blocked.out + blocked.err
    assert here.emulator.counts.calls[WRITE] == 0
    done = here.run(*command, "--yes", "--approval", "bypass")
    assert done.code == 0, done.err
    assert "the target matches" in done.out
    assert here.emulator.counts.calls[WRITE] > 0
    equal = here.run("diff", SHOP, "--environments", "Staging", "Production")
    assert equal.code == 0, equal.out
    assert here.run(*command, "--dry-run").code == 0


def test_clone_environment_makes_one_that_is_equal_and_runs_once(here: Here) -> None:
    command = ("clone-environment", SHOP, "--from", "Staging", "--name", "Canary")
    shown = here.run(*command, "--dry-run")
    assert shown.code == 2
    assert "Canary" in shown.out
    done = here.run(*command, "--yes")
    assert done.code == 0, done.err
    equal = here.run("diff", SHOP, "--environments", "Staging", "Canary")
    assert equal.code == 0, equal.out
    again = here.run(*command, "--yes")
    assert again.code == 0, again.err
    taken = here.run(*command[:-1], "staging", "--yes")
    assert taken.code == 1
    assert "an environment 'Staging' already" in taken.err


def is_uniform(row: Json) -> bool:
    """Whether a row of a matrix has the same value in all environments."""
    first, *others = row["values"].values()
    return all(one == first for one in others)


def test_promote_keeps_to_what_was_chosen_and_to_several_targets(here: Here) -> None:
    rows = printed_by(here, "matrix", SHOP)["settings"]
    key = next(row["key"] for row in rows if row["config"] == "Web shop")
    targets = ("--to", "Production", "--to", "Development")
    chosen = ("--only", f"key={key}", "--yes")
    printed = printed_by(here, "promote", SHOP, "--from", "Staging", *targets, *chosen)
    assert {one["key"] for one in printed["plan"]["changes"]} == {key}
    assert printed["report"]["differences"] == []
    (row,) = (
        row
        for row in printed_by(here, "matrix", SHOP)["settings"]
        if row["config"] == "Web shop" and row["key"] == key
    )
    assert not any(cell["differs"] for cell in row["values"].values())
    assert is_uniform(row)
    others = [
        row for row in printed_by(here, "matrix", SHOP)["settings"] if row["key"] != key
    ]
    assert not all(map(is_uniform, others))


def test_promote_to_what_is_not_there_is_an_error_before_anything_changes(
    here: Here,
) -> None:
    done = here.run("promote", SHOP, "--from", "Staging", "--to", "Moon", "--yes")
    assert done.code == 1
    assert "'Moon'" in done.err
    assert "'Production'" in done.err


def test_convert_makes_a_config_that_shows_the_same(here: Here) -> None:
    command = ("convert", SHOP, "Legacy kiosk", "--name", "Kiosk", "--secrets")
    printed = printed_by(here, *command, "--yes")
    assert printed["report"]["differences"] == []
    assert {one["primary"] for one in printed["report"]["sdk_keys"]} == {"***"}
    report = here.folder / "configcat-convert-northwind-storefront" / "report.json"
    keys = json.loads(report.read_text(encoding="utf-8"))["sdk_keys"]
    assert {one["config"] for one in keys} == {"Kiosk"}
    for one in keys:
        assert {one["primary"], one["old_primary"]} & {None, "***"} == set()
        assert one["primary"] != one["old_primary"]
    rows = printed_by(here, "matrix", SHOP)["settings"]
    served = {
        config: [(row["key"], row["values"]) for row in rows if row["config"] == config]
        for config in ("Legacy kiosk", "Kiosk")
    }
    assert served["Kiosk"] == served["Legacy kiosk"]
    again = here.run(*command, "--yes")
    assert again.code == 0
    assert "The same job ran before and finished" in again.err
    assert "Nothing to do" in again.out
    again = here.run(*command, "--yes", "--start-over")
    assert again.code == 0
    assert "Nothing to do" in again.out


def test_edit_changes_tags_and_rules_of_what_was_chosen(here: Here) -> None:
    chosen = ("--only", "config=Web shop", "--only", "type=boolean")
    printed = printed_by(
        here,
        *("edit", SHOP, *chosen, "--only", "environment=Staging", "--yes"),
        *("--add-tag", "reviewed", "--hint", "{name}!", "--add-rule", json.dumps(RULE)),
    )
    assert printed["report"]["differences"] == []
    changes = printed["plan"]["changes"]
    assert changes
    assert {change["environment"] for change in changes} == {"Staging"}
    assert all("Plan IS ONE OF [gold]" in change["after"][0] for change in changes)
    calls = printed["plan"]["calls"]
    assert calls["create-tag"] == 1
    assert calls["replace-setting"] == calls[WRITE] == len(changes)
    again = here.run("edit", SHOP, *chosen, "--add-tag", "reviewed", "--dry-run")
    assert again.code == 0, again.out


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ((), "nothing"),
        (("--rule", "{}", "--no-rules"), "exclude each other"),
        (("--add-rule", "{"), "not valid JSON"),
        (("--add-rule", "[]"), "a rule must be a JSON object"),
        (("--add-rule", '{"conditions": [{}], "value": true}'), "conditions[0]"),
        (("--percentage-option", "x"), "PERCENT=VALUE"),
        (("--value", "text", "--only", "type=boolean"), "CC5"),
    ],
)
def test_edit_refuses_what_makes_no_sense(
    here: Here, options: tuple[str, ...], problem: str
) -> None:
    done = here.run("edit", SHOP, *options, "--yes")
    assert done.code == 1
    assert problem in done.err + done.out
    assert here.emulator.counts.calls["replace-setting"] == 0
    assert here.emulator.counts.calls[WRITE] == 0


def test_cleanup_only_reports_unless_it_is_meant(here: Here, clock: Clock) -> None:
    assert here.run("cleanup", SHOP).code == 0
    clock.turn(days=40)
    listed = here.run("cleanup", SHOP)
    assert listed.code == 2
    assert "stale for 30 days" in listed.out
    flags = printed_by(here, "cleanup", SHOP, code=2)["flags"]
    assert len(flags) == 24
    cells = here.run("matrix", SHOP, "--only", "stale").out
    assert cells.count("stale") == sum(len(flag["stale_in"]) for flag in flags)
    dry = here.run("cleanup", SHOP, "--delete", "--max-deletes", "24")
    assert dry.code == 2
    assert "nothing was sent" in dry.out
    assert here.emulator.counts.calls["delete-setting"] == 0


def test_cleanup_deletes_and_restore_brings_back(here: Here, clock: Clock) -> None:
    clock.turn(days=40)
    before = printed_by(here, "matrix", SHOP)
    command = ("cleanup", SHOP, "--delete", "--apply", "--yes", "--job", "night")
    capped = here.run(*command, "--max-deletes", "1")
    assert capped.code == 1
    assert "blocker" in capped.out
    assert here.emulator.counts.calls["delete-setting"] == 0
    done = here.run(*command, "--max-deletes", "24")
    assert done.code == 0, done.err
    assert "again, with new ids: configcat-mgmt restore night/snapshot.json" in done.out
    page = read_html((here.folder / "night" / "report.html").read_text()).text
    assert "configcat-mgmt restore night/snapshot.json" in page
    deleted = here.emulator.counts.calls["delete-setting"]
    after = printed_by(here, "matrix", SHOP)
    assert len(after["settings"]) == len(before["settings"]) - deleted
    assert deleted > 0
    restored = here.run("restore", "night/snapshot.json", "--yes")
    assert restored.code == 0, restored.err
    assert printed_by(here, "matrix", SHOP) == before


def test_a_cleanup_that_deleted_its_selection_is_done(here: Here, clock: Clock) -> None:
    clock.turn(days=40)
    flags = printed_by(here, "cleanup", SHOP, code=2)["flags"]
    key = next(one["key"] for one in flags if not one["dependents"])
    selected = ("cleanup", SHOP, "--only", f"key={key}", "--delete", "--apply", "--yes")
    assert here.run(*selected).code == 0
    deleted = here.emulator.counts.calls["delete-setting"]
    assert deleted == 1
    again = here.run(*selected)
    assert again.code == 0, again.err
    assert "is finished. Report: configcat-cleanup-" in again.err + again.out
    assert here.emulator.counts.calls["delete-setting"] == deleted
    other = here.run(*(one.replace(key, "nope") for one in selected))
    assert other.code == 1
    assert "there is no such key" in other.err


def test_cleanup_tags_and_then_finds_nothing_to_do(here: Here, clock: Clock) -> None:
    clock.turn(days=40)
    command = ("cleanup", SHOP, "--tag", "old", "--only", "config=Web shop")
    printed = printed_by(here, *command, "--apply", "--yes")
    assert printed["plan"]["calls"]["create-tag"] == 1
    assert printed["report"]["differences"] == []
    again = here.run(*command)
    assert again.code == 0, again.out


@pytest.mark.parametrize(
    "options",
    [("--tag", "x", "--delete"), ("--apply",), ("--apply", "--dry-run", "--delete")],
)
def test_cleanup_refuses_options_that_contradict_each_other(
    here: Here, options: tuple[str, ...]
) -> None:
    done = here.run("cleanup", SHOP, *options)
    assert done.code == 1
    assert "--apply" in done.err or "--tag" in done.err


def test_a_preview_names_each_entity_with_old_and_new_fields(here: Here) -> None:
    rows = printed_by(here, "matrix", SHOP)["settings"]
    keys = sorted(row["key"] for row in rows)[:3]
    only = [f"--only=key={key}" for key in keys]
    command = ("edit", SHOP, *only, "--add-tag", "release-42", "--hint", "New hint")
    shown = here.run(*command, "--dry-run")
    assert shown.code == 2, shown.err
    for key in keys:
        assert f"/ {key}" in shown.out
    assert shown.out.count("  + hint: New hint") == len(keys)
    assert shown.out.count("- tags: ") == shown.out.count("+ tags: ") == len(keys)
    document = printed_by(here, *command, "--dry-run", code=2)["plan"]
    assert {one["key"][-1] for one in document["entities"]} == set(keys)
    fields = [field["field"] for field in document["entities"][0]["fields"]]
    assert sorted(fields) == ["hint", "tags"]


def test_restore_previews_what_it_overwrites(here: Here) -> None:
    assert here.run("snapshot", SHOP, "--out", "old.json").code == 0
    change = ("edit", SHOP, "--hint", "Changed since", "--yes")
    assert here.run(*change).code == 0
    shown = here.run("restore", "old.json", "--dry-run")
    assert shown.code == 2, shown.err
    assert "  - hint: Changed since" in shown.out
