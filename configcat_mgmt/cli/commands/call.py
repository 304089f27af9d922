"""`configcat-mgmt call`: send one call of any operation of the API."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, cast, get_args, get_origin
from uuid import UUID

import click

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.cli.job.options import yes_option
from configcat_mgmt.cli.options.connection import connect, profile_option
from configcat_mgmt.cli.terminal.exit_codes import DONE, ERROR
from configcat_mgmt.cli.terminal.lazy_group import LazyGroup
from configcat_mgmt.cli.terminal.output import confirmed, print_json
from configcat_mgmt.client import observed
from configcat_mgmt.core.auth import Secret
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.core.operation import Operation, Parameter
from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import in_utf_8, read_text
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.unset import UNSET

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
"""Maximum size of a body in a file."""

_OWN: Final = frozenset({"profile", "yes", "body"})
_WORDS: Final = {bool: "true|false", int: "NUMBER", UUID: "UUID", str: "TEXT"}
_json_option: Final = click.option(
    "--json",
    is_flag=True,
    expose_value=False,
    help="Accepted for consistency; the output is always JSON.",
)
_SUMMARIES: Final = {name: one.summary for name, one in OPERATIONS.items()}


class _Calls(LazyGroup):
    summaries = _SUMMARIES

    def load(self, name: str) -> click.Command:
        """Return the command of an operation."""
        return command_of(OPERATIONS[name])


@click.group(cls=_Calls)
def call() -> None:
    """Call one operation of the API and print its response as JSON.

    The options are the parameters of the operation. --body takes JSON, @FILE, or - for
    standard input.
    """


def command_of(operation: Operation[object]) -> click.Command:
    """Return the command that calls an operation."""

    def run(**given: object) -> int:
        return _run(operation, given)

    command: Callable[..., int] = run
    if operation.effect == "delete":
        command = yes_option(command)
    command = _json_option(profile_option(command))
    if operation.body is not None:
        command = click.option(
            "--body",
            required=operation.body_required,
            metavar="JSON|@FILE|-",
            help=f"The body: JSON, a file, or standard input. {_body_name(operation)}.",
        )(command)
    for parameter in reversed(operation.parameters):
        if not parameter.secret:
            command = _option(parameter)(command)
    secrets = "".join(
        f"\n\nThe environment variable PREFIX_{_variable(parameter)} holds "
        f"{parameter.wire_name}."
        for parameter in operation.parameters
        if parameter.secret
    )
    text = f"{operation.summary}\n\n{operation.method} {operation.path}{secrets}"
    return click.command(operation.id, help=text)(command)


def _option(
    parameter: Parameter,
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    kind = parameter.type
    is_list = get_origin(kind) is list
    if is_list:
        kind = cast("tuple[object, ...]", get_args(kind))[0]
    words = _WORDS.get(cast("type", kind), "TIME")
    help_text = ""
    if isinstance(kind, type) and issubclass(kind, OpenEnum):
        words = "NAME"
        help_text = f"One of {', '.join(str(member) for member in kind)}."
    return click.option(
        f"--{parameter.name.replace('_', '-')}",
        parameter.name,
        type=kind if kind in (bool, int) else str,
        required=parameter.required,
        multiple=is_list,
        metavar=words,
        help=f"{help_text}{' May be repeated.' if is_list else ''}".strip() or None,
    )


def _body_name(operation: Operation[object]) -> str:
    kind = operation.body
    if get_origin(kind) is list:
        item = cast("tuple[type, ...]", get_args(kind))[0]
        return f"A list of {item.__name__}"
    return kind.__name__ if isinstance(kind, type) else str(kind)


def _variable(parameter: Parameter) -> str:
    return parameter.name.upper()


def _run(operation: Operation[object], given: dict[str, object]) -> int:
    prefix = cast("str", given["profile"])
    arguments = {
        name: list(cast("tuple[object, ...]", value))
        if isinstance(value, tuple)
        else value
        for name, value in given.items()
        if name not in _OWN and value not in (None, ())
    }
    for name, secret in _secrets(operation, prefix):
        arguments[name] = secret
    text = cast("str | None", given.get("body"))
    body: object = UNSET if text is None else read_body(text)
    account = connect(prefix)
    is_safe = operation.effect != "delete" or given["yes"]
    if not (is_safe or confirmed(f"{operation.id} deletes an object.")):
        click.echo("Nothing was sent.", err=True)
        return ERROR

    bodies: list[bytes] = []

    async def send() -> JsonValue:
        async with account.client() as client:
            view = observed(client, lambda _, body: bodies.append(body))
            return await view.call(operation.id, body=body, **arguments)

    answer = asyncio.run(send())
    # The models lack fields that only later versions know.
    print_json(None if answer is None else parse_json(bodies[-1]))
    return DONE


def _secrets(operation: Operation[object], prefix: str) -> Iterator[tuple[str, Secret]]:
    for parameter in operation.parameters:
        if parameter.secret:
            text = os.environ.get(f"{prefix}_{_variable(parameter)}")
            if text:
                yield parameter.name, Secret(text)


def read_body(text: str) -> JsonValue:
    """Read a body: JSON, `@file`, or `-` for standard input.

    Raises:
        ConfigurationError: The body is not JSON, or cannot be read.
    """
    if text == "-":
        source, data = "standard input", sys.stdin.buffer.read()
    elif text.startswith("@"):
        source, data = text[1:], read_text(Path(text[1:]), MAX_BODY_BYTES)
    else:
        source, data = "--body", text.encode("utf-8", "surrogateescape")
    try:
        return parse_json(in_utf_8(data))
    except ValueError as error:
        raise ConfigurationError(f"{source} is not valid JSON: {error}") from None
