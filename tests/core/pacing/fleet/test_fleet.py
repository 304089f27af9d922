"""Limiters that share one pace, on a real Redis server and by the real clock.

Windows are short, so the tests take moments. Limiters have nothing in common but Redis,
as processes do; two tests use real processes.
"""

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from configcat_mgmt.clock import monotonic
from configcat_mgmt.core.pacing.fleet import token as token_module
from configcat_mgmt.core.pacing.fleet.worker import Timing
from configcat_mgmt.core.pacing.slot import HeldError
from tests.core.pacing.fleet.members import (
    LIMITS,
    Fleet,
    Judge,
    Member,
    all_end,
    cancel,
    until,
    waits,
)
from tests.fault_server import PATIENCE_SECONDS
from tests.policies import ClockWindow, FixedWindow, Policy, StrictLog, TokenBucket

SCRIPTS = Path(__file__).parent / "scripts"
ROOT = Path(__file__).parents[4]


def pace_threads() -> set[threading.Thread]:
    """Return the threads that ask for places."""
    threads = threading.enumerate()
    return {one for one in threads if one.name.startswith("configcat-mgmt pace")}


@pytest.mark.parametrize("policy", [FixedWindow, ClockWindow, StrictLog, TokenBucket])
async def test_no_call_of_any_process_is_refused(
    fleet: Fleet,
    policy: Callable[..., Policy],
) -> None:
    timing = Timing(ahead=0.1, quiet=0.2)
    members = [fleet.join(timing=timing) for _ in range(4)]
    await members[0].call()
    before = fleet.commands()
    judge = Judge(policy(rules=LIMITS))
    began = monotonic()
    await all_end(*(asyncio.ensure_future(judge.calls(m, 12)) for m in members))
    assert judge.refused == 0
    assert len(judge.arrivals) == 48
    assert monotonic() - began > 2.0, "otherwise the limits were not reached"
    assert fleet.commands() - before <= 2 * 48, "nobody polls"


async def test_every_process_gets_its_part_while_all_have_work(fleet: Fleet) -> None:
    members = [fleet.join(((8, 0.2),)) for _ in range(4)]
    counts = dict.fromkeys(members, 0)

    async def work(member: Member) -> None:
        while True:
            [slot] = await member.take()
            counts[member] += 1
            slot.answered({}, 200)
            if sum(counts.values()) >= 80:
                raise StopAsyncIteration

    tasks = [asyncio.create_task(work(m)) for m in members for _ in range(8)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    await cancel(*tasks)
    assert min(counts.values()) >= sum(counts.values()) / 4 / 2


async def test_calls_of_one_process_go_in_order_of_arrival(fleet: Fleet) -> None:
    member = fleet.join(((2, 0.2),))
    order: list[int] = []

    async def call(place: int) -> None:
        [slot] = await member.take()
        order.append(place)
        slot.answered({}, 200)

    await all_end(*(asyncio.create_task(call(place)) for place in range(7)))
    assert order == [*range(7)]


async def test_the_ends_of_calls_reach_redis_without_another_call(
    fleet: Fleet,
) -> None:
    member = fleet.join()
    answered, unsent, given_up = await member.take(3)
    assert fleet.count("flights") >= 3
    answered.answered({}, 200)
    unsent.never_sent()
    given_up.gave_up()
    await until(lambda: fleet.count("answers") == 2)
    assert fleet.count("flights") == 0
    [(_, first), (_, second)] = fleet.scores("answers")
    assert 0.05 < second - first < 0.2, "a call that was given up holds it for longer"


async def test_a_wait_that_is_canceled_takes_no_place(fleet: Fleet) -> None:
    one, two = fleet.join(), fleet.join()
    slots = await one.take(10)
    waiting = [two.start() for _ in range(3)]
    assert await waits(*waiting)
    await cancel(*waiting)
    for slot in slots:
        slot.never_sent()
    assert len(await two.take(10)) == 10


async def test_a_call_that_would_leave_too_late_takes_another_token(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = fleet.join(((1, 0.2),))
    [slot] = await member.take()
    assert not slot.expired
    clock = token_module.awake_or_not
    monkeypatch.setattr(token_module, "awake_or_not", lambda: clock() + 5.1)
    assert slot.expired, "the machine was suspended for five seconds"
    monkeypatch.undo()
    slot.never_sent()

    first = True

    def late_once() -> float:
        nonlocal first
        late, first = 5.1 if first else 0.0, False
        return clock() + late

    monkeypatch.setattr(token_module, "awake_or_not", late_once)
    [slot] = await member.take()
    monkeypatch.undo()
    assert not slot.expired
    assert fleet.count("flights") == 1


async def test_a_429_makes_every_process_wait_or_give_up(fleet: Fleet) -> None:
    one, patient, hasty = fleet.join(), fleet.join(), fleet.join(longest_hold=3.0)
    [slot] = await one.take()
    slot.answered({"Retry-After": "4"}, 429)
    await until(lambda: fleet.state("held"))
    with pytest.raises(HeldError) as caught:
        await hasty.take()
    assert caught.value.asked_seconds == 4.0
    waiting = patient.start()
    assert await waits(waiting)
    assert patient.limiter.snapshot()[0].held_seconds > 3.5
    await cancel(waiting)


async def test_what_the_fleet_called_is_not_set_aside_for_others(fleet: Fleet) -> None:
    one, two = (
        fleet.join(((20, 1.0), (500, 60.0))),
        fleet.join(((20, 1.0), (500, 60.0))),
    )
    await two.call(6)
    [slot] = await one.take()
    headers = {
        "X-Rate-Limit-Remaining": "490",
        "X-Rate-Limit-Reset": "60",
        "Date": "Thu, 29 Feb 2024 12:00:00 GMT",
    }
    slot.answered(headers, 200)
    await until(lambda: fleet.state("aside"))
    assert fleet.state("aside") == "3", "10 were counted, of which the fleet made 7"


async def test_calls_end_after_their_event_loop(fleet: Fleet) -> None:
    member = fleet.join()
    ended = threading.Event()

    def another_loop() -> None:
        async def call() -> None:
            await member.call(2)

        asyncio.run(call())
        ended.set()

    thread = threading.Thread(target=another_loop)
    thread.start()
    await asyncio.to_thread(ended.wait, PATIENCE_SECONDS)
    thread.join()
    await until(lambda: fleet.count("answers") == 2)
    assert fleet.count("flights") == 0


async def test_loops_of_one_process_wait_as_one(fleet: Fleet) -> None:
    member = fleet.join(((4, 0.2),))
    before = pace_threads()

    async def calls() -> None:
        for _ in range(6):
            await member.call()

    def another_loop() -> None:
        asyncio.run(calls())

    await all_end(
        *(asyncio.ensure_future(asyncio.to_thread(another_loop)) for _ in range(3))
    )
    assert len(pace_threads() - before) <= 1


async def test_the_thread_ends_once_no_call_counts_and_starts_again(
    fleet: Fleet,
) -> None:
    member = fleet.join(((3, 0.05),))
    for answered in (True, True, False):
        for slot in await member.take(2):
            slot.answered({}, 200) if answered else slot.never_sent()
        thread = member.worker._thread
        assert thread is not None
        await asyncio.to_thread(thread.join, PATIENCE_SECONDS)
        assert member.worker._thread is None
        assert not member.worker._store.connected


def test_a_killed_process_gives_its_places_back_by_its_leases(fleet: Fleet) -> None:
    process = subprocess.Popen(
        [sys.executable, str(SCRIPTS / "hold_places.py"), fleet.url, fleet.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"5 places\n"
    process.kill()
    process.communicate()
    began = monotonic()
    asyncio.run(fleet.join(((5, 0.1),)).call(5))
    assert monotonic() - began > 0.3, "leases of half a second, and then the window"


def test_a_forked_process_has_a_thread_and_places_of_its_own(fleet: Fleet) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "fork_fleet.py"), fleet.url, fleet.name],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert (fleet.count("flights"), fleet.count("answers")) == (0, 5)


async def test_a_process_that_ends_reports_its_calls(fleet: Fleet) -> None:
    member = fleet.join()
    await member.call(3)
    member.worker.stop()
    assert (fleet.count("flights"), fleet.count("answers")) == (0, 3)


async def test_a_limiter_that_is_gone_leaves_nothing_behind(fleet: Fleet) -> None:
    member = fleet.join(((3, 0.05),))
    await member.call(1)
    thread = member.worker._thread
    fleet.members.clear()
    del member
    gc.collect()
    assert thread is not None
    await asyncio.to_thread(thread.join, PATIENCE_SECONDS)
    assert not thread.is_alive()
