"""Checks the paths that a command gets."""

import os
from pathlib import Path

import click


class NamedPath(click.Path):
    """A path that is not empty, as that of a shell variable that is not set is.

    Python takes an empty path for the current folder.
    """

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Refuse an empty path."""
        if not os.fspath(value):
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


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
