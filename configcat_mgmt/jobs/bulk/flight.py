"""One call of a bulk run under way: what is noted of it, and how it ends."""

import asyncio
from typing import Final

import attrs

from configcat_mgmt.core.codec.converter import to_json
from configcat_mgmt.core.options import Options
from configcat_mgmt.core.pipeline import Core, Pipeline
from configcat_mgmt.errors import (
    ClientClosed,
    ConfigCatManagementError,
    JobError,
    RequestBuildError,
    ResponseInvalid,
    ServerError,
    TransportError,
    UnknownOutcome,
)
from configcat_mgmt.jobs.applying.idempotency import may_repeat
from configcat_mgmt.jobs.bulk.calls import Call, Ending, Outcome
from configcat_mgmt.jobs.bulk.journal import BulkJournal, CallState
from configcat_mgmt.lookup import prepared
from configcat_mgmt.unset import UNSET

_BEFORE: Final = (
    "an earlier run sent it and ended before the answer came, so it may have been "
    "done; look, and run again with repeat_unknown if it was not"
)
_INTERRUPTED: Final = "it was sent, and then the run ended, so it may have been done"
_WAITED: Final = "it was not sent, because the run ended before its turn came"


@attrs.define(eq=False)
class Flight:
    """One call under way."""

    number: int
    call: Call
    journal: BulkJournal | None
    _digest: str = ""
    _was_sent: bool = False
    trouble: JobError | None = None
    """Why the journal cannot be used any more."""

    async def make(self, core: Core, options: Options, *, again: bool) -> Outcome:
        """Make the call, unless an earlier run did.

        Args:
            core: What the calls of the run share.
            options: Of the calls.
            again: Whether to make it though an earlier run may have done it.

        Raises:
            ConfigCatManagementError: The call cannot be made as it is.
        """
        arguments = dict(self.call.arguments)
        operation, body = prepared(self.call.operation, arguments, self.call.body)
        if "body" in arguments:
            problem = "body: belongs beside the arguments, not among them"
            raise RequestBuildError(operation.id, [problem])
        state = self._earlier()
        if state == "done":
            return Outcome(self.number, self.call, ending="earlier")
        if state == "sent" and not again and not _may_repeat(operation.id, body):
            return self._ended("unknown", self._error(_BEFORE))
        pipeline = Pipeline(core, options, self._before_send)
        try:
            result = await pipeline.call(operation, body=body, **arguments)
        except (ConfigCatManagementError, asyncio.CancelledError) as error:
            return await self._after(error, reads=operation.effect == "read")
        await self._note_end("done")
        return Outcome(self.number, self.call, result)

    def _earlier(self) -> CallState | None:
        """Return what an earlier run noted."""
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
                # What is certain must not be forgotten because nobody wants to wait.
                self.journal.note_now(self.number, self._digest, state)
        except JobError as error:
            self.trouble = error

    async def _after(self, error: BaseException, *, reads: bool) -> Outcome:
        """Say how a call ended that raised, and note what is certain."""
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


def _may_repeat(operation: str, body: object) -> bool:
    return may_repeat(operation, None if body is UNSET else to_json(body))
