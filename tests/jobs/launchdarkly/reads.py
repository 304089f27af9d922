"""Reads the project of the fake LaunchDarkly, without waiting."""

from typing import Any

from configcat_mgmt.core.lifetime import Lifetime
from configcat_mgmt.jobs.launchdarkly import AccessToken, RestClient, read_export
from tests.jobs.launchdarkly.fake import TOKEN, FakeLaunchDarkly

Json = Any


class Waits(Lifetime):
    """A clock that jumps over all waits, and notes them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def client_of(fake: FakeLaunchDarkly, waits: Waits) -> RestClient:
    """Return a client that does not wait."""
    client = RestClient(AccessToken(TOKEN), fake.address, clock=waits)
    client._pipeline.core.lifetime = waits
    return client


async def read(
    fake: FakeLaunchDarkly, waits: Waits | None = None, **named: Json
) -> Json:
    """Read the project."""
    async with client_of(fake, waits or Waits()) as client:
        return await read_export(client, "shop", **named)
