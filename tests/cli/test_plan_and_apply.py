"""Snapshot, plan, apply, verify and restore as commands of their own."""

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from configcat_mgmt.emulator import Fault
from tests.cli.here import Here, Interlude, printed_by
from tests.jobs.shapes import product_named, products_named
from tests.jobs.world import SECRETS
from tests.other_threads import PATIENCE_SECONDS

SHOP = "Web shop"


@pytest.fixture
def saved(here: Here) -> Here:
    """A folder with a snapshot of the shop."""
    assert here.run("snapshot", SHOP, "-o", "s.json").code == 0
    return here


@pytest.fixture
def planned(saved: Here) -> Here:
    """A folder with a plan for a new product."""
    done = saved.run("plan", "s.json", "--new", "Second", "-o", "p.json")
    assert done.code == 2, done.text
    assert done.out.startswith("copy into new product 'Second' in ")
    return saved


def hidden(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return path.stat().st_mode & 0o777 == 0o600 and not any(
        secret in text for secret in SECRETS
    )


def test_a_snapshot_is_private_and_has_no_secrets_unless_asked_for(here: Here) -> None:
    done = here.run("snapshot", SHOP, "-o", "s.json")
    assert done.code == 0, done.text
    assert "13" in next(x for x in done.out.splitlines() if x.startswith("settings"))
    assert hidden(here.folder / "s.json")
    printed = here.run("snapshot", SHOP, "-o", "t.json", "--secrets", "--json")
    assert printed.json["counts"]["settings"] == 13
    assert printed.json["gaps"] == []
    assert not any(secret in printed.text for secret in SECRETS)
    assert not hidden(here.folder / "t.json")
    assert here.writes() == {}


def test_stable_snapshots_of_an_unchanged_product_are_equal_bytes(here: Here) -> None:
    """Also if they are taken at different times, and only until the product changes."""
    for name in ("s.json", "t.json"):
        assert here.run("snapshot", SHOP, "--stable", "-o", name).code == 0
        assert b"taken_at" not in (here.folder / name).read_bytes()
    first = (here.folder / "s.json").read_bytes()
    assert (here.folder / "t.json").read_bytes() == first
    assert here.run("verify", "s.json").code == 0
    assert (
        here.run("edit", SHOP, "--only", "key=greeting", "--hint", "x", "--yes").code
        == 0
    )
    assert here.run("snapshot", SHOP, "--stable", "-o", "t.json").code == 0
    assert (here.folder / "t.json").read_bytes() != first
    assert here.run("restore", "s.json", "--yes").code == 0
    assert here.run("snapshot", SHOP, "-o", "u.json").code == 0
    assert b"taken_at" in (here.folder / "u.json").read_bytes()


def test_a_snapshot_says_what_it_lacks(here: Here) -> None:
    here.emulator.faults.add(Fault("status", "get-webhooks", status=403))
    done = here.run("snapshot", SHOP, "-o", "s.json")
    assert done.code == 0
    assert "not read: webhook *" in done.out
    assert "lacks 1 part" in done.out
    lines = {line.partition("  ")[0]: line.split() for line in done.out.splitlines()}
    assert lines["webhooks"][1:] == ["not", "read"]
    assert lines["members"][1:] == ["not", "read"], "only --members reads them"
    counts = printed_by(here, "snapshot", SHOP, "-o", "s.json", "--members")["counts"]
    assert counts["webhooks"] > 0
    assert counts["members"] > 0


def test_a_plan_is_made_applied_and_verified(planned: Here) -> None:
    assert planned.writes() == {}
    assert hidden(planned.folder / "p.json")
    assert planned.run("verify", "p.json", SHOP).code == 2
    report = ("--report", "r.json", "--html", "r.html", "--snapshot", "s.json")
    done = planned.run("apply", "p.json", "--journal", "j.db", *report)
    assert done.code == 0, done.text
    assert len(products_named(planned.emulator, "Second")) == 1
    assert planned.run("verify", "p.json").code == 0
    assert planned.run("verify", "s.json", "Second").code == 2
    written = json.loads((planned.folder / "r.json").read_text())
    assert written["complete"]
    assert any(one["old"] for one in written["ids"])
    assert "<html" in (planned.folder / "r.html").read_text(encoding="utf-8")
    again = planned.run("apply", "p.json", "--journal", "j.db")
    assert again.code == 0
    assert "All steps are done" in again.out
    assert "Verified: the target matches." in again.out


def test_a_saved_plan_shows_what_it_overwrites_before_it_asks(planned: Here) -> None:
    assert planned.run("apply", "p.json").code == 0
    planned.flag("Second", "Main", "newCheckout").name = "Before"
    planned.flag("Second", "Main", "newCheckout").hint = "long " * 200
    onto = ("plan", "s.json", "--into", "Second", "--on-conflict", "overwrite")
    assert planned.run(*onto, "-o", "p2.json").code == 2
    planned.emulator.counts.reset()
    for more, code in (((), 1), (("--dry-run",), 2), (("--dry-run", "--yes"), 2)):
        done = planned.run("apply", "p2.json", *more)
        assert done.code == code
        assert "setting Main / newCheckout" in done.out
        assert "  - name: Before" in done.out
        assert "  + hint: " in done.out
        assert max(map(len, done.out.splitlines())) < 400
    assert planned.writes() == {}
    printed = printed_by(planned, "apply", "p2.json", "--dry-run", code=2)
    fields = {one["field"] for one in printed["plan"]["entities"][0]["fields"]}
    assert fields == {"name", "hint"}


def test_a_plan_shows_overwritten_values_in_words_as_a_copy_does(planned: Here) -> None:
    assert planned.run("apply", "p.json").code == 0
    change = ("--only", "key=newCheckout", "--only", "environment=Staging")
    assert planned.run("edit", "Second", *change, "--value", "true", "--yes").code == 0
    onto = ("--into", "Second", "--on-conflict", "overwrite")
    done = planned.run("plan", "s.json", *onto)
    copied = planned.run("copy", SHOP, *onto, "--dry-run")
    assert done.code == copied.code == 2
    assert "newCheckout in Staging" in done.out
    assert "boolValue" not in done.out
    shown = [one for one in done.out.splitlines() if one.startswith(("  - ", "  + "))]
    assert shown
    assert set(shown) <= set(copied.out.splitlines())


def test_an_entity_that_somebody_changed_is_shown_and_needs_a_new_plan(
    planned: Here,
) -> None:
    assert planned.run("apply", "p.json").code == 0
    planned.flag("Web shop", "Main", "newCheckout").name = "Ours"
    assert planned.run("snapshot", SHOP, "-o", "s2.json").code == 0
    onto = ("plan", "s2.json", "--into", "Second", "--on-conflict", "overwrite")
    assert planned.run(*onto, "-o", "p2.json").code == 2
    planned.flag("Second", "Main", "newCheckout").name = "Theirs"
    for _ in range(2):
        done = planned.run("apply", "p2.json", "--yes")
        assert done.code == 1, done.text
        assert "somebody changed it since the plan was made" in done.out
        assert "Somebody else changed the targets of 1 step" in done.out
        assert 'name is "Theirs" instead of "Ours"' in done.out
        assert "Plan again" in done.out
        assert "Run the same command again" not in done.out
    assert planned.flag("Second", "Main", "newCheckout").name == "Theirs"
    planned.flag("Second", "Main", "newCheckout").name = "Ours"
    assert planned.run("apply", "p2.json", "--yes").code == 0


def test_a_verification_that_failed_is_done_again(planned: Here) -> None:
    assert planned.run("apply", "p.json", "--no-verify").code == 0
    planned.flag("Second", "Main", "newCheckout").name = "Changed meanwhile"
    for _ in range(2):
        again = planned.run("apply", "p.json", "--report", "r.json")
        assert again.code == 2
        assert "Changed meanwhile" in again.out
    planned.emulator.faults.add(Fault("status", "get-product", status=401))
    (planned.folder / "r.json").unlink()
    assert planned.run("apply", "p.json", "--report", "r.json").code == 1
    written = json.loads((planned.folder / "r.json").read_text())
    assert (written["complete"], written["interrupted"]) == (True, True)


def test_a_finished_plan_is_said_to_be_finished(planned: Here) -> None:
    first = planned.run("apply", "p.json", "--report", "r.json")
    assert "\nReport: r.json\n" in first.out
    again = planned.run("apply", "p.json")
    assert again.code == 0
    assert "p.json is finished: an earlier run completed all of its" in again.out
    assert "add --report FILE or --html FILE" in again.out
    assert "Run the same command again" not in again.out


def test_the_plan_of_a_finished_job_leads_to_its_report(here: Here) -> None:
    assert here.run("copy", SHOP, "--name", "Second", "--job", "mine").code == 0
    here.emulator.counts.reset()
    done = here.run("apply", "mine/plan.json")
    assert done.code == 0, done.text
    assert "The job in mine is finished. Report: mine/report.html" in done.out
    assert here.emulator.counts.calls.total() == 0
    (here.folder / "mine" / "report.json").unlink()
    refused = here.run("apply", "mine/plan.json")
    assert refused.code == 1
    assert "mine/plan.json belongs to an unfinished job" in refused.err


def test_a_plan_that_was_interrupted_is_gone_on_with(
    planned: Here, interlude: Interlude
) -> None:
    interlude.action = lambda: os.kill(os.getpid(), signal.SIGINT)
    planned.emulator.faults.add(Fault("latency", "create-config", seconds=1))
    stopped = planned.run("apply", "p.json", "--json")
    assert stopped.code == 130
    assert stopped.json["report"]["interrupted"]
    done = planned.run("apply", "p.json", "--linger", "0")
    assert done.code == 0, done.text
    assert "Resuming from p.journal.db" in done.out
    assert len(products_named(planned.emulator, "Second")) == 1


def test_a_second_ctrl_c_does_not_wait(planned: Here, interlude: Interlude) -> None:
    ended = threading.Event()

    def interrupt_twice() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        ended.wait(PATIENCE_SECONDS)

    interlude.action = interrupt_twice
    planned.emulator.faults.add(Fault("latency", "create-tag", seconds=1))
    try:
        stopped = planned.run("apply", "p.json", "--json")
    finally:
        ended.set()
    assert stopped.code == 130, stopped.text
    report = stopped.json["report"]
    # Only the journal tells how it ended, and that does not count calls.
    assert report["calls"] == {}
    assert "unknown" in report["counts"]
    done = planned.run("apply", "p.json", "--linger", "0")
    assert done.code == 0, done.text
    assert "may be done: the job waits for calls in flight, at most 0 s" in done.out


def test_a_plan_that_overwrites_is_only_applied_when_agreed(planned: Here) -> None:
    assert planned.run("apply", "p.json").code == 0
    planned.flag("Second", "Main", "greeting").name = "Renamed"
    onto = ("plan", "s.json", "--into", "Second", "--on-conflict", "overwrite")
    assert planned.run(*onto, "-o", "q.json").code == 2
    planned.emulator.counts.reset()
    refused = planned.run("apply", "q.json")
    assert refused.code == 1
    assert "1 changed, 0 deleted" in refused.err
    assert planned.writes() == {}
    assert planned.run("apply", "q.json", "--dry-run").code == 2
    assert planned.run("apply", "q.json", "--yes").code == 0
    assert planned.flag("Second", "Main", "greeting").name == "greeting"
    assert planned.run(*onto).code == 0


def test_a_plan_with_blockers_is_an_error_and_cannot_be_applied(planned: Here) -> None:
    assert planned.run("apply", "p.json").code == 0
    planned.flag("Second", "Main", "greeting").name = "Renamed"
    blocked = planned.run("plan", "s.json", "--into", "Second", "-o", "q.json")
    assert blocked.code == 1
    assert "blocker CC401" in blocked.out
    assert "Nothing to do" not in blocked.out
    planned.emulator.counts.reset()
    assert planned.run("apply", "q.json", "--yes").code == 1
    assert planned.writes() == {}


def test_files_of_other_kinds_are_refused_with_their_names(planned: Here) -> None:
    (planned.folder / "x.json").write_text("[]")
    (planned.folder / "y.json").write_bytes(b"\xff{")
    for arguments in (
        ("apply", "s.json"),
        ("apply", "missing.json"),
        ("plan", "p.json", "--new", "Third"),
        ("restore", "x.json"),
        ("verify", "x.json"),
        ("verify", "y.json"),
        ("apply", "p.json", "--journal", "s.json"),
    ):
        done = planned.run(*arguments)
        assert done.code == 1, arguments
        assert ".json" in done.err
    assert planned.writes() == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("plan", "s.json", "--new", "a", "--into", "b"), "exclude each other"),
        (("plan", "s.json", "--new", SHOP), "there is a product"),
        (("plan", "s.json", "--into", "Webshop"), "did you mean 'Web shop'"),
        (("verify", "p.json", "--only", "key=x"), "a plan is compared as a whole"),
        (("verify", "s.json", "--only", "key=nothing"), "there is no such key"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    planned: Here, arguments: tuple[str, ...], words: str
) -> None:
    done = planned.run(*arguments)
    assert done.code == 1
    assert words in done.err


def test_verify_lists_what_differs_from_a_snapshot(saved: Here) -> None:
    assert saved.run("verify", "s.json").code == 0
    saved.flag(SHOP, "Main", "greeting").name = "Renamed"
    done = saved.run("verify", "s.json")
    assert done.code == 2
    assert "Renamed" in done.out
    printed = saved.run("verify", "s.json", "--json")
    assert printed.code == 2
    (difference,) = printed.json["differences"]
    assert (difference["entity"], difference["field"]) == ("setting", "name")
    assert saved.run("verify", "s.json", "--exclude", "key=greeting").code == 0


def test_restore_brings_back_what_was_there(saved: Here) -> None:
    saved.flag(SHOP, "Main", "greeting").name = "Renamed"
    number = saved.flag(SHOP, "Mobile", "newCheckout").setting_id
    gone = saved.run("call", "delete-setting", "--setting-id", number, "--yes")
    assert gone.code == 0, gone.text
    saved.emulator.counts.reset()
    reason = ("--reason", "a mistake")
    shown = saved.run("restore", "s.json", *reason, "--dry-run")
    assert shown.code == 2, shown.text
    assert "Mobile / newCheckout in Production" in shown.out
    asked = saved.run("restore", "s.json", *reason)
    assert asked.code == 1
    assert saved.writes() == {}
    done = saved.run("restore", "s.json", *reason, "--yes")
    assert done.code == 0, done.text
    assert saved.run("verify", "s.json").code == 0
    folder = saved.folder / "configcat-restore-web-shop"
    assert hidden(folder / "target.json")
    assert saved.run("restore", "s.json", *reason).code == 0


def test_restore_into_another_product_leaves_its_name(planned: Here) -> None:
    assert planned.run("apply", "p.json").code == 0
    planned.flag("Second", "Main", "greeting").name = "Renamed"
    done = planned.run("restore", "s.json", "--into", "Second", "--yes")
    assert done.code == 0, done.text
    assert product_named(planned.emulator, "Second")
    assert planned.flag("Second", "Main", "greeting").name == "greeting"


def test_a_snapshot_that_was_edited_needs_permission(saved: Here) -> None:
    path = saved.folder / "s.json"
    path.write_text(path.read_text().replace("Off in an emergency", "Off"))
    refused = saved.run("restore", "s.json", "--dry-run")
    assert refused.code == 1
    assert "edited after it was saved" in refused.err
    assert saved.run("restore", "s.json", "--dry-run", "--allow-edited").code == 2


def test_plan_verify_and_restore_take_the_product_of_the_snapshot(here: Here) -> None:
    assert here.run("snapshot", SHOP, "-o", "s.json").code == 0
    for command in ("plan", "verify", "restore"):
        done = here.run(command, "s.json")
        assert done.code == 0, done.text
    assert "product 'Web shop'" in here.run("plan", "s.json").out
