"""The progress display of calls and steps."""

import io
import time
from collections.abc import Sequence

import attrs
import pytest
from rich.console import Console

from configcat_mgmt.cli.bulk.progress import BulkMeter
from configcat_mgmt.cli.job.steps_meter import StepsMeter
from configcat_mgmt.cli.terminal.progress import CallsMeter, Meter, shown
from configcat_mgmt.jobs.applying.options import ApplyProgress
from configcat_mgmt.jobs.applying.report import StepOutcome
from configcat_mgmt.jobs.bulk.calls import Call
from configcat_mgmt.jobs.bulk.calls import Outcome as Ended
from configcat_mgmt.jobs.bulk.options import BulkProgress
from configcat_mgmt.jobs.model.plan import Plan, Step, Target


def step(number: int, stage: int, entity: str, operation: str) -> Step:
    key = (f"{entity} {number}",)
    return Step(f"{entity}/{number}", stage, "create", entity, key, operation, {}, {})


def plan_of(tags: int, configs: int) -> Plan:
    target = Target("http://127.0.0.1", "Acme", "Shop", is_new=False)
    steps = [step(number, 2, "tag", "create-tag") for number in range(tags)]
    steps += [step(number, 3, "config", "create-config") for number in range(configs)]
    return Plan("copy", target, "0", tuple(steps))


def told(
    meter: StepsMeter,
    stage: int,
    done: int,
    ended: str | None,
    outcome: StepOutcome | None,
) -> None:
    meter.told(ApplyProgress(stage, done, 0, done, 50, 3, done, 0, ended, outcome))


def drawn(meter: Meter) -> Sequence[str]:
    file = io.StringIO()
    Console(file=file, width=80, force_terminal=True, color_system=None).print(meter)
    return file.getvalue().splitlines()


def test_time_left_is_that_of_all_stages_and_shrinks_with_what_is_done() -> None:
    plan = plan_of(25, 25)
    meter = StepsMeter(plan, plan.steps)
    told(meter, 2, 0, None, None)
    # 20 at once: one more second for the tags, then one for the configs.
    assert 1 < meter.seconds_left <= 2
    for number in range(25):
        told(meter, 2, number + 1, f"tag/{number}", "done")
    told(meter, 3, 25, None, None)
    assert 0 < meter.seconds_left <= 1
    assert meter.line().startswith("configs: 25 of 50 steps, 25 calls, 0 responses 429")
    assert "3 in flight, about 1 s left" in meter.line()


def test_steps_that_were_not_begun_are_not_shown_as_done() -> None:
    plan = plan_of(4, 1)
    meter = StepsMeter(plan, plan.steps)
    told(meter, 2, 1, "tag/0", "done")
    told(meter, 2, 2, "tag/1", "not_started")
    meter.is_stopping = True
    tags, configs, figures = drawn(meter)
    assert tags.startswith("tags")
    assert tags.endswith("1 / 4")
    assert configs.endswith("0 / 1")
    assert "stopping, waiting for responses" in figures


def test_steps_of_earlier_runs_count_as_done() -> None:
    plan = plan_of(63, 1)
    meter = StepsMeter(plan, plan.steps[3:])
    assert [line.split()[-3:] for line in drawn(meter)[:2]] == [
        ["3", "/", "63"],
        ["0", "/", "1"],
    ]
    assert meter.seconds_left == 2


def test_a_wait_for_calls_in_flight_is_named_with_its_longest_time() -> None:
    plan = plan_of(4, 1)
    meter = StepsMeter(plan, plan.steps)
    waiting = ApplyProgress(2, 0, 4, 0, 5, 0, 0, 0, waiting_seconds=9.9)
    meter.told(waiting)
    assert "waiting for calls in flight, at most 10 s" in meter.line()
    meter.told(attrs.evolve(waiting, waiting_seconds=0))
    assert "waiting" not in meter.line()


def test_the_line_stays_the_same_once_all_steps_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = plan_of(1, 0)
    meter = StepsMeter(plan, plan.steps)
    meter.told(ApplyProgress(2, 1, 0, 1, 1, 0, 1, 0, "tag/0", "done"))
    line = meter.line()
    assert line.startswith("Applied: 1 of 1 steps, 1 call,")
    later = time.monotonic() + 3600
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert meter.line() == line, "also while it waits for change requests"


def test_reading_counts_the_calls_of_all_parts() -> None:
    meter = CallsMeter("Reading")
    one, two = meter.part(), meter.part()
    one(3, 10)
    two(1, 5)
    one(4, 12)
    assert meter.line().startswith("Reading: 5 of 17 calls")
    assert drawn(meter)[0].endswith("5 / 17")


async def test_where_there_is_no_terminal_it_is_told_in_plain_lines() -> None:
    file = io.StringIO()
    meter = CallsMeter("Reading")
    async with shown(meter, Console(file=file, width=80)):
        meter.part()(2, 2)
    (line,) = file.getvalue().splitlines()
    assert line.startswith("Reading: 2 of 2 calls")


def test_a_bulk_run_shows_operations_endings_and_what_is_left() -> None:
    meter = BulkMeter({"create-tag": 100, "get-me": 1})
    assert 3 < meter.seconds_left <= 4
    call = Call("create-tag")
    meter.told(BulkProgress(Ended(0, call), 60, {"done": 40, "failed": 1}))
    assert meter.line().startswith("41 of 101 calls, 40 done, 1 failed")
    assert "19 waiting" in meter.line()
    assert not meter.is_good
    assert meter.counts() == {"done": 40, "failed": 1, "not_sent": 60}
    tags, _, _ = drawn(meter)
    assert tags.startswith("create-tag")
    assert tags.endswith("1 / 100")
    meter.told(BulkProgress(Ended(1, call, ending="not_sent"), 60, {"not_sent": 1}))
    assert drawn(meter)[0].endswith("1 / 100")


def test_only_the_largest_operations_of_a_bulk_run_have_a_bar_of_their_own() -> None:
    meter = BulkMeter({f"operation-{number}": number + 1 for number in range(20)})
    lines = drawn(meter)
    assert len(lines) == 10
    assert lines[0].startswith("operation-19")
    assert lines[8].endswith("0 / 210")
