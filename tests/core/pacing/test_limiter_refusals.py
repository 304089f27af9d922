"""The limiter after the service refused a call that it expected to pass."""

import asyncio
import random
import re
from itertools import pairwise

import pytest

from configcat_mgmt.core.pacing.limiter import Limiter, Slot
from configcat_mgmt.core.pacing.slot import HeldError
from tests.limiter_steps import NOON, PATH, burst, call, ended, start, take
from tests.policies import FixedWindow, WeightedWindows
from tests.simulated_service import Service, make_limiter, run_job, trips
from tests.virtual_time import VirtualTimeLoop

TYPICAL = "60 ms + exp(30 ms)"


@pytest.fixture
def loop() -> VirtualTimeLoop:
    return VirtualTimeLoop()


@pytest.fixture
def limiter(loop: VirtualTimeLoop) -> Limiter:
    return make_limiter(loop)


def held(limiter: Limiter) -> float:
    return limiter.snapshot()[0].held_seconds


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7.5),
        ("0", 0.5),
        ("2.5", 3.0),
        ("Thu, 29 Feb 2024 12:00:30 GMT", 30.5),
        ("86400", 86400.5),
        ("86401", 86400.5),
    ],
)
def test_retry_after_is_honored_with_half_a_second_and_jitter_up_to_a_day(
    loop: VirtualTimeLoop,
    limiter: Limiter,
    retry_after: str,
    seconds: float,
) -> None:
    async def main() -> None:
        await call(limiter, 429, Retry_After=retry_after, Date=NOON)
        assert seconds <= held(limiter) <= seconds + 0.25
        waited = await call(limiter)
        assert seconds <= waited <= seconds + 0.2501

    loop.run(main())


def test_without_a_usable_retry_after_holds_grow_until_a_call_succeeds(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        holds: list[int] = []
        for _ in range(6):
            await call(limiter, 429, Retry_After="-1")
            holds.append(int(held(limiter) * 2))
        assert holds == [3, 10, 30, 120, 120, 120]
        await call(limiter)
        await call(limiter, 429)
        assert int(held(limiter) * 2) == 3

    loop.run(main())


def test_a_burst_of_refusals_is_one_refusal_and_late_ones_can_prolong_it(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        slots = [await limiter.acquire("GET", PATH) for _ in range(6)]
        for slot in slots[:4]:
            ended(slot, 429)
        assert held(limiter) < 1.76, "the first wait, not the fourth"
        ended(slots[4], 429, Retry_After="9")
        assert held(limiter) >= 9.5
        ended(slots[5])
        await call(limiter, 429)
        assert 5.0 <= held(limiter) <= 5.25, "an old success ends no row of refusals"

    loop.run(main())


def test_after_a_hold_one_call_goes_alone_and_its_answer_lets_the_rest_go(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await call(limiter, 429, Retry_After="10")
        waiting = [
            asyncio.ensure_future(limiter.acquire("GET", PATH)) for _ in range(10)
        ]
        await asyncio.sleep(100.0)
        assert [task.done() for task in waiting] == [True] + [False] * 9
        ended(waiting[0].result())
        await asyncio.sleep(0.001)
        assert all(task.done() for task in waiting)

    loop.run(main())


def test_a_probe_that_is_given_up_or_never_sent_is_followed_by_another(
    loop: VirtualTimeLoop,
) -> None:
    limiter = make_limiter(loop, probe=True)

    async def main() -> None:
        waiting = [
            asyncio.ensure_future(limiter.acquire("GET", PATH)) for _ in range(10)
        ]
        for place, end in enumerate((Slot.never_sent, Slot.gave_up, ended)):
            await asyncio.sleep(5.0)
            assert sum(task.done() for task in waiting) == place + 1
            end(waiting[place].result())
        await asyncio.sleep(5.0)
        assert all(task.done() for task in waiting)

    loop.run(main())


def test_without_asking_for_it_the_first_call_is_no_probe(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        assert await burst(limiter) == 20

    loop.run(main())


def test_a_short_retry_after_halves_the_second_for_a_while(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await call(limiter, 429, Retry_After="1")
        await call(limiter)
        await asyncio.sleep(1.1)
        assert await burst(limiter) == 11
        await asyncio.sleep(3.0)
        assert await burst(limiter) == 14
        await asyncio.sleep(6.0)
        assert await burst(limiter) == 20

    loop.run(main())


def test_a_long_retry_after_leaves_the_second_alone(
    loop: VirtualTimeLoop,
    limiter: Limiter,
) -> None:
    async def main() -> None:
        await call(limiter, 429, Retry_After="30")
        await call(limiter)
        await asyncio.sleep(1.1)
        assert await burst(limiter) == 20

    loop.run(main())


@pytest.mark.parametrize(("apart", "paced"), [(30.0, True), (200.0, False)])
def test_the_third_long_refusal_in_a_row_spreads_calls_evenly(
    loop: VirtualTimeLoop,
    limiter: Limiter,
    apart: float,
    paced: bool,
) -> None:
    times: list[float] = []

    async def one() -> None:
        await call(limiter)
        times.append(loop.time())

    async def main() -> None:
        for _ in range(3):
            await call(limiter, 429, Retry_After="20")
            await call(limiter)
            await asyncio.sleep(apart)
        for _ in range(5):
            await one()
        await asyncio.gather(*(one() for _ in range(5)))

    loop.run(main())

    gaps = [later - sooner for sooner, later in pairwise(times)]
    if paced:
        assert gaps == pytest.approx([0.12] * 9, abs=1e-6)
    else:
        assert max(gaps) < 0.01


@pytest.mark.parametrize("endpoints", [2, 4, 10])
def test_if_the_service_counts_by_credential_only_the_first_bursts_are_refused(
    loop: VirtualTimeLoop,
    endpoints: int,
) -> None:
    service = Service(FixedWindow(), by_credential=True)
    began = loop.time()
    journeys = trips(TYPICAL, 1500, random.Random(endpoints))

    loop.run(run_job(make_limiter(loop), service, journeys, endpoints))

    assert service.refused <= 20 * (endpoints - 1)
    assert max(service.refused_at) < began + 1.0


def test_endpoints_used_later_join_the_common_count(loop: VirtualTimeLoop) -> None:
    limiter = make_limiter(loop)

    async def main() -> None:
        for method in ("GET", "PUT"):
            for _ in range(15):
                slot = await limiter.acquire(method, PATH)
                slot.answered({}, 200)
        refused = await limiter.acquire("GET", PATH)
        refused.answered({"Retry-After": "1"}, 429)
        late = await limiter.acquire("DELETE", PATH)
        assert late.waited_seconds == pytest.approx(1.02, abs=1e-6)
        uses = limiter.snapshot()
        assert [use.windows[1].used for use in uses] == [32, 32, 32]

    loop.run(main())


def test_a_wait_begun_before_the_counts_were_joined_ends_in_time(
    loop: VirtualTimeLoop,
) -> None:
    limiter = make_limiter(loop)

    async def main() -> None:
        gets = [await limiter.acquire("GET", PATH) for _ in range(20)]
        puts = [await limiter.acquire("PUT", PATH) for _ in range(20)]
        waiting = asyncio.ensure_future(limiter.acquire("PUT", PATH))
        await asyncio.sleep(1.0)
        ended(gets[0], 429, Retry_After="1")
        for slot in gets[1:] + puts:
            ended(slot, X_Rate_Limit_Remaining="0", X_Rate_Limit_Reset="60")
        # A mark of the old count says nothing about others in the common one.
        assert (await waiting).waited_seconds == pytest.approx(2.02, abs=1e-6)

    loop.run(main())


def test_a_weighted_window_of_the_service_is_met_with_pacing(
    loop: VirtualTimeLoop,
) -> None:
    service = Service(WeightedWindows())
    journeys = trips(TYPICAL, 3000, random.Random(5))

    loop.run(run_job(make_limiter(loop), service, journeys))

    assert service.refused <= 130


@pytest.mark.parametrize("asked", [20, 130])
def test_until_the_time_that_the_service_named_all_calls_wait_or_all_are_refused(
    loop: VirtualTimeLoop,
    caplog: pytest.LogCaptureFixture,
    asked: int,
) -> None:
    pool = make_limiter(loop)._pool
    impatient, patient = (
        Limiter(pool, pool.budget.rules, longest_hold=longest)
        for longest in (asked - 0.1, asked)
    )
    caplog.set_level("INFO", "configcat_mgmt")

    async def main() -> None:
        slots = await take(impatient, 20)
        [refused, waits] = await start(
            *(limiter.acquire("GET", PATH) for limiter in (impatient, patient)),
        )
        ended(slots[0], 429, Retry_After=str(asked))
        for moment in range(3):
            with pytest.raises(HeldError) as caught:
                await (impatient.acquire("GET", PATH) if moment else refused)
            assert caught.value.asked_seconds == asked
            assert caught.value.left_seconds == pytest.approx(held(impatient), abs=0.01)
            await asyncio.sleep(asked / 3)
        ended(await waits)
        assert asked + 0.5 <= waits.result().waited_seconds <= asked + 0.7501
        ended(await impatient.acquire("GET", PATH))

    loop.run(main())
    [record] = caplog.records
    assert re.fullmatch(
        rf"GET {PATH}: calls wait for {asked}.[5-8] s after a 429", record.message
    )
