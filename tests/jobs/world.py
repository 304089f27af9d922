"""Realistic products on an emulator, made through the client by everybody's job tests.

`build_shop` makes "Web shop", which has one of everything: V2 and V1 configs, all four
types, all kinds of conditions and comparators, variations, segments, tags, permission
groups, links, webhooks with secure headers, integrations, and preferences that demand
reasons and hints. `build_wide` makes a plain product of any size.

    async def test_it(client, shop):            # fixtures of tests/jobs/conftest.py
        snapshot = await take_snapshot(client, shop.product_id)
        await shop.set_formula("Main", "newCheckout", "Test", plain_formula(True))
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import attrs

from configcat_mgmt import AsyncManagementClient
from tests.jobs.world_values import (
    COMPARATORS,
    OLD_COMPARATORS,
    both,
    flag_is,
    formula,
    in_segment,
    listed,
    number,
    old_rule,
    old_segment_rule,
    old_shares,
    old_value,
    option,
    plain_formula,
    rule,
    split,
    text,
    variation,
)

Json = Any

REASON: Final = "made for a test"
SECRET_HEADER: Final = "Bearer canary-header-value"
SECRET_PARAMETERS: Final = {
    "slack": {"incoming_webhook.url": "https://hooks.slack.com/services/canary/slack"},
    "dataDog": {"apikey": "canary-datadog-key", "site": "Eu"},
    "amplitude": {"apiKey": "canary-api-key", "secretKey": "canary-secret-key"},
}
SECRETS: Final = ("canary-", "configcat-sdk-1/")
"""Texts that occur in secrets of the shop, and only there."""


@attrs.define
class World:
    """A product with the ids of what is in it, by name."""

    client: AsyncManagementClient
    organization_id: str
    product_id: str
    name: str
    environments: dict[str, str] = attrs.field(factory=dict)
    configs: dict[str, str] = attrs.field(factory=dict)
    tags: dict[str, int] = attrs.field(factory=dict)
    segments: dict[str, str] = attrs.field(factory=dict)
    groups: dict[str, int] = attrs.field(factory=dict)
    webhooks: dict[str, int] = attrs.field(factory=dict)
    """By URL."""
    integrations: dict[str, str] = attrs.field(factory=dict)
    settings: dict[tuple[str, str], int] = attrs.field(factory=dict)
    """By config name and key."""
    variations: dict[tuple[str, str, object], str] = attrs.field(factory=dict)
    """Variation ids by config name, key and value."""

    async def environment(self, name: str, **fields: Json) -> str:
        """Create an environment."""
        made = await self._made("create-environment", {"name": name, **fields})
        self.environments[name] = made["environmentId"]
        return self.environments[name]

    async def tag(self, name: str, color: str | None = None) -> int:
        """Create a tag."""
        made = await self._made("create-tag", {"name": name, "color": color})
        self.tags[name] = made["tagId"]
        return self.tags[name]

    async def segment(
        self, name: str, attribute: str, comparator: str, value: str, **fields: Json
    ) -> str:
        """Create a segment."""
        body = {
            "name": name,
            "comparisonAttribute": attribute,
            "comparator": comparator,
            "comparisonValue": value,
            **fields,
        }
        self.segments[name] = (await self._made("create-segment", body))["segmentId"]
        return self.segments[name]

    async def group(
        self, name: str, accesses: Mapping[str, str] | None = None, **fields: Json
    ) -> int:
        """Create a permission group; `accesses` is access type by environment name."""
        body: dict[str, Json] = {"name": name, **fields}
        if accesses is not None:
            body["environmentAccesses"] = [
                {
                    "environmentId": self.environments[environment],
                    "environmentAccessType": access,
                }
                for environment, access in accesses.items()
            ]
        made = await self._made("create-permission-group", body)
        self.groups[name] = made["permissionGroupId"]
        return self.groups[name]

    async def config(self, name: str, version: str = "v2", **fields: Json) -> str:
        """Create a config."""
        body = {"name": name, "evaluationVersion": version, **fields}
        self.configs[name] = (await self._made("create-config", body))["configId"]
        return self.configs[name]

    async def setting(
        self,
        config: str,
        key: str,
        kind: str = "boolean",
        *,
        tags: Sequence[str] = (),
        variations: Sequence[Json] = (),
        **fields: Json,
    ) -> int:
        """Create a setting; tags by name, variations as `variation` makes them."""
        body = {
            "key": key,
            "name": fields.pop("name", key),
            "hint": fields.pop("hint", f"What {key} does"),
            "settingType": kind,
            "tags": [self.tags[tag] for tag in tags],
            **({"predefinedVariations": list(variations)} if variations else {}),
            **fields,
        }
        made: Json = await self.client.call(
            "create-setting", config_id=self.configs[config], body=body
        )
        self.settings[config, key] = made["settingId"]
        for one in made["predefinedVariations"]:
            (value,) = (item for item in one["value"].values() if item is not None)
            place = (config, key, value)
            self.variations[place] = one["predefinedVariationId"]
        return self.settings[config, key]

    async def set_formula(
        self, config: str, key: str, environment: str, body: Json
    ) -> Json:
        """Replace a V2 value; `world_values` makes bodies."""
        return await self.client.call(
            "replace-setting-value-v2",
            environment_id=self.environments[environment],
            setting_id=self.settings[config, key],
            reason=REASON,
            body=body,
        )

    async def set_old(
        self, config: str, key: str, environment: str, body: Json
    ) -> Json:
        """Replace a V1 value; `world_values` makes bodies."""
        return await self.client.call(
            "replace-setting-value",
            environment_id=self.environments[environment],
            setting_id=self.settings[config, key],
            reason=REASON,
            body=body,
        )

    async def webhook(
        self, config: str, environment: str, url: str, **fields: Json
    ) -> int:
        """Create a webhook."""
        made: Json = await self.client.call(
            "create-webhook",
            config_id=self.configs[config],
            environment_id=self.environments[environment],
            body={"url": url, **fields},
        )
        self.webhooks[url] = made["webhookId"]
        return self.webhooks[url]

    async def integration(
        self,
        name: str,
        kind: str,
        *,
        environments: Sequence[str] = (),
        configs: Sequence[str] = (),
    ) -> str:
        """Create an integration with the parameters of `SECRET_PARAMETERS`."""
        body = {
            "name": name,
            "integrationType": kind,
            "parameters": dict(SECRET_PARAMETERS[kind]),
            "environmentIds": [self.environments[one] for one in environments],
            "configIds": [self.configs[one] for one in configs],
        }
        made = await self._made("create-integration", body)
        self.integrations[name] = made["integrationId"]
        return self.integrations[name]

    async def link(
        self,
        config: str,
        key: str,
        environment: str,
        kind: str,
        item: str,
        **body: Json,
    ) -> None:
        """Link a setting in an environment with an item of another tool."""
        await self.client.call(
            "add-or-update-integration-link",
            environment_id=self.environments[environment],
            setting_id=self.settings[config, key],
            integration_link_type=kind,
            key=item,
            body=body,
        )

    async def preferences(
        self, *, reason_in: Sequence[str] = (), **fields: Json
    ) -> None:
        """Change preferences; `reason_in` names environments that demand a reason."""
        body = {
            **fields,
            "reasonRequiredEnvironments": [
                {
                    "environmentId": self.environments[name],
                    "reasonRequired": True,
                }
                for name in reason_in
            ],
        }
        await self.client.call(
            "update-product-preferences", product_id=self.product_id, body=body
        )

    async def _made(self, operation: str, body: Json) -> Json:
        return await self.client.call(operation, product_id=self.product_id, body=body)


async def empty_world(
    client: AsyncManagementClient,
    name: str = "Web shop",
    *,
    organization_id: UUID | str | None = None,
    **fields: Json,
) -> World:
    """Create a product with nothing in it, in the first organization by default."""
    if organization_id is None:
        organizations: Json = await client.call("get-organizations")
        organization_id = organizations[0]["organizationId"]
    made: Json = await client.call(
        "create-product", organization_id=organization_id, body={"name": name, **fields}
    )
    return World(client, str(organization_id), made["productId"], name)


async def build_shop(
    client: AsyncManagementClient,
    name: str = "Web shop",
    *,
    organization_id: UUID | str | None = None,
    **fields: Json,
) -> World:
    """Make the realistic product: 3 environments, 3 tags, 4 segments, 4 groups (one is
    the service's own), 3 configs, 13 settings, 3 webhooks, 3 integrations, 3 links."""
    world = await empty_world(
        client,
        name,
        organization_id=organization_id,
        description="Sells things; größer, 更大 <b>&</b>",
        **fields,
    )
    await _frame(world)
    await _main_settings(world)
    await _main_values(world)
    await _mobile(world)
    await _legacy(world)
    await _surroundings(world)
    return world


async def _frame(world: World) -> None:
    await world.environment("Production", color="#dd2244", description="Customers")
    await world.environment("Staging", color="#5c6bc0")
    await world.environment("Test")
    await world.tag("frontend", "whale")
    await world.tag("Backend", "lizard")
    await world.tag("release 2.0", "#336699")
    await world.segment("Beta users", "Email", "isOneOf", "a@example.com,b@example.com")
    await world.segment("Employees", "Email", "contains", "@shop.example")
    await world.segment(
        "Old apps", "AppVersion", "semVerLess", "2.0.0", description="Before the change"
    )
    await world.segment("VIP", "Identifier", "sensitiveIsOneOf", "u1, u2 ,u3")
    await world.group(
        "Developers",
        {"Production": "readOnly", "Staging": "full", "Test": "full"},
        canCreateOrUpdateConfig=True,
        canCreateOrUpdateSetting=True,
        canTagSetting=True,
        canViewSdkKey=True,
        accessType="custom",
        newEnvironmentAccessType="readOnly",
    )
    await world.group(
        "Outsiders",
        {"Production": "none", "Staging": "none", "Test": "readOnly"},
        accessType="custom",
        newEnvironmentAccessType="none",
    )
    await world.group("Support", accessType="readOnly", canViewProductAuditLog=True)
    await world.config("Main", "v2", description="The shop itself")
    await world.config("Mobile", "v2")
    await world.config("Legacy", "v1", description="Of old")


async def _main_settings(world: World) -> None:
    await world.setting("Main", "killSwitch", hint="Off in an emergency")
    await world.setting("Main", "newCheckout", tags=["frontend", "release 2.0"])
    await world.setting("Main", "greeting", "string", tags=["Backend"])
    await world.setting("Main", "maxItems", "int", name="Most items in a cart")
    await world.setting("Main", "taxRate", "double")
    await world.setting("Main", "everyComparator", "int")
    await world.setting(
        "Main",
        "provider",
        "string",
        variations=[
            variation("adyen", name="Adyen", hint="Europe"),
            variation("stripe", name="Stripe"),
            variation("none"),
        ],
    )


async def _main_values(world: World) -> None:
    ids = world.settings
    set_formula = world.set_formula
    for environment in world.environments:
        await set_formula("Main", "killSwitch", environment, plain_formula(True))
        await set_formula("Main", "greeting", environment, plain_formula("Hello"))
    await set_formula(
        "Main",
        "newCheckout",
        "Production",
        formula(
            False,
            rule(True, in_segment(world.segments["Employees"])),
            rule(
                False,
                flag_is(ids["Main", "killSwitch"], False),
                text("Country", "textEquals", "DE"),
            ),
            rule(
                True,
                listed("Email", "containsAnyOf", ("@a.example", "A"), "@b.example"),
                number("Age", "numberGreaterOrEquals", 18),
                in_segment(world.segments["Old apps"], "isNotIn"),
            ),
            split(option(20, True), option(80, False)),
            attribute="AccountId",
        ),
    )
    await set_formula("Main", "newCheckout", "Test", plain_formula(True))
    await set_formula(
        "Main",
        "greeting",
        "Production",
        formula(
            "Hello",
            rule("Grüß Gott, <script>", listed("Country", "isOneOf", "AT", "DE")),
            rule(
                (option(50, "Hi"), option(50, "Hey")),
                number("Since", "dateTimeAfter", 1_700_000_000.5),
            ),
        ),
    )
    await set_formula(
        "Main", "maxItems", "Staging", formula(10, split(option(1, -5), option(99, 20)))
    )
    await set_formula("Main", "taxRate", "Production", plain_formula(2.0, double=True))
    await set_formula(
        "Main",
        "taxRate",
        "Staging",
        formula(
            0.19,
            rule(1.0, text("AppVersion", "semVerLess", "1.0.0"), double=True),
            double=True,
        ),
    )
    await set_formula(
        "Main",
        "everyComparator",
        "Production",
        formula(
            0,
            *(
                rule(place, both("Thing", name))
                for place, name in enumerate(COMPARATORS, 1)
            ),
        ),
    )
    provider = {
        value: {"predefinedVariationId": world.variations["Main", "provider", value]}
        for value in ("adyen", "stripe", "none")
    }
    await set_formula(
        "Main",
        "provider",
        "Production",
        formula(
            provider["stripe"],
            rule(provider["adyen"], listed("Country", "isOneOf", "NL")),
            split(option(30, provider["adyen"]), option(70, provider["stripe"])),
        ),
    )
    await set_formula(
        "Main",
        "killSwitch",
        "Staging",
        formula(True, rule(False, flag_is(ids["Main", "provider"], provider["none"]))),
    )


async def _mobile(world: World) -> None:
    await world.setting("Mobile", "newCheckout", tags=["release 2.0"])
    await world.setting("Mobile", "minimumVersion", "string")
    await world.setting("Mobile", "2", "boolean", name="Named by a number")
    for environment in world.environments:
        body = plain_formula("1.0.0")
        await world.set_formula("Mobile", "minimumVersion", environment, body)
    body = formula(False, split(option(0, True), option(100, False)))
    await world.set_formula("Mobile", "newCheckout", "Production", body)


async def _legacy(world: World) -> None:
    await world.setting("Legacy", "oldFlag", tags=["Backend"])
    await world.setting("Legacy", "oldText", "string")
    await world.setting("Legacy", "oldRate", "double")
    for environment in world.environments:
        await world.set_old("Legacy", "oldText", environment, old_value("text"))
    await world.set_old(
        "Legacy",
        "oldFlag",
        "Production",
        old_value(
            False,
            old_rule(True, "Email", "isOneOf", "a@example.com, b@example.com"),
            old_segment_rule(True, world.segments["VIP"]),
            old_segment_rule(False, world.segments["Beta users"], "isNotIn"),
            shares=old_shares((10, True), (90, False)),
        ),
    )
    await world.set_old(
        "Legacy",
        "oldText",
        "Staging",
        old_value(
            "text",
            *(old_rule(f"by {name}", "Thing", name, "1.5") for name in OLD_COMPARATORS),
            shares=old_shares((33, "a"), (33, "b"), (34, "c")),
        ),
    )
    rate = old_value(1.0, old_rule(2.0, "Age", "numberLess", "18,5"))
    await world.set_old("Legacy", "oldRate", "Production", rate)


async def _surroundings(world: World) -> None:
    await world.link(
        "Main",
        "newCheckout",
        "Production",
        "trello",
        "card-1",
        description="Card",
        url="https://trello.com/c/1",
    )
    await world.link("Main", "newCheckout", "Production", "monday", "item/2")
    await world.link("Legacy", "oldFlag", "Test", "trello", "card-1")
    await world.webhook(
        "Main",
        "Production",
        "https://hooks.example/changed",
        httpMethod="post",
        content='{"text": "##ChangeDetails##"}',
        webHookHeaders=[
            {"key": "Authorization", "value": SECRET_HEADER, "isSecure": True},
            {"key": "X-Team", "value": "canary-shop", "isSecure": False},
        ],
    )
    await world.webhook("Main", "Test", "https://hooks.example/test", httpMethod="get")
    await world.webhook("Legacy", "Production", "https://hooks.example/legacy")
    await world.integration("Chat", "slack")
    await world.integration("Metrics", "dataDog", environments=["Production"])
    await world.integration(
        "Analytics", "amplitude", environments=["Production", "Test"], configs=["Main"]
    )
    # Last, because hints and reasons are demanded from then on.
    await world.preferences(
        reason_in=["Production"],
        keyGenerationMode="kebabCase",
        showVariationId=True,
        mandatorySettingHint=True,
    )


async def build_wide(
    client: AsyncManagementClient,
    *,
    configs: int = 2,
    environments: int = 3,
    flags: int = 10,
    name: str = "Wide",
    organization_id: UUID | str | None = None,
) -> World:
    """Make a plain product of V2 configs, with `flags` booleans in each config."""
    world = await empty_world(client, name, organization_id=organization_id)
    for place in range(environments):
        await world.environment(f"Environment {place}")
    for place in range(configs):
        config = f"Config {place}"
        await world.config(config)
        for flag in range(flags):
            await world.setting(config, f"flag{flag:04}")
    return world
