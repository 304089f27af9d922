"""Tells which operations can be repeated safely."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from configcat_mgmt.api.operation_index import OPERATIONS
from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.json_value import JsonValue

_KEYED: Final[frozenset[Entity]] = frozenset(
    {
        "product",
        "environment",
        "tag",
        "permission_group",
        "segment",
        "config",
        "setting",
    }
)

BATCHES: Final[Mapping[str, str]] = {
    "post-setting-values": "settingValues",
    "post-setting-values-v2": "updateFormulas",
    "create-change-request": "proposedChanges",
}
"""The list of the body that holds the values, by operation that has many."""


@checked
def affected(step: Step) -> int:
    """Return how many entities a step affects: one, or as many values as it has."""
    member = BATCHES.get(step.operation)
    if member is not None and isinstance(step.body, Mapping):
        entries = step.body.get(member)
        if isinstance(entries, list | tuple):
            return len(entries)
    return 1


def has_natural_key(entity: Entity) -> bool:
    """Whether entities of a kind with one parent differ in name or key."""
    return entity in _KEYED


def is_creation(operation: str) -> bool:
    """Whether an operation makes something new each time, invitations included."""
    return OPERATIONS[operation].effect == "create"


def is_repeatable(step: Step) -> bool:
    """Whether doing a step twice is as good as doing it once."""
    return may_repeat(step.operation, step.body)


def may_repeat(operation: str, body: JsonValue) -> bool:
    """Whether a call that is made twice is as good as one.

    A JSON Patch is, if it moves no list positions, or if it begins with a test, which
    the second time fails before anything is changed.
    """
    effect = OPERATIONS[operation].effect
    if effect != "patch":
        return effect != "create"
    changes = cast("Sequence[Mapping[str, JsonValue]]", body or ())
    kinds = [str(change.get("op")) for change in changes]
    return kinds[:1] == ["test"] or set(kinds) <= {"replace", "test"}


def can_be_settled(step: Step) -> bool:
    """Whether a step whose end is not known can be looked for or simply repeated."""
    if is_creation(step.operation):
        return has_natural_key(step.entity) or step.entity == "change_request"
    return is_repeatable(step)


def takes(operation: str, argument: str) -> bool:
    """Whether an operation takes an argument, such as `reason`."""
    return any(one.name == argument for one in OPERATIONS[operation].parameters)
