"""The rate limits of the service, and the headers that describe them.

The default policy behaves like AspNetCoreRateLimit, whose header names and wording the
service's documentation shares. Source: the code of stefanprodan/AspNetCoreRateLimit
(RateLimitMiddleware, RateLimitProcessor) and https://configcat.com/docs/advanced/public-api.
"""

import math
from collections import deque
from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

import attrs

_LIMIT: Final = "X-Rate-Limit-Limit"
_REMAINING: Final = "X-Rate-Limit-Remaining"
_RESET: Final = "X-Rate-Limit-Reset"


@attrs.frozen
class RateRule:
    """At most `limit` calls in `period_seconds` seconds.

    Attributes:
        limit (int): Maximum number of calls, from 1.
        period_seconds (float): Length of the period, in seconds.
    """

    limit: int
    """Maximum number of calls, from 1."""
    period_seconds: float
    """Length of the period, in seconds."""

    @property
    def period_text(self) -> str:
        """The period as the service writes it: `1s`, `1m`, `1h`."""
        for seconds, unit in ((3600, "h"), (60, "m")):
            if self.period_seconds % seconds == 0:
                return f"{self.period_seconds / seconds:.0f}{unit}"
        return f"{self.period_seconds:g}s"


@attrs.frozen
class RatePolicy:
    """Which calls are counted together, how, and how many are let through.

    Attributes:
        rules (tuple[RateRule, ...]): All of them hold; no rules let everything through.
            Default: (RateRule(20, 1), RateRule(500, 60)).
        window (Literal['fixed', 'sliding']): `fixed`: a window begins with the first
            call after the last one ended, and its end belongs to it. `sliding`: no
            closed span of a period's length ever has more admitted calls than the
            limit. Default: "fixed".
        scope (Literal['endpoint', 'credential']): `endpoint`: each credential has its
            own count for each method and path template. `credential`: one count for all
            calls of a credential. Default: "endpoint".
    """

    rules: tuple[RateRule, ...] = (RateRule(20, 1), RateRule(500, 60))
    """All of them hold; no rules let everything through."""
    window: Literal["fixed", "sliding"] = "fixed"
    """`fixed`: a window begins with the first call after the last one ended, and its
    end belongs to it."""
    scope: Literal["endpoint", "credential"] = "endpoint"
    """`endpoint`: each credential has its own count for each method and path
    template."""


DEFAULT_POLICY: Final = RatePolicy()
"""The published policy: about 20 calls a second and 500 a minute for each endpoint."""

NO_LIMITS: Final = RatePolicy(rules=())
"""Lets every call through and sends no headers."""


@attrs.frozen
class Admitted:
    """The call may go on; `headers` belong on its answer."""

    headers: Mapping[str, str]


@attrs.frozen
class Rejected:
    """The call is one too many; it must not be carried out."""

    rule: RateRule
    retry_after: str
    """Whole seconds, at least 1."""

    @property
    def text(self) -> str:
        """The response text."""
        rule = self.rule
        return f"Quota exceeded: at most {rule.limit} calls per {rule.period_text}."


@attrs.define
class _FixedWindow:
    start: float
    reset: str
    count: int = 0


class Throttle:
    """Counts calls and decides which to let through."""

    def __init__(self, policy: RatePolicy) -> None:
        """Start with empty windows."""
        self.policy = policy
        # The shortest period comes first: a call that the 1 s rule blocks is not
        # counted by the minute.
        self._rules = sorted(policy.rules, key=lambda rule: rule.period_seconds)
        self._longest = self._rules[-1].period_text if self._rules else ""
        self._fixed: dict[tuple[Hashable, RateRule], _FixedWindow] = {}
        self._logs: dict[Hashable, deque[float]] = {}

    def admit(
        self, credential: str, endpoint: str, now: float, wall_clock: datetime
    ) -> Admitted | Rejected:
        """Count one call and decide about it.

        Args:
            credential: User name of the call.
            endpoint: Identifies method and path template.
            now: Seconds of a clock that never jumps.
            wall_clock: The same moment as an aware UTC time, for the headers.
        """
        if not self._rules:
            return Admitted({})
        key: Hashable = credential
        if self.policy.scope == "endpoint":
            key = (credential, endpoint)
        if self.policy.window == "sliding":
            return self._admit_sliding(key, now, wall_clock)
        return self._admit_fixed(key, now, wall_clock)

    def reset(self) -> None:
        """Forget all calls counted so far."""
        self._fixed.clear()
        self._logs.clear()

    def _admit_fixed(
        self, key: Hashable, now: float, wall_clock: datetime
    ) -> Admitted | Rejected:
        remaining, reset = 0, ""
        for rule in self._rules:
            window = self._fixed.get((key, rule))
            if window is None or window.start + rule.period_seconds < now:
                end = _reset_text(wall_clock, rule.period_seconds)
                window = self._fixed[key, rule] = _FixedWindow(now, end)
            window.count += 1
            if window.count > rule.limit:
                rest = window.start + rule.period_seconds - now
                return Rejected(rule, _whole_seconds(rest))
            remaining, reset = rule.limit - window.count, window.reset
        return Admitted(self._headers(remaining, reset))

    def _admit_sliding(
        self, key: Hashable, now: float, wall_clock: datetime
    ) -> Admitted | Rejected:
        log = self._logs.setdefault(key, deque())
        longest = self._rules[-1].period_seconds
        while log and log[0] + longest < now:
            log.popleft()
        for rule in self._rules:
            if len(log) >= rule.limit:
                free = log[-rule.limit] + rule.period_seconds - now
                if free >= 0:
                    return Rejected(rule, _whole_seconds(free))
        remaining = self._rules[-1].limit - len(log) - 1
        rest = (log[0] if log else now) + longest - now
        log.append(now)
        return Admitted(self._headers(remaining, _reset_text(wall_clock, rest)))

    def _headers(self, remaining: int, reset: str) -> Mapping[str, str]:
        return {_LIMIT: self._longest, _REMAINING: str(remaining), _RESET: reset}


def _reset_text(wall_clock: datetime, rest: float) -> str:
    reset = wall_clock + timedelta(seconds=rest)
    # Seven decimals, as .NET's round-trip format writes a UTC time.
    return f"{reset:%Y-%m-%dT%H:%M:%S}.{reset.microsecond:06d}0Z"


def _whole_seconds(rest: float) -> str:
    # .NET's format F0 rounds to the nearest number, so up to half a second early.
    return str(math.floor(max(rest, 1.0) + 0.5))
