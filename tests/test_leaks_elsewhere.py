"""Tests that credentials show nowhere when clients are made, canceled and closed."""

import asyncio
import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ConfigurationError,
    Credentials,
    ManagementClient,
    Options,
    RequestTimeoutError,
    WrongLoopError,
)
from configcat_mgmt.core.base_url import resolve_base_url
from tests import quick_client as quick
from tests.canary import CANARY, leaks, recorded, talkative
from tests.fault_server import FaultServer, answer, in_thread, silence
from tests.phases import AFTER, BEFORE, Phase, reading
from tests.test_leaks import patch_by_key, raw_by_key, request_by_key

Make = Callable[..., Any]
"""The class of either client."""

CONSTRUCTIONS: dict[str, Callable[[Make], object]] = {
    "password with a newline": lambda make: make(CANARY.user, CANARY.password + "\n"),
    "user with a newline": lambda make: make(CANARY.user + "\r", CANARY.password),
    "password with NUL": lambda make: make(CANARY.user, CANARY.password + "\0"),
    "half a surrogate": lambda make: make(CANARY.user, CANARY.password + "\ud800"),
    "user with a colon": lambda make: make(CANARY.user + ":", CANARY.password),
    "password of bytes": lambda make: make(CANARY.user, CANARY.password.encode()),
    "user of bytes": lambda make: make(CANARY.user.encode(), CANARY.password),
    "password in a list": lambda make: make(CANARY.user, [CANARY.password]),
    "no password": lambda make: make(CANARY.user),
    "no user": lambda make: make(password=CANARY.password),
    "empty password": lambda make: make(CANARY.user, ""),
    "empty user": lambda make: make("", CANARY.password),
    "both ways": lambda make: make(
        CANARY.user,
        credentials=Credentials(CANARY.user, CANARY.password),
    ),
    "a pair for credentials": lambda make: make(
        credentials=(CANARY.user, CANARY.password),
    ),
    "relative URL": lambda make: make(CANARY.user, CANARY.password, base_url="x"),
    "plain http": lambda make: make(
        CANARY.user,
        CANARY.password,
        base_url="http://x.example",
    ),
    "credentials in the URL": lambda make: make(
        base_url=f"https://{CANARY.user}:{CANARY.password}@x.example",
        credentials=Credentials(CANARY.user, CANARY.password),
    ),
    "credentials in a broken URL": lambda make: make(
        CANARY.user,
        CANARY.password,
        base_url=f"https://{CANARY.user}:{CANARY.password}@[x.example",
    ),
    "bad user agent": lambda make: make(
        CANARY.user,
        CANARY.password,
        options=Options(user_agent="\n"),
    ),
}
ALONE: dict[str, Callable[[], object]] = {
    "from the environment": lambda: Credentials.from_environment(
        {"CONFIGCAT_API_USER": CANARY.user},
    ),
    "half from the environment": lambda: Credentials.resolve(
        None,
        None,
        {"CONFIGCAT_API_PASS": CANARY.password},
    ),
    "broken environment": lambda: Credentials.from_environment(
        {
            "CONFIGCAT_API_USER": CANARY.user,
            "CONFIGCAT_API_PASS": CANARY.password + "\n",
        },
    ),
    "URL from the environment": lambda: resolve_base_url(
        None,
        environ={"CONFIGCAT_BASE_URL": f"http://{CANARY.user}:{CANARY.password}@x"},
    ),
    "URL": lambda: resolve_base_url(f"http://{CANARY.user}:{CANARY.password}@x"),
    "pickled": lambda: pickle.dumps(Credentials(CANARY.user, CANARY.password)),
    "copied": lambda: copy.copy(Credentials(CANARY.user, CANARY.password)),
    "mutilated": lambda: setattr(Credentials(CANARY.user, CANARY.password), "x", 1),
    "misused": lambda: Credentials(CANARY.user, CANARY.password) + 1,  # type: ignore[operator]
}


@pytest.mark.parametrize("make", [AsyncManagementClient, ManagementClient])
@pytest.mark.parametrize("way", CONSTRUCTIONS)
def test_no_failed_construction_shows_credentials(way: str, make: Make) -> None:
    with recorded() as records, pytest.raises(ConfigurationError) as caught:
        CONSTRUCTIONS[way](make)
    assert leaks(caught.value, records.texts) == []


@pytest.mark.parametrize("make", [AsyncManagementClient, ManagementClient])
@pytest.mark.parametrize("name", ["CONFIGCAT_API_USER", "CONFIGCAT_BASE_URL"])
def test_no_unusable_environment_shows_credentials(
    name: str,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONFIGCAT_API_USER", CANARY.user)
    monkeypatch.setenv("CONFIGCAT_API_PASS", CANARY.password)
    monkeypatch.setenv(name, f"ftp://{CANARY.user}:{CANARY.password}@x")
    with pytest.raises(ConfigurationError) as caught:
        make()
    assert leaks(caught.value) == []


@pytest.mark.parametrize("way", ALONE)
def test_no_misuse_of_credentials_shows_them(way: str) -> None:
    with pytest.raises((ConfigurationError, TypeError, AttributeError)) as caught:
        ALONE[way]()
    assert leaks(caught.value) == []


@pytest.fixture
def canary_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the clients of the other tests use credentials that must not show."""
    monkeypatch.setattr(quick, "USER", CANARY.user)
    monkeypatch.setattr(quick, "PASSWORD", CANARY.password)
    monkeypatch.setitem(quick.CALLS, "read", raw_by_key)  # type: ignore[arg-type]
    monkeypatch.setitem(quick.CALLS, "create", request_by_key)  # type: ignore[arg-type]


@pytest.mark.usefixtures("canary_calls")
@pytest.mark.parametrize("kind", ["read", "create"])
@pytest.mark.parametrize("phase", [*BEFORE, *AFTER, reading])
async def test_no_canceled_call_shows_credentials(phase: Phase, kind: str) -> None:
    talkative(asyncio.get_running_loop())
    with recorded() as records:
        async with phase(kind) as state:
            state.task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await state.task
            await state.client.close()
            await state.nothing_left()
    assert leaks(caught.value, records.texts) == []


@pytest.mark.usefixtures("canary_calls")
@pytest.mark.parametrize("kind", ["read", "create"])
@pytest.mark.parametrize("phase", [*BEFORE, *AFTER, reading])
async def test_no_call_of_a_closed_client_shows_credentials(
    phase: Phase,
    kind: str,
) -> None:
    talkative(asyncio.get_running_loop())
    with recorded() as records:
        async with phase(kind) as state:
            await state.client.close()
            error = await state.end()
            await state.nothing_left()
    assert leaks(error, records.texts) == []


async def test_no_call_that_is_too_late_shows_credentials() -> None:
    options = quick.with_changes(limits=((1, 3600.0),), deadline_seconds=0.05)
    with recorded() as records:
        async with FaultServer(silence()) as server:
            client = AsyncManagementClient(
                CANARY.user,
                CANARY.password,
                base_url=server.url,
                options=options,
            )
            errors = []
            for _ in range(2):
                with pytest.raises(RequestTimeoutError) as caught:
                    await raw_by_key(client)  # type: ignore[misc]
                errors.append(caught.value)
            await client.close()
    assert [leaks(error, records.texts) for error in errors] == [[], []]


def test_no_use_on_the_wrong_loop_shows_credentials() -> None:
    with in_thread(answer(204, "", {"Connection": "close"}, close=True)) as server:
        client = AsyncManagementClient(
            CANARY.user,
            CANARY.password,
            base_url=server.url,
        )
        asyncio.run(patch_by_key(client))  # type: ignore[arg-type]
        with pytest.raises(WrongLoopError) as caught:
            asyncio.run(patch_by_key(client))  # type: ignore[arg-type]
        asyncio.run(client.close())
    assert leaks(caught.value) == []


def test_the_search_finds_credentials_that_show() -> None:
    def fail(secret: str) -> None:
        raise ValueError(len(secret))

    with pytest.raises(ValueError, match="19") as caught:
        fail(CANARY.password)
    assert any(found.startswith("password: ") for found in leaks(caught.value))
    header = Credentials(CANARY.user, CANARY.password).header().reveal()
    assert leaks(None, [header])[0].startswith("header: Basic")
    assert leaks(ValueError(CANARY.key))
    chained = KeyError()
    chained.__context__ = ValueError(CANARY.user)
    assert leaks(chained)
