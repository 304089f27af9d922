"""Tests that credentials show nowhere, on many ways into errors.

Most ways are gone with the async and with the blocking client. Searched are texts and
attributes of all errors in the chain, their frames with local variables, their pickles,
and all log records.
"""

import asyncio
import copy
import pickle
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ConfigCatManagementError,
    Hooks,
    JsonPatch,
    ManagementClient,
    Options,
)
from configcat_mgmt.core.auth import Secret
from tests.canary import CANARY, leaks, recorded, talkative_loop
from tests.fault_server import (
    LIMITS_SECONDS,
    PATIENCE_SECONDS,
    FaultServer,
    Line,
    Step,
    answer,
    broken_off,
    close_after_reading,
    in_thread,
    raw,
    reset,
    response,
    silence,
)
from tests.quick_client import (
    LowestRandom,
    NotedLifetime,
    with_changes,
)

Client = Any
"""A client of either kind."""
Way = Callable[[Client], Any]
GET = "get-setting-value-by-sdkkey"


class Failing(Hooks):
    """Raises at the end of the call, which is logged with the frames."""

    def call_finished(self, event: object) -> None:
        raise RuntimeError("a hook failed")


def quoting(status: int) -> Step:
    """Answer with a page that quotes the request, as gateways under repair do."""

    async def act(line: Line) -> None:
        assert line.request is not None
        page = f"<html>{line.request.headers}</html>"
        await line.send(response(status, page, {"X-Seen": page}))

    return Step(act)


def by_key(client: Client) -> object:
    return client.setting_values.get_setting_value_by_sdkkey("flag", sdk_key=CANARY.key)


def patch_by_key(client: Client) -> object:
    return client.setting_values.update_setting_value_by_sdkkey(
        "flag",
        JsonPatch().add("/rolloutRules/-", {}),
        sdk_key=CANARY.key,
    )


def call_by_key(client: Client) -> object:
    return client.call(GET, setting_key_or_id="flag", sdk_key=CANARY.key)


def raw_by_key(client: Client) -> object:
    return client.call_raw(GET, setting_key_or_id="flag", sdk_key=CANARY.key)


def request_by_key(client: Client) -> object:
    return client.request("POST", "/v1/x", headers={"X-SDK": CANARY.key})


CALLERS = {
    "method": by_key,
    "patch": patch_by_key,
    "call": call_by_key,
    "call_raw": raw_by_key,
    "request": request_by_key,
}
OUTCOMES = {
    **{
        str(status): answer(status, '{"a": ["b"]}')
        for status in (400, 401, 403, 404, 408, 409, 418, 500, 501, 502, 503, 504)
    },
    "429": answer(429, "", {"Retry-After": "9999"}),
    "302": answer(302, "", {"Location": "https://evil.example/"}),
    "redirect": answer(307, "", {"Location": "/v2/x"}),
    "close": close_after_reading(),
    "reset": reset(),
    "garbage": raw(b"\0\0\0\0\r\n\r\n"),
    "partial": broken_off(b"HTTP/1.1 20"),
    "101": raw(b"HTTP/1.1 101 Switching\r\n\r\n"),
    "cut": broken_off(response(200, b"{", length=9)),
    "bad gzip": answer(200, b"x", {"Content-Encoding": "gzip"}),
    "too large": answer(200, b"x" * 2000),
    "html": answer(200, "<html>"),
    "empty": answer(200),
    "misfit": answer(200, "[1, 2]"),
    "silence": silence(),
    "quoting 200": quoting(200),
    "quoting 400": quoting(400),
    "quoting 502": quoting(502),
}
MISFITS: dict[str, Way] = {
    "dot segment": lambda client: client.setting_values.get_setting_value_by_sdkkey(
        "..",
        sdk_key=CANARY.key,
    ),
    "newline": lambda client: client.setting_values.get_setting_value_by_sdkkey(
        "flag",
        sdk_key=CANARY.key + "\n",
    ),
    "not ascii": lambda client: client.setting_values.get_setting_value_by_sdkkey(
        "flag",
        sdk_key=CANARY.key + "\u00e4",
    ),
    "surrogate": lambda client: client.setting_values.get_setting_value_by_sdkkey(
        "flag",
        sdk_key=CANARY.key + "\ud800",
    ),
    "too long": lambda client: client.setting_values.get_setting_value_by_sdkkey(
        "flag",
        sdk_key=CANARY.key * 900,
    ),
    "bytes": lambda client: client.setting_values.get_setting_value_by_sdkkey(
        "flag",
        sdk_key=CANARY.key.encode(),
    ),
    "secret": lambda client: client.setting_values.get_setting_value_by_sdkkey(
        "..",
        sdk_key=Secret(CANARY.key),
    ),
    "bad body": lambda client: client.setting_values.update_setting_value_by_sdkkey(
        "flag",
        ["no step"],
        sdk_key=CANARY.key,
    ),
    "no operation": lambda client: client.call("get-it", sdk_key=CANARY.key),
    "no operation, raw": lambda client: client.call_raw("x", sdk_key=CANARY.key),
    "misspelled": lambda client: client.call(GET, sdkKey=CANARY.key),
    "call with a bad body": lambda client: client.call(
        "update-setting-value-by-sdkkey",
        setting_key_or_id="flag",
        sdk_key=CANARY.key,
        body=[{"op": "fly"}],
    ),
    "call with newline": lambda client: client.call(
        GET,
        setting_key_or_id="flag",
        sdk_key=CANARY.key + "\r",
    ),
    "request to nowhere": lambda client: client.request(
        "GET",
        "//evil.example",
        headers={"X-SDK": CANARY.key},
    ),
    "header with newline": lambda client: client.request(
        "GET",
        "/v1/x",
        headers={"X-SDK": CANARY.key + "\r\nX: y"},
    ),
    "header of bytes": lambda client: client.request(
        "GET",
        "/v1/x",
        headers={"X-SDK": CANARY.key.encode()},
    ),
    "own header": lambda client: client.request(
        "GET",
        "/v1/x",
        headers={"Authorization": CANARY.key},
    ),
    "no option": lambda client: client.with_options(pace=1),
    "pickled": pickle.dumps,
    "copied": copy.deepcopy,
}


def quickened(client: Client) -> Client:
    core = getattr(client, "_client", client)._pipeline.core
    core.lifetime, core.rng = NotedLifetime(), LowestRandom()
    return client


def options_for_leaks(timeout_seconds: float) -> Options:
    return with_changes(
        timeout_seconds=timeout_seconds,
        max_attempts=2,
        max_response_bytes=1024,
        hooks=Failing(),
        loop_factory=talkative_loop,
    )


def gone_async(
    way: Way, server: FaultServer, timeout_seconds: float = PATIENCE_SECONDS
) -> Exception | None:
    """Go a way with the async client; return the error at its end."""

    async def go() -> None:
        client = AsyncManagementClient(
            CANARY.user,
            CANARY.password,
            base_url=server.url,
            options=options_for_leaks(timeout_seconds),
        )
        async with quickened(client):
            found = way(client)
            if asyncio.iscoroutine(found):
                await found

    loop = talkative_loop()
    try:
        loop.run_until_complete(go())
    except Exception as error:
        return error
    finally:
        # As `asyncio.run` does, which lets connections end that were just dropped.
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
    return None


def gone_blocking(
    way: Way, server: FaultServer, timeout_seconds: float = PATIENCE_SECONDS
) -> Exception | None:
    """Go a way with the blocking client; return the error at its end."""
    try:
        client = ManagementClient(
            CANARY.user,
            CANARY.password,
            base_url=server.url,
            options=options_for_leaks(timeout_seconds),
        )
        with quickened(client):
            way(client)
    except Exception as error:
        return error
    return None


SURFACES = {"async": gone_async, "blocking": gone_blocking}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(
    ("surface", "caller"),
    [
        *(("async", caller) for caller in CALLERS),
        ("blocking", "method"),
        ("blocking", "call"),
    ],
)
def test_no_outcome_of_a_call_shows_credentials(
    caller: str,
    outcome: str,
    surface: str,
) -> None:
    limits = LIMITS_SECONDS if outcome == "silence" else (PATIENCE_SECONDS,)
    for seconds in limits:
        with recorded() as records, in_thread(OUTCOMES[outcome]) as server:
            error = SURFACES[surface](CALLERS[caller], server, seconds)
            keys = [r.headers.get("x-configcat-sdkkey") for r in server.seen]
        if keys:
            break
    assert caller == "request" or CANARY.key in keys
    assert error is not None or outcome.startswith(("too", "html", "mis", "empty", "q"))
    assert leaks(error, records.texts) == []


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("way", MISFITS)
def test_no_misuse_of_a_client_shows_credentials(
    way: str,
    surface: str,
) -> None:
    with recorded() as records, in_thread(answer(200, {})) as server:
        error = SURFACES[surface](MISFITS[way], server)
        assert server.seen == []
    assert error is not None
    assert leaks(error, records.texts) == []


@pytest.mark.parametrize("surface", SURFACES)
def test_a_call_that_succeeds_logs_no_credentials(surface: str) -> None:
    with recorded() as records, in_thread(answer(204)) as server:
        assert SURFACES[surface](patch_by_key, server) is None
    assert any("attempt 1: status 204" in text for text in records.texts)
    assert any("a hook failed" in text for text in records.texts)
    assert leaks(None, records.texts) == []


@pytest.mark.parametrize("source", ["argument", "environment", "session"])
@pytest.mark.parametrize("port", [None, 1, "bad"])
async def test_no_failing_proxy_shows_its_password(
    source: str,
    port: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with FaultServer(answer(407)) as proxy:
        place = f"127.0.0.1:{port or proxy.port}"
        options, session = with_proxy(source, place, monkeypatch)
        try:
            with (
                recorded() as records,
                pytest.raises(ConfigCatManagementError) as caught,
            ):
                await call_through(options or Options(session=session, max_attempts=1))
        finally:
            if session is not None:
                await session.close()
    assert leaks(caught.value, records.texts) == []


def with_proxy(
    source: str,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Options | None, aiohttp.ClientSession | None]:
    """Name a proxy; an argument is checked at once, in a frame that holds it."""
    url = f"http://{CANARY.user}:{CANARY.password}@{place}"
    if source == "session":
        return None, aiohttp.ClientSession(proxy=url)
    monkeypatch.setenv("HTTPS_PROXY", url)
    named = "environment" if source == "environment" or "bad" in place else url
    return Options(proxy=named, max_attempts=1), None


async def call_through(options: Options) -> None:
    url = "https://127.0.0.1:1"
    async with AsyncManagementClient("u", "p", base_url=url, options=options) as client:
        await client.tags.get_tag(5)
