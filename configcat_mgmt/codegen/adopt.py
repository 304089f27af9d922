"""Takes a new document of the service and reports what it brings."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from configcat_mgmt.codegen.changes import Changes, compare
from configcat_mgmt.codegen.merge import Lack
from configcat_mgmt.codegen.node import DescriptionError
from configcat_mgmt.codegen.openapi_file import read_openapi, without_prose
from configcat_mgmt.codegen.overlay import Overlay
from configcat_mgmt.codegen.plain_operations import PlainService, read_service
from configcat_mgmt.codegen.plain_shapes import Document
from configcat_mgmt.codegen.sources import (
    OVERLAY,
    SERVICE,
    SOURCE,
    Sources,
    digest,
    join,
    read_previous,
)

SCHEMA_PARTS = 4
"""Parts of the place of a field or of an enum value in the overlay."""


@dataclass(frozen=True)
class Adoption:
    """A new document that has passed all checks, and is not written yet."""

    sources: Sources
    files: dict[str, bytes]
    """Content of the files that change, by name."""
    report: tuple[str, ...]
    """Lines about what is new, changed, gone, and still without our words."""


def adopt(path: Path, folder: Path, published: date) -> Adoption:
    """Return what the document in `path` makes of the description in `folder`.

    Args:
        path: An OpenAPI 3.0 document of the service, JSON or YAML.
        folder: The folder with the description's files.
        published: The date of the document.

    Raises:
        DescriptionError: The file has no OpenAPI 3.0 document, or one of another API.
        OSError: A file is not readable.
    """
    service = without_prose(read_openapi(path))
    previous, overlay = read_previous(folder)
    old, new = read_service(previous, overlay), read_service(service, overlay)
    _check_api(path, service, previous, old, new)
    sources = join(service, overlay)
    data = f"{json.dumps(service, indent=2, ensure_ascii=False)}\n".encode()
    source = f'date = "{published}"\ndigest = "{digest(data)}"\n'.encode()
    files = {} if service == previous else {SERVICE: data, SOURCE: source}
    report = tuple(_report(old, new, compare(old, new), sources))
    return Adoption(sources, files, report)


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Replace each file as a whole."""
    for name, data in files.items():
        new = folder / f"{name}.new"
        new.write_bytes(data)
        os.replace(new, folder / name)


def _check_api(
    path: Path,
    service: Document,
    previous: Document,
    old: PlainService,
    new: PlainService,
) -> None:
    """Refuse a document that shares less than half of the operations."""
    known = {each.address for each in old.operations}
    common = known & {each.address for each in new.operations}
    if 2 * len(common) < len(known) or not new.operations:
        title = service["info"].get("title")
        raise DescriptionError(
            f"{path}: {title!r} is another API: it has {len(common)} of the "
            f"{len(known)} operations of {previous['info'].get('title')!r}"
        )


def _report(
    old: PlainService, new: PlainService, changes: Changes, sources: Sources
) -> Iterator[str]:
    yield (
        f"{len(new.operations)} operations and {len(new.schemas)} schemas; before "
        f"{len(old.operations)} and {len(old.schemas)}."
    )
    notes = sources.notes
    yield from _section("New", changes.new)
    yield from _section("Changed", changes.changed)
    yield from _section("Gone", changes.gone)
    yield from _section("Not read as published", notes.readings)
    yield from _section(f"In {OVERLAY} without a counterpart", notes.surplus)
    words = list(_toml(notes.lacks, sources.overlay))
    yield from _section(f"Without our words; to add to {OVERLAY}", words)


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{title}:"
        yield from (f"  {line}" if line else "" for line in lines)


def _toml(lacks: list[Lack], overlay: Overlay) -> Iterator[str]:
    """Yield the missing entries as TOML, with the words taken for them."""
    tables: dict[tuple[str, ...], list[str]] = {}
    for lack in lacks:
        depth = 1 if lack.place[0] == "statuses" else 2
        depth = (
            3
            if len(lack.place) == SCHEMA_PARTS and lack.place[0] == "schemas"
            else depth
        )
        key = _dotted(lack.place[depth:])
        value = json.dumps(lack.derived, ensure_ascii=False)
        tables.setdefault(lack.place[:depth], []).append(f"{key} = {value}")
    for table, entries in tables.items():
        yield f"[{_dotted(table)}]"
        yield from entries


def _dotted(names: Sequence[str]) -> str:
    return ".".join(
        name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name)
        for name in names
    )
