"""The demo in separate processes, and its checks, which notice failures."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import pytest
from rich.console import Console

from configcat_mgmt.cli.demo.child import WAITING
from configcat_mgmt.cli.demo.command import exit_code, show_outcome
from configcat_mgmt.cli.demo.evaluation import Place, compare
from configcat_mgmt.cli.demo.launchdarkly import ImportOutcome
from configcat_mgmt.cli.demo.outcome import Outcome
from configcat_mgmt.cli.demo.people import make_people
from configcat_mgmt.cli.demo.screen import Screen
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import JobFolder
from configcat_mgmt.jobs.launchdarkly import CheckResult
from tests.cli.here import Here
from tests.other_threads import PATIENCE_SECONDS

TROUBLED = Path(__file__).parent / "scripts" / "troubled_demo.py"
WITHOUT_SDK = (
    "import sys; sys.modules['configcatclient'] = None\n"
    "from configcat_mgmt.cli import main; main()"
)
FLAGS, ENVIRONMENTS, PEOPLE = 40, 3, 200

Done: TypeAlias = "subprocess.CompletedProcess[str]"
Json = dict[str, Any]


def begin(*command: str) -> Callable[[], Done]:
    """Start a command; return what waits for its end."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", *command],
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def end() -> Done:
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    return end


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Done]:
    """How the demos end, which run side by side since each has to wait a while."""
    folder = tmp_path_factory.mktemp("demos")

    def demo(name: str, *arguments: str) -> list[str]:
        count = ["--flags", str(FLAGS), "--out", str(folder / name)]
        return ["demo", *count, *arguments]

    running = {
        "good": begin("-m", "configcat_mgmt", *demo("good", "--json")),
        "troubled": begin(str(TROUBLED), *demo("troubled")),
        "import": begin(
            *("-m", "configcat_mgmt", "demo", "--from", "launchdarkly"),
            *("--out", str(folder / "import"), "--json"),
        ),
    }
    return {name: end() for name, end in running.items()}


@pytest.fixture(scope="module")
def good(ends: dict[str, Done]) -> Json:
    assert ends["good"].returncode == 0, ends["good"].stderr
    document: Json = json.loads(ends["good"].stdout)
    return document


def test_a_copy_that_was_killed_on_the_way_is_equal_in_the_end(good: Json) -> None:
    assert good["equal"] is True
    assert good["differences"] == good["unequal"] == []
    assert good["evaluations"] == FLAGS * ENVIRONMENTS * PEOPLE
    assert 0 < good["killed_after"] < good["calls"]
    assert good["adopted"] <= good["in_doubt"]


def test_no_call_is_refused_though_three_processes_share_the_allowance(
    good: Json,
) -> None:
    assert good["refused"] == {}


def test_the_report_and_all_files_of_the_job_are_there(good: Json) -> None:
    files = {path.name for path in Path(good["job"]).iterdir()}
    assert files >= {"snapshot.json", "plan.json", "journal.db", "report.json"}
    assert Path(good["report"]).read_text().startswith("<!doctype html>")


def test_people_read_about_the_kill_and_programs_do_not(ends: dict[str, Done]) -> None:
    said = ends["good"].stderr
    for name in ("good", "import"):
        assert "$ the same" not in ends[name].stderr
        assert "The same command again:" in ends[name].stderr
    for word in ("seed:", "copy:", "\nkill -9", "resume:", "verify:", "evaluate:"):
        assert word in said
    assert re.search(r"evaluate: [\d,]+ values by the official SDK, 0 unequal", said)
    assert "kill" not in ends["good"].stdout.replace('"killed_after"', "")


def test_a_change_in_the_copy_is_read_back_and_evaluated(
    ends: dict[str, Done],
) -> None:
    done = ends["troubled"]
    assert done.returncode == 2, done.stderr
    assert "default value is" in done.stdout
    found = re.search(r"^(\d+) differences?, (\d+) unequal", done.stdout, re.MULTILINE)
    assert found is not None, done.stdout
    assert int(found[1]) > 0
    assert int(found[2]) > 0


def test_refused_calls_are_counted(ends: dict[str, Done]) -> None:
    found = re.search(r", (\d+) responses 429, ", ends["troubled"].stdout)
    assert found is not None
    assert int(found[1]) > 0


def test_refused_calls_are_no_success_though_the_copy_is_equal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = Outcome(
        flags=40,
        killed_after=9,
        in_doubt=1,
        adopted=1,
        calls=99,
        refused={},
        differences=(),
        evaluations=40,
        unequal=(),
        seconds=1.0,
        job=Path("job"),
        report=Path("report.html"),
    )
    refused = attrs.evolve(good, refused={"create-setting": 2})
    assert (exit_code(good), exit_code(refused)) == (0, 1)
    show_outcome(refused)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("the copy is equal: 40 flags, 99 calls")
    assert " 2 responses 429" in first
    assert second == "report: report.html"


def test_a_flag_that_serves_something_else_is_found() -> None:
    people = make_people(1, 50)
    with Emulator(rate_policy=None) as emulator:
        emulator.seed(flags=20)
        first, second, *_ = emulator.state.sdk_keys.values()
        place = Place("Web shop", "Production", first.primary, second.primary)
        compared = compare(emulator.base_url, place, people)
    # They are two environments of one config, whose values differ.
    assert compared.evaluations > 0
    assert 0 < len(compared.unequal) <= compared.evaluations
    assert " instead of " in str(compared.unequal[0])


def test_the_same_seed_makes_the_same_people() -> None:
    assert make_people(1, 20) == make_people(1, 20)
    assert make_people(1, 20) != make_people(2, 20)
    assert len({person.identifier for person in make_people(1, 100)}) > 50


async def test_a_terminal_shows_all_stages_together() -> None:
    text = io.StringIO()
    screen = Screen(Console(file=text, force_terminal=True, width=80))
    async with screen.shown():
        with screen.stage("copy", lambda: ("20 of 40 flags", 0.5)):
            pass
        screen.say("$ kill -9 4711", "bold red")
    last = text.getvalue().split("copy")[-1]
    assert "20 of 40 flags" in last
    assert "kill -9 4711" in last


def test_without_the_sdk_it_says_how_to_get_it() -> None:
    done = begin("-c", WITHOUT_SDK, "demo")()
    assert done.returncode == 1
    assert "pip install 'configcat-mgmt[demo]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    done = begin("-m", "configcat_mgmt", "demo", "--out", str(tmp_path))()
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_demo_without_pages_names_the_report_that_it_wrote(tmp_path: Path) -> None:
    job = JobFolder(tmp_path)
    outcome = ImportOutcome(1, 2, 3, 0, CheckResult(), 1.0, job)
    assert outcome.to_json()["report"] == str(job.report_path)
    job.page_path.touch()
    assert outcome.to_json()["report"] == str(job.page_path)


@pytest.mark.parametrize("option", ["--seed", "--flags"])
def test_options_of_the_copy_are_refused_for_an_import(here: Here, option: str) -> None:
    done = here.run("demo", "--from", "launchdarkly", option, "40")
    assert done.code == 1
    assert f"omit {option}" in done.err


def test_an_import_that_was_killed_on_the_way_is_confirmed_by_both_sdks(
    ends: dict[str, Done],
) -> None:
    assert ends["import"].returncode == 0, ends["import"].stderr
    document: Json = json.loads(ends["import"].stdout)
    assert document["equal"] is True
    assert document["differences"] == []
    assert document["flags"] == 48
    assert document["evaluations"] == 48 * ENVIRONMENTS * 100
    assert 0 < document["by_percentage"] < document["evaluations"] / 10
    assert 0 < document["killed_after"] < document["calls"]
    assert document["refused"] == 0
    assert Path(document["report"]).exists()
    # The resumed process waits longer than the time between two lines.
    assert WAITING in ends["import"].stderr
