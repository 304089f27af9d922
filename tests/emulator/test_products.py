"""Organizations, products and preferences."""

from tests.emulator.shop import Shop
from tests.emulator.wire import Wire

NOWHERE = "00000000-0000-4000-8000-000000000000"


async def test_the_caller_is_shown(wire: Wire) -> None:
    me = await wire.ok("get-me")
    assert me == {"email": "admin@example.com", "fullName": "Ada Admin"}


async def test_limits_of_the_plan_are_shown(shop: Shop) -> None:
    limits = await shop.wire.ok(
        "get-organization-limitations", organizationId=shop.organization
    )
    assert limits["maxTargetingRuleCount"] == 500
    status = await shop.wire.status(
        "get-organization-limitations", organizationId=NOWHERE
    )
    assert status == 404


async def test_a_product_is_created_changed_and_deleted(shop: Shop) -> None:
    wire = shop.wire
    body = {"name": "Second", "description": "words", "order": 0}
    made = await wire.ok("create-product", body, organizationId=shop.organization)
    assert made["organization"]["organizationId"] == shop.organization
    assert (made["description"], made["order"]) == ("words", 0)
    product = made["productId"]

    listed = await wire.ok("get-products")
    assert [one["name"] for one in listed] == ["Second", "Shop"]

    changed = await wire.ok(
        "update-product", {"description": "", "order": 7}, productId=product
    )
    assert changed["name"] == "Second"
    assert (changed["description"], changed["order"]) == ("", 7)
    assert await wire.ok("get-product", productId=product) == changed

    nulls = {"name": None, "description": None, "order": None}
    assert await wire.ok("update-product", nulls, productId=product) == changed

    await wire.ok("delete-product", productId=product)
    assert await wire.status("get-product", productId=product) == 404
    assert await wire.status("delete-product", productId=product) == 404


async def test_names_of_products_are_not_empty_and_unique(shop: Shop) -> None:
    wire = shop.wire
    again = await wire.refused(
        "create-product", {"name": "Shop"}, organizationId=shop.organization
    )
    assert "already" in again["name"]
    empty = await wire.refused(
        "create-product", {"name": ""}, organizationId=shop.organization
    )
    assert list(empty) == ["name"]
    empty = await wire.refused("update-product", {"name": ""}, productId=shop.product)
    assert list(empty) == ["name"]
    await wire.ok("update-product", {"name": "Shop"}, productId=shop.product)


async def test_a_deleted_product_takes_everything_along(shop: Shop) -> None:
    wire, state = shop.wire, shop.wire.emulator.state
    await shop.setting("a")
    await shop.setting("b", config=shop.v1)
    await wire.ok("create-tag", {"name": "t"}, productId=shop.product)
    await wire.ok("delete-product", productId=shop.product)
    tables = (
        state.products,
        state.configs,
        state.environments,
        state.settings,
        state.values,
        state.sdk_keys,
        state.sdk_key_owners,
        state.tags,
        state.segments,
        state.permission_groups,
        state.webhooks,
        state.integrations,
        state.integration_links,
        state.code_reports,
    )
    assert [len(table) for table in tables] == [0] * len(tables)


async def test_preferences_are_merged(shop: Shop) -> None:
    wire = shop.wire
    first = await wire.ok("get-product-preferences", productId=shop.product)
    assert first["reasonRequired"] is False
    assert {one["environmentId"] for one in first["reasonRequiredEnvironments"]} == {
        shop.test,
        shop.live,
    }
    entry = {"environmentId": shop.live, "reasonRequired": True}
    body = {"keyGenerationMode": "kebabCase", "reasonRequiredEnvironments": [entry]}
    changed = await wire.ok("update-product-preferences", body, productId=shop.product)
    assert changed["keyGenerationMode"] == "kebabCase"
    required = {
        one["environmentName"]: one["reasonRequired"]
        for one in changed["reasonRequiredEnvironments"]
    }
    assert required == {"Test": False, "Live": True}
    environment = await wire.ok("get-environment", environmentId=shop.live)
    assert environment["reasonRequired"] is True

    kept = await wire.ok("update-product-preferences", {}, productId=shop.product)
    assert kept == changed
    body = {"reasonRequired": True}
    await wire.ok("update-product-preferences", body, productId=shop.product)
    product = await wire.ok("get-product", productId=shop.product)
    assert product["reasonRequired"] is True


async def test_preferences_name_environments_of_the_product(shop: Shop) -> None:
    known = {"environmentId": shop.live, "reasonRequired": True}
    for stranger in ({"environmentId": NOWHERE, "reasonRequired": True}, {}):
        body = {
            "showVariationId": True,
            "reasonRequiredEnvironments": [known, stranger],
        }
        messages = await shop.wire.refused(
            "update-product-preferences", body, productId=shop.product
        )
        assert list(messages) == ["reasonRequiredEnvironments[1].environmentId"]
