"""Calls and their outcomes as values, and as lines of a file."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import IO, Final, Literal, TypeAlias, cast

import attrs

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.checked import checked
from configcat_mgmt.core.codec.encode import to_json
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
"""The way in which a call ended.

`earlier`: an earlier run did it, so nothing was sent. `failed`: it was not done.
`unknown`: it was sent, and may or may not have been done. `not_sent`: the run ended
before its turn came.
"""


def _shown(arguments: Mapping[str, object]) -> str:
    """Show arguments, without secrets and without unknown ones."""
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


@checked
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
    """Any text that helps to recognize the call in its outcome."""

    def to_json(self) -> dict[str, JsonValue]:
        """Return the call in the form of a line in a file of calls."""
        found: dict[str, JsonValue] = {"operation": self.operation}
        if self.arguments:
            found["arguments"] = to_json(dict(self.arguments))
        if self.body is not UNSET:
            found["body"] = to_json(self.body)
        if self.label is not None:
            found["label"] = self.label
        return found

    def digest(self) -> str:
        """Return a digest of the call: 64 hexadecimal digits.

        Raises:
            ValueError: An argument or the body is neither JSON data nor a model.
        """
        text = json.dumps(self.to_json(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _by_error(outcome: "Outcome") -> Ending:
    if outcome.error is None:
        return "done"
    return "unknown" if isinstance(outcome.error, UnknownOutcome) else "failed"


@attrs.frozen
class Outcome:
    """The outcome of one call."""

    number: int
    """Place of the call in the run, from 0."""
    call: Call
    result: object = attrs.field(default=None, repr=False)
    """The decoded response; None after an error, for a response without a body, and for
    a call that an earlier run did."""
    error: ConfigCatManagementError | None = None
    ending: Ending = attrs.field(default=attrs.Factory(_by_error, takes_self=True))
    """The way in which the call ended. A call that was done has an error as well if its
    response cannot be read."""

    @property
    def resumed(self) -> bool:
        """Whether an earlier run with the same journal did it."""
        return self.ending == "earlier"

    @property
    def is_good(self) -> bool:
        """Whether the call was done, now or earlier, without an error."""
        return self.error is None

    def to_json(self) -> dict[str, JsonValue]:
        """Return the outcome in the form of a line in a file of outcomes."""
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


@checked
def read_calls(lines: Iterable[str], source: str = "calls") -> Iterator[Call]:
    """Read calls lazily from lines of JSON, one object per line, and skip empty lines.

    A line is `{"operation": "update-tag", "arguments": {"tag_id": 5}, "body": {...}}`.

    Args:
        lines: The lines, such as an open file.
        source: Name of the lines in errors.

    Yields:
        The calls, in the order of the lines.

    Raises:
        ConfigurationError: A line is not such an object; the message has its number.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield read_call(line, f"{source}, line {number}")


def read_call(line: str, where: str) -> Call:
    """Read a call from a line of JSON.

    Args:
        line: The line.
        where: Place of the line in errors.

    Raises:
        ConfigurationError: The line is not such an object.
    """
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


@checked
def write_outcome(file: IO[str], outcome: Outcome) -> None:
    """Write an outcome as one line of JSON.

    Args:
        file: A text file that is open for writing.
        outcome: The outcome of a call.
    """
    file.write(json.dumps(outcome.to_json(), ensure_ascii=False) + "\n")
