"""Requests and responses as plain values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

import attrs

from configcat_mgmt.core.auth import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from configcat_mgmt.core.operation import Effect, FindCreated, Method
    from configcat_mgmt.json_value import JsonValue


@attrs.define(eq=False)
class Request:
    """One call, checked and ready to be sent any number of times."""

    operation_id: str
    method: Method
    template: str
    """With the method, the key that the call is paced by."""
    target: str
    """Path and query, percent-encoded."""
    body: bytes | None = attrs.field(repr=False)
    effect: Effect
    repeatable: bool
    """Whether doing it twice has the same effect as doing it once."""
    conditional: bool
    """Whether a repetition may be refused because the first attempt took effect."""
    secret_headers: Mapping[str, Secret] | None
    arguments: Mapping[str, object]
    """By Python name, secrets wrapped."""
    body_value: object = attrs.field(repr=False)
    find_created: FindCreated | None
    redirected_to: str | None = None
    """The absolute URL to send it to instead, after a redirect."""

    @property
    def changes_something(self) -> bool:
        """Whether the call is meant to change the service's state."""
        return self.effect != "read"

    def natural_key(self) -> tuple[str, str] | None:
        """Return wire name and text of the field that tells siblings apart."""
        if self.find_created is None or self.body is None:
            return None
        data: object = json.loads(self.body)
        if not isinstance(data, dict):
            return None
        value = cast("dict[str, object]", data).get(self.find_created.field)
        return (self.find_created.field, value) if isinstance(value, str) else None

    def shown_arguments(self) -> dict[str, object]:
        """Return the arguments that may stand in an error."""
        return {
            name: value
            for name, value in self.arguments.items()
            if value is not None and not isinstance(value, Secret)
        }


class Answer(NamedTuple):
    """A response whose status line arrived, with as much of its body as arrived."""

    status: int
    headers: Mapping[str, str]
    """Case-insensitive."""
    body: bytes
    problem: str | None = None
    """The problem with the body; `None` if it is complete."""
    too_large: bool = False
    secrets: tuple[Secret, ...] = ()
    """Header values of the request, which an error page may quote."""

    def __repr__(self) -> str:
        """Show neither headers nor body, which may hold secrets."""
        return f"Answer(status={self.status}, problem={self.problem!r})"


FailureKind: TypeAlias = Literal["connect", "untrusted", "timeout", "lost", "closed"]


class Failure(NamedTuple):
    """An attempt that ended without a status line."""

    kind: FailureKind
    reason: str
    sent: bool
    """Whether the whole request may have reached the service."""


@attrs.frozen
class RawResponse:
    """A response before decoding: status, headers and text."""

    operation_id: str
    status: int
    headers: dict[str, str]
    """Names as the service wrote them; the last one wins where a name repeats."""
    text: str = attrs.field(repr=False)

    def json(self) -> JsonValue:
        """Return the body as plain JSON data, links of HAL included.

        Raises:
            ValueError: The body is not JSON, or empty.
        """
        return cast("JsonValue", json.loads(self.text))


def is_success(status: int) -> bool:
    """Tell whether a status reports success."""
    return 200 <= status < 300  # noqa: PLR2004
