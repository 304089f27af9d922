"""Starting and stopping, on a loop and on a thread."""

import asyncio
import socket
import threading
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from configcat_mgmt import AsyncManagementClient, ConfigurationError
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.emulator.server.server import base_url
from tests.emulator.raw import authorization, connect, head
from tests.emulator.shop import open_shop
from tests.emulator.wire import Wire
from tests.other_threads import PATIENCE_SECONDS


def get_me(emulator: Emulator) -> int:
    request = urllib.request.Request(  # noqa: S310 - the address is our own
        emulator.base_url + "/v1/me",
        headers={"Authorization": authorization(emulator)},
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        status: int = response.status
        return status


def is_listening(address: str) -> bool:
    parts = urlsplit(address)
    with socket.socket() as probe:
        return probe.connect_ex((parts.hostname or "", parts.port or 0)) == 0


def test_a_plain_program_gets_an_emulator_on_a_thread() -> None:
    before = threading.active_count()
    with Emulator() as emulator:
        assert get_me(emulator) == 200
        address = emulator.base_url
        assert urlsplit(address).hostname == "127.0.0.1"
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    assert not is_listening(address)


async def test_a_program_with_a_loop_gets_no_thread(
    session: aiohttp.ClientSession,
) -> None:
    threads, tasks = threading.active_count(), len(asyncio.all_tasks())
    async with Emulator() as emulator:
        await Wire(emulator, session).ok("get-me")
        address = emulator.base_url
        assert threading.active_count() == threads
    assert not is_listening(address)
    assert len(asyncio.all_tasks()) == tasks


def test_the_address_is_known_only_while_it_runs() -> None:
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.base_url
    with emulator, pytest.raises(RuntimeError, match="already running"):
        emulator.__enter__()
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.base_url


async def test_it_can_be_started_again_with_its_state(
    session: aiohttp.ClientSession,
) -> None:
    emulator = Emulator()
    wire = Wire(emulator, session)
    async with emulator:
        (organization,) = await wire.ok("get-organizations")
        path = {"organizationId": organization["organizationId"]}
        await wire.ok("create-product", {"name": "kept"}, **path)
    async with emulator:
        assert [one["name"] for one in await wire.ok("get-products")] == ["kept"]


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing() -> None:
    threads = threading.active_count()
    with Emulator() as emulator:
        port = urlsplit(emulator.base_url).port or 0
        second = Emulator(port=port)
        with pytest.raises(OSError, match=str(port)):
            second.__enter__()
        assert threading.active_count() == threads + 1
        assert get_me(emulator) == 200
    with second:
        assert get_me(second) == 200


@pytest.mark.parametrize("port", [-1, 65_536, 1.5, "8080", True, None])
def test_a_port_that_cannot_be_is_refused(port: object) -> None:
    with pytest.raises(ConfigurationError, match="whole number from 0 to 65535"):
        Emulator(port=port)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate_policy": 5}, "rate_policy must be a RatePolicy or None"),
        ({"limits": 5}, "limits must be a PlanLimits or None"),
        ({"seed": "x"}, f"seed must be a whole number from 0 to {2**63 - 1}"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 2**63}, "seed must be a whole number"),
        ({"request_log": -1}, "request_log must be a whole number of at least 0"),
        ({"old_audit_logs": "x"}, "must be one of '302', '307', 'paged', 'list'"),
        ({"old_audit_logs": []}, "old_audit_logs must be one of"),
        ({"host_names": "x"}, "host_names must be a list, tuple or set of str"),
        ({"host_names": [5]}, "host_names must be a list"),
        ({"host_names": None}, "host_names must be a list"),
    ],
)
def test_an_argument_that_cannot_be_is_refused_with_what_is_allowed(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Emulator(**arguments)


def test_a_state_is_kept_in_a_file_with_a_name() -> None:
    with pytest.raises(ConfigurationError, match="names no file"):
        Emulator().attach(".")


@pytest.mark.parametrize("days", ["x", 1.5, True, -1])
def test_an_age_is_a_whole_number_of_days(days: Any) -> None:  # noqa: ANN401
    emulator = Emulator()
    (product,) = emulator.seed(flags=1)
    with pytest.raises(ConfigurationError, match="days must be a whole number"):
        emulator.age_product(product, days=days)


def test_no_error_of_the_start_leaves_the_caller_waiting() -> None:
    threads = threading.active_count()
    with pytest.raises(ValueError, match="null"):
        Emulator(host="\0").__enter__()
    assert threading.active_count() == threads


async def test_two_emulators_share_nothing(session: aiohttp.ClientSession) -> None:
    async with Emulator() as first, Emulator(seed=1) as second:
        here, there = Wire(first, session), Wire(second, session)
        (organization,) = await here.ok("get-organizations")
        (other,) = await there.ok("get-organizations")
        assert organization["organizationId"] != other["organizationId"]
        path = {"organizationId": organization["organizationId"]}
        await here.ok("create-product", {"name": "here"}, **path)
        assert await there.ok("get-products") == []
        assert await there.status("create-product", {"name": "x"}, **path) == 404
        first.faults.add(Fault("status", count=None))
        assert await here.status("get-me") == 503
        assert await there.status("get-me") == 200
        assert second.counts.calls["create-product"] == 1


async def test_the_same_seed_gives_the_same_ids(
    session: aiohttp.ClientSession,
) -> None:
    found: list[object] = []
    for _ in range(2):
        async with Emulator(seed=7) as emulator:
            wire = Wire(emulator, session)
            (organization,) = await wire.ok("get-organizations")
            path = {"organizationId": organization["organizationId"]}
            found.append(await wire.ok("create-product", {"name": "p"}, **path))
    assert found[0] == found[1]


async def test_starting_and_stopping_often_leaves_nothing() -> None:
    threads, tasks = threading.active_count(), len(asyncio.all_tasks())
    emulator = Emulator()
    for _ in range(50):
        async with emulator:
            pass
    loop = asyncio.get_running_loop()
    for _ in range(10):
        await loop.run_in_executor(None, emulator.__enter__)
        await loop.run_in_executor(None, emulator.__exit__, None, None, None)
    await loop.shutdown_default_executor()
    assert threading.active_count() == threads
    assert len(asyncio.all_tasks()) == tasks


async def test_stopping_cuts_what_is_under_way(
    caplog: pytest.LogCaptureFixture,
) -> None:
    emulator = Emulator()
    await emulator.start()
    emulator.faults.add(Fault("latency", seconds=3600))
    async with (
        connect(emulator) as (slow_reader, slow),
        connect(emulator) as (idle_reader, _),
        connect(emulator) as (half_reader, half),
        aiohttp.ClientSession() as session,
    ):
        slow.write(head(emulator, "GET /v1/me"))
        half.write(head(emulator, "GET /v1/me")[:20])
        # The slow call is being served once the next one has been.
        await Wire(emulator, session).ok("get-products")
        await emulator.stop()
        for reader in (slow_reader, idle_reader, half_reader):
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await reader.readexactly(1)
    assert caplog.records == []
    await emulator.stop()


async def test_stopping_does_not_wait_for_a_client_that_does_not_read(
    session: aiohttp.ClientSession,
) -> None:
    emulator = Emulator(rate_policy=None)
    await emulator.start()
    shop = await open_shop(Wire(emulator, session))
    body = {
        "name": "large",
        "comparisonAttribute": "Email",
        "comparator": "isOneOf",
        "comparisonValue": "x" * 65_535,
    }
    made = await shop.wire.ok("create-segment", body, productId=shop.product)
    line = f"GET /v1/segments/{made['segmentId']}"
    async with connect(emulator) as (_, writer):
        writer.transport.pause_reading()
        writer.write(head(emulator, line, {"Connection": None}) * 500)
        # More than any socket holds is on its way once the count stands still.
        served = -1
        while served != emulator.counts.calls["get-segment"]:
            served = emulator.counts.calls["get-segment"]
            for _ in range(10):
                await shop.wire.ok("get-me")
        assert served < 500
        await emulator.stop()


@pytest.mark.parametrize("turns", range(6))
async def test_stopping_cuts_a_connection_that_was_just_accepted(turns: int) -> None:
    emulator = Emulator()
    await emulator.start()
    address = urlsplit(emulator.base_url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.setblocking(False)
        for _ in range(turns):
            await asyncio.sleep(0)
        await emulator.stop()
        loop = asyncio.get_running_loop()
        reading = loop.sock_recv(connection, 1)
        try:
            received = await asyncio.wait_for(reading, PATIENCE_SECONDS)
        except ConnectionResetError:
            received = b""
        assert received == b""


async def test_only_an_address_that_others_can_reach_is_warned_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for host in ("127.0.0.1", "localhost"):
        async with Emulator(host=host):
            assert caplog.records == []
    async with Emulator(host="0.0.0.0"):  # noqa: S104 - that is what it warns of
        assert "other machines" in caplog.text


@pytest.mark.parametrize("host", ["", "0.0.0.0"])  # noqa: S104 - as asked for
async def test_an_emulator_on_all_addresses_is_reached_on_the_loopback(
    host: str,
) -> None:
    async with (
        Emulator(host=host) as emulator,
        AsyncManagementClient(
            emulator.username, emulator.password, base_url=emulator.base_url
        ) as client,
    ):
        assert (await client.me.get_me()).email
    assert base_url("::", 8080) == "http://[::1]:8080"


def ids_of(emulator: Emulator) -> set[object]:
    emulator.seed(flags=10)
    state = emulator.state
    tables = (
        state.users,
        state.organizations,
        state.products,
        state.configs,
        state.environments,
        state.settings,
        state.tags,
        state.segments,
        state.permission_groups,
        state.webhooks,
        state.integrations,
        state.sdk_key_owners,
    )
    ids = {one for table in tables for one in table}
    secrets = {one.signing_key1 for one in state.webhooks.values()}
    return {*ids, *secrets, emulator.password}


def test_two_emulators_have_no_id_key_or_password_in_common_by_default() -> None:
    first, second = ids_of(Emulator()), ids_of(Emulator())
    assert len(first) == len(second) > 50
    assert first.isdisjoint(second)


def test_the_same_seed_gives_the_same_ids_keys_and_password() -> None:
    first, second, other = (ids_of(Emulator(seed=seed)) for seed in (4, 4, 5))
    assert first == second
    assert first.isdisjoint(other)


def test_numbers_of_different_kinds_are_not_mixed_up_unnoticed() -> None:
    emulator = Emulator()
    emulator.seed(flags=10)
    state = emulator.state
    assert set(state.settings).isdisjoint(state.tags)
    assert set(state.tags).isdisjoint(state.permission_groups)
    assert all(0 < one < 2**31 for one in (*state.settings, *state.webhooks))


def test_reset_keeps_the_ids_of_the_organization() -> None:
    emulator = Emulator()
    before = emulator.snapshot()
    emulator.seed(flags=1)
    emulator.reset()
    assert emulator.snapshot() == before
