"""A small product whose values differ between Test and Production, and its people."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import attrs

from configcat_mgmt import AsyncManagementClient, CallEvent, Hooks, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.planners.promotion import plan_promotion
from configcat_mgmt.jobs.planning.options import Approval
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.world import World, empty_world
from tests.jobs.world_values import plain_formula

KEYS = ("first", "second", "third")


@attrs.define
class Meddler(Hooks):
    """Acts as somebody else, right before the first request of an operation."""

    operation: str
    act: Callable[[], None]
    has_acted: bool = False

    def call_started(self, event: CallEvent) -> None:
        if event.operation_id == self.operation and not self.has_acted:
            self.has_acted = True
            self.act()


async def three_flags(client: AsyncManagementClient) -> World:
    """Create three flags that are on in Test and off in Production."""
    world = await empty_world(client, "Small")
    await world.environment("Test")
    await world.environment("Production")
    await world.config("Main")
    for key in KEYS:
        await world.setting("Main", key, "boolean")
        await world.set_formula("Main", key, "Test", plain_formula(True))
    return world


async def promotion(
    world: World, source: str = "Test", *, approval: Approval | None = None
) -> Plan:
    """Plan to promote all values to the other environment."""
    snapshot = await take_snapshot(world.client, world.product_id)
    targets = {"Test", "Production"} - {source}
    return plan_promotion(snapshot, source, targets, approval=approval)


def served(emulator: Emulator, world: World, environment: str) -> dict[str, object]:
    """Return the default values by key."""
    place = UUID(world.environments[environment])
    return {
        key: emulator.state.values[place, number].content.default
        for (_, key), number in world.settings.items()
    }


@asynccontextmanager
async def colleague_of(emulator: Emulator) -> AsyncIterator[AsyncManagementClient]:
    """Provide the client of a second person with all rights."""
    emulator.add_user("b@x.example", "B", username="b", password="p", admin=True)
    async with AsyncManagementClient(
        "b", "p", base_url=emulator.base_url, options=Options(limits=None)
    ) as client:
        yield client
