"""Plays random steps on an emulator and on the plain model; compares the answers."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.domain.refusals import Refusal
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.server.answers import refusal_answer
from configcat_mgmt.emulator.server.body import decode_body
from configcat_mgmt.emulator.server.endpoints import all_endpoints
from configcat_mgmt.emulator.server.routing import all_routes
from tests.emulator.plain_model import Model
from tests.emulator.plain_tables import PARENTS
from tests.emulator.plain_values import Symbol
from tests.emulator.random_steps import Step, Steps
from tests.emulator.raw import exchange, head

Json = Any
Send = Callable[[str, str, bytes | None], Awaitable[tuple[int, bytes]]]
"""Takes method, path and body; returns status and body."""

METHODS: Final = {
    "create": "POST",
    "update": "PUT",
    "delete": "DELETE",
    "set_value": "PUT",
}
NOBODY: Final = "00000000-0000-4000-8000-000000000000"


@attrs.define
class Clock:
    """A clock that goes on by a second when it is told."""

    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> str:
        """Go on, and return the time as the service writes it."""
        self.now += timedelta(seconds=1)
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")


class Inside:
    """Sends requests to the handlers of an emulator without a socket."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._router = all_routes()
        self._endpoints = all_endpoints()

    async def __call__(
        self, method: str, path: str, body: bytes | None
    ) -> tuple[int, bytes]:
        match = self._router.match(method, path)
        endpoint = self._endpoints[match.operation.id]
        try:
            arguments = endpoint.arguments.read(match.values, "", {})
            decoded = None
            if endpoint.takes_body:
                decoded = decode_body(match.operation, body or b"", "application/json")
            answer = endpoint.perform(self._state, arguments, decoded)
        except Refusal as refusal:
            answer = refusal_answer(refusal)
        return answer.status, answer.body


class OverHttp:
    """Sends requests to a running emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(
        self, method: str, path: str, body: bytes | None
    ) -> tuple[int, bytes]:
        headers = {"Content-Length": str(len(body or b""))}
        first = head(self._emulator, f"{method} {path}", {**headers})
        answer = await exchange(self._emulator, first, body or b"")
        return answer.status, answer.body


class Names:
    """Which symbol of the model stands for which id of the service."""

    def __init__(self) -> None:
        self._real: dict[str, Json] = {}
        self._symbols: dict[Json, str] = {}

    def real(self, data: Json) -> Json:
        """Put the service's ids in the place of symbols."""
        if isinstance(data, Symbol):
            unknown = 999_999 if data.split()[1:] in (["tag"], ["setting"]) else NOBODY
            return self._real.get(data, unknown)
        if isinstance(data, dict):
            return {name: self.real(value) for name, value in data.items()}
        if isinstance(data, list):
            return [self.real(value) for value in data]
        return data

    def difference(self, expected: Json, found: Json, place: str = "$") -> str | None:
        """Say where an answer differs, if it does; a new symbol takes the id found."""
        if isinstance(expected, Symbol):
            # Numbers of different kinds of things may be equal.
            key = (expected.split()[0], found)
            self._real.setdefault(expected, found)
            self._symbols.setdefault(key, expected)
            is_equal = self._real[expected] == found and self._symbols[key] == expected
            return None if is_equal else f"{place}: {found!r} is not {expected}"
        if type(expected) is not type(found):
            return f"{place}: {found!r} instead of {expected!r}"
        if isinstance(expected, dict):
            if expected.keys() != found.keys():
                return f"{place}: members {expected.keys() ^ found.keys()}"
            pairs = [(value, found[name], name) for name, value in expected.items()]
        elif isinstance(expected, list):
            if len(expected) != len(found):
                return f"{place}: {len(found)} items instead of {len(expected)}"
            numbered = enumerate(zip(expected, found, strict=True))
            pairs = [(one, other, number) for number, (one, other) in numbered]
        else:
            is_equal = expected == found
            return None if is_equal else f"{place}: {found!r} instead of {expected!r}"
        for one, other, name in pairs:
            difference = self.difference(one, other, f"{place}.{name}")
            if difference is not None:
                return difference
        return None


@attrs.define
class Play:
    """What a sequence was like."""

    statuses: dict[tuple[str, int], int] = attrs.field(factory=dict)
    """How often each verb had each status."""
    difference: str | None = None
    """The first answer that was not what the model said."""


async def play(seed: str, length: int, *, over_http: bool = False) -> Play:
    """Play a sequence on a new emulator; after each step something is read too."""
    clock = Clock()
    emulator = Emulator(clock=clock, rate_policy=None)
    if not over_http:
        return await _play(seed, length, clock, Inside(emulator.state), emulator)
    async with emulator:
        return await _play(seed, length, clock, OverHttp(emulator), emulator)


async def play_kept(seed: str, length: int, path: Path) -> tuple[Play, Emulator]:
    """Play a sequence over HTTP on an emulator that keeps its state in a file."""
    clock = Clock()
    emulator = Emulator(clock=clock, rate_policy=None)
    emulator.attach(path)
    async with emulator:
        played = await _play(seed, length, clock, OverHttp(emulator), emulator)
    return played, emulator


async def _play(
    seed: str, length: int, clock: Clock, send: Send, emulator: Emulator
) -> Play:
    model, names, result = Model(), Names(), Play()
    steps = Steps(model, seed)
    organization = next(iter(emulator.state.organizations))
    names.difference(model.root, str(organization))
    for number in range(length):
        model.now = clock.tick()
        written = steps.opening(number) or steps.write()
        difference = await _compare(written, model, names, send, result)
        if difference is None:
            difference = await _compare(steps.read(), model, names, send, result)
        if difference is not None:
            result.difference = f"{seed}, step {number}: {difference}"
            return result
    return result


async def _compare(
    step: Step, model: Model, names: Names, send: Send, result: Play
) -> str | None:
    path, body = _path(step, names), None
    if METHODS.get(step.verb, "GET") in ("POST", "PUT"):
        body = json.dumps(names.real(step.body)).encode()
    expected, shown = model.answer(step.verb, step.kind, step.ids, step.body)
    status, text = await send(METHODS.get(step.verb, "GET"), path, body)
    key = (step.verb, status)
    result.statuses[key] = result.statuses.get(key, 0) + 1
    if status != expected:
        return f"{step}: {status} instead of {expected}: {text[:500]!r}"
    if status >= 300:
        return None
    difference = names.difference(shown, json.loads(text) if text else None)
    return None if difference is None else f"{step}: {difference}"


def _path(step: Step, names: Names) -> str:
    ids = [names.real(one) for one in step.ids]
    match step.verb:
        case "value" | "set_value":
            return f"/{step.kind}/environments/{ids[0]}/settings/{ids[1]}/value"
        case "values":
            return f"/{step.kind}/configs/{ids[0]}/environments/{ids[1]}/values"
        case "tagged":
            return f"/v1/tags/{ids[0]}/settings"
        case "list" | "create" if step.kind != "product":
            return f"/v1/{PARENTS[step.kind]}s/{ids[0]}/{step.kind}s"
        case "list":
            return "/v1/products"
        case "create":
            return f"/v1/organizations/{ids[0]}/products"
        case _:
            return f"/v1/{step.kind}s/{ids[0]}"
