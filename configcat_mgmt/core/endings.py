"""Makes the error that a call ends with."""

from datetime import UTC, datetime

from configcat_mgmt.core.exchange import Answer, Failure, Request
from configcat_mgmt.core.response import broken, is_success, refusal
from configcat_mgmt.core.retry import History
from configcat_mgmt.errors import (
    ClientClosed,
    ConnectionFailedError,
    RequestTimeoutError,
    UnknownOutcome,
)


def described(outcome: Answer | Failure) -> str:
    """Say what an attempt came to, in a few words."""
    if isinstance(outcome, Answer):
        return outcome.problem or f"status {outcome.status}"
    return outcome.reason


def failed(
    request: Request,
    outcome: Answer | Failure,
    history: History,
) -> Exception:
    """Make the error for an outcome that ends the call."""
    attempts = history.attempts + history.rejections
    if isinstance(outcome, Answer):
        if is_success(outcome.status):
            return broken(request, outcome)
        return refusal(request, outcome, attempts)
    if outcome.kind == "closed":
        return ClientClosed(request.operation_id)
    kind = RequestTimeoutError if outcome.kind == "timeout" else ConnectionFailedError
    return kind(
        request.operation_id,
        outcome.reason,
        attempts=attempts,
        sent=history.uncertain,
    )


def unknown(
    request: Request,
    outcome: Answer | Failure,
    history: History,
    began: float,
) -> UnknownOutcome:
    """Make the error for a change that may or may not have been made.

    Args:
        request: What was sent.
        outcome: Of the last attempt.
        history: Of all attempts.
        began: When the last one was sent, in seconds since the epoch.
    """
    return UnknownOutcome(
        request.operation_id,
        described(outcome),
        arguments=request.shown_arguments(),
        natural_key=request.natural_key(),
        sent_at=datetime.fromtimestamp(began, UTC),
        attempts=history.attempts + history.rejections,
        status=outcome.status if isinstance(outcome, Answer) else None,
    )
