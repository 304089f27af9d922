"""Writes `aio/` and `sync/`: one class per group, one method per operation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.description import (
    Description,
    Group,
    Operation,
    Pages,
    Parameter,
)
from configcat_mgmt.codegen.emit_operations import CORE, answer_type
from configcat_mgmt.codegen.method_text import (
    COMMON_ERRORS,
    iterator_docstring,
    method_docstring,
)
from configcat_mgmt.codegen.python_text import (
    STEP,
    Brackets,
    Imports,
    docstring,
    module,
    wrapped,
)
from configcat_mgmt.codegen.python_types import Types

AIO = "configcat_mgmt.api.aio"
SYNC = "configcat_mgmt.api.sync"
PAGES = "configcat_mgmt.core.pages"
PAGE_NUMBER = "page_number"
INNER = 2 * STEP


@dataclass(frozen=True)
class Face:
    """The differences between the asynchronous and the blocking classes."""

    folder: str
    prefix: str
    """Prefix of the name of a group's class."""
    adjective: str
    holds: tuple[tuple[str, str, str], ...]
    """Arguments of the constructor: name, type and module of the type."""


def _faces(group: str, class_name: str) -> tuple[Face, Face]:
    return (
        Face("aio", "Async", "asynchronous", (("caller", "Caller", CORE),)),
        Face(
            "sync",
            "",
            "blocking",
            (
                ("aio", f"Async{class_name}", f"{AIO}.{group}"),
                ("portal", "Portal", "configcat_mgmt.portal"),
            ),
        ),
    )


def emit_groups(
    description: Description,
    files: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each group's asynchronous and blocking class."""
    for group in description.groups:
        for face in _faces(group.name, naming.class_case(group.name)):
            imports = Imports()
            types = Types(imports, description.schemas, files)
            operations = description.operations_of(group.name)
            block = _class(group, operations, face, types)
            title = f"The {face.adjective} operations of the group `{group.name}`."
            yield f"{face.folder}/{group.name}.py", module(title, imports, [block])


def _class(
    group: Group,
    operations: tuple[Operation, ...],
    face: Face,
    types: Types,
) -> list[str]:
    base = types.imports.add(CORE, "OperationGroup")
    lines = [
        f"class {face.prefix}{naming.class_case(group.name)}({base}):",
        *docstring(
            STEP,
            f"{group.title}: the {face.adjective} operations.",
            [wrapped(text, STEP) for text in (group.description, COMMON_ERRORS)],
        ),
        "",
        *_constructor(face, types),
    ]
    for operation in operations:
        lines.extend(["", *_method(operation, face, types)])
        if operation.pages is not None:
            lines.extend(["", *_iterator(operation, operation.pages, face, types)])
    return lines


def _constructor(face: Face, types: Types) -> list[str]:
    arguments = ["self"]
    for name, kind, source in face.holds:
        arguments.append(f"{name}: {types.imports.add(source, kind)}")
    if face.folder == "aio":
        text = "Bind the operations to the client that sends them."
    else:
        text = "Bind the operations to `aio`, which runs on the thread of `portal`."
    return [
        *Brackets("def __init__(", arguments, ") -> None:").lines(STEP),
        *docstring(INNER, text, []),
        *(f"{' ' * INNER}self._{name} = {name}" for name, _, _ in face.holds),
    ]


def _method(operation: Operation, face: Face, types: Types) -> list[str]:
    name = naming.snake_case(operation.id)
    keyword = "async def" if face.folder == "aio" else "def"
    close = f") -> {answer_type(operation, types)}:"
    signature = Brackets(f"{keyword} {name}(", _signature(operation, types), close)
    return [
        *signature.lines(STEP),
        *method_docstring(operation, types),
        *_statements(operation, face, types),
    ]


def _iterator(
    operation: Operation, pages: Pages, face: Face, types: Types
) -> list[str]:
    """Return the method that walks over all pages of a list."""
    kind = "AsyncPages" if face.folder == "aio" else "SyncPages"
    item = types.item(operation.successes[0].shape, pages.items)
    answer = f"{types.imports.add(PAGES, kind)}[{item}]"
    walked = replace(
        operation,
        parameters=tuple(p for p in operation.parameters if p.name != PAGE_NUMBER),
    )
    parts = [*_signature(walked, types)]
    parts += [] if "*" in parts else ["*"]
    parts.append("first_page: int = 1")
    arguments = [each.name for each in _in_path(walked)]
    keywords = [each.name for each in _beside_path(walked)]
    if face.folder == "aio":
        head = ["self._caller", f"operations.{naming.upper_case(operation.id)}"]
        named = [f"{name}={name}" for name in (*arguments, *keywords)]
        call = Brackets(f"return {answer}(", [*head, "first_page", *named])
    else:
        named = [f"{name}={name}" for name in (*keywords, "first_page")]
        walk = Brackets(f"self._aio.{pages.iterator}(", [*arguments, *named])
        call = Brackets(f"return {kind}(", [walk, "self._portal.run"])
    return [
        *Brackets(f"def {pages.iterator}(", parts, f") -> {answer}:").lines(STEP),
        *iterator_docstring(walked, pages, types),
        *call.lines(INNER),
    ]


def _statements(operation: Operation, face: Face, types: Types) -> list[str]:
    """Return the one statement, or three that let go of secrets before they wait."""
    secrets = [each.name for each in operation.parameters if each.secret]
    head = "call = " if secrets else "return "
    if face.folder == "aio":
        give = "await {}"
        lines = _aio_call(operation, types, head, awaited=not secrets).lines(INNER)
    else:
        give = "self._portal.run({})"
        lines = _sync_call(operation, head, run=not secrets).lines(INNER)
    if secrets:
        space = " " * INNER
        lines.append(
            f"{space}# A traceback that shows local variables must not show a secret."
        )
        lines.append(f"{space}del {', '.join(secrets)}")
        lines.append(f"{space}return {give.format('call')}")
    return lines


def _in_path(operation: Operation) -> list[Parameter]:
    return [each for each in operation.parameters if each.location == "path"]


def _beside_path(operation: Operation) -> list[Parameter]:
    """Return query and header parameters, those without a default first."""
    found = [each for each in operation.parameters if each.location != "path"]
    return sorted(found, key=lambda each: not each.required)


def _signature(operation: Operation, types: Types) -> list[str]:
    parts = ["self"]
    for each in _in_path(operation):
        parts.append(f"{each.name}: {types.argument(each.shape)}")
    if operation.body is not None:
        body = f"body: {types.body(operation.body.shape)}"
        parts.append(body if operation.body.required else f"{body} | None = None")
    keywords = _beside_path(operation)
    if keywords:
        parts.append("*")
    for each in keywords:
        argument = f"{each.name}: {types.argument(each.shape)}"
        parts.append(argument if each.required else f"{argument} | None = None")
    return parts


def _aio_call(
    operation: Operation,
    types: Types,
    head: str,
    *,
    awaited: bool,
) -> Brackets:
    source = f"{AIO.removesuffix('.aio')}.operations"
    types.imports.add(source, f"{operation.group} as operations")
    arguments = [f"operations.{naming.upper_case(operation.id)}"]
    arguments.extend(f"{each.name}={each.name}" for each in _in_path(operation))
    if operation.body is not None:
        arguments.append("body=body")
    arguments.extend(f"{each.name}={each.name}" for each in _beside_path(operation))
    wait = "await " if awaited else ""
    return Brackets(f"{head}{wait}self._caller.call(", arguments)


def _sync_call(operation: Operation, head: str, *, run: bool) -> Brackets:
    arguments = [each.name for each in _in_path(operation)]
    if operation.body is not None:
        arguments.append("body")
    arguments.extend(f"{each.name}={each.name}" for each in _beside_path(operation))
    name = naming.snake_case(operation.id)
    if not run:
        return Brackets(f"{head}self._aio.{name}(", arguments)
    call = Brackets(f"self._aio.{name}(", arguments)
    return Brackets(f"{head}self._portal.run(", [call])
