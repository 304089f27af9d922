"""Reads the overlay: what is ours and not the service's, as frozen records."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from configcat_mgmt.codegen.node import DescriptionError, Node

EFFECTS = ("read", "set", "patch", "create", "delete")


@dataclass(frozen=True)
class GroupWords:
    """The words for one group of operations."""

    title: str
    text: str


@dataclass(frozen=True)
class ParameterWords:
    """The words for all parameters of one name, and the marks that they share."""

    text: str | None
    name: str | None
    """Name of the Python argument, if it does not follow from the name in the API."""
    secret: bool


@dataclass(frozen=True)
class PagesWords:
    """The mark of an operation that returns one page of a list."""

    iterator: str
    """Name of the method that walks over all pages."""
    summary: str
    items: str
    """Way from the response to the items, such as `list.data`."""
    id: str
    """Field that identifies an item."""
    until: str | None
    """Parameter with the end of the time span."""
    time: str | None
    """Field with the time of an item, if there is a time span."""


@dataclass(frozen=True)
class OperationWords:
    """The words for one operation, and its marks; None for what is missing."""

    group: str | None
    summary: str | None
    text: str | None
    body: str | None
    returns: Mapping[str, str]
    """The meaning of the response by success status."""
    parameters: Mapping[str, str]
    """Texts for parameters that mean something else here."""
    effect: str | None
    """The effect, if it does not follow from the method."""
    find_created: tuple[str, str] | None
    may_be_paged: bool
    pages: PagesWords | None = None


@dataclass(frozen=True)
class SchemaWords:
    """The words for one schema, and the marks of its fields."""

    text: str | None
    fields: Mapping[str, str]
    values: Mapping[str, str]
    """Meanings of enum values."""
    essential: tuple[str, ...]
    secret: tuple[str, ...]
    names: Mapping[str, str]
    """Python names of fields or enum values, if others than those that follow."""
    former_name: str | None = None
    """Name that the schema had in an earlier document; programs may still use it."""


@dataclass(frozen=True)
class Correction:
    """A place where the published structure is wrong, or lacks what is still needed."""

    operations: tuple[str, ...]
    parameter: str | None
    schemas: tuple[str, ...]
    field: str | None
    members: Mapping[str, Any]
    """Members to set: of the parameter, the field or the whole schema."""
    values: tuple[str, ...]
    """Values to add to an enum."""
    reason: str
    source: str


@dataclass(frozen=True)
class Overlay:
    """Everything that the generator knows beside the document of the service."""

    text: str
    groups: Mapping[str, GroupWords]
    ids: Mapping[str, str]
    """Ids of operations by method and path, such as `GET /v1/me`."""
    statuses: Mapping[str, str]
    """The meaning of error statuses."""
    parameters: Mapping[str, ParameterWords]
    operations: Mapping[str, OperationWords]
    """By id, in the order of the generated code."""
    schemas: Mapping[str, SchemaWords]
    """By name, in the order of the generated code."""
    corrections: tuple[Correction, ...]


NO_PARAMETER = ParameterWords(None, None, secret=False)
NO_OPERATION = OperationWords(
    None, None, None, None, {}, {}, None, None, may_be_paged=False
)
NO_SCHEMA = SchemaWords(None, {}, {}, (), (), {})


def read_overlay(path: Path) -> Overlay:
    """Return the content of the overlay at `path`.

    Raises:
        DescriptionError: The file is not TOML, or a member is unknown or unfit.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DescriptionError(f"{path}: not readable as TOML: {error}") from None
    root = Node(data, path.name)
    root.allow(
        "info",
        "groups",
        "ids",
        "statuses",
        "parameters",
        "operations",
        "schemas",
        "corrections",
    )
    root.child("info").allow("text")
    return Overlay(
        text=root.child("info").sentences("text"),
        groups={name: _group(node) for name, node in root.children("groups")},
        ids=dict(root.phrases("ids")),
        statuses=dict(root.phrases("statuses")),
        parameters={
            name: _parameter(node) for name, node in root.children("parameters")
        },
        operations={
            name: _operation(node) for name, node in root.children("operations")
        },
        schemas={name: _schema(node) for name, node in root.children("schemas")},
        corrections=tuple(_correction(node) for node in root.elements("corrections")),
    )


def _group(node: Node) -> GroupWords:
    node.allow("title", "text")
    return GroupWords(node.phrase("title"), node.sentences("text"))


def _parameter(node: Node) -> ParameterWords:
    node.allow("text", "name", "secret")
    return ParameterWords(
        text=_sentences(node, "text"),
        name=node.optional_text("name"),
        secret=node.flag("secret"),
    )


def _operation(node: Node) -> OperationWords:
    node.allow(
        "group",
        "summary",
        "text",
        "body",
        "returns",
        "parameters",
        "effect",
        "find_created",
        "may_be_paged",
        "pages",
    )
    return OperationWords(
        group=node.optional_text("group"),
        summary=_sentences(node, "summary"),
        text=_sentences(node, "text"),
        body=_sentences(node, "body"),
        returns=dict(node.phrases("returns")),
        parameters=dict(node.phrases("parameters")),
        effect=node.choice("effect", *EFFECTS) if node.has("effect") else None,
        find_created=_find_created(node),
        may_be_paged=node.flag("may_be_paged"),
        pages=_pages(node.child("pages")) if node.has("pages") else None,
    )


def _pages(node: Node) -> PagesWords:
    node.allow("iterator", "summary", "items", "id", "until", "time")
    return PagesWords(
        iterator=node.text("iterator"),
        summary=node.sentences("summary"),
        items=node.text("items"),
        id=node.text("id"),
        until=node.optional_text("until"),
        time=node.optional_text("time"),
    )


def _find_created(node: Node) -> tuple[str, str] | None:
    if not node.has("find_created"):
        return None
    found = node.child("find_created")
    found.allow("operation", "field")
    return found.text("operation"), found.text("field")


def _schema(node: Node) -> SchemaWords:
    node.allow(
        "text", "fields", "values", "essential", "secret", "names", "former_name"
    )
    return SchemaWords(
        text=_sentences(node, "text"),
        fields=dict(node.phrases("fields")),
        values=dict(node.phrases("values")),
        essential=node.texts("essential"),
        secret=node.texts("secret"),
        names=dict(node.phrases("names")),
        former_name=node.optional_text("former_name"),
    )


def _correction(node: Node) -> Correction:
    node.allow(
        "operations",
        "parameter",
        "schemas",
        "field",
        "set",
        "values",
        "reason",
        "source",
    )
    return Correction(
        operations=node.texts("operations"),
        parameter=node.optional_text("parameter"),
        schemas=node.texts("schemas"),
        field=node.optional_text("field"),
        members=node.child("set").data if node.has("set") else {},
        values=node.texts("values"),
        reason=node.sentences("reason"),
        source=node.sentences("source"),
    )


def _sentences(node: Node, name: str) -> str | None:
    return node.sentences(name) if node.has(name) else None
