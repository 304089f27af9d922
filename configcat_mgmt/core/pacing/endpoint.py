"""What is known about one endpoint of a credential, and how it reacts to refusals."""

import math
from typing import Final

from configcat_mgmt.core.pacing.gate import Gate
from configcat_mgmt.core.pacing.ledger import Ledger
from configcat_mgmt.core.pacing.quota import QuotaHeaders

WAITS_WITHOUT_RETRY_AFTER: Final = (1.5, 5.0, 15.0, 60.0)
"""Seconds to hold an endpoint when a 429 does not say, by refusals in a row."""
LATE_BY_SECONDS: Final = 0.5
"""`Retry-After` is rounded to the nearest second, so it may be this much too early.

Source: https://github.com/stefanprodan/AspNetCoreRateLimit (format `F0`).
"""
SHORT_RETRY_SECONDS: Final = 2.0
"""Up to this a refusal is put down to the short window, above to the long one."""
LONG_REFUSALS_BEFORE_PACING: Final = 3


class Endpoint:
    """Ledger and gate of one endpoint, and its memory of refusals.

    A refusal of a call that the ledger let through means that the ledger does not know
    everything: others use the credential, or the service counts differently.

    All methods must be called under the lock of the budget that it belongs to; times
    are seconds of the budget's clock.
    """

    __slots__ = (
        "_held_at",
        "_long_refusals",
        "_refusals",
        "gate",
        "ledger",
        "method",
        "paced",
        "probed",
        "template",
    )

    def __init__(self, method: str, template: str, ledger: Ledger) -> None:
        """Start with nothing known; `ledger` may be one that other endpoints share."""
        self.method = method
        self.template = template
        self.ledger = ledger
        self.gate = Gate()
        self.probed = False
        """Whether there was an answer, or a probe is on its way to get one."""
        self.paced = False
        """Whether calls have to be spread evenly over the longest window."""
        self._refusals = 0
        self._long_refusals = 0
        self._held_at = -math.inf

    def wait(self, own: Ledger | None, now: float) -> float:
        """Say how long the next call has to wait, as `Ledger.wait` does.

        Args:
            own: A further ledger that the call has to pass, if there is one.
            now: The time.
        """
        wait = self.gate.wait(now)
        counted = self.ledger.wait(now)
        if counted:
            others_until = self.ledger.others_until(now)
            if others_until is not None:
                self.gate.probe_after(others_until)
            wait = max(wait, counted)
        if own is not None:
            wait = max(wait, own.wait(now))
        return wait

    def probe_first(self) -> None:
        """Let the very first call go alone; later than that it has no effect."""
        if not self.probed:
            self.probed = True
            self.gate.probe_after(-math.inf)

    def learn(
        self,
        sent_at: float,
        mark: int | None,
        now: float,
        quota: QuotaHeaders,
        *,
        alone: bool = False,
    ) -> None:
        """Take in an answer other than 429, whose place is already booked.

        Args:
            sent_at: When the call was admitted.
            mark: What `take` of the present ledger returned for it, None if it was
                another ledger's.
            now: When the answer was there.
            quota: What its headers say.
            alone: Whether the call was a probe, so that whoever it shows to have called
                may have done so just before.
        """
        self.probed = True
        if self.is_new(sent_at):
            self._refusals = 0
        left = quota.reset_in_seconds
        # A count without its end is of no use, and one that ended says nothing.
        if quota.remaining is not None and left and mark is not None:
            rule = self.ledger.rules[-1]
            others = rule.calls - quota.remaining - self.ledger.possible_own(mark)
            if others > 0:
                self.ledger.set_aside(others, now + left + rule.guard)
                if alone:
                    self.ledger.set_aside_at_once(others, now)

    def is_new(self, sent_at: float) -> bool:
        """Say whether a call was sent after the latest hold began.

        Of a burst only the first refusal is news: the others were already under way.
        """
        return sent_at > self._held_at

    def hold(
        self,
        now: float,
        retry_after: float | None,
        jitter: float,
        *,
        new: bool,
    ) -> bool:
        """Hold the endpoint after a refusal.

        Args:
            now: When the refusal came.
            retry_after: What it asks to wait in seconds, if it does.
            jitter: Seconds added, so that several processes do not return as one.
            new: Whether it is a new refusal; an old one can only prolong the hold.

        Returns:
            Whether it is to be put down to the short window.
        """
        if not new and retry_after is None:
            return False
        if new:
            self._refusals += 1
        if retry_after is None:
            place = min(self._refusals, len(WAITS_WITHOUT_RETRY_AFTER))
            seconds = WAITS_WITHOUT_RETRY_AFTER[place - 1]
            short = seconds <= SHORT_RETRY_SECONDS
        else:
            seconds = retry_after + LATE_BY_SECONDS
            short = retry_after <= SHORT_RETRY_SECONDS
        if new and not short:
            self._count_long_refusal(now)
        if new:
            self._held_at = now
        self.gate.hold(now + seconds + jitter)
        return short

    def _count_long_refusal(self, now: float) -> None:
        """Pace the endpoint once one long window after the other was overdrawn."""
        if now - self.gate.held_until > self.ledger.rules[-1].seconds:
            self._long_refusals = 0
        self._long_refusals += 1
        if self._long_refusals >= LONG_REFUSALS_BEFORE_PACING:
            self.paced = True
