"""`--rate` and `--share`: the pace of a command, and the time that it announces."""

import json
from collections import Counter
from pathlib import Path

import pytest

from configcat_mgmt import RateLimit
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import least_seconds
from tests.cli.here import Here, offer, printed_by


@pytest.mark.parametrize(
    ("options", "limits"),
    [
        ((), ((20, 1), (500, 60))),
        (("--rate", "service"), ((20, 1), (500, 60))),
        (("--rate", "off"), ()),
        (("--rate", "2/s,60/m"), ((2, 1), (60, 60))),
        (("--rate", "3/1s, 30000/h"), ((3, 1), (30_000, 3600))),
        (("--share", "0.1"), ((2, 1), (50, 60))),
        (("--rate", "off", "--share", "0.1"), ()),
    ],
)
def test_the_announced_time_is_that_of_the_pace(
    here: Here, options: tuple[str, ...], limits: tuple[tuple[int, int], ...]
) -> None:
    copy = ("copy", "Web shop", "--name", "Second", "--dry-run")
    plan = printed_by(here, *copy, *options, code=2)["plan"]
    stages: dict[int, Counter[str]] = {}
    for step in plan["steps"]:
        stages.setdefault(step["stage"], Counter())[step["operation"]] += 1
    known = [RateLimit(*one) for one in limits]
    assert plan["least_seconds"] == sum(
        max(least_seconds(count, known) for count in calls.values())
        for calls in stages.values()
    )
    assert (plan["least_seconds"] > 0) is any(limit.calls < 5 for limit in known)


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
