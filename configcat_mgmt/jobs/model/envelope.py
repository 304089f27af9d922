"""The envelope of snapshot and plan files: a format, hashes, and the content."""

import json
import os
from collections.abc import Mapping
from typing import Final, NoReturn, cast

import attrs

from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError

MAX_BYTES: Final = 256 * 1024 * 1024
"""Size limit of a file, in bytes."""
SHOWN_PROBLEMS: Final = 5
"""Maximum number of problems of a file that an error names."""
canonical: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""Writes the JSON text that hashes are made of."""

_OTHERS: Final[Mapping[str, str]] = {
    "snapshot": "it is a snapshot; make a plan from it first",
    "plan": "it is a plan; pass the snapshot that the plan was made from",
}
"""Advice for a file of the other kind, by its content."""


@attrs.frozen
class Envelope:
    """The entries of a kind of file."""

    content: str
    """The entry that holds the content, which is also the name of the kind."""
    hashes: tuple[str, ...]
    """The entries that hold hashes of the content."""
    newest: int
    """The newest format that this version reads; it reads all older ones, too."""
    again: str
    """How to get another such file, as in `plan again`."""

    def open(self, text: bytes, path: str | os.PathLike[str]) -> Mapping[str, object]:
        """Return the entries of a file; the content is a JSON object.

        Raises:
            ConfigurationError: The file is not JSON, of another kind or of a newer
                format, or lacks an entry.
        """
        try:
            document: object = parse_json(text)
        except ValueError as error:
            self.refuse(
                path, f"{error}; if the file was truncated or edited, {self.again}"
            )
        kind = self.content
        unknown = f"it is not a {kind} file; pass a file that `{kind}` wrote"
        if not isinstance(document, dict):
            self.refuse(path, unknown)
        entries = cast("dict[str, object]", document)
        version = entries.get("format")
        if type(version) is int and version > self.newest:
            self.refuse(
                path,
                f"it has format {version}, and this version reads formats 1 to "
                f"{self.newest}; use a newer configcat-mgmt @ $.format",
            )
        if self.content not in entries:
            others = (words for other, words in _OTHERS.items() if other in entries)
            self.refuse(path, next(others, unknown))
        is_object = isinstance(entries[self.content], dict)
        if type(version) is not int or version < 1 or not is_object:
            self.refuse(path, unknown)
        names = ("format", *self.hashes, self.content)
        if set(entries) != set(names):
            reason = f"{self.again}: its entries are not {', '.join(names)} @ $"
            self.refuse(path, reason)
        return entries

    def refuse(self, path: str | os.PathLike[str], reason: str) -> NoReturn:
        """Raise the error about a file that cannot be used."""
        place = os.fspath(path)
        message = f"{place} cannot be used as a {self.content}: {reason}"
        raise ConfigurationError(message)
