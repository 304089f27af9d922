"""The shared test product has the contents that other tests rely on."""

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from tests.jobs.world import World, build_wide


async def test_the_shop_has_one_of_everything(shop: World, emulator: Emulator) -> None:
    state = emulator.state
    (product,) = state.products.values()
    assert str(product.product_id) == shop.product_id
    assert len(state.environments) == 3
    assert len(state.configs) == 3
    assert len(state.settings) == 13
    assert len(state.segments) == 4
    assert len(state.permission_groups) == 4
    assert len(state.webhooks) == 3
    assert len(state.integrations) == 3
    assert len(state.integration_links) == 3
    kinds = {setting.setting_type.value for setting in state.settings.values()}
    assert kinds == {"boolean", "string", "int", "double"}
    assert emulator.counts.total_calls == 0


async def test_a_wide_product_has_the_size_asked_for(
    client: AsyncManagementClient, emulator: Emulator
) -> None:
    wide = await build_wide(client, configs=3, environments=2, flags=4)
    assert len(wide.environments) == 2
    assert len(emulator.state.settings) == 12
