"""Hooks: how a program counts and times what the client does."""

import logging
from typing import Final

import attrs

log: Final = logging.getLogger("configcat_mgmt")
"""The one logger: operation, attempt, status, times. Never headers or bodies."""


@attrs.frozen
class CallEvent:
    """What a hook is told about one call; holds no argument, body or credential."""

    operation_id: str
    """Such as `update-tag`, or method and path for `client.request`."""
    attempt: int
    """Attempts sent so far, from 0."""
    status: int | None = None
    """Status of the last answer, if there was one."""
    waited_seconds: float = 0.0
    """How long the call has waited for its turn so far, in seconds."""
    elapsed_seconds: float = 0.0
    """Since the call began, in seconds."""
    error: str | None = None
    """Name of the error class, or what made a retry necessary."""


class Hooks:
    """Derive from this and override what you need; every method does nothing.

    The methods run on the client's event loop between other work, so they must return
    quickly. What they raise is logged and changes nothing.
    """

    def call_started(self, event: CallEvent) -> None:
        """Report that a call was made and is checked; nothing was sent yet."""

    def call_waited(self, event: CallEvent) -> None:
        """Report that an attempt has its turn; `waited_seconds` is the total so far."""

    def call_retried(self, event: CallEvent) -> None:
        """Report that an attempt failed and another will follow."""

    def call_finished(self, event: CallEvent) -> None:
        """Report the end of a call: result, error or cancellation."""
