"""Writes `models/`: one attrs class, enum or alias per schema."""

from collections.abc import Iterator, Mapping

from configcat_mgmt.codegen import naming
from configcat_mgmt.codegen.description import (
    Description,
    Enumeration,
    Property,
    Record,
    Schema,
    Shape,
    Union,
)
from configcat_mgmt.codegen.layout import COMMON, definition_order
from configcat_mgmt.codegen.python_text import (
    STEP,
    Brackets,
    Imports,
    annotated,
    annotated_call,
    assignment,
    docstring,
    free_docstring,
    module,
    quoted,
    split_summary,
    wrapped,
)
from configcat_mgmt.codegen.python_types import INTEGER_LIMITS, Types, limits


def emit_models(
    description: Description,
    files: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each file of models."""
    order = definition_order(description.schemas)
    groups = [group.name for group in description.groups]
    for file in [COMMON, *groups]:
        schemas = [each for each in order if files[each.name] == file]
        if not schemas:
            continue
        if file == COMMON:
            title = "Models that several groups of operations use."
        else:
            title = f"Models that only the group `{file}` uses."
        imports = Imports()
        types = Types(imports, description.schemas, files, here=file)
        blocks = [
            block
            for schema in schemas
            for block in (_model(schema, types), _former(schema, types))
            if block
        ]
        yield f"models/{file}.py", module(title, imports, blocks)


def _model(schema: Schema, types: Types) -> list[str]:
    if isinstance(schema, Enumeration):
        return _enumeration(schema, types)
    if isinstance(schema, Union):
        return _union(schema, types)
    return _record(schema, types)


def _former(schema: Schema, types: Types) -> list[str]:
    """Return the alias for the name that a record had earlier, if it had one."""
    former = schema.former_name if isinstance(schema, Record) else None
    if former is None:
        return []
    types.imports.add("typing", "TypeAlias")
    return [
        f"{former}: TypeAlias = {schema.name}",
        *free_docstring(0, f"The former name of `{schema.name}`."),
    ]


def _union(schema: Union, types: Types) -> list[str]:
    types.imports.add("typing", "TypeAlias")
    parts: list[str] = []
    for shape in schema.alternatives:
        parts.extend(["int"] if shape.kind == "number" else [])
        parts.append(types.value(shape))
    return [
        f"{schema.name}: TypeAlias = {' | '.join(dict.fromkeys(parts))}",
        *free_docstring(0, schema.description),
    ]


def _enumeration(schema: Enumeration, types: Types) -> list[str]:
    base = types.imports.add("configcat_mgmt.enums", "OpenEnum")
    lines = [f"class {schema.name}({base}):", *_class_docstring(schema), ""]
    for each in schema.members:
        lines.extend(assignment(STEP, each.name, quoted(each.value)))
        if each.meaning is not None:
            text = each.meaning[0].upper() + each.meaning[1:]
            lines.extend(free_docstring(STEP, f"{text.rstrip('.')}."))
    return lines


def _record(record: Record, types: Types) -> list[str]:
    decorator = types.imports.add("attrs", "define")
    options = [] if record.use == "response" else ["kw_only=True"]
    if any(each.shape.item is not None for each in record.properties):
        shorten = types.imports.add("configcat_mgmt.model_repr", "short_lists")
        options.append(f"field_transformer={shorten}")
    lines = [
        f"@{decorator}({', '.join(options)})" if options else f"@{decorator}",
        f"class {record.name}:",
        *_class_docstring(record),
    ]
    if record.properties:
        lines.append("")
    for each in record.properties:
        lines.extend(_field(record, each, types))
    return lines


def _class_docstring(schema: Schema) -> list[str]:
    summary, rest = split_summary(
        schema.description,
        STEP,
        otherwise=f"The `{schema.name}` of the API.",
    )
    return docstring(STEP, summary, [wrapped(rest, STEP)])


def _field(record: Record, each: Property, types: Types) -> list[str]:
    sent = record.use != "response"
    annotation = types.value(each.shape)
    arguments: list[str | Brackets] = []
    if not each.required:
        annotation = _optional(annotation, sent=sent, types=types)
        if sent:
            unset = types.imports.add("configcat_mgmt.unset", "UNSET")
            arguments.append(f"default={unset}")
    if each.secret:
        hidden = types.imports.add("configcat_mgmt.unset", "hidden")
        arguments.append(f"repr={hidden}")
    metadata = [f"{quoted(key)}: {value}" for key, value in _metadata(each)]
    if metadata:
        arguments.append(Brackets("metadata={", metadata, "}"))
    text = f"{each.description} {limits(each.shape)}" if sent else each.description
    return [
        *_definition(each.name, annotation, arguments, types),
        *free_docstring(STEP, text.strip()),
    ]


def _definition(
    name: str,
    annotation: str,
    arguments: list[str | Brackets],
    types: Types,
) -> list[str]:
    """Return the statement that defines a field, in its shortest form."""
    match arguments:
        case []:
            return annotated(STEP, name, annotation)
        case [str() as only] if only.startswith("default="):
            return annotated(STEP, name, annotation, only.removeprefix("default="))
        case _:
            call = Brackets(f"{types.imports.add('attrs', 'field')}(", arguments)
            return annotated_call(STEP, name, annotation, call)


def _optional(annotation: str, *, sent: bool, types: Types) -> str:
    """Return the type of a field that may be missing."""
    if annotation == "object":
        return annotation
    plain = annotation.removesuffix(" | None")
    if not sent:
        return f"{plain} | None"
    unset = types.imports.add("configcat_mgmt.unset", "UnsetType")
    return f"{plain} | {unset}{annotation.removeprefix(plain)}"


def _metadata(each: Property) -> Iterator[tuple[str, str]]:
    """Yield the metadata that the codec needs beyond the annotation."""
    shape = each.shape
    if each.wire_name != naming.wire_name(each.name):
        yield "json", quoted(each.wire_name)
    if _is_int32(shape):
        yield "format", quoted("int32")
    for name in ("min_length", "max_length", "minimum", "maximum"):
        limit: int | None = getattr(shape, name)
        if limit is not None and not _is_moot(shape, name, limit):
            yield name, str(limit)
    if each.essential:
        yield "essential", "True"


def _is_moot(shape: Shape, name: str, limit: int) -> bool:
    """Whether the type has a limit anyway."""
    if name == "min_length":
        return limit == 0
    return limit in INTEGER_LIMITS.get(shape.format or "", ())


def _is_int32(shape: Shape) -> bool:
    """Whether a value, or each item of a list or map, is a 32-bit integer."""
    return _is_int32(shape.item) if shape.item is not None else shape.format == "int32"
