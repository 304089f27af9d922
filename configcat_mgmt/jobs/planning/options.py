"""Options of a plan."""

from typing import Final, Literal, TypeAlias, get_args

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.selection import (
    EVERYTHING,
    SAME_NAMES,
    NameMap,
    Selection,
)

Conflict: TypeAlias = Literal["fail", "skip", "overwrite"]
"""The policy for entities that exist in the target and differ."""

CONFLICTS: Final[tuple[str, ...]] = get_args(Conflict)


def _one_of_conflicts(_: object, __: object, value: str) -> None:
    if value not in CONFLICTS:
        raise ConfigurationError(
            f"{value!r} is not a conflict policy; choose one of {', '.join(CONFLICTS)}"
        )


def _not_negative(_: object, __: object, value: int) -> None:
    if value < 0:
        raise ConfigurationError("max_deletes must not be negative")


@attrs.frozen
class PlanOptions:
    """Options of a plan."""

    kind: str = "copy"
    """The kind of the plan; `restore` also restores name and description of the
    product itself."""
    selection: Selection = EVERYTHING
    """The part of the source to take, by its names in the source."""
    names: NameMap = SAME_NAMES
    """Names of environments and configs in the target."""
    on_conflict: Conflict = attrs.field(default="fail", validator=_one_of_conflicts)
    """`fail` blocks the plan, `skip` keeps the entity of the target, `overwrite` makes
    it like the source."""
    delete: bool = False
    """Whether to delete entities that only the target has. An entity of which a part is
    not selected stays, such as an environment if only some configs are selected."""
    max_deletes: int = attrs.field(default=10, validator=_not_negative)
    """Maximum number of deleted entities, counting the settings of deleted configs."""
    reason: str | None = None
    """Note on every change of values; needed where the target demands one."""
    bypass_approval: bool = False
    """Whether to write values of V2 configs without approval where the target requires
    it. The credentials need the right to bypass approval."""
    members: bool = False
    """Whether to invite the members of the snapshot, which sends e-mail."""
