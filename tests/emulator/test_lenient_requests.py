"""Requests as ASP.NET Core reads them: names and enum values in any case, number texts.

The forms of the official tools are those of their sources: the Terraform provider sends
tag ids as text and patches `/order`, the CLI passes enum values on as they were typed.
"""

import json
import random
from typing import Final

import aiohttp
import pytest

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.emulator.domain.request_json import exact_json, exact_pointer
from tests.documents import STYLES, Documents, Style
from tests.emulator.shop import Shop
from tests.schema import Description, Json, Schema

BODIES: Final = [one for one in OPERATIONS.values() if one.body is not None]


class Disguise:
    """Writes a document in another form that ASP.NET Core reads as the same."""

    def __init__(self, description: Description, seed: int) -> None:
        self.description = description
        self.chance = random.Random(seed)
        self.changes = 0

    def of(self, data: Json, schema: Schema) -> Json:
        schema = self.description.resolve(schema)
        if data is None or "anyOf" in schema:
            return data
        if "additionalProperties" in schema:
            value = schema["additionalProperties"]
            return {name: self.of(item, value) for name, item in data.items()}
        match schema.get("type"):
            case "object":
                fields = schema["properties"]
                return {
                    self.cased(name): self.of(item, fields[name])
                    for name, item in data.items()
                }
            case "array":
                return [self.of(item, schema["items"]) for item in data]
            case "integer" | "number":
                self.changes += 1
                return json.dumps(data)
            case "string" if "enum" in schema:
                return self.cased(data)
        return data

    def cased(self, text: str) -> str:
        forms = {text.lower(), text.upper(), text.swapcase()} - {text}
        self.changes += 1
        return self.chance.choice(sorted(forms))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("operation", BODIES, ids=lambda one: one.id)
def test_every_body_is_read_whatever_its_case_and_with_numbers_as_text(
    operation: Operation[object],
    style: Style,
    description: Description,
    documents: Documents,
) -> None:
    schema = description.endpoints[operation.id].body
    assert schema is not None
    exact = documents.make(schema, style)
    disguise = Disguise(description, seed=len(operation.id))
    disguised = disguise.of(exact, schema)
    assert (disguised != exact) == (disguise.changes > 0)
    assert disguise.changes or exact in ({}, [])
    assert exact_json(disguised, operation.body) == exact


@pytest.mark.parametrize("operation", BODIES, ids=lambda one: one.id)
def test_an_exact_body_stays_as_it_is(
    operation: Operation[object], description: Description, documents: Documents
) -> None:
    schema = description.endpoints[operation.id].body
    assert schema is not None
    for style in STYLES:
        exact = documents.make(schema, style)
        assert exact_json(exact, operation.body) == exact
    for odd in (None, 5, "text", [], {}, [None], {"x": [1]}):
        assert exact_json(odd, operation.body) == odd


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "1.0", "1e2", "0x1", "\N{ARABIC-INDIC DIGIT ONE}", "1_0", "--1"],
)
def test_other_texts_are_no_whole_numbers(text: str) -> None:
    body = OPERATIONS["create-product"].body
    assert exact_json({"order": text}, body) == {"order": text}


@pytest.mark.parametrize(
    "text", ["", " 1.5", "1,5", "NaN", "Infinity", "1e", "\N{ARABIC-INDIC DIGIT ONE}.5"]
)
def test_other_texts_are_no_doubles(text: str) -> None:
    body = OPERATIONS["replace-setting-value-v2"].body
    value = {"defaultValue": {"doubleValue": text}}
    assert exact_json(value, body) == value


def test_of_names_that_differ_in_case_the_last_one_counts() -> None:
    body = OPERATIONS["create-tag"].body
    sent = {"name": "a", "NAME": "b", "Other": 1}
    assert exact_json(sent, body) == {"name": "b", "Other": 1}


@pytest.mark.parametrize(
    ("sent", "exact", "kind"),
    [
        ("/Tags/-", "/tags/-", int),
        ("/NAME", "/name", str),
        ("/", "/", object),
        ("", "", OPERATIONS["replace-setting"].body),
        ("/missing/X", "/missing/X", object),
        ("name", "name", OPERATIONS["replace-setting"].body),
    ],
)
def test_the_names_in_a_pointer_are_found_in_any_case(
    sent: str, exact: str, kind: object
) -> None:
    body = OPERATIONS["replace-setting"].body
    assert exact_pointer(sent, body) == (exact, kind)


async def call(shop: Shop, operation: str, body: Json, **path: object) -> Json:
    """Send a body that the strict description would not let pass."""
    endpoint = shop.wire.description.endpoints[operation]
    raw_path = endpoint.path
    for name, value in path.items():
        raw_path = raw_path.replace(f"{{{name}}}", str(value))
    async with shop.wire.session.request(
        endpoint.method,
        shop.wire.emulator.base_url + raw_path,
        headers={"Authorization": shop.wire.auth},
        json=body,
    ) as response:
        assert response.status < 300, (operation, await response.text())
        answer = await response.json()
        problems = shop.wire.description.answer_problems(
            operation, response.status, response.headers, await response.read()
        )
        assert problems == []
        return answer


async def test_the_terraform_provider_changes_the_order_of_a_setting(
    shop: Shop,
) -> None:
    flag = await shop.setting("flag", hint="why")
    steps = [{"op": "replace", "path": "/order", "value": 5}]
    answer = await shop.wire.ok("update-setting", steps, settingId=flag)
    assert (answer["order"], answer["hint"]) == (5, "why")
    steps = [{"op": "Replace", "path": "/Order", "value": "7"}]
    assert (await call(shop, "update-setting", steps, settingId=flag))["order"] == 7
    removal = [{"op": "remove", "path": "/order"}]
    answer = await shop.wire.ok("update-setting", removal, settingId=flag)
    assert answer["order"] == 0


async def test_the_terraform_provider_adds_and_removes_tags_by_text(
    shop: Shop,
) -> None:
    flag = await shop.setting("flag")
    made = await shop.wire.ok("create-tag", {"name": "t"}, productId=shop.product)
    tag = made["tagId"]
    steps = [{"op": "add", "path": "/tags/-", "value": str(tag)}]
    answer = await shop.wire.ok("update-setting", steps, settingId=flag)
    assert [one["tagId"] for one in answer["tags"]] == [tag]
    steps = [
        {"op": "test", "path": "/tags/0", "value": str(tag)},
        {"op": "remove", "path": "/tags/0"},
    ]
    answer = await shop.wire.ok("update-setting", steps, settingId=flag)
    assert answer["tags"] == []


async def test_the_cli_sends_enum_values_as_they_were_typed(shop: Shop) -> None:
    segment = {
        "name": "Staff",
        "comparisonAttribute": "Email",
        "comparator": "doesnotcontain",
        "comparisonValue": "@example.com",
    }
    made = await call(shop, "create-segment", segment, productId=shop.product)
    assert made["comparator"] == "doesNotContain"
    group = {"name": "Readers", "accessType": "readonly"}
    made = await call(shop, "create-permission-group", group, productId=shop.product)
    assert made["accessType"] == "readOnly"
    flag = await shop.setting("flag")
    condition = {
        "comparisonAttribute": "Country",
        "comparator": "isoneof",
        "comparisonValue": {"listValue": [{"value": "NO"}]},
    }
    formula = {
        "defaultValue": {"BoolValue": True},
        "targetingRules": [
            {
                "conditions": [{"userCondition": condition}],
                "value": {"boolValue": False},
            }
        ],
    }
    where = {"environmentId": shop.test, "settingId": flag}
    made = await call(shop, "replace-setting-value-v2", formula, **where)
    rule = made["targetingRules"][0]
    assert rule["conditions"][0]["userCondition"]["comparator"] == "isOneOf"
    assert made["defaultValue"]["boolValue"] is True


async def test_a_text_that_is_no_number_is_still_refused(shop: Shop) -> None:
    for order in ("1.5", "x", "2147483648"):
        body = {"name": "N", "order": order}
        refused = await shop.wire.refused("create-config", body, productId=shop.product)
        assert set(refused) == {"order"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_a_body_may_have_a_byte_order_mark_or_be_utf_16(
    shop: Shop, session: aiohttp.ClientSession, encoding: str
) -> None:
    charset = "utf-16" if encoding == "utf-16" else "utf-8"
    async with session.post(
        f"{shop.wire.emulator.base_url}/v1/products/{shop.product}/tags",
        data=json.dumps({"name": "zażółć"}, ensure_ascii=False).encode(encoding),
        headers={
            "Authorization": shop.wire.auth,
            "Content-Type": f"application/json; charset={charset}",
        },
    ) as response:
        assert response.status == 201
        assert (await response.json())["name"] == "zażółć"
