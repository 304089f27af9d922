"""A caller that is canceled at any moment leaves nothing behind."""

import asyncio
import contextlib
import gc
import logging
import random
from collections.abc import Coroutine

import pytest

from configcat_mgmt.core.pacing.limiter import Limiter, Slot
from configcat_mgmt.core.pacing.limits import read_limits, rules_for
from tests.limiter_steps import PATH, cancel, start, take, take_at_once
from tests.policies import FixedWindow
from tests.simulated_service import Service, make_limiter
from tests.virtual_time import VirtualTimeLoop


@pytest.fixture
def loop() -> VirtualTimeLoop:
    return VirtualTimeLoop()


@pytest.fixture
def limiter(loop: VirtualTimeLoop) -> Limiter:
    return make_limiter(loop)


@pytest.mark.parametrize("into", [0.0, 0.01, 0.3])
def test_after_a_storm_of_canceled_waiters_the_next_20_go_at_once(
    loop: VirtualTimeLoop,
    limiter: Limiter,
    into: float,
) -> None:
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


def test_a_waiter_canceled_at_once_again_and_again_costs_nothing(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = await take(limiter, 20)
        await asyncio.sleep(1.0)
        for _ in range(30):
            await cancel(await start(limiter.acquire("GET", PATH)))
        for slot in slots:
            slot.never_sent()
        await take_at_once(limiter, 20)

    loop.run(main())


def test_canceled_waiters_cost_nothing_while_a_longer_limit_has_places(
    loop: VirtualTimeLoop,
) -> None:
    limits = read_limits([(5, 1.0), (8, 60.0)])
    limiter = make_limiter(loop, rules=rules_for(limits))

    async def main() -> None:
        for slot in await take(limiter, 5):
            slot.answered({}, 200)
        for _ in range(10):
            await cancel(await start(limiter.acquire("GET", PATH)))
        await asyncio.sleep(1.02)
        await take_at_once(limiter, 3)

    loop.run(main())


def test_those_who_went_away_do_not_pile_up_behind_one_who_waits(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await take(limiter, 20)
        [patient] = await start(limiter.acquire("GET", PATH))
        gc.collect()
        before = len(asyncio_futures())
        for _ in range(6):
            tasks = await start(*(limiter.acquire("GET", PATH) for _ in range(50)))
            await cancel(tasks)
            tasks.clear()
        gc.collect()
        assert len(asyncio_futures()) - before < 60
        await cancel([patient])

    loop.run(main())


def asyncio_futures() -> list[object]:
    return [each for each in gc.get_objects() if type(each) is asyncio.Future]


def test_a_wait_that_is_destroyed_with_its_closed_loop_raises_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    loop = VirtualTimeLoop()
    limiter = make_limiter(loop)

    async def wait_without_task(
        limiter: Limiter,
    ) -> Coroutine[object, object, Slot]:
        await take(limiter, 20)
        waiting = limiter.acquire(
            "GET",
            PATH,
            track=lambda future: future.add_done_callback(lambda _: None),
        )
        waiting.send(None)
        return waiting

    waiting = loop.run_until_complete(wait_without_task(limiter))
    loop.close()

    waiting.close()

    assert limiter.snapshot()[0].waiting == 0
    # That a task was left in the closed loop is the point; asyncio complains of it.
    caplog.set_level(logging.CRITICAL, logger="asyncio")
    del loop, limiter, waiting
    gc.collect()


def test_a_waiter_canceled_in_the_moment_it_gets_its_slot_hands_it_on(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = await take(limiter, 20)
        await asyncio.sleep(1.0)
        tasks = await start(*(limiter.acquire("GET", PATH) for _ in range(20)))
        for slot in slots:
            slot.never_sent()
        for _ in range(10):
            if limiter.snapshot()[0].waiting:
                await asyncio.sleep(0)
        # All have been given a slot, and none has run since.
        await cancel(tasks)
        assert limiter.snapshot()[0].in_flight == 0
        await take_at_once(limiter, 20)

    loop.run(main())


def test_calls_canceled_after_sending_come_back_after_window_guard_and_linger(
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


def test_a_tracker_that_fails_leaves_no_place_behind(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = await take(limiter, 20)
        [patient] = await start(limiter.acquire("GET", PATH))
        with pytest.raises(ZeroDivisionError):
            await limiter.acquire("GET", PATH, track=lambda _: 1 // 0)
        [next_one] = await start(limiter.acquire("GET", PATH))
        for slot in slots:
            slot.never_sent()
        await asyncio.gather(patient, next_one)
        assert limiter.snapshot()[0].in_flight == 2

    loop.run(main())


def test_waiters_whose_loop_is_shut_down_are_canceled_with_it(
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


def test_a_defect_of_the_clock_reaches_those_who_wait_instead_of_hanging_them(
    loop: VirtualTimeLoop,
) -> None:
    broken = False

    def clock() -> float:
        if broken:
            raise ZeroDivisionError("no time")
        return loop.time()

    limiter = make_limiter(loop, clock=clock)

    async def main() -> None:
        nonlocal broken
        for slot in await take(limiter, 20):
            slot.answered({}, 200)
        waiting = await start(*(limiter.acquire("GET", PATH) for _ in range(3)))
        broken = True
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(each) for each in results] == [ZeroDivisionError] * 3
        broken = False
        await take_at_once(limiter, 20)

    loop.run(main())


def test_a_caller_that_gave_up_waiting_gets_no_slot_in_a_shutdown_either(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    tracked: list[asyncio.Future[None]] = []

    async def main() -> None:
        await take(limiter, 20)
        waiters = await start(
            *(limiter.acquire("GET", PATH, track=tracked.append) for _ in range(2)),
        )
        [server] = asyncio.all_tasks() - {asyncio.current_task(), *waiters}
        server.cancel()
        await asyncio.sleep(0)
        tracked[0].set_exception(ConnectionError("closed"))
        results = await asyncio.gather(*waiters, return_exceptions=True)
        assert [type(each) for each in results] == [
            ConnectionError,
            asyncio.CancelledError,
        ]

    loop.run(main())


def test_a_slot_that_nobody_takes_any_more_goes_back(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    tracked: list[asyncio.Future[None]] = []

    async def main() -> None:
        slots = await take(limiter, 20)
        waiters = await start(limiter.acquire("GET", PATH, track=tracked.append))
        await asyncio.sleep(1.0)
        slots[0].never_sent()
        await asyncio.sleep(0)
        # In the same turn in which the wait ends with a slot, it is made to fail.
        tracked[0].set_exception(ConnectionError("closed"))
        results = await asyncio.gather(*waiters, return_exceptions=True)
        assert [type(each) for each in results] == [ConnectionError]
        assert limiter.snapshot()[0].in_flight == 19
        await take_at_once(limiter, 1)

    loop.run(main())
