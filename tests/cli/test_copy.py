"""`configcat-mgmt copy`, up to its end; what is ended early has a file of its own."""

import json
from pathlib import Path

import pytest

from configcat_mgmt.emulator import Emulator, Fault
from tests.cli.here import Here, Interlude, offer
from tests.jobs.shapes import product_named, products_named, shape
from tests.jobs.world import SECRETS

SHOP = "Web shop"
FOLDER = "configcat-copy-web-shop"


def without_secrets(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


def test_a_copy_is_made_compared_and_reported(here: Here) -> None:
    done = here.run("copy", "web SHOP", "--name", "Second")
    assert done.code == 0, done.text
    assert "Verified: the target matches." in done.out
    assert "47 steps: 46 done, 1 found existing" in done.out
    product = product_named(here.emulator, "Second")
    assert str(product.product_id) in done.out
    report = json.loads((here.folder / FOLDER / "report.json").read_text())
    assert report["complete"]
    assert report["differences"] == []
    olds = {one["old"] for one in report["ids"] if one["entity"] == "setting"}
    assert olds == set(here.emulator.state.settings) - {
        one["new"] for one in report["ids"] if one["entity"] == "setting"
    }


def test_the_files_of_a_job_are_private_and_hold_no_secrets(here: Here) -> None:
    here.run("copy", SHOP, "--name", "Second")
    folder = here.folder / FOLDER
    assert folder.stat().st_mode & 0o777 == 0o700
    files = [path for path in folder.iterdir() if path.suffix != ".lock"]
    assert {path.name for path in files} == {
        "snapshot.json",
        "plan.json",
        "request.json",
        "journal.db",
        "report.json",
        "report.html",
    }
    for path in files:
        assert path.stat().st_mode & 0o777 == 0o600
        assert without_secrets(path.read_bytes().decode("latin-1")), path


def test_secrets_go_into_files_when_asked_for_and_never_to_a_terminal(
    here: Here,
) -> None:
    done = here.run("copy", SHOP, "--name", "Second", "--secrets", "--json")
    assert done.code == 0, done.text
    assert without_secrets(done.text)
    report = json.loads((here.folder / FOLDER / "report.json").read_text())
    assert len(report["sdk_keys"]) == 9
    assert all(key["primary"] and key["old_primary"] for key in report["sdk_keys"])
    assert report["sdk_keys"][0]["primary"] != report["sdk_keys"][0]["old_primary"]
    page = (here.folder / FOLDER / "report.html").read_text(encoding="utf-8")
    assert report["sdk_keys"][0]["primary"] not in page
    state = here.emulator.state
    assert len(state.integrations) == 6


def test_a_dry_run_shows_the_plan_and_leaves_no_trace(here: Here) -> None:
    done = here.run("copy", SHOP, "--name", "Second", "--dry-run", "--rate", "2/s")
    assert done.code == 2
    assert "47 writes, at least" in done.out
    assert "CC101" in done.out
    assert here.writes() == {}
    assert list(here.folder.iterdir()) == []


def test_json_is_one_document_and_all_else_goes_to_the_other_stream(
    here: Here,
) -> None:
    planned = here.run("copy", SHOP, "--name", "Second", "--dry-run", "--json")
    assert planned.code == 2
    assert planned.json["report"] is None
    assert len(planned.json["plan"]["steps"]) == 47
    done = here.run("copy", SHOP, "--name", "Second", "--json")
    assert done.code == 0
    assert done.json["plan"] == planned.json["plan"]
    assert done.json["report"]["complete"]
    assert done.json["report"]["differences"] == []
    assert "the target matches" in done.err
    assert "Reading" in done.err


def test_the_copy_is_as_the_shop_is(here: Here) -> None:
    here.run("copy", SHOP, "--name", "Second", "--secrets")
    old, new = (
        shape(here.emulator, product_named(here.emulator, name))
        for name in (SHOP, "Second")
    )
    # What cannot be read cannot be copied: the value of one secure header.
    lacking = [line for line in old if line not in new]
    assert len(lacking) <= 2, lacking
    assert len(old) == len(new)


def test_a_second_product_of_a_name_is_refused_before_anything_is_sent(
    here: Here,
) -> None:
    done = here.run("copy", SHOP)
    assert done.code == 1
    assert "there is a product 'Web shop'" in done.err
    assert here.writes() == {}


def test_what_differs_blocks_is_skipped_or_overwritten(here: Here) -> None:
    here.run("copy", SHOP, "--name", "Second")
    here.flag("Second", "Main", "newCheckout").name = "Renamed"
    onto = ("copy", SHOP, "--into", "second", "--job", "onto")
    here.emulator.counts.reset()
    blocked = here.run(*onto)
    assert blocked.code == 1
    assert "blocker CC" in blocked.out
    assert here.run(*onto, "--on-conflict", "skip").code == 0
    asked = here.run(*onto, "--on-conflict", "overwrite")
    assert asked.code == 1
    assert "1 changed, 0 deleted" in asked.err
    assert "--yes" in asked.err
    assert here.writes() == {}
    done = here.run(*onto, "--on-conflict", "overwrite", "--yes")
    assert done.code == 0, done.text
    assert set(here.writes()) == {"replace-setting"}
    assert (here.folder / "onto" / "target.json").exists()
    assert here.run(*onto[:-1], "again").code == 0


def test_what_is_overwritten_is_shown_in_the_words_of_the_dashboard(
    here: Here,
) -> None:
    here.run("copy", SHOP, "--name", "Second")
    setting = here.flag("Second", "Main", "killSwitch").setting_id
    place = here.environment("Second", "Production")
    switched = here.run(
        *("call", "replace-setting-value-v2", "--setting-id", setting),
        *("--environment-id", place, "--reason", "test"),
        *("--body", '{"defaultValue": {"boolValue": false}}'),
    )
    assert switched.code == 0, switched.text
    onto = ("copy", SHOP, "--into", "Second", "--on-conflict", "overwrite", "--dry-run")
    assert "reason" in here.run(*onto).out
    onto = (*onto, "--reason", "because of a test")
    done = here.run(*onto)
    assert done.code == 2, done.text
    lines = iter(done.out.splitlines())
    assert any("Main / killSwitch in Production" in line for line in lines)
    assert [next(lines).strip(), next(lines).strip()] == [
        "- TO ALL USERS OFF",
        "+ TO ALL USERS ON",
    ]
    printed = here.run(*onto, "--json").json["plan"]["changes"]
    assert [change["key"] for change in printed] == ["killSwitch"]


def test_deletions_are_listed_bounded_and_only_made_when_agreed(here: Here) -> None:
    here.run("copy", SHOP, "--name", "Second")
    here.run("copy", SHOP, "--name", "Third", "--only", "config=Mobile", "--job", "x")
    onto = ("copy", "Third", "--into", "Second", "--job", "onto", "--delete")
    here.emulator.counts.reset()
    too_many = here.run(*onto, "--on-conflict", "skip", "--max-deletes", "1")
    assert too_many.code == 1
    assert "blocker CC4" in too_many.out
    more = (*onto, "--on-conflict", "skip", "--max-deletes", "50")
    asked = here.run(*more)
    assert "To be deleted:" in asked.out
    assert "config Main" in asked.out
    assert asked.code == 1
    assert here.writes() == {}
    done = here.run(*more, "--yes")
    assert done.code == 0, done.text
    assert here.writes()["delete-config"] == 2


def files_in(folder: Path) -> dict[Path, bytes]:
    """Return all files in a folder and below."""
    return {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_every_job_has_a_folder_of_its_own(here: Here) -> None:
    here.run("copy", SHOP, "--name", "Second")
    first = files_in(here.folder)
    done = here.run("copy", SHOP, "--name", "Third")
    assert done.code == 0, done.text
    assert "Resuming" not in done.text
    assert len(products_named(here.emulator, "Third")) == 1
    assert f"Report: {FOLDER}-2/" in done.out
    assert here.run("copy", SHOP, "--name", "Fourth", "--start-over").code == 0
    after = files_in(here.folder)
    assert {path: after[path] for path in first} == first
    assert {path.parent.name for path in after} == {
        FOLDER,
        f"{FOLDER}-2",
        f"{FOLDER}-3",
    }


@pytest.mark.parametrize("more", [(), ("--start-over",)])
def test_a_named_folder_with_a_finished_job_takes_no_other_job(
    here: Here, more: tuple[str, ...]
) -> None:
    assert here.run("copy", SHOP, "--name", "Second", "--job", "mine").code == 0
    before = files_in(here.folder)
    here.emulator.counts.reset()
    done = here.run("copy", SHOP, "--name", "Third", "--job", "mine", *more)
    assert done.code == 1
    assert "mine holds a finished copy job, whose files are kept" in done.err
    assert "--job FOLDER" in done.err
    assert here.emulator.counts.calls.total() == 0
    assert files_in(here.folder) == before


def test_a_second_edit_leaves_the_snapshot_of_the_first_to_undo_it(here: Here) -> None:
    """Two deletions in a row once left only the second half to be restored."""
    state = here.emulator.state
    before = {key: one.name for key, one in state.settings.items()}
    for config in ("Main", "Mobile"):
        done = here.run(
            "edit", SHOP, "--only", f"config={config}", *("--name", "x"), "--yes"
        )
        assert done.code == 0, done.text
    again = here.run("edit", SHOP, "--only", "config=Mobile", "--name", "x", "--yes")
    assert again.code == 0
    assert "The same job ran before and finished" in again.err
    assert "Nothing to do" in again.out
    edits = sorted(here.folder.glob("configcat-edit-*/snapshot.json"))
    assert len(edits) == 2
    assert here.run("restore", edits[0], "--yes").code == 0
    assert {key: one.name for key, one in state.settings.items()} == before


def test_accounts_of_source_and_target_can_differ(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(username="other", password="canary-password-2") as other:
        offer(monkeypatch, other, "ACME")
        there = ("--from-profile", "CONFIGCAT", "--to-profile", "ACME")
        done = here.run("copy", SHOP, *there)
        assert done.code == 0, done.text
        assert len(products_named(other, SHOP)) == 1
        assert here.writes() == {}
        assert other.base_url in done.out


@pytest.mark.parametrize("prefix", ["CONFIGCAT", "ACME"])
def test_missing_credentials_are_named_by_their_variables(
    here: Here, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    monkeypatch.delenv("CONFIGCAT_API_PASS")
    done = here.run("copy", SHOP, "--name", "x", "--to-profile", prefix)
    assert done.code == 1
    assert "CONFIGCAT_API_PASS" in done.err
    offer(monkeypatch, here.emulator, "CONFIGCAT")
    done = here.run("copy", SHOP, "--name", "x", "--to-profile", "ACME")
    assert done.code == 1
    assert "ACME_API_USER" in done.err
    assert here.emulator.counts.calls.total() == 0


def test_wrong_credentials_say_what_to_do(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFIGCAT_API_PASS", "canary-password-wrong")
    done = here.run("copy", SHOP, "--name", "x")
    assert done.code == 1
    assert "returned 401" in done.err
    assert "Public API credentials" in done.err
    assert "canary-password-wrong" not in done.text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--only", "key=nothing*"], "there is no such key"),
        (["--only", "environment=Moon"], "there is no such environment"),
        (["--only", "colour=red"], "kinds are entity, config"),
        (["--only", "entity=flag"], "there is no entity 'flag'"),
        (["--exclude", "stale"], "cannot select stale flags"),
        (["--map", "environment:Test"], "environment:OLD=NEW"),
        (["--map", "environment:Moon=Sun"], "environment 'moon'"),
        (["--into", SHOP], "--into excludes --name and --to-organization"),
        (["--to-organization", "Nobody"], "no organization 'Nobody'"),
        (["--in-flight", "0"], "--in-flight"),
        (["--to-profile", "A-B"], "prefix of environment variables"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_before_anything_is_sent(
    here: Here, options: list[str], words: str
) -> None:
    done = here.run("copy", SHOP, "--name", "x", *options)
    assert done.code == 1
    assert words in done.err
    assert "Traceback" not in done.text
    assert here.writes() == {}
    assert list(here.folder.iterdir()) == []


def test_a_part_can_be_taken_under_other_names(here: Here) -> None:
    done = here.run(
        *("copy", SHOP, "--name", "Part", "--only", "config=main"),
        *("--only", "key=*Checkout", "--exclude", "environment=Staging"),
        *("--map", "environment:Test=Trial", "--only", "entity=config"),
        *("--only", "entity=environment", "--only", "entity=setting"),
        *("--only", "entity=tag"),
    )
    assert done.code == 0, done.text
    state = here.emulator.state
    product = product_named(here.emulator, "Part")
    names = {state.environments[one].name for one in product.environment_ids}
    assert names == {"Production", "Trial"}
    (config,) = (state.configs[one] for one in product.config_ids)
    assert list(config.setting_ids) == ["newCheckout"]


def test_names_from_the_service_do_nothing_to_a_terminal(here: Here) -> None:
    evil = "\x1b[31m\x9b2J[red]x\u202e\nfree line"
    product_named(here.emulator, SHOP).name = evil
    done = here.run("copy", evil, "--name", f"{evil} 2", "--dry-run")
    assert done.code == 2, done.text
    assert "[red]x" in done.out
    assert "\\nfree line 2" in done.out
    for character in ("\x1b", "\x9b", "\u202e"):
        assert character not in done.text


def test_a_step_that_fails_makes_an_error_that_says_how_to_go_on(here: Here) -> None:
    here.emulator.faults.add(Fault("status", "create-tag", count=None, status=403))
    done = here.run("copy", SHOP, "--name", "Second", "--on-error", "collect")
    assert done.code == 1
    assert "failed" in done.out
    assert "Run the same command again" in done.out
    assert "returned 403" in done.out
    here.emulator.faults.clear()
    again = here.run("copy", SHOP, "--name", "Second", "--reason", "a test")
    assert again.code == 0, again.text
    assert "Resuming the job" in again.out


def test_what_somebody_changes_meanwhile_is_found_when_comparing(
    here: Here, interlude: Interlude
) -> None:
    def rename() -> None:
        # The last call of the job, so that the next list is one for comparing.
        if here.emulator.counts.calls["update-product-preferences"]:
            here.flag("Second", "Main", "greeting").name = "Renamed meanwhile"

    interlude.action = rename
    here.emulator.faults.add(Fault("latency", "get-configs", count=None, seconds=1))
    done = here.run("copy", SHOP, "--name", "Second")
    assert done.code == 2, done.text
    assert "1 difference" in done.out
    assert "Renamed meanwhile" in done.out
    report = json.loads((here.folder / FOLDER / "report.json").read_text())
    assert report["complete"]
    assert report["differences"][0]["field"] == "name"
    unverified = here.run("copy", SHOP, "--name", "Third", "--no-verify")
    assert unverified.code == 0
