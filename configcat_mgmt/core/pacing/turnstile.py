"""Where the calls of one event loop to one endpoint queue up, in order of arrival."""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Final, TypeAlias

from aiolimiter import AsyncLimiter

from configcat_mgmt.core.pacing.budget import Budget
from configcat_mgmt.core.pacing.endpoint import Endpoint
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.slot import Slot, Turn

Track: TypeAlias = Callable[["asyncio.Future[None]"], object]
"""Is given the future that a caller waits on, so as to make the wait fail."""


SPARE_PLACES: Final = 64
"""A queue is tidied when it has this many more places than twice the callers."""


class _Bucket:
    """One of aiolimiter's buckets, and the drops that were taken but not used."""

    __slots__ = ("limiter", "prepaid")

    def __init__(self, calls: float, seconds: float) -> None:
        self.limiter = AsyncLimiter(calls, seconds)
        self.prepaid = 0


class Turnstile:
    """Lets callers through one by one: past the buckets, then past the ledger.

    The buckets keep calls in order and apart; alone they would let twice the limit into
    one window, so the ledger has the last word. As it never admits more than the rules
    allow in any window, the buckets never delay a call further.

    While somebody waits, one task does the waiting for all. What it has passed when the
    caller goes away stays passed, so that a cancelled caller leaves nothing behind.

    It belongs to one event loop and must be used in that loop only.
    """

    __slots__ = (
        "_again",
        "_buckets",
        "_budget",
        "_granted",
        "_rules",
        "_server",
        "_waiters",
        "endpoint",
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
    ) -> None:
        """Bind to the running loop, where the buckets are made.

        Args:
            budget: Gives out the slots.
            endpoint: The budget's.
            own: A further ledger to pass, for callers with limits of their own.
            rules: Limits that the buckets stand for, shortest window first.
        """
        self.loop = asyncio.get_running_loop()
        self.endpoint = endpoint
        self.own = own
        self._budget = budget
        self._rules = tuple(rules)
        self._buckets = [_Bucket(rule.calls, rule.seconds) for rule in reversed(rules)]
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
            track: Is given the future that is waited on, if there is a wait.
        """
        # Not a coroutine itself: thousands of waiting calls each save a frame.
        if self._server is None:
            return self._enter_at_once(first, track)
        return self._queue_up(first, track)

    async def _enter_at_once(self, first: bool, track: Track | None) -> Slot:
        """Pass everything without being suspended, or queue up after all."""
        if self._server is not None:
            # Somebody came between making this coroutine and running it.
            return await self._queue_up(first, track)
        if self.endpoint.paced:
            self._keep_pace()
        passed = 0
        for bucket in self._buckets:
            if bucket.prepaid:
                bucket.prepaid -= 1
            elif bucket.limiter.has_capacity():
                await bucket.limiter.acquire()
            else:
                break
            passed += 1
        else:
            decision = self._budget.admit(self)
            if isinstance(decision, Slot):
                return decision
            self._budget.forget(decision)
        for bucket in self._buckets[:passed]:
            bucket.prepaid += 1
        return await self._queue_up(first, track)

    def refund(self) -> None:
        """Let one more call pass the buckets for nothing."""
        for bucket in self._buckets:
            bucket.prepaid += 1

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
        """Go away without a slot."""
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
        """Get slots for those who wait, until nobody does."""
        while self.waiting:
            await self._pass_buckets()
            try:
                slot = await self._admission()
            except BaseException:
                self.refund()
                raise
            if not self._grant(slot):
                slot.never_sent()
                break
        self._server = None

    def _ended(self, server: "asyncio.Task[None]") -> None:
        """Leave nobody waiting if the server was stopped from outside."""
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

    def _keep_pace(self) -> None:
        """Put up a bucket of one drop, once, so that calls are spread evenly."""
        if len(self._buckets) == len(self._rules):
            longest = self._rules[-1]
            self._buckets.append(_Bucket(1, longest.seconds / longest.calls))

    async def _pass_buckets(self) -> None:
        """Wait for each bucket, the longest window first."""
        if self.endpoint.paced:
            self._keep_pace()
        passed = 0
        try:
            for bucket in self._buckets:
                if bucket.prepaid:
                    bucket.prepaid -= 1
                else:
                    await bucket.limiter.acquire()
                passed += 1
        except BaseException:
            for bucket in self._buckets[:passed]:
                bucket.prepaid += 1
            raise

    async def _admission(self) -> Slot:
        """Wait for the ledger."""
        while True:
            decision = self._budget.admit(self)
            if isinstance(decision, Slot):
                return decision
            await self._pause(decision)

    async def _pause(self, turn: Turn) -> None:
        timer = None
        if turn.wait_seconds != math.inf:
            timer = self.loop.call_later(turn.wait_seconds, turn.come)
        try:
            await turn.future
        finally:
            if timer is not None:
                timer.cancel()
            self._budget.forget(turn)
