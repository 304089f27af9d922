"""Finds a product by its id or name."""

from difflib import get_close_matches
from uuid import UUID

from configcat_mgmt.api.model_index import ProductModel
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls
from configcat_mgmt.texts import folded


async def find_product(
    client: AsyncManagementClient, product: UUID | str, calls: ReadingCalls
) -> ProductModel:
    """Read a product by its id, or by its name in any case, with one call.

    Raises:
        ConfigurationError: No product has this name, or more than one does.
        NotFoundError: No product has this id, or these credentials cannot see it.
    """
    name = str(product)
    try:
        product_id = UUID(name)
    except ValueError:
        models = await calls.call(client.products.get_products)
    else:
        return await calls.call(client.products.get_product, product_id)
    found = [model for model in models if folded(model.name) == folded(name)]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(
            f"{model.product_id} in {model.organization.name!r}" for model in found
        )
        message = f"{len(found)} products are called {name!r}: {places}; give the id"
        raise ConfigurationError(message)
    close = get_close_matches(name, [model.name for model in models])
    hint = f"did you mean {' or '.join(map(repr, close))}?" if close else "give its id"
    raise ConfigurationError(f"these credentials see no product {name!r}; {hint}")
