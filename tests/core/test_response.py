"""Tests that a response becomes a result, or the right error."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from configcat_mgmt import OPERATIONS, models
from configcat_mgmt.core.auth import Credentials, Secret
from configcat_mgmt.core.decode_response import read
from configcat_mgmt.core.exchange import Answer, Request
from configcat_mgmt.core.request import build
from configcat_mgmt.core.response import (
    MAX_ERROR_BODY,
    broken,
    is_success,
    raw,
    refusal,
)
from configcat_mgmt.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    ResponseInvalid,
    ResponseTooLargeError,
    ServerError,
)
from tests.quick_client import TAG

GET, UPDATE = OPERATIONS["get-tag"], OPERATIONS["update-tag"]
DELETE, PATCH = OPERATIONS["delete-tag"], OPERATIONS["update-setting-value"]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, CIMultiDictProxy(CIMultiDict(pairs)), body)


def request_of() -> Request:
    body = models.UpdateTagModel(name="x")
    return build(UPDATE, {"tag_id": 1}, body)


def refused(
    status: int, body: bytes = b"", attempts: int = 1, **headers: str
) -> ApiError:
    return refusal(request_of(), answer(status, body, **headers), attempts)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(199, False), (200, True), (204, True), (299, True), (300, False), (400, False)],
)
def test_success_is_any_status_from_200_to_299(status: int, expected: bool) -> None:
    assert is_success(status) is expected


def test_a_model_is_made_of_the_body() -> None:
    found = read(GET, answer(200, json.dumps(TAG).encode()), hal=False)
    assert isinstance(found, models.TagModel)
    assert found.name == "blue"


def test_a_byte_order_mark_is_passed_over() -> None:
    text = b"\xef\xbb\xbf" + json.dumps(TAG).encode()
    assert isinstance(read(GET, answer(200, text), hal=False), models.TagModel)


def test_no_body_is_read_where_none_is_promised() -> None:
    assert read(DELETE, answer(204), hal=False) is None
    assert read(DELETE, answer(200, b"<html>"), hal=False) is None
    assert read(PATCH, answer(204), hal=False) is None
    assert read(PATCH, answer(202), hal=False) is None


def test_a_status_nobody_declared_is_read_like_the_declared_one() -> None:
    found = read(GET, answer(206, json.dumps(TAG).encode()), hal=False)
    assert isinstance(found, models.TagModel)


@pytest.mark.parametrize("status", [200, 202, 204, 205])
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_body_is_no_model(status: int, body: bytes) -> None:
    for operation, applied in ((GET, False), (UPDATE, True)):
        with pytest.raises(ResponseInvalid, match="the body is empty") as caught:
            read(operation, answer(status, body), hal=False)
        assert (caught.value.status, caught.value.applied) == (status, applied)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>gateway</html>", "not JSON"),
        (b'{"tagId": 5', "not JSON"),
        (b'{"tagId": 5} x', "not JSON"),
        (b'{"name": NaN}', "NaN is not JSON"),
        (b"[Infinity]", "Infinity is not JSON"),
        (b"[1e999]", "out of range"),
        (b'"\xff\xfe"', "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "too many digits"),
        ("{}".encode("utf-16"), "not"),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value[:20]),
)
def test_an_error_shows_the_beginning_of_unusable_json(
    body: bytes,
    reason: str,
) -> None:
    for hal in (False, True):
        with pytest.raises(ResponseInvalid, match=reason) as caught:
            read(GET, answer(200, body), hal=hal)
        error = caught.value
        assert type(error) is ResponseInvalid
        assert error.operation_id == "get-tag"
        assert error.excerpt == body.decode("utf-8", "replace")[:200]
        assert len(str(error)) < 1200


def test_an_error_names_the_places_of_a_misfit_model() -> None:
    body = json.dumps({**TAG, "tagId": "five", "name": 7}).encode()
    with pytest.raises(DecodeError) as caught:
        read(UPDATE, answer(200, body), hal=False)
    assert [problem.split(" @ ")[1] for problem in caught.value.problems] == [
        "$.tagId",
        "$.name",
    ]
    assert caught.value.applied
    assert caught.value.__context__ is None


def test_an_answer_with_links_is_read_like_a_plain_one() -> None:
    product = TAG["product"]
    body = {**TAG, "_links": {"self": {"href": "/"}}, "_embedded": {"product": product}}
    del body["product"]
    text = json.dumps(body).encode()
    found = read(GET, answer(200, text), hal=True)
    assert found == read(GET, answer(200, json.dumps(TAG).encode()), hal=False)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (300, RedirectError),
        (308, RedirectError),
        (400, BadRequestError),
        (401, AuthenticationError),
        (402, ApiError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (405, ApiError),
        (409, ConflictError),
        (429, RateLimitError),
        (451, ApiError),
        (500, ServerError),
        (503, ServerError),
        (599, ServerError),
        (600, ServerError),
    ],
)
def test_every_status_has_its_error(status: int, kind: type[ApiError]) -> None:
    error = refused(status, b"why", attempts=3, X_Trace="7")
    assert type(error) is kind
    assert (error.status, error.body, error.attempts) == (status, "why", 3)
    assert error.headers == {"X-Trace": "7"}
    assert f"update-tag returned {status} after 3 attempts: why" in str(error)


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429])
def test_a_message_of_the_service_takes_the_place_of_the_usual_cause(
    status: int,
) -> None:
    start = f"update-tag returned {status}"
    for body in (b"", b" \r\n"):
        assert re.fullmatch(rf"{start} \(.+\)", str(refused(status, body)))
    assert str(refused(status, b"Not your own.")) == f"{start}: Not your own."
    waits = f"{start}: Slow down. (the service asks to wait 7 seconds, until"
    if status == 429:
        assert str(refused(429, b"Slow down.", Retry_After="7")).startswith(waits)


def test_a_redirect_names_the_host_only() -> None:
    error = refused(302, Location="https://evil.example:444/path?token=1#x")
    assert "it points to evil.example; not followed" in str(error)
    assert "token" not in str(error)
    assert "another path" in str(refused(302, Location="/elsewhere"))
    assert "no address" in str(refused(304))
    assert "unreadable" in str(refused(302, Location="https://[::1"))


def quoted(sent: str, *headers: str) -> str:
    """Return the words of an error whose response quotes what was sent."""
    secrets = tuple(map(Secret, headers))
    found = answer(400, sent.encode(), X_Seen=sent)._replace(secrets=secrets)
    error = refusal(request_of(), found, 1)
    assert error.headers["X-Seen"] == error.body
    return error.body


def test_a_response_that_quotes_the_credentials_shows_no_password() -> None:
    header = Credentials("ann", 'p"w/ü&1').header()
    spellings = ('p"w/ü&1', 'p\\"w/\\u00fc&1', "p&quot;w/ü&amp;1", "p%22w%2F%C3%BC%261")
    for spelling in (header.reveal(), *spellings):
        text = quoted(f"for ann: {spelling}", header.reveal())
        assert text in ("for ann: ***", "for ann: Basic ***")


@pytest.mark.parametrize("value", ["", " ", "1", "the", "Basic ", "Basic YTpi"])
def test_a_header_too_short_to_hide_leaves_the_text_readable(value: str) -> None:
    assert quoted("the path 1 does not exist", value) == "the path 1 does not exist"


def test_an_error_of_the_service_is_taken_apart() -> None:
    body = b'{"Name": ["too long", "taken"], "title": "Bad", "x": [5]}'
    error = refused(400, body)
    assert error.messages == {"Name": ["too long", "taken"], "x": ["5"]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>nope</html>",
        b"[1, 2]",
        b'"text"',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"[" + b"9" * 5000 + b"]",
        b"x" * 1_000_000,
        "ü \x1b[31m\n\n\nü".encode(),
    ],
    ids=["", "html", "list", "text", "deep", "bytes", "digits", "large", "unicode"],
)
def test_no_error_body_is_too_odd_for_an_error(body: bytes) -> None:
    for status in (302, 400, 429, 502):
        error = refused(status, body)
        assert error.messages == {}
        assert len(error.body) <= MAX_ERROR_BODY
        assert len(str(error)) < 600
        assert "\n" not in str(error)


def test_a_rejection_has_the_figures_of_the_headers() -> None:
    error = refused(
        429,
        Retry_After="7",
        X_Rate_Limit_Remaining="0",
        X_Rate_Limit_Reset="2026-05-04T10:00:00.1234567Z",
    )
    assert isinstance(error, RateLimitError)
    assert (error.retry_after_seconds, error.remaining) == (7.0, 0)
    assert error.reset_at is not None
    bare = refused(429, Retry_After="soon", X_Rate_Limit_Remaining="-1")
    assert isinstance(bare, RateLimitError)
    assert (bare.retry_after_seconds, bare.remaining, bare.reset_at) == (None,) * 3


def test_a_rejection_names_the_wait_in_seconds_and_its_end() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    text = str(refused(429, Retry_After="7200"))
    after = datetime.now(UTC)
    found = re.search(r"asks to wait 7,200 seconds, until (.*) UTC\)", text)
    assert found is not None, text
    end = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert before <= end - timedelta(hours=2) <= after
    assert "asks to wait 30 seconds, until" in str(refused(503, Retry_After="30"))
    assert "until" not in str(refused(429, Retry_After="9" * 12))
    assert "wait" not in str(refused(429, Retry_After="soon"))
    assert "wait" not in str(refused(400, Retry_After="30"))


def test_a_body_that_did_not_come_whole_tells_whether_the_change_was_made() -> None:
    cut = Answer(200, {}, b'{"na', "the body broke off")
    error = broken(request_of(), cut)
    assert type(error) is ResponseInvalid
    assert error.applied
    assert error.excerpt == '{"na'
    large = Answer(200, {}, b"", "the body is larger", too_large=True)
    assert type(broken(request_of(), large)) is ResponseTooLargeError


def test_a_raw_response_is_unchanged() -> None:
    found = raw(request_of(), answer(201, '{"ä": 1}'.encode(), X_A="b"))
    assert (found.status, found.headers) == (201, {"X-A": "b"})
    assert found.json() == {"ä": 1}
    assert "ä" not in repr(found)
    with pytest.raises(ValueError, match="Expecting value"):
        raw(request_of(), answer(204)).json()
