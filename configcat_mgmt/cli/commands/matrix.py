"""`configcat-mgmt matrix`: show flags by environment."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from configcat_mgmt.cli.job.options import json_option
from configcat_mgmt.cli.options.connection import profile_option
from configcat_mgmt.cli.options.places import (
    days_option,
    html_option,
    read_places,
    read_stale,
)
from configcat_mgmt.cli.options.selection import Choice, selection_options
from configcat_mgmt.cli.terminal.output import console, print_json, styled, table
from configcat_mgmt.jobs import (
    Matrix,
    MatrixCell,
    MatrixRow,
    Page,
    matrix_of,
    save_html,
    value_words,
)
from configcat_mgmt.texts import counted


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
    if html is not None:
        now = datetime.now(UTC)
        save_html(Page(title=snapshot.name, generated_at=now, matrix=found), html)
    if as_json:
        print_json(found.to_json())
        return
    out = console()
    out.print(styled(snapshot.name, "bold"))
    out.print(_table(found))
    differing = sum(row.differs for row in found.rows)
    out.print(
        f"{counted(len(found.rows), 'setting')}, {differing:,} not the same everywhere"
    )
    if html is not None:
        out.print(styled(f"Saved to {html}."))


def _table(found: Matrix) -> Table:
    made = table("config", "key", *map(str, found.environments))
    for before, row in zip((None, *found.rows), found.rows, strict=False):
        is_first = before is None or before.config != row.config
        made.add_row(
            styled(row.config if is_first else ""),
            styled(row.key, "bold" if row.differs else ""),
            *_cells(row),
        )
    return made


def _cells(row: MatrixRow) -> Sequence[Text]:
    return [
        Text("?", "yellow")
        if cell is None
        else styled(cell_words(cell), "bold cyan" if cell.differs else "")
        for cell in row.cells
    ]


def cell_words(cell: MatrixCell) -> str:
    """Return a short text for the value of a setting in an environment."""
    words = [value_words(cell.default)]
    if cell.rules:
        words.append(counted(cell.rules, "rule"))
    if cell.split:
        percentage_options = (
            f"{one.percentage}% {value_words(one.value)}" for one in cell.split
        )
        words.append(" / ".join(percentage_options))
    if cell.is_stale:
        words.append("stale")
    return " · ".join(words)
