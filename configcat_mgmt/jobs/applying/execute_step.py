"""Does one step: remember, send, remember."""

import asyncio

import attrs

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigCatManagementError
from configcat_mgmt.jobs.applying.build_call import Call, Preparation
from configcat_mgmt.jobs.applying.idempotency import can_be_settled
from configcat_mgmt.jobs.applying.in_flight import CURRENT, Flight
from configcat_mgmt.jobs.applying.outcome import (
    End,
    after_answer,
    after_error,
    to_result,
)
from configcat_mgmt.jobs.applying.reconcile import (
    Verdict,
    changeable,
    learn,
    update_for,
)
from configcat_mgmt.jobs.applying.report import FINISHED
from configcat_mgmt.jobs.applying.resolve_refs import Resolver, UnresolvedError
from configcat_mgmt.jobs.journal.plan_journal import Entry, State
from configcat_mgmt.jobs.journal.writer import JournalBrokenError, JournalWriter
from configcat_mgmt.jobs.model.entity import Ref
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.unset import UNSET


class Performer:
    """Does the steps of one job."""

    def __init__(
        self,
        client: AsyncManagementClient,
        queue: JournalWriter,
        resolver: Resolver,
        preparation: Preparation,
    ) -> None:
        """Use what the steps of the job share."""
        self._client = client
        self._queue = queue
        self._resolver = resolver
        self._preparation = preparation

    async def perform(self, flight: Flight, verdict: Verdict | None = None) -> End:
        """Do a step, or what was found to be left of it.

        Cancelling this ends it in good order: what may have been sent is remembered as
        unknown, and everything else as not begun.

        Args:
            flight: The step.
            verdict: That it is there, but has to be changed.
        """
        CURRENT.set(flight)
        end: End | None = None
        try:
            end = await self._ended(flight, verdict)
            if end.outcome not in FINISHED and not end.left_out:
                end = attrs.evolve(end, left_out=flight.left)
            entry = end.entry(flight.number)
            if entry is not None:
                await self._queue.put(entry)
        except JournalBrokenError as error:
            end = end or _unwritten(flight, error)
        except asyncio.CancelledError:
            if end is None:
                return self._cancelled(flight)
        self.learn(flight.step, end)
        return end

    def learn(self, step: Step, end: End) -> None:
        """Remember the ids that came of a step."""
        if step.creates is not None and end.id is not None:
            self._resolver.learn(step.creates, end.id)
        if step.entity in ("setting", "variation"):
            self._resolver.learn_variations(step.key, end.variations)

    def note_sent(self, flight: Flight) -> None:
        """Remember that the call of a step has its turn.

        What is never sent twice without asking, since it cannot be looked for, has to
        be known for certain, though this holds up all others for a moment.
        """
        entry = _entry(flight, "sent")
        if not can_be_settled(flight.step):
            self._queue.put_now(entry)
        else:
            self._queue.note(entry)

    async def _ended(self, flight: Flight, verdict: Verdict | None) -> End:
        step = flight.step
        try:
            call = await self._call(flight, verdict)
        except UnresolvedError as error:
            return _unresolved(step, error)
        except ConfigCatManagementError as error:
            return End("failed", f"what it needs could not be read: {error}")
        if call.outcome is not None:
            return End(call.outcome, left_out=call.left_out)
        await self._queue.put(_entry(flight, "intended"))
        flight.armed = True
        body = UNSET if call.body is None else call.body
        try:
            answer = await self._client.call(
                call.operation, body=body, **call.arguments
            )
        except ConfigCatManagementError as error:
            return after_error(step, error, call.left_out, was_sent=flight.sent)
        finally:
            flight.armed = False
        if verdict is not None and verdict.found is not None:
            variations = learn(self._resolver, step, verdict.found)
            return End("done", id=verdict.found.id, variations=variations)
        return after_answer(step, answer, call.left_out)

    async def _call(self, flight: Flight, verdict: Verdict | None) -> Call:
        step = flight.step
        if verdict is None:
            return await self._preparation.call_for(step, flight.left)
        operation, arguments = update_for(verdict)
        body = changeable(await self._preparation.body_for(step))
        return Call(operation, arguments, body)

    def _cancelled(self, flight: Flight) -> End:
        if flight.sent:
            note = "it was sent, and then the job was interrupted"
            self._queue.note(_entry(flight, "unknown", note))
            return End("unknown", note)
        # What an earlier run did of it stays done.
        self._queue.note(_entry(flight, "done" if flight.left else "planned"))
        return End("not_started", left_out=flight.left)


def _entry(flight: Flight, state: State, note: str = "") -> Entry:
    return Entry(flight.number, state, to_result(flight.left), note)


def adopted(resolver: Resolver, verdict: Verdict) -> End:
    """Return the end of a step that has been found to be done."""
    if verdict.found is None:
        return End("adopted", verdict.note)
    step = verdict.doubt.step
    variations = learn(resolver, step, verdict.found)
    return End("adopted", id=verdict.found.id, variations=variations)


def _unwritten(flight: Flight, error: JournalBrokenError) -> End:
    if not flight.sent:
        return End("not_started")
    return End("unknown", f"it was sent, and the journal cannot be written ({error})")


def _unresolved(step: Step, error: UnresolvedError) -> End:
    if error.why == "absent" and step.action == "delete" and _contains(error.ref, step):
        return End("done", "it was not there any more")
    return End("skipped" if error.why == "unmade" else "failed", str(error))


def _contains(ref: Ref, step: Step) -> bool:
    """Whether a ref names what a step deletes, or something that that is in."""
    if ref.entity == step.entity:
        return step.entity != "variation"  # Those it names are to stay.
    return ref.entity in ("config", "setting", "environment")
