"""Reads the schemas of the description; refuses those the emitters cannot write."""

from typing import Literal, cast

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.description import (
    Enumeration,
    Member,
    Property,
    Record,
    Schema,
    Shape,
    Union,
)
from configcat_mgmt.codegen.node import Node

REFERENCE_PREFIX = "#/components/schemas/"
EXTENSIONS = ("description", "readOnly", "x-essential", "x-python-name", "x-secret")


def read_schemas(components: Node) -> dict[str, Schema]:
    """Return every schema by its name, in the order of the document."""
    schemas = {
        name: _read_schema(name, node) for name, node in components.children("schemas")
    }
    for name, schema in schemas.items():
        former = schema.former_name if isinstance(schema, Record) else None
        if former in schemas:
            raise Node({}, name).fail(f"`{former}` is the name of another schema")
        for reference in schema.references():
            if reference not in schemas:
                place = f"{components.where}.schemas.{name}"
                raise Node({}, place).fail(f"there is no schema `{reference}`")
    return schemas


def _read_schema(name: str, node: Node) -> Schema:
    if not name[0].isupper():
        raise node.fail("the name of a schema must start with a capital letter")
    _check_names(node, [name])
    node.choice("x-use", "request", "response", "both")
    description = node.sentences("description")
    if node.has("anyOf"):
        node.allow("anyOf", "description", "x-use")
        shapes = tuple(read_shape(each) for each in node.elements("anyOf"))
        return Union(name, description, shapes)
    if node.has("enum"):
        return _read_enumeration(name, description, node)
    if node.optional_text("type") == "object":
        return _read_record(name, description, node)
    raise node.fail("a schema must be an object, an enum of texts or an `anyOf`")


def _read_enumeration(name: str, description: str, node: Node) -> Enumeration:
    node.allow(
        "type", "enum", "description", "x-use", "x-enum-descriptions", "x-enum-names"
    )
    node.choice("type", "string")
    meanings = dict(node.phrases("x-enum-descriptions"))
    names = dict(node.phrases("x-enum-names"))
    values = node.texts("enum")
    for value in (*meanings, *names):
        if value not in values:
            raise node.fail(f"its extensions have {value!r}, which is no value")
    members = tuple(
        Member(names.get(value) or naming.upper_case(value), value, meanings.get(value))
        for value in values
    )
    _check_names(node, [each.name for each in members])
    return Enumeration(name, description, members)


def _check_names(node: Node, names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise node.fail("two of them would have the same name in Python")
    for name in names:
        if not name.isidentifier() or len(name) > naming.LONGEST_NAME:
            raise node.fail(f"`{name}` cannot be used as a name in Python, or too long")


def _read_record(name: str, description: str, node: Node) -> Record:
    node.allow(
        "type", "description", "x-use", "x-former-name", "properties", "required"
    )
    required = node.texts("required")
    properties = tuple(
        Property(
            wire_name=wire_name,
            name=child.optional_text("x-python-name") or naming.field_name(wire_name),
            description=child.sentences("description"),
            shape=read_shape(child, *EXTENSIONS),
            required=wire_name in required,
            essential=child.flag("x-essential"),
            secret=child.flag("x-secret"),
        )
        for wire_name, child in node.children("properties")
    )
    for wire_name in required:
        if wire_name not in {each.wire_name for each in properties}:
            raise node.fail(f"`{wire_name}` is required, but there is no such property")
    _check_names(node, [each.name for each in properties])
    use = node.choice("x-use", "request", "response", "both")
    return Record(
        name,
        description,
        cast("Literal['request', 'response', 'both']", use),
        properties,
        node.optional_text("x-former-name"),
    )


def read_shape(node: Node, *also: str) -> Shape:
    """Return the type of a value; `also` names members that the caller reads."""
    if node.has("allOf"):
        return _read_wrapped_reference(node, also)
    if node.has("$ref"):
        node.allow("$ref")
        return Shape("reference", name=_referenced(node))
    if not node.has("type"):
        node.allow("nullable", *also)
        return Shape("any", nullable=True)
    kind = node.text("type")
    reader = _READERS.get(kind)
    if reader is None:
        raise node.fail(f"type `{kind}` is not supported here")
    node.allow("type", "nullable", *_MEMBERS[kind], *also)
    return reader(node)


def _referenced(node: Node) -> str:
    reference = node.text("$ref")
    if not reference.startswith(REFERENCE_PREFIX):
        raise node.fail(f"`$ref` must start with {REFERENCE_PREFIX}, not {reference!r}")
    return reference.removeprefix(REFERENCE_PREFIX)


def _read_wrapped_reference(node: Node, also: tuple[str, ...]) -> Shape:
    node.allow("allOf", "nullable", *also)
    parts = list(node.elements("allOf"))
    if len(parts) != 1:
        raise node.fail("`allOf` is supported only around a single `$ref`")
    parts[0].allow("$ref")
    name = _referenced(parts[0])
    return Shape("reference", name=name, nullable=node.flag("nullable"))


def _read_text(node: Node) -> Shape:
    return Shape(
        "text",
        format=node.choice("format", "uuid", "date-time")
        if node.has("format")
        else None,
        nullable=node.flag("nullable"),
        min_length=node.integer("minLength"),
        max_length=node.integer("maxLength"),
    )


def _read_integer(node: Node) -> Shape:
    return Shape(
        "integer",
        format=node.choice("format", "int32", "int64"),
        nullable=node.flag("nullable"),
        minimum=node.integer("minimum"),
        maximum=node.integer("maximum"),
    )


def _read_number(node: Node) -> Shape:
    return Shape(
        "number",
        format=node.choice("format", "double"),
        nullable=node.flag("nullable"),
        minimum=node.integer("minimum"),
        maximum=node.integer("maximum"),
    )


def _read_boolean(node: Node) -> Shape:
    return Shape("boolean", nullable=node.flag("nullable"))


def _read_list(node: Node) -> Shape:
    item = read_shape(node.child("items"))
    return Shape("list", item=item, nullable=node.flag("nullable"))


def _read_map(node: Node) -> Shape:
    if not node.has("additionalProperties"):
        raise node.fail("an object inside another schema must be a map, or a `$ref`")
    item = read_shape(node.child("additionalProperties"))
    return Shape("map", item=item, nullable=node.flag("nullable"))


_READERS = {
    "string": _read_text,
    "integer": _read_integer,
    "number": _read_number,
    "boolean": _read_boolean,
    "array": _read_list,
    "object": _read_map,
}

_MEMBERS = {
    "string": ("format", "minLength", "maxLength"),
    "integer": ("format", "minimum", "maximum"),
    "number": ("format", "minimum", "maximum"),
    "boolean": (),
    "array": ("items",),
    "object": ("additionalProperties",),
}
