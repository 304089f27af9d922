"""Commands that change a product as a whole: promote, convert, edit and cleanup."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.emulated import Shell, emulated_shell
from tests.jobs.aging import Clock

SHOP = "Northwind Storefront"
RULE = {
    "conditions": [
        {"attribute": "Plan", "comparator": "isOneOf", "value": [["gold", None]]}
    ],
    "value": True,
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shell(tmp_path: Path, clock: Clock) -> Iterator[Shell]:
    with emulated_shell(tmp_path, clock) as shell:
        shell.emulator.seed(products=1, flags=24)
        yield shell


def test_promote_shows_changes_asks_and_leaves_nothing_different(shell: Shell) -> None:
    command = ("promote", SHOP, "--from", "Staging", "--to", "Production")
    shown = shell.run(*command, "--dry-run")
    assert shown.returncode == 2
    assert " in Production" in shown.stdout
    assert " THEN " in shown.stdout
    before = shell.emulator.counts.calls.copy()
    refused = shell.run(*command)
    assert refused.returncode == 1
    assert "--yes" in refused.stderr
    assert shell.emulator.counts.calls["post-setting-values-v2"] == 0
    assert before["post-setting-values-v2"] == 0
    done = shell.run(*command, "--yes")
    assert done.returncode == 0, done.stderr
    assert "equal" in done.stdout
    configs = 3
    assert shell.emulator.counts.calls["post-setting-values-v2"] == configs
    equal = shell.run("diff", SHOP, "--environments", "Staging", "Production")
    assert equal.returncode == 0, equal.stdout
    assert shell.run(*command, "--dry-run").returncode == 0


def test_promote_keeps_to_what_was_chosen_and_to_several_targets(shell: Shell) -> None:
    rows = shell.json("matrix", SHOP)["settings"]
    key = next(row["key"] for row in rows if row["config"] == "Web shop")
    targets = ("--to", "Production", "--to", "Development")
    chosen = ("--only", f"key={key}", "--yes")
    printed = shell.json("promote", SHOP, "--from", "Staging", *targets, *chosen)
    assert {one["key"] for one in printed["plan"]["changes"]} == {key}
    assert printed["report"]["differences"] == []
    (row,) = (
        row
        for row in shell.json("matrix", SHOP)["settings"]
        if row["config"] == "Web shop" and row["key"] == key
    )
    assert not any(cell["differs"] for cell in row["values"].values())
    others = [
        row for row in shell.json("matrix", SHOP)["settings"] if row["key"] != key
    ]
    assert any(cell["differs"] for row in others for cell in row["values"].values())


def test_promote_to_what_is_not_there_is_an_error_before_anything_changes(
    shell: Shell,
) -> None:
    done = shell.run("promote", SHOP, "--from", "Staging", "--to", "Moon", "--yes")
    assert done.returncode == 1
    assert "'Moon'" in done.stderr
    assert "'Production'" in done.stderr


def test_convert_makes_a_config_that_shows_the_same(shell: Shell) -> None:
    command = ("convert", SHOP, "Legacy kiosk", "--name", "Kiosk", "--secrets")
    printed = shell.json(*command, "--yes")
    assert printed["report"]["differences"] == []
    assert {one["primary"] for one in printed["report"]["sdk_keys"]} == {"***"}
    report = shell.folder / "configcat-convert-northwind-storefront" / "report.json"
    keys = json.loads(report.read_text(encoding="utf-8"))["sdk_keys"]
    assert {one["config"] for one in keys} == {"Kiosk"}
    for one in keys:
        assert {one["primary"], one["old_primary"]} & {None, "***"} == set()
        assert one["primary"] != one["old_primary"]
    rows = shell.json("matrix", SHOP)["settings"]
    served = {
        config: [(row["key"], row["values"]) for row in rows if row["config"] == config]
        for config in ("Legacy kiosk", "Kiosk")
    }
    assert served["Kiosk"] == served["Legacy kiosk"]
    again = shell.run(*command, "--yes")
    assert again.returncode == 0
    assert "Nothing to do" in again.stdout


def test_edit_changes_tags_and_rules_of_what_was_chosen(shell: Shell) -> None:
    chosen = ("--only", "config=Web shop", "--only", "type=boolean")
    printed = shell.json(
        *("edit", SHOP, *chosen, "--only", "environment=Staging", "--yes"),
        *("--add-tag", "reviewed", "--hint", "{name}!", "--add-rule", json.dumps(RULE)),
    )
    assert printed["report"]["differences"] == []
    changes = printed["plan"]["changes"]
    assert changes
    assert {change["environment"] for change in changes} == {"Staging"}
    assert all("Plan IS ONE OF [gold]" in change["after"][0] for change in changes)
    calls = printed["plan"]["calls"]
    assert calls["create-tag"] == calls["post-setting-values-v2"] == 1
    assert calls["replace-setting"] == len(changes)
    again = shell.run("edit", SHOP, *chosen, "--add-tag", "reviewed", "--dry-run")
    assert again.returncode == 0, again.stdout


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ((), "nothing"),
        (("--rule", "{}", "--no-rules"), "contradict"),
        (("--add-rule", "{"), "no JSON"),
        (("--add-rule", "[]"), "no JSON object"),
        (("--add-rule", '{"conditions": [{}], "value": true}'), "conditions[0]"),
        (("--share", "x"), "PERCENT=VALUE"),
        (("--value", "text", "--only", "type=boolean"), "CC5"),
    ],
)
def test_edit_refuses_what_makes_no_sense(
    shell: Shell, options: tuple[str, ...], problem: str
) -> None:
    done = shell.run("edit", SHOP, *options, "--yes")
    assert done.returncode == 1
    assert problem in done.stderr + done.stdout
    assert shell.emulator.counts.calls["replace-setting"] == 0
    assert shell.emulator.counts.calls["post-setting-values-v2"] == 0


def test_cleanup_only_reports_unless_it_is_meant(shell: Shell, clock: Clock) -> None:
    assert shell.run("cleanup", SHOP).returncode == 0
    clock.turn(days=40)
    listed = shell.run("cleanup", SHOP)
    assert listed.returncode == 2
    assert "stale for 30 days" in listed.stdout
    flags = shell.json("cleanup", SHOP, code=2)["flags"]
    assert len(flags) == 24
    cells = shell.run("matrix", SHOP, "--only", "stale").stdout
    assert cells.count("stale") == sum(len(flag["stale_in"]) for flag in flags)
    dry = shell.run("cleanup", SHOP, "--delete", "--max-deletes", "24")
    assert dry.returncode == 2
    assert "nothing was sent" in dry.stdout
    assert shell.emulator.counts.calls["delete-setting"] == 0


def test_cleanup_deletes_and_restore_brings_back(shell: Shell, clock: Clock) -> None:
    clock.turn(days=40)
    before = shell.json("matrix", SHOP)
    command = ("cleanup", SHOP, "--delete", "--apply", "--yes", "--job", "night")
    capped = shell.run(*command, "--max-deletes", "1")
    assert capped.returncode == 1
    assert "blocker" in capped.stdout
    assert shell.emulator.counts.calls["delete-setting"] == 0
    done = shell.run(*command, "--max-deletes", "24")
    assert done.returncode == 0, done.stderr
    deleted = shell.emulator.counts.calls["delete-setting"]
    after = shell.json("matrix", SHOP)
    assert len(after["settings"]) == len(before["settings"]) - deleted
    assert deleted > 0
    restored = shell.run("restore", "night/snapshot.json", "--yes")
    assert restored.returncode == 0, restored.stderr
    assert shell.json("matrix", SHOP) == before


def test_cleanup_tags_and_then_finds_nothing_to_do(shell: Shell, clock: Clock) -> None:
    clock.turn(days=40)
    command = ("cleanup", SHOP, "--tag", "old", "--only", "config=Web shop")
    printed = shell.json(*command, "--apply", "--yes")
    assert printed["plan"]["calls"]["create-tag"] == 1
    assert printed["report"]["differences"] == []
    again = shell.run(*command)
    assert again.returncode == 0, again.stdout


@pytest.mark.parametrize(
    "options",
    [("--tag", "x", "--delete"), ("--apply",), ("--apply", "--dry-run", "--delete")],
)
def test_cleanup_refuses_options_that_contradict_each_other(
    shell: Shell, options: tuple[str, ...]
) -> None:
    done = shell.run("cleanup", SHOP, *options)
    assert done.returncode == 1
    assert "--apply" in done.stderr or "--tag" in done.stderr
