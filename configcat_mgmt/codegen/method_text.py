"""Writes the docstrings of the methods that call an operation."""

from collections.abc import Iterator

from configcat_mgmt.codegen.description import (
    Body,
    Enumeration,
    Operation,
    Parameter,
    Record,
    Success,
)
from configcat_mgmt.codegen.python_types import Types, limits
from configcat_mgmt.codegen.writing import STEP, WIDTH, cut_path, docstring, wrapped

INDENT = 2 * STEP
ENTRY = 3 * STEP
LISTED_VALUES = 6
"""An enum with more values is only named in a docstring, not spelt out."""

RAISED = {
    400: ("BadRequestError", "The service refused the arguments."),
    401: ("AuthenticationError", "The credentials are not accepted."),
    403: ("PermissionDeniedError", "The credentials may not do this."),
    404: ("NotFoundError", "No such thing, or no access to it."),
    409: ("ConflictError", "The target changed since it was read."),
    429: ("RateLimitError", "The allowance was used up, and waiting was no option."),
}


def method_docstring(operation: Operation, types: Types) -> list[str]:
    """Return the docstring of the method that calls `operation`."""
    told = "deprecated" in operation.description.lower()
    warned = operation.deprecated and not told
    note = "Deprecated: the service may remove it." if warned else ""
    return docstring(
        INDENT,
        operation.summary,
        [
            wrapped(operation.description, INDENT),
            wrapped(note, INDENT),
            _address(operation),
            _section("Args:", _arguments(operation, types)),
            _section("Returns:", _returns(operation, types)),
            _section("Raises:", _raises(operation)),
        ],
    )


def _address(operation: Operation) -> list[str]:
    line = f"{' ' * INDENT}{operation.method} {operation.path}"
    if len(line) <= WIDTH:
        return [line]
    first, *rest = cut_path(operation.path, WIDTH - ENTRY - len("DELETE "))
    head = f"{' ' * INDENT}{operation.method} {first}"
    return [head, *(f"{' ' * ENTRY}{part}" for part in rest)]


def _section(title: str, entries: Iterator[str]) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        lines.extend(wrapped(entry, ENTRY, hanging=STEP))
    return [f"{' ' * INDENT}{title}", *lines] if lines else []


def _arguments(operation: Operation, types: Types) -> Iterator[str]:
    for parameter in operation.parameters:
        if parameter.location == "path":
            yield _parameter(parameter, types)
    if operation.body is not None:
        yield _body(operation.body, types)
    for parameter in operation.parameters:
        if parameter.location != "path":
            yield _parameter(parameter, types)


def _parameter(parameter: Parameter, types: Types) -> str:
    parts = [f"{parameter.name}: {parameter.description}"]
    shape = parameter.shape.item or parameter.shape
    each = "Each " if parameter.shape.item is not None else ""
    enumeration = types.enumeration(shape)
    if enumeration is not None:
        parts.append(_allowed(enumeration, parameter.description))
    elif shape.format == "uuid":
        known = "UUID" in parameter.description
        parts.append("Text will do too." if known else f"{each or 'A '}UUID or text.")
    elif shape.format == "date-time":
        parts.append("An aware datetime.")
    elif shape.minimum is None or f"{shape.minimum} to" not in parameter.description:
        limit = limits(shape)
        parts.append(f"Each {limit[0].lower()}{limit[1:]}" if each and limit else limit)
    if not parameter.required:
        parts.append("Not sent if None.")
    return " ".join(part for part in parts if part)


def _allowed(enumeration: Enumeration, description: str) -> str:
    """Name an enum, and its values if they are few and not in the description."""
    values = [f"`{value}`" for value, _ in enumeration.members]
    article = "An" if enumeration.name[0] in "AEIOU" else "A"
    text = f"{article} `{enumeration.name}` or its text"
    if len(values) > LISTED_VALUES or all(value in description for value in values):
        return f"{text}."
    return f"{text}: {', '.join(values)}."


def _body(body: Body, types: Types) -> str:
    text = f"body: {body.description}"
    name = body.shape.name
    schema = types.schemas[name] if name is not None else None
    if isinstance(schema, Record) and not all(f.required for f in schema.properties):
        text = f"{text} A field left UNSET is not sent."
    return text if body.required else f"{text} None sends no body."


def _returns(operation: Operation, types: Types) -> Iterator[str]:
    for success in operation.successes:
        yield f"{_answer(success, types)}: {success.description}"


def _answer(success: Success, types: Types) -> str:
    shape = success.shape
    if shape is None:
        return "None"
    if shape.kind == "list" and shape.item is not None:
        return f"list of {types.value(shape.item)}, in the order of the service"
    return types.value(shape)


def _raises(operation: Operation) -> Iterator[str]:
    if operation.parameters or operation.body is not None:
        yield "RequestBuildError: An argument does not fit; nothing was sent."
    for status in operation.errors:
        name, meaning = RAISED[status]
        yield f"{name}: {meaning}"
    if operation.effect in {"create", "patch"}:
        yield "UnknownOutcome: It was sent, but nothing says whether it was done."
