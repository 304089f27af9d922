"""Limits of the plan."""

from typing import Any

import aiohttp

from configcat_mgmt.emulator import Emulator, PlanLimits
from tests.emulator.shop import Shop, open_shop
from tests.emulator.wire import Wire
from tests.schema import Json

LIMITS = PlanLimits(
    products=1,
    environments=2,
    configs=2,
    settings=1,
    segments=0,
    permission_groups=1,
    webhooks=1,
    integrations=0,
    proxy_profiles=0,
    targeting_rules=1,
    percentage_options=2,
    conditions_per_rule=1,
    predefined_variations=1,
)


async def rules_are_limited(shop: Shop, flag: int) -> None:
    wire = shop.wire
    value = {"intValue": 1}
    option = {"percentage": 0, "value": value}
    condition = {
        "userCondition": {
            "comparisonAttribute": "a",
            "comparator": "textEquals",
            "comparisonValue": {"stringValue": "b"},
        }
    }
    rule = {"conditions": [condition], "value": value}
    for rules in (
        [rule, rule],
        [{"percentageOptions": [option] * 3}],
        [{"conditions": [condition] * 2, "value": value}],
    ):
        body = {"defaultValue": value, "targetingRules": rules}
        await wire.refused(
            "replace-setting-value-v2",
            body,
            environmentId=shop.test,
            settingId=flag,
        )


async def test_plan_limits_hold(session: aiohttp.ClientSession) -> None:
    async with Emulator(limits=LIMITS, rate_policy=None) as emulator:
        shop = await open_shop(Wire(emulator, session))
        wire = shop.wire
        flag = await shop.setting("a", "int")
        product = {"productId": shop.product}
        pair = {"configId": shop.v2, "environmentId": shop.test}
        organization = {"organizationId": shop.organization}
        hook = {"url": "https://x.io"}
        await wire.ok("create-webhook", hook, **pair)
        segment = {
            "name": "s",
            "comparisonAttribute": "a",
            "comparator": "contains",
            "comparisonValue": "b",
        }
        integration = {
            "integrationType": "pubNub",
            "name": "n",
            "parameters": {},
            "environmentIds": [],
            "configIds": [],
        }
        setting = {"key": "b", "name": "b", "settingType": "int"}
        many = [{"value": {"intValue": number}} for number in range(2)]
        calls: list[tuple[str, Json, dict[str, Any]]] = [
            ("create-product", {"name": "n"}, organization),
            ("create-proxy-profile", {"name": "n"}, organization),
            ("create-environment", {"name": "n"}, product),
            ("create-config", {"name": "n"}, product),
            ("create-segment", segment, product),
            ("create-permission-group", {"name": "n"}, product),
            ("create-integration", integration, product),
            ("create-setting", setting, {"configId": shop.v2}),
            (
                "create-setting",
                {**setting, "predefinedVariations": many},
                {"configId": shop.v2},
            ),
            ("create-webhook", hook, pair),
        ]
        for operation, body, path in calls:
            messages = await wire.refused(operation, body, **path)
            assert list(messages) == ["$"], operation
        await rules_are_limited(shop, flag)
        shown = await wire.ok("get-organization-limitations", **organization)
        assert shown["maxTargetingRuleCount"] == 1
        assert shown["maxPredefinedVariations"] == 1
