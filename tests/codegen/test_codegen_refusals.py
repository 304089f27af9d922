"""The generator refuses unsupported descriptions with the place and the reason."""

from collections.abc import Callable
from typing import Any

import pytest

Document = dict[str, Any]
Edit = Callable[[Document], None]
Refuse = Callable[[Document], str]


def get_tag(document: Document) -> Document:
    operation: Document = document["paths"]["/v1/tags/{tagId}"]["get"]
    return operation


def tag_id(document: Document) -> Document:
    parameter: Document = get_tag(document)["parameters"][0]
    return parameter


def stale_flags(document: Document) -> list[Document]:
    path = "/v1/products/{productId}/staleflags"
    parameters: list[Document] = document["paths"][path]["get"]["parameters"]
    return parameters


def schema(document: Document, name: str = "TagModel") -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def color(document: Document) -> Document:
    found: Document = schema(document)["properties"]["color"]
    return found


def create_tag(document: Document) -> Document:
    operation: Document = document["paths"]["/v1/products/{productId}/tags"]["post"]
    return operation


def set_at(place: Callable[[Document], Document], **members: object) -> Edit:
    """Return an edit that sets members, `_` in a name standing for `-`."""

    def edit(document: Document) -> None:
        for name, value in members.items():
            place(document)[name.replace("_", "-")] = value

    return edit


def drop_at(place: Callable[[Document], Document], name: str) -> Edit:
    def edit(document: Document) -> None:
        del place(document)[name]

    return edit


def use_twice(document: Document) -> None:
    get_tag(document)["operationId"] = "get-tags"


def same_python_name(document: Document) -> None:
    get_tag(document)["operationId"] = "getTags"


def form_body(document: Document) -> None:
    content = create_tag(document)["requestBody"]["content"]
    content["multipart/form-data"] = content.pop("application/json")


def second_all_of(document: Document) -> None:
    schema(document)["properties"]["product"]["allOf"].append({"type": "object"})


def circle(document: Document) -> None:
    schema(document, "OrganizationModel")["properties"]["product"] = {
        "allOf": [{"$ref": "#/components/schemas/ProductModel"}],
        "description": "Its product.",
    }


def nested_object(document: Document) -> None:
    schema(document)["properties"]["color"] = {
        "type": "object",
        "properties": {},
        "description": "Its color.",
    }


def list_without_style(document: Document) -> None:
    listed = next(each for each in stale_flags(document) if "style" in each)
    del listed["style"]


def list_of_flags(document: Document) -> None:
    listed = next(each for each in stale_flags(document) if "style" in each)
    listed["schema"]["items"] = {"type": "boolean"}


def object_without_members(document: Document) -> None:
    text = "Its color."
    schema(document)["properties"]["color"] = {"type": "object", "description": text}


def unknown_reference(document: Document) -> None:
    items = {"$ref": "#/components/schemas/Unknown"}
    listed = {"type": "array", "items": items, "description": "Its colors."}
    schema(document)["properties"]["color"] = listed


def same_argument_twice(document: Document) -> None:
    stale_flags(document)[1]["x-python-name"] = "product_id"


def unknown_response(document: Document) -> None:
    get_tag(document)["responses"]["302"] = {"description": "Elsewhere."}


def no_success(document: Document) -> None:
    del get_tag(document)["responses"]["200"]


def unused_tag(document: Document) -> None:
    tag = {"name": "New", "description": "Nothing.", "x-group": "new"}
    document["tags"].append(tag)


def class_of_group(document: Document) -> None:
    schemas = document["components"]["schemas"]
    schemas["AsyncTags"] = schemas["TagModel"]


def same_tag_twice(document: Document) -> None:
    document["tags"].append(dict(document["tags"][0]))


CASES: list[tuple[Edit, str]] = [
    (set_at(get_tag, servers=[]), "tagId}.get: `servers` is not supported"),
    (set_at(get_tag, summary="X" * 80 + "."), "`summary` has more than 68 characters"),
    (set_at(get_tag, summary="No stop"), "`summary` must end with a full stop"),
    (set_at(get_tag, summary="low."), "`summary` must start with a capital letter"),
    (set_at(get_tag, description="Two\nlines."), "one line of single spaces"),
    (set_at(get_tag, description='A """quote.'), "triple quote"),
    (set_at(get_tag, description='"Quoted" first.'), "no quote at its start"),
    (drop_at(get_tag, "description"), "get: `description` is missing"),
    (drop_at(get_tag, "operationId"), "get: `operationId` is missing"),
    (set_at(get_tag, operationId="x" * 61), "`operationId` has more than 60"),
    (drop_at(get_tag, "x-effect"), "get: `x-effect` is missing"),
    (set_at(get_tag, x_effect="magic"), "`x-effect` is 'magic', not one of read"),
    (set_at(get_tag, tags=["Tags", "Me"]), "`tags` must name one tag"),
    (set_at(get_tag, tags=["Nothing"]), "`tags` must name one tag"),
    (set_at(get_tag, deprecated="yes"), "`deprecated` must be true or false"),
    (set_at(get_tag, parameters=[]), "the path parameters are not those of the path"),
    (set_at(get_tag, parameters=["no"]), "parameters[0]: must be an object"),
    (set_at(get_tag, responses=[]), "get.responses: must be an object"),
    (use_twice, "two operations have the same id"),
    (same_python_name, "or the same Python name"),
    (form_body, "`multipart/form-data` is not supported"),
    (unknown_response, "the status '302' is not supported"),
    (no_success, "there is no success response"),
    (set_at(tag_id, style="simple"), "supported only for lists"),
    (set_at(tag_id, required=False), "a path parameter must be `required`"),
    (set_at(tag_id, x_python_name="tag-id"), "cannot be used as the name"),
    (set_at(tag_id, x_python_name="body"), "cannot be used as the name"),
    (set_at(tag_id, **{"in": "cookie"}), "`in` is 'cookie'"),
    (set_at(tag_id, schema={"type": "number", "format": "double"}), "a parameter must"),
    (set_at(tag_id, schema={"type": "integer"}), "`format` is missing"),
    (set_at(tag_id, schema={"type": "file"}), "type `file` is not supported here"),
    (
        set_at(tag_id, schema={"$ref": "#/components/schemas/None"}),
        "`get-tag`: there is no schema `None`",
    ),
    (list_without_style, "only as a repeated query parameter"),
    (list_of_flags, "a list parameter must hold texts, integers or enums"),
    (object_without_members, "color: an object inside another schema must be a map"),
    (unknown_reference, "schemas.TagModel: there is no schema `Unknown`"),
    (same_argument_twice, "two parameters have the same Python name"),
    (set_at(color, pattern="x"), "TagModel.properties.color: `pattern` is not"),
    (set_at(color, format="email"), "`format` is 'email', not one of uuid, date-time"),
    (set_at(color, maxLength="9"), "`maxLength` must be a whole number"),
    (set_at(color, type=""), "`type` must be a text that is not empty"),
    (drop_at(color, "description"), "color: `description` is missing"),
    (nested_object, "color: `properties` is not supported"),
    (second_all_of, "`allOf` is supported only around a single `$ref`"),
    (
        set_at(schema, required=["tagId", "size"]),
        "`size` is required, but there is no such property",
    ),
    (set_at(schema, required=[1]), "`required[0]` is not a text"),
    (set_at(schema, required="all"), "`required` must be a list"),
    (set_at(schema, discriminator={}), "`discriminator` is not supported"),
    (set_at(schema, type="array"), "a schema must be an object, an enum of texts"),
    (drop_at(schema, "x-use"), "TagModel: `x-use` is missing"),
    (
        lambda d: schema(d)["properties"].update(tag_id=dict(color(d))),
        "TagModel: two of them would have the same name in Python",
    ),
    (
        lambda d: schema(d, "SettingType")["enum"].append("INT"),
        "SettingType: two of them would have the same name in Python",
    ),
    (
        lambda d: schema(d, "SettingType")["x-enum-descriptions"].update(x="An x"),
        "its extensions have 'x', which is no value",
    ),
    (
        lambda d: d["components"]["schemas"].update({"no-name": schema(d)}),
        "the name of a schema must start with a capital letter",
    ),
    (
        lambda d: color(d).update(
            {"type": "array", "items": {"$ref": "#/definitions/X"}, "nullable": True},
        ),
        "`$ref` must start with #/components/schemas/",
    ),
    (
        lambda d: d["components"]["schemas"].update({"No-name": schema(d)}),
        "`No-name` cannot be used as a name in Python",
    ),
    (
        lambda d: schema(d, "SettingType")["enum"].append("x" * 61),
        "SettingType: `XXXXX",
    ),
    (circle, "circles are not supported: "),
    (lambda d: d["tags"][0].update({"x-group": "twoWords"}), "must be snake_case"),
    (lambda d: d["tags"][0].update({"x-group": "groups"}), "name of another file"),
    (lambda d: d["tags"][0].update({"x-group": "x" * 60}), "at most 48 characters"),
    (same_tag_twice, "there are two tags"),
    (
        lambda d: d["tags"].append({**d["tags"][0], "name": "New"}),
        "there are two tags of the group 'proxy_profiles'",
    ),
    (unused_tag, "the group `new` has no operation"),
    (class_of_group, "schema `AsyncTags` has the name of a group's class"),
]


@pytest.mark.parametrize(("edit", "expected"), CASES, ids=[case[1] for case in CASES])
def test_what_cannot_be_written_is_refused_with_place_and_reason(
    document: Document,
    refuse: Refuse,
    edit: Edit,
    expected: str,
) -> None:
    edit(document)
    assert expected in refuse(document)
