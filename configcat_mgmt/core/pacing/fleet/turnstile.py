"""Queues the calls of one event loop, and takes a token of the fleet for each."""

import asyncio
import math
from collections import deque
from collections.abc import Coroutine, Sequence

from configcat_mgmt.clock import call_later, monotonic
from configcat_mgmt.core.pacing.budget import Budget
from configcat_mgmt.core.pacing.endpoint import Endpoint
from configcat_mgmt.core.pacing.fleet.token import Token
from configcat_mgmt.core.pacing.fleet.worker import Worker
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.slot import Slot, Turn
from configcat_mgmt.core.pacing.turnstile import Track, Turnstile


class FleetTurnstile(Turnstile):
    """A turnstile whose calls need a place of the fleet besides that of the process.

    The ledger of the process admits whatever the fleet admits, as it counts only some
    of the calls. It is there for what the process alone decides: limits of a single
    client, the first call after a 429, and the figures of `Limiter.snapshot`.
    """

    __slots__ = ("_lease", "_place", "_tokens", "_worker")

    def __init__(
        self,
        budget: Budget,
        endpoint: Endpoint,
        own: Ledger | None,
        rules: Sequence[Rule],
        longest_hold: float = math.inf,
        *,
        worker: Worker,
        lease: float,
    ) -> None:
        """Bind to the running loop; see `Turnstile`.

        Args:
            budget: Gives out the slots.
            endpoint: The budget's.
            own: A further ledger to pass.
            rules: Limits of the callers.
            longest_hold: The longest wait that the service may ask for.
            worker: Gives out the tokens.
            lease: Seconds for which a call may be on its way or unanswered.
        """
        super().__init__(budget, endpoint, own, rules, longest_hold)
        self._worker = worker
        self._place = endpoint.method, endpoint.template
        self._lease = lease
        self._tokens: deque[Token] = deque()

    def enter(
        self,
        *,
        first: bool = False,
        track: Track | None = None,
    ) -> Coroutine[object, object, Slot]:
        """Wait for a slot; see `Turnstile.enter`."""
        return self._queue_up(first, track)

    async def _serve(self) -> None:
        try:
            await super()._serve()
        finally:
            while self._tokens:
                self._tokens.popleft().end(None)

    async def _ask(self) -> Slot | Turn:
        while True:
            decision = await super()._ask()
            if isinstance(decision, Turn):
                return decision
            try:
                token = await self._token()
            except BaseException:
                decision.never_sent()
                raise
            if token is not None:
                decision.token = token
                decision.sent_at = self._budget.clock()
                return decision
            decision.never_sent()

    async def _token(self) -> Token | None:
        """Wait for a token and until it is good; None to look at the endpoint again."""
        while True:
            if not self._tokens:
                ask = self._worker.ask(self._place, self, self._lease)
                self._tokens.extend(await ask.future)
                if not self._tokens:
                    return None
            token = self._tokens[0]
            while (wait := token.good_at - monotonic()) > 0:
                future: asyncio.Future[None] = self.loop.create_future()
                timer = call_later(self.loop, wait, _wake, future)
                try:
                    await future
                finally:
                    timer.cancel()
            self._tokens.popleft()
            if not token.expired:
                return token
            token.end(None)


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
