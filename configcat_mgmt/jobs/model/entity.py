"""Names the kinds of entities, and refers to an entity by its natural key."""

from typing import Literal, TypeAlias

import attrs

from configcat_mgmt.json_value import JsonValue

Severity: TypeAlias = Literal["blocker", "warning", "note"]
Action: TypeAlias = Literal["create", "update", "set", "delete"]
Entity: TypeAlias = Literal[
    "organization",
    "product",
    "environment",
    "tag",
    "permission_group",
    "segment",
    "config",
    "setting",
    "variation",
    "values",
    "change_request",
    "link",
    "webhook",
    "integration",
    "preferences",
    "member",
]


@attrs.frozen
class Ref:
    """An entity by its natural key; applying the plan finds its id.

    In the JSON of arguments and bodies it is written `{"$ref": [entity, *key]}`.
    """

    entity: Entity
    key: tuple[str, ...]
    """Outermost first: `("Web shop", "newLayout")` for a setting."""

    def to_json(self) -> dict[str, JsonValue]:
        """Return its form in a plan."""
        return {"$ref": [self.entity, *self.key]}
