"""One call of a bulk run: sends it, writes its states to the journal, settles it."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

import attrs

from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.core.options import Options
from configcat_mgmt.core.pipeline import Core, Pipeline
from configcat_mgmt.errors import (
    BadRequestError,
    ClientClosed,
    ConfigCatManagementError,
    JobError,
    ResponseInvalid,
    ServerError,
    TransportError,
    UnknownOutcome,
)
from configcat_mgmt.jobs.applying.idempotency import may_repeat
from configcat_mgmt.jobs.bulk.calls import Call, Ending, Outcome
from configcat_mgmt.jobs.bulk.check import prepared_call
from configcat_mgmt.jobs.bulk.journal import BulkJournal, CallState
from configcat_mgmt.jobs.bulk.reconcile import Creation, CreationLookup, can_look_for
from configcat_mgmt.unset import UNSET

_BEFORE: Final = (
    "an earlier run sent it and ended before the response came; it may have been done"
)
_INTERRUPTED: Final = "it was sent, and then the run ended, so it may have been done"
_LOST: Final = "it was sent and no response came, so it may have been done"
_MOST_ROUNDS: Final = 4
"""How often a creation is looked for and sent, if responses keep getting lost."""
_WAITED: Final = "it was not sent, because the run ended before its turn came"


@attrs.define(eq=False)
class Flight:
    """One call under way."""

    number: int
    call: Call
    journal: BulkJournal | None
    lookup: CreationLookup
    since: float
    """Monotonic time after which no call of an earlier run is still on its way."""
    linger_seconds: float
    _digest: str = ""
    _was_sent: bool = False
    trouble: JobError | None = None
    """The reason why the journal can no longer be used."""

    async def make(self, core: Core, options: Options, *, again: bool) -> Outcome:
        """Make the call, unless an earlier run did.

        Args:
            core: The part of the client that the calls of the run share.
            options: Of the calls.
            again: Whether to make it though an earlier run may have done it.

        Raises:
            ConfigCatManagementError: The call cannot be made as it is.
        """
        operation, arguments, body = prepared_call(self.call)
        state = self._earlier()
        if state == "done":
            return Outcome(self.number, self.call, ending="earlier")
        pipeline = Pipeline(core, options, self._before_send)
        if operation.effect == "create":
            creation = Creation(operation, arguments, body, self.since)
            return await self._create(pipeline, creation, state == "sent", again=again)
        if state == "sent" and not again and not _may_repeat(operation.id, body):
            return self._ended("unknown", self._error(_before(operation, arguments)))
        try:
            result = await pipeline.call(operation, body=body, **arguments)
        except (ConfigCatManagementError, asyncio.CancelledError) as error:
            return await self._after(error, reads=operation.effect == "read")
        await self._note_end("done")
        return Outcome(self.number, self.call, result)

    async def _create(
        self, pipeline: Pipeline, creation: Creation, may_be_done: bool, *, again: bool
    ) -> Outcome:
        """Send a creation, and look for it whenever it may have been done already."""
        before = _before(creation.operation, creation.arguments)
        outcome = self._ended("unknown", self._error(before))
        for _ in range(_MOST_ROUNDS):
            if may_be_done:
                settled = await self._settle(creation, outcome, again=again)
                if settled is not None:
                    return settled
            was_sent_before, self._was_sent = may_be_done, False
            try:
                result = await pipeline.call(
                    creation.operation,
                    body=creation.body,
                    **creation.arguments,
                )
            except BadRequestError as error:
                # The service refuses what an earlier call may have created.
                if was_sent_before and creation.operation.find_created is not None:
                    creation = attrs.evolve(creation, since=time.monotonic())
                    found = await self._settle(creation, outcome, again=False)
                    if found is not None and found.ending == "done":
                        return found
                return await self._after(error, reads=False)
            except (ConfigCatManagementError, asyncio.CancelledError) as error:
                outcome = await self._after(error, reads=False)
                is_stopped = isinstance(error, ClientClosed | asyncio.CancelledError)
                is_unknown = outcome.ending == "unknown" and not is_stopped
                if not (is_unknown and can_look_for(creation.operation)):
                    return outcome
                since = time.monotonic() + self.linger_seconds
                creation = attrs.evolve(creation, since=since)
                may_be_done = True
            else:
                await self._note_end("done")
                return Outcome(self.number, self.call, result)
        return outcome

    async def _settle(
        self, creation: Creation, outcome: Outcome, *, again: bool
    ) -> Outcome | None:
        """Return how a creation ended that may be done; None to send it again."""
        if not can_look_for(creation.operation):
            return None if again else outcome
        try:
            answered = await self.lookup.look(creation)
        except (ConfigCatManagementError, asyncio.CancelledError) as error:
            if isinstance(error, ClientClosed | asyncio.CancelledError):
                return outcome
            reason = f"{_LOST}; it could not be looked for: {error}"
            return self._ended("unknown", self._error(reason))
        if answered.verdict == "missing" or (answered.verdict == "unclear" and again):
            return None
        if answered.verdict == "created":
            self._was_sent = True
            await self._note_end("done")
            return Outcome(self.number, self.call, answered.result)
        reason = f"{_LOST}; {answered.note}"
        return self._ended("unknown", self._error(reason))

    def _earlier(self) -> CallState | None:
        """Return the state that an earlier run wrote."""
        if self.journal is None:
            return None
        self._digest = self.call.digest()
        try:
            return self.journal.state_of(self.number, self._digest)
        except JobError as error:
            self.trouble = error
            raise

    async def _before_send(self) -> None:
        if self.journal is not None:
            try:
                await self.journal.note(self.number, self._digest, "sent")
            except JobError as error:
                self.trouble = error
                raise
        self._was_sent = True

    async def _note_end(self, state: CallState) -> None:
        """Note how it ended; that this fails does not change how it ended."""
        if self.journal is None or not self._was_sent:
            return
        try:
            try:
                await self.journal.note(self.number, self._digest, state)
            except asyncio.CancelledError:
                # The state is certain, so it is written although the caller does not
                # wait.
                self.journal.note_now(self.number, self._digest, state)
        except JobError as error:
            self.trouble = error

    async def _after(self, error: BaseException, *, reads: bool) -> Outcome:
        """Return the outcome of a call that raised; write the state if certain."""
        ending = _ending_after(error, was_sent=self._was_sent)
        if ending == "unknown" and reads:
            ending = "failed"
        if ending in ("done", "failed"):
            await self._note_end(ending)
        if isinstance(error, ConfigCatManagementError) and not (
            isinstance(error, ClientClosed)
        ):
            return self._ended(ending, error)
        reason = _WAITED if ending == "not_sent" else _INTERRUPTED
        return self._ended(ending, self._error(reason))

    def _ended(self, ending: Ending, error: ConfigCatManagementError) -> Outcome:
        return Outcome(self.number, self.call, error=error, ending=ending)

    def _error(self, reason: str) -> JobError:
        return JobError(f"call {self.number}", reason)


def _ending_after(error: BaseException, *, was_sent: bool) -> Ending:
    if isinstance(error, ResponseInvalid):
        return "done" if error.applied else "failed"
    if isinstance(error, ClientClosed | JobError | asyncio.CancelledError):
        return "unknown" if was_sent else "not_sent"
    if isinstance(error, TransportError):
        return "unknown" if error.sent else "failed"
    if isinstance(error, UnknownOutcome | ServerError):
        return "unknown"
    return "failed"


def _before(operation: Operation[object], arguments: Mapping[str, object]) -> str:
    """Describe a call that an earlier run sent, with the parents of its effect."""
    places = [
        f"{one.name} {arguments[one.name]}"
        for one in operation.parameters
        if one.name in arguments and not one.secret
    ]
    return f"{_BEFORE}; look at {', '.join(places)}" if places else _BEFORE


def _may_repeat(operation: str, body: object) -> bool:
    return may_repeat(operation, None if body is UNSET else to_json(body))
