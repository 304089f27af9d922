"""Tasks that run side by side and end together."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator


@contextlib.asynccontextmanager
async def task_group() -> AsyncGenerator[asyncio.TaskGroup, None]:
    """Yield a task group that raises the first error itself, not a group of errors.

    A command shows one error, and its class decides about the remedy and the exit code.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:
        first = errors.exceptions[0]
        raise first from first.__cause__
