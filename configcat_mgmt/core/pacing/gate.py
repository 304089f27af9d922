"""Holds an endpoint back after a refusal, and lets one call try before the rest."""

import math


class Gate:
    """Whether an endpoint is held, and whether a probe is out.

    Times are seconds of one monotonic clock. After a time that was only inferred (the
    end of a wait that the service asked for, or of its window) one call goes alone: if
    the inference was wrong, that costs one refusal instead of a burst of them.
    """

    __slots__ = ("_held_until", "_probe_from", "_probe_out")

    def __init__(self) -> None:
        """Start open."""
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

    def hold(self, until: float) -> None:
        """Let nothing through before `until`, and then a probe; never shortens."""
        self._held_until = max(self._held_until, until)
        self.probe_after(self._held_until)

    def probe_after(self, time: float) -> None:
        """Make the first call from `time` on a probe, or from earlier on if so said."""
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
