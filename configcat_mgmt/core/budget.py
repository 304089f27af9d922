"""What all calls with one credential may spend, whoever makes them in this process."""

import asyncio
import enum
import math
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import attrs

from configcat_mgmt.core.endpoint import Endpoint
from configcat_mgmt.core.ledger import Ledger, Rule
from configcat_mgmt.core.quota import QuotaHeaders, read_quota_headers

TOO_MANY_REQUESTS: Final = 429
JITTER_SECONDS: Final = 0.25
LONGEST_HOLD_SECONDS: Final = 120.0


class Outcome(enum.Enum):
    """How the place of a call ends."""

    ANSWERED = enum.auto()
    GAVE_UP = enum.auto()
    NEVER_SENT = enum.auto()


class Lane(Protocol):
    """Where a call waits; gets back what a call that was never sent had used up."""

    endpoint: Endpoint
    own: Ledger | None
    loop: asyncio.AbstractEventLoop

    def refund(self) -> None:
        """Let the next call go without passing what this one had passed."""


class Slot:
    """Permission to send once. Exactly one of its three endings takes effect.

    Until then the call counts as in flight, so every slot must be ended: as soon as the
    status line is there, or when no answer will come.
    """

    __slots__ = (
        "_open",
        "budget",
        "lane",
        "ledger",
        "longest_hold",
        "mark",
        "probe",
        "sent_at",
        "waited_seconds",
    )

    def __init__(
        self,
        budget: "Budget",
        lane: Lane,
        mark: int,
        sent_at: float,
        *,
        probe: bool,
    ) -> None:
        """Note what `Budget.admit` decided."""
        self.budget = budget
        self.lane = lane
        self.ledger = lane.endpoint.ledger
        self.mark = mark
        self.sent_at = sent_at
        """When the call was admitted, in seconds of the budget's clock."""
        self.probe = probe
        """Whether the others wait for this call's answer."""
        self.waited_seconds = 0.0
        """How long the call waited for the slot."""
        self.longest_hold = LONGEST_HOLD_SECONDS
        """Seconds that a `Retry-After` can hold the endpoint at most."""
        self._open = True

    def answered(self, headers: Mapping[str, str], status: int) -> QuotaHeaders:
        """Book the answer: call it when the status line is there, not at the end.

        Args:
            headers: The answer's, in a mapping that ignores case.
            status: The answer's; 429 makes the limiter hold the endpoint.

        Returns:
            What the headers say about the allowance.
        """
        quota = read_quota_headers(headers, self.budget.longest_window)
        self._end(Outcome.ANSWERED, status, quota)
        return quota

    def gave_up(self) -> None:
        """Book a call that was sent, or may have been, and will have no answer."""
        self._end(Outcome.GAVE_UP)

    def never_sent(self) -> None:
        """Give the slot back: nothing of the call has left this machine for certain."""
        if self._open:
            self.lane.refund()
        self._end(Outcome.NEVER_SENT)

    def close(self) -> None:
        """Make further endings have no effect."""
        self._open = False

    def _end(
        self,
        outcome: Outcome,
        status: int = 0,
        quota: QuotaHeaders | None = None,
    ) -> None:
        if self._open:
            self._open = False
            self.budget.settle(_Ending(self, outcome, status, quota))


class _Ending:
    """The end of a slot, with its time."""

    __slots__ = ("now", "outcome", "quota", "slot", "status")

    def __init__(
        self,
        slot: Slot,
        outcome: Outcome,
        status: int,
        quota: QuotaHeaders | None,
    ) -> None:
        self.slot = slot
        self.outcome = outcome
        self.status = status
        self.quota = quota
        self.now = slot.budget.clock()


class Turn:
    """A lane whose first caller has to wait, and what wakes it."""

    __slots__ = ("endpoint", "future", "wait_seconds")

    def __init__(self, lane: Lane, wait_seconds: float) -> None:
        """Make the future on the lane's loop; must be called in its thread."""
        self.endpoint = lane.endpoint
        self.future: asyncio.Future[None] = lane.loop.create_future()
        """Done when it is worth asking again, even before the time."""
        self.wait_seconds = wait_seconds
        """Seconds after which to ask again in any case, infinity for never."""

    def come(self) -> None:
        """Complete the future; only in the thread of its loop."""
        if not self.future.done():
            self.future.set_result(None)

    def call(self) -> None:
        """Complete the future from any thread."""
        try:
            self.future.get_loop().call_soon_threadsafe(self.come)
        except RuntimeError:
            # The loop was closed meanwhile; nobody waits there any more.
            pass


class Budget:
    """The ledgers of a credential's endpoints, for all clients, loops and threads.

    One lock guards everything. Slots may be ended from anywhere, even from a finalizer
    that runs while this very thread holds the lock; so an ending is put on a queue that
    whoever has the lock empties, and never waits for it.
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
        """Start with nothing spent.

        Args:
            rules: What each endpoint may spend.
            clock: Monotonic, in seconds.
            random: From 0 to 1, for the jitter after a refusal.
            linger_seconds: For how long a call that was given up may be on its way.
            ledger_type: What keeps the count.
        """
        self.rules = tuple(sorted(rules, key=lambda rule: rule.seconds))
        self.clock = clock
        self.longest_window = self.rules[-1].seconds
        self._random = random
        self._linger = linger_seconds
        self._ledger_type = ledger_type
        self._lock = threading.Lock()
        self._endpoints: dict[tuple[str, str], Endpoint] = {}
        self._joined: Ledger | None = None
        self._open: set[Slot] = set()
        self._endings: deque[_Ending] = deque()
        self._turns: set[Turn] = set()

    def new_ledger(self, rules: Sequence[Rule] | None = None) -> Ledger:
        """Make an empty ledger, by default for the budget's own rules."""
        return self._ledger_type(rules or self.rules, self._linger)

    def endpoint(self, method: str, template: str) -> Endpoint:
        """Return what is known about an endpoint."""
        key = method, template
        with self._lock:
            if key not in self._endpoints:
                ledger = self._joined or self.new_ledger()
                self._endpoints[key] = Endpoint(method, template, ledger)
            return self._endpoints[key]

    def endpoints(self) -> list[Endpoint]:
        """Return all endpoints that were ever used, first used first."""
        return list(self._endpoints.values())

    @property
    def joined(self) -> bool:
        """Whether all endpoints are counted together by now."""
        return self._joined is not None

    def admit(self, lane: Lane) -> Slot | Turn:
        """Take a place for the first caller of a lane, or say how long it has to wait.

        Must be called in the thread of the lane's loop.
        """
        endpoint, own = lane.endpoint, lane.own
        decision: Slot | Turn
        with self._lock:
            if self._endings:
                self._settle_all()
            now = self.clock()
            wait = endpoint.wait(own, now)
            if wait:
                decision = Turn(lane, wait)
                self._turns.add(decision)
            else:
                mark = endpoint.ledger.take()
                if own is not None:
                    own.take()
                alone = endpoint.gate.take(now)
                decision = Slot(self, lane, mark, now, probe=alone)
                self._open.add(decision)
        if self._endings:
            self._drain()
        return decision

    def probe_first(self, endpoint: Endpoint) -> None:
        """Let the very first call of an endpoint go alone."""
        with self._lock:
            endpoint.probe_first()

    def forget(self, turn: Turn) -> None:
        """Stop waking a lane."""
        self._turns.discard(turn)

    def settle(self, ending: _Ending) -> None:
        """Book the end of a slot, now or as soon as the lock is free."""
        self._endings.append(ending)
        self._drain()

    def abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up the calls of a closed loop that were left without an ending."""
        for slot in [slot for slot in self._open.copy() if slot.lane.loop is loop]:
            slot.gave_up()

    def idle(self) -> bool:
        """Say whether nothing is spent or held, so that forgetting all does no harm."""
        with self._lock:
            self._settle_all()
            now = self.clock()
            return not self._open and not any(
                any(endpoint.ledger.used(now)) or endpoint.gate.wait(now)
                for endpoint in self._endpoints.values()
            )

    def use(self, endpoint: Endpoint) -> tuple[int, tuple[int, ...], float]:
        """Return calls in flight, places taken by rule, and seconds of hold left."""
        with self._lock:
            self._settle_all()
            now = self.clock()
            ledger = endpoint.ledger
            held = max(0.0, endpoint.gate.held_until - now)
            return ledger.in_flight, ledger.used(now), held

    def before_fork(self) -> None:
        """Take the lock, so that the child does not copy a half-made change."""
        self._lock.acquire()

    def after_fork_in_parent(self) -> None:
        """Go on as before."""
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Renew the lock and leave the parent's calls to the parent.

        They may still be counted by the service, so they are booked as given up.
        """
        self._lock = threading.Lock()
        self._turns.clear()
        self._settle_all()
        now = self.clock()
        for slot in self._open:
            slot.close()
            slot.lane.endpoint.ledger.gave_up(now)
            if slot.lane.own is not None:
                slot.lane.own.gave_up(now)
            if slot.probe:
                slot.lane.endpoint.gate.probe_ended(answered=False)
        self._open.clear()

    def _drain(self) -> None:
        while self._endings and self._lock.acquire(blocking=False):
            try:
                self._settle_all()
            finally:
                self._lock.release()

    def _settle_all(self) -> None:
        while self._endings:
            ending = self._endings.popleft()
            if ending.slot in self._open:
                self._open.discard(ending.slot)
                self._settle(ending)

    def _settle(self, ending: _Ending) -> None:
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
            mark = slot.mark if slot.ledger is endpoint.ledger else None
            endpoint.learn(slot.sent_at, mark, now, ending.quota)
        self._wake(endpoint, everybody=ending.outcome is Outcome.NEVER_SENT)

    def _refused(self, slot: Slot, now: float, retry_after: float | None) -> None:
        """React to a 429 that the ledgers had not expected."""
        endpoint = slot.lane.endpoint
        new = endpoint.is_new_refusal(slot.sent_at)
        if retry_after is not None:
            retry_after = min(retry_after, slot.longest_hold)
        jitter = JITTER_SECONDS * self._random()
        short = endpoint.hold(now, retry_after, jitter, new=new)
        if not new:
            return
        if self._joined is None and self._beyond_together(now):
            self._join()
        elif short:
            endpoint.ledger.slow_down(now, since=endpoint.gate.held_until)

    def _beyond_together(self, now: float) -> bool:
        """Say whether all endpoints together hold more than a rule allows one."""
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
        """Call the lanes for which an ending may have changed something.

        A lane that waits for a certain time gains nothing from an answer; only a place
        that became free at once is of use to it.
        """
        for turn in self._turns.copy():
            concerned = turn.endpoint is endpoint or self._joined is not None
            if concerned and (everybody or turn.wait_seconds == math.inf):
                self._turns.discard(turn)
                turn.call()
