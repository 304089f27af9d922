"""A small product to test on."""

import attrs

from tests.emulator.wire import Wire
from tests.schema import Json


@attrs.frozen
class Shop:
    """Ids of an organization with one product, two environments, and two configs."""

    wire: Wire
    organization: str
    product: str
    test: str
    """Environment id."""
    live: str
    """Environment id."""
    v1: str
    """Config id."""
    v2: str
    """Config id."""

    async def setting(
        self,
        key: str = "flag",
        kind: str = "boolean",
        *,
        config: str = "",
        **rest: Json,
    ) -> int:
        """Create a setting; in the V2 config unless another one is given."""
        body = {"key": key, "name": key, "settingType": kind, **rest}
        made = await self.wire.ok("create-setting", body, configId=config or self.v2)
        number: int = made["settingId"]
        return number

    async def formula(self, setting: int, environment: str = "") -> Json:
        """Read a V2 value, in the test environment unless another one is given."""
        return await self.wire.ok(
            "get-setting-value-v2",
            environmentId=environment or self.test,
            settingId=setting,
        )

    async def rollout(self, setting: int, environment: str = "") -> Json:
        """Read a V1 value, in the test environment unless another one is given."""
        return await self.wire.ok(
            "get-setting-value",
            environmentId=environment or self.test,
            settingId=setting,
        )


async def open_shop(wire: Wire) -> Shop:
    """Create it all."""
    (organization,) = await wire.ok("get-organizations")
    organization_id = organization["organizationId"]
    product = await wire.ok(
        "create-product", {"name": "Shop"}, organizationId=organization_id
    )
    product_id = product["productId"]
    ids: list[str] = []
    for name in ("Test", "Live"):
        body = {"name": name}
        made = await wire.ok("create-environment", body, productId=product_id)
        ids.append(made["environmentId"])
    for version in ("v1", "v2"):
        body = {"name": f"Config {version}", "evaluationVersion": version}
        made = await wire.ok("create-config", body, productId=product_id)
        ids.append(made["configId"])
    return Shop(wire, organization_id, product_id, *ids)
