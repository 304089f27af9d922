"""Calls as values, and what became of them, also as lines of a file."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import IO, Final, Literal, TypeAlias, cast

import attrs

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.codec.converter import to_json
from configcat_mgmt.errors import (
    ConfigCatManagementError,
    ConfigurationError,
    UnknownOutcome,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

MAX_LINE_LENGTH: Final = 16 * 1024 * 1024
"""Characters of one line of a file of calls."""

Ending: TypeAlias = Literal["done", "earlier", "failed", "unknown", "not_sent"]
"""What became of a call.

`earlier`: a run before had done it, so nothing was sent. `failed`: it was not done.
`unknown`: it was sent, and may or may not have been done. `not_sent`: the run ended
before its turn came.
"""


def _shown(arguments: Mapping[str, object]) -> str:
    """Show arguments, but for secrets and for what may be one that is misspelled."""
    names = _plain_names()
    return repr(
        {name: value if name in names else "***" for name, value in arguments.items()}
    )


@cache
def _plain_names() -> frozenset[str]:
    return frozenset(
        parameter.name
        for operation in OPERATIONS.values()
        for parameter in operation.parameters
        if not parameter.secret
    )


@attrs.frozen
class Call:
    """A call by operation id, to be made by a bulk run."""

    operation: str
    """A key of `OPERATIONS`, such as `update-tag`."""
    arguments: Mapping[str, object] = attrs.field(
        factory=dict[str, object], repr=_shown
    )
    """Path, query and header arguments by Python name."""
    body: object = attrs.field(default=UNSET, repr=False)
    """Plain JSON data or a model; UNSET for none."""
    label: str | None = None
    """Whatever helps to recognise the call in its outcome."""

    def to_json(self) -> dict[str, JsonValue]:
        """Return the call as it stands in a file of calls."""
        found: dict[str, JsonValue] = {"operation": self.operation}
        if self.arguments:
            found["arguments"] = to_json(dict(self.arguments))
        if self.body is not UNSET:
            found["body"] = to_json(self.body)
        if self.label is not None:
            found["label"] = self.label
        return found

    def digest(self) -> str:
        """Return what tells this call from any other: 64 hexadecimal digits.

        Raises:
            ValueError: An argument, or the body, is no JSON data and no model.
        """
        text = json.dumps(self.to_json(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _by_error(outcome: "Outcome") -> Ending:
    if outcome.error is None:
        return "done"
    return "unknown" if isinstance(outcome.error, UnknownOutcome) else "failed"


@attrs.frozen
class Outcome:
    """What became of one call."""

    number: int
    """Place of the call in the run, from 0."""
    call: Call
    result: object = attrs.field(default=None, repr=False)
    """The decoded answer; None after an error, for an answer without a body, and for a
    call that an earlier run had done."""
    error: ConfigCatManagementError | None = None
    ending: Ending = attrs.field(default=attrs.Factory(_by_error, takes_self=True))
    """What became of the call; one that was done may have an answer that is of no use,
    and then an error as well."""

    @property
    def resumed(self) -> bool:
        """Whether an earlier run with the same journal had done it."""
        return self.ending == "earlier"

    @property
    def is_good(self) -> bool:
        """Whether the call was done, now or earlier, and without any error."""
        return self.error is None

    def to_json(self) -> dict[str, JsonValue]:
        """Return the outcome as it stands in a file of outcomes."""
        found: dict[str, JsonValue] = {
            "number": self.number,
            "operation": self.call.operation,
            "ok": self.is_good,
            "ending": self.ending,
        }
        if self.call.label is not None:
            found["label"] = self.call.label
        if self.error is not None:
            found["error"] = type(self.error).__name__
            found["message"] = str(self.error)
        elif self.result is not None:
            found["result"] = to_json(self.result)
        return found


def read_calls(lines: Iterable[str], source: str = "calls") -> Iterator[Call]:
    """Read calls lazily from lines of JSON, one object a line; empty lines are passed.

    A line is `{"operation": "update-tag", "arguments": {"tag_id": 5}, "body": {...}}`.

    Args:
        lines: Such as an open file.
        source: What errors call it.

    Raises:
        ConfigurationError: A line is not such an object; names its number.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _read_call(line, f"{source}, line {number}")


def _read_call(line: str, where: str) -> Call:
    if len(line) > MAX_LINE_LENGTH:
        msg = f"{where}: longer than {MAX_LINE_LENGTH} characters"
        raise ConfigurationError(msg)
    try:
        data: object = json.loads(line)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        msg = f"{where}: must be a JSON object"
        raise ConfigurationError(msg)
    fields = cast("dict[str, object]", data)
    unknown = set(fields) - {"operation", "arguments", "body", "label"}
    operation = fields.get("operation")
    arguments = fields.get("arguments", {})
    label = fields.get("label")
    if unknown:
        problem = f"unknown field {min(unknown)!r}"
    elif not isinstance(operation, str):
        problem = "needs an 'operation', the id as text"
    elif not isinstance(arguments, dict):
        problem = "'arguments' must be an object"
    elif label is not None and not isinstance(label, str):
        problem = "'label' must be text"
    else:
        return Call(
            operation,
            cast("dict[str, object]", arguments),
            fields.get("body", UNSET),
            label,
        )
    msg = f"{where}: {problem}"
    raise ConfigurationError(msg)


def write_outcome(file: IO[str], outcome: Outcome) -> None:
    """Write an outcome as one line of JSON."""
    file.write(json.dumps(outcome.to_json(), ensure_ascii=False) + "\n")
