"""Checks the consistency of a plan beyond the types of its fields."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.jobs.model.entity import Action, Entity
from configcat_mgmt.jobs.model.plan import Plan, Step
from configcat_mgmt.jobs.model.selection import ENTITIES
from configcat_mgmt.jobs.planning.builder import ID_FIELDS
from configcat_mgmt.json_value import JsonValue

_PARTS: Final[Mapping[str, range]] = {
    "product": range(1, 2),
    "organization": range(1, 2),
    "environment": range(1, 2),
    "tag": range(1, 2),
    "permission_group": range(1, 2),
    "segment": range(1, 2),
    "config": range(1, 2),
    "setting": range(2, 3),
    "variation": range(3, 4),
    "webhook": range(4, 6),
    "integration": range(2, 4),
}
"""Number of parts of the key in a ref, by kind of entity."""

_REF: Final = "$ref"

_Way: TypeAlias = "tuple[_Way | None, str | int]"
"""The path from a step to a value: the path to its parent, and the last part."""


def _operations() -> dict[str, tuple[Entity, frozenset[Action]]]:
    table: dict[str, tuple[Entity, frozenset[Action]]] = {}

    def add(entity: Entity, *actions: Action, operations: str) -> None:
        for operation in operations.split():
            table[operation] = (entity, frozenset(actions))

    same: tuple[Entity, ...] = (
        "environment",
        "tag",
        "permission_group",
        "segment",
        "config",
        "integration",
    )
    for entity in same:
        name = entity.replace("_", "-")
        add(entity, "create", operations=f"create-{name}")
        add(entity, "update", operations=f"update-{name}")
        add(entity, "delete", operations=f"delete-{name}")
    add("product", "create", operations="create-product")
    add("product", "update", operations="update-product")
    add("setting", "create", operations="create-setting")
    add("setting", "update", operations="replace-setting update-setting")
    add("setting", "delete", operations="delete-setting")
    # The same call deletes some of the variations.
    add("variation", "set", "delete", operations="update-predefined-variations")
    values = "post-setting-values replace-setting-value update-setting-value"
    add("values", "set", "update", operations=values)
    values = " ".join(f"{operation}-v2" for operation in values.split())
    add("values", "set", "update", operations=values)
    add("change_request", "create", operations="create-change-request")
    add("link", "set", operations="add-or-update-integration-link")
    add("link", "delete", operations="delete-integration-link")
    add("webhook", "create", operations="create-webhook")
    add("webhook", "update", operations="replace-webhook update-webhook")
    add("webhook", "delete", operations="delete-webhook")
    add("preferences", "set", operations="update-product-preferences")
    add("member", "set", operations="invite-member")
    return table


PLAN_OPERATIONS: Final[Mapping[str, tuple[Entity, frozenset[Action]]]] = _operations()
"""The operations that a plan may call, with the kind of entity and the allowed actions.

No plan deletes a product.
"""


def problems_of(plan: Plan) -> Iterator[str]:
    """Yield problems of a plan, each as `message @ $.plan...`."""
    made = _made_in(plan)
    seen: set[str] = set()
    for index, step in enumerate(plan.steps):
        place = f"$.plan.steps[{index}]"
        if step.id in seen:
            yield f"the id occurs twice @ {place}.id"
        seen.add(step.id)
        if index and plan.steps[index - 1].stage > step.stage:
            yield f"the step belongs before the one above it @ {place}.stage"
        if step.entity == "member" and not plan.invites:
            yield (
                "an invitation without opt-in; plan with members to invite people "
                f"@ {place}"
            )
        yield from _step_problems(step, place)
        for ref, steps in _refs(step):
            problem = _ref_problem(ref, step, made, is_new=plan.target.is_new)
            if problem:
                yield f"{problem} @ {place}{_path(steps)}"


def _step_problems(step: Step, place: str) -> Iterator[str]:
    allowed = PLAN_OPERATIONS.get(step.operation)
    if allowed is None:
        yield f"no plan calls this operation @ {place}.operation"
        return
    entity, actions = allowed
    if step.entity != entity:
        yield f"{step.operation} changes a {entity} @ {place}.entity"
    if step.action not in actions:
        yield f"{step.operation} is not a {step.action} @ {place}.action"
    yield from _call_problems(step, place)
    if (step.creates is not None) != (step.action == "create"):
        yield f"only a step that creates something has this entry @ {place}.creates"
    elif step.creates is not None:
        creates = step.creates
        if (creates.entity, creates.key) != (step.entity, step.key):
            yield f"it is not the key of this step @ {place}.creates"
        if step.id_field != ID_FIELDS.get(step.entity):
            yield f"the response has the id in another field @ {place}.id_field"


def _call_problems(step: Step, place: str) -> Iterator[str]:
    operation = OPERATIONS[step.operation]
    known = {parameter.name for parameter in operation.parameters}
    for name in step.arguments:
        if name not in known:
            yield f"{step.operation} has no argument {name!r} @ {place}.arguments"
    for parameter in operation.parameters:
        if parameter.required and parameter.name not in step.arguments:
            yield f"{parameter.name} is missing @ {place}.arguments"
    if step.body is not None and operation.body is None:
        yield f"{step.operation} takes no body @ {place}.body"
    if step.body is None and operation.body_required:
        yield f"{step.operation} needs a body @ {place}.body"


def _made_in(plan: Plan) -> dict[tuple[str, ...], int]:
    """Return the stage in which each entity is created, by ref."""
    made: dict[tuple[str, ...], int] = {}
    for step in plan.steps:
        if step.creates is not None:
            key = (step.creates.entity, *step.creates.key)
            made[key] = step.stage
    return made


def _refs(step: Step) -> Iterator[tuple[JsonValue, _Way]]:
    """Yield everything in a step that looks like a ref, with its path."""
    pending: list[tuple[JsonValue, _Way]] = [
        (step.arguments, (None, "arguments")),
        (step.body, (None, "body")),
    ]
    while pending:
        value, way = pending.pop()
        if isinstance(value, Mapping):
            if _REF in value:
                yield value, way
            else:
                pending += [(item, (way, name)) for name, item in value.items()]
        elif isinstance(value, Sequence) and not isinstance(value, str):
            pending += [(item, (way, at)) for at, item in enumerate(value)]


def _path(way: "_Way | None") -> str:
    if way is None:
        return ""
    before, last = way
    return _path(before) + (f"[{last}]" if isinstance(last, int) else f".{last}")


def _ref_problem(
    ref: JsonValue,
    step: Step,
    made: Mapping[tuple[str, ...], int],
    *,
    is_new: bool,
) -> str | None:
    key = _key_of(ref)
    if key is None:
        return "this is not a valid reference"
    if key[0] == "organization":
        return None
    if key[0] == "variation":  # The setting has it.
        key = ("setting", *key[1:-1])
    stage = made.get(key)
    if stage is None:
        return (
            "no step of the plan creates the entity that it refers to"
            if is_new
            else None
        )
    return f"it is created only in stage {stage}" if stage >= step.stage else None


def _key_of(ref: JsonValue) -> tuple[str, ...] | None:
    """Return kind and key of a valid ref."""
    parts = cast("Mapping[str, object]", ref).get(_REF)
    if not isinstance(ref, Mapping) or len(ref) != 1 or not isinstance(parts, list):
        return None
    texts = [part for part in cast("list[object]", parts) if isinstance(part, str)]
    if not texts or len(texts) != len(cast("list[object]", parts)):
        return None
    allowed = _PARTS.get(texts[0], ()) if texts[0] in ENTITIES else ()
    return tuple(texts) if len(texts) - 1 in allowed else None
