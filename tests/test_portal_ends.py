"""The ends of the thread under the blocking client: Ctrl-C, closing, and worse."""

import _thread
import asyncio
import gc
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest

from configcat_mgmt import ClientClosed, portal
from configcat_mgmt.portal import Portal
from tests.other_threads import (
    PATIENCE_SECONDS,
    done,
    error_of,
    interrupt,
    loop_threads,
    started,
)

T = TypeVar("T")


async def nothing() -> None:
    """Clean nothing up."""


async def same(value: T) -> T:
    return value


async def wait_for_ever(begun: threading.Event | threading.Semaphore) -> None:
    """Say that it began, and wait until it is canceled."""
    begun.set() if isinstance(begun, threading.Event) else begun.release()
    await asyncio.Event().wait()


@pytest.fixture
def door() -> Iterator[Portal]:
    door = Portal(nothing)
    yield door
    done(door.close)


# Ctrl-C; these calls are made on the main thread, which alone can be interrupted


def test_an_interrupt_cancels_the_coroutine_and_waits_for_its_end(door: Portal) -> None:
    ended: list[str] = []

    async def settle() -> None:
        try:
            interrupt()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("in its own time")

    with pytest.raises(KeyboardInterrupt):
        door.run(settle())
    assert ended == ["in its own time"]
    assert door.run(same(7)) == 7


def test_an_interrupt_does_not_wait_longer_than_the_grace(
    door: Portal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portal, "INTERRUPT_GRACE_SECONDS", 0.01)
    over = threading.Event()
    ended: list[str] = []

    async def refuse_to_end() -> None:
        interrupt()
        over.wait(PATIENCE_SECONDS)
        ended.append("in its own time")

    with pytest.raises(KeyboardInterrupt):
        door.run(refuse_to_end())
    assert not ended
    over.set()
    assert door.run(same(7)) == 7


def test_an_interrupt_on_the_way_to_the_loop_leaves_the_coroutine_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # So that it is not the look after some time that puts things right.
    monkeypatch.setattr(portal, "WAIT_SLICE_SECONDS", 10 * PATIENCE_SECONDS)
    ran: list[str] = []
    interrupting: list[bool] = []

    class InterruptedLoop(asyncio.SelectorEventLoop):
        def call_soon_threadsafe(
            self, *args: object, **kwargs: object
        ) -> asyncio.Handle:
            if interrupting:
                interrupting.clear()
                signal.raise_signal(signal.SIGINT)
            return super().call_soon_threadsafe(*args, **kwargs)  # type: ignore[arg-type]

    async def never() -> None:
        ran.append("though it was given up")

    door = Portal(nothing, InterruptedLoop)
    assert door.run(same(7)) == 7
    interrupting.append(True)
    with pytest.raises(KeyboardInterrupt):
        door.run(never())
    assert done(lambda: door.run(same(7))) == 7
    assert not ran
    done(door.close)


def test_an_interrupt_as_the_result_arrives_waits_for_nothing_more(
    door: Portal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Only the second interrupt, of the watchdog, would end a wait this long.
    monkeypatch.setattr(portal, "INTERRUPT_GRACE_SECONDS", 10 * PATIENCE_SECONDS)
    late: list[str] = []

    def give_up() -> None:
        late.append("the caller waited although the result was there")
        interrupt()

    watchdog = threading.Timer(PATIENCE_SECONDS, give_up)
    watchdog.start()

    def waits() -> bool:
        frame = sys._current_frames().get(threading.main_thread().ident or 0)
        return frame is not None and frame.f_code.co_name == "wait"

    async def end_with_a_pending_signal() -> None:
        while not waits():  # noqa: ASYNC110
            await asyncio.sleep(0)
        # Marks the signal without waking the caller, so the result comes first.
        _thread.interrupt_main()

    try:
        with pytest.raises(KeyboardInterrupt):
            door.run(end_with_a_pending_signal())
    finally:
        watchdog.cancel()
    assert late == []
    assert door.run(same(7)) == 7


# Closing


def test_closing_ends_all_calls_and_then_the_thread() -> None:
    order: list[str] = []

    async def cleanup() -> None:
        order.append("cleanup")

    async def wait() -> None:
        try:
            await wait_for_ever(begun)
        finally:
            order.append("canceled")

    door = Portal(cleanup)
    begun = threading.Semaphore(0)
    calls = [started(lambda: door.run(wait())) for _ in range(10)]
    for _ in calls:
        assert begun.acquire(timeout=PATIENCE_SECONDS)
    done(door.close)
    assert all(isinstance(error_of(call), ClientClosed) for call in calls)
    assert order == ["cleanup", *["canceled"] * 10]
    assert door.closed


def test_a_call_that_answers_the_cleanup_has_the_last_word() -> None:
    closing: list[asyncio.Event] = []

    async def cleanup() -> None:
        closing[0].set()

    async def notice() -> str:
        closing.append(asyncio.Event())
        begun.set()
        await closing[0].wait()
        for _ in range(10):
            await asyncio.sleep(0)
        return "unknown outcome"

    door = Portal(cleanup)
    begun = threading.Event()
    call = started(lambda: door.run(notice()))
    assert begun.wait(PATIENCE_SECONDS)
    done(door.close)
    assert call.result(PATIENCE_SECONDS) == "unknown outcome"


def test_a_call_that_comes_too_late_for_the_loop_does_not_begin() -> None:
    begun: list[str] = []
    late: list[Future[None]] = []

    async def begin() -> None:
        begun.append("too late")

    async def cleanup() -> None:
        # A caller that had found the thread before it was told to end.
        late.append(started(lambda: worker.perform(begin())))
        await asyncio.gather(asyncio.wrap_future(late[0]), return_exceptions=True)

    door = Portal(cleanup)
    assert done(lambda: door.run(same(7))) == 7
    worker = vars(door)["_worker"]
    done(door.close)
    assert isinstance(error_of(late[0]), ClientClosed)
    assert begun == []


def test_a_closed_portal_refuses_coroutines_and_leaves_none_open(door: Portal) -> None:
    done(door.close)
    done(door.close)
    for _ in range(2):
        assert isinstance(error_of(started(lambda: door.run(same(7)))), ClientClosed)
    # A coroutine nobody closed would be reported here.
    gc.collect()


def test_closing_without_a_call_starts_no_thread_and_cleans_nothing() -> None:
    cleaned: list[str] = []

    async def cleanup() -> None:
        cleaned.append("up")

    door = Portal(cleanup, lambda: pytest.fail("made a loop"))
    done(door.close)
    assert not cleaned


def test_many_threads_can_close_at_once() -> None:
    cleaned: list[str] = []

    async def cleanup() -> None:
        cleaned.append("up")

    door = Portal(cleanup)
    done(lambda: door.run(same(7)))
    closings = [started(door.close) for _ in range(10)]
    for closing in closings:
        closing.result(PATIENCE_SECONDS)
    assert cleaned == ["up"]


def test_closing_while_the_first_call_starts_the_thread_ends_both() -> None:
    def factory() -> asyncio.AbstractEventLoop:
        door.close()
        return asyncio.new_event_loop()

    others = loop_threads()
    door = Portal(nothing, factory)
    assert isinstance(error_of(started(lambda: door.run(same(7)))), ClientClosed)
    for thread in loop_threads() - others:
        done(thread.join)


def test_closing_does_not_break_off_a_cleanup_that_is_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portal, "CLOSE_GRACE_SECONDS", 0.01)
    monkeypatch.setattr(portal, "SETTLE_SECONDS", PATIENCE_SECONDS)
    cleaning, closed = threading.Event(), threading.Event()
    cleaned: list[str] = []

    async def cleanup() -> None:
        cleaning.set()
        closed.wait(PATIENCE_SECONDS)
        await asyncio.sleep(0)
        cleaned.append("up")

    async def stop() -> None:
        asyncio.get_running_loop().stop()

    others = loop_threads()
    door = Portal(cleanup)
    done(lambda: door.run(stop()))
    assert cleaning.wait(PATIENCE_SECONDS)
    done(door.close)
    closed.set()
    for thread in loop_threads() - others:
        done(thread.join)
    assert cleaned == ["up"]


def test_a_cleanup_that_fails_is_logged_and_ends_the_calls_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def cleanup() -> None:
        raise ValueError("broken")

    door = Portal(cleanup)
    begun = threading.Event()
    call = started(lambda: door.run(wait_for_ever(begun)))
    assert begun.wait(PATIENCE_SECONDS)
    with caplog.at_level(logging.ERROR):
        done(door.close)
    assert isinstance(error_of(call), ClientClosed)
    assert "closing the client failed" in caplog.text
    assert "broken" in caplog.text


def test_closing_gives_up_on_a_thread_that_is_stuck(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(portal, "CLOSE_GRACE_SECONDS", 0.01)
    monkeypatch.setattr(portal, "WAIT_SLICE_SECONDS", 0.01)
    begun, over = threading.Event(), threading.Event()
    ran: list[str] = []

    async def stick() -> None:
        begun.set()
        over.wait(PATIENCE_SECONDS)

    async def never() -> None:
        ran.append("after it was refused")

    others = loop_threads()
    door = Portal(nothing)
    stuck = started(lambda: door.run(stick()))
    assert begun.wait(PATIENCE_SECONDS)
    queued = started(lambda: door.run(never()))
    done(door.close)
    assert isinstance(error_of(stuck), ClientClosed)
    assert isinstance(error_of(queued), ClientClosed)
    over.set()
    for thread in loop_threads() - others:
        done(thread.join)
    assert not ran


def test_a_coroutine_can_close_its_own_portal(door: Portal) -> None:
    async def close() -> str:
        door.close()
        return "closed"

    assert done(lambda: door.run(close())) == "closed"
    assert isinstance(error_of(started(lambda: door.run(same(7)))), ClientClosed)


def test_callers_hear_of_a_loop_that_was_stopped_under_them(door: Portal) -> None:
    async def stop() -> None:
        asyncio.get_running_loop().stop()
        await asyncio.Event().wait()

    others = loop_threads()
    begun = threading.Semaphore(0)
    calls = [started(lambda: door.run(wait_for_ever(begun))) for _ in range(3)]
    for _ in calls:
        assert begun.acquire(timeout=PATIENCE_SECONDS)
    calls.append(started(lambda: door.run(stop())))
    assert all(isinstance(error_of(call), ClientClosed) for call in calls)
    for thread in loop_threads() - others:
        done(thread.join)
    assert isinstance(error_of(started(lambda: door.run(same(7)))), ClientClosed)


def test_a_portal_nobody_needs_any_more_ends_its_thread_after_the_cleanup() -> None:
    cleaned = threading.Event()

    async def cleanup() -> None:
        cleaned.set()

    def work() -> None:
        Portal(cleanup).run(same(7))

    others = loop_threads()
    done(work)
    gc.collect()
    for thread in loop_threads() - others:
        done(thread.join)
    assert cleaned.is_set()
