"""`--rate` and `--share`: the pace of a command, and the time that it announces."""

import json
from pathlib import Path

import pytest

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import least_seconds
from tests.cli.here import Here, offer, printed_by


@pytest.mark.parametrize(
    ("options", "factor"),
    [
        ((), 1),
        (("--rate", "service"), 1),
        (("--rate", "off"), 0),
        (("--rate", "40/s,1000/m"), 0.5),
        (("--rate", "10/1s, 30000/h"), 2),
        (("--share", "0.5"), 2),
        (("--rate", "off", "--share", "0.5"), 0),
    ],
)
def test_the_announced_time_is_that_of_the_pace(
    here: Here, options: tuple[str, ...], factor: float
) -> None:
    copy = ("copy", "Web shop", "--name", "Second", "--dry-run")
    usual = printed_by(here, *copy, code=2)["plan"]["least_seconds"]
    plan = printed_by(here, *copy, *options, code=2)["plan"]
    assert usual > 0
    assert plan["least_seconds"] == pytest.approx(usual * factor)


@pytest.mark.parametrize(
    ("options", "is_refused"), [((), False), (("--rate", "off"), True)]
)
def test_without_a_rate_the_service_decides(
    here: Here,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    is_refused: bool,
) -> None:
    line = json.dumps({"operation": "get-me"}) + "\n"
    Path("calls.jsonl").write_text(line * 30)
    with Emulator(username="other", password="canary-password-2") as emulator:
        offer(monkeypatch, emulator, "CONFIGCAT")
        done = here.run("bulk", "calls.jsonl", *options)
        assert done.code == 0, done.text
        refused = emulator.counts.refused["get-me"]
        assert emulator.counts.calls["get-me"] - refused == 30
        assert bool(refused) is is_refused


@pytest.mark.parametrize(
    "options",
    [
        ("--rate", "fast"),
        ("--rate", "0/s"),
        ("--rate", "20/s,30/1s"),
        ("--rate", ""),
        ("--share", "0"),
        ("--share", "2"),
        ("--share", "nan"),
    ],
)
def test_a_pace_that_cannot_be_kept_is_refused(
    here: Here, options: tuple[str, str]
) -> None:
    done = here.run("whoami", *options)
    assert done.code == 1
    assert options[0] in done.err
    assert here.emulator.counts.calls.total() == 0


@pytest.mark.parametrize("calls", [0, 1, 20, 500, 1001])
def test_the_least_time_follows_the_limits(calls: int) -> None:
    assert least_seconds(calls, ()) == 0
