"""The place for a new product is resolved, or refused, before planning."""

import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import read_new_product
from tests.jobs.world import empty_world

OWNER = "Example organization"


async def test_the_only_organization_is_taken_with_its_limits(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    found = await read_new_product(client, "Shop")
    assert (found.base_url, found.organization) == (emulator.base_url, OWNER)
    assert found.name == "Shop"
    assert found.limits["maxTargetingRuleCount"] > 0


async def test_limits_that_may_not_be_read_are_not_known(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    operation = "get-organization-limitations"
    emulator.faults.add(Fault("status", operation, status=403))
    assert (await read_new_product(client, "Shop")).limits == {}


async def test_an_organization_is_found_by_name_in_any_case_or_by_id(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    number = emulator.add_organization("Acme")
    with pytest.raises(ConfigurationError, match=r"see 2 organizations .* say which"):
        await read_new_product(client, "Shop")
    for wanted in ("ACME", number, str(number)):
        found = await read_new_product(client, "Shop", wanted)
        assert found.organization == "Acme"


async def test_of_two_organizations_of_a_name_the_id_says_which(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    number = emulator.add_organization(OWNER)
    with pytest.raises(ConfigurationError, match=str(number)):
        await read_new_product(client, "Shop", OWNER)
    assert (await read_new_product(client, "Shop", number)).organization == str(number)


async def test_an_organization_that_is_not_there_is_an_error_that_names_others(
    client: AsyncManagementClient,
) -> None:
    message = f"no organization 'Acme'; they see '{OWNER}'"
    with pytest.raises(ConfigurationError, match=message):
        await read_new_product(client, "Shop", "Acme")


async def test_a_name_that_is_taken_in_the_organization_is_an_error(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    await empty_world(client, "Shop")
    with pytest.raises(ConfigurationError, match="there is a product 'Shop'"):
        await read_new_product(client, "SHOP")
    emulator.add_organization("Acme")
    assert (await read_new_product(client, "SHOP", "Acme")).name == "SHOP"
