"""Lists the entities that a plan overwrites or deletes, field by field."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.compare.differences import (
    HIDDEN,
    Difference,
    content_texts,
    named,
)
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import Plan, Step
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.verifying.plan_effects import unmet
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.texts import excerpts

EntityChangeKind: TypeAlias = Literal["changed", "deleted", "unread"]

_KINDS: Final[Mapping[str, EntityChangeKind]] = {
    "different": "changed",
    "surplus": "deleted",
    "unread": "unread",
}


@attrs.frozen
class FieldChange:
    """A field of an entity before and after a plan."""

    field: str
    """Wire name, such as `hint`."""
    before: JsonValue
    """Content of the field in the form of the request body; secrets are `***`."""
    after: JsonValue
    """The same after the plan."""

    def texts(self, most: int) -> tuple[str, str]:
        """Return both contents as text.

        Args:
            most: Characters of each text; a longer one is cut so that the first
                difference stays in view.
        """
        if HIDDEN in (self.before, self.after):
            return HIDDEN, f"{HIDDEN} (differs)"
        contents = (self.before, self.after)
        texts = content_texts(self.field, contents)
        # A text that has a line of its own needs no quotes.
        bare = [one if isinstance(one, str) else None for one in contents]
        before, after = excerpts(
            [one or text for one, text in zip(bare, texts, strict=True)], most
        )
        return before, after


@attrs.frozen
class EntityChange:
    """An existing entity that a plan changes or deletes."""

    entity: Entity
    key: tuple[str, ...]
    """Names from the outermost to the innermost."""
    kind: EntityChangeKind
    """`unread` for an entity that could not be read, so its changes are unknown."""
    fields: tuple[FieldChange, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        return {
            "entity": self.entity,
            "key": list(self.key),
            "kind": self.kind,
            "fields": [
                {
                    "field": one.field,
                    "before": named(one.before),
                    "after": named(one.after),
                }
                for one in self.fields
            ],
        }


@checked
def plan_changes(plan: Plan, found: Snapshot) -> tuple[EntityChange, ...]:
    """List the existing entities that a plan changes or deletes.

    Args:
        plan: The plan, not applied yet.
        found: A snapshot of the plan's target.

    Returns:
        Changed entities with each field that changes, then deleted ones. Entities that
        the plan creates are not listed.
    """
    if plan.target.is_new:
        return ()
    fields: dict[tuple[Entity, tuple[str, ...], EntityChangeKind], list[FieldChange]]
    fields = {}
    for step in plan.steps:
        if change := _new_spelling(step):
            fields.setdefault((step.entity, step.key, "changed"), []).append(change)
    for one in unmet(plan, found):
        if one.kind != "missing":
            known = fields.setdefault((one.entity, one.key, _KINDS[one.kind]), [])
            known += _field_changes(one)
    return tuple(
        EntityChange(entity, key, kind, tuple(changes))
        for (entity, key, kind), changes in fields.items()
    )


def _field_changes(difference: Difference) -> list[FieldChange]:
    if difference.field is None:
        return []
    return [FieldChange(difference.field, difference.found, difference.wanted)]


def _new_spelling(step: Step) -> FieldChange | None:
    """Return the change of a name that differs in case only, which `unmet` ignores."""
    if step.action != "update" or not isinstance(step.replaces, Mapping):
        return None
    before = step.replaces.get("name")
    after = step.body.get("name") if isinstance(step.body, Mapping) else None
    if not (isinstance(before, str) and isinstance(after, str)) or before == after:
        return None
    if before.casefold() != after.casefold():
        return None
    return FieldChange("name", before, after)
