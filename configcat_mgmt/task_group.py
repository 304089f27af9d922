"""Tasks that run side by side and end together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


@asynccontextmanager
async def task_group() -> "AsyncGenerator[asyncio.TaskGroup, None]":
    """Yield a task group that raises the first error itself, not a group of errors.

    Callers expect the error classes of the package, whether or not calls run
    concurrently. The command line derives the remedy and the exit code from the class.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        first = errors.exceptions[0]
        raise first from first.__cause__
