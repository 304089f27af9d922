"""The rate limits of the service, as settings."""

import math
import sys
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.core.pacing.ledger import Rule
from configcat_mgmt.errors import ConfigurationError

LEAST_GUARD_SECONDS: Final = 0.02
"""Covers a server clock that ticks every 15.6 ms, as Windows' does."""
GUARD_PER_SECOND: Final = 0.001
"""Covers two clocks whose rates differ by 0.1 %, ten times the usual difference."""


@attrs.frozen
class RateLimit:
    """At most `calls` calls in any window of `seconds` seconds.

    Raises:
        ConfigurationError: `calls` is not a whole number from 1 on, or `seconds` is not
            a finite number above 0.
    """

    calls: int
    seconds: float

    def __attrs_post_init__(self) -> None:
        """Refuse a limit that admits no call, or delays none."""
        _check("calls", self.calls, int, "a whole number from 1 on")
        _check("seconds", self.seconds, (int, float), "a number above 0")
        most = sys.float_info.max
        if not 1 <= self.calls <= most or not 0 < self.seconds <= most:
            raise ConfigurationError(
                "a rate limit must have calls from 1 on and seconds above 0, "
                "both finite",
            )


def _check(
    name: str,
    value: object,
    kind: type | tuple[type, ...],
    allowed: str,
) -> None:
    if isinstance(value, bool) or not isinstance(value, kind):
        raise ConfigurationError(
            f"{name} of a rate limit must be {allowed}, not {value!r}",
        )


Limits: TypeAlias = tuple[RateLimit, ...]
"""One or more limits that all hold, the shortest window first."""

DEFAULT_LIMITS: Final[Limits] = (RateLimit(20, 1.0), RateLimit(500, 60.0))
"""The limits of the service for each endpoint of a credential by default.

Source: https://configcat.com/docs/advanced/public-api/ (throttling and rate limits).
"""


def read_limits(limits: Iterable[RateLimit | tuple[int, float]]) -> Limits:
    """Put limits in order, the shortest window first.

    Args:
        limits: One or more limits, each a `RateLimit` or a pair of calls and seconds,
            such as `((20, 1), (500, 60))`; no two for the same number of seconds.

    Raises:
        ConfigurationError: There is no limit, one is not usable, or two have the same
            window.
    """
    found = sorted(map(_limit, limits), key=lambda limit: limit.seconds)
    if not found:
        raise ConfigurationError("limits are empty; to lift all limits, pass None")
    for shorter, longer in pairwise(found):
        if shorter.seconds == longer.seconds:
            raise ConfigurationError(
                f"two limits have a window of {longer.seconds} seconds; keep one",
            )
    return tuple(found)


def _limit(value: RateLimit | tuple[int, float]) -> RateLimit:
    if isinstance(value, RateLimit):
        return value
    try:
        calls, seconds = value
    except (TypeError, ValueError):
        raise ConfigurationError(
            "a limit must be a pair of calls and seconds, such as (20, 1)",
        ) from None
    return RateLimit(calls, seconds)


def rules_for(limits: Iterable[RateLimit], share: float = 1.0) -> tuple[Rule, ...]:
    """Turn limits into the rules of a ledger.

    Args:
        limits: In any order.
        share: The part that this process may use, above 0 and at most 1; with k
            processes on one credential, 1 / k each is certain to cause no 429. The
            calls of a limit are rounded down, but never below 1.

    Raises:
        ConfigurationError: `share` is out of range.
    """
    if not 0 < share <= 1:
        raise ConfigurationError(
            f"share must be above 0 and at most 1, not {share!r}",
        )
    return tuple(
        Rule(
            calls=part(limit.calls, share),
            seconds=limit.seconds,
            guard=max(LEAST_GUARD_SECONDS, GUARD_PER_SECOND * limit.seconds),
        )
        for limit in sorted(limits, key=lambda limit: limit.seconds)
    )


def part(calls: int, share: float) -> int:
    """Return a share of a number of calls, rounded down, but never below 1."""
    # 1/3 of 21 is 6.999...: a whole number stays one in spite of rounding.
    return max(1, math.floor(calls * share + 1e-9))


def unreachable(rules: Iterable[Rule], shared: Iterable[Rule]) -> str | None:
    """Name a rule that never takes effect, because calls also keep to lower ones.

    Args:
        rules: Of some calls.
        shared: Of all calls with the same credentials, these included.
    """
    lower = list(shared)
    for rule in rules:
        for other in lower:
            if other.calls < rule.calls and other.seconds >= rule.seconds:
                return (
                    f"{rule.calls} calls in {rule.seconds:g} seconds cannot be "
                    "reached, because calls with the same credentials keep to "
                    f"{other.calls} in {other.seconds:g} seconds"
                )
    return None
