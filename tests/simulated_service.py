"""A service at the end of a simulated network, and jobs that call it."""

import asyncio
import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from configcat_mgmt.core.pacing.budget import Budget
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.limiter import Limiter, Pool
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS, rules_for
from tests.policies import RULES, Policy
from tests.virtual_time import VirtualTimeLoop

Trip = tuple[float, float]
"""Seconds to the service, and back."""

NETWORKS: Mapping[str, Callable[[random.Random], float]] = {
    "0 ms": lambda rng: 0.0,
    "50 ms": lambda rng: 0.05,
    "60 ms + exp(30 ms)": lambda rng: 0.06 + rng.expovariate(1 / 0.03),
    "20-300 ms": lambda rng: rng.uniform(0.02, 0.3),
    "20-120 ms, 2% stall 2 s": lambda rng: (
        2.0 if rng.random() < 0.02 else rng.uniform(0.02, 0.12)
    ),
}
"""Round trip by name, in seconds; where in it the call is counted is random."""


def trips(network: str, count: int, rng: random.Random) -> list[Trip]:
    found: list[Trip] = []
    for _ in range(count):
        whole = NETWORKS[network](rng)
        there = whole * rng.random()
        found.append((there, whole - there))
    return found


def least_seconds(
    journeys: Sequence[Trip],
    rules: Sequence[tuple[int, float]] = RULES,
) -> float:
    """Return a lower bound that holds even with knowledge of each trip.

    The call counted as number k, from 0, has k // N whole windows before it, and comes
    back no sooner than its way back takes; the slowest ways go first.
    """
    way_there = min(there for there, _ in journeys)
    ways_back = sorted((back for _, back in journeys), reverse=True)
    least = max(there + back for there, back in journeys)
    for place, back in enumerate(ways_back):
        windows = 0.0
        rest = place
        for calls, seconds in reversed(rules):
            windows += rest // calls * seconds
            rest %= calls
        least = max(least, windows + way_there + back)
    return least


@dataclass
class Service:
    """Counts calls by a policy, and remembers when each arrived."""

    policy: Policy
    by_credential: bool = False
    arrivals: dict[Hashable, list[float]] = field(default_factory=dict)
    refused: int = 0
    refused_at: list[float] = field(default_factory=list)

    async def call(
        self,
        method: str,
        template: str,
        trip: Trip,
    ) -> tuple[int, dict[str, str]]:
        await asyncio.sleep(trip[0])
        now = asyncio.get_running_loop().time()
        answer = self.arrive(now, method, template)
        await asyncio.sleep(trip[1])
        return answer

    def arrive(
        self,
        now: float,
        method: str,
        template: str,
    ) -> tuple[int, dict[str, str]]:
        key = "all" if self.by_credential else (method, template)
        self.arrivals.setdefault((method, template), []).append(now)
        status, headers = self.policy.arrive(now, key)
        if status == 429:
            self.refused += 1
            self.refused_at.append(now)
        return status, headers


def make_limiter(
    loop: VirtualTimeLoop,
    *,
    rules: Sequence[Rule] | None = None,
    share: float = 1.0,
    seed: int = 0,
    ledger_type: type[Ledger] = Ledger,
    probe: bool = False,
    clock: Callable[[], float] | None = None,
) -> Limiter:
    """Make a limiter on the loop's clock that shares with nobody."""
    used = tuple(rules or rules_for(DEFAULT_LIMITS, share))
    budget = Budget(
        used,
        clock=clock or loop.time,
        random=random.Random(seed).random,
        ledger_type=ledger_type,
    )
    return Limiter(Pool(budget), used, probe=probe)


async def call_once(
    limiter: Limiter,
    service: Service,
    template: str,
    trip: Trip,
) -> None:
    """Call until the service accepts, as the pipeline does."""
    again = False
    while True:
        slot = await limiter.acquire("GET", template, first=again)
        status, headers = await service.call("GET", template, trip)
        slot.answered(headers, status)
        if status != 429:
            return
        again = True


async def run_job(
    limiter: Limiter,
    service: Service,
    journeys: Sequence[Trip],
    endpoints: int = 1,
) -> float:
    """Make all calls at once, spread over endpoints; return the seconds it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(
        *(
            call_once(limiter, service, f"/{place % endpoints}", trip)
            for place, trip in enumerate(journeys)
        ),
    )
    return loop.time() - began
