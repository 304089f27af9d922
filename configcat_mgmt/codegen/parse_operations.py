"""Reads and checks the description, an OpenAPI 3.0 document with a few extensions.

The extensions: a tag has `x-group`; an operation `x-effect` and perhaps
`x-find-created` and `x-may-be-paged`; a parameter perhaps `x-python-name` and
`x-secret`; a schema `x-use`; a property perhaps `x-essential` and `x-secret`; an enum
perhaps `x-enum-descriptions`.
"""

import json
import re
from pathlib import Path
from typing import cast

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.description import (
    Body,
    Description,
    Group,
    Location,
    Operation,
    Parameter,
    Record,
    Schema,
    Shape,
    Success,
)
from configcat_mgmt.codegen.layout import reachable
from configcat_mgmt.codegen.node import DescriptionError, Node
from configcat_mgmt.codegen.parse_schemas import read_schemas, read_shape

METHODS = ("get", "post", "put", "patch", "delete")
ERROR_STATUSES = (400, 401, 403, 404, 409, 429)
SUCCESS_STATUSES = (200, 201, 202, 204)
NAME_LENGTH = 48
"""Maximum length of the names of tags and groups, for the first docstring line."""
SUMMARY_LENGTH = 68
"""Maximum length of a summary, for the first docstring line and the table."""


def read_description(path: Path) -> Description:
    """Return the content of the document at `path`.

    Raises:
        DescriptionError: The document is not JSON, or the emitters cannot write it.
    """
    try:
        data: object = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DescriptionError(f"{path}: not readable as JSON: {error}") from None
    root = Node({"document": data}, str(path)).child("document")
    root = Node(root.data, "description")
    if not root.text("openapi").startswith("3.0."):
        raise root.fail("only OpenAPI 3.0 is supported")
    components = root.child("components")
    tags, groups = _read_groups(root)
    schemas = read_schemas(components)
    operations = tuple(
        _read_operation(path_name, method, node, tags, components)
        for path_name, item in root.children("paths")
        for method, node in _methods(item)
    )
    _check_operations(root, groups, operations, schemas)
    return Description(groups, schemas, operations)


def _methods(item: Node) -> list[tuple[str, Node]]:
    item.allow(*METHODS)
    return [(method, item.child(method)) for method in item.data]


def _read_groups(root: Node) -> tuple[dict[str, str], tuple[Group, ...]]:
    tags: dict[str, str] = {}
    groups: dict[str, Group] = {}
    for node in root.elements("tags"):
        node.allow("name", "description", "x-group")
        name = node.text("x-group")
        if name != naming.snake_case(name) or not name.isidentifier():
            raise node.fail(f"`x-group` must be snake_case, not {name!r}")
        if name in {"common", "groups"}:
            raise node.fail(f"`x-group` {name!r} is the name of another file")
        title, description = node.text("name"), node.sentences("description")
        if title in tags:
            raise node.fail(f"there are two tags {title!r}")
        if max(len(title), len(name)) > NAME_LENGTH:
            raise node.fail(f"names have at most {NAME_LENGTH} characters")
        tags[title] = name
        if name in groups:
            first = groups[name]
            texts = (*first.descriptions, description)
            groups[name] = Group(name, first.title, texts)
        else:
            groups[name] = Group(name, title, (description,))
    return tags, tuple(groups.values())


def _read_operation(
    path: str,
    method: str,
    node: Node,
    tags: dict[str, str],
    components: Node,
) -> Operation:
    node.allow(
        "tags",
        "operationId",
        "summary",
        "description",
        "parameters",
        "requestBody",
        "responses",
        "deprecated",
        "x-effect",
        "x-find-created",
        "x-may-be-paged",
    )
    names = node.texts("tags")
    if len(names) != 1 or names[0] not in tags:
        raise node.fail("`tags` must name one tag of the description")
    if len(node.text("operationId")) > naming.LONGEST_NAME:
        raise node.fail(f"`operationId` has more than {naming.LONGEST_NAME} characters")
    summary = node.sentences("summary")
    if len(summary) > SUMMARY_LENGTH:
        raise node.fail(f"`summary` has more than {SUMMARY_LENGTH} characters")
    parameters = tuple(_read_parameter(each) for each in node.elements("parameters"))
    _check_parameters(path, node, parameters)
    successes, errors = _read_responses(node, components)
    return Operation(
        id=node.text("operationId"),
        group=tags[names[0]],
        method=method.upper(),
        path=path,
        summary=summary,
        description=node.sentences("description"),
        effect=node.choice("x-effect", "read", "set", "patch", "create", "delete"),
        parameters=parameters,
        body=_read_body(node) if node.has("requestBody") else None,
        successes=successes,
        errors=errors,
        find_created=_read_find_created(node),
        may_be_paged=_read_may_be_paged(node, successes),
        deprecated=node.flag("deprecated"),
    )


def _read_parameter(node: Node) -> Parameter:
    node.allow(
        "name",
        "in",
        "required",
        "description",
        "schema",
        "style",
        "explode",
        "x-python-name",
        "x-secret",
    )
    location = cast("Location", node.choice("in", "path", "query", "header"))
    wire_name = node.text("name")
    shape = read_shape(node.child("schema"))
    _check_parameter_shape(node, location, shape)
    name = node.optional_text("x-python-name") or naming.argument_name(wire_name)
    fits = name.isidentifier() and len(name) <= naming.LONGEST_NAME
    if name != naming.argument_name(name) or not fits:
        raise node.fail(f"{name!r} cannot be used as the name of an argument")
    if location == "path" and not node.flag("required"):
        raise node.fail("a path parameter must be `required`")
    return Parameter(
        wire_name=wire_name,
        name=name,
        location=location,
        description=node.sentences("description"),
        shape=shape,
        required=node.flag("required"),
        secret=node.flag("x-secret"),
    )


def _check_parameter_shape(node: Node, location: Location, shape: Shape) -> None:
    if shape.nullable or shape.kind in {"any", "map", "number"}:
        raise node.fail("a parameter must be a text, integer, boolean, enum or list")
    if shape.kind == "list":
        repeated = node.optional_text("style") == "form" and node.flag("explode")
        if location != "query" or not repeated:
            raise node.fail(
                "a list is supported only as a repeated query parameter "
                "(`style: form`, `explode: true`)",
            )
        if shape.item is None or shape.item.kind not in {"text", "integer"}:
            raise node.fail("a list parameter must hold texts or integers")
    elif node.has("style") or node.has("explode"):
        raise node.fail("`style` and `explode` are supported only for lists")


def _check_parameters(
    path: str,
    node: Node,
    parameters: tuple[Parameter, ...],
) -> None:
    in_path = [each.wire_name for each in parameters if each.location == "path"]
    if sorted(in_path) != sorted(re.findall(r"\{([^{}]+)\}", path)):
        raise node.fail("the path parameters are not those of the path")
    names = [each.name for each in parameters]
    if len(set(names)) != len(names):
        raise node.fail("two parameters have the same Python name")


def _read_content(node: Node) -> Shape:
    content = node.child("content")
    content.allow("application/json")
    media = content.child("application/json")
    media.allow("schema")
    return read_shape(media.child("schema"))


def _read_body(node: Node) -> Body:
    body = node.child("requestBody")
    body.allow("description", "required", "content")
    return Body(
        description=body.sentences("description"),
        shape=_read_content(body),
        required=body.flag("required"),
    )


def _read_responses(
    node: Node,
    components: Node,
) -> tuple[tuple[Success, ...], tuple[int, ...]]:
    successes: list[Success] = []
    errors: list[int] = []
    for name, response in node.children("responses"):
        if name in {str(status) for status in SUCCESS_STATUSES}:
            response.allow("description", "content")
            shape = _read_content(response) if response.has("content") else None
            text = response.sentences("description")
            successes.append(Success(int(name), text, shape))
        elif name in {str(status) for status in ERROR_STATUSES}:
            _check_error_response(response, components)
            errors.append(int(name))
        else:
            raise response.fail(f"the status {name!r} is not supported")
    if not successes:
        raise node.fail("there is no success response")
    return tuple(successes), tuple(errors)


def _check_error_response(response: Node, components: Node) -> None:
    if not response.has("$ref"):
        response.sentences("description")
        return
    prefix = "#/components/responses/"
    reference = response.text("$ref")
    name = reference.removeprefix(prefix)
    if name == reference or name not in dict(components.children("responses")):
        raise response.fail(f"there is no response {reference!r}")


def _read_find_created(node: Node) -> tuple[str, str] | None:
    if not node.has("x-find-created"):
        return None
    found = node.child("x-find-created")
    found.allow("operation", "field")
    return found.text("operation"), found.text("field")


def _read_may_be_paged(node: Node, successes: tuple[Success, ...]) -> bool:
    may_be_paged = node.flag("x-may-be-paged")
    shapes = [each.shape for each in successes]
    if may_be_paged and not all(shape and shape.kind == "list" for shape in shapes):
        raise node.fail("`x-may-be-paged` is for operations that return a list")
    return may_be_paged


def _check_operations(
    root: Node,
    groups: tuple[Group, ...],
    operations: tuple[Operation, ...],
    schemas: dict[str, Schema],
) -> None:
    by_id = {each.id: each for each in operations}
    names = {naming.snake_case(each.id) for each in operations}
    if len(by_id) != len(operations) or len(names) != len(operations):
        raise root.fail("two operations have the same id or the same Python name")
    for group in groups:
        if not any(each.group == group.name for each in operations):
            raise root.fail(f"the group `{group.name}` has no operation")
        class_name = naming.class_case(group.name)
        for name in (class_name, f"Async{class_name}"):
            if name in schemas:
                raise root.fail(f"schema `{name}` has the name of a group's class")
    for each in operations:
        for reference in each.references():
            if reference not in schemas:
                raise root.fail(f"`{each.id}`: there is no schema `{reference}`")
        if each.find_created is not None:
            listing = by_id.get(each.find_created[0])
            _check_find_created(root, each, listing, each.find_created[1], schemas)


def _check_find_created(
    root: Node,
    create: Operation,
    listing: Operation | None,
    field: str,
    schemas: dict[str, Schema],
) -> None:
    """Refuse a list that cannot show which entity a call created, and where."""
    problem = f"`x-find-created` of `{create.id}`: "
    if listing is None:
        raise root.fail(f"{problem}no such operation")
    given = {each.name for each in create.parameters}
    needed = {each.name for each in listing.parameters if each.required}
    if not needed <= given:
        raise root.fail(f"{problem}`{listing.id}` takes other arguments")
    sent: set[str] = set()
    if create.body is not None:
        sent.update(create.body.shape.references())
    listed = reachable(listing.references(), schemas)
    for names in (sent, listed):
        if not any(_has_property(schemas[name], field) for name in names):
            raise root.fail(f"{problem}no `{field}` in the body and in the list")
    asked = {each.name for each in listing.parameters}
    for each in create.parameters:
        if each.name not in asked and not any(
            _has_property(schemas[name], each.wire_name) for name in listed
        ):
            raise root.fail(f"{problem}the list does not name `{each.wire_name}`")


def _has_property(schema: Schema, wire_name: str) -> bool:
    return isinstance(schema, Record) and any(
        each.wire_name == wire_name for each in schema.properties
    )
