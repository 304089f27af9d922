"""The description itself: valid OpenAPI, complete, and explained throughout."""

from collections.abc import Iterator
from typing import Any

import openapi_spec_validator
import pytest

from configcat_mgmt.codegen.__main__ import DESCRIPTION
from configcat_mgmt.codegen.description import Description, Enumeration, Record
from configcat_mgmt.codegen.layout import reachable
from configcat_mgmt.codegen.parse_operations import read_description

Document = dict[str, Any]


@pytest.fixture(scope="module")
def description() -> Description:
    return read_description(DESCRIPTION)


def test_the_description_is_valid_openapi(document: Document) -> None:
    openapi_spec_validator.validate(document)


def operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        yield from item.values()


def test_the_description_covers_the_whole_api(document: Document) -> None:
    assert len(list(operations(document))) == 105
    assert len(document["components"]["schemas"]) == 162
    assert len(document["tags"]) == 22
    assert len({tag["x-group"] for tag in document["tags"]}) == 20


def test_everything_has_a_description(document: Document) -> None:
    found: list[Document] = [*document["tags"]]
    for operation in operations(document):
        assert operation["summary"].strip()
        found.extend([operation, *operation.get("parameters", [])])
        if "requestBody" in operation:
            found.append(operation["requestBody"])
        found.extend(
            document["components"]["responses"][answer["$ref"].split("/")[-1]]
            if "$ref" in answer
            else answer
            for answer in operation["responses"].values()
        )
    for schema in document["components"]["schemas"].values():
        found.extend([schema, *schema.get("properties", {}).values()])
    assert len(found) > 1000
    for each in found:
        text = each.get("description", "")
        assert text.strip(), each
        assert text.endswith("."), text


def test_requests_reach_request_schemas_and_answers_reach_response_schemas(
    document: Document,
    description: Description,
) -> None:
    schemas = document["components"]["schemas"]
    for operation in description.operations:
        sent: set[str] = set()
        if operation.body is not None:
            sent = reachable(operation.body.shape.references(), description.schemas)
        answered = reachable(
            [
                name
                for success in operation.successes
                if success.shape is not None
                for name in success.shape.references()
            ],
            description.schemas,
        )
        for name in sent:
            assert schemas[name]["x-use"] in {"request", "both"}, name
        for name in answered:
            assert schemas[name]["x-use"] in {"response", "both"}, name


def test_the_effect_of_an_operation_fits_its_method(description: Description) -> None:
    allowed = {
        "GET": {"read"},
        "DELETE": {"delete"},
        "PATCH": {"patch"},
        "PUT": {"set"},
        "POST": {"create", "set", "delete", "read"},
    }
    for operation in description.operations:
        assert operation.effect in allowed[operation.method], operation.id


def test_what_is_essential_is_never_nullable(description: Description) -> None:
    essential = 0
    for schema in description.schemas.values():
        if isinstance(schema, Record):
            for each in schema.properties:
                if each.essential:
                    essential += 1
                    assert not each.shape.nullable, (schema.name, each.wire_name)
                    assert schema.use != "request"
    assert essential > 50


def test_every_known_value_of_an_enum_is_listed_once(description: Description) -> None:
    for schema in description.schemas.values():
        if isinstance(schema, Enumeration):
            values = [value for value, _ in schema.members]
            assert values
            assert len(set(values)) == len(values)
