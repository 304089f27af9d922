"""Writes `operations/`: the table, one constant per endpoint."""

from collections.abc import Iterator, Mapping

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.description import (
    Description,
    Operation,
    Pages,
    Parameter,
    Shape,
)
from configcat_mgmt.codegen.python_text import (
    STEP,
    Brackets,
    Imports,
    annotated_call,
    module,
    path_item,
    quoted,
)
from configcat_mgmt.codegen.python_types import INTEGER_LIMITS, Types

CORE = "configcat_mgmt.core.operation"


def emit_operations(
    description: Description,
    files: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each group's part of the table."""
    for group in description.groups:
        imports = Imports()
        types = Types(imports, description.schemas, files)
        blocks = [
            _constant(operation, types)
            for operation in description.operations_of(group.name)
        ]
        title = f"Endpoints of the group `{group.name}`, as data."
        text = module(title, imports, _apart_by_one(blocks))
        yield f"operations/{group.name}.py", text


def _apart_by_one(blocks: list[list[str]]) -> list[list[str]]:
    """Join constants to one block, since the formatter wants one line between."""
    lines: list[str] = []
    for block in blocks:
        lines.extend(["", *block] if lines else block)
    return [lines]


def answer_type(operation: Operation, types: Types) -> str:
    """Return the type of the result of a successful call."""
    found = [
        "None" if success.shape is None else types.value(success.shape)
        for success in operation.successes
    ]
    return " | ".join(sorted(dict.fromkeys(found), key=lambda name: name == "None"))


def _constant(operation: Operation, types: Types) -> list[str]:
    final = types.imports.add("typing", "Final")
    kind = types.imports.add(CORE, "Operation")
    name = naming.upper_case(operation.id)
    answer = answer_type(operation, types)
    call = Brackets(f"{kind}(", list(_arguments(operation, types)))
    return annotated_call(0, name, f"{final}[{kind}[{answer}]]", call)


def _arguments(operation: Operation, types: Types) -> Iterator[str | Brackets]:
    yield f"id={quoted(operation.id)}"
    yield f"group={quoted(operation.group)}"
    yield f"method={quoted(operation.method)}"
    yield path_item("path=", operation.path, STEP)
    yield f"summary={quoted(operation.summary)}"
    yield f"effect={quoted(operation.effect)}"
    yield Brackets("success={", list(_successes(operation, types)), "}")
    if operation.errors:
        errors = [str(status) for status in operation.errors]
        yield Brackets("errors=(", errors, trailing_comma=True)
    if operation.parameters:
        parameters = [_parameter(each, types) for each in operation.parameters]
        yield Brackets("parameters=(", parameters, trailing_comma=True)
    if operation.body is not None:
        yield f"body={types.value(operation.body.shape)}"
        if operation.body.required:
            yield "body_required=True"
    if operation.find_created is not None:
        find = types.imports.add(CORE, "FindCreated")
        listing, key = operation.find_created
        yield Brackets(f"find_created={find}(", [quoted(listing), quoted(key)])
    if operation.may_be_paged:
        yield "may_be_paged=True"
    if operation.pages is not None:
        pages = types.imports.add(CORE, "Pages")
        yield Brackets(f"pages={pages}(", list(_pages(operation.pages)))
    if operation.deprecated:
        yield "deprecated=True"


def _pages(pages: Pages) -> Iterator[str | Brackets]:
    *within, _ = pages.items
    for way in (pages.items, (*within, "paging")):
        yield Brackets("(", [quoted(name) for name in way], trailing_comma=True)
    yield quoted(pages.id)
    if pages.until is not None and pages.time is not None:
        yield quoted(pages.until)
        yield quoted(pages.time)


def _successes(operation: Operation, types: Types) -> Iterator[str]:
    for success in operation.successes:
        shape = success.shape
        yield f"{success.status}: {types.value(shape) if shape else None}"


def _parameter(parameter: Parameter, types: Types) -> Brackets:
    kind = types.imports.add(CORE, "Parameter")
    shape: Shape = parameter.shape
    arguments = [
        quoted(parameter.name),
        quoted(parameter.wire_name),
        quoted(parameter.location),
        types.value(shape),
    ]
    if not parameter.required:
        arguments.append("required=False")
    number = shape.item if shape.item is not None else shape
    if number.kind == "integer" and number.format is not None:
        arguments.append(f"format={quoted(number.format)}")
    of_the_type = INTEGER_LIMITS.get(number.format or "", ())
    for name in ("minimum", "maximum", "min_length", "max_length"):
        limit: int | None = getattr(number, name)
        if limit is not None and limit not in of_the_type:
            arguments.append(f"{name}={limit}")
    if parameter.secret:
        arguments.append("secret=True")
    return Brackets(f"{kind}(", arguments)
