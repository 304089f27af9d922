"""Commands that only look: matrix and diff."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.emulated import Shell, emulated_shell

SHOP = "Northwind Storefront"


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with emulated_shell(tmp_path) as shell:
        shell.emulator.seed(products=1, flags=8)
        yield shell


def test_matrix_shows_every_flag_in_every_environment(shell: Shell) -> None:
    done = shell.run("matrix", SHOP, "--html", "m.html")
    assert done.returncode == 0, done.stderr
    printed = shell.json("matrix", SHOP)
    assert printed["environments"] == ["Production", "Staging", "Development"]
    assert len(printed["settings"]) == 8
    page = (shell.folder / "m.html").read_text(encoding="utf-8")
    for row in printed["settings"]:
        assert row["key"] in done.stdout
        assert row["key"] in page


def test_matrix_of_a_file_needs_no_account(shell: Shell) -> None:
    assert shell.run("snapshot", SHOP, "-o", "s.json").returncode == 0
    live = shell.json("matrix", SHOP, "--only", "config=Web shop")
    before = shell.emulator.counts.calls.total()
    assert shell.json("matrix", "s.json", "--only", "config=Web shop") == live
    assert shell.emulator.counts.calls.total() == before


def test_diff_tells_what_changed_since_a_snapshot(shell: Shell) -> None:
    assert shell.run("snapshot", SHOP, "-o", "s.json").returncode == 0
    equal = shell.run("diff", "s.json", SHOP)
    assert equal.returncode == 0
    assert "Equal" in equal.stdout
    row = shell.json("matrix", SHOP)["settings"][0]
    rename = ("--only", f"key={row['key']}", "--name", "Other", "--add-tag", "new")
    assert shell.run("edit", SHOP, *rename, "--yes").returncode == 0
    done = shell.run("diff", "s.json", SHOP, "--html", "d.html")
    assert done.returncode == 2
    assert "tag new: added" in done.stdout
    assert f"name {row['name']!r} -> 'Other'".replace("'", '"') in done.stdout
    assert "Other" in (shell.folder / "d.html").read_text(encoding="utf-8")
    assert "tag new: removed" in shell.run("diff", SHOP, "s.json").stdout


def test_diff_of_two_environments_is_in_the_words_of_the_dashboard(
    shell: Shell,
) -> None:
    done = shell.run("diff", SHOP, "--environments", "Staging", "Production")
    assert done.returncode == 2
    assert " in Staging -> Production" in done.stdout
    printed = shell.json(
        "diff", SHOP, "--environments", "Staging", "Production", code=2
    )
    changes = {(one["config"], one["key"]): one for one in printed["changes"]}
    for row in shell.json("matrix", SHOP)["settings"]:
        before, after = row["values"]["Staging"], row["values"]["Production"]
        change = changes.get((row["config"], row["key"]))
        if {**before, "differs": 0} != {**after, "differs": 0}:
            assert change is not None
            assert len(change["after"]) >= 1 + after["rules"]
    other_way = shell.json(
        "diff", SHOP, "--environments", "Production", "Staging", code=2
    )
    assert other_way["changes"][0]["before"] == printed["changes"][0]["after"]


def test_diff_wants_two_things_to_compare(shell: Shell) -> None:
    for arguments in (
        ("diff", SHOP),
        ("diff", SHOP, SHOP, "--environments", "Staging", "Production"),
        ("diff", SHOP, "--environments", "Staging", "Moon"),
        ("diff", "no such product", SHOP),
        ("matrix", SHOP, "--only", "config=No such"),
    ):
        done = shell.run(*arguments)
        assert done.returncode == 1, arguments
        assert done.stderr
