"""Killed, interrupted or abandoned jobs: the same command resumes them."""

import json
import os
import pty
import select
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from configcat_mgmt.cli.job import run
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import JobFolder
from tests.cli.here import Here, Interlude, command, process_environment
from tests.jobs.shapes import product_named, products_named, shape
from tests.other_threads import PATIENCE_SECONDS

Json = Any

COPY = ("copy", "Web shop", "--name", "Second", "--linger", "0")
FOLDER = "configcat-copy-web-shop"


@contextmanager
def process(here: Here, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    started = subprocess.Popen(
        command(*arguments),
        cwd=here.folder,
        env=process_environment(here.emulator),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        try:
            yield started
        finally:
            started.kill()


def during(emulator: Emulator, operation: str) -> None:
    """Have the interlude take place in the middle of the first call of an operation."""
    emulator.faults.add(Fault("latency", operation, seconds=1))


@pytest.fixture(scope="module")
def shapes() -> list[list[str]]:
    """The shape of a copy that nobody disturbed, once a test has made one."""
    return []


@pytest.fixture
def wanted(here: Here, shapes: list[list[str]]) -> list[str]:
    """What a copy looks like that nobody disturbed."""
    if not shapes:
        assert here.run(*COPY, "--job", "undisturbed").code == 0
        copied = product_named(here.emulator, "Second")
        shapes.append(shape(here.emulator, copied))
        copied.name = "First"
        here.emulator.counts.reset()
    return shapes[0]


@pytest.mark.parametrize(
    "operation", ["create-product", "create-setting", "post-setting-values-v2"]
)
def test_a_copy_that_was_killed_is_gone_on_with_by_the_same_command(
    here: Here, interlude: Interlude, wanted: list[str], operation: str
) -> None:
    during(here.emulator, operation)
    with process(here, *COPY) as killed:
        interlude.action = killed.kill
        killed.communicate(timeout=PATIENCE_SECONDS)
    assert killed.returncode == -signal.SIGKILL
    done = here.run(*COPY)
    assert done.code == 0, done.text
    assert f"Resuming the job in {FOLDER}" in done.out
    assert len(products_named(here.emulator, "Second")) == 1
    assert shape(here.emulator, product_named(here.emulator, "Second")) == wanted


def settled(report: Json) -> Json:
    """Return what a report says of the product: all but times, calls and resuming."""
    names = ("kind", "complete", "stopped", "differences", "interrupted")
    keys = sorted(
        [one["config"], one["environment"], one["old_primary"], bool(one["primary"])]
        for one in report["sdk_keys"]
    )
    ids = sorted(str([one["entity"], one["key"], one["old"]]) for one in report["ids"])
    finished = ("done", "adopted", "earlier")
    outcomes = [[one["id"], one["outcome"] in finished] for one in report["steps"]]
    return [
        [report[name] for name in names],
        outcomes,
        keys,
        ids,
    ]


PHASES = {
    "SDK keys": "get-sdk-keys",
    "verification": "get-setting-values-v2",
    "end of the verification": "get-webhooks",
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_copy_that_was_killed_after_its_last_step_ends_like_any_other(
    here: Here, interlude: Interlude, phase: str
) -> None:
    copy = (*COPY, "--secrets")
    assert here.run(*copy, "--job", "undisturbed").code == 0
    product_named(here.emulator, "Second").name = "First"
    here.emulator.counts.reset()
    here.emulator.faults.add(Fault("latency", PHASES[phase], count=None, seconds=1))
    last = "update-product-preferences"
    with process(here, *copy) as killed:
        interlude.action = lambda: (
            killed.kill() if here.emulator.counts.calls[last] else None
        )
        killed.communicate(timeout=PATIENCE_SECONDS)
    assert killed.returncode == -signal.SIGKILL
    here.emulator.faults.clear()
    done = here.run(*copy)
    assert done.code == 0, done.text
    assert here.emulator.counts.calls["create-product"] == 1
    assert "Verified: the target matches." in done.out
    saved = [
        json.loads((here.folder / folder / "report.json").read_text())
        for folder in ("undisturbed", FOLDER)
    ]
    assert settled(saved[1]) == settled(saved[0])
    names = [
        {one.name for one in (here.folder / folder).iterdir()}
        for folder in ("undisturbed", FOLDER)
    ]
    assert names[0] == names[1]
    assert (here.folder / FOLDER / "report.html").stat().st_size > 0


@pytest.mark.parametrize("place", ["save_page", "conclude"])
def test_a_copy_that_ends_while_it_reports_is_finished_by_the_same_command(
    here: Here, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def end(*_: object, **__: object) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr(run, place, end)
        assert here.run(*COPY).code == 137
    done = here.run(*COPY)
    assert done.code == 0, done.text
    report = json.loads((here.folder / FOLDER / "report.json").read_text())
    assert (report["complete"], report["differences"]) == (True, [])
    assert (here.folder / FOLDER / "report.html").exists()
    assert here.emulator.counts.calls["create-product"] == 1


def test_a_verification_that_fails_loses_nothing_and_is_done_again(
    here: Here, interlude: Interlude
) -> None:
    copy = (*COPY, "--secrets")
    last = "update-product-preferences"

    def fail() -> None:
        if here.emulator.counts.calls[last]:
            here.emulator.faults.add(Fault("status", "get-product", status=401))

    interlude.action = fail
    here.emulator.faults.add(Fault("latency", "get-sdk-keys", count=None, seconds=1))
    failed = here.run(*copy)
    assert failed.code == 1
    saved = json.loads((here.folder / FOLDER / "report.json").read_text())
    assert saved["complete"]
    assert len(saved["sdk_keys"]) == 9
    here.emulator.faults.clear()
    done = here.run(*copy)
    assert done.code == 0, done.text
    assert "Verified: the target matches." in done.out


def test_differences_are_found_again_until_they_are_gone(
    here: Here, interlude: Interlude
) -> None:
    def meddle() -> None:
        if here.emulator.counts.calls["update-product-preferences"]:
            here.flag("Second", "Main", "newCheckout").name = "Changed meanwhile"

    interlude.action = meddle
    here.emulator.faults.add(Fault("latency", "get-settings", count=None, seconds=1))
    for _ in range(2):
        done = here.run(*COPY)
        assert done.code == 2, done.text
        assert "Changed meanwhile" in done.out
    here.emulator.faults.clear()


@pytest.mark.parametrize("fails_after", [0, 1])
def test_a_full_disk_does_not_hide_how_a_job_ended(
    here: Here, monkeypatch: pytest.MonkeyPatch, fails_after: int
) -> None:
    calls: list[int] = []

    def full(*_: object) -> None:
        calls.append(1)
        if len(calls) > fails_after:
            raise ConfigurationError("report.json cannot be written: No space left")

    with monkeypatch.context() as patched:
        patched.setattr(JobFolder, "save_report", full)
        if not fails_after:
            here.emulator.faults.add(Fault("status", "create-webhook", status=403))
        done = here.run(*COPY)
    assert done.code == 1
    assert "No space left" in done.out
    assert ("1 failed" if not fails_after else "Verified: ") in done.out
    assert "Run the same command again" in done.out
    again = here.run(*COPY)
    assert again.code == 0, again.text
    assert here.emulator.counts.calls["create-product"] == 1


def test_a_finished_copy_says_so_and_calls_nothing(here: Here) -> None:
    assert here.run(*COPY).code == 0
    here.emulator.counts.reset()
    before = {one: one.read_bytes() for one in (here.folder / FOLDER).iterdir()}
    again = here.run(*COPY)
    assert again.code == 0
    assert "is finished. Report: " in again.out
    assert str(FOLDER) in again.out
    assert "another folder (--job FOLDER)" in again.out
    printed = here.run(*COPY, "--json")
    assert printed.code == 0
    assert printed.json["report"]["complete"]
    assert printed.json["plan"]["steps"] == []
    assert here.emulator.counts.calls.total() == 0
    assert {one: one.read_bytes() for one in (here.folder / FOLDER).iterdir()} == before


def test_ctrl_c_waits_for_what_was_sent_and_says_how_to_go_on(
    here: Here, interlude: Interlude, wanted: list[str]
) -> None:
    during(here.emulator, "create-config")
    with process(here, *COPY, "--in-flight", "1") as stopped:
        interlude.action = lambda: stopped.send_signal(signal.SIGINT)
        out, err = stopped.communicate(timeout=PATIENCE_SECONDS)
    assert stopped.returncode == 130, out + err
    assert "not started" in out
    assert "Interrupted" in out
    assert "Run the same command again" in out
    assert "Traceback" not in err
    # The call under way was finished, and none was made after it.
    assert here.emulator.counts.calls["create-config"] == 1
    assert here.emulator.counts.calls["create-setting"] == 0
    report = json.loads((here.folder / FOLDER / "report.json").read_text())
    assert report["interrupted"]
    ends = {step["operation"]: step["outcome"] for step in report["steps"]}
    assert ends["create-tag"] == "done"
    assert ends["create-setting"] == "not_started"
    assert "done" in [
        step["outcome"] for step in report["steps"] if step["entity"] == "config"
    ]
    assert here.run(*COPY).code == 0
    assert shape(here.emulator, product_named(here.emulator, "Second")) == wanted


def test_an_interrupted_job_is_still_one_json_document(
    here: Here, interlude: Interlude
) -> None:
    during(here.emulator, "create-setting")
    with process(here, *COPY, "--json") as stopped:
        interlude.action = lambda: stopped.send_signal(signal.SIGTERM)
        out, err = stopped.communicate(timeout=PATIENCE_SECONDS)
    assert stopped.returncode == 130, err
    printed = json.loads(out)
    assert printed["report"]["interrupted"]
    assert not printed["report"]["complete"]


def test_ctrl_c_while_reading_leaves_nothing_behind(
    here: Here, interlude: Interlude
) -> None:
    during(here.emulator, "get-settings")
    with process(here, *COPY) as stopped:
        interlude.action = lambda: stopped.send_signal(signal.SIGINT)
        out, err = stopped.communicate(timeout=PATIENCE_SECONDS)
    assert stopped.returncode == 130, out + err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert here.writes() == {}
    assert list(here.folder.iterdir()) == []


@pytest.mark.parametrize("file", ["snapshot", "plan"])
def test_a_copy_that_ended_before_it_had_its_plan_leaves_no_folder_behind(
    here: Here, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"configcat_mgmt.jobs.folder.save_{file}", interrupt)
        assert here.run(*COPY).code == 130
    assert [one.name for one in here.folder.iterdir()] == [FOLDER]
    assert here.run(*COPY).code == 0
    assert [one.name for one in here.folder.iterdir()] == [FOLDER]


def test_a_job_that_runs_is_left_alone_by_a_second_one(
    here: Here, interlude: Interlude
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        go_on.wait(PATIENCE_SECONDS)

    interlude.action = wait
    during(here.emulator, "create-setting")
    with process(here, *COPY) as first:
        assert reached.wait(PATIENCE_SECONDS)
        try:
            second = here.run(*COPY)
        finally:
            go_on.set()
        first.communicate(timeout=PATIENCE_SECONDS)
    assert second.code == 1
    assert f"in use by another job: process {first.pid}" in second.err
    assert first.returncode == 0


@pytest.fixture
def unfinished(here: Here, interlude: Interlude) -> Here:
    """A folder with a job that was interrupted."""
    during(here.emulator, "create-environment")
    interlude.action = lambda: os.kill(os.getpid(), signal.SIGINT)
    assert here.run(*COPY).code == 130
    here.emulator.counts.reset()
    return here


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("copy", "Web shop", "--name", "Other"), "--name was 'Second', is 'Other'"),
        ((*COPY, "--only", "config=Main"), "--only was not given, is 'config=Main'"),
        (
            ("copy", "Webshop", "--name", "Second"),
            "PRODUCT was 'Web shop', is",
        ),
        (
            ("promote", "Web shop", "--from", "Test", "--to", "Staging"),
            "it is a copy job, not a promote job",
        ),
        (("restore", "s.json"), "it is a copy job, not a restore job"),
    ],
)
def test_no_other_job_is_gone_on_with_by_accident(
    unfinished: Here, arguments: tuple[str, ...], words: str
) -> None:
    if "s.json" in arguments:
        assert unfinished.run("snapshot", "Web shop", "-o", "s.json").code == 0
    done = unfinished.run(*arguments, "--job", FOLDER, "--yes")
    assert done.code == 1
    assert words in done.err
    for choice in ("own command", "--job FOLDER", "--start-over"):
        assert choice in done.err
    assert unfinished.writes() == {}


def test_an_unfinished_job_can_be_given_up(unfinished: Here) -> None:
    products_named(unfinished.emulator, "Second")[0].name = "First"
    done = unfinished.run(*COPY, "--start-over")
    assert done.code == 0, done.text
    assert "Resuming" not in done.out
    assert products_named(unfinished.emulator, "Second") != []
    # What the discarded job would need to be undone is still there.
    assert (unfinished.folder / FOLDER / "discarded-1" / "snapshot.json").exists()


@pytest.mark.parametrize("more", [(), ("--start-over",)])
def test_an_unfinished_job_blocks_no_other_job(
    unfinished: Here, more: tuple[str, ...]
) -> None:
    done = unfinished.run("copy", "Web shop", "--name", "Other", *more)
    assert done.code == 0, done.text
    assert f"Report: {FOLDER}-2/" in done.out
    for words in (FOLDER, "--name was 'Second', is 'Other'", "its own command"):
        assert words in done.err
    done = unfinished.run(*COPY, "--linger", "0")
    assert done.code == 0, done.text
    assert f"Resuming the job in {FOLDER}:" in done.out
    # Once it is finished, there is nothing to say about it.
    assert "unfinished" not in unfinished.run("copy", "Web shop", "--name", "Next").err


def test_a_dry_run_shows_what_is_left_of_an_unfinished_job(unfinished: Here) -> None:
    done = unfinished.run(*COPY, "--dry-run", "--json")
    assert done.code == 2
    assert 0 < len(done.json["plan"]["steps"]) < 47
    assert unfinished.writes() == {}


def test_a_damaged_job_is_an_error_and_can_be_given_up(unfinished: Here) -> None:
    plan = unfinished.folder / FOLDER / "plan.json"
    plan.write_text(plan.read_text()[:-40])
    done = unfinished.run(*COPY)
    assert done.code == 1
    assert "plan.json" in done.err
    assert unfinished.writes() == {}
    products_named(unfinished.emulator, "Second")[0].name = "First"
    assert unfinished.run(*COPY, "--start-over").code == 0


END_OF_INPUT = "\x04"
"""Ctrl-D on a terminal."""


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("y\n", 0, b"Verified"),
        ("n\n", 1, b"Nothing was sent."),
        (END_OF_INPUT, 1, b"The input ended without an answer"),
    ],
    ids=["yes", "no", "end of input"],
)
def test_a_person_is_asked_before_something_is_overwritten(
    here: Here, answer: str, code: int, words: bytes
) -> None:
    assert here.run(*COPY).code == 0
    here.flag("Second", "Main", "greeting").name = "Renamed"
    here.emulator.counts.reset()
    terminal, end = pty.openpty()
    asking = subprocess.Popen(
        command("copy", "Web shop", "--into", "Second", "--on-conflict", "overwrite"),
        cwd=here.folder,
        env=process_environment(here.emulator),
        stdin=end,
        stdout=end,
        stderr=end,
    )
    os.close(end)
    said = b""
    with asking:
        while b"Continue?" not in said:
            # Another prompt must fail the test, and not hang it.
            assert select.select([terminal], [], [], PATIENCE_SECONDS)[0], said
            said += os.read(terminal, 4096)
        os.write(terminal, answer.encode())
        said += drained(terminal)
    os.close(terminal)
    assert asking.returncode == code, said
    assert b"1 changed, 0 deleted" in said
    assert words in said
    assert bool(here.writes()) == (code == 0)


def drained(terminal: int) -> bytes:
    """Read until the other side has closed it."""
    said = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            return said
        if not piece:
            return said
        said += piece
