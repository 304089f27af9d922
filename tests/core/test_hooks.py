"""Tests of the events that hooks and the log receive about calls."""

import asyncio
import logging
from collections.abc import Sequence

import attrs
import pytest

from configcat_mgmt import (
    CallEvent,
    ConnectionFailedError,
    DecodeError,
    Hooks,
    NotFoundError,
    UnknownOutcome,
)
from tests.fault_server import (
    FaultServer,
    Step,
    answer,
    close_after_reading,
    silence,
)
from tests.quick_client import CALLS, TAG, quick_client, with_changes

NAMES = ("call_started", "call_waited", "call_retried", "call_finished")
LOGGER = "configcat_mgmt"


class Noted(Hooks):
    """Keeps everything."""

    def __init__(self) -> None:
        self.events: list[tuple[str, CallEvent]] = []

    def call_started(self, event: CallEvent) -> None:
        self.events.append(("call_started", event))

    def call_waited(self, event: CallEvent) -> None:
        self.events.append(("call_waited", event))

    def call_retried(self, event: CallEvent) -> None:
        self.events.append(("call_retried", event))

    def call_finished(self, event: CallEvent) -> None:
        self.events.append(("call_finished", event))

    def brief(self) -> list[tuple[str, int, int | None, str | None]]:
        return [
            (name.removeprefix("call_"), event.attempt, event.status, event.error)
            for name, event in self.events
        ]


class Raising(Noted):
    """Keeps everything, and then raises."""

    def __getattribute__(self, name: str) -> object:
        found = super().__getattribute__(name)
        if name not in NAMES:
            return found

        def fail(event: CallEvent) -> None:
            found(event)
            raise ZeroDivisionError(name)

        return fail


@pytest.mark.parametrize("hooks", [Noted(), Raising()], ids=["quiet", "raising"])
async def test_hooks_follow_a_call_through_its_attempts(hooks: Noted) -> None:
    hooks.events.clear()
    steps = (
        answer(502),
        close_after_reading(),
        answer(429, "", {"Retry-After": "1"}),
        answer(200, TAG),
    )
    options = with_changes(hooks=hooks)
    async with FaultServer(*steps) as server, quick_client(server, options) as client:
        await client.tags.get_tag(5)
    assert hooks.brief() == [
        ("started", 0, None, None),
        ("retried", 1, 502, "status 502"),
        ("retried", 2, None, "ServerDisconnectedError"),
        ("retried", 3, 429, "status 429"),
        ("finished", 4, 200, None),
    ]
    times = [event.elapsed_seconds for _, event in hooks.events]
    assert times == sorted(times)
    assert {event.operation_id for _, event in hooks.events} == {"get-tag"}


async def test_hooks_see_every_turn() -> None:
    hooks = Noted()
    options = with_changes(hooks=hooks, limits=((5, 3600.0),))
    steps = (answer(502), answer(200, TAG))
    async with FaultServer(*steps) as server, quick_client(server, options) as client:
        await client.tags.get_tag(5)
    assert [name for name, *_ in hooks.brief()] == [
        "started",
        "waited",
        "retried",
        "waited",
        "finished",
    ]
    assert all(event.waited_seconds == 0.0 for _, event in hooks.events)


@pytest.mark.parametrize(
    ("kind", "steps", "error", "status"),
    [
        ("read", (answer(404),), NotFoundError, 404),
        ("create", (answer(502),), UnknownOutcome, 502),
        ("read", (close_after_reading(),), ConnectionFailedError, None),
        ("read", (answer(200, {**TAG, "tagId": "x"}),), DecodeError, 200),
    ],
)
async def test_hooks_see_how_a_call_failed(
    kind: str,
    steps: Sequence[Step],
    error: type[Exception],
    status: int | None,
) -> None:
    hooks = Noted()
    options = with_changes(hooks=hooks, max_attempts=1)
    async with FaultServer(*steps) as server, quick_client(server, options) as client:
        with pytest.raises(error):
            await CALLS[kind](client)
    assert hooks.brief()[-1] == ("finished", 1, status, error.__name__)
    assert len(hooks.events) == 2


async def test_hooks_see_a_cancellation() -> None:
    hooks = Noted()
    options = with_changes(hooks=hooks)
    never = silence()
    async with FaultServer(never) as server, quick_client(server, options) as client:
        task = asyncio.ensure_future(CALLS["read"](client))
        await server.requests(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert hooks.brief()[-1] == ("finished", 0, None, "CancelledError")


async def test_hooks_hear_nothing_of_a_call_that_does_not_fit() -> None:
    hooks = Noted()
    options = with_changes(hooks=hooks)
    async with FaultServer() as server, quick_client(server, options) as client:
        with pytest.raises(ValueError, match="tag_id"):
            await client.tags.get_tag("5")  # type: ignore[arg-type]
    assert hooks.events == []


async def test_a_body_that_is_read_twice_is_one_call() -> None:
    hooks = Noted()
    options = with_changes(hooks=hooks)
    steps = (answer(200, "<html>"), answer(200, TAG))
    async with FaultServer(*steps) as server, quick_client(server, options) as client:
        await client.tags.get_tag(5)
    assert [(name, attempt) for name, attempt, *_ in hooks.brief()] == [
        ("started", 0),
        ("retried", 1),
        ("finished", 2),
    ]


async def test_a_hook_that_raises_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    options = with_changes(hooks=Raising())
    good = answer(200, TAG)
    async with FaultServer(good) as server, quick_client(server, options) as client:
        await client.tags.get_tag(5)
    messages = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert messages == [
        "the hook call_started raised; the call continues",
        "the hook call_finished raised; the call continues",
    ]


async def test_the_default_hooks_do_nothing() -> None:
    event = CallEvent("get-tag", 0)
    assert [getattr(Hooks(), name)(event) for name in NAMES] == [None] * 4
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        event.attempt = 5  # type: ignore[misc]


async def test_the_log_names_operation_attempt_and_status_but_no_content(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    steps = (answer(502, "gateway words"), answer(200, TAG, {"X-Answer": "header"}))
    async with FaultServer(*steps) as server, quick_client(server) as client:
        await CALLS["set"](client)
    messages = [r.getMessage() for r in caplog.records if r.name == LOGGER]
    assert len(messages) == 3
    assert messages[0].startswith("update-tag attempt 1: status 502, ")
    assert messages[1] == ("update-tag: status 502 on attempt 1; trying again in 0.0 s")
    assert messages[2].startswith("update-tag attempt 2: status 200, ")
    for word in ("gateway words", "header", "blue", "Authorization", "/v1/tags"):
        assert not any(word in message for message in messages)


async def test_a_change_that_is_given_up_under_way_is_logged_as_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FaultServer(silence()) as server, quick_client(server) as client:
        for kind in ("read", "create"):
            task = asyncio.ensure_future(CALLS[kind](client))
            await server.requests(1 if kind == "read" else 2)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    warnings = [r.getMessage() for r in caplog.records if r.name == LOGGER]
    assert warnings == [
        "create-tag was sent and then given up; it may have taken effect"
    ]


async def test_a_repeated_delete_that_was_done_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    steps = (close_after_reading(), answer(404))
    async with FaultServer(*steps) as server, quick_client(server) as client:
        await CALLS["delete"](client)
    assert caplog.records[-1].getMessage() == "delete-tag had already been done"
