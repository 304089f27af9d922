"""Makes every call wait until it is certain not to be answered 429.

The parts: `ledger` keeps the count that gives the certainty, `gate` and `endpoint`
react when the service refuses a call nevertheless, `budget` joins them for a
credential, `turnstile` queues the calls of one event loop, and `pool` finds the budget
that all clients of the process share. This file is the face that the pipeline sees.
"""

import asyncio
import random as random_module
import time
from collections.abc import Callable, Coroutine

import attrs

from configcat_mgmt.core.pacing.budget import LONGEST_HOLD_SECONDS, Budget
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS, Limits, rules_for
from configcat_mgmt.core.pacing.pool import Pool, Rules, join_shared
from configcat_mgmt.core.pacing.slot import Slot
from configcat_mgmt.core.pacing.turnstile import Track

__all__ = ["EndpointUse", "Limiter", "Slot", "Track", "WindowUse"]


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
    """How much of an endpoint's allowance is used, for people to look at.

    If the service was found to count all endpoints of a credential together, each
    endpoint shows the common figures.
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
    """For how long the endpoint is held back yet after a 429, in seconds."""


class Limiter:
    """Paces the calls of one client, within the budget that its credential has.

    Clients with the same base URL and credential share one budget, across event loops
    and threads. The budget has the limits of the client that came first; if another
    asks for other limits or another share, those hold for its own calls in addition.
    The budget is forgotten, limits and all, when it has no client and nothing counts
    against it any more.
    """

    __slots__ = ("__weakref__", "_pool", "_probe", "_rules", "_turnstiles")

    def __init__(self, pool: Pool, rules: Rules, *, probe: bool = False) -> None:
        """Use a pool of one's own; for the shared one see `Limiter.shared`.

        Args:
            pool: Has the budget.
            rules: Usually the budget's.
            probe: Whether the first call of each endpoint goes alone until its answer
                is there, which then tells how much others have used.
        """
        self._pool = pool
        self._rules = rules
        self._probe = probe
        self._turnstiles = pool.turnstiles(rules, self)

    @classmethod
    def shared(
        cls,
        base_url: str,
        credential_digest: bytes,
        *,
        limits: Limits = DEFAULT_LIMITS,
        share: float = 1.0,
        probe: bool = False,
        max_hold_seconds: float = LONGEST_HOLD_SECONDS,
        linger_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = random_module.random,
    ) -> "Limiter":
        """Make a limiter for a client, on the budget of its credential.

        Args:
            base_url: Of the service.
            credential_digest: The same for the same credential in this process.
            limits: What the service allows for each endpoint.
            share: The part of it that is this process's, above 0 and at most 1.
            probe: See `__init__`.
            max_hold_seconds: How long a 429 can hold an endpoint at most, whatever it
                asks for; the client that comes first decides.
            linger_seconds: For how long a call that was given up may still be on its
                way to the service; the client that comes first decides.
            clock: Monotonic, in seconds, and the same as the event loops'.
            random: From 0 to 1; the client that comes first decides.

        Raises:
            ConfigurationError: `share` is out of range.
        """
        rules = rules_for(limits, share)

        def make() -> Pool:
            return Pool(
                Budget(
                    rules,
                    clock=clock,
                    random=random,
                    linger_seconds=linger_seconds,
                    max_hold_seconds=max_hold_seconds,
                ),
            )

        def join(pool: Pool) -> Limiter:
            return cls(pool, rules, probe=probe)

        return join_shared(base_url, credential_digest, clock, make, join)

    def acquire(
        self,
        method: str,
        template: str,
        *,
        first: bool = False,
        track: Track | None = None,
    ) -> Coroutine[object, object, Slot]:
        """Wait until a call may be sent; the caller must end the slot in any case.

        It has to be called, not only awaited, in the event loop where it waits. If the
        caller is cancelled, or the tracked future made to fail, nothing counts.

        Args:
            method: HTTP method in capitals.
            template: Path template of the endpoint.
            first: Whether to go before those that wait already, for a call that is
                repeated.
            track: Is given the future that is waited on, once and only if there is
                something to wait for; an exception set on it ends the wait.
        """
        # Not a coroutine itself: thousands of waiting calls each save a frame.
        loop = asyncio.get_running_loop()
        turnstile = self._turnstiles.get((loop, method, template))
        if turnstile is None:
            turnstile = self._pool.new_turnstile(self._rules, method, template)
        if self._probe and not turnstile.endpoint.probed:
            self._pool.budget.probe_first(turnstile.endpoint)
        return turnstile.enter(first=first, track=track)

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
