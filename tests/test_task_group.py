"""Tasks end together: none is left, whatever happens to one of them."""

import asyncio

import pytest

from configcat_mgmt.task_group import task_group


async def for_ever() -> None:
    await asyncio.Event().wait()


async def fail() -> None:
    raise ValueError("one of them")


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def test_all_tasks_are_done_after_the_block() -> None:
    async with task_group() as group:
        tasks = [group.create_task(double(number)) for number in range(100)]
        assert not any(task.done() for task in tasks)
    assert [task.result() for task in tasks] == list(range(0, 200, 2))


async def test_a_task_may_start_others() -> None:
    made: list[asyncio.Task[int]] = []

    async with task_group() as group:

        async def more(left: int) -> None:
            made.append(group.create_task(double(left)))
            if left:
                await asyncio.sleep(0)
                group.create_task(more(left - 1))

        group.create_task(more(5))
    assert [task.result() for task in made] == [10, 8, 6, 4, 2, 0]


async def test_a_failure_ends_the_others_and_comes_out() -> None:
    started: list[asyncio.Task[None]] = []

    async def block() -> None:
        async with task_group() as group:
            started.append(group.create_task(for_ever()))
            group.create_task(fail())

    with pytest.raises(ValueError, match="one of them"):
        await block()
    assert started[0].cancelled()


async def test_a_failure_that_nobody_waited_for_comes_out_at_the_end() -> None:
    async def block() -> None:
        async with task_group() as group:
            await asyncio.wait([group.create_task(fail())])

    with pytest.raises(ValueError, match="one of them"):
        await block()


async def test_a_failure_of_the_block_ends_all_tasks() -> None:
    started: list[asyncio.Task[None]] = []

    async def block() -> None:
        async with task_group() as group:
            started.append(group.create_task(for_ever()))
            await asyncio.sleep(0)
            raise KeyError

    with pytest.raises(KeyError):
        await block()
    assert started[0].cancelled()


async def test_canceling_the_block_ends_all_tasks() -> None:
    started: list[asyncio.Task[None]] = []

    async def block() -> None:
        async with task_group() as group:
            started.append(group.create_task(for_ever()))

    task = asyncio.ensure_future(block())
    await asyncio.sleep(0)
    assert started
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert started[0].cancelled()


async def test_a_task_that_was_awaited_inside_fails_there() -> None:
    went_on = False

    async def block() -> None:
        nonlocal went_on
        async with task_group() as group:
            await group.create_task(fail())
            went_on = True

    with pytest.raises(ValueError, match="one of them"):
        await block()
    assert not went_on
