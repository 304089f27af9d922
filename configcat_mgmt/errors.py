"""Every error that this package raises, in one tree.

ConfigCatManagementError
  ConfigurationError          options or credentials that cannot be used
  RequestBuildError           an argument that does not fit; nothing was sent
  ClientClosed                the client was closed before or during the call
  WrongLoopError              a client used from a loop it does not belong to
  TransportError              no complete answer
    ConnectionFailedError
    RequestTimeoutError
  UnknownOutcome              a change that may or may not have been made
  ResponseInvalid             a success status whose body is of no use
    ResponseTooLargeError
    DecodeError               JSON that does not fit the model; lists where
  ApiError                    the service refused; has status and body
    RedirectError 3xx
    BadRequestError 400       AuthenticationError 401   PermissionDeniedError 403
    NotFoundError 404         ConflictError 409         RateLimitError 429
    ServerError 5xx
  JobError                    a step of a bulk job failed
  WebhookVerificationError    a webhook request that ConfigCat did not send

Errors hold plain values only, so they pickle, and never a credential.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

__all__ = [
    "ApiError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosed",
    "ConfigCatManagementError",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailedError",
    "DecodeError",
    "JobError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitError",
    "RedirectError",
    "RequestBuildError",
    "RequestTimeoutError",
    "ResponseInvalid",
    "ResponseTooLargeError",
    "ServerError",
    "TransportError",
    "UnknownOutcome",
    "WebhookVerificationError",
    "WrongLoopError",
]

EXCERPT_LENGTH = 200
"""Characters of an unreadable answer that an error shows."""


def _rebuild(
    kind: "type[ConfigCatManagementError]",
    message: str,
    state: dict[str, object],
) -> "ConfigCatManagementError":
    error = kind.__new__(kind, message)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


class ConfigCatManagementError(Exception):
    """The base of all errors of this package."""

    def __reduce__(
        self,
    ) -> tuple[object, tuple[type, str, dict[str, object]]]:
        """Pickle by value, whatever the constructor of the subclass looks like."""
        return _rebuild, (type(self), str(self), dict(self.__dict__))


class ConfigurationError(ConfigCatManagementError, ValueError):
    """Options or credentials are missing or unusable; nothing was sent."""


class RequestBuildError(ConfigCatManagementError, ValueError):
    """An argument does not fit path, query, header or body; nothing was sent."""

    def __init__(self, operation_id: str, problems: Sequence[str]) -> None:
        """Name the operation and say for each argument what is allowed."""
        self.operation_id = operation_id
        self.problems = tuple(problems)
        super().__init__(f"{operation_id} was not sent: {'; '.join(self.problems)}")


class ClientClosed(ConfigCatManagementError, RuntimeError):  # noqa: N818
    """The client was closed before the call, or while it waited."""

    def __init__(self, operation_id: str | None = None) -> None:
        """Name the operation that did not take place, if there is one."""
        self.operation_id = operation_id
        what = f"{operation_id} was not completed" if operation_id else "call refused"
        super().__init__(f"{what}: the client is closed; make a new one")


class WrongLoopError(ConfigCatManagementError, RuntimeError):
    """A client was used from an event loop or thread that it does not belong to."""


class TransportError(ConfigCatManagementError):
    """No complete answer, to a call that may be repeated without harm.

    It reads, or sets something that stays the same when it is set again. With `sent`
    an attempt may have had its effect; without, nothing has happened.
    """

    def __init__(
        self,
        operation_id: str,
        reason: str,
        *,
        attempts: int,
        sent: bool,
    ) -> None:
        """Say what was tried, how often, and whether anything reached the wire."""
        self.operation_id = operation_id
        self.reason = reason
        self.attempts = attempts
        self.sent = sent
        times = "attempt" if attempts == 1 else "attempts"
        super().__init__(
            f"{operation_id} got no answer after {attempts} {times}: {reason}",
        )


class ConnectionFailedError(TransportError):
    """No connection could be made, or it broke before the answer was complete."""


class RequestTimeoutError(TransportError, TimeoutError):
    """The answer, or the call as a whole, took longer than the options allow."""


class UnknownOutcome(ConfigCatManagementError):  # noqa: N818
    """A change was sent, and no answer says whether it was made.

    Nothing was sent again, because that could make the change twice. Look whether it
    is there (`client.find_created(error)` does it for what has a natural key), and only
    then repeat the call.
    """

    def __init__(
        self,
        operation_id: str,
        cause: str,
        *,
        arguments: Mapping[str, object],
        natural_key: tuple[str, str] | None,
        sent_at: datetime,
        attempts: int,
        status: int | None = None,
    ) -> None:
        """Describe the call well enough to look for its effect."""
        self.operation_id = operation_id
        self.cause = cause
        """What went wrong, such as `timeout`, `connection lost` or `status 502`."""
        self.arguments = dict(arguments)
        """Path and query arguments by their Python names; never a secret."""
        self.natural_key = natural_key
        """Wire name and value of the field that tells siblings apart, if any."""
        self.sent_at = sent_at
        """When the attempt went out, aware, UTC."""
        self.attempts = attempts
        self.status = status
        key = f" ({natural_key[0]} {natural_key[1]!r})" if natural_key else ""
        super().__init__(
            f"{operation_id}{key} may or may not have been done: {cause} on attempt "
            f"{attempts}; look whether it took effect before you repeat it",
        )


class ResponseInvalid(ConfigCatManagementError):  # noqa: N818
    """The service reported success, but what it answered cannot be used."""

    def __init__(
        self,
        operation_id: str,
        reason: str,
        *,
        status: int,
        applied: bool,
        excerpt: str = "",
    ) -> None:
        """Keep the status and the start of the text; `applied` means: it was done.

        The status is 0 for data that is no response, as in `from_json`.
        """
        self.operation_id = operation_id
        self.reason = reason
        self.status = status
        self.applied = applied
        self.excerpt = excerpt[:EXCERPT_LENGTH]
        done = " (the change itself was made)" if applied else ""
        shown = f"; it starts {self.excerpt!r}" if self.excerpt else ""
        what = (
            f"{operation_id} answered {status}, but" if status else operation_id + ":"
        )
        super().__init__(f"{what} {reason}{done}{shown}")


class ResponseTooLargeError(ResponseInvalid):
    """The answer is larger than `max_response_bytes` allows."""


class DecodeError(ResponseInvalid):
    """The answer is JSON, but does not fit the model."""

    def __init__(
        self,
        operation_id: str,
        problems: Sequence[str],
        *,
        status: int = 200,
        applied: bool = False,
    ) -> None:
        """Keep each problem as `message @ $.path`."""
        self.problems = tuple(problems)
        super().__init__(
            operation_id,
            "; ".join(self.problems),
            status=status,
            applied=applied,
        )


class ApiError(ConfigCatManagementError):
    """The service answered with a status that is no success."""

    def __init__(
        self,
        operation_id: str,
        status: int,
        *,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        attempts: int = 1,
        hint: str = "",
    ) -> None:
        """Keep the answer as text, bounded, and its headers."""
        self.operation_id = operation_id
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        self.attempts = attempts
        text = " ".join(body.split())[: 2 * EXCERPT_LENGTH]
        parts = [f"{operation_id} was answered {status}"]
        if attempts > 1:
            parts.append(f" after {attempts} attempts")
        if text:
            parts.append(f": {text}")
        if hint:
            parts.append(f" ({hint})")
        super().__init__("".join(parts))

    @property
    def messages(self) -> dict[str, list[str]]:
        """The problems by field, where the body is an object of lists of text."""
        try:
            data: object = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        found: dict[str, list[str]] = {}
        if isinstance(data, dict):
            for key, value in cast("dict[str, object]", data).items():
                if isinstance(value, list):
                    found[key] = [str(item) for item in cast("list[object]", value)]
        return found


class RedirectError(ApiError):
    """The service pointed elsewhere; redirects are never followed."""


class BadRequestError(ApiError):
    """400: the service refused the arguments or the body; see `messages`."""


class AuthenticationError(ApiError):
    """401: the credentials are not accepted."""


class PermissionDeniedError(ApiError):
    """403: the credentials are good, but may not do this."""


class NotFoundError(ApiError):
    """404: no such thing, or no access to it."""


class ConflictError(ApiError):
    """409: the target changed since it was read."""


class RateLimitError(ApiError):
    """429: the allowance was used up, and waiting was no option any more."""

    retry_after_seconds: float | None = None
    """Seconds that the service asked to wait, if it said so in a usable form."""
    remaining: int | None = None
    """Calls left in the service's longest window, if it said so."""
    reset_at: datetime | None = None
    """When that window ends, if the service said so; aware, UTC."""


class ServerError(ApiError):
    """5xx: the service failed."""


class JobError(ConfigCatManagementError):
    """A step of a bulk job failed; `step` names it."""

    def __init__(self, step: str, reason: str) -> None:
        """Name the step and why it failed."""
        self.step = step
        self.reason = reason
        super().__init__(f"{step} failed: {reason}")


class WebhookVerificationError(ConfigCatManagementError, ValueError):
    """A webhook request is not signed by a known key, too old, or not readable."""
