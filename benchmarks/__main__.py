"""Compares the package with its peers, side by side, and prints one table of ratios.

Each row is measured in one run: its candidates take turns, round after round, on this
machine, and each ratio is the median over the rounds. The peers are installed into
temporary environments; the generated clients need a package index, and those of
openapi-generator Java. A candidate that cannot be set up has a note instead of figures.

`python -m benchmarks soak --minutes 60` watches memory, descriptors, tasks and threads.
"""

import argparse
import contextlib
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import soak
from benchmarks.candidates import OURS
from benchmarks.figures import Figure, json_lines, table
from benchmarks.peers import (
    ENVIRONMENT_OF,
    Peer,
    Peers,
    last_line,
    set_up,
    this_interpreter,
)
from benchmarks.rows import LEAST, ROWS, WITH_PEERS, Setting
from configcat_mgmt.version import __version__

NAMED = ("aiohttp", "aiolimiter", "attrs", "cattrs", "orjson", "redis", "uvloop")
"""The packages of this interpreter whose versions matter for the figures."""

ONE_CORE = (
    "This process may use one core, and candidates share it with the server, so "
    "the ratios of small calls are too close to 1. Use a machine with two cores."
)


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds: two to three minutes in all"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=ROWS,
        metavar="NAME",
        help=f"run these rows: {', '.join(ROWS)}",
    )
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="also write lines of JSON: machine and versions, then each figure",
    )
    parser.add_argument(
        "--peers",
        type=Path,
        metavar="FOLDER",
        help="keep the environments of the peers in this folder, and use them again",
    )
    return parser.parse_args(arguments)


def circumstances(peers: Peers, command: str) -> dict[str, object]:
    """Return machine, date, command and versions."""
    this = this_interpreter().versions
    return {
        "command": command,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{platform.machine()} {platform.system()}",
        "processor": _processor(),
        "cores": _cores(),
        "python": platform.python_version(),
        "versions": {
            "configcat-mgmt": __version__,
            **{name: this[name] for name in NAMED if name in this},
        },
        "peers": {name: _versions(found) for name, found in peers.items()},
    }


def _versions(found: object) -> Mapping[str, str] | str:
    return found.versions if isinstance(found, Peer) else str(found)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    with contextlib.suppress(OSError), open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _measure(names: Sequence[str], setting: Setting) -> Iterator[Figure]:
    for name in names:
        _tell(f"measuring: {name}")
        try:
            yield from ROWS[name](setting)
        except Exception as error:  # The other rows still count.
            traceback.print_exc()
            note = f"failed: {type(error).__name__}: {last_line(str(error))}"
            yield Figure(name, name, OURS, LEAST, "seconds", note=note)


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Set the peers up, measure and print; or soak, if that is the first word."""
    said = sys.argv[1:] if arguments is None else arguments
    if said[:1] == ["soak"]:
        sys.exit(soak.main([*said[1:]]))
    options = parse(said)
    names = options.only or [*ROWS]
    with contextlib.ExitStack() as stack:
        folder = options.peers
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peers: Peers = {}
        if {*names} & {*WITH_PEERS}:
            _tell("setting up the peers")
            peers = set_up(folder.resolve(), sorted({*ENVIRONMENT_OF.values()}))
        figures = [*_measure(names, Setting(peers, options.quick))]
    where = circumstances(peers, " ".join(["python -m benchmarks", *said]))
    named = ("command", "date", "machine", "processor", "cores", "python")
    print("\n".join(table(figures)), end="\n\n")
    print(", ".join(f"{name}: {where[name]}" for name in named))
    if where["cores"] == 1:
        print(ONE_CORE)
    if options.json is not None:
        text = "".join(f"{line}\n" for line in json_lines(figures, where))
        options.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
