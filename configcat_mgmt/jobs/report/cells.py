"""Short texts for the cells of a matrix."""

from typing import Final

from configcat_mgmt.jobs.model.words import value_words
from configcat_mgmt.jobs.report.matrix import Matrix, MatrixCell, MatrixRow
from configcat_mgmt.texts import clipped, counted, excerpts

_CELL_CHARACTERS: Final = 24


def by_config(matrix: Matrix) -> list[tuple[str, list[MatrixRow]]]:
    """Group the rows of a matrix by their configs."""
    groups: dict[str, list[MatrixRow]] = {}
    for row in matrix.rows:
        groups.setdefault(row.config, []).append(row)
    return list(groups.items())


def default_words(row: MatrixRow) -> list[str]:
    """Return the default values of a row, cut so that different ones look different."""
    words = ["" if one is None else value_words(one.default) for one in row.cells]
    return excerpts(words, _CELL_CHARACTERS)


def cell_note(cell: MatrixCell) -> str:
    """Return the note of a cell, such as `2 rules, 20% ON`, in evaluation order."""
    notes = [counted(cell.rules, "rule")] if cell.rules else []
    # A boolean flag has two options, and the first implies the second.
    percentage_options = [
        one for one in cell.split if one.value is not False
    ] or cell.split
    notes += [
        f"{one.percentage}% {clipped(value_words(one.value), _CELL_CHARACTERS)}"
        for one in percentage_options
    ]
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
