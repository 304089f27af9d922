"""The state of one endpoint of a credential, and its reaction to 429 responses."""

import math
from collections.abc import Callable
from typing import Final

from configcat_mgmt.core.pacing.ledger import Ledger
from configcat_mgmt.core.pacing.quota import QuotaHeaders
from configcat_mgmt.core.rate_limit_policy import is_short, wait_after_rejection

LONG_REFUSALS_BEFORE_PACING: Final = 3


class Gate:
    """Whether an endpoint is held, and whether a probe is out.

    Times are seconds of one monotonic clock. After a time that was only inferred (the
    end of a wait that the service asked for, or of its window) one call goes alone: if
    the inference was wrong, that costs one refusal instead of a burst of them.
    """

    __slots__ = ("_asked", "_held_until", "_probe_from", "_probe_out")

    def __init__(self) -> None:
        """Start open."""
        self._asked = 0.0
        self._held_until = -math.inf
        self._probe_from = math.inf
        self._probe_out = False

    @property
    def held_until(self) -> float:
        """When the latest hold ends or ended; minus infinity if there was none."""
        return self._held_until

    def wait(self, now: float) -> float:
        """Return 0.0 if open, seconds of hold left, or infinity for a probe's time."""
        if self._probe_out:
            return math.inf
        return self._held_until - now if now < self._held_until else 0.0

    def asked(self, now: float) -> float:
        """Return the wait that the service asked for; 0.0 if it is over or unstated."""
        return self._asked if now < self._held_until else 0.0

    def hold(self, until: float, asked: float = 0.0) -> None:
        """Let nothing through before `until`, and then a probe; never shortens.

        Args:
            until: The time.
            asked: The wait that the service asked for, in seconds; 0.0 if unstated.
        """
        if until > self._held_until:
            self._held_until, self._asked = until, asked
        self.probe_after(self._held_until)

    def probe_after(self, time: float) -> None:
        """Make the first call from `time` on a probe; an earlier time stays."""
        self._probe_from = min(self._probe_from, time)

    def take(self, now: float) -> bool:
        """Note that a call goes through, and say whether it is the probe."""
        if now < self._probe_from:
            return False
        self._probe_from = math.inf
        self._probe_out = True
        return True

    def probe_ended(self, *, answered: bool) -> None:
        """Open for the rest, or without an answer for another probe."""
        self._probe_out = False
        if not answered:
            self._probe_from = -math.inf


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
        """Let the first call go alone; has no effect after it."""
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
            mark: The value that `take` of this ledger returned, None if it was
                another ledger's.
            now: When the answer was there.
            quota: The quota headers of the response.
            alone: Whether the call was a probe. Calls of others that it reveals may be
                less than a second old.
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
        random: Callable[[], float],
        *,
        new: bool,
    ) -> bool:
        """Hold the endpoint after a refusal.

        Args:
            now: When the refusal came.
            retry_after: The wait in seconds that the response asks for, if any.
            random: Returns a number from 0 to 1, for the jitter.
            new: Whether it is a new refusal; an old one can only prolong the hold.

        Returns:
            Whether the short window caused it.
        """
        if not new and retry_after is None:
            return False
        if new:
            self._refusals += 1
        short = is_short(retry_after, self._refusals)
        if new and not short:
            self._count_long_refusal(now)
        if new:
            self._held_at = now
        wait = wait_after_rejection(retry_after, self._refusals, random)
        self.gate.hold(now + wait, retry_after or 0.0)
        return short

    def _count_long_refusal(self, now: float) -> None:
        """Pace the endpoint once one long window after the other was overdrawn."""
        if now - self.gate.held_until > self.ledger.rules[-1].seconds:
            self._long_refusals = 0
        self._long_refusals += 1
        if self._long_refusals >= LONG_REFUSALS_BEFORE_PACING:
            self.paced = True
