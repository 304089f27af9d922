"""A Redis server for the tests of this folder, and members of a fleet on it."""

from collections.abc import Iterator

import pytest

from tests.core.pacing.fleet.members import Fleet
from tests.redis_server import RedisServer, redis_server


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A server that the tests of a module share; none stops it."""
    with redis_server() as server:
        yield server


@pytest.fixture
def fleet(redis: RedisServer) -> Iterator[Fleet]:
    """A fleet of its own on the shared server."""
    with Fleet(redis.url) as members:
        yield members


@pytest.fixture
def frail() -> Iterator[RedisServer]:
    """A server of its own, which the test may stop, freeze and restart."""
    with redis_server() as server:
        yield server


@pytest.fixture
def crew(frail: RedisServer) -> Iterator[Fleet]:
    """A fleet on the frail server."""
    with Fleet(frail.url) as members:
        yield members
