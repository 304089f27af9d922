"""Validates requests and responses by the description of the API alone.

The client and the emulator share the generated table and the codec, so they could be
wrong together. This reads the description with a JSON Schema validator instead, and
knows nothing of the rest of the package.
"""

import base64
import binascii
import json
import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

import attrs
from jsonschema import Draft202012Validator, FormatChecker

from configcat_mgmt.codegen.sources import read_sources

JSON_TYPE: Final = "application/json"
UUID_TEXT: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DATE_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
)
"""Source: RFC 3339, section 5.6."""
REF: Final = "#/components/schemas/"

Schema = dict[str, Any]
Json = Any


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())

    def fits(value: object, bits: int) -> bool:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return not whole or -(2 ** (bits - 1)) <= int(str(value)) < 2 ** (bits - 1)

    checker.checks("int32")(lambda value: fits(value, 32))
    checker.checks("int64")(lambda value: fits(value, 64))
    checker.checks("double")(
        lambda value: not isinstance(value, (int, float)) or math.isfinite(value),
    )
    checker.checks("uuid")(
        lambda value: not isinstance(value, str) or bool(UUID_TEXT.fullmatch(value)),
    )
    checker.checks("date-time")(
        lambda value: not isinstance(value, str) or bool(DATE_TIME.fullmatch(value)),
    )
    return checker


@attrs.frozen(eq=False)
class Endpoint:
    """One operation as the description has it."""

    id: str
    method: str
    path: str
    parameters: tuple[Schema, ...]
    """As in the description: name, in, required, schema."""
    body: Schema | None
    body_required: bool
    answers: Mapping[int, Schema | None]
    """Schema of the body by success status, None for no body."""
    errors: tuple[int, ...]
    raw: Schema = attrs.field(repr=False)

    def parameters_in(self, location: str) -> dict[str, Schema]:
        """Return the parameters of path, query or header by their names."""
        return {p["name"]: p for p in self.parameters if p["in"] == location}


class Description:
    """The description of the API, as judge."""

    def __init__(self) -> None:
        self.document: Schema = read_sources().description
        self.schemas: dict[str, Schema] = self.document["components"]["schemas"]
        self.endpoints: dict[str, Endpoint] = {
            endpoint.id: endpoint for endpoint in _endpoints(self.document)
        }
        self._formats = _formats()
        self._validators: dict[tuple[str, bool], Draft202012Validator] = {}
        self._definitions: dict[bool, dict[str, Schema]] = {}
        for closed in (False, True):
            definitions: dict[str, Schema] = {name: {} for name in self.schemas}
            for name, schema in self.schemas.items():
                definitions[name] |= translate(schema, definitions, closed=closed)
            self._definitions[closed] = definitions

    def model_names(self) -> list[str]:
        """Return the names of all models, former ones included."""
        found = (schema.get("x-former-name") for schema in self.schemas.values())
        return [*self.schemas, *(name for name in found if name is not None)]

    def resolve(self, schema: Schema) -> Schema:
        """Follow `$ref`, alone or in an `allOf` that adds keywords."""
        while True:
            if "$ref" in schema:
                schema = self.schemas[schema["$ref"].removeprefix(REF)]
            elif "allOf" in schema:
                (inner,) = schema["allOf"]
                siblings = {k: v for k, v in schema.items() if k != "allOf"}
                schema = {**self.resolve(inner), **siblings}
            else:
                return schema

    def name_of(self, schema: Schema) -> str | None:
        """Return the name of the schema that is referred to, if one is."""
        if "allOf" in schema:
            (schema,) = schema["allOf"]
        ref: str | None = schema.get("$ref")
        return None if ref is None else ref.removeprefix(REF)

    def problems(self, data: Json, schema: Schema, *, closed: bool = True) -> list[str]:
        """Return the places where JSON data contradicts a schema.

        Args:
            data: What `json.loads` gives.
            schema: As it stands in the description.
            closed: Whether fields that the description does not have are problems.
        """
        key = (json.dumps(schema, sort_keys=True), closed)
        validator = self._validators.get(key)
        if validator is None:
            validator = self._validators[key] = Draft202012Validator(
                translate(schema, self._definitions[closed], closed=closed),
                format_checker=self._formats,
            )
        errors = validator.iter_errors(data)
        return [f"{error.message[:300]} @ {error.json_path}" for error in errors]

    def find(self, method: str, raw_path: str) -> tuple[Endpoint, dict[str, str]]:
        """Return the operation that a percent-encoded path leads to, and its arguments.

        Raises:
            LookupError: There is none.
        """
        segments = [unquote(part, errors="strict") for part in raw_path.split("/")]
        found = [
            endpoint
            for endpoint in self.endpoints.values()
            if endpoint.method == method and _leads(endpoint.path, segments)
        ]
        if not found:
            raise LookupError(f"{method} {raw_path} is not in the description")
        # What is spelled out wins over what a parameter could take.
        best = min(found, key=lambda endpoint: endpoint.path.count("{"))
        names = best.path.split("/")
        return best, {
            name[1:-1]: value
            for name, value in zip(names, segments, strict=True)
            if name.startswith("{")
        }

    def request_problems(
        self,
        method: str,
        raw_path: str,
        query: Iterable[tuple[str, str]],
        headers: Mapping[str, str],
        body: bytes,
    ) -> list[str]:
        """Return the problems of a request.

        Args:
            method: In upper case.
            raw_path: Path as it went over the wire, without the query.
            query: Names and values, decoded, in their order.
            headers: Names in any case, if the mapping does not mind.
            body: The bytes, empty for no body.
        """
        try:
            endpoint, arguments = self.find(method, raw_path)
        except (LookupError, UnicodeDecodeError) as error:
            return [str(error)]
        pairs = [("path", name, value) for name, value in arguments.items()]
        pairs += [("query", name, value) for name, value in query]
        pairs += [
            ("header", name, headers[name])
            for name in endpoint.parameters_in("header")
            if name in headers
        ]
        return [
            *self._argument_problems(endpoint, pairs),
            *_header_problems(headers),
            *self._body_problems(endpoint, headers, body),
        ]

    def answer_problems(
        self,
        operation_id: str,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
    ) -> list[str]:
        """Return the problems of a response to a call of the operation."""
        endpoint = self.endpoints[operation_id]
        if status not in endpoint.answers:
            known = status in endpoint.errors or status in (401, 409, 500, 502, 503)
            return [] if known else [f"status {status} is not described"]
        schema = endpoint.answers[status]
        if schema is None:
            return [f"{status} has no body, but got {body[:80]!r}"] if body else []
        return _type_problems(headers) or self._json_problems(body, schema)

    def _argument_problems(
        self,
        endpoint: Endpoint,
        pairs: list[tuple[str, str, str]],
    ) -> list[str]:
        problems: list[str] = []
        known = {(p["in"], p["name"]): p for p in endpoint.parameters}
        given: dict[tuple[str, str], list[str]] = {}
        for location, name, value in pairs:
            given.setdefault((location, name), []).append(value)
        for key, values in given.items():
            if key not in known:
                problems.append(f"{key[0]} parameter {key[1]} is not described")
                continue
            schema = self.resolve(known[key]["schema"])
            is_list = schema["type"] == "array"
            if len(values) > 1 and not is_list:
                problems.append(f"{key[1]} is there {len(values)} times")
            items = [
                _plain(text, self.resolve(schema["items"]) if is_list else schema)
                for text in values
            ]
            data = items if is_list else items[0]
            problems += [
                f"{key[1]}: {problem}"
                for problem in self.problems(data, known[key]["schema"])
            ]
        for key, parameter in known.items():
            if parameter.get("required") and key not in given:
                problems.append(f"{key[1]} is missing")
        return problems

    def _body_problems(
        self,
        endpoint: Endpoint,
        headers: Mapping[str, str],
        body: bytes,
    ) -> list[str]:
        if not body:
            stray = ["a content type without a body"] * ("Content-Type" in headers)
            return ["the body is missing"] if endpoint.body_required else stray
        if endpoint.body is None:
            return [f"takes no body, but got {body[:80]!r}"]
        return _type_problems(headers) or self._json_problems(body, endpoint.body)

    def _json_problems(self, body: bytes, schema: Schema) -> list[str]:
        try:
            data = strict_json(body)
        except ValueError as error:
            return [f"not JSON: {error}"]
        return self.problems(data, schema)


@cache
def described() -> Description:
    """Return the description, read once."""
    return Description()


def strict_json(text: bytes | str) -> Json:
    """Read JSON as its standard has it: no NaN, no infinity, valid UTF-8.

    Raises:
        ValueError: It is none.
    """

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is not JSON")

    text = text.decode("utf-8") if isinstance(text, bytes) else text
    return json.loads(text, parse_constant=refuse)


def translate(
    schema: Schema, definitions: Mapping[str, Schema], *, closed: bool
) -> Schema:
    """Turn a schema of OpenAPI 3.0 into one of JSON Schema.

    A `$ref` becomes the definition itself, since looking it up for each value takes
    most of the time of a validation.

    Source: https://spec.openapis.org/oas/v3.0.3#schema-object
    """
    if "$ref" in schema:
        return definitions[schema["$ref"].removeprefix(REF)]
    made: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            made[key] = {
                name: translate(field, definitions, closed=closed)
                for name, field in value.items()
            }
            if closed and "additionalProperties" not in schema:
                made["additionalProperties"] = False
        elif key in ("allOf", "anyOf"):
            made[key] = [translate(part, definitions, closed=closed) for part in value]
        elif key in ("items", "additionalProperties"):
            made[key] = translate(value, definitions, closed=closed)
        elif key != "nullable" and not key.startswith("x-"):
            made[key] = value
    if schema.get("nullable"):
        if "type" not in made:
            return {"anyOf": [made, {"type": "null"}]}
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


def _endpoints(document: Schema) -> Iterable[Endpoint]:
    for path, item in document["paths"].items():
        for method, raw in item.items():
            body = raw.get("requestBody", {})
            statuses = {
                int(status): answer for status, answer in raw["responses"].items()
            }
            yield Endpoint(
                id=raw["operationId"],
                method=method.upper(),
                path=path,
                parameters=tuple(raw.get("parameters", ())),
                body=_content(body),
                body_required=body.get("required", False),
                answers={
                    status: _content(answer)
                    for status, answer in statuses.items()
                    if status < 300
                },
                errors=tuple(status for status in statuses if status >= 300),
                raw=raw,
            )


def _content(part: Schema) -> Schema | None:
    if "content" not in part:
        return None
    schema: Schema = part["content"][JSON_TYPE]["schema"]
    return schema


def _leads(template: str, segments: list[str]) -> bool:
    parts = template.split("/")
    return len(parts) == len(segments) and all(
        part == segment or (part.startswith("{") and segment != "")
        for part, segment in zip(parts, segments, strict=True)
    )


def _plain(text: str, schema: Schema) -> Json:
    """Read the text of a parameter as its type, or return the text if that fails."""
    if schema["type"] == "integer" and re.fullmatch(r"-?(0|[1-9]\d*)", text):
        return int(text)
    if schema["type"] == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _type_problems(headers: Mapping[str, str]) -> list[str]:
    kind = headers.get("Content-Type", "")
    return [] if kind.split(";")[0] == JSON_TYPE else [f"content type {kind!r}"]


def _header_problems(headers: Mapping[str, str]) -> list[str]:
    problems: list[str] = []
    scheme, _, code = headers.get("Authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(code, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    if scheme != "Basic" or ":" not in decoded:
        problems.append("no credentials for HTTP Basic")
    if JSON_TYPE not in headers.get("Accept", ""):
        problems.append("JSON is not accepted")
    return problems
