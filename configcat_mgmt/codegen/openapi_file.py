"""Reads a published OpenAPI document, and removes what is not structure."""

import importlib
import json
import re
from pathlib import Path
from typing import Any, cast

from configcat_mgmt.codegen.node import DescriptionError
from configcat_mgmt.codegen.plain_shapes import Document, elements, members

PROSE = ("description", "example", "examples", "externalDocs", "summary", "title")
NAME_MAPS = (
    "callbacks",
    "content",
    "headers",
    "links",
    "mapping",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
)
"""Members whose own members have names of the API: a property may be a `title`."""
DATA = ("default", "enum", "required", "security", "x-tagGroups")
"""Members that are kept as they are."""
YAML_SCALARS = (
    ("null", "^(?:null|~|)$", ["n", "~", ""]),
    ("bool", "^(?:true|false)$", ["t", "f"]),
    ("int", "^-?[0-9]+$", list("-0123456789")),
    ("float", r"^-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
)
"""Values that are no text, as in JSON: `on` and `2026-08-05` are texts."""


def read_openapi(path: Path) -> Document:
    """Return the OpenAPI 3.0 document in a file, JSON or YAML.

    Raises:
        DescriptionError: The file has no such document.
        OSError: The file is not readable.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
        is_json = path.suffix == ".json" or text.lstrip()[:1] in ("{", "[")
        content: object = json.loads(text) if is_json else _read_yaml(text)
    except (ValueError, RecursionError) as error:
        raise DescriptionError(f"{path}: neither JSON nor YAML: {error}") from None
    document = members(content)
    version = document.get("openapi")
    if version is None:
        raise DescriptionError(f"{path}: no OpenAPI document: `openapi` is missing")
    if not str(version).startswith("3.0."):
        raise DescriptionError(f"{path}: only OpenAPI 3.0 is supported, not {version}")
    return document


def _read_yaml(text: str) -> object:
    try:
        yaml: Any = importlib.import_module("yaml")
    except ImportError:
        raise DescriptionError(
            "YAML needs PyYAML, which is not installed: pip install pyyaml"
        ) from None
    made = type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": {}})
    loader: Any = made
    for kind, pattern, first in YAML_SCALARS:
        tag = f"tag:yaml.org,2002:{kind}"
        loader.add_implicit_resolver(tag, re.compile(pattern), first)
    try:
        return _with_text_names(yaml.load(text, loader))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None


def _with_text_names(value: object) -> object:
    """Return YAML data with the names that JSON would have: `200` is a text."""
    if isinstance(value, dict):
        held = cast("dict[object, object]", value)
        return {str(name): _with_text_names(each) for name, each in held.items()}
    if isinstance(value, list):
        return [_with_text_names(each) for each in cast("list[object]", value)]
    return value


def without_prose(document: Document) -> Document:
    """Return a document with the structure alone.

    Texts for readers and vendor extensions go; the response objects keep the empty
    description that OpenAPI demands.
    """
    info = members(document.get("info"))
    made = members(_bare(document))
    made["info"] = {name: info[name] for name in ("title", "version") if name in info}
    return made


def _bare(value: object) -> object:
    if not members(value):
        items = elements(value)
        return [_bare(each) for each in items] if items else value
    made: Document = {}
    for name, each in members(value).items():
        if name in DATA:
            made[name] = each
        elif name == "responses":
            made[name] = {k: _bare_response(v) for k, v in members(each).items()}
        elif name in NAME_MAPS and members(each):
            made[name] = {k: _bare(v) for k, v in members(each).items()}
        elif name not in PROSE and not name.startswith("x-"):
            made[name] = _bare(each)
    return made


def _bare_response(value: object) -> object:
    made = members(_bare(value))
    return made if "$ref" in made else {**made, "description": ""}
