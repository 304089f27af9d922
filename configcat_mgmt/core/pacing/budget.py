"""The rate limits of a credential, shared by all its calls in this process."""

import asyncio
import contextlib
import math
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Final

from configcat_mgmt.core.pacing.endpoint import Endpoint
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.slot import Ending, HeldError, Lane, Outcome, Slot, Turn
from configcat_mgmt.core.rate_limit_policy import TOO_MANY_REQUESTS

if TYPE_CHECKING:
    from configcat_mgmt.core.pacing.fleet.token import Token

LONGEST_HOLD_SECONDS: Final = 86_400.0
"""A longer `Retry-After` counts as this one: it can only be a mistake."""

MOST_ENDPOINTS: Final = 500
"""Endpoints that a budget tells apart; the API has about a hundred."""
OTHER_ENDPOINTS: Final = ("*", "*")
"""Method and template of those beyond, which share one pace."""


class Budget:
    """The ledgers of a credential's endpoints, for all clients, loops and threads.

    One lock guards everything. A slot may end anywhere, even in a finalizer that runs
    while the same thread holds the lock. So endings go to a queue that the next holder
    of the lock empties, and ending a slot never waits.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        clock: Callable[[], float],
        random: Callable[[], float],
        linger_seconds: float = 10.0,
        ledger_type: type[Ledger] = Ledger,
    ) -> None:
        """Start with no call counted.

        Args:
            rules: The limits of each endpoint.
            clock: Monotonic, in seconds.
            random: From 0 to 1, for the jitter after a refusal.
            linger_seconds: Seconds that a call that was given up may be on its way.
            ledger_type: The class that counts calls.
        """
        self.rules = tuple(sorted(rules, key=lambda rule: rule.seconds))
        self._clock = clock
        self.longest_window = self.rules[-1].seconds
        self._random = random
        self._linger = linger_seconds
        self._ledger_type = ledger_type
        self._lock = threading.Lock()
        self._endpoints: dict[tuple[str, str], Endpoint] = {}
        self._joined: Ledger | None = None
        self._open: set[Slot] = set()
        self._endings: deque[Ending] = deque()
        self.turns: set[Turn] = set()
        """The lanes that wait for a place."""

    def clock(self) -> float:
        """Return the time in seconds."""
        return self._clock()

    def new_ledger(self, rules: Sequence[Rule] | None = None) -> Ledger:
        """Make an empty ledger, by default for the budget's own rules."""
        return self._ledger_type(rules or self.rules, self._linger)

    def endpoint(self, method: str, template: str) -> Endpoint:
        """Return the state of an endpoint, created on first use.

        Once there are very many, all new ones share one state.
        """
        key = method, template
        with self._locked():
            if key not in self._endpoints and len(self._endpoints) >= MOST_ENDPOINTS:
                key = method, template = OTHER_ENDPOINTS
            if key not in self._endpoints:
                ledger = self._joined or self.new_ledger()
                self._endpoints[key] = Endpoint(method, template, ledger)
            return self._endpoints[key]

    def endpoints(self) -> list[Endpoint]:
        """Return all endpoints that were ever used, first used first."""
        return list(self._endpoints.values())

    def admit(self, lane: Lane) -> Slot | Turn:
        """Take a place for the first caller of a lane, or say how long it has to wait.

        Must be called in the thread of the lane's loop.

        Raises:
            HeldError: The service asked for a longer wait than the lane accepts.
        """
        endpoint, own = lane.endpoint, lane.own
        decision: Slot | Turn | HeldError
        with self._lock:
            now = self._clock()
            wait = endpoint.wait(own, now)
            if wait and endpoint.gate.asked(now) > lane.longest_hold:
                gate = endpoint.gate
                decision = HeldError(gate.asked(now), gate.held_until - now)
            elif wait:
                decision = Turn(lane, wait)
                self.turns.add(decision)
            else:
                mark = endpoint.ledger.take()
                if own is not None:
                    own.take()
                alone = endpoint.gate.take(now)
                decision = Slot(self, lane, mark, now, probe=alone)
                self._open.add(decision)
        if self._endings:
            self._drain()
        if isinstance(decision, HeldError):
            raise decision
        return decision

    def probe_first(self, endpoint: Endpoint) -> None:
        """Let the very first call of an endpoint go alone."""
        with self._locked():
            endpoint.probe_first()

    def hold(self, method: str, template: str, left: float, asked: float) -> None:
        """Hold an endpoint because another process got a 429.

        Args:
            method: HTTP method of the endpoint.
            template: Its path template.
            left: Seconds for which it is held.
            asked: The wait in seconds that the service asked for; 0.0 if unstated.
        """
        endpoint = self.endpoint(method, template)
        with self._locked():
            endpoint.gate.hold(self._clock() + left, asked)
            self._wake(endpoint, everybody=True)

    def forget(self, turn: Turn) -> None:
        """Stop waking a lane."""
        self.turns.discard(turn)

    def settle(self, ending: Ending) -> None:
        """Book the end of a slot, now or as soon as the lock is free."""
        self._endings.append(ending)
        self._drain()

    def abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up the calls of a closed loop that were left without an ending."""
        for slot in [slot for slot in self._open.copy() if slot.lane.loop is loop]:
            slot.gave_up()

    def idle(self) -> bool:
        """Return whether no call counts and no endpoint is held."""
        with self._locked():
            now = self._clock()
            return not any(
                any(endpoint.ledger.used(now)) or endpoint.gate.wait(now)
                for endpoint in self._endpoints.values()
            )

    def use(self, endpoint: Endpoint) -> tuple[int, tuple[int, ...], float]:
        """Return calls in flight, places taken by rule, and seconds of hold left."""
        with self._locked():
            now = self._clock()
            ledger = endpoint.ledger
            held = max(0.0, endpoint.gate.held_until - now)
            return ledger.in_flight, ledger.used(now), held

    def before_fork(self) -> None:
        """Take the lock, so that the child does not copy a half-made change."""
        self._lock.acquire()

    def after_fork_in_parent(self) -> None:
        """Release the lock."""
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Renew the lock and leave the parent's calls to the parent.

        They may still be counted by the service, so they are booked as given up.
        """
        self._lock = threading.Lock()
        self.turns.clear()
        self._settle_all()
        now = self._clock()
        for slot in self._open:
            slot.lane.endpoint.ledger.gave_up(now)
            if slot.lane.own is not None:
                slot.lane.own.gave_up(now)
            if slot.probe:
                slot.lane.endpoint.gate.probe_ended(answered=False)
        self._open.clear()

    @contextlib.contextmanager
    def _locked(self) -> Generator[None, None, None]:
        """Hold the lock; settle ended slots before and afterwards."""
        self._drain()
        try:
            with self._lock:
                yield
        finally:
            self._drain()

    def _drain(self) -> None:
        while self._endings and self._lock.acquire(blocking=False):
            try:
                self._settle_all()
            finally:
                self._lock.release()

    def _settle_all(self) -> None:
        while self._endings:
            ending = self._endings.popleft()
            # Two threads may end a slot at the same moment; the first one counts.
            if ending.slot in self._open:
                self._open.discard(ending.slot)
                self._settle(ending)

    def _settle(self, ending: Ending) -> None:
        slot, now = ending.slot, ending.now
        endpoint = slot.lane.endpoint
        for ledger in (endpoint.ledger, slot.lane.own):
            if ledger is None:
                continue
            if ending.outcome is Outcome.ANSWERED:
                ledger.answered(now)
            elif ending.outcome is Outcome.GAVE_UP:
                ledger.gave_up(now)
            else:
                ledger.never_sent()
        if slot.probe:
            endpoint.gate.probe_ended(answered=ending.outcome is Outcome.ANSWERED)
        if ending.quota is not None and ending.status == TOO_MANY_REQUESTS:
            self._refused(slot, now, ending.quota.retry_after_seconds)
        elif ending.quota is not None:
            # Calls of a fleet are not those of others; its script tells them apart.
            known = slot.ledger is endpoint.ledger and slot.token is None
            mark = slot.mark if known else None
            quota = ending.quota
            endpoint.learn(slot.sent_at, mark, now, quota, alone=slot.probe)
        if slot.token is not None:
            self._tell_fleet(slot.token, ending)
        refused = ending.status == TOO_MANY_REQUESTS
        never_sent = ending.outcome is Outcome.NEVER_SENT
        self._wake(endpoint, everybody=never_sent or refused)

    def _tell_fleet(self, token: "Token", ending: Ending) -> None:
        """Report the end of a call to the other processes."""
        now, quota = ending.now, ending.quota
        if ending.outcome is Outcome.NEVER_SENT:
            token.end(None)
            return
        if ending.status == TOO_MANY_REQUESTS:
            gate = ending.slot.lane.endpoint.gate
            token.held = gate.held_until, gate.asked(now)
        elif quota is not None and quota.remaining is not None:
            left = quota.reset_in_seconds or 0.0
            token.seen = quota.remaining, now + left + self.rules[-1].guard
        given_up = ending.outcome is Outcome.GAVE_UP
        token.end(now + self._linger if given_up else now)

    def _refused(self, slot: Slot, now: float, retry_after: float | None) -> None:
        """React to a 429 that the ledgers did not predict."""
        endpoint = slot.lane.endpoint
        new = endpoint.is_new(slot.sent_at)
        if retry_after is not None:
            retry_after = min(retry_after, LONGEST_HOLD_SECONDS)
        short = endpoint.hold(now, retry_after, self._random, new=new)
        if not new:
            return
        if self._joined is None and self._beyond_together(now):
            self._join()
        elif short:
            endpoint.ledger.slow_down(now, since=endpoint.gate.held_until)

    def _beyond_together(self, now: float) -> bool:
        """Return whether all endpoints together hold more than a rule allows one."""
        ledgers = [endpoint.ledger for endpoint in self._endpoints.values()]
        together = map(sum, zip(*(ledger.used(now) for ledger in ledgers), strict=True))
        return any(
            used > rule.calls for used, rule in zip(together, self.rules, strict=True)
        )

    def _join(self) -> None:
        """Count all endpoints together from now on."""
        ledgers = [endpoint.ledger for endpoint in self._endpoints.values()]
        self._joined = self._ledger_type.joined(ledgers)
        for endpoint in self._endpoints.values():
            endpoint.ledger = self._joined

    def _wake(self, endpoint: Endpoint, *, everybody: bool) -> None:
        """Wake the lanes that an ending concerns.

        A lane that waits until a known time gains nothing from an answer, only from a
        place that became free at once. A refusal may make its wait too long.
        """
        for turn in self.turns.copy():
            concerned = turn.endpoint is endpoint or self._joined is not None
            if concerned and (everybody or turn.wait_seconds == math.inf):
                self.turns.discard(turn)
                turn.call()
