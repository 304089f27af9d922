"""How long the client waits after a 429 response: the one place that decides it.

The service sends `Retry-After` in whole seconds and does not document the rounding. The
headers match the ASP.NET Core package AspNetCoreRateLimit, which rounds to the nearest
second (format `F0`), so the stated wait may end half a second too early.

Source: https://github.com/stefanprodan/AspNetCoreRateLimit and
https://configcat.com/docs/advanced/public-api/ (throttling and rate limits).
"""

from collections.abc import Callable
from typing import Final

__all__ = ["TOO_MANY_REQUESTS", "is_short", "wait_after_rejection"]

TOO_MANY_REQUESTS: Final = 429

ROUNDING_SECONDS: Final = 0.5
"""Added to `Retry-After`, which may be rounded down by this much."""

JITTER_SECONDS: Final = 0.25
"""At most this much is added at random, so that processes do not return as one."""

WAITS_WITHOUT_RETRY_AFTER: Final = (1.5, 5.0, 15.0, 60.0)
"""Seconds to wait when a 429 does not say how long, by rejections in a row."""

SHORT_WAIT_SECONDS: Final = 2.0
"""A wait up to this length points to the one-second limit, a longer one to the minute.
"""


def wait_after_rejection(
    retry_after_seconds: float | None,
    rejections: int,
    random: Callable[[], float],
) -> float:
    """Return the seconds to wait before the next attempt.

    Args:
        retry_after_seconds: The wait that the response asks for, if any.
        rejections: Rejections in a row so far, this one included.
        random: Returns a number from 0 to 1, for the jitter.
    """
    jitter = JITTER_SECONDS * random()
    if retry_after_seconds is not None:
        return retry_after_seconds + ROUNDING_SECONDS + jitter
    return _unstated_wait(rejections) + jitter


def is_short(retry_after_seconds: float | None, rejections: int) -> bool:
    """Tell whether a rejection comes from the one-second limit, judged by its wait."""
    if retry_after_seconds is None:
        retry_after_seconds = _unstated_wait(rejections)
    return retry_after_seconds <= SHORT_WAIT_SECONDS


def _unstated_wait(rejections: int) -> float:
    last = len(WAITS_WITHOUT_RETRY_AFTER)
    return WAITS_WITHOUT_RETRY_AFTER[min(max(rejections, 1), last) - 1]
