"""Pages made from the code: operations, options, errors, issues and commands.

Each function returns Markdown. The code is the only source, so a new operation, option,
error, issue or command appears in the documentation automatically.
"""

import re
from collections.abc import Iterator
from inspect import cleandoc
from itertools import groupby
from operator import attrgetter
from typing import Final

import click

from configcat_mgmt import errors
from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.cli.app import PROGRAM, root
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.core.options import Options
from configcat_mgmt.jobs import ISSUE_KINDS, ISSUE_SUBJECTS

FACE: Final = "configcat_mgmt.html"
"""The page of the public names."""
HELP_WIDTH: Final = 88
"""Columns of the help texts."""


def operations_page() -> str:
    """List all operations by group, with their calls from Python and a shell."""
    ordered = sorted(OPERATIONS.values(), key=attrgetter("group"))
    groups = {
        name: list(found) for name, found in groupby(ordered, attrgetter("group"))
    }
    lines = [
        "# Operations",
        "",
        f"All {len(OPERATIONS)} operations in {len(groups)} groups. Arguments after "
        "`*` are keywords. The call from a shell prints the response as JSON, and "
        "`client.call(ID, ...)` takes and returns plain JSON.",
    ]
    for group, found in groups.items():
        lines += ["", f"## {group}", ""]
        for operation in found:
            lines += _operation(operation)
    return "\n".join(lines) + "\n"


def _operation(operation: Operation[object]) -> Iterator[str]:
    method = operation.id.replace("-", "_")
    group = operation.group
    positional = [one.name for one in operation.parameters if one.location == "path"]
    keywords = [one for one in operation.parameters if one.location != "path"]
    named = [one.name if one.required else f"{one.name}=None" for one in keywords]
    body = ["body"] if operation.body is not None else []
    star = ["*"] if named else []
    arguments = ", ".join([*positional, *body, *star, *named])
    call = f"client.{group}.{method}({arguments})"
    shell = [f"--{one.name.replace('_', '-')} ..." for one in operation.parameters]
    shell += ["--body ..."] if body else []
    kind = "".join(part.capitalize() for part in group.split("_"))
    anchors = (f"Async{kind}", kind)
    asynchronous, blocking = (f"{FACE}#{anchor}.{method}" for anchor in anchors)
    yield f"### {operation.id}"
    yield ""
    yield f"{operation.summary} `{operation.method} {operation.path}`"
    yield ""
    yield f"- [async]({asynchronous}): `await {call}`"
    yield f"- [blocking]({blocking}): `{call}`"
    yield f"- shell: `{' '.join([f'{PROGRAM} call {operation.id}', *shell])}`"
    yield ""


def options_page() -> str:
    """List all options with their types, meanings and defaults."""
    text, entries = _attributes(Options)
    lines = ["# Options", "", text, "", f"Reference: [Options]({FACE}#Options)"]
    for head, meaning in entries:
        name, _, kind = head.partition(" ")
        before, _, default = meaning.removesuffix(".").rpartition(" Default: ")
        lines += ["", f"## {name}", "", f"`{kind[1:-1]}`, default `{default}`"]
        lines += ["", before]
    return "\n".join(lines) + "\n"


def errors_page() -> str:
    """List all errors with their attributes and what to do."""
    lines = [
        "# Errors",
        "",
        "All errors of the package; `configcat-mgmt explain NAME` prints the same.",
    ]
    for name in errors.__all__:
        kind: type[errors.ConfigCatManagementError] = getattr(errors, name)
        text, entries = _attributes(kind)
        above = kind.__bases__[0].__name__
        lines += ["", f"## {name}", "", text, ""]
        if above in errors.__all__:
            lines += [f"A kind of [{above}](#{above.lower()}).", ""]
        if entries:
            lines += ["| attribute | meaning |", "| --- | --- |"]
            lines += [f"| `{entry}` | {meaning} |" for entry, meaning in entries]
            lines += [""]
        lines += [f"Reference: [{name}]({FACE}#{name})"]
    return "\n".join(lines) + "\n"


def _attributes(kind: type) -> tuple[str, list[tuple[str, str]]]:
    """Split a docstring into its text, and its attributes with their meanings."""
    text, _, attributes = cleandoc(kind.__doc__ or "").partition("Attributes:\n")
    entries = re.split(r"\n(?! {8})", attributes.strip()) if attributes else []
    parts = (" ".join(entry.split()).partition(": ") for entry in entries)
    return text.strip(), [(name, meaning) for name, _, meaning in parts]


def issues_page() -> str:
    """List all issues of plans with cause and remedy."""
    lines = [
        "# Issues",
        "",
        "A plan lists what it cannot do, or what somebody should know before it is "
        "applied. A blocker keeps it from being applied. Words in capitals, such as "
        "ITEMS, are placeholders. `configcat-mgmt explain CODE` prints the same text.",
    ]
    for start, subject in ISSUE_SUBJECTS.items():
        lines += ["", f"## {subject}"]
        for code in (code for code in ISSUE_KINDS if code.startswith(start)):
            kind = ISSUE_KINDS[code].for_readers()
            texts = {
                f"**{kind.severity}**": kind.cause,
                f"*{kind.action_label}*": kind.action,
                "*What to do*": kind.remedy,
            }
            lines += ["", f"### {code}"]
            for label, text in texts.items():
                marked = _OPTION.sub(r"`\g<0>`", text)
                lines += ["", f"{label}: {marked}"] if text else []
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Show the help of every command, with its options and examples."""
    top = click.Context(
        root,
        info_name=PROGRAM,
        max_content_width=HELP_WIDTH,
        **root.context_settings,
    )
    lines = ["# Commands", "", "```text", root.get_help(top), "```"]
    return "\n".join([*lines, *_commands(root, top, "##")]) + "\n"


def _commands(group: click.Group, above: click.Context, level: str) -> Iterator[str]:
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None:
            continue
        context = click.Context(
            command, above, info_name=name, max_content_width=HELP_WIDTH
        )
        path = context.command_path.removeprefix(f"{PROGRAM} ")
        yield from ("", f"{level} {path}", "")
        yield from ("```text", command.get_help(context), "```")
        # The commands of `call` are the operations, which have a page of their own.
        if isinstance(command, click.Group) and name != "call":
            yield from _commands(command, context, f"{level}#")


_OPTION: Final = re.compile(r"(?<![\w`-])--[a-z][a-z-]*")
"""Options in texts that a terminal shows too, so they are not marked as code."""

INDEXES: Final = {
    "operations": operations_page,
    "options": options_page,
    "errors": errors_page,
    "issues": issues_page,
    "commands": commands_page,
}
"""The pages, by the name of their file."""
