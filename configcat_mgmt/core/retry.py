"""Decides how a call continues after a failed attempt.

The decision does not depend on the method. It depends on whether the service may have
performed the call, and on whether performing it twice is harmless.
"""

import enum
import random
from typing import Final, NamedTuple

from configcat_mgmt.core.exchange import Answer, Failure, Request, is_success
from configcat_mgmt.core.options import Options
from configcat_mgmt.core.pacing.quota import read_quota_headers
from configcat_mgmt.core.rate_limit_policy import (
    TOO_MANY_REQUESTS,
    wait_after_rejection,
)

BACKOFF_BASE_SECONDS: Final = 0.5
BACKOFF_CAP_SECONDS: Final = 8.0
RETRY_RESERVE: Final = 10
"""Retries of a client in all, besides those for the calls in progress."""
RETRIES_IN_PROGRESS: Final = 3
"""Retries for each call in progress: those that the default `max_attempts` allows."""
MAX_REJECTIONS: Final = 10
MAX_INTERNAL_ERRORS: Final = 2
"""Retries after status 500, which is rarely temporary."""
UNCERTAIN_STATUSES: Final = frozenset({408, 500, 502, 503, 504})
"""Statuses, often from a gateway, after which the call may have succeeded.

Statuses above 505 are treated the same; 501 and 505 mean that the call failed.
"""


class Step(enum.Enum):
    """The next step of a call."""

    RETRY = "retry"
    DONE = "done"
    """A repeated DELETE found nothing: the first one succeeded."""
    UNKNOWN = "unknown"
    FAIL = "fail"


class Verdict(NamedTuple):
    """The next step, and the wait before a retry in seconds."""

    step: Step
    delay_seconds: float = 0.0
    rejected: bool = False
    """Whether a 429 caused the wait; such an attempt does not count."""


class History:
    """The attempts of a call so far.

    Attributes:
        attempts: Attempts, without those that got a 429 or a redirect.
        rejections: 429 responses.
        redirects: Redirects that were followed, at most 1.
        internal_errors: 500 responses.
        broken_answers: Successes with an incomplete body.
        renewed: Whether the credentials were asked for again, after a 401.
        uncertain: Whether an earlier attempt may have taken effect.
    """

    __slots__ = (
        "attempts",
        "broken_answers",
        "internal_errors",
        "redirects",
        "rejections",
        "renewed",
        "uncertain",
    )

    def __init__(self) -> None:
        self.attempts = 0
        self.rejections = 0
        self.redirects = 0
        self.internal_errors = 0
        self.broken_answers = 0
        self.renewed = False
        self.uncertain = False

    def note(self, status: int | None, *, redirected: bool) -> None:
        """Count an attempt by its status, None if it got no response."""
        if redirected:
            self.redirects += 1
        elif status == TOO_MANY_REQUESTS:
            self.rejections += 1
        else:
            self.attempts += 1

    @property
    def sends(self) -> int:
        """All attempts, whatever the response."""
        return self.attempts + self.rejections + self.redirects


class RetryBudget:
    """Keeps retries from multiplying an outage.

    The calls of a client may together use `reserve` retries, and `RETRIES_IN_PROGRESS`
    more for each call in progress, so a burst of calls survives a short failure as one
    call does. Each success gives one retry back. The retries are therefore at most as
    many as the successes, apart from that start: a service that fails a third of the
    calls has all of them repeated, while one that fails all of them soon gets no
    retries. Giving back less, such as a tenth, would fail calls that the service could
    serve. Every retry also waits for its turn in the limiter, so retries never exceed
    the pace.
    """

    __slots__ = ("in_progress", "reserve", "used")

    def __init__(self, reserve: int = RETRY_RESERVE) -> None:
        self.reserve = reserve
        self.in_progress = 0
        """Calls that began and have not ended."""
        self.used = 0
        """Retries that no success has given back yet."""

    def take(self) -> bool:
        """Use one retry, if there is one left."""
        if self.used >= self.reserve + RETRIES_IN_PROGRESS * self.in_progress:
            return False
        self.used += 1
        return True

    def give(self) -> None:
        """Give one retry back after a success."""
        if self.used:
            self.used -= 1

    def exhausted(self) -> str:
        """Return the note for the error of a call that found no retry left."""
        return (
            "no retry because the retry budget of this client is used up: "
            f"{self.reserve} retries, {RETRIES_IN_PROGRESS} for each call in progress, "
            "and one for each success"
        )


FAIL: Final = Verdict(Step.FAIL)
UNKNOWN: Final = Verdict(Step.UNKNOWN)
DONE: Final = Verdict(Step.DONE)


def decide(
    request: Request,
    outcome: Answer | Failure,
    history: History,
    options: Options,
    rng: random.Random,
) -> Verdict:
    """Return the next step after `outcome`; `history` already counts the attempt."""
    if isinstance(outcome, Failure):
        verdict = _after_failure(request, outcome, history, options, rng)
    elif outcome.status == TOO_MANY_REQUESTS:
        verdict = _after_rejection(outcome, history, options, rng)
    elif is_success(outcome.status):
        return _after_broken_body(request, outcome, history, options)
    elif _leaves_open(outcome.status):
        verdict = _after_server_error(request, outcome, history, options, rng)
    else:
        verdict = _after_refusal(request, outcome, history)
    return give_up(request, history) if verdict is FAIL else verdict


def give_up(request: Request, history: History) -> Verdict:
    """Return how a call ends that is not sent again."""
    if history.uncertain and request.conditional:
        # If an attempt succeeded, the `test` step of a repetition would fail.
        return UNKNOWN
    return FAIL


def _after_refusal(request: Request, answer: Answer, history: History) -> Verdict:
    if history.uncertain and request.effect == "delete" and answer.status == 404:  # noqa: PLR2004
        return DONE
    return FAIL


def _after_failure(
    request: Request,
    failure: Failure,
    history: History,
    options: Options,
    rng: random.Random,
) -> Verdict:
    if failure.sent:
        history.uncertain = True
        if not request.repeatable:
            return UNKNOWN
    if failure.kind in ("closed", "untrusted"):
        return FAIL
    return _retry_or_fail(history, options, _backoff(history, rng))


def _after_rejection(
    answer: Answer,
    history: History,
    options: Options,
    rng: random.Random,
) -> Verdict:
    asked = _asked_seconds(answer)
    if history.rejections > MAX_REJECTIONS:
        return FAIL
    if asked is not None and asked > options.max_retry_after_seconds:
        return FAIL
    delay = _wait_after_rejection(asked, history.rejections, rng)
    return Verdict(Step.RETRY, delay, rejected=True)


def _wait_after_rejection(
    asked: float | None, rejections: int, rng: random.Random
) -> float:
    return wait_after_rejection(asked, rejections, lambda: rng.uniform(0.0, 1.0))


def _after_server_error(
    request: Request,
    answer: Answer,
    history: History,
    options: Options,
    rng: random.Random,
) -> Verdict:
    history.uncertain = True
    if not request.repeatable:
        return UNKNOWN
    if answer.status == 500:  # noqa: PLR2004
        history.internal_errors += 1
        if history.internal_errors > MAX_INTERNAL_ERRORS:
            return FAIL
    delay = _backoff(history, rng)
    if answer.status == 503:  # noqa: PLR2004
        asked = _asked_seconds(answer)
        if asked is not None:
            if asked > options.max_retry_after_seconds:
                return FAIL
            delay = max(delay, _wait_after_rejection(asked, 1, rng))
    return _retry_or_fail(history, options, delay)


def _after_broken_body(
    request: Request,
    answer: Answer,
    history: History,
    options: Options,
) -> Verdict:
    history.broken_answers += 1
    again = request.effect == "read" and not answer.too_large
    if again and history.broken_answers == 1:
        # The network damaged the body; reading once more is harmless.
        return _retry_or_fail(history, options, 0.0)
    return FAIL


def _retry_or_fail(history: History, options: Options, delay: float) -> Verdict:
    if history.attempts < options.max_attempts:
        return Verdict(Step.RETRY, delay)
    return FAIL


def _asked_seconds(answer: Answer) -> float | None:
    """Return the wait that a response asks for, if its form is usable."""
    return read_quota_headers(answer.headers).retry_after_seconds


def _leaves_open(status: int) -> bool:
    return status in UNCERTAIN_STATUSES or status > 505  # noqa: PLR2004


def _backoff(history: History, rng: random.Random) -> float:
    """Full jitter: spreads callers that failed together."""
    ceiling = BACKOFF_BASE_SECONDS * 2.0 ** min(history.attempts, 10)
    return rng.uniform(0.0, min(BACKOFF_CAP_SECONDS, ceiling))
