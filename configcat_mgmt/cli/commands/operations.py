"""`configcat-mgmt operations`: list all operations of the API."""

from typing import cast, get_args, get_origin

import click

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.cli.terminal.output import console, listing, print_json, styled
from configcat_mgmt.core.operation import Operation, Parameter
from configcat_mgmt.json_value import JsonValue


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.option("--group", help="List only the operations of this group, such as tags.")
def operations(group: str | None, as_json: bool) -> None:
    """List the operations of the API that this version knows."""
    groups = sorted({operation.group for operation in OPERATIONS.values()})
    if group is not None and group not in groups:
        msg = f"there is no group {group!r}; choose one of {', '.join(groups)}"
        raise click.BadParameter(msg, param_hint="--group")
    chosen = [o for o in OPERATIONS.values() if group in (None, o.group)]
    if as_json:
        print_json([described(o) for o in chosen])
        return
    out = console()
    rows = [[*map(styled, (o.id, o.method, o.path, o.summary))] for o in chosen]
    headings = ("operation", "method", "path", "summary")
    out.print(listing(out, headings, rows, wrapping=["summary"]))


def described(operation: Operation[object]) -> dict[str, JsonValue]:
    """Return an operation as plain JSON data."""
    return {
        "id": operation.id,
        "group": operation.group,
        "method": operation.method,
        "path": operation.path,
        "summary": operation.summary,
        "effect": operation.effect,
        "deprecated": operation.deprecated,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "body": type_name(operation.body),
        "bodyRequired": operation.body_required,
        "success": {
            str(status): type_name(kind) for status, kind in operation.success.items()
        },
        "errors": list(operation.errors),
    }


def _parameter(parameter: Parameter) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "name": parameter.name,
        "wireName": parameter.wire_name,
        "in": parameter.location,
        "type": type_name(parameter.type),
        "required": parameter.required,
    }
    limits: dict[str, JsonValue] = {
        "format": parameter.format,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "minLength": parameter.min_length,
        "maxLength": parameter.max_length,
    }
    return found | {name: value for name, value in limits.items() if value is not None}


def type_name(kind: object) -> str | None:
    """Return the name of a type in Python, None for no body."""
    if kind is None:
        return None
    if get_origin(kind) is list:
        item = cast("tuple[object, ...]", get_args(kind))[0]
        return f"list[{type_name(item)}]"
    return kind.__name__ if isinstance(kind, type) else str(kind)
