"""Webhooks, integrations and links with items of other tools."""

from typing import Any

import pytest

from tests.emulator.shop import Shop
from tests.schema import Json

HOOK = {
    "url": "https://example.com/hook?x=1",
    "httpMethod": "post",
    "content": "##ConfigName##",
    "webHookHeaders": [
        {"key": "X-Plain", "value": "seen"},
        {"key": "X-Secret", "value": "hidden", "isSecure": True},
    ],
}
INTEGRATION = {
    "integrationType": "dataDog",
    "name": "Dog",
    "parameters": {"apikey": "k", "site": "Eu"},
    "environmentIds": [],
    "configIds": [],
}


async def hook(shop: Shop, body: Json = HOOK) -> Json:
    return await shop.wire.ok(
        "create-webhook", body, configId=shop.v2, environmentId=shop.test
    )


async def test_a_webhook_is_created_listed_and_deleted(shop: Shop) -> None:
    wire = shop.wire
    made = await hook(shop)
    assert made["config"] == {"name": "Config v2", "configId": shop.v2}
    assert made["environment"] == {"name": "Test", "environmentId": shop.test}
    headers = {
        one["key"]: (one["value"], one["isSecure"]) for one in made["webHookHeaders"]
    }
    assert headers == {"X-Plain": ("seen", False), "X-Secret": ("", True)}
    number = made["webhookId"]
    assert await wire.ok("get-webhook", webhookId=number) == made
    assert await wire.ok("get-webhooks", productId=shop.product) == [made]
    keys = await wire.ok("get-webhook-signing-keys", webhookId=number)
    assert keys["key1"].startswith("configcat_whsk_")
    assert keys["key2"] is None
    await wire.ok("delete-webhook", webhookId=number)
    assert await wire.status("get-webhook", webhookId=number) == 404


async def test_replacing_a_webhook_resets_what_is_left_out(shop: Shop) -> None:
    made = await hook(shop)
    body = {"url": "http://other.example"}
    replaced = await shop.wire.ok("replace-webhook", body, webhookId=made["webhookId"])
    assert replaced["url"] == "http://other.example"
    assert (replaced["httpMethod"], replaced["content"]) == ("get", None)
    assert replaced["webHookHeaders"] == []


async def test_a_patch_of_a_webhook_keeps_secrets(shop: Shop) -> None:
    made = await hook(shop)
    steps = [
        {"op": "replace", "path": "/content", "value": "new"},
        {"op": "remove", "path": "/webHookHeaders/0"},
        {"op": "add", "path": "/webHookHeaders/-", "value": {"key": "a", "value": "b"}},
    ]
    changed = await shop.wire.ok("update-webhook", steps, webhookId=made["webhookId"])
    assert changed["content"] == "new"
    assert changed["httpMethod"] == "post"
    assert [one["key"] for one in changed["webHookHeaders"]] == ["X-Secret", "a"]
    (webhook,) = shop.wire.emulator.state.webhooks.values()
    assert webhook.headers[0].value == "hidden"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "example.com/hook"}, "url"),
        ({"url": "ftp://example.com"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "http://[::1"}, "url"),
        ({"url": "http://a b.example"}, "url"),
        ({"url": "http:/"}, "url"),
        ({"content": "x" * 15_001}, "content"),
        ({"httpMethod": "put"}, "httpMethod"),
        ({"webHookHeaders": [{"key": "", "value": "x"}]}, "webHookHeaders[0].key"),
        ({"webHookHeaders": [{"key": "a"}]}, "webHookHeaders[0].value"),
    ],
)
async def test_a_webhook_that_does_not_fit_is_refused(
    shop: Shop, changes: Json, field: str
) -> None:
    made = await hook(shop)
    body = {**HOOK, **changes}
    messages = await shop.wire.refused(
        "create-webhook", body, configId=shop.v1, environmentId=shop.test
    )
    assert list(messages) == [field]
    messages = await shop.wire.refused(
        "replace-webhook", body, webhookId=made["webhookId"]
    )
    assert list(messages) == [field]


@pytest.mark.parametrize("path", ["/config/name", "/webhookId", "/environment"])
async def test_a_webhook_stays_where_it_is(shop: Shop, path: str) -> None:
    made = await hook(shop)
    steps = [{"op": "replace", "path": path, "value": "x"}]
    await shop.wire.refused("update-webhook", steps, webhookId=made["webhookId"])


@pytest.mark.parametrize("what", ["config", "environment"])
async def test_a_webhook_goes_with_its_config_and_environment(
    shop: Shop, what: str
) -> None:
    made = await hook(shop)
    if what == "config":
        await shop.wire.ok("delete-config", configId=shop.v2)
    else:
        await shop.wire.ok("delete-environment", environmentId=shop.test)
    status = await shop.wire.status("get-webhook", webhookId=made["webhookId"])
    assert status == 404
    assert await shop.wire.ok("get-webhooks", productId=shop.product) == []


async def test_an_integration_is_created_replaced_and_deleted(shop: Shop) -> None:
    wire = shop.wire
    body = {**INTEGRATION, "environmentIds": [shop.live], "configIds": [shop.v1]}
    made = await wire.ok("create-integration", body, productId=shop.product)
    assert made["parameters"] == {"apikey": "k", "site": "Eu"}
    assert (made["environmentIds"], made["configIds"]) == ([shop.live], [shop.v1])
    again = await wire.ok("create-integration", INTEGRATION, productId=shop.product)
    listed = await wire.ok("get-integrations", productId=shop.product)
    assert listed == {"integrations": [made, again]}
    number = made["integrationId"]
    change = {
        "name": "Cat",
        "parameters": {"apikey": "k2"},
        "environmentIds": [],
        "configIds": [],
    }
    changed = await wire.ok("update-integration", change, integrationId=number)
    assert (changed["name"], changed["integrationType"]) == ("Cat", "dataDog")
    assert changed["parameters"] == {"apikey": "k2"}
    assert await wire.ok("get-integration", integrationId=number) == changed
    del change["configIds"]
    messages = await wire.refused("update-integration", change, integrationId=number)
    assert list(messages) == ["configIds"]
    await wire.ok("delete-integration", integrationId=number)
    assert await wire.status("get-integration", integrationId=number) == 404


SLACK = "https://hooks.slack.com/services/T/B/x"


@pytest.mark.parametrize(
    ("kind", "parameters", "fits"),
    [
        ("dataDog", {"apikey": "k"}, True),
        ("dataDog", {"apiKey": "k"}, False),
        ("dataDog", {"apikey": "k", "site": "Mars"}, False),
        ("dataDog", {"apikey": ""}, False),
        ("slack", {"incoming_webhook.url": SLACK}, True),
        ("slack", {"incoming_webhook.url": "https://evil.example"}, False),
        (
            "slack",
            {"incoming_webhook.url": SLACK, "includeSensitiveData": "true"},
            True,
        ),
        ("amplitude", {"apiKey": "a", "secretKey": "s"}, True),
        ("amplitude", {"apikey": "a", "secretKey": "s"}, False),
        (
            "mixPanel",
            {
                "serviceAccountUserName": "a",
                "serviceAccountSecret": "b",
                "projectId": "c",
                "server": "EUResidencyServer",
            },
            True,
        ),
        ("mixPanel", {"serviceAccountUserName": "a"}, False),
        ("segment", {"writeKey": "w", "server": "Eu"}, True),
        ("segment", {"writeKey": "w", "server": "Asia"}, False),
        ("pubNub", {}, True),
    ],
)
async def test_parameters_depend_on_the_type(
    shop: Shop, kind: str, parameters: dict[str, str], fits: bool
) -> None:
    body = {**INTEGRATION, "integrationType": kind, "parameters": parameters}
    if fits:
        await shop.wire.ok("create-integration", body, productId=shop.product)
    else:
        messages = await shop.wire.refused(
            "create-integration", body, productId=shop.product
        )
        assert list(messages) == ["parameters"]


async def test_an_integration_knows_only_its_product(shop: Shop) -> None:
    for name in ("environmentIds", "configIds"):
        body = {**INTEGRATION, name: [shop.product]}
        messages = await shop.wire.refused(
            "create-integration", body, productId=shop.product
        )
        assert list(messages) == [f"{name}[0]"]
    body = {**INTEGRATION, "environmentIds": [shop.live], "configIds": [shop.v1]}
    made = await shop.wire.ok("create-integration", body, productId=shop.product)
    await shop.wire.ok("delete-environment", environmentId=shop.live)
    await shop.wire.ok("delete-config", configId=shop.v1)
    found = await shop.wire.ok("get-integration", integrationId=made["integrationId"])
    assert (found["environmentIds"], found["configIds"]) == ([], [])


def link(
    shop: Shop, setting: int, key: str = "CAT-1", kind: str = "jira"
) -> dict[str, Any]:
    return {
        "environmentId": shop.test,
        "settingId": setting,
        "integrationLinkType": kind,
        "key": key,
    }


async def test_a_setting_is_linked_and_unlinked(shop: Shop) -> None:
    wire = shop.wire
    flag, other = await shop.setting("flag"), await shop.setting("other")
    odd = "board/1 #ł?"
    made = await wire.ok("add-or-update-integration-link", **link(shop, flag, odd))
    assert made == {
        "key": odd,
        "description": None,
        "integrationLinkType": "jira",
        "url": None,
    }
    body = {"description": "words", "url": "https://x.io"}
    changed = await wire.ok(
        "add-or-update-integration-link", body, **link(shop, flag, odd)
    )
    assert (changed["description"], changed["url"]) == ("words", "https://x.io")
    assert (await shop.formula(flag))["integrationLinks"] == [changed]
    assert (await shop.formula(flag, shop.live))["integrationLinks"] == []
    await wire.ok("add-or-update-integration-link", {}, **link(shop, other, odd))
    details = await wire.ok(
        "get-integration-link-details", integrationLinkType="jira", key=odd
    )
    assert details["allIntegrationLinkCount"] == 2
    assert [one["setting"]["key"] for one in details["details"]] == ["flag", "other"]
    assert {one["status"] for one in details["details"]} == {"OFF"}
    for setting, remains in ((flag, True), (other, False)):
        gone = await wire.ok("delete-integration-link", **link(shop, setting, odd))
        assert gone == {"hasRemainingIntegrationLink": remains}
    status = await wire.status("delete-integration-link", **link(shop, flag, odd))
    assert status == 404


async def test_a_link_has_a_known_type(shop: Shop) -> None:
    flag = await shop.setting()
    path = link(shop, flag, kind="github")
    messages = await shop.wire.refused("add-or-update-integration-link", {}, **path)
    assert list(messages) == ["integrationLinkType"]
    await shop.wire.ok(
        "get-integration-link-details", integrationLinkType="trello", key="none"
    )


async def test_jira_links_need_a_token(shop: Shop) -> None:
    wire = shop.wire
    flag = await shop.setting()
    path = {"environmentId": shop.test, "settingId": flag, "key": "CAT-2"}
    operation = "jira-add-or-update-integration-link"
    assert "$" in await wire.refused(operation, **path)
    body = {"clientKey": "c", "jiraJwtToken": ""}
    assert "jiraJwtToken" in await wire.refused(operation, body, **path)
    assert "$" in await wire.refused("jira-connect")
    body["jiraJwtToken"] = "t"
    made = await wire.ok(operation, body, **path)
    assert made["integrationLinkType"] == "jira"
    answer = await wire.call("jira-connect", body)
    assert (answer.status, answer.body) == (200, b"")


async def test_links_go_with_their_setting(shop: Shop) -> None:
    flag = await shop.setting()
    await shop.wire.ok("add-or-update-integration-link", **link(shop, flag))
    await shop.wire.ok("delete-setting", settingId=flag)
    details = await shop.wire.ok(
        "get-integration-link-details", integrationLinkType="jira", key="CAT-1"
    )
    assert details == {"details": [], "allIntegrationLinkCount": 0}
