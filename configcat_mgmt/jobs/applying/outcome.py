"""Outcomes of steps, and their form in the journal."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias, cast

import attrs

from configcat_mgmt.errors import (
    AuthenticationError,
    BadRequestError,
    ClientClosed,
    ConfigCatManagementError,
    NotFoundError,
    ResponseInvalid,
    ServerError,
    TransportError,
    UnknownOutcome,
)
from configcat_mgmt.jobs.applying.idempotency import has_natural_key, is_creation
from configcat_mgmt.jobs.applying.report import LeftOut, StepOutcome, StepResult
from configcat_mgmt.jobs.applying.target_index import INVITED, Id, variation_ids
from configcat_mgmt.jobs.compare.canonical import Fields
from configcat_mgmt.jobs.journal.plan_journal import Entry, Row, State
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.json_value import JsonValue

Uncertainty: TypeAlias = Literal["unknown", "refused"]
"""`unknown`: it may have been made. `refused`: it was not, perhaps because something of
its name is there."""

_STATES: Final[Mapping[StepOutcome, State]] = {
    "done": "done",
    "adopted": "done",
    "failed": "failed",
    "conflict": "conflict",
    "unknown": "unknown",
}

_LEFT_OUT: Final = "left_out"
_OUTCOMES: Final[Mapping[State, StepOutcome]] = {
    "planned": "not_started",
    "failed": "failed",
    "conflict": "conflict",
}


@attrs.frozen
class StepEnd:
    """How a step ended in this run, or in one before."""

    outcome: StepOutcome
    note: str = ""
    id: Id | None = None
    variations: Mapping[str, Id] = attrs.field(factory=dict[str, Id])
    """Ids of predefined variations by the texts of their values."""
    left_out: tuple[LeftOut, ...] = ()
    uncertainty: Uncertainty | None = None
    """Whether it is to be looked for before this is final."""
    is_fatal: bool = False
    """Whether nothing else can succeed either."""

    def entry(self, number: int) -> Entry | None:
        """Return the entry for the journal; None if nothing was done."""
        state = _STATES.get(self.outcome)
        if state is None:
            return None
        result: dict[str, JsonValue] = {}
        if self.id is not None:
            result["id"] = self.id
        if self.variations:
            result["variations"] = dict(self.variations)
        result.update(to_result(self.left_out))
        if self.outcome == "adopted":
            result["adopted"] = True
        return Entry(number, state, result, self.note)

    def result(self, step: Step) -> StepResult:
        """Return it for the report."""
        return StepResult(
            id=step.id,
            stage=step.stage,
            action=step.action,
            entity=step.entity,
            key=step.key,
            operation=step.operation,
            outcome=self.outcome,
            made_id=self.id,
            note=self.note,
            left_out=self.left_out,
        )


def remembered(row: Row) -> StepEnd:
    """Return how a step ended in an earlier run."""
    if row.state != "done":
        return StepEnd(_OUTCOMES.get(row.state, "unknown"), row.note)
    return StepEnd(
        outcome="earlier",
        note=row.note,
        id=cast("Id | None", row.result.get("id")),
        variations=cast("Mapping[str, Id]", row.result.get("variations", {})),
        left_out=left_out_in(row),
    )


def left_out_in(row: Row) -> tuple[LeftOut, ...]:
    """Return the parts of a step that an earlier run left out; only they are left."""
    left_out = cast("Sequence[Sequence[str]]", row.result.get(_LEFT_OUT, ()))
    return tuple(LeftOut(key, reason) for key, reason in left_out)


def to_result(left_out: Sequence[LeftOut]) -> dict[str, JsonValue]:
    """Return the parts that were left out in the form of the journal."""
    if not left_out:
        return {}
    return {_LEFT_OUT: [[one.key, one.reason] for one in left_out]}


def after_answer(
    step: Step, answer: JsonValue, left_out: tuple[LeftOut, ...]
) -> StepEnd:
    """Return how a step ended that the service says is done."""
    fields: Fields = answer if isinstance(answer, Mapping) else {}
    made = fields.get(step.id_field) if step.id_field is not None else None
    if step.id_field is not None and not isinstance(made, str | int):
        return StepEnd("unknown", "the answer has no id", uncertainty="unknown")
    variations: Mapping[str, Id] = {}
    if step.entity in ("setting", "variation"):
        variations = variation_ids(fields)
    return StepEnd(
        "done", id=cast("Id | None", made), variations=variations, left_out=left_out
    )


def after_error(
    step: Step,
    error: ConfigCatManagementError,
    left_out: tuple[LeftOut, ...],
    *,
    was_sent: bool,
) -> StepEnd:
    """Return how a step ended whose call raised.

    Args:
        step: The step.
        error: The error that the call raised.
        left_out: The parts of the step that were not part of the call.
        was_sent: Whether the call had its turn.
    """
    note = str(error)
    creates = is_creation(step.operation)
    if isinstance(error, ResponseInvalid) and error.applied and step.id_field is None:
        return StepEnd("done", note, left_out=left_out)
    if isinstance(error, NotFoundError) and step.action == "delete":
        return StepEnd("done", "it no longer existed")
    if isinstance(error, ClientClosed):
        return StepEnd("unknown" if was_sent else "not_started", note, is_fatal=True)
    if _is_uncertain(error, creates=creates):
        return StepEnd("unknown", note, uncertainty="unknown" if creates else None)
    # The service refuses names that exist, and people who are members already.
    can_exist = has_natural_key(step.entity) or step.entity == INVITED
    is_taken = isinstance(error, BadRequestError) and creates and can_exist
    is_fatal = isinstance(error, AuthenticationError)
    return StepEnd(
        "failed", note, uncertainty="refused" if is_taken else None, is_fatal=is_fatal
    )


def _is_uncertain(error: ConfigCatManagementError, *, creates: bool) -> bool:
    """Whether a call that raised may have been done."""
    if isinstance(error, TransportError):
        return error.sent
    if isinstance(error, ServerError):
        # Of a creation the client itself says so, by another error.
        return not creates
    return isinstance(error, UnknownOutcome | ResponseInvalid)
