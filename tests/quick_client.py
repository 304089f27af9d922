"""A client as users create it, except that it records its waits and does not sleep."""

import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol, TypeAlias

import attrs

from configcat_mgmt import AsyncManagementClient, JsonPatch, Options, models
from configcat_mgmt.core.lifetime import Lifetime
from tests.fault_server import Step, answer

USER: Final = "test-user"
PASSWORD: Final = "test-password"
QUICK: Final = Options(limits=None)

UUID_TEXT: Final = "00d553ae-832b-5532-d8ad-9b2ae6ddfa11"
PRODUCT: Final[dict[str, object]] = {
    "organization": {"organizationId": UUID_TEXT, "name": "Org"},
    "productId": UUID_TEXT,
    "name": "Product",
    "description": None,
    "order": 0,
    "reasonRequired": False,
    "approveRequired": False,
}
TAG: Final[dict[str, object]] = {
    "product": PRODUCT,
    "tagId": 5,
    "name": "blue",
    "color": None,
}


class NotedLifetime(Lifetime):
    """Records the requested sleeps and returns at once."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await super().sleep(0.0)


class LowestRandom(random.Random):
    """Draws the lowest number always."""

    def uniform(self, a: float, b: float) -> float:
        return a


class HighestRandom(random.Random):
    """Draws the highest number always."""

    def uniform(self, a: float, b: float) -> float:
        return b


class Server(Protocol):
    """A server at an address."""

    @property
    def url(self) -> str: ...


def quick_client(
    server: Server,
    options: Options = QUICK,
    *,
    highest: bool = False,
) -> AsyncManagementClient:
    """Make a client of the server whose retries follow each other at once."""
    client = AsyncManagementClient(USER, PASSWORD, base_url=server.url, options=options)
    core = client._pipeline.core
    core.lifetime = NotedLifetime()
    core.rng = HighestRandom() if highest else LowestRandom()
    return client


def slept(client: AsyncManagementClient) -> list[float]:
    """Return how long the client would have slept between attempts, in seconds."""
    lifetime = client._pipeline.core.lifetime
    assert isinstance(lifetime, NotedLifetime)
    return lifetime.slept


def with_changes(**changes: object) -> Options:
    """Return quick options with some changed."""
    return attrs.evolve(QUICK, **changes)  # type: ignore[arg-type]


Call: TypeAlias = Callable[[AsyncManagementClient], Awaitable[object]]

CALLS: Final[Mapping[str, Call]] = {
    "read": lambda client: client.tags.get_tag(5),
    "set": lambda client: client.tags.update_tag(5, models.UpdateTagModel(name="x")),
    "delete": lambda client: client.tags.delete_tag(5),
    "create": lambda client: client.tags.create_tag(
        UUID_TEXT,
        models.CreateTagModel(name="blue"),
    ),
    "positional": lambda client: client.setting_values.update_setting_value(
        UUID_TEXT,
        7,
        JsonPatch().remove(("rolloutRules", 0)),
    ),
    "replace": lambda client: client.setting_values.update_setting_value(
        UUID_TEXT,
        7,
        JsonPatch().replace("/value", True),
    ),
    "tested": lambda client: client.setting_values.update_setting_value(
        UUID_TEXT,
        7,
        JsonPatch().test("/value", False).replace("/value", True),
    ),
}
"""One call of each kind, by the effect of a repetition."""

OPERATION_IDS: Final = {
    "read": "get-tag",
    "set": "update-tag",
    "delete": "delete-tag",
    "create": "create-tag",
    "positional": "update-setting-value",
    "replace": "update-setting-value",
    "tested": "update-setting-value",
}
REPEATABLE: Final = ("read", "set", "delete", "replace", "tested")
ONCE: Final = ("create", "positional")
GOOD: Final[Mapping[str, Step]] = {
    "read": answer(200, TAG),
    "set": answer(200, TAG),
    "delete": answer(204),
    "create": answer(201, TAG),
    "positional": answer(204),
    "replace": answer(204),
    "tested": answer(204),
}
"""What the service answers to each of the calls when all is well."""
