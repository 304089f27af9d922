"""Requests that are right, nearly right or wrong, and what must hold for all."""

import json
import random
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlencode

import aiohttp
import attrs
from yarl import URL

from tests.documents import Documents
from tests.emulator.contents import Contents
from tests.emulator.shop import Shop
from tests.schema import Endpoint, Json, Schema, described

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

    def __init__(self, numbers: dict[str, Json], seed: str) -> None:
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


SEGMENT: Final[dict[str, Json]] = {
    "name": "s",
    "comparisonAttribute": "a",
    "comparator": "contains",
    "comparisonValue": "b",
}
INTEGRATION: Final[dict[str, Json]] = {
    "integrationType": "pubNub",
    "name": "i",
    "parameters": {},
    "environmentIds": [],
    "configIds": [],
}
POINTERS: Final = (
    *("/name", "/hint", "/tags/-", "/defaultValue/boolValue", "/value", ""),
    *("/targetingRules/-", "/rolloutRules/-", "/webHookHeaders/0", "/url"),
)


async def ids(shop: Shop) -> dict[str, Json]:
    """Fill a product, and collect ids by the names that requests use."""
    wire = shop.wire
    tag = await wire.ok("create-tag", {"name": "t"}, productId=shop.product)
    segment = await wire.ok("create-segment", SEGMENT, productId=shop.product)
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
        INTEGRATION,
        productId=shop.product,
    )
    number = group["permissionGroupId"]
    body = {"emails": ["a@x.io"], "permissionGroupId": number}
    await wire.ok("invite-member", body, productId=shop.product)
    (invitation,) = await wire.ok("get-pending-invitations", productId=shop.product)
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
        "path": list(POINTERS),
        "from": list(POINTERS),
        "evaluationVersion": ["v2", "v1"],
    }


@attrs.frozen
class Outcome:
    """What became of a request."""

    status: int
    faults: list[str]
    """What the service must never do, by name: none of it if all is well."""
    shown: tuple[object, ...] = attrs.field(repr=False)
    """The request and its answer, for the message."""


async def send(shop: Shop, endpoint: Endpoint, guess: Guess) -> Outcome:
    """Send a request, and judge the answer."""
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
    before = Contents(state)
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
    is_changed = Contents(state) != before
    return Outcome(
        response.status,
        list(_faults(endpoint, response, answer, is_changed=is_changed)),
        shown,
    )


def _faults(
    endpoint: Endpoint,
    response: aiohttp.ClientResponse,
    answer: bytes,
    *,
    is_changed: bool,
) -> Iterator[str]:
    if response.status >= 500:
        yield "server error"
    if response.status < 300:
        problems = described().answer_problems(
            endpoint.id, response.status, response.headers, answer
        )
        if problems:
            yield "schema violation"
    elif is_changed:
        yield "state change on refusal"
    if response.status == 400 and not _says_why(answer):
        yield "refusal without a reason"
    if endpoint.method == "GET" and is_changed:
        yield "state change on reading"


def _says_why(answer: bytes) -> bool:
    messages = json.loads(answer)
    return bool(messages) and all(messages.values())
