"""Killed at any place, a job goes on: nothing is lost, and nothing is made twice."""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.model.plan import Plan
from tests.hypothesis_profiles import IS_NIGHTLY
from tests.jobs.trials import Trial, trial_of
from tests.jobs.world import World, build_shop

RANDOM_KILLS = 300 if IS_NIGHTLY else 10


@pytest.fixture
async def trial(
    client: AsyncManagementClient, emulator: Emulator, shop: World, tmp_path: Path
) -> AsyncIterator[Trial]:
    async with trial_of(client, emulator, shop, tmp_path) as trial:
        yield trial


def last_of_half(plan: Plan) -> list[int]:
    """Return the number of the last step of every second operation."""
    last = {step.operation: number for number, step in enumerate(plan.steps)}
    return sorted(last.values())[::2]


def first_of_others(plan: Plan) -> list[int]:
    """Return the number of the first step of about the other operations."""
    steps = reversed([*enumerate(plan.steps)])
    first = {step.operation: number for number, step in steps}
    return sorted(first.values())[1::2]


def all_steps(plan: Plan) -> list[int]:
    """Return the number of each step."""
    return [*range(len(plan.steps))]


@pytest.mark.parametrize(
    ("state", "places"),
    [("intended", all_steps), ("done", all_steps)]
    if IS_NIGHTLY
    else [("intended", last_of_half), ("done", first_of_others)],
    ids=["intended", "done"],
)
async def test_a_kill_at_any_step_of_the_journal_loses_and_doubles_nothing(
    trial: Trial, state: str, places: Callable[[Plan], list[int]]
) -> None:
    # One step at a time, so that each write is one place; the state before an intent
    # and that after what was done are the same.
    moment = "after" if state == "intended" else "before"
    for number in places(trial.plan):
        await trial.begin(kill=[number, state, moment], in_flight=1)
        ended = await trial.children.end()
        report = await trial.resume()
        assert report.is_complete, (number, report.trouble)
        trial.require_one_copy()
        trial.require_own_ids(report)
        # The default group of the product is there already, and never intended.
        step = trial.plan.steps[number]
        is_sent = step.key != ("Administrators",) or state == "done"
        assert ended == ("killed" if is_sent else "exit 0")


async def test_kills_at_random_times_lose_and_double_nothing(trial: Trial) -> None:
    loop, chance = asyncio.get_running_loop(), random.Random(1)
    await trial.begin()
    assert await trial.children.end() == "exit 0"
    calls = sum(trial.emulator.counts.calls.values())
    kills: list[asyncio.TimerHandle] = []

    def kill_after_some_calls(_: object) -> None:
        """Kill at a moment after a number of calls, whatever the machine's speed."""
        if sum(trial.emulator.counts.calls.values()) == fatal and not kills:
            moment = chance.uniform(0, 0.003)
            kills.append(loop.call_later(moment, kill_child))

    def kill_child() -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(trial.children.pid, signal.SIGKILL)

    trial.emulator.observe(kill_after_some_calls)
    killed = 0
    for _ in range(RANDOM_KILLS):
        fatal = chance.randint(1, calls)
        await trial.begin()
        killed += await trial.children.end() == "killed"
        fatal = 0
        while kills:
            kills.pop().cancel()
        # Whether a webhook that was sent has arrived, nobody can tell for certain.
        report = await trial.resume(allow_duplicates=True, looks=2)
        assert report.is_complete, report.trouble
        trial.require_one_copy()
        trial.require_own_ids(report)
    assert killed > RANDOM_KILLS / 3


async def test_a_call_that_arrives_after_its_sender_died_is_found(
    tmp_path: Path,
) -> None:
    pids: list[int] = []

    async def die_on_the_way(_: float) -> None:
        os.kill(pids[-1], signal.SIGKILL)

    async with (
        Emulator(
            password="emulator-password", rate_policy=None, sleep=die_on_the_way
        ) as emulator,
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
        trial_of(client, emulator, await build_shop(client), tmp_path) as trial,
    ):
        for operation in trial.plan.calls():
            fault = Fault("latency", operation=operation, seconds=1)
            await trial.begin(in_flight=1)
            pids.append(trial.children.pid)
            emulator.faults.add(fault)
            assert await trial.children.end() == "killed"
            assert fault.struck == 1
            report = await trial.resume()
            assert report.is_complete, (operation, report.trouble)
            trial.require_one_copy()


async def test_a_webhook_that_was_sent_and_is_not_there_is_only_made_when_told_so(
    trial: Trial,
) -> None:
    number, webhook = next(
        (number, step)
        for number, step in enumerate(trial.plan.steps)
        if step.entity == "webhook"
    )
    await trial.begin(kill=[number, "sent", "after"])
    assert await trial.children.end() == "killed"
    report = await trial.resume(on_error="collect")
    trouble, rules = report.trouble
    assert (trouble.id, trouble.outcome) == (webhook.id, "unknown")
    assert (rules.entity, rules.outcome) == ("preferences", "skipped")
    assert "check the target" in trouble.note
    report = await trial.resume(allow_duplicates=True)
    assert report.is_complete
    trial.require_one_copy()
