"""Builds calls by operation id with plain data, or by method and path."""

import contextlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Final, cast, get_args
from urllib.parse import unquote
from uuid import UUID

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.arguments import ArgumentProblem, converter, quoted
from configcat_mgmt.core.auth import Secret, check_header_text, hide
from configcat_mgmt.core.codec.decode import decode
from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.core.codec.scalars import read_datetime
from configcat_mgmt.core.exchange import Request
from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.core.operation import Effect, Method, Operation, Parameter
from configcat_mgmt.core.request import build, hide_secrets
from configcat_mgmt.endpoints import template_of
from configcat_mgmt.errors import ConfigurationError, RequestBuildError
from configcat_mgmt.unset import UNSET

EFFECTS: Final[dict[str, Effect]] = {
    "GET": "read",
    "PUT": "set",
    "DELETE": "delete",
    "PATCH": "patch",
    "POST": "create",
}
"""The assumed effect of a call without an operation: the cautious choice."""
OWN_HEADERS: Final = frozenset(
    {
        *("authorization", "host", "content-length", "accept-encoding", "expect"),
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    },
)
"""Headers that a caller cannot set: those of the client and of the connection itself.

Source: RFC 9110, section 7.6.1.
"""
HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""Source: RFC 9110, section 5.6.2."""
SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+")
"""Source: RFC 3986, section 3.3."""
DIGITS: Final = re.compile(r"-?[0-9]{1,19}")


def find_operation(operation_id: str) -> Operation[object]:
    """Return the operation with an id; the error names similar ids.

    Raises:
        RequestBuildError: There is no such operation.
    """
    name = str(operation_id)
    operation = OPERATIONS.get(name)
    if operation is not None:
        return operation
    close = get_close_matches(name[:100], OPERATIONS, 3)
    hint = f"did you mean {' or '.join(close)}?" if close else "see OPERATIONS"
    problem = f"there is no operation {name[:100]!r}; {hint}"
    raise RequestBuildError("call", [problem])


def prepared(
    operation_id: str,
    arguments: dict[str, object],
    body: object,
) -> tuple[Operation[object], object]:
    """Find the operation, and convert arguments (in place) and body to its types.

    Raises:
        RequestBuildError: There is no such operation, or the body does not fit.
    """
    hide_arguments(operation_id, arguments)
    operation = find_operation(operation_id)
    _read_texts(operation, arguments)
    return operation, plain_body(operation, body)


def require_valid(
    operation: Operation[object], arguments: Mapping[str, object], body: object
) -> None:
    """Refuse a call that could not be sent; takes the result of `prepared`.

    Raises:
        RequestBuildError: Names each argument that is missing, unknown or invalid.
    """
    build(operation, dict(arguments), body)


def hide_arguments(operation_id: str, arguments: dict[str, object]) -> None:
    """Wrap secret arguments in place; all of them if the operation is unknown."""
    operation = OPERATIONS.get(str(operation_id))
    if operation is not None:
        hide_secrets(operation, arguments)
        return
    for name, value in arguments.items():
        arguments[name] = hide(value)


def _read_texts(operation: Operation[object], arguments: dict[str, object]) -> None:
    """Convert texts to numbers and times; leave invalid ones for the later check."""
    for parameter in operation.parameters:
        text = arguments.get(parameter.name)
        if not isinstance(text, str):
            continue
        if parameter.type is int and DIGITS.fullmatch(text):
            arguments[parameter.name] = int(text)
        elif parameter.type is datetime:
            with contextlib.suppress(ValueError):
                arguments[parameter.name] = read_datetime(text)


def plain_body(operation: Operation[object], body: object) -> object:
    """Convert plain JSON data to the model of the body; return others unchanged.

    Raises:
        RequestBuildError: Unknown or missing fields, wrong types, values out of range.
    """
    if operation.body is None or not _is_plain(body):
        return body
    try:
        return decode(body, operation.body, mode="refuse")
    except InvalidData as invalid:
        problems = [one.in_argument("body") for one in invalid.problems]
    raise RequestBuildError(operation.id, problems)


def _is_plain(body: object) -> bool:
    if isinstance(body, Sequence) and not isinstance(body, str):
        items = cast("Sequence[object]", body)
        return all(isinstance(item, Mapping) for item in items)
    return isinstance(body, Mapping)


def build_request(
    method: str,
    path: str,
    query: Mapping[str, object] | None,
    headers: Mapping[str, Secret] | Secret,
    body: object,
) -> Request:
    """Check and build a call by method and path.

    Raises:
        RequestBuildError: A part of the call cannot be sent, or not to this service.
    """
    problems = [*_method_problems(method), *_path_problems(path)]
    secret_headers = _headers(headers, problems)
    pairs = _pairs(query or {}, problems)
    data: bytes | None = None
    if body is not UNSET:
        try:
            data = dump_json(to_json(body))
        except (ValueError, TypeError) as error:
            problems.append(f"body: {error}")
    if problems:
        raise RequestBuildError(_name(method, path), problems)
    effect = EFFECTS[method]
    return Request(
        operation_id=f"{method} {path}",
        method=cast("Method", method),
        template=template_of(method, path),
        target=path + ("?" + "&".join(pairs) if pairs else ""),
        body=data,
        effect=effect,
        repeatable=effect in ("read", "set", "delete"),
        conditional=effect == "patch",
        secret_headers=secret_headers or None,
        arguments=dict(query or {}),
        body_value=body,
        find_created=None,
    )


def matching(
    found: object,
    field: str,
    text: str,
    arguments: Mapping[str, object],
) -> list[object]:
    """Return the listed records that a creation may have made.

    Args:
        found: Result of the list operation: a list, or a record that holds one.
        field: Field that distinguishes siblings, such as `name`.
        text: Value of the field in the body of the creation; case makes no difference.
        arguments: Path arguments of the creation, which name the parent. Some lists
            span several parents: `get_products` returns those of all organizations.
    """
    wanted = text.casefold()
    return [
        record
        for record in _records(found)
        if str(getattr(record, field, "")).casefold() == wanted
        and _is_child(record, arguments)
    ]


def _is_child(record: object, arguments: Mapping[str, object]) -> bool:
    """Whether a record belongs to the parent; True if it names no parent."""
    members = [getattr(record, name, None) for name in _slots(record)]
    for name, parent in arguments.items():
        for owner in (record, *members):
            own: object = getattr(owner, name, None)
            if own is not None and _id_text(own) != _id_text(parent):
                return False
    return True


def _id_text(value: object) -> str:
    """Return one spelling of an id: a UUID is accepted in several."""
    with contextlib.suppress(ValueError):
        return str(UUID(str(value)))
    return str(value)


def _slots(record: object) -> Sequence[str]:
    return cast("Sequence[str]", getattr(record, "__slots__", ()))


def _records(answer: object) -> list[object]:
    """Return a list, or the list in a record that wraps it."""
    if isinstance(answer, list):
        return cast("list[object]", answer)
    for name in _slots(answer):
        value: object = getattr(answer, name, None)
        if isinstance(value, list):
            return cast("list[object]", value)
    return []


def _name(method: object, path: object) -> str:
    """Name a call that may have anything as its method and path."""
    if isinstance(method, str) and isinstance(path, str):
        name = f"{method} {path}"[:200]
        if name.isprintable():
            return name
    return "request"


def _method_problems(method: object) -> list[str]:
    if method in get_args(Method):
        return []
    return [f"method: must be one of {', '.join(get_args(Method))}"]


def _path_problems(path: object) -> list[str]:
    if not isinstance(path, str) or not path.startswith("/"):
        return ["path: must be text that starts with '/'"]
    for segment in path.split("/")[1:]:
        if unquote(segment) in ("", ".", ".."):
            return ["path: must not have empty or dot segments"]
        if not SEGMENT.fullmatch(segment):
            return [
                "path: must be percent-encoded, and hold no '?' or '#' "
                "(give the query as query=)",
            ]
    return []


def hide_headers(headers: object) -> dict[str, Secret] | Secret:
    """Wrap the values, or anything but a mapping, so no traceback can show them."""
    if not isinstance(headers or {}, Mapping):
        return hide(headers)
    given = cast("Mapping[object, object]", headers or {})
    return {str(name): hide(value) for name, value in given.items()}


def _headers(
    headers: Mapping[str, Secret] | Secret, problems: list[str]
) -> dict[str, Secret]:
    found: dict[str, Secret] = {}
    if isinstance(headers, Secret):
        problems.append("headers: must be a mapping of names to texts")
        return found
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in OWN_HEADERS:
            problems.append(f"headers: {name[:60]!r} cannot be set here")
            continue
        try:
            check_header_text(f"headers: the value of {name}", value)
        except ConfigurationError as error:
            problems.append(str(error))
            continue
        found[name] = value
    return found


def _pairs(query: object, problems: list[str]) -> list[str]:
    pairs: list[str] = []
    if not isinstance(query, Mapping):
        problems.append(
            f"query: must be a mapping of names to values, not {type(query).__name__}"
        )
        return pairs
    for name, value in cast("Mapping[object, object]", query).items():
        if value is None:
            continue
        try:
            for item in _items(value):
                parameter = Parameter(str(name), str(name), "query", _type_of(item))
                text = converter(parameter)(item)
                pairs.append(f"{quoted(str(name))}={quoted(text)}")
        except ArgumentProblem as problem:
            problems.append(f"query {name}: {problem}")
    return pairs


def _items(value: object) -> Sequence[object]:
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return cast("Sequence[object]", value)
    return (value,)


def _type_of(value: object) -> type:
    for kind in (bool, int, float, UUID, datetime):
        if isinstance(value, kind):
            return kind
    return str
