"""Finds a product by its id or name."""

from uuid import UUID

from configcat_mgmt.api.model_index import ProductModel
from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls
from configcat_mgmt.jobs.snapshotting.find_named import Candidate, model_named


@checked
async def find_product(
    client: AsyncManagementClient, product: UUID | str
) -> ProductModel:
    """Read a product by its id, or by its name in any case, with one call.

    Args:
        client: Makes the call.
        product: Id (UUID) or name.

    Returns:
        ProductModel: The product.

    Raises:
        ConfigurationError: No product has this name, or more than one does.
        NotFoundError: No product has this id, or these credentials cannot see it.
    """
    return await look_up_product(client, product, ReadingCalls())


async def look_up_product(
    client: AsyncManagementClient, product: UUID | str, calls: ReadingCalls
) -> ProductModel:
    """Read a product as `find_product` does, and count the call."""
    name = str(product)
    try:
        product_id = UUID(name)
    except ValueError:
        models = await calls.call(client.products.get_products)
    else:
        return await calls.call(client.products.get_product, product_id)
    named = [
        (Candidate(one.product_id, one.name, f" in {one.organization.name!r}"), one)
        for one in models
    ]
    return model_named("product", name, named)
