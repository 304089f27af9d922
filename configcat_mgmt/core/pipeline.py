"""Joins the steps of a call: build, wait for its turn, send, decide, decode."""

from __future__ import annotations

import asyncio
import copy
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from configcat_mgmt.clock import monotonic
from configcat_mgmt.core.decode_response import read_hal, read_plain
from configcat_mgmt.core.exchange import (
    Answer,
    Failure,
    RawResponse,
    Request,
    is_success,
)
from configcat_mgmt.core.hooks import Watch, log
from configcat_mgmt.core.http.transport import Transport
from configcat_mgmt.core.lifetime import Lifetime
from configcat_mgmt.core.options import Options
from configcat_mgmt.core.pacing.slot import HeldError
from configcat_mgmt.core.rate_limit_policy import TOO_MANY_REQUESTS
from configcat_mgmt.core.request import build, hide_secrets, takes_secrets
from configcat_mgmt.core.response import described, failed, held, raw, unknown
from configcat_mgmt.core.retry import History, RetryBudget, Step, decide, give_up
from configcat_mgmt.errors import (
    ClientClosed,
    DecodeError,
    PaceUnavailableError,
    RateLimitError,
    RequestTimeoutError,
    ResponseInvalid,
    TransportError,
)
from configcat_mgmt.unset import UNSET

if TYPE_CHECKING:
    from configcat_mgmt.core.operation import Operation
    from configcat_mgmt.core.pacing.ledger import Rule
    from configcat_mgmt.core.pacing.limiter import Limiter, Slot

T = TypeVar("T")

UNAUTHORIZED: Final = 401
ALREADY_DONE: Final = Answer(204, {}, b"", "an earlier attempt had already done it")
"""Replaces the lost response to the attempt that made the change."""

TURN_OVER: Final = Failure("connect", "its turn was over", sent=False)
"""The outcome of a call that had its turn but did not use it in time."""


class Core:
    """The objects that a client and its views share."""

    def __init__(
        self,
        transport: Transport,
        make_limiter: Callable[[Options], Limiter],
        follow: Callable[[Request, Answer], Request | None],
        rules: Sequence[Rule],
    ) -> None:
        """Keep the parts that calls share.

        Args:
            transport: Sends the requests.
            make_limiter: Makes the limiter, with the first paced call.
            follow: Returns the request that a redirect asks for, None for responses
                that the client does not follow.
            rules: The limits of the client, none if it is not paced.
        """
        self.transport = transport
        self.make_limiter = make_limiter
        self.follow = follow
        self.rules = rules
        self.lifetime = Lifetime()
        self.retry_budget = RetryBudget()
        self.rng = random.Random()  # noqa: S311

    def with_own_lifetime(self) -> Core:
        """Return a copy whose lifetime can be closed separately."""
        core = copy.copy(self)
        core.lifetime = self.lifetime.child()
        return core


class _Attempt:
    """One attempt; reports its outcome to the limiter's slot."""

    __slots__ = ("began", "sent", "slot")

    def __init__(self, slot: Slot | None) -> None:
        self.slot = slot
        self.sent = False
        self.began = time.time()

    def answered(self, headers: Mapping[str, str], status: int) -> None:
        self.sent = True
        if self.slot is not None:
            self.slot.answered(headers, status)

    def ended_without_answer(self) -> None:
        if self.slot is not None and self.sent:
            self.slot.gave_up()
        elif self.slot is not None:
            self.slot.never_sent()


class _Wait:
    """The wait of one call for its turn; thousands of these may exist."""

    __slots__ = ("_history", "_pipeline", "_remaining", "_request")

    def __init__(
        self,
        pipeline: Pipeline,
        request: Request,
        history: History,
        remaining: float | None,
    ) -> None:
        self._pipeline = pipeline
        self._request = request
        self._history = history
        self._remaining = remaining

    def __call__(self, future: asyncio.Future[None]) -> None:
        lifetime = self._pipeline.core.lifetime
        lifetime.track(future, self._remaining, self._closed, self._late)

    def _closed(self) -> Exception:
        return ClientClosed(self._request.operation_id)

    def _late(self) -> Exception:
        return self._pipeline.late_turn(self._request, self._history)


class Pipeline:
    """Performs operations; this is the `Caller` of the generated coroutines."""

    def __init__(
        self,
        core: Core,
        options: Options,
        before_send: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Bind the shared objects to the options of one client or view.

        Args:
            core: Shared with others.
            options: Of the calls made here.
            before_send: Awaited after a call's turn and before each send, so that a job
                can record the call; if it raises, nothing is sent.
        """
        self.core = core
        self.options = options
        self._before_send = before_send
        self._paced = options.limits is not None
        self._limiter: Limiter | None = None
        is_hal = options.media_type == "application/hal+json"
        self._read: Callable[[Operation[Any], Answer], Any]
        self._read = read_hal if is_hal else read_plain

    def call(
        self,
        operation: Operation[T],
        /,
        *,
        body: object = UNSET,
        **arguments: object,
    ) -> Coroutine[object, object, T]:
        """Perform `operation` and decode the response."""
        # Not a coroutine itself: each of thousands of waiting calls saves two frames.
        arguments = hide_secrets(operation, arguments)
        if takes_secrets(operation):
            # An exception raised in the caller's frame would show its arguments.
            return self._call_later(operation, arguments, body)
        request = build(operation, arguments, body)
        return self.perform(request, partial(self._read, operation))

    def observed(self, observe: Callable[[Operation[Any], bytes], None]) -> Pipeline:
        """Return a pipeline that shows the body of each successful response."""
        view = Pipeline(self.core, self.options, self._before_send)
        read = self._read

        def read_and_show(operation: Operation[Any], answer: Answer) -> object:
            result = read(operation, answer)
            observe(operation, answer.body)
            return result

        view._read = read_and_show
        return view

    async def _call_later(
        self,
        operation: Operation[T],
        arguments: dict[str, object],
        body: object,
    ) -> T:
        request = build(operation, arguments, body)
        return await self.perform(request, partial(self._read, operation))

    async def call_raw(
        self,
        operation: Operation[object],
        arguments: dict[str, object],
        body: object,
    ) -> RawResponse:
        """Perform `operation` and return the answer as it came."""
        request = build(operation, hide_secrets(operation, arguments), body)
        return await self.perform(request, partial(raw, request))

    def perform(
        self,
        request: Request,
        finish: Callable[[Answer], T],
    ) -> Coroutine[object, object, T]:
        """Send `request` until it succeeds or must not be sent again.

        Args:
            request: The request to send.
            finish: Makes the result of a response with a success status and a complete
                body. `ResponseInvalid` from it counts as a broken body.

        Raises:
            ConfigCatManagementError: Any of the tree except a `RequestBuildError`.
        """
        if self.options.hooks is not None or log.isEnabledFor(logging.DEBUG):
            return self._watched(request, finish)
        return self._attempts(request, finish, None)

    async def _watched(self, request: Request, finish: Callable[[Answer], T]) -> T:
        watch = Watch(request.operation_id, self.options.hooks)
        try:
            result = await self._attempts(request, finish, watch)
        except BaseException as error:
            watch.finished(error)
            raise
        watch.finished(None)
        return result

    async def _attempts(
        self,
        request: Request,
        finish: Callable[[Answer], T],
        watch: Watch | None,
    ) -> T:
        options, core = self.options, self.core
        history = History()
        limit = options.deadline_seconds
        deadline = None if limit is None else monotonic() + limit
        budget = core.retry_budget
        budget.in_progress += 1
        try:
            while True:
                self._check_open(request)
                slot = None
                if self._paced:
                    try:
                        slot = await self._turn(request, history, deadline)
                    except HeldError as error:
                        raise self._held(request, error, history) from None
                    if watch is not None:
                        watch.waited_for(slot.waited_seconds)
                attempt = _Attempt(slot)
                outcome = await self._send(request, attempt, deadline)
                following = self._note(request, outcome, history, watch)
                if following is not None:
                    request = following
                    continue
                if isinstance(outcome, Answer) and _succeeded(outcome):
                    budget.give()
                    try:
                        return finish(outcome)
                    except DecodeError:
                        raise
                    except ResponseInvalid as error:
                        outcome = outcome._replace(problem=error.reason)
                if await self._has_new_credentials(request, outcome, history, deadline):
                    continue
                delay = self._delay_or_raise(request, outcome, history, attempt)
                if delay is None:
                    return finish(ALREADY_DONE)
                if watch is not None:
                    watch.retrying(described(outcome))
                await self._sleep(request, delay, deadline, outcome, history)
        finally:
            budget.in_progress -= 1

    def _check_open(self, request: Request) -> None:
        if self.core.lifetime.closed:
            raise ClientClosed(request.operation_id)

    async def _has_new_credentials(
        self,
        request: Request,
        outcome: Answer | Failure,
        history: History,
        deadline: float | None,
    ) -> bool:
        """After the first 401 of a call, look for credentials that have changed."""
        if history.renewed or isinstance(outcome, Failure):
            return False
        if outcome.status != UNAUTHORIZED:
            return False
        history.renewed = True
        seconds = self._seconds_left(deadline)
        changed = await self.core.transport.renew_credentials(outcome, seconds)
        if changed:
            log.info("%s: trying again with new credentials", request.operation_id)
        return changed

    def _seconds_left(self, deadline: float | None) -> float:
        seconds = self.options.timeout_seconds
        if deadline is None:
            return seconds
        return min(seconds, max(deadline - monotonic(), 0.001))

    def _note(
        self,
        request: Request,
        outcome: Answer | Failure,
        history: History,
        watch: Watch | None,
    ) -> Request | None:
        """Count an attempt, and return the request to send without a decision, if any.

        It is the one that a redirect asks for, or the same one if it was not sent.
        """
        if outcome is TURN_OVER:
            return request
        status, redirected = None, None
        if isinstance(outcome, Answer):
            status, redirected = outcome.status, self.core.follow(request, outcome)
        history.note(status, redirected=redirected is not None)
        if watch is not None:
            watch.attempted(history.sends, status)
        if redirected is not None:
            log.info("%s: following a redirect (%s)", request.operation_id, status)
        return redirected

    def _turn(
        self,
        request: Request,
        history: History,
        deadline: float | None,
    ) -> Coroutine[object, object, Slot]:
        """Wait until the limits allow the next attempt."""
        remaining = None if deadline is None else deadline - monotonic()
        limiter = self._limiter
        if limiter is None:
            limiter = self._limiter = self.core.make_limiter(self.options)
        return limiter.acquire(
            request.method,
            request.template,
            first=history.rejections > 0 or history.attempts > 0,
            track=_Wait(self, request, history, remaining),
        )

    def _held(
        self,
        request: Request,
        error: HeldError,
        history: History,
    ) -> RateLimitError:
        longest = self.options.max_retry_after_seconds
        refused = held(
            request, error.asked_seconds, error.left_seconds, history, longest
        )
        log.info("%s", refused)
        return refused

    async def _send(
        self,
        request: Request,
        attempt: _Attempt,
        deadline: float | None,
    ) -> Answer | Failure:
        seconds = self._seconds_left(deadline)
        try:
            if self._before_send is not None:
                await self._before_send()
            if attempt.slot is not None and attempt.slot.expired:
                attempt.slot.never_sent()
                return TURN_OVER
            outcome = await self.core.transport.send(
                request,
                self.options,
                seconds,
                attempt,
            )
        except BaseException:
            attempt.ended_without_answer()
            if attempt.sent and request.changes_something:
                log.warning(
                    "%s was sent and then given up; it may have taken effect",
                    request.operation_id,
                )
            raise
        if isinstance(outcome, Failure):
            attempt.ended_without_answer()
        return outcome

    def _delay_or_raise(
        self,
        request: Request,
        outcome: Answer | Failure,
        history: History,
        attempt: _Attempt,
    ) -> float | None:
        """Return how long to wait before the next attempt, None if it is done."""
        if self.core.lifetime.closed and isinstance(outcome, Failure):
            outcome = Failure("closed", "the client was closed", outcome.sent)
        note = ""
        verdict = decide(request, outcome, history, self.options, self.core.rng)
        if verdict.step is Step.RETRY and not verdict.rejected:
            budget = self.core.retry_budget
            if not budget.take():
                verdict, note = give_up(request, history), budget.exhausted()
        if verdict.step is Step.DONE:
            log.info("%s had already been done", request.operation_id)
            return None
        if verdict.step is Step.UNKNOWN:
            raise unknown(request, outcome, history, attempt.began)
        if verdict.step is Step.FAIL:
            raise failed(request, outcome, history, note)
        log.info(
            "%s: %s on attempt %d; trying again in %.1f s",
            request.operation_id,
            described(outcome),
            history.sends,
            verdict.delay_seconds,
        )
        return verdict.delay_seconds

    async def _sleep(
        self,
        request: Request,
        delay: float,
        deadline: float | None,
        outcome: Answer | Failure,
        history: History,
    ) -> None:
        if self._paced and _rejected(outcome):
            # The limiter already holds back the whole endpoint.
            return
        if deadline is not None and monotonic() + delay >= deadline:
            raise RequestTimeoutError(
                request.operation_id,
                f"{described(outcome)}, and the next attempt would begin after "
                f"deadline_seconds={self.options.deadline_seconds:g}",
                attempts=history.sends,
                sent=history.uncertain,
            )
        try:
            await self.core.lifetime.sleep(delay)
        except ClientClosed:
            raise ClientClosed(request.operation_id) from None

    def late_turn(self, request: Request, history: History) -> TransportError:
        """Make the error for a call that has no turn when its deadline passes."""
        outage = None if self._limiter is None else self._limiter.outage
        if outage is None:
            return self.late(request, history, "waiting for its turn")
        return PaceUnavailableError(
            request.operation_id,
            f"{outage}, and deadline_seconds={self.options.deadline_seconds:g} passed; "
            "start Redis, or let calls go on without it: "
            "RedisPace(on_outage='share', share=1/k)",
            attempts=history.sends,
            sent=history.uncertain,
        )

    def late(
        self,
        request: Request,
        history: History,
        during: str,
    ) -> RequestTimeoutError:
        """Make the error for a call that takes longer than its deadline."""
        return RequestTimeoutError(
            request.operation_id,
            f"deadline_seconds={self.options.deadline_seconds:g} passed ({during})",
            attempts=history.sends,
            sent=history.uncertain,
        )


def _succeeded(answer: Answer) -> bool:
    return answer.problem is None and is_success(answer.status)


def _rejected(outcome: Answer | Failure) -> bool:
    return isinstance(outcome, Answer) and outcome.status == TOO_MANY_REQUESTS
