"""Tests of a call from end to end: the requests of the server, and the result."""

import asyncio
import json
import socket

import attrs
import pytest

from configcat_mgmt import (
    ApiError,
    BadRequestError,
    ConnectionFailedError,
    DecodeError,
    NotFoundError,
    Options,
    RateLimitError,
    RedirectError,
    RequestTimeoutError,
    ResponseInvalid,
    ServerError,
    TransportError,
    UnknownOutcome,
    models,
)
from configcat_mgmt.core.retry import RetryBudget
from tests.fault_server import (
    LIMITS_SECONDS,
    FaultServer,
    Step,
    answer,
    broken_off,
    close_after_reading,
    close_before_reading,
    reset,
    response,
    silence,
)
from tests.quick_client import (
    CALLS,
    GOOD,
    ONCE,
    OPERATION_IDS,
    REPEATABLE,
    TAG,
    UUID_TEXT,
    quick_client,
    slept,
    with_changes,
)

BROKEN = {
    "close before reading": close_before_reading(),
    "close after reading": close_after_reading(),
    "reset": reset(),
    "partial status line": broken_off(b"HTTP/1.1 20"),
    "partial headers": broken_off(b"HTTP/1.1 200 OK\r\nContent-Le"),
}
"""Ways to end a connection without an answer."""
FINAL = {
    301: RedirectError,
    307: RedirectError,
    400: BadRequestError,
    404: NotFoundError,
    410: ApiError,
    501: ServerError,
    505: ServerError,
}
OPEN = {408: 4, 500: 3, 502: 4, 503: 4, 504: 4, 520: 4}
"""Statuses that leave open whether the call was done, and the sends if that is fine."""


async def failed(server: FaultServer, kind: str, **options: object) -> Exception:
    """Make one call of a kind and return how it failed."""
    async with quick_client(server, with_changes(**options)) as client:
        with pytest.raises(Exception) as caught:  # noqa: PT011
            await CALLS[kind](client)
    await server.quiet()
    return caught.value


def check_unknown(error: Exception, kind: str, cause: str) -> UnknownOutcome:
    """Check that the error has all facts to find out whether the call took effect."""
    assert type(error) is UnknownOutcome
    assert not isinstance(error, TransportError | TimeoutError)
    assert error.operation_id == OPERATION_IDS[kind]
    assert cause in error.cause
    assert error.sent_at.tzinfo is not None
    assert error.attempts == 1
    if kind == "create":
        assert error.natural_key == ("name", "blue")
        assert error.arguments == {"product_id": UUID_TEXT}
    elif kind == "positional":
        assert error.natural_key is None
        assert error.arguments == {"environment_id": UUID_TEXT, "setting_id": 7}
    return error


@pytest.mark.parametrize("kind", CALLS)
async def test_a_refused_connection_is_tried_again_for_every_call(kind: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = FaultServer()
        server.port = nobody.getsockname()[1]
        error = await failed(server, kind)
    assert type(error) is ConnectionFailedError
    assert (error.attempts, error.sent) == (4, False)
    assert "refused" in error.reason.lower() or "connect" in error.reason.lower()


@pytest.mark.parametrize("kept", [False, True], ids=["fresh", "kept"])
@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("kind", CALLS)
async def test_a_lost_connection_is_answered_by_kind_of_call(
    kind: str,
    how: str,
    kept: bool,
) -> None:
    before = [answer(200, TAG)] if kept else []
    async with FaultServer(*before, BROKEN[how]) as server:
        async with quick_client(server) as client:
            if kept:
                await client.tags.get_tag(5)
            with pytest.raises((ConnectionFailedError, UnknownOutcome)) as caught:
                await CALLS[kind](client)
        await server.quiet()
    sends = server.seen[len(before) :]
    # Each send is one of ours: aiohttp adds none of its own, kept connection or not.
    assert len(sends) == (1 if kind in ONCE else 4)
    assert len({request.connection for request in sends}) == len(sends)
    assert not kept or sends[0].connection == server.seen[0].connection
    error = caught.value
    if kind in ONCE:
        check_unknown(error, kind, "")
        return
    assert error.attempts == 4
    # Whoever repeats the tested patch would find it refused if it was done.
    assert isinstance(error, UnknownOutcome) is (kind == "tested")
    assert getattr(error, "sent", True)


@pytest.mark.parametrize("kind", CALLS)
async def test_no_answer_in_time_is_answered_by_kind_of_call(kind: str) -> None:
    for seconds in LIMITS_SECONDS:
        async with FaultServer(silence()) as server:
            error = await failed(server, kind, timeout_seconds=seconds, max_attempts=2)
        if len(server.seen) == getattr(error, "attempts", None):
            break
    if kind in ONCE:
        check_unknown(error, kind, "timed out")
        assert len(server.seen) == 1
    elif kind == "tested":
        assert isinstance(error, UnknownOutcome)
        assert (error.attempts, len(server.seen)) == (2, 2)
    else:
        assert type(error) is RequestTimeoutError
        assert isinstance(error, TimeoutError)
        assert (error.attempts, error.sent, len(server.seen)) == (2, True, 2)


@pytest.mark.parametrize("status", OPEN)
@pytest.mark.parametrize("kind", CALLS)
async def test_an_answer_that_leaves_it_open_is_answered_by_kind_of_call(
    kind: str,
    status: int,
) -> None:
    async with FaultServer(answer(status, "<html>gateway</html>")) as server:
        error = await failed(server, kind)
    assert error.status == status  # type: ignore[attr-defined]
    if kind in ONCE:
        check_unknown(error, kind, f"status {status}")
        assert len(server.seen) == 1
        return
    assert len(server.seen) == OPEN[status]
    assert error.attempts == OPEN[status]  # type: ignore[attr-defined]
    if kind == "tested":
        assert isinstance(error, UnknownOutcome)
    else:
        assert type(error) is (ServerError if status >= 500 else ApiError)


@pytest.mark.parametrize("status", FINAL)
@pytest.mark.parametrize("kind", CALLS)
async def test_a_refusal_is_raised_at_once(kind: str, status: int) -> None:
    async with FaultServer(
        answer(status, "no", {"Location": "//elsewhere/"})
    ) as server:
        error = await failed(server, kind)
    assert len(server.seen) == 1
    assert type(error) is FINAL[status]
    assert isinstance(error, ApiError)
    assert (error.attempts, error.body) == (1, "no")
    assert error.operation_id == OPERATION_IDS[kind]


@pytest.mark.parametrize("kind", CALLS)
async def test_rejections_are_waited_out_for_every_call_and_never_counted(
    kind: str,
) -> None:
    rejections = [answer(429, "", {"Retry-After": "3"})] * 6
    async with (
        FaultServer(*rejections, GOOD[kind]) as server,
        quick_client(server, with_changes(max_attempts=1)) as client,
    ):
        await CALLS[kind](client)
        assert slept(client) == [3.5] * 6
    assert len(server.seen) == 7


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({}, [1.5, 5.0, 15.0, *[60.0] * 7]),
        ({"Retry-After": "0"}, [0.5] * 10),
        ({"Retry-After": "nan"}, [1.5, 5.0, 15.0, *[60.0] * 7]),
        ({"Retry-After": "9" * 5000}, [1.5, 5.0, 15.0, *[60.0] * 7]),
    ],
)
async def test_rejections_without_end_are_raised_after_ten_waits(
    headers: dict[str, str],
    waits: list[float],
) -> None:
    async with (
        FaultServer(answer(429, "quota exceeded", headers)) as server,
        quick_client(server) as client,
    ):
        with pytest.raises(RateLimitError, match="after 11 attempts: quota") as caught:
            await CALLS["create"](client)
        assert slept(client) == waits
    assert caught.value.attempts == len(server.seen) == 11


async def test_a_rejection_that_asks_for_too_long_is_raised_with_the_figure() -> None:
    async with FaultServer(answer(429, "", {"Retry-After": "121"})) as server:
        error = await failed(server, "create")
    assert isinstance(error, RateLimitError)
    assert error.retry_after_seconds == 121.0
    assert len(server.seen) == 1


async def test_until_the_time_that_a_rejection_named_no_call_of_the_endpoint_is_sent(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "configcat_mgmt")
    async with (
        FaultServer(answer(429, "", {"Retry-After": "20"}), answer(200, TAG)) as server,
        quick_client(server, Options(max_retry_after_seconds=6)) as client,
    ):
        for _ in range(3):
            with pytest.raises(RateLimitError) as caught:
                await CALLS["read"](client)
        await CALLS["set"](client)
    error = caught.value
    assert [seen.method for seen in server.seen] == ["GET", "PUT"]
    assert error.attempts == 0
    assert error.retry_after_seconds is not None
    assert 0.0 < error.retry_after_seconds <= 20.75
    assert str(error).startswith(
        "get-tag was not sent: an earlier call returned 429 (the service asked"
    )
    assert "for 20 seconds" in str(error)
    assert "max_retry_after_seconds=6" in str(error)
    assert str(error) in caplog.messages


@pytest.mark.parametrize(
    "step",
    [
        broken_off(response(200, b'{"tagId": 5', length=100)),
        answer(200, b"not gzip", {"Content-Encoding": "gzip"}),
        answer(200, b"x", {"Content-Encoding": "br"}),
    ],
    ids=["cut", "bad gzip", "other encoding"],
)
@pytest.mark.parametrize("kind", CALLS)
async def test_a_success_with_a_broken_body_is_done_and_only_read_again(
    kind: str,
    step: Step,
) -> None:
    async with FaultServer(step) as server:
        error = await failed(server, kind)
    assert type(error) is ResponseInvalid
    assert (error.status, error.applied) == (200, kind != "read")
    assert len(server.seen) == (2 if kind == "read" else 1)


@pytest.mark.parametrize("body", ["", "<html>hello</html>", "[" * 9999])
@pytest.mark.parametrize("kind", ["read", "set", "create"])
async def test_a_success_without_json_is_done_and_only_read_again(
    kind: str,
    body: str,
) -> None:
    async with FaultServer(answer(200, body)) as server:
        error = await failed(server, kind)
    assert type(error) is ResponseInvalid
    assert (error.excerpt, error.applied) == (body[:200], kind != "read")
    assert len(server.seen) == (2 if kind == "read" else 1)


async def test_a_body_that_was_spoilt_once_is_read_again_with_success() -> None:
    steps = (answer(200, "<html>"), answer(200, TAG))
    async with FaultServer(*steps) as server, quick_client(server) as client:
        assert (await client.tags.get_tag(5)).name == "blue"
    assert len(server.seen) == 2


async def test_a_body_that_does_not_fit_is_not_asked_for_again() -> None:
    async with FaultServer(answer(200, {**TAG, "tagId": None})) as server:
        error = await failed(server, "read")
    assert type(error) is DecodeError
    assert "@ $.tagId" in error.problems[0]
    assert len(server.seen) == 1


@pytest.mark.parametrize("kind", REPEATABLE)
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_repeatable_call_succeeds_after_a_bad_spell(
    kind: str,
    status: int,
) -> None:
    steps = (close_after_reading(), answer(status), GOOD[kind])
    async with FaultServer(*steps) as server, quick_client(server) as client:
        result = await CALLS[kind](client)
        assert slept(client) == [0.0, 0.0]
    assert (result is None) is (kind not in ("read", "set"))
    assert len(server.seen) == 3
    sent = {(request.method, request.target, request.body) for request in server.seen}
    assert len(sent) == 1


async def test_a_repeated_delete_that_finds_nothing_has_succeeded() -> None:
    steps = (close_after_reading(), answer(404))
    async with FaultServer(*steps) as server, quick_client(server) as client:
        await client.tags.delete_tag(5)
    assert len(server.seen) == 2
    async with FaultServer(answer(404)) as server:
        assert isinstance(await failed(server, "delete"), NotFoundError)


async def test_a_repeated_delete_whose_answer_matters_says_that_it_is_lost() -> None:
    steps = (answer(502), answer(404))
    async with FaultServer(*steps) as server, quick_client(server) as client:
        with pytest.raises(ResponseInvalid, match="had already done it") as caught:
            await client.integration_links.delete_integration_link(
                UUID_TEXT,
                5,
                models.IntegrationLinkType.JIRA,
                "KEY-1",
            )
    assert caught.value.applied


async def test_a_patch_whose_test_fails_the_second_time_is_unknown() -> None:
    for status in (400, 409):
        async with FaultServer(close_after_reading(), answer(status)) as server:
            error = await failed(server, "tested")
        assert isinstance(error, UnknownOutcome)
        assert (error.attempts, error.status) == (2, status)
        async with FaultServer(answer(status)) as server:
            assert isinstance(await failed(server, "tested"), ApiError)


async def test_the_wait_between_attempts_is_drawn_up_to_a_growing_bound() -> None:
    async with (
        FaultServer(answer(502)) as server,
        quick_client(server, with_changes(max_attempts=6), highest=True) as client,
    ):
        with pytest.raises(ServerError):
            await client.tags.get_tag(5)
        assert slept(client) == [1.0, 2.0, 4.0, 8.0, 8.0]


async def test_the_retry_budget_ends_the_retries_of_all_calls_together() -> None:
    async with FaultServer(answer(502)) as server, quick_client(server) as client:
        client._pipeline.core.retry_budget = RetryBudget(reserve=3)
        for sends in (4, 8, 9):
            with pytest.raises(ServerError) as caught:
                await client.tags.get_tag(5)
            assert len(server.seen) == sends
            assert ("retry budget" in str(caught.value)) is (sends > 8)
        server.steps = [answer(200, TAG)]
        await client.tags.get_tag(5)
        server.steps = [answer(502), answer(502), answer(200, TAG)]
        with pytest.raises(ServerError, match="retry budget"):
            await client.tags.get_tag(5)
    assert len(server.seen) == 9 + 1 + 2


async def test_a_burst_of_calls_survives_one_short_failure_twice() -> None:
    calls = 40
    failures = [answer(503)] * calls
    async with FaultServer(answer(503)) as server, quick_client(server) as client:
        for _ in range(2):
            server.steps = [*failures, answer(200, TAG)]
            await asyncio.gather(*(client.tags.get_tag(5) for _ in range(calls)))
    assert len(server.seen) == 4 * calls
    assert client._pipeline.core.retry_budget.in_progress == 0


async def test_a_patch_with_a_test_that_the_budget_ends_is_unknown() -> None:
    async with FaultServer(answer(502)) as server, quick_client(server) as client:
        client._pipeline.core.retry_budget = RetryBudget(reserve=-3)
        with pytest.raises(UnknownOutcome):
            await CALLS["tested"](client)
    assert len(server.seen) == 1


async def test_a_request_that_does_not_fit_is_never_sent() -> None:
    async with FaultServer(answer(200, TAG)) as server, quick_client(server) as client:
        with pytest.raises(ValueError, match="tag_id"):
            await client.tags.get_tag("5")  # type: ignore[arg-type]
    assert server.connections == 0


async def test_each_request_has_exactly_the_expected_headers_and_body() -> None:
    options = with_changes(user_agent="mine/1", media_type="application/hal+json")
    good = answer(200, TAG)
    async with FaultServer(good) as server, quick_client(server, options) as client:
        await CALLS["set"](client)
    (request,) = server.seen
    assert (request.method, request.target) == ("PUT", "/v1/tags/5")
    assert json.loads(request.body) == {"name": "x"}
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "accept": "application/hal+json",
        "accept-encoding": "gzip, deflate",
        "user-agent": "mine/1",
        "content-type": "application/json",
        "content-length": "12",
        "authorization": "Basic dGVzdC11c2VyOnRlc3QtcGFzc3dvcmQ=",
    }


async def test_the_options_of_a_view_hold_for_its_calls_only() -> None:
    async with FaultServer(answer(502)) as server, quick_client(server) as client:
        view = client.with_options(max_attempts=1)
        for caller, sends in ((view, 1), (client, 5), (view, 6)):
            with pytest.raises(ServerError):
                await caller.tags.get_tag(5)
            assert len(server.seen) == sends
        assert attrs.evolve(view.options, max_attempts=4) == client.options
