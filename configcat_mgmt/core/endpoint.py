"""What is known about one endpoint of a credential, and how it reacts to refusals."""

import math
from collections.abc import Callable
from typing import Final

from configcat_mgmt.core.gate import Gate
from configcat_mgmt.core.ledger import Ledger, Rule
from configcat_mgmt.core.quota import QuotaHeaders

WAITS_WITHOUT_RETRY_AFTER: Final = (1.5, 5.0, 15.0, 60.0)
"""Seconds to hold an endpoint when a 429 does not say, by refusals in a row."""
LATE_BY_SECONDS: Final = 0.5
"""`Retry-After` is rounded to the nearest second, so it may be this much too early.

Source: https://github.com/stefanprodan/AspNetCoreRateLimit (`F0` in its middleware).
"""
JITTER_SECONDS: Final = 0.25
SHORT_RETRY_SECONDS: Final = 2.0
"""Up to this a refusal is put down to the short window, above to the long one."""
LONG_SURPRISES_BEFORE_PACING: Final = 3


class Endpoint:
    """Ledger and gate of one endpoint, and its memory of refusals.

    All methods must be called under the lock of the budget that it belongs to; times
    are seconds of the budget's clock.
    """

    __slots__ = (
        "_held_at",
        "_long_surprises",
        "_refusals",
        "gate",
        "ledger",
        "method",
        "own_ledgers",
        "paced",
        "seen",
        "template",
    )

    def __init__(self, method: str, template: str, ledger: Ledger) -> None:
        """Start with nothing known; `ledger` may be one that other endpoints share."""
        self.method = method
        self.template = template
        self.ledger = ledger
        self.own_ledgers: dict[tuple[Rule, ...], Ledger] = {}
        """Further ledgers, for clients whose limits differ from the budget's."""
        self.gate = Gate()
        self.seen = False
        """Whether there was an answer yet."""
        self.paced = False
        """Whether calls have to be spread evenly."""
        self._refusals = 0
        self._long_surprises = 0
        self._held_at = -math.inf

    def wait(self, own: Ledger | None, now: float) -> float:
        """Say how long the next call has to wait, as `Ledger.wait` does."""
        wait = self.gate.wait(now)
        counted = self.ledger.wait(now)
        if counted:
            until = self.ledger.others_until(now)
            if until is not None:
                self.gate.probe_after(until)
            wait = max(wait, counted)
        if own is not None:
            wait = max(wait, own.wait(now))
        return wait

    def answered(
        self,
        *,
        sent_at: float,
        mark: int | None,
        now: float,
        status: int,
        quota: QuotaHeaders,
    ) -> bool:
        """Learn from an answer whose place is already booked.

        Args:
            sent_at: When the call was admitted.
            mark: What the present ledger's `take` returned for the call, None if it
                was another ledger's.
            now: When the answer was there.
            status: Its status.
            quota: Its quota headers.

        Returns:
            Whether it is a new refusal. Those to calls that were under way when the
            endpoint was held are part of the one that held it.
        """
        self.seen = True
        if status == 429:  # noqa: PLR2004
            if sent_at >= self._held_at:
                return True
        elif sent_at >= self._held_at:
            self._refusals = 0
        if status != 429 and quota.remaining is not None and mark is not None:  # noqa: PLR2004
            self._leave_to_others(quota.remaining, quota.reset_in_seconds, mark, now)
        return False

    def _leave_to_others(
        self,
        remaining: int,
        reset_in: float | None,
        mark: int,
        now: float,
    ) -> None:
        """Reserve what others must have used, going by what is left."""
        rule = self.ledger.rules[-1]
        others = rule.calls - remaining - self.ledger.possible_own(mark)
        if others > 0 and reset_in != 0.0:
            window = rule.seconds if reset_in is None else reset_in
            self.ledger.set_aside(others, now + window + rule.guard)
