"""Runs any number of calls concurrently, at full pace and in little memory."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterable, Iterator

from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ClientClosed
from configcat_mgmt.jobs.bulk.calls import Call, Outcome
from configcat_mgmt.jobs.bulk.engine import BulkRun, CallSource
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.options import BulkListener, BulkOptions, OutcomeListener
from configcat_mgmt.sync import ManagementClient


@checked
async def run_calls(
    client: AsyncManagementClient,
    calls: CallSource,
    *,
    options: BulkOptions | None = None,
    journal: BulkJournal | None = None,
    progress: BulkListener | None = None,
    left: OutcomeListener | None = None,
) -> AsyncGenerator[Outcome, None]:
    """Make many calls concurrently and yield the outcome of each.

    ```python
    async for outcome in run_calls(client, calls):
        if not outcome.is_good:
            print(outcome.call, outcome.error)
    ```

    The outcome of a call holds its error, which does not end the run. If the loop over
    the outcomes ends early, because it is left, canceled or interrupted, the run waits
    for the calls in flight, does not send those that wait for their turn, and passes
    both to `left`. Close the generator, as `contextlib.aclosing` does, to do that at
    once. A second cancellation ends the wait.

    A creation whose response is lost is looked for by its natural key in its parent:
    the run adopts it if it exists as wanted, and sends it again if it does not exist.
    An outcome that stays `unknown` says where to look.

    Args:
        client: Makes the calls; sets their pace and retries.
        calls: Any iterable, also an async or an endless one, read as room comes free.
        options: The number of calls at a time, their order, and when to stop.
        journal: Records across crashes which calls were done. Run the same calls with
            the same journal again, and only the others are sent.
        progress: Called whenever a call ends.
        left: Called with the outcomes that the loop did not receive, in the order of
            the calls.

    Yields:
        One outcome for each call; with `stop_on_error` only for the calls that began.

    Raises:
        JobError: The journal cannot be written, or belongs to other calls.
        Exception: The iterable `calls` raised it; raised after the outcomes of the
            calls that were read.
    """
    run = BulkRun(client, options or BulkOptions(), journal, progress)
    reading = asyncio.ensure_future(run.feed(calls))
    try:
        while (outcome := await run.next_outcome()) is not None:
            yield run.give(outcome)
            run.make_room()
        if reading.done():
            reading.result()
    finally:
        reading.cancel()
        try:
            await run.finish()
            await asyncio.gather(reading, return_exceptions=True)
        finally:
            run.hand_over(left)


def run_calls_blocking(
    client: ManagementClient,
    calls: Iterable[Call],
    *,
    options: BulkOptions | None = None,
    journal: BulkJournal | None = None,
    progress: BulkListener | None = None,
    left: OutcomeListener | None = None,
) -> Iterator[Outcome]:
    """Make many calls concurrently from blocking code, as `run_calls` does.

    The iterable is read in the caller's own thread, where `left` is called as well;
    `progress` is called on the client's. Each call begins as soon as it is read, but
    while the iterable makes the caller wait for a call, no outcome can be given.
    """
    run = BulkRun(client.aio, options or BulkOptions(), journal, progress)
    source = iter(calls)
    trouble: Exception | None = None
    try:
        while True:
            outcome = None
            if run.has_room:
                try:
                    call = next(source)
                except StopIteration:
                    run.all_read()
                    continue
                except Exception as error:
                    trouble = error
                    run.all_read()
                    continue
                outcome = client.portal.run(run.begin_and_look(call))
            else:
                outcome = client.portal.run(run.next_outcome())
                if outcome is None:
                    break
            if outcome is not None:
                yield run.give(outcome)
                run.make_room()
        if trouble is not None:
            raise trouble
    finally:
        try:
            with contextlib.suppress(ClientClosed):
                client.portal.run(run.finish())
        finally:
            run.hand_over(left)
