"""Calls pass in the order they came."""

import asyncio
import random
import types
from collections.abc import Coroutine, Generator

import pytest

from configcat_mgmt.core.pacing.budget import Budget
from configcat_mgmt.core.pacing.limiter import (
    EndpointUse,
    Limiter,
    Pool,
    Slot,
    WindowUse,
)
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS, rules_for
from tests.limiter_steps import PATH, start, take, take_at_once
from tests.policies import FixedWindow
from tests.simulated_service import Service, call_once, make_limiter, trips
from tests.virtual_time import VirtualTimeLoop


@pytest.fixture
def loop() -> VirtualTimeLoop:
    return VirtualTimeLoop()


@pytest.fixture
def limiter(loop: VirtualTimeLoop) -> Limiter:
    return make_limiter(loop)


def test_a_call_that_finds_room_does_not_even_yield(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await limiter.acquire("GET", PATH)
        coroutine = limiter.acquire("GET", PATH)
        with pytest.raises(StopIteration) as stop:
            coroutine.send(None)
        assert isinstance(stop.value.value, Slot)
        assert stop.value.value.waited_seconds == 0.0

    loop.run(main())


def test_the_call_after_a_full_second_waits_for_the_first_answer_to_grow_old(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = await take_at_once(limiter, 20)
        [late] = await start(limiter.acquire("GET", PATH))
        await asyncio.sleep(30.0)
        assert not late.done(), "without an answer nothing is certain"
        slots[7].answered({}, 200)
        slot = await late
        assert isinstance(slot, Slot)
        assert slot.waited_seconds == pytest.approx(31.02, abs=1e-6)

    loop.run(main())


def test_nothing_is_kept_of_waits_that_are_over(loop: VirtualTimeLoop) -> None:
    rules = rules_for(DEFAULT_LIMITS)
    budget = Budget(rules, clock=loop.time, random=lambda: 0.0)
    limiter = Limiter(Pool(budget), rules)

    async def main() -> None:
        for _ in range(100):
            slot = await limiter.acquire("GET", PATH)
            slot.answered({}, 200)
        assert not budget.turns

    loop.run(main())


def test_calls_pass_in_the_order_they_came_and_repeated_ones_before_all(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    passed: list[str] = []

    async def call(name: str, *, first: bool = False) -> None:
        slot = await limiter.acquire("GET", PATH, first=first)
        passed.append(name)
        slot.answered({}, 200)

    async def main() -> None:
        for slot in await take(limiter, 20):
            slot.answered({}, 200)
        tasks = await start(
            *(call(f"new {place}") for place in range(30)),
            *(call(f"repeated {place}", first=True) for place in range(5)),
        )
        await asyncio.gather(*tasks)

    loop.run(main())

    assert passed == [f"repeated {place}" for place in range(5)] + [
        f"new {place}" for place in range(30)
    ]


def test_a_call_made_before_others_but_run_after_them_does_not_jump_the_queue(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = await take(limiter, 20)
        await asyncio.sleep(1.0)
        late = limiter.acquire("GET", PATH)
        [early] = await start(limiter.acquire("GET", PATH))
        slots[0].never_sent()
        [task] = await start(late)
        assert early.done()
        assert not task.done()
        slots[1].never_sent()
        await task

    loop.run(main())


def test_endpoints_do_not_wait_for_each_other(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await take_at_once(limiter, 20)
        for method, template in (("PUT", PATH), ("GET", "/v1/me")):
            slot = await limiter.acquire(method, template)
            assert slot.waited_seconds == 0.0

    loop.run(main())


def test_a_slot_ends_once_and_in_one_way(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        for slot in await take(limiter, 20):
            slot.answered({}, 200)
            slot.answered({}, 200)
            slot.gave_up()
            slot.never_sent()
        [use] = limiter.snapshot()
        assert use == EndpointUse(
            method="GET",
            template=PATH,
            in_flight=0,
            windows=(WindowUse(20, 1.0, 20), WindowUse(500, 60.0, 20)),
            waiting=0,
            held_seconds=0.0,
        )
        await asyncio.sleep(1.02)
        await take_at_once(limiter, 20)

    loop.run(main())


def test_calls_that_were_never_sent_leave_their_places_at_once(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        for _ in range(100):
            for slot in await take_at_once(limiter, 20):
                slot.never_sent()
        await take_at_once(limiter, 20)

    loop.run(main())


def test_a_place_that_comes_free_at_once_goes_to_the_first_in_the_queue(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = await take(limiter, 20)
        slots[0].answered({}, 200)
        [waiter] = await start(limiter.acquire("GET", PATH))
        await asyncio.sleep(0.5)
        slots[1].never_sent()
        slot = await waiter
        assert isinstance(slot, Slot)
        assert slot.waited_seconds == pytest.approx(0.5, abs=1e-6)

    loop.run(main())


def test_a_job_that_starts_while_another_is_canceled_is_served(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    service = Service(FixedWindow())

    async def main() -> None:
        for slot in await take(limiter, 20):
            slot.answered({}, 200)
        old = await start(*(limiter.acquire("GET", PATH) for _ in range(5)))
        for task in old:
            task.cancel()
        trip = trips("50 ms", 1, random.Random(1))[0]
        await asyncio.gather(
            *(call_once(limiter, service, PATH, trip) for _ in range(25)),
        )
        await asyncio.gather(*old, return_exceptions=True)

    loop.run(main())

    assert len(service.arrivals["GET", PATH]) == 25
    assert service.refused == 0


@types.coroutine
def carry_on(
    coroutine: Coroutine[object, object, object], first: object
) -> Generator[object, object, object]:
    yield first
    return (yield from coroutine)  # type: ignore[misc]


def eager(
    loop: asyncio.AbstractEventLoop,
    coroutine: Coroutine[object, object, object],
    **_: object,
) -> "asyncio.Task[object]":
    """Run a task up to its first wait at once, as Python 3.12 can."""

    async def over(result: object) -> object:
        return result

    async def carried(first: object) -> object:
        return await carry_on(coroutine, first)  # type: ignore[misc]

    try:
        first = coroutine.send(None)
    except StopIteration as stop:
        return asyncio.Task(over(stop.value), loop=loop)
    return asyncio.Task(carried(first), loop=loop)


def test_a_call_is_served_when_new_tasks_run_at_once(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = await take_at_once(limiter, 20)
        [waiting] = await start(limiter.acquire("GET", PATH))
        late = limiter.acquire("GET", PATH)
        slots[0].never_sent()
        await waiting
        slots[1].never_sent()
        # By now nobody serves the queue that `late` was made for.
        loop.set_task_factory(eager)  # type: ignore[arg-type]
        assert isinstance(await late, Slot)
        slots[2].never_sent()
        assert isinstance(await limiter.acquire("GET", PATH), Slot)

    loop.run(main())
