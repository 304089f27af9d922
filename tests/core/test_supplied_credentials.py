"""Tests of credentials that a callable supplies, and that change while calls run."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import cast

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    AuthenticationError,
    ConfigurationError,
    Credentials,
    CredentialsSource,
    ManagementClient,
    RequestTimeoutError,
)
from configcat_mgmt.emulator import Emulator
from tests.fault_server import FaultServer, Line, Step, answer, held
from tests.quick_client import CALLS, GOOD, QUICK, TAG, with_changes

USER = "rotating-user"


class Vault:
    """Holds the password in force, and counts how often it is asked for."""

    def __init__(self) -> None:
        self.password = "first-password"
        self.asked = 0

    async def source(self) -> tuple[str, str]:
        self.asked += 1
        return USER, self.password

    @property
    def header(self) -> str:
        return Credentials(USER, self.password).header().reveal()


def accepts(header: Callable[[], str]) -> Step:
    """Return a step that answers 401 to every other header."""

    async def act(line: Line) -> None:
        assert line.request is not None
        is_right = line.request.headers["authorization"] == header()
        await answer(*((200, TAG) if is_right else (401, b"unknown"))).act(line)

    return Step(act)


def client_of(
    server: FaultServer, source: CredentialsSource, **options: object
) -> AsyncManagementClient:
    return AsyncManagementClient(
        credentials=Credentials.from_callable(source),
        base_url=server.url,
        options=with_changes(**options) if options else QUICK,
    )


async def test_the_callable_is_asked_once_until_the_service_answers_401() -> None:
    vault = Vault()
    async with (
        FaultServer(accepts(lambda: vault.header)) as server,
        client_of(server, vault.source) as client,
    ):
        assert vault.asked == 0
        await asyncio.gather(*(client.tags.get_tag(5) for _ in range(5)))
        assert vault.asked == 1
        vault.password = "second-password"
        await asyncio.gather(*(client.tags.get_tag(5) for _ in range(5)))
        assert vault.asked == 2
        assert len(server.seen) == 15


async def test_a_late_401_takes_the_credentials_that_another_call_has_renewed() -> None:
    vault, gate = Vault(), asyncio.Event()
    steps = [held(gate, answer(401)), answer(401), answer(200, TAG)]
    async with (
        FaultServer(*steps) as server,
        client_of(server, vault.source) as client,
    ):
        late = asyncio.create_task(client.tags.get_tag(5))
        await server.requests(1)
        vault.password = "second-password"
        await client.tags.get_tag(5)
        gate.set()
        await late
        assert vault.asked == 2
        headers = [one.headers["authorization"] for one in server.seen]
        assert headers[2:] == [vault.header] * 2


@pytest.mark.parametrize("name", CALLS)
async def test_every_kind_of_call_is_sent_again_after_a_401(name: str) -> None:
    vault = Vault()
    seen: list[str] = []

    async def act(line: Line) -> None:
        assert line.request is not None
        seen.append(line.request.headers["authorization"])
        await (answer(401) if len(seen) == 1 else GOOD[name]).act(line)
        vault.password = "second-password"

    async with (
        FaultServer(Step(act)) as server,
        client_of(server, vault.source) as client,
    ):
        await CALLS[name](client)
    assert len(set(seen)) == len(seen) == 2


async def test_a_401_with_unchanged_credentials_is_an_error() -> None:
    vault = Vault()
    async with (
        FaultServer(answer(401)) as server,
        client_of(server, vault.source) as client,
    ):
        with pytest.raises(AuthenticationError):
            await client.tags.get_tag(5)
        assert (vault.asked, len(server.seen)) == (2, 1)


async def test_a_call_is_repeated_once_though_the_credentials_change_each_time() -> (
    None
):
    count = 0

    def source() -> tuple[str, str]:
        nonlocal count
        count += 1
        assert count < 5, "asked without end"
        return USER, f"password-{count}"

    async with FaultServer(answer(401)) as server, client_of(server, source) as client:
        with pytest.raises(AuthenticationError):
            await client.tags.get_tag(5)
        assert (count, len(server.seen)) == (2, 2)


async def test_a_plain_function_runs_in_a_thread_and_may_return_credentials() -> None:
    threads: list[threading.Thread] = []

    def source() -> Credentials:
        threads.append(threading.current_thread())
        return Credentials(USER, "password")

    def awaitable() -> Awaitable[Credentials]:
        return asyncio.sleep(0, Credentials(USER, "password"))

    async with FaultServer(answer(200, TAG)) as server:
        for each in (source, awaitable):
            async with client_of(server, each) as client:
                await client.tags.get_tag(5)
        expected = Credentials(USER, "password").header().reveal()
        assert {one.headers["authorization"] for one in server.seen} == {expected}
    assert threads != [threading.current_thread()]


def test_the_blocking_client_takes_them_too() -> None:
    credentials = Credentials.from_callable(lambda: ("user", "s3cret"))
    with (
        Emulator(username="user", password="s3cret") as emulator,
        ManagementClient(credentials=credentials, base_url=emulator.base_url) as client,
    ):
        assert client.me.get_me().email == "admin@example.com"


@pytest.mark.parametrize("result", ["text", None, ("user",), ("u", 5), ("u", "p\n")])
async def test_an_unusable_result_is_an_error_that_does_not_show_it(
    result: object,
) -> None:
    async with (
        FaultServer(answer(200, TAG)) as server,
        client_of(server, lambda: cast("tuple[str, str]", result)) as client,
    ):
        with pytest.raises(ConfigurationError) as caught:
            await client.tags.get_tag(5)
        assert not server.seen
    assert "p\n" not in str(caught.value)
    if isinstance(result, str):
        assert result not in str(caught.value)


async def test_a_failing_callable_fails_only_the_calls_that_needed_it() -> None:
    vault = Vault()
    troubles = [OSError("the vault is sealed")]

    async def source() -> tuple[str, str]:
        if troubles:
            raise troubles.pop()
        return await vault.source()

    async with (
        FaultServer(answer(200, TAG)) as server,
        client_of(server, source) as client,
    ):
        with pytest.raises(ConfigurationError, match="raised OSError") as caught:
            await client.tags.get_tag(5)
        assert isinstance(caught.value.__cause__, OSError)
        await client.tags.get_tag(5)


async def test_a_callable_that_runs_out_of_values_is_an_error() -> None:
    nothing: Iterator[tuple[str, str]] = iter(())
    async with (
        FaultServer(answer(200, TAG)) as server,
        client_of(server, lambda: next(nothing)) as client,
    ):
        with pytest.raises(ConfigurationError, match="the callable"):
            await client.tags.get_tag(5)


async def test_a_callable_that_takes_too_long_ends_in_a_timeout() -> None:
    forever = asyncio.Event()

    async def source() -> tuple[str, str]:
        await forever.wait()
        return USER, "password"

    async with (
        FaultServer(answer(200, TAG)) as server,
        client_of(server, source, timeout_seconds=0.01, max_attempts=1) as client,
    ):
        with pytest.raises(RequestTimeoutError):
            await client.tags.get_tag(5)
        forever.set()
        assert not server.seen


async def test_a_canceled_call_does_not_cancel_the_callable_for_the_others() -> None:
    asked, gate = asyncio.Event(), asyncio.Event()

    async def source() -> tuple[str, str]:
        asked.set()
        await gate.wait()
        return USER, "password"

    async with (
        FaultServer(answer(200, TAG)) as server,
        client_of(server, source) as client,
    ):
        first = asyncio.create_task(client.tags.get_tag(5))
        await asked.wait()
        second = asyncio.create_task(client.tags.get_tag(5))
        first.cancel()
        gate.set()
        assert (await second).name == "blue"
        assert first.cancelled()


def test_they_equal_only_themselves_and_show_nothing() -> None:
    source = Vault().source
    one, other = (Credentials.from_callable(source) for _ in range(2))
    assert one == one  # noqa: PLR0124
    assert one != other
    assert one.digest() == one.digest() != other.digest()
    assert repr(one) == "Credentials(***)"
    with pytest.raises(ConfigurationError, match="takes a function, not tuple"):
        Credentials.from_callable(cast("CredentialsSource", ("user", "s3cret")))
