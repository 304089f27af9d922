"""Members of a fleet: limiters that share a pace as processes do.

Each has a thread and a connection of its own, and nothing else in common with the
others, so for Redis and for the service it is a process.
"""

import asyncio
import random
import secrets
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from redis import Redis

from configcat_mgmt.clock import monotonic
from configcat_mgmt.core.pacing.budget import Budget
from configcat_mgmt.core.pacing.fleet.redis_pace import OnOutage, RedisPace
from configcat_mgmt.core.pacing.fleet.worker import Timing, Worker
from configcat_mgmt.core.pacing.limiter import Limiter, Pool, Slot, new_worker
from configcat_mgmt.core.pacing.limits import RateLimit, rules_for
from tests.fault_server import PATIENCE_SECONDS
from tests.policies import Policy

PATH: Final = "/v1/tags/{tagId}"
LIMITS: Final = ((10, 0.4), (40, 2.0))
QUICK: Final = Timing(ahead=0.1, use=5.0, book=0.03, check=0.1, retry=0.05, quiet=0.3)
"""As the usual times, for shorter windows."""


class Member:
    """One process of a fleet."""

    def __init__(self, limiter: Limiter, worker: Worker) -> None:
        self.limiter = limiter
        self.worker = worker

    async def take(self, count: int = 1) -> list[Slot]:
        """Wait for the turn of some calls."""
        return [await self.limiter.acquire("GET", PATH) for _ in range(count)]

    async def call(self, count: int = 1) -> None:
        """Make calls that are answered at once."""
        for slot in await self.take(count):
            slot.answered({}, 200)

    def start(self, count: int = 1) -> "asyncio.Task[list[Slot]]":
        """Let calls wait for their turn."""
        return asyncio.create_task(self.take(count))


class Fleet:
    """Makes members that use one credential on one Redis server."""

    def __init__(self, url: str, name: str | None = None) -> None:
        self.url = url
        self.name = name or secrets.token_hex(6)
        self.members: list[Member] = []

    def join(
        self,
        limits: tuple[tuple[int, float], ...] = LIMITS,
        *,
        timing: Timing = QUICK,
        on_outage: OnOutage = "wait",
        share: float | None = None,
        lease: float = 5.0,
        longest_hold: float = 60.0,
    ) -> Member:
        rules = rules_for(RateLimit(*limit) for limit in limits)
        pace = RedisPace(self.url, on_outage=on_outage, share=share)
        budget = Budget(
            rules, clock=monotonic, random=random.Random(1).random, linger_seconds=0.1
        )
        worker = new_worker((pace, self.name), budget, timing)
        pool = Pool(budget, worker)
        limiter = Limiter(pool, rules, lease=lease, longest_hold=longest_hold)
        member = Member(limiter, worker)
        self.members.append(member)
        return member

    def client(self) -> Any:  # noqa: ANN401
        """A client of redis-py, to look into the server."""
        return Redis.from_url(self.url, decode_responses=True)

    def count(self, kind: str) -> int:
        """Count the members of a set that Redis keeps for the endpoint."""
        key = f"configcat-mgmt:{{{self.name}}}:GET {PATH}:{kind}"
        with self.client() as client:
            return int(client.zcard(key))

    def scores(self, kind: str) -> list[tuple[str, float]]:
        """The members of a set, with their times in seconds, the earliest first."""
        key = f"configcat-mgmt:{{{self.name}}}:GET {PATH}:{kind}"
        with self.client() as client:
            found = client.zrange(key, 0, -1, withscores=True)
        return [(token, score / 1e6) for token, score in found]

    def state(self, field: str) -> str | None:
        """A field of the state of the endpoint."""
        with self.client() as client:
            return client.hget(f"configcat-mgmt:{{{self.name}}}:GET {PATH}", field)

    def pause_ends(self) -> float:
        """When the epoch hands out its first place, by the clock of Redis."""
        with self.client() as client:
            found = client.hget(f"configcat-mgmt:{{{self.name}}}", "quiet")
        return float(found) / 1e6

    def commands(self) -> int:
        """Count the commands that ran the script since the server started."""
        with self.client() as client:
            return int(client.info("commandstats")["cmdstat_evalsha"]["calls"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for member in self.members:
            member.worker.stop()


class Judge:
    """A service that counts the calls of all members by a policy."""

    def __init__(self, policy: Policy, seconds: float = 0.02) -> None:
        self.policy = policy
        self.seconds = seconds
        self.refused = 0
        self.arrivals: list[float] = []

    async def call(self, member: Member) -> None:
        """Make one call; where in the round trip it is counted is random."""
        slot = await member.limiter.acquire("GET", PATH)
        there = self.seconds * random.random()
        await asyncio.sleep(there)
        now = monotonic()
        status, headers = self.policy.arrive(now, PATH)
        self.arrivals.append(now)
        self.refused += status == 429
        await asyncio.sleep(self.seconds - there)
        slot.answered(headers, status)

    async def calls(self, member: Member, count: int) -> None:
        await asyncio.gather(*(self.call(member) for _ in range(count)))


async def until(happened: Callable[[], object]) -> None:
    """Wait for something that another thread or process does."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not happened():  # noqa: ASYNC110 - nothing sets an event
            await asyncio.sleep(0.01)


async def waits(*tasks: "asyncio.Task[Any]", seconds: float = 0.15) -> bool:
    """Whether all tasks are still waiting when that time is over."""
    done, _ = await asyncio.wait(tasks, timeout=seconds)
    return not done


async def all_end(*tasks: "asyncio.Future[Any]") -> None:
    """Wait for tasks."""
    await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE_SECONDS)


async def cancel(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel tasks and wait for their end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
