"""The limiter reads from responses how much others spend, and leaves it to them."""

import asyncio
import random

import pytest

from configcat_mgmt.core.pacing.limiter import Limiter
from tests.limiter_steps import NOON, PATH, burst, call, ended
from tests.policies import ClockWindow, FixedWindow, Policy, StrictLog
from tests.simulated_service import Service, make_limiter, run_job, trips
from tests.virtual_time import VirtualTimeLoop

TYPICAL = "60 ms + exp(30 ms)"


@pytest.fixture
def loop() -> VirtualTimeLoop:
    return VirtualTimeLoop()


@pytest.fixture
def limiter(loop: VirtualTimeLoop) -> Limiter:
    return make_limiter(loop)


@pytest.mark.parametrize("policy", [FixedWindow, ClockWindow, StrictLog])
@pytest.mark.parametrize("probe", [False, True])
def test_what_others_spent_of_the_minute_is_left_to_them(
    policy: type[Policy],
    probe: bool,
) -> None:
    for seed in range(3):
        loop = VirtualTimeLoop()
        service = Service(policy())
        for place in range(300):
            service.arrive(loop.time() - 30 + place / 19.9, "GET", "/0")
        journeys = trips(TYPICAL, 900, random.Random(seed))

        loop.run(run_job(make_limiter(loop, probe=probe), service, journeys))

        assert service.refused <= 5
        assert len(service.arrivals["GET", "/0"]) - 300 - service.refused == 900


@pytest.mark.parametrize("policy", [FixedWindow, ClockWindow, StrictLog])
@pytest.mark.parametrize("before", [1, 9, 20])
@pytest.mark.parametrize("pause", [0.0, 0.3, 0.9])
def test_a_process_that_begins_with_a_probe_right_after_another_is_not_refused(
    policy: type[Policy], before: int, pause: float
) -> None:
    for seed in range(5):
        loop = VirtualTimeLoop()
        service = Service(policy())
        for place in range(before):
            service.arrive(loop.time() - pause - place / 100, "GET", "/0")
        journeys = trips(TYPICAL, 60, random.Random(seed))

        loop.run(run_job(make_limiter(loop, probe=True), service, journeys))

        # The probe itself can be one too many.
        assert service.refused <= (before == 20)


def test_when_the_window_of_others_ends_one_call_goes_first(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await call(limiter, X_Rate_Limit_Remaining="0", X_Rate_Limit_Reset="30")
        tasks = [asyncio.ensure_future(limiter.acquire("GET", PATH)) for _ in range(5)]
        await asyncio.sleep(100)
        assert [task.done() for task in tasks] == [True] + [False] * 4
        assert tasks[0].result().waited_seconds == pytest.approx(30.06, abs=1e-6)
        ended(tasks[0].result())
        await asyncio.gather(*tasks)

    loop.run(main())


def test_a_job_among_others_who_keep_calling_is_refused_seldom(
    loop: VirtualTimeLoop,
) -> None:
    service = Service(FixedWindow())
    journeys = trips(TYPICAL, 1000, random.Random(3))
    theirs: list[int] = []

    async def others() -> None:
        while True:
            await asyncio.sleep(0.5)
            theirs.append(service.arrive(loop.time(), "GET", "/0")[0])

    async def main() -> None:
        task = asyncio.ensure_future(others())
        await run_job(make_limiter(loop), service, journeys)
        task.cancel()

    loop.run(main())

    assert service.refused - theirs.count(429) <= 20


def test_two_processes_that_do_not_know_of_each_other_get_along(
    loop: VirtualTimeLoop,
) -> None:
    service = Service(FixedWindow())

    async def main() -> None:
        await asyncio.gather(
            *(
                run_job(
                    make_limiter(loop, seed=seed),
                    service,
                    trips(TYPICAL, 500, random.Random(seed)),
                )
                for seed in range(2)
            ),
        )

    loop.run(main())

    assert service.refused <= 100


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "9" * 8},
        {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "2034-01-01T00:00:00Z"},
    ],
)
def test_no_quota_header_makes_a_call_wait_longer_than_a_window_and_its_guard(
    loop: VirtualTimeLoop,
    limiter: Limiter,
    headers: dict[str, str],
) -> None:
    async def main() -> None:
        for _ in range(4):
            slot = await limiter.acquire("GET", PATH)
            assert slot.waited_seconds <= 60.0601
            slot.answered({**headers, "Date": NOON}, 200)

    loop.run(main())


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Rate-Limit-Remaining": "-5", "X-Rate-Limit-Reset": "30"},
        {"X-Rate-Limit-Remaining": "few", "X-Rate-Limit-Reset": "30"},
        {"X-Rate-Limit-Remaining": "0"},
        {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "later"},
        {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "2024-02-29T11:00:00Z"},
        {"X-Rate-Limit-Remaining": "9999", "X-Rate-Limit-Reset": "30"},
        {"X-Rate-Limit-Remaining": "499", "X-Rate-Limit-Reset": "30"},
    ],
    ids=str,
)
def test_quota_headers_that_make_no_sense_or_show_no_others_change_nothing(
    loop: VirtualTimeLoop,
    limiter: Limiter,
    headers: dict[str, str],
) -> None:
    async def main() -> None:
        slot = await limiter.acquire("GET", PATH)
        slot.answered({**headers, "Date": NOON}, 200)
        assert await burst(limiter) == 19

    loop.run(main())
