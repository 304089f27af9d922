"""Makes each call wait until the service has no reason to answer 429.

`ledger` keeps the count that gives the certainty. `endpoint` reacts when the service
refuses a call nevertheless. `budget` joins the endpoints of a credential, and
`turnstile` queues the calls of one event loop and holds their token buckets. This
module finds the budget that all clients of the process share, and is the one that the
pipeline uses.
"""

import asyncio
import math
import os
import random as random_module
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar
from weakref import WeakSet

import attrs

from configcat_mgmt.clock import monotonic
from configcat_mgmt.core.hooks import log
from configcat_mgmt.core.pacing.budget import Budget
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.limits import (
    DEFAULT_LIMITS,
    Limits,
    rules_for,
    unreachable,
)
from configcat_mgmt.core.pacing.slot import Slot
from configcat_mgmt.core.pacing.turnstile import Track, Turnstile

if TYPE_CHECKING:
    from configcat_mgmt.core.pacing.fleet.redis_pace import RedisPace
    from configcat_mgmt.core.pacing.fleet.worker import Timing, Worker

__all__ = ["EndpointUse", "Limiter", "Slot", "Track", "WindowUse"]


T = TypeVar("T")
Rules: TypeAlias = tuple[Rule, ...]
Terms: TypeAlias = tuple[Rules, float, float]
"""Rules, the longest wait in seconds that the service may ask for, and the longest time
that a call may be on its way or unanswered, which only a fleet asks for."""
Fleet: TypeAlias = "tuple[RedisPace, str]"
"""Where processes share a pace, and the name of the credential there."""
Place: TypeAlias = tuple[asyncio.AbstractEventLoop, str, str]
"""Event loop, method and path template."""
Key: TypeAlias = tuple[str, bytes, Callable[[], float], "RedisPace | None"]
"""Base URL, digest of the credential, clock, and where processes share a pace."""


class Pool:
    """A budget, and the turnstiles of each event loop in front of it."""

    def __init__(self, budget: Budget, fleet: "Worker | None" = None) -> None:
        """Start without turnstiles.

        Args:
            budget: That of the process.
            fleet: Asks for the places that all processes share, if they do.
        """
        self.budget = budget
        self.fleet = fleet
        self.users: WeakSet[object] = WeakSet()
        """Limiters that use the budget."""
        self._turnstiles: dict[Terms, dict[Place, Turnstile]] = {}
        self._own: dict[tuple[Rules, str, str], Ledger] = {}
        self._lock = threading.Lock()
        with _registry.lock:
            _registry.all.add(self)

    def turnstiles(self, terms: Terms, user: object) -> dict[Place, Turnstile]:
        """Return the turnstiles of the callers with the same terms, by place.

        Args:
            terms: With the budget's rules, or with others that hold in addition.
            user: The pool lives at least as long as this object.
        """
        with self._lock:
            self.users.add(user)
            return self._turnstiles.setdefault(terms, {})

    def new_turnstile(self, terms: Terms, method: str, template: str) -> Turnstile:
        """Make the turnstile of an endpoint for the running loop.

        Endpoints that share a state share the turnstile too.

        Rules other than the budget's hold in addition, for these callers alone.
        """
        rules, longest_hold, lease = terms
        loop = asyncio.get_running_loop()
        endpoint = self.budget.endpoint(method, template)
        method, template = endpoint.method, endpoint.template
        with self._lock:
            self._drop_closed_loops()
            shared = self._turnstiles[terms].get((loop, method, template))
            if shared is not None:
                return shared
            own = None
            if rules != self.budget.rules:
                own = self._own.setdefault(
                    (rules, method, template),
                    self.budget.new_ledger(rules),
                )
            if self.fleet is None:
                turnstile = Turnstile(self.budget, endpoint, own, rules, longest_hold)
            else:
                from configcat_mgmt.core.pacing.fleet.turnstile import FleetTurnstile

                turnstile = FleetTurnstile(
                    self.budget,
                    endpoint,
                    own,
                    rules,
                    longest_hold,
                    worker=self.fleet,
                    lease=lease,
                )
            self._turnstiles[terms][loop, method, template] = turnstile
            return turnstile

    def waiting(self, method: str, template: str) -> int:
        """Count the calls that wait for an endpoint, over all event loops."""
        with self._lock:
            return sum(
                turnstile.waiting
                for turnstiles in self._turnstiles.values()
                for place, turnstile in turnstiles.items()
                if place[1:] == (method, template)
            )

    def before_fork(self) -> None:
        """Take both locks."""
        self._lock.acquire()
        self.budget.before_fork()

    def after_fork_in_parent(self) -> None:
        """Release both locks."""
        self.budget.after_fork_in_parent()
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Renew both locks; the parent's loops do not run in the child."""
        self._lock = threading.Lock()
        for turnstiles in self._turnstiles.values():
            turnstiles.clear()
        self.budget.after_fork_in_child()

    def _drop_closed_loops(self) -> None:
        closed: set[asyncio.AbstractEventLoop] = set()
        for turnstiles in self._turnstiles.values():
            for place in [place for place in turnstiles if place[0].is_closed()]:
                del turnstiles[place]
                closed.add(place[0])
        for loop in closed:
            self.budget.abandon(loop)


class _Registry:
    """All pools of the process."""

    def __init__(self) -> None:
        # Re-entrant, as a pool that is made under the lock takes it as well.
        self.lock = threading.RLock()
        self.shared: dict[Key, Pool] = {}
        self.all: WeakSet[Pool] = WeakSet()
        self._forking: list[Pool] = []

    def join(
        self,
        key: Key,
        make: Callable[[], Pool],
        join: Callable[[Pool], T],
    ) -> T:
        """Join the pool of `key`, and drop the pools that no client needs."""
        with self.lock:
            for other, pool in list(self.shared.items()):
                if not pool.users and pool.budget.idle():
                    del self.shared[other]
            if key not in self.shared:
                self.shared[key] = make()
            return join(self.shared[key])

    def before_fork(self) -> None:
        self.lock.acquire()
        self._forking = list(self.all)
        for pool in self._forking:
            pool.before_fork()

    def after_fork_in_parent(self) -> None:
        for pool in self._forking:
            pool.after_fork_in_parent()
        self._forking = []
        self.lock.release()

    def after_fork_in_child(self) -> None:
        self.lock = threading.RLock()
        for pool in self._forking:
            pool.after_fork_in_child()
        self._forking = []


_registry: Final = _Registry()

if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows does not fork
    os.register_at_fork(
        before=_registry.before_fork,
        after_in_parent=_registry.after_fork_in_parent,
        after_in_child=_registry.after_fork_in_child,
    )


def new_worker(
    fleet: Fleet, budget: Budget, timing: "Timing | None" = None
) -> "Worker":
    """Make the part of this process in the pace of a fleet.

    Args:
        fleet: Where the pace is shared, and the name of the credential there.
        budget: That of this process.
        timing: The times of the protocol, if not the usual ones.
    """
    from configcat_mgmt.core.pacing.fleet.worker import Worker

    pace, name = fleet
    return Worker(pace, name, budget.rules, budget.hold, timing)


def join_shared(
    base_url: str,
    credential_digest: bytes,
    clock: Callable[[], float],
    make: Callable[[], Pool],
    join: Callable[[Pool], T],
    *,
    pace: "RedisPace | None" = None,
) -> T:
    """Join the pool of a credential, which is made if there is none.

    Args:
        base_url: Of the service.
        credential_digest: Tells credentials apart.
        clock: Pools with different clocks are kept apart.
        make: Makes the pool.
        join: Receives the pool and must register as its user before it returns,
            because a pool without users is dropped.
        pace: Where processes share a pace; pools with different ones are kept apart.

    Returns:
        The result of `join`.
    """
    return _registry.join((base_url, credential_digest, clock, pace), make, join)


@attrs.frozen
class WindowUse:
    """How much of one limit is used."""

    calls: int
    """Calls that the limit allows this process."""
    seconds: float
    """Length of its window."""
    used: int
    """Calls that count against it: in flight, or answered less than a window ago."""


@attrs.frozen
class EndpointUse:
    """How much of an endpoint's allowance is used.

    If the service counts all endpoints of a credential together, each endpoint shows
    the common figures.
    """

    method: str
    template: str
    """Path template, such as `/v1/tags/{tagId}`."""
    in_flight: int
    """Calls sent and not answered yet."""
    windows: tuple[WindowUse, ...]
    """One for each limit, shortest window first."""
    waiting: int
    """Calls that wait for their turn, in all event loops."""
    held_seconds: float
    """Seconds for which the endpoint is still held after a 429; 0.0 if it is not."""


class Limiter:
    """Paces the calls of one client, within the budget of its credential.

    Clients with the same base URL and credential share one budget, across event loops
    and threads. The budget has the limits of the client that came first; if another
    asks for other limits or another share, those hold for its own calls in addition.
    The budget and its limits are dropped once it has no client and no call counts.
    """

    __slots__ = ("__weakref__", "_pool", "_probe", "_terms", "_turnstiles")

    def __init__(
        self,
        pool: Pool,
        rules: Rules,
        *,
        probe: bool = False,
        longest_hold: float = math.inf,
        lease: float = 0.0,
    ) -> None:
        """Use a given pool; `Limiter.shared` finds that of a credential.

        Args:
            pool: Holds the budget.
            rules: Usually the budget's.
            probe: Whether the first call of each endpoint goes alone until its answer
                is there, which then tells how much others have used.
            longest_hold: The longest wait, in seconds, that the service may ask for
                with 429. If it asks for more, every call to the endpoint raises
                `HeldError` until that time, and none waits.
            lease: Seconds for which a call of these may be on its way or unanswered,
                with which processes that share a pace survive the end of one.
        """
        self._pool = pool
        self._terms = rules, longest_hold, lease
        self._probe = probe
        self._turnstiles = pool.turnstiles(self._terms, self)

    @classmethod
    def shared(
        cls,
        base_url: str,
        credential_digest: bytes,
        *,
        limits: Limits = DEFAULT_LIMITS,
        share: float = 1.0,
        probe: bool = False,
        longest_hold: float = math.inf,
        linger_seconds: float = 10.0,
        clock: Callable[[], float] = monotonic,
        random: Callable[[], float] = random_module.random,
        fleet: "Fleet | None" = None,
        timeout_seconds: float = 30.0,
    ) -> "Limiter":
        """Make a limiter for a client, on the budget of its credential.

        Args:
            base_url: Of the service.
            credential_digest: The same for the same credential in this process.
            limits: The limits of the service for each endpoint.
            share: The part of the limits for this process, above 0 and at most 1.
            probe: See `__init__`.
            longest_hold: See `__init__`.
            linger_seconds: Seconds for which a call that was given up may still be on
                its way to the service; the client that comes first decides.
            clock: Monotonic, in seconds, and the same as the event loops'.
            random: From 0 to 1; the client that comes first decides.
            fleet: Where processes share a pace, and the name of the credential there.
            timeout_seconds: The longest time that an attempt takes; a fleet keeps the
                place of a call that long if its process dies.

        Raises:
            ConfigurationError: `share` is out of range.
        """
        rules = rules_for(limits, share)
        lease = 0.0 if fleet is None else timeout_seconds + linger_seconds

        def make() -> Pool:
            budget = Budget(
                rules,
                clock=clock,
                random=random,
                linger_seconds=linger_seconds,
            )
            return Pool(budget, fleet and new_worker(fleet, budget))

        def join(pool: Pool) -> Limiter:
            return cls(pool, rules, probe=probe, longest_hold=longest_hold, lease=lease)

        pace = fleet and fleet[0]
        limiter = join_shared(base_url, credential_digest, clock, make, join, pace=pace)
        too_high = unreachable(rules, limiter._pool.budget.rules)
        if too_high is not None:
            log.warning("limits of a client: %s, as the first client had it", too_high)
        return limiter

    def acquire(
        self,
        method: str,
        template: str,
        *,
        first: bool = False,
        track: Track | None = None,
    ) -> Coroutine[object, object, Slot]:
        """Wait until a call may be sent; the caller must end the slot.

        Must be called, not only awaited, on the event loop where it waits. If the
        caller is canceled or the tracked future fails, no call counts.

        Args:
            method: HTTP method in capitals.
            template: Path template of the endpoint.
            first: Whether to go before those that wait already, for a call that is
                repeated.
            track: Receives the future that is waited on, once and only if there is
                something to wait for; an exception set on it ends the wait.

        Raises:
            HeldError: The service asked for a longer wait than these calls accept.
        """
        # Not a coroutine itself: thousands of waiting calls each save a frame.
        loop = asyncio.get_running_loop()
        turnstile = self._turnstiles.get((loop, method, template))
        if turnstile is None:
            turnstile = self._pool.new_turnstile(self._terms, method, template)
        if self._probe and not turnstile.endpoint.probed:
            self._pool.budget.probe_first(turnstile.endpoint)
        return turnstile.enter(first=first, track=track)

    @property
    def outage(self) -> str | None:
        """Why calls get no place of the fleet at present; None if they do."""
        fleet = self._pool.fleet
        return None if fleet is None else fleet.outage

    def snapshot(self) -> list[EndpointUse]:
        """Describe every endpoint that was used, first used first."""
        budget = self._pool.budget
        found: list[EndpointUse] = []
        for endpoint in budget.endpoints():
            in_flight, used, held = budget.use(endpoint)
            windows = zip(budget.rules, used, strict=True)
            found.append(
                EndpointUse(
                    method=endpoint.method,
                    template=endpoint.template,
                    in_flight=in_flight,
                    windows=tuple(
                        WindowUse(rule.calls, rule.seconds, count)
                        for rule, count in windows
                    ),
                    waiting=self._pool.waiting(endpoint.method, endpoint.template),
                    held_seconds=held,
                ),
            )
        return found
