"""Creations whose response is lost are looked for, and created once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from configcat_mgmt import AsyncManagementClient, Options, models
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.bulk.calls import Call, Outcome
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.options import BulkOptions
from configcat_mgmt.jobs.bulk.run import run_calls
from tests.jobs.bulk_tools import collect, make_product, names, tags
from tests.jobs.world_making import SECRET_PARAMETERS

Json = Any

AT_ONCE: Final = BulkOptions(linger_seconds=0)
AGAIN: Final = BulkOptions(linger_seconds=0, repeat_unknown=True)

SEGMENT: Final = {
    "name": "Beta",
    "comparisonAttribute": "Email",
    "comparator": "isOneOf",
    "comparisonValue": "a@example.com",
}
GROUP: Final = {"name": "Team", "canCreateOrUpdateTag": True, "accessType": "full"}
SETTING: Final = {"key": "flag", "name": "Flag", "settingType": "boolean"}


@pytest.fixture
async def places(client: AsyncManagementClient, product: UUID) -> dict[str, str]:
    organization = (await client.organizations.get_organizations())[0]
    body = models.CreateConfigRequest(name="Main")
    config = await client.configs.create_config(product, body)
    return {
        "organization_id": str(organization.organization_id),
        "product_id": str(product),
        "config_id": str(config.config_id),
    }


def call(
    places: dict[str, str], operation: str, parent: str, body: dict[str, Json]
) -> Call:
    return Call(operation, {parent: places[parent]}, body)


CREATIONS: Final[list[tuple[str, str, Json]]] = [
    ("create-product", "organization_id", {"name": "Second"}),
    ("create-environment", "product_id", {"name": "Test", "color": "#aabbcc"}),
    ("create-tag", "product_id", {"name": "Tag", "color": "whale"}),
    ("create-config", "product_id", {"name": "Other", "evaluationVersion": "v2"}),
    ("create-permission-group", "product_id", GROUP),
    ("create-segment", "product_id", SEGMENT),
    ("create-setting", "config_id", SETTING),
]


@pytest.mark.parametrize("creation", CREATIONS, ids=lambda one: one[0])
async def test_a_creation_whose_response_is_lost_is_found(
    client: AsyncManagementClient,
    emulator: Emulator,
    places: dict[str, str],
    creation: tuple[str, str, Json],
) -> None:
    operation, parent, body = creation
    emulator.counts.reset()
    emulator.faults.add(Fault("drop", operation, after_effect=True))
    one = call(places, operation, parent, body)
    (outcome,) = await collect(run_calls(client, [one], options=AT_ONCE))
    assert outcome.error is None
    assert outcome.ending == "done"
    found: Json = outcome.result
    assert getattr(found, "key", found.name) == body.get("key", body["name"])
    assert emulator.counts.calls[operation] == 1


@pytest.mark.parametrize("creation", CREATIONS, ids=lambda one: one[0])
async def test_a_creation_that_did_not_arrive_is_sent_again(
    client: AsyncManagementClient,
    emulator: Emulator,
    places: dict[str, str],
    creation: tuple[str, str, Json],
) -> None:
    operation, parent, body = creation
    emulator.counts.reset()
    emulator.faults.add(Fault("drop", operation))
    one = call(places, operation, parent, body)
    (outcome,) = await collect(run_calls(client, [one], options=AT_ONCE))
    assert outcome.error is None
    assert outcome.result is not None
    assert emulator.counts.calls[operation] == 2


async def test_siblings_of_many_lost_responses_are_listed_few_times(
    client: AsyncManagementClient, emulator: Emulator, product: UUID
) -> None:
    fault = Fault("drop", "create-tag", count=None, probability=0.5, after_effect=True)
    emulator.faults.add(fault)
    options = BulkOptions(linger_seconds=0.2)
    outcomes = await collect(run_calls(client, tags(product, 40), options=options))
    assert all(outcome.is_good for outcome in outcomes)
    assert await names(client, product) == sorted(f"tag {n}" for n in range(40))
    assert emulator.counts.calls["create-tag"] == 40
    assert fault.struck > 10
    assert emulator.counts.calls["get-tags"] <= fault.struck // 2


async def test_an_earlier_run_that_died_is_settled_and_nothing_is_sent(
    client: AsyncManagementClient, emulator: Emulator, product: UUID, tmp_path: Path
) -> None:
    calls = tags(product, 3)
    for one in calls[:2]:
        await client.call("create-tag", body=one.body, **one.arguments)
    emulator.counts.reset()
    with BulkJournal(tmp_path / "journal") as journal:
        for number, one in enumerate(calls):
            journal.note_now(number, one.digest(), "sent")
    for expected in ("done", "earlier"):
        with BulkJournal(tmp_path / "journal") as journal:
            outcomes = await collect(
                run_calls(client, calls, options=AT_ONCE, journal=journal)
            )
        assert [outcome.ending for outcome in outcomes] == [expected] * 3
    assert emulator.counts.calls["create-tag"] == 1
    assert await names(client, product) == ["tag 0", "tag 1", "tag 2"]


async def test_a_product_of_another_organization_is_not_taken(
    client: AsyncManagementClient, emulator: Emulator, places: dict[str, str]
) -> None:
    other = emulator.add_organization("Other")
    body = models.CreateProductRequest(name="Second")
    stranger = await client.products.create_product(other, body)
    emulator.faults.add(Fault("drop", "create-product"))
    one = call(places, "create-product", "organization_id", {"name": "Second"})
    (outcome,) = await collect(run_calls(client, [one], options=AT_ONCE))
    found: Json = outcome.result
    assert outcome.error is None
    assert found.product_id != stranger.product_id
    assert str(found.organization.organization_id) == places["organization_id"]


async def test_what_exists_and_differs_is_named_and_left_alone(
    client: AsyncManagementClient,
    emulator: Emulator,
    product: UUID,
    places: dict[str, str],
    tmp_path: Path,
) -> None:
    await client.tags.create_tag(
        product, models.CreateTagModel(name="TAG", color="panther")
    )
    one = call(places, "create-tag", "product_id", {"name": "Tag", "color": "whale"})
    with BulkJournal(tmp_path / "journal") as journal:
        journal.note_now(0, one.digest(), "sent")
    with BulkJournal(tmp_path / "journal") as journal:
        (outcome,) = await collect(
            run_calls(client, [one], options=AT_ONCE, journal=journal)
        )
    assert outcome.ending == "unknown"
    assert "the name 'Tag' exists and differs in name, color" in str(outcome.error)
    assert "repeat_unknown" not in str(outcome.error)
    assert len(emulator.state.tags) == 1


async def test_a_refusal_because_the_first_call_arrived_late_is_no_failure() -> None:
    strikes = 0

    async def arrive_late(_: float) -> None:
        """Let the lost call have its effect after the list, before the next call."""
        nonlocal strikes
        strikes += 1
        if strikes == 2:
            await client.call("create-tag", body=one.body, **one.arguments)

    async with (
        Emulator(rate_policy=None, sleep=arrive_late) as emulator,
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        (one,) = tags(await make_product(client), 1)
        emulator.faults.add(Fault("latency", "create-tag", count=None, seconds=1))
        emulator.faults.add(Fault("drop", "create-tag"))
        outcomes = run_calls(client, [one], options=AT_ONCE)
        assert await endings(outcomes) == [("done", "None")]
        assert emulator.counts.calls["create-tag"] == 3
        assert len(emulator.state.tags) == 1


async def endings(outcomes: AsyncIterator[Outcome]) -> list[tuple[str, str]]:
    return [(one.ending, str(one.error)) async for one in outcomes]


async def test_invitations_are_settled_by_who_is_invited(
    client: AsyncManagementClient, emulator: Emulator, product: UUID, tmp_path: Path
) -> None:
    group = (await client.permission_groups.get_permission_groups(product))[0]
    both = ["a@example.com", "b@example.com"]
    one = Call(
        "invite-member",
        {"product_id": str(product)},
        {"emails": both, "permissionGroupId": group.permission_group_id},
    )
    emulator.faults.add(Fault("drop", "invite-member", after_effect=True))
    assert await endings(run_calls(client, [one], options=AT_ONCE)) == [
        ("done", "None")
    ]
    three = Call(
        "invite-member",
        one.arguments,
        {
            "emails": [*both, "c@example.com"],
            "permissionGroupId": group.permission_group_id,
        },
    )
    with BulkJournal(tmp_path / "journal") as journal:
        journal.note_now(0, three.digest(), "sent")
    with BulkJournal(tmp_path / "journal") as journal:
        ((ending, reason),) = await endings(
            run_calls(client, [three], options=AT_ONCE, journal=journal)
        )
    assert ending == "unknown"
    assert reason.endswith("not invited and no members: c@example.com")


async def test_integrations_like_a_lost_one_are_listed_and_it_is_not_sent_again(
    client: AsyncManagementClient, emulator: Emulator, product: UUID
) -> None:
    body = {
        "integrationType": "slack",
        "name": "Chat",
        "parameters": dict(SECRET_PARAMETERS["slack"]),
        "environmentIds": [],
        "configIds": [],
    }
    one = Call("create-integration", {"product_id": str(product)}, body)
    emulator.faults.add(Fault("drop", "create-integration", after_effect=True))
    ((ending, reason),) = await endings(run_calls(client, [one], options=AT_ONCE))
    (made,) = emulator.state.integrations
    assert ending == "unknown"
    assert reason.endswith(f"these integrations are like it: {made}")
    emulator.faults.add(Fault("drop", "create-integration"))
    assert await endings(run_calls(client, [one], options=AGAIN)) == [("done", "None")]
    assert len(emulator.state.integrations) == 2
