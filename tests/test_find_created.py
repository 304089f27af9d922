"""Tests that `find_created` looks only in the parent that the call named."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest

from configcat_mgmt import (
    OPERATIONS,
    AsyncManagementClient,
    Options,
    RequestBuildError,
    UnknownOutcome,
    models,
)
from configcat_mgmt.emulator import Emulator, Fault

BODIES: Final[Mapping[str, dict[str, object]]] = {
    "create-product": {"name": "Twin"},
    "create-config": {"name": "Twin", "evaluationVersion": "v2"},
    "create-environment": {"name": "Twin"},
    "create-permission-group": {"name": "Twin"},
    "create-tag": {"name": "Twin"},
    "create-segment": {
        "name": "Twin",
        "comparisonAttribute": "Email",
        "comparator": "contains",
        "comparisonValue": "@",
    },
    "create-setting": {"key": "twin", "name": "Twin", "settingType": "boolean"},
    "create-proxy-profile": {
        "name": "Twin",
        "connectionPreferences": {},
        "sdkKeySelectionRules": [],
    },
}
"""A body for each operation whose creations have a name or a key."""
Parent = dict[str, UUID]


def creations(*, named: bool) -> list[str]:
    """Return the operations that create what has a natural key, or has none."""
    return [
        operation.id
        for operation in OPERATIONS.values()
        if operation.effect == "create"
        and (operation.find_created is not None) is named
    ]


def client_of(emulator: Emulator) -> AsyncManagementClient:
    return AsyncManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None, max_attempts=1),
    )


async def parent(client: AsyncManagementClient, organization_id: UUID) -> Parent:
    """Create a product with a config, named alike in each organization."""
    made: Parent = {"organization_id": organization_id}
    product = await client.products.create_product(
        organization_id, models.CreateProductRequest(name="Shop")
    )
    made["product_id"] = product.product_id
    config = await client.configs.create_config(
        product.product_id, models.CreateConfigRequest(name="Main")
    )
    made["config_id"] = config.config_id
    return made


def test_there_is_a_body_for_every_creation_with_a_natural_key() -> None:
    assert sorted(BODIES) == sorted(creations(named=True))


@pytest.mark.parametrize("operation_id", creations(named=True))
async def test_only_what_is_in_the_parent_of_the_call_is_found(
    operation_id: str,
) -> None:
    (name,) = {each.name for each in OPERATIONS[operation_id].parameters}
    async with Emulator(rate_policy=None) as emulator:
        second = emulator.add_organization("Second")
        async with client_of(emulator) as client:
            organizations = await client.organizations.get_organizations()
            ids = {each.organization_id for each in organizations}
            ours = await parent(client, (ids - {second}).pop())
            theirs = await parent(client, second)

            async def lose(where: Parent, *, after_effect: bool) -> UnknownOutcome:
                fault = Fault("drop", operation=operation_id, after_effect=after_effect)
                emulator.faults.add(fault)
                with pytest.raises(UnknownOutcome) as caught:
                    await client.call(
                        operation_id, body=BODIES[operation_id], **{name: where[name]}
                    )
                return caught.value

            done = await lose(ours, after_effect=True)
            missed = await lose(theirs, after_effect=False)
            (found,) = await client.find_created(done)
            assert await client.find_created(missed) == []
            again = await lose(theirs, after_effect=True)
            (other,) = await client.find_created(again)
            assert (found, other) == (
                *await client.find_created(done),
                *await client.find_created(missed),
            )
            assert found != other
            as_text = {name: str(ours[name]).upper()}
            with_text = UnknownOutcome(
                operation_id,
                "lost",
                arguments=as_text,
                natural_key=done.natural_key,
                sent_at=done.sent_at,
                attempts=1,
            )
            assert await client.find_created(with_text) == [found]


@pytest.mark.parametrize("operation_id", creations(named=False))
async def test_what_has_no_natural_key_is_refused_before_anything_is_sent(
    operation_id: str,
) -> None:
    async with Emulator(rate_policy=None) as emulator, client_of(emulator) as client:
        lost = UnknownOutcome(
            operation_id,
            "lost",
            arguments={},
            natural_key=None,
            sent_at=datetime(2026, 5, 4, tzinfo=UTC),
            attempts=1,
        )
        with pytest.raises(RequestBuildError, match="no natural key"):
            await client.find_created(lost)
        assert list(emulator.requests) == []
