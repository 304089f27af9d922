"""A product is read with as many calls as promised, and the right product."""

import asyncio
from pathlib import Path
from uuid import UUID

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    JobError,
    NotFoundError,
)
from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.plan import NewProduct
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.model.snapshot_file import load_snapshot, save_snapshot
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from configcat_mgmt.jobs.snapshotting.calls import IN_FLIGHT, ReadingCalls
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.task_group import task_group
from tests.jobs.looking import rename_freely
from tests.jobs.world import (
    World,
    build_wide,
    empty_world,
)

FIXED_CALLS = 11


@pytest.fixture
async def snapshot(client: AsyncManagementClient, shop: World) -> Snapshot:
    return await take_snapshot(client, shop.product_id)


@pytest.mark.parametrize("by_name", [False, True])
@pytest.mark.parametrize(
    ("configs", "environments", "segments"), [(0, 0, 0), (1, 4, 0), (3, 2, 5)]
)
async def test_it_takes_exactly_the_calls_that_are_promised(
    client: AsyncManagementClient,
    emulator: Emulator,
    *,
    configs: int,
    environments: int,
    segments: int,
    by_name: bool,
) -> None:
    wide = await build_wide(client, configs=configs, environments=environments, flags=2)
    for number in range(segments):
        await wide.segment(f"Segment {number}", "Email", "contains", "x")
    emulator.counts.reset()
    await take_snapshot(client, wide.name.upper() if by_name else wide.product_id)
    product = FIXED_CALLS + segments + configs + configs * environments
    assert emulator.counts.total_calls == product


async def test_secrets_and_members_take_as_many_calls_more(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    await take_snapshot(client, shop.product_id)
    assert emulator.counts.total_calls == FIXED_CALLS + 4 + 3 + 9
    emulator.counts.reset()
    await take_snapshot(client, shop.product_id, secrets=True)
    assert emulator.counts.total_calls == FIXED_CALLS + 4 + 3 + 9 + 9
    emulator.counts.reset()
    await take_snapshot(client, shop.product_id, members=True)
    assert emulator.counts.total_calls == FIXED_CALLS + 4 + 3 + 9 + 1


async def test_an_unchanged_product_gives_the_same_snapshot_but_for_the_time(
    client: AsyncManagementClient, shop: World, snapshot: Snapshot
) -> None:
    again = await take_snapshot(client, UUID(shop.product_id))
    taken_at = snapshot.source.taken_at
    source = attrs.evolve(again.source, taken_at=taken_at)
    assert attrs.evolve(again, source=source) == snapshot


async def test_progress_is_told_up_to_the_end(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    told: list[tuple[int, int]] = []
    await take_snapshot(
        client, shop.product_id, progress=lambda done, known: told.append((done, known))
    )
    assert [done for done, _ in told] == list(range(1, 28))
    assert all(done <= known for done, known in told)
    assert [known for _, known in told] == sorted(known for _, known in told)
    assert told[-1] == (27, 27)
    assert emulator.counts.total_calls == 27


async def test_a_progress_callback_that_raises_does_no_harm(
    client: AsyncManagementClient, shop: World, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(done: int, known: int) -> None:
        raise ValueError(f"{done} of {known}")

    found = await take_snapshot(client, shop.product_id, progress=fail)
    assert found.gaps == ()
    assert "27 of 27" in caplog.text


async def test_calls_of_an_endpoint_are_bounded_and_endpoints_independent() -> None:
    under_way = {"get_tags": 0, "get_configs": 0}
    most = dict(under_way)
    free = asyncio.Event()

    async def call(name: str) -> None:
        under_way[name] += 1
        most[name] = max(most[name], under_way[name])
        await free.wait()
        under_way[name] -= 1

    async def get_tags() -> None:
        await call("get_tags")

    async def get_configs() -> None:
        await call("get_configs")

    calls = ReadingCalls()
    async with task_group() as group:
        for _ in range(3 * IN_FLIGHT):
            group.create_task(calls.call(get_tags))
        for _ in range(3):
            group.create_task(calls.call(get_configs))
        for _ in range(5):
            await asyncio.sleep(0)
        assert under_way == {"get_tags": IN_FLIGHT, "get_configs": 3}
        free.set()
    assert most == {"get_tags": IN_FLIGHT, "get_configs": 3}


# Which product is read


async def test_a_name_is_found_in_any_case_and_a_wrong_one_gets_a_hint(
    client: AsyncManagementClient, shop: World
) -> None:
    await empty_world(client, "Warehouse")
    assert (await take_snapshot(client, "WEB SHOP")).name == "Web shop"
    message = "these credentials see no product 'Web shp'; did you mean 'Web shop'?"
    with pytest.raises(ConfigurationError) as caught:
        await take_snapshot(client, "Web shp")
    assert str(caught.value) == message
    message = "'qqq'; they see 'Web shop', 'Warehouse'"
    with pytest.raises(ConfigurationError, match=message):
        await take_snapshot(client, "qqq")
    with pytest.raises(NotFoundError):
        await take_snapshot(client, UUID(int=5))
    assert shop.name == "Web shop"


async def test_a_name_in_two_organizations_needs_the_id(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    second = emulator.state.add_organization("Second", emulator.state.caller)
    other = await empty_world(
        client, "WEB shop", organization_id=second.organization_id
    )
    with pytest.raises(ConfigurationError) as caught:
        await take_snapshot(client, "web shop")
    message = str(caught.value)
    assert message.startswith("2 products are called 'web shop': ")
    assert f"{shop.product_id} in 'Example organization'" in message
    assert f"{other.product_id} in 'Second'" in message
    found = await take_snapshot(client, other.product_id)
    assert found.source.organization == "Second"


async def test_a_hint_names_products_of_one_name_once(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    second = emulator.state.add_organization("Second", emulator.state.caller)
    await empty_world(client, shop.name, organization_id=second.organization_id)
    with pytest.raises(ConfigurationError) as caught:
        await take_snapshot(client, "Web shp")
    assert str(caught.value).endswith("; did you mean 'Web shop'?")


def copied(snapshot: Snapshot) -> list[str]:
    """Return the causes of what blocks a copy of a product."""
    target = NewProduct(snapshot.source.base_url, "Example organization", "Copy")
    blockers = plan_copy(snapshot, target).blockers
    return [one.cause for one in blockers if one.code == "CC209"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("environment", "one, ONE"),
        ("tag", "ONE, one"),
        ("config", "one, ONE"),
    ],
)
async def test_names_that_differ_in_case_alone_are_read_and_block_a_plan(
    client: AsyncManagementClient,
    emulator: Emulator,
    tmp_path: Path,
    kind: str,
    names: str,
) -> None:
    world = await empty_world(client)
    for name in ("one", "another"):
        await getattr(world, kind)(name)
    rename_freely(emulator, "another", "ONE")
    snapshot = await take_snapshot(client, world.product_id)
    save_snapshot(snapshot, tmp_path / "s.json")
    assert load_snapshot(tmp_path / "s.json") == snapshot
    assert differences(snapshot, snapshot) == ()
    (cause,) = copied(snapshot)
    assert cause.endswith(f"case-sensitive: {names}.")
    first = {f"{kind}s": getattr(snapshot, f"{kind}s")[:1]}
    plan = plan_copy(attrs.evolve(snapshot, **first), snapshot)
    places = [one.where for one in plan.blockers if one.code == "CC209"]
    assert places == [f"Target, {kind}s"]


async def test_keys_that_differ_in_case_alone_are_read_and_block_a_plan(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    world = await empty_world(client)
    await world.config("Main")
    for key in ("flag", "another"):
        await world.setting("Main", key)
    rename_freely(emulator, "another", "Flag")
    snapshot = await take_snapshot(client, world.product_id)
    (cause,) = copied(snapshot)
    assert cause.endswith("case-sensitive: flag, Flag.")


async def test_a_name_that_occurs_twice_is_refused(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    world = await empty_world(client)
    for name in ("one", "another"):
        await world.config(name)
    rename_freely(emulator, "another", "one")
    with pytest.raises(JobError, match="two configs are called 'one'; rename one"):
        await take_snapshot(client, world.product_id)


# What goes wrong


def reading_tasks() -> list[str]:
    names = [str(task.get_coro()) for task in asyncio.all_tasks()]
    return [name for name in names if "Reading" in name]


@pytest.mark.parametrize(
    ("operation", "status", "error"),
    [
        ("get-product", 401, AuthenticationError),
        ("get-segments", 401, AuthenticationError),
        ("get-segment", 400, ApiError),
        ("get-settings", 400, ApiError),
        ("get-setting-values", 401, AuthenticationError),
        ("get-webhooks", 400, ApiError),
        ("get-sdk-keys", 400, ApiError),
    ],
)
async def test_another_error_ends_the_reading_and_leaves_no_task(
    client: AsyncManagementClient,
    shop: World,
    emulator: Emulator,
    *,
    operation: str,
    status: int,
    error: type[Exception],
) -> None:
    emulator.faults.add(Fault("status", operation=operation, status=status))
    with pytest.raises(error, match=operation):
        await take_snapshot(client, shop.product_id, secrets=True)
    assert reading_tasks() == []


async def test_a_canceled_reading_leaves_no_task(
    client: AsyncManagementClient, shop: World
) -> None:
    told = asyncio.Event()
    task = asyncio.ensure_future(
        take_snapshot(
            client, shop.product_id, progress=lambda done, _: done > 5 and told.set()
        )
    )
    await told.wait()
    assert reading_tasks()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert reading_tasks() == []
