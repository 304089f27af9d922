"""Output for people, escaped for the terminal, and for programs, as JSON.

Names come from the service, so anyone who may edit a product can choose them. Control
characters and the markup of rich therefore have no effect in them.
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
"""Width of the output without a terminal; longer lines wrap."""


def plain(text: object) -> str:
    """Return a text as one line without characters that affect a terminal."""
    return visible(str(text)).replace("\n", "\\n").replace("\t", "\\t")


def styled(text: object, style: str = "") -> Text:
    """Return `plain` text in a style; markup in it has no effect."""
    return Text(plain(text), style)


def console(*, stderr: bool = False) -> Console:
    """Return a console for people.

    Args:
        stderr: Whether to write to standard error, because JSON uses standard output.
    """
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if found.is_terminal:
        return found
    return Console(
        stderr=stderr, highlight=False, markup=False, emoji=False, width=PIPED_WIDTH
    )


def say(out: Console, *things: RenderableType) -> None:
    """Print things one below the other.

    Text wraps only on terminals, because programs read and search piped output.
    """
    for thing in things:
        is_text = isinstance(thing, str | Text)
        out.print(thing, soft_wrap=is_text and not out.is_terminal)


def print_json(value: JsonValue) -> None:
    """Print JSON for programs; standard output must contain nothing else."""
    # In ASCII, so no terminal and no encoding can change it.
    click.echo(json.dumps(value, indent=2))


def confirmed(what: str) -> bool:
    """Ask the user whether to continue.

    Args:
        what: A sentence that describes the change.

    Raises:
        ConfigurationError: Standard input is not a terminal.
    """
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"{what} Confirmation needs a terminal, so nothing was sent; pass --yes to "
            f"continue without it"
        )
    return click.confirm(f"{plain(what)} Continue?", err=True)


def table(*headings: str, numbers: Iterable[str] = ()) -> Table:
    """Return a table without lines.

    Args:
        headings: Headings of the columns.
        numbers: Headings of right-aligned columns.
    """
    right = frozenset(numbers)
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        made.add_column(
            heading, justify="right" if heading in right else "left", overflow="fold"
        )
    return made
