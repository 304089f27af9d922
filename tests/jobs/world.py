"""Realistic products on an emulator, made through the client by everybody's job tests.

`build_shop` makes "Web shop", which has one of everything: V2 and V1 configs, all four
types, all kinds of conditions and comparators, variations, segments, tags, permission
groups, links, webhooks with secure headers, integrations, and preferences that demand
reasons and hints. `build_wide` makes a plain product of any size.

    async def test_it(client, shop):            # fixtures of tests/jobs/conftest.py
        snapshot = await take_snapshot(client, shop.product_id)
        await shop.set_formula("Main", "newCheckout", "Test", plain_formula(True))
"""

from uuid import UUID

from configcat_mgmt import AsyncManagementClient
from tests.jobs.world_making import (
    REASON,
    SECRET_HEADER,
    SECRET_PARAMETERS,
    SECRETS,
    Json,
    World,
    empty_world,
)
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

__all__ = [
    "REASON",
    "SECRETS",
    "SECRET_PARAMETERS",
    "World",
    "build_shop",
    "build_wide",
    "empty_world",
]


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
        {"Production": "canApproveOthers", "Test": "canBypassApproval"},
        canCreateOrUpdateConfig=True,
        canCreateOrUpdateSetting=True,
        canTagSetting=True,
        canViewSdkKey=True,
        accessType="custom",
        newEnvironmentAccessType="readOnly",
        approvalPermissionType="custom",
        newEnvironmentApprovalPermissionType="canApproveOthers",
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
    await _more_main_values(world)


async def _more_main_values(world: World) -> None:
    ids = world.settings
    set_formula = world.set_formula
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
    await world.setting("Mobile", "minimumVersion", "string", isJson=True)
    await world.setting("Mobile", "n2", "boolean", name="Named with a number")
    for environment in world.environments:
        body = plain_formula('"1.0.0"')
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
            percentage_options=old_shares((10, True), (90, False)),
        ),
    )
    await world.set_old(
        "Legacy",
        "oldText",
        "Staging",
        old_value(
            "text",
            *(old_rule(f"by {name}", "Thing", name, "1.5") for name in OLD_COMPARATORS),
            percentage_options=old_shares((33, "a"), (33, "b"), (34, "c")),
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
