"""Writes the docstrings of the methods that call an operation."""

from collections.abc import Iterator

from configcat_mgmt.codegen.description import (
    Body,
    Enumeration,
    Operation,
    Pages,
    Parameter,
    Record,
    Success,
)
from configcat_mgmt.codegen.python_text import STEP, WIDTH, cut_path, docstring, wrapped
from configcat_mgmt.codegen.python_types import Types, limits

INDENT = 2 * STEP
ENTRY = 3 * STEP
LISTED_VALUES = 6
"""An enum with more values is only named in a docstring, without its values."""

RAISED = {
    403: "PermissionDeniedError: These credentials lack the permission.",
    409: "ConflictError: The target has changed since it was read.",
}
"""Errors that only some operations declare; the class docstring names the others."""

COMMON_ERRORS = (
    "Every method raises `RequestBuildError` for an invalid argument before anything "
    "is sent, `ApiError` for an error status (`BadRequestError` for 400, "
    "`AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no "
    "complete response arrives, and `ResponseInvalid` if the response does not fit."
)
"""The errors of every method."""

ITERATION = (
    "Reads a page when an item of it is needed, and leaves out repeats. A step of the "
    "iteration raises what the operation raises. Pass `page` of the iterator as "
    "`first_page` to resume there."
)
"""The way in which every iterator works."""

NOUNS = {
    "permission_group_id": "permission group",
    "proxy_profile_id": "proxy profile",
    "setting_key_or_id": "setting",
    "integration_link_type": "",
    "key": "integration link",
    "user_id": "member",
    "sdk_key": "SDK key",
}
"""Nouns for arguments whose name does not say it: `tag_id` is a tag."""


def method_docstring(operation: Operation, types: Types) -> list[str]:
    """Return the docstring of the method that calls `operation`."""
    says_so = "deprecated" in operation.description.lower()
    is_silent = operation.deprecated and not says_so
    note = "Deprecated: the service may remove this operation." if is_silent else ""
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


def iterator_docstring(operation: Operation, pages: Pages, types: Types) -> list[str]:
    """Return the docstring of the method that walks over the pages of `operation`."""
    until = (
        f" Without `{pages.until}`, the list ends with the newest item of the first "
        f"page."
        if pages.until
        else ""
    )
    first = "first_page: Number of the page to begin with, counted from 1."
    item = types.item(operation.successes[0].shape, pages.items)
    result = f"iterator of {item}, in the service's order: All items of all pages."
    return docstring(
        INDENT,
        pages.summary,
        [
            wrapped(f"{ITERATION}{until}", INDENT),
            _address(operation),
            _section("Args:", iter([*_arguments(operation, types), first])),
            _section("Returns:", iter([result])),
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
        parts.append("A string is accepted." if known else f"{each}UUID or string.")
    elif shape.format == "date-time":
        parts.append("An aware datetime.")
    elif shape.minimum is None or f"{shape.minimum} to" not in parameter.description:
        limit = limits(shape)
        parts.append(f"Each {limit[0].lower()}{limit[1:]}" if each and limit else limit)
    if not parameter.required:
        parts.append("None omits it.")
    return " ".join(part for part in parts if part)


def _allowed(enumeration: Enumeration, description: str) -> str:
    """Name an enum, and its values if they are few and not in the description."""
    values = [f"`{each.value}`" for each in enumeration.members]
    article = "An" if enumeration.name[0] in "AEIOU" else "A"
    text = f"{article} `{enumeration.name}` or its value"
    if len(values) > LISTED_VALUES or all(value in description for value in values):
        return f"{text}."
    return f"{text}: {', '.join(values)}."


def _body(body: Body, types: Types) -> str:
    parts = [f"body: {body.description}", _required(body, types)]
    if not body.required:
        parts.append("None sends no body.")
    return " ".join(part for part in parts if part)


def _required(body: Body, types: Types) -> str:
    """Name the required fields of a body that is a record, and the role of UNSET."""
    name = body.shape.name
    schema = types.schemas[name] if name is not None else None
    if not isinstance(schema, Record):
        return ""
    names = [f"`{field.name}`" for field in schema.properties if field.required]
    if len(names) == len(schema.properties):
        return "All fields are required." if len(names) > 1 else ""
    *most, last = names or [""]
    listed = f"{', '.join(most)} and {last}" if most else last
    needs = f"Required: {listed}. " if names else "No field is required. "
    return f"{needs}UNSET omits a field."


def _returns(operation: Operation, types: Types) -> Iterator[str]:
    for success in operation.successes:
        yield f"{_answer(success, types)}: {success.description}"


def _answer(success: Success, types: Types) -> str:
    shape = success.shape
    if shape is None:
        return "None"
    if shape.kind == "list" and shape.item is not None:
        return f"list of {types.value(shape.item)}, in the service's order"
    return types.value(shape)


def _raises(operation: Operation) -> Iterator[str]:
    names = dict.fromkeys(_noun(each) for each in operation.parameters)
    missing = [name for name in names if name]
    if 404 in operation.errors:  # noqa: PLR2004
        *most, last = missing or ["entity that the body names"]
        nouns = f"{', '.join(most)} or {last}" if most else last
        yield (
            f"NotFoundError: The {nouns} does not exist, or these credentials cannot "
            "see it."
        )
    for status in sorted(RAISED.keys() & set(operation.errors)):
        yield RAISED[status]
    if operation.effect in {"create", "patch"}:
        yield "UnknownOutcome: The request was sent but its outcome is unknown."


def _noun(parameter: Parameter) -> str:
    """Name what a parameter identifies; empty if it identifies nothing."""
    if parameter.location == "query":
        return ""
    return NOUNS.get(
        parameter.name, parameter.name.removesuffix("_id").replace("_", " ")
    )
