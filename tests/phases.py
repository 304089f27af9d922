"""Calls that stop in a given phase, so a test can end them there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import attrs

from configcat_mgmt import AsyncManagementClient, CallEvent, Hooks
from configcat_mgmt.core.lifetime import Lifetime
from tests.fault_server import (
    PATIENCE_SECONDS,
    FaultServer,
    answer,
    in_parts,
    response,
    silence,
    stalled,
)
from tests.quick_client import CALLS, TAG, quick_client, with_changes

POOL: Final = 100
"""Connections that the client's session makes at most."""
LARGE: Final = "x" * 20_000_000
"""More than the buffers between client and server take."""


class Retries(Hooks):
    """Tells when a call is about to sleep."""

    def __init__(self) -> None:
        self.seen = asyncio.Event()

    def call_retried(self, event: CallEvent) -> None:
        self.seen.set()


@attrs.define
class Stuck:
    """A client with calls that stay in one phase."""

    client: AsyncManagementClient
    server: FaultServer
    task: "asyncio.Task[object]"
    gate: asyncio.Event
    others: "list[asyncio.Task[object]]"

    async def end(self) -> BaseException:
        """Return the exception that the call raised."""
        waiting = asyncio.wait([self.task], timeout=PATIENCE_SECONDS)
        await waiting
        with contextlib.suppress(asyncio.CancelledError):
            error = self.task.exception()
            assert error is not None
            return error
        return asyncio.CancelledError()

    async def nothing_left(self) -> None:
        """Wait until there is no connection and no task but those of the test."""
        self.gate.set()
        for task in self.others:
            task.cancel()
        await asyncio.gather(*self.others, return_exceptions=True)
        await self.server.quiet()
        left = asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]
        if left:
            waiting = asyncio.gather(*left, return_exceptions=True)
            await asyncio.wait_for(waiting, PATIENCE_SECONDS)


async def turn_until(happened: Callable[[], object]) -> None:
    """Let the loop turn until a condition holds for which there is no event."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not happened():  # noqa: ASYNC110 - nothing sets an event
            await asyncio.sleep(0)


Phase = Callable[[str], "contextlib.AbstractAsyncContextManager[Stuck]"]


@asynccontextmanager
async def stuck(
    server: FaultServer,
    client: AsyncManagementClient,
    call: Callable[[AsyncManagementClient], Awaitable[object]],
    reached: Callable[[], Awaitable[object]],
    *,
    gate: asyncio.Event | None = None,
    others: "list[asyncio.Task[object]] | None" = None,
) -> AsyncIterator[Stuck]:
    """Start a call and continue when it has reached the phase."""
    task = asyncio.ensure_future(call(client))
    await reached()
    state = Stuck(client, server, task, gate or asyncio.Event(), others or [])
    try:
        yield state
    finally:
        await client.close()


@asynccontextmanager
async def waiting_for_its_turn(kind: str) -> AsyncIterator[Stuck]:
    options = with_changes(limits=((1, 3600.0),))
    async with FaultServer(answer(200, TAG)) as server:
        client = quick_client(server, options)
        await CALLS[kind](client) if kind == "read" else await CALLS["create"](client)

        async def reached() -> None:
            await turn_until(lambda: client._pipeline.core.lifetime._waits)

        async with stuck(server, client, CALLS[kind], reached) as state:
            yield state


@asynccontextmanager
async def waiting_for_the_pool(kind: str) -> AsyncIterator[Stuck]:
    async with FaultServer(silence()) as server:
        client = quick_client(server)
        others = [asyncio.ensure_future(client.tags.get_tag(n)) for n in range(POOL)]
        await server.requests(POOL)

        async def reached() -> None:
            session = client._pipeline.core.transport._session  # type: ignore[attr-defined]
            await turn_until(lambda: session.connector._waiters)

        async with stuck(server, client, CALLS[kind], reached, others=others) as state:  # type: ignore[arg-type]
            yield state


@asynccontextmanager
async def connecting(kind: str) -> AsyncIterator[Stuck]:
    async with FaultServer(silence()) as server:
        # The server waits for a request, and the client for the server's hello.
        server.scheme = "https"
        client = quick_client(server)

        async def reached() -> None:
            await server.until(lambda: server.connections > 0)

        async with stuck(server, client, CALLS[kind], reached) as state:
            yield state


@asynccontextmanager
async def sending(kind: str) -> AsyncIterator[Stuck]:
    gate = asyncio.Event()
    method = "PUT" if kind == "read" else "POST"
    async with FaultServer(stalled(gate)) as server:
        client = quick_client(server)

        async def reached() -> None:
            await server.requests(1)

        async with stuck(
            server,
            client,
            lambda client: client.request(method, "/v1/large", body=LARGE),
            reached,
            gate=gate,
        ) as state:
            yield state
        assert len(server.seen[0].body) < len(LARGE)


@asynccontextmanager
async def waiting_for_the_answer(kind: str) -> AsyncIterator[Stuck]:
    async with FaultServer(silence()) as server:
        client = quick_client(server)

        async def reached() -> None:
            await server.requests(1)

        async with stuck(server, client, CALLS[kind], reached) as state:
            yield state


@asynccontextmanager
async def reading(kind: str) -> AsyncIterator[Stuck]:
    gate = asyncio.Event()
    half = in_parts(response(200, b'{"tagId"', length=100), b"x", gate=gate)
    async with FaultServer(half) as server:
        client = quick_client(server)
        transport = client._pipeline.core.transport

        async def reached() -> None:
            await server.requests(1)
            # The head of the answer is in when the connector's line has a payload.
            lines = transport._session.connector._acquired  # type: ignore[attr-defined]
            await turn_until(lambda: any(line._payload is not None for line in lines))
            # The call takes some turns of the loop to begin with the body.
            for _ in range(10):
                await asyncio.sleep(0)

        async with stuck(server, client, CALLS[kind], reached, gate=gate) as state:
            yield state


@asynccontextmanager
async def sleeping(kind: str) -> AsyncIterator[Stuck]:
    hooks = Retries()
    async with FaultServer(answer(429, "", {"Retry-After": "100"})) as server:
        client = quick_client(server, with_changes(hooks=hooks))
        client._pipeline.core.lifetime = Lifetime()
        async with stuck(server, client, CALLS[kind], hooks.seen.wait) as state:
            yield state


BEFORE: Final[list[Phase]] = [
    waiting_for_its_turn,
    waiting_for_the_pool,
    connecting,
    sleeping,
]
"""Phases in which the call has not been sent, or was rejected."""
AFTER: Final[list[Phase]] = [sending, waiting_for_the_answer]
"""Phases in which it may have been done."""
