"""Interprets a response: returns its raw form or builds the matching error."""

import base64
import html
import json
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, urlsplit

from configcat_mgmt.core.auth import Secret
from configcat_mgmt.core.exchange import (
    Answer,
    Failure,
    RawResponse,
    Request,
    is_success,
)
from configcat_mgmt.core.pacing.quota import read_quota_headers
from configcat_mgmt.core.rate_limit_policy import TOO_MANY_REQUESTS
from configcat_mgmt.core.retry import History
from configcat_mgmt.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ClientClosed,
    ConflictError,
    ConnectionFailedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    RequestTimeoutError,
    ResponseInvalid,
    ResponseTooLargeError,
    ServerError,
    UnknownOutcome,
)

UNAVAILABLE: Final = 503
MAX_ERROR_BODY: Final = 16_384
"""Characters of an error body that are kept."""
LEAST_SECRET: Final = 4
"""Characters from which on a text is hidden. Shorter ones are in many words, and the
marks that replace them would show what they are."""
_LONGEST_SECONDS_WITH_END: Final = 366 * 86_400
"""Only an error of the service asks for a longer wait."""

ERRORS: Final[dict[int, tuple[type[ApiError], str]]] = {
    # A message of the service takes the place of the usual cause.
    400: (BadRequestError, ""),
    401: (AuthenticationError, "the service does not accept these credentials"),
    403: (PermissionDeniedError, "these credentials lack the permission"),
    404: (
        NotFoundError,
        "the entity does not exist, or these credentials cannot see it",
    ),
    409: (ConflictError, "it has changed since it was read; read it again"),
    429: (RateLimitError, "the rate limit of this endpoint was reached"),
}


def broken(request: Request, answer: Answer) -> ResponseInvalid:
    """Build the error for a success whose body is incomplete."""
    kind = ResponseTooLargeError if answer.too_large else ResponseInvalid
    return kind(
        request.operation_id,
        answer.problem or "the body is broken",
        status=answer.status,
        applied=request.changes_something,
        excerpt="" if answer.too_large else shown(text_of(answer), answer),
    )


def refusal(
    request: Request,
    answer: Answer,
    attempts: int,
    note: str = "",
) -> ApiError:
    """Build the error for a status that is not a success; `note` ends its text."""
    kind, cause = ERRORS.get(answer.status, (ApiError, ""))
    body = shown(text_of(answer), answer)[:MAX_ERROR_BODY]
    hints = [] if body.strip() else [cause]
    if 300 <= answer.status < 400:  # noqa: PLR2004
        kind = RedirectError
        hints.append(_not_followed(request, answer))
    elif answer.status >= 500:  # noqa: PLR2004
        kind = ServerError
    if answer.status in (TOO_MANY_REQUESTS, UNAVAILABLE):
        hints.append(_wait(answer))
    error = kind(
        request.operation_id,
        answer.status,
        body=body,
        headers={name: shown(text, answer) for name, text in answer.headers.items()},
        attempts=attempts,
        hint="; ".join(filter(None, [*hints, note])),
    )
    if isinstance(error, RateLimitError):
        quota = read_quota_headers(answer.headers)
        error.retry_after_seconds = quota.retry_after_seconds
        error.remaining = quota.remaining
        error.reset_at = quota.reset_at
    return error


def _wait(answer: Answer) -> str:
    """Return the wait that a response asks for; empty if it asks for none."""
    seconds = read_quota_headers(answer.headers).retry_after_seconds
    return "" if seconds is None else f"the service asks to wait {wait_words(seconds)}"


def wait_words(seconds: float) -> str:
    """Return a wait with its end: `300 seconds, until 2026-05-04 10:05:00 UTC`."""
    words = f"{seconds:,.0f} seconds"
    if seconds > _LONGEST_SECONDS_WITH_END:
        return words
    end = datetime.now(UTC) + timedelta(seconds=seconds)
    return f"{words}, until {end:%Y-%m-%d %H:%M:%S} UTC"


def raw(request: Request, answer: Answer) -> RawResponse:
    """Return the response without decoding it."""
    return RawResponse(
        operation_id=request.operation_id,
        status=answer.status,
        headers=dict(answer.headers),
        text=text_of(answer),
    )


def text_of(answer: Answer) -> str:
    """Decode the body; bytes that are not UTF-8 become replacement characters."""
    return answer.body.decode("utf-8", "replace")


def shown(text: str, answer: Answer) -> str:
    """Return text without secrets; some gateways quote the request they refuse."""
    for secret in answer.secrets:
        for spelling in _spellings(secret):
            text = text.replace(spelling, "***")
    return text


def _spellings(secret: Secret) -> list[str]:
    """Return how a response may quote a header: as sent, decoded, or escaped."""
    sent = secret.reveal().removeprefix("Basic ")
    plain = {sent, _password(sent)}
    found = {
        spelling
        for text in plain
        if len(text) >= LEAST_SECRET
        for spelling in (
            text,
            json.dumps(text)[1:-1],
            json.dumps(text, ensure_ascii=False)[1:-1],
            html.escape(text),
            quote(text, safe=""),
        )
    }
    # The longest first, since it may contain a shorter one.
    return sorted(found, key=len, reverse=True)


def _password(sent: str) -> str:
    """Return the password in the value of basic authentication, else an empty text."""
    try:
        return base64.b64decode(sent, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _not_followed(request: Request, answer: Answer) -> str:
    """Return where a redirect points, and why the client does not follow it."""
    if request.method != "GET":
        reason = "only reads are redirected"
    elif request.redirected_to is not None:
        reason = "a call follows one redirect"
    else:
        reason = "it must be a 301, 302, 307 or 308 within the base URL's origin"
    return f"it points to {_host(answer)}; not followed, because {reason}"


def _host(answer: Answer) -> str:
    """Return the host that a redirect points to; the rest may hold secrets."""
    location = answer.headers.get("Location")
    if not location:
        return "no address"
    try:
        return urlsplit(location).hostname or "another path"
    except ValueError:
        return "an unreadable address"


def described(outcome: Answer | Failure) -> str:
    """Describe the outcome of an attempt in a few words."""
    if isinstance(outcome, Answer):
        return outcome.problem or f"status {outcome.status}"
    return outcome.reason


def failed(
    request: Request,
    outcome: Answer | Failure,
    history: History,
    note: str = "",
) -> Exception:
    """Build the error for an outcome that ends the call; `note` explains it."""
    attempts = history.sends
    if isinstance(outcome, Answer):
        if is_success(outcome.status):
            return broken(request, outcome)
        return refusal(request, outcome, attempts, note)
    if outcome.kind == "closed":
        return ClientClosed(request.operation_id)
    kind = RequestTimeoutError if outcome.kind == "timeout" else ConnectionFailedError
    return kind(
        request.operation_id,
        f"{outcome.reason} ({note})" if note else outcome.reason,
        attempts=attempts,
        sent=history.uncertain,
    )


def held(
    request: Request,
    asked_seconds: float,
    left_seconds: float,
    history: History,
    longest: float,
) -> RateLimitError:
    """Build the error for a call that is not sent because of an earlier 429.

    Args:
        request: The request that was to be sent.
        asked_seconds: The wait that the service asked for.
        left_seconds: The part of it that is left.
        history: Of all attempts.
        longest: `max_retry_after_seconds`.
    """
    note = "; an earlier attempt may have been done" if history.uncertain else ""
    refused = RateLimitError(
        request.operation_id,
        TOO_MANY_REQUESTS,
        attempts=history.sends,
        hint=(
            "the service asked all calls of this endpoint to wait for "
            f"{asked_seconds:g} seconds; left are {wait_words(left_seconds)}; "
            f"max_retry_after_seconds={longest:g}{note}"
        ),
    )
    refused.retry_after_seconds = left_seconds
    return refused


def unknown(
    request: Request,
    outcome: Answer | Failure,
    history: History,
    began: float,
) -> UnknownOutcome:
    """Build the error for a change whose outcome is unknown.

    Args:
        request: The request that was sent.
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
        attempts=history.sends,
        status=outcome.status if isinstance(outcome, Answer) else None,
    )
