"""The blocking client: its results, and its use among threads and loops."""

import asyncio
import contextvars
import copy
import gc
import pickle
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from configcat_mgmt import (
    CallEvent,
    ClientClosed,
    ConfigurationError,
    Hooks,
    ManagementClient,
    NotFoundError,
    Options,
    RequestBuildError,
    UnknownOutcome,
    WrongLoopError,
    models,
)
from tests.fault_server import FaultServer, answer
from tests.other_threads import (
    PATIENCE_SECONDS,
    in_thread,
    loop_threads,
    outcomes,
    started,
)
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


# What it answers


async def test_a_group_method_returns_a_model(client: ManagementClient) -> None:
    tag = await in_thread(lambda: client.tags.get_tag(5))
    assert isinstance(tag, models.TagModel)
    assert tag.name == "blue"


async def test_call_takes_and_returns_plain_json(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    body = {"name": "red"}
    found = await in_thread(lambda: client.call("update-tag", tag_id=5, body=body))
    assert found == TAG
    assert server.seen[0].json() == body


async def test_call_raw_returns_the_answer_as_it_came(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    server.steps = [answer(200, {**TAG, "unknown": 1})]
    found = await in_thread(lambda: client.call_raw("get-tag", tag_id=5))
    assert found.status == 200
    assert found.json() == {**TAG, "unknown": 1}


async def test_request_reaches_an_endpoint_without_operation(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    server.steps = [answer(200, {"new": True})]
    found = await in_thread(lambda: client.request("GET", "/v9/new", query={"a": 1}))
    assert found.json() == {"new": True}
    assert server.targets() == ["/v9/new?a=1"]


async def test_an_object_made_by_a_call_of_unknown_outcome_is_found(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    server.steps = [answer(200, [TAG, {**TAG, "name": "red"}])]
    error = UnknownOutcome(
        "create-tag",
        "timeout",
        arguments={"product_id": PRODUCT["productId"]},
        natural_key=("name", "blue"),
        sent_at=datetime.now(UTC),
        attempts=1,
    )
    (found,) = await in_thread(lambda: client.find_created(error))
    assert isinstance(found, models.TagModel)
    assert found.name == "blue"


async def test_errors_are_those_of_the_async_client(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    server.steps = [answer(404)]
    with pytest.raises(NotFoundError):
        await in_thread(lambda: client.tags.get_tag(5))
    with pytest.raises(RequestBuildError, match="no operation"):
        await in_thread(lambda: client.call("get-nothing"))


# Threads and loops


async def test_64_threads_share_one_client_and_one_loop_thread(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    others = loop_threads()
    together = threading.Barrier(64)

    def work() -> list[str]:
        together.wait(PATIENCE_SECONDS)
        return [client.tags.get_tag(5).name for _ in range(5)]

    names = await outcomes([started(work) for _ in range(64)])
    assert names == [["blue"] * 5] * 64
    assert len(server.seen) == 320
    assert len(loop_threads() - others) == 1


async def test_a_blocking_call_works_inside_another_running_loop(
    client: ManagementClient,
) -> None:
    async def main() -> str:
        return client.tags.get_tag(5).name

    assert await in_thread(lambda: asyncio.run(main())) == "blue"


async def test_a_blocking_call_on_the_own_loop_thread_is_refused_at_once(
    server: FaultServer,
) -> None:
    class Calling(Hooks):
        def __init__(self) -> None:
            self.refusals: list[str] = []

        def call_finished(self, event: CallEvent) -> None:
            try:
                client.tags.get_tag(6)
            except WrongLoopError as error:
                self.refusals.append(str(error))

    hooks = Calling()
    client = with_hooks(server, hooks)
    tag = await in_thread(lambda: client.tags.get_tag(5))
    await in_thread(client.close)
    assert tag.name == "blue"
    (refusal,) = hooks.refusals
    assert "await the async client" in refusal
    assert server.targets() == ["/v1/tags/5"]


async def test_hooks_see_the_context_variables_of_the_caller(
    server: FaultServer,
) -> None:
    request_id = contextvars.ContextVar("request_id", default="none")

    class Reading(Hooks):
        def __init__(self) -> None:
            self.seen: list[str] = []

        def call_finished(self, event: CallEvent) -> None:
            self.seen.append(request_id.get())

    hooks = Reading()
    client = with_hooks(server, hooks)

    def work() -> None:
        for name in ("first", "second"):
            request_id.set(name)
            client.tags.get_tag(5)

    await in_thread(work)
    await in_thread(client.close)
    assert hooks.seen == ["first", "second"]


async def test_the_loop_can_come_from_a_factory(server: FaultServer) -> None:
    made: list[asyncio.AbstractEventLoop] = []

    def factory() -> asyncio.AbstractEventLoop:
        made.append(asyncio.new_event_loop())
        return made[-1]

    options = with_changes(loop_factory=factory)
    client = ManagementClient(USER, PASSWORD, base_url=server.url, options=options)
    assert not made
    await in_thread(lambda: client.tags.get_tag(5))
    await in_thread(lambda: client.tags.get_tag(5))
    await in_thread(client.close)
    (loop,) = made
    assert loop.is_closed()


async def test_a_client_nobody_needs_any_more_frees_its_thread(
    server: FaultServer,
) -> None:
    others = loop_threads()

    def work() -> None:
        client = ManagementClient(USER, PASSWORD, base_url=server.url, options=QUICK)
        client.tags.get_tag(5)

    await in_thread(work)
    gc.collect()
    for thread in loop_threads() - others:
        await in_thread(thread.join)
    await server.quiet()


# Views, and what a client is not


async def test_a_view_shares_the_connection_and_ends_with_the_client(
    server: FaultServer,
    client: ManagementClient,
) -> None:
    class Mine(ManagementClient):
        pass

    mine = Mine(USER, PASSWORD, base_url=server.url, options=QUICK)
    view = mine.with_options(user_agent="view")
    assert isinstance(view, Mine)
    await in_thread(lambda: mine.tags.get_tag(5))
    await in_thread(lambda: view.tags.get_tag(5))
    await in_thread(view.close)
    assert not view.closed
    await in_thread(lambda: view.tags.get_tag(5))
    assert server.connections == 1
    agents = [seen.headers["user-agent"] for seen in server.seen]
    assert agents == [QUICK.user_agent, "view", "view"]
    await in_thread(mine.close)
    assert view.closed
    with pytest.raises(ClientClosed):
        await in_thread(lambda: view.tags.get_tag(5))


def test_a_client_is_neither_pickled_nor_copied() -> None:
    client = ManagementClient(USER, PASSWORD)
    for duplicate in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="make one where you need it"):
            duplicate(client)


async def test_a_session_is_refused_because_it_belongs_to_one_loop() -> None:
    async with aiohttp.ClientSession() as session:
        options = Options(session=session)
        with pytest.raises(ConfigurationError, match="only for async clients"):
            ManagementClient(USER, PASSWORD, options=options)


def test_the_representation_shows_address_and_state_only() -> None:
    client = ManagementClient(USER, PASSWORD, base_url="https://example.com")
    assert repr(client) == "<ManagementClient https://example.com>"
    client.close()
    assert repr(client) == "<ManagementClient https://example.com closed>"
    assert client.base_url == "https://example.com"
    assert client.options == Options()
