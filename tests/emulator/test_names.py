"""Names and setting keys: unique without regard to case, and the form of keys."""

import pytest

from tests.emulator.shop import Shop
from tests.schema import Json

SEGMENT = {
    "comparisonAttribute": "Email",
    "comparator": "contains",
    "comparisonValue": "@example.com",
}
KINDS: list[tuple[str, str, str, Json]] = [
    ("product", "organizationId", "productId", {}),
    ("config", "productId", "configId", {}),
    ("environment", "productId", "environmentId", {}),
    ("tag", "productId", "tagId", {}),
    ("segment", "productId", "segmentId", SEGMENT),
    ("permission-group", "productId", "permissionGroupId", {}),
]


@pytest.mark.parametrize(("kind", "parent", "identity", "rest"), KINDS)
async def test_names_are_unique_among_siblings_in_any_case(
    shop: Shop, kind: str, parent: str, identity: str, rest: Json
) -> None:
    wire = shop.wire
    where = {"organizationId": shop.organization, "productId": shop.product}
    there = {parent: where[parent]}
    first = await wire.ok(f"create-{kind}", {"name": "Zażółć", **rest}, **there)
    messages = await wire.refused(f"create-{kind}", {"name": "ZAŻÓŁĆ", **rest}, **there)
    assert "There is already a" in messages["name"]
    assert "Zażółć" in messages["name"]
    second = await wire.ok(f"create-{kind}", {"name": "Other", **rest}, **there)
    this = {identity: second[identity]}
    assert set(await wire.refused(f"update-{kind}", {"name": "zażółć"}, **this)) == {
        "name"
    }
    renamed = await wire.ok(
        f"update-{kind}", {"name": "ZAŻÓŁĆ"}, **{identity: first[identity]}
    )
    assert renamed["name"] == "ZAŻÓŁĆ"


async def test_proxy_profiles_have_names_of_their_own_in_any_case(shop: Shop) -> None:
    where = {"organizationId": shop.organization}
    await shop.wire.ok("create-proxy-profile", {"name": "Edge"}, **where)
    messages = await shop.wire.refused(
        "create-proxy-profile", {"name": "EDGE"}, **where
    )
    assert set(messages) == {"name"}


async def test_keys_are_unique_in_a_config_in_any_case(shop: Shop) -> None:
    await shop.setting("darkMode")
    body = {"key": "DARKMODE", "name": "x", "settingType": "boolean"}
    messages = await shop.wire.refused("create-setting", body, configId=shop.v2)
    assert messages == {"key": "There is already a setting with the key darkMode."}
    await shop.wire.ok("create-setting", body, configId=shop.v1)


@pytest.mark.parametrize("key", ["a", "Ż", "a1", "a_b-c", "A", "x$"])
async def test_a_key_starts_with_a_letter(shop: Shop, key: str) -> None:
    await shop.setting(key)


@pytest.mark.parametrize(
    "key", ["1a", "_a", "-a", " a", "a b", "a.b", "a\tb", "a\n", ".", "\u00a0"]
)
async def test_other_keys_are_refused(shop: Shop, key: str) -> None:
    body = {"key": key, "name": "x", "settingType": "boolean"}
    messages = await shop.wire.refused("create-setting", body, configId=shop.v2)
    assert set(messages) == {"key"}
