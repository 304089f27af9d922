"""The settings of a shared pace, and how clients find and use them."""

import asyncio
import pickle
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ConfigCatManagementError,
    ConfigurationError,
    ManagementClient,
    Options,
    RedisPace,
)
from configcat_mgmt.core.auth import Credentials
from configcat_mgmt.core.pacing.fleet import store
from configcat_mgmt.core.pacing.fleet import token as token_module
from configcat_mgmt.core.pacing.fleet import worker as worker_module
from configcat_mgmt.core.pacing.fleet.worker import Timing, Worker
from configcat_mgmt.core.pipeline import Pipeline
from tests.canary import CANARY, leaks, recorded
from tests.core.pacing.fleet.members import Fleet
from tests.fault_server import FaultServer, answer, in_thread
from tests.quick_client import TAG
from tests.redis_server import RedisServer

SECRET_URL = "redis://user:hush@cache.internal:6380/1"
VARIABLE = "CONFIGCAT_PACE_URL"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a client begin at once on the empty server of the test."""
    start = Worker.__init__

    def quick(self: Worker, *arguments: Any) -> None:  # noqa: ANN401
        start(self, *arguments[:-1], Timing(quiet=0.0))
        started.append(self)

    started: list[Worker] = []
    monkeypatch.setattr(Worker, "__init__", quick)
    yield
    for worker in started:
        worker.stop()


def test_a_url_alone_is_a_pace() -> None:
    for url in ("redis://h", "rediss://h:1/0", "unix:///run/redis.sock?db=2"):
        assert Options(pace=url).pace == RedisPace(url)
    assert Options().pace is None
    pace = RedisPace("redis://h", on_outage="share", share=0.25, prefix="team-a")
    assert Options(pace=pace).pace is pace
    assert pace != RedisPace("redis://h")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "must begin with redis://"),
        ("http://hush.example", "must begin with redis://"),
        ("cache:6379", "must begin with redis://"),
        ("redis://", "names no host"),
        ("redis://h:0", "invalid address or port"),
        ("redis://h:99999", "invalid address or port"),
        ("redis://[hush", "invalid address or port"),
        ("unix://", "names no socket"),
        ("redis://h\nhush", "control character"),
    ],
)
def test_a_url_that_names_no_server_is_refused(url: str, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=expected) as caught:
        RedisPace(url)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"on_outage": "stop"}, "must be 'wait' or 'share'"),
        ({"share": 0.5}, "goes with on_outage='share' only"),
        ({"on_outage": "share"}, "above 0 up to 1"),
        ({"on_outage": "share", "share": 0}, "above 0 up to 1"),
        ({"on_outage": "share", "share": 1.5}, "above 0 up to 1"),
        ({"on_outage": "share", "share": True}, "above 0 up to 1"),
        ({"on_outage": "share", "share": "all"}, "above 0 up to 1"),
        ({"prefix": ""}, "1 to 64 characters"),
        ({"prefix": "a{b}"}, "1 to 64 characters"),
        ({"prefix": "a b"}, "1 to 64 characters"),
        ({"prefix": "a" * 65}, "1 to 64 characters"),
        ({"prefix": 5}, "1 to 64 characters"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    settings: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ConfigurationError, match=expected):
        RedisPace("redis://h", **settings)


@pytest.mark.parametrize("pace", [5, True, b"redis://h", object()])
def test_a_pace_of_another_type_is_refused(pace: object) -> None:
    with pytest.raises(ConfigurationError, match="must be a URL such as redis://"):
        Options(pace=pace)  # type: ignore[arg-type]
    if not isinstance(pace, bytes):
        with pytest.raises(ConfigurationError, match="must be text"):
            RedisPace(pace)  # type: ignore[arg-type]


def test_the_password_of_redis_is_never_shown() -> None:
    pace = RedisPace(SECRET_URL)
    options = Options(pace=pace)
    for shown in (repr(pace), str(pace), repr(options)):
        assert "hush" not in shown
        assert "user" not in shown.replace("user_agent", "")
    assert pace.address == "cache.internal:6380"
    assert RedisPace("unix://user:hush@/run/redis.sock").address == "/run/redis.sock"
    for value in (pace, options):
        with pytest.raises(TypeError, match=f"is not pickled; set {VARIABLE}"):
            pickle.dumps(value)
    plain = Options(pace=RedisPace("redis://h", on_outage="share", share=0.5))
    assert pickle.loads(pickle.dumps(plain)) == plain  # noqa: S301


async def test_the_environment_names_the_pace_of_every_client(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, redis.url)
    async with (
        FaultServer(answer(200, TAG)) as server,
        AsyncManagementClient("user", "password", base_url=server.url) as client,
    ):
        await client.tags.get_tag(5)
        assert client.options.pace == RedisPace(redis.url)
        digest = Credentials("user", "password").public_digest(client.base_url)
        with Fleet(redis.url).client() as inside:
            assert inside.exists(f"configcat-mgmt:{{{digest}}}:GET /v1/tags/{{tagId}}")
        own = Options(pace=RedisPace(redis.url, prefix="own"))
        other = AsyncManagementClient("u", "p", base_url=server.url, options=own)
        assert other.options.pace == own.pace
        free = AsyncManagementClient("u", "p", options=Options(limits=None))
        assert free.options.pace is None


def test_a_blocking_client_shares_the_pace_too(redis: RedisServer) -> None:
    options = Options(pace=redis.url)
    with (
        in_thread(answer(200, TAG)) as server,
        ManagementClient("u", "p", base_url=server.url, options=options) as client,
    ):
        assert client.tags.get_tag(5).tag_id == 5
        digest = Credentials("u", "p").public_digest(client.base_url)
        with Fleet(redis.url).client() as inside:
            assert inside.exists(f"configcat-mgmt:{{{digest}}}")


def test_a_wrong_url_in_the_environment_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"http://{CANARY.user}:{CANARY.password}@cache.internal"
    monkeypatch.setenv(VARIABLE, url)
    del url
    with pytest.raises(ConfigurationError) as caught:
        AsyncManagementClient("user", "password")
    assert leaks(caught.value) == []


@pytest.mark.parametrize("reason", ["nobody there", "wrong password", "bad setting"])
async def test_no_failing_server_shows_its_password(
    redis: RedisServer, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "127.0.0.1:1" if reason == "nobody there" else redis.address
    query = "?db=none" if reason == "bad setting" else ""
    login = f"{CANARY.user}:{CANARY.password}"
    monkeypatch.setenv(VARIABLE, f"redis://{login}@{address}/0{query}")
    del login
    with recorded() as records:
        async with AsyncManagementClient("user", "password") as client:
            with pytest.raises(ConfigCatManagementError) as caught:
                await client.tags.get_tag(5)
    assert address in str(caught.value)
    assert leaks(caught.value, records.texts) == []


def test_without_redis_py_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "redis.backoff", None)
    store.load_redis.cache_clear()
    with pytest.raises(ConfigurationError, match=r"pip install 'configcat-mgmt\[redis"):
        AsyncManagementClient("u", "p", options=Options(pace="redis://h"))
    AsyncManagementClient("u", "p", options=Options())


async def test_a_call_whose_turn_is_over_is_not_sent_and_gets_another_turn(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = Options(pace=redis.url)
    clock = token_module.awake_or_not
    checked: list[int] = []

    async def suspend() -> None:
        checked.append(len(server.seen))
        for module in (token_module, worker_module):
            monkeypatch.setattr(module, "awake_or_not", lambda: clock() + 9)

    async with (
        FaultServer(answer(200, TAG)) as server,
        AsyncManagementClient(
            "late", "p", base_url=server.url, options=options
        ) as client,
    ):
        client._pipeline = client._caller = Pipeline(
            client._pipeline.core, options, suspend
        )
        await client.tags.get_tag(5)
        assert (len(checked), len(server.seen)) == (2, 1)


async def test_calls_that_wait_end_with_the_client(redis: RedisServer) -> None:
    options = Options(pace=redis.url, limits=((1, 60),))
    async with FaultServer(answer(200, TAG)) as server:
        client = AsyncManagementClient(
            "closing", "p", base_url=server.url, options=options
        )
        await client.tags.get_tag(5)
        waiting = asyncio.ensure_future(client.tags.get_tag(5))
        await asyncio.sleep(0)
        await client.close()
        with pytest.raises(ConfigCatManagementError, match="the client is closed"):
            await waiting
