"""What tests of bulk runs share."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

import attrs

from configcat_mgmt import AsyncManagementClient, ManagementClient, Options, models
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.bulk.calls import Call, Outcome

ONE_AN_HOUR = Options(limits=((1, 3600.0),))
"""With these every call of an endpoint but the first waits for ever."""


async def make_product(client: AsyncManagementClient) -> UUID:
    """Make an empty product, and return its id."""
    organization = (await client.organizations.get_organizations())[0]
    body = models.CreateProductRequest(name="Bulk")
    made = await client.products.create_product(organization.organization_id, body)
    return made.product_id


def tags(product: UUID | str, count: int) -> list[Call]:
    """Return calls that each make a tag."""
    return [
        Call("create-tag", {"product_id": str(product)}, {"name": f"tag {number}"})
        for number in range(count)
    ]


async def collect(outcomes: AsyncIterator[Outcome]) -> list[Outcome]:
    """Return all outcomes of a run."""
    return [outcome async for outcome in outcomes]


async def collect_into(found: list[Outcome], outcomes: AsyncIterator[Outcome]) -> None:
    """Add outcomes to a list as they come, which stay if the run raises."""
    async for outcome in outcomes:
        found.append(outcome)


async def names(client: AsyncManagementClient, product: UUID) -> list[str]:
    """Return the names of a product's tags."""
    return sorted(tag.name for tag in await client.tags.get_tags(product))


def endings(outcomes: list[Outcome]) -> dict[int, str]:
    """Return how calls ended, by their numbers."""
    return {outcome.number: outcome.ending for outcome in outcomes}


@asynccontextmanager
async def paced_client(emulator: Emulator) -> AsyncIterator[AsyncManagementClient]:
    """Return a client that makes one call of each endpoint, and then waits."""
    async with AsyncManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=ONE_AN_HOUR,
    ) as client:
        yield client


@contextmanager
def blocking_client(emulator: Emulator, options: Options) -> Iterator[ManagementClient]:
    """Return a client for blocking code."""
    with ManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=options,
    ) as client:
        yield client


@attrs.define
class Holding:
    """A service that keeps chosen calls waiting until it is told to go on."""

    arrived: asyncio.Event = attrs.field(factory=asyncio.Event)
    go_on: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def hold(self, _: float) -> None:
        """Take the place of the emulator's sleep."""
        self.arrived.set()
        await self.go_on.wait()

    @asynccontextmanager
    async def emulator(self, operation: str) -> AsyncIterator[Emulator]:
        """Run an emulator that holds the first call of an operation."""
        async with Emulator(rate_policy=None, sleep=self.hold) as emulator:
            emulator.faults.add(Fault("latency", operation=operation, seconds=1))
            try:
                yield emulator
            finally:
                self.go_on.set()


def tag_names(emulator: Emulator) -> set[str]:
    """Return the names of all tags that calls of `tags` made."""
    found = (tag.name for tag in emulator.state.tags.values())
    return {name for name in found if name.startswith("tag ")}
