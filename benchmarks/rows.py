"""The rows of `python -m benchmarks`: each measures its candidates side by side."""

import asyncio
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from attrs import frozen

from benchmarks import candidates, copy_job, pacing
from benchmarks.figures import Figure, Unit, compare
from benchmarks.large_answer import make_distinct_answer
from benchmarks.peers import (
    ENVIRONMENT_OF,
    Peer,
    PeerError,
    Peers,
    Worker,
    first_client,
    this_interpreter,
)
from benchmarks.raw_server import RawServer, raw_server
from tests.policies import FixedWindow

LEAST: Final = "least time"
MODULE_OF: Final = {candidates.OURS_FASTER: "orjson", candidates.OURS_UVLOOP: "uvloop"}
"""Packages that a candidate needs in this interpreter."""


@frozen
class Setting:
    """The circumstances of a run."""

    peers: Peers
    quick: bool = False

    def rounds(self, quick: int, full: int) -> int:
        """Return one of the two counts."""
        return quick if self.quick else full

    def peer(self, candidate: str) -> Peer:
        """Return the environment of a candidate.

        Raises:
            PeerError: It could not be set up.
        """
        environment = ENVIRONMENT_OF.get(candidate)
        if environment is not None:
            found = self.peers[environment]
            if isinstance(found, PeerError):
                raise found
            return found
        module = MODULE_OF.get(candidate)
        if module is not None and importlib.util.find_spec(module) is None:
            raise PeerError(f"{module} is not installed")
        return this_interpreter()


Row = Callable[[Setting], Iterator[Figure]]
Measure = Callable[[], dict[str, float]]
"""Does a task once, and returns the quantities that it measured, by name."""


@frozen
class Measured:
    """The quantities of each candidate, round by round."""

    quantities: dict[str, list[dict[str, float]]]
    notes: dict[str, str]
    """Remarks by candidate, such as why it has no quantities."""

    def compared(
        self, row: str, figure: str, quantity: str, unit: Unit, base: str
    ) -> Iterator[Figure]:
        """Compare one quantity of all candidates with that of the base."""
        amounts = {
            name: [each[quantity] for each in rounds]
            for name, rounds in self.quantities.items()
        }
        what = Figure(row, figure, base, base, unit)
        return compare(what, amounts, self.notes)


def _in_turn(
    names: Iterable[str], prepare: Callable[[str], Measure], rounds: int
) -> Measured:
    """Let candidates measure in turn, round after round; one that fails drops out."""
    measures: dict[str, Measure] = {}
    measured = Measured({}, {})
    for name in names:
        try:
            measures[name] = prepare(name)
            measured.quantities[name] = []
        except PeerError as error:
            measured.notes[name] = str(error)
    for round_ in range(rounds + 1):
        # In both directions, so that no candidate always follows the same one.
        for name in [*measures][:: -1 if round_ % 2 else 1]:
            try:
                quantities = measures[name]()
            except PeerError as error:
                measured.notes[name] = str(error)
                del measures[name]
                del measured.quantities[name]
                continue
            if round_:  # The first one warms up.
                measured.quantities[name].append(quantities)
    return measured


def first_clients(setting: Setting) -> Iterator[Figure]:
    """Import each library and make its first client, in fresh interpreters."""

    def prepare(name: str) -> Measure:
        return partial(first_client, setting.peer(name), name)

    found = _in_turn(candidates.FIRST_CLIENT, prepare, setting.rounds(2, 8))
    figure = "import and first client"
    yield from found.compared("import", figure, "wall", "seconds", "aiohttp")
    if sys.platform == "linux":
        figure = "memory of import and first client"
        yield from found.compared("import", figure, "kept", "bytes", "aiohttp")


def _in_new_process(
    setting: Setting,
    task: str,
    name: str,
    place: str,
    run: Callable[[Worker], dict[str, float]],
) -> Measure:
    """Let a candidate do its task in a new process each time.

    By luck, a process is some percent faster or slower than others for all its life.
    """
    peer = setting.peer(name)

    def measure() -> dict[str, float]:
        with closing(Worker(peer, task, name, place)) as worker:
            return run(worker)

    return measure


def _calls(
    setting: Setting, row: str, base: str, names: Iterable[str], count: int
) -> Measured:
    """Let each candidate make small calls."""
    with raw_server() as server:

        def prepare(name: str) -> Measure:
            run = partial(_run_with_load, server, count)
            return _in_new_process(setting, row, name, server.url, run)

        found = _in_turn(names, prepare, setting.rounds(4, 8))
    loads = [one["load"] for rounds in found.quantities.values() for one in rounds]
    if base in found.quantities:
        found.notes[base] = f"server at most {max(loads):.0%} busy"
    return found


def _run_with_load(server: RawServer, count: int, worker: Worker) -> dict[str, float]:
    """Measure, with how busy the server is: below 1, it is not the bottleneck."""
    worker.run(count // 4)  # Wakes the caches of the processor.
    before = server.cpu_seconds()
    used = worker.run(count)
    load = (server.cpu_seconds() - before) / (used["wall"] * count)
    return {**used, "load": load}


def _run_twice(worker: Worker) -> dict[str, float]:
    """Measure the second run of a task, because the first one warms up."""
    worker.run(1)
    return worker.run(1)


def _one_by_one(
    setting: Setting, row: str, base: str, names: Iterable[str], call: str
) -> Iterator[Figure]:
    """Make small calls one after another."""
    found = _calls(setting, row, base, names, setting.rounds(200, 1_000))
    yield from found.compared(row, f"CPU of {call}", "cpu", "seconds", base)
    yield from found.compared(row, f"time of {call}", "wall", "seconds", base)


def asynchronous(setting: Setting) -> Iterator[Figure]:
    """Make small async calls one after another."""
    names = candidates.ASYNC
    return _one_by_one(setting, "async", "aiohttp", names, "an async call")


def in_flight(setting: Setting) -> Iterator[Figure]:
    """Make small async calls, 50 at a time."""
    row, base, count = "in-flight", "aiohttp", setting.rounds(200, 1_000)
    found = _calls(setting, row, base, candidates.ASYNC, count)
    figure = f"throughput with {candidates.IN_FLIGHT} in flight"
    yield from found.compared(row, figure, "rate", "per second", base)


def blocking(setting: Setting) -> Iterator[Figure]:
    """Make small blocking calls one after another."""
    names = candidates.BLOCKING
    return _one_by_one(setting, "blocking", "requests", names, "a blocking call")


def threads(setting: Setting) -> Iterator[Figure]:
    """Make small blocking calls in 10 threads."""
    row, base, count = "threads", "requests", setting.rounds(300, 1_000)
    found = _calls(setting, row, base, candidates.BLOCKING, count)
    figure = f"throughput of {candidates.THREADS} threads"
    yield from found.compared(row, figure, "rate", "per second", base)


def _bodies(setting: Setting, task: str, names: Iterable[str], rounds: int) -> Measured:
    """Let each candidate read or write a large body."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.json"
        path.write_bytes(make_distinct_answer())

        def prepare(name: str) -> Measure:
            return _in_new_process(setting, task, name, str(path), _run_twice)

        return _in_turn(names, prepare, rounds)


def decode(setting: Setting) -> Iterator[Figure]:
    """Read a response with 1,000 flags that all differ."""
    row, base, names = "decode", "json.loads", candidates.DECODE
    found = _bodies(setting, "decode", names, setting.rounds(4, 8))
    figure = "decode of 1,000 flags that differ"
    yield from found.compared(row, figure, "wall", "seconds", base)
    figure = "memory kept for these flags"
    found = _bodies(setting, "kept", names, 1)
    yield from found.compared(row, figure, "kept", "bytes", base)


def encode(setting: Setting) -> Iterator[Figure]:
    """Write the bodies of 2,000 targeting rules as JSON."""
    found = _bodies(setting, "encode", candidates.ENCODE, setting.rounds(4, 8))
    figure = "encode of 2,000 targeting rules"
    yield from found.compared("encode", figure, "wall", "seconds", "json.dumps")


def _against_least(
    row: str,
    figure: str,
    candidate: str,
    pairs: Sequence[tuple[float, float]],
    note: str,
) -> Figure:
    """Compare times, each paired with the least time possible."""
    took, least = zip(*pairs, strict=True)
    what = Figure(row, figure, candidate, LEAST, "seconds")
    return next(compare(what, {candidate: took, LEAST: least}, {candidate: note}))


def job(setting: Setting) -> Iterator[Figure]:
    """Make 600 + 300 calls under the policy of the service, in virtual time."""
    for name, condition in pacing.CONDITIONS.items():
        for pace in pacing.PACES:
            seeds = range(setting.rounds(3, 20))
            done = [pacing.job(pace, condition, seed) for seed in seeds]
            pairs = [(each.seconds, each.least_seconds) for each in done]
            most = max(each.answers_429 for each in done)
            figure, note = f"job of 600 + 300 calls, {name}", f"{most} answers 429"
            yield _against_least("job", figure, pace, pairs, note)


def _copy_parts(
    setting: Setting, row: str, rounds: int, *, copy: bool
) -> Iterator[Figure]:
    size = copy_job.SMALL if setting.quick else copy_job.LARGE

    async def once() -> list[copy_job.Part]:
        with copy_job.service(size) as service:
            return [part async for part in copy_job.parts(service, copy=copy)]

    runs = [asyncio.run(once()) for _ in range(rounds)]
    for parts in zip(*runs, strict=True):
        first = parts[0]
        if copy and first.name == "snapshot":
            continue  # It is a row of its own.
        name = first.name if row == first.name else f"{row}: {first.name}"
        figure = f"{name}, {size.flags} flags, {size.environments} environments"
        pairs = [(part.seconds, part.least_seconds) for part in parts]
        estimated = median(part.seconds / part.estimated_seconds for part in parts)
        note = f"{first.calls} calls, 0 answers 429, {estimated:.2f} x the estimate"
        yield _against_least(row, figure, candidates.OURS, pairs, note)


def snapshot(setting: Setting) -> Iterator[Figure]:
    """Take a snapshot of a product."""
    yield from _copy_parts(setting, "snapshot", setting.rounds(1, 3), copy=False)


def copy(setting: Setting) -> Iterator[Figure]:
    """Copy a product and verify the copy."""
    yield from _copy_parts(setting, "copy", 1, copy=True)


def processes(setting: Setting) -> Iterator[Figure]:
    """Make calls in 4 processes that share one pace over Redis."""
    calls = setting.rounds(200, 1_000)
    figure, name = f"{calls:,} calls of 4 processes over Redis", candidates.OURS
    if not (shutil.which("redis-server") or shutil.which("valkey-server")):
        note = "needs `redis-server`: apt-get install redis-server"
        yield Figure("fleet", figure, name, LEAST, "seconds", note=note)
    elif importlib.util.find_spec("redis") is None:
        note = "needs redis-py: pip install 'configcat-mgmt[redis]'"
        yield Figure("fleet", figure, name, LEAST, "seconds", note=note)
    else:
        from benchmarks import fleet

        done = asyncio.run(fleet.share_calls(FixedWindow(), calls))
        note = f"{done.answers_429} answers 429"
        pairs = [(done.seconds, done.least_seconds)]
        yield _against_least("fleet", figure, name, pairs, note)


ROWS: Final[dict[str, Row]] = {
    "import": first_clients,
    "async": asynchronous,
    "in-flight": in_flight,
    "blocking": blocking,
    "threads": threads,
    "decode": decode,
    "encode": encode,
    "job": job,
    "snapshot": snapshot,
    "copy": copy,
    "fleet": processes,
}
WITH_PEERS: Final = (
    "import",
    "async",
    "in-flight",
    "blocking",
    "threads",
    "decode",
    "encode",
)
"""The rows that compare with libraries in environments of their own."""
