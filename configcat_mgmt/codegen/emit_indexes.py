"""Writes the indexes: the groups, the tables of operations and paths, all models."""

from collections.abc import Iterator, Mapping

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.description import Description, Group, Record
from configcat_mgmt.codegen.emit_groups import AIO, INNER, SYNC
from configcat_mgmt.codegen.emit_operations import CORE
from configcat_mgmt.codegen.python_text import (
    STEP,
    Brackets,
    Imports,
    docstring,
    module,
    natural_key,
    path_item,
    quoted,
    wrapped,
)
from configcat_mgmt.codegen.python_types import MODELS

ENDPOINTS = "configcat_mgmt.api.operations"

PACKAGES = {
    "": "Everything that is made from the description of the API.",
    "aio/": "One asynchronous class per group of operations.",
    "models/": "Records and enums of requests and answers, one file per group.",
    "operations/": "The table of endpoints, one file per group.",
    "sync/": "One blocking class per group of operations.",
}


def emit_indexes(
    description: Description,
    files: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each file that is not about a single group."""
    for folder, title in PACKAGES.items():
        yield f"{folder}__init__.py", module(title, Imports(), [])
    yield "model_index.py", _model_index({**files, **_former_names(description, files)})
    yield "operation_index.py", _operation_index(description)
    yield "path_index.py", _path_index(description)
    yield "aio/groups.py", _groups(description, "aio")
    yield "sync/groups.py", _groups(description, "sync")


def _former_names(description: Description, files: Mapping[str, str]) -> dict[str, str]:
    """Return the file of each former name of a model."""
    return {
        schema.former_name: files[name]
        for name, schema in description.schemas.items()
        if isinstance(schema, Record) and schema.former_name is not None
    }


def _model_index(files: Mapping[str, str]) -> str:
    """Return an index that loads the file of a model when somebody needs the model."""
    imports, typing_only = Imports(), Imports()
    final = imports.add("typing", "Final")
    guard = imports.add("typing", "TYPE_CHECKING")
    load = imports.add("configcat_mgmt.lazy", "load")
    for name, file in files.items():
        typing_only.add(f"{MODELS}.{file}", name)
    names = sorted(files, key=natural_key)
    space = " " * STEP
    blocks = [
        [
            f"if {guard}:",
            *typing_only.lines(STEP),
            "",
            "__all__ = [",
            *(f"{space}{quoted(name)}," for name in names),
            "]",
            "",
            f"_FILES: {final} = {{",
            *(f"{space}{quoted(name)}: {quoted(files[name])}," for name in names),
            "}",
        ],
        [
            "def __getattr__(name: str) -> object:",
            f'{space}"""Load a model."""',
            f"{space}return {load}({quoted(MODELS)}, _FILES, name)",
        ],
    ]
    return module("Every model of the API under one name.", imports, blocks)


def _operation_index(description: Description) -> str:
    imports = Imports()
    final = imports.add("typing", "Final")
    mapping = imports.add("collections.abc", "Mapping")
    kind = imports.add(CORE, "Operation")
    table = imports.add("configcat_mgmt.core.operation_table", "OperationTable")
    inner = " " * STEP
    block = [
        f"OPERATIONS: {final}[{mapping}[str, {kind}[object]]] = {table}(",
        f"{inner}{quoted(ENDPOINTS)},",
        f"{inner}{{",
        *(
            f"{inner}{inner}{quoted(operation.id)}: {quoted(operation.group)},"
            for operation in description.operations
        ),
        f"{inner}}},",
        ")",
        '"""Each endpoint by its id, in the order of the description."""',
    ]
    return module("The whole table of endpoints.", imports, [block])


def _path_index(description: Description) -> str:
    imports = Imports()
    mapping = imports.add("collections.abc", "Mapping")
    final = imports.add("typing", "Final")
    paths: dict[str, list[str]] = {}
    for operation in description.operations:
        paths.setdefault(operation.method, []).append(operation.path)
    head = f"PATHS: {final}[{mapping}[str, tuple[str, ...]]] = {{"
    methods = [
        Brackets(
            f"{quoted(method)}: (",
            [path_item("", template, 2 * STEP) for template in templates],
            trailing_comma=True,
        )
        for method, templates in paths.items()
    ]
    block = [
        *Brackets(head, methods, close="}").lines(0),
        '"""The path templates of all endpoints by HTTP method."""',
    ]
    return module("The paths of all endpoints.", imports, [block])


def _groups(description: Description, folder: str) -> str:
    imports, typing_only = Imports(), Imports()
    imports.add("configcat_mgmt.lazy", "lazy_property")
    imports.add("typing", "TYPE_CHECKING")
    if folder == "aio":
        # Quoted: the table's types are not needed to make a client.
        holds = [("caller", f'"{typing_only.add(CORE, "Caller")}"')]
        prefix, adjective = "Async", "asynchronous"
    else:
        held = imports.add(f"{AIO}.groups", "AsyncGroups")
        portal = imports.add("configcat_mgmt.portal", "Portal")
        holds = [("aio", held), ("portal", portal)]
        prefix, adjective = "", "blocking"
    lines = [
        f"class {prefix}Groups:",
        *docstring(
            STEP,
            f"All {adjective} operations, by group.",
            [wrapped("A group and its models are loaded on first use.", STEP)],
        ),
        "",
        *(f"{' ' * STEP}_{name}: {kind}" for name, kind in holds),
    ]
    for group in description.groups:
        lines.extend(["", *_property(group, folder, prefix)])
    for group in description.groups:
        name = f"{prefix}{naming.class_case(group.name)}"
        typing_only.add(f"{AIO if folder == 'aio' else SYNC}.{group.name}", name)
    guarded = typing_only.lines(STEP)
    module_title = f"The way to the {adjective} operations of every group."
    return module(module_title, imports, [["if TYPE_CHECKING:", *guarded], lines])


def _property(group: Group, folder: str, prefix: str) -> list[str]:
    name = f"{prefix}{naming.class_case(group.name)}"
    if folder == "aio":
        source, arguments = AIO, ["self._caller"]
    else:
        source, arguments = SYNC, [f"self._aio.{group.name}", "self._portal"]
    space = " " * STEP
    return [
        f"{space}@lazy_property",
        f'{space}def {group.name}(self) -> "{name}":',
        *docstring(
            INNER,
            f"{group.title}.",
            [wrapped(group.description, INNER)],
        ),
        f"{space}{space}from {source}.{group.name} import {name}",
        "",
        *Brackets(f"return {name}(", arguments).lines(INNER),
    ]
