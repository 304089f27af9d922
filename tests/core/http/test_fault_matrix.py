"""Every fault in every phase of a call: the right error, and nothing made twice."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final, TypeAlias
from uuid import UUID

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    JsonPatch,
    ResponseInvalid,
    UnknownOutcome,
    models,
)
from configcat_mgmt.emulator import Emulator, Exchange
from tests.fault_proxy import FAULTS, LOSSLESS, PHASES, Fault, FaultProxy, Phase
from tests.fault_server import PATIENCE_SECONDS
from tests.hypothesis_profiles import IS_NIGHTLY
from tests.quick_client import PASSWORD, USER, quick_client, with_changes

SEEDS: Final = 20 if IS_NIGHTLY else 1
BLACK_HOLE_SECONDS: Final = 0.3
"""Limit of a call that gets no response; the others never need theirs."""
BREAKS: Final = frozenset({"cut", "reset", "half_close", "black_hole", "garbage"})
"""Faults that end a response in its midst."""

Call: TypeAlias = Callable[[AsyncManagementClient, "Place"], Awaitable[object]]

CALLS: Final[Mapping[str, Call]] = {
    "GET": lambda client, place: client.tags.get_tag(place.tag),
    "PUT": lambda client, place: client.tags.update_tag(
        place.tag, models.UpdateTagModel(name=f"new {place.name}")
    ),
    "PATCH": lambda client, place: client.settings.update_setting(
        place.setting, JsonPatch().replace("/hint", place.name)
    ),
    "DELETE": lambda client, place: client.tags.delete_tag(place.tag),
    "POST": lambda client, place: client.tags.create_tag(
        place.product, models.CreateTagModel(name=f"made {place.name}")
    ),
}


class Place:
    """The entities of one call, so that calls do not disturb each other."""

    def __init__(self, name: str, product: UUID, tag: int, setting: int) -> None:
        self.name = name
        self.product = product
        self.tag = tag
        self.setting = setting


class Service:
    """An emulator that counts the creations that it received."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.created: Counter[str] = Counter()
        emulator.observe(self._count)

    def _count(self, exchange: Exchange) -> None:
        if exchange.operation == "create-tag":
            self.created[json.loads(exchange.body)["name"]] += 1

    def tags(self) -> set[str]:
        return {tag.name for tag in self.emulator.state.tags.values()}


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with Emulator(username=USER, password=PASSWORD, rate_policy=None) as emulator:
        yield Service(emulator)


async def places(service: Service, names: list[str]) -> list[Place]:
    """Make a tag for each name, and one setting for all."""
    emulator = service.emulator
    async with AsyncManagementClient(
        USER, PASSWORD, base_url=emulator.base_url, options=with_changes()
    ) as client:
        organization = (await client.organizations.get_organizations())[0]
        product = await client.products.create_product(
            organization.organization_id, models.CreateProductRequest(name="Shop")
        )
        config = await client.configs.create_config(
            product.product_id, models.CreateConfigRequest(name="Main")
        )
        setting = await client.settings.create_setting(
            config.config_id,
            models.CreateSettingInitialValues(
                key="flag", name="flag", setting_type=models.SettingType.BOOLEAN
            ),
        )
        tags = [
            await client.tags.create_tag(
                product.product_id, models.CreateTagModel(name=name)
            )
            for name in names
        ]
    return [
        Place(tag.name, product.product_id, tag.tag_id, setting.setting_id)
        for tag in tags
    ]


async def end(
    proxy: FaultProxy, method: str, place: Place
) -> type[BaseException] | None:
    """Make a call through the proxy; return its error.

    The next call of the client has to get its own response.
    """
    is_silent = proxy.fault == "black_hole"
    seconds = BLACK_HOLE_SECONDS if is_silent else PATIENCE_SECONDS
    raised: type[BaseException] | None = None
    options = with_changes(timeout_seconds=seconds)
    async with proxy, quick_client(proxy, options) as client:
        try:
            async with asyncio.timeout(2 * PATIENCE_SECONDS):
                await CALLS[method](client, place)
        except (UnknownOutcome, ResponseInvalid) as error:
            raised = type(error)
        assert (await client.me.get_me()).email == "admin@example.com"
    return raised


def right_ends(fault: Fault, phase: Phase, method: str) -> set[object]:
    """Return the errors that are right, None for a call that succeeds after all."""
    if fault in LOSSLESS or method in ("GET", "DELETE"):
        return {None}
    unanswered = UnknownOutcome if method == "POST" else None
    if phase in ("accepted", "request"):
        return {unanswered}
    if fault in ("too_long", "bad_gzip", "not_json"):
        return {ResponseInvalid}
    if phase == "response" and fault in BREAKS:
        return {ResponseInvalid, unanswered}  # it depends on whether the head arrived
    return {unanswered}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_ends_in_the_right_error_and_sends_no_creation_twice(
    service: Service, fault: Fault
) -> None:
    cells = list(itertools.product(PHASES, CALLS, range(SEEDS)))
    names = [f"{phase} {method} {seed}" for phase, method, seed in cells]
    where = await places(service, names)
    url = service.emulator.base_url
    together = asyncio.Semaphore(20)

    async def ended(cell: tuple[Phase, str, int], place: Place) -> object:
        phase, method, seed = cell
        async with together:
            return await end(FaultProxy(url, fault, phase, seed), method, place)

    ends = await asyncio.gather(*map(ended, cells, where))
    tags = service.tags()
    for (phase, method, _), place, raised in zip(cells, where, ends, strict=True):
        assert raised in right_ends(fault, phase, method), place.name
        is_received = phase in ("performed", "response") or fault in LOSSLESS
        is_made = f"made {place.name}" in tags
        assert is_made == (method == "POST" and is_received), place.name
        assert service.created[f"made {place.name}"] == is_made, place.name
        if raised is None and method in ("PUT", "DELETE"):
            assert place.name not in tags, place.name
            assert (f"new {place.name}" in tags) == (method == "PUT"), place.name
