"""Writes `configcat_mgmt/api/`, or with `--check` reports whether it is up to date."""

import argparse
import difflib
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from configcat_mgmt.codegen.adopt import adopt, write_files
from configcat_mgmt.codegen.description import Description
from configcat_mgmt.codegen.emit_groups import emit_groups
from configcat_mgmt.codegen.emit_indexes import emit_indexes
from configcat_mgmt.codegen.emit_models import emit_models
from configcat_mgmt.codegen.emit_operations import emit_operations
from configcat_mgmt.codegen.layout import model_files
from configcat_mgmt.codegen.node import DescriptionError
from configcat_mgmt.codegen.parse_operations import read_description
from configcat_mgmt.codegen.python_text import GENERATED
from configcat_mgmt.codegen.sources import HERE, Sources, read_sources

OUTPUT = HERE.parent / "api"


class NotGeneratedError(Exception):
    """A surplus file in the output folder was not generated, so it is not removed."""


def generate(description: Description) -> dict[str, str]:
    """Return the text of every generated file by its path inside `api/`.

    Raises:
        DescriptionError: The description cannot be turned into code.
    """
    files = model_files(description)
    return {
        **dict(emit_indexes(description, files)),
        **dict(emit_models(description, files)),
        **dict(emit_operations(description, files)),
        **dict(emit_groups(description, files)),
    }


def differences(wanted: dict[str, str], output: Path) -> Iterator[str]:
    """Yield the lines of a unified diff from the files in `output` to those wanted.

    A missing file counts as empty, and so does the wanted text of a surplus file.
    """
    present = _present(output)
    for path in sorted({*wanted, *present}):
        old, new = present.get(path), wanted.get(path)
        if old != new:
            old_lines = (old or "").splitlines(keepends=True)
            new_lines = (new or "").splitlines(keepends=True)
            yield f"--- {path if old is not None else '/dev/null'}\n"
            yield f"+++ {path if new is not None else '/dev/null'}\n"
            yield from list(difflib.unified_diff(old_lines, new_lines))[2:]


def write(wanted: dict[str, str], output: Path) -> None:
    """Make `output` hold exactly the wanted files; touch only those that differ.

    Raises:
        NotGeneratedError: A surplus file does not say that it is generated. Nothing
            is written or removed then.
    """
    present = _present(output)
    surplus = sorted({*present} - {*wanted})
    for path in surplus:
        if GENERATED not in present[path]:
            raise NotGeneratedError(f"{output / path}: not generated; move it away")
    for path in surplus:
        (output / path).unlink()
    for path, text in wanted.items():
        if present.get(path) != text:
            target = output / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")


def _present(output: Path) -> dict[str, str]:
    return {
        path.relative_to(output).as_posix(): path.read_bytes().decode(errors="replace")
        for path in sorted(output.rglob("*.py"))
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0 done, 1 stale, 2 unusable input."""
    parser = argparse.ArgumentParser(
        prog="python -m configcat_mgmt.codegen",
        description=__doc__,
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; print a diff and exit with 1 if a file would change",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=HERE,
        help="the folder with service.json, overlay.toml and source.toml",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=OUTPUT,
        help="the folder to write or check; surplus generated files are removed",
    )
    parser.add_argument(
        "--adopt",
        type=Path,
        metavar="FILE",
        help="take a new OpenAPI document of the service (JSON or YAML), write all "
        "files and report what the document adds",
    )
    parser.add_argument(
        "--date",
        type=date.fromisoformat,
        default=datetime.now(UTC).date(),
        help="the date of the document that is adopted; today if omitted",
    )
    options = parser.parse_args(arguments)
    try:
        if options.adopt is not None:
            return _adopt(options)
        wanted = _generated(read_sources(options.folder))
        if not options.check:
            write(wanted, options.output)
            return 0
    except (DescriptionError, NotGeneratedError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    found = list(differences(wanted, options.output))
    sys.stdout.writelines(found)
    return 1 if found else 0


def _adopt(options: argparse.Namespace) -> int:
    """Take a new document; with `--check`, only report."""
    adoption = adopt(options.adopt, options.folder, options.date)
    wanted = _generated(adoption.sources)
    if not options.check:
        write(wanted, options.output)
        write_files(adoption.files, options.folder)
    sys.stdout.writelines(f"{line}\n" for line in adoption.report)
    return 0


def _generated(sources: Sources) -> dict[str, str]:
    return generate(read_description(sources.description))


if __name__ == "__main__":
    sys.exit(main())
