"""Measures pacing: answers 429, time lost, memory and CPU.

Jobs run in virtual time against simulated services, so seconds of jobs are exact and
the same on every machine; CPU and memory are this machine's.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.pacing [seeds]
"""

import asyncio
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from itertools import product
from statistics import fmean

from aiolimiter import AsyncLimiter
from attrs import frozen

from benchmarks.timing import least_seconds as least_of_calls
from benchmarks.timing import report, side_by_side
from configcat_mgmt.core.pacing.limiter import Limiter
from configcat_mgmt.core.pacing.limits import RateLimit, rules_for
from tests.policies import (
    STEPPING,
    ClockWindow,
    FixedWindow,
    Policy,
    StrictLog,
    TokenBucket,
    WeightedWindows,
)
from tests.simulated_service import (
    NETWORKS,
    Service,
    Trip,
    call_once,
    least_seconds,
    make_limiter,
    run_job,
    trips,
)
from tests.virtual_time import VirtualTimeLoop

POLICIES: dict[str, Callable[[], Policy]] = {
    "fixed window from the first call": FixedWindow,
    "the same, stepping clock 200 ppm slow": lambda: FixedWindow(clock=STEPPING),
    "the same, refused calls counted by all rules": lambda: FixedWindow(stacked=True),
    "fixed window by the clock": ClockWindow,
    "strict log of closed intervals": StrictLog,
    "strict log that counts refused calls": lambda: StrictLog(count_refused=True),
    "token bucket (GCRA)": TokenBucket,
}
TYPICAL = "60 ms + exp(30 ms)"
START = 1000.0


def run(
    service: Service,
    journeys: Sequence[Trip],
    endpoints: int = 1,
    seed: int = 0,
    *,
    probe: bool = False,
) -> float:
    """Run a job in virtual time; return its seconds."""
    loop = VirtualTimeLoop(START)
    limiter = make_limiter(loop, seed=seed, probe=probe)
    return loop.run(run_job(limiter, service, journeys, endpoints))


def certainty(seeds: int) -> None:
    """Count answers 429 for a client that is alone with its credential."""
    for name, make in POLICIES.items():
        runs = calls = refused = 0
        sizes = (1, 20, 21, 50, 500, 501, 1000)
        for seed, network, size, endpoints in product(
            range(seeds),
            NETWORKS,
            sizes,
            (1, 10),
        ):
            journeys = trips(network, size, random.Random(f"{seed} {network} {size}"))
            service = Service(make())
            run(service, journeys, endpoints, seed)
            runs += 1
            calls += size
            refused += service.refused
        report(
            "answers 429, alone",
            policy=name,
            runs=runs,
            calls=calls,
            answers_429=refused,
        )


def makespan(seeds: int) -> None:
    """Compare jobs with the time of an all-knowing scheduler."""
    for network, (size, runs) in product(
        NETWORKS,
        ((50, 4 * seeds), (500, seeds), (501, seeds), (1000, seeds), (5000, 1)),
    ):
        ratios: list[float] = []
        for seed in range(runs):
            journeys = trips(network, size, random.Random(seed))
            took = run(Service(FixedWindow()), journeys, seed=seed)
            ratios.append(took / least_seconds(journeys))
        report(
            "time of a job / least time",
            network=network,
            calls=size,
            mean=round(fmean(ratios), 4),
            worst=round(max(ratios), 4),
            runs=runs,
        )


@frozen
class Condition:
    """The circumstances of the job of 600 calls to one endpoint and 300 to another."""

    network: str = "50 ms"
    spent: int = 0
    """Calls to each endpoint that others have made, from 30 seconds before the job."""


CONDITIONS = {
    "alone": Condition(),
    "jitter": Condition(network="20-300 ms"),
    "others spent 300 of the minute": Condition(spent=300),
    "others spent all of the minute": Condition(spent=500),
}
JOB = {"/0": 600, "/1": 300}


@frozen
class Done:
    """The figures of such a job."""

    seconds: float
    least_seconds: float
    answers_429: int


Calls = Sequence[tuple[str, Trip]]
"""Endpoint and journey of each call."""


async def _by_the_package(
    service: Service, calls: Calls, *, probe: bool = False
) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualTimeLoop)
    limiter = make_limiter(loop, probe=probe)
    jobs = (call_once(limiter, service, place, trip) for place, trip in calls)
    await asyncio.gather(*jobs)


async def _by_two_buckets(service: Service, calls: Calls) -> None:
    buckets = {
        place: (AsyncLimiter(500, 60), AsyncLimiter(20, 1)) for place, _ in calls
    }

    async def call(place: str, trip: Trip) -> None:
        accepted = False
        while not accepted:
            for bucket in buckets[place]:
                await bucket.acquire()
            accepted = await _accepted(service, place, trip)

    await asyncio.gather(*(call(*each) for each in calls))


async def _as_a_429_asks(service: Service, calls: Calls) -> None:
    in_flight = asyncio.Semaphore(50)

    async def call(place: str, trip: Trip) -> None:
        async with in_flight:
            while not await _accepted(service, place, trip):
                pass

    await asyncio.gather(*(call(*each) for each in calls))


async def _accepted(service: Service, place: str, trip: Trip) -> bool:
    """Call once; after a 429, wait as it asks."""
    status, headers = await service.call("GET", place, trip)
    if status == 429:
        await asyncio.sleep(float(headers["Retry-After"]))
    return status != 429


PACES: dict[str, Callable[[Service, Calls], Coroutine[object, object, None]]] = {
    "configcat-mgmt": _by_the_package,
    "configcat-mgmt, probe": partial(_by_the_package, probe=True),
    "aiolimiter, a bucket for each limit": _by_two_buckets,
    "50 in flight, waiting after a 429": _as_a_429_asks,
}
"""Ways to pace a job; the last one is what a loop around any HTTP client does."""


def job(pace: str, condition: Condition, seed: int) -> Done:
    """Do the job of 600 + 300 calls in virtual time."""
    service = Service(FixedWindow())
    for number, place in product(range(condition.spent), JOB):
        service.arrive(START - 30 + number / 19.9, "GET", place)
    before = service.refused
    rng = random.Random(seed)
    journeys = {place: trips(condition.network, n, rng) for place, n in JOB.items()}
    calls = [(place, trip) for place, found in journeys.items() for trip in found]
    rng.shuffle(calls)
    loop = VirtualTimeLoop(START)
    loop.run(PACES[pace](service, calls))
    return Done(
        loop.time() - START,
        max(_least_seconds(found, condition) for found in journeys.values()),
        service.refused - before,
    )


def _least_seconds(journeys: Sequence[Trip], condition: Condition) -> float:
    """Return the time of a scheduler that knows each journey and the service's windows.

    The minute that others began ends 30 seconds after the job began.
    """
    least = least_seconds(journeys)
    if not condition.spent:
        return least
    later = len(journeys) - (500 - condition.spent)
    return 30 + least_of_calls(later, min(back for _, back in journeys))


def others(seeds: int) -> None:
    """Count answers 429 where others have spent part of the minute."""
    for policy, spent, probe in product(
        (FixedWindow, ClockWindow, StrictLog),
        (300, 500),
        (False, True),
    ):
        refused: list[int] = []
        for seed in range(seeds):
            service = Service(policy())
            for place in range(spent):
                service.arrive(START - 30 + place / 19.9, "GET", "/0")
            before = service.refused
            journeys = trips(TYPICAL, 900, random.Random(seed))
            run(service, journeys, seed=seed, probe=probe)
            refused.append(service.refused - before)
        report(
            "others spent of the minute, then 900 calls",
            spent=spent,
            probe=probe,
            policy=policy.__name__,
            answers_429_mean=fmean(refused),
            answers_429_worst=max(refused),
        )


def jobs(seeds: int) -> None:
    """Compare ways to pace the job of 600 + 300 calls."""
    for (name, condition), pace in product(CONDITIONS.items(), PACES):
        done = [job(pace, condition, seed) for seed in range(seeds)]
        report(
            "600 + 300 calls",
            condition=name,
            candidate=pace,
            answers_429_worst=max(each.answers_429 for each in done),
            ratio=round(fmean(each.seconds / each.least_seconds for each in done), 3),
        )


def unforeseen() -> None:
    """Count answers 429 where the service or other processes break the premises."""
    for endpoints in (4, 10):
        service = Service(FixedWindow(), by_credential=True)
        run(service, trips(TYPICAL, 3000, random.Random(1)), endpoints)
        report(
            "service counts by credential, 3,000 calls",
            endpoints=endpoints,
            answers_429=service.refused,
            last_after_seconds=round(max(service.refused_at) - START, 1),
        )
    service = Service(WeightedWindows())
    run(service, trips(TYPICAL, 5000, random.Random(1)))
    report("service weighs its last window, 5,000 calls", answers_429=service.refused)
    for processes, share in product((2, 4), (False, True)):
        loop = VirtualTimeLoop(START)
        service = Service(FixedWindow())
        loop.run(several(loop, service, processes, share=share))
        report(
            "several processes, 1,000 calls",
            processes=processes,
            told_their_share=share,
            answers_429=service.refused,
            seconds=round(loop.time() - START, 1),
        )


async def several(
    loop: VirtualTimeLoop,
    service: Service,
    processes: int,
    *,
    share: bool,
) -> None:
    """Split 1,000 calls between limiters that do not know each other."""
    jobs: list[asyncio.Future[float]] = []
    for seed in range(processes):
        part = 1 / processes if share else 1.0
        limiter = make_limiter(loop, share=part, seed=seed)
        journeys = trips(TYPICAL, 1000 // processes, random.Random(seed))
        jobs.append(asyncio.ensure_future(run_job(limiter, service, journeys)))
    await asyncio.gather(*jobs)


def load() -> None:
    """Queue 5,000 calls to each of 10 endpoints at once."""
    journeys = trips(TYPICAL, 50_000, random.Random(1))
    service = Service(FixedWindow())
    began = time.process_time()
    took = run(service, journeys, 10)
    cpu = time.process_time() - began

    async def wait_for_turn(place: int) -> None:
        await limiter.acquire("GET", f"/{place % 10}")

    async def queue_only() -> int:
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        waiting = [asyncio.ensure_future(wait_for_turn(n)) for n in range(50_000)]
        await asyncio.sleep(0.5)
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return after - before

    loop = VirtualTimeLoop(START)
    limiter = make_limiter(loop)
    queued = loop.run(queue_only())
    report(
        "10 endpoints x 5,000 calls at once",
        answers_429=service.refused,
        seconds=round(took, 1),
        cpu_ms_per_call_with_simulation=round(cpu / 50_000 * 1000, 3),
        mib_queued_with_their_tasks=round(queued / 2**20, 1),
        bytes_per_waiting_call=round(queued / 50_000),
    )


def uncontended() -> None:
    """Time a call that need not wait, against the two buckets alone."""
    calls = 20_000
    loop = asyncio.new_event_loop()
    limits = (RateLimit(10**7, 1.0), RateLimit(10**8, 60.0))

    def bare() -> None:
        minute, second = AsyncLimiter(10**8, 60), AsyncLimiter(10**7, 1)

        async def work() -> None:
            for _ in range(calls):
                await minute.acquire()
                await second.acquire()

        loop.run_until_complete(work())

    def ledger() -> None:
        limiter = fresh()

        async def work() -> None:
            for _ in range(calls):
                await limiter.acquire("GET", "/v1/me")

        loop.run_until_complete(work())

    def answered() -> None:
        limiter = fresh()

        async def work() -> None:
            for _ in range(calls):
                (await limiter.acquire("GET", "/v1/me")).answered({}, 200)

        loop.run_until_complete(work())

    def fresh() -> Limiter:
        return make_limiter(VirtualTimeLoop(), rules=rules_for(limits), clock=loop.time)

    times = side_by_side(
        {
            "two aiolimiter acquires": bare,
            "acquire": ledger,
            "acquire and answered": answered,
        },
        rounds=9,
    )
    loop.close()
    for name, seconds in times.items():
        report(
            "uncontended call",
            candidate=name,
            best_us=round(min(seconds) / calls * 1e6, 2),
        )


def main() -> None:
    """Print all figures."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    certainty(seeds)
    makespan(seeds)
    jobs(seeds)
    others(seeds)
    unforeseen()
    load()
    uncontended()


if __name__ == "__main__":
    main()
