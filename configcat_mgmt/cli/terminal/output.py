"""What is printed: for people without any effect on their terminal, for programs JSON.

Names come from the service, so from anybody who may edit a product. They are shown, and
never obeyed: neither control characters nor the markup of rich have a meaning.
"""

import json
import sys
from collections.abc import Iterable
from typing import Final

import click
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import visible

PIPED_WIDTH: Final = 200
"""Characters of a line where there is no terminal; what is longer is wrapped."""


def plain(text: object) -> str:
    """Return a text on one line that a terminal shows, and that does nothing to it."""
    return visible(str(text)).replace("\n", "\\n").replace("\t", "\\t")


def styled(text: object, style: str = "") -> Text:
    """Return `plain` text in a style, without a meaning for what looks like markup."""
    return Text(plain(text), style)


def console(*, stderr: bool = False) -> Console:
    """Return a console for people.

    Args:
        stderr: Whether standard output is taken, such as by JSON.
    """
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if found.is_terminal:
        return found
    return Console(
        stderr=stderr, highlight=False, markup=False, emoji=False, width=PIPED_WIDTH
    )


def say(out: Console, *things: RenderableType) -> None:
    """Print things one below the other.

    Text is wrapped on terminals only: what is piped on is searched, or read by
    programs.
    """
    for thing in things:
        is_text = isinstance(thing, str | Text)
        out.print(thing, soft_wrap=is_text and not out.is_terminal)


def print_json(value: JsonValue) -> None:
    """Print JSON for programs; nothing else may stand on standard output."""
    # In ASCII, so that neither a terminal nor an encoding can change it.
    click.echo(json.dumps(value, indent=2))


def confirmed(what: str) -> bool:
    """Ask a person whether to go on.

    Args:
        what: What is going to be done.

    Raises:
        ConfigurationError: There is no terminal to ask on.
    """
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"{what} There is no terminal to ask on, so nothing was sent. Add --yes "
            f"to go on"
        )
    return click.confirm(f"{plain(what)} Go on?", err=True)


def table(*headings: str, numbers: Iterable[str] = ()) -> Table:
    """Return a table without lines.

    Args:
        headings: Of the columns.
        numbers: Headings of columns that stand to the right.
    """
    right = frozenset(numbers)
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        made.add_column(
            heading, justify="right" if heading in right else "left", overflow="fold"
        )
    return made
