"""Calls that are closed, canceled or late in every phase end cleanly."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from configcat_mgmt import (
    ApiError,
    AsyncManagementClient,
    ClientClosed,
    ConfigCatManagementError,
    Options,
    RequestTimeoutError,
    ResponseInvalid,
    UnknownOutcome,
    WrongLoopError,
)
from configcat_mgmt.core.lifetime import DeadlinePassed, Lifetime, UnderWay
from tests.fault_server import (
    LIMITS_SECONDS,
    PATIENCE_SECONDS,
    FaultServer,
    answer,
    held,
    in_thread,
    response,
    silence,
    stalled,
)
from tests.phases import (
    AFTER,
    BEFORE,
    LARGE,
    Phase,
    connecting,
    reading,
    turn_until,
    waiting_for_the_answer,
)
from tests.quick_client import (
    CALLS,
    PASSWORD,
    TAG,
    USER,
    quick_client,
    slept,
    with_changes,
)


@pytest.mark.parametrize("phase", [*BEFORE, *AFTER, reading])
@pytest.mark.parametrize("kind", ["read", "create"])
async def test_a_canceled_call_leaves_nothing_behind(phase: Phase, kind: str) -> None:
    async with phase(kind) as state:
        state.task.cancel()
        assert isinstance(await state.end(), asyncio.CancelledError)
        if phase in (connecting, waiting_for_the_answer):
            # Not only with the client: the connection is gone at once.
            await state.server.quiet()
        await state.client.close()
        await state.nothing_left()


@pytest.mark.parametrize("phase", BEFORE)
@pytest.mark.parametrize("kind", ["read", "create"])
async def test_closing_ends_calls_that_were_not_sent(phase: Phase, kind: str) -> None:
    async with phase(kind) as state:
        await asyncio.wait_for(state.client.close(), PATIENCE_SECONDS)
        error = await state.end()
        assert type(error) is ClientClosed
        assert error.operation_id in ("get-tag", "create-tag")
        await state.nothing_left()


@pytest.mark.parametrize("phase", AFTER)
@pytest.mark.parametrize("kind", ["read", "create"])
async def test_closing_ends_calls_in_progress_by_their_effect(
    phase: Phase,
    kind: str,
) -> None:
    async with phase(kind) as state:
        await asyncio.wait_for(state.client.close(), PATIENCE_SECONDS)
        error = await state.end()
        assert type(error) is (UnknownOutcome if kind == "create" else ClientClosed)
        if isinstance(error, UnknownOutcome):
            assert error.cause == "the client was closed"
        await state.nothing_left()


@pytest.mark.parametrize("kind", ["read", "create"])
async def test_closing_ends_the_reading_of_an_answer(kind: str) -> None:
    async with reading(kind) as state:
        await asyncio.wait_for(state.client.close(), PATIENCE_SECONDS)
        error = await state.end()
        if kind == "create":
            assert isinstance(error, ResponseInvalid)
            assert error.applied
        else:
            assert type(error) is ClientClosed
        await state.nothing_left()


async def test_closing_twice_and_at_once_does_nothing_more() -> None:
    async with waiting_for_the_answer("read") as state:
        closing = [state.client.close() for _ in range(3)]
        await asyncio.wait_for(asyncio.gather(*closing), PATIENCE_SECONDS)
        await state.client.close()
        assert state.client.closed
        assert type(await state.end()) is ClientClosed


async def test_closing_in_the_end_of_a_canceled_task_works() -> None:
    async with FaultServer(silence()) as server:
        client = quick_client(server)

        async def job() -> None:
            try:
                await client.tags.get_tag(5)
            finally:
                await client.close()

        task = asyncio.ensure_future(job())
        await server.requests(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.quiet()
    assert client.closed


async def test_a_cancellation_is_not_lost_when_the_client_closes_too() -> None:
    async with waiting_for_the_answer("read") as state:
        state.task.cancel()
        await asyncio.wait_for(state.client.close(), PATIENCE_SECONDS)
        error = await state.end()
        assert isinstance(error, asyncio.CancelledError)


async def test_a_closed_call_does_not_leave_its_task_canceled() -> None:
    async with FaultServer(silence()) as server:
        client = quick_client(server)

        async def job() -> str:
            try:
                await client.tags.get_tag(5)
            except ClientClosed:
                return await after()
            return "no error"

        async def after() -> str:
            good = answer(200, TAG)
            async with FaultServer(good) as other, quick_client(other) as second:
                return str((await second.tags.get_tag(5)).name)

        task = asyncio.ensure_future(job())
        await server.requests(1)
        await client.close()
        assert await asyncio.wait_for(task, PATIENCE_SECONDS) == "blue"
        assert task.cancelling() == 0


async def test_a_closed_client_refuses_calls_without_sending() -> None:
    async with FaultServer(answer(200, TAG)) as server:
        client = quick_client(server)
        await client.close()
        for kind in ("read", "create"):
            with pytest.raises(ClientClosed, match="the client is closed"):
                await CALLS[kind](client)
        with pytest.raises(ClientClosed, match="call refused"):
            await client.__aenter__()
    assert server.connections == 0


async def test_a_call_that_gets_its_turn_as_the_client_closes_sends_nothing() -> None:
    async with FaultServer(answer(200, TAG)) as server:
        client = quick_client(server)
        await client.tags.get_tag(5)
        # The order of a close between the end of the wait and the send.
        await client._pipeline.core.transport.close()
        for kind in ("read", "create"):
            with pytest.raises(ClientClosed):
                await CALLS[kind](client)
        await client.close()
    assert len(server.seen) == 1


async def test_an_upload_that_was_refused_half_way_leaves_no_connection() -> None:
    gate = asyncio.Event()
    refused = response(413, "too large", {"Connection": "keep-alive"})
    async with FaultServer(stalled(gate, early=refused)) as server:
        async with quick_client(server) as client:
            with pytest.raises(ApiError, match="413: too large"):
                await client.request("POST", "/v1/x", body=LARGE)
        gate.set()
        await server.quiet()
    assert len(server.seen[0].body) < len(LARGE)


async def used_up(client: AsyncManagementClient) -> bool:
    """Whether the next call would have to wait for its turn."""
    hasty = client.with_options(deadline_seconds=0.05, max_attempts=1)
    try:
        await hasty.tags.get_tag(5)
    except RequestTimeoutError as error:
        return "waiting for its turn" in error.reason
    return False


async def test_a_call_that_is_canceled_before_it_is_sent_gives_its_place_back() -> None:
    async with FaultServer(answer(200, TAG)) as server:
        client = quick_client(server, with_changes(limits=((1, 3600.0),)))
        transport = client._pipeline.core.transport
        for _ in range(20):
            task = asyncio.ensure_future(client.tags.get_tag(5))
            await turn_until(lambda: transport._under_way._inside)  # type: ignore[attr-defined]
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.wait_for(client.tags.get_tag(5), PATIENCE_SECONDS)
        assert await used_up(client)
        await client.close()
    assert len(server.seen) == 1


async def test_a_call_that_is_canceled_after_it_was_sent_keeps_its_place() -> None:
    gate = asyncio.Event()
    async with FaultServer(held(gate, answer(200, TAG))) as server:
        client = quick_client(server, with_changes(limits=((1, 3600.0),)))
        task = asyncio.ensure_future(client.tags.get_tag(5))
        await server.requests(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await used_up(client)
        await client.close()
    assert len(server.seen) == 1


@pytest.mark.parametrize("kind", ["read", "create"])
async def test_the_deadline_ends_the_wait_for_a_turn(kind: str) -> None:
    options = with_changes(limits=((1, 3600.0),))
    good = answer(200, TAG)
    async with FaultServer(good) as server, quick_client(server, options) as client:
        await CALLS[kind](client)
        hasty = client.with_options(deadline_seconds=0.05)
        with pytest.raises(RequestTimeoutError, match="its turn") as caught:
            await CALLS[kind](hasty)
    assert (caught.value.attempts, caught.value.sent) == (0, False)
    assert len(server.seen) == 1


async def test_the_deadline_ends_an_attempt() -> None:
    for seconds in LIMITS_SECONDS:
        options = with_changes(deadline_seconds=seconds)
        async with (
            FaultServer(silence()) as server,
            quick_client(server, options) as client,
        ):
            with pytest.raises(RequestTimeoutError, match="deadline_seconds=") as late:
                await CALLS["set"](client)
            with pytest.raises(ConfigCatManagementError) as unknown:
                await CALLS["create"](client)
        if len(server.seen) == 2:
            break
    assert (late.value.attempts, late.value.sent) == (1, True)
    assert isinstance(unknown.value, UnknownOutcome)
    assert "timed out" in str(unknown.value)
    assert len(server.seen) == 2


async def test_a_wait_that_would_pass_the_deadline_is_not_begun() -> None:
    options = with_changes(deadline_seconds=50.0)
    step = answer(429, "", {"Retry-After": "49.6"})
    async with FaultServer(step) as server, quick_client(server, options) as client:
        with pytest.raises(RequestTimeoutError, match="status 429") as caught:
            await CALLS["create"](client)
        assert slept(client) == []
        assert (caught.value.attempts, caught.value.sent) == (1, False)
        assert str(caught.value).endswith(
            "failed after 1 attempt: status 429, and the next attempt would begin "
            "after deadline_seconds=50"
        )
        server.steps = [answer(429, "", {"Retry-After": "45"}), answer(201, TAG)]
        await CALLS["create"](client)
        assert slept(client) == [45.5]


@pytest.fixture
def tag_server() -> Iterator[FaultServer]:
    """A server on a thread of its own that keeps no connection."""
    with in_thread(answer(200, TAG, {"Connection": "close"}, close=True)) as server:
        yield server


def plain_client(server: FaultServer) -> AsyncManagementClient:
    options = Options(limits=None)
    return AsyncManagementClient(USER, PASSWORD, base_url=server.url, options=options)


def test_a_client_says_so_when_its_loop_has_ended(tag_server: FaultServer) -> None:
    client = plain_client(tag_server)
    asyncio.run(CALLS["read"](client))  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(WrongLoopError, match="loop that has ended"):
            asyncio.run(CALLS["read"](client))  # type: ignore[arg-type]
    asyncio.run(client.close())
    assert client.closed
    assert len(tag_server.seen) == 1


def test_a_client_made_outside_of_any_loop_belongs_to_the_first_that_uses_it(
    tag_server: FaultServer,
) -> None:
    client = plain_client(tag_server)

    async def job() -> None:
        async with client:
            await asyncio.gather(*(client.tags.get_tag(n) for n in range(5)))

    asyncio.run(job())
    assert len(tag_server.seen) == 5


async def test_a_client_of_another_loop_can_be_neither_used_nor_closed(
    tag_server: FaultServer,
) -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    client = plain_client(tag_server)
    first = asyncio.run_coroutine_threadsafe(CALLS["read"](client), loop)  # type: ignore[arg-type, var-annotated]
    await asyncio.wrap_future(first)
    with pytest.raises(WrongLoopError, match="belongs to another event loop;"):
        await CALLS["read"](client)
    with pytest.raises(WrongLoopError):
        await client.close()
    assert not client.closed
    closing = asyncio.run_coroutine_threadsafe(client.close(), loop)
    await asyncio.wrap_future(closing)
    loop.call_soon_threadsafe(loop.stop)
    await asyncio.to_thread(thread.join)
    loop.close()
    assert client.closed


async def test_a_tracked_wait_fails_when_its_time_or_the_client_is_over() -> None:
    lifetime, loop = Lifetime(), asyncio.get_running_loop()
    late: asyncio.Future[None] = loop.create_future()
    lifetime.track(late, -1.0)
    with pytest.raises(DeadlinePassed):
        await late
    done: asyncio.Future[None] = loop.create_future()
    lifetime.track(done, 3600.0)
    done.set_result(None)
    waiting: asyncio.Future[None] = loop.create_future()
    lifetime.track(waiting, 3600.0)
    lifetime.close()
    with pytest.raises(ClientClosed):
        await waiting
    with pytest.raises(ClientClosed):
        await lifetime.sleep(3600.0)
    await done
    await turn_until(lambda: not lifetime._waits)
    assert lifetime.closed


async def test_leading_tasks_out_waits_until_they_are_out() -> None:
    under_way, gate = UnderWay(), asyncio.Event()
    log: list[str] = []

    async def inside() -> None:
        task = under_way.enter()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            assert under_way.was_ended(task)
            assert not under_way.was_ended(task)
            log.append("led")
            await gate.wait()
            log.append("out")
        finally:
            under_way.leave(task)

    await under_way.end_all()
    tasks = [asyncio.ensure_future(inside()) for _ in range(3)]
    await turn_until(lambda: len(under_way._inside) == 3)
    ending = asyncio.ensure_future(under_way.end_all())
    await turn_until(lambda: len(log) == 3)
    assert not ending.done()
    gate.set()
    await ending
    assert log == ["led"] * 3 + ["out"] * 3
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("phase", [*BEFORE, *AFTER], ids=lambda phase: phase.__name__)
@pytest.mark.parametrize("order", ["cancel first", "close first"])
async def test_a_cancellation_in_the_turn_in_which_the_client_closes_is_not_lost(
    phase: Phase,
    order: str,
) -> None:
    async with phase("read") as state:
        closing = state.client.close()
        if order == "cancel first":
            state.task.cancel()
            await closing
        else:
            closed = asyncio.ensure_future(closing)
            asyncio.get_running_loop().call_soon(state.task.cancel)
            await closed
        error = await state.end()
        assert isinstance(error, asyncio.CancelledError)
        await state.nothing_left()
