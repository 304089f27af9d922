"""What tests of applying share: plans of a realistic product, and children that die."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypedDict, Unpack

import attrs

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.model.plan import NewProduct, Plan
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.planning.options import Conflict
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.world import World

SCRIPTS: Final = Path(__file__).parent / "scripts"
REASON: Final = "because of a test"

PARENTS: Final = {
    "get-products": 1,
    "get-organizations": 1,
    "get-environments": 1,
    "get-tags": 1,
    "get-permission-groups": 1,
    "get-segments": 1,
    "get-configs": 1,
    "get-webhooks": 1,
    "get-integrations": 1,
    "get-pending-invitations": 1,
    "get-product-members": 1,
    "get-product-preferences": 1,
}
"""Most lists that a resumed job may read of each kind; settings are by config."""


class Choices(TypedDict, total=False):
    """Fields of `PlanOptions`."""

    kind: str
    on_conflict: Conflict
    delete: bool
    max_deletes: int
    members: bool


@attrs.frozen
class Source:
    """A product to be copied."""

    world: World
    snapshot: Snapshot
    base_url: str

    def copy(self, name: str, **options: Unpack[Choices]) -> Plan:
        """Plan a copy into a new product."""
        target = NewProduct(self.base_url, self.world.organization_id, name)
        return plan_copy(self.snapshot, target, PlanOptions(reason=REASON, **options))

    async def onto(self, product: str, **options: Unpack[Choices]) -> Plan:
        """Plan to make a present product like this one."""
        found = await take_snapshot(self.world.client, product, secrets=True)
        return plan_copy(self.snapshot, found, PlanOptions(reason=REASON, **options))


async def source_of(world: World, emulator: Emulator) -> Source:
    """Read a product; the calls are not counted."""
    snapshot = await take_snapshot(world.client, world.product_id, secrets=True)
    emulator.counts.reset()
    emulator.requests.clear()
    return source_from(snapshot, world, emulator)


def source_from(snapshot: Snapshot, world: World, emulator: Emulator) -> Source:
    """Return a source with a snapshot that was taken before, also of a twin."""
    place = attrs.evolve(snapshot.source, base_url=emulator.base_url)
    # What cannot be read would make a copy differ from its source.
    webhooks = tuple(
        attrs.evolve(
            webhook,
            headers=tuple(
                attrs.evolve(header, value=header.value or "Bearer of a test")
                for header in webhook.headers
            ),
        )
        for webhook in snapshot.webhooks
    )
    snapshot = attrs.evolve(snapshot, source=place, webhooks=webhooks)
    return Source(world, snapshot, emulator.base_url)


@contextmanager
def fast_folder(folder: Path) -> Iterator[Path]:
    """Return a folder in memory where there is such, since a killed process does not
    lose what it wrote, whether that is on a disk yet or not."""
    memory = Path("/dev/shm")  # noqa: S108
    if not memory.is_dir():
        yield folder
        return
    with TemporaryDirectory(dir=memory) as place:
        yield Path(place)


def lists(calls: Mapping[str, int]) -> dict[str, int]:
    """Return the calls that read."""
    return {name: count for name, count in calls.items() if name.startswith("get-")}


OF_A_NEW_PRODUCT: Final = (
    "get-environments",
    "get-tags",
    "get-permission-groups",
    "get-segments",
    "get-configs",
)
"""Lists that are read once more, since a new product may come with such things."""


def writes(calls: Mapping[str, int]) -> int:
    """Count the calls that change something."""
    return sum(calls.values()) - sum(lists(calls).values())


def require_few_lists(
    calls: Mapping[str, int], snapshot: Snapshot, looks: int = 1
) -> None:
    """Demand that each parent is listed once, or as often as is said."""
    most = {
        **PARENTS,
        "get-settings": len(snapshot.configs),
        "get-segment": len(snapshot.segments),
    }
    too_many = {
        name: count
        for name, count in lists(calls).items()
        if count > looks * most.get(name, 0)
    }
    assert too_many == {}, calls


@attrs.define
class Children:
    """A process that applies plans in children of its own."""

    process: Process
    url: str
    pid: int = 0
    """Of the last child."""

    async def begin(self, plan: Path, journal: Path, **request: object) -> None:
        """Have a child apply a plan."""
        body = {"plan": str(plan), "journal": str(journal), "url": self.url, **request}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(body).encode() + b"\n")
        await self.process.stdin.drain()
        self.pid = int(await self._line())

    async def end(self) -> str:
        """Wait for the child, and say how it ended: `killed`, or its exit code."""
        return await self._line()

    async def _line(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()


@asynccontextmanager
async def children_of(emulator: Emulator) -> AsyncIterator[Children]:
    """Start the process; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, SCRIPTS / "apply_server.py", stdin=PIPE, stdout=PIPE
    )
    try:
        yield Children(process, emulator.base_url)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
