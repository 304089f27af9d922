"""Every error that this package raises, in one tree.

ConfigCatManagementError
  ConfigurationError          options or credentials are unusable
  RequestBuildError           an argument is invalid; nothing was sent
  ClientClosed                the client was closed before or during the call
  WrongLoopError              the client belongs to another event loop
  TransportError              no complete response arrived
    ConnectionFailedError
    RequestTimeoutError
    PaceUnavailableError      the Redis of the shared pace did not answer in time
  UnknownOutcome              the outcome of a change is unknown
  ResponseInvalid             a success status with an unusable body
    ResponseTooLargeError
    DecodeError               the JSON does not fit the model; lists each path
  ApiError                    the service returned an error status
    RedirectError 3xx
    BadRequestError 400       AuthenticationError 401   PermissionDeniedError 403
    NotFoundError 404         ConflictError 409         RateLimitError 429
    ServerError 5xx
  JobError                    a step of a bulk job failed
  WebhookVerificationError    ConfigCat did not send the webhook request

Errors hold plain values only, so they pickle. They never hold a credential.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

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
    "PaceUnavailableError",
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

EXCERPT_LENGTH: Final = 200
"""Characters of an unreadable response that an error shows."""


def _rebuild(
    kind: "type[ConfigCatManagementError]",
    message: str,
    state: dict[str, object],
) -> "ConfigCatManagementError":
    error = kind.__new__(kind, message)
    Exception.__init__(error, message)
    error.__dict__.update(state)
    return error


_ATTRIBUTES: Final = "Attributes:\n"


class ConfigCatManagementError(Exception):
    """The base of all errors of this package.

    Catch it to catch all of them. `configcat-mgmt explain NAME` prints the cause of an
    error class and what to do. `str(error)` is the message; attributes are those of the
    subclasses.
    """

    def __init_subclass__(cls) -> None:
        """Repeat inherited attributes in the docstring, where `help()` shows them."""
        super().__init_subclass__()
        head, _, own = (cls.__doc__ or "").partition(_ATTRIBUTES)
        above, found, inherited = (cls.__mro__[1].__doc__ or "").partition(_ATTRIBUTES)
        if found and head:
            gap = above[len(above.rstrip()) :]
            own = f"{own.rstrip()}\n" if own else ""
            cls.__doc__ = f"{head.rstrip()}{gap}{_ATTRIBUTES}{own}{inherited}"

    def __reduce__(
        self,
    ) -> tuple[object, tuple[type, str, dict[str, object]]]:
        """Pickle by value, independent of the constructor of the subclass."""
        return _rebuild, (type(self), str(self), dict(self.__dict__))


class ConfigurationError(ConfigCatManagementError, ValueError):
    """Options or credentials are missing or unusable; nothing was sent.

    What to do: the message names the argument or the variable and its allowed values.
    The error has no attributes of its own.
    """


class RequestBuildError(ConfigCatManagementError, ValueError):
    """An argument is invalid in path, query, header or body; nothing was sent.

    What to do: correct the arguments that the message names.

    Attributes:
        operation_id: Operation, such as `update-tag`.
        problems: tuple of str; each names an argument and its allowed values.
    """

    def __init__(self, operation_id: str, problems: Sequence[str]) -> None:
        """Name the operation, each invalid argument and its allowed values."""
        self.operation_id = operation_id
        """Operation, such as `update-tag`."""
        self.problems = tuple(problems)
        """tuple of str; each names an argument and its allowed values."""
        super().__init__(f"{operation_id} was not sent: {'; '.join(self.problems)}")


class ClientClosed(ConfigCatManagementError, RuntimeError):  # noqa: N818
    """The client was closed before the call or while the call waited.

    What to do: make the call within the `with` or `async with` block of the client, or
    make a new client.

    Attributes:
        operation_id: Operation that was not completed; None for a call that was
            refused because the client was closed already.
    """

    def __init__(self, operation_id: str | None = None) -> None:
        """Name the operation that was not completed, if there is one."""
        self.operation_id = operation_id
        """Operation that was not completed; None for a call that was refused because
        the client was closed already."""
        event = f"{operation_id} was not completed" if operation_id else "call refused"
        super().__init__(f"{event}: the client is closed; make a new one")


class WrongLoopError(ConfigCatManagementError, RuntimeError):
    """A client was used from an event loop or thread of another client.

    What to do: make an async client for each event loop. Clients with the same
    credentials share their pace within a process. Use `ManagementClient` from threads.
    The error has no attributes of its own.
    """


class TransportError(ConfigCatManagementError):
    """No complete response arrived for a call that is safe to repeat.

    The call only reads, or it sets a value that stays the same when set again.

    What to do: repeat the call; that is safe. If the error persists, check the network
    and the base URL.

    Attributes:
        operation_id: Operation, such as `update-tag`.
        reason: The failure of the last attempt.
        attempts: Number of attempts.
        sent: Whether an attempt was sent and may have taken effect.
    """

    def __init__(
        self,
        operation_id: str,
        reason: str,
        *,
        attempts: int,
        sent: bool,
    ) -> None:
        """Name the operation, the attempts, and whether a request was sent."""
        self.operation_id = operation_id
        """Operation, such as `update-tag`."""
        self.reason = reason
        """The failure of the last attempt."""
        self.attempts = attempts
        """Number of attempts."""
        self.sent = sent
        """Whether an attempt was sent and may have taken effect."""
        times = "attempt" if attempts == 1 else "attempts"
        event = f"failed after {attempts} {times}" if attempts else "was not sent"
        super().__init__(f"{operation_id} {event}: {reason}")


class ConnectionFailedError(TransportError):
    """The connection failed, or it broke before the response was complete.

    What to do: check the network, the proxy and the base URL, and repeat the call; that
    is safe.
    """


class RequestTimeoutError(TransportError, TimeoutError):
    """The response or the whole call took longer than the options allow.

    What to do: repeat the call; that is safe. If it fails again, allow more with
    `timeout_seconds` (one attempt) or `deadline_seconds` (the whole call).
    """


class PaceUnavailableError(TransportError):
    """The Redis server that holds the shared pace did not answer in time.

    The call waited for its turn until its deadline.

    What to do: start the Redis server that the error names, and repeat the call; that
    is safe. `RedisPace(on_outage="share", share=1/k)` lets calls continue without it.
    """


class UnknownOutcome(ConfigCatManagementError):  # noqa: N818
    """A change was sent but its outcome is unknown.

    The client did not repeat the call, because the change could then be made twice.

    What to do: check whether the change was made before you repeat the call.
    `client.find_created(error)` looks for created entities that have a natural key.

    Attributes:
        operation_id: Operation, such as `create-tag`.
        cause: The failure, such as `timeout`, `connection lost` or `status 502`.
        arguments: Path and query arguments by their Python names; never a secret.
        natural_key: JSON name and value of the field that identifies the entity, if
            it has such a field.
        sent_at: Time at which the attempt was sent; aware, UTC.
        attempts: Number of attempts.
        status: HTTP status of the response, if one arrived.
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
        """Keep the facts for finding the effect of the call."""
        self.operation_id = operation_id
        """Operation, such as `create-tag`."""
        self.cause = cause
        """The failure, such as `timeout`, `connection lost` or `status 502`."""
        self.arguments = dict(arguments)
        """Path and query arguments by their Python names; never a secret."""
        self.natural_key = natural_key
        """JSON name and value of the field that identifies the entity, if it has such a
        field."""
        self.sent_at = sent_at
        """Time at which the attempt was sent; aware, UTC."""
        self.attempts = attempts
        """Number of attempts."""
        self.status = status
        """HTTP status of the response, if one arrived."""
        key = f" ({natural_key[0]} {natural_key[1]!r})" if natural_key else ""
        super().__init__(
            f"{operation_id}{key} was sent but its outcome is unknown: {cause} on "
            f"attempt {attempts}; check whether it took effect before you repeat it",
        )


class ResponseInvalid(ConfigCatManagementError):  # noqa: N818
    """The service reported success, but its response cannot be used.

    What to do: if `applied` is true, do not repeat the call, because the service made
    the change. `client.call_raw(...)` returns the response as text.

    Attributes:
        operation_id: Operation, such as `get-tags`.
        reason: Why the response cannot be used.
        status: HTTP status; 0 for data that is not a response, as in `from_json`.
        applied: Whether the call changed the service.
        excerpt: The first 200 characters of an unreadable text, else empty.
    """

    def __init__(
        self,
        operation_id: str,
        reason: str,
        *,
        status: int,
        applied: bool,
        excerpt: str = "",
    ) -> None:
        """Keep the status and the start of the text."""
        self.operation_id = operation_id
        """Operation, such as `get-tags`."""
        self.reason = reason
        """Why the response cannot be used."""
        self.status = status
        """HTTP status; 0 for data that is not a response, as in `from_json`."""
        self.applied = applied
        """Whether the call changed the service."""
        self.excerpt = excerpt[:EXCERPT_LENGTH]
        """The first 200 characters of an unreadable text, else empty."""
        done = " (the service made the change)" if applied else ""
        shown = f"; it starts with {self.excerpt!r}" if self.excerpt else ""
        start = (
            f"{operation_id} returned {status}, but" if status else operation_id + ":"
        )
        super().__init__(f"{start} {reason}{done}{shown}")


class ResponseTooLargeError(ResponseInvalid):
    """The response is larger than `max_response_bytes` allows.

    What to do: allow more with `Options(max_response_bytes=...)`, or read smaller
    pages.
    """


class DecodeError(ResponseInvalid):
    """The response is JSON but does not fit the model.

    What to do: use a newer configcat-mgmt. Until there is one, `client.call(...)` with
    the operation id returns plain JSON.

    Attributes:
        problems: tuple of str, each as `message @ $.path`.
    """

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
        """tuple of str, each as `message @ $.path`."""
        super().__init__(
            operation_id,
            "; ".join(self.problems),
            status=status,
            applied=applied,
        )


class ApiError(ConfigCatManagementError):
    """The service returned a status that is not a success.

    What to do: read `messages`, or `body` if it is empty.

    Attributes:
        operation_id: Operation, such as `update-tag`.
        status: HTTP status.
        body: Text of the response, its first 16,384 characters.
        headers: dict of the response headers.
        attempts: Number of attempts; 0 if the call was not sent, because of an earlier
            429.
        messages: dict from field to list of str, the problems that the service found;
            empty if the body has another form.
    """

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
        """Keep the bounded text and the headers of the response."""
        self.operation_id = operation_id
        """Operation, such as `update-tag`."""
        self.status = status
        """HTTP status."""
        self.body = body
        """Text of the response, its first 16,384 characters."""
        self.headers = dict(headers or {})
        """dict of the response headers."""
        self.attempts = attempts
        """Number of attempts; 0 if the call was not sent, because of an earlier 429."""
        text = " ".join(body.split())[: 2 * EXCERPT_LENGTH]
        sent = f"{operation_id} returned {status}"
        parts = [
            sent
            if attempts
            else f"{operation_id} was not sent: an earlier call returned {status}"
        ]
        if attempts > 1:
            parts.append(f" after {attempts} attempts")
        if text:
            parts.append(f": {text}")
        if hint:
            parts.append(f" ({hint})")
        super().__init__("".join(parts))

    @property
    def messages(self) -> dict[str, list[str]]:
        """The problems by field, if the body is an object of lists of strings."""
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
    """3xx: the service redirected the request, and the client did not follow.

    The client follows one redirect of a read, if scheme, host and port stay the same.

    What to do: check the base URL; `headers` has the new address.
    """


class BadRequestError(ApiError):
    """400: the service refused the arguments or the body.

    What to do: correct the fields that `messages` names.
    """


class AuthenticationError(ApiError):
    """401: the service does not accept the credentials.

    What to do: check user name and password. Create credentials on the dashboard under
    Public API credentials.
    """


class PermissionDeniedError(ApiError):
    """403: the credentials are valid but lack the permission.

    What to do: ask an admin of the organization for the permission, or use other
    credentials.
    """


class NotFoundError(ApiError):
    """404: the entity does not exist, or these credentials cannot see it.

    What to do: check the ids; `configcat-mgmt whoami` lists the products that the
    credentials can see.
    """


class ConflictError(ApiError):
    """409: the target has changed since it was read.

    What to do: read it again, and decide anew. `client.change_value(...)` does that for
    values.
    """


class RateLimitError(ApiError):
    """429: the rate limit was reached and the options left no time to wait.

    What to do: wait for `retry_after_seconds`, or allow longer waits with
    `max_retry_after_seconds` and `deadline_seconds`. If other programs use the same
    credentials, give each process a `share` of the limits.

    Attributes:
        retry_after_seconds: Seconds that the service asks to wait, if it sends a
            usable value; the remaining seconds if the call was not sent.
        remaining: Calls left in the service's longest window, if it sends the number.
        reset_at: End of that window, if the service sends it; aware, UTC.
    """

    retry_after_seconds: float | None = None
    """Seconds that the service asks to wait, if it sends a usable value; the remaining
    seconds if the call was not sent."""
    remaining: int | None = None
    """Calls left in the service's longest window, if it sends the number."""
    reset_at: datetime | None = None
    """End of that window, if the service sends it; aware, UTC."""


class ServerError(ApiError):
    """5xx: the service failed, and retries did not help.

    What to do: repeat the call later. A change whose outcome is unknown raises
    `UnknownOutcome` instead.
    """


class JobError(ConfigCatManagementError):
    """A step of a job failed.

    What to do: remove the reason and run the same job again; it resumes.

    Attributes:
        step: The step of the plan or the call of the bulk run.
        reason: Why it failed.
    """

    def __init__(self, step: str, reason: str) -> None:
        """Name the step and the reason of its failure."""
        self.step = step
        """The step of the plan or the call of the bulk run."""
        self.reason = reason
        """Why it failed."""
        super().__init__(f"{step} failed: {reason}")


class WebhookVerificationError(ConfigCatManagementError, ValueError):
    """A webhook request is unsigned, too old, unreadable, or has a wrong signature.

    What to do: answer the request with an error status, and do not act on it. If
    requests of ConfigCat are refused, check the signing keys and the clock. The error
    has no attributes of its own.
    """
