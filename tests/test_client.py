"""Tests of the asynchronous client: its construction and the methods outside groups."""

import asyncio
import copy
import json
import pickle
from uuid import UUID

import aiohttp
import attrs
import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ClientClosed,
    ConfigurationError,
    ConnectionFailedError,
    Credentials,
    LimitsArgument,
    ManagementClient,
    NotFoundError,
    Options,
    RawResponse,
    RequestBuildError,
    ResponseTooLargeError,
    UnknownOutcome,
    WrongLoopError,
    models,
)
from configcat_mgmt.core.auth import Secret
from tests.fault_server import (
    FaultServer,
    answer,
    close_after_reading,
    gzip_bomb,
    gzipped,
    in_thread,
)
from tests.quick_client import (
    CALLS,
    PASSWORD,
    TAG,
    USER,
    UUID_TEXT,
    quick_client,
    with_changes,
)

LIST = [{**TAG, "tagId": n, "name": name} for n, name in enumerate(["a", "Blue", "b"])]


def test_credentials_come_from_arguments_or_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ConfigurationError, match=r"no user name: .*CONFIGCAT_API_USER"):
        AsyncManagementClient()
    with pytest.raises(ConfigurationError, match="no password"):
        AsyncManagementClient("user")
    monkeypatch.setenv("CONFIGCAT_API_USER", "u")
    monkeypatch.setenv("CONFIGCAT_API_PASS", "p")
    monkeypatch.setenv("CONFIGCAT_API_HOST", "host.example")
    assert AsyncManagementClient().base_url == "https://host.example"
    made = AsyncManagementClient(
        Secret("u"), Secret("p"), base_url="https://b.example/"
    )
    assert made.base_url == "https://b.example"


def test_credentials_are_given_in_one_way_only() -> None:
    both = Credentials("u", "p")
    assert not AsyncManagementClient(credentials=both).closed
    for more in ({"username": "u"}, {"password": "p"}):
        with pytest.raises(ConfigurationError, match="not both"):
            AsyncManagementClient(credentials=both, **more)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("u", "p\n"), "the password holds a control character"),
        ((b"u", "p"), "the user name must be text, not bytes"),
        (("u", 5), "the password must be text, not int"),
        (("u:v", "p"), "colon"),
    ],
)
def test_unusable_credentials_are_refused_at_once(
    arguments: tuple[str, str],
    expected: str,
) -> None:
    with pytest.raises(ConfigurationError, match=expected):
        AsyncManagementClient(*arguments)


def test_plain_http_to_elsewhere_is_refused_unless_allowed() -> None:
    url = "http://intranet.example"
    with pytest.raises(ConfigurationError, match="allow_insecure"):
        AsyncManagementClient("u", "p", base_url=url)
    options = Options(allow_insecure=True)
    client = AsyncManagementClient("u", "p", base_url=url, options=options)
    assert client.base_url == url


async def test_a_client_shows_where_it_calls_and_nothing_secret() -> None:
    client = AsyncManagementClient(USER, PASSWORD, base_url="https://x.example")
    assert repr(client) == "<AsyncManagementClient https://x.example>"
    await client.close()
    assert repr(client) == "<AsyncManagementClient https://x.example closed>"
    view = client.with_options(max_attempts=1)
    for value in (client, view):
        for make_copy in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="neither copied nor pickled; make one"):
                make_copy(value)


async def test_a_view_shares_all_but_the_changed_options() -> None:
    async with FaultServer(answer(200, TAG)) as server, quick_client(server) as client:
        async with client.with_options(max_attempts=1, user_agent="view/1") as view:
            assert type(view) is AsyncManagementClient
            expected = attrs.evolve(client.options, max_attempts=1, user_agent="view/1")
            assert view.options == expected
            assert view.base_url == client.base_url
            await view.tags.get_tag(5)
            await client.tags.get_tag(5)
        assert not view.closed
        await view.tags.get_tag(5)
        await client.close()
        assert view.closed
        with pytest.raises(ClientClosed):
            await view.tags.get_tag(5)
    assert server.connections == 1
    agents = [request.headers["user-agent"] for request in server.seen]
    assert agents == ["view/1", client.options.user_agent, "view/1"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"session": None}, "a view can change limits, share"),
        ({"proxy": "http://p.example"}, "a view can change"),
        ({"allow_insecure": True}, "a view can change"),
        ({"max_attemps": 1}, r"with_options\(max_attemps=...\)"),
        ({"max_attempts": 0}, "from 1 up to 100"),
        (
            {"limits": ((20, 1), (501, 60))},
            r"501 calls in 60 seconds cannot be reached, .* keep to 500 in 60 seconds; "
            "make a client with the highest limits first",
        ),
        ({"limits": ((501, 2),)}, "501 calls in 2 seconds cannot be reached"),
    ],
)
def test_a_view_changes_only_its_own_options(
    changes: dict[str, object],
    expected: str,
) -> None:
    client = AsyncManagementClient(USER, PASSWORD)
    with pytest.raises(ConfigurationError, match=expected):
        client.with_options(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("limits", [None, ((20, 1),), ((1, 1), (500, 60)), ((99, 9),)])
def test_a_view_can_lift_or_lower_the_limits_and_return_to_those_of_its_client(
    limits: LimitsArgument,
) -> None:
    client = AsyncManagementClient(USER, PASSWORD)
    view = client.with_options(limits=limits, share=0.5)
    again = view.with_options(limits=client.options.limits, share=1.0)
    assert again.options == client.options
    unpaced = AsyncManagementClient(USER, PASSWORD, options=Options(limits=None))
    unpaced.with_options(limits=((99999, 1),))


async def test_a_call_by_id_takes_and_gives_plain_data() -> None:
    steps = (answer(200, {**TAG, "newer": 1}), answer(204), answer(200, TAG))
    async with FaultServer(*steps) as server, quick_client(server) as client:
        tag = await client.call("update-tag", tag_id="5", body={"name": "x"})
        assert tag == TAG
        assert await client.call("delete-tag", tag_id=5) is None
        model = models.UpdateTagModel(name="y")
        assert await client.call("update-tag", tag_id=5, body=model) == TAG
    assert [request.target for request in server.seen] == ["/v1/tags/5"] * 3
    assert server.seen[0].json() == {"name": "x"}
    assert server.seen[2].json() == {"name": "y"}


@pytest.mark.parametrize(
    ("operation_id", "arguments", "expected"),
    [
        ("get-tagg", {"tag_id": 5}, "did you mean get-tag"),
        ("get-tag", {}, "tag_id: is missing"),
        ("get-tag", {"tag_id": "x"}, "tag_id: must be a whole number, not 'x'"),
        ("get-tag", {"tag_id": 5, "body": {}}, "body: this operation takes none"),
        ("update-tag", {"tag_id": 5, "body": {"nam": 1}}, "nam"),
        ("update-tag", {"tag_id": 5, "body": "text"}, "body"),
        ("update-tag", {"tag_id": 5, "body": None}, "body"),
    ],
)
async def test_a_call_by_id_that_does_not_fit_is_refused(
    operation_id: str,
    arguments: dict[str, object],
    expected: str,
) -> None:
    async with FaultServer() as server, quick_client(server) as client:
        for call in (client.call, client.call_raw):
            with pytest.raises(RequestBuildError, match=expected):
                await call(operation_id, **arguments)  # type: ignore[operator]
    assert server.connections == 0


async def test_a_raw_call_returns_the_response_unchanged() -> None:
    text = '{"_links": {"self": {"href": "/"}}, "anything": 1}'
    step = answer(200, text, {"X-One": "1"})
    async with FaultServer(step) as server, quick_client(server) as client:
        found = await client.call_raw("get-tag", tag_id=5)
        assert isinstance(found, RawResponse)
        assert (found.operation_id, found.status) == ("get-tag", 200)
        assert found.headers["X-One"] == "1"
        assert found.text == text
        assert found.json() == json.loads(text)
        server.steps = [answer(404)]
        with pytest.raises(NotFoundError):
            await client.call_raw("get-tag", tag_id=5)


async def test_a_request_reaches_an_endpoint_without_operation() -> None:
    step = answer(200, {"a": 1})
    async with FaultServer(step) as server, quick_client(server) as client:
        found = await client.request(
            "POST",
            "/v9/things/5",
            query={"a": [1, 2], "b": UUID(UUID_TEXT), "c": None},
            headers={"X-Extra": "one"},
            body={"d": "ä"},
        )
        assert (found.operation_id, found.json()) == ("POST /v9/things/5", {"a": 1})
    (request,) = server.seen
    assert request.method == "POST"
    assert request.target == f"/v9/things/5?a=1&a=2&b={UUID_TEXT}"
    assert request.json() == {"d": "ä"}
    assert request.headers["x-extra"] == "one"
    assert request.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("method", "sends"),
    [("GET", 4), ("PUT", 4), ("DELETE", 4), ("POST", 1), ("PATCH", 1)],
)
async def test_a_request_is_retried_with_the_care_its_method_needs(
    method: str,
    sends: int,
) -> None:
    lost = close_after_reading()
    async with FaultServer(lost) as server, quick_client(server) as client:
        with pytest.raises((ConnectionFailedError, UnknownOutcome)) as caught:
            await client.request(method, "/v1/x")
    assert len(server.seen) == sends
    assert isinstance(caught.value, UnknownOutcome) is (sends == 1)


async def test_a_request_that_does_not_fit_is_refused() -> None:
    async with FaultServer() as server, quick_client(server) as client:
        with pytest.raises(RequestBuildError, match="dot segments"):
            await client.request("GET", "/v1/../x")
        with pytest.raises(RequestBuildError, match="cannot be set here"):
            await client.request("GET", "/v1/x", headers={"Authorization": "x"})
    assert server.connections == 0


@pytest.mark.parametrize(
    ("method", "path", "more", "text"),
    [
        ("GET", "/v1/x", {"query": "a=1"}, "GET /v1/x .* query: must be a mapping"),
        ("GET", "/v1/x", {"query": [("a", "1")]}, "query: must be a mapping"),
        ("GET", "/v1/x", {"headers": [("X-A", "b")]}, "headers: must be a mapping"),
        ("GET", "/v1/x", {"headers": "X-A: b"}, "headers: must be a mapping"),
        ("GET", "/v1/a\nb", {}, "^request was not sent: path: must be percent"),
        ("GET", "/v1/\ud800", {}, "^request was not sent: path: must be percent"),
        (5, None, {}, "^request was not sent: method: must be one of"),
    ],
)
async def test_a_request_of_the_wrong_types_is_refused_in_one_line(
    method: str, path: str, more: dict[str, object], text: str
) -> None:
    async with FaultServer() as server, quick_client(server) as client:
        with pytest.raises(RequestBuildError, match=text) as caught:
            await client.request(method, path, **more)  # type: ignore[arg-type]
    assert str(caught.value).isprintable()
    assert server.connections == 0


@pytest.mark.parametrize("error", [None, ValueError("x"), "create-tag"])
async def test_only_an_unknown_outcome_can_be_looked_for(error: object) -> None:
    async with FaultServer() as server, quick_client(server) as client:
        with pytest.raises(RequestBuildError, match="must be an UnknownOutcome, not"):
            await client.find_created(error)  # type: ignore[arg-type]
    assert server.connections == 0


async def unknown_outcome(client: AsyncManagementClient, name: str) -> UnknownOutcome:
    body = models.CreateTagModel(name=name)
    with pytest.raises(UnknownOutcome) as caught:
        await client.tags.create_tag(UUID_TEXT, body)
    return pickle.loads(pickle.dumps(caught.value))  # type: ignore[no-any-return]  # noqa: S301


async def test_an_object_of_unknown_creation_is_found_by_its_natural_key() -> None:
    async with FaultServer(answer(502)) as server, quick_client(server) as client:
        blue = await unknown_outcome(client, "bLUE")
        other = await unknown_outcome(client, "green")
        server.steps = [answer(200, LIST)]
        (found,) = await client.find_created(blue)
        assert isinstance(found, models.TagModel)
        assert (found.tag_id, found.name) == (1, "Blue")
        assert await client.find_created(other) == []
    assert server.targets()[2:] == [f"/v1/products/{UUID_TEXT}/tags"] * 2


async def test_an_object_without_natural_key_cannot_be_found() -> None:
    async with FaultServer(answer(502)) as server, quick_client(server) as client:
        with pytest.raises(UnknownOutcome) as caught:
            await CALLS["positional"](client)
        with pytest.raises(RequestBuildError, match="no natural key"):
            await client.find_created(caught.value)
        with pytest.raises(UnknownOutcome) as caught:
            await client.request("POST", "/v1/x")
        with pytest.raises(RequestBuildError, match="there is no operation"):
            await client.find_created(caught.value)
    assert len(server.seen) == 2


async def test_links_are_asked_for_and_read_over() -> None:
    body = {
        **TAG,
        "_links": {"self": {"href": "/"}},
        "_embedded": {"product": TAG["product"]},
    }
    del body["product"]
    options = with_changes(media_type="application/hal+json")
    step = answer(200, body, {"Content-Type": "application/hal+json"})
    async with FaultServer(step) as server, quick_client(server, options) as client:
        assert await client.call("get-tag", tag_id=5) == TAG
        raw = await client.call_raw("get-tag", tag_id=5)
        assert "_links" in raw.text
    assert {r.headers["accept"] for r in server.seen} == {"application/hal+json"}


async def test_a_session_that_is_given_stays_open() -> None:
    async with (
        FaultServer(answer(200, TAG)) as server,
        aiohttp.ClientSession() as session,
    ):
        for _ in range(2):
            async with quick_client(server, with_changes(session=session)) as client:
                await client.tags.get_tag(5)
        assert not session.closed
        async with session.get(server.url) as response:
            assert response.status == 200
    assert server.connections == 1


async def test_settings_of_a_given_session_do_not_change_calls() -> None:
    session = aiohttp.ClientSession(
        auto_decompress=True,
        raise_for_status=True,
        headers={"Authorization": "Bearer other", "X-Mine": "1"},
    )
    options = with_changes(session=session)
    steps = (gzipped(json.dumps(TAG).encode()), answer(404), answer(302), answer(502))
    async with session, FaultServer(*steps) as server:
        client = quick_client(server, options)
        assert (await client.tags.get_tag(5)).name == "blue"
        for status in (404, 302):
            with pytest.raises(Exception, match=f"returned {status}"):
                await client.tags.get_tag(5)
        with pytest.raises(UnknownOutcome):
            await CALLS["create"](client)
        server.steps = [close_after_reading()]
        for kind, sends in (("read", 4), ("create", 1)):
            before = len(server.seen)
            with pytest.raises((ConnectionFailedError, UnknownOutcome)):
                await CALLS[kind](client)
            assert len(server.seen) == before + sends
        server.steps = [gzip_bomb(64 * 2**20)]
        with pytest.raises(ResponseTooLargeError):
            await client.tags.get_tag(5)
    assert {r.headers["authorization"][:6] for r in server.seen} == {"Basic "}
    assert {r.headers["x-mine"] for r in server.seen} == {"1"}


async def test_a_session_that_is_given_tells_a_refused_connection_too() -> None:
    async with FaultServer() as gone:
        url = gone.url
    async with aiohttp.ClientSession() as session:
        options = with_changes(session=session, max_attempts=1)
        client = AsyncManagementClient(USER, PASSWORD, base_url=url, options=options)
        for kind in ("read", "create"):
            with pytest.raises(ConnectionFailedError) as caught:
                await CALLS[kind](client)
            assert not caught.value.sent


async def test_a_given_session_that_is_closed_is_reported() -> None:
    async with FaultServer(answer(200, TAG)) as server:
        session = aiohttp.ClientSession()
        options = with_changes(session=session)
        client, unused = quick_client(server, options), quick_client(server, options)
        await client.tags.get_tag(5)
        await session.close()
        with pytest.raises(ClientClosed):
            await client.tags.get_tag(5)
        for _ in range(2):
            with pytest.raises(ConfigurationError, match="session is closed"):
                await unused.tags.get_tag(5)
    assert len(server.seen) == 1


def test_a_session_of_another_loop_is_reported() -> None:
    async def make() -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    async def use(client: AsyncManagementClient) -> None:
        for _ in range(2):
            with pytest.raises(WrongLoopError, match="session belongs to another"):
                await client.tags.get_tag(5)

    loop = asyncio.new_event_loop()
    session = loop.run_until_complete(make())
    with in_thread(answer(200, TAG)) as server:
        asyncio.run(use(quick_client(server, with_changes(session=session))))
    loop.run_until_complete(session.close())
    loop.close()
    assert server.connections == 0


async def test_a_group_has_a_short_repr_without_an_address() -> None:
    async with AsyncManagementClient("ann", "secret") as client:
        assert repr(client.tags) == "<AsyncTags>"
    with ManagementClient("ann", "secret") as blocking:
        assert repr(blocking.proxy_profiles) == "<ProxyProfiles>"
