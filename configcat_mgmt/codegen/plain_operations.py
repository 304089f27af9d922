"""Brings the operations of the service into the one form that the generator writes.

References are followed, bodies and responses are JSON, and each parameter stands with
its operation. Each reading that loses something is noted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.overlay import Overlay
from configcat_mgmt.codegen.plain_shapes import (
    SCHEMAS,
    Document,
    Shapes,
    elements,
    members,
)

METHODS = ("get", "post", "put", "patch", "delete")
JSON_TYPE = "application/json"


@dataclass
class PlainOperation:
    """One operation of the service."""

    id: str
    method: str
    """In upper case."""
    path: str
    tag: str
    deprecated: bool
    parameters: list[Document]
    """Each with `name`, `in`, `required` and `schema`, a list also with its style."""
    body: Document | None
    body_required: bool
    successes: dict[str, Document | None]
    """Form of the response by success status, None without a body."""
    errors: list[str]

    @property
    def address(self) -> str:
        """Method and path, such as `GET /v1/me`."""
        return f"{self.method} {self.path}"


@dataclass
class PlainService:
    """The document of the service, as far as the generator reads it."""

    operations: list[PlainOperation]
    schemas: dict[str, Document]
    notes: list[str]
    """Readings that lose something."""


def read_service(document: Document, overlay: Overlay) -> PlainService:
    """Return the plain form of the document of the service.

    The overlay decides names: an operation that it knows keeps its id, and no schema
    gets the name of a group's class.
    """
    notes: list[str] = []
    schemas = members(members(document.get("components")).get("schemas"))
    shapes = Shapes(schemas, overlay.groups, notes)
    reader = _Reader(document, shapes, notes)
    operations = list(reader.operations(overlay))
    return PlainService(operations, shapes.schemas, notes)


class _Reader:
    def __init__(self, document: Document, shapes: Shapes, notes: list[str]) -> None:
        self._document = document
        self._shapes = shapes
        self._notes = notes

    def operations(self, overlay: Overlay) -> Iterator[PlainOperation]:
        endpoints = list(self._endpoints())
        known = {str(raw.get("operationId")) for *_, raw in endpoints}
        known = {*overlay.ids.values(), *known.intersection(overlay.operations)}
        taken: set[str] = set()
        for path, method, shared, raw in endpoints:
            name = overlay.ids.get(f"{method.upper()} {path}")
            if name is None:
                name = self._id(raw, method, path, taken, known)
            taken.add(naming.snake_case(name))
            made = self._operation(name, method.upper(), path, shared, raw)
            if made is not None:
                yield made

    def _endpoints(self) -> Iterator[tuple[str, str, list[Any], Document]]:
        for path, item in members(self._document.get("paths")).items():
            for method, raw in members(item).items():
                if method in METHODS:
                    shared = elements(members(item).get("parameters"))
                    yield path, method, shared, members(raw)
                elif method in ("head", "options", "trace"):
                    self._notes.append(f"{method.upper()} {path}: left out, by method")

    def _id(
        self, raw: Document, method: str, path: str, taken: set[str], known: set[str]
    ) -> str:
        """Return the id that the service gives an operation, or one of its path."""
        published = raw.get("operationId")
        if published not in known:
            taken = {*taken, *map(naming.snake_case, known)}
        is_fit = isinstance(published, str) and naming.is_method_name(published)
        if is_fit and naming.snake_case(str(published)) not in taken:
            return str(published)
        made = naming.operation_id(method, path, taken)
        if published is not None:
            where = f"{method.upper()} {path}"
            self._notes.append(
                f"{where}: its id is {made}, because {published!r} is unfit"
            )
        return made

    def _operation(
        self, name: str, method: str, path: str, shared: list[Any], raw: Document
    ) -> PlainOperation | None:
        place = f"operation {name}"
        parameters = self._parameters(
            place, path, [*shared, *elements(raw.get("parameters"))]
        )
        body = self._followed(raw.get("requestBody"))
        sent = _json_schema(body)
        successes, errors, unread = self._responses(place, raw)
        if sent is None and members(body.get("content")):
            unread = [*unread, "request body"]
        if unread:
            self._notes.append(
                f"{place}: left out, because its {unread[0]} is not JSON"
            )
            return None
        tags = [each for each in elements(raw.get("tags")) if isinstance(each, str)]
        return PlainOperation(
            id=name,
            method=method,
            path=path,
            tag=tags[0] if tags and tags[0].strip() else "Other",
            deprecated=raw.get("deprecated") is True,
            parameters=parameters,
            body=None if sent is None else self._shapes.read(sent, f"{place}, body"),
            body_required=body.get("required") is True,
            successes=successes,
            errors=errors,
        )

    def _parameters(self, place: str, path: str, raw: list[Any]) -> list[Document]:
        followed = [self._followed(each) for each in raw]
        found = {(str(p.get("in")), str(p.get("name"))): p for p in followed}
        in_path = re.findall(r"\{([^{}]+)\}", path)
        for name in in_path:
            found.setdefault(("path", name), {"schema": {"type": "string"}})
        made: list[Document] = []
        for (location, name), parameter in found.items():
            where = f"{place}, parameter {name}"
            if location not in ("path", "query", "header") or (
                location == "path" and name not in in_path
            ):
                self._notes.append(f"{where}: left out, because it is in {location}")
                continue
            one: Document = {
                "name": name,
                "in": location,
                "required": location == "path" or parameter.get("required") is True,
            }
            schema = self._argument(parameter.get("schema"), where)
            if schema.get("type") == "array":
                if location == "query" and parameter.get("explode", True) is True:
                    one.update(style="form", explode=True)
                else:
                    schema = self._text(where)
            made.append({**one, "schema": schema})
        return made

    def _argument(self, raw: object, place: str) -> Document:
        """Return the form of an argument; without null, since None omits it."""
        shape = self._shapes.read(raw, place)
        shape = shape["allOf"][0] if "allOf" in shape else shape
        shape = {name: value for name, value in shape.items() if name != "nullable"}
        inner = shape.get("items", shape)
        named = self._shapes.schemas.get(
            str(inner.get("$ref", "")).removeprefix(SCHEMAS)
        )
        kind = inner.get("type") if named is None else named.get("type")
        is_flag = kind == "boolean" and inner is shape
        if not (kind in ("string", "integer") or is_flag) or inner.get("nullable"):
            return self._text(place)
        return shape

    def _text(self, place: str) -> Document:
        self._notes.append(
            f"{place}: read as text, because arguments have no such form"
        )
        return {"type": "string"}

    def _responses(
        self, place: str, raw: Document
    ) -> tuple[dict[str, Document | None], list[str], list[str]]:
        """Return successes, errors, and the responses that have no form here."""
        successes: dict[str, Document | None] = {}
        errors: set[str] = set()
        unread: list[str] = []
        responses = members(raw.get("responses"))
        is_vague = not any(re.fullmatch("2[0-9][0-9]", status) for status in responses)
        for status, answer in responses.items():
            number = "200" if is_vague and status in ("2XX", "default") else status
            if re.fullmatch("[45][0-9][0-9]", number):
                errors.add(number)
            elif re.fullmatch("2[0-9][0-9]", number) and number not in successes:
                response = self._followed(answer)
                schema = _json_schema(response)
                if schema is None and members(response.get("content")):
                    unread.append(f"response {status}")
                where = f"{place}, response {status}"
                shape = None if schema is None else self._shapes.read(schema, where)
                successes[number] = shape
        return successes or {"200": None}, sorted(errors), unread

    def _followed(self, raw: object) -> Document:
        """Return a parameter, body or response, or the component it refers to."""
        part = members(raw)
        if "$ref" in part:
            names = str(part["$ref"]).removeprefix("#/").split("/")
            part = self._document
            for name in names:
                part = members(part.get(name))
        return part


def _json_schema(part: Document) -> Document | None:
    """Return the schema of JSON content, or None if there is no JSON."""
    content = members(part.get("content"))
    names = [JSON_TYPE, *(name for name in content if "json" in name)]
    found = next((members(content[name]) for name in names if name in content), None)
    return None if found is None else members(found.get("schema"))
