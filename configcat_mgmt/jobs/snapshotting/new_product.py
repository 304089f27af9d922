"""Finds the organization in which a plan will create a product."""

from uuid import UUID

from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import (
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
)
from configcat_mgmt.jobs.model.plan import NewProduct
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls, ReadListener
from configcat_mgmt.jobs.snapshotting.find_organization import one_organization
from configcat_mgmt.jobs.snapshotting.parts import read_limits
from configcat_mgmt.texts import folded


@checked
async def read_new_product(
    client: AsyncManagementClient,
    name: str,
    organization: UUID | str | None = None,
    progress: ReadListener | None = None,
) -> NewProduct:
    """Describe a product that a plan will create; makes three calls.

    Args:
        client: Makes the calls; must belong to the account that will own the product.
        name: Name of the new product.
        organization: Id of its organization, or the name in any case. None means the
            only organization that the credentials see.
        progress: Receives the number of finished calls and of calls known to be needed.

    Raises:
        ConfigurationError: The organization does not exist, more than one matches, or
            it already has a product of this name.
    """
    calls = ReadingCalls(progress)
    models = await calls.call(client.organizations.get_organizations)
    owner = one_organization(models, organization)
    namesakes = [model for model in models if model.name == owner.name]
    for product in await calls.call(client.products.get_products):
        is_there = product.organization.organization_id == owner.organization_id
        if is_there and folded(product.name) == folded(name):
            raise ConfigurationError(
                f"there is a product {product.name!r} in {owner.name!r} already; "
                f"choose another name, or target the existing product (--into)"
            )
    get = client.organizations.get_organization_limitations
    try:
        limits = read_limits(await calls.call(get, owner.organization_id))
    except (NotFoundError, PermissionDeniedError):
        limits = {}  # Without the limits, the plan cannot check them.
    place = owner.name if len(namesakes) == 1 else str(owner.organization_id)
    return NewProduct(client.base_url, place, name, limits)
