"""The table of operations says what the description says, no more and no less."""

import importlib
import typing
from datetime import datetime
from types import ModuleType
from typing import Any, get_args, get_origin
from uuid import UUID

from configcat_mgmt import OPERATIONS, Operation, models
from configcat_mgmt.core.operation import Effect, Parameter
from tests.api.python_side import argument_name, snake
from tests.every import every
from tests.schema import Description, Endpoint, Json, Schema, described

GROUPS = [
    "me",
    "organizations",
    "products",
    "configs",
    "environments",
    "settings",
    "setting_values",
    "setting_values_v2",
    "segments",
    "tags",
    "permission_groups",
    "members",
    "webhooks",
    "integrations",
    "integration_links",
    "code_references",
    "proxy_profiles",
    "sdk_keys",
    "audit_logs",
    "stale_flags",
    "change_requests",
]
METHOD_EFFECTS: dict[str, set[str]] = {
    "GET": {"read"},
    "PUT": {"set"},
    "PATCH": {"patch"},
    "DELETE": {"delete"},
    "POST": {"create", "set"},
}
PLAIN_TYPES: dict[tuple[str, str | None], object] = {
    ("string", None): str,
    ("string", "uuid"): UUID,
    ("string", "date-time"): datetime,
    ("integer", "int32"): int,
    ("integer", "int64"): int,
    ("number", "double"): float,
    ("boolean", None): bool,
}

every_endpoint = every(
    "endpoint", described().endpoints.values(), lambda endpoint: endpoint.id
)


def test_the_table_has_the_operations_of_the_description_in_its_order() -> None:
    assert list(OPERATIONS) == list(described().endpoints)
    assert [operation.id for operation in OPERATIONS.values()] == list(OPERATIONS)


def test_the_operations_fall_into_the_groups() -> None:
    assert {operation.group for operation in OPERATIONS.values()} == set(GROUPS)
    groups = [tag["x-group"] for tag in described().document["tags"]]
    assert sorted(groups) == sorted(GROUPS)


def test_no_method_and_path_is_there_twice() -> None:
    keys = {(op.method, op.path.lower()) for op in OPERATIONS.values()}
    assert len(keys) == len(OPERATIONS)


@every_endpoint
def test_an_operation_has_the_method_path_and_group_of_the_description(
    endpoint: Endpoint,
) -> None:
    operation = OPERATIONS[endpoint.id]
    (tag,) = endpoint.raw["tags"]
    groups = {tag["name"]: tag["x-group"] for tag in described().document["tags"]}
    assert operation.method == endpoint.method
    assert operation.path == endpoint.path
    assert operation.group == groups[tag]
    assert operation.summary == endpoint.raw["summary"]
    assert operation.deprecated is endpoint.raw.get("deprecated", False)
    assert operation.may_be_paged is endpoint.raw.get("x-may-be-paged", False)


@every_endpoint
def test_an_operation_has_the_parameters_of_the_description(
    endpoint: Endpoint,
    description: Description,
) -> None:
    found = [_as_described(p) for p in OPERATIONS[endpoint.id].parameters]
    wanted = [_wanted(p, description) for p in endpoint.parameters]
    assert found == wanted


@every_endpoint
def test_the_path_names_its_parameters_in_their_order(endpoint: Endpoint) -> None:
    operation = OPERATIONS[endpoint.id]
    in_path = [p for p in operation.parameters if p.location == "path"]
    parts = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    assert [p.wire_name for p in in_path] == parts
    assert all(p.required for p in in_path)
    names = [p.name for p in operation.parameters]
    assert len({*names, "body", "self", "operation"}) == len(names) + 3


@every_endpoint
def test_an_operation_has_the_body_and_statuses_of_the_description(
    endpoint: Endpoint,
    description: Description,
) -> None:
    operation = OPERATIONS[endpoint.id]
    assert operation.body_required is endpoint.body_required
    assert operation.body == _type_of(endpoint.body, description)
    assert dict(operation.success) == {
        status: _type_of(schema, description)
        for status, schema in endpoint.answers.items()
    }
    assert operation.errors == endpoint.errors


@every_endpoint
def test_an_operation_has_an_effect_that_its_method_can_have(
    endpoint: Endpoint,
) -> None:
    operation = OPERATIONS[endpoint.id]
    assert operation.effect == endpoint.raw["x-effect"]
    assert operation.effect in get_args(Effect)
    assert operation.effect in METHOD_EFFECTS[operation.method]
    if operation.effect == "patch":
        assert operation.body == list[models.JsonPatchOperation]
    if 201 in operation.success:
        assert operation.effect == "create"


@every_endpoint
def test_what_a_create_may_have_made_can_be_looked_for(
    endpoint: Endpoint,
    description: Description,
) -> None:
    operation = OPERATIONS[endpoint.id]
    wanted = endpoint.raw.get("x-find-created")
    if wanted is None:
        assert operation.find_created is None
        return
    found = operation.find_created
    assert found is not None
    assert {"operation": found.operation, "field": found.field} == wanted
    assert operation.effect == "create"
    listing = description.endpoints[found.operation]
    assert OPERATIONS[found.operation].effect == "read"
    mine = {p.name: p.type for p in operation.parameters}
    theirs = {p.name: p.type for p in OPERATIONS[found.operation].parameters}
    assert theirs.items() <= mine.items()
    assert endpoint.body is not None
    key = description.resolve(endpoint.body)["properties"][found.field]
    assert description.resolve(key)["type"] == "string"
    assert found.field in description.resolve(endpoint.body)["required"]
    answer = description.resolve(listing.answers[200] or {})
    lists = [answer, *map(description.resolve, answer.get("properties", {}).values())]
    (items,) = (part["items"] for part in lists if part.get("type") == "array")
    assert found.field in description.resolve(items)["properties"]


def test_the_natural_keys_are_those_that_siblings_cannot_share() -> None:
    found = {op.id: op.find_created for op in OPERATIONS.values() if op.find_created}
    assert {key: find.field for key, find in found.items()} == {
        "create-proxy-profile": "name",
        "create-product": "name",
        "create-tag": "name",
        "create-config": "name",
        "create-environment": "name",
        "create-permission-group": "name",
        "create-segment": "name",
        "create-setting": "key",
    }


@every_endpoint
def test_a_constant_is_annotated_with_what_a_call_returns(endpoint: Endpoint) -> None:
    operation = OPERATIONS[endpoint.id]
    module = _module(operation)
    name = endpoint.id.upper().replace("-", "_")
    assert getattr(module, name) is operation
    annotation = typing.get_type_hints(module, include_extras=True)[name]
    assert get_origin(annotation) is typing.Final
    (generic,) = get_args(annotation)
    assert get_origin(generic) is Operation
    (returned,) = get_args(generic)
    assert returned == _returned(operation)


def test_the_group_modules_hold_the_operations_of_the_table_and_no_others() -> None:
    held = [
        value
        for group in GROUPS
        for value in vars(_module_of(group)).values()
        if isinstance(value, Operation)
    ]
    assert len(held) == len(OPERATIONS)
    assert {id(operation) for operation in held} == {
        id(operation) for operation in OPERATIONS.values()
    }


def _module(operation: Operation[object]) -> ModuleType:
    return _module_of(operation.group)


def _module_of(group: str) -> ModuleType:
    return importlib.import_module(f"configcat_mgmt.api.operations.{group}")


def _returned(operation: Operation[object]) -> object:
    """Return the type of a call's result: one type, or one type or None."""
    kinds = list(dict.fromkeys(operation.success.values()))
    if kinds == [None]:
        return type(None)
    (kind,) = (kind for kind in kinds if kind is not None)
    made: Any = kind
    return made | None if None in kinds else made


def _as_described(parameter: Parameter) -> dict[str, Json]:
    return {
        "name": parameter.name,
        "wire_name": parameter.wire_name,
        "location": parameter.location,
        "type": parameter.type,
        "required": parameter.required,
        "format": parameter.format,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "min_length": parameter.min_length,
        "max_length": parameter.max_length,
        "secret": parameter.secret,
    }


def _wanted(parameter: Schema, description: Description) -> dict[str, Json]:
    schema = description.resolve(parameter["schema"])
    inner = description.resolve(schema["items"]) if "items" in schema else schema
    return {
        "name": argument_name(parameter),
        "wire_name": parameter["name"],
        "location": parameter["in"],
        "type": _type_of(parameter["schema"], description),
        "required": parameter.get("required", False),
        "format": inner.get("format") if inner["type"] == "integer" else None,
        "minimum": inner.get("minimum"),
        "maximum": None if inner.get("maximum") == 2**31 - 1 else inner.get("maximum"),
        "min_length": inner.get("minLength"),
        "max_length": inner.get("maxLength"),
        "secret": parameter.get("x-secret", False),
    }


def _type_of(schema: Schema | None, description: Description) -> object:
    if schema is None:
        return None
    name = description.name_of(schema)
    if name is not None:
        return getattr(models, name)
    if schema["type"] == "array":
        inner: Any = _type_of(schema["items"], description)
        return list[inner]
    return PLAIN_TYPES[schema["type"], schema.get("format")]


def test_the_python_name_of_an_operation_is_its_id() -> None:
    names = [snake(operation_id) for operation_id in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)
