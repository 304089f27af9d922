"""Reads and checks the description that `merge` makes, with its extensions."""

import re
from typing import cast

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.description import (
    Body,
    Description,
    Group,
    Location,
    Operation,
    Pages,
    Parameter,
    Schema,
    Shape,
    Success,
)
from configcat_mgmt.codegen.node import Node
from configcat_mgmt.codegen.overlay import EFFECTS
from configcat_mgmt.codegen.parse_schemas import read_schemas, read_shape
from configcat_mgmt.codegen.plain_operations import METHODS
from configcat_mgmt.codegen.plain_shapes import Document

NAME_LENGTH = 48
"""Maximum length of the names of tags and groups, for the first docstring line."""
LISTED = ("text", "integer", "reference")
"""Kinds of the items of a list parameter."""
SUMMARY_LENGTH = 68
"""Maximum length of a summary, for the first docstring line and the table."""


def read_description(document: Document) -> Description:
    """Return the content of the description.

    Raises:
        DescriptionError: The emitters cannot write it.
    """
    root = Node(document, "description")
    tags, groups = _read_groups(root)
    schemas = read_schemas(root.child("components"))
    operations = tuple(
        _read_operation(path_name, method, node, tags)
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
        if name in groups:
            raise node.fail(f"there are two tags of the group {name!r}")
        tags[title] = name
        groups[name] = Group(name, title, description)
    return tags, tuple(groups.values())


def _read_operation(
    path: str,
    method: str,
    node: Node,
    tags: dict[str, str],
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
        "x-pages",
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
    successes, errors = _read_responses(node)
    return Operation(
        id=node.text("operationId"),
        group=tags[names[0]],
        method=method.upper(),
        path=path,
        summary=summary,
        description=node.sentences("description"),
        effect=node.choice("x-effect", *EFFECTS),
        parameters=parameters,
        body=_read_body(node) if node.has("requestBody") else None,
        successes=successes,
        errors=errors,
        find_created=_read_find_created(node),
        may_be_paged=node.flag("x-may-be-paged"),
        pages=_read_pages(node.child("x-pages")) if node.has("x-pages") else None,
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
        if shape.item is None or shape.item.kind not in LISTED:
            raise node.fail("a list parameter must hold texts, integers or enums")
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


def _read_responses(node: Node) -> tuple[tuple[Success, ...], tuple[int, ...]]:
    successes: list[Success] = []
    errors: list[int] = []
    for name, response in node.children("responses"):
        response.allow("description", "content")
        text = response.sentences("description")
        if re.fullmatch("[45][0-9][0-9]", name):
            errors.append(int(name))
        elif re.fullmatch("2[0-9][0-9]", name):
            shape = _read_content(response) if response.has("content") else None
            successes.append(Success(int(name), text, shape))
        else:
            raise response.fail(f"the status {name!r} is not supported")
    if not successes:
        raise node.fail("there is no success response")
    return tuple(successes), tuple(errors)


def _read_find_created(node: Node) -> tuple[str, str] | None:
    if not node.has("x-find-created"):
        return None
    found = node.child("x-find-created")
    found.allow("operation", "field")
    return found.text("operation"), found.text("field")


def _read_pages(node: Node) -> Pages:
    node.allow("iterator", "summary", "items", "id", "until", "time")
    iterator = node.text("iterator")
    if not iterator.startswith("iter_") or not iterator.isidentifier():
        raise node.fail(f"`iterator` must start with `iter_`, not {iterator!r}")
    until, time = node.optional_text("until"), node.optional_text("time")
    if (until is None) != (time is None):
        raise node.fail("`until` and `time` must be given together")
    return Pages(
        iterator=iterator,
        summary=node.sentences("summary"),
        items=tuple(naming.field_name(name) for name in node.text("items").split(".")),
        id=naming.field_name(node.text("id")),
        until=None if until is None else naming.argument_name(until),
        time=None if time is None else naming.field_name(time),
    )


def _check_operations(
    root: Node,
    groups: tuple[Group, ...],
    operations: tuple[Operation, ...],
    schemas: dict[str, Schema],
) -> None:
    ids = {each.id for each in operations}
    names = {naming.snake_case(each.id) for each in operations}
    if len(ids) != len(operations) or len(names) != len(operations):
        raise root.fail("two operations have the same id or the same Python name")
    for group in groups:
        if not any(each.group == group.name for each in operations):
            raise root.fail(f"the group `{group.name}` has no operation")
        for name in naming.classes_of_group(group.name):
            if name in schemas:
                raise root.fail(f"schema `{name}` has the name of a group's class")
    for each in operations:
        for reference in each.references():
            if reference not in schemas:
                raise root.fail(f"`{each.id}`: there is no schema `{reference}`")
