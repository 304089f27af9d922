"""Builds a request from an operation and its arguments."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple, cast, get_origin

from configcat_mgmt.core.arguments import (
    ArgumentProblem,
    ToText,
    converter,
    items_of,
    quoted,
)
from configcat_mgmt.core.auth import Secret, hide
from configcat_mgmt.core.codec.encode import encode_body
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.core.exchange import Request
from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.errors import RequestBuildError
from configcat_mgmt.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from configcat_mgmt.core.operation import Operation, Parameter

EXPECTED_VERSION: Final = "latest_version_id"
"""The argument with the version that a write replaces; the write makes a new one."""
REPEATABLE_PATCH_STEPS: Final = frozenset({"replace", "test"})
"""Steps that leave list positions alone; repeating them changes nothing more."""


class _Plan(NamedTuple):
    """The parts of a request that are equal for every call of an operation."""

    path: tuple[tuple[str, Parameter | None, ToText | None], ...]
    """Literal text before each path parameter; the last one may have none."""
    others: tuple[tuple[Parameter, ToText], ...]
    secrets: frozenset[str]
    names: frozenset[str]


_plans: dict[Operation[object], _Plan] = {}


def _plan(operation: Operation[object]) -> _Plan:
    plan = _plans.get(operation)
    if plan is None:
        plan = _plans[operation] = _make_plan(operation)
    return plan


def _make_plan(operation: Operation[object]) -> _Plan:
    by_wire_name = {p.wire_name: p for p in operation.parameters}
    path: list[tuple[str, Parameter | None, ToText | None]] = []
    *pairs, rest = re.split(r"\{(\w+)\}", operation.path)
    for literal, name in zip(pairs[::2], pairs[1::2], strict=True):
        parameter = by_wire_name[name]
        path.append((literal, parameter, converter(parameter)))
    if rest:
        path.append((rest, None, None))
    return _Plan(
        path=tuple(path),
        others=tuple(
            (p, converter(p)) for p in operation.parameters if p.location != "path"
        ),
        secrets=frozenset(p.name for p in operation.parameters if p.secret),
        names=frozenset(p.name for p in operation.parameters),
    )


def hide_secrets(
    operation: Operation[object],
    arguments: dict[str, object],
) -> dict[str, object]:
    """Wrap secret arguments in place, so that no traceback can show them.

    Those that the operation does not have count as secret: one may be misspelled.
    """
    plan = _plan(operation)
    for name, value in arguments.items():
        if value is not None and (name in plan.secrets or name not in plan.names):
            arguments[name] = hide(value)
    return arguments


def takes_secrets(operation: Operation[object]) -> bool:
    """Return whether an argument of the operation is a secret."""
    return bool(_plan(operation).secrets)


def build(
    operation: Operation[object],
    arguments: dict[str, object],
    body: object = UNSET,
) -> Request:
    """Check everything and return the request.

    Raises:
        RequestBuildError: Names each invalid argument and its allowed values.
    """
    plan = _plan(operation)
    problems: list[str] = []
    target = _path(plan, arguments, problems)
    if plan.others:
        query, headers = _query_and_headers(plan, arguments, problems)
        target += query
    else:
        headers = None
    if not plan.names.issuperset(arguments):
        problems.extend(_unknown(plan, arguments))
    data = _body(operation, body, problems)
    if problems:
        raise RequestBuildError(operation.id, problems)
    steps = _patch_steps(body) if operation.effect == "patch" else None
    return Request(
        operation_id=operation.id,
        method=operation.method,
        template=operation.path,
        target=target,
        body=data,
        effect=operation.effect,
        repeatable=operation.effect in ("read", "set", "delete")
        or (steps is not None and steps <= REPEATABLE_PATCH_STEPS),
        conditional=(steps is not None and "test" in steps)
        or arguments.get(EXPECTED_VERSION) is not None,
        secret_headers=headers,
        arguments=arguments,
        body_value=body,
        find_created=operation.find_created,
    )


def _path(plan: _Plan, arguments: Mapping[str, object], problems: list[str]) -> str:
    parts: list[str] = []
    for literal, parameter, to_text in plan.path:
        parts.append(literal)
        if parameter is None or to_text is None:
            continue
        if parameter.name not in arguments:
            problems.append(f"{parameter.name}: is missing")
            continue
        value = arguments[parameter.name]
        try:
            text = to_text(value)
        except ArgumentProblem as problem:
            problems.append(f"{parameter.name}: {problem}")
            continue
        # Digits need no quoting, and most ids are numbers or UUIDs.
        parts.append(text if type(value) is int else quoted(text))
    return "".join(parts)


def _query_and_headers(
    plan: _Plan,
    arguments: Mapping[str, object],
    problems: list[str],
) -> tuple[str, dict[str, Secret] | None]:
    pairs: list[str] = []
    headers: dict[str, Secret] = {}
    for parameter, to_text in plan.others:
        value = arguments.get(parameter.name)
        if value is None:
            if parameter.required:
                problems.append(f"{parameter.name}: is missing")
            continue
        try:
            if parameter.location == "header":
                headers[parameter.wire_name] = Secret(to_text(value))
                continue
            is_list = get_origin(parameter.type) is list
            for item in items_of(value) if is_list else (value,):
                pairs.append(f"{quoted(parameter.wire_name)}={quoted(to_text(item))}")
        except ArgumentProblem as problem:
            problems.append(f"{parameter.name}: {problem}")
    return ("?" + "&".join(pairs) if pairs else ""), headers or None


def _unknown(plan: _Plan, arguments: Mapping[str, object]) -> list[str]:
    found: list[str] = []
    for name in sorted(set(arguments) - plan.names):
        close = get_close_matches(name, plan.names, 1)
        hint = f"did you mean {close[0]}?" if close else _allowed(plan)
        found.append(f"{name}: is not an argument of this operation; {hint}")
    return found


def _allowed(plan: _Plan) -> str:
    if not plan.names:
        return "it takes none"
    return f"it takes {', '.join(sorted(plan.names))}"


def _body(
    operation: Operation[object],
    body: object,
    problems: list[str],
) -> bytes | None:
    if body is UNSET or (body is None and not operation.body_required):
        if operation.body_required:
            problems.append("body: is missing")
        return None
    if operation.body is None:
        problems.append("body: this operation takes none")
        return None
    try:
        return dump_json(encode_body(body, operation.body))
    except InvalidData as invalid:
        problems.extend(one.in_argument("body") for one in invalid.problems)
    except ValueError as error:
        problems.append(f"body: {error}")
    return None


def _patch_steps(body: object) -> set[str]:
    """Return the kinds of steps of a JSON Patch that was already checked."""
    steps = cast("Sequence[object]", body)
    return {str(getattr(step, "op", "")) for step in steps}
