"""`configcat-mgmt matrix`: show flags by environment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

import click
from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from configcat_mgmt.cli.job.document import issue_documents
from configcat_mgmt.cli.job.options import json_option
from configcat_mgmt.cli.job.view import issues_view
from configcat_mgmt.cli.options.connection import profile_option
from configcat_mgmt.cli.options.places import (
    days_option,
    html_option,
    read_places,
    read_stale,
)
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.output import (
    console,
    plain,
    print_json,
    say,
    styled,
    table,
)
from configcat_mgmt.jobs import (
    Matrix,
    MatrixCell,
    MatrixRow,
    Page,
    PercentageOption,
    Plain,
    matrix_of,
    open_requests,
    save_html,
    value_words,
)
from configcat_mgmt.texts import counted, excerpts

LEAST_WIDTH: Final = 12
"""Minimum width of an environment, in characters."""
LONGEST_VALUE: Final = 40
"""Longer values are cut."""


@click.command()
@click.argument("product")
@click.option("--stale", is_flag=True, help="Mark stale flags.")
@days_option
@profile_option
@selection_options(stale=True)
@html_option
@json_option
def matrix(
    *,
    product: str,
    stale: bool,
    days: int,
    profile: str,
    choice: Choice,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show the value of each flag of PRODUCT in each environment.

    PRODUCT is a name, an id or a snapshot file. Each cell shows the default value, the
    number of targeting rules and the percentage options for users without a matching
    rule. A value that differs from most environments of its row is bold.
    """
    (snapshot,) = read_places((product, profile))
    choice.require_matches(snapshot)
    report = None
    if stale or choice.asks_for_stale:
        report = read_stale(snapshot, profile, days=days)
    selection = choice.selection(None if report is None else report.stale_settings)
    found = matrix_of(snapshot, selection, report)
    issues = () if Path(product).is_file() else open_requests(snapshot, selection)
    if html is not None:
        now = datetime.now(UTC)
        save_html(
            Page(title=snapshot.name, generated_at=now, matrix=found, issues=issues),
            html,
        )
    if as_json:
        print_json({**found.to_json(), "issues": issue_documents(issues)})
        return
    say(console(stderr=True), *issues_view(issues))
    out = console()
    out.print(styled(snapshot.name, "bold"))
    say(out, *matrix_view(found, out.width if out.is_terminal else None))
    differing = sum(row.differs for row in found.rows)
    out.print(
        f"{counted(len(found.rows), 'setting')}, {differing:,} not the same everywhere"
    )
    if html is not None:
        out.print(styled(f"Saved to {html}."))


def matrix_view(found: Matrix, width: int | None) -> Iterator[RenderableType]:
    """Show a matrix.

    Args:
        found: The matrix.
        width: Width of the terminal: configs are headings, and environments that do
            not fit follow below the others. None for output that programs search, with
            the config in every line.
    """
    if width is None:
        made = table("config", "key", *found.environments)
        for row in found.rows:
            made.add_row(styled(row.config), styled(row.key), *cells_of(row))
        yield made
        return
    longest = max((cell_len(plain(row.key)) for row in found.rows), default=0)
    key_width = min(longest + 2, width // 2)
    count = max(1, (width - key_width) // (LEAST_WIDTH + 2))
    for start in range(0, max(len(found.environments), 1), count):
        part = slice(start, start + count)
        yield from _grouped(found, part, key_width, width)


def _grouped(
    found: Matrix, part: slice, key_width: int, width: int
) -> Iterator[RenderableType]:
    """Show some environments, with a heading for each config."""
    environments = found.environments[part]
    ideal = [cell_len(plain(name)) for name in environments]
    for row in found.rows:
        cells = (cell_len(cell.plain) for cell in cells_of(row)[part])
        ideal = [max(pair) for pair in zip(ideal, cells, strict=True)]
    widths = _fitting(ideal, width - key_width - 2 * len(ideal))
    columns = [("key", key_width), *zip(environments, widths, strict=True)]
    yield _fixed(columns, header=True)
    for config, rows in groupby(found.rows, key=lambda row: row.config):
        yield styled(config, "bold")
        made = _fixed(columns, header=False)
        for row in rows:
            key = styled(row.key, "bold" if row.differs else "")
            made.add_row(Padding(key, (0, 0, 0, 2)), *cells_of(row)[part])
        yield made


def _fixed(columns: Sequence[tuple[str, int]], *, header: bool) -> Table:
    made = table(*(name for name, _ in columns))
    made.show_header = header
    for column, (_, width) in zip(made.columns, columns, strict=True):
        column.width = width
    return made


def _fitting(ideal: Sequence[int], width: int) -> list[int]:
    """Return column widths: narrow columns keep theirs, wide ones share the rest."""
    widths = dict.fromkeys(range(len(ideal)), 0)
    for done, place in enumerate(sorted(widths, key=lambda place: ideal[place])):
        fair = (width - sum(widths.values())) // (len(ideal) - done)
        widths[place] = max(1, min(ideal[place], fair))
    return [*widths.values()]


def cells_of(row: MatrixRow) -> list[Text]:
    """Return the texts of a row, one for each environment."""
    short = short_words(
        value
        for cell in row.cells
        if cell is not None
        for value in (cell.default, *(one.value for one in cell.split))
    )
    return [
        Text("?", "yellow")
        if cell is None
        else styled(cell_words(cell, short), "bold cyan" if cell.differs else "")
        for cell in row.cells
    ]


def short_words(values: Iterable[Plain]) -> Mapping[str, str]:
    """Return short texts by the words of values; no two values share a text."""
    words = [*dict.fromkeys(map(value_words, values))]
    return dict(zip(words, excerpts(words, LONGEST_VALUE), strict=True))


def cell_words(cell: MatrixCell, short: Mapping[str, str]) -> str:
    """Return a short text for the value of a setting in an environment.

    Args:
        cell: The cell.
        short: The result of `short_words` for all values of the row.
    """
    words = [short[value_words(cell.default)]]
    if cell.rules:
        words.append(counted(cell.rules, "rule"))
    if cell.split:
        words.append(split_words(cell.split, short))
    if cell.is_stale:
        words.append("stale")
    return " · ".join(words)


def split_words(split: Sequence[PercentageOption], short: Mapping[str, str]) -> str:
    """Return percentage options: `10% ON` says all about those of a flag.

    Args:
        split: The options.
        short: The result of `short_words` for all values of the row.
    """
    if all(isinstance(one.value, bool) for one in split):
        return f"{sum(one.percentage for one in split if one.value)}% ON"
    return " / ".join(
        f"{one.percentage}% {short[value_words(one.value)]}" for one in split
    )
