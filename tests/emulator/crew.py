"""Permission groups and members to test with."""

from tests.emulator.shop import Shop
from tests.emulator.wire import Wire
from tests.schema import Json


async def group(shop: Shop, name: str = "Crew", **rights: Json) -> int:
    made = await shop.wire.ok(
        "create-permission-group", {"name": name, **rights}, productId=shop.product
    )
    number: int = made["permissionGroupId"]
    return number


async def join(shop: Shop, number: int, name: str = "ben") -> tuple[str, Wire]:
    """Add a user to a permission group; return user id and the user's own wire."""
    emulator = shop.wire.emulator
    user = emulator.add_user(
        f"{name}@example.com", name.title(), username=name, password="secret"
    )
    await shop.wire.ok(
        "add-member-to-group",
        {"permissionGroupIds": [number]},
        organizationId=shop.organization,
        userId=user.user_id,
    )
    return user.user_id, shop.wire.as_user(name, "secret")
