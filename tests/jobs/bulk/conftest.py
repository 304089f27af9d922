"""A product for bulk runs."""

from uuid import UUID

import pytest

from configcat_mgmt import AsyncManagementClient
from tests.jobs.bulk_tools import make_product


@pytest.fixture
async def product(client: AsyncManagementClient) -> UUID:
    return await make_product(client)
