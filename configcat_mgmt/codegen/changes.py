"""Compares two documents of the service, for readers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from configcat_mgmt.codegen.plain_operations import PlainOperation, PlainService
from configcat_mgmt.codegen.plain_shapes import SCHEMAS, Document


@dataclass
class Changes:
    """The differences: new, changed and removed parts, one line each."""

    new: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    gone: list[str] = field(default_factory=list[str])


def compare(old: PlainService, new: PlainService) -> Changes:
    """Return the differences between two documents as the generator reads them."""
    changes = Changes()
    _note(
        changes,
        {each.address: _operation_facts(each) for each in old.operations},
        {each.address: _operation_facts(each) for each in new.operations},
    )
    _note(
        changes,
        {f"schema {name}": _schema_facts(each) for name, each in old.schemas.items()},
        {f"schema {name}": _schema_facts(each) for name, each in new.schemas.items()},
    )
    return changes


def _note(
    changes: Changes,
    old: Mapping[str, Mapping[str, str]],
    new: Mapping[str, Mapping[str, str]],
) -> None:
    for place, facts in new.items():
        if place not in old:
            name = facts.get("id")
            changes.new.append(place if name is None else f"{name}: {place}")
            continue
        before = old[place]
        for name in dict.fromkeys([*before, *facts]):
            if name not in facts:
                changes.changed.append(f"{place}: {name} is gone")
            elif name not in before:
                changes.changed.append(
                    f"{place}: {name} is new{facts[name] and ': '}{facts[name]}"
                )
            elif facts[name] != before[name]:
                changes.changed.append(
                    f"{place}: {name}: {before[name]} -> {facts[name]}"
                )
    changes.gone.extend(place for place in old if place not in new)


def _operation_facts(operation: PlainOperation) -> dict[str, str]:
    facts = {"id": operation.id, "tag": operation.tag}
    if operation.deprecated:
        facts["deprecated"] = ""
    for each in operation.parameters:
        need = "required" if each["required"] else "optional"
        facts[f"{each['in']} parameter {each['name']}"] = (
            f"{_shown(each['schema'])}, {need}"
        )
    if operation.body is not None:
        need = "required" if operation.body_required else "optional"
        facts["body"] = f"{_shown(operation.body)}, {need}"
    for status, shape in operation.successes.items():
        facts[f"response {status}"] = "no body" if shape is None else _shown(shape)
    return {**facts, "errors": ", ".join(operation.errors) or "none"}


def _schema_facts(schema: Document) -> dict[str, str]:
    if "enum" in schema:
        return {f"value {value}": "" for value in schema["enum"]}
    if "anyOf" in schema:
        return {"choice": " or ".join(map(_shown, schema["anyOf"]))}
    required = schema.get("required", ())
    return {
        f"field {name}": _shown(shape) + ", required" * (name in required)
        for name, shape in schema.get("properties", {}).items()
    }


def _shown(shape: Document) -> str:
    """Return a form in a few words: `list of TagModel or null`."""
    if "$ref" in shape:
        return str(shape["$ref"]).removeprefix(SCHEMAS)
    if "allOf" in shape:
        plain = _shown(shape["allOf"][0])
    elif "items" in shape:
        plain = f"list of {_shown(shape['items'])}"
    elif "additionalProperties" in shape:
        plain = f"map of {_shown(shape['additionalProperties'])}"
    elif "type" not in shape:
        return "any value"
    else:
        names = ("minLength", "maxLength", "minimum", "maximum")
        limits = [f"{name} {shape[name]}" for name in names if name in shape]
        plain = " ".join([str(shape.get("format", shape["type"])), *limits])
    return f"{plain} or null" if shape.get("nullable") else plain
