"""Tables that a job adds to its report."""

import attrs


@attrs.frozen
class ReportTable:
    """A table of texts, for the terminal and the page."""

    title: str
    headings: tuple[str, ...]
    """Short, because narrow pages show them beside the cells."""
    rows: tuple[tuple[str, ...], ...]
    """Cells of each row; a web address becomes a link on the page."""
    lead: str = ""
    """A sentence above the table."""
    linked: str = ""
    """The heading of the column whose cells are file paths relative to the page, which
    become links on the page; empty if there is no such column."""
