"""Alone on its credential the limiter is never answered 429, and loses little time."""

import asyncio
import random
from collections.abc import Callable, Sequence
from itertools import product
from statistics import fmean

import pytest

from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS, rules_for
from tests.policies import (
    RULES,
    STEPPING,
    ClockWindow,
    FixedWindow,
    Policy,
    StrictLog,
    TokenBucket,
)
from tests.simulated_service import (
    NETWORKS,
    Service,
    Trip,
    least_seconds,
    make_limiter,
    run_job,
    trips,
)
from tests.virtual_time import VirtualTimeLoop

POLICIES: dict[str, Callable[[], Policy]] = {
    "F": FixedWindow,
    "F stepping clock": lambda: FixedWindow(clock=STEPPING),
    "F stacked": lambda: FixedWindow(stacked=True),
    "C": ClockWindow,
    "S": StrictLog,
    "S counting refusals, stepping clock": lambda: StrictLog(
        clock=STEPPING,
        count_refused=True,
    ),
    "G": TokenBucket,
}
TYPICAL = "60 ms + exp(30 ms)"


def most_in_a_window(arrivals: Sequence[float], seconds: float) -> int:
    """Count the arrivals in the fullest closed interval of that length."""
    times = sorted(arrivals)
    most = first = 0
    for place, time in enumerate(times):
        while times[first] < time - seconds:
            first += 1
        most = max(most, place - first + 1)
    return most


def run(
    policy: Policy,
    journeys: Sequence[Trip],
    endpoints: int = 1,
    *,
    rules: Sequence[Rule] | None = None,
    ledger_type: type[Ledger] = Ledger,
) -> tuple[Service, float]:
    loop = VirtualTimeLoop(start=1000.0 + len(journeys) / 7)
    limiter = make_limiter(loop, rules=rules, ledger_type=ledger_type)
    service = Service(policy)
    seconds = loop.run(run_job(limiter, service, journeys, endpoints))
    return service, seconds


@pytest.mark.parametrize(
    ("policy", "network"),
    list(product(POLICIES, NETWORKS)),
    ids=lambda name: name,
)
def test_no_call_is_answered_429(policy: str, network: str) -> None:
    rng = random.Random(f"{policy} {network}")
    for size, endpoints in product((1, 20, 21, 50, 501), (1, 10)):
        journeys = trips(network, size, rng)

        service, _ = run(POLICIES[policy](), journeys, endpoints)

        assert service.refused == 0, f"{size} calls to {endpoints} endpoints"
        assert sum(map(len, service.arrivals.values())) == size
        for arrivals, (calls, seconds) in product(service.arrivals.values(), RULES):
            assert most_in_a_window(arrivals, seconds) <= calls


@pytest.mark.parametrize("policy", POLICIES)
def test_no_call_of_a_thousand_is_answered_429(policy: str) -> None:
    journeys = trips(TYPICAL, 1000, random.Random(policy))

    service, _ = run(POLICIES[policy](), journeys)

    assert service.refused == 0


@pytest.mark.parametrize("policy", ["F stepping clock", "S"])
def test_no_call_of_five_thousand_is_answered_429(policy: str) -> None:
    journeys = trips("20-120 ms, 2% stall 2 s", 5000, random.Random(policy))

    service, _ = run(POLICIES[policy](), journeys)

    assert service.refused == 0


class ForgetsAtSending(Ledger):
    """A mutant: gives places back one window after sending, as most limiters do."""

    def __init__(self, rules: Sequence[Rule], linger: float) -> None:
        super().__init__(rules, linger)
        self._now = 0.0
        self._sent_at: list[float] = []

    def wait(self, now: float) -> float:
        self._now = now
        return super().wait(now)

    def take(self) -> int:
        self._sent_at.append(self._now)
        return super().take()

    def answered(self, now: float) -> None:
        super().answered(self._sent_at.pop(0))


NO_GUARD = tuple(
    Rule(rule.calls, rule.seconds, 0.0) for rule in rules_for(DEFAULT_LIMITS)
)


@pytest.mark.parametrize(
    ("rules", "ledger_type", "network"),
    [(None, ForgetsAtSending, TYPICAL), (NO_GUARD, Ledger, "0 ms")],
    ids=["mutant: released at sending", "mutant: no guard"],
)
def test_the_simulation_finds_mutants(
    rules: Sequence[Rule] | None,
    ledger_type: type[Ledger],
    network: str,
) -> None:
    journeys = trips(network, 100, random.Random(1))
    policy = StrictLog(clock=STEPPING)

    service, _ = run(policy, journeys, rules=rules, ledger_type=ledger_type)

    assert service.refused > 0


@pytest.mark.parametrize(
    ("size", "seeds", "ratio"),
    [(50, 20, 1.20), (500, 4, 1.14), (501, 4, 1.01), (1000, 3, 1.05), (5000, 1, 1.02)],
)
def test_a_job_takes_little_longer_than_an_all_knowing_scheduler_would(
    size: int,
    seeds: int,
    ratio: float,
) -> None:
    found: list[float] = []
    for seed in range(seeds):
        journeys = trips(TYPICAL, size, random.Random(seed))
        _, seconds = run(FixedWindow(), journeys)
        found.append(seconds / least_seconds(journeys))

    assert fmean(found) <= ratio
    assert min(found) >= 1.0, "nobody can be faster than the least time"


@pytest.mark.parametrize("policy", ["F stepping clock", "C", "S", "G"])
@pytest.mark.parametrize("processes", [2, 3, 4])
def test_processes_that_know_their_share_are_never_answered_429(
    policy: str,
    processes: int,
) -> None:
    loop = VirtualTimeLoop()
    service = Service(POLICIES[policy]())
    jobs = [
        run_job(
            make_limiter(loop, share=1 / processes, seed=seed),
            service,
            trips(TYPICAL, 600 // processes, random.Random(seed)),
        )
        for seed in range(processes)
    ]

    async def main() -> None:
        await asyncio.gather(*jobs)

    loop.run(main())

    assert service.refused == 0
