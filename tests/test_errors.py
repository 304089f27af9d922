"""Tests of the errors: one tree, picklable, with advice."""

import copy
import pickle
import re
from datetime import UTC, datetime
from inspect import cleandoc
from typing import Any

import pytest

from configcat_mgmt import errors
from configcat_mgmt.errors import (
    ApiError,
    ClientClosed,
    ConfigCatManagementError,
    ConfigurationError,
    ConnectionFailedError,
    DecodeError,
    JobError,
    PaceUnavailableError,
    RateLimitError,
    RequestBuildError,
    RequestTimeoutError,
    ResponseInvalid,
    ResponseTooLargeError,
    TransportError,
    UnknownOutcome,
    WebhookVerificationError,
    WrongLoopError,
)

TIME = datetime(2026, 5, 4, 10, tzinfo=UTC)
API_ERRORS = [
    kind
    for name in errors.__all__
    if issubclass(kind := getattr(errors, name), ApiError)
]


def rate_limit_error() -> RateLimitError:
    error = RateLimitError("get-tag", 429)
    error.retry_after_seconds, error.remaining, error.reset_at = 7.0, 0, TIME
    return error


EXAMPLES: list[ConfigCatManagementError] = [
    ConfigCatManagementError("plain"),
    ConfigurationError("no password"),
    RequestBuildError("update-tag", ["tag_id: is missing", "body: is missing"]),
    ClientClosed(),
    ClientClosed("get-tag"),
    WrongLoopError("another loop"),
    TransportError("get-tag", "why", attempts=1, sent=False),
    ConnectionFailedError("get-tag", "why", attempts=4, sent=True),
    RequestTimeoutError("get-tag", "timed out", attempts=2, sent=True),
    UnknownOutcome(
        "create-tag",
        "status 502",
        arguments={"product_id": "p", "n": 5},
        natural_key=("name", "blue"),
        sent_at=TIME,
        attempts=1,
        status=502,
    ),
    ResponseInvalid("get-tag", "no JSON", status=200, applied=True, excerpt="<html>"),
    ResponseTooLargeError("get-tag", "too large", status=200, applied=False),
    DecodeError("get-tag", ["expected text @ $.name"], status=201, applied=True),
    *(
        kind("get-tag", 418, body="{}", headers={"A": "b"}, attempts=3, hint="hint")
        for kind in API_ERRORS
    ),
    rate_limit_error(),
    JobError("step 7", "the target changed"),
    WebhookVerificationError("signed by nobody"),
    PaceUnavailableError("get-tag", "Redis is away", attempts=0, sent=False),
]


def test_there_is_an_example_of_every_error() -> None:
    kinds = {type(error) for error in EXAMPLES}
    assert kinds == {getattr(errors, name) for name in errors.__all__}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_survive_pickling(error: Any, protocol: int) -> None:  # noqa: ANN401
    found = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
    assert type(found) is type(error)
    assert str(found) == str(error)
    assert found.args == error.args
    assert found.__dict__ == error.__dict__
    assert repr(found) == repr(error)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_can_be_copied_and_raised_again(error: Any) -> None:  # noqa: ANN401
    for made in (copy.copy(error), copy.deepcopy(error)):
        with pytest.raises(type(error)) as caught:
            raise made
        assert str(caught.value) == str(error)
        assert caught.value.__dict__ == error.__dict__


def test_errors_can_be_caught_as_their_builtin_classes() -> None:
    assert issubclass(ConfigurationError, ValueError)
    assert issubclass(RequestBuildError, ValueError)
    assert issubclass(RequestTimeoutError, TimeoutError)
    assert issubclass(ClientClosed, RuntimeError)
    assert not issubclass(UnknownOutcome, TransportError | TimeoutError | OSError)
    tree = [getattr(errors, name) for name in errors.__all__]
    assert all(issubclass(kind, ConfigCatManagementError) for kind in tree)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda one: type(one).__name__)
def test_help_lists_every_attribute_of_an_error_and_says_what_to_do(
    error: ConfigCatManagementError,
) -> None:
    text = cleandoc(type(error).__doc__ or "")
    listed = re.findall(r"^    (\w+):", text, re.MULTILINE)
    public = {name for name in dir(error) if name[0] != "_"}
    # Some are built-in errors too, such as `TimeoutError`, with unused attributes.
    public -= {*dir(OSError), *dir(ValueError)}
    assert sorted(listed) == sorted(public)
    assert "What to do:" in text or type(error) is ConfigCatManagementError


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__ is not None
    words = errors.__doc__.split()
    assert [name for name in errors.__all__ if name not in words] == []


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (EXAMPLES[2], "update-tag was not sent: tag_id: is missing; body: is missing"),
        (EXAMPLES[3], "call refused: the client is closed; make a new one"),
        (EXAMPLES[6], "get-tag failed after 1 attempt: why"),
        (EXAMPLES[7], "get-tag failed after 4 attempts: why"),
        (
            EXAMPLES[9],
            "create-tag (name 'blue') was sent but its outcome is unknown: status 502 "
            "on attempt 1; check whether it took effect before you repeat it",
        ),
        (
            EXAMPLES[10],
            "get-tag returned 200, but no JSON (the service made the change); it "
            "starts with '<html>'",
        ),
        (
            ApiError("get-tag", 418, body=" a\n b ", attempts=2, hint="do"),
            "get-tag returned 418 after 2 attempts: a b (do)",
        ),
    ],
)
def test_an_error_names_the_call_and_its_attempts(error: Exception, text: str) -> None:
    assert str(error) == text
