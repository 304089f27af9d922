"""Checks the names of files that a command writes."""

from pathlib import Path

import click


def file_to_write(
    _context: click.Context, _option: click.Parameter, path: Path | None
) -> Path | None:
    """Refuse `-`, which would otherwise become a file of that name.

    Raises:
        BadParameter: The name is `-`.
    """
    if path == Path("-"):
        message = (
            "'-' is not a file: this option cannot write to standard output; name a "
            "file"
        )
        raise click.BadParameter(message)
    return path
