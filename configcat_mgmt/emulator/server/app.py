"""Handles each request: host, credentials, path, rate limit, body, handler."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

import attrs
from aiohttp import web

from configcat_mgmt.clock import monotonic
from configcat_mgmt.emulator.domain.change_requests import apply_due, settle
from configcat_mgmt.emulator.domain.records import User
from configcat_mgmt.emulator.domain.refusals import Refusal
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.server.accounts import Account, Accounts
from configcat_mgmt.emulator.server.answers import (
    Answer,
    json_answer,
    refusal_answer,
    text_answer,
)
from configcat_mgmt.emulator.server.body import BodyError, decode_body, read_body
from configcat_mgmt.emulator.server.counts import Counts
from configcat_mgmt.emulator.server.endpoints import Endpoint, all_endpoints
from configcat_mgmt.emulator.server.faults import Fault, Faults
from configcat_mgmt.emulator.server.old_audit_logs import (
    NEW_OPERATIONS,
    OldAuditLogs,
    redirected,
)
from configcat_mgmt.emulator.server.published import Published
from configcat_mgmt.emulator.server.request_log import LoggedRequest, RequestLog
from configcat_mgmt.emulator.server.routing import (
    Match,
    NoSuchPathError,
    WrongMethodError,
    all_routes,
)
from configcat_mgmt.emulator.server.sending import drop, send, send_half
from configcat_mgmt.emulator.server.throttle import Rejected, Throttle
from configcat_mgmt.json_value import JsonValue

Timer: TypeAlias = Callable[[], float]
"""Returns the seconds of a clock that never jumps."""

Sleep: TypeAlias = Callable[[float], Awaitable[None]]


@attrs.frozen
class Exchange:
    """One request and its response, as an observer receives them."""

    method: str
    path: str
    """As the client sent it: percent-encoded, without the query."""
    query: str
    headers: Mapping[str, str]
    """Headers of the request; names in any case."""
    body: bytes = attrs.field(repr=False)
    """Body of the request; empty if the emulator did not read it."""
    operation: str | None
    """Id of the operation; None if no operation has this method and path."""
    fault: Fault | None
    """The fault that struck this request, if any."""
    status: int
    response_headers: Mapping[str, str]
    response_body: bytes = attrs.field(repr=False)


Recorder: TypeAlias = Callable[[Mapping[str, JsonValue]], None]
"""Keeps a change as plain JSON data, from which `App.repeat` makes it again."""

Observer: TypeAlias = Callable[[Exchange], None]
"""Called after each request, before its response is sent."""

_HTML: Final = b"<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>"
_SDK_KEY: Final = "X-CONFIGCAT-SDKKEY"
_CONTENT_TYPE: Final = "Content-Type"
_UNAUTHORIZED: Final = {"WWW-Authenticate": 'Basic realm="ConfigCat"'}

logger = logging.getLogger(__name__)


class ReplayError(Exception):
    """A change cannot be made again as it was made the first time."""


@attrs.frozen
class _Admission:
    """The account and the operation of a call that may proceed."""

    account: Account
    match: Match
    headers: Mapping[str, str]
    """Headers of the rate limit, for any response."""


@attrs.define
class _Call:
    """A request, with everything found out about it so far."""

    request: web.BaseRequest
    path: str
    query: str
    operation: str | None = None
    body: bytes = b""
    fault: Fault | None = None


class App:
    """Responds to requests from a state.

    Attributes:
        hosts: The `Host` headers that are let in, in lower case.
        observers: Called with each request and its response.
        recorder: Called with each change, before its response is sent.
    """

    def __init__(
        self,
        state: State,
        accounts: Accounts,
        throttle: Throttle,
        *,
        request_log_size: int = 0,
        serves_published: bool = True,
        old_audit_logs: OldAuditLogs = "302",
        timer: Timer = monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Prepare all operations."""
        self.state = state
        self.accounts = accounts
        self.throttle = throttle
        self.faults = Faults()
        self.counts = Counts()
        self.log = RequestLog(request_log_size)
        self.hosts: frozenset[str] = frozenset()
        self.observers: list[Observer] = []
        self.recorder: Recorder | None = None
        self._serves_published = serves_published
        self._old_audit_logs = old_audit_logs
        self._timer = timer
        self._sleep = sleep
        self._published = Published()
        self._router = all_routes()
        self._endpoints = all_endpoints()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; this is the handler of the web server."""
        path, _, query = request.raw_path.partition("?")
        call = _Call(request, _origin_form(path), query)
        answer = await self._answer(call)
        fault = call.fault
        is_dropped = fault is not None and fault.kind == "drop"
        if self.log.is_on:
            self._log(call, None if is_dropped else answer.status)
        if self.observers:
            self._notify(call, answer)
        if is_dropped:
            return drop(request)
        if fault is not None and fault.kind == "truncate":
            return await send_half(request, answer)
        return send(answer)

    async def _answer(self, call: _Call) -> Answer:
        headers = call.request.headers
        host = headers.get("Host", "").lower()
        if host not in self.hosts:
            return text_answer(403, "This emulator does not serve this host.")
        if self._serves_published and self._published.covers(call.path):
            apply_due(self.state)
            method, url = call.request.method, f"http://{host}"
            return self._published.answer(self.state, method, call.path, headers, url)
        admission = self._admit(call)
        if isinstance(admission, Answer):
            return admission
        answer = await self._answer_admitted(call, admission)
        return answer.with_headers(admission.headers)

    async def _answer_admitted(self, call: _Call, admission: _Admission) -> Answer:
        operation = admission.match.operation.id
        strike = self.faults.strike(operation)
        if strike is not None:
            if strike.delay_seconds > 0:
                await self._sleep(strike.delay_seconds)
            call.fault = strike.fault
        fault = call.fault
        if fault is not None and not fault.strikes_after_effect:
            return _fault_answer(fault)
        try:
            answer = await self._perform(call, admission)
        except BodyError as body_trouble:
            answer = text_answer(body_trouble.status, str(body_trouble))
            answer.closes = True
        except Refusal as refusal:
            answer = refusal_answer(refusal)
        except Exception:
            logger.exception("%s failed", operation)
            return json_answer(
                500, {"message": "The emulator failed; its log says why."}
            )
        if fault is not None and fault.kind in {"status", "not_json"}:
            return _fault_answer(fault)
        return answer

    def _admit(self, call: _Call) -> Answer | _Admission:
        """Check all that needs neither body nor handler, once the host is right."""
        headers = call.request.headers
        account = self.accounts.find(headers.get("Authorization"))
        if account is None:
            return text_answer(
                401, "The credentials are missing or wrong.", _UNAUTHORIZED
            )
        try:
            match = self._router.match(call.request.method, call.path)
        except NoSuchPathError:
            return text_answer(404, "The path does not exist.")
        except WrongMethodError as wrong:
            allowed = ", ".join(wrong.allowed)
            message = f"This path supports only {allowed}."
            return text_answer(405, message, {"Allow": allowed})
        operation = call.operation = match.operation.id
        self.counts.calls[operation] += 1
        decision = self.throttle.admit(
            account.username, operation, self._timer(), self.state.clock()
        )
        if isinstance(decision, Rejected):
            self.counts.refused[operation] += 1
            waiting = {"Retry-After": decision.retry_after}
            return text_answer(429, decision.text, waiting)
        return _Admission(account, match, decision.headers)

    async def _perform(self, call: _Call, admission: _Admission) -> Answer:
        match = admission.match
        operation = match.operation.id
        if operation in NEW_OPERATIONS:
            if self._old_audit_logs in {"302", "307"}:
                target = redirected(call.path, call.query)
                status = int(self._old_audit_logs)
                return text_answer(status, "Moved.", {"Location": target})
            if self._old_audit_logs == "paged":
                operation = NEW_OPERATIONS[operation]
        endpoint = self._endpoints[operation]
        request = call.request
        arguments = endpoint.arguments.read(match.values, call.query, request.headers)
        body: object = None
        if request.body_exists or endpoint.takes_body:
            call.body = await read_body(request)
        if endpoint.takes_body:
            content_type = request.headers.get("Content-Type", "")
            body = decode_body(match.operation, call.body, content_type)
        # Nothing is awaited from here on, so that handlers run one at a time.
        user, moment = admission.account.user, self.state.clock()
        answer = self._execute(endpoint, arguments, body, user, moment)
        if self.recorder is not None and match.operation.method != "GET":
            self.recorder(
                {
                    "at": moment.isoformat(),
                    "user": user.user_id,
                    "method": match.operation.method,
                    "path": call.path,
                    "query": call.query,
                    "sdk_key": request.headers.get(_SDK_KEY),
                    "type": request.headers.get(_CONTENT_TYPE),
                    "body": call.body.decode(errors="surrogateescape"),
                    "drawn": self.state.identifiers.position.drawn,
                }
            )
        return answer

    def _execute(
        self,
        endpoint: Endpoint,
        arguments: Mapping[str, object],
        body: object,
        user: User,
        moment: datetime,
    ) -> Answer:
        """Let the handler work in the name of a user, at one moment."""
        state = self.state
        state.caller = user
        with state.at(moment):
            apply_due(state)
        before = state.identifiers.position
        try:
            with state.at(moment):
                answer = endpoint.perform(state, arguments, body)
                if endpoint.may_change:
                    settle(state)
                return answer
        except BaseException:
            # So a request that changed nothing needs no entry in a journal.
            state.identifiers.position = before
            raise

    def repeat(self, entry: Mapping[str, JsonValue]) -> None:
        """Make a change again that `recorder` received.

        Raises:
            ReplayError: It does not have the same effect as the first time.
        """
        text = {name: str(value) for name, value in entry.items() if value is not None}
        headers = {_SDK_KEY: text.get("sdk_key"), _CONTENT_TYPE: text.get("type")}
        sent = {name: value for name, value in headers.items() if value is not None}
        try:
            match = self._router.match(text["method"], text["path"])
            endpoint = self._endpoints[match.operation.id]
            arguments = endpoint.arguments.read(match.values, text["query"], sent)
            body: object = None
            if endpoint.takes_body:
                data = text["body"].encode(errors="surrogateescape")
                body = decode_body(match.operation, data, text.get("type", ""))
            user = self.state.users[text["user"]]
            moment = datetime.fromisoformat(text["at"])
            self._execute(endpoint, arguments, body, user, moment)
        except (Refusal, BodyError, NoSuchPathError, WrongMethodError) as error:
            raise ReplayError(str(error)) from None
        except (KeyError, ValueError) as error:
            raise ReplayError(f"{type(error).__name__}: {error}") from None
        if self.state.identifiers.position.drawn != entry["drawn"]:
            message = "it made other ids"
            raise ReplayError(message)

    def _log(self, call: _Call, status: int | None) -> None:
        self.log.add(
            LoggedRequest(
                method=call.request.method,
                path=call.path,
                query=call.query,
                operation=call.operation,
                status=status,
                body=call.body,
            )
        )

    def _notify(self, call: _Call, answer: Answer) -> None:
        exchange = Exchange(
            method=call.request.method,
            path=call.path,
            query=call.query,
            headers=call.request.headers,
            body=call.body,
            operation=call.operation,
            fault=call.fault,
            status=answer.status,
            response_headers=answer.headers,
            response_body=answer.body,
        )
        for observer in tuple(self.observers):
            observer(exchange)


def _origin_form(target: str) -> str:
    """Cut scheme and host from a target that was sent as a whole address."""
    if target.startswith("/"):
        return target
    _, _, rest = target.partition("://")
    return "/" + rest.partition("/")[2]


def _fault_answer(fault: Fault) -> Answer:
    if fault.kind == "not_json":
        return Answer(200, _HTML, {"Content-Type": "text/html; charset=utf-8"})
    headers: dict[str, str] = {}
    if fault.retry_after is not None:
        headers["Retry-After"] = fault.retry_after
    return text_answer(fault.status, "A fault of the emulator, as requested.", headers)
