"""Permission of the fleet to send one call, and where its end is reported."""

import time
from collections import deque
from functools import partial
from secrets import token_urlsafe
from typing import Final, TypeAlias

from configcat_mgmt.clock import monotonic
from configcat_mgmt.core.pacing.ledger import Ledger

Place: TypeAlias = tuple[str, str]
"""Method and path template of an endpoint."""

ID_BYTES: Final = 9
"""Make an id of 12 characters: longer ones would cost Redis noticeably more memory."""

awake_or_not: Final = (
    partial(time.clock_gettime, time.CLOCK_BOOTTIME)
    if hasattr(time, "CLOCK_BOOTTIME")
    else monotonic
)
"""A monotonic clock, in seconds, that also runs while the machine is suspended."""


class Token:
    """A place that Redis keeps for one call of this process.

    Times are seconds of the monotonic clock.
    """

    __slots__ = (
        "asked_at",
        "ended",
        "epoch",
        "good_at",
        "held",
        "id",
        "lease_ends",
        "ledger",
        "mark",
        "place",
        "seen",
        "since",
        "use_by",
    )

    def __init__(self, place: Place, ended: "deque[Token]") -> None:
        """Name a new token of an endpoint; `ended` receives it when its call ends."""
        self.id = token_urlsafe(ID_BYTES)
        self.place = place
        self.ended = ended
        self.good_at = 0.0
        """The earliest time to send the call."""
        self.use_by = 0.0
        """The latest time to send it, by `awake_or_not`."""
        self.lease_ends = 0.0
        """When the place counts as that of a call given up, if nothing is reported."""
        self.mark = 0
        self.epoch = ""
        self.ledger: Ledger | None = None
        """The ledger that admitted the call while Redis was away."""
        self.since: float | None = None
        """From when the place is kept for a window; None if it was never used."""
        self.seen: tuple[int, float] | None = None
        """Calls left in the window of the service, and the time at which it ends."""
        self.held: tuple[float, float] | None = None
        """Until when a 429 holds the endpoint, and the wait that it asked for."""

    @property
    def expired(self) -> bool:
        """Whether it is too late to send the call."""
        return awake_or_not() > self.use_by

    def end(self, since: float | None) -> None:
        """Report the end of the call; never waits, and may be called anywhere.

        Args:
            since: When its answer was there, later if the call was given up, None if
                it was not sent.
        """
        self.since = since
        self.ended.append(self)
