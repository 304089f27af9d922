"""Decodes the body of a successful response."""

from collections.abc import Mapping
from typing import TypeVar, cast

from configcat_mgmt.core.codec.decode import decode
from configcat_mgmt.core.codec.problems import InvalidData
from configcat_mgmt.core.exchange import Answer
from configcat_mgmt.core.hal import flatten
from configcat_mgmt.core.hooks import log
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.core.response import shown, text_of
from configcat_mgmt.errors import DecodeError, ResponseInvalid
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.json_value import JsonValue

T = TypeVar("T")


def read_plain(operation: Operation[T], answer: Answer) -> T:
    """Decode a response in `application/json`.

    Raises:
        ResponseInvalid: The body is not JSON, or a required body is missing.
        DecodeError: The body does not fit the model.
    """
    return read(operation, answer, hal=False)


def read_hal(operation: Operation[T], answer: Answer) -> T:
    """Decode a response in `application/hal+json`; raises like `read_plain`."""
    return read(operation, answer, hal=True)


def read(operation: Operation[T], answer: Answer, *, hal: bool) -> T:
    """Decode the response of a successful call; raises like `read_plain`."""
    kind = _kind(operation, answer)
    if kind is None:
        return cast("T", None)
    body = answer.body
    problems: list[str] = []
    reason = ""
    try:
        with collector_paused(len(body)):
            data = parse_json(body)
            data = flatten(data) if hal else data
            if operation.may_be_paged:
                data = _items(operation, data)
            return cast("T", decode(data, kind))
    except InvalidData as invalid:
        problems = [str(problem) for problem in invalid.problems]
    except ValueError as error:
        reason = f"the body is not usable JSON ({error})"
    # Raised out here, so that no error holds the whole answer as its context.
    raise _unusable(operation, answer, problems, reason)


def _items(operation: Operation[object], page: JsonValue) -> JsonValue:
    """Return the items of a page, or the data itself if it is no page."""
    if not isinstance(page, Mapping) or "data" not in page:
        return page
    paging = page.get("paging")
    if isinstance(paging, Mapping) and paging.get("hasNext") is True:
        log.warning(
            "%s returned the first of several pages: narrow the time span",
            operation.id,
        )
    items = page["data"]
    return [] if items is None else items


def _unusable(
    operation: Operation[object],
    answer: Answer,
    problems: list[str],
    reason: str,
) -> ResponseInvalid:
    applied = operation.effect != "read"
    if problems:
        return DecodeError(
            operation.id,
            problems,
            status=answer.status,
            applied=applied,
        )
    is_empty = _is_empty(answer.body)
    return ResponseInvalid(
        operation.id,
        (answer.problem or "the body is empty") if is_empty else reason,
        status=answer.status,
        applied=applied,
        excerpt="" if is_empty else shown(text_of(answer), answer),
    )


def _kind(operation: Operation[object], answer: Answer) -> object:
    """Return the type of the body, also for an undeclared success status."""
    if answer.status in operation.success:
        return operation.success[answer.status]
    kinds = list(operation.success.values())
    if None in kinds and _is_empty(answer.body):
        return None
    return next((kind for kind in kinds if kind is not None), None)


def _is_empty(body: bytes) -> bool:
    return not body or body.isspace()
