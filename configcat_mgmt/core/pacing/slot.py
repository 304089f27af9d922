"""Permission to send one call, and how its end is reported back."""

import asyncio
import contextlib
import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from configcat_mgmt.core.pacing.endpoint import Endpoint
from configcat_mgmt.core.pacing.ledger import Ledger
from configcat_mgmt.core.pacing.quota import QuotaHeaders, read_quota_headers

if TYPE_CHECKING:
    from configcat_mgmt.core.pacing.fleet.token import Token


class Outcome(enum.Enum):
    """How the place of a call ends."""

    ANSWERED = enum.auto()
    GAVE_UP = enum.auto()
    NEVER_SENT = enum.auto()


class HeldError(Exception):
    """The service asked for a longer wait than the caller accepts."""

    def __init__(self, asked_seconds: float, left_seconds: float) -> None:
        """Keep the wait that the service asked for, and the part that is left."""
        super().__init__(asked_seconds, left_seconds)
        self.asked_seconds = asked_seconds
        self.left_seconds = left_seconds


class Lane(Protocol):
    """The queue of a call, and its token buckets."""

    endpoint: Endpoint
    longest_hold: float
    """The longest wait, in seconds, that the service may ask these calls for."""
    own: Ledger | None
    loop: asyncio.AbstractEventLoop

    def refund(self) -> None:
        """Take back the tokens of a call that was never sent."""


class Books(Protocol):
    """Where the end of a slot is booked."""

    longest_window: float

    def clock(self) -> float:
        """Return the time in seconds."""
        ...

    def settle(self, ending: "Ending") -> None:
        """Book the end of a slot; never waits for anything."""


class Slot:
    """Permission to send once. Exactly one of its three endings takes effect.

    Until then the call counts as in flight, so every slot must be ended: as soon as the
    status line is there, or when no answer will come.
    """

    __slots__ = (
        "_books",
        "_open",
        "has_tokens",
        "lane",
        "ledger",
        "mark",
        "probe",
        "sent_at",
        "token",
        "waited_seconds",
    )

    def __init__(
        self,
        books: Books,
        lane: Lane,
        mark: int,
        sent_at: float,
        *,
        probe: bool,
    ) -> None:
        """Record the decision that admitted the call.

        Args:
            books: Where the end is booked.
            lane: Where the call waited.
            mark: The value that the endpoint's ledger returned.
            sent_at: The time.
            probe: Whether the others wait for this call's answer.
        """
        self._books = books
        self._open = True
        self.has_tokens = False
        """Whether the call took a token from each bucket of its lane."""
        self.lane = lane
        self.ledger = lane.endpoint.ledger
        self.mark = mark
        self.sent_at = sent_at
        """When the call was admitted, in seconds of the limiter's clock."""
        self.probe = probe
        self.token: Token | None = None
        """The permission of the fleet, if processes share one pace."""
        self.waited_seconds = 0.0
        """How long the call waited for the slot."""

    @property
    def expired(self) -> bool:
        """Whether too much time has passed to send the call with this slot."""
        return self.token is not None and self.token.expired

    def answered(self, headers: Mapping[str, str], status: int) -> QuotaHeaders:
        """Book the answer: call it when the status line is there, not at the end.

        Args:
            headers: The answer's, in a mapping that ignores case.
            status: The answer's; 429 makes the limiter hold the endpoint.

        Returns:
            The rate limit headers of the response.
        """
        quota = read_quota_headers(headers, self._books.longest_window)
        self._end(Outcome.ANSWERED, status, quota)
        return quota

    def gave_up(self) -> None:
        """Book a call that was sent, or may have been, and will have no answer."""
        self._end(Outcome.GAVE_UP)

    def never_sent(self) -> None:
        """Give the slot back: nothing of the call has left this machine for certain."""
        if self._open and self.has_tokens:
            self.lane.refund()
        self._end(Outcome.NEVER_SENT)

    def _end(
        self,
        outcome: Outcome,
        status: int = 0,
        quota: QuotaHeaders | None = None,
    ) -> None:
        if self._open:
            self._open = False
            now = self._books.clock()
            self._books.settle(Ending(self, outcome, now, status, quota))


class Ending:
    """The end of a slot, with its time."""

    __slots__ = ("now", "outcome", "quota", "slot", "status")

    def __init__(
        self,
        slot: Slot,
        outcome: Outcome,
        now: float,
        status: int,
        quota: QuotaHeaders | None,
    ) -> None:
        """Keep the facts; only an answer has a status and a quota."""
        self.slot = slot
        self.outcome = outcome
        self.now = now
        self.status = status
        self.quota = quota


class Turn:
    """The wait of a lane whose first caller has no place yet."""

    __slots__ = ("endpoint", "future", "wait_seconds")

    def __init__(self, lane: Lane, wait_seconds: float) -> None:
        """Make the future on the lane's loop; must be called in its thread."""
        self.endpoint = lane.endpoint
        self.future: asyncio.Future[None] = lane.loop.create_future()
        """Done when it is worth asking again, even before the time."""
        self.wait_seconds = wait_seconds
        """Seconds after which to ask again, infinity for never."""

    def come(self) -> None:
        """Complete the future; only in the thread of its loop."""
        if not self.future.done():
            self.future.set_result(None)

    def call(self) -> None:
        """Complete the future from any thread."""
        # Nothing waits on a loop that was closed meanwhile.
        with contextlib.suppress(RuntimeError):
            self.future.get_loop().call_soon_threadsafe(self.come)
