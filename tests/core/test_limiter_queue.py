"""Calls pass in order, and whoever goes away leaves nothing behind."""

import asyncio
import contextlib
import random
from collections.abc import Coroutine

import pytest

from configcat_mgmt.core.limiter import EndpointUse, Limiter, Slot, WindowUse
from tests.policies import FixedWindow
from tests.simulated_service import Service, call_once, make_limiter, trips
from tests.virtual_time import VirtualTimeLoop

PATH = "/v1/tags/{tagId}"


@pytest.fixture
def loop() -> VirtualTimeLoop:
    return VirtualTimeLoop()


@pytest.fixture
def limiter(loop: VirtualTimeLoop) -> Limiter:
    return make_limiter(loop)


async def take(limiter: Limiter, count: int) -> list[Slot]:
    return [await limiter.acquire("GET", PATH) for _ in range(count)]


async def take_at_once(limiter: Limiter, count: int) -> list[Slot]:
    """Take slots and fail if that takes any time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    slots = await take(limiter, count)
    assert loop.time() - began < 1e-6, "had to wait"
    return slots


async def start(*coroutines: Coroutine[object, object, object]) -> list[
    asyncio.Task[object]
]:
    """Start tasks and let each come to its first wait."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def cancel(tasks: list[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)


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


def test_a_place_that_comes_free_at_once_goes_to_whoever_waits(
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


@pytest.mark.parametrize("into", [0.0, 0.01, 0.3])
def test_after_a_storm_of_cancelled_waiters_the_next_20_go_at_once(
    loop: VirtualTimeLoop,
    limiter: Limiter,
    into: float,
) -> None:
    """At 0.01 s the first waits for a bucket, at 0.3 s for the ledger."""

    async def main() -> None:
        for slot in await take(limiter, 20):
            slot.answered({}, 200)
        for _ in range(3):
            tasks = await start(*(limiter.acquire("GET", PATH) for _ in range(300)))
            await asyncio.sleep(into)
            assert limiter.snapshot()[0].waiting == 300
            await cancel(tasks)
            assert limiter.snapshot()[0].waiting == 0
        await asyncio.sleep(1.02)
        await take_at_once(limiter, 20)

    loop.run(main())


def test_a_waiter_cancelled_in_the_moment_it_gets_its_slot_hands_it_on(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = await take(limiter, 20)
        await asyncio.sleep(1.0)
        tasks = await start(*(limiter.acquire("GET", PATH) for _ in range(20)))
        for slot in slots:
            slot.never_sent()
        while limiter.snapshot()[0].waiting:
            await asyncio.sleep(0)
        # All have been given a slot, and none has run since.
        await cancel(tasks)
        assert limiter.snapshot()[0].in_flight == 0
        await take_at_once(limiter, 20)

    loop.run(main())


def test_calls_cancelled_after_sending_come_back_after_window_guard_and_linger(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def call() -> None:
        slot = await limiter.acquire("GET", PATH)
        try:
            await asyncio.sleep(3600)
        except BaseException:
            slot.gave_up()
            raise

    async def main() -> None:
        tasks = await start(*(call() for _ in range(50)))
        await asyncio.sleep(0.1)
        await cancel(tasks)
        slot = await limiter.acquire("GET", PATH)
        assert slot.waited_seconds == pytest.approx(11.02, abs=1e-6)
        await take_at_once(limiter, 19)

    loop.run(main())


def test_random_cancellations_never_cost_a_place_nor_a_429(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    rng = random.Random(7)
    service = Service(FixedWindow())

    async def call_with_end(delay: float, end: float) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(call(delay), end)

    async def call(delay: float) -> None:
        await asyncio.sleep(delay)
        slot = await limiter.acquire("GET", PATH)
        if rng.random() < 0.2:
            slot.never_sent()
            return
        there, back = rng.uniform(0.0, 0.2), rng.uniform(0.0, 0.2)
        late = rng.uniform(0.0, 9.9)
        arrived = False
        try:
            await asyncio.sleep(there)
            arrived = True
            status, headers = service.arrive(loop.time(), "GET", PATH)
            await asyncio.sleep(back)
            slot.answered(headers, status)
        finally:
            if not arrived:
                # Given up on its way, it still gets there.
                loop.call_later(late, lambda: service.arrive(loop.time(), "GET", PATH))
            slot.gave_up()

    async def main() -> None:
        await asyncio.gather(
            *(
                call_with_end(rng.uniform(0, 20), rng.uniform(0, 60))
                for _ in range(1500)
            ),
        )
        await asyncio.sleep(75)
        [use] = limiter.snapshot()
        assert (use.in_flight, use.waiting) == (0, 0)
        assert [window.used for window in use.windows] == [0, 0]
        await take_at_once(limiter, 20)

    loop.run(main())

    assert service.refused == 0


def test_a_tracked_wait_can_be_made_to_fail(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    tracked: list[asyncio.Future[None]] = []

    async def main() -> None:
        await take(limiter, 19)
        await limiter.acquire("GET", PATH, track=tracked.append)
        assert not tracked, "there was nothing to wait for"
        tasks = await start(
            *(limiter.acquire("GET", PATH, track=tracked.append) for _ in range(3)),
        )
        await asyncio.sleep(1.0)
        assert len(tracked) == 3, "once for each wait, at the head of the queue too"
        for future in tracked:
            future.set_exception(ConnectionError("closed"))
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [ConnectionError] * 3

    loop.run(main())


def test_a_tracker_may_refuse_to_let_a_call_wait(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await take(limiter, 20)
        with pytest.raises(ConnectionError):
            await limiter.acquire(
                "GET",
                PATH,
                track=lambda future: future.set_exception(ConnectionError("closed")),
            )
        assert limiter.snapshot()[0].waiting == 0

    loop.run(main())


def test_waiters_whose_loop_is_shut_down_are_cancelled_with_it(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await take(limiter, 20)
        waiters = await start(*(limiter.acquire("GET", PATH) for _ in range(3)))
        others = asyncio.all_tasks() - {asyncio.current_task(), *waiters}
        assert len(others) == 1, "one task waits for all"
        for task in others:
            task.cancel()
        results = await asyncio.gather(*waiters, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in results)

    loop.run(main())


def test_a_job_that_starts_while_another_is_cancelled_is_served(
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
