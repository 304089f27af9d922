"""Redirects: one within the origin is followed for a read, all others are refused."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from configcat_mgmt import (
    OPERATIONS,
    AsyncManagementClient,
    ClientClosed,
    ManagementClient,
    NotFoundError,
    RedirectError,
    ServerError,
)
from configcat_mgmt.core.exchange import Answer
from configcat_mgmt.core.redirect import Redirects
from configcat_mgmt.core.request import build
from configcat_mgmt.endpoints import template_of
from tests.certificates import server_context, trusting_context
from tests.fault_server import FaultServer, Step, answer, broken_off, in_thread
from tests.quick_client import (
    CALLS,
    PASSWORD,
    TAG,
    USER,
    UUID_TEXT,
    quick_client,
    with_changes,
)

FOLLOWED = (301, 302, 307, 308)
GOOD = answer(200, TAG)
LIMITS = ((20, 1.0), (500, 60.0))
PAGE = Path(__file__).parents[2] / "wire" / "audit_logs_paged.json"


def away(location: str | None, status: int = 302) -> Step:
    return answer(status, "", {} if location is None else {"Location": location})


def filled(location: str, server: FaultServer) -> str:
    return location.replace("HOST", urlsplit(server.url).netloc)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/v2/tags/6", "/v2/tags/6"),
        ("/v2/tags/6?a=b%20c&d=/?", "/v2/tags/6?a=b%20c&d=/?"),
        ("http://HOST/v2/tags/6?x=1#part", "/v2/tags/6?x=1"),
        ("HTTP://HOST", "/"),
        ("//HOST/v2", "/v2"),
        ("6", "/v1/tags/6"),
        ("../../v2/tags/6", "/v2/tags/6"),
        ("/../../../etc/./passwd", "/etc/passwd"),
        ("?page=2", "/v1/tags/5?page=2"),
        ("/v1/a%2Fb/%252e%252e/c;d", "/v1/a%2Fb/%252e%252e/c;d"),
        ("/v1/tags/5", "/v1/tags/5"),
    ],
)
async def test_a_read_follows_a_redirect_within_the_origin(
    location: str,
    target: str,
) -> None:
    async with FaultServer() as server, quick_client(server) as client:
        for status in FOLLOWED:
            server.steps = [away(filled(location, server), status), GOOD]
            assert (await client.tags.get_tag(5)).name == "blue"
    assert server.targets() == ["/v1/tags/5", target] * len(FOLLOWED)
    assert all(seen.headers == server.seen[0].headers for seen in server.seen)
    assert server.seen[0].headers["authorization"].startswith("Basic ")


OTHERS = {
    "none": None,
    "empty": "",
    "other port": "http://127.0.0.1:OTHER/v1/x?token=1",
    "other host": "http://localhost:PORT/v1/x?token=1",
    "default port": "http://127.0.0.1/v1/x?token=1",
    "port 0": "http://127.0.0.1:0/v1/x?token=1",
    "no port": "http://127.0.0.1:99999/v1/x?token=1",
    "other scheme": "https://HOST/v1/x?token=1",
    "no http": "ftp://HOST/v1/x?token=1",
    "script": "javascript:token",
    "network path": "//evil.example/x?token=1",
    "user": "http://token@HOST/v1/x",
    "empty user": "http://@HOST/v1/x?token=1",
    "suffix": "http://HOST.evil.example/?token=1",
    "host in the path": "http://evil.example/HOST?token=1",
    "backslash": "\\\\evil.example\\token",
    "slashes": "/\\evil.example/token",
    "space": "/v1/x y?token=1",
    "tab": "/\t/evil.example/token",
    "not ascii": "/v1/\u00e4?token=1",
    "bad percent": "/v1/%zz?token=1",
    "bad address": "http://[::1/token",
    "encoded dots": "/v1/%2e%2E/admin?token=1",
    "half encoded dots": "/v1/.%2e/admin?token=1",
    "absolute with dots": "http://HOST/v1/../admin?token=1",
}


@pytest.mark.parametrize("where", OTHERS)
async def test_a_redirect_to_elsewhere_is_refused(where: str) -> None:
    location = OTHERS[where]
    async with (
        FaultServer(GOOD) as other,
        FaultServer() as server,
        quick_client(server) as client,
    ):
        if location is not None:
            location = filled(location, server).replace("PORT", str(server.port))
            location = location.replace("OTHER", str(other.port))
        server.steps = [away(location)]
        with pytest.raises(RedirectError, match="not followed, because it") as caught:
            await client.tags.get_tag(5)
    assert "token" not in str(caught.value)
    assert (caught.value.attempts, len(server.seen), other.connections) == (1, 1, 0)


@pytest.mark.parametrize("status", [300, 303, 304, 305, 306, 399])
async def test_other_statuses_are_not_followed(status: int) -> None:
    step = away("/v2/x", status)
    async with FaultServer(step) as server, quick_client(server) as client:
        with pytest.raises(RedirectError):
            await client.tags.get_tag(5)
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", FOLLOWED)
@pytest.mark.parametrize("kind", sorted(set(CALLS) - {"read"}))
async def test_a_change_is_never_redirected(kind: str, status: int) -> None:
    step = away("/v2/x", status)
    async with FaultServer(step) as server, quick_client(server) as client:
        with pytest.raises(RedirectError, match="only reads are redirected"):
            await CALLS[kind](client)
    assert len(server.seen) == 1


@pytest.mark.parametrize("second", ["/v1/tags/5", "/v3/x", "https://evil.example/"])
async def test_a_second_redirect_is_refused(second: str) -> None:
    steps = (away("/v2/x"), away(second))
    async with FaultServer(*steps) as server, quick_client(server) as client:
        with pytest.raises(RedirectError, match="follows one redirect") as caught:
            await client.tags.get_tag(5)
    assert server.targets() == ["/v1/tags/5", "/v2/x"]
    assert caught.value.attempts == 2


async def test_the_target_is_retried_by_itself_and_counts_its_own_attempts() -> None:
    lost = broken_off(b"HTTP/1.1 20")
    steps = (answer(503), away("/v2/x"), lost, answer(502), answer(502))
    options = with_changes(max_attempts=4)
    async with FaultServer(*steps) as server, quick_client(server, options) as client:
        with pytest.raises(ServerError) as caught:
            await client.tags.get_tag(5)
    assert server.targets() == ["/v1/tags/5"] * 2 + ["/v2/x"] * 3
    assert caught.value.attempts == 5
    steps = (away("/v2/x"), GOOD)
    options = with_changes(max_attempts=1)
    async with FaultServer(*steps) as server, quick_client(server, options) as client:
        assert (await client.tags.get_tag(5)).name == "blue"


@pytest.mark.parametrize(
    ("location", "template"),
    [
        (f"/v1/products/{UUID_TEXT}/tags?x=1", "/v1/products/{productId}/tags"),
        (f"/v1/products/{UUID_TEXT}/tags/", "/v1/products/{productId}/tags"),
        (f"/v9/things/{UUID_TEXT}/parts/7", "/v9/things/{id}/parts/{id}"),
        (f"/gate/v1/products/{UUID_TEXT}/tags", "/v1/products/{productId}/tags"),
    ],
)
async def test_a_redirect_waits_for_and_counts_against_the_endpoint_it_leads_to(
    location: str,
    template: str,
) -> None:
    async with FaultServer(away(location), GOOD) as server:
        base_url = f"{server.url}/gate" if location.startswith("/gate/") else server.url
        options = with_changes(limits=LIMITS)
        async with AsyncManagementClient(
            USER, PASSWORD, base_url=base_url, options=options
        ) as client:
            await client.tags.get_tag(5)
            limiter = client._pipeline._limiter
            assert limiter is not None
            used = {use.template: use.windows[-1].used for use in limiter.snapshot()}
    assert used == {"/v1/tags/{tagId}": 1, template: 1}


async def test_a_redirect_waits_for_its_turn_at_the_endpoint_it_leads_to() -> None:
    organizations = answer(200, [])
    steps = (organizations, away("/v1/organizations"))
    options = with_changes(limits=((1, 3600.0),))
    async with FaultServer(*steps) as server, quick_client(server, options) as client:
        await client.organizations.get_organizations()
        call = asyncio.ensure_future(client.products.get_products())
        limiter = client._pipeline._limiter
        assert limiter is not None
        while not (limiter.snapshot()[0].waiting or call.done()):  # noqa: ASYNC110
            await asyncio.sleep(0)
        await client.close()
        with pytest.raises(ClientClosed):
            await call
    assert server.targets() == ["/v1/organizations", "/v1/products"]


async def test_a_redirect_keeps_within_a_base_url_with_a_path() -> None:
    async with FaultServer(away("/gate/v2/x"), answer(404)) as server:
        base_url = f"{server.url}/gate"
        async with AsyncManagementClient(USER, PASSWORD, base_url=base_url) as client:
            with pytest.raises(NotFoundError):
                await client.tags.get_tag(5)
    assert server.targets() == ["/gate/v1/tags/5", "/gate/v2/x"]


async def test_a_redirect_from_https_to_http_is_refused(tmp_path: Path) -> None:
    options = with_changes(ssl=trusting_context())
    served = FaultServer(tls=server_context(tmp_path))
    async with served as server, quick_client(server, options) as client:
        server.steps = [away(f"{server.url}/v2/x"), GOOD]
        await client.tags.get_tag(5)
        server.steps = [away(f"http://127.0.0.1:{server.port}/v2/x")]
        with pytest.raises(RedirectError):
            await client.tags.get_tag(5)
    assert server.targets() == ["/v1/tags/5", "/v2/x", "/v1/tags/5"]


def test_a_port_that_is_the_default_is_the_same_origin() -> None:
    request = build(OPERATIONS["get-tag"], {"tag_id": 5})
    redirects = Redirects("https://api.configcat.com", template_of)
    for location in ("https://API.configcat.com:443/x", "https://api.configcat.com/x"):
        onward = redirects.follow(request, Answer(308, {"Location": location}, b""))
        assert onward is not None
        assert onward.redirected_to == "https://api.configcat.com/x"
    for location in ("https://api.configcat.com:80/x", "https://api.configcat.com./x"):
        answered = Answer(308, {"Location": location}, b"")
        assert redirects.follow(request, answered) is None


async def test_an_sdk_key_travels_within_the_origin_only() -> None:
    async with FaultServer(answer(200, {})) as other:
        for location, sends in (("/v2/x", 2), (f"{other.url}/v1/x", 1)):
            steps = (away(location, 307), answer(404))
            async with FaultServer(*steps) as server, quick_client(server) as client:
                with pytest.raises((RedirectError, NotFoundError)):
                    await client.setting_values.get_setting_value_by_sdkkey(
                        "flag",
                        sdk_key="some-key",
                    )
            keys = [seen.headers["x-configcat-sdkkey"] for seen in server.seen]
            assert keys == ["some-key"] * sends
    assert other.connections == 0


@pytest.mark.parametrize("status", FOLLOWED)
def test_the_blocking_client_follows_the_audit_logs_to_their_pages(
    status: int,
) -> None:
    moved = f"/v2/products/{UUID_TEXT}/auditlogs?pageNumber=1"
    page = answer(200, PAGE.read_bytes())
    with (
        in_thread(*(away(moved, status), page) * 2) as server,
        ManagementClient(USER, PASSWORD, base_url=server.url) as client,
    ):
        (entry,) = client.audit_logs.get_auditlogs(UUID_TEXT)
        assert entry.audit_log_id == 1
        path = f"/v1/organizations/{UUID_TEXT}/auditlogs"
        assert client.request("GET", path).text == PAGE.read_text()
    assert server.targets()[1::2] == [moved, moved]
