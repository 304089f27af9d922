"""The description itself: valid OpenAPI, complete, and explained throughout."""

from collections.abc import Iterator
from typing import Any

import openapi_spec_validator
import pytest

from configcat_mgmt.codegen.description import Description, Enumeration, Record
from configcat_mgmt.codegen.layout import reachable
from configcat_mgmt.codegen.sources import Sources

Document = dict[str, Any]


@pytest.mark.parametrize("part", ["service", "description"])
def test_the_documents_are_valid_openapi(sources: Sources, part: str) -> None:
    openapi_spec_validator.validate(getattr(sources, part))


def test_the_overlay_has_words_for_everything_and_for_nothing_else(
    sources: Sources,
) -> None:
    assert sources.notes.lacks == []
    assert sources.notes.surplus == []


def test_the_generator_reads_the_whole_document_of_the_service(
    sources: Sources,
) -> None:
    assert sources.notes.readings == []


def operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        yield from item.values()


def test_only_corrections_differ_from_what_the_service_publishes(
    sources: Sources,
) -> None:
    published, ours = facts(sources.service), facts(sources.description)
    assert len(published) > 1000
    differing = {
        place
        for place in {*published, *ours}
        if published.get(place) != ours.get(place)
    }
    by_id = {
        raw["operationId"]: (path, method)
        for path, item in sources.description["paths"].items()
        for method, raw in item.items()
    }
    corrected: set[tuple[str, ...]] = set()
    for each in sources.overlay.corrections:
        corrected |= {(*by_id[name], each.parameter or "") for name in each.operations}
        for name in each.schemas:
            everything = [place[1] for place in ours if place[0] == name]
            fields = [each.field] if each.field else everything
            corrected |= {(name, "enum" if each.values else one) for one in fields}
    assert differing == corrected


def facts(document: Document) -> dict[tuple[str, ...], object]:
    """Return names, types, limits, enums and statuses by their places."""
    found: dict[tuple[str, ...], object] = {}
    for path, item in document["paths"].items():
        for method, raw in item.items():
            for each in raw.get("parameters", []):
                schema = plain(each["schema"])
                schema.pop("nullable", None)
                required = each.get("required", False)
                found[path, method, each["name"]] = each["in"], required, schema
            body = raw.get("requestBody", {})
            found[path, method, "body"] = body.get("required", False), sent(body)
            statuses = {status: sent(each) for status, each in raw["responses"].items()}
            found[path, method, "statuses"] = statuses
            found[path, method, "deprecated"] = raw.get("deprecated", False)
    for name, schema in document["components"]["schemas"].items():
        choice = [plain(each) for each in schema.get("oneOf", schema.get("anyOf", []))]
        found[name, "enum"] = schema.get("enum", []), choice
        for field, shape in schema.get("properties", {}).items():
            required = field in schema.get("required", [])
            found[name, field] = required, plain(shape)
    return found


def sent(part: Document) -> object:
    content = part.get("content")
    return plain(content["application/json"]["schema"]) if content else None


def plain(schema: Document) -> Document:
    """Return a type without words, marks, defaults, and the wrapping of references."""
    made: Document = {}
    for name, value in schema.items():
        if name == "allOf":
            made.update(plain(value[0]))
        elif name in ("items", "additionalProperties"):
            made[name] = plain(value)
        elif name not in ("description", "default") and not name.startswith("x-"):
            made[name] = value
    return made


def test_the_operations_without_a_published_id_keep_theirs(sources: Sources) -> None:
    assert dict(sources.overlay.ids) == {
        "GET /v1/settings/{settingId}/code-references": (
            "get-references-for-feature-flag-or-setting"
        ),
        "POST /v1/code-references": "upload-references",
        "POST /v1/code-references/delete-reports": "delete-reference-reports",
    }
    for address, name in sources.overlay.ids.items():
        method, path = address.lower().split(" ")[0], address.split(" ")[1]
        assert "operationId" not in sources.service["paths"][path][method]
        assert sources.description["paths"][path][method]["operationId"] == name


def test_everything_has_a_description(document: Document) -> None:
    found: list[Document] = [*document["tags"]]
    for operation in operations(document):
        assert operation["summary"].strip()
        found.extend([operation, *operation.get("parameters", [])])
        if "requestBody" in operation:
            found.append(operation["requestBody"])
        found.extend(operation["responses"].values())
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
            values = [each.value for each in schema.members]
            assert values
            assert len(set(values)) == len(values)
