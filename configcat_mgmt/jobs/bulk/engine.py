"""Makes the calls of a bulk run concurrently, for async and for blocking callers."""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from typing import Final, TypeAlias, TypeVar

import attrs

from configcat_mgmt.client import AsyncManagementClient, pipeline_of
from configcat_mgmt.errors import ConfigCatManagementError, JobError
from configcat_mgmt.jobs.applying.in_flight import BULK_RETRY_AFTER_SECONDS
from configcat_mgmt.jobs.bulk.calls import Call, Ending, Outcome
from configcat_mgmt.jobs.bulk.flight import Flight
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.options import (
    BulkListener,
    BulkOptions,
    BulkProgress,
    OutcomeListener,
)
from configcat_mgmt.jobs.bulk.reconcile import CreationLookup

CallSource: TypeAlias = Iterable[Call] | AsyncIterable[Call]

T = TypeVar("T")

_log: Final = logging.getLogger("configcat_mgmt")


class BulkRun:
    """The engine of a bulk run; `run_calls` and `run_calls_blocking` drive it."""

    def __init__(
        self,
        client: AsyncManagementClient,
        options: BulkOptions,
        journal: BulkJournal | None,
        progress: BulkListener | None,
    ) -> None:
        """Start without calls."""
        self._core = pipeline_of(client).core.with_own_lifetime()
        longest = max(BULK_RETRY_AFTER_SECONDS, client.options.max_retry_after_seconds)
        self._call_options = attrs.evolve(
            client.options, max_retry_after_seconds=longest
        )
        self._options = options
        self._began = time.monotonic()
        self._halt = asyncio.Event()
        self._lookup = CreationLookup(self._core, self._call_options, self._pause)
        self._journal = journal
        self._progress = progress
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready: dict[int, Outcome] = {}
        """Outcomes that the caller has not received yet, in the order of their
        arrival."""
        self._begun = self._given = 0
        self._endings: Counter[Ending] = Counter()
        self._broken: JobError | None = None
        self._news = asyncio.Event()
        self._space = asyncio.Event()
        self._stopped = False
        self._is_read = False

    @property
    def has_room(self) -> bool:
        """Whether a further call may be begun."""
        is_full = self._begun - self._given >= self._options.in_flight
        return not (self._stopped or self._is_read or is_full)

    def begin(self, call: Call) -> None:
        """Begin a call."""
        task = asyncio.get_running_loop().create_task(self._make(self._begun, call))
        self._begun += 1
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def feed(self, calls: CallSource) -> None:
        """Begin calls as room comes free, until there are no more.

        Raises:
            Exception: The iterable of calls raised it.
        """
        source = _each(calls)
        try:
            while True:
                while not self.has_room:
                    self._space.clear()
                    await self._space.wait()
                self.begin(await anext(source))
        except StopAsyncIteration:
            return
        finally:
            self.all_read()
            self._news.set()

    def all_read(self) -> None:
        """Note that no more calls will begin."""
        self._is_read = True

    async def begin_and_look(self, call: Call) -> Outcome | None:
        """Begin a call; wait for an outcome only if there is no room for another."""
        self.begin(call)
        return self._first() if self.has_room else await self.next_outcome()

    async def next_outcome(self) -> Outcome | None:
        """Wait for an outcome, which is kept until it is given; None after the last.

        Raises:
            JobError: The journal cannot be written, or is of other calls.
        """
        while True:
            if self._broken is not None:
                raise self._broken
            outcome = self._first()
            is_last = self._given == self._begun and (self._stopped or self._is_read)
            if outcome is not None or is_last:
                return outcome
            self._news.clear()
            await self._news.wait()

    def give(self, outcome: Outcome) -> Outcome:
        """Return an outcome that goes out now, and forget it.

        It is kept until then, because a caller that waits may be interrupted.
        """
        del self._ready[outcome.number]
        return outcome

    def make_room(self) -> None:
        """Note that the caller wants another outcome."""
        self._given += 1
        self._space.set()

    async def finish(self) -> None:
        """Send nothing more and wait for the calls in flight, briefly if canceled."""
        self._stop()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def hand_over(self, left: OutcomeListener | None) -> None:
        """Pass the outcomes that the loop did not receive to a listener."""
        for number in sorted(self._ready):
            outcome = self._ready.pop(number)
            if left is not None:
                _tell(left, outcome)

    def _stop(self) -> None:
        self._stopped = True
        self._halt.set()
        self._core.lifetime.close()

    def _first(self) -> Outcome | None:
        if self._options.ordered:
            return self._ready.get(self._given)
        return next(iter(self._ready.values()), None)

    async def _make(self, number: int, call: Call) -> None:
        flight = Flight(
            number,
            call,
            self._journal,
            self._lookup,
            self._began + self._options.linger_seconds,
            self._options.linger_seconds,
        )
        again = self._options.repeat_unknown
        try:
            outcome = await flight.make(self._core, self._call_options, again=again)
        except ConfigCatManagementError as error:
            outcome = Outcome(number, call, error=error)
        except Exception as error:
            # One odd call among thousands must not end the run, or make it wait.
            reason = f"it could not be made: {type(error).__name__}: {error}"
            problem = JobError(f"call {number}", reason)
            problem.__cause__ = error
            outcome = Outcome(number, call, error=problem)
        self._ended(outcome)
        self._broken = self._broken or flight.trouble

    async def _pause(self, seconds: float) -> None:
        """Wait for some time, or until the run is stopped."""
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._halt.wait(), seconds)

    def _ended(self, outcome: Outcome) -> None:
        self._ready[outcome.number] = outcome
        self._endings[outcome.ending] += 1
        if self._options.stop_on_error and not outcome.is_good:
            self._stop()
        self._news.set()
        if self._progress is not None:
            total = self._begun if self._is_read else None
            endings = dict(self._endings)
            told = BulkProgress(outcome, self._begun, endings, total)
            _tell(self._progress, told)


async def _each(calls: CallSource) -> AsyncGenerator[Call, None]:
    if isinstance(calls, AsyncIterable):
        async for call in calls:
            yield call
    else:
        for call in calls:
            yield call


def _tell(listener: Callable[[T], None], news: T) -> None:
    try:
        listener(news)
    except Exception:
        _log.exception("a callback of a bulk run raised; the run continues")
