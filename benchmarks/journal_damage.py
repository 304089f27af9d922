"""Damages the journal of an interrupted job, and resumes with a real apply.

Each time, the journal is refused before anything is sent, or the job ends as planned,
or it stops at an entity that may be somebody else's. It never creates anything twice.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.journal_damage
"""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks.timing import report
from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import ApplyProgress, Plan, apply
from tests.jobs.apply_tools import fast_folder, source_of
from tests.jobs.shapes import product_named, products_named, shape
from tests.jobs.world import World, empty_world

NAME: Final = "Copy"
DONE: Final = 8
"""Steps that the job had done when it was cut off, of 12."""
Files = tuple[bytes, bytes]
"""A journal, and the log next to it."""


@attrs.define
class Scene:
    """An interrupted job with a step of each kind, and the files it left."""

    client: AsyncManagementClient
    emulator: Emulator
    plan: Plan
    journal: Path
    wanted: list[str] = attrs.field(factory=list[str])
    """The shape of a copy that nobody disturbed."""
    service: dict[str, Any] = attrs.field(factory=dict[str, Any])
    killed: Files = (b"", b"")
    """As a job leaves them that is killed."""
    stopped: Files = (b"", b"")
    """As a job leaves them that is stopped in good order."""

    @property
    def log(self) -> Path:
        """The path of the log."""
        return self.journal.with_name(f"{self.journal.name}-wal")

    async def begin(self) -> None:
        """Apply a part of the plan."""
        stop = asyncio.Event()

        def look(progress: ApplyProgress) -> None:
            if progress.done == DONE:
                self.killed = self.journal.read_bytes(), self.log.read_bytes()
                stop.set()

        await apply(
            *(self.client, self.plan, self.journal),
            in_flight=1,
            progress=look,
            stop=stop,
        )
        self.stopped = self.journal.read_bytes(), b""
        self.service = self.emulator.snapshot()
        await apply(self.client, self.plan, self.journal)
        self.wanted = shape(self.emulator, product_named(self.emulator, NAME))

    def put(self, files: Files) -> None:
        """Restore the service and the journal to the moment of the interruption."""
        main, log = files
        self.emulator.restore(self.service)
        self.emulator.counts.reset()
        self.journal.write_bytes(main)
        self.log.unlink(missing_ok=True)
        if log:
            self.log.write_bytes(log)

    async def go_on(self, files: Files) -> str:
        """Resume with these files, demand a good end, and return its kind."""
        self.put(files)
        end = await self.apply(self.plan)
        assert end != "refused" or not self.emulator.counts.calls
        return end

    async def apply(self, plan: Plan) -> str:
        """Apply a plan and return how it ended; nothing may be lost or doubled."""
        try:
            result = await apply(self.client, plan, self.journal, linger_seconds=0)
        except ConfigurationError:
            return "refused"
        if result.is_complete:
            (copy,) = products_named(self.emulator, NAME)
            assert shape(self.emulator, copy) == self.wanted
            return "completed"
        # It has forgotten that it made the product, so that may be somebody else's.
        assert result.steps[0].outcome == "conflict", result.trouble
        assert self.emulator.snapshot() == self.service
        return "left alone"


async def build(client: AsyncManagementClient) -> World:
    """Make a product with one entity of each kind."""
    world = await empty_world(client, "Web shop")
    await world.environment("Test")
    await world.tag("one")
    await world.segment("Beta", "Email", "isOneOf", "a@example.com")
    await world.group("Developers")
    await world.config("Main")
    await world.setting("Main", "flag", tags=["one"])
    await world.webhook("Main", "Test", "https://hooks.example/1")
    await world.integration("Chat", "slack", environments=["Test"])
    return world


def cut(files: Files, which: int) -> Iterator[Files]:
    """Cut one of the files at every byte."""
    for length in range(len(files[which])):
        yield _with(files, which, files[which][:length])


def flipped(files: Files, which: int) -> Iterator[Files]:
    """Flip a bit of every byte of one of the files."""
    chance = random.Random(1)
    for place in range(len(files[which])):
        content = bytearray(files[which])
        content[place] ^= 1 << chance.randrange(8)
        yield _with(files, which, bytes(content))


def _with(files: Files, which: int, content: bytes) -> Files:
    main, log = files
    return (main, content) if which else (content, log)


async def damage(scene: Scene, what: str, all_files: Iterable[Files]) -> None:
    """Resume with each damaged file in turn."""
    ends = Counter([await scene.go_on(files) for files in all_files])
    report(f"journal {what}", applies=ends.total(), **ends, made_twice=0)


async def misuse(scene: Scene) -> None:
    """Resume twice at once, and with another plan."""
    scene.put(scene.stopped)
    ends = await asyncio.gather(*(scene.apply(scene.plan) for _ in range(2)))
    assert sorted(ends) == ["completed", "refused"]
    scene.put(scene.stopped)
    other = attrs.evolve(scene.plan, source_hash="0" * 64)
    assert await scene.apply(other) == "refused"
    assert scene.emulator.counts.calls.total() == 0
    report("journal in use, and of another plan", refused=2, completed=1, made_twice=0)


async def _main() -> None:
    async with (
        Emulator(rate_policy=None) as emulator,
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        source = await source_of(await build(client), emulator)
        with (
            tempfile.TemporaryDirectory() as disk,
            fast_folder(Path(disk)) as folder,
        ):
            scene = Scene(client, emulator, source.copy(NAME), folder / "j.db")
            await scene.begin()
            await misuse(scene)
            await damage(scene, "untouched", [scene.killed, scene.stopped])
            await damage(scene, "cut", cut(scene.stopped, 0))
            await damage(scene, "cut next to a log", cut(scene.killed, 0))
            await damage(scene, "with a cut log", cut(scene.killed, 1))
            await damage(scene, "with a flipped bit", flipped(scene.stopped, 0))
            await damage(
                scene, "with a flipped bit in the log", flipped(scene.killed, 1)
            )


if __name__ == "__main__":
    asyncio.run(_main())
