"""Executes one step: journal, send, journal."""

import asyncio
from typing import Final, cast

import attrs

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.codec.decode import from_json
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.errors import (
    BadRequestError,
    ConfigCatManagementError,
    ConflictError,
    PermissionDeniedError,
    UnknownOutcome,
)
from configcat_mgmt.jobs.applying.build_call import Call, CallBuilder, Request
from configcat_mgmt.jobs.applying.idempotency import can_be_settled, is_creation
from configcat_mgmt.jobs.applying.in_flight import CURRENT, Flight
from configcat_mgmt.jobs.applying.outcome import (
    StepEnd,
    after_answer,
    after_error,
    to_result,
)
from configcat_mgmt.jobs.applying.reconcile import (
    Resolution,
    changeable,
    learn,
    update_for,
)
from configcat_mgmt.jobs.applying.report import FINISHED, LeftOut
from configcat_mgmt.jobs.applying.resolve_refs import Resolver, UnresolvedError
from configcat_mgmt.jobs.journal.plan_journal import Entry, State
from configcat_mgmt.jobs.journal.writer import JournalBrokenError, JournalWriter
from configcat_mgmt.jobs.model.entity import Ref
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

_REFUSALS: Final = (BadRequestError, PermissionDeniedError, ConflictError)
_MOST_LOOKS: Final = 4
"""How often a step looks at versions that others keep changing."""


@attrs.frozen
class _Sent:
    """The result of the requests of a call."""

    answers: list[JsonValue] = attrs.field(repr=False)
    error: ConfigCatManagementError | None = None


class StepExecutor:
    """Does the steps of one job."""

    def __init__(
        self,
        client: AsyncManagementClient,
        queue: JournalWriter,
        resolver: Resolver,
        call_builder: CallBuilder,
        in_flight: int,
    ) -> None:
        """Use the objects that the steps of the job share.

        Args:
            client: Makes the calls.
            queue: Writes to the journal.
            resolver: Finds ids.
            call_builder: Builds the calls of steps.
            in_flight: Maximum number of requests of one step at a time.
        """
        self._client = client
        self._queue = queue
        self._resolver = resolver
        self._call_builder = call_builder
        self._in_flight = in_flight

    async def execute(
        self, flight: Flight, resolution: Resolution | None = None
    ) -> StepEnd:
        """Do a step, or the part of it that is left.

        A canceled step is recorded as unknown if its call may have been sent, and as
        not started otherwise.

        Args:
            flight: The step.
            resolution: Says that the entity exists, but differs from the step.
        """
        CURRENT.set(flight)
        end: StepEnd | None = None
        try:
            end = await self._ended(flight, resolution)
            if end.outcome not in FINISHED and not end.left_out:
                end = attrs.evolve(end, left_out=flight.left)
            entry = end.entry(flight.number)
            if entry is not None:
                await self._queue.put(entry)
        except JournalBrokenError as error:
            end = end or _unwritten(flight, error)
        except asyncio.CancelledError:
            if end is None:
                return self._canceled(flight)
        self.learn(flight.step, end)
        return end

    def learn(self, step: Step, end: StepEnd) -> None:
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

    async def _ended(self, flight: Flight, resolution: Resolution | None) -> StepEnd:
        step = flight.step
        has_written, looks = False, 0
        while True:
            looks += 1
            try:
                call = await self._call(flight, resolution)
            except UnresolvedError as error:
                return _unresolved(step, error)
            except ConfigCatManagementError as error:
                return StepEnd("failed", f"what it needs could not be read: {error}")
            if call.outcome is not None:
                outcome = "done" if has_written else call.outcome
                return StepEnd(outcome, left_out=call.left_out)
            await self._queue.put(_entry(flight, "intended"))
            flight.armed = True
            try:
                sent = await self._send(call)
            finally:
                flight.armed = False
            has_written = has_written or bool(sent.answers)
            if sent.error is None:
                break
            if looks == _MOST_LOOKS or not _needs_look(step, sent.error):
                end = await self._objected(step, call, sent.error)
                return end or after_error(
                    step, sent.error, call.left_out, was_sent=flight.sent
                )
        if resolution is not None and resolution.found is not None:
            variations = learn(self._resolver, step, resolution.found)
            return StepEnd("done", id=resolution.found.id, variations=variations)
        return after_answer(step, sent.answers[-1], call.left_out)

    async def _send(self, call: Call) -> "_Sent":
        """Send the requests of a call; stop after the first wave with an error."""
        answers: list[JsonValue] = []
        places = asyncio.Semaphore(self._in_flight)

        async def send(request: Request) -> ConfigCatManagementError | None:
            async with places:
                try:
                    answer = await self._client.call(
                        request.operation, body=_body(request), **_arguments(request)
                    )
                except ConfigCatManagementError as error:
                    return error
            answers.append(answer)
            return None

        for wave in call.waves:
            errors = [
                error
                for error in await asyncio.gather(*map(send, wave))
                if error is not None
            ]
            if errors:
                # A conflict only needs another look, so any other error says more.
                errors.sort(key=lambda error: isinstance(error, ConflictError))
                return _Sent(answers, errors[0])
        return _Sent(answers)

    async def _objected(
        self, step: Step, call: Call, error: ConfigCatManagementError
    ) -> StepEnd | None:
        """Return the end of a step whose values now need an approval or a reason."""
        if not isinstance(error, _REFUSALS):
            return None
        try:
            found = await self._call_builder.objection(step, call)
        except ConfigCatManagementError:
            return None  # The refusal itself says more.
        if found is None:
            return None
        if found.reason is None:
            return StepEnd("failed", found.note, left_out=call.left_out)
        left_out = tuple(LeftOut(key, found.reason) for key in call.keys)
        return StepEnd("conflict", found.note, left_out=(*call.left_out, *left_out))

    async def _call(self, flight: Flight, resolution: Resolution | None) -> Call:
        step = flight.step
        if resolution is not None and resolution.body is not None:
            step = attrs.evolve(step, body=resolution.body)
        if resolution is None or resolution.finding == "send":
            return await self._call_builder.call_for(step, flight.left)
        operation, arguments = update_for(resolution)
        body = changeable(await self._call_builder.body_for(step))
        return Call.of(operation, arguments, body)

    def _canceled(self, flight: Flight) -> StepEnd:
        if flight.sent:
            note = "it was sent, and then the job was interrupted"
            self._queue.note(_entry(flight, "unknown", note))
            return StepEnd("unknown", note)
        # What an earlier run did of it stays done.
        self._queue.note(_entry(flight, "done" if flight.left else "planned"))
        return StepEnd("not_started", left_out=flight.left)


def _entry(flight: Flight, state: State, note: str = "") -> Entry:
    return Entry(flight.number, state, to_result(flight.left), note)


def adopted(resolver: Resolver, resolution: Resolution) -> StepEnd:
    """Return the end of a step that has been found to be done."""
    if resolution.found is None:
        return StepEnd("adopted", resolution.note)
    step = resolution.pending.step
    variations = learn(resolver, step, resolution.found)
    return StepEnd("adopted", id=resolution.found.id, variations=variations)


def _unwritten(flight: Flight, error: JournalBrokenError) -> StepEnd:
    if not flight.sent:
        return StepEnd("not_started")
    return StepEnd(
        "unknown", f"it was sent, and the journal cannot be written ({error})"
    )


def _unresolved(step: Step, error: UnresolvedError) -> StepEnd:
    if error.why == "absent" and step.action == "delete" and _contains(error.ref, step):
        return StepEnd("done", "it no longer existed")
    return StepEnd("skipped" if error.why == "unmade" else "failed", str(error))


def _needs_look(step: Step, error: ConfigCatManagementError) -> bool:
    """Whether another look at the versions tells what an error leaves open."""
    if not step.versions or step.action == "delete":
        return False
    if isinstance(error, ConflictError):
        return True
    return isinstance(error, UnknownOutcome) and not is_creation(step.operation)


def _arguments(call: Request) -> dict[str, object]:
    """Return the arguments of a request, with enum values as members, known or not.

    The service has the unknown ones, since a snapshot read them there.
    """
    kinds = {one.name: one.type for one in OPERATIONS[call.operation].parameters}
    return {
        name: _as_member(value, kinds.get(name))
        for name, value in call.arguments.items()
    }


def _as_member(value: object, kind: object) -> object:
    if isinstance(kind, type) and issubclass(kind, OpenEnum) and isinstance(value, str):
        return kind(value)
    return value


def _body(call: Request) -> object:
    """Return the body of a request as a model, which keeps unknown enum values too."""
    kind = OPERATIONS[call.operation].body
    if call.body is None or kind is None:
        return UNSET
    return from_json(call.body, cast("type[object]", kind))


def _contains(ref: Ref, step: Step) -> bool:
    """Whether a ref names the entity that a step deletes, or a parent of it."""
    if ref.entity == step.entity:
        return step.entity != "variation"  # Those it names are to stay.
    return ref.entity in ("config", "setting", "environment")
