"""Responses as values, before they are sent."""

from collections.abc import Mapping
from typing import Final

import attrs

from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.emulator.domain.refusals import (
    Conflict,
    Forbidden,
    NotFound,
    Refusal,
    Refused,
)
from configcat_mgmt.json_value import JsonValue

_JSON: Final = {"Content-Type": "application/json; charset=utf-8"}
_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8"}
_NO_HEADERS: Final[Mapping[str, str]] = {}


@attrs.define
class Answer:
    """Status, body and headers."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    closes: bool = False
    """Whether the connection is of no more use, because the request's body is still on
    its way."""

    @classmethod
    def of_json(cls, status: int, body: bytes) -> "Answer":
        """Answer with JSON that is written already."""
        return cls(status, body, _JSON)

    def with_headers(self, headers: Mapping[str, str]) -> "Answer":
        """Return the same answer with more headers."""
        if not headers:
            return self
        return Answer(self.status, self.body, {**self.headers, **headers}, self.closes)


def json_answer(status: int, value: JsonValue) -> Answer:
    """Answer with JSON."""
    return Answer(status, dump_json(value), _JSON)


def text_answer(
    status: int, text: str, headers: Mapping[str, str] = _NO_HEADERS
) -> Answer:
    """Answer with a sentence for people."""
    return Answer(status, text.encode(errors="replace"), {**_TEXT, **headers})


def refusal_answer(refusal: Refusal) -> Answer:
    """Return the response to a request that a handler refused."""
    match refusal:
        case Refused():
            messages = {name: list(one) for name, one in refusal.messages.items()}
            return json_answer(400, messages)
        case NotFound():
            return text_answer(404, str(refusal))
        case Forbidden():
            return text_answer(403, str(refusal))
        case Conflict():
            return text_answer(409, str(refusal))
        case _:
            message = f"no response for {type(refusal).__name__}"
            raise TypeError(message)
