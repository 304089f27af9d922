"""Hooks and the log: how a program counts and times the calls of a client."""

import logging
from typing import Final

import attrs

from configcat_mgmt.clock import monotonic

log: Final = logging.getLogger("configcat_mgmt")
"""The one logger: operation, attempt, status, times. Never headers or bodies."""


@attrs.frozen
class CallEvent:
    """The facts about one call that a hook receives; no argument or credential."""

    operation_id: str
    """Such as `update-tag`, or method and path for `client.request`."""
    attempt: int
    """Attempts sent so far, from 0."""
    status: int | None = None
    """Status of the last response, if there was one."""
    waited_seconds: float = 0.0
    """How long the call has waited for its turn so far, in seconds."""
    elapsed_seconds: float = 0.0
    """Since the call began, in seconds."""
    error: str | None = None
    """Name of the error class, or the reason of a retry."""


class Hooks:
    """Derive from this class and override the methods you need; each does nothing.

    The methods run on the client's event loop between other work, so they must return
    quickly. The client logs an exception from a hook and continues.
    """

    def call_started(self, event: CallEvent) -> None:
        """Report that a call was made and is checked; nothing was sent yet."""

    def call_waited(self, event: CallEvent) -> None:
        """Report that an attempt has its turn; `waited_seconds` is the total so far."""

    def call_retried(self, event: CallEvent) -> None:
        """Report that an attempt failed and another will follow."""

    def call_finished(self, event: CallEvent) -> None:
        """Report the end of a call: result, error or cancellation."""


class Watch:
    """Reports the progress of one call; created only if a log or hook listens."""

    __slots__ = ("_hooks", "_operation_id", "_started", "attempt", "status", "waited")

    def __init__(self, operation_id: str, hooks: Hooks | None) -> None:
        self._operation_id = operation_id
        self._hooks = hooks
        self._started = monotonic()
        self.attempt = 0
        self.status: int | None = None
        self.waited = 0.0
        self._tell("call_started", None)

    def waited_for(self, seconds: float) -> None:
        """Note that the next attempt has its turn after `seconds`."""
        self.waited += seconds
        self._tell("call_waited", None)

    def attempted(self, attempt: int, status: int | None) -> None:
        """Note an attempt and its status, `None` if it got no response."""
        self.attempt, self.status = attempt, status
        if log.isEnabledFor(logging.DEBUG):
            log.debug(
                "%s attempt %d: status %s, %.0f ms, waited %.0f ms",
                self._operation_id,
                attempt,
                "none" if status is None else status,
                (self._elapsed() - self.waited) * 1000,
                self.waited * 1000,
            )

    def retrying(self, reason: str) -> None:
        """Note that another attempt follows."""
        self._tell("call_retried", reason)

    def finished(self, error: BaseException | None) -> None:
        """Note the end of the call."""
        self._tell("call_finished", None if error is None else type(error).__name__)

    def _elapsed(self) -> float:
        return monotonic() - self._started

    def _tell(self, hook: str, error: str | None) -> None:
        if self._hooks is None:
            return
        event = CallEvent(
            operation_id=self._operation_id,
            attempt=self.attempt,
            status=self.status,
            waited_seconds=self.waited,
            elapsed_seconds=self._elapsed(),
            error=error,
        )
        try:
            getattr(self._hooks, hook)(event)
        except Exception:
            log.exception("the hook %s raised; the call continues", hook)
