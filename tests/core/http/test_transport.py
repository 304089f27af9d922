"""Tests of one attempt against servers that break the rules, on real sockets."""

import asyncio
import contextlib
import gzip
import json
import random
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ConfigCatManagementError,
    ConfigurationError,
    ConnectionFailedError,
    Options,
    ResponseInvalid,
    ResponseTooLargeError,
    UnknownOutcome,
    models,
)
from tests.certificates import server_context, trusting_context
from tests.fault_server import (
    LIMITS_SECONDS,
    PATIENCE_SECONDS,
    FaultServer,
    Step,
    answer,
    broken_off,
    endless,
    gzip_bomb,
    gzipped,
    half_closed,
    in_parts,
    raw,
    response,
)
from tests.quick_client import (
    CALLS,
    GOOD,
    PASSWORD,
    TAG,
    USER,
    UUID_TEXT,
    quick_client,
    with_changes,
)

MIB = 2**20
TAG_TEXT = json.dumps(TAG).encode()
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
NO_HTTP = {
    "garbage": raw(b"\x00\x01\x02 garbage\r\n\r\n"),
    "another protocol": raw(b"220 mail.example ESMTP\r\n"),
    "status line": raw(b"HTTP/1.1 abc OK\r\n\r\n"),
    "both lengths": raw(
        CHUNKED[:-2] + b"Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ),
    "two lengths": raw(response(200, b"{}", {"Content-Length": "7"})),
    "negative length": raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
    "header of 100 kB": raw(response(200, TAG_TEXT, {"X": "a" * 100_000})),
    "upgrade": raw(
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
    ),
    "bare 101": raw(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    "204 with a body": raw(response(204, b"hello")),
    "only 100 Continue": broken_off(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
}
BAD_BODIES = {
    "short": broken_off(response(200, TAG_TEXT, length=1000)),
    "half closed": half_closed(response(200, TAG_TEXT, length=1000)),
    "chunks break off": broken_off(CHUNKED + b"2\r\n{}\r\n"),
    "gzip breaks off": gzipped(TAG_TEXT, cut=60),
    "gzip is none": answer(200, TAG_TEXT, {"Content-Encoding": "gzip"}),
    "brotli": answer(200, b"\x0b\x02\x80", {"Content-Encoding": "br"}),
}


@pytest.mark.parametrize("how", NO_HTTP)
@pytest.mark.parametrize("kind", ["read", "create"])
async def test_a_response_that_violates_http_counts_as_none(
    kind: str,
    how: str,
) -> None:
    async with FaultServer(NO_HTTP[how]) as server:
        async with quick_client(server) as client:
            with pytest.raises((ConnectionFailedError, UnknownOutcome)) as caught:
                await CALLS[kind](client)
        await server.quiet()
    assert len(server.seen) == server.connections == (1 if kind == "create" else 4)
    assert isinstance(caught.value, UnknownOutcome) is (kind == "create")


@pytest.mark.parametrize("how", BAD_BODIES)
async def test_a_body_that_is_broken_ends_the_connection(how: str) -> None:
    async with FaultServer(BAD_BODIES[how], answer(200, TAG)) as server:
        async with quick_client(server, with_changes(max_attempts=1)) as client:
            with pytest.raises(ResponseInvalid):
                await client.tags.get_tag(5)
            assert (await client.tags.get_tag(5)).name == "blue"
        await server.quiet()
    assert len(server.seen) == 2


async def test_chunks_that_are_none_are_no_body() -> None:
    gate = asyncio.Event()
    later = in_parts(CHUNKED + b"2\r\n{}\r\n", b"zz\r\n0\r\n\r\n", gate=gate)
    gate.set()
    async with FaultServer(later) as server, quick_client(server) as client:
        with pytest.raises((ResponseInvalid, ConnectionFailedError)):
            await client.tags.get_tag(5)


async def test_an_answer_may_follow_a_flood_of_interim_ones() -> None:
    flood = b"HTTP/1.1 100 Continue\r\n\r\n" * 1000
    step = raw(flood + response(200, TAG_TEXT))
    async with FaultServer(step) as server, quick_client(server) as client:
        assert (await client.tags.get_tag(5)).tag_id == 5
    assert len(server.seen) == 1


async def test_interim_answers_without_end_run_into_the_time_limit() -> None:
    async def forever(line: object) -> None:
        while not line.writer.is_closing():  # type: ignore[attr-defined]
            await line.send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)  # type: ignore[attr-defined]

    for seconds in LIMITS_SECONDS:
        async with FaultServer(Step(forever)) as server:
            options = with_changes(timeout_seconds=seconds, max_attempts=1)
            async with quick_client(server, options) as client:
                with pytest.raises(TimeoutError):
                    await client.tags.get_tag(5)
            await server.quiet()
        if server.seen:
            break
    assert len(server.seen) == 1


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
async def test_a_second_answer_is_never_taken_for_that_of_the_next_call(
    at_once: bool,
) -> None:
    stale = response(200, json.dumps({**TAG, "name": "stale"}))
    gate = asyncio.Event()
    if at_once:
        twice = raw(response(200, TAG_TEXT) + stale)
    else:
        twice = in_parts(response(200, TAG_TEXT), stale, gate=gate)
    steps = (twice, answer(200, TAG))
    async with FaultServer(*steps) as server, quick_client(server) as client:
        await client.tags.get_tag(5)
        gate.set()
        await unread_bytes(client)
        for kind in ("read", "set", "create"):
            found = await CALLS[kind](client)
            assert isinstance(found, models.TagModel)
            assert found.name == "blue"
    assert server.connections == 2
    assert len(server.seen) == 4


async def unread_bytes(client: AsyncManagementClient) -> None:
    """Let the loop turn until the bytes of the server have arrived, or were refused."""
    session = client._pipeline.core.transport._session  # type: ignore[attr-defined]
    for _ in range(200):
        lines = [
            line for conns in session.connector._conns.values() for line, _ in conns
        ]
        if all(line.should_close for line in lines):
            return
        await asyncio.sleep(0)


async def test_a_connection_that_was_closed_while_idle_costs_nothing() -> None:
    async with FaultServer(answer(200, TAG)) as server, quick_client(server) as client:
        await client.tags.get_tag(5)
        await server.hang_up()
        await CALLS["create"](client)
    assert len(server.seen) == server.connections == 2


@pytest.mark.parametrize("limit", [1024, 16 * MIB])
async def test_a_bomb_takes_little_more_memory_than_the_limit(limit: int) -> None:
    async with FaultServer(gzip_bomb(256 * MIB)) as server:
        async with quick_client(
            server, with_changes(max_response_bytes=limit)
        ) as client:
            tracemalloc.start()
            with pytest.raises(ResponseTooLargeError, match=str(limit)) as caught:
                await client.tags.get_tag(5)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        await server.quiet()
    assert most < 1.2 * limit + MIB
    assert len(server.seen) == 1
    assert caught.value.excerpt == ""


@pytest.mark.parametrize(
    "prefix",
    [
        CHUNKED,
        b"HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 404 Oops\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["200", "500", "404"],
)
async def test_a_body_without_end_is_cut_off_at_the_limit(prefix: bytes) -> None:
    async with FaultServer(endless(prefix, b"x" * 65536)) as server:
        options = with_changes(max_response_bytes=MIB, max_attempts=1)
        async with quick_client(server, options) as client:
            tracemalloc.start()
            with pytest.raises(ConfigCatManagementError):
                await client.tags.get_tag(5)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        await server.quiet()
    assert most < 3 * MIB


async def test_endless_data_after_a_compressed_body_is_cut_off() -> None:
    body = gzip.compress(TAG_TEXT)
    prefix = CHUNKED[:-2] + b"Content-Encoding: gzip\r\n\r\n"
    prefix += b"%x\r\n%b\r\n" % (len(body), body)
    async with FaultServer(endless(prefix, b"x" * 65536)) as server:
        async with quick_client(server) as client:
            with pytest.raises(ResponseInvalid, match="more data follows"):
                await client.tags.get_tag(5)
        await server.quiet()
    assert len(server.seen) == 2


async def test_a_body_that_trickles_runs_into_the_time_limit() -> None:
    for seconds in LIMITS_SECONDS:
        gate = asyncio.Event()
        slow = in_parts(response(200, b"{", length=1000), gate=gate)
        async with FaultServer(slow) as server:
            options = with_changes(timeout_seconds=seconds, max_attempts=1)
            async with quick_client(server, options) as client:
                with pytest.raises((ResponseInvalid, TimeoutError)) as caught:
                    await client.tags.get_tag(5)
            gate.set()
            await server.quiet()
        if isinstance(caught.value, ResponseInvalid):
            break
    assert isinstance(caught.value, ResponseInvalid)
    assert "timed out" in str(caught.value)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "text",
    [
        "a/b",
        "a?b",
        "a#b",
        "a%2Fb",
        "a\\b",
        "a;b",
        "ä€🙂",
        "a b",
        "...",
        "~",
        "x" * 8000,
    ],
    ids=lambda text: text[:9],
)
async def test_a_text_in_the_path_reaches_the_server_as_it_was(text: str) -> None:
    async with FaultServer(answer(204)) as server, quick_client(server) as client:
        await client.members.delete_product_member(UUID_TEXT, text)
    assert server.seen[0].segments == ["v1", "products", UUID_TEXT, "members", text]


async def test_a_path_in_the_base_url_is_kept() -> None:
    async with FaultServer(answer(200, TAG)) as server:
        base_url = f"{server.url}/gate%20way/api/"
        async with AsyncManagementClient(USER, PASSWORD, base_url=base_url) as client:
            await client.tags.get_tag(5)
    assert server.targets() == ["/gate%20way/api/v1/tags/5"]


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    served = FaultServer(answer(200, TAG), tls=server_context(tmp_path))
    async with served as server, quick_client(server) as client:
        with pytest.raises(ConnectionFailedError, match="certificate") as caught:
            await CALLS["create"](client)
    assert (caught.value.attempts, caught.value.sent) == (1, False)
    assert server.connections == 0


async def test_a_private_authority_can_be_added(tmp_path: Path) -> None:
    options = with_changes(ssl=trusting_context())
    async with FaultServer(answer(200, TAG), tls=server_context(tmp_path)) as server:
        async with quick_client(server, options) as client:
            assert (await client.tags.get_tag(5)).tag_id == 5
        async with quick_client(server) as client:
            view = client.with_options(ssl=trusting_context())
            assert (await view.tags.get_tag(5)).tag_id == 5


async def test_a_failed_handshake_was_no_call() -> None:
    async with FaultServer(greeting=b"220 this is no TLS\r\n") as server:
        server.scheme = "https"
        async with quick_client(server) as client:
            with pytest.raises(ConnectionFailedError) as caught:
                await CALLS["create"](client)
    assert (caught.value.attempts, caught.value.sent) == (4, False)
    assert (server.connections, server.seen) == (4, [])


async def test_a_proxy_is_asked_in_the_place_of_the_service() -> None:
    async with FaultServer(answer(200, TAG)) as proxy, FaultServer() as server:
        named = proxy.url.replace("//", "//user:word@")
        async with quick_client(
            server, with_changes(proxy=named, allow_insecure=True)
        ) as client:
            assert (await client.tags.get_tag(5)).tag_id == 5
    (request,) = proxy.seen
    assert request.target == f"{server.url}/v1/tags/5"
    assert request.headers["proxy-authorization"] == "Basic dXNlcjp3b3Jk"
    assert server.connections == 0


async def test_the_environment_names_a_proxy_only_if_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = answer(200, TAG)
    async with FaultServer(good) as proxy, FaultServer(good) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        async with quick_client(server) as client:
            await client.tags.get_tag(5)
        assert (len(server.seen), len(proxy.seen)) == (1, 0)
        options = with_changes(proxy="environment", allow_insecure=True)
        async with quick_client(server, options) as client:
            await client.tags.get_tag(5)
    assert (len(server.seen), len(proxy.seen)) == (1, 1)


SOURCES = ("argument", "environment", "session", "session of the environment")


@asynccontextmanager
async def proxied(
    source: str,
    proxy: str,
    monkeypatch: pytest.MonkeyPatch,
    **changes: object,
) -> AsyncIterator[Options]:
    """Give options that name a proxy in one of the ways there are."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        for variable in (name, name.lower()):
            if "environment" in source:
                monkeypatch.setenv(variable, proxy)
            else:
                monkeypatch.delenv(variable, raising=False)
    named = {"argument": proxy, "environment": "environment"}
    if source in named:
        yield with_changes(proxy=named[source], **changes)
        return
    own = proxy if source == "session" else None
    async with aiohttp.ClientSession(trust_env=own is None, proxy=own) as session:
        yield with_changes(session=session, **changes)


@pytest.mark.parametrize("source", SOURCES)
async def test_plain_http_to_this_machine_goes_past_every_proxy_unless_allowed(
    monkeypatch: pytest.MonkeyPatch,
    source: str,
) -> None:
    good = answer(200, TAG)
    async with FaultServer(good) as proxy, FaultServer(good) as server:
        for allowed in (False, True):
            naming = proxied(source, proxy.url, monkeypatch, allow_insecure=allowed)
            async with naming as options, quick_client(server, options) as client:
                await client.tags.get_tag(5)
            assert server.targets() == ["/v1/tags/5"]
            assert proxy.connections == allowed


@pytest.mark.parametrize("address", ["http://[::1", "http://user:hush@a..b:1", "a:b:c"])
@pytest.mark.parametrize("source", SOURCES)
async def test_a_bad_address_of_a_proxy_gives_a_working_client_or_a_clear_error(
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    address: str,
) -> None:
    async with FaultServer(answer(200, TAG)) as server:
        server.scheme = "https"
        with pytest.raises(ConfigurationError) as caught:
            async with proxied(source, address, monkeypatch) as options:
                quick_client(server, options)
        assert "hush" not in str(caught.value)
        if source == "argument":
            return
        # No proxy is needed here, so its address does not matter.
        server.scheme = "http"
        naming = proxied(source, address, monkeypatch)
        async with naming as options, quick_client(server, options) as client:
            await client.tags.get_tag(5)


async def test_a_proxy_that_refuses_to_connect_was_no_call() -> None:
    async with FaultServer(answer(407, "", {"Proxy-Authenticate": "Basic"})) as proxy:
        client = AsyncManagementClient(
            USER,
            PASSWORD,
            base_url="https://127.0.0.1:1",
            options=with_changes(proxy=proxy.url, max_attempts=1),
        )
        with pytest.raises(ConnectionFailedError, match="proxy returned 407") as caught:
            await CALLS["create"](client)
        await client.close()
    assert not caught.value.sent
    assert [request.method for request in proxy.seen] == ["CONNECT"]
    assert "authorization" not in proxy.seen[0].headers


@pytest.mark.parametrize("seed", range(8))
async def test_mutilated_answers_end_in_errors_of_the_package_only(seed: int) -> None:
    rng = random.Random(seed)
    whole = response(200, TAG_TEXT, {"X-Rate-Limit-Remaining": "5", "Date": "now"})
    steps = []
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            place = rng.randrange(len(data))
            data[place : place + rng.randint(0, 9)] = rng.randbytes(rng.randint(0, 9))
        steps.append(broken_off(bytes(data[: rng.randint(1, len(data))])))
    async with FaultServer(*steps, GOOD["read"]) as server:
        options = with_changes(max_attempts=1, timeout_seconds=PATIENCE_SECONDS)
        async with quick_client(server, options) as client:
            while len(server.seen) < 40:
                with contextlib.suppress(ConfigCatManagementError):
                    await client.tags.get_tag(5)
            assert (await client.tags.get_tag(5)).name == "blue"
        await server.quiet()
    assert len(server.seen) == 41
