"""The audit command: whole, filtered, interrupted and resumed exports."""

import csv
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from configcat_mgmt import ManagementClient, Options
from configcat_mgmt.api.model_index import AuditLogType
from configcat_mgmt.emulator import Exchange, Fault
from configcat_mgmt.files import take_lock
from configcat_mgmt.jobs import AuditQuery
from configcat_mgmt.jobs.blocking import export_audit_log
from tests.cli.here import Here, printed_by, process_environment
from tests.jobs.shapes import product_named

Json = Any

SHOP = "Web shop"
PAGES = "get-auditlogs-v2"


MANY = 250


@pytest.fixture(autouse=True)
def busy(here: Here) -> None:
    """Fill several pages of the shop's audit log."""
    product = product_named(here.emulator, SHOP)
    for number in range(MANY):
        here.emulator.state.log(
            AuditLogType.TAG_ADDED, f"tag {number}", product=product
        )


def entries(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_everything_is_exported_newest_first(here: Here) -> None:
    printed = printed_by(here, "audit", SHOP, "-o", "log.jsonl")
    path = here.folder / "log.jsonl"
    found = entries(path)
    assert printed == {"file": "log.jsonl", "entries": len(found), "resumed": False}
    ids = [one["auditLogId"] for one in found]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) > MANY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in here.folder.glob("log*")] == ["log.jsonl"]

    done = here.run("audit", "--organization", "Example organization", "-o", "o.csv")
    assert done.code == 0, done.err
    with (here.folder / "o.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {int(row["auditLogId"]) for row in rows} >= set(ids)


def test_a_progress_callback_that_raises_changes_nothing(
    here: Here, caplog: pytest.LogCaptureFixture
) -> None:
    def progress(count: int, _: int | None) -> None:
        raise RuntimeError(count)

    with ManagementClient(options=Options(limits=None)) as client:
        query = AuditQuery(product=SHOP)
        made = export_audit_log(client, query, here.folder / "l", progress=progress)
    assert len(entries(made.path)) == made.count > MANY
    assert "the progress callback raised" in caplog.text


def test_filters_select_entries(here: Here) -> None:
    kind = ("--type", "settingCreated")
    printed_by(here, "audit", SHOP, *kind, "-o", "log.jsonl")
    found = entries(here.folder / "log.jsonl")
    assert {one["auditLogTypeEnum"] for one in found} == {"settingCreated"}
    none = printed_by(here, "audit", SHOP, "--to", "2020-01-01", "-o", "none.jsonl")
    assert none["entries"] == 0
    assert (here.folder / "none.jsonl").read_bytes() == b""


def test_a_type_that_this_version_does_not_know_is_remarked_on(here: Here) -> None:
    done = here.run("audit", SHOP, "--type", "settingCreate", "-o", "log.jsonl")
    assert done.code == 1
    remark, _, refusal = done.err.partition("error:")
    assert "know the type 'settingCreate'; did you mean settingCreated" in remark
    assert "400" in refusal


def test_an_interrupted_export_continues_and_repeats_nothing(here: Here) -> None:
    printed_by(here, "audit", SHOP, "-o", "whole.jsonl")

    def fail_after_a_page(exchange: Exchange) -> None:
        if exchange.operation == PAGES and not list(here.emulator.faults):
            here.emulator.faults.add(Fault("status", operation=PAGES, status=403))

    here.emulator.observe(fail_after_a_page)
    done = here.run("audit", SHOP, "-o", "log.jsonl")
    assert done.code == 1
    assert not (here.folder / "log.jsonl").exists()
    part = here.folder / "log.jsonl.part"
    assert len(entries(part)) == 100
    with part.open("ab") as file:
        file.write(b'{"half": ')

    other = here.run("audit", SHOP, "--type", "tagAdded", "-o", "log.jsonl")
    assert (other.code, "another query" in other.err) == (1, True)
    before = here.emulator.counts.calls[PAGES]
    printed = printed_by(here, "audit", SHOP, "-o", "log.jsonl")
    whole = entries(here.folder / "whole.jsonl")
    assert printed == {"file": "log.jsonl", "entries": len(whole), "resumed": True}
    assert entries(here.folder / "log.jsonl") == whole
    assert here.emulator.counts.calls[PAGES] - before == (len(whole) - 1) // 100


@pytest.mark.parametrize("step", ["unlink", "replace"])
def test_an_export_that_ended_while_it_got_its_name_is_done_again(
    here: Here, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    printed_by(here, "audit", SHOP, "-o", "whole.jsonl")
    real = {"unlink": Path.unlink, "replace": os.replace}[step]

    def interrupt(source: Path, *others: Json, **options: Json) -> object:
        if Path(source).name in ("log.jsonl.part", "log.jsonl.part.json"):
            raise KeyboardInterrupt
        return real(source, *others, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path if step == "unlink" else os, step, interrupt)
        assert here.run("audit", SHOP, "-o", "log.jsonl").code == 130
    done = here.run("audit", SHOP, "-o", "log.jsonl")
    assert done.code == 0, done.err
    whole = entries(here.folder / "whole.jsonl")
    assert entries(here.folder / "log.jsonl") == whole
    assert [one.name for one in here.folder.glob("log*")] == ["log.jsonl"]


def test_an_export_removes_what_a_killed_one_left(here: Here) -> None:
    script = (
        "import os; from configcat_mgmt import files\n"
        "files.os.replace = lambda *_: os._exit(9)\n"
        "from configcat_mgmt.cli import main; main()\n"
    )
    arguments = ("audit", SHOP, "-o", "log.jsonl")
    killed = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=here.folder,
        env=process_environment(here.emulator),
        check=False,
    )
    assert killed.returncode == 9
    assert len([*here.folder.iterdir()]) == 2
    assert here.run(*arguments).code == 0
    assert [one.name for one in here.folder.iterdir()] == ["log.jsonl"]


def test_an_export_that_finished_meanwhile_is_not_cut(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second export opens the file of the first one and waits for its lock."""
    part, path = here.folder / "log.jsonl.part", here.folder / "log.jsonl"
    part.write_text("of the first\n")
    place = "configcat_mgmt.jobs.exporting.export_file.take_lock"

    def finish_before(descriptor: int) -> None:
        if part.read_text():
            part.rename(path)
            os.link(path, here.folder / "first.jsonl")
        take_lock(descriptor)

    monkeypatch.setattr(place, finish_before)
    done = here.run("audit", SHOP, "-o", "log.jsonl")
    assert done.code == 0, done.err
    assert (here.folder / "first.jsonl").read_text() == "of the first\n"
    assert len(entries(path)) > MANY


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_nothing_but_a_file_is_replaced_by_an_export(here: Here, kind: str) -> None:
    path = here.folder / "log.jsonl"
    if kind == "link":
        path.symlink_to(here.folder / "nowhere")
    else:
        os.mkfifo(path)
    done = here.run("audit", SHOP, "-o", path)
    assert done.code == 1
    assert "log.jsonl cannot be written: it is " in done.err
    assert (path.is_symlink(), path.is_fifo()) == (kind == "link", kind == "pipe")
    assert not here.emulator.counts.calls[PAGES]
    assert list(here.folder.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("-o", "x"), "either a product or an organization"),
        ((SHOP, "--organization", "x", "-o", "x"), "either a product"),
        (("--organization", "No one", "-o", "x"), "see no organization 'No one'"),
        (("No shop", "-o", "x"), "see no product 'No shop'"),
        ((SHOP, "--config", "None", "-o", "x"), "see no config 'None'"),
        ((SHOP, "--from", "yesterday", "-o", "x"), "not a time such as"),
        (("--organization", "x", "--config", "y", "-o", "x"), "name the product"),
        ((SHOP, "--from", "2026-02-01", "--to", "2026-01-01", "-o", "x"), "ends befor"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(
    here: Here, arguments: tuple[str, ...], problem: str
) -> None:
    done = here.run("audit", *arguments)
    assert done.code == 1
    assert problem in done.err
    assert not here.emulator.counts.calls[PAGES]


def test_an_export_without_an_entry_is_no_obstacle_for_another(here: Here) -> None:
    here.emulator.faults.add(Fault("status", operation=PAGES, status=403))
    assert here.run("audit", SHOP, "-o", "log.csv").code == 1
    here.emulator.faults.clear()
    printed = printed_by(here, "audit", SHOP, "--type", "tagAdded", "-o", "log.csv")
    assert (printed["entries"] >= MANY, printed["resumed"]) == (True, False)
    assert (here.folder / "log.csv").read_text().count("auditLogId") == 1
