"""Runs any number of calls side by side, at full pace and in little memory."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator
from functools import partial
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.pipeline import Pipeline
from configcat_mgmt.errors import (
    ApiError,
    ClientClosed,
    ConfigCatManagementError,
    JobError,
    UnknownOutcome,
)
from configcat_mgmt.jobs.bulk.calls import Call, Outcome
from configcat_mgmt.jobs.bulk.journal import FAILED_STEP, BulkJournal
from configcat_mgmt.lookup import find_operation, plain_body
from configcat_mgmt.sync import ManagementClient

IN_FLIGHT: Final = 200
"""Calls that a run has begun and not given out yet; most of them wait for their turn.
Enough to keep ten endpoints busy at once."""


@attrs.frozen
class BulkOptions:
    """How a bulk run behaves."""

    in_flight: int = IN_FLIGHT
    """Calls begun and not given out yet, from 1 on; memory grows with it."""
    ordered: bool = False
    """Give outcomes in the order of the calls, not as they finish."""
    stop_on_error: bool = False
    """Begin no further call after the first that failed."""
    repeat_unknown: bool = False
    """Send calls again that an earlier run had sent without learning what became of
    them, even if that may do them twice."""


Calls: TypeAlias = Iterable[Call] | AsyncIterable[Call]


class BulkRun:
    """The engine of a bulk run; `run_calls` and `run_calls_blocking` drive it."""

    def __init__(
        self,
        client: AsyncManagementClient,
        options: BulkOptions,
        journal: BulkJournal | None,
    ) -> None:
        """Start without calls."""
        self._core = client.pipeline.core.with_own_lifetime()
        self._client_options = client.options
        self._options = options
        self._journal = journal
        self._tasks: dict[asyncio.Task[None], int] = {}
        self._finished: asyncio.Queue[Outcome] = asyncio.Queue()
        self._early: dict[int, Outcome] = {}
        self._given = 0
        self.begun = 0
        self.stopped = False

    @property
    def room(self) -> int:
        """How many further calls may be begun."""
        if self.stopped:
            return 0
        return self._options.in_flight - (self.begun - self._given)

    @property
    def is_idle(self) -> bool:
        """Whether every outcome was given out."""
        return self._given == self.begun

    def begin(self, call: Call) -> None:
        """Begin a call."""
        task = asyncio.get_running_loop().create_task(self._make(self.begun, call))
        self._tasks[task] = self.begun
        task.add_done_callback(self._tasks.pop)
        self.begun += 1

    async def begin_and_wait(self, calls: Iterable[Call]) -> Outcome:
        """Begin calls, and wait for the next outcome of all."""
        for call in calls:
            self.begin(call)
        return await self.next_outcome()

    async def next_outcome(self) -> Outcome:
        """Wait for the next outcome; there must be one to come.

        Raises:
            JobError: The journal cannot be written, or is of other calls.
        """
        while True:
            if self._options.ordered and self._given in self._early:
                outcome = self._early.pop(self._given)
                break
            outcome = await self._finished.get()
            error = outcome.error
            if isinstance(error, JobError) and error.step == FAILED_STEP:
                raise error
            if not self._options.ordered:
                break
            self._early[outcome.number] = outcome
        self._given += 1
        if self._options.stop_on_error and not outcome.is_good:
            self.stopped = True
        return outcome

    async def finish_in_flight(self) -> list[Outcome]:
        """Begin nothing more, let what was sent finish, and drop what only waits.

        Returns:
            The outcomes that were not given out yet.
        """
        self.stopped = True
        self._core.lifetime.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        left = list(self._early.values())
        self._early.clear()
        while not self._finished.empty():
            left.append(self._finished.get_nowait())
        return [item for item in left if not isinstance(item.error, ClientClosed)]

    async def _make(self, number: int, call: Call) -> None:
        try:
            outcome = await self._outcome(number, call)
        except ConfigCatManagementError as error:
            outcome = Outcome(number, call, error=error)
        self._finished.put_nowait(outcome)

    async def _outcome(self, number: int, call: Call) -> Outcome:
        operation = find_operation(call.operation)
        body = plain_body(operation, call.body)
        pipeline = Pipeline(self._core, self._client_options)
        if self._journal is None:
            result = await pipeline.call(operation, body=body, **call.arguments)
            return Outcome(number, call, result)
        digest = call.digest()
        state = self._journal.state_of(number, digest)
        if state == "done":
            return Outcome(number, call, resumed=True)
        repeatable = operation.effect in ("read", "set", "delete")
        if state == "sent" and not (repeatable or self._options.repeat_unknown):
            reason = (
                "an earlier run sent it and ended before the answer came, so it may "
                "have been done; look, and run again with repeat_unknown if it was not"
            )
            return Outcome(number, call, error=JobError(f"call {number}", reason))
        note = partial(self._journal.note, number, digest)
        pipeline = Pipeline(self._core, self._client_options, partial(note, "sent"))
        try:
            result = await pipeline.call(operation, body=body, **call.arguments)
        except UnknownOutcome:
            raise
        except ApiError:
            await note("failed")
            raise
        await note("done")
        return Outcome(number, call, result)


async def run_calls(
    client: AsyncManagementClient,
    calls: Calls,
    *,
    options: BulkOptions | None = None,
    journal: BulkJournal | None = None,
) -> AsyncGenerator[Outcome, None]:
    """Make many calls side by side, and give what became of each.

    ```python
    async for outcome in run_calls(client, calls):
        if not outcome.is_good:
            print(outcome.call, outcome.error)
    ```

    Errors of calls stand in their outcomes and do not end the run. If the loop over the
    outcomes is left early, what was sent is waited for and what waits is dropped.

    Args:
        client: Sets pace and retries.
        calls: Any iterable, also an async or an endless one; read as room comes free.
        options: How many at a time, in which order, and when to stop.
        journal: Remembers across crashes what was done: run the same calls with the
            same journal again, and only the rest is sent.

    Yields:
        One outcome for each call.

    Raises:
        JobError: The journal cannot be written, or is of other calls.
    """
    run = BulkRun(client, options or BulkOptions(), journal)
    source = _source(calls)
    ended = False
    try:
        while True:
            while run.room > 0 and not ended:
                call = await anext(source, None)
                if call is None:
                    ended = True
                else:
                    run.begin(call)
            if run.is_idle:
                return
            yield await run.next_outcome()
    finally:
        await run.finish_in_flight()


def run_calls_blocking(
    client: ManagementClient,
    calls: Iterable[Call],
    *,
    options: BulkOptions | None = None,
    journal: BulkJournal | None = None,
) -> Iterator[Outcome]:
    """Make many calls side by side from blocking code; as `run_calls`.

    The iterable is read in the caller's own thread.
    """
    run = BulkRun(client.aio, options or BulkOptions(), journal)
    source = iter(calls)
    ended = False
    try:
        while True:
            begin: list[Call] = []
            while run.room > len(begin) and not ended:
                call = next(source, None)
                if call is None:
                    ended = True
                else:
                    begin.append(call)
            if not begin and run.is_idle:
                return
            yield client.portal.run(run.begin_and_wait(begin))
    finally:
        with contextlib.suppress(ClientClosed):
            client.portal.run(run.finish_in_flight())


async def _source(calls: Calls) -> AsyncGenerator[Call, None]:
    if isinstance(calls, AsyncIterable):
        async for call in calls:
            yield call
    else:
        for call in calls:
            yield call
