"""Corrects the structure that the service publishes, as the overlay says."""

from collections.abc import Iterator, Mapping

from configcat_mgmt.codegen.overlay import Correction, Overlay
from configcat_mgmt.codegen.plain_operations import PlainService
from configcat_mgmt.codegen.plain_shapes import Document, with_members

TYPES = frozenset({"type", "$ref", "allOf"})
"""Members of which a type of its own has one."""


def correct(service: PlainService, overlay: Overlay) -> list[str]:
    """Make all corrections in `service`; return those that changed nothing."""
    idle: list[str] = []
    for number, correction in enumerate(overlay.corrections):
        changes = list(_changes(service, correction))
        if True not in changes:
            idle.append(
                f"corrections[{number}]: the service publishes it so already"
                if changes
                else f"corrections[{number}]: the service has no such place"
            )
    return idle


def _changes(service: PlainService, correction: Correction) -> Iterator[bool]:
    """Make one correction; yield for each place whether it changed something.

    A field that is not there is added if the correction has its whole type.
    """
    for operation in service.operations:
        if operation.id in correction.operations:
            for parameter in operation.parameters:
                if parameter["name"] == correction.parameter:
                    yield _set(parameter, correction.members)
    for name in correction.schemas:
        if correction.field is None and correction.members:
            yield _set(service.schemas.setdefault(name, {}), correction.members)
        elif name in service.schemas and correction.field is not None:
            fields = service.schemas[name].get("properties", {})
            if correction.field not in fields and not TYPES & {*correction.members}:
                continue
            yield _set_field(
                service.schemas[name], correction.field, correction.members
            )
        elif "enum" in service.schemas.get(name, {}):
            values = service.schemas[name]["enum"]
            missing = [each for each in correction.values if each not in values]
            values.extend(missing)
            yield bool(missing)


def _set(target: Document, members: Mapping[str, object]) -> bool:
    before = dict(target)
    target.update(members)
    return target != before


def _set_field(schema: Document, field: str, members: Mapping[str, object]) -> bool:
    """Change or add a field; `required` among `members` is about the field."""
    shapes, required = schema.setdefault("properties", {}), schema.get("required", [])
    shape = {name: value for name, value in members.items() if name != "required"}
    old = shapes.get(field)
    shapes[field] = (
        shape if old is None else with_members(old, **shape) if shape else old
    )
    wanted = members.get("required", field in required)
    is_changed: bool = shapes[field] != old or wanted != (field in required)
    kept = [each for each in required if each != field]
    schema["required"] = [*kept, field] if wanted else kept
    if not schema["required"]:
        del schema["required"]
    return is_changed
