"""Output for people, escaped for the terminal, and for programs, as JSON.

Names come from the service, so anyone who may edit a product can choose them. Control
characters and the markup of rich therefore have no effect in them.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

import click
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from configcat_mgmt.cli.terminal.streams import output_error
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import visible

PIPED_WIDTH: Final = 100_000
"""Width of the output without a terminal, where no line wraps."""

LEAST_TEXT_WIDTH: Final = 18
"""Minimum width of a column whose text wraps, in characters."""

_SUBSTITUTES: Final = {"→": "->", "≠": "!=", "·": "|", "…": "..."}
"""Text for characters that the encoding of the output may lack."""

_printed: Final[set[str]] = set()
"""Holds `json` once a JSON document was printed."""


class SafeConsole(Console):
    """A console that escapes everything that would affect the terminal.

    All text passes here last, whether it came from a table, a title, a progress bar or
    an error. `plain` escapes earlier, where the width of a text matters.
    """

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """Render to segments without control characters of the content.

        Without a terminal no line ends in padding, which only wastes space in files.
        """
        substitutes = _substitutes(self.encoding)
        segments = (
            segment
            if segment.control
            else Segment(visible(segment.text).translate(substitutes), segment.style)
            for segment in super().render(renderable, options)
        )
        return segments if self.is_terminal else _without_padding(segments)


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
    found = SafeConsole(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not found.is_terminal:
        found.width = PIPED_WIDTH
    return found


@lru_cache
def _substitutes(encoding: str) -> Mapping[int, str]:
    """Return texts by code point for characters that an encoding lacks."""
    found: dict[int, str] = {}
    for character, text in _SUBSTITUTES.items():
        try:
            character.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            found[ord(character)] = text
    return found


def _without_padding(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Remove spaces at the ends of lines."""
    spaces: list[Segment] = []
    for segment in segments:
        for index, line in enumerate(segment.text.split("\n")):
            if index:
                spaces.clear()
                yield Segment.line()
            text = line.rstrip(" ")
            if text:
                yield from spaces
                spaces.clear()
                yield Segment(text, segment.style, segment.control)
            if len(text) < len(line):
                spaces.append(Segment(line[len(text) :], segment.style))


def say(out: Console, *things: RenderableType) -> None:
    """Print renderables one below the other.

    Text wraps only on terminals, because programs read and search piped output.
    """
    for thing in things:
        is_text = isinstance(thing, str | Text)
        out.print(thing, soft_wrap=is_text and not out.is_terminal)


def say_result(*things: RenderableType, as_json: bool) -> None:
    """Print the result of a command, also if standard output cannot be written.

    Args:
        *things: Renderables, printed one below the other.
        as_json: Whether to use standard error, because JSON uses standard output.
    """
    if not as_json:
        say(console(), *things)
    if as_json or output_error() is not None:
        say(console(stderr=True), *things)


def print_json(value: JsonValue) -> None:
    """Print JSON for programs; standard output must contain nothing else."""
    _printed.add("json")
    # In ASCII, so no terminal and no encoding can change it.
    click.echo(json.dumps(value, indent=2))


def begin_output() -> None:
    """Forget the output of an earlier command of this process."""
    _printed.clear()


def print_json_error(error: JsonValue) -> None:
    """Print an error for programs, unless the command printed its document before."""
    if not _printed:
        print_json({"error": error})


def confirmed(what: str) -> bool:
    """Ask the user whether to continue.

    Args:
        what: A sentence that describes the change.

    Raises:
        ConfigurationError: Standard input is not a terminal, or ends without an answer.
    """
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"{what} Confirmation needs a terminal, so nothing was sent; pass --yes to "
            f"continue without it"
        )
    try:
        return click.confirm(f"{plain(what)} Continue?", err=True)
    except click.Abort as abort:
        # Click raises the same error for Ctrl-C, which interrupts the command.
        if not isinstance(abort.__context__, EOFError):
            raise
        click.echo(err=True)
        raise ConfigurationError(
            f"{what} The input ended without an answer, so nothing was sent; pass "
            f"--yes to continue without the question"
        ) from None


def hanging(mark: str, text: Text) -> Table:
    """Return a line whose further lines start below its text, not below its mark.

    Args:
        mark: Start of the line, such as `- `.
        text: The rest of the line.
    """
    made = Table.grid()
    made.add_column(width=len(mark), no_wrap=True)
    made.add_column(overflow="fold")
    made.add_row(Text(mark, text.style), text)
    return made


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
            plain(heading),
            justify="right" if heading in right else "left",
            overflow="fold",
        )
    return made


def listing(
    out: Console,
    headings: Sequence[str],
    rows: Sequence[Sequence[Text]],
    *,
    wrapping: Iterable[str],
) -> RenderableType:
    """Return a table, or a paragraph for each row if the terminal is too narrow.

    Args:
        out: The console to print to.
        headings: Headings of the columns.
        rows: Cells of each row; the first one is the title of its paragraph.
        wrapping: Headings of columns with text that may wrap; others, such as ids and
            paths, stay whole.
    """
    may_wrap = [heading in frozenset(wrapping) for heading in headings]
    fixed = sum(
        2 + max(map(cell_len, (heading, *(row[place].plain for row in rows))))
        for place, heading in enumerate(headings)
        if not may_wrap[place]
    )
    if out.is_terminal and out.width - fixed < LEAST_TEXT_WIDTH * sum(may_wrap):
        return Group(*(_paragraph(headings, row) for row in rows))
    made = table(*headings)
    for column, wraps in zip(made.columns, may_wrap, strict=True):
        column.no_wrap = not wraps
    for row in rows:
        made.add_row(*row)
    return made


def _paragraph(headings: Sequence[str], row: Sequence[Text]) -> RenderableType:
    title, *cells = row
    lines = (
        hanging("  ", styled(f"{heading}: ", "dim").append_text(cell))
        for heading, cell in zip(headings[1:], cells, strict=True)
        if cell.plain
    )
    return Group(Text(title.plain, "bold"), *lines)
