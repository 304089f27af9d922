"""Whatever is sent, the answer fits the description and a refusal changes nothing."""

import json
import random
from urllib.parse import quote, urlencode

import pytest
from yarl import URL

from tests.documents import Documents
from tests.emulator.contents import contents
from tests.emulator.shop import Shop
from tests.schema import Endpoint, Json, Schema, described

CASES = 12
"""Requests for each operation."""

ODD: list[Json] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    10**30,
    1e308,
    "",
    "x",
    "\u0000",
    "x" * 2000,
    [],
    [None],
    {},
    {"a": {}},
    [[[]]],
]


class Guess:
    """Makes requests, most of them nearly right."""

    def __init__(self, shop: Shop, numbers: dict[str, Json], seed: str) -> None:
        self.random = random.Random(seed)
        self.documents = Documents(described())
        self.known = numbers

    def body(self, schema: Schema, place: str = "$") -> Json:
        """Make a document that fits, fits nearly, or not at all."""
        if self.random.random() < 0.03:
            return self.random.choice(ODD)
        if schema.get("nullable") and self.random.random() < 0.2:
            return None
        name = place.rpartition(".")[2].rpartition("[")[0] or place.rpartition(".")[2]
        if name in self.known and self.random.random() < 0.8:
            return self.random.choice(self.known[name])
        plain = described().resolve(schema)
        if "properties" in plain:
            required = plain.get("required", [])
            return {
                field: self.body(sub, f"{place}.{field}")
                for field, sub in plain["properties"].items()
                if field in required or self.random.random() < 0.6
            }
        if plain.get("type") == "array":
            size = self.random.choice([0, 1, 1, 2, 3])
            items = plain["items"]
            return [self.body(items, f"{place}.{name}[") for _ in range(size)]
        return self._leaf(plain, place)

    def _leaf(self, plain: Schema, place: str) -> Json:
        if plain.get("type") == "boolean":
            return self.random.random() < 0.5
        if "enum" in plain:
            return self.random.choice(plain["enum"])
        style = self.random.choice(["minimal", "full", "nulls"])
        plain = {key: one for key, one in plain.items() if key != "nullable"}
        return self.documents.make(plain, style, f"{place}{self.random.random()}")

    def text(self, name: str, schema: Schema) -> str:
        """Make a path or query value."""
        if self.random.random() < 0.05:
            return str(self.random.choice(ODD))
        if name in self.known:
            return str(self.random.choice(self.known[name]))
        value = self.documents.make(schema, "full", str(self.random.random()))
        return str(value[0] if isinstance(value, list) and value else value)


async def ids(shop: Shop) -> dict[str, Json]:
    """Fill a product, and collect ids by the names that requests use."""
    wire = shop.wire
    tag = await wire.ok("create-tag", {"name": "t"}, productId=shop.product)
    segment = await wire.ok(
        "create-segment",
        {
            "name": "s",
            "comparisonAttribute": "a",
            "comparator": "contains",
            "comparisonValue": "b",
        },
        productId=shop.product,
    )
    flags = [
        await shop.setting("flag", tags=[tag["tagId"]]),
        await shop.setting("number", "int"),
        await shop.setting("text", "string", config=shop.v1),
    ]
    (group,) = await wire.ok("get-permission-groups", productId=shop.product)
    webhook = await wire.ok(
        "create-webhook",
        {"url": "https://example.com"},
        configId=shop.v2,
        environmentId=shop.test,
    )
    profile = await wire.ok(
        "create-proxy-profile", {"name": "p"}, organizationId=shop.organization
    )
    integration = await wire.ok(
        "create-integration",
        {
            "integrationType": "pubNub",
            "name": "i",
            "parameters": {},
            "environmentIds": [],
            "configIds": [],
        },
        productId=shop.product,
    )
    number = group["permissionGroupId"]
    body = {"emails": ["a@x.io"], "permissionGroupId": number}
    await wire.ok("invite-member", body, productId=shop.product)
    (invitation,) = await wire.ok("get-pending-invitations", productId=shop.product)
    pointers = ["/name", "/hint", "/tags/-", "/defaultValue/boolValue", "/value", ""]
    pointers += ["/targetingRules/-", "/rolloutRules/-", "/webHookHeaders/0", "/url"]
    return {
        "organizationId": [shop.organization],
        "productId": [shop.product],
        "configId": [shop.v1, shop.v2],
        "environmentId": [shop.test, shop.live],
        "environmentIds": [[], [shop.test]],
        "configIds": [[], [shop.v1]],
        "settingId": flags,
        "prerequisiteSettingId": flags,
        "settingIdToInitFrom": flags,
        "settingKeyOrId": ["flag", *flags],
        "tagId": [tag["tagId"]],
        "tags": [[tag["tagId"]], []],
        "segmentId": [segment["segmentId"]],
        "permissionGroupId": [number],
        "permissionGroupIds": [[number]],
        "webhookId": [webhook["webhookId"]],
        "proxyProfileId": [profile["proxyProfileId"]],
        "integrationId": [integration["integrationId"]],
        "invitationId": [invitation["invitationId"]],
        "userId": list(wire.emulator.state.users),
        "key": ["k1", "k2"],
        "percentage": [50, 50, 100],
        "path": pointers,
        "from": pointers,
        "evaluationVersion": ["v2", "v1"],
    }


async def send(shop: Shop, endpoint: Endpoint, guess: Guess) -> int:
    """Send a request, judge the answer, and return its status."""
    path = endpoint.path
    for name, parameter in endpoint.parameters_in("path").items():
        value = guess.text(name, parameter["schema"])
        path = path.replace(f"{{{name}}}", quote(value, safe="") or "%20")
    query = [
        (name, guess.text(name, parameter["schema"]))
        for name, parameter in endpoint.parameters_in("query").items()
        if guess.random.random() < 0.4
    ]
    headers = {"Authorization": shop.wire.auth}
    keys = list(shop.wire.emulator.state.sdk_key_owners)
    if endpoint.parameters_in("header") and keys:
        headers["X-CONFIGCAT-SDKKEY"] = guess.random.choice(keys)
    text = None
    if endpoint.body is not None:
        text = json.dumps(guess.body(endpoint.body)).encode()
        if guess.random.random() < 0.02:
            text = text[:-1]
    state = shop.wire.emulator.state
    before = contents(state)
    url = URL(f"{shop.wire.emulator.base_url}{path}?{urlencode(query)}", encoded=True)
    async with shop.wire.session.request(
        endpoint.method,
        url,
        data=text,
        headers=headers,
        skip_auto_headers=("Content-Type",),
    ) as response:
        answer = await response.read()
        shown = (endpoint.id, path, query, text, response.status, answer)
        assert response.status < 500, shown
        if response.status < 300:
            problems = described().answer_problems(
                endpoint.id, response.status, response.headers, answer
            )
            assert problems == [], shown
        else:
            assert contents(state) == before, shown
        if response.status == 400:
            messages = json.loads(answer)
            assert messages, shown
            assert all(messages.values()), shown
        if endpoint.method == "GET":
            assert contents(state) == before, shown
        return response.status


@pytest.mark.parametrize("name", described().endpoints)
async def test_any_request_is_answered_well(
    shop: Shop, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = described().endpoints[name]
    known = await ids(shop)
    for case in range(CASES):
        await send(shop, endpoint, Guess(shop, known, f"{name} {case}"))
    assert caplog.records == []


async def test_a_mixture_of_requests_is_answered_well(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """Most deletions are left out, so that something stays to work on."""
    known = await ids(shop)
    chance = random.Random(0)
    endpoints = [
        endpoint
        for endpoint in described().endpoints.values()
        if endpoint.method != "DELETE" or endpoint.id in ("delete-tag",)
    ]
    statuses: dict[bool, int] = {True: 0, False: 0}
    for case in range(600):
        endpoint = chance.choice(endpoints)
        status = await send(shop, endpoint, Guess(shop, known, f"mixed {case}"))
        statuses[status < 300] += 1
    assert min(statuses.values()) > 100
    assert caplog.records == []
