"""`configcat-mgmt import launchdarkly`: from an export to a product, and back again."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from configcat_mgmt.cli.terminal.errors import show_error
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import ConnectionFailedError
from tests.cli.here import (
    Done,
    Here,
    Interlude,
    command,
    process_environment,
)
from tests.jobs.launchdarkly.fake import (
    SECRETS,
    TOKEN,
    FakeLaunchDarkly,
    refusal,
    serving,
)
from tests.jobs.launchdarkly.made import clause, document, flag, rollout, rule
from tests.jobs.launchdarkly.projects import Maker
from tests.jobs.shapes import product_named, products_named

Json = Any

FOLDER = "configcat-import-shop"
LISTS = ("--list-attribute", "user.groups")


@pytest.fixture
def emulator(interlude: Interlude) -> Iterator[Emulator]:
    """An emulator without products."""
    with Emulator(rate_policy=None, sleep=interlude) as emulator:
        yield emulator


def given(here: Here, export: Json) -> Here:
    """Save an export where the command finds it."""
    (here.folder / "export.json").write_text(json.dumps(export))
    return here


def run(here: Here, *arguments: str) -> Done:
    """Run the import of the export."""
    return here.run("import", "launchdarkly", "--file", "export.json", *arguments)


def test_a_project_is_imported_compared_and_reported(here: Here) -> None:
    given(here, Maker(3).project())
    planned = run(here, *LISTS, "--dry-run")
    assert planned.code == 2
    assert here.writes() == {}
    assert not (here.folder / FOLDER).exists()
    done = run(here, *LISTS)
    assert done.code == 0, done.text
    assert "Verified: the target matches." in done.out
    assert "organization:site.region" not in done.out
    keys = json.loads((here.folder / FOLDER / "keys.json").read_text())
    assert keys["flags"]["flag.1"] == "flag_1"
    assert keys["addresses"]["LaunchDarkly"].endswith("/projects/shop/flags")
    found = json.loads((here.folder / FOLDER / "attributes.json").read_text())
    joined = {"name": "joined", "context_kind": "user", "path": ["joined"]}
    assert {**joined, "types": ["seconds"]} in found["attributes"]
    page = (here.folder / FOLDER / "report.html").read_text()
    assert "User attributes" in page
    assert "/projects/shop/flags" in page


def test_a_second_import_finds_nothing_to_do_and_a_third_what_changed(
    here: Here,
) -> None:
    export = Maker(3).project()
    given(here, export)
    assert run(here, *LISTS).code == 0
    again = run(here, *LISTS, "--into", "Shop")
    assert again.code == 0, again.text
    assert "Nothing to do" in again.out
    config = export["flags"][0]["environments"]["test"]
    config.update(on=True, rules=[], fallthrough={"variation": 0}, prerequisites=[])
    config.update(targets=[], contextTargets=[])
    before = run(given(here, export), *LISTS, "--into", "Shop", "--dry-run")
    assert before.code == 2
    assert "Main Config / Flag-0 in Test" in before.out
    assert run(here, *LISTS, "--into", "Shop", "--yes").code == 0
    assert "Nothing to do" in run(here, *LISTS, "--into", "Shop").out


def test_what_an_import_leaves_alone_is_not_said_to_need_an_option(here: Here) -> None:
    assert run(given(here, document(flag("b"), flag("c"))), "--name", "Shop").code == 0
    fewer = run(given(here, document(flag("b"))), "--into", "Shop", "--dry-run")
    assert "note CC404  Settings: Only the target has these" in fewer.out
    assert "and they stay: Main Config / c." in fewer.out
    assert "Delete them in the dashboard" in fewer.out
    assert "--delete" not in fewer.out


def test_an_import_keeps_what_only_the_target_has(here: Here) -> None:
    export = document(flag("b"), flag("c"))
    assert run(given(here, export), "--name", "Shop").code == 0
    state = here.emulator.state
    product = product_named(here.emulator, "Shop")
    (environment,) = (state.environments[one] for one in product.environment_ids)
    environment.description, environment.color = "of the team", "#123456"
    here.flag("Shop", "Main Config", "b").order = 40
    # A flag before the others changes nothing about them.
    export["flags"].insert(0, flag("a"))
    again = run(given(here, export), "--into", "Shop", "--json")
    assert again.code == 0, again.text
    entities = [step["entity"] for step in again.json["plan"]["steps"]]
    assert entities == ["setting", "values"]
    assert environment.description == "of the team"
    orders = {
        key: here.flag("Shop", "Main Config", key).order for key in ("a", "b", "c")
    }
    assert orders["b"] == 40
    assert orders["a"] > 40


@pytest.mark.parametrize("operation", ["create-setting", "post-setting-values-v2"])
def test_an_import_that_was_killed_is_resumed_by_the_same_command(
    here: Here, interlude: Interlude, operation: str
) -> None:
    given(here, Maker(3).project())
    kill(here, interlude, operation)
    done = here.run(*IMPORT)
    assert done.code == 0, done.text
    assert f"Resuming the job in {FOLDER}" in done.out
    assert "Verified: the target matches." in done.out
    assert len(products_named(here.emulator, "Shop")) == 1
    product = product_named(here.emulator, "Shop")
    (config,) = product.config_ids
    assert len(here.emulator.state.configs[config].setting_ids) == 20
    assert (here.folder / FOLDER / "keys.json").exists()


IMPORT = ("import", "launchdarkly", "--file", "export.json", *LISTS)
IMPORT = (*IMPORT, "--linger", "0", "--rate", "off", "--yes")


def kill(here: Here, interlude: Interlude, operation: str, *arguments: str) -> None:
    """Kill the import in the middle of a call."""
    here.emulator.faults.add(Fault("latency", operation, seconds=1))
    killed = subprocess.Popen(
        command(*IMPORT, *arguments),
        cwd=here.folder,
        env=process_environment(here.emulator),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with killed:
        interlude.action = killed.kill
        killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL


def test_an_update_that_was_killed_is_resumed_too(
    here: Here, interlude: Interlude
) -> None:
    export = document(flag("b"))
    assert run(given(here, export), "--name", "Shop").code == 0
    export["flags"].insert(0, flag("a"))
    given(here, export)
    kill(here, interlude, "create-setting", "--into", "Shop")
    done = here.run(*IMPORT, "--into", "Shop")
    assert done.code == 0, done.text
    assert "Resuming the job" in done.out
    assert here.flag("Shop", "Main Config", "a").order == 1


def test_blockers_send_nothing_until_they_are_accepted(here: Here) -> None:
    odd = flag(rules=[rule(clause("email", "matches", "a+"))])
    given(here, document(odd))
    done = run(here)
    assert done.code == 1
    assert "T011" in done.out
    assert "$.flags[0].environments.production.rules[0].clauses[0]" in done.out
    assert "nothing was sent.\nTo import nevertheless: --accept T011\n" in done.out
    assert "check" not in done.text
    checked = run(here, "--check", "5")
    assert checked.code == 1
    assert "The check is left out, because the translation has blockers." in checked.err
    assert here.writes() == {}
    assert run(here, "--accept", "T011").code == 0


def test_both_sdks_confirm_an_import_before_it_is_made(here: Here) -> None:
    given(here, Maker(3).project())
    done = run(here, *LISTS, "--check", "20", "--dry-run", "--json")
    assert done.code == 2
    assert done.json["plan"]["check"] == {
        "evaluations": 14 * 2 * 20,
        "different": 0,
        "by_percentage": 0,
        "differences": [],
    }
    assert here.writes() == {}
    shown = run(here, *LISTS, "--check", "20", "--dry-run")
    assert "Check with both SDKs" in shown.out
    assert "Difference" not in shown.out, "a table without rows"


def test_a_check_names_each_difference(here: Here) -> None:
    shares = flag("shares", fallthrough={"rollout": rollout(50_000, 50_000)})
    given(here, document(flag(rules=[rule(clause("x", "in", "a"))]), shares))
    contexts = [{"kind": "user", "key": "ann", "x": x} for x in ("a", ["a"], "b")]
    text = "\n".join(map(json.dumps, contexts))
    (here.folder / "contexts.jsonl").write_text(text)
    done = run(here, "--check-contexts", "contexts.jsonl", "--json")
    assert done.code == 2
    assert done.json["plan"]["check"]["different"] == 1
    (difference,) = done.json["plan"]["check"]["differences"]
    assert "flag in production: LaunchDarkly serves true (RULE_MATCH 0)" in difference
    assert '"x": ["a"]' in difference
    assert done.json["report"]["complete"]
    again = run(here, "--check-contexts", "contexts.jsonl")
    assert again.code == 2, "the finished job has the result of its check"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON"),
        ("[]", "cannot be imported: it is not an export of a LaunchDarkly project"),
        ('{"format": "launchdarkly-export"', "not JSON"),
        ('{"format": "launchdarkly-export", "version": 2}', "use a newer"),
        ('{"format": "launchdarkly-export", "version": 1}', "project is missing"),
    ],
)
def test_a_file_that_is_no_export_is_refused(
    here: Here, text: str, message: str
) -> None:
    (here.folder / "export.json").write_text(text)
    done = run(here)
    assert done.code == 1
    assert message in done.err
    assert here.writes() == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--environments", "nowhere"), "no environment 'nowhere'"),
        (("--off-variation", "flag"), "is not FLAG=JSON"),
        (("--off-variation", "other=1"), "no flag 'other'"),
        (("--list-attribute", "groups"), "write KIND.NAME"),
        (("--accept", "T999"), "no issue code T999"),
        (("--into", "a", "--name", "b"), "--into excludes"),
        (("--check", "1", "--check-contexts", "x"), "--check excludes"),
    ],
)
def test_a_wrong_option_is_refused(
    here: Here, arguments: tuple[str, ...], message: str
) -> None:
    given(here, document(flag()))
    done = run(here, *arguments)
    assert done.code == 1
    assert message in done.err
    assert here.writes() == {}


def test_contexts_that_are_none_are_refused(here: Here, tmp_path: Path) -> None:
    given(here, document(flag()))
    (tmp_path / "contexts.jsonl").write_text('{"kind": "user", "key": "a"}\n{}\n')
    done = run(here, "--check-contexts", "contexts.jsonl")
    assert done.code == 1
    assert "line 2: not a context; one has a kind and a key" in done.err
    (tmp_path / "contexts.jsonl").write_text("\n")
    empty = run(here, "--check-contexts", "contexts.jsonl")
    assert empty.code == 1
    assert "contexts.jsonl has no contexts to check with" in empty.err
    assert here.writes() == {}


def test_a_difference_of_many_contexts_is_shown_once_and_decides_the_end(
    here: Here,
) -> None:
    given(here, document(flag(rules=[rule(clause("x", "in", "a"))])))
    contexts = [{"kind": "user", "key": f"u{n}", "x": ["a"] * n} for n in range(1, 4)]
    text = "\n".join(map(json.dumps, contexts))
    (here.folder / "contexts.jsonl").write_text(text)
    check = ("--check-contexts", "contexts.jsonl")
    end = "The check found 3 different evaluations, so the exit code is 2."
    done = run(here, *check)
    assert done.code == 2
    lines = [line for line in done.out.splitlines() if "LaunchDarkly serves" in line]
    (line,) = lines
    assert 'for 3 contexts such as {"kind": "user", "key": "u1"' in line
    assert "3 evaluations on both sides: 0 equal, 0 different because" in done.out
    assert done.out.index("Verified: ") < done.out.index(end)
    page = (here.folder / FOLDER / "report.html").read_text()
    assert "The check found 3 different evaluations</span>" in page
    for again in (check, (*check, "--into", "Shop", "--job", "again")):
        repeated = run(here, *again)
        assert repeated.code == 2
        assert end in repeated.text


def test_the_check_needs_both_sdks(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    given(here, document(flag()))
    place = "configcat_mgmt.cli.launchdarkly.sdks.NEEDED"
    monkeypatch.setattr(place, {"no_such_sdk": "launchdarkly-server-sdk"})
    done = run(here, "--check", "1")
    assert done.code == 1
    assert "pip install 'configcat-mgmt[launchdarkly]'" in done.err


def test_a_code_of_the_import_is_explained_with_what_the_job_does(here: Here) -> None:
    out = here.run("explain", "T019").out
    assert out.startswith("T019 (warning)\nThese rollouts have fractions of a percent")
    assert "What the job does: They are rounded" in out
    assert "What to do: Use whole percentages" in out


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLaunchDarkly]:
    """LaunchDarkly with a project, and its address and a token in the environment."""
    with serving(Maker(3).project()) as fake:
        monkeypatch.setenv("LAUNCHDARKLY_API_HOST", fake.address)
        monkeypatch.setenv("LAUNCHDARKLY_ACCESS_TOKEN", TOKEN)
        yield fake


PROJECT = ("import", "launchdarkly", "--project", "shop")


def test_a_project_is_read_and_imported_and_an_export_gives_the_same(
    here: Here, fake: FakeLaunchDarkly
) -> None:
    done = here.run(*PROJECT, *LISTS)
    assert done.code == 0, done.text
    assert [path.name for path in here.folder.iterdir()] == [FOLDER]
    exported = here.run(*PROJECT, "--export", "export.json")
    assert exported.code == 0, exported.text
    assert "Saved 2 environments and 14 flags of shop" in exported.out
    assert not (here.folder / "export.json.part").exists()
    fake.requests.clear()
    again = run(here, *LISTS, "--into", "Shop")
    assert "Nothing to do" in again.out
    assert fake.requests == []
    texts = [path.read_bytes() for path in here.folder.rglob("*") if path.is_file()]
    for secret in (TOKEN, *SECRETS):
        assert not any(secret.encode() in text for text in texts)
        assert secret not in done.text + exported.text + again.text


FIND: Final = "--find-list-attributes"
CANARY: Final = "canary-value"


def test_list_attributes_are_found_shown_and_saved(
    here: Here, fake: FakeLaunchDarkly
) -> None:
    fake.values = {("test", "groups"): {"user": [CANARY, [CANARY]]}}
    planned = here.run(*PROJECT, FIND, "--dry-run")
    assert planned.code == 2, planned.text
    assert "CC616" in planned.out
    assert "in which LaunchDarkly has seen lists" in planned.out
    assert "user.groups" in planned.out
    exported = here.run(*PROJECT, FIND, "--export", "export.json")
    assert "Attributes with lists: user.groups.\n" in exported.out
    done = run(here, "--check", "20")
    assert done.code == 0, done.text
    again = run(here, FIND, *LISTS, "--into", "Shop")
    assert "Nothing to do" in again.out, "the file has them"
    page = (here.folder / FOLDER / "report.html").read_text()
    assert "has seen lists" in page
    texts = [path.read_bytes() for path in here.folder.rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in text for text in texts)
    assert CANARY not in planned.text + exported.text + done.text + again.text


def test_list_attributes_that_cannot_be_found_are_named(
    here: Here, fake: FakeLaunchDarkly
) -> None:
    attributes = ("groups", "/groups")
    fake.values = {("test", one): refusal(404, "not here") for one in attributes}
    fake.values["production", "groups"] = refusal(403, "not you")
    done = here.run(*PROJECT, FIND, "--export", "export.json")
    assert done.code == 0, done.text
    assert "user.groups (403 in production, 404 in test)" in done.out.replace("\n", " ")
    assert "--list-attribute" in done.out
    shown = here.run(*PROJECT, FIND, "--export", "export.json", "--json")
    reason = shown.json["unknown_list_attributes"]["user.groups"]
    assert reason == "403 in production, 404 in test"
    assert shown.json["list_attributes"] == []
    planned = run(here, "--dry-run")
    assert planned.code == 2
    assert "CC618" in planned.out


def test_a_file_without_list_attributes_cannot_be_asked_for_them(
    here: Here, fake: FakeLaunchDarkly
) -> None:
    given(here, fake.document)
    done = run(here, FIND)
    assert done.code == 1
    assert "--find-list-attributes needs --project" in done.err
    assert "--list-attribute" in done.err
    assert fake.requests == []
    assert here.emulator.counts.total_calls == 0
    plain = here.run(*PROJECT, "--export", "export.json", "--json")
    assert plain.json["list_attributes"] is None
    assert not any("context-attributes" in one for one in fake.requests)


@pytest.mark.parametrize(
    ("options", "place"),
    [((), "/flags/"), ((FIND,), "/context-attributes/groups?")],
)
def test_a_read_that_was_killed_goes_on(
    here: Here, fake: FakeLaunchDarkly, options: tuple[str, ...], place: str
) -> None:
    killed = subprocess.Popen(
        command(*PROJECT, *options, "--export", "export.json"),
        cwd=here.folder,
        env=process_environment(here.emulator),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    kept: list[int] = []

    def kill(number: int, target: str) -> None:
        if place in target and not kept:
            kept.append(number - 1)
            killed.kill()
            killed.wait()

    fake.before = kill
    with killed:
        killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert not (here.folder / "export.json").exists()
    fake.requests.clear()
    fake.before = lambda _, __: None
    done = here.run(*PROJECT, *options, "--export", "export.json", "--json")
    assert done.code == 0, done.text
    assert done.json["flags"] == 14
    whole = len(fake.requests) + sum(kept)
    fake.requests.clear()
    here.run(*PROJECT, *options, "--export", "other.json")
    assert len(fake.requests) == whole


def test_a_read_that_got_nothing_leaves_nothing(
    here: Here, fake: FakeLaunchDarkly
) -> None:
    assert here.run(*PROJECT[:-1], "other").code == 1
    assert list(here.folder.iterdir()) == []
    fake.replies[2] = refusal(403, "not you")
    fake.requests.clear()
    assert here.run(*PROJECT).code == 1
    (folder,) = here.folder.iterdir()
    assert len(list(folder.glob("*.json"))) == 1


def test_an_error_of_a_call_to_launchdarkly_says_what_helps_there(
    here: Here, fake: FakeLaunchDarkly, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.replies[1] = refusal(400, "wrong")
    operation = "launchdarkly/get-project"
    assert f"error: {operation} " in here.run(*PROJECT).err
    failure = ConnectionFailedError(operation, "no route", attempts=4, sent=False)
    show_error(failure, 1, as_json=False)
    shown = capsys.readouterr().err
    assert "LAUNCHDARKLY_API_HOST" in shown
    assert "CONFIGCAT" not in shown


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("LAUNCHDARKLY_ACCESS_TOKEN", "", "no access token: create one"),
        ("LAUNCHDARKLY_ACCESS_TOKEN", "sdk-canary", "holds an SDK key"),
        ("LAUNCHDARKLY_ACCESS_TOKEN", "api-other", "refuses the access token (401)"),
        ("LAUNCHDARKLY_API_HOST", "http://example.com", "in the clear"),
        ("LAUNCHDARKLY_API_HOST", "a/b", "must be a bare host or an absolute URL"),
    ],
)
def test_what_the_environment_lacks_is_explained(
    here: Here, fake: FakeLaunchDarkly, name: str, value: str, message: str
) -> None:
    here.monkeypatch.setenv(name, value)
    done = here.run(*PROJECT, "--dry-run")
    assert done.code == 1
    assert message in done.err
    assert not value or value not in done.text or name == "LAUNCHDARKLY_API_HOST"
    assert len(fake.requests) <= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give either --project or --file"),
        (("--file", "x", "--project", "shop"), "give either --project or --file"),
        (("--file", "x", "--export", "y"), "--export needs --project"),
        (("--project", "other"), "LaunchDarkly has nothing at projects/other"),
    ],
)
def test_a_source_that_is_missing_is_refused(
    here: Here, fake: FakeLaunchDarkly, arguments: tuple[str, ...], message: str
) -> None:
    done = here.run("import", "launchdarkly", *arguments)
    assert done.code == 1
    assert message in done.err
    assert len(fake.requests) <= 1
