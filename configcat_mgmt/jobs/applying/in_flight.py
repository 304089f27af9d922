"""Tracks calls in flight: the step of each call, and whether it was sent."""

import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

import attrs

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.hooks import CallEvent, Hooks
from configcat_mgmt.jobs.applying.report import LeftOut
from configcat_mgmt.jobs.model.plan import Step

BULK_RETRY_AFTER_SECONDS: Final = 600.0
"""Longest wait that the service may ask for during a job, in seconds."""

_NO_ALLOWANCE: Final = 429
_REFUSED: Final = "RateLimitError"


@attrs.define(eq=False)
class Flight:
    """One step under way."""

    step: Step
    number: int
    """Place of the step in the plan."""
    left: tuple[LeftOut, ...] = ()
    """The parts that an earlier run left out, if it did the rest."""
    armed: bool = False
    """Whether the next call is the one that the step is about."""
    sent: bool = False
    """Whether that call has, or had, its turn: then it may have been done."""


CURRENT: ContextVar[Flight | None] = ContextVar("current", default=None)
"""The step that the present task works on."""


class Meter(Hooks):
    """Counts calls, and notes when that of a step goes out."""

    def __init__(
        self, others: Hooks | None, *, is_paced: bool, on_sent: Callable[[Flight], None]
    ) -> None:
        """Listen to a client.

        Args:
            others: Hooks of the client, which are told everything as before.
            is_paced: Whether calls wait for their turn.
            on_sent: Runs when the call of a step has its turn, before it is sent.
        """
        self._others = others or Hooks()
        self._is_paced = is_paced
        self._on_sent = on_sent
        self._began = time.monotonic()
        self.calls: Counter[str] = Counter()
        """Calls sent by operation id, repetitions included."""
        self.refused: Counter[str] = Counter()
        """Answers 429 by operation id."""
        self.timeline: Counter[tuple[int, str]] = Counter()
        """Calls sent by second since the start and operation id."""

    def call_started(self, event: CallEvent) -> None:
        """Take it as sent if it does not wait for its turn."""
        if not self._is_paced:
            self._sent(event)
        self._others.call_started(event)

    def call_waited(self, event: CallEvent) -> None:
        """Take it as sent."""
        self._sent(event)
        self._others.call_waited(event)

    def call_retried(self, event: CallEvent) -> None:
        """Count a refusal, and the repetition if that does not wait for its turn."""
        if event.status == _NO_ALLOWANCE:
            self.refused[event.operation_id] += 1
        if not self._is_paced:
            self._count(event)
        self._others.call_retried(event)

    def call_finished(self, event: CallEvent) -> None:
        """Count the last refusal."""
        if event.error == _REFUSED:
            self.refused[event.operation_id] += 1
        self._others.call_finished(event)

    def _sent(self, event: CallEvent) -> None:
        flight = CURRENT.get()
        if flight is not None and flight.armed and not flight.sent:
            flight.sent = True
            self._on_sent(flight)
        self._count(event)

    def _count(self, event: CallEvent) -> None:
        self.calls[event.operation_id] += 1
        second = int(time.monotonic() - self._began)
        self.timeline[second, event.operation_id] += 1


def metered(
    client: AsyncManagementClient, on_sent: Callable[[Flight], None]
) -> tuple[AsyncManagementClient, Meter]:
    """Return a view of a client for a job, and the meter of its calls."""
    options = client.options
    is_paced = options.limits is not None
    meter = Meter(options.hooks, is_paced=is_paced, on_sent=on_sent)
    longest = max(BULK_RETRY_AFTER_SECONDS, options.max_retry_after_seconds)
    view = client.with_options(hooks=meter, max_retry_after_seconds=longest)
    return view, meter
