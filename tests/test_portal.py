"""The thread under the blocking client: how jobs reach it and results return."""

import asyncio
import contextlib
import contextvars
import gc
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from typing import TypeVar

import pytest

from configcat_mgmt import (
    ClientClosed,
    ConfigurationError,
    ConnectionFailedError,
    WrongLoopError,
)
from configcat_mgmt.portal import Portal
from tests.other_threads import PATIENCE_SECONDS, done, error_of, started

T = TypeVar("T")


async def nothing() -> None:
    """Clean nothing up."""


async def same(value: T) -> T:
    return value


async def name_of_thread() -> str:
    return threading.current_thread().name


@pytest.fixture
def door() -> Iterator[Portal]:
    door = Portal(nothing)
    yield door
    done(door.close)


# Jobs


def test_a_coroutine_runs_on_the_thread_of_the_portal(door: Portal) -> None:
    assert done(lambda: door.run(same(7))) == 7
    assert done(lambda: door.run(name_of_thread())) == "configcat-mgmt"


def test_all_calls_share_one_loop(door: Portal) -> None:
    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    first = done(lambda: door.run(loop()))
    loops = [started(lambda: door.run(loop())) for _ in range(20)]
    assert {f.result(PATIENCE_SECONDS) for f in loops} == {first}


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt])
def test_the_caller_gets_whatever_the_coroutine_raises(
    door: Portal,
    kind: type[BaseException],
) -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise kind("broken")

    error = error_of(started(lambda: door.run(fail())))
    assert type(error) is kind
    assert str(error) == "broken"
    # And nobody else is any the wiser.
    assert done(lambda: door.run(same(7))) == 7


def test_an_error_keeps_nothing_alive_once_it_is_handled(door: Portal) -> None:
    class Large:
        pass

    kept: list[weakref.ref[Large]] = []

    async def fail(large: Large) -> None:
        kept.append(weakref.ref(large))
        raise ValueError

    def work() -> bool:
        with contextlib.suppress(ValueError):
            door.run(fail(Large()))
        # The next job takes the place of the last one on the loop thread.
        door.run(same(7))
        return kept[0]() is None

    gc.disable()
    try:
        assert done(work)
    finally:
        gc.enable()


def test_a_coroutine_that_cancels_itself_ends_like_one_that_is_closed(
    door: Portal,
) -> None:
    async def canceled() -> None:
        raise asyncio.CancelledError

    assert isinstance(error_of(started(lambda: door.run(canceled()))), ClientClosed)


def test_a_coroutine_sees_a_copy_of_its_callers_context(door: Portal) -> None:
    variable = contextvars.ContextVar("variable", default="unset")
    coming = threading.Semaphore(0)

    async def exchange() -> str:
        await asyncio.sleep(0)
        seen = variable.get()
        variable.set("by the coroutine")
        return seen

    def work(name: str) -> tuple[str, str]:
        variable.set(name)
        coming.release()
        return door.run(exchange()), variable.get()

    # They come while the loop is busy, so that it starts both in one go.
    begun, over = threading.Event(), threading.Event()

    async def block() -> None:
        begun.set()
        over.wait(PATIENCE_SECONDS)

    blocked = started(lambda: door.run(block()))
    assert begun.wait(PATIENCE_SECONDS)
    calls = [started(partial(work, name)) for name in ("first", "second")]
    for _ in calls:
        assert coming.acquire(timeout=PATIENCE_SECONDS)
    over.set()
    blocked.result(PATIENCE_SECONDS)
    found = [call.result(PATIENCE_SECONDS) for call in calls]
    assert found == [("first", "first"), ("second", "second")]


def test_calls_of_many_threads_are_all_done(door: Portal) -> None:
    together = threading.Barrier(64)

    async def later(number: int) -> int:
        await asyncio.sleep(0)
        return number

    def work(thread: int) -> list[int]:
        together.wait(PATIENCE_SECONDS)
        return [door.run(later(thread * 100 + n)) for n in range(100)]

    futures = [started(partial(work, thread)) for thread in range(64)]
    found = [number for f in futures for number in f.result(PATIENCE_SECONDS)]
    assert found == list(range(6400))


def test_a_call_on_the_portals_own_thread_is_refused_at_once(door: Portal) -> None:
    async def call_back() -> None:
        door.run(same(7))

    error = error_of(started(lambda: door.run(call_back())))
    assert isinstance(error, WrongLoopError)


def test_two_portals_can_call_each_other(door: Portal) -> None:
    other = Portal(nothing)

    async def call_other() -> int:
        return other.run(same(7))

    assert done(lambda: door.run(call_other())) == 7
    done(other.close)


# Loops


def test_a_loop_factory_is_asked_once_and_its_loop_is_closed() -> None:
    made: list[asyncio.AbstractEventLoop] = []

    def factory() -> asyncio.AbstractEventLoop:
        made.append(asyncio.new_event_loop())
        return made[-1]

    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    door = Portal(nothing, factory)
    found = [done(lambda: door.run(loop())) for _ in range(3)]
    done(door.close)
    assert found == made * 3
    assert made[0].is_closed()


def test_a_factory_must_return_a_new_loop_and_may_be_retried() -> None:
    closed = asyncio.new_event_loop()
    closed.close()
    offered: list[object] = [None, closed]

    def factory() -> asyncio.AbstractEventLoop:
        return offered.pop(0) if offered else asyncio.new_event_loop()  # type: ignore[return-value]

    door = Portal(nothing, factory)
    for _ in range(2):
        error = error_of(started(lambda: door.run(same(7))))
        assert isinstance(error, ConfigurationError)
        assert "loop_factory" in str(error)
    assert done(lambda: door.run(same(7))) == 7
    done(door.close)


def test_an_error_of_the_loop_factory_reaches_the_caller() -> None:
    def factory() -> asyncio.AbstractEventLoop:
        raise OSError("no more selectors")

    error = error_of(started(lambda: Portal(nothing, factory).run(same(7))))
    assert str(error) == "no more selectors"


def test_no_loop_is_left_open_when_no_thread_can_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[asyncio.AbstractEventLoop] = []

    def factory() -> asyncio.AbstractEventLoop:
        made.append(asyncio.new_event_loop())
        return made[-1]

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    door = Portal(nothing, factory)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(ConnectionFailedError, match="no thread can be started"):
            door.run(same(7))
    assert made[0].is_closed()
    assert done(lambda: door.run(same(7))) == 7
    done(door.close)
