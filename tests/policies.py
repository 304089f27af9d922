"""Policies by which a service may count calls, to test the limiter against.

All are pure: they take the time and return a status and headers. A rule is a
number of calls and of seconds; all rules of a policy hold, the shortest goes first.
"""

import math
from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

RULES = ((20, 1.0), (500, 60.0))
EPOCH = datetime(2024, 2, 29, 23, 58, tzinfo=UTC)
"""What the service's clock shows at time 0."""

Answer = tuple[int, dict[str, str]]


@dataclass
class ServerClock:
    """The service's clock: may move in steps, and run at another rate."""

    tick: float = 0.0
    rate: float = 1.0

    def read(self, now: float) -> float:
        time = now * self.rate
        return math.floor(time / self.tick) * self.tick if self.tick else time

    def date(self, now: float) -> str:
        time = EPOCH + timedelta(seconds=math.floor(self.read(now)))
        return format_datetime(time, usegmt=True)


STEPPING = ServerClock(tick=0.0156, rate=1 - 200e-6)
"""Windows' usual step, and 200 ppm slow."""


@dataclass
class Policy:
    """What all have in common: rules, clock, and the form of headers."""

    rules: Sequence[tuple[int, float]] = RULES
    clock: ServerClock = field(default_factory=ServerClock)

    def arrive(self, now: float, key: Hashable) -> Answer:
        """Count a call that arrives at `now`, and answer it."""
        time = self.clock.read(now)
        status, headers = self.decide(time, key)
        headers["Date"] = self.clock.date(now)
        return status, headers

    def decide(self, time: float, key: Hashable) -> Answer:
        raise NotImplementedError

    def refuse(self, wait: float) -> Answer:
        # Rounded to the nearest second, so half the time it is too early.
        return 429, {"Retry-After": f"{max(wait, 1.0):.0f}"}

    def admit(self, remaining: int, reset: float) -> Answer:
        time = EPOCH + timedelta(seconds=reset)
        seven = f"{time:%Y-%m-%dT%H:%M:%S.%f}0Z"
        limit = f"{self.rules[-1][1] / 60:g}m"
        return 200, {
            "X-Rate-Limit-Limit": limit,
            "X-Rate-Limit-Remaining": str(max(remaining, 0)),
            "X-Rate-Limit-Reset": seven,
        }


@dataclass
class FixedWindow(Policy):
    """F: as AspNetCoreRateLimit counts in memory.

    A window begins with the first call after the last one ended, and includes its end.
    A call that the short rule refuses is not counted by the long one.
    """

    stacked: bool = False
    """Whether a refused call is counted by all rules (`StackBlockedRequests`)."""
    _windows: dict[tuple[Hashable, float], tuple[float, int]] = field(
        default_factory=dict,
    )

    def begin(self, time: float, seconds: float) -> float:
        return time

    def decide(self, time: float, key: Hashable) -> Answer:
        refusal: Answer | None = None
        answer: Answer = (200, {})
        for calls, seconds in self.rules:
            begin, count = self._windows.get((key, seconds), (-math.inf, 0))
            if self.is_over(begin, time, seconds):
                begin, count = self.begin(time, seconds), 0
            count += 1
            self._windows[key, seconds] = begin, count
            if count > calls:
                refusal = refusal or self.refuse(begin + seconds - time)
                if not self.stacked:
                    return refusal
            answer = self.admit(calls - count, begin + seconds)
        return refusal or answer

    def is_over(self, begin: float, time: float, seconds: float) -> bool:
        return begin + seconds < time


@dataclass
class ClockWindow(FixedWindow):
    """C: windows begin with the service's minutes and seconds."""

    def begin(self, time: float, seconds: float) -> float:
        return math.floor(time / seconds) * seconds

    def is_over(self, begin: float, time: float, seconds: float) -> bool:
        return time >= begin + seconds


@dataclass
class StrictLog(Policy):
    """S: no interval of the rule's length, ends included, has more than its calls."""

    count_refused: bool = False
    _logs: dict[tuple[Hashable, float], deque[float]] = field(default_factory=dict)

    def decide(self, time: float, key: Hashable) -> Answer:
        logs = [self._logs.setdefault((key, rule[1]), deque()) for rule in self.rules]
        wait = 0.0
        for log, (calls, seconds) in zip(logs, self.rules, strict=True):
            while log and log[0] < time - seconds:
                log.popleft()
            if len(log) >= calls:
                wait = max(wait, log[-calls] + seconds - time)
                break
        else:
            wait = -1.0
        if wait < 0 or self.count_refused:
            for log in logs:
                log.append(time)
        if wait >= 0:
            return self.refuse(wait)
        calls, seconds = self.rules[-1]
        return self.admit(calls - len(logs[-1]), logs[-1][0] + seconds)


@dataclass
class TokenBucket(Policy):
    """G: GCRA, a bucket of N that refills N per window; no quota headers."""

    _full_at: dict[tuple[Hashable, float], float] = field(default_factory=dict)

    def decide(self, time: float, key: Hashable) -> Answer:
        planned: dict[tuple[Hashable, float], float] = {}
        for calls, seconds in self.rules:
            full_at = max(self._full_at.get((key, seconds), time), time)
            wait = full_at + seconds / calls - time - seconds
            if wait > 1e-6:
                return self.refuse(wait)
            planned[key, seconds] = full_at + seconds / calls
        self._full_at.update(planned)
        return 200, {}


@dataclass
class WeightedWindows(Policy):
    """W: the last window counts in part; can be stricter than any exact count."""

    _counts: dict[tuple[Hashable, float, int], int] = field(default_factory=dict)

    def decide(self, time: float, key: Hashable) -> Answer:
        for calls, seconds in self.rules:
            place = math.floor(time / seconds)
            into = time / seconds - place
            before = self._counts.get((key, seconds, place - 1), 0)
            current = self._counts.get((key, seconds, place), 0)
            if before * (1 - into) + current + 1 > calls:
                return self.refuse((1 - into) * seconds)
        for _, seconds in self.rules:
            place = key, seconds, math.floor(time / seconds)
            self._counts[place] = self._counts.get(place, 0) + 1
        return 200, {}
