"""Short texts for the cells of a matrix."""

from typing import Final

from configcat_mgmt.jobs.report.matrix import Matrix, MatrixCell, MatrixRow
from configcat_mgmt.jobs.report.words import value_words
from configcat_mgmt.texts import clipped, counted

_CELL_CHARACTERS: Final = 24


def by_config(matrix: Matrix) -> list[tuple[str, list[MatrixRow]]]:
    """Group the rows of a matrix by their configs."""
    groups: dict[str, list[MatrixRow]] = {}
    for row in matrix.rows:
        groups.setdefault(row.config, []).append(row)
    return list(groups.items())


def cell_note(cell: MatrixCell) -> str:
    """Return the note of a cell, such as `20% ON, 2 rules`."""
    notes: list[str] = []
    # A boolean flag has two options, and the first implies the second.
    percentage_options = [
        one for one in cell.split if one.value is not False
    ] or cell.split
    notes += [
        f"{one.percentage}% {brief(value_words(one.value))}"
        for one in percentage_options
    ]
    if cell.rules:
        notes.append(counted(cell.rules, "rule"))
    return ", ".join(notes)


def cell_letters(cell: MatrixCell) -> str:
    """Return the CSS classes of a cell: on, off or partly, differing, stale."""
    letters = ["d"] if cell.differs else []
    if cell.is_stale:
        letters.append("s")
    if cell.split:
        letters.append("p")
    elif isinstance(cell.default, bool):
        letters.append("n" if cell.default else "f")
    return " ".join(letters)


def brief(text: str) -> str:
    """Return a text cut to the width of a cell."""
    return clipped(text, _CELL_CHARACTERS)
