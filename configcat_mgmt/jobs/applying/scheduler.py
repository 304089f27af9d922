"""Runs the stages of a plan one after the other, and stops after calls in flight."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.applying.build_call import CallBuilder
from configcat_mgmt.jobs.applying.delete_guard import DeleteGuard
from configcat_mgmt.jobs.applying.drift import DriftCheck
from configcat_mgmt.jobs.applying.execute_step import StepExecutor, adopted
from configcat_mgmt.jobs.applying.idempotency import is_creation, is_repeatable
from configcat_mgmt.jobs.applying.in_flight import Flight, metered
from configcat_mgmt.jobs.applying.options import ApplyOptions, ApplyProgress
from configcat_mgmt.jobs.applying.outcome import StepEnd, left_out_in, remembered
from configcat_mgmt.jobs.applying.reconcile import PendingStep, Reconciler, Resolution
from configcat_mgmt.jobs.applying.report import StageTime
from configcat_mgmt.jobs.applying.resolve_refs import Resolver
from configcat_mgmt.jobs.applying.target_index import Id, TargetIndex, place_of
from configcat_mgmt.jobs.journal.plan_journal import IN_DOUBT, Journal
from configcat_mgmt.jobs.journal.writer import JournalBrokenError, JournalWriter
from configcat_mgmt.jobs.model.plan import Plan, Step

_MOST_ROUNDS: Final = 4
"""How often steps of a stage are looked for and sent, when answers keep being lost."""

_TO_DO: Final = ("failed", "unknown", "skipped", "not_started")
"""Outcomes of steps that are tried again when the plan is applied again."""
_PUT_OFF: Final = (
    "it runs last, and earlier steps are not done; apply the plan again to resume"
)
_OF_A_PRODUCT: Final = (
    "environment",
    "tag",
    "permission_group",
    "segment",
    "config",
)
"""Kinds of entities that a new product may come with. The service could create a second
one of another spelling."""

_log: Final = logging.getLogger("configcat_mgmt")


@attrs.frozen(eq=False)
class ReadyStep:
    """A step to be sent."""

    number: int
    step: Step
    resolution: Resolution | None = None
    """That it is there, but has to be changed."""


class Scheduler:
    """One run of a plan with an open journal."""

    def __init__(
        self,
        client: AsyncManagementClient,
        plan: Plan,
        journal: Journal,
        options: ApplyOptions,
    ) -> None:
        """Prepare to run, in the running event loop."""
        self._plan = plan
        self._options = options
        self._journal = journal
        self.client, self.meter = metered(client, self._note_sent)
        self._queue = JournalWriter(journal)
        self.target_index = TargetIndex(self.client)
        self.resolver = Resolver(plan, self.target_index)
        call_builder = CallBuilder(
            self.client,
            self.resolver,
            DriftCheck(self.client, self.resolver, self.target_index),
            DeleteGuard(self.client, plan),
            options.reason,
        )
        self._executor = StepExecutor(
            self.client,
            self._queue,
            self.resolver,
            call_builder,
            options.in_flight,
        )
        self._reconciler = Reconciler(
            self.target_index, self.resolver, call_builder, options
        )
        self._stop = options.stop or asyncio.Event()
        self._began = time.monotonic()
        self._made: set[tuple[str, ...]] = set()
        """Entities created in this run; nobody else can have added to them."""
        self._ends: dict[int, StepEnd] = {}
        self._stage = (0, 0, 0)
        self._in_flight = 0
        self.stages: list[StageTime] = []
        self.stopped: str | None = None
        """Why nothing more is begun."""

    @property
    def ends(self) -> list[StepEnd]:
        """How all steps ended in this run, or in an earlier one."""
        rows = self._journal.rows
        return [
            self._ends.get(number) or remembered(row) for number, row in enumerate(rows)
        ]

    @property
    def product(self) -> Id | None:
        """Id of the product, if it is known."""
        return self.resolver.id_of("product", self._plan.target.product)

    async def run(self) -> None:
        """Do all steps that are left.

        Raises:
            asyncio.CancelledError: The task was canceled; the journal has all calls
                that were sent.
        """
        for number, row in enumerate(self._journal.rows):
            if row.state == "done" and not left_out_in(row):
                end = self._ends[number] = remembered(row)
                self._executor.learn(self._plan.steps[number], end)
        try:
            for stage in sorted({step.stage for step in self._plan.steps}):
                if self.stopped is not None:
                    break
                await self._run_stage(stage)
        except JournalBrokenError as error:
            self._halt(f"the journal cannot be written: {error}")
        finally:
            self._queue.close()

    async def _run_stage(self, stage: int) -> None:
        steps = [
            (number, step)
            for number, step in enumerate(self._plan.steps)
            if step.stage == stage and number not in self._ends
        ]
        if not steps:
            return
        began = time.monotonic()
        self._stage = (stage, 0, len(steps))
        self._tell(None, None)
        steps = list(self._without_early(steps))
        try:
            await self._run_steps(steps)
        finally:
            seconds = time.monotonic() - began
            self.stages.append(StageTime(stage, len(steps), seconds))

    def _without_early(
        self, steps: Sequence[tuple[int, Step]]
    ) -> Iterator[tuple[int, Step]]:
        """Put off the rules of the product while there is something left to write.

        They may demand hints or reasons, which would make the rest fail.
        """
        unfinished = any(end.outcome in _TO_DO for end in self._ends.values())
        for number, step in steps:
            if unfinished and step.entity == "preferences":
                self._ended(number, StepEnd("skipped", _PUT_OFF))
            else:
                yield number, step

    async def _run_steps(self, steps: Sequence[tuple[int, Step]]) -> None:
        pending_steps = [
            pending for pending in map(self._pending, steps) if pending is not None
        ]
        looked_for = {pending.number for pending in pending_steps}
        work = [ReadyStep(*one) for one in steps if one[0] not in looked_for]
        unresolved: dict[int, StepEnd] = {}
        try:
            for _ in range(_MOST_ROUNDS):
                if pending_steps:
                    work += await self._reconcile(pending_steps)
                if self.stopped is not None:
                    break
                unresolved = await self._send_all(work)
                work = []
                pending_steps = [
                    self._still_pending(*one) for one in unresolved.items()
                ]
                if not pending_steps:
                    break
        finally:
            for number, end in unresolved.items():
                if number not in self._ends:
                    self._ended(number, end)

    def _pending(self, numbered: tuple[int, Step]) -> PendingStep | None:
        """Return why a step has to be looked for before it is sent, if it has to."""
        number, step = numbered
        state = self._journal.rows[number].state
        if state == "done":
            return None  # Only the parts that it left out are left.
        if not is_creation(step.operation):
            if is_repeatable(step) or state not in ("sent", "unknown"):
                return None
        elif self._parent(step) in self._made:
            if step.entity not in _OF_A_PRODUCT:
                return None
        elif not self._journal.resumed:
            return None
        return PendingStep(
            number,
            step,
            may_be_done=state in IN_DOUBT,
            was_sent=state in ("sent", "unknown"),
            since=self._began,
            in_new_parent=self._parent(step) in self._made,
        )

    def _still_pending(self, number: int, end: StepEnd) -> PendingStep:
        step = self._plan.steps[number]
        is_unknown = end.uncertainty == "unknown"
        return PendingStep(
            number,
            step,
            may_be_done=is_unknown,
            was_sent=is_unknown,
            since=time.monotonic(),
            refusal=None if is_unknown else end.note,
            in_new_parent=self._parent(step) in self._made,
        )

    def _parent(self, step: Step) -> tuple[str, ...] | None:
        if step.entity in ("product", "organization"):
            return None
        if step.entity == "setting":
            return place_of("config", step.key[:1])
        return place_of("product", (self._plan.target.product,))

    async def _reconcile(self, pending_steps: Iterable[PendingStep]) -> list[ReadyStep]:
        """Look for steps, and return those that are to be sent."""
        pending_steps = await self._lingered(list(pending_steps))
        if self.stopped is not None:
            return []
        work: list[ReadyStep] = []
        for resolution in await self._reconciler.reconcile(pending_steps):
            number, step = resolution.pending.number, resolution.pending.step
            if resolution.finding in ("send", "update"):
                work.append(ReadyStep(number, step, resolution))
            elif resolution.finding in ("adopt", "made"):
                await self._record(number, adopted(self.resolver, resolution))
            elif resolution.finding == "conflict":
                await self._record(number, StepEnd("conflict", resolution.note))
            elif resolution.finding == "unknown":
                await self._record(number, StepEnd("unknown", resolution.note))
            else:
                await self._record(number, StepEnd("failed", resolution.note))
        return work

    async def _record(self, number: int, end: StepEnd) -> None:
        entry = end.entry(number)
        if entry is not None:
            await self._queue.put(entry)
        self._ended(number, end)

    async def _lingered(self, pending_steps: list[PendingStep]) -> list[PendingStep]:
        """Wait until no call that got no answer can still be on its way."""
        linger = self._options.linger_seconds
        begun = [pending.since for pending in pending_steps if pending.may_be_done]
        if begun:
            await self._pause(max(begun) + linger - time.monotonic())
        return [
            attrs.evolve(pending, since=pending.since + linger)
            if pending.may_be_done
            else pending
            for pending in pending_steps
        ]

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            self._tell(None, None, waiting_seconds=seconds)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)
            self._tell(None, None)
        self._heed_stop()

    async def _send_all(self, work: Sequence[ReadyStep]) -> dict[int, StepEnd]:
        """Send steps side by side; return how those ended that are to be looked for."""
        queue = StageQueue(
            [(one.number, one.step) for one in work], self._options.in_flight
        )
        resolutions = {one.number: one.resolution for one in work}
        flights: dict[asyncio.Task[StepEnd], Flight] = {}
        unresolved: dict[int, StepEnd] = {}
        stop = asyncio.ensure_future(self._stop.wait())
        try:
            while True:
                self._heed_stop()
                while self.stopped is None and (taken := queue.take()) is not None:
                    number, step = taken
                    left = left_out_in(self._journal.rows[number])
                    flight = Flight(step, number, left)
                    coroutine = self._executor.execute(flight, resolutions[number])
                    flights[asyncio.ensure_future(coroutine)] = flight
                if self.stopped is not None:
                    await self._drain(flights)
                self._in_flight = len(flights)
                if not flights:
                    return unresolved
                awaited: set[asyncio.Task[Any]] = {*flights, stop}
                await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
                for task in [task for task in flights if task.done()]:
                    flight = flights.pop(task)
                    queue.ended(flight.step)
                    self._finish(flight, task.result(), unresolved)
        except BaseException:
            self._halt("it was interrupted")
            await self._drain(flights)
            raise
        finally:
            stop.cancel()

    async def _drain(self, flights: dict["asyncio.Task[StepEnd]", Flight]) -> None:
        """Cancel calls that were not sent, and give the others some time to finish."""
        if not flights:
            return
        for task, flight in flights.items():
            if not flight.sent:
                task.cancel()
        try:
            await asyncio.wait(flights, timeout=self._options.grace_seconds)
        finally:
            for task in flights:
                task.cancel()
            await asyncio.wait(flights)

    def _finish(
        self, flight: Flight, end: StepEnd, unresolved: dict[int, StepEnd]
    ) -> None:
        if end.uncertainty is not None:
            unresolved[flight.number] = end
        else:
            self._ended(flight.number, end)
        if self._queue.broken is not None:
            self._halt(f"the journal cannot be written: {self._queue.broken}")

    def _ended(self, number: int, end: StepEnd) -> None:
        """Take note of how a step ended for good."""
        step = self._plan.steps[number]
        self._ends[number] = end
        if end.outcome == "done" and step.creates is not None:
            self._made.add(place_of(step.creates.entity, step.creates.key))
        # Values that somebody changed are reported, and the other steps go on.
        went_wrong = end.outcome in ("failed", "unknown") or (
            end.outcome == "conflict" and not end.left_out
        )
        if end.is_fatal or (went_wrong and self._options.on_error == "stop"):
            words = _WORDS.get(end.outcome, "was not begun")
            self._halt(f"{step.id} {words}: {end.note}")
        stage, done, steps = self._stage
        self._stage = (stage, done + 1, steps)
        self._tell(step, end)

    def _halt(self, reason: str) -> None:
        if self.stopped is None:
            self.stopped = reason

    def _heed_stop(self) -> None:
        if self._stop.is_set():
            self._halt("it was asked to stop")

    def _note_sent(self, flight: Flight) -> None:
        try:
            self._executor.note_sent(flight)
        except JournalBrokenError as error:
            # Too late for this call, which is looked for later; none follows it.
            self._halt(f"the journal cannot be written: {error}")

    def _tell(
        self, step: Step | None, end: StepEnd | None, *, waiting_seconds: float = 0.0
    ) -> None:
        if self._options.progress is None:
            return
        stage, done, steps = self._stage
        told = ApplyProgress(
            stage=stage,
            stage_done=done,
            stage_steps=steps,
            done=len(self._ends),
            steps=len(self._plan.steps),
            in_flight=self._in_flight,
            calls=self.meter.calls.total(),
            refused=self.meter.refused.total(),
            step=None if step is None else step.id,
            outcome=None if end is None else end.outcome,
            waiting_seconds=waiting_seconds,
        )
        try:
            self._options.progress(told)
        except Exception:
            _log.exception("the progress callback raised; the job continues")


_WORDS: Final = {
    "failed": "failed",
    "conflict": "was not done",
    "unknown": "may or may not have been done",
}


class StageQueue:
    """The steps of a stage that are not begun yet, by endpoint.

    The service counts calls by endpoint, so whichever has the fewest in flight is next:
    else all places in flight could wait for the same one.
    """

    def __init__(self, steps: Sequence[tuple[int, Step]], in_flight: int) -> None:
        """Take steps with their places in the plan; each endpoint keeps their order."""
        self._waiting: dict[str, deque[tuple[int, Step]]] = {}
        for number, step in steps:
            self._waiting.setdefault(step.operation, deque()).append((number, step))
        self._running = dict.fromkeys(self._waiting, 0)
        self._room = in_flight

    def take(self) -> tuple[int, Step] | None:
        """Return the next step, None if there is none or no room for it now."""
        ready = [name for name, waiting in self._waiting.items() if waiting]
        if not ready or self._room < 1:
            return None
        name = min(ready, key=self._running.__getitem__)
        self._running[name] += 1
        self._room -= 1
        return self._waiting[name].popleft()

    def ended(self, step: Step) -> None:
        """Make room: a step that was taken is no longer under way."""
        self._running[step.operation] -= 1
        self._room += 1
