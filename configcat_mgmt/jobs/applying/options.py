"""Options, callbacks and progress of applying a plan."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias, TypedDict

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.report import RequestState, StepOutcome
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.jobs.model.snapshot import Snapshot

OnError: TypeAlias = Literal["stop", "collect"]
"""`stop` starts no further step after the first that fails, `collect` continues with
all steps that do not depend on it."""

Decision: TypeAlias = Literal["send", "made", "leave"]
"""The decision about an entity that may have been created and cannot be identified:
send the call (again), take it as made, or leave it open."""

Sleep: TypeAlias = Callable[[float], Awaitable[object]]
"""Pauses for a number of seconds."""

Confirm: TypeAlias = Callable[[tuple[Step, ...]], bool | Awaitable[bool]]
"""Receives all planned deletions before anything is sent; returns whether to go on."""

Decide: TypeAlias = Callable[[Step, str], Decision | Awaitable[Decision]]
"""Receives a step that may have been done and a text about it; returns a decision."""


@attrs.frozen
class ApplyProgress:
    """Progress of a plan.

    It is reported whenever a stage begins, a step ends, or the job begins or ends to
    wait for calls without a response.
    """

    stage: int
    stage_done: int
    stage_steps: int
    done: int
    """Steps of all stages that have ended, including those of earlier runs."""
    steps: int
    in_flight: int
    calls: int
    """Calls sent so far, reads included."""
    refused: int
    """Responses with status 429 so far."""
    step: str | None = None
    """Id of the step that ended; None when a stage or a wait begins or ends."""
    outcome: StepOutcome | None = None
    """Outcome of that step."""
    waiting_seconds: float = 0.0
    """Longest time in seconds until the job looks for the effect of calls that may
    still be on their way; 0 if it does not wait for such calls."""


ApplyListener: TypeAlias = Callable[[ApplyProgress], None]


WaitListener: TypeAlias = Callable[[tuple[RequestState, ...]], object]
"""Receives the change requests of the job after each look at them."""


class ApplyChoices(TypedDict, total=False):
    """The fields of `ApplyOptions`, all of which may be left out."""

    reason: str | None
    in_flight: int
    on_error: OnError
    confirm: Confirm | None
    decide: Decide | None
    allow_duplicates: bool
    progress: ApplyListener | None
    linger_seconds: float
    grace_seconds: float
    stop: asyncio.Event | None
    sdk_keys: bool
    source: Snapshot | None
    wait: bool
    poll_seconds: float
    sleep: Sleep
    waiting: WaitListener | None


@checked
@attrs.frozen(kw_only=True)
class ApplyOptions:
    """Options of applying a plan.

    Attributes:
        reason (str | None): Note on every change of values, instead of the plan's.
            Default: None.
        in_flight (int): Maximum number of steps at a time, at least 1; the client sets
            the pace. Default: 64.
        on_error (OnError): Whether to stop at the first step that goes wrong. Values
            that somebody changed since the plan was made are left out and reported in
            both cases. Default: "stop".
        confirm (Confirm | None): Receives all deletions before anything is sent, and
            agrees or not. Default: None.
        decide (Decide | None): Decides about a webhook, integration or invitation that
            may have been created. Without it they are reported and not sent again.
            Default: None.
        allow_duplicates (bool): Whether to send such creations again without a
            decision. Default: False.
        progress (ApplyListener | None): Called whenever a stage begins, a step ends, or
            a wait begins or ends. Default: None.
        linger_seconds (float): Seconds that a call without a response may still be on
            its way to the service. The job looks for its effect afterwards. Default:
            10.0.
        grace_seconds (float): Seconds that calls in flight may take to finish when the
            job stops. Default: 4.0.
        stop (asyncio.Event | None): Stops the job after the calls in flight when it is
            set. Canceling the task does the same, but gives no report; `journal_report`
            makes one. Default: None.
        sdk_keys (bool): Whether to read the SDK keys of created configs and
            environments, which are secrets: two more lists, and one call for each
            config and environment. Default: False.
        source (Snapshot | None): The snapshot that the plan was made of, under the
            names of the target. The report takes the old ids and keys from it. Default:
            None.
        wait (bool): Whether to wait until each change request of the plan is applied or
            closed, or needs attention. The job applies a request once it is approved,
            unless the service applies it on a schedule. Default: False.
        poll_seconds (float): Seconds between two looks at the change requests that the
            job waits for, at least 0. Each look is one call for each of them. Default:
            15.0.
        sleep (Sleep): Pauses between two looks for a number of seconds; tests pass a
            clock of theirs. Default: asyncio.sleep.
        waiting (WaitListener | None): Called with the change requests after each look
            at them. Default: None.
    """

    reason: str | None = None
    """Note on every change of values, instead of the plan's."""
    in_flight: int = 64
    """Maximum number of steps at a time, at least 1; the client sets the pace."""
    on_error: OnError = "stop"
    """Whether to stop at the first step that goes wrong. Values that somebody changed
    since the plan was made are left out and reported in both cases."""
    confirm: Confirm | None = None
    """Receives all deletions before anything is sent, and agrees or not."""
    decide: Decide | None = None
    """Decides about a webhook, integration or invitation that may have been created.
    Without it they are reported and not sent again."""
    allow_duplicates: bool = False
    """Whether to send such creations again without a decision."""
    progress: ApplyListener | None = None
    """Called whenever a stage begins, a step ends, or a wait begins or ends."""
    linger_seconds: float = 10.0
    """Seconds that a call without a response may still be on its way to the service.
    The job looks for its effect afterwards."""
    grace_seconds: float = 4.0
    """Seconds that calls in flight may take to finish when the job stops."""
    stop: asyncio.Event | None = None
    """Stops the job after the calls in flight when it is set. Canceling the task does
    the same, but gives no report; `journal_report` makes one."""
    sdk_keys: bool = False
    """Whether to read the SDK keys of created configs and environments, which are
    secrets: two more lists, and one call for each config and environment."""
    source: Snapshot | None = None
    """The snapshot that the plan was made of, under the names of the target. The report
    takes the old ids and keys from it."""

    wait: bool = False
    """Whether to wait until each change request of the plan is applied or closed, or
    needs attention. The job applies a request once it is approved, unless the service
    applies it on a schedule."""
    poll_seconds: float = 15.0
    """Seconds between two looks at the change requests that the job waits for, at least
    0. Each look is one call for each of them."""
    sleep: Sleep = asyncio.sleep
    """Pauses between two looks for a number of seconds; tests pass a clock of theirs.
    """
    waiting: WaitListener | None = None
    """Called with the change requests after each look at them."""

    def __attrs_post_init__(self) -> None:
        """Refuse values that cannot work."""
        if self.in_flight < 1:
            _refuse("in_flight must be at least 1")
        waits = (self.linger_seconds, self.grace_seconds, self.poll_seconds)
        if any(one < 0 for one in waits):
            _refuse(
                "linger_seconds, grace_seconds and poll_seconds must not be negative"
            )


def _refuse(message: str) -> None:
    raise ConfigurationError(message)
