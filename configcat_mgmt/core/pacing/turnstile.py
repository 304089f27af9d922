"""Queues the calls of one event loop to one endpoint, in order of arrival."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Final, TypeAlias

from aiolimiter import AsyncLimiter

from configcat_mgmt.clock import call_later, is_replaced
from configcat_mgmt.core.hooks import log
from configcat_mgmt.core.pacing.budget import Budget
from configcat_mgmt.core.pacing.endpoint import Endpoint
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.slot import Slot, Turn

Track: TypeAlias = Callable[["asyncio.Future[None]"], object]
"""Receives the future that a caller waits on; an exception set on it ends the wait."""


SPARE_PLACES: Final = 64
"""A queue is tidied once it has this many places more than twice its callers."""


class Turnstile:
    """Lets callers through one by one, in order of arrival.

    Each call takes a place in the ledger, and then a token from the bucket of each
    limit. A bucket alone would let twice the limit into one window: all its tokens, and
    those that come back meanwhile. The ledger is stricter, so a call that has its place
    finds its tokens at once. If the service refuses one burst after the other
    nevertheless, a bucket of one token spreads the calls of the endpoint evenly.

    While callers wait, one task asks for all of them. A turnstile belongs to one event
    loop and must be used on that loop only.
    """

    __slots__ = (
        "_again",
        "_buckets",
        "_budget",
        "_granted",
        "_refunded",
        "_reported",
        "_rules",
        "_server",
        "_spread",
        "_waiters",
        "endpoint",
        "longest_hold",
        "loop",
        "own",
        "waiting",
    )

    def __init__(
        self,
        budget: Budget,
        endpoint: Endpoint,
        own: Ledger | None,
        rules: Sequence[Rule],
        longest_hold: float = math.inf,
    ) -> None:
        """Bind to the running loop.

        Args:
            budget: Gives out the slots.
            endpoint: The budget's.
            own: A further ledger to pass, for callers with limits of their own.
            rules: Limits of the callers, shortest window first; each has a bucket.
            longest_hold: The longest wait, in seconds, that the service may ask for.
                If it asks for more, no call waits: all raise `HeldError`.
        """
        self.loop = asyncio.get_running_loop()
        self.endpoint = endpoint
        self.longest_hold = longest_hold
        self.own = own
        self._budget = budget
        self._rules = rules
        self._buckets = [AsyncLimiter(rule.calls, rule.seconds) for rule in rules]
        self._refunded = 0
        """Calls that go without tokens, because as many that had some were not sent."""
        self._spread: AsyncLimiter | None = None
        self._reported = -math.inf
        # Futures of those who went away stay in the queues until they are passed over.
        self._again: deque[asyncio.Future[None]] = deque()
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._granted: dict[asyncio.Future[None], Slot] = {}
        self._server: asyncio.Task[None] | None = None
        self.waiting = 0
        """Callers in the queue."""

    def enter(
        self,
        *,
        first: bool = False,
        track: Track | None = None,
    ) -> Coroutine[object, object, Slot]:
        """Wait for a slot.

        Args:
            first: Whether to go before those that wait, for a call that is repeated.
            track: Receives the future that is waited on, if there is a wait.
        """
        # Not a coroutine itself: thousands of waiting calls each save a frame.
        if self._server is None:
            return self._enter_at_once(first, track)
        return self._queue_up(first, track)

    async def _enter_at_once(self, first: bool, track: Track | None) -> Slot:
        """Get a slot without waiting, or queue up."""
        # Somebody may have come between making this coroutine and running it.
        if self._server is None and not self.endpoint.paced:
            decision = await self._ask()
            if isinstance(decision, Slot):
                return decision
            self._budget.forget(decision)
        return await self._queue_up(first, track)

    async def _ask(self) -> Slot | Turn:
        """Take a place and a token from each bucket, or say how long to wait."""
        decision = self._budget.admit(self)
        # Buckets go by the loop's clock, and stay empty while a test stops it.
        if isinstance(decision, Turn) or is_replaced():
            return decision
        try:
            if self._refunded:
                self._refunded -= 1
            else:
                for bucket in self._buckets:
                    await bucket.acquire()
        except BaseException:
            decision.never_sent()
            raise
        decision.has_tokens = True
        return decision

    def refund(self) -> None:
        """Let one more call go without tokens; aiolimiter takes none back."""
        self._refunded += 1

    async def _queue_up(self, first: bool, track: Track | None) -> Slot:
        queue = self._again if first else self._waiters
        began = self._budget.clock()
        future: asyncio.Future[None] = self.loop.create_future()
        queue.append(future)
        self.waiting += 1
        try:
            if track is not None:
                track(future)
            if self._server is None:
                # Not `create_task`: an eager task factory would run the server here,
                # before `_server` is set and while this caller is not waiting yet.
                self._server = asyncio.Task(self._serve(), loop=self.loop)
                self._server.add_done_callback(self._ended)
            await future
        except BaseException:
            slot = self._granted.pop(future, None)
            if slot is not None:
                slot.never_sent()
            else:
                self._leave(queue, future)
            raise
        slot = self._granted.pop(future)
        slot.waited_seconds = slot.sent_at - began
        return slot

    def _leave(
        self,
        queue: "deque[asyncio.Future[None]]",
        future: "asyncio.Future[None]",
    ) -> None:
        """Leave the queue without a slot."""
        self.waiting -= 1
        if self.loop.is_closed():
            return
        future.cancel()
        if len(queue) > 2 * self.waiting + SPARE_PLACES:
            living = [future for future in queue if not future.done()]
            queue.clear()
            queue.extend(living)
        server = self._server
        if server is not None and not self.waiting:
            self._server = None
            server.cancel()

    async def _serve(self) -> None:
        """Get slots for the callers in the queue until it is empty."""
        while self.waiting:
            slot = await self._admission()
            if not self._grant(slot):
                slot.never_sent()
                break
        self._server = None

    def _ended(self, server: "asyncio.Task[None]") -> None:
        """End all waits if the server was stopped from outside."""
        error = None if server.cancelled() else server.exception()
        if self._server is not server:
            return
        self._server = None
        while (future := self._next()) is not None:
            if error is None:
                # The loop is being shut down, task by task.
                future.cancel()
            else:
                future.set_exception(error)

    def _grant(self, slot: Slot) -> bool:
        """Give a slot to the first who still waits, if anybody does."""
        future = self._next()
        if future is None:
            return False
        self._granted[future] = slot
        self.waiting -= 1
        future.set_result(None)
        return True

    def _next(self) -> "asyncio.Future[None] | None":
        """Take the first who still waits off the queue."""
        for queue in (self._again, self._waiters):
            while queue:
                future = queue.popleft()
                if not future.done():
                    return future
        return None

    async def _admission(self) -> Slot:
        """Wait for a slot, and before that for the even pace of the endpoint."""
        if self.endpoint.paced and not is_replaced():
            if self._spread is None:
                longest = self._rules[-1]
                self._spread = AsyncLimiter(1, longest.seconds / longest.calls)
            await self._spread.acquire()
        while True:
            decision = await self._ask()
            if isinstance(decision, Slot):
                return decision
            self._report_hold()
            await self._pause(decision)

    def _report_hold(self) -> None:
        """Log once that calls wait because the service refused one."""
        until, now = self.endpoint.gate.held_until, self._budget.clock()
        if now < until != self._reported:
            self._reported = until
            log.info(
                "%s %s: calls wait for %.1f s after a 429",
                self.endpoint.method,
                self.endpoint.template,
                until - now,
            )

    async def _pause(self, turn: Turn) -> None:
        timer = None
        if turn.wait_seconds != math.inf:
            timer = call_later(self.loop, turn.wait_seconds, turn.come)
        try:
            await turn.future
        finally:
            if timer is not None:
                timer.cancel()
            self._budget.forget(turn)
