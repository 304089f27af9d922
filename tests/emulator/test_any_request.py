"""Every response fits the description, and a refused request changes nothing."""

import random

import pytest

from tests.emulator.guesses import Guess, ids, send
from tests.emulator.shop import Shop
from tests.hypothesis_profiles import IS_NIGHTLY
from tests.schema import described

CASES = 120 if IS_NIGHTLY else 8
"""Requests for each operation."""


@pytest.mark.parametrize("name", described().endpoints)
async def test_any_request_is_answered_well(
    shop: Shop, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = described().endpoints[name]
    known = await ids(shop)
    for case in range(CASES):
        outcome = await send(shop, endpoint, Guess(known, f"{name} {case}"))
        assert outcome.faults == [], outcome.shown
    assert caplog.records == []


async def test_a_mixture_of_requests_is_answered_well(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """Most deletions are left out, so that something stays to work on."""
    known = await ids(shop)
    chance = random.Random(0)
    endpoints = [
        endpoint
        for endpoint in described().endpoints.values()
        if endpoint.method != "DELETE" or endpoint.id in ("delete-tag",)
    ]
    statuses: dict[bool, int] = {True: 0, False: 0}
    for case in range(600):
        endpoint = chance.choice(endpoints)
        outcome = await send(shop, endpoint, Guess(known, f"mixed {case}"))
        assert outcome.faults == [], outcome.shown
        statuses[outcome.status < 300] += 1
    assert min(statuses.values()) > 100
    assert caplog.records == []
