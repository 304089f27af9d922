"""How the blocking client closes and how its calls end."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from configcat_mgmt import (
    CallEvent,
    ClientClosed,
    Hooks,
    ManagementClient,
    Options,
    UnknownOutcome,
    models,
)
from tests.fault_server import PATIENCE_SECONDS, FaultServer, answer, silence
from tests.other_threads import in_thread, loop_threads, outcomes, started
from tests.quick_client import PASSWORD, PRODUCT, QUICK, TAG, USER, with_changes


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    """Answers every request with a tag."""
    async with FaultServer(answer(200, TAG)) as server:
        yield server


@pytest.fixture
async def client(server: FaultServer) -> AsyncIterator[ManagementClient]:
    client = ManagementClient(USER, PASSWORD, base_url=server.url, options=QUICK)
    yield client
    await in_thread(client.close)


def with_hooks(server: FaultServer, hooks: Hooks) -> ManagementClient:
    """Make a client with hooks."""
    options = with_changes(hooks=hooks)
    return ManagementClient(USER, PASSWORD, base_url=server.url, options=options)


class Starts(Hooks):
    """Lets a test wait until calls have begun."""

    def __init__(self) -> None:
        self._calls = threading.Semaphore(0)

    def call_started(self, event: CallEvent) -> None:
        self._calls.release()

    async def calls(self, count: int) -> None:
        for _ in range(count):
            assert await in_thread(
                lambda: self._calls.acquire(timeout=PATIENCE_SECONDS)
            )


async def test_closing_ends_the_calls_that_wait_for_answers(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    server.steps = [silence()]
    waiting = [started(lambda: client.tags.get_tag(5)) for _ in range(10)]
    await server.requests(10)
    await in_thread(client.close)
    for error in await outcomes(waiting):
        assert isinstance(error, ClientClosed)
        assert error.operation_id == "get-tag"
    await server.quiet()


async def test_closing_leaves_the_outcome_of_a_change_unknown(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    server.steps = [silence()]
    body = models.CreateTagModel(name="blue")
    product_id = str(PRODUCT["productId"])
    waiting = started(lambda: client.tags.create_tag(product_id, body))
    await server.requests(1)
    await in_thread(client.close)
    (error,) = await outcomes([waiting])
    assert isinstance(error, UnknownOutcome)
    assert error.natural_key == ("name", "blue")


async def test_closing_ends_the_calls_that_wait_for_their_turn(
    server: FaultServer,
) -> None:
    starts = Starts()
    client = ManagementClient(
        "waits for its turn",
        PASSWORD,
        base_url=server.url,
        options=Options(limits=((1, 3600.0),), hooks=starts),
    )
    await in_thread(lambda: client.tags.get_tag(5))
    waiting = [started(lambda: client.tags.get_tag(5)) for _ in range(10)]
    await starts.calls(11)
    await in_thread(client.close)
    for error in await outcomes(waiting):
        assert isinstance(error, ClientClosed)
    assert len(server.seen) == 1


async def test_closing_a_second_time_does_nothing(client: ManagementClient) -> None:
    await in_thread(lambda: client.tags.get_tag(5))
    assert not client.closed
    await in_thread(client.close)
    await in_thread(client.close)
    assert client.closed


async def test_a_closed_client_refuses_calls(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    await in_thread(client.close)
    with pytest.raises(ClientClosed):
        await in_thread(lambda: client.tags.get_tag(5))
    with pytest.raises(ClientClosed), client:
        pass
    assert not server.seen


async def test_leaving_the_with_block_closes(server: FaultServer) -> None:
    def work() -> ManagementClient:
        options = QUICK
        with ManagementClient(
            USER, PASSWORD, base_url=server.url, options=options
        ) as c:
            c.tags.get_tag(5)
            return c

    client = await in_thread(work)
    assert client.closed
    await server.quiet()


async def test_a_hook_can_close_the_client(server: FaultServer) -> None:
    class Closing(Hooks):
        def call_finished(self, event: CallEvent) -> None:
            client.close()

    others = loop_threads()
    client = with_hooks(server, Closing())
    tag = await in_thread(lambda: client.tags.get_tag(5))
    assert tag.name == "blue"
    for thread in loop_threads() - others:
        await in_thread(thread.join)
    with pytest.raises(ClientClosed):
        await in_thread(lambda: client.tags.get_tag(5))


async def test_calls_end_when_the_loop_is_stopped_under_them(
    server: FaultServer,
) -> None:
    class Stopping(Hooks):
        def call_retried(self, event: CallEvent) -> None:
            asyncio.get_running_loop().stop()

    server.steps = [silence(), silence(), silence(), answer(503)]
    client = with_hooks(server, Stopping())
    waiting = [started(lambda: client.tags.get_tag(5)) for _ in range(3)]
    await server.requests(3)
    waiting.append(started(lambda: client.tags.get_tag(5)))
    for error in await outcomes(waiting):
        assert isinstance(error, ClientClosed)
    with pytest.raises(ClientClosed):
        await in_thread(lambda: client.tags.get_tag(5))
    assert client.closed
    await in_thread(client.close)
