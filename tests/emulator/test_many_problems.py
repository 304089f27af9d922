"""Bodies in which everything is wrong do not block the emulator.

Counting the calls of a function takes ten times as long as the calls, so only the
nightly profile sends the largest bodies that the emulator accepts.
"""

import json
import sys
from typing import Any, Final

import pytest

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.emulator.domain.problems import MAX_PROBLEMS
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.domain.request_json import exact_pointer
from configcat_mgmt.emulator.server.body import MAX_BODY_BYTES, decode_body
from tests.emulator.shop import Shop
from tests.hypothesis_profiles import IS_NIGHTLY
from tests.schema import Json

SHARE: Final = 1 if IS_NIGHTLY else 5
"""Bodies are the largest ones divided by this."""
MOST_CALLS: Final = 6_000_000 // SHARE
"""Calls and returns that reading such a body may take; to look for all of its problems
takes four times as many."""

BODIES: Final[list[tuple[str, Json]]] = [
    (
        "replace-webhook",
        {"url": "http://a.b", "webHookHeaders": [{}] * (250_000 // SHARE)},
    ),
    ("create-setting", {"tags": ["x"] * (170_000 // SHARE)}),
    ("update-webhook", [{}] * (250_000 // SHARE)),
    (
        "update-webhook",
        [{"op": "test", "path": "", "value": [[]] * 100}] + [{}] * (240_000 // SHARE),
    ),
    ("post-setting-values", {"settingValues": [{"value": None}] * (60_000 // SHARE)}),
]


def calls_of(action: Any) -> int:  # noqa: ANN401
    """Count the function calls that an action makes."""
    count = 0

    def profile(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(("operation", "body"), BODIES)
def test_no_more_problems_are_looked_for_than_are_listed(
    operation: str, body: Json
) -> None:
    text = json.dumps(body, separators=(",", ":")).encode()
    assert MAX_BODY_BYTES / 2 < len(text) * SHARE <= MAX_BODY_BYTES
    refusals: list[Refused] = []

    def read() -> None:
        with pytest.raises(Refused) as caught:
            decode_body(OPERATIONS[operation], text, "application/json")
        refusals.append(caught.value)

    assert calls_of(read) < MOST_CALLS
    (refused,) = refusals
    listed = sum(len(texts) for texts in refused.messages.values())
    assert listed == MAX_PROBLEMS + 1
    assert refused.messages["$"] == [f"There are more than {MAX_PROBLEMS} problems."]


async def test_a_patch_that_makes_many_problems_is_refused_with_the_first_ones(
    shop: Shop,
) -> None:
    webhook = await shop.wire.ok(
        "create-webhook",
        {"url": "https://example.com/hook"},
        configId=shop.v2,
        environmentId=shop.test,
    )
    where = {"webhookId": webhook["webhookId"]}
    names = {f"name{number}": 1 for number in range(50_000 // SHARE)}
    for value in ([0] * (300_000 // SHARE), [{}] * (250_000 // SHARE), [names]):
        patch = [{"op": "replace", "path": "/webHookHeaders", "value": value}]
        refused = await shop.wire.refused("update-webhook", patch, **where)
        assert f"more than {MAX_PROBLEMS} problems" in refused["$"]
    double = {"op": "copy", "from": "/webHookHeaders", "path": "/webHookHeaders/-"}
    refused = await shop.wire.refused("update-webhook", [double] * 60, **where)
    assert list(refused.values()) == ["The patch copies too much."]


def test_a_problem_behind_many_good_items_is_found() -> None:
    header = {"key": "a", "value": "b"}
    headers = [header] * 5_000 + [{"key": "a"}] + [header] * 5_000
    body = {"url": "http://a.b", "webHookHeaders": headers}
    with pytest.raises(Refused) as caught:
        decode_body(
            OPERATIONS["replace-webhook"], json.dumps(body).encode(), "application/json"
        )
    assert set(caught.value.messages) == {"webHookHeaders[5000].value"}


async def test_a_patch_with_an_endless_path_is_refused_unread(shop: Shop) -> None:
    flag = await shop.setting("flag")
    endless = "/name" + "/a" * 250_000
    body = OPERATIONS["update-setting"].body
    assert calls_of(lambda: exact_pointer(endless, body)) < 1000
    fine = {"op": "test", "path": "/order", "value": 0}
    for step in (
        {"op": "add", "path": endless, "value": 1},
        {"op": "test", "path": endless, "value": 1},
        {"op": "copy", "from": endless, "path": "/name"},
        {"op": "move", "from": endless, "path": "/name"},
    ):
        messages = await shop.wire.refused(
            "update-setting", [fine, step], settingId=flag
        )
        assert list(messages) == ["[1]"]
        assert "at most 100 parts" in messages["[1]"]
        assert len(messages["[1]"]) < 200
