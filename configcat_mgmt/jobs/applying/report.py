"""The report on an applied plan, also as JSON."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias, cast
from uuid import UUID

import attrs

from configcat_mgmt.jobs.model.entity import Action, Entity
from configcat_mgmt.jobs.model.plan import Issue, Target
from configcat_mgmt.json_value import JsonValue

StepOutcome: TypeAlias = Literal[
    "done",
    "adopted",
    "earlier",
    "failed",
    "conflict",
    "unknown",
    "skipped",
    "not_started",
]
"""The outcome of a step.

`adopted`: it was there already, as wanted, so nothing was made. `earlier`: a run before
had done it. `failed`: the service refused it. `conflict`: something else is in its
place, which was left alone. `unknown`: it may have been done; applying again settles
it, or asks. `skipped`: something that it needs is missing.
"""

FINISHED: Final[frozenset[StepOutcome]] = frozenset({"done", "adopted", "earlier"})
HIDDEN: Final = "***"


CHANGED: Final = "somebody changed it since the plan was made"
GONE: Final = "it is not there anymore"
NEEDS_APPROVAL: Final = "it requires approval since the plan was made"
CANNOT_BYPASS: Final = "the credentials may no longer bypass its approval"
_FOR_A_NEW_PLAN: Final = frozenset({CHANGED, GONE, NEEDS_APPROVAL, CANNOT_BYPASS})
"""Reasons that applying the plan again does not remove."""


@attrs.frozen
class LeftOut:
    """A part of a step that was not done, while the rest of it was."""

    key: str
    """Such as the key of the setting."""
    reason: str


@attrs.frozen
class StepResult:
    """The result of a step.

    Attributes:
        id (str): Id of the step, such as `setting/Web shop/newLayout/create`.
        stage (int): Stage of the step.
        action (Action): Whether it creates, updates, sets or deletes.
        entity (Entity): Kind of what it changes, such as `setting`.
        key (tuple[str, ...]): Names of what it changes, from the outermost to the
            innermost.
        operation (str): Operation id of its call.
        outcome (StepOutcome): The outcome of the step.
        made_id (str | int | None): Id of the entity that the step created or adopted.
            Default: None.
        note (str): The reason, if the step is not finished. Default: "".
        left_out (tuple[LeftOut, ...]): Parts that were not done while the rest was.
            Default: ().
    """

    id: str
    """Id of the step, such as `setting/Web shop/newLayout/create`."""
    stage: int
    """Stage of the step."""
    action: Action
    """Whether it creates, updates, sets or deletes."""
    entity: Entity
    """Kind of what it changes, such as `setting`."""
    key: tuple[str, ...]
    """Names of what it changes, from the outermost to the innermost."""
    operation: str
    """Operation id of its call."""
    outcome: StepOutcome
    """The outcome of the step."""
    made_id: str | int | None = None
    """Id of the entity that the step created or adopted."""
    note: str = ""
    """The reason, if the step is not finished."""
    left_out: tuple[LeftOut, ...] = ()
    """Parts that were not done while the rest was."""

    @property
    def is_finished(self) -> bool:
        """Whether nothing of it is left to do."""
        return self.outcome in FINISHED and not self.left_out

    @property
    def is_left_alone(self) -> bool:
        """Whether only parts are left that need a new plan.

        Somebody changed them, or the approval that they require, since this plan.
        """
        return (
            self.outcome in (*FINISHED, "conflict")
            and bool(self.left_out)
            and all(one.reason in _FOR_A_NEW_PLAN for one in self.left_out)
        )


@attrs.frozen
class NewId:
    """The id of a created entity, and its id in the source."""

    entity: Entity
    key: tuple[str, ...]
    new: str | int
    old: str | int | None = None
    """None if there is no source or it does not have the entity."""


@attrs.frozen
class NewSdkKey:
    """The keys of a config in an environment, for the deployment; secrets."""

    config: str
    environment: str
    primary: str | None = attrs.field(repr=False)
    secondary: str | None = attrs.field(repr=False)
    old_primary: str | None = attrs.field(repr=False, default=None)
    old_secondary: str | None = attrs.field(repr=False, default=None)

    def masked(self) -> "NewSdkKey":
        """Return keys of which can only be seen whether they are there."""
        return NewSdkKey(
            self.config,
            self.environment,
            _masked(self.primary),
            _masked(self.secondary),
            _masked(self.old_primary),
            _masked(self.old_secondary),
        )


RequestStatus: TypeAlias = Literal["open", "applied", "closed", "gone", "unknown"]
"""The state of a change request. `gone`: it no longer exists. `unknown`: nobody looked
since it was made."""


@attrs.frozen
class RequestState:
    """A change request of the job, as it was read last.

    Attributes:
        config (str): Name of the config whose values it proposes.
        environment (str): Name of the environment.
        id (int): Its id; `configcat-mgmt requests show ID` shows it.
        title (str): Its title.
        status (RequestStatus): Its state.
        is_approved (bool): Whether somebody approved it. Default: False.
        apply_at (datetime | None): Time at which the service applies it, if it is
            scheduled. Default: None.
        issues (tuple[Issue, ...]): The reasons why it may never be applied. Default:
            ().
    """

    config: str
    """Name of the config whose values it proposes."""
    environment: str
    """Name of the environment."""
    id: int
    """Its id; `configcat-mgmt requests show ID` shows it."""
    title: str
    """Its title."""
    status: RequestStatus
    """Its state."""
    is_approved: bool = False
    """Whether somebody approved it."""
    apply_at: datetime | None = None
    """Time at which the service applies it, if it is scheduled."""
    issues: tuple[Issue, ...] = ()
    """The reasons why it may never be applied."""

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for an approval, a schedule or somebody to apply it."""
        return self.status in ("open", "unknown") and not self.issues


@attrs.frozen
class StageTime:
    """How long a stage took."""

    stage: int
    steps: int
    """Those that were not done before."""
    seconds: float


@attrs.frozen
class Tick:
    """Calls of one endpoint that were sent within one second."""

    second: int
    """Since the start."""
    operation: str
    calls: int


@attrs.frozen
class Report:
    """The report on an applied plan.

    Attributes:
        kind (str): Kind of the plan, such as `copy`.
        target (Target): The product that the plan changes.
        plan_hash (str): Digest of the plan.
        journal (str): Path of the journal.
        started_at (datetime): Time at which this run began; aware, UTC.
        finished_at (datetime): Time at which this run ended; aware, UTC.
        steps (tuple[StepResult, ...]): Results of all steps, in the order of the plan.
        product_id (UUID | None): The product that was written to, if it is there.
            Default: None.
        resumed (bool): Whether a run before had begun. Default: False.
        stopped (str | None): Why the run ended before all was tried; None if it did
            not. Default: None.
        requests (tuple[RequestState, ...]): The change requests that the job made.
            Default: ().
        ids (tuple[NewId, ...]): Ids of created entities. Default: ().
        sdk_keys (tuple[NewSdkKey, ...]): SDK keys of created configs and environments,
            only if they were asked for. Default: ().
        stages (tuple[StageTime, ...]): Seconds that each stage of this run took.
            Default: ().
        calls (Mapping[str, int]): Calls sent by operation id, repetitions and reads
            included. Default: {}.
        refused (Mapping[str, int]): Answers 429 by operation id. Default: {}.
        timeline (tuple[Tick, ...]): Calls of this run by second and endpoint. Default:
            ().
    """

    kind: str
    """Kind of the plan, such as `copy`."""
    target: Target
    """The product that the plan changes."""
    plan_hash: str
    """Digest of the plan."""
    journal: str
    """Path of the journal."""
    started_at: datetime
    """Time at which this run began; aware, UTC."""
    finished_at: datetime
    """Time at which this run ended; aware, UTC."""
    steps: tuple[StepResult, ...]
    """Results of all steps, in the order of the plan."""
    product_id: UUID | None = None
    """The product that was written to, if it is there."""
    resumed: bool = False
    """Whether a run before had begun."""
    stopped: str | None = None
    """Why the run ended before all was tried; None if it did not."""
    requests: tuple[RequestState, ...] = ()
    """The change requests that the job made."""
    ids: tuple[NewId, ...] = ()
    """Ids of created entities."""
    sdk_keys: tuple[NewSdkKey, ...] = attrs.field(default=(), repr=False)
    """SDK keys of created configs and environments, only if they were asked for."""
    stages: tuple[StageTime, ...] = ()
    """Seconds that each stage of this run took."""
    calls: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """Calls sent by operation id, repetitions and reads included."""
    refused: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """Answers 429 by operation id."""
    timeline: tuple[Tick, ...] = ()
    """Calls of this run by second and endpoint."""

    def __repr__(self) -> str:
        """Summarize the report, since a full listing has thousands of lines."""
        found = [f"{count:,} {outcome}" for outcome, count in self.counts.items()]
        state = "complete" if self.is_complete else "incomplete"
        where = f"{self.kind} {self.target.product!r}"
        return f"<Report {where}, {state}: {', '.join(found) or 'no steps'}>"

    @property
    def is_complete(self) -> bool:
        """Whether all steps are done; change requests may still wait for approval."""
        return all(step.is_finished for step in self.steps)

    @property
    def needs_new_plan(self) -> bool:
        """Whether applying the plan again cannot do more.

        All steps are done but for entities that were left alone: somebody changed them,
        or the approval that they require, since the plan was made.
        """
        return not self.is_complete and all(
            step.is_finished or step.is_left_alone for step in self.steps
        )

    @property
    def waiting(self) -> tuple[RequestState, ...]:
        """The change requests that are neither applied nor in trouble."""
        return tuple(one for one in self.requests if one.is_waiting)

    @property
    def needs_attention(self) -> tuple[RequestState, ...]:
        """The change requests that are not applied and may never be."""
        return tuple(
            one
            for one in self.requests
            if not one.is_waiting and one.status != "applied"
        )

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.finished_at - self.started_at).total_seconds()

    @property
    def counts(self) -> dict[str, int]:
        """Steps by outcome; outcomes that did not occur are left out."""
        return dict(Counter(step.outcome for step in self.steps))

    @property
    def trouble(self) -> tuple[StepResult, ...]:
        """Steps that somebody should look at: tried, and not finished."""
        return tuple(
            step
            for step in self.steps
            if not step.is_finished and step.outcome != "not_started"
        )

    def to_json(self, *, secrets: bool = False) -> dict[str, JsonValue]:
        """Return everything as plain JSON data.

        Args:
            secrets: Whether to show SDK keys; they are `***` otherwise.
        """
        return {
            "kind": self.kind,
            "target": _plain(self.target),
            "plan_hash": self.plan_hash,
            "journal": self.journal,
            "product_id": None if self.product_id is None else str(self.product_id),
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "seconds": self.seconds,
            "resumed": self.resumed,
            "complete": self.is_complete,
            "stopped": self.stopped,
            "counts": self.counts,
            "steps": [_plain(step) for step in self.steps],
            "requests": [_plain(one) for one in self.requests],
            "ids": [_plain(one) for one in self.ids],
            "sdk_keys": [
                _plain(one if secrets else one.masked()) for one in self.sdk_keys
            ],
            "stages": [_plain(one) for one in self.stages],
            "calls": dict(self.calls),
            "refused": dict(self.refused),
            "timeline": [_plain(one) for one in self.timeline],
        }


def _plain(value: object) -> JsonValue:
    """Write a record of this file under the names of its fields."""
    kind = type(value)
    if attrs.has(kind):
        names = (field.name for field in attrs.fields(kind))
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _masked(key: str | None) -> str | None:
    return None if key is None else HIDDEN
