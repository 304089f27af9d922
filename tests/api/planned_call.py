"""Works out from the description how an operation is called, and what that sends."""

import json
from collections.abc import Mapping
from typing import Any, Final

import attrs

from tests.api.python_side import PythonSide, argument_name, snake
from tests.api.service import Seen
from tests.documents import ODD, Documents, Style, moment, normal
from tests.schema import DATE_TIME, Description, Endpoint, Json, Schema

TEXTS: Final[Mapping[str, Mapping[Style, str]]] = {
    "path": {"minimal": "7", "full": f"auth0|{ODD}?#&=+;..", "nulls": "..."},
    "query": {"minimal": "", "full": ODD, "nulls": ""},
    "header": {
        "minimal": "key-1",
        "full": "configcat-sdk-1/zq3-._~ :",
        "nulls": "key-1",
    },
}
"""Texts of parameters, each odd in its way: some must be quoted, headers are ASCII."""


@attrs.frozen(eq=False)
class PlannedCall:
    """One call of an operation, in Python and as it must go over the wire."""

    endpoint: Endpoint
    positional: list[Any]
    """Path arguments and body, in order, as Python values."""
    keywords: dict[str, Any]
    plain: dict[str, Json]
    """All arguments by their Python names, as plain JSON values; also the body."""
    wire: dict[tuple[str, str], Json]
    """What the service must see, by place and wire name, as plain JSON values."""
    body: Json
    sends_body: bool

    @property
    def method_name(self) -> str:
        """Name of the coroutine or function."""
        return snake(self.endpoint.id)

    def differences(self, seen: Seen) -> list[str]:
        """Say where the request that came is not the one that was meant."""
        found: dict[tuple[str, str], list[str]] = {}
        for name, text in seen.path.items():
            found.setdefault(("path", name), []).append(text)
        for name, text in seen.query:
            found.setdefault(("query", name), []).append(text)
        for name in self.endpoint.parameters_in("header"):
            if name.lower() in seen.headers:
                found["header", name] = [seen.headers[name.lower()]]
        wanted = {key: _texts(value) for key, value in self.wire.items()}
        wanted = {key: texts for key, texts in wanted.items() if texts}
        problems = [
            f"{key}: sent {found.get(key)}, meant {wanted.get(key)}"
            for key in {*found, *wanted}
            if _comparable(found.get(key)) != _comparable(wanted.get(key))
        ]
        if seen.operation_id != self.endpoint.id:
            problems.append(f"{seen.operation_id} was called")
        if seen.has_body != self.sends_body or normal(seen.body) != normal(self.body):
            problems.append(f"body {seen.body!r}, meant {self.body!r}")
        return problems


class Planner:
    """Plans calls of all operations."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.documents = Documents(description)
        self.python = PythonSide(description)

    def group_of(self, endpoint: Endpoint) -> str:
        """Return the attribute of the clients that has the operation."""
        tags = self.description.document["tags"]
        groups = {tag["name"]: tag["x-group"] for tag in tags}
        (tag,) = endpoint.raw["tags"]
        return str(groups[tag])

    def call(self, endpoint: Endpoint, style: Style) -> PlannedCall:
        """Plan one call; `minimal` gives what must be given and `full` everything.

        `nulls` gives every optional argument as None.
        """
        positional: list[Any] = []
        keywords: dict[str, Any] = {}
        plain: dict[str, Json] = {}
        wire: dict[tuple[str, str], Json] = {}
        for parameter in endpoint.parameters:
            required = parameter.get("required", False)
            if style == "minimal" and not required:
                continue
            name = argument_name(parameter)
            if style == "nulls" and not required:
                keywords[name] = plain[name] = None
                continue
            data = self._document(parameter, style)
            value = self.python.value(parameter["schema"], data)
            # UUIDs and enums may also be given as text.
            value = data if style == "nulls" else value
            plain[name] = data
            wire[parameter["in"], parameter["name"]] = data
            if parameter["in"] == "path":
                positional.append(value)
            else:
                keywords[name] = value
        body, sends_body = None, False
        if endpoint.body is not None and (endpoint.body_required or style != "minimal"):
            body = self.documents.make(endpoint.body, style)
            plain["body"] = body
            positional.append(self.python.value(endpoint.body, body))
            sends_body = True
        return PlannedCall(
            endpoint, positional, keywords, plain, wire, body, sends_body
        )

    def answers(
        self, endpoint: Endpoint, style: Style
    ) -> list[tuple[int, Json, bytes]]:
        """Return each success status with the data and text of its body."""
        found: list[tuple[int, Json, bytes]] = []
        for status, schema in endpoint.answers.items():
            if schema is None:
                found.append((status, None, b""))
                continue
            data = self.documents.make(schema, style)
            if isinstance(data, list) and style != "minimal":
                data = [self.documents.make(schema["items"], style)]
            found.append((status, data, json.dumps(data).encode()))
        return found

    def _document(self, parameter: Schema, style: Style) -> Json:
        schema = self.description.resolve(parameter["schema"])
        if schema["type"] == "string" and not {"format", "enum"} & set(schema):
            return TEXTS[parameter["in"]][style]
        return self.documents.make(parameter["schema"], style, parameter["name"])


def _texts(data: Json) -> list[str]:
    """Return how often and how a plain value stands in path, query or header."""
    if isinstance(data, list):
        return [text for item in data for text in _texts(item)]
    return [json.dumps(data) if isinstance(data, (bool, int)) else data]


def _comparable(texts: list[str] | None) -> list[Any]:
    return [moment(text) if DATE_TIME.fullmatch(text) else text for text in texts or ()]
