"""Looks at the change requests of a job, and applies those that are approved."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, cast

import attrs

from configcat_mgmt.api.model_index import (
    ChangeRequestActivityType,
    ChangeRequestIssueModel,
    ChangeRequestIssueType,
    ChangeRequestModel,
    ChangeRequestStatus,
)
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import (
    ApiError,
    ConfigurationError,
    NotFoundError,
    UnknownOutcome,
)
from configcat_mgmt.jobs.applying.options import ApplyOptions
from configcat_mgmt.jobs.applying.outcome import StepEnd
from configcat_mgmt.jobs.applying.report import RequestState, RequestStatus
from configcat_mgmt.jobs.issues.collecting import make_issue
from configcat_mgmt.jobs.journal.plan_journal import Row
from configcat_mgmt.jobs.model.plan import Issue, Plan, Step
from configcat_mgmt.json_value import JsonValue

_STATUSES: Final[Mapping[ChangeRequestStatus, RequestStatus]] = {
    ChangeRequestStatus.APPLIED: "applied",
    ChangeRequestStatus.CLOSED: "closed",
}
_OWNER: Final = frozenset(
    {ChangeRequestIssueType.NO_OWNER, ChangeRequestIssueType.OWNER_PERMISSION_ISSUE}
)
_FAILURES: Final = frozenset(
    {
        ChangeRequestActivityType.APPLY_FAILED,
        ChangeRequestActivityType.SCHEDULED_APPLY_FAILED,
    }
)

_log: Final = logging.getLogger("configcat_mgmt")


def require_future_schedules(plan: Plan, rows: Iterable[Row]) -> None:
    """Refuse a plan that would schedule new change requests in the past.

    Raises:
        ConfigurationError: The time of a change request that is not made has passed.
    """
    now = datetime.now(UTC)
    for step, row in zip(plan.steps, rows, strict=True):
        moment = _schedule(step)
        if moment is not None and moment <= now and row.state == "planned":
            raise ConfigurationError(
                f"the plan schedules change requests for {moment.isoformat()}, which "
                f"has passed; plan again with a later time (--at)"
            )


def known_requests(
    plan: Plan, ends: Iterable[StepEnd], states: Mapping[int, RequestState]
) -> tuple[RequestState, ...]:
    """Return the change requests that a plan made.

    Args:
        plan: The plan.
        ends: How its steps ended.
        states: The requests that were read, by id; the others are `unknown`.
    """
    return tuple(
        states.get(number) or _state(step, number, "unknown")
        for step, number in _made(plan, ends)
    )


class RequestWatch:
    """Watches the change requests of one job.

    All that it knows is on the service, so a job that was killed just looks again.
    """

    def __init__(
        self,
        client: AsyncManagementClient,
        plan: Plan,
        ends: Iterable[StepEnd],
        options: ApplyOptions,
    ) -> None:
        """Watch the requests that the steps made."""
        self._client = client
        self._made = list(_made(plan, ends))
        self._options = options
        self._refusals: dict[int, str] = {}
        self.states: dict[int, RequestState] = {}
        """The requests as they were read last, by id."""

    async def look(self) -> bool:
        """Read all requests that are not at their end.

        Returns:
            Whether some are open and approved, and to be applied by the job.

        Raises:
            ConfigCatManagementError: A request cannot be read.
        """
        left = [
            (step, number)
            for step, number in self._made
            if number not in self.states or self.states[number].status == "open"
        ]
        found = await asyncio.gather(*(self._read(*one) for one in left))
        if self._options.waiting is not None and left:
            try:
                self._options.waiting(tuple(self.states.values()))
            except Exception:
                _log.exception("the waiting callback raised; the job goes on")
        return any(found)

    async def wait(self, stop: asyncio.Event) -> str | None:
        """Wait until each request is applied or closed, or needs attention.

        Args:
            stop: Ends the wait early.

        Returns:
            The reason if the wait ended early.

        Raises:
            ConfigCatManagementError: A request cannot be read.
        """
        while True:
            is_ready = await self.look()
            if stop.is_set():
                return "it was asked to stop"
            if is_ready:
                await asyncio.gather(*(self._apply(*one) for one in self._made))
            elif any(one.is_waiting for one in self.states.values()):
                await self._pause(stop)
            else:
                return None

    async def _pause(self, stop: asyncio.Event) -> None:
        seconds = self._options.poll_seconds
        pause = asyncio.ensure_future(self._options.sleep(seconds))
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({pause, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if pause.done():
                pause.result()  # Raises what the function raised.
        finally:
            pause.cancel()
            stopping.cancel()

    async def _read(self, step: Step, number: int) -> bool:
        """Read a request; return whether the job is to apply it."""
        get = self._client.change_requests.get_change_request
        try:
            model = await get(number)
        except NotFoundError:
            issue = _issue("CC715", step, number)
            self.states[number] = _state(step, number, "gone", (issue,))
            return False
        status: RequestStatus = _STATUSES.get(model.change_request_status, "open")
        issues = tuple(_issues(step, model, self._refusals.get(number)))
        state = attrs.evolve(
            _state(step, number, status, issues),
            title=model.title,
            is_approved=model.approved,
            apply_at=model.apply_at,
        )
        self.states[number] = state
        return _is_ready(step, state)

    async def _apply(self, step: Step, number: int) -> None:
        if not _is_ready(step, self.states[number]):
            return
        try:
            await self._client.change_requests.apply_change_request(number)
        except UnknownOutcome:
            return  # The next look tells.
        except ApiError as error:
            self._refusals[number] = str(error)


def _made(plan: Plan, ends: Iterable[StepEnd]) -> Iterator[tuple[Step, int]]:
    for step, end in zip(plan.steps, ends, strict=True):
        if step.entity == "change_request" and isinstance(end.id, int):
            yield step, end.id


def _schedule(step: Step) -> datetime | None:
    """Return the planned time of a change request, None if it has none."""
    if step.entity != "change_request":
        return None
    moment = cast("Mapping[str, JsonValue]", step.body).get("applyAt")
    return None if moment is None else datetime.fromisoformat(str(moment))


def _is_ready(step: Step, state: RequestState) -> bool:
    """Whether the job applies a request: it is approved, and nobody scheduled it."""
    return (
        state.status == "open"
        and state.is_approved
        and state.apply_at is None
        and _schedule(step) is None
        and not state.issues
    )


def _state(
    step: Step, number: int, status: RequestStatus, issues: tuple[Issue, ...] = ()
) -> RequestState:
    config, environment = step.key
    title = str(cast("Mapping[str, JsonValue]", step.body)["title"])
    return RequestState(config, environment, number, title, status, issues=issues)


def _issue(code: str, step: Step, *items: object, **details: object) -> Issue:
    texts = {name: str(one) for name, one in details.items()}
    return make_issue(code, " in ".join(step.key), tuple(map(str, items)), texts)


def _issues(
    step: Step, model: ChangeRequestModel, refusal: str | None
) -> Iterator[Issue]:
    """Yield what somebody should know about a request."""
    number = model.change_request_id
    if model.change_request_status == ChangeRequestStatus.CLOSED:
        closer = model.closed_by_user_email
        yield _issue("CC711", step, number, who=closer or "somebody")
    if model.change_request_status == ChangeRequestStatus.APPLIED:
        applier = model.applied_by_user_id
        if _schedule(step) is None and applier not in (None, model.creator_user_id):
            yield _issue("CC712", step, number, who=model.applied_by_user_email)
    if model.change_request_status != ChangeRequestStatus.OPEN:
        return
    # The service lists each setting with a conflict; one issue names all of them.
    found = dict.fromkeys(
        _attention(step, model, one)
        for one in model.change_request_issues
        if one.issue_fixed_at is None
    )
    yield from found
    if found:
        return
    failures = [
        one.error or one.details
        for one in model.activities
        if one.change_request_activity_type in _FAILURES
    ]
    if refusal is not None:
        yield _issue("CC717", step, number, reason=refusal)
    elif _schedule(step) is not None and model.apply_at is None and failures:
        yield _issue("CC717", step, number, reason=failures[-1])


def _attention(
    step: Step, model: ChangeRequestModel, issue: ChangeRequestIssueModel
) -> Issue:
    number = model.change_request_id
    if issue.issue_type == ChangeRequestIssueType.SETTING_CONFLICT:
        keys = [one.setting_key for one in model.setting_values if one.has_conflict]
        return _issue("CC713", step, *keys or [issue.issue_details], number=number)
    reason = f"{issue.issue_type}: {issue.issue_details}"
    code = "CC714" if issue.issue_type in _OWNER else "CC716"
    return _issue(code, step, number, reason=reason)
